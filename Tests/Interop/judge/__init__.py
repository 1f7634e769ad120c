# SPDX-License-Identifier: Apache-2.0
"""What the interop scripts share: trees, images, other people's tools and Markdown."""

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Uses a full image as the distribution that it is; see full-system.py --help.
exec python3 "$(dirname "$0")/full-system.py" "$@"

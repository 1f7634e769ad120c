#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the bases that people compare and shows their sizes beside those of others; see bases.sh --help.
exec python3 "$(dirname "$0")/../Tests/Interop/bases.py" "$@"

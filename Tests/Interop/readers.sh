#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hands Plinth's images to other people's programs; see readers.py --help.
exec python3 "$(dirname "$0")/readers.py" "$@"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares Plinth's trees with those of dpkg-deb and tar, and with real set-up; see dpkg-trees.py --help.
exec python3 "$(dirname "$0")/dpkg-trees.py" "$@"

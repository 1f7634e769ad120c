#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the effects that a recipe asks for with the programs that they stand for; see effects.py --help.
exec python3 "$(dirname "$0")/effects.py" "$@"

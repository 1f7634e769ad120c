#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares what Plinth chooses with what apt chooses; see apt-resolve.py --help.
exec python3 "$(dirname "$0")/apt-resolve.py" "$@"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares what Plinth chooses with what apk chooses; see apk-resolve.py --help.
exec python3 "$(dirname "$0")/apk-resolve.py" "$@"

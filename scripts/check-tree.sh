#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Facts about the tree that no test of ours can see: file lengths, licences, build products.
set -eu
bad=0
for file in $(git ls-files '*.swift'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || { echo "$file has $lines lines; 400 is the ceiling" >&2; bad=1; }
done
for file in $(git ls-files '*.swift' | grep -v '^Package.swift$'); do
    head -1 "$file" | grep -q '^// SPDX-License-Identifier:' || { echo "$file names no licence" >&2; bad=1; }
done
if git ls-files | grep -E '(^|/)(\.build/|Package\.resolved$)'; then bad=1; fi
exit $bad

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packs Redis, starts the image's own files in a sandbox and asks it for a PONG.
# usage: demo.sh PLINTH_BINARY
set -eu

plinth=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "\$ plinth pack redis-server --from debian:trixie -o redis"
start=$(date +%s%N)
"$plinth" pack redis-server --from debian:trixie -o "$work/redis"
end=$(date +%s%N)
seconds=$(awk "BEGIN { printf \"%.2f\", ($end - $start) / 1e9 }")

"$(dirname "$0")/unpack.sh" "$work/redis" "$work/root"
answer=$("$(dirname "$0")/redis-ping.sh" "$work/root")

echo
echo "In a sandbox, from the image's own files: redis-cli ping → $answer"
"$plinth" inspect "$work/redis"
echo
echo "Built in $seconds s (downloads included)."
[ "$answer" = PONG ]

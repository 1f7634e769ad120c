#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packs Redis, starts the image's own files in a sandbox and asks it for a PONG.
# usage: demo.sh PLINTH_BINARY
set -eu

scripts=$(cd "$(dirname "$0")" && pwd)
plinth=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "\$ plinth pack redis-server --from debian:trixie -o redis"
start=$(date +%s%N)
"$plinth" pack redis-server --from debian:trixie -o redis
end=$(date +%s%N)
seconds=$(awk "BEGIN { printf \"%.2f\", ($end - $start) / 1e9 }")

echo
echo "\$ plinth inspect redis"
"$plinth" inspect redis

"$scripts/unpack.sh" redis root
answer=$("$scripts/redis-ping.sh" root)
echo
echo "Built in $seconds s (downloads included)."
echo "In a sandbox, from the image's own files: redis-cli ping → $answer"
[ "$answer" = PONG ]

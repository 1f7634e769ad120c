#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts the Redis of an unpacked image in a sandbox without a network and prints its answer to PING.
# usage: redis-ping.sh DIRECTORY
set -eu
root=$1
work=$(mktemp -d)
sandbox="bwrap --bind $root / --dev /dev --proc /proc --tmpfs /tmp --bind $work /tmp/work
    --unshare-net --die-with-parent --clearenv --setenv PATH /usr/bin"

$sandbox /usr/bin/redis-server --port 0 --unixsocket /tmp/work/redis.sock --save '' --dir /tmp/work \
    --loglevel warning >"$work/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT

# A slow machine gets ten seconds.
attempt=0
while [ ! -S "$work/redis.sock" ] && [ $attempt -lt 100 ] && kill -0 $server 2>/dev/null; do
    attempt=$((attempt + 1))
    sleep 0.1
done
$sandbox /usr/bin/redis-cli -s /tmp/work/redis.sock ping || { cat "$work/log" >&2; exit 1; }

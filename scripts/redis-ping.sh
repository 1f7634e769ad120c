#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts the Redis of an unpacked image in a sandbox without a network and prints its answer to PING.
set -eu
root=$1
work=$(mktemp -d)
sandbox="bwrap --bind $root / --dev /dev --proc /proc --tmpfs /tmp --bind $work /tmp/work --unshare-net --die-with-parent"
$sandbox /usr/bin/redis-server --port 0 --unixsocket /tmp/work/redis.sock --save '' --dir /tmp/work \
    --loglevel warning >"$work/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -S "$work/redis.sock" ] && break
    sleep 0.1
done
$sandbox /usr/bin/redis-cli -s /tmp/work/redis.sock ping || { cat "$work/log" >&2; exit 1; }

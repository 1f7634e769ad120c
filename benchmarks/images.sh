#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times Plinth's commands on images beside skopeo and syft, in one run: images.sh PLINTH [REPORT]
# Needs hyperfine, skopeo, docker-registry, GNU time and, for one row, syft. The registry listens on loopback.
set -euo pipefail

plinth=$(realpath "$1")
report=${2:-/dev/stdout}
runs=${RUNS:-5}
tools=$(cd "$(dirname "$0")/.." && pwd)/.build/interop/bin
PATH=$PATH:$tools
work=$(mktemp -d)
registry=
trap '[ -z "$registry" ] || kill "$registry" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"

# --- an image of about 200 MB, and a tree of a hundred thousand files -----------------------------------------------
"$plinth" pack openjdk-21-jre-headless python3 nodejs postgresql-17 dash --from debian:trixie --arch amd64 \
    -o oci:big --quiet
"$plinth" copy oci:big oci-archive:big.tar --quiet
python3 - <<'PYTHON'
import io, tarfile
with tarfile.open("many.tar", "w") as tar:
    for number in range(100_000):
        entry = tarfile.TarInfo(f"d{number // 1000}/e{number // 100 % 10}/file{number}")
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"abc"))
PYTHON

# --- a registry of our own -----------------------------------------------------------------------------------------
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >registry.yml <<YAML
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:$port"}
YAML
docker-registry serve registry.yml >/dev/null 2>&1 &
registry=$!
for _ in $(seq 50); do curl -fs "http://127.0.0.1:$port/v2/" >/dev/null && break || sleep 0.1; done

row() { printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" >>rows; }
median() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["results"][int(sys.argv[2])]["median"])' "$1" "$2"; }
ms() { awk "BEGIN { printf \"%.0f ms\", $1 * 1000 }"; }
ratio() { awk "BEGIN { printf \"%.1f ×\", $2 / $1 }"; }
peak() { /usr/bin/time -f '%M KiB' "$@" 2>&1 >/dev/null | tail -1; }

# pair NAME PREPARE OURS THEIRS: both in one run, with what they leave removed before each
pair() {
    hyperfine --style none -r "$runs" --export-json pair.json --prepare "$2" "$3" --prepare "$2" "$4" >/dev/null
    row "$1" "$(ms "$(median pair.json 0)")" "$(ms "$(median pair.json 1)")" \
        "$(ratio "$(median pair.json 0)" "$(median pair.json 1)")"
}

pair "copy, layout to layout (skopeo)" "rm -rf out" \
    "$plinth copy oci:big oci:out --quiet" "skopeo copy -q oci:big oci:out"
pair "copy, layout to archive (skopeo)" "rm -f out.tar" \
    "$plinth copy oci:big oci-archive:out.tar --quiet" "skopeo copy -q oci:big oci-archive:out.tar"
pair "push to a registry on loopback (skopeo)" "rm -rf registry/docker" \
    "$plinth push oci:big 127.0.0.1:$port/big:1 --quiet" \
    "skopeo copy -q --dest-tls-verify=false oci:big docker://127.0.0.1:$port/big:1"
"$plinth" push oci:big "127.0.0.1:$port/big:1" --quiet
pair "pull from it (skopeo)" "rm -rf out home" \
    "env PLINTH_HOME=$work/home $plinth pull 127.0.0.1:$port/big:1 oci:out --quiet" \
    "skopeo copy -q --src-tls-verify=false docker://127.0.0.1:$port/big:1 oci:out"
if command -v syft >/dev/null; then
    pair "inspect an archive (syft)" true \
        "$plinth inspect oci-archive:big.tar --quiet" "syft -q oci-archive:big.tar"
fi
hyperfine --style none -r "$runs" --export-json tree.json "$plinth tree tar:many.tar --depth 9" >/dev/null
row "tree of 100,000 files" "$(ms "$(median tree.json 0)")" "at most 1000 ms" ""
row "inspect: peak memory" "$(peak "$plinth" inspect oci-archive:big.tar --quiet)" "at most 102400 KiB" ""

{
    echo "# Benchmarks on images"
    echo
    echo "Made by \`make bench\`: an image of $(du -m big.tar | cut -f1) MB, $(nproc) cores, medians of $runs runs, side by side in one run."
    echo "Absolute times belong to that machine; quote the ratios."
    echo
    echo "| what | Plinth | beside it | ratio |"
    echo "| --- | --- | --- | --- |"
    cat rows
} >report
cp report "$report" 2>/dev/null || cat report

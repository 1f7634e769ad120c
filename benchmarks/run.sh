#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Times Plinth beside the tools a user would pick instead, in one run: run.sh PLINTH [REPORT]
# Needs hyperfine, mmdebstrap, apt, openssl and GNU time, all from Debian. Downloads come from the machine's own mirror
# and are made before anything is timed.
set -eu

plinth=$(realpath "$1")
report=${2:-/dev/stdout}
suite=${SUITE:-bookworm}
runs=${RUNS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PLINTH_HOME="$work/store"
cd "$work"

# --- the machine's own mirror and an isolated apt with its own lists and cache -------------------------------------
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -1)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p apt/lists/partial apt/cache/archives/partial apt/etc
: >apt/status
echo "deb [signed-by=$keyring] $mirror $suite main" >apt/sources.list
cat >apt.conf <<CONF
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Parts "$work/apt/etc";
Dir::State::Lists "$work/apt/lists";
Dir::State::Status "$work/apt/status";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "root";
CONF
export APT_CONFIG="$work/apt.conf"
apt-get -qq update

# --- the package sets: the same ones for both sides ----------------------------------------------------------------
printf 'distribution: debian:%s\nprofile: minimal\ndependencies: declared\ncontents: {packages: [redis-server]}\narchs: [amd64]\n' "$suite" >redis.yaml
printf 'distribution: debian:%s\nprofile: full\narchs: [amd64]\n' "$suite" >full.yaml

row() { printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" >>"$work/rows"; }
json() { python3 -c 'import json,sys; print(eval(sys.argv[2], {"d": json.load(open(sys.argv[1]))}))' "$1" "$2"; }
median() { json "$1" "d['results'][$2]['median']"; }
ratio() { awk "BEGIN { printf \"%.1f\", $1 / $2 }"; }
ms() { awk "BEGIN { printf \"%.1f ms\", $1 * 1000 }"; }
peak() { /usr/bin/time -f '%M' "$@" 2>&1 >/dev/null | tail -1; }

for recipe in redis full; do
    "$plinth" lock $recipe.yaml --quiet
    "$plinth" build $recipe.yaml -o out-$recipe --quiet
    packages=$(json $recipe.yaml.lock.json "','.join(p['name'] for p in d['platforms'][0]['packages'])" 2>/dev/null ||
        json $recipe.lock.json "','.join(p['name'] for p in d['platforms'][0]['packages'])")
    count=$(echo "$packages" | tr ',' '\n' | wc -l)
    # mmdebstrap in extract mode: apt resolves and unpacks, nothing is configured. The packages lie in its cache already
    # (hard links, so that it copies nothing), which its own download leaves behind the first time.
    cache="$work/mmcache-$recipe"
    mkdir -p "$cache"
    peer="mmdebstrap --mode=root --variant=extract --include=$packages --skip=download/empty,cleanup/apt \
        --setup-hook='mkdir -p \"\$1/var/cache/apt/archives\"; cp -l $cache/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true' \
        --customize-hook='cp -n \"\$1\"/var/cache/apt/archives/*.deb $cache/ 2>/dev/null || true; rm -rf \"\$1/var/cache/apt/archives\" \"\$1/var/lib/apt/lists\"' \
        --format=tar --quiet $suite $work/peer.tar 'deb [signed-by=$keyring] $mirror $suite main'"
    echo "$peer" >peer-$recipe.sh
    env -u APT_CONFIG sh peer-$recipe.sh

    cat >cold.sh <<COLD
rm -rf $PLINTH_HOME/segments $PLINTH_HOME/layers out-$recipe
COLD
    hyperfine --style none -r "$runs" --export-json cold-$recipe.json \
        --prepare "sh cold.sh" "$plinth build $recipe.yaml -o out-$recipe --offline --quiet"
    hyperfine --style none -r "$runs" --export-json peer-$recipe.json "env -u APT_CONFIG sh peer-$recipe.sh"
    "$plinth" build $recipe.yaml -o out-$recipe --offline --quiet
    layer=$(ls -S out-$recipe/blobs/sha256/* | head -1)
    cp "$layer" layer-$recipe.gz
    gzip -dc layer-$recipe.gz >layer-$recipe.tar
    hyperfine --style none --warmup 2 -r "$runs" --export-json warm-$recipe.json \
        --prepare "rm -rf out-$recipe" "$plinth build $recipe.yaml -o out-$recipe --offline --quiet" \
        --prepare "rm -rf out-$recipe $PLINTH_HOME/layers" "$plinth build $recipe.yaml -o out-$recipe --offline --quiet" \
        --prepare true "openssl dgst -sha256 layer-$recipe.tar layer-$recipe.gz"
    "$plinth" build $recipe.yaml -o out-$recipe --offline --quiet
    hyperfine --style none --warmup 2 -r "$runs" --export-json same-$recipe.json \
        "$plinth build $recipe.yaml -o out-$recipe --offline --quiet"

    peer_s=$(median peer-$recipe.json 0)
    for item in "cold cold-$recipe.json 0" "warm warm-$recipe.json 0" "warm,_no_layer_remembered warm-$recipe.json 1" "unchanged same-$recipe.json 0"; do
        set -- $item
        own=$(median "$2" "$3")
        row "$recipe ($count packages): $(echo "$1" | tr _ ' ')" "$(ms "$own")" "mmdebstrap extract $(ms "$peer_s")" "$(ratio "$peer_s" "$own") ×"
    done
    floor=$(median warm-$recipe.json 2)
    warm=$(median warm-$recipe.json 0)
    fresh=$(median warm-$recipe.json 1)
    row "$recipe: warm (no layer remembered) against hashing" "$(ms "$warm") / $(ms "$fresh")" "openssl dgst of both forms $(ms "$floor")" "$(ratio "$warm" "$floor") / $(ratio "$fresh" "$floor") of it"
    sh cold.sh
    row "$recipe: peak memory, cold" "$(peak "$plinth" build $recipe.yaml -o out-$recipe --offline --quiet) KiB" "at most 153600 KiB" ""
    rm -rf out-$recipe
    row "$recipe: peak memory, warm" "$(peak "$plinth" build $recipe.yaml -o out-$recipe --offline --quiet) KiB" "at most 153600 KiB" ""
    row "$recipe: peak memory, unchanged" "$(peak "$plinth" build $recipe.yaml -o out-$recipe --offline --quiet) KiB" "at most 153600 KiB" ""
done

# --- resolving -----------------------------------------------------------------------------------------------------
resolve="$plinth pack redis-server --from debian:$suite --arch amd64 --dependencies declared --dry-run --offline --quiet"
$resolve
hyperfine --style none --warmup 2 -r "$runs" --export-json resolve.json "$resolve" \
    "apt-get -s install --no-install-recommends redis-server"
own=$(median resolve.json 0)
other=$(median resolve.json 1)
row "resolve redis-server" "$(ms "$own")" "apt-get -s install $(ms "$other")" "$(ratio "$other" "$own") ×"
row "resolve: peak memory" "$(peak $resolve) KiB" "at most 153600 KiB" ""

{
    echo "# Benchmarks"
    echo
    echo "Made by \`make bench\` ($suite, amd64, $(nproc) cores: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)), medians of $runs runs, side by side in one run."
    echo "Absolute times belong to that machine; quote the ratios."
    echo
    echo "- cold: packages downloaded, none normalised; warm: all normalised, the output deleted; no layer remembered: the"
    echo "  layer is put together and hashed anew too; unchanged: nothing deleted."
    echo "- mmdebstrap writes a tar only. It finds its packages in a local cache, but fetches the indexes and resolves at"
    echo "  each run, as it always does (about 2 s of its time). It works as root here; Plinth needs no root."
    echo
    echo "| what | Plinth | beside it | ratio |"
    echo "| --- | --- | --- | --- |"
    cat "$work/rows"
} >"$work/report"
cp "$work/report" "$report" 2>/dev/null || cat "$work/report"

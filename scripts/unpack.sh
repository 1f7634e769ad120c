#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks an image of an OCI layout into a directory with tar, as a container runtime would.
# usage: unpack.sh LAYOUT DIRECTORY [ARCHITECTURE]; this machine's architecture unless given
set -eu
layout=$1 root=$2 architecture=${3:-}
if [ -z "$architecture" ]; then
    case $(uname -m) in
        x86_64) architecture=amd64 ;;
        aarch64) architecture=arm64 ;;
        *) architecture=$(uname -m) ;;
    esac
fi

layers=$(python3 - "$layout" "$architecture" <<'PYTHON'
import json, sys
layout, wanted = sys.argv[1:3]
def blob(digest): return layout + "/blobs/" + digest.replace(":", "/")
def manifests(index):
    for item in index["manifests"]:
        if "index" in item["mediaType"]: yield from manifests(json.load(open(blob(item["digest"]))))
        else: yield json.load(open(blob(item["digest"])))
found = list(manifests(json.load(open(layout + "/index.json"))))
def architecture(manifest): return json.load(open(blob(manifest["config"]["digest"])))["architecture"]
chosen = [m for m in found if architecture(m) == wanted]
if not chosen: sys.exit(f"{layout} has no image for {wanted}")
for layer in chosen[0]["layers"]: print(blob(layer["digest"]), layer["mediaType"])
PYTHON
)
mkdir -p "$root"
echo "$layers" | while read -r blob type; do
    case $type in
        *zstd) zstd -dcq "$blob" | tar -x --numeric-owner -p -C "$root" -f - ;;
        *) tar -x -z --numeric-owner -p -C "$root" -f "$blob" ;;
    esac
done

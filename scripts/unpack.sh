#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks an OCI layout's only image into a directory: unpack.sh LAYOUT DIRECTORY [ARCHITECTURE]
set -eu
layout=$1 root=$2 architecture=${3:-}
mkdir -p "$root"
python3 - "$layout" "$architecture" <<'PYTHON' | while read -r blob; do
import json, sys
layout, wanted = sys.argv[1:3]
def blob(digest): return layout + "/blobs/" + digest.replace(":", "/")
def manifests(index):
    for item in index["manifests"]:
        if "index" in item["mediaType"]: yield from manifests(json.load(open(blob(item["digest"]))))
        else: yield item
found = list(manifests(json.load(open(layout + "/index.json"))))
chosen = [m for m in found if not wanted or m.get("platform", {}).get("architecture") == wanted]
for layer in json.load(open(blob(chosen[0]["digest"])))["layers"]: print(blob(layer["digest"]), layer["mediaType"])
PYTHON
    set -- $blob
    case $2 in
        *zstd) zstd -dcq "$1" | tar -x --numeric-owner -p -C "$root" -f - ;;
        *) tar -x -z --numeric-owner -p -C "$root" -f "$1" ;;
    esac
done

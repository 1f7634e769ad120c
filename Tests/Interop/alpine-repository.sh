#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes a repository of apk from an archive of an Alpine root: alpine-repository.sh ROOT.tar.gz FOLDER
# FOLDER gets x86_64/*.apk, x86_64/APKINDEX.tar.gz and keys/*.rsa.pub; the tests must have been built.
set -euo pipefail
[ $# = 2 ] || { sed -n 3,4p "$0" >&2; exit 64; }
PLINTH_FORGE_FROM=$(realpath "$1")
mkdir -p "$2"
PLINTH_FORGE_INTO=$(realpath "$2")
export PLINTH_FORGE_FROM PLINTH_FORGE_INTO
cd "$(dirname "$0")/../.."
swift test --skip-build --filter ForgeFolderTests

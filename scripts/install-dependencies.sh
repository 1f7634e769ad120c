#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the system packages that building, running and testing need; asks for root only if one is missing.
set -eu

build="liblzma-dev zlib1g-dev libzstd-dev libdeflate-dev libbz2-dev libyaml-dev pkg-config"
run="gpgv bubblewrap debian-archive-keyring ca-certificates"
test="gnupg xz-utils zstd bzip2 binutils openssl docker-registry skopeo umoci mmdebstrap dose-distcheck python3"

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not a Debian machine: install the libraries named in README.md yourself." >&2
    exit 0
fi

missing=""
for package in $build $run $test; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -q '^installed$' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

echo "Installing:$missing" >&2
root=""
[ "$(id -u)" = 0 ] || root="sudo"
$root apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $root apt-get install -q -y --no-install-recommends $missing

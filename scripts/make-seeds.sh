#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the seeds from which fuzzing starts: a few small, sound inputs for every parser, under Fuzz/Corpus.
# usage: make-seeds.sh    (needs tar, ar, gzip, zstd, xz, bzip2, dpkg-deb and cc)
set -eu
corpus=$(cd "$(dirname "$0")/.." && pwd)/Fuzz/Corpus
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
seed() { mkdir -p "$corpus/$1"; cat >"$corpus/$1/$2"; }
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC LC_ALL=C

mkdir -p tree/etc tree/usr/bin deb/DEBIAN deb/usr/bin
echo 'greeting=hello' >tree/etc/hello.conf
ln -s ../../etc/hello.conf tree/usr/bin/link
ln tree/etc/hello.conf tree/etc/hard
: >"tree/$(printf 'n%.0s' $(seq 120))"
for format in ustar gnu pax v7; do
    tar --format=$format --sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner -cf $format.tar -C tree . 2>/dev/null ||
        tar --format=$format --mtime=@1700000000 -cf $format.tar -C tree etc
    head -c 8192 $format.tar | seed tar $format
done
tar --format=pax --pax-option='SCHILY.xattr.user.colour=blue' --mtime=@1700000000 -cf xattr.tar -C tree etc
seed tar xattr <xattr.tar
truncate -s 1M sparse && tar --sparse --mtime=@1700000000 -cf sparse.tar sparse && seed tar sparse <sparse.tar
echo end >>sparse
for version in 0.0 0.1 1.0; do
    tar --sparse --format=pax --sparse-version=$version --pax-option=delete=atime,delete=ctime --mtime=@1700000000 \
        --owner=0 --group=0 --numeric-owner -cf sparse.tar sparse && seed tar sparse-$version <sparse.tar
done

printf 'two words\n' >member
ar rcD one.a member tree/etc/hello.conf && seed ar two <one.a
{ gzip -n <member; gzip -n <member; } | seed gzip two-members
gzip -n9 <ustar.tar | seed gzip tar
{ zstd -q <member; zstd -q19 <member; } | seed zstd two-frames
zstd -q --no-check <ustar.tar | seed zstd tar
xz -0 <ustar.tar | seed xz tar
{ xz <member; xz --check=sha256 <member; } | seed xz two-streams
bzip2 <member | seed bzip2 words

cat >deb/DEBIAN/control <<'CONTROL'
Package: hello
Version: 1:2.10-3+b1
Architecture: amd64
Maintainer: Nobody <nobody@example.org>
Depends: libc6 (>= 2.36), libgreeting | greeting (<< 2~), perl:any
Description: says hello
 and nothing
 .
 else
CONTROL
printf '#!/bin/sh\nset -e\n' >deb/DEBIAN/postinst && chmod 755 deb/DEBIAN/postinst
printf 'hello\n' >deb/usr/bin/hello
for kind in none gzip xz zstd; do
    dpkg-deb --root-owner-group -Z$kind --build deb $kind.deb >/dev/null && seed deb $kind <$kind.deb
done
seed control hello <deb/DEBIAN/control
{
    cat deb/DEBIAN/control
    printf 'Filename: pool/h/hello.deb\nSize: 10\nSHA256: %064d\nPriority: optional\n\n' 7
    printf 'Package: greeting\nVersion: 1\nArchitecture: all\nEssential: yes\nProvides: libgreeting (= 1)\nMulti-Arch: foreign\nFilename: p\nSize: 1\nSHA256: %064d\n' 8
} | seed packages two
{
    printf 'Package: hello\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nSource: greet (2)\nConffiles:\n /etc/hello.conf d41d8cd98f00b204e9800998ecf8427e\n'
    printf '\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 2\nArchitecture: all\n'
} | seed status two
{
    printf 'Origin: Test\nSuite: stable\nCodename: trixie\nDate: Sat, 21 Nov 2026 09:05:00 UTC\nValid-Until: Sat, 28 Nov 2026 09:05:00 UTC\nArchitectures: all amd64\nComponents: main\nAcquire-By-Hash: yes\nSHA256:\n'
    printf ' %064d 12 main/binary-amd64/Packages\n %064d 34 main/binary-amd64/Packages.xz\n' 1 2
} | seed release small
printf 'libc6 (>= 2.36) | libc6.1 [amd64 !arm64] <!nocheck>, perl:any (= 5.36.0-7), a' | seed relation several
printf '2:1.0~rc1+dfsg-3~deb12u1' | seed version full

printf 'int f(void){return 1;}\n' >f.c
cc -Os -s -shared -nostdlib -Wl,-soname,libf.so.1 -Wl,--build-id=none -Wl,-z,max-page-size=4096 -o f.so f.c && seed elf shared <f.so
printf 'void _start(void){}\n' >s.c
cc -Os -s -static -nostdlib -Wl,--build-id=none -o s s.c && seed elf static <s

for name in oci:dir:tag oci-archive:a.tar@sha256:$(printf '%064d' 5) docker-archive:f:@1 docker-archive:f:app:1.0 dir:root \
    tar:- docker://registry.example.org:5000/team/app:1.0@sha256:$(printf '%064d' 5) docker.io/library/debian localhost/x \
    linux/arm/v7; do
    printf %s "$name" | seed reference "$(printf %s "$name" | tr -c 'a-z0-9' _ | cut -c 1-30)"
done
printf 'm[{"Config":"c.json","RepoTags":["app:1"],"Layers":["l.tar"]}]' | seed save manifest
printf 'm[{"Config":"c.json","RepoTags":null,"Layers":["l.tar","l.tar"]},{"Config":"d","Layers":[]}]' | seed save several
printf 'r{"app":{"1":"a","2":"b"}}' | seed save repositories
printf 'j{"id":"a","parent":"b","architecture":"amd64","os":"linux","config":{"Cmd":["x"]}}' | seed save layer
printf 'c{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%064d"]}}' 7 | seed save config

mkdir -p lower/d/e upper/d/e upper/new && echo one >lower/d/a && echo two >lower/d/e/b && ln lower/d/a lower/hard
ln -s d lower/link && : >upper/d/.wh.a && : >upper/d/e/.wh..wh..opq && echo three >upper/new/c
# How many blocks the lower one has stands first.
layers() {
    tar --format=ustar --sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner -b1 -cf lower.tar -C "$1" .
    tar --format=ustar --sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner -b1 -cf upper.tar -C "$2" .
    blocks=$(($(stat -c %s lower.tar) / 512))
    { printf "\\$(printf %03o $((blocks / 256)))\\$(printf %03o $((blocks % 256)))" && cat lower.tar upper.tar; } | seed layers "$3"
}
layers lower upper whiteouts
layers upper lower overwritten
rm -r upper/new && mkdir upper/link && echo four >upper/link/a && layers lower upper links

digest=sha256:$(printf '%064d' 5)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":7,"platform":{"os":"linux","architecture":"arm64","variant":"v8"},"annotations":{"a":"b"}}]}' "$digest" | seed index one
printf '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":7},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":9}]}' "$digest" "$digest" | seed manifest one
printf '{"architecture":"amd64","os":"linux","created":"2026-11-21T09:05:00Z","config":{"Env":["A=b"],"Entrypoint":["/x"],"Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}}},"rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created_by":"x","empty_layer":true}]}' "$digest" | seed config one
printf 'distribution: debian:trixie\ncontents:\n  packages: [a, "b c"] # why\nenvironment: {A: |\n  text\n }\nanchors: &a [1, 2]\n' | seed yaml recipe
printf '? [a, b]\n: - >-\n    folded\n  - !!str 5\n--- {}\n' | seed yaml odd

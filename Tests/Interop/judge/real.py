# SPDX-License-Identifier: Apache-2.0
"""The same packages set up for real, scripts and all, by mmdebstrap."""

import hashlib
import os
import shutil

from .programs import run


def build(root, packages, suite, architecture, scratch):
    """Makes a root of exactly these packages from an archive made of their files."""
    archive = os.path.join(scratch, "archive")
    os.makedirs(archive, exist_ok=True)
    with open(f"{archive}/Packages", "w", encoding="utf-8") as index:
        for package in packages:
            index.write(stanza(package, archive) + "\n")
    with open(f"{archive}/Packages", "rb") as index:
        listing = index.read()
    with open(f"{archive}/Release", "w", encoding="ascii") as release:
        release.write(f"Suite: {suite}\nCodename: {suite}\nSHA256:\n"
                      f" {hashlib.sha256(listing).hexdigest()} {len(listing)} Packages\n")
    run("mmdebstrap", "--mode=root", "--variant=required", f"--architectures={architecture}", "--quiet",
        "--include=" + ",".join(package.name for package in packages),
        "--setup-hook=cd \"$1\" && mkdir -p usr/bin usr/sbin usr/lib usr/lib64 && "
        "ln -s usr/bin usr/sbin usr/lib usr/lib64 .",
        "--skip=cleanup/apt,cleanup/reproducible", suite, root, f"deb [trusted=yes] copy:{archive} ./",
        env=dict(os.environ, LC_ALL="C.UTF-8"))


def stanza(package, archive):
    """A stanza of the archive's index; the file is linked beside it."""
    name = f"{package.name}_{package.version.replace(':', '%3a')}.deb"
    place = f"{archive}/{name}"
    if os.path.lexists(place):
        os.unlink(place)
    os.symlink(package.file, place)
    with open(package.file, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    control = run("dpkg-deb", "-f", package.file).stdout
    return f"{control}Filename: ./{name}\nSize: {os.path.getsize(package.file)}\nSHA256: {digest}\n"


def minbase(suite, architecture, archives, scratch):
    """The names of the packages of the suite's own minimal system, as mmdebstrap chooses them from the archives."""
    sources = "".join(f"deb {archive['url']} {archive['label'].replace('/', ' ')}\n" for archive in archives)
    root = os.path.join(scratch, "minbase")
    run("mmdebstrap", "--mode=root", "--variant=minbase", f"--architectures={architecture}", "--quiet", suite, root,
        input=sources, env=dict(os.environ, LC_ALL="C.UTF-8"))
    listed = run("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", "${Package}\t${Version}\n").stdout
    shutil.rmtree(root)
    return {tuple(line.split("\t")) for line in listed.splitlines()}

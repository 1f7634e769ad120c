# SPDX-License-Identifier: Apache-2.0
"""The tree that dpkg-deb and tar make of packages, by dpkg's rules and without their scripts."""

import os
import re
import subprocess

from .programs import Failed, run

ALIASES = ("bin", "sbin", "lib", "lib32", "lib64", "libo32", "libx32")
EXTRACT = ("tar", "-x", "-p", "--numeric-owner", "--keep-directory-symlink", "--no-overwrite-dir",
           "--xattrs", "--xattrs-include=*")


class Package:
    def __init__(self, file):
        self.file = file
        fields = run("dpkg-deb", "-f", file, "Package", "Version", "Architecture", "Replaces").stdout
        self.fields = dict(line.split(": ", 1) for line in fields.splitlines())
        self.name, self.version = self.fields["Package"], self.fields["Version"]

    def replaces(self, other):
        for clause in self.fields.get("Replaces", "").split(","):
            parts = re.fullmatch(r"\s*([^\s(]+)\s*(?:\(([<>=]+)\s*([^)]+)\))?\s*", clause)
            if parts and parts[1] == other.name and (
                    not parts[2] or run("dpkg", "--compare-versions", other.version, parts[2], parts[3].strip(),
                                        check=False).returncode == 0):
                return True
        return False

    def paths(self):
        """Everything but directories, where it lands when /usr is merged."""
        listing = pipe(("dpkg-deb", "--fsys-tarfile", self.file), ("tar", "-t", "--quoting-style=literal"))
        names = (name.removeprefix("./") for name in listing.decode(errors="surrogateescape").splitlines())
        return {merged(name): name for name in names if name and not name.endswith("/")}


def merged(name):
    return "usr/" + name if "/" in name and name.split("/")[0] in ALIASES else name


def pipe(first, second, **options):
    with subprocess.Popen(first, stdout=subprocess.PIPE) as source:
        done = subprocess.run(second, stdin=source.stdout, capture_output=True, **options)
    if done.returncode or source.returncode:
        raise Failed(f"{first} | {second}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def lay_out(root, packages, architecture):
    """Unpacks the packages, base-files first; returns how each file of two packages was decided."""
    os.makedirs(root)
    links = ["bin", "sbin", "lib"] + (["lib64"] if architecture == "amd64" else [])
    for name in links:
        os.makedirs(f"{root}/usr/{name}")
        os.symlink(f"usr/{name}", f"{root}/{name}")
    owners = {}
    for package in sorted(packages, key=lambda package: (package.name != "base-files", package.name)):
        pipe(("dpkg-deb", "--fsys-tarfile", package.file), EXTRACT + ("-C", root))
        for path, name in package.paths().items():
            owners.setdefault(path, []).append((package, name))
    return [settle(root, path, claims) for path, claims in sorted(owners.items()) if len(claims) > 1]


def settle(root, path, claims):
    """Of several packages with one file, the one that replaces the others keeps it."""
    for package, name in claims:
        others = [other for other, _ in claims if other is not package]
        if all(package.replaces(other) for other in others):
            os.unlink(f"{root}/{path}")
            pipe(("dpkg-deb", "--fsys-tarfile", package.file), EXTRACT + ("-C", root, "./" + name))
            return path, package.name, "replaces " + ", ".join(other.name for other in others)
    return path, claims[-1][0].name, "nobody replaces the other: " + ", ".join(package.name for package, _ in claims)

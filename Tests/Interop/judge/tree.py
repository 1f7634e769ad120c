# SPDX-License-Identifier: Apache-2.0
"""A file tree as facts, and the difference of two."""

import hashlib
import os
import stat
from typing import NamedTuple

KINDS = {
    stat.S_IFDIR: "directory", stat.S_IFREG: "file", stat.S_IFLNK: "link", stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket",
}


class Entry(NamedTuple):
    kind: str
    mode: int
    owner: tuple
    target: str
    content: str
    twins: tuple
    attributes: tuple
    modified: int

    def words(self, field):
        """One field as a person reads it."""
        value = getattr(self, field)
        if field == "mode":
            return f"{value:04o}"
        if field == "owner":
            return f"{value[0]}:{value[1]}"
        if field == "twins":
            return " = ".join(value) or "alone"
        if field == "content":
            return value[:12]
        return str(value)


class Names:
    """The names of a tree's accounts; numbers where it has none."""

    def __init__(self, root):
        self.users, self.groups = self.read(root, "etc/passwd"), self.read(root, "etc/group")

    @staticmethod
    def read(root, path):
        try:
            with open(os.path.join(root, path), encoding="utf-8") as file:
                lines = [line.split(":") for line in file]
        except FileNotFoundError:
            return {}
        return {int(line[2]): line[0] for line in lines if len(line) > 2}

    def owner(self, status):
        return self.users.get(status.st_uid, str(status.st_uid)), self.groups.get(status.st_gid, str(status.st_gid))


def read_tree(root, named_by=None):
    """Path → Entry for everything below root. Links are not followed, and keep no mode.

    Owners are names, by the account files of `named_by`, since numbers given out in turn differ from root to root.
    """
    found, inodes, names = {}, {}, Names(named_by or root)
    for folder, children in walk(root):
        for name in children:
            path = os.path.join(folder, name)
            entry = read_entry(path, names)
            short = os.path.relpath(path, root)
            found[short] = entry
            if entry.kind == "file":
                inodes.setdefault(os.lstat(path).st_ino, []).append(short)
    for group in inodes.values():
        if len(group) > 1:
            for path in group:
                found[path] = found[path]._replace(twins=tuple(sorted(group)))
    return found


def walk(root):
    for folder, folders, files in os.walk(root):
        yield folder, folders + files


def read_entry(path, names):
    status = os.lstat(path)
    kind = KINDS[stat.S_IFMT(status.st_mode)]
    return Entry(
        kind=kind,
        mode=0 if kind == "link" else stat.S_IMODE(status.st_mode),
        owner=names.owner(status),
        target=os.readlink(path) if kind == "link" else device(kind, status),
        content=digest(path) if kind == "file" else "",
        twins=(),
        attributes=attributes(path) if kind != "link" else (),
        modified=0 if kind == "directory" else int(status.st_mtime),
    )


def device(kind, status):
    return f"{os.major(status.st_rdev)},{os.minor(status.st_rdev)}" if kind.endswith("device") else ""


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def attributes(path):
    return tuple((name, os.getxattr(path, name).hex()) for name in sorted(os.listxattr(path)))


def differences(first, second, skip=()):
    """The fields in which two entries differ."""
    if first.kind != second.kind:
        return ["kind"]
    return [field for field in Entry._fields if field not in skip and getattr(first, field) != getattr(second, field)]

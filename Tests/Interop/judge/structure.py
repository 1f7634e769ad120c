# SPDX-License-Identifier: Apache-2.0
"""The tests of container-structure-test, each a question to an image."""

import pathlib
import posixpath
import re
import stat
import sys
import tarfile

from .container import Container
from .image import Layout
from .programs import Failed


class Subject:
    """An image that is asked: its files, its settings and, once a command is to run, its unpacked tree."""

    def __init__(self, plinth, image, scratch, instead=()):
        self.plinth, self.image, self.instead = plinth, image, list(instead)
        self.scratch = pathlib.Path(scratch)
        self.config = Layout(image).config()
        self.settings = self.config.get("config", {})
        self._files = self._container = None

    def path(self, theirs):
        """A path of theirs as it is called here."""
        for before, ours in self.instead:
            if theirs == before or theirs.startswith(before.rstrip("/") + "/"):
                return ours + theirs[len(before.rstrip("/")):]
        return theirs

    def files(self):
        """Path → member of the exported tar; the root has the empty path."""
        if self._files is None:
            archive = self.scratch / "structure.tar"
            self.plinth("export", self.image, "--quiet", "-o", archive)
            self._tar = tarfile.open(archive)  # noqa: SIM115
            self._files = {posixpath.normpath("/" + member.name).strip("/"): member for member in self._tar}
            archive.unlink()
            root = tarfile.TarInfo("")
            root.type, root.mode = tarfile.DIRTYPE, 0o755
            self._files.setdefault("", root)
        return self._files

    def find(self, path, follow=False):
        """The member at a path: links on the way are followed, the last one only if asked."""
        place = self.place(self.path(path), follow)
        return None if place is None else self.files().get(place)

    def place(self, path, follow, links=40):
        done, parts = "", [part for part in path.split("/") if part not in ("", ".")]
        while parts:
            part = parts.pop(0)
            if part == "..":
                done = posixpath.dirname(done)
                continue
            done = f"{done}/{part}".strip("/")
            member = self.files().get(done)
            if member is None:
                return None
            if member.issym() and (parts or follow):
                links -= 1
                if links < 0:
                    return None
                start = "" if member.linkname.startswith("/") else posixpath.dirname(done)
                parts = [word for word in member.linkname.split("/") if word not in ("", ".")] + parts
                done = start
        return done

    def content(self, path):
        member = self.find(path, follow=True)
        if member is None or member.isdir():
            return None
        return self._tar.extractfile(member).read().decode(errors="replace")

    def container(self):
        if self._container is None:
            root = self.scratch / "structure.root"
            Layout(self.image).unpack(root)
            self._container = Container(root, self.config)
        return self._container


def documents(files):
    try:
        import yaml  # pylint: disable=import-outside-toplevel
    except ImportError:
        print("cannot judge without PyYAML", file=sys.stderr)
        sys.exit(3)
    for file in map(pathlib.Path, files):
        yield file, yaml.safe_load(file.read_text(encoding="utf-8"))


KINDS = ("schemaVersion", "fileExistenceTests", "fileContentTests", "commandTests", "metadataTest")


def judged(document):
    """The tests of a document: name and a function that asks a subject and gives a verdict with its detail."""
    unknown = [kind for kind in document if kind not in KINDS]
    if unknown:
        raise Failed(f"not understood: {', '.join(unknown)}")
    for test in document.get("commandTests") or []:
        yield test["name"], lambda subject, test=test: command(subject, test)
    for test in document.get("fileExistenceTests") or []:
        yield f"{test['name']} ({test['path']})", lambda subject, test=test: existence(subject, test)
    for test in document.get("fileContentTests") or []:
        yield test["name"], lambda subject, test=test: content(subject, test)
    for name, ask in metadata(document.get("metadataTest") or {}):
        yield name, ask


# MARK: Files


def existence(subject, test):
    member = subject.find(test["path"])
    if not test.get("shouldExist", True):
        return member is None, "" if member is None else "it is there"
    if member is None:
        return False, f"{subject.path(test['path'])} is not there"
    found = {"permissions": permissions(member), "uid": member.uid, "gid": member.gid}
    wrong = [f"{key} {found[key]} for {test[key]}" for key in found if key in test and found[key] != test[key]]
    if "isExecutableBy" in test:
        # A link has what its end has.
        end = subject.find(test["path"], follow=True)
        if end is None or not is_executable(end.mode, test["isExecutableBy"]):
            wrong.append(f"not executable by {test['isExecutableBy']}")
    return not wrong, "; ".join(wrong)


def is_executable(mode, whom):
    bits = {"owner": 0o100, "group": 0o010, "other": 0o001, "any": 0o111}
    return bool(mode & bits[whom])


def permissions(member):
    """As the format writes them: letters of the kind and special bits, then nine of access."""
    kinds = ((member.isdir(), "d"), (member.issym(), "L"), (member.ischr(), "Dc"), (member.isblk(), "D"),
             (member.isfifo(), "p"), (member.mode & stat.S_ISUID, "u"), (member.mode & stat.S_ISGID, "g"),
             (member.mode & stat.S_ISVTX, "t"))
    letters = "".join(letter for holds, letter in kinds if holds)
    bits = "".join("rwx"[2 - place % 3] if member.mode & 1 << place else "-" for place in range(8, -1, -1))
    return (letters or "-") + bits


def content(subject, test):
    text = subject.content(test["path"])
    if text is None:
        return False, f"{subject.path(test['path'])} is not there"
    return matches(text, test.get("expectedContents"), test.get("excludedContents"), "content")


def matches(text, expected, excluded, what):
    """Patterns are searched for anywhere; ^ and $ mean the ends of the whole text."""
    missing = [pattern for pattern in expected or [] if not re.search(translated(pattern), text)]
    present = [pattern for pattern in excluded or [] if re.search(translated(pattern), text)]
    told = [f"{what} lacks {pattern!r}" for pattern in missing] + [f"{what} has {pattern!r}" for pattern in present]
    return not told, "; ".join(told + [repr(text[-400:])] if told else [])


def translated(pattern):
    """Go's `$` is the end of the text, Python's may stand before its last line's end."""
    return re.sub(r"(?<!\\)\$", r"\\Z", pattern)


# MARK: Commands


def command(subject, test):
    container = subject.container()
    if not container.can_run():
        return None, "this machine cannot run it"
    words = test["command"] if isinstance(test["command"], list) else [test["command"]]
    words = [subject.path(words[0]), *words[1:], *test.get("args", [])]
    if "setup" in test or "teardown" in test:
        return None, "set-up and tear-down are not understood"
    variables = {item["key"]: item["value"] for item in test.get("envVars", [])}
    done = container.says(*words, variables=variables)
    wrong = []
    if done.returncode != test.get("exitCode", 0):
        wrong.append(f"exit {done.returncode} for {test.get('exitCode', 0)}: {(done.stderr or done.stdout)[-300:]!r}")
    for text, expected, excluded, what in (
            (done.stdout, "expectedOutput", "excludedOutput", "output"),
            (done.stderr, "expectedError", "excludedError", "error output")):
        right, told = matches(text, test.get(expected), test.get(excluded), what)
        wrong += [] if right else [told]
    return not wrong, "; ".join(wrong)


# MARK: Settings


def metadata(test):
    """One question for each key of the test."""
    for key in ("env", "envVars"):
        for item in test.get(key) or []:
            yield f"Env {item['key']}", lambda subject, item=item: variable(subject, item)
    for item in test.get("unboundEnvVars") or []:
        yield (f"no Env {item['key']}",
               lambda subject, item=item: (item["key"] not in subject.container().environment, ""))
    for item in test.get("labels") or []:
        yield f"label {item['key']}", lambda subject, item=item: value(subject.settings.get("Labels", {}), item)
    for key, name in (("entrypoint", "Entrypoint"), ("cmd", "Cmd")):
        if key in test:
            yield name, lambda subject, key=key, name=name: equal(subject.settings.get(name) or [], test[key])
    for key, name in (("workdir", "WorkingDir"), ("user", "User")):
        if key in test:
            yield name, lambda subject, key=key, name=name: equal(subject.settings.get(name, ""), test[key])
    for key, name, wanted in (("exposedPorts", "ExposedPorts", True), ("unexposedPorts", "ExposedPorts", False),
                              ("volumes", "Volumes", True), ("unmountedVolumes", "Volumes", False)):
        for item in test.get(key) or []:
            yield (f"{key} {item}", lambda subject, name=name, item=item, wanted=wanted:
                   (is_among(subject.settings.get(name) or {}, item) == wanted, ""))


def is_among(names, item):
    return any(name in (str(item), f"{item}/tcp") for name in names)


def variable(subject, item):
    return value(dict(word.split("=", 1) for word in subject.settings.get("Env", [])), item)


def value(values, item):
    found = values.get(item["key"])
    if found is None:
        return False, "it is not set"
    right = re.search(item["value"], found) is not None if item.get("isRegex") else found == str(item["value"])
    return right, "" if right else repr(found)


def equal(found, wanted):
    return found == wanted, "" if found == wanted else repr(found)

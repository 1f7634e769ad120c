#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the trees that Plinth makes with those of Debian's own programs.

For each suite and architecture a recipe with many kinds of packages is locked and built, and three trees are laid
side by side: Plinth's layer unpacked by tar; the lock's packages unpacked by dpkg-deb and tar, without their scripts;
and, where programs can be run, the same packages set up for real by mmdebstrap. Every path that the packages bring
must be the same in Plinth's tree, or be what real set-up makes of it. Then dpkg, apt, ldconfig, update-passwd, pwck,
grpck and update-alternatives are asked about Plinth's tree.

Needs root, dpkg, tar, bubblewrap and mmdebstrap; qemu-user-static for arm64's ldconfig. Exits 1 if anything differs
without an explanation, 3 if it cannot judge.
"""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import compare, expected, image, markdown, meaning, packages, real, system, tree  # noqa: E402
from judge.programs import Failed, need, tell  # noqa: E402

NATIVE = "amd64"
# What is called otherwise in a tree of another architecture.
ABROAD = {"arm64": (("x86_64-linux-gnu", "aarch64-linux-gnu"), ("openjdk-amd64", "openjdk-arm64"),
                    (":amd64", ":arm64"), ("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"))}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--report", help="write the report here, in Markdown")
    parser.add_argument("--quick", action="store_true", help="one suite and few packages")
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--arches", default="amd64,arm64")
    parser.add_argument("--store", help="Plinth's store; kept. Default: a new one")
    parser.add_argument("--keep", help="keep recipes, locks and trees here, and use those of an earlier run")
    return parser.parse_args()


class Case:
    """One suite and architecture: the three trees, the comparison and the answers."""

    def __init__(self, suite, architecture, folder, names):
        self.suite, self.architecture, self.folder, self.names = suite, architecture, folder, names
        self.title = f"{suite} {architecture}"
        self.decided, self.answers, self.comparison, self.lock = [], [], None, []
        self.same_meaning, self.plinth = {}, None

    def recipe(self):
        path = self.folder / "image.yaml"
        path.write_text(f"distribution: debian:{self.suite}\nprofile: full\n"
                        f"contents: {{packages: [{', '.join(self.names)}]}}\narchs: [{self.architecture}]\n")
        return path

    def run(self, plinth):
        self.plinth = plinth
        ours, wanted, theirs = (self.folder / name for name in ("plinth", "packages", "real"))
        shutil.rmtree(ours, ignore_errors=True)
        tell(f"{self.title}: lock and build")
        recipe = self.recipe()
        self.lock = plinth.lock(recipe)["platforms"][0]["packages"]
        plinth("build", recipe, "--locked", "--quiet", "-o", f"oci:{self.folder / 'layout'}")
        image.Layout(self.folder / "layout").unpack(ours)
        blobs = plinth.blobs()
        found = [expected.Package(blobs[package["digest"]]) for package in self.lock]
        native = self.architecture == NATIVE
        if not self.is_ready():
            for place in (wanted, theirs):
                shutil.rmtree(place, ignore_errors=True)
            tell(f"{self.title}: unpack {len(found)} packages")
            decided = expected.lay_out(wanted, found, self.architecture)
            if native:
                tell(f"{self.title}: set up for real")
                real.build(theirs, found, self.suite, self.architecture, self.folder)
            self.remember(decided)
        self.decided = json.loads(self.memory().read_text())["decided"]
        self.judge(ours, wanted, theirs)

    def memory(self):
        return self.folder / "ready.json"

    def digests(self):
        return [package["digest"] for package in self.lock]

    def is_ready(self):
        """Whether the trees of an earlier run are of the same packages."""
        return self.memory().exists() and json.loads(self.memory().read_text())["packages"] == self.digests()

    def remember(self, decided):
        self.memory().write_text(json.dumps({"packages": self.digests(), "decided": decided}))

    def judge(self, ours, wanted, theirs):
        tell(f"{self.title}: compare")
        packed, built = tree.read_tree(wanted, named_by=ours), tree.read_tree(ours)
        self.comparison = compare.Comparison(packed, built, *self.standard(theirs))
        native = self.architecture == NATIVE
        if native:
            self.set_aside(ours, theirs)
        self.answers = [("every path of the packages is in the image, the same or as real set-up leaves it",
                         not self.comparison.failed(), f"{len(packed)} paths")]
        self.answers.append(system.loader_cache(ours, self.architecture))
        if native:
            self.answers += system.ask_all(ours, theirs, self.lock)
            self.answers.append(self.minbase())

    def minbase(self):
        """Whether a recipe without packages holds those of the distribution's minimal system."""
        question = "full without packages is mmdebstrap's minbase, package for package"
        path = self.folder / "minbase.yaml"
        path.write_text(f"distribution: debian:{self.suite}\nprofile: full\narchs: [{self.architecture}]\n")
        lock = self.plinth.lock(path)
        ours = {(package["name"], package["version"]) for package in lock["platforms"][0]["packages"]}
        theirs = real.minbase(self.suite, self.architecture, lock["archives"], self.folder)
        only_ours, only_theirs = sorted(name for name, _ in ours - theirs), sorted(name for name, _ in theirs - ours)
        # apt takes the program that merges /usr, with the Perl that it needs; a merged tree has no use for it.
        merges = only_ours == ["usr-is-merged"] and "usrmerge" in only_theirs
        if merges:
            return question, True, "usr-is-merged in place of " + ", ".join(only_theirs)
        detail = f"only here: {only_ours}; only there: {only_theirs}" if ours != theirs else f"{len(ours)} packages"
        return question, ours == theirs, detail

    def standard(self, theirs):
        """The real root's tree; for another architecture that of the same suite, with its names changed."""
        if self.architecture == NATIVE:
            return tree.read_tree(theirs), False
        other = self.folder.with_name(f"{self.suite}-{NATIVE}") / "real"
        if not other.exists():
            return None, False
        return compare.moved(tree.read_tree(other), ABROAD.get(self.architecture, ())), True

    def set_aside(self, ours, theirs):
        """Keeps apart the files that say the same in other bytes."""
        remaining = []
        for finding in self.comparison.added_other:
            words = finding.fields == ["content"] and meaning.differing_only_in(finding.path, ours, theirs)
            if words:
                self.same_meaning[words] = self.same_meaning.get(words, 0) + 1
            else:
                remaining.append(finding)
        self.comparison.added_other = remaining

    def failed(self):
        return any(answer is False for _, answer, _ in self.answers)

    def report(self):
        parts = [f"## {self.title}\n", f"{len(self.lock)} packages.\n"]
        parts.append(markdown.table(["question", "answer", ""],
                                    [(q, markdown.verdict(a), d if a is not True or len(d) < 200 else "")
                                     for q, a, d in self.answers]))
        parts += packages_table(self)
        return "\n".join(parts)


def packages_table(case):
    found = case.comparison
    head = ["path", "what differs", "in the package", "in the image", "set up for real"]
    yield f"{found.as_packed} paths are exactly as packed.\n"
    sections = (
        ("Not as packed, and not as real set-up leaves them", found.unexplained),
        ("Missing", found.missing),
        ("Added, and nobody knows why", found.added_unknown),
        ("Not as packed, but as real set-up leaves them", found.as_real),
        ("Removed, as by real set-up", found.gone),
        ("Made by effects, and not the same as in the real root", found.added_other),
        ("As packed here, but changed by real set-up", found.real_changed),
    )
    for title, rows in sections:
        if rows:
            yield f"### {title}: {len(rows)}\n"
            yield markdown.table(head, markdown.shortened((row.row() for row in rows), 60))
    for path, winner, why in case.decided:
        yield f"`/{path}` is in several packages: {winner}'s stays ({why}).\n"
    if found.added:
        yield "### Made by effects\n"
        if case.architecture != NATIVE:
            yield f"The real root is {NATIVE}'s: owners, modes and links are compared, not contents.\n"
        yield markdown.table(["what", "paths", "the same in the real root", "only here"],
                             [(word, *counts) for word, counts in sorted(found.added.items())])
    for words, count in case.same_meaning.items():
        yield f"{count} of them differ only in {words}.\n"
    if found.real_only:
        yield "### Only real set-up makes\n"
        rows = [(word, len(paths), sample(word, paths)) for word, paths in sorted(found.real_only.items())]
        yield markdown.table(["what", "paths", "such as"], rows)


def sample(word, paths):
    shown = paths if word == "other" else paths[:3]
    return ", ".join(f"`/{path}`" for path in shown)


def main():
    options = arguments()
    need("dpkg-deb", "tar", "bwrap", "mmdebstrap")
    suites, arches = options.suites.split(","), options.arches.split(",")
    if options.quick:
        suites, arches = suites[-1:], [NATIVE]
    with tempfile.TemporaryDirectory(prefix="dpkg-trees-") as scratch:
        base = pathlib.Path(options.keep or scratch)
        plinth = image.Plinth(options.binary, options.store or base / "store")
        cases = []
        for architecture in arches:
            for suite in suites:
                folder = base / f"{suite}-{architecture}"
                folder.mkdir(parents=True, exist_ok=True)
                case = Case(suite, architecture, folder, packages.names(suite, options.quick))
                case.run(plinth)
                cases.append(case)
                for question, answer, detail in case.answers:
                    print(f"{case.title}: {question}: {markdown.verdict(answer)} {detail if answer is False else ''}")
        if options.report:
            pathlib.Path(options.report).write_text(report(cases))
    return 1 if any(case.failed() for case in cases) else 0


def report(cases):
    intro = ("# Trees against dpkg's\n\n"
             "Made by `Tests/Interop/dpkg-trees.sh`, whose `--help` says how it judges. "
             "In each table: the tree of the packages alone (dpkg-deb and tar), Plinth's, and one set up for real.\n")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return "\n".join([intro, f"{day}.\n", *(case.report() for case in cases)])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)

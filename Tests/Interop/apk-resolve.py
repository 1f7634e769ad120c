# SPDX-License-Identifier: Apache-2.0
"""Compares what Plinth and apk choose.

For requests drawn from real indexes (the seed fixes them), `apk --simulate` of the real apk in a sandbox against
Plinth's resolver, which answers through its own test `ApkJudgeTests`. No network is used: the indexes and apk's root
file system are the ones of the fixtures beside the checkout.
"""
import argparse
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = HERE.parent / "shared/fixtures"
INDEXES = FIXTURES / "alpine/apko/pkg/apk/apk/testdata"
SYSTEM = FIXTURES / "base/alpine/v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz"
TESTS = HERE / ".build/debug/plinthPackageTests.xctest"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", default=str(INDEXES / "alpine-317/APKINDEX.tar.gz"), help="the repository")
    parser.add_argument("--old", default=str(INDEXES / "alpine-316/APKINDEX.tar.gz"), help="the repository @old")
    parser.add_argument("--system", default=str(SYSTEM), help="archive of an Alpine with apk in it")
    parser.add_argument("--tests", default=str(TESTS), help="the built tests")
    parser.add_argument("--requests", type=int, default=200, help="for an empty root")
    parser.add_argument("--changes", type=int, default=60, help="for a root with packages of @old")
    parser.add_argument("--seed", default="plinth-1")
    parser.add_argument("--floor", type=float, default=98.0, help="per cent that must be the same")
    parser.add_argument("--report", help="write a Markdown table here")
    return parser.parse_args()


# --- requests


def stanzas(text):
    for stanza in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in stanza.splitlines() if ":" in line)
        if "P" in fields:
            yield fields


class Pool:
    """Names to draw from."""

    def __init__(self, text, old):
        self.versions = {fields["P"]: fields["V"] for fields in stanzas(text)}
        self.names = sorted(self.versions)
        self.old = sorted({fields["P"] for fields in stanzas(old)})
        provided, every, each = set(), set(), set()
        for fields in stanzas(text):
            provided.update(bare(word) for word in fields.get("p", "").split())
            conditions = [bare(word) for word in fields.get("i", "").split() if word[0] != "!"]
            every.update(conditions[:1])
            each.update(conditions[1:])
        self.provided, self.conditions, self.conditional = sorted(provided), sorted(every), sorted(each)

    def constrained(self, draw):
        name = draw.choice(self.names)
        version = self.versions[name]
        short = version.split("-r")[0]
        sign = draw.choice(["=", ">=", "<=", "~", "~", ">", "<", "=", ">="])
        return name + sign + {"~": short, ">": draw.choice(["0", short]), "<": draw.choice(["9999", short])}.get(
            sign, version)


def bare(word):
    return re.split("[<>=~]", word)[0]


KINDS = {
    "one package": lambda draw, pool: ["add", draw.choice(pool.names)],
    "several packages": lambda draw, pool: ["add", *draw.sample(pool.names, draw.randint(2, 6))],
    "what a package provides": lambda draw, pool: ["add", draw.choice(pool.provided), draw.choice(pool.names)],
    "versions": lambda draw, pool: ["add", *(pool.constrained(draw) for _ in range(draw.randint(1, 3)))],
    "install_if": lambda draw, pool: ["add", draw.choice(pool.conditions), *draw.sample(pool.conditional, 3)],
    "something forbidden": lambda draw, pool: ["add", *draw.sample(pool.names, 2), "!" + draw.choice(pool.names)],
    "pins": lambda draw, pool: ["add", draw.choice(pool.old) + "@old", *draw.sample(pool.names, 2)],
}
CHANGES = {
    # apk would upgrade itself first, and then say that a simulation of the rest is of no use.
    "upgrade": lambda draw, pool, there: ["upgrade", "--no-self-upgrade"],
    "upgrade --available": lambda draw, pool, there: ["upgrade", "--no-self-upgrade", "--available"],
    "upgrade of one package": lambda draw, pool, there: ["upgrade", draw.choice(there)],
    "add to a system": lambda draw, pool, there: ["add", *draw.sample(pool.names, 2)],
    "add --upgrade to a system": lambda draw, pool, there: ["add", "--upgrade", draw.choice(pool.names)],
    "del": lambda draw, pool, there: ["del", draw.choice(there)],
}


class Request:
    def __init__(self, kind, words, installed="", world=()):
        self.kind, self.words, self.installed, self.world = kind, words, installed, world
        self.ours = self.theirs = None
        self.same = self.order = False


def fresh(pool, count, seed):
    draw = random.Random(seed)
    kinds = sorted(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield Request(kind, KINDS[kind](draw, pool))


def changes(pool, count, seed, apk, old):
    """Requests for systems that apk put together from the packages of @old."""
    draw = random.Random(seed + " changes")
    kinds = sorted(CHANGES)
    known = {(fields["P"], fields["V"]): stanza for stanza, fields in zip(old.split("\n\n"), stanzas(old))}
    for number in range(count):
        world = draw.sample(pool.old, 5)
        steps = apk.steps(Request("", ["add", *world]), "old") or []
        pairs = [re.match(r"Installing (\S+) \((.*)\)", step).groups() for step in steps]
        installed = "".join(known[pair].strip() + "\n\n" for pair in pairs)
        there = sorted(name for name, _ in pairs) or world
        kind = kinds[number % len(kinds)]
        yield Request(kind, CHANGES[kind](draw, pool, there), installed, world if pairs else ())


# --- apk


class Apk:
    """The real apk in a sandbox, with a root and repositories of its own."""

    def __init__(self, scratch, system, texts, architecture):
        self.machine, self.work, self.architecture = scratch / "machine", scratch / "work", architecture
        with tarfile.open(system) as archive:
            archive.extractall(self.machine, filter="tar")
        (self.machine / "judge").mkdir()
        for part in ("etc/apk", "lib/apk/db", "var/cache/apk"):
            (self.work / "root" / part).mkdir(parents=True)
        (self.work / "root/etc/apk/arch").write_text(architecture + "\n")
        for name, text in texts.items():
            (self.work / name / architecture).mkdir(parents=True)
            with tarfile.open(self.work / name / architecture / "APKINDEX.tar.gz", "w:gz") as archive:
                entry = tarfile.TarInfo("APKINDEX")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))

    def run(self, *words):
        bind = ["--bind", self.machine, "/", "--bind", self.work, "/judge", "--dev", "/dev", "--proc", "/proc"]
        apk = ["/sbin/apk", "--root", "/judge/root", "--arch", self.architecture, "--allow-untrusted", *words]
        return subprocess.run(["bwrap", "--unshare-net", *map(str, bind), *apk], capture_output=True, text=True)

    def version(self):
        return self.run("--version").stdout.split(",")[0].strip()

    def steps(self, request, repository=None):
        """What apk would do, such as `Installing musl (1.2.3-r5)`; None when it refuses."""
        lines = f"/judge/{repository}\n" if repository else "/judge/new\n@old /judge/old\n"
        (self.work / "root/etc/apk/repositories").write_text(lines)
        (self.work / "root/etc/apk/world").write_text("".join(word + "\n" for word in request.world))
        (self.work / "root/lib/apk/db/installed").write_text(request.installed)
        command, *words = request.words
        done = self.run(command, "--simulate", *words)
        return None if done.returncode else re.findall(r"^\(\d+/\d+\) (.*)", done.stdout, re.M)


# --- Plinth


def ask_plinth(tests, scratch, texts, requests, architecture):
    (scratch / "architecture").write_text(architecture)
    for name, text in texts.items():
        (scratch / name).write_text(text)
    (scratch / "indexes").write_text(f"{scratch}/new\n@old {scratch}/old\n")
    (scratch / "requests").write_text("".join(" ".join(request.words) + "\n" for request in requests))
    for number, request in enumerate(requests):
        if request.installed:
            (scratch / f"installed-{number}").write_text(request.installed)
            (scratch / f"world-{number}").write_text(" ".join(request.world))
    command = [tests, "--testing-library", "swift-testing", "--filter", "ApkJudgeTests"]
    done = subprocess.run(command, env=dict(os.environ, PLINTH_APK_JUDGE=str(scratch)), capture_output=True, text=True)
    if done.returncode or not (scratch / "answers").exists():
        sys.exit("the tests did not answer: " + (done.stdout + done.stderr)[-600:])
    for request, line in zip(requests, (scratch / "answers").read_text().splitlines()):
        word, _, rest = line.partition(" ")
        request.ours = [step for step in rest.split("; ") if step] if word == "ok" else None
        request.why = rest


# --- the table


def read(path):
    with tarfile.open(path) as archive:
        return archive.extractfile("APKINDEX").read().decode()


def architecture_of(text):
    found = [fields["A"] for fields in stanzas(text) if fields.get("A", "noarch") != "noarch"]
    return max(set(found), key=found.count)


def compare(options):
    texts = {"new": read(options.index), "old": read(options.old)}
    architecture = architecture_of(texts["new"])
    # The two indexes are not of the same machine: the old one is made to be.
    texts["old"] = texts["old"].replace(architecture_of(texts["old"]), architecture)
    pool = Pool(texts["new"], texts["old"])
    with tempfile.TemporaryDirectory() as name:
        apk = Apk(pathlib.Path(name), options.system, texts, architecture)
        requests = list(fresh(pool, options.requests, options.seed))
        requests += changes(pool, options.changes, options.seed, apk, texts["old"])
        ask_plinth(options.tests, pathlib.Path(name), texts, requests, architecture)
        for request in requests:
            request.theirs = apk.steps(request)
            ours, theirs = request.ours, request.theirs
            request.same = (ours is None) == (theirs is None) and set(ours or []) == set(theirs or [])
            request.order = request.same and ours == theirs
            if not request.order:
                print(json.dumps(vars(request) | {"installed": len(request.installed)}), file=sys.stderr)
        return requests, apk.version(), len(pool.names)


def note(request):
    if request.ours is None:
        return "plinth refuses: " + request.why[:160]
    if request.theirs is None:
        return "apk refuses"
    ours, theirs = set(request.ours), set(request.theirs)
    mine, other = ", ".join(sorted(ours - theirs)), ", ".join(sorted(theirs - ours))
    return f"only plinth: {mine[:200] or '–'}; only apk: {other[:200] or '–'}"


def table(options, requests, version, count):
    total = sum(request.same for request in requests)
    lines = [
        "# Plinth and apk choose the same packages", "",
        f"`apk --simulate` of {version} in a sandbox against Plinth; requests drawn with the seed `{options.seed}` from",
        f"the index of Alpine 3.17 main ({count:,} packages), with 3.16 main beside it as `@old`. The last six kinds",
        "change a system that apk put together from 3.16. *Same order* also compares the order of the steps.", "",
        "| requests | number | same set | same order | refused by both |", "| --- | --: | --: | --: | --: |",
    ]
    for kind in [*sorted(KINDS), *sorted(CHANGES), "all"]:
        some = [request for request in requests if kind in ("all", request.kind)]
        both = sum(request.same and request.ours is None for request in some)
        same, order = sum(request.same for request in some), sum(request.order for request in some)
        lines.append(f"| {kind} | {len(some)} | {same} | {order} | {both} |")
    lines += ["", f"The same set in {total} of {len(requests)}: {100 * total / len(requests):.1f} %.", ""]
    wrong = [request for request in requests if not request.same]
    if wrong:
        lines += ["| request | difference |", "| --- | --- |"]
    for request in wrong:
        lines.append(f"| `{' '.join(request.words)}` | {note(request).replace('|', chr(92) + '|')} |")
    made = "Made with `Tests/Interop/apk-resolve.sh`; `make interop` makes it anew."
    return "\n".join(lines).rstrip() + "\n\n" + made + "\n"


def main():
    options = arguments()
    if not all(pathlib.Path(path).exists() for path in (options.index, options.old, options.system)):
        sys.exit("the fixtures are not there: nothing to compare with")
    requests, version, count = compare(options)
    text = table(options, requests, version, count)
    print(text)
    if options.report:
        pathlib.Path(options.report).write_text(text)
    sys.exit(0 if 100 * sum(request.same for request in requests) / len(requests) >= options.floor else 1)


if __name__ == "__main__":
    main()

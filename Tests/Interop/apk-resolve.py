# SPDX-License-Identifier: Apache-2.0
"""Compares what Plinth and apk choose.

For names drawn from a real index (the seed fixes them), `apk add --simulate` of the real apk in a sandbox against
Plinth's resolver, which answers through its own test `ApkJudgeTests`. No network is used: the index and apk's root
file system are the ones of the fixtures beside the checkout.
"""
import argparse
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
INDEX = FIXTURES / "alpine/apko/pkg/apk/apk/testdata/alpine-317/APKINDEX.tar.gz"
SYSTEM = FIXTURES / "base/alpine/v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz"
TESTS = HERE / ".build/debug/plinthPackageTests.xctest"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", default=str(INDEX), help="APKINDEX.tar.gz")
    parser.add_argument("--system", default=str(SYSTEM), help="archive of an Alpine with apk in it")
    parser.add_argument("--tests", default=str(TESTS), help="the built tests")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seed", default="plinth-1")
    parser.add_argument("--installed", action="store_true", help="add to the system of the archive, not to nothing")
    parser.add_argument("--floor", type=float, default=98.0, help="per cent that must be the same")
    parser.add_argument("--report", help="write a Markdown table here")
    return parser.parse_args()


# --- requests


def stanzas(text):
    for stanza in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in stanza.splitlines() if ":" in line)
        if "P" in fields:
            yield fields


KINDS = {
    "one package": lambda draw, pool: [draw.choice(pool["names"])],
    "several packages": lambda draw, pool: draw.sample(pool["names"], draw.randint(2, 6)),
    "what a package provides": lambda draw, pool: [draw.choice(pool["provided"]), draw.choice(pool["names"])],
    "versions": lambda draw, pool: [constrained(draw, pool) for _ in range(draw.randint(1, 3))],
    "install_if": lambda draw, pool: [draw.choice(pool["conditions"]), *draw.sample(pool["conditional"], 3)],
    "something forbidden": lambda draw, pool: [*draw.sample(pool["names"], 2), "!" + draw.choice(pool["names"])],
}


def constrained(draw, pool):
    name = draw.choice(pool["names"])
    version = pool["versions"][name]
    bare = version.split("-r")[0]
    sign = draw.choice(["=", ">=", "<=", "~", "~", ">", "<", "=", ">="])
    return name + sign + {"~": bare, ">": draw.choice(["0", bare]), "<": draw.choice(["9999", bare])}.get(sign, version)


def requests(text, count, seed):
    """(kind, words) for each request; about as many of each kind."""
    pool = {"names": set(), "provided": set(), "conditions": set(), "conditional": set(), "versions": {}}
    for fields in stanzas(text):
        pool["names"].add(fields["P"])
        pool["versions"][fields["P"]] = fields["V"]
        pool["provided"].update(re.split("[<>=~]", word)[0] for word in fields.get("p", "").split())
        conditions = [re.split("[<>=~]", word)[0] for word in fields.get("i", "").split() if word[0] != "!"]
        pool["conditions"].update(conditions[:1])
        pool["conditional"].update(conditions[1:])
    pool = {key: sorted(value) if isinstance(value, set) else value for key, value in pool.items()}
    draw = random.Random(seed)
    kinds = sorted(KINDS)
    return [(kinds[number % len(kinds)], KINDS[kinds[number % len(kinds)]](draw, pool)) for number in range(count)]


# --- apk


class Apk:
    """The real apk in a sandbox, with a root and a repository of its own."""

    def __init__(self, scratch, index, system, architecture, is_installed):
        self.machine = scratch / "machine"
        self.work = scratch / "work"
        self.architecture = architecture
        with tarfile.open(system) as archive:
            archive.extractall(self.machine, filter="tar")
        (self.machine / "judge").mkdir()
        for part in ("root/etc/apk", "root/lib/apk/db", "root/var/cache/apk", "repository/" + architecture):
            (self.work / part).mkdir(parents=True)
        (self.work / "repository" / architecture / "APKINDEX.tar.gz").write_bytes(pathlib.Path(index).read_bytes())
        (self.work / "root/etc/apk/arch").write_text(architecture + "\n")
        for part in ("etc/apk/world", "lib/apk/db/installed"):
            content = (self.machine / part).read_bytes() if is_installed else b""
            (self.work / "root" / part).write_bytes(content)

    def run(self, *words):
        bind = ["--bind", self.machine, "/", "--bind", self.work, "/judge", "--dev", "/dev", "--proc", "/proc"]
        apk = ["/sbin/apk", "--root", "/judge/root", "--arch", self.architecture, "--allow-untrusted"]
        apk += ["-X", "/judge/repository"]
        command = ["bwrap", "--unshare-net", *map(str, bind), *apk, *words]
        return subprocess.run(command, capture_output=True, text=True)

    def version(self):
        return self.run("--version").stdout.split(",")[0].strip()

    def add(self, words):
        """What apk would do as a list of name=version in its order; None when it refuses, and what it says."""
        done = self.run("add", "--simulate", *words)
        if done.returncode:
            return None, done.stderr.strip() or done.stdout.strip()
        steps = re.findall(r"^\(\d+/\d+\) (\w+) (\S+) \((?:\S+ -> )?([^)]*)\)", done.stdout, re.M)
        return [f"{name}={'-' if verb == 'Purging' else version}" for verb, name, version in steps], ""


# --- Plinth


def ask_plinth(tests, scratch, text, rows, apk, is_installed):
    (scratch / "architecture").write_text(apk.architecture)
    (scratch / "APKINDEX").write_text(text)
    (scratch / "indexes").write_text(str(scratch / "APKINDEX") + "\n")
    (scratch / "requests").write_text("".join(" ".join(words) + "\n" for _, words in rows))
    if is_installed:
        for name, part in (("installed", "lib/apk/db/installed"), ("world", "etc/apk/world")):
            (scratch / name).write_bytes((apk.work / "root" / part).read_bytes())
    command = [tests, "--testing-library", "swift-testing", "--filter", "ApkJudgeTests"]
    done = subprocess.run(command, env=dict(os.environ, PLINTH_APK_JUDGE=str(scratch)), capture_output=True, text=True)
    if done.returncode or not (scratch / "answers").exists():
        sys.exit("the tests did not answer: " + (done.stdout + done.stderr)[-600:])
    for line in (scratch / "answers").read_text().splitlines():
        word, _, rest = line.partition(" ")
        yield (rest.split() if word == "ok" else None), rest


# --- the table


def compare(options):
    with tarfile.open(options.index) as archive:
        text = archive.extractfile("APKINDEX").read().decode()
    rows = requests(text, options.requests, options.seed)
    results = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        architectures = [fields["A"] for fields in stanzas(text) if fields.get("A", "noarch") != "noarch"]
        architecture = max(set(architectures), key=architectures.count)
        apk = Apk(scratch, options.index, options.system, architecture, options.installed)
        answers = ask_plinth(options.tests, scratch, text, rows, apk, options.installed)
        for (kind, words), (ours, why) in zip(rows, answers):
            theirs, said = apk.add(words)
            result = {"kind": kind, "words": words, "ours": ours, "theirs": theirs, "why": why, "said": said}
            result["same"] = (ours is None) == (theirs is None) and set(ours or []) == set(theirs or [])
            result["order"] = result["same"] and ours == theirs
            results.append(result)
            if not result["same"]:
                print(json.dumps(result), file=sys.stderr)
        return results, apk.version()


def note(row):
    if row["ours"] is None:
        return "plinth refuses: " + row["why"][:160]
    if row["theirs"] is None:
        return "apk refuses: " + " ".join(row["said"].split())[:160]
    ours, theirs = set(row["ours"]), set(row["theirs"])
    return f"only plinth: {' '.join(sorted(ours - theirs)) or '–'}; only apk: {' '.join(sorted(theirs - ours)) or '–'}"


def table(options, rows, version):
    total = sum(row["same"] for row in rows)
    lines = [
        "# Plinth and apk choose the same packages", "",
        f"`apk add --simulate` of {version} in a sandbox against Plinth; {len(rows)} requests drawn with the seed",
        f"`{options.seed}` from the index of Alpine 3.17 main (5,004 packages). *Same order* also compares the order of",
        "installation.", "",
        "| requests for | number | same set | same order | refused by both |", "| --- | --: | --: | --: | --: |",
    ]
    for kind in [*sorted(KINDS), "all"]:
        some = [row for row in rows if kind in ("all", row["kind"])]
        both = sum(row["same"] and row["ours"] is None for row in some)
        lines.append(
            f"| {kind} | {len(some)} | {sum(row['same'] for row in some)} | {sum(row['order'] for row in some)} | {both} |")
    lines += ["", f"The same set in {total} of {len(rows)}: {100 * total / len(rows):.1f} %.", ""]
    wrong = [row for row in rows if not row["same"]]
    if wrong:
        lines += ["| request | difference |", "| --- | --- |"]
    for row in wrong:
        lines.append(f"| `{' '.join(row['words'])}` | {note(row).replace('|', chr(92) + '|')} |")
    return "\n".join(lines).rstrip() + "\n"


def main():
    options = arguments()
    if not pathlib.Path(options.index).exists() or not pathlib.Path(options.system).exists():
        sys.exit("the fixtures are not there: nothing to compare with")
    rows, version = compare(options)
    text = table(options, rows, version)
    print(text)
    if options.report:
        pathlib.Path(options.report).write_text(text)
    sys.exit(0 if 100 * sum(row["same"] for row in rows) / len(rows) >= options.floor else 1)


if __name__ == "__main__":
    main()

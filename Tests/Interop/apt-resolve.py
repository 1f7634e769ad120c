#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the packages that Plinth chooses with those that apt chooses.

The judge is `apt-get -s install --no-install-recommends NAME` in an empty root of its own: no package installed, one
architecture, this machine's own mirrors and keyring. Names are drawn from the package lists by a fixed seed. Every
answer of Plinth is also checked by dose-debcheck: all of it must be installable together with nothing else at hand.

In an empty root apt takes usrmerge, which would run a script; so when it appears, apt is asked again with
usr-is-merged beside the name, which is what Plinth takes in its place.

Needs apt, python3 and, for the check of validity, dose-debcheck. Exits 1 when less than --floor per cent are the same
or any answer is not valid.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

TEMPLATE = (
    "{binary} pack {name} --from debian:{suite} --arch {arch} --profile minimal"
    " --dependencies declared --dry-run --json"
)
SUBSTITUTE = {"usrmerge": "usr-is-merged"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--command", default=TEMPLATE, help="how it is run: {binary} {name} {suite} {arch}")
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--arches", default="amd64,arm64")
    parser.add_argument("--names", type=int, default=5, help="names drawn for each suite and architecture")
    parser.add_argument("--all", action="store_true", help="110 names each")
    parser.add_argument("--seed", default="plinth-1")
    parser.add_argument("--floor", type=float, default=99.0, help="per cent that must be the same")
    parser.add_argument("--report", help="write a Markdown table here")
    parser.add_argument("--root", help="keep apt's state here, and use what is there from before")
    options = parser.parse_args()
    if options.all:
        options.names = 110
    return options


# --- the machine's own mirrors


def deb822_sources(text):
    """Stanzas of a .sources file as (uris, suites, components, other fields)."""
    for stanza in re.split(r"\n\s*\n", text):
        fields, last = {}, None
        for line in stanza.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t" and last:
                fields[last] += "\n" + line
            elif ":" in line:
                last, value = line.split(":", 1)
                fields[last] = value.strip()
        if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
            yield fields["URIs"], fields["Suites"].split(), fields.get("Components", "").split(), fields.get("Signed-By")


def line_sources(text):
    """Lines of a .list file in the same form."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)", line)
        if match:
            options = dict(part.split("=", 1) for part in (match[1] or "").split() if "=" in part)
            yield match[2], [match[3]], match[4].split(), options.get("signed-by")


def machine_sources():
    etc = pathlib.Path("/etc/apt")
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            read = deb822_sources if path.suffix == ".sources" else line_sources
            yield from read(path.read_text())


def sources_for(suite):
    """This machine's Debian mirrors, with another suite put in the place of its own."""
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.M))
    own = release.get("VERSION_CODENAME", "")
    stanzas = []
    for uris, suites, components, keyring in machine_sources():
        fitting = [suite + name[len(own):] for name in suites if re.fullmatch(own + "(-updates|-security)?", name)]
        if own and fitting and "main" in components:
            stanza = f"Types: deb\nURIs: {uris}\nSuites: {' '.join(fitting)}\nComponents: main\n"
            stanzas.append(stanza + (f"Signed-By: {keyring}\n" if keyring else ""))
    if not stanzas:
        sys.exit("apt on this machine is not set up for Debian: no mirror to compare with")
    return "\n".join(stanzas)


# --- apt


class Apt:
    """apt with a root of its own."""

    def __init__(self, root, suite, arch):
        self.directory = pathlib.Path(root) / f"{suite}-{arch}"
        for part in ("state/lists/partial", "cache/archives/partial", "sources.d", "preferences.d"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        (self.directory / "status").write_text("")
        (self.directory / "sources.d" / "judge.sources").write_text(sources_for(suite))
        here = self.directory
        (here / "apt.conf").write_text(
            f'Dir::State "{here}/state"; Dir::State::status "{here}/status";\n'
            f'Dir::State::extended_states "{here}/extended_states"; Dir::Cache "{here}/cache";\n'
            f'Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "{here}/sources.d";\n'
            f'Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "{here}/preferences.d";\n'
            f'APT::Architecture "{arch}"; APT::Architectures {{ "{arch}"; }};\n'
            'Acquire::Languages "none"; APT::Sandbox::User "root";\n'
        )
        self.environment = dict(os.environ, APT_CONFIG=str(here / "apt.conf"), LC_ALL="C")

    def run(self, *words):
        command = ["apt-get", "-o", "Dir::Cache::pkgcache=p.bin", "-o", "Dir::Cache::srcpkgcache=s.bin", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True)

    def update(self):
        if not list((self.directory / "state/lists").glob("*_Packages*")):
            done = self.run("update")
            if done.returncode:
                sys.exit(f"apt-get update failed for {self.directory.name}: {done.stderr[-400:]}")

    def stanzas(self):
        """Every stanza of every list, by name and version."""
        found = {}
        for path in sorted((self.directory / "state/lists").glob("*_Packages*")):
            command = ["/usr/lib/apt/apt-helper", "cat-file", str(path)]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for stanza in text.split("\n\n"):
                name = re.match(r"Package: (\S+)", stanza)
                version = re.search(r"^Version: (\S+)", stanza, re.M)
                if name and version:
                    found.setdefault((name[1], version[1]), stanza)
        return found

    def install(self, *names):
        """What apt would install, as name → version; None when it refuses."""
        done = self.run("-s", "install", "--no-install-recommends", *names)
        if done.returncode:
            return None
        return dict(re.findall(r"^Inst (\S+?)(?::\S+)? \((\S+)", done.stdout, re.M))

    def judge(self, name):
        chosen = self.install(name)
        beside = [new for old, new in SUBSTITUTE.items() if chosen and old in chosen]
        return self.install(name, *beside) if beside else chosen


# --- Plinth


def ask_plinth(options, name, suite, arch):
    """What Plinth chooses as name → version, or None and why not; and how long it took in milliseconds."""
    words = shlex.split(options.command)
    words = [word.format(binary=options.binary, name=name, suite=suite, arch=arch) for word in words]
    start = time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True)
    elapsed = (time.monotonic() - start) * 1000
    if done.returncode:
        return None, (done.stderr or done.stdout).strip()[-300:], elapsed
    packages = json.loads(done.stdout)["platforms"][0]["packages"]
    return {package["name"]: package["version"] for package in packages}, "", elapsed


def is_valid(chosen, stanzas, arch, scratch):
    """Whether all of a set can be installed together with nothing else at hand; None without dose-debcheck."""
    if any(item not in stanzas for item in chosen.items()):
        return False
    depends = ", ".join(f"{name} (= {version})" for name, version in sorted(chosen.items()))
    everything = [stanzas[item] for item in sorted(chosen.items())]
    everything.append(f"Package: the-whole-set\nVersion: 1\nArchitecture: {arch}\nDepends: {depends}")
    path = pathlib.Path(scratch) / "Packages"
    path.write_text("\n\n".join(everything) + "\n")
    only = f"--checkonly=the-whole-set:{arch}"
    command = ["dose-debcheck", only, f"--deb-native-arch={arch}", "--failures", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.returncode == 0 and re.search(r"^broken-packages:\s*0", done.stdout, re.M) is not None


# --- why two sets differ


def field(stanza, name):
    match = re.search(rf"^{name}: (.*)", stanza, re.M)
    return match[1] if match else ""


def satisfies(item, group, stanzas):
    """Whether a package satisfies one of the alternatives, versions aside."""
    names = {re.split(r"[\s(:]", part.strip())[0] for part in group.split("|")}
    provided = {re.split(r"[\s(:]", part.strip())[0] for part in field(stanzas[item], "Provides").split(",")}
    return item[0] in names or bool(names & provided)


def explain(ours, theirs, stanzas):
    """The first dependency that the two sides meet differently, or what else is different."""
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] != theirs[name]:
            return f"version of {name}: apt {theirs[name]}, plinth {ours[name]}"
    only_ours = [item for item in ours.items() if item[0] not in theirs and item in stanzas]
    only_theirs = [item for item in theirs.items() if item[0] not in ours and item in stanzas]
    for item in sorted(set(ours.items()) & set(theirs.items()) & stanzas.keys()):
        stanza = stanzas[item]
        for group in (field(stanza, "Pre-Depends") + "," + field(stanza, "Depends")).split(","):
            mine = [name for name, version in only_ours if satisfies((name, version), group, stanzas)]
            other = [name for name, version in only_theirs if satisfies((name, version), group, stanzas)]
            if mine and other:
                return f"{item[0]} needs `{group.strip()}`: apt takes {other[0]}, plinth {mine[0]}"
    if not only_theirs:
        return "plinth takes more"
    return "apt takes more" if not only_ours else "not explained"


# --- the table


def compare(options, apt, suite, arch, scratch):
    apt.update()
    stanzas = apt.stanzas()
    names = sorted({name for name, _ in stanzas})
    drawn = random.Random(f"{options.seed} {suite} {arch}").sample(names, min(options.names, len(names)))
    rows = []
    for name in drawn:
        theirs = apt.judge(name)
        ours, why, elapsed = ask_plinth(options, name, suite, arch)
        row = {"suite": suite, "arch": arch, "name": name, "ms": elapsed, "same": ours == theirs, "valid": None}
        row.update(refused=ours is None, size=len(ours or {}), note="")
        if ours is not None:
            row["valid"] = is_valid(ours, stanzas, arch, scratch)
        if ours is None and theirs is not None:
            row["note"] = "plinth refuses: " + why.replace("\n", " ")
        elif ours is not None and theirs is None:
            row["note"] = "apt finds no set"
        elif not row["same"]:
            row["note"] = explain(ours, theirs, stanzas)
        rows.append(row)
        print("." if row["same"] and row["valid"] is not False else f"\n{suite} {arch} {name}: {row['note']}",
              end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def table(options, rows):
    lines = [
        "# Plinth and apt choose the same packages", "",
        f"`apt-get -s install --no-install-recommends NAME` in an empty root against Plinth; {len(rows)} names drawn with",
        f"the seed `{options.seed}`. *Valid* is dose-debcheck's word on Plinth's set.", "",
        "| suite | architecture | names | same | different | valid | refused by both |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    keys = sorted({(row["suite"], row["arch"]) for row in rows})
    for suite, arch in [*keys, ("all", "all")]:
        some = [row for row in rows if suite == "all" or (row["suite"], row["arch"]) == (suite, arch)]
        same = sum(row["same"] for row in some)
        answered = [row for row in some if not row["refused"]]
        valid = sum(row["valid"] is True for row in answered)
        both = sum(row["refused"] and row["same"] for row in some)
        lines.append(
            f"| {suite} | {arch} | {len(some)} | {same} | {len(some) - same} | {valid} of {len(answered)} | {both} |")
    wrong = [row for row in rows if not row["same"] or row["valid"] is False]
    lines += ["", "No difference." if not wrong else "| suite | architecture | name | difference |"]
    if wrong:
        lines.append("| --- | --- | --- | --- |")
    for row in wrong:
        note = row["note"] + (" **not valid**" if row["valid"] is False else "")
        lines.append(f"| {row['suite']} | {row['arch']} | {row['name']} | {note.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        root = options.root or scratch
        for suite in options.suites.split(","):
            for arch in options.arches.split(","):
                rows += compare(options, Apt(root, suite, arch), suite, arch, scratch)
    text = table(options, rows)
    print(text)
    if options.report:
        pathlib.Path(options.report).write_text(text)
    same = 100 * sum(row["same"] for row in rows) / len(rows)
    sys.exit(0 if same >= options.floor and not any(row["valid"] is False for row in rows) else 1)


if __name__ == "__main__":
    main()

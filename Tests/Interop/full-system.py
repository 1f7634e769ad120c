#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses full and slim images as the distribution that they are.

In a sandbox with the network, apt in the image fetches the archive's indexes, installs a program and one with accounts
and triggers, upgrades, reinstalls what is there, removes again; after each step dpkg must find nothing amiss. That
is the proof that the image is a whole system whose database, accounts, keys and triggers are in order.

Needs root, tar, bubblewrap and the network. Exits 1 if a step fails, 3 if it cannot judge.
"""

import argparse
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import image, markdown  # noqa: E402
from judge.programs import Failed, in_tree, need, tell  # noqa: E402

STEPS = (
    ("apt-get update", ("apt-get", "update", "-q", "--error-on=any"), None),
    ("apt-get install jq", ("apt-get", "install", "-q", "-y", "--no-install-recommends", "jq"), None),
    ("jq runs", ("jq", "-n", "6 * 7"), "42"),
    ("apt-get install of a service", ("apt-get", "install", "-q", "-y", "--no-install-recommends", "redis-server",
                                      "cron", "ca-certificates", "man-db"), None),
    ("the service runs", ("redis-server", "--version"), "Redis server"),
    ("its account is there", ("getent", "passwd", "redis"), "redis:"),
    ("apt-get dist-upgrade", ("apt-get", "dist-upgrade", "-q", "-y"), None),
    ("reinstalling what was there", ("apt-get", "install", "-q", "-y", "--reinstall", "libc6", "libc-bin", "base-files",
                                     "base-passwd", "dash", "bash", "coreutils", "libpam-runtime", "passwd", "tzdata",
                                     "dpkg"), None),
    ("dpkg-reconfigure tzdata", ("dpkg-reconfigure", "-f", "noninteractive", "tzdata"), None),
    ("useradd and su", ("sh", "-c", "useradd -m judged && su judged -c 'id -un'"), "judged"),
    ("apt-get purge", ("apt-get", "purge", "-q", "-y", "redis-server", "jq"), None),
    ("apt-get autoremove", ("apt-get", "autoremove", "-q", "-y", "--purge"), None),
)
SILENT = (("dpkg", "--audit"), ("dpkg", "--verify"), ("dpkg", "--configure", "--pending"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--report", help="write the report here, in Markdown")
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--profiles", default="full,slim")
    parser.add_argument("--store", help="Plinth's store; kept. Default: a new one")
    parser.add_argument("--keep", help="keep recipes and trees here")
    return parser.parse_args()


def complaints(root, profile):
    """What dpkg finds amiss. In slim images documentation is left out, which is no damage."""
    found = []
    for words in SILENT:
        done = in_tree(root, *words)
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        if profile == "slim":
            lines = [line for line in lines if not line.startswith("missing") or not is_documentation(line)]
        found += lines
    return found


def is_documentation(line):
    return any(f"/usr/share/{name}" in line for name in (
        "doc", "man", "locale", "info", "lintian", "linda", "groff", "bug", "gtk-doc", "bash-completion", "zsh", "fish"))


def steps(root, profile):
    """Goes through the steps; yields each with its answer and what was said."""
    amiss = complaints(root, profile)
    yield "dpkg finds nothing amiss at first", not amiss, "; ".join(amiss[:5])
    for name, words, wanted in STEPS:
        done = in_tree(root, *words, network=True)
        right = done.returncode == 0 and (wanted is None or wanted in done.stdout)
        warnings = [line for line in done.stderr.splitlines() if line.startswith(("W:", "E:", "dpkg: "))]
        yield name, right, (done.stderr.strip() or done.stdout.strip())[-600:] if not right else "; ".join(warnings)
        amiss = complaints(root, profile)
        if amiss:
            yield f"dpkg finds nothing amiss after {name}", False, "; ".join(amiss[:5])


def main():
    options = arguments()
    need("tar", "bwrap")
    rows, failed = [], False
    with tempfile.TemporaryDirectory(prefix="full-system-") as scratch:
        base = pathlib.Path(options.keep or scratch)
        base.mkdir(parents=True, exist_ok=True)
        plinth = image.Plinth(options.binary, options.store or base / "store")
        for suite in options.suites.split(","):
            for profile in options.profiles.split(","):
                tell(f"{suite} {profile}")
                for question, answer, detail in steps(made(plinth, base, suite, profile), profile):
                    print(f"{suite} {profile}: {question}: {markdown.verdict(answer)} {detail}", flush=True)
                    rows.append((f"{suite} {profile}", question, answer, detail))
                    failed |= answer is False
        if options.report:
            pathlib.Path(options.report).write_text(report(rows))
    return 1 if failed else 0


def made(plinth, base, suite, profile):
    """A tree of the distribution's own minimal system."""
    name = f"{suite}-{profile}"
    recipe = base / f"{name}.yaml"
    recipe.write_text(f"distribution: debian:{suite}\nprofile: {profile}\narchs: [amd64]\n")
    plinth("build", recipe, "--quiet", "-o", f"oci:{base / name}")
    root = tempfile.mkdtemp(prefix=name, dir=base)
    pathlib.Path(root).rmdir()
    image.Layout(base / name).unpack(root)
    return root


def report(rows):
    systems = list(dict.fromkeys(row[0] for row in rows))
    known = {(row[0], row[1]): row[2] for row in rows}
    table = [[question, *(markdown.verdict(known[name, question]) if (name, question) in known else "–"
                          for name in systems)] for question in dict.fromkeys(row[1] for row in rows)]
    notes = "\n".join(f"- {name}: {question}: {detail}" for name, question, answer, detail in rows if detail)
    return ("# Full systems\n\nMade by `Tests/Interop/full-system.sh`, whose `--help` says how it judges.\n\n"
            + markdown.table(["step", *systems], table) + (f"\n{notes}\n" if notes else ""))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)

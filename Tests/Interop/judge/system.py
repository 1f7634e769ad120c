# SPDX-License-Identifier: Apache-2.0
"""Questions that Debian's own programs answer about a tree. Each gives rows: question, verdict, detail."""

import os
import pathlib
import re
import shutil
import tempfile

from .meaning import differing_only_in
from .programs import in_tree, run

EMULATORS = {"arm64": "qemu-aarch64-static"}


def loader_cache(root, architecture):
    """Whether etc/ld.so.cache is what the tree's own ldconfig writes, byte for byte."""
    ours = pathlib.Path(root, "etc/ld.so.cache").read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        written = os.path.join(scratch, "ld.so.cache")
        program = [os.path.join(root, "usr/sbin/ldconfig")]
        if architecture != "amd64":
            emulator = shutil.which(EMULATORS.get(architecture, "-"))
            if emulator is None:
                return "ld.so.cache is what ldconfig writes", None, "no emulator for " + architecture
            program.insert(0, emulator)
        # With -r every path is the tree's, so the cache is written there and moved away.
        place = os.path.join(root, "etc/judged.cache")
        run(*program, "-r", root, "-X", "-C", "/etc/judged.cache")
        shutil.move(place, written)
        theirs = pathlib.Path(written).read_bytes()
    if ours == theirs:
        return "ld.so.cache is what ldconfig writes", True, f"{len(ours)} bytes"
    first = next((at for at, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
    return ("ld.so.cache is what ldconfig writes", False, f"{len(ours)} against {len(theirs)} bytes; first difference "
            f"at {first}: {near(ours, first)} {near(theirs, first)}")


def near(content, at):
    return repr(content[max(at - 12, 0):at + 28])


def package_database(root, lock):
    """What dpkg says about the tree."""
    listed = in_tree(root, "dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n",
                     check=True).stdout
    found = sorted(line for line in listed.splitlines())
    wanted = sorted("ii \t" + "\t".join((package["name"], package["version"], package["architecture"]))
                    for package in lock)
    yield ("dpkg-query lists the lock, all installed", found == wanted,
           " ".join(set(found) ^ set(wanted)) or f"{len(found)} packages")
    for question, words in (("dpkg --audit is silent", ("dpkg", "--audit")),
                            ("dpkg --verify is silent", ("dpkg", "--verify"))):
        done = in_tree(root, *words)
        yield question, done.returncode == 0 and not done.stdout.strip(), brief(done)
    done = in_tree(root, "dpkg", "--configure", "--pending")
    yield "dpkg --configure --pending has nothing to do", done.returncode == 0 and not done.stdout.strip(), brief(done)


def package_manager(root):
    """What apt says about the tree; without the network."""
    done = in_tree(root, "apt-get", "check", "-q")
    yield "apt-get check", done.returncode == 0, "" if done.returncode == 0 else brief(done)
    done = in_tree(root, "apt-get", "-s", "-q", "autoremove")
    yield "apt-get autoremove would remove nothing", "Remv" not in done.stdout, ""


def accounts(root, real=None):
    """What base-passwd and shadow say about the account files."""
    done = in_tree(root, "update-passwd", "--dry-run")
    quiet = done.returncode == 0 and "No changes" in done.stdout or not done.stdout.strip()
    yield "update-passwd would change nothing", quiet, brief(done)
    for program in ("pwck", "grpck"):
        ours, theirs = check_accounts(root, program), check_accounts(real, program) if real else set()
        more = sorted(ours - theirs)
        yield f"{program} -r complains no more than in the real root", not more, "; ".join(more)


def check_accounts(root, program):
    said = in_tree(root, program, "-r")
    return {line for line in (said.stdout + said.stderr).splitlines() if line and "no changes" not in line}


def alternatives(root, real):
    """Whether update-alternatives gives the same answers in both roots."""
    ours, theirs = (set(in_tree(place, "update-alternatives", "--get-selections", check=True).stdout.splitlines())
                    for place in (root, real))
    differing = sorted(ours ^ theirs)
    yield ("update-alternatives selects as in the real root", not differing,
           "; ".join(re.sub(r"\s+", " ", line) for line in differing) or str(len(ours)))


def same_file(root, real, path):
    question = f"/{path} is that of the real root"
    ours, theirs = pathlib.Path(root, path), pathlib.Path(real, path)
    if not (ours.exists() and theirs.exists()):
        same = ours.exists() == theirs.exists()
        return question, same, "neither has it" if same else "only one of them has it"
    if ours.read_bytes() == theirs.read_bytes():
        return question, True, "byte for byte"
    words = differing_only_in(path, root, real)
    lines = set(ours.read_text(errors="replace").splitlines()) ^ set(theirs.read_text(errors="replace").splitlines())
    return question, words is not None, f"but for {words}" if words else "; ".join(sorted(lines))[:600]


def brief(done):
    words = (done.stdout + done.stderr).strip()
    return words.replace("\n", "; ")[:600]


def ask_all(ours, real, lock):
    """All answers; the first ones do not change the tree."""
    answers = [same_file(ours, real, path)
               for path in ("etc/passwd", "etc/group", "etc/shells", "etc/nsswitch.conf",
                            "etc/ssl/certs/ca-certificates.crt")]
    answers += alternatives(ours, real)
    answers += accounts(ours, real)
    answers += package_database(ours, lock)
    answers += package_manager(ours)
    return answers

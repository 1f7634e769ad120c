# SPDX-License-Identifier: Apache-2.0
"""Running other people's programs."""

import os
import shutil
import subprocess
import sys

CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
         "DEBIAN_FRONTEND": "noninteractive"}


class Failed(Exception):
    """A program that should have worked did not."""


def run(*words, check=True, **options):
    """Runs a program and gives back what it printed; both streams are text."""
    words = [str(word) for word in words]
    done = subprocess.run(words, capture_output=True, text=True, errors="surrogateescape", **options)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(words[:6])}: exit {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done


def sandbox(root, network=False):
    """The words that run a program in a tree, as root, shut off from this machine and from its environment."""
    words = ["bwrap", "--bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--unshare-ipc",
             "--unshare-uts", "--die-with-parent", "--clearenv"]
    if network:
        words += ["--ro-bind", os.path.realpath("/etc/resolv.conf"), "/etc/resolv.conf"]
    else:
        words.append("--unshare-net")
    for name, value in CLEAN.items():
        words += ["--setenv", name, value]
    return words


def in_tree(root, *words, network=False, check=False):
    """Runs a program of the tree in the tree. The tree may change."""
    return run(*sandbox(root, network), *words, check=check, stdin=subprocess.DEVNULL)


def need(*names):
    """Ends with 3 when a program that the judgement needs is not here."""
    missing = [name for name in names if shutil.which(name) is None]
    if os.geteuid() != 0:
        missing.append("root (owners of files are compared)")
    if missing:
        print("cannot judge without: " + ", ".join(missing), file=sys.stderr)
        sys.exit(3)


def tell(*words):
    print(*words, file=sys.stderr, flush=True)

# SPDX-License-Identifier: Apache-2.0
"""Running other people's programs."""

import os
import shutil
import subprocess
import sys

CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
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


def in_tree(root, *words, network=False, check=False, **options):
    """Runs a program of the tree in the tree, as root, shut off from this machine. The tree may change."""
    sandbox = ["bwrap", "--bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--unshare-ipc",
               "--unshare-uts", "--die-with-parent", "--clearenv"]
    sandbox += [] if network else ["--unshare-net"]
    if network:
        sandbox += ["--ro-bind", os.path.realpath("/etc/resolv.conf"), "/etc/resolv.conf"]
    for name, value in CLEAN.items():
        sandbox += ["--setenv", name, value]
    return run(*sandbox, *words, check=check, stdin=subprocess.DEVNULL, **options)


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

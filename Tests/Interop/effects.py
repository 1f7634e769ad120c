#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the effects that a recipe asks for with the programs that they stand for.

The same packages become two images: one with `effects:`, one without, in whose tree systemd-sysusers, systemd-tmpfiles
and glib-compile-schemas of those packages are then run in a sandbox. Every entry must be the same, byte for byte, but
for what the programs write for themselves; and gsettings must read the compiled schemas.

Needs root, tar, bubblewrap and the network. Exits 1 if something differs, 3 if it cannot judge.
"""

import argparse
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import image, tree  # noqa: E402
from judge.programs import Failed, in_tree, need  # noqa: E402

PACKAGES = ("systemd", "dbus", "gsettings-desktop-schemas", "libglib2.0-bin", "gnome-settings-daemon-common", "polkitd",
            "systemd-timesyncd", "openssh-server", "cryptsetup-bin", "busybox-static")
PROGRAMS = (("systemd-sysusers",), ("systemd-tmpfiles", "--create"),
            ("sh", "-c", "$(ls /usr/lib/*/glib-2.0/glib-compile-schemas) --strict /usr/share/glib-2.0/schemas"))
# Locks and copies made before a change, what a running system mounts over, and settings that gsettings keeps.
SKIPPED = ("etc/.pwd.lock", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "run", "tmp", "root/.cache")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--store", help="Plinth's store; kept. Default: a new one")
    return parser.parse_args()


def made(plinth, base, suite, name, effects):
    recipe = base / f"{name}.yaml"
    recipe.write_text(f"distribution: debian:{suite}\ncontents: {{packages: [{', '.join(PACKAGES)}]}}\narchs: [amd64]\n"
                      + effects)
    plinth("build", recipe, "--quiet", "-o", f"oci:{base / name}")
    root = str(base / f"{name}-tree")
    image.Layout(base / name).unpack(root)
    return root


def is_skipped(path):
    return any(path == skipped or path.startswith(skipped + "/") for skipped in SKIPPED)


def described(root):
    """Every entry without its time, and without access lists: those of tmpfiles.d are not made."""
    found = {}
    for path, entry in tree.read_tree(root).items():
        if not is_skipped(path):
            kept = tuple(pair for pair in entry.attributes if not pair[0].startswith("system.posix_acl"))
            found[path] = entry._replace(modified=0, attributes=kept)
    return found


def main():
    options = arguments()
    need("tar", "bwrap")
    failed = False
    with tempfile.TemporaryDirectory(prefix="effects-") as scratch:
        plinth = image.Plinth(options.binary, options.store or pathlib.Path(scratch) / "store")
        for suite in options.suites.split(","):
            base = pathlib.Path(scratch) / suite
            base.mkdir()
            ours = made(plinth, base, suite, "ours", "effects: [sysusers, tmpfiles, glib-schemas]\n")
            real = made(plinth, base, suite, "real", "")
            for words in PROGRAMS:
                done = in_tree(real, *words)
                if done.stderr.strip():
                    print(f"{suite}: {words[0]}: {done.stderr.strip()[-1500:]}")
            first, second = described(ours), described(real)
            different = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
            for path in different:
                print(f"{suite}: {path}: ours {first.get(path)}, real {second.get(path)}")
            schemas = in_tree(ours, "gsettings", "list-recursively")
            lines = len(schemas.stdout.splitlines())
            print(f"{suite}: {len(first)} entries, {len(different)} different; gsettings reads {lines} settings")
            failed |= bool(different) or lines < 100
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)

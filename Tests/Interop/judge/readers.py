# SPDX-License-Identifier: Apache-2.0
"""What skopeo, umoci, podman, runc, crun and syft make of an image. Each question gives answer and detail."""

import json
import os
import pathlib
import shutil

from .image import Layout
from .programs import run
from .tree import differences, read_tree

PODMAN = ("--cgroup-manager", "cgroupfs", "--runtime", "runc", "--storage-driver", "vfs")
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--network", "host")


def inspected(reference):
    return json.loads(run("skopeo", "inspect", reference).stdout)


def raw(reference):
    return json.loads(run("skopeo", "inspect", "--raw", reference).stdout)


def copied(reference, place, *options):
    """A copy by skopeo in a new layout, as that layout's index."""
    run("skopeo", "copy", "--quiet", *options, reference, f"oci:{place}:copy")
    return json.loads(pathlib.Path(place, "index.json").read_text())["manifests"][0]


def to_docker(reference, place):
    """A copy by skopeo in a Docker archive; why there is none."""
    done = run("skopeo", "copy", "--quiet", reference, f"docker-archive:{place}:judged:1", check=False)
    return "" if done.returncode == 0 else brief(done.stderr)


def brief(said):
    """The innermost cause of the last line of a message."""
    return ": ".join(said.strip().splitlines()[-1].split(": ")[-2:]).strip('" ')[-160:]


def diff_ids(reference):
    return json.loads(run("skopeo", "inspect", "--config", reference).stdout)["rootfs"]["diff_ids"]


def same_blobs(first, second):
    """Whether every blob that a copy holds is the original's, byte for byte."""
    blobs = [blob for blob in pathlib.Path(second, "blobs/sha256").iterdir()]
    return all(blob.read_bytes() == pathlib.Path(first, "blobs/sha256", blob.name).read_bytes() for blob in blobs)


def unpacked(layout, bundle):
    """umoci's bundle, or why there is none."""
    done = run("umoci", "unpack", "--image", f"{layout}:copy", bundle, check=False)
    return None if done.returncode == 0 else brief(done.stderr)


def tree_difference(bundle, root):
    """Paths in which umoci's root and tar's differ."""
    ours, theirs = read_tree(os.path.join(bundle, "rootfs")), read_tree(root)
    return sorted(path for path in ours.keys() | theirs.keys()
                  if path not in ours or path not in theirs or differences(ours[path], theirs[path]))


def bundle_says(runtime, bundle, *arguments):
    """Runs the image's own program with arguments, from umoci's bundle."""
    path = pathlib.Path(bundle, "config.json")
    keep = path.read_text()
    config = json.loads(keep)
    config["process"]["terminal"] = False
    config["process"]["args"] += list(arguments)
    config["process"].pop("rlimits", None)
    config.get("linux", {}).pop("resources", None)
    path.write_text(json.dumps(config))
    try:
        # crun refuses machines with both kinds of control groups; out of sight of the second it runs.
        hide = "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\""
        return run("unshare", "-m", "sh", "-c", hide, "-", runtime, "run", f"judged-{os.getpid()}-{runtime}",
                   cwd=bundle, check=False)
    finally:
        path.write_text(keep)


def podman_says(scratch, reference, *arguments):
    places = ("--root", f"{scratch}/containers", "--runroot", f"{scratch}/running")
    return run("podman", *places, *PODMAN, "run", "--rm", *LIMITS, reference, *arguments, check=False)


def syft_lists(syft, reference):
    """(type, name, version) of everything that syft finds."""
    said = run(syft, "scan", reference, "-o", "json", "-q", env=dict(os.environ, SYFT_CHECK_FOR_APP_UPDATE="false"))
    return {(item["type"], item["name"], item["version"]) for item in json.loads(said.stdout)["artifacts"]}


def is_here(program):
    return shutil.which(program) is not None


def manifests(layout):
    return Layout(layout).manifests


def versions(syft):
    """Name and version of every program that was asked."""
    for name, words in (("skopeo", ("skopeo", "--version")), ("umoci", ("umoci", "--version")),
                        ("podman", ("podman", "--version")), ("runc", ("runc", "--version")),
                        ("crun", ("crun", "--version")), ("syft", (syft, "--version"))):
        if is_here(words[0]):
            first = run(*words, check=False).stdout.splitlines()[0]
            yield name, next(word for word in first.split() if word[0].isdigit())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hands Plinth's images to other people's programs.

Redis is packed in the profiles minimal, slim and full, in gzip and zstd, as a layout, an OCI archive and a Docker
archive, and for two architectures. skopeo must inspect and copy each without changing a digest, umoci must unpack what
tar unpacks, runc, crun and podman must run it, and syft must list exactly the packages of the lock. What is not
installed is not judged, and said so.

Needs root, tar, bubblewrap and skopeo. Exits 1 if a program disagrees, 3 if it cannot judge.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import image, markdown, readers, service  # noqa: E402
from judge.programs import Failed, need, tell  # noqa: E402

IMAGES = (("minimal", "gzip"), ("minimal", "zstd"), ("slim", "gzip"), ("slim", "zstd"), ("full", "gzip"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--report", help="write the report here, in Markdown")
    parser.add_argument("--suite", default="trixie")
    parser.add_argument("--store", help="Plinth's store; kept. Default: a new one")
    parser.add_argument("--syft", default="syft", help="the syft to ask")
    return parser.parse_args()


class Answers:
    """Rows of a table: image, question, answer, detail."""

    def __init__(self):
        self.rows = []

    def add(self, image_name, question, answer, detail=""):
        self.rows.append((image_name, question, answer, detail))
        print(f"{image_name}: {question}: {markdown.verdict(answer)} {detail}", flush=True)

    def failed(self):
        return any(answer is False for _, _, answer, _ in self.rows)


class Judge:
    def __init__(self, options, plinth, scratch, answers):
        self.options, self.plinth, self.scratch, self.answers = options, plinth, scratch, answers

    def recipe(self, name, profile, packing="gzip", arches="amd64"):
        path = self.scratch / f"{name}.yaml"
        path.write_text(f"distribution: debian:{self.options.suite}\nprofile: {profile}\ncompression: {packing}\n"
                        "contents: {packages: [redis-server]}\narchs: [" + arches + "]\n"
                        "entrypoint: {command: /usr/bin/redis-server}\n")
        return path

    def build(self, recipe, destination):
        """Builds to a destination; gives the digest that Plinth tells."""
        return json.loads(self.plinth("build", recipe, "--locked", "--json", "-o", destination).stdout)["digest"]

    def one(self, profile, packing):
        """Everything about one image for one platform."""
        name = f"{profile} {packing}"
        base = self.scratch / f"{profile}-{packing}"
        recipe = self.recipe(base.name, profile, packing)
        lock = self.plinth.lock(recipe)["platforms"][0]["packages"]
        ours = self.build(recipe, f"oci:{base}")
        add = lambda *words: self.answers.add(name, *words)  # noqa: E731
        add("skopeo inspect tells Plinth's digest", readers.inspected(f"oci:{base}")["Digest"] == ours)
        copy = f"{base}.copy"
        add("skopeo copy to a layout keeps it", readers.copied(f"oci:{base}", copy)["digest"] == ours
            and readers.same_blobs(base, copy), ours[:19])
        self.archives(add, base, recipe, ours)
        root = f"{base}.root"
        image.Layout(base).unpack(root)
        self.bundles(add, base, copy, root)
        self.podman(add, base)
        self.syft(add, base, lock)
        said = service.redis_answers(root)
        add("redis-server starts in a sandbox and answers", said == "PONG", f"PING → {said}")

    def archives(self, add, base, recipe, ours):
        ids = image.Layout(base).config()["rootfs"]["diff_ids"]
        docker, oci = f"docker-archive:{base}.docker.tar", f"oci-archive:{base}.oci.tar"
        refused = readers.to_docker(f"oci:{base}", f"{base}.skopeo.tar")
        add("skopeo copy to a Docker archive keeps the diff IDs", *(
            (None if "zstd" in refused else False, refused) if refused
            else (readers.diff_ids(f"docker-archive:{base}.skopeo.tar") == ids,)))
        self.build(recipe, oci)
        add("skopeo copy of the OCI archive keeps the digest",
            readers.copied(oci, f"{base}.from-oci")["digest"] == ours)
        self.build(recipe, docker)
        readers.copied(docker, f"{base}.from-docker")
        add("skopeo copy of the Docker archive keeps the diff IDs",
            readers.diff_ids(f"oci:{base}.from-docker:copy") == ids)

    def bundles(self, add, base, copy, root):
        question = "umoci unpacks what tar unpacks"
        if not readers.is_here("umoci"):
            add(question, None, "umoci is not here")
            return
        bundle = f"{base}.bundle"
        refused = readers.unpacked(copy, bundle)
        if refused:
            add(question, None if "zstd" in refused else False, refused)
            return
        differing = readers.tree_difference(bundle, root)
        add(question, not differing, " ".join(differing[:5]))
        for runtime in ("runc", "crun"):
            if readers.is_here(runtime):
                done = readers.bundle_says(runtime, bundle, "--version")
                add(f"{runtime} runs umoci's bundle", *self.version(done))
            else:
                add(f"{runtime} runs umoci's bundle", None, f"{runtime} is not here")

    @staticmethod
    def version(done):
        if done.returncode == 0 and "Redis server" in done.stdout:
            return True, " ".join(done.stdout.split()[:3])
        said = (done.stderr or done.stdout).strip().replace("\n", "; ")
        # A machine that has no room for containers says so before anything of the image is run.
        machine = any(word in said for word in ("cgroup", "RLIMIT", "setrlimit", "/dev/tty"))
        return (None if machine else False), said[-200:]

    def podman(self, add, base):
        if not readers.is_here("podman"):
            add("podman runs it", None, "podman is not here")
            return
        add("podman runs it", *self.version(readers.podman_says(self.scratch, f"oci:{base}", "--version")))

    def syft(self, add, base, lock):
        question = "syft lists exactly the lock"
        if not readers.is_here(self.options.syft):
            add(question, None, "syft is not here")
            return
        found = readers.syft_lists(self.options.syft, f"oci-dir:{base}")
        debs = {(name, version) for kind, name, version in found if kind == "deb"}
        wanted = {(package["name"], package["version"]) for package in lock}
        others = sorted({f"{kind} {name}" for kind, name, _ in found if kind != "deb"})
        add(question, debs == wanted, f"{len(wanted)} packages" if debs == wanted
            else " ".join(sorted(name for name, _ in debs ^ wanted)))
        add("syft finds nothing that is not there", not others, ", ".join(others[:5]))

    def two(self):
        """An index over two architectures."""
        name, base = "amd64 and arm64", self.scratch / "two"
        recipe = self.recipe("two", "minimal", arches="amd64, arm64")
        self.plinth.lock(recipe)
        ours = self.build(recipe, f"oci:{base}")
        add = lambda *words: self.answers.add(name, *words)  # noqa: E731
        platforms = [item.get("platform", {}).get("architecture") for item in readers.raw(f"oci:{base}")["manifests"]]
        add("the index names both architectures", platforms == ["amd64", "arm64"], str(platforms))
        for packed, reference in (("layout", f"oci:{base}"), ("OCI archive", f"oci-archive:{base}.tar")):
            if packed != "layout":
                self.build(recipe, reference)
            kept = readers.copied(reference, f"{base}.{packed[0]}", "--all")["digest"] == ours
            add(f"skopeo copy --all of the {packed} keeps the digest", kept, ours[:19])
        for architecture in ("amd64", "arm64"):
            place = f"{base}.{architecture}"
            readers.copied(f"oci:{base}", place, "--override-arch", architecture)
            found = image.Layout(place).config()["architecture"]
            add(f"skopeo picks {architecture}", found == architecture, found)
        self.podman(add, base)


def main():
    options = arguments()
    need("tar", "bwrap", "skopeo")
    answers = Answers()
    with tempfile.TemporaryDirectory(prefix="readers-") as scratch:
        plinth = image.Plinth(options.binary, options.store or pathlib.Path(scratch) / "store")
        judge = Judge(options, plinth, pathlib.Path(scratch), answers)
        for profile, packing in IMAGES:
            tell(f"{profile} {packing}")
            judge.one(profile, packing)
        judge.two()
        if options.report:
            pathlib.Path(options.report).write_text(report(options, answers))
    return 1 if answers.failed() else 0


def report(options, answers):
    versions = [f"{program} {words}" for program, words in readers.versions(options.syft)]
    day = time.strftime("%Y-%m-%d", time.gmtime())
    intro = ("# Readers\n\nMade by `Tests/Interop/readers.sh`, whose `--help` says how it judges. "
             f"Redis of {options.suite}, {day}; {', '.join(versions)}.\n")
    images = list(dict.fromkeys(row[0] for row in answers.rows))
    questions = list(dict.fromkeys(row[1] for row in answers.rows))
    known = {(row[0], row[1]): row for row in answers.rows}
    rows = [[question, *(markdown.verdict(known[name, question][2]) if (name, question) in known else "–"
                         for name in images)] for question in questions]
    notes = [f"- {name}: {question}: {detail}" for name, question, answer, detail in answers.rows
             if answer is not True and detail]
    return "\n".join([intro, markdown.table(["question", *images], rows), *notes]) + ("\n" if notes else "")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)

# SPDX-License-Identifier: Apache-2.0
"""The bases that people compare: how each is built, and what is asked of it when it runs."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import threading
import time
from typing import NamedTuple

from . import service
from .container import NATIVE, Container
from .image import Layout
from .programs import Failed, run, tell

LIBRARIES = {"amd64": ("/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"),
             "arm64": ("/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu")}
LOADER, TRIPLET = LIBRARIES.get(NATIVE, ("/lib/ld.so", "lib"))
TARGETS = {"amd64": "x86_64-linux-musl", "arm64": "aarch64-linux-musl"}


class Base(NamedTuple):
    """An image to build. `asks` is a command and a pattern of its answer."""

    name: str
    recipe: str
    asks: tuple
    answer: str
    # Built from a copy of the recipe in the output's directory, where the program, the repository and images are.
    beside: bool = False
    options: tuple = ()

    @property
    def shown(self):
        """What a person would say."""
        return " ".join((self.recipe, *self.options))


SYSTEM = ("sh", "-c", "dpkg --audit && apt-get --version")
PYTHON = "import ctypes, sqlite3, ssl, zoneinfo; print(ssl.OPENSSL_VERSION, zoneinfo.ZoneInfo('Europe/Berlin'))"
NODE = "console.log(6 * 7, new Date(0).toLocaleString('de-DE', {timeZone: 'Asia/Tokyo'}))"
JQ = ("jq", "-n", "6 * 7")
HELLO = "^Hello from user 65532$"
BASES = (
    Base("debian", "debian.yaml", SYSTEM, r"^apt \d"),
    Base("debian-slim", "debian-slim.yaml", SYSTEM, r"^apt \d"),
    Base("static", "bases/static.yaml", ("/hello",), HELLO),
    Base("base", "bases/base.yaml", (LOADER, "--list", f"/usr/lib/{TRIPLET}/libssl.so.3"), r"libcrypto\.so\.3 => /"),
    Base("cc", "bases/cc.yaml", (LOADER, "--list", f"/usr/lib/{TRIPLET}/libstdc++.so.6"), r"libgcc_s\.so\.1 => /"),
    Base("python3", "bases/python3.yaml", ("python", "-c", PYTHON), "^OpenSSL .* Europe/Berlin$"),
    Base("java", "bases/java.yaml", ("java", "-XshowSettings:properties", "-version"), r"sun\.jnu\.encoding = UTF-8"),
    Base("nodejs", "bases/nodejs.yaml", ("/nodejs/bin/node", "-e", NODE), "^42 1.1.1970, 09:00:00"),
    Base("busybox", "pack busybox-static", ("/bin/busybox", "sh", "-c", "echo $((6 * 7))"), "^42$"),
    Base("scratch", "bases/scratch.yaml", ("/hello",), HELLO, beside=True),
    Base("redis", "redis.yaml", (), "^PONG$"),
    Base("alpine", "bases/alpine.yaml", ("/bin/sh", "-c", "apk info --installed musl busybox"), "^musl"),
    Base("apko", "apko/busybox.yaml", ("/bin/sh", "-c", "busybox id -u"), "^65532$", beside=True),
    Base("jq", "jq.yaml", JQ, "^42$"),
    Base("jq-big", "jq.yaml", JQ, "^42$", options=("--variant", "big")),
    Base("copied", "copied.yaml", JQ, "^42$", beside=True),
    Base("upon", "upon.yaml", ("sh", "-c", "dpkg --audit && apt-get check >/dev/null && jq -n '6 * 7'"), "^42$",
         beside=True),
)


class Row(NamedTuple):
    """What became of one."""

    name: str
    recipe: str
    layout: pathlib.Path = None
    platforms: tuple = ()
    # A verdict and what was said, for each platform.
    answers: tuple = ()
    said: str = ""
    seconds: float = 0
    is_wanted: bool = True


class Works:
    """Builds bases into a directory, where what a later run can use is kept."""

    def __init__(self, plinth, out, examples, alpine):
        self.plinth, self.out, self.examples, self.alpine = plinth, out, examples, alpine
        self.program = Program(examples / "bases/hello.c", out)

    def all(self, only):
        wanted = [base for base in BASES if only is None or base.name in only]
        # The compiler takes longest: it begins first. The programs are needed by two.
        if any(base.name in ("scratch", "static") for base in wanted):
            self.program.begin()
            wanted.sort(key=lambda base: base.name in ("scratch", "static"))
        rows = {base.name: self.row(base) for base in wanted}
        return [rows[base.name] for base in BASES if base.name in rows]

    def row(self, base):
        start = time.monotonic()
        try:
            layout = self.build(base)
            if layout is None:
                return Row(base.name, base.shown, said="no Alpine is at hand", is_wanted=False)
            platforms = self.facts(layout)
            answers = tuple(self.asked(base, layout))
        except Failed as failure:
            tell(f"{base.name}: {failure}")
            return Row(base.name, base.shown, said=str(failure).splitlines()[0])
        seconds = time.monotonic() - start
        said = "; ".join(dict.fromkeys(said for _, said in answers))
        tell(f"{base.name}: {seconds:.2f} s, {said}")
        return Row(base.name, base.shown, layout, platforms, answers, said, seconds)

    # MARK: Building

    def build(self, base):
        """The layout of an image; none when the machine has not got what it is made of."""
        layout = self.out / base.name
        environment = self.plinth.environment
        recipe = self.examples / base.recipe
        if base.name == "scratch":
            self.program.wait()
        if base.name == "alpine":
            mirror = self.mirror()
            if mirror is None:
                return None
            environment = {**environment, **mirror}
        if base.name == "apko":
            if self.alpine is None:
                return None
            link(self.out / "repository", self.alpine)
        if base.beside:
            recipe = pathlib.Path(shutil.copy(recipe, self.out))
        words = (["build", recipe] if not base.recipe.startswith("pack ")
                 else [*base.recipe.split(), "--from", "debian:trixie"])
        # One processor is enough for sizes; the program from scratch is for two.
        if base.name not in ("scratch", "apko", "alpine"):
            words += ["--arch", NATIVE]
        run(self.plinth.binary, *words, *base.options, "-q", "-o", f"oci:{layout}", env=environment)
        return layout

    def mirror(self):
        """The settings that say where Alpine is; none when it is nowhere."""
        if "PLINTH_MIRROR_ALPINE" in os.environ:
            return {}
        if self.alpine is None:
            return None
        # A mirror has a folder for the branch, and in it one for each of its parts.
        branch = self.out / "alpine-mirror/v3.20"
        branch.mkdir(parents=True, exist_ok=True)
        for part in ("main", "community"):
            link(branch / part, self.alpine)
        return {"PLINTH_MIRROR_ALPINE": str(branch.parent), "PLINTH_KEYRING": str(self.alpine.resolve() / "keys")}

    def facts(self, layout):
        """What `plinth inspect` tells of every platform, asked once for a digest."""
        index = json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]
        kept = layout.with_suffix(".facts.json")
        found = json.loads(kept.read_text()) if kept.exists() else {}
        if found.get("of") != index:
            found = {"of": index, "platforms": json.loads(self.plinth("inspect", layout, "--json").stdout)["platforms"]}
            kept.write_text(json.dumps(found))
        return tuple(found["platforms"])

    # MARK: Running

    def asked(self, base, layout):
        """Runs a program of every platform of an image; gives a verdict and what was said."""
        for number, manifest in enumerate(Layout(layout).manifests):
            config = Layout(layout).config(number)
            container = Container(self.unpacked(layout, manifest, config["architecture"]), config)
            if container.can_run():
                yield self.answer(base, container)
            else:
                yield None, f"not run on {config['architecture']}"

    def answer(self, base, container):
        if base.name == "redis":
            said = service.redis_answers(container.root)
            return re.search(base.answer, said) is not None, f"PING → {said}"
        lent = {}
        if base.name == "static":
            self.program.wait()
            lent["/hello"] = self.program.place(container.architecture)
        done = container.says(*base.asks, lent=lent)
        text = (done.stdout + done.stderr).strip()
        found = re.search(base.answer, text, re.MULTILINE)
        if done.returncode != 0 or not found:
            return False, f"exit {done.returncode}: {text[-300:]}"
        line = next(line for line in text.splitlines() if re.search(base.answer, line))
        # Where a library is loaded is another place every time.
        return True, re.sub(r" \(0x[0-9a-f]+\)$", "", line.strip())

    def unpacked(self, layout, manifest, architecture):
        """The image's files, unpacked once for a manifest."""
        root = self.out / "roots" / f"{layout.name}-{architecture}"
        mark = root.with_name(root.name + ".digest")
        digest = " ".join(layer["digest"] for layer in manifest["layers"])
        if not mark.exists() or mark.read_text() != digest:
            mark.unlink(missing_ok=True)
            shutil.rmtree(root, ignore_errors=True)
            root.parent.mkdir(exist_ok=True)
            self.plinth("copy", f"oci:{layout}", f"dir:{root}", "--platform", f"linux/{architecture}", "-q")
            mark.write_text(digest)
        return root


def link(place, target):
    """A link to a folder, put right when it was one to another."""
    if place.is_symlink():
        place.unlink()
    place.symlink_to(target.resolve())


class Program:
    """A static C program for every processor, compiled when its source has changed."""

    def __init__(self, source, folder):
        self.source, self.folder = source, folder
        self.thread, self.failure = None, None

    def place(self, architecture):
        return self.folder / "build" / architecture / "hello"

    def begin(self):
        self.thread = threading.Thread(target=self.make)
        self.thread.start()

    def wait(self):
        self.thread.join()
        if self.failure:
            raise Failed(f"the C program: {self.failure}")

    def make(self):
        try:
            self.compile()
        except (Failed, OSError) as failure:
            self.failure = failure

    def compile(self):
        mark = self.folder / "build/source.sha256"
        digest = hashlib.sha256(self.source.read_bytes()).hexdigest()
        if mark.exists() and mark.read_text() == digest:
            return
        compiler = self.compiler()
        environment = dict(os.environ, PYTHONPATH=str(compiler), ZIG_GLOBAL_CACHE_DIR=str(compiler / "cache"),
                           ZIG_LOCAL_CACHE_DIR=str(compiler / "cache"))
        def compile_for(architecture):
            self.place(architecture).parent.mkdir(parents=True, exist_ok=True)
            run(sys.executable, "-m", "ziglang", "cc", "-target", TARGETS[architecture], "-static", "-Os", "-s", "-o",
                self.place(architecture), self.source, env=environment)

        # Each compiles a C library of its own, which is nearly all of the work.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(compile_for, TARGETS))
        mark.write_text(digest)

    def compiler(self):
        """Fetched by pip from wherever it is set up to look."""
        place = self.folder / "compiler"
        if not (place / "ziglang/__main__.py").exists():
            start = time.monotonic()
            run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--target", place, "ziglang")
            tell(f"ziglang: {time.monotonic() - start:.1f} s")
        return place

# SPDX-License-Identifier: Apache-2.0
"""Running a program of an unpacked image as a container runtime would: its user, environment and directory."""

import os
import shutil
import subprocess

from .programs import run

EMULATORS = {"arm64": "qemu-aarch64-static"}
NATIVE = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
LOCKED_UP = ("bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--die-with-parent",
             "--clearenv")
# Inside the sandbox, where a tree is not the root yet: becomes the image's user there, then its program.
ENTER = """
import os, sys
root, user, group, directory, *words = sys.argv[1:]
os.chroot(root)
os.chdir(directory)
os.setgroups([])
os.setgid(int(group))
os.setuid(int(user))
try:
    os.execve(words[0], words, {name: value for name, value in os.environ.items() if name != "LC_CTYPE"})
except OSError as error:
    sys.exit(f"{words[0]}: {error.strerror}")
"""


class Container:
    """An unpacked image and the configuration it is started with."""

    def __init__(self, root, config):
        self.root, self.settings = os.path.abspath(root), config.get("config", {})
        self.architecture = config.get("architecture", NATIVE)
        self.directory = self.settings.get("WorkingDir") or "/"
        self.environment = dict(word.split("=", 1) for word in self.settings.get("Env", []))
        user, _, group = self.settings.get("User", "").partition(":")
        self.user = user or "0"
        self.group = group or self.main_group() or "0"

    def main_group(self):
        """Of the user, by the image's passwd; none when it is not there."""
        try:
            with open(f"{self.root}/etc/passwd", encoding="utf-8") as file:
                lines = [line.split(":") for line in file]
        except OSError:
            return None
        return next((line[3] for line in lines if len(line) > 3 and line[2] == self.user), None)

    def can_run(self):
        return shutil.which("bwrap") is not None and (self.architecture == NATIVE or self.emulator() is not None)

    def emulator(self):
        return shutil.which(EMULATORS.get(self.architecture, "-"))

    def says(self, *words, variables=(), lent=()):
        """Runs a program. It has no network; what it writes stays in the tree.

        `lent` are files of this machine by the path at which the program finds them.
        """
        environment = {**self.environment, **dict(variables)}
        words = [self.program(words[0], environment.get("PATH", "")), *words[1:]]
        setting = [word for pair in environment.items() for word in ("--setenv", *pair)]
        lent = {**dict(lent)}
        if self.architecture != NATIVE:
            lent["/emulator"] = self.emulator()
            words = ["/emulator", *words]
        mounts = [("--ro-bind", str(file), path) for path, file in lent.items()]
        # Only root can become another user whose files lie in the tree already.
        start = self.entered(mounts) if os.geteuid() == 0 else self.as_this_user(mounts)
        return run(*LOCKED_UP, *setting, *start, *words, check=False, stdin=subprocess.DEVNULL)

    def entered(self, mounts):
        places = [word for option, file, path in mounts for word in (option, file, self.root + path)]
        return ["--dev-bind", "/", "/", "--dev", f"{self.root}/dev", "--proc", f"{self.root}/proc", *places,
                "--cap-add", "ALL", shutil.which("python3"), "-IS", "-c", ENTER, self.root, self.user, self.group,
                self.directory]

    def as_this_user(self, mounts):
        places = [word for mount in mounts for word in mount]
        return ["--bind", self.root, "/", "--dev", "/dev", "--proc", "/proc", *places, "--uid", self.user,
                "--gid", self.group, "--unshare-user", "--chdir", self.directory]

    def program(self, word, search):
        """A bare name is looked for where the image looks for it."""
        if "/" in word:
            return word
        for folder in search.split(":"):
            if os.path.lexists(self.root + os.path.join(folder, word)):
                return os.path.join(folder, word)
        return "/" + word

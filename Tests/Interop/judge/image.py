# SPDX-License-Identifier: Apache-2.0
"""Images that Plinth makes, read without Plinth."""

import json
import os
import pathlib

from .programs import run


class Plinth:
    def __init__(self, binary, store):
        self.binary = os.path.abspath(binary)
        self.environment = dict(os.environ, PLINTH_HOME=str(store))
        self.store = pathlib.Path(store)

    def __call__(self, *words):
        return run(self.binary, *words, env=self.environment)

    def lock(self, recipe):
        """The lock of a recipe, made if it is not there."""
        path = recipe.with_name(recipe.stem + ".lock.json")
        if not path.exists():
            self("lock", recipe, "--quiet")
        return json.loads(path.read_text())

    def blobs(self):
        """Digest → file, of everything in the store that is named by its digest."""
        return {f"sha256:{name}": os.path.join(folder, name)
                for folder, _, names in os.walk(self.store / "blobs") for name in names if len(name) == 64}


class Layout:
    """An OCI layout."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        index = json.loads((self.folder / "index.json").read_text())
        self.manifests = self._flat(index)

    def _flat(self, index):
        found = []
        for item in index["manifests"]:
            document = self.document(item["digest"])
            found += self._flat(document) if "manifests" in document else [document]
        return found

    def path(self, digest):
        return self.folder / "blobs" / digest.replace(":", "/")

    def document(self, digest):
        return json.loads(self.path(digest).read_text())

    def config(self, manifest=0):
        return self.document(self.manifests[manifest]["config"]["digest"])

    def unpack(self, root, manifest=0):
        """Unpacks with tar, as root, every layer in order."""
        os.makedirs(root)
        for layer in self.manifests[manifest]["layers"]:
            press = "--zstd" if layer["mediaType"].endswith("zstd") else "--gzip"
            run("tar", "-x", press, "-p", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-C", root,
                "-f", self.path(layer["digest"]))

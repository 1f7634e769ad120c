#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks an image what the files of container-structure-test ask.

structure.py [--binary PLINTH] [--instead THEIRS=OURS]… [--except NAME=WHY]… IMAGE FILE.yaml…

Files are looked up in what `plinth export` writes and settings in what `plinth inspect` tells. Commands run in a
sandbox without a network, as the image's user and in its environment. With --instead a path that begins with THEIRS
is looked for under OURS; with --except a test is left out, and said so. Understands versions 1 and 2 of the
format: fileExistenceTests, fileContentTests, commandTests and metadataTest.

Needs bubblewrap for commands and PyYAML. Exits 1 if a test does not hold, 3 if it cannot judge.
"""

import argparse
import fnmatch
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import markdown  # noqa: E402
from judge.image import Plinth  # noqa: E402
from judge.programs import Failed, tell  # noqa: E402
from judge.structure import Subject, documents, judged  # noqa: E402


def pair(text):
    first, found, second = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text}: an = is missing")
    return first, second


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", help="an OCI layout")
    parser.add_argument("files", nargs="+", help="tests in YAML")
    parser.add_argument("--binary", default=".build/release/plinth", help="the plinth to judge")
    parser.add_argument("--store", help="Plinth's store; kept. Default: a new one")
    parser.add_argument("--instead", action="append", type=pair, default=[], metavar="THEIRS=OURS")
    parser.add_argument("--except", action="append", type=pair, default=[], dest="exceptions", metavar="NAME=WHY",
                        help="a test by its name, a pattern as of files; also FILE:NAME")
    return parser.parse_args()


def reason(exceptions, file, name):
    """Why a test is left out; None when it is not."""
    for pattern, why in exceptions:
        if fnmatch.fnmatch(f"{file}:{name}", pattern if ":" in pattern else f"*:{pattern}"):
            return why
    return None


def main():
    options = arguments()
    failed = False
    with tempfile.TemporaryDirectory(prefix="structure-") as scratch:
        plinth = Plinth(options.binary, options.store or f"{scratch}/store")
        subject = Subject(plinth, options.image, scratch, options.instead)
        for file, document in documents(options.files):
            for name, ask in judged(document):
                why = reason(options.exceptions, file.name, name)
                answer, detail = (None, f"left out: {why}") if why else ask(subject)
                print(f"{file.name}: {name}: {markdown.verdict(answer)} {detail}".rstrip(), flush=True)
                failed |= answer is False
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        tell(failure)
        sys.exit(2)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the bases that people compare, runs a program of each in a sandbox, and shows their sizes.

Beside them stand the sizes that are told of the images they stand for. A static program for two processors is
compiled from examples/bases/hello.c with the C compiler of Python's package ziglang, which pip fetches once. Alpine
is built when PLINTH_MIRROR_ALPINE says where it is, or of --alpine-repository, as made by alpine-repository.sh.

Everything is kept in --out, so that a second run has little to do. Running needs bubblewrap, and qemu-user-static for
other processors. Exits 1 if an image does not answer or a structure test does not hold, 2 if one could not be built.
"""

import argparse
import os
import pathlib
import resource
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from judge import basereport, bases, distroless  # noqa: E402
from judge.image import Plinth  # noqa: E402
from judge.programs import Failed, tell  # noqa: E402

MARK = ".bases"
PROJECT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=PROJECT / ".build/release/plinth", help="the plinth that builds")
    parser.add_argument("--out", default=PROJECT / ".build/bases", type=pathlib.Path, help="images go here")
    parser.add_argument("--report", type=pathlib.Path, help="write the tables here, in Markdown")
    parser.add_argument("--only", help="names of images, with commas between them")
    parser.add_argument("--measure", action="store_true",
                        help="begin with nothing in --out, not even a store, and do everything a second time")
    parser.add_argument("--alpine-repository", type=pathlib.Path, metavar="DIR",
                        help="a repository of apk with its keys, as made by alpine-repository.sh")
    parser.add_argument("--structure", type=pathlib.Path, metavar="DIR",
                        default=PROJECT.parent / "shared/fixtures/base/distroless",
                        help="a checkout of distroless, whose structure tests are asked if it is there")
    return parser.parse_args()


def built(options, plinth):
    """Builds and runs all; gives the rows, and how many seconds it took and how many of processor time."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = list(bases.Works(plinth, options.out, PROJECT / "examples", options.alpine_repository).all(
        options.only.split(",") if options.only else None))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows, (time.monotonic() - start, busy)


def empty(out):
    """Takes away a directory that an earlier run made; never another."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise Failed(f"{out} has not been made by this program: name another --out")
    shutil.rmtree(out, ignore_errors=True)


def structure_answers(options, plinth, rows):
    """Image → its answers to distroless's tests."""
    if not options.structure.is_dir():
        return {}
    asked = {}
    for row in rows:
        if row.name in distroless.FILES and row.layout:
            place = options.out / "structure"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            asked[row.name] = list(distroless.answers(plinth, row.name, row.layout, place, options.structure))
            shutil.rmtree(place)
    return asked


def main():
    options = arguments()
    store = os.environ.get("PLINTH_HOME") or pathlib.Path.home() / ".cache/plinth"
    if options.measure:
        empty(options.out)
        store = options.out / "store"
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / MARK).touch()
    plinth = Plinth(options.binary, store)
    rows, first = built(options, plinth)
    print(basereport.sizes(rows))
    print(basereport.published(rows))
    tell("{:.1f} s, of processor time {:.1f} s".format(*first))
    times = None
    if options.measure:
        times = (first, built(options, plinth)[1])
        tell("once more: {:.1f} s, of processor time {:.1f} s".format(*times[1]))
    asked = structure_answers(options, plinth, rows)
    if asked:
        print(basereport.structure(asked))
    if options.report:
        options.report.write_text(basereport.whole(rows, asked, times), encoding="utf-8")
    if any(row.layout is None and row.is_wanted for row in rows):
        return 2
    wrong = [row for row in rows if any(verdict is False for verdict, _ in row.answers)]
    return 1 if wrong or any(answer[2] is False for answers in asked.values() for answer in answers) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        tell(failure)
        sys.exit(2)

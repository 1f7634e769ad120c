# SPDX-License-Identifier: Apache-2.0
"""Which of distroless's own structure tests are asked of which image, and what of them is about distroless itself."""

import fnmatch
import pathlib

from . import structure

STATIC = ("static/testdata/static.yaml", "static/testdata/debian13.yaml")
BASE = (*STATIC, "base/testdata/base.yaml")
HELLO = ("examples/cc/testdata/hello_debian13.yaml",)
FILES = {
    "static": STATIC,
    "base": (*BASE, *HELLO),
    "cc": (*BASE, *HELLO, "examples/cc/testdata/hello_cc_debian13.yaml"),
    "python3": (*BASE, "python3/testdata/python3.yaml", "python3/testdata/debian13.yaml"),
    "java": (*BASE, "java/testdata/java_base.yaml", "java/testdata/java21_debian13.yaml",
             "java/testdata/java_encoding.yaml", "java/testdata/java_libharfbuzz.yaml",
             "java/testdata/java_certs.yaml", "examples/java/testdata/hello_nonroot_debian13.yaml"),
    "nodejs": (*BASE, "nodejs/testdata/nodejs22.yaml", "nodejs/testdata/check_headers.yaml",
               "nodejs/testdata/check_npm.yaml", "nodejs/testdata/check_certificate.yaml",
               "examples/nodejs/testdata/hello.yaml"),
}

# Files that are asked of none, and why.
LEFT_OUT_FILES = (
    ("*/debian12.yaml, */*_debian12.yaml", "another release"),
    ("*/debug.yaml, */*_debug*.yaml", "of the debug images"),
    ("java/*java17*, *java25*", "other versions of Java"),
    ("nodejs/*nodejs24*, *nodejs26*", "other versions of Node.js"),
    ("examples/nonroot/testdata/user.yaml", "its program and its user are not among the tests"),
    ("examples/java/testdata/hello_root_debian13.yaml", "the same as for nonroot"),
)

NO_PROGRAM = "the program that it runs is not among the tests"
# FILE:NAME as patterns, and why it is not asked.
LEFT_OUT = (
    ("static.yaml:certs", NO_PROGRAM),
    ("hello*.yaml:*", NO_PROGRAM),
    ("java_encoding.yaml:*", NO_PROGRAM + "; the image's own question asks it"),
    ("java_libharfbuzz.yaml:*", NO_PROGRAM),
    ("java_certs.yaml:*", NO_PROGRAM + ", and it asks a server on the Internet"),
    ("check_certificate.yaml:*", NO_PROGRAM + ", and it asks a server on the Internet"),
    ("debian13.yaml:os-release contents", "the version as distroless words it; ours is Debian's own file"),
    ("base.yaml:*pretty name", "ours calls itself Debian, not Distroless"),
    ("java_base.yaml:no-jvm*", "of the image below Java's; ours is one image"),
    ("java21_debian13.yaml:certs (/etc/ssl/certs/adoptium/cacerts)", "a path of another vendor's Java"),
    ("java21_debian13.yaml:Env JAVA_VERSION", "an exact version"),
)

# What theirs is called, and what ours is.
INSTEAD = {"java": (("/usr/lib/jvm/temurin-21-jre-amd64", "/usr/lib/jvm/java-21-openjdk-amd64"),)}
# Patterns with an exact version, and what is left of them when it does not matter.
VERSIONS = {
    'openjdk version "21.0.12.1"': r'openjdk version "21\.', "v22.23.2": r"^v\d+\.\d+\.\d+",
    "Python 3.13.5": r"Python 3\.13\.\d+",
}


def without_versions(document):
    """The same tests, satisfied with other versions."""
    for test in document.get("commandTests") or []:
        for key in ("expectedOutput", "expectedError"):
            if key in test:
                test[key] = [VERSIONS.get(pattern, pattern) for pattern in test[key]]
    return document


def why_left_out(file, name):
    return next((why for pattern, why in LEFT_OUT if fnmatch.fnmatch(f"{file}:{name}", pattern)), None)


def answers(plinth, base, layout, scratch, folder):
    """Every test that is asked of an image: file, name, verdict (none when left out) and detail."""
    subject = structure.Subject(plinth, layout, scratch, INSTEAD.get(base, ()))
    files = [pathlib.Path(folder, name) for name in FILES[base]]
    for file, document in structure.documents([file for file in files if file.exists()]):
        for name, ask in structure.judged(without_versions(document)):
            why = why_left_out(file.name, name)
            yield (file.name, name, None, why) if why else (file.name, name, *ask(subject))

# SPDX-License-Identifier: Apache-2.0
"""Files whose bytes may differ from root to root while they say the same."""

import pathlib
import re


def without_days(text):
    """shadow(5) without the day of the last change."""
    return sorted(line.split(b":")[:2] + line.split(b":")[3:] for line in text.splitlines())


def is_given_in_turn(number):
    return 100 <= int(number) < 1000


def accounts(text):
    """passwd(5) and group(5) without the order of lines and the numbers that are given in turn."""
    lines = [line.split(":") for line in text.decode().splitlines()]
    return sorted([word for at, word in enumerate(line)
                   if not (at in (2, 3) and word.isdigit() and is_given_in_turn(word))] for line in lines)


def overrides(text):
    """dpkg's statoverride: who, which mode, what."""
    return sorted([*line.split()[:2], int(line.split()[2], 8), line.split()[3]] for line in text.splitlines())


def in_threes(text):
    """dpkg's diversions: path, where to, for whom."""
    lines = text.splitlines()
    return sorted(lines[at:at + 3] for at in range(0, len(lines), 3))


def as_set(text):
    return sorted(text.splitlines())


RULES = (
    (r"etc/shadow", without_days, "the day of the last change"),
    (r"etc/(passwd|group)", accounts, "numbers that are given in turn"),
    (r"etc/gshadow", as_set, "the order of lines"),
    (r"var/lib/dpkg/diversions", in_threes, "the order of lines"),
    (r"var/lib/dpkg/statoverride", overrides, "the order of lines"),
    (r"var/lib/dpkg/info/.*\.list", as_set, "the order of lines"),
    (r"var/lib/dpkg/triggers/.*", as_set, "the order of lines"),
)


def differing_only_in(path, first_root, second_root):
    """What the difference of two files amounts to when it does not matter, else None."""
    for pattern, meaning, words in RULES:
        if re.fullmatch(pattern, path):
            first, second = (pathlib.Path(root, path).read_bytes() for root in (first_root, second_root))
            return words if meaning(first) == meaning(second) else None
    return None

# SPDX-License-Identifier: Apache-2.0
"""Sizes that are told of the images that people compare.

None of them says whether it is of the compressed layers or of what is in them; each is compared with what it must be,
by the reason given.
"""

from typing import NamedTuple


class Figure(NamedTuple):
    image: str
    told: str
    # Bytes at most; a megabyte is 1000².
    most: int
    is_compressed: bool
    # The example that stands for it.
    ours: str
    why: str


FIGURES = (
    Figure("debian", "124 MB", 124_000_000, False, "debian",
           "unpacked: mmdebstrap's minimal system is 121 MB of tar, 49 MB in gzip"),
    Figure("debian, slim", "< 50 MB", 50_000_000, True, "debian-slim",
           "compressed: the same without documentation is 78 MB of tar, 28 MB in gzip"),
    Figure("distroless static", "2–3 MB", 3_000_000, False, "static",
           "unpacked: its project tells it beside Debian's 124 MB"),
    Figure("busybox", "1.24–1.46 MB", 1_460_000, False, "busybox",
           "unpacked: the official ones hold 1.23 MB (uClibc), 1.51 MB (musl) and 4.42 MB (glibc), in gzip 0.76, 0.87 "
           "and 2.21 MB; Debian's has glibc in it"),
    Figure("alpine", "5.87 MB", 5_870_000, False, "alpine",
           "unpacked: the official 3.10 is 5.85 MB of tar, 2.71 MB in gzip; 3.20, which is ours, 8.09 and 3.49 MB"),
    Figure("redis", "104 MB", 104_000_000, False, "redis",
           "unpacked: Redis on Debian's slim system is 91 MB of tar, 33 MB in gzip"),
    Figure("redis on distroless", "28.2 MB", 28_200_000, False, "redis",
           "unpacked: what Redis runs on is between 20 and 35 MB of tar, 7 and 13 MB in gzip; ours is whole packages, "
           "theirs picked files"),
)

"""Sources that were too young, when they were read, for a stat to prove that they are unchanged."""

from __future__ import annotations

import os

from ..workspace.tree import checksum, names_in, signature


def still_reads_the_same(sources: tuple[tuple[str, tuple[int, ...], int, int], ...]) -> bool:
    """For files that were too young to trust: whether they hold what was read."""
    for path, sign, known, limit in sources:
        if not sign:
            continue
        if limit == -2:  # a folder: see `gather.FOLDER`
            if names_in(path) != known:
                return False
            continue
        if not limit:  # it could not be read; whether it can now, only reading the index tells
            return False
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as source:
            if checksum(source.read(limit)) != known or signature(os.fstat(descriptor)) != sign:
                return False
    return True

"""Whether a file is still as it was: its signature, which a `stat` gives, and a checksum of what was in it.

A signature proves nothing while the file is younger than the clock's grain: it may change again without another one.
Then what is in it is compared. Every start pays for this file; `source_stamps` has what only those need who read an
index.
"""

from __future__ import annotations

import os

# What Python knows byte code by (SipHash): it is in every interpreter, while `zlib` is a library to be loaded.
from _imp import source_hash as source_hash

#: A file whose mtime is nearer than this to the moment it was looked at may change again within the clock's grain.
GRAIN_NS = 2_000_000_000


def signature(status: os.stat_result) -> tuple[int, ...]:
    """What proves that a file is still the same: size, mtime and ctime in nanoseconds, inode."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def signature_of(path: str) -> tuple[int, ...]:
    """The signature of what stands at a path now; empty where nothing does.

    >>> signature_of("/nowhere/at/all")
    ()
    """
    try:
        return signature(os.stat(path))
    except (OSError, ValueError):
        return ()


def changed_at(sign: tuple[int, ...]) -> int:
    """When a file changed last, in nanoseconds, as far as its signature tells; its mtime may have been set back."""
    return max(sign[1], sign[2]) if sign else 0


def is_young(sign: tuple[int, ...], at: int) -> bool:
    """Whether a file that was looked at then may have changed again without another signature; what doesn't exist
    cannot.

    >>> is_young((5, 10_000_000_000, 0, 7), 11_000_000_000), is_young((5, 10_000_000_000, 0, 7), 12_000_000_000)
    (True, False)
    """
    return bool(sign) and changed_at(sign) + GRAIN_NS > at


def checksum(data: bytes, key: int = 0) -> int:
    """A checksum of 64 bits; another `key` (of 31 bits) gives another. It tells accidents, not forgeries."""
    return int.from_bytes(source_hash(key, data), "little")


def now() -> int:
    """The time, in nanoseconds."""
    from time import time_ns

    return time_ns()

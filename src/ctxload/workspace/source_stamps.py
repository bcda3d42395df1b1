"""The stamps of what an index was read from: each file with its signature, and a checksum of what was read of it."""

from __future__ import annotations

import os

from ..record import Record
from .stamps import checksum, is_young, signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The `limit` of a folder whose names were read.
FOLDER = -2
#: The `limit` of git's index, of which the names of what it tracks count.
TRACKED = -3


class SourceStamp(Record):
    """A file that was read: where it is, what proves that it is still the same, and a checksum of what was read.

    `limit` is how much of it is read at most, FOLDER for the names in a folder, or TRACKED for those in git's index. A
    file that was wanted and could not be read has the limit 0, and an empty signature where it doesn't exist.
    """

    path: str
    signature: tuple[int, ...]
    checksum: int = 0
    limit: int = -1

    def again(self) -> SourceStamp:
        """The stamp of what stands there now."""
        return self.replace(signature=signature_of(self.path), checksum=checksum_of(self.path, self.limit))


def checksum_of(path: str, limit: int) -> int:
    """The checksum of what would be read of a file now, or of the names in a folder; a pipe is not waited for."""
    if limit == FOLDER:
        return names_checksum(path)
    if limit == TRACKED:
        from .git.tracked import names_checksum as tracked_checksum

        return tracked_checksum(path)
    if not limit:
        return 0
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            return checksum(file.read(limit))
    except OSError:
        return -1


def names_checksum(folder: str) -> int:
    """A checksum of the names in a folder; 0 where it cannot be listed."""
    try:
        return checksum("\0".join(sorted(os.listdir(folder))).encode("utf-8", "surrogatepass"))
    except OSError:
        return 0


def still_hold(stamps: Sequence[SourceStamp | tuple[str, tuple[int, ...], int, int]]) -> bool:
    """Whether files that may be too young for a signature to tell hold what was read of them.

    They are read first: what is written meanwhile then shows in the signature.
    """
    if any(sign and checksum_of(path, limit) != check for path, sign, check, limit in stamps):
        return False
    return all(signature_of(path) == sign for path, sign, _, _ in stamps)


def are_settled(stamps: Iterable[SourceStamp], at: int) -> bool:
    """Whether no file was written so near to this moment that it may change again unseen."""
    return not any(is_young(stamp.signature, at) for stamp in stamps)

"""A log as numbered lines of bytes, each within a limit: a file, one that `gzip` packed, or stdin."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    #: Is told how many bytes more were read.
    Heard = Callable[[int], None]

#: The longest line that is read, in bytes.
LINE_LIMIT = 16_000_000
PACKED = ".gz"
#: What packed bytes begin with.
GZIP = b"\x1f\x8b"


class _Counted(io.FileIO):
    """A file that tells how much of it was read."""

    heard: Heard

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer) or 0
        self.heard(count)
        return count


@contextmanager
def opened(path: str, heard: Heard | None = None) -> Iterator[BinaryIO]:
    """A log as a stream of bytes; stdin stays open. Raises OSError where it cannot be opened."""
    if path == "-":
        if sys.stdin is None:
            raise OSError("stdin is closed")
        yield _unpacked(_peekable(sys.stdin.buffer), False)
        return
    with _file(path, heard) as file:
        yield _unpacked(file, path.lower().endswith(PACKED))


def _peekable(stream: BinaryIO) -> BinaryIO:
    return stream if hasattr(stream, "peek") else io.BufferedReader(stream)  # type: ignore[type-var]


def begin_of(stream: BinaryIO, size: int) -> bytes:
    """The first bytes of a stream, which stay in it."""
    return bytes(stream.peek(size)[:size])  # type: ignore[attr-defined]


def _unpacked(file: BinaryIO, is_packed: bool) -> BinaryIO:
    """What a packed stream holds; one without a name that says so is told by its first bytes."""
    if not is_packed and begin_of(file, len(GZIP)) != GZIP:
        return file
    import gzip

    return gzip.open(file, "rb")  # type: ignore[return-value]


def _file(path: str, heard: Heard | None) -> BinaryIO:
    if heard is None:
        return open(path, "rb")
    file = _Counted(path)
    file.heard = heard
    return io.BufferedReader(file)


def numbered(stream: BinaryIO, limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes | None]]:
    """The lines that hold anything, by number from 1, without their ends; None for one beyond the limit.

    >>> from io import BytesIO
    >>> list(numbered(BytesIO(b"one\\r\\n\\nfar too long\\nthree"), 6))
    [(1, b'one'), (3, None), (4, b'three')]
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            _pass_over(stream, limit)
            yield number, None
            continue
        line = line.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _pass_over(stream: BinaryIO, limit: int) -> None:
    """Reads to the end of a line that is not kept."""
    while (rest := stream.readline(limit)) and not rest.endswith(b"\n"):
        pass

"""A log as numbered lines of bytes, each within a limit: a file, one that `gzip` packed, or stdin."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: The longest line that is read, in bytes.
LINE_LIMIT = 16_000_000
PACKED = ".gz"


def opened(path: str) -> BinaryIO:
    """A log as a stream of bytes. Raises OSError where it cannot be opened."""
    if path == "-":
        if sys.stdin is None:
            raise OSError("stdin is closed")
        return sys.stdin.buffer
    if path.lower().endswith(PACKED):
        import gzip

        return gzip.open(path, "rb")  # type: ignore[return-value]
    return open(path, "rb")


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

r"""Input cut into blocks of whole lines, which are what workers are handed; only they look into the lines.

>>> import io
>>> [(block.first, block.data) for block in blocks_of(io.BytesIO(b"one\ntwo\nthree"), "stdin", size=5)]
[(1, b'one\ntwo\n'), (3, b'three\n')]
"""

from __future__ import annotations

import json

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

#: How large a block is, in bytes: some hundred tasks, which are answered in less than a second.
SIZE = 1 << 17
#: The longest line that counts, in bytes.
LINE_LIMIT = 16_000_000


class Block(Record):
    """Lines, where they are from, and the number of the first."""

    source: str
    first: int
    data: bytes

    def pack(self) -> bytes:
        """The block as it travels."""
        return packed({"source": self.source, "first": self.first}, self.data)

    @classmethod
    def unpack(cls, data: bytes) -> Block:
        """The block of those bytes."""
        head, rest = unpacked(data)
        return cls(head["source"], head["first"], rest)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number."""
        return enumerate(self.data.split(b"\n")[:-1], self.first)


def blocks_of(stream: BinaryIO, source: str, size: int = SIZE) -> Iterator[Block]:
    """The lines of a stream as blocks; of a line beyond the limit as much as shows that it is too long."""
    first = 1
    while data := stream.read(size):
        if not data.endswith(b"\n"):
            data += _rest_of_line(stream)
        yield Block(source, first, data)
        first += data.count(b"\n")


def _rest_of_line(stream: BinaryIO) -> bytes:
    rest = stream.readline(LINE_LIMIT)
    more = rest
    while more and not more.endswith(b"\n"):
        more = stream.readline(LINE_LIMIT)
    return rest if rest.endswith(b"\n") else rest + b"\n"


def packed(head: dict[str, Any], data: bytes) -> bytes:
    """Plain data and bytes as bytes."""
    return json.dumps(head, separators=(",", ":")).encode("ascii") + b"\n" + data


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What was packed."""
    head, _, rest = data.partition(b"\n")
    return json.loads(head), rest

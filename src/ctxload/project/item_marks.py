"""Marks of the items of an index: which of them changed since, without what they said.

>>> before = marks_of("context_files:\\n- path: a.md\\n- path: b.md\\n")
>>> changed_items(before, marks_of("context_files:\\n- path: a.md\\n- path: c.md\\n"))
[1]
>>> changed_items(before, marks_of("context_files:\\n- path: a.md\\n")) is None
True
"""

from __future__ import annotations

from ..index.pieces import Cut, cut
from ..workspace.stamps import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    #: A mark of what stands around the items; for each item its mark (8 bytes) and how many lines it has (4 bytes).
    Marks = tuple[int, bytes]

#: How many bytes the mark of an item takes, with its lines.
SIZE = 12


def marks_of(text: str, entries: int = -1) -> Marks | None:
    """The marks of a text; None where it cannot be cut, its words stand for others, or not each of so many entries is
    an item of it.
    """
    where = cut(text)
    return None if where is None or entries not in (-1, len(where.starts)) else marks_in(text, where)


def marks_in(text: str, where: Cut) -> Marks | None:
    """The marks of a text that is cut there; None where its words stand for others."""
    items = [mark_of_item(text[start:end]) for start, end in where.spans()]
    return marks_around(text[: where.starts[0]], text[where.end :], b"".join(items))


def mark_of_item(text: str) -> bytes:
    """The mark of an item, with how many lines it has."""
    mark = checksum(text.encode("utf-8", "surrogatepass"))
    return mark.to_bytes(8, "little") + text.count("\n").to_bytes(4, "little")


def marks_around(head: str, tail: str, items: bytes) -> Marks | None:
    """The marks of items between a head and a tail; None where their words stand for others."""
    if "aliases" in head or "aliases" in tail:
        return None
    return checksum(f"{head}\0{tail}".encode("utf-8", "surrogatepass")), items


def changed_items(before: Marks, now: Marks | None) -> list[int] | None:
    """The numbers of the items that changed; None where more did than that, or there are no marks now."""
    if now is None or now[0] != before[0] or len(now[1]) != len(before[1]):
        return None
    one, other = before[1], now[1]
    return [at // SIZE for at in range(0, len(one), SIZE) if one[at : at + SIZE] != other[at : at + SIZE]]


def lines_in(marks: Marks, number: int) -> int:
    """How many lines an item has."""
    return int.from_bytes(marks[1][SIZE * number + 8 : SIZE * (number + 1)], "little")

"""Marks of the items of an index: which of them changed since, without what they said.

>>> before = marks_of("context_files:\\n- path: a.md\\n- path: b.md\\n")
>>> [stretch.is_kept for stretch in stretches(before, marks_of("context_files:\\n- path: a.md\\n- path: c.md\\n"))]
[True, False]
"""

from __future__ import annotations

from bisect import bisect_left

from ..index.pieces import Cut, cut
from ..record import Record
from ..workspace.stamps import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    #: A mark of what stands around the items; for each item its mark (8 bytes) and how many lines it has (4 bytes).
    Marks = tuple[int, bytes]

#: How many bytes the mark of an item takes, with its lines.
SIZE = 12
#: How many items may be others in their places before it is looked whether they moved.
FEW = 50


class Stretch(Record):
    """Some items that follow each other: where the first stands and how many, before and now; whether they are kept."""

    was: int
    were: int
    at: int
    count: int
    is_kept: bool


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


def stretches(before: Marks, now: Marks | None) -> list[Stretch] | None:
    """The items of before and of now, stretch by stretch, in their order now; None where more than items changed.

    >>> one = marks_of("context_files:\\n- a\\n- b\\n- c\\n- d\\n")
    >>> [tuple(stretch) for stretch in stretches(one, marks_of("context_files:\\n- b\\n- x\\n- d\\n- e\\n- f\\n"))]
    [(0, 1, 0, 0, False), (1, 1, 0, 1, True), (2, 1, 1, 1, False), (3, 1, 2, 1, True), (4, 0, 3, 2, False)]
    """
    if now is None or now[0] != before[0]:
        return None
    one, other = _parted(before[1]), _parted(now[1])
    found, was, at = [], 0, 0
    for first, second, count in (*_kept(one, other), (len(one), len(other), 0)):
        if first > was or second > at:
            found.append(Stretch(was, first - was, at, second - at, False))
        if count:
            found.append(Stretch(first, count, second, count, True))
        was, at = first + count, second + count
    return found


def _parted(marks: bytes) -> list[bytes]:
    return [marks[at : at + SIZE] for at in range(0, len(marks), SIZE)]


def _kept(one: list[bytes], other: list[bytes]) -> list[tuple[int, int, int]]:
    """What both have in the same order: where in each, and how many."""
    least = min(len(one), len(other))
    start = next((at for at in range(least) if one[at] != other[at]), least)
    end = next((at for at in range(least - start) if one[-1 - at] != other[-1 - at]), least - start)
    pairs = _in_both(one, other, start, end)
    found = [(0, 0, start)] if start else []
    for first, second in pairs:
        if found and found[-1][0] + found[-1][2] == first and found[-1][1] + found[-1][2] == second:
            found[-1] = *found[-1][:2], found[-1][2] + 1
        else:
            found.append((first, second, 1))
    return [*found, (len(one) - end, len(other) - end, end)] if end else found


def _in_both(one: list[bytes], other: list[bytes], start: int, end: int) -> list[tuple[int, int]]:
    """Where items stand that each has once between its beginning and its end: the longest row of them in one order; or,
    of lists of one length, those that stand in the same place, if the others are few.
    """
    if len(one) == len(other):
        same = [(at, at) for at in range(start, len(one) - end) if one[at] == other[at]]
        if len(one) - end - start - len(same) <= FEW:
            return same
    once = [_once(marks, start, len(marks) - end) for marks in (one, other)]
    tails: list[int] = []
    rows: list[tuple[int, int, int]] = []  # where in each, and the row before
    ends: list[int] = []
    for mark, second in once[1].items():
        if (first := once[0].get(mark)) is not None:
            at = bisect_left(tails, first)
            rows.append((first, second, ends[at - 1] if at else -1))
            tails[at : at + 1], ends[at : at + 1] = [first], [len(rows) - 1]
    found, last = [], ends[-1] if ends else -1
    while last >= 0:
        first, second, last = rows[last]
        found.append((first, second))
    return found[::-1]


def _once(marks: list[bytes], start: int, end: int) -> dict[bytes, int]:
    """The places of what stands there once, between two places."""
    found: dict[bytes, int] = {}
    twice = set()
    for at in range(start, end):
        if marks[at] in found:
            twice.add(marks[at])
        found[marks[at]] = at
    return {mark: at for mark, at in found.items() if mark not in twice}


def lines_in(marks: Marks, number: int) -> int:
    """How many lines an item has."""
    return int.from_bytes(marks[1][SIZE * number + 8 : SIZE * (number + 1)], "little")

"""Documents that say the same as another but for a few lines: a person lists one of them.

>>> text = "".join(f"Step {number} of it.\\n" for number in range(20))
>>> copies = Copies()
>>> copies.is_one(text), copies.is_one(text.replace("Step 3", "Steps 3")), copies.is_one("# Other\\n" * 20)
(False, True, False)
"""

from __future__ import annotations

from collections import Counter
from zlib import crc32

from ...record import Record

NEARLY = "nearly the same as another"
#: So large a share of the lines of the longer one stands in the other, too; pages of one template have 0.8 at most.
SAME = 0.85
#: A document of fewer lines is too short to tell: pages that only name what a build puts there look alike.
LINES = 16
#: So many lines stand for a document, the same ones of documents that are alike; two that have fewer in common aren't.
SKETCH, COMMON = 16, 8


class _Lines(Record):
    """The lines of a document by their checksums, and those that stand for it."""

    counts: Counter[int]
    total: int
    sketch: frozenset[int]


class Copies:
    """The documents that were read, told one by one."""

    def __init__(self) -> None:
        self._known: list[_Lines] = []

    def is_one(self, text: str) -> bool:
        """Whether a document is nearly the same as one before; one that is not will be compared with those to come."""
        counts = Counter(crc32(line.strip().encode("utf-8", "replace")) for line in text.split("\n") if line.strip())
        own = _Lines(counts, counts.total(), frozenset(sorted(counts)[:SKETCH]))
        if own.total < LINES:
            return False
        if any(_are_same(own, other) for other in self._known):
            return True
        self._known.append(own)
        return False


def _are_same(one: _Lines, other: _Lines) -> bool:
    least = SAME * max(one.total, other.total)
    if min(one.total, other.total) < least or len(one.sketch & other.sketch) < COMMON:
        return False
    return (one.counts & other.counts).total() >= least

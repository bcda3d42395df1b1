"""Pairs of words that stand side by side in documents: nearly all stand in one document alone, and once there.

A pair is one number, of both words, and sets of them tell which ones several documents have. What is kept of the others
stands in arrays: there is no object for each.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from itertools import filterfalse, pairwise, repeat
from operator import mod

from .counted import Counted, bytes_of, do, points_in, said_of_pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .counted import Gives
    from .shares import Shares

    #: What is kept of the pairs that several documents have, or one not only once in its text.
    Cells = dict[int, tuple[int, bytes]]
    #: What is kept of a bucket: see `document_index.Words`.
    Bucket = tuple[bytes, bytes, Cells]

#: How many pairs share a bucket.
A_BUCKET = 512


class Held:
    """The buckets of pairs, in memory."""

    __slots__ = ("_buckets", "count")

    def __init__(self, buckets: list[Bucket]) -> None:
        self._buckets, self.count = buckets, len(buckets)

    def read(self, number: int) -> Bucket:
        """What a bucket holds."""
        return self._buckets[number]


class Pairs:
    """The pairs of all documents; none of those in `apart` is one. The number of a pair is that of the first word times
    `base`, and that of the second.
    """

    def __init__(self, base: int, apart: frozenset[int]) -> None:
        self._base, self._apart = base, apart
        #: The pairs that were seen once in a text, and those that some document has more often, or several have.
        self._seen: set[int] = set()
        self._several: set[int] = set()
        #: By document those that stand in its text once and nowhere else, and how often the others stand in each field.
        self._once: list[list[int]] = []
        self._often: list[dict[int, int]] = []
        self._rows: dict[int, list[Gives]] = defaultdict(list)

    def add(self, text: list[int], often: dict[int, int]) -> tuple[int, int]:
        """Takes the pairs of a document, those that stand in other fields than the text with how often; how many
        different ones it has, and how many its text has.
        """
        base, apart = self._base, self._apart
        pairs = [one * base + other for one, other in pairwise(text) if one and other]
        if not apart.isdisjoint(pairs):
            pairs = [pair for pair in pairs if pair not in apart]
        times = Counter(pairs)
        for pair in often.keys() & times.keys():
            often[pair] += times.pop(pair)
        for pair in [pair for pair, count in times.items() if count > 1]:
            often[pair] = times.pop(pair)
        once = list(times)
        self._several.update(self._seen.intersection(once), often)
        self._seen.update(once)
        self._once.append(once)
        self._often.append(often)
        return len(once) + len(often), len(pairs)

    def weigh(self, documents: list[Counted], shares: Shares) -> None:
        """Finds out which documents have the pairs that are not `lone`, and what these speak for in long ones."""
        rows, shared = self._rows, []
        for one, once, often in zip(documents, self._once, self._often, strict=True):
            shared.append(both := self._several.intersection(once))
            one.lone = list(filterfalse(both.__contains__, once))
            do(map(list.append, map(rows.__getitem__, both), repeat(one.given[1])))
            do(map(list.append, map(rows.__getitem__, often), map(one.given.__getitem__, often.values())))
        for one, both, often in zip(documents, shared, self._often, strict=True):
            if one.is_long:
                for pair, times in [*zip(both, repeat(1)), *often.items()]:
                    one.heard[pair] = points_in(*said_of_pairs([one.given[times]], shares[len(rows[pair])]))
        self._seen.clear()
        self._once.clear()

    def buckets(self, documents: list[Counted], shares: Shares) -> list[Bucket]:
        """What is kept of all of them."""
        count = (len(self._rows) + sum([len(one.lone) for one in documents])) // A_BUCKET + 1
        pairs, given = [array("Q") for _ in range(count)], [array("Q") for _ in range(count)]
        for one in documents:
            lone = one.kept_alone()
            places = list(map(mod, lone, repeat(count)))
            do(map(array.append, map(pairs.__getitem__, places), lone))
            do(map(array.append, map(given.__getitem__, places), repeat(one.alone_given)))
        several = self._cells(count, shares)
        return [(one.tobytes(), other.tobytes(), some) for one, other, some in zip(pairs, given, several, strict=True)]

    def _cells(self, count: int, shares: Shares) -> list[Cells]:
        cells: list[Cells] = [{} for _ in range(count)]
        for pair, row in self._rows.items():
            said = said_of_pairs(row, shares[len(row)])
            kept = [
                given for given, (_, _, one) in zip(said, row, strict=True) if not one.is_long or one.keeps(pair, given)
            ]
            if kept:
                cells[pair % count][pair] = (len(row), bytes_of(kept, len(row)))
        return cells

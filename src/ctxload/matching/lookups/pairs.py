"""Pairs of words that stand side by side in documents: nearly all stand in one document alone, and once there.

A pair is one number, of both words, and goes to its bucket when its document is counted. Which of them several
documents have is then found bucket by bucket: what fits into the processor's cache takes a fraction of the time. What
is kept stands in arrays, and there is no object for each.
"""

from __future__ import annotations

from array import array
from itertools import compress
from operator import or_

from ..document_words import PAIR
from .counted import bytes_of
from .packing import FIELDS_AT, HOLDERS_AT, NUMBER_AT, OF_HOLDERS, POINTS, SPAN, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .counted import Counted
    from .shares import Shares

    #: What is kept of the pairs that very many documents have.
    Cells = dict[int, tuple[int, bytes]]
    #: What is kept of a bucket: see `document_index.Words`.
    Bucket = tuple[bytes, bytes, Cells]

#: For how many words of all documents there is a bucket: it holds some hundreds of pairs.
A_BUCKET = 1_200
#: How many documents may have a pair that stands in the arrays, which have one byte for their number.
MANY = 255
#: What is above the points in a sum.
_ABOVE = float(1 << FIELDS_AT)


class Held:
    """The buckets of pairs, in memory."""

    __slots__ = ("_buckets", "count")

    def __init__(self, buckets: list[Bucket]) -> None:
        self._buckets, self.count = buckets, len(buckets)

    def read(self, number: int) -> Bucket:
        """What a bucket holds."""
        return self._buckets[number]


class Pairs:
    """The pairs of so many documents, which have so many words; two words without a topic are none. The number of a
    pair is that of the first word times `base`, and that of the second.
    """

    def __init__(self, base: int, has_topic: list[bool], documents: int, words: int) -> None:
        self._base, self._has_topic, self._documents = base, has_topic, documents
        buckets = range(words // A_BUCKET + 1)
        #: By bucket the pairs, once for each document that has them, and which one that is: its place; or, where a pair
        #: stands not only once in its text, behind the places of all what it has `often`. Those pairs again.
        self._pairs, self._owners = [array("Q") for _ in buckets], [array("I") for _ in buckets]
        self._add_pair, self._add_owner = [one.append for one in self._pairs], [one.append for one in self._owners]
        self._apart: list[list[int]] = [[] for _ in buckets]
        #: The place of a document, and how often a pair stands in it.
        self.often: list[tuple[int, int]] = []

    def add(self, place: int, text: list[int], elsewhere: dict[int, int]) -> tuple[set[int], int]:
        """Takes the pairs of the document at a place, those that stand in other fields than the text with how often;
        all that it has, and how many its text has.
        """
        base, has_topic, different, again = self._base, self._has_topic, set[int](), list[int]()
        for one, other in zip(text, text[1:], strict=False):  # noqa: RUF007 it is quicker
            if one and other and (has_topic[one] or has_topic[other]):
                pair = one * base + other
                if pair in different:
                    again.append(pair)
                else:
                    different.add(pair)
        said = len(different) + len(again)
        often = {pair: times + (pair in different) for pair, times in elsewhere.items()}
        for pair in again:
            often[pair] = often.get(pair, 1) + 1
        add_pair, add_owner, count = self._add_pair, self._add_owner, len(self._pairs)
        different.difference_update(often)
        for pair in different:
            bucket = pair % count
            add_pair[bucket](pair)
            add_owner[bucket](place)
        for pair, times in often.items():
            bucket = pair % count
            add_pair[bucket](pair)
            add_owner[bucket](self._documents + len(self.often))
            self._apart[bucket].append(pair)
            self.often.append((place, times))
        different.update(often)
        return different, said

    def weighed(self, scale: Scale) -> list[Weighed]:
        """What documents give for them, by bucket; long ones are told of those that are not `alone`."""
        every = zip(self._pairs, self._owners, self._apart, strict=True)
        found = []
        for pairs, owners, apart in every:
            found.append(Weighed(pairs, owners, apart, scale))
            del pairs[:], owners[:]
        return found


class Scale:
    """What documents give for a pair, by its owner (see `Pairs`); and what is left of that, and added to it, where so
    many have the pair.
    """

    def __init__(self, documents: list[Counted], often: list[tuple[int, int]], shares: Shares) -> None:
        #: What each gives for pairs that are `alone`: nothing for now of long documents.
        self.alone = [0 if one.is_long else one.alone for one in documents]
        given = [one.given[1] for one in documents] + [documents[place].given[times] for place, times in often]
        self.given, self.added = [much for much, _, _ in given], [more for _, more, _ in given]
        self.owners = documents + [documents[place] for place, _ in often]
        #: The points of its pairs, for each long document.
        self.heard = [one.heard if one.is_long else None for one in self.owners]
        #: What is kept, once long documents are settled: see `Counted`.
        self.least: list[float] = []
        self.edge: list[int] = []
        #: What a sum has no room for, and whether there is any of it.
        self.above = [one.number >> SPAN << SPAN + NUMBER_AT for one in self.owners]
        self.is_far = any(self.above)
        numbers = range(len(documents) + 1)
        self.shares = [shares[holders] if holders else 0.0 for holders in numbers]
        self.holders = [float(holders << HOLDERS_AT if holders <= MANY else 0) for holders in numbers]
        #: A pair that more documents have has a cell: their number has no room, or nothing is left of what they give.
        self.most = next((holders - 1 for holders in numbers[1 : MANY + 1] if not self.shares[holders]), MANY)
        #: Whether a document may give no points for a pair that fewer have.
        self.may_be_none = min(self.given, default=0) * self.shares[min(self.most, len(documents))] * PAIR <= 1

    def settle(self) -> None:
        """Takes over what is kept of long documents, once that is known."""
        self.least, self.edge = [one.least for one in self.owners], [one.edge for one in self.owners]


class Weighed:
    """What documents give for the pairs of a bucket: for those that are `alone`, in one document and once in its text,
    and for others. Those of long documents that are `alone` come when these are settled.
    """

    __slots__ = ("_holders", "_other_owners", "_others", "_sums", "given", "pairs")

    def __init__(self, every: array[int], owned: array[int], apart: list[int], scale: Scale) -> None:
        pairs = every.tolist()
        self._holders = holders = _holders(pairs, apart)
        given, shares, added, of_holders = scale.given, scale.shares, scale.added, scale.holders
        alone, heard = scale.alone, scale.heard
        lone, lone_given, others, at, sums = list[int](), list[int](), list[int](), list[int](), list[float]()
        for pair, owner in zip(pairs, owned.tolist(), strict=True):
            if pair in holders:
                have = holders[pair]
                one = given[owner] * shares[have] * PAIR + (added[owner] + of_holders[have])
                others.append(pair)
                at.append(owner)
                sums.append(one)
                if (told := heard[owner]) is not None:
                    told[pair] = one % _ABOVE
            elif once := alone[owner]:
                lone.append(pair)
                lone_given.append(once)
        self.pairs, self.given = array("Q", lone), array("Q", lone_given)
        self._others, self._other_owners, self._sums = array("Q", others), array("I", at), array("d", sums)

    def kept(self, scale: Scale) -> Bucket:
        """What is kept, once long documents are settled."""
        holders, pairs, given = self._holders, self.pairs, self.given
        others, more = self._others_kept(scale)
        pairs += others
        given += more
        cells: Cells = {}
        if scale.may_be_none or max(holders.values(), default=0) > scale.most:
            every = zip(pairs, given, strict=True)
            apart = {pair for pair, one in every if holders.get(pair, 1) > scale.most or not one & POINTS}
            cells = self._cells(apart, pairs, given)
            is_usual = [pair not in apart for pair in pairs]
            pairs, given = array("Q", compress(pairs, is_usual)), array("Q", compress(given, is_usual))
        return pairs.tobytes(), given.tobytes(), cells

    def _others_kept(self, scale: Scale) -> tuple[array[int], array[int]]:
        """Of the pairs that are not `alone` those that are kept, and what documents give for them."""
        least, edge = scale.least, scale.edge
        is_kept = [
            (points := one % _ABOVE) > least[owner] or (points == least[owner] and pair <= edge[owner])
            for pair, owner, one in zip(self._others, self._other_owners, self._sums, strict=True)
        ]
        given = whole(array("d", compress(self._sums, is_kept)).tobytes())
        if scale.is_far:
            above = map(scale.above.__getitem__, compress(self._other_owners, is_kept))
            given = array("Q", map(or_, given, above))
        return array("Q", compress(self._others, is_kept)), given

    def _cells(self, apart: set[int], pairs: Iterable[int], given: Iterable[int]) -> Cells:
        """The cells of some pairs: how many documents have each, and what those give that give points."""
        rows: dict[int, array[int]] = {pair: array("Q") for pair in apart}
        for pair, one in zip(pairs, given, strict=True):
            if pair in apart and one & POINTS:
                rows[pair].append(one & ~OF_HOLDERS)
        every = [(pair, self._holders.get(pair, 1), row) for pair, row in rows.items()]
        return {pair: (holders, bytes_of(row, holders)) for pair, holders, row in every}


def enter_alone(documents: list[Counted], buckets: list[Weighed]) -> None:
    """Enters the pairs that are `alone` and kept of long documents."""
    for one in documents:
        alone = one.alone
        for pair in one.pairs:
            bucket = buckets[pair % len(buckets)]
            bucket.pairs.append(pair)
            bucket.given.append(alone)


def _holders(pairs: list[int], apart: list[int]) -> dict[int, int]:
    """How many documents have the pairs that several have, and those that are `apart`."""
    seen = set[int]()
    see = seen.add
    again, found = [pair for pair in pairs if pair in seen or see(pair)], dict.fromkeys(apart, 1)
    for pair in again:
        found[pair] = found.get(pair, 1) + 1
    return found

"""One document whose words are counted: what they speak for in it, and which of them are kept of a long one."""

from __future__ import annotations

from array import array

from ..document_index import FIELDS, READ
from ..document_words import HALF, LENGTH, PAIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .shares import Shares

    Gives = tuple[float, int, "Counted"]

#: How many words of one document are kept, the best of them.
KEPT = 1_000
#: Of a word that more documents have only their number is kept.
COMMON = 500
#: Added to a number and taken away again it leaves the nearest whole one, as `round` gives it, and is quicker.
EXACT = 3.0 * (1 << 51)
#: How many bits of a number the times have that a word stands in one field, which hold more than what is read of a
#: document; and where those of each field begin: first the text, so that most numbers are small.
BITS = READ.bit_length()
IN_TEXT = (1 << BITS) - 1
PLACES = tuple([BITS * ("text", "heading", "lead", "about", "title", "name").index(field) for field in FIELDS])
#: Where the points begin, and the number of a document, in what it gives for a word; the bits of the fields, and of the
#: points.
POINTS_AT, NUMBER_AT, WHERE = 16, 32, (1 << 16) - 1
POINTS = WHERE << POINTS_AT


def packed(number: int, points: int, where: int) -> int:
    """What a document gives for a word, as one number.

    >>> from ctxload.matching.document_index import opened
    >>> opened(1, array("Q", [packed(7, 450, 16)]).tobytes())
    (1, 7, 450, 16)
    """
    return number << NUMBER_AT | points << POINTS_AT | where


def points_in(packed: int) -> int:
    """The points in what a document gives for a word."""
    return (packed & POINTS) >> POINTS_AT


class Counted:
    """The words of a document by how often they stand in each field, one number for all; of a long one its pairs, too.

    `least` are the points that a word must have to be kept, `last` the highest number of those that have just these:
    numbers are in the order of the alphabet. Both are there when a long one is settled.
    """

    __slots__ = (
        "alone",
        "alone_given",
        "given",
        "heard",
        "is_long",
        "last",
        "least",
        "lone",
        "number",
        "sums",
        "words",
    )

    given: Given
    alone_given: int
    alone: int
    least: int
    last: int

    def __init__(self, number: int, words: dict[int, int], sums: tuple[int, ...], pairs: int) -> None:
        self.number, self.words, self.sums = number, words, sums
        self.is_long = len(words) + pairs > KEPT
        #: The pairs that no other document has, and that stand once in the text; the points of others, of a long one.
        self.lone: list[int] = []
        self.heard: dict[int, int] = {}

    def weigh(self, lengths: tuple[float, ...], shares: Shares) -> None:
        """Works out what words speak for before it is known how rare they are, and pairs that no other document has."""
        halves = [HALF * (1 - LENGTH + LENGTH * whole / usual) for whole, usual in zip(self.sums, lengths, strict=True)]
        self.given = Given(halves, self)
        (self.alone_given,) = said_of_pairs([self.given[1]], shares[1])
        self.alone = points_in(self.alone_given)

    def settle(self, words: Sequence[int], points: Sequence[int]) -> None:
        """Finds out which words of a long document are kept: the best of these, and of its pairs."""
        heard, lone = self.heard, self.lone
        best = sorted([*points, *heard.values(), *[self.alone] * len(lone)], reverse=True)
        self.least = best[KEPT - 1]
        room = KEPT - best.index(self.least)
        edge = [word for word, more in zip(words, points, strict=True) if more == self.least]
        edge += [pair for pair, more in heard.items() if more == self.least]
        edge += lone if self.alone == self.least else ()
        self.last = sorted(edge)[room - 1]
        self.heard.clear()

    def kept_alone(self) -> list[int]:
        """Of the pairs that no other document has, once in the text, those that are kept."""
        if not self.is_long or self.alone > self.least:
            return self.lone
        return [pair for pair in self.lone if pair <= self.last] if self.alone == self.least else []

    def keeps(self, pair: int, packed: int) -> bool:
        """Whether a word of a long document, as the first of a pair without a second, or a pair is kept that gives so
        much.
        """
        points = points_in(packed)
        return points > self.least or (points == self.least and pair <= self.last)


class Given(dict[int, "Gives"]):
    """What a word speaks for in a document that stands in its fields so often, in thousandths, before rarity; the
    fields as bits, with the document's number before them; the document.
    """

    def __init__(self, halves: Sequence[float], document: Counted) -> None:
        self._halves, self._document = halves, document

    def __missing__(self, often: int) -> Gives:
        given, where = 0.0, 0
        for bit, (most, place, half) in enumerate(zip(FIELDS.values(), PLACES, self._halves, strict=True)):
            times = often >> place & IN_TEXT
            if times:
                given += most * times / (times + half)
                where |= 1 << bit
        self[often] = found = 1000 * given, packed(self._document.number, 0, where), self._document
        return found


def said_of_pairs(row: list[Gives], share: float) -> list[int]:
    """What documents give for a pair of words whose rarity leaves this share of it."""
    return [place | int(given * share * PAIR + EXACT - EXACT) << POINTS_AT for given, place, _ in row]


def do(steps: Iterable[None]) -> None:
    """Takes steps that give nothing, at the speed of C."""
    any(steps)


def bytes_of(row: Sequence[int], holders: int) -> bytes:
    """What is kept of what documents give for a word that so many have: nothing where they are too many, and nothing of
    a document that gives no points.
    """
    if holders > COMMON:
        return b""
    return array("Q", filter(POINTS.__and__, row)).tobytes()

"""One document whose words are counted: what they speak for in it, and which of them are kept of a long one."""

from __future__ import annotations

from array import array

from ..document_index import FIELDS, READ
from ..document_words import HALF, LENGTH, PAIR
from .packing import EXACT, FIELDS_AT, HOLDERS_AT, POINTS, POINTS_AT, packed, sum_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .shares import Shares

    Gives = tuple[float, float, int]

#: How many words of one document are kept, the best of them.
KEPT = 1_000
#: Of a word that more documents have only their number is kept.
COMMON = 500
#: Which field is the text.
TEXT = [*FIELDS].index("text")
#: How many bits of a number the times have that a word stands in one field, which hold more than what is read of a
#: document; and where those of each field begin: first the text, so that most numbers are small.
BITS = READ.bit_length()
IN_TEXT = (1 << BITS) - 1
PLACES = tuple([BITS * ("text", "heading", "lead", "about", "title", "name").index(field) for field in FIELDS])


class Counted:
    """The words of a document by how often they stand in each field, one number for all; of a long one its pairs, too.

    `alone` is what it gives for a pair that no other document has, once in the text; `heard` are the points of its
    other pairs. Of all words and pairs those are kept that give more than `least`, and of those that give just this the
    ones up to `edge`: numbers are in the order of the alphabet.
    """

    __slots__ = (
        "_base", "alone", "edge", "given", "heard", "is_long", "least", "number", "pairs", "sums", "words",
    )  # fmt: skip

    given: Given
    alone: int

    def __init__(self, number: int, words: dict[int, int], sums: tuple[int, ...], pairs: set[int], base: int) -> None:
        self.number, self.words, self.sums, self._base = number, words, sums, base
        self.is_long, self.least, self.edge = len(words) + len(pairs) > KEPT, -1.0, 0
        self.pairs = array("Q", pairs if self.is_long else ())
        self.heard: dict[int, float] = {}

    def weigh(self, lengths: tuple[float, ...], shares: Shares) -> None:
        """Works out what words speak for before it is known how rare they are, and pairs that no other document has."""
        halves = [HALF * (1 - LENGTH + LENGTH * whole / usual) for whole, usual in zip(self.sums, lengths, strict=True)]
        self.given = Given(halves, self.number)
        much, _, place = self.given[1]
        alone = int(much * shares[1] * PAIR + EXACT - EXACT)
        self.alone = place | alone << POINTS_AT | 1 << HOLDERS_AT - FIELDS_AT

    def settle(self, words: list[int], points: list[float]) -> list[bool]:
        """Which words of a long document are kept, each as the first of a pair without a second: the best of these, and
        of its pairs, of which those are left that are `alone` and kept.
        """
        alone, lone = float((self.alone & POINTS) >> POINTS_AT), len(self.pairs) - len(self.heard)
        others = [*points, *self.heard.values()]
        more = len([one for one in others if one > alone])
        if more < KEPT <= more + others.count(alone) + lone:  # most of the time, and most of them need no order
            least, room = alone, KEPT - more
        else:
            best = sorted([*others, *[alone] * lone], reverse=True)
            least = best[KEPT - 1]
            room = KEPT - best.index(least)
        edge = [word * self._base for word, one in zip(words, points, strict=True) if one == least]
        edge += [pair for pair, one in self.heard.items() if one == least]
        pairs = [pair for pair in self.pairs if pair not in self.heard] if alone >= least else []
        edge += pairs if alone == least else ()
        self.least, self.edge = least, sorted(edge)[room - 1]
        self.pairs = array("Q", [pair for pair in pairs if pair <= self.edge] if alone == least else pairs)
        self.heard.clear()
        last = self.edge // self._base
        return [one > least or (one == least and word <= last) for word, one in zip(words, points, strict=True)]


class Given(dict[int, "Gives"]):
    """What a word speaks for in a document that stands in its fields so often, in thousandths, before rarity; the
    fields as bits with the document's number before them, as a sum and as they are.
    """

    def __init__(self, halves: Sequence[float], number: int) -> None:
        self._halves, self._number = halves, number
        place = packed(number, 0, 1 << TEXT)
        self._in_text = FIELDS["text"], halves[TEXT], sum_of(place), place

    def __missing__(self, often: int) -> Gives:
        if often <= IN_TEXT:  # as most do
            most, half, in_sum, place = self._in_text
            self[often] = found = 1000 * (most * often / (often + half)), in_sum, place
            return found
        much, where = 0.0, 0
        for bit, (most, place, half) in enumerate(zip(FIELDS.values(), PLACES, self._halves, strict=True)):
            times = often >> place & IN_TEXT
            if times:
                much += most * times / (times + half)
                where |= 1 << bit
        place = packed(self._number, 0, where)
        self[often] = found = 1000 * much, sum_of(place), place
        return found

    def least(self) -> float:
        """No word speaks for less in it, before rarity."""
        return 1000 * min(FIELDS.values()) / (1 + max(self._halves))


def bytes_of(row: array[int], holders: int) -> bytes:
    """What is kept of what documents give for a word that so many have: nothing where they are too many."""
    return b"" if holders > COMMON else row.tobytes()

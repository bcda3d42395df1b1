"""What documents give for the words of a task, added up for all of them at once, for who asks many times.

What a word gives is one whole number in which each document has 32 bits; of a word that few have it is a list. So what
all words of a task give is the sum of a few numbers, and one more makes the documents stand out that reach a bar.

>>> from ctxload.matching.document_index import Document
>>> from ctxload.matching.lookups.documents import weigh
>>> words = weigh({0: Document("", "Heron."), 1: Document("", "Gate."), 2: Document("", "Heron, gate.")}).words
>>> sums, asked = Sums(words, 3, alike=0.3, least=1000, most=1), [("heron", 1.0, 0), ("gate", 0.5, 0)]
>>> sums.known(words, asked, 0.3, (1,))[2]
{0: 1361, 2: 1559, 1: 680}
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

from ..document_index import KNOWN, LIKE_IT, LITTLE, like
from .packing import EXACT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Literal

    from ..document_index import Asked, Found, Look, Proof
    from ..tables import Lookup

    Cell = tuple[int, ...]
    #: What was found, and the numbers of the documents in its cell.
    Row = tuple[Found, tuple[int, ...]]
    #: What a word gives all documents, as one number, and each of a few, or those that it gives nothing; its cell, and
    #: that of the words like it.
    Column = tuple[int, tuple[tuple[int, float], ...], Row | None, Row | None]

#: A word is a list if fewer than one of so many documents have it, of those up to the last that does.
ONE_OF = 64
#: The sum of more words might not fit: each gives a document 16 bits at most.
WORDS_MOST = 1 << 14
#: How much is remembered, in bytes; and what it takes to remember a word, a document in a list, and its number.
ROOM, A_WORD, A_DOCUMENT, A_NUMBER = 8_000_000, 500, 120, 8

#: If too few reach the bar, it is lowered to one of so many parts, and then all count that have the words.
LOWER = 5

_ORDER: Literal["little", "big"] = "little" if LITTLE else "big"
#: The highest bit of a document, and its last byte where only that is set.
_TOP, _STANDS_OUT = 1 << 31, b"\x80"


class Sums:
    """What so many documents give for words, by word and by what it counts. Words that are only like one count `alike`
    beside it; `least` is the bar, which is lowered until `most` documents reach it.
    """

    def __init__(self, words: Lookup[Cell], count: int, *, alike: float, least: int, most: int) -> None:
        self.words, self.count, self.alike, self.least, self.most = words, count, alike, least, most
        self._columns: dict[Asked, Column] = {}
        #: What was asked for once, and words that no document has, nor one like them.
        self._once: set[Asked] = set()
        self._absent: set[str] = set()
        self._room = ROOM
        self._tops = _packed(enumerate([_TOP] * count), count)
        #: The bars, each with what is added so that the last bit of who reaches it is set.
        self._bars = [
            (bar, _packed(enumerate([_TOP - (bar or 1)] * count), count)) for bar in (least, least // LOWER, 0)
        ]
        #: What shows in a tree that documents are as they were, by number.
        self._proofs: tuple[object, dict[int, Proof]] = None, {}

    def proofs_in(self, tree: object) -> dict[int, Proof]:
        """What shows that documents are as they were; remembered until another tree is asked."""
        proofs = self._proofs
        if proofs[0] is not tree:
            self._proofs = proofs = tree, {}
        return proofs[1]

    def known(
        self, words: Lookup[Cell], asked: list[Asked], alike: float, wanted: Iterable[int]
    ) -> tuple[list[Found], list[Found], dict[int, int], Look] | None:
        """The cells of what is asked, those of words like it, what documents give for it that reach the bar, and the
        `wanted` ones, and what looks some of them up word by word; None for other words, and for very many.
        """
        if words is not self.words or alike != self.alike or len(asked) > WORDS_MOST:
            return None
        get, absent = self._columns.get, self._absent
        columns = [get(one) or self._learn(one) for one in asked if one[0] not in absent]
        sums = self._of(columns, wanted)
        full = [one for column in columns if (one := column[2]) is not None]
        like = [one for column in columns if (one := column[3]) is not None]
        return [found for found, _ in full], [found for found, _ in like], sums, _looking([*full, *like])

    def _of(self, columns: list[Column], wanted: Iterable[int]) -> dict[int, int]:
        """What documents give that reach the bar, or the first lower one that enough do, and the `wanted` ones."""
        total, few, found = 0, dict[int, float](), dict[int, int]()
        for packed, pairs, _, _ in columns:
            total += packed
            for number, points in pairs:
                few[number] = few.get(number, 0) + points
        given = _opened(total, self.count)
        for bar, lift in self._bars:
            found = {number: int(whole) for number, points in few.items() if (whole := points + given[number]) >= bar}
            find = ((total + lift) & self._tops).to_bytes(4 * self.count, "little")[3::4].find
            at = find(_STANDS_OUT)
            while at >= 0:
                if at not in few:
                    found[at] = given[at]
                at = find(_STANDS_OUT, at + 1)
            if len(found) >= self.most:
                break
        for number in wanted:
            if number not in found and (points := given[number] + few.get(number, 0)):
                found[number] = int(points)
        return found

    def _learn(self, asked: Asked) -> Column:
        """The column of a word; what is asked for the second time is remembered, as long as there is room."""
        column = self._column(asked)
        _, pairs, full, alike = column
        if full is None and alike is None:
            _keep(self._absent, asked[0])
            return column
        if pairs and asked not in self._once:
            _keep(self._once, asked)
            return column
        last = pairs[-1][0] if pairs else 0
        if len(pairs) * ONE_OF > last:
            column = _packed(pairs, last + 1), tuple([pair for pair in pairs if not pair[1]]), full, alike
        self._room -= A_WORD + column[0].bit_length() // 8 + A_DOCUMENT * len(column[1]) + A_NUMBER * len(pairs)
        if self._room < 0:
            self._columns.clear()
            self._room = ROOM
        self._columns[asked] = column
        return column

    def _column(self, asked: Asked) -> Column:
        """The column of a word, as a list in the order of the documents."""
        word, factor, extra = asked
        get, key = self.words.get, like(word)
        cell, begin = get(word), get(key) if key else None
        full: Row | None = None
        if cell is not None:
            full = (word, factor, extra, cell), cell[1::3]
            if begin is None:
                return 0, tuple(zip(full[1], _given(*full[0]), strict=True)), full, None
        elif begin is None:
            return 0, (), None, None
        alike = (word, self.alike * factor, LIKE_IT, begin), begin[1::3]
        given = dict(zip(alike[1], _given(*alike[0]), strict=True))
        if full is not None:
            for number, points in zip(full[1], _given(*full[0]), strict=True):
                if points > given.get(number, -1):
                    given[number] = points
        return 0, tuple(sorted(given.items())), full, alike


def _keep(kept: set[Any], one: object) -> None:
    """Adds to what is kept, which begins anew when that is very much."""
    if len(kept) >= KNOWN:
        kept.clear()
    kept.add(one)


def _given(word: str, factor: float, extra: int, cell: Cell) -> list[float]:
    """What each document of a cell gives for a word, as `round` gives it."""
    return [points * factor + EXACT - EXACT for points in cell[2::3]]


def _looking(rows: list[Row]) -> Look:
    """What finds out what some documents give for each word; see `document_index.credit`."""

    def look(documents: dict[int, dict[str, tuple[int, int]]]) -> None:
        for number, words in documents.items():
            for (word, factor, extra, cell), numbers in rows:
                at = bisect_left(numbers, number)
                if at < len(numbers) and numbers[at] == number:
                    points = round(cell[3 * at + 2] * factor)
                    if points and (word not in words or points > words[word][0]):
                        words[word] = points, cell[3 * at + 3] | extra

    return look


def _packed(given: Iterable[tuple[int, float]], documents: int) -> int:
    """What so many documents give as one number, the first of them in its lowest bits."""
    numbers = array("I", bytes(4 * documents))
    for number, points in given:
        numbers[number if LITTLE else -1 - number] = int(points)
    return int.from_bytes(numbers.tobytes(), _ORDER)


def _opened(packed: int, documents: int) -> memoryview:
    """What each of so many documents gives, of one number."""
    numbers = memoryview(packed.to_bytes(4 * documents, _ORDER)).cast("I")
    return numbers if LITTLE else numbers[::-1]

"""What the documents of an index talk about, by word, ready for look-up: the second kind of evidence, beside keywords.

Each entry is one document. A word, or two words side by side, speaks for it by the fields it stands in (name, what the
document is said to be about, title, headings, text with its code), saturated: the tenth time says
little. It speaks the less, the more documents have it (inverse document frequency). `docs/matching.md` gives the
formula. The values are integers in thousandths, so that every score adds up.
"""

from __future__ import annotations

from ..record import Record
from .word_lists import STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol

    from .tables import Lookup, Rows

    #: What is kept of the files of one document: paths with what proves them unchanged, a checksum, the title's words.
    Read = tuple[tuple[tuple[str, tuple[int, ...]], ...], int, tuple[str, ...]]
    #: What a document gives for a word, or two side by side: the points, and the fields as bits.
    Given = tuple[tuple[str, int, int], ...]
    #: What is looked up: a word, what it counts, and bits to add; and that with the cell that was found.
    Asked = tuple[str, float, int]
    Found = tuple[str, float, int, tuple[int, ...]]
    #: The files of a document, and what proves of those that are read that they are as they were.
    Proof = tuple[tuple[str, ...], tuple[tuple[str, tuple[int, ...]], ...]]

    #: What finds out what some documents give for each word of a task.
    Look = Callable[[dict[int, dict[str, tuple[int, int]]]], None]

    class Remembered(Protocol):
        """What a program that is asked many times remembers of documents (`lookups.sums.Sums`)."""

        def known(
            self, words: Lookup[tuple[int, ...]], asked: list[Asked], alike: float, wanted: Iterable[int], /
        ) -> tuple[list[Found], list[Found], dict[int, int], Look] | None: ...
        def proofs_in(self, tree: object, /) -> dict[int, Proof]: ...


#: The fields of a document and what a word in each can give at most. Their places are the bits in a cell.
FIELDS = {"name": 2.0, "about": 2.0, "title": 0.5, "heading": 0.5, "text": 1.5, "lead": 0.5}
#: The bits of a word that only one like it stands for, and of a pair whose words are near each other in the task.
LIKE_IT, NEARBY = 1 << 6, 1 << 7
#: How many letters two words that are like each other begin with.
BEGIN = 6
#: What is read of the files of one entry, in bytes, and of how many of them.
READ, FILES = 262_144, 50


#: Whether this machine writes the last part of a number first.
LITTLE = memoryview(b"\1\0").cast("H")[0] == 1
#: Which byte of what a document gives for a pair tells how many have it.
HOLDERS = 1 if LITTLE else 6
#: How many words are remembered with their cells.
KNOWN = 20_000


class Document(Record):
    """What an entry is judged by: its name, the text of its files, and what is said of it elsewhere."""

    name: str
    text: str
    about: str = ""


class Evidence(Record):
    """Documents compiled for look-up, with the same access as `Tables`.

    `words` gives for a word, or two joined by a blank, how many documents have it, then for each of them its number,
    points in thousandths and the fields as bits; for six letters and a `*` the best of the words that begin so. `files`
    gives for each document the paths it was read from with what proves that they are unchanged, a checksum of its text,
    and the words of its title. `count` and `lengths` (by field) are what a changed document is weighed anew with.
    `read_at` is when the files were read, in nanoseconds; `sums` adds up what the words give, for many tasks.
    """

    words: Lookup[tuple[int, ...]]
    files: Rows[Read]
    count: int
    lengths: tuple[float, ...]
    read_at: int = 0
    sums: Remembered | None = None


class Words:
    """The words of documents as `lookups.documents` makes them, opened when they are asked for.

    `words` gives for a word its number, how many documents have it and what they give for it, packed; of a word that
    speaks only beside another, its number alone. A pair is the number of the first times `base` and that of the
    second; `pairs` holds in each bucket one for each document that has it, what that gives, and common ones apart.
    """

    __slots__ = ("_known", "_packed", "base", "pairs", "words")

    def __init__(self, words: Lookup[Any], pairs: Any, base: int) -> None:
        self.words, self.pairs, self.base = words, pairs, base
        self._known: dict[str, tuple[int, ...] | None] = {}
        self._packed: dict[str, Any] = {}

    def get(self, word: str) -> tuple[int, ...] | None:
        """How many documents have a word, or two, then for each its number, points and fields."""
        cell = self._known.get(word, ())
        if cell == ():
            if len(self._known) >= KNOWN:
                self._known.clear()
                self._packed.clear()
            one, _, other = word.partition(" ")
            found = self._pair(self._of(one)[0], self._of(other)[0]) if other else self._of(word)[1:]
            cell = self._known[word] = opened(*found) if found else None
        return cell

    def _of(self, word: str) -> Any:
        found = self._packed.get(word)
        if found is None:
            found = self._packed[word] = self.words.get(word) or (0,)
        return found

    def _pair(self, one: int, other: int) -> Any:
        if not one or not other:
            return None
        pair = one * self.base + other
        pairs, given, several = self.pairs.read(pair % self.pairs.count)
        key = pair.to_bytes(8, "little" if LITTLE else "big")
        at, held = pairs.find(key), []
        while at >= 0:
            if not at & 7:
                held.append(given[at : at + 8])
            at = pairs.find(key, at + 1)
        return (held[0][HOLDERS], b"".join(held)) if held else several.get(pair)


def opened(count: int, data: bytes) -> tuple[int, ...]:
    """The cell of a word that so many documents have, of what they give for it.

    >>> opened(500, bytes(8))
    (500, 0, 0, 0)
    """
    view, cell = memoryview(data), [count] * (1 + 3 * len(data) // 8)
    cell[1::3] = view.cast("I")[LITTLE::2].tolist()
    cell[2::3] = view.cast("H")[2 - LITTLE :: 4].tolist()
    cell[3::3] = data[7 - 7 * LITTLE :: 8]
    return tuple(cell)


def ln(number: float) -> float:
    """The natural logarithm of a number from 1 on. `math` is a library to load, which costs a start half a millisecond.

    >>> round(ln(5), 9), ln(1)
    (1.609437912, 0.0)
    """
    halves = 0
    while number > 2:
        number, halves = number / 2, halves + 1
    ratio = (number - 1) / (number + 1)
    return halves * 0.6931471805599453 + 2 * sum([ratio**odd / odd for odd in range(1, 32, 2)])


def like(word: str) -> str:
    """The key of the words that begin like a word, or an empty text where none counts as like it.

    >>> like("serialization"), like("serial")
    ('serial*', '')
    """
    return word[:BEGIN] + "*" if len(word) > BEGIN and word.isascii() and word.isalpha() else ""


def names_of_fields(bits: int) -> list[str]:
    """The names of the fields that bits stand for.

    >>> names_of_fields(20)
    ['title', 'text']
    """
    return [name for bit, name in enumerate(FIELDS) if bits >> bit & 1]


def is_content(word: str) -> bool:
    """Whether a word in normal form says something of a topic, or could."""
    return word not in STOP


class DocumentPoints:
    """What the documents of an index give for words that count so much: of all the sums, of a few each word's part.

    `near` are pairs of words that stand near each other, `alike` what a word counts for a document that only has one
    like it. With `evidence.sums` most that say next to nothing have no sum, unless they are `wanted`.
    """

    def __init__(
        self,
        evidence: Evidence,
        factors: dict[str, float],
        near: dict[str, float],
        alike: float,
        wanted: Iterable[int] = (),
    ) -> None:
        cells, self.alike = evidence.words, alike
        #: What is looked up, with what it counts and the bits to add.
        self.looked_up = [(word, factor, 0) for word, factor in factors.items()]
        self.looked_up += [(pair, factor, NEARBY) for pair, factor in near.items()]
        #: What is given in full: words, with what they count, the bits to add, and their cell; the same of words that
        #: are only like one; what each document gives for all of them.
        self._look = None
        known = evidence.sums and evidence.sums.known(cells, self.looked_up, alike, wanted)
        if known:
            self.in_full, self.by_likeness, self.sums, self._look = known
        else:
            self.in_full = [(*one, cell) for one in self.looked_up if (cell := cells.get(one[0])) is not None]
            self.by_likeness = [
                (word, alike * factor, LIKE_IT, cell)
                for word, factor in factors.items()
                if (key := like(word)) and (cell := cells.get(key)) is not None
            ]
            self.sums = self._sum_up()
        self._words: dict[int, dict[str, tuple[int, int]]] = {}
        self._given: dict[int, Given] = {}

    def _sum_up(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        alike = {word: (factor, cell) for word, factor, _, cell in self.by_likeness}
        cells = [(factor, cell, alike.pop(word, None)) for word, factor, _, cell in self.in_full]
        for factor, cell, begin in (*cells, *[(factor, cell, None) for factor, cell in alike.values()]):
            given = zip(cell[1::3], [round(points * factor) for points in cell[2::3]], strict=True)
            for number, points in given if begin is None else _better(dict(given), *begin):
                sums[number] = sums.get(number, 0) + points
        return sums

    def replace(self, number: int, words: dict[str, tuple[int, int]]) -> None:
        """Sets what a document gives that says something else now."""
        self._words[number] = words
        self.sums[number] = sum([points for points, _ in words.values()])

    def look_at(self, numbers: Iterable[int]) -> None:
        """Finds out what some documents give for each word, all at once."""
        wanted = {number: {} for number in numbers if number not in self._words}  # type: dict[int, dict[str, tuple[int, int]]]
        if wanted:
            if self._look:
                self._look(wanted)
            else:
                for word, factor, extra, cell in (*self.in_full, *self.by_likeness):
                    credit(wanted, word, cell, factor, extra)
            self._words.update(wanted)

    def words_of(self, number: int) -> Given:
        """What a document gives for each word."""
        given = self._given.get(number)
        if given is None:
            if number not in self._words:
                self.look_at((number,))
            given = tuple([(word, *given) for word, given in self._words[number].items()])
            self._given[number] = given
        return given


def _better(found: dict[int, int], factor: float, begin: tuple[int, ...]) -> Iterable[tuple[int, int]]:
    """What documents give for a word or for one like it, whichever is more."""
    for number, given in zip(begin[1::3], begin[2::3], strict=True):
        found[number] = max(found.get(number, 0), round(given * factor))
    return found.items()


def credit(
    documents: dict[int, dict[str, tuple[int, int]]],
    word: str,
    cell: tuple[int, ...],
    factor: float,
    extra: int,
) -> None:
    """Gives the documents that are there the points of a word, where they are more than it has already."""
    for number, words in documents.items():
        low, high = 0, len(cell) // 3
        while low < high:  # in the order of the documents
            middle = (low + high) // 2
            if cell[3 * middle + 1] < number:
                low = middle + 1
            else:
                high = middle
        if cell[3 * low + 1 : 3 * low + 2] == (number,):
            points = round(cell[3 * low + 2] * factor)
            if points and (word not in words or points > words[word][0]):
                words[word] = points, cell[3 * low + 3] | extra

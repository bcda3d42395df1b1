"""The words of documents weighed and made ready for look-up, all at once: when documents are read, not when a task is answered.

Words are numbers while they are weighed, in the order of the alphabet, and two side by side are one number of both: so
each step goes over all of them at the speed of C, and nothing is made for each of the many pairs that one document
alone has.

>>> from ctxload.matching.document_index import Document, names_of_fields
>>> evidence = weigh({0: Document("api", "# REST API\\n\\nViews and serializers."), 1: Document("ui", "# Buttons\\n\\nViews.")})
>>> evidence.words.get("button"), names_of_fields(28)
((1, 1, 1509, 28), ['title', 'heading', 'text'])
>>> evidence.words.get("rest api")
(1, 0, 640, 28)
"""  # noqa: E501

from __future__ import annotations

from array import array
from collections import Counter
from itertools import chain, compress, pairwise, repeat
from operator import mul

from ..document_index import BEGIN, FIELDS, Evidence, Words, opened
from ..document_words import TOPICLESS, count, said_by, weights
from ..tokens import tokenize
from ..word_lists import GENERIC_FORMS, SAME
from .counted import (
    EXACT,
    KEPT,
    NUMBER_AT,
    PLACES,
    POINTS,
    POINTS_AT,
    WHERE,
    Counted,
    bytes_of,
    do,
    packed,
    points_in,
)
from .pairs import Held, Pairs
from .shares import Shares

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ..document_index import Document, Read
    from ..tables import Rows

    #: How many documents have a word, and what they give for it, each packed in one number.
    Row = tuple[int, Sequence[int]]

#: Which field is the text.
_TEXT = [*FIELDS].index("text")


def weigh(
    documents: Mapping[int, Document],
    files: Rows[Read] = (),
    aliases: Iterable[tuple[str, str]] = (),
) -> Evidence:
    """The evidence of these documents, each under its number; `aliases` are further words that mean the same."""
    weigher = Weigher()
    for number, document in documents.items():
        weigher.add(number, said_by(document))
    return weigher.evidence(files, aliases)


class Weigher:
    """Takes what documents say, one after the other, and weighs their words when all are known."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[list[str], ...]] = {}
        self._words: set[str] = {""}

    def add(self, number: int, fields: tuple[list[str], ...]) -> None:
        """Takes what a document says (see `said_by`); each has a higher number than the one before."""
        self._said[number] = fields
        self._words.update(*fields)

    def evidence(
        self, files: Rows[Read] = (), aliases: Iterable[tuple[str, str]] = (), silent: Iterable[int] = ()
    ) -> Evidence:
        """What all of the documents talk about; those that are `silent` are as long as is usual, and say nothing."""
        alphabet = _Alphabet(self._words)
        pairs = Pairs(alphabet.base, alphabet.generic)
        counted = [alphabet.count(number, said, pairs) for number, said in self._said.items()]
        others = {*silent}.difference(self._said)
        self._said.clear()
        sums = [one.sums for one in counted]
        sums += [tuple([sum(column) // len(sums) for column in zip(*sums, strict=True)])] * len(others)
        lengths = _lengths(sums)
        shares = Shares(len(sums))
        for one in counted:
            one.weigh(lengths, shares)
        words = _weighed(counted, alphabet, pairs, shares, aliases)
        return Evidence(words, files, len(sums), lengths)


class _Alphabet:
    """Words by their number, which is their place in the alphabet."""

    def __init__(self, words: set[str]) -> None:
        self.words = sorted(words)
        self.numbers = {word: number for number, word in enumerate(self.words)}
        #: What the number of the first word of a pair is multiplied with: odd, so that pairs that end alike part.
        self.base = len(self.words) | 1
        self._short = frozenset([number for word, number in self.numbers.items() if len(word) < 2])
        generic = [number for word, number in self.numbers.items() if word in GENERIC_FORMS]
        #: What a word says beside others.
        self.topics = [1.0] * len(self.words)
        for number in generic:
            self.topics[number] = TOPICLESS
        #: Two that fit any topic are no pair.
        self.generic = frozenset([one * self.base + other for one in generic for other in generic])

    def count(self, number: int, said: tuple[list[str], ...], pairs: Pairs) -> Counted:
        """Counts what a document says."""
        of, sums = self.numbers.__getitem__, []
        text = list(map(of, said[_TEXT]))
        words: dict[int, int] = Counter(text)
        for short in self._short.intersection(words):
            del words[short]
        in_text, elsewhere = sum(words.values()), dict[int, int]()
        for place, field in zip(PLACES, said, strict=True):
            sums.append(self._add(list(map(of, field)), words, elsewhere, 1 << place) if place else in_text)
        different, whole = pairs.add(text, elsewhere)
        sums[_TEXT] += whole
        return Counted(number, words, tuple(sums), different)

    def _add(self, field: list[int], words: dict[int, int], pairs: dict[int, int], once: int) -> int:
        """Adds the words of a short field; how many words and pairs it has."""
        said = 0
        for word in field:
            if word not in self._short:
                words[word] = words.get(word, 0) + once
                said += 1
        for one, other in pairwise(field):
            pair = one * self.base + other
            if one and other and pair not in self.generic:
                pairs[pair] = pairs.get(pair, 0) + once
                said += 1
        return said


class _Rows:
    """What documents give for each word, by its number."""

    def __init__(self, counted: list[Counted], alphabet: _Alphabet, shares: Shares) -> None:
        self._alphabet = alphabet
        self._holders = Counter(chain.from_iterable([one.words for one in counted]))
        #: What each word counts; what documents give for it; whether any keeps it.
        self._factors = {word: shares[holders] * alphabet.topics[word] for word, holders in self._holders.items()}
        self._rows = [array("Q") for _ in alphabet.words]
        self._known: set[int] = set()
        for one in counted:
            self._enter(one)

    def _enter(self, one: Counted) -> None:
        """Enters what the words of a document speak for."""
        (much, place, _), factor = one.given[1], self._factors.__getitem__
        words = [word for word, times in one.words.items() if times == 1]
        said = [place | int(much * share + EXACT - EXACT) << POINTS_AT for share in map(factor, words)]
        more = [word for word, times in one.words.items() if times != 1]
        given = [one.given[times] for times in one.words.values() if times != 1]
        words += more
        said += [
            place | int(much * share + EXACT - EXACT) << POINTS_AT
            for (much, place, _), share in zip(given, map(factor, more), strict=True)
        ]
        if one.is_long:
            words, said = self._kept(one, words, said)
        self._known.update(words)
        do(map(array.append, map(self._rows.__getitem__, words), said))

    def _kept(self, one: Counted, words: list[int], said: list[int]) -> tuple[list[int], list[int]]:
        """Of the words of a long document those that are kept."""
        firsts = list(map(mul, words, repeat(self._alphabet.base)))
        one.settle(firsts, list(map(points_in, said)))
        kept = list(map(one.keeps, firsts, said))
        return list(compress(words, kept)), list(compress(said, kept))

    def by_word(self) -> dict[str, Row]:
        """What is said of each word that some document keeps."""
        return {
            self._alphabet.words[word]: (self._holders[word], list(filter(POINTS.__and__, row)))
            for word, row in enumerate(self._rows)
            if word in self._known
        }


def _weighed(
    counted: list[Counted], alphabet: _Alphabet, pairs: Pairs, shares: Shares, aliases: Iterable[tuple[str, str]]
) -> Words:
    """What counted documents talk about."""
    pairs.weigh(counted, shares)
    numbers, rows = alphabet.numbers, _Rows(counted, alphabet, shares).by_word()
    _share_aliases(rows, (*SAME, *aliases))
    rows.update(_by_beginning(rows))
    words: dict[str, tuple[Any, ...]] = {
        word: (numbers.get(word, 0), count, bytes_of(row, count)) for word, (count, row) in rows.items()
    }
    words.update([(word, (number,)) for word, number in numbers.items() if word not in words])
    return Words(words, Held(pairs.buckets(counted, shares)), alphabet.base)


def _lengths(sums: Sequence[tuple[int, ...]]) -> tuple[float, ...]:
    """How long each field usually is, in words and pairs."""
    return tuple(max(1.0, sum(column) / len(sums)) for column in zip(*sums, strict=True)) or (1.0,) * len(FIELDS)


def weigh_beside(documents: Mapping[int, Document], evidence: Evidence) -> dict[str, tuple[int, ...]]:
    """What a few documents say now, as cells of `Evidence.words`: each word as rare as it was when all were weighed."""

    def holders(word: str) -> int:
        cell = evidence.words.get(word)
        return cell[0] if cell else 1

    found: dict[str, list[int]] = {}
    for number, document in sorted(documents.items()):
        for word, (given, where) in _best(weights(count(document), evidence.lengths, evidence.count, holders)):
            if given:
                found.setdefault(word, []).append(packed(number, given, where))
    rows: dict[str, Row] = {word: (len(row), row) for word, row in found.items()}
    _share_aliases(rows, SAME)
    rows.update(_by_beginning(rows))
    return {word: opened(count, array("Q", row).tobytes()) for word, (count, row) in rows.items()}


def _best(points: dict[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """The words of most points, `KEPT` at most; of those that have the same the first by the alphabet."""
    if len(points) <= KEPT:
        return list(points.items())
    least = sorted([given for given, _ in points.values()], reverse=True)[KEPT - 1]
    more = [item for item in points.items() if item[1][0] > least]
    same = sorted([item for item in points.items() if item[1][0] == least])
    return more + same[: KEPT - len(more)]


def _by_beginning(rows: dict[str, Row]) -> dict[str, Row]:
    """For each beginning of words the best that any of them gives a document."""
    found: dict[str, list[Sequence[int]]] = {}
    for word, (_, row) in rows.items():
        if len(word) >= BEGIN and word.isascii() and word.isalpha():
            found.setdefault(word[:BEGIN] + "*", []).append(row)
    return {begin: _best_in(some) for begin, some in found.items()}


def _best_in(rows: list[Sequence[int]]) -> Row:
    """The best that any of these rows gives a document."""
    if len(rows) == 1:
        return len(rows[0]), rows[0]
    every = sorted(chain.from_iterable(rows))
    best = list({given >> NUMBER_AT: given for given in every}.values())
    return len(best), best


def _share_aliases(rows: dict[str, Row], pairs: Iterable[tuple[str, str]]) -> None:
    """Makes each word of a pair stand for what either of them stands for: the better points for each document."""
    for one, other in pairs:
        first, second = tokenize(one).forms, tokenize(other).forms
        if len(first) == len(second) == 1 and len(first[0]) == len(second[0]) == 1:
            short, long = first[0][0], second[0][0]
            joined = _joined(rows.get(short), rows.get(long))
            if joined:
                rows[short] = rows[long] = joined


def _joined(one: Row | None, other: Row | None) -> Row | None:
    if one is None or other is None:
        return one or other
    found: dict[int, int] = {}
    for given in chain(one[1], other[1]):
        before = found.get(given >> NUMBER_AT, 0)
        found[given >> NUMBER_AT] = max(given, before) | (given | before) & WHERE
    return len(found), [given for _, given in sorted(found.items())]

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
from itertools import chain, compress, groupby, pairwise

from ..document_index import BEGIN, FIELDS, Evidence, Words, opened
from ..document_words import TOPICLESS, count, said_by, weights
from ..tokens import tokenize
from ..word_lists import GENERIC_FORMS, SAME
from .counted import KEPT, PLACES, TEXT, Counted, bytes_of
from .packing import EXACT, NUMBER_AT, POINTS, SPAN, WHERE, packed, whole_rows
from .pairs import Held, Pairs, Scale, enter_alone
from .shares import Shares

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ..document_index import Document, Read
    from ..tables import Rows

    #: How many documents have a word, and what they give for it, each packed in one number.
    Row = tuple[int, array[int]]


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
        alphabet, words = (
            _Alphabet(self._words),
            sum([len(field) for fields in self._said.values() for field in fields]),
        )
        pairs = Pairs(alphabet.base, alphabet.has_topic, len(self._said), words)
        every = enumerate(self._said.items())
        counted = [alphabet.count(number, place, said, pairs) for place, (number, said) in every]
        others = {*silent}.difference(self._said)
        self._said.clear()
        sums = [one.sums for one in counted]
        sums += [tuple([sum(column) // len(sums) for column in zip(*sums, strict=True)])] * len(others)
        lengths = _lengths(sums)
        shares = Shares(len(sums))
        for one in counted:
            one.weigh(lengths, shares)
        return Evidence(_weighed(counted, alphabet, pairs, shares, aliases), files, len(sums), lengths)


class _Alphabet:
    """Words by their number, which is their place in the alphabet."""

    def __init__(self, words: set[str]) -> None:
        self.words = sorted(words)
        self.numbers = {word: number for number, word in enumerate(self.words)}
        #: What the number of the first word of a pair is multiplied with: odd, so that pairs that end alike part.
        self.base = len(self.words) | 1
        self._short = frozenset([number for word, number in self.numbers.items() if len(word) < 2])
        #: Whether a word is of some topic, and not of any: two that are not are no pair.
        self.has_topic = [word not in GENERIC_FORMS for word in self.words]

    def count(self, number: int, place: int, said: tuple[list[str], ...], pairs: Pairs) -> Counted:
        """Counts what a document says."""
        of, sums = self.numbers.__getitem__, []
        text = list(map(of, said[TEXT]))
        words: dict[int, int] = Counter(text)
        for short in words.keys() & self._short:
            del words[short]
        in_text, elsewhere = sum(words.values()), dict[int, int]()
        for at, field in zip(PLACES, said, strict=True):
            sums.append(self._add(list(map(of, field)), words, elsewhere, 1 << at) if at else in_text)
        different, in_pairs = pairs.add(place, text, elsewhere)
        sums[TEXT] += in_pairs
        return Counted(number, words, tuple(sums), different, self.base)

    def _add(self, field: list[int], words: dict[int, int], pairs: dict[int, int], once: int) -> int:
        """Adds the words of a short field; how many words and pairs it has."""
        said, has_topic = 0, self.has_topic
        for word in field:
            if word not in self._short:
                words[word] = words.get(word, 0) + once
                said += 1
        for one, other in pairwise(field):
            if one and other and (has_topic[one] or has_topic[other]):
                pair = one * self.base + other
                pairs[pair] = pairs.get(pair, 0) + once
                said += 1
        return said


class _Rows:
    """What documents give for each word, by its number."""

    def __init__(self, counted: list[Counted], alphabet: _Alphabet, shares: Shares) -> None:
        self._alphabet, numbers = alphabet, range(len(alphabet.words))
        self._holders = list(map(Counter(chain.from_iterable([one.words for one in counted])).__getitem__, numbers))
        every = zip(self._holders, alphabet.has_topic, strict=True)
        #: What each word counts.
        self._factors = [shares[have] * (1.0 if has_topic else TOPICLESS) if have else 0.0 for have, has_topic in every]
        self._rows = [array("Q") for _ in numbers]
        for above, some in groupby(counted, lambda one: one.number >> SPAN):
            sums = [array("d") for _ in numbers]
            for one in some:
                self._enter(one, sums)
            for row, more in zip(self._rows, whole_rows(sums, above), strict=True):
                row.extend(more)
        #: A word that counts so much gives no points, where one gives nearly nothing in a document.
        self._least = 1 / min([one.given.least() for one in counted], default=1.0)

    def _enter(self, one: Counted, rows: list[array[float]]) -> None:
        """Enters what the words of a document speak for."""
        factors, given = self._factors, {times: one.given[times] for times in {1, *one.words.values()}}
        much, more = [{times: some[at] for times, some in given.items()} for at in (0, 1)]
        if one.is_long:
            points = [much[times] * factors[word] + EXACT - EXACT for word, times in one.words.items()]
            is_kept = one.settle(list(one.words), points)
            for word, some, times in compress(zip(one.words, points, one.words.values(), strict=True), is_kept):
                rows[word].append(some + more[times])
            return
        once, added = much[1], more[1]
        for word, times in one.words.items():
            if times == 1:  # as nearly all do
                rows[word].append(once * factors[word] + added)
            else:
                rows[word].append(much[times] * factors[word] + more[times])

    def by_word(self) -> dict[str, Row]:
        """What is said of each word that some document keeps; nothing of a document that gives no points."""
        every = zip(self._alphabet.words, self._holders, self._factors, self._rows, strict=True)
        return {
            word: (holders, row if factor > self._least else array("Q", filter(POINTS.__and__, row)))
            for word, holders, factor, row in every
            if row
        }


def _weighed(
    counted: list[Counted], alphabet: _Alphabet, pairs: Pairs, shares: Shares, aliases: Iterable[tuple[str, str]]
) -> Words:
    """What counted documents talk about."""
    scale = Scale(counted, pairs.often, shares)
    by_bucket = pairs.weighed(scale)
    numbers, rows = alphabet.numbers, _Rows(counted, alphabet, shares).by_word()
    _share_aliases(rows, (*SAME, *aliases))
    rows.update(_by_beginning(rows))
    words: dict[str, tuple[Any, ...]] = {
        word: (numbers.get(word, 0), count, bytes_of(row, count)) for word, (count, row) in rows.items()
    }
    words.update([(word, (number,)) for word, number in numbers.items() if word not in words])
    scale.settle()
    enter_alone(counted, by_bucket)
    return Words(words, Held([some.kept(scale) for some in by_bucket]), alphabet.base)


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
    rows: dict[str, Row] = {word: (len(row), array("Q", row)) for word, row in found.items()}
    _share_aliases(rows, SAME)
    rows.update(_by_beginning(rows))
    return {word: opened(count, row.tobytes()) for word, (count, row) in rows.items()}


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
    found: dict[str, list[array[int]]] = {}
    for word, (_, row) in rows.items():
        if len(word) >= BEGIN and word.isascii() and word.isalpha():
            found.setdefault(word[:BEGIN] + "*", []).append(row)
    return {begin: _best_in(some) for begin, some in found.items()}


def _best_in(rows: list[array[int]]) -> Row:
    """The best that any of these rows gives a document."""
    if len(rows) == 1:
        return len(rows[0]), rows[0]
    every = sorted(chain.from_iterable(rows))
    best = array("Q", {given >> NUMBER_AT: given for given in every}.values())
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
    return len(found), array("Q", [given for _, given in sorted(found.items())])

"""How often each word stands in a document, and what that speaks for: counted when documents are read, not when a task is answered.

>>> from ctxload.matching.document_index import names_of_fields
>>> evidence = weigh({0: Document("api", "# REST API\\n\\nViews and serializers."), 1: Document("ui", "# Buttons\\n\\nViews.")})
>>> evidence.words.get("button"), names_of_fields(28)
((1, 1, 1509, 28), ['title', 'heading', 'text'])
>>> sorted(evidence.words)[:4]
['api', 'button', 'button*', 'rest']
"""  # noqa: E501

from __future__ import annotations

from bisect import bisect
from itertools import chain, compress, pairwise
from math import log
from operator import is_not

from ..text.lines import lines_of
from ..text.markdown import read_markdown
from .document_index import ALONE_BITS, BEGIN, FIELDS, Document, Evidence, opened
from .scripts import grammar_words
from .signs import loosen_signs, unquote
from .tokens import SEPARATOR, TABLE, form, tokenize, tokens_of
from .word_lists import GENERIC_FORMS, SAME, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from .document_index import Read
    from .tables import Rows

#: How soon repeating a word stops to count, how much the length of a field matters, the power of rarity.
HALF, LENGTH, RARITY = 1.0, 0.75, 0.6


#: What two words side by side count, and what a word counts that fits any task.
PAIR, TOPICLESS = 0.6, 0.5
#: A word of less rarity speaks for no document.
RAREST = 0.03


#: How many words of one document are kept, the best of them; a word that more documents have than `COMMON` is not kept.
KEPT, COMMON = 1_000, 500


#: Where a title stands at the latest, and how much of it is read, in characters.
TITLE, LONGEST = 4_000, 200

#: How many bits of a number each field has, which hold more than what is read of a document; and where those of each
#: field begin: first the text, so that most numbers are small.
_BITS = 20
_MASK = (1 << _BITS) - 1
_PLACES = tuple([_BITS * place for place in (5, 3, 4, 1, 0, 2)])
#: How many bits of a number hold the points of a word in a document, in front of which stands the document's.
_POINTS = 14


class Words(dict[str, "Any"]):
    """The words of documents in memory, with their cells as they are kept (see `opened`)."""

    def get(self, word: str, /) -> tuple[int, ...] | None:  # type: ignore[override]
        """The cell of a word."""
        cell = dict.get(self, word)
        return cell if cell.__class__ is not int else opened(cell)


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


class _Times:
    """The words of one document that have the same counts: before rarity they speak for the same. A document has a
    dozen of these.

    A word of these counts has in this document the number `base` plus its points. `edge` is what that must exceed for
    the word to be kept, `alone` the cell of a pair that no other document has (see `document_index.opened`); `is_left`
    says that such pairs do not exceed it.
    """

    __slots__ = ("alone", "base", "edge", "given", "is_long", "is_left", "number", "points", "times", "where")

    def __init__(self, number: int, times: int) -> None:
        self.number, self.times, self.base = number, times, number << _POINTS
        self.edge, self.is_long, self.given, self.where, self.points = self.base, False, 0.0, 0, 0
        self.is_left = False
        self.alone: tuple[int, ...] | int | None = None

    def weigh(self, halves: list[float], share: float) -> None:
        """Works out what the words speak for; `share` is that of what one document alone has."""
        self.given, self.where = _given(self.times, halves)
        self.points = points = round(self.given * share * PAIR)
        self.alone = self.number << ALONE_BITS | points if self.times == 1 else (1, self.number, points, self.where)


class _ByTimes(dict[int, _Times]):
    """The words of one document, by their counts."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __missing__(self, times: int) -> _Times:
        self[times] = found = _Times(self.number, times)
        return found


class Weigher:
    """Counts the words of documents, one after the other, and weighs them when all are known."""

    def __init__(self) -> None:
        from collections import defaultdict

        #: How many words each document has in each field.
        self.sums: dict[int, tuple[int, ...]] = {}
        self._documents: list[_ByTimes] = []
        self._words: dict[str, list[_Times]] = defaultdict(list)
        #: The pairs of all documents: nearly every one stands in a single document, so that none is looked for yet.
        self._pairs: list[str] = []
        self._holders: list[_Times] = []
        #: The documents that have more words than are kept.
        self._long: set[int] = set()

    def add(self, number: int, fields: tuple[str, ...]) -> None:
        """Counts what a document says (see `said_by`); each has a higher number than the one before."""
        words, pairs, self.sums[number] = counted(fields)
        if len(words) + len(pairs) > KEPT:
            self._long.add(number)
        times = _ByTimes(number)
        self._documents.append(times)
        for cell, one in zip(map(self._words.__getitem__, words), map(times.__getitem__, words.values()), strict=True):
            cell.append(one)
        self._pairs += pairs
        self._holders += map(times.__getitem__, pairs.values())

    def evidence(self, files: Rows[Read] = (), aliases: Iterable[tuple[str, str]] = ()) -> Evidence:
        """What all of the documents talk about."""
        alone, several = self._parted()
        cells, lengths = {**self._words, **several}, _lengths([*self.sums.values()])
        shares = _shares(len(self.sums), max(map(len, cells.values()), default=1))
        self._weigh(lengths, shares[1])
        given = {word: _numbers_in(word, cell, shares) for word, cell in cells.items()}
        room = self._set_edges(given.values(), alone) if self._long else {}
        rows: dict[str, list[int]] = {}
        ties: dict[int, dict[str, _Times]] = {number: {} for number in room}
        for word, cell in cells.items():
            row = [len(cell)]
            for one, number in zip(cell, given[word], strict=True):
                if number > one.edge:
                    row += (one.number, number - one.base, one.where)
                elif one.is_long and number == one.edge:
                    ties[one.number][word] = one
            if len(row) > 1 or not all(one.is_long for one in cell):
                rows[word] = row
        if room:
            _settle(ties, room, alone, rows, cells)
        _share_aliases(rows, (*SAME, *aliases))
        rows.update(_by_beginning(rows))
        found = Words({pair: one.alone for pair, one in alone.items()})
        found.update({word: tuple(row) if row[0] <= COMMON else (row[0],) for word, row in rows.items()})
        return Evidence(found, files, len(self.sums), lengths)

    def _parted(self) -> tuple[dict[str, _Times], dict[str, list[_Times]]]:
        """The pairs that one document alone has, and those that several have."""
        alone: dict[str, _Times] = {}
        several: dict[str, list[_Times]] = {}
        pairs, holders = self._pairs, self._holders
        before = list(map(alone.setdefault, pairs, holders))
        again = compress(zip(pairs, before, holders, strict=True), map(is_not, before, holders))
        for pair, first, one in again:
            if pair in several:
                several[pair].append(one)
            else:
                several[pair] = [first, one]
        for pair in several:
            del alone[pair]
        pairs.clear()
        holders.clear()
        return alone, several

    def _weigh(self, lengths: tuple[float, ...], share: float) -> None:
        for times in self._documents:
            halves = _halves(self.sums[times.number], lengths)
            for one in times.values():
                one.weigh(halves, share)
                one.is_long = one.number in self._long

    def _set_edges(self, given: Iterable[list[int]], alone: dict[str, _Times]) -> dict[int, int]:
        """Sets what a word of a long document must exceed; of those that have just that, how many are kept."""
        from collections import Counter

        points: dict[int, list[tuple[int, int]]] = {number: [] for number in self._long}
        for one, times in Counter(alone.values()).items():
            if one.is_long:
                points[one.number].append((one.points, times))
        for number, times in Counter(chain.from_iterable(given)).items():
            if number >> _POINTS in points:
                points[number >> _POINTS].append((number & (1 << _POINTS) - 1, times))
        least = {number: _least(some) for number, some in points.items()}
        for document in self._documents:
            for one in document.values() if document.number in least else ():
                one.edge = one.base | least[document.number][0]
                one.is_left = one.base + one.points <= one.edge
        return {number: room for number, (_, room) in least.items()}


def _settle(
    ties: dict[int, dict[str, _Times]],
    room: dict[int, int],
    alone: dict[str, _Times],
    rows: dict[str, list[int]],
    cells: dict[str, list[_Times]],
) -> None:
    """Leaves out the pairs that are less than the best of a long document. Of the words that are just at its edge as
    many are kept as there is room for, the first by the alphabet.
    """
    for pair in [pair for pair, one in alone.items() if one.is_left]:
        one = alone[pair]
        if one.base + one.points == one.edge:
            ties[one.number][pair] = one
        else:
            del alone[pair]
    for number, some in ties.items():
        ranked = sorted(some)
        for word in ranked[: room[number]]:
            if word in cells:
                _enter(rows.setdefault(word, [len(cells[word])]), some[word])
        for word in ranked[room[number] :]:
            alone.pop(word, None)


def _enter(row: list[int], one: _Times) -> None:
    """Enters a word that is at the edge of a document."""
    if points := one.edge - one.base:
        at = 1 + 3 * bisect(row[1::3], one.number)
        row[at:at] = (one.number, points, one.where)


def _numbers_in(word: str, cell: list[_Times], shares: list[float]) -> list[int]:
    """What a word has in each document, as a number (see `_Times`)."""
    share = shares[len(cell)]
    topic = PAIR if " " in word else TOPICLESS if word in GENERIC_FORMS else 1.0
    return [one.base + round(one.given * share * topic) for one in cell]


def _least(points: list[tuple[int, int]]) -> tuple[int, int]:
    """The points of the last of so many words that are kept, and how many of those that have just them are."""
    points.sort(reverse=True)
    more, least, room = 0, points[0][0], KEPT
    for given, times in points:
        if given < least:
            if more >= KEPT:
                break
            least, room = given, KEPT - more
        more += times
    return least, room


def counted(fields: tuple[str, ...]) -> tuple[dict[str, int], dict[str, int], tuple[int, ...]]:
    """The words of a document and its pairs of words, each with its counts in all fields as one number; and how many
    words and pairs each field has.
    """
    words: dict[str, int] = {}
    pairs: dict[str, int] = {}
    sums = []
    for place, text in zip(_PLACES, fields, strict=True):
        both = counts_in(text)
        sums.append(sum(both[0].values()) + sum(both[1].values()))
        for whole, counts in zip((words, pairs), both, strict=True):
            _add_counts(whole, counts, place)
    return words, pairs, tuple(sums)


def _add_counts(whole: dict[str, int], counts: dict[str, int], place: int) -> None:
    """Adds the counts of a field, which stand at their place of a number."""
    if place:
        for word, times in counts.items():
            whole[word] = whole.get(word, 0) + (times << place)
    else:  # most words stand in such a field
        both = {word: whole[word] + counts[word] for word in whole.keys() & counts.keys()}
        whole.update(counts)
        whole.update(both)


def weigh_beside(documents: Mapping[int, Document], evidence: Evidence) -> dict[str, tuple[int, ...]]:
    """What a few documents say now, as cells of `Evidence.words`: each word as rare as it was when all were weighed."""

    def holders(word: str) -> int:
        cell = evidence.words.get(word)
        return cell[0] if cell else 1

    cells: dict[str, list[int]] = {}
    for number, document in sorted(documents.items()):
        for word, (given, where) in _best(weights(count(document), evidence.lengths, evidence.count, holders)):
            if given:
                cell = cells.setdefault(word, [0])
                cell[0] += 1
                cell += (number, given, where)
    _share_aliases(cells, SAME)
    cells.update(_by_beginning(cells))
    return {word: tuple(cell) for word, cell in cells.items()}


def _halves(row: tuple[int, ...], lengths: tuple[float, ...]) -> list[float]:
    """How often a word must stand in each field of a document for half of what it can give there."""
    return [HALF * (1 - LENGTH + LENGTH * whole / usual) for whole, usual in zip(row, lengths, strict=True)]


def _given(number: int, halves: list[float]) -> tuple[float, int]:
    """What the counts in one number speak for, in thousandths, before rarity; and the fields as bits."""
    given, where = 0.0, 0
    for bit, (most, place, half) in enumerate(zip(FIELDS.values(), _PLACES, halves, strict=True)):
        times = number >> place & _MASK
        if times:
            given += most * times / (times + half)
            where |= 1 << bit
    return 1000 * given, where


def _shares(documents: int, most: int) -> list[float]:
    """What a word speaks for, of its most, by how many of so many documents have it."""
    whole = log(documents + 0.5)
    rarities = [0.0, *(log((documents + 0.5) / holders) / whole for holders in range(1, most + 1))]
    return [rarity**RARITY if rarity >= RAREST else 0.0 for rarity in rarities]


def _by_beginning(cells: dict[str, list[int]]) -> dict[str, list[int]]:
    """For each beginning of words the best that any of them gives a document."""
    found: dict[str, list[list[int]]] = {}
    for word, cell in cells.items():
        if len(word) >= BEGIN and word.isascii() and word.isalpha():
            found.setdefault(word[:BEGIN] + "*", []).append(cell)
    return {begin: _best_in(some) for begin, some in found.items()}


def _best_in(cells: list[list[int]]) -> list[int]:
    """A cell of the best that any of these cells gives a document."""
    if len(cells) == 1:
        return [len(cells[0]) // 3, *cells[0][1:]]
    best: dict[int, tuple[int, int, int]] = {}
    for cell in cells:
        for three in zip(cell[1::3], cell[2::3], cell[3::3], strict=True):
            before = best.get(three[0])
            if before is None or three > before:
                best[three[0]] = three
    return [len(best), *chain.from_iterable(map(best.__getitem__, sorted(best)))]


def title_of(text: str) -> tuple[str, ...]:
    """The words of a document's first title, in normal form, if it stands near the beginning.

    >>> title_of("---\\nname: x\\n---\\n# The REST API\\n")
    ('the', 'rest', 'api')
    """
    at = 0 if text.startswith("# ") else text.find("\n# ", 0, TITLE) + 1
    if not text.startswith("# ", at):
        return ()
    title = text[at + 2 : at + 2 + LONGEST].partition("\n")[0]
    return tuple(word for clause in tokenize(title).forms for word in clause)


def count(document: Document) -> tuple[dict[str, int], ...]:
    """How often each word and pair of words stands in each of the `FIELDS`."""
    return tuple([_both(text) for text in said_by(document)])


def said_by(document: Document) -> tuple[str, ...]:
    """What each of the `FIELDS` says, as `in_normal_form`."""
    markdown = read_markdown(document.text)
    text = document.text
    headings = [section.heading for section in markdown.sections if section.heading]
    own = said_of_itself(text, markdown.front)
    lead = document.about or said_of_itself(text, markdown.front, ("description", "summary")) or markdown.about
    fields = (
        document.name.replace("-", " ").replace("_", " "),
        " ;\n".join(dict.fromkeys((document.about, own, markdown.about))),
        markdown.title,
        " ;\n".join(headings),
        text[markdown.start :].replace("\n\n", "\n;\n"),
        first_sentence(lead),
    )
    return tuple(map(in_normal_form, fields))


def first_sentence(text: str) -> str:
    """The first sentence of a text.

    >>> first_sentence("Version 1.2 of it. And more.")
    'Version 1.2 of it.'
    """
    for at, char in enumerate(text):
        if char in ".!?" and text[at + 1 : at + 2].isspace():
            return text[: at + 1]
    return text


def said_of_itself(
    text: str, front: tuple[int, int] | None, keys: tuple[str, ...] = ("title", "name", "description", "summary")
) -> str:
    """The values of some keys of front matter, a line each, read leniently: much of it isn't valid YAML."""
    if front is None:
        return ""
    kept, inside = [], False
    for line in lines_of(text[front[0] : front[1]]):
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            inside = key.strip().lower() in keys
            line = value
        if inside:
            kept.append(line.strip().lstrip("|>-").replace("\\n", "\n").strip())
    return "\n".join(filter(None, kept))


#: Of how many words it is remembered what they say.
_SAID_KEPT = 200_000
#: What ends a clause among words.
_END = "\x02"


class _Said(dict[str, str]):
    """Words in normal form, and what is counted of each: nothing of grammar and numbers, which part what stands around
    them. Emptied before it grows without bound.
    """

    def __missing__(self, word: str) -> str:
        if len(self) >= _SAID_KEPT:
            self.clear()
        is_counted = word not in STOP and word not in grammar_words() and not word.isdigit()
        self[word] = found = word if is_counted else ""
        return found


class _Read(dict[str, str]):
    """The same of words as they are written, in lower case, and of `_END`."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _SAID_KEPT:
            self.clear()
        self[word] = found = "" if word == _END else _said[form(word)]
        return found


_said = _Said()
_read = _Read()


def in_normal_form(text: str) -> str:
    """The words of a text in normal form, with a blank between two, and nothing in the place of what parts them:
    numbers, words of grammar, the ends of clauses.

    Two list items side by side speak of one topic, so that markup ends no clause here. A line with other than ASCII
    letters is read by itself, which is slower.

    >>> in_normal_form("the rest of a rest framework; views")
    ' rest   rest framework  view'
    """
    if text.isascii():
        return " ".join(map(_read.__getitem__, _flat_words(text)))
    found: list[str] = []
    plain: list[str] = []
    for line in text.split("\n"):
        if line.isascii():
            plain.append(line)
        else:
            for clause in tokens_of(line).forms:
                found += map(_said.__getitem__, clause)
                found.append("")
    found += map(_read.__getitem__, _flat_words("\n".join(plain)))
    return " ".join(found)


def _flat_words(text: str) -> list[str]:
    """The words of an ASCII text one after the other, with `_END` where a clause ends: quicker for a long text."""
    line = text.encode("ascii").translate(TABLE).decode("ascii")
    if "+" in line or "#" in line:
        line = loosen_signs(line, SEPARATOR)
    line = line.replace(". ", "\n ").replace(": ", "\n ").replace(".", " ").replace(":", " ")
    words = line.replace(SEPARATOR, " ").replace("\n", f" {_END} ").split()
    if "'" in line:
        words = [word for word in [word if "'" not in word else unquote(word) for word in words] if word]
    return words


def tally(text: str) -> dict[str, int]:
    """How often each word that says something stands in a text, and each two of them side by side.

    >>> tally("the rest of a rest framework")
    {'rest': 2, 'framework': 1, 'rest framework': 1}
    """
    return _both(in_normal_form(text))


def _both(said: str) -> dict[str, int]:
    words, pairs = counts_in(said)
    return {**words, **pairs}


def counts_in(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """How often each word stands in a text `in_normal_form`, and each two side by side: single letters count in
    pairs alone, two words that fit any topic by themselves alone.
    """
    from collections import Counter  # counts at the speed of C

    if not text:
        return {}, {}
    every, generic = text.split(" "), GENERIC_FORMS
    words = Counter(every)
    for word in [word for word in words if len(word) < 2]:
        del words[word]
    pairs = [
        f"{one} {other}"
        for one, other in pairwise(every)
        if one and other and not (one in generic and other in generic)
    ]
    return words, Counter(pairs)


def weights(
    fields: tuple[dict[str, int], ...], lengths: tuple[float, ...], documents: int, holders: Callable[[str], int]
) -> dict[str, tuple[int, int]]:
    """What each word speaks for a document, in thousandths, and the fields it stands in as bits."""
    sums: dict[str, float] = {}
    where: dict[str, int] = {}
    for bit, (counts, most, usual) in enumerate(zip(fields, FIELDS.values(), lengths, strict=True)):
        half = HALF * (1 - LENGTH + LENGTH * sum(counts.values()) / usual)
        for word, times in counts.items():
            sums[word] = sums.get(word, 0.0) + most * times / (times + half)
            where[word] = where.get(word, 0) | 1 << bit
    whole = log(documents + 0.5)
    found = {}
    for word, given in sums.items():
        rarity = log((documents + 0.5) / holders(word)) / whole
        topic = PAIR if " " in word else TOPICLESS if word in GENERIC_FORMS else 1.0
        found[word] = round(1000 * given * rarity**RARITY * topic) if rarity >= RAREST else 0, where[word]
    return found


def _lengths(sums: Sequence[tuple[int, ...]]) -> tuple[float, ...]:
    """How long each field usually is, in words and pairs."""
    return tuple(max(1.0, sum(column) / len(sums)) for column in zip(*sums, strict=True)) or (1.0,) * len(FIELDS)


def _best(points: dict[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """The words of most points, `KEPT` at most; of those that have the same the first by the alphabet."""
    if len(points) <= KEPT:
        return list(points.items())
    least = sorted([given for given, _ in points.values()], reverse=True)[KEPT - 1]
    more = [item for item in points.items() if item[1][0] > least]
    same = sorted([item for item in points.items() if item[1][0] == least])
    return more + same[: KEPT - len(more)]


def _share_aliases(cells: dict[str, list[int]], pairs: Iterable[tuple[str, str]]) -> None:
    """Makes each word of a pair stand for what either of them stands for: the better points for each document."""
    for one, other in pairs:
        first, second = tokenize(one).forms, tokenize(other).forms
        if len(first) == len(second) == 1 and len(first[0]) == len(second[0]) == 1:
            short, long = first[0][0], second[0][0]
            joined = _joined(cells.get(short, []), cells.get(long, []))
            if joined:
                cells[short] = cells[long] = joined


def _joined(one: list[int], other: list[int]) -> list[int]:
    if not one or not other:
        return one or other
    found: dict[int, tuple[int, int]] = {}
    for cell in (one, other):
        for at in range(1, len(cell), 3):
            number, points, where = cell[at : at + 3]
            before = found.get(number, (0, 0))
            found[number] = max(points, before[0]), where | before[1]
    return [
        len(found),
        *(value for number, (points, where) in sorted(found.items()) for value in (number, points, where)),
    ]

"""How often each word stands in a document, and what that speaks for: counted when documents are read, not when a task is answered.

>>> from ctxload.matching.document_index import names_of_fields
>>> evidence = weigh({0: Document("api", "# REST API\\n\\nViews and serializers."), 1: Document("ui", "# Buttons\\n\\nViews.")})
>>> evidence.words.get("button"), names_of_fields(28)
((1, 1, 1509, 28), ['title', 'heading', 'text'])
>>> sorted(evidence.words)[:4]
['api', 'button', 'button*', 'rest']
"""  # noqa: E501

from __future__ import annotations

from math import log

from ..text.lines import lines_of
from ..text.markdown import read_markdown
from .document_index import BEGIN, FIELDS, Document, Evidence
from .scripts import grammar_words
from .tokens import tokenize, tokens_of
from .word_lists import GENERIC_FORMS, SAME, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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


def weigh(
    documents: Mapping[int, Document],
    files: Rows[Read] = (),
    aliases: Iterable[tuple[str, str]] = (),
) -> Evidence:
    """The evidence of these documents, each under its number; `aliases` are further words that mean the same."""
    kept = {number: packed(count(document)) for number, document in documents.items()}
    return weigh_counts(kept, [sums for _, sums in kept.values()], lambda number: kept[number][0], files, aliases)


def weigh_counts(
    numbers: Iterable[int],
    sums: Sequence[tuple[int, ...]],
    counts_of: Callable[[int], dict[str, int]],
    files: Rows[Read] = (),
    aliases: Iterable[tuple[str, str]] = (),
) -> Evidence:
    """The evidence of documents whose words are counted: `sums` are how many words each has in each field.

    `counts_of` gives what `packed` made of a document. It is asked twice for each, so that all need not be in memory.
    """
    from collections import Counter  # counts at the speed of C

    numbers, lengths, holders = list(numbers), _lengths(sums), Counter[str]()
    for number in numbers:
        holders.update(counts_of(number).keys())
    shares = _shares(len(numbers), max(holders.values(), default=0))
    cells: dict[str, list[int]] = {}
    for number, row in zip(numbers, sums, strict=True):
        for word, (given, where) in _best(_points(counts_of(number), row, lengths, holders, shares)):
            cell = cells.get(word)
            if cell is None:
                cells[word] = [holders[word], number, given, where] if given else [holders[word]]
            elif given:
                cell += (number, given, where)
    _share_aliases(cells, (*SAME, *aliases))
    cells.update(_by_beginning(cells))
    words = {word: tuple(cell) if cell[0] <= COMMON else (cell[0],) for word, cell in cells.items()}
    return Evidence(words, files, len(numbers), lengths)


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


def packed(fields: tuple[dict[str, int], ...]) -> tuple[dict[str, int], tuple[int, ...]]:
    """The counts of a document with those of all fields of a word in one number, and how many words each field has."""
    found: dict[str, int] = {}
    for place, counts in zip(_PLACES, fields, strict=True):
        if found:
            for word, times in counts.items():
                found[word] = found.get(word, 0) + (times << place)
        else:
            found = counts.copy() if not place else {word: times << place for word, times in counts.items()}
    return found, tuple([sum(counts.values()) for counts in fields])


def _points(
    counts: dict[str, int],
    sums: tuple[int, ...],
    lengths: tuple[float, ...],
    holders: Mapping[str, int],
    shares: list[float],
) -> dict[str, tuple[int, int]]:
    """The same as `weights`, of counts that are `packed`: few numbers of them differ within a document."""
    halves = [HALF * (1 - LENGTH + LENGTH * whole / usual) for whole, usual in zip(sums, lengths, strict=True)]
    known = {number: _given(number, halves) for number in set(counts.values())}
    found = {}
    for word, number in counts.items():
        given, where = known[number]
        topic = PAIR if " " in word else TOPICLESS if word in GENERIC_FORMS else 1.0
        found[word] = round(given * shares[holders[word]] * topic), where
    return found


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
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for word, cell in cells.items():
        if len(word) >= BEGIN and word.isascii() and word.isalpha():
            best = found.setdefault(word[:BEGIN] + "*", {})
            for at in range(1, len(cell), 3):
                number, points, where = cell[at : at + 3]
                if points > best.get(number, (0, 0))[0]:
                    best[number] = points, where
    return {
        begin: [
            len(best),
            *(value for number, (points, where) in sorted(best.items()) for value in (number, points, where)),
        ]
        for begin, best in found.items()
    }


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
    markdown = read_markdown(document.text)
    text = document.text
    headings = [section.heading for section in markdown.sections if section.heading]
    return (
        tally(document.name.replace("-", " ").replace("_", " ")),
        tally(" ;\n".join(dict.fromkeys((document.about, said_of_itself(text, markdown.front), markdown.about)))),
        tally(markdown.title),
        tally(" ;\n".join(headings)),
        tally(text[markdown.start :].replace("\n\n", "\n;\n")),
        tally(
            first_sentence(
                document.about or said_of_itself(text, markdown.front, ("description", "summary")) or markdown.about
            )
        ),
    )


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


#: What a word is, for counting: one of grammar, which parts what stands around it; a number; a single letter; any; one
#: that fits any topic.
_GRAMMAR, _NUMBER, _LETTER, _WORD, _GENERIC = range(5)
#: Of how many words it is remembered.
_KINDS_KEPT = 200_000


class _Kinds(dict[str, int]):
    """Words and what each is, worked out once; emptied before it grows without bound."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KINDS_KEPT:
            self.clear()
        self[word] = kind = _kind_of(word)
        return kind


def _kind_of(word: str) -> int:
    if word in STOP or word in grammar_words():
        return _GRAMMAR
    if word.isdigit():
        return _NUMBER
    return _LETTER if len(word) == 1 else _GENERIC if word in GENERIC_FORMS else _WORD


_kinds = _Kinds()


def tally(text: str) -> dict[str, int]:
    """How often each word that says something stands in a text, and each two of them side by side.

    >>> tally("the rest of a rest framework")
    {'rest': 2, 'framework': 1, 'rest framework': 1}
    """
    from collections import Counter  # counts at the speed of C

    found: list[str] = []
    for clause in _clauses(text):
        before, was = "", _WORD
        for word in clause:
            kind = _kinds[word]
            if kind < _LETTER:
                before = ""
                continue
            if kind != _LETTER:
                found.append(word)
            if before and (kind != _GENERIC or was != _GENERIC):
                found.append(f"{before} {word}")
            before, was = word, kind
    return dict(Counter(found))


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of a text in normal form; a line with other than ASCII letters is read by itself, which is slower.

    Two list items side by side speak of one topic, so that markup ends no clause here.
    """
    if text.isascii():
        yield from tokens_of(text).forms
        return
    plain: list[str] = []
    for line in text.split("\n"):
        if line.isascii():
            plain.append(line)
        else:
            yield from tokens_of(line).forms
    yield from tokens_of("\n".join(plain)).forms


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

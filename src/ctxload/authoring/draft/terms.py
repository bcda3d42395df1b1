"""The terms that set documents apart from their neighbours: words and short phrases, as people write them.

A term weighs more the more often a document has it (saturated: the tenth time says little), the nearer it stands to
the document's name, and the fewer documents of the folder have it (inverse document frequency). Code in fences is
left out: it shows what a document uses, not what it is about.

>>> found = distinctive({
...     "docker.md": "# Docker images\\n\\nKeep images small. Small images start sooner.",
...     "api.md": "# API\\n\\nThe REST framework answers. Serializers of the REST framework check.",
... })
>>> [term.text for term in found["docker.md"][:2]], [term.text for term in found["api.md"][:2]]
(['docker images', 'docker'], ['API', 'REST framework'])
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from math import log

from ...matching.scripts import grammar_words
from ...matching.word_lists import GENERIC_FORMS, STOP
from ...record import Record
from ...text.lines import lines_of
from ...text.markdown import plain, read_markdown
from .markup import is_directive
from .unspaced import is_no_word, is_word, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ...matching.tokens import Tokens
    from ...text.markdown import Block, Markdown

#: What a term counts by where it stands.
NAME, TITLE, ABOUT, HEADING, TEXT = "name", "title", "about", "heading", "text"
WEIGHTS = {NAME: 3.0, TITLE: 3.0, ABOUT: 2.0, HEADING: 0.75, TEXT: 1.0}
#: The fields that are a label of the whole document.
LABELS = {NAME, TITLE}
#: How soon repeating a term stops to count: after so many times it has half of what it can get.
HALF = 1.5
#: What a phrase of two and three words counts beside a single word, and how many words one may have.
BY_LENGTH = (0.0, 1.0, 1.1, 1.15)
LONGEST = 3
#: What is read of one document, in characters; how many terms a document gets at most.
READ, MOST = 65_536, 40
#: A term in more of the documents than this share sets none apart, where there are more than a few.
SHARE, FEW = 0.25, 5
#: The words of grammar that may stand inside a term: `infrastructure as code`.
INNER = frozenset(("as", "in", "of", "to"))
#: What holds words in one piece.
GLUE = "-_."
#: What a word can do for a term; a single sign of a script without spaces needs a neighbour.
TELLS, PARTLY, STOPS, SIGN = "tells", "partly", "stops", "sign"
KINDS_KEPT = 50_000


class Distinct(Record):
    """A term of a document: as people write it, its words in normal form, and how much it sets the document apart."""

    text: str
    words: tuple[str, ...]
    weight: float


class Passage(Record):
    """A stretch of a document, and the field it belongs to."""

    field: str
    text: str


def distinctive(
    documents: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    *,
    most: int = MOST,
    step: Callable[[], None] | None = None,
) -> dict[str, tuple[Distinct, ...]]:
    """For each document, by its key, the terms that set it apart from the others, the most telling first.

    `names` are the documents' names; by default the last part of a key without its ending. `step` is called after
    each document. The same documents give the same terms, in whatever order they come.
    """
    read = {}
    for key in sorted(documents):
        read[key] = _Document(key if names is None else names.get(key, key), documents[key])
        if step is not None:
            step()
    holders = _holders(read.values())
    return {key: read[key].best(holders, len(read), most) for key in documents}


def terms_of(text: str) -> dict[tuple[str, ...], str]:
    """The words and phrases of a short text that could be terms, by their words in normal form, as they are written.

    >>> terms_of("Squash the old migrations")
    {('squash',): 'squash', ('migrate',): 'migrations', ('old', 'migrate'): 'old migrations'}
    """
    tokens = words_of(text[:READ])
    found: dict[tuple[str, ...], str] = {}
    for clause, first, last in _places(tokens):
        found.setdefault(tuple(tokens.forms[clause][first:last]), _readable(tokens, clause, first, last))
    return dict(sorted(found.items(), key=lambda item: len(item[0])))


class _Document:
    """What is remembered of one document: its words by field, and its candidates with what they count."""

    def __init__(self, name: str, text: str) -> None:
        parts = [Passage(NAME, _stem(name)), *parts_of(text[:READ])]
        self.tokens = [(part.field, words_of(part.text)) for part in parts]
        self.counts = self._counts()

    def _counts(self) -> dict[tuple[str, ...], dict[str, int]]:
        """How often each candidate stands in each field.

        A phrase that stands once in the text alone is chance, and one that is only a piece of a name or title is none.
        """
        counts: dict[tuple[str, ...], dict[str, int]] = {}
        for field, tokens in self.tokens:
            for run in _runs(tokens, split=field == NAME):
                fields = counts.setdefault(run, {})
                fields[field] = fields.get(field, 0) + 1
        whole = {tuple(words) for field, tokens in self.tokens if field in LABELS for words in tokens.forms}
        return {
            run: fields
            for run, fields in counts.items()
            if len(run) == 1 or run in whole or not (fields == {TEXT: 1} or fields.keys() <= LABELS)
        }

    def best(self, holders: Counter[tuple[str, ...]], count: int, most: int) -> tuple[Distinct, ...]:
        """The terms with the greatest weight; none that holds a heavier one."""
        limit, alone = max(SHARE * count, FEW), self._alone()
        weights = {
            run: _weight(alone[run]) * _rarity(holders[run], count) * BY_LENGTH[len(run)]
            for run in alone
            if holders[run] <= limit
        }
        kept: dict[tuple[str, ...], float] = {}
        for run in sorted(weights, key=lambda run: (-weights[run], -len(run), run)):
            if len(kept) == most or weights[run] <= 0:
                break
            if not any(holds(run, other) for other in kept):
                kept[run] = weights[run]
        written = self._written(set(kept))
        return tuple(Distinct(written[run], run, round(weight, 4)) for run, weight in kept.items())

    def _alone(self) -> dict[tuple[str, ...], dict[str, int]]:
        """How often each candidate stands outside of the longer one that holds it most often: `rest` beside `rest
        framework`.
        """
        inside: dict[tuple[str, ...], dict[str, int]] = {}
        for run, fields in self.counts.items():
            for part in parts_of_run(run):
                most = inside.setdefault(part, {})
                for field, times in fields.items():
                    most[field] = max(most.get(field, 0), times)
        return {
            run: {field: max(0, times - inside.get(run, {}).get(field, 0)) for field, times in fields.items()}
            for run, fields in self.counts.items()
        }

    def _written(self, wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        """How each of these is written most often; a file's name writes hyphens for spaces."""
        found: dict[tuple[str, ...], Counter[str]] = {run: Counter() for run in wanted}
        for field, tokens in self.tokens:
            for clause, first, last in _places(tokens, split=field == NAME):
                run = tuple(tokens.forms[clause][first:last])
                if run in wanted:
                    text = _readable(tokens, clause, first, last)
                    found[run][" ".join(text.replace("_", "-").split("-")) if field == NAME else text] += 1
        return {run: min(counts, key=lambda text: (-counts[text], len(text), text)) for run, counts in found.items()}


def _holders(read: Iterable[_Document]) -> Counter[tuple[str, ...]]:
    """In how many documents each candidate stands, also where it is none."""
    documents = list(read)
    candidates = {run for document in documents for run in document.counts}
    found: Counter[tuple[str, ...]] = Counter()
    for document in documents:
        found.update(
            {
                run
                for field, tokens in document.tokens
                for run in _runs(tokens, split=field == NAME)
                if run in candidates
            }
        )
    return found


def _rarity(holders: int, count: int) -> float:
    """1 for what a single document has, less the more have it."""
    return log((count + 0.5) / holders) / log(count + 0.5)


def _weight(fields: dict[str, int]) -> float:
    return sum(WEIGHTS[field] * times / (times + HALF) for field, times in fields.items())


def parts_of_run(run: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The shorter runs that stand in a run."""
    for size in range(1, len(run)):
        for at in range(len(run) - size + 1):
            yield run[at : at + size]


def holds(longer: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Whether a run is a part of a longer one.

    >>> holds(("rest", "framework"), ("rest",)), holds(("rest",), ("rest",))
    (True, False)
    """
    return len(longer) > len(run) and run in parts_of_run(longer)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _runs(tokens: Tokens, *, split: bool = False) -> Iterator[tuple[str, ...]]:
    """The runs of words that could be a term, in order."""
    return (tuple(tokens.forms[clause][first:last]) for clause, first, last in _places(tokens, split=split))


def _places(tokens: Tokens, *, split: bool = False) -> Iterator[tuple[int, int, int]]:
    """Where the runs of one to three words stand that could be a term: clause, first, and the one after the last.

    A run neither begins nor ends inside of what is written in one piece (`pull_request_target`), unless it may be
    split.
    """
    for number, forms in enumerate(tokens.forms):
        kinds = [kind_of(word) for word in forms]
        glued = None if split else _glued(tokens, number)
        count = len(forms)
        for first, kind in enumerate(kinds):
            if kind == STOPS or (glued and glued[first]):
                continue
            for last in range(first, min(first + LONGEST, count)):
                if kinds[last] == STOPS:
                    if forms[last] in INNER:
                        continue
                    break
                if glued and last + 1 < count and glued[last + 1]:
                    continue
                tells = kinds[first : last + 1]
                if TELLS in tells or (last > first and SIGN in tells):
                    yield number, first, last + 1


def _glued(tokens: Tokens, number: int) -> list[bool] | None:
    """Whether each word of a clause is written in one piece with the one before; None where none is."""
    spans, text = tokens.spans[number], tokens.text
    found, last = [False] * len(spans), -2
    for at, (start, end) in enumerate(spans):
        found[at] = start - last == 1 and text[last] in GLUE
        last = end
    return found if True in found else None


class _Kinds(dict[str, str]):
    def __missing__(self, word: str) -> str:
        if len(self) > KINDS_KEPT:
            self.clear()
        self[word] = found = _kind_of(word)
        return found


_kinds = _Kinds()
kind_of = _kinds.__getitem__


def _kind_of(word: str) -> str:
    """What a word can do for a term: carry it, be a part of it, or only stand inside it."""
    if word in STOP or word in grammar_words() or is_no_word(word) or not any(map(str.isalpha, word)):
        return STOPS
    if is_word(word):
        return TELLS
    if word in GENERIC_FORMS:
        return PARTLY
    if len(word) > 2 or (len(word) == 2 and word[1] in "+#"):
        return TELLS
    return PARTLY if word.isascii() else SIGN


def _readable(tokens: Tokens, clause: int, first: int, last: int) -> str:
    """A run of words as a person would list it: its own spelling, without the capital of a title."""
    start, end = tokens.span(clause, first, last)
    text = " ".join(tokens.text[start:end].split())
    if any(not (char.isalnum() or char in " -_./+#'@") for char in text):
        text = " ".join(tokens.words[clause][first:last])
    words = text.split(" ")
    return text if any(word[1:] != word[1:].lower() for word in words) else text.lower()


def _stem(name: str) -> str:
    name = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if "." in name[1:] else name


# ── the parts of a document ──────────────────────────────────────────────────────────────────────────────

#: The keys of front matter that name a document, and those that say what it is about.
_FRONT = {"name": NAME, "title": NAME, "description": ABOUT, "summary": ABOUT}
_BEGINS = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|\||>)(?:\s|$)")
_ADDRESS = re.compile(r"<[^<>\s]*>|\bhttps?://[^\s)>\]]*")


def parts_of(text: str) -> Iterator[Passage]:
    """The parts of a Markdown document, in order: front matter, headings and stretches of text; no fenced code."""
    return passages_of(read_markdown(text.removeprefix("\ufeff")))


def passages_of(document: Markdown) -> Iterator[Passage]:
    """The same of a document that was read."""
    if document.front is not None:
        yield from _front(document.text[document.front[0] : document.front[1]])
    fences = [block for block in document.blocks if block.kind == "fence"]
    starts, label = [fence.start for fence in fences], TITLE
    for section in document.sections:
        if section.heading:
            yield Passage(label, section.heading)
            label = HEADING
        inside = fences[bisect_left(starts, section.body) : bisect_left(starts, section.own_end)]
        yield from _stretches(_without(document.text, section.body, section.own_end, inside))


def _front(text: str) -> Iterator[Passage]:
    """The values of front matter that name a document or say what it is about, read leniently."""
    for line in lines_of(text):
        key, colon, value = line.partition(":")
        value = value.strip().strip("'\"")
        if colon and value and key in _FRONT:
            yield Passage(_FRONT[key], value)


def _without(text: str, at: int, end: int, blocks: Iterable[Block]) -> str:
    """A part of a text without these blocks of it."""
    kept = []
    for block in blocks:
        kept.append(text[at : block.start])
        at = block.end
    return "\n\n".join([*kept, text[at:end]])


def _stretches(text: str) -> Iterator[Passage]:
    """The paragraphs of a text, each item of a list by itself."""
    block: list[str] = []
    for line in [*(line.rstrip("\r\n") for line in lines_of(text)), ""]:
        if block and (not line.strip() or is_directive(line) or _BEGINS.match(line)):
            joined = plain(_ADDRESS.sub(",", "\n".join(block))).replace("|", ";")
            if joined:
                yield Passage(TEXT, joined)
            block = []
        if line.strip() and not is_directive(line):
            block.append(line)

"""The keywords that a draft gives to documents: few, and such as people use when they ask.

Each document is read once and forgotten; what is kept of it is what it names itself with (file, title, headings), the
code and the words it writes again and again, and how. A term becomes a keyword by how much of a document it is
(saturated: the tenth time says little), by how few others have it, and by whether somebody would say it: of a phrase
that means that it is a whole label, or stands often in the text.

>>> found = keywords_of({
...     "docker.md": "# Docker images\\n\\nKeep images small. Small images start sooner.",
...     "api.md": "# API\\n\\n## Serializers\\n\\nThe REST framework answers, and checks.",
... })
>>> found["docker.md"], found["api.md"]
(('docker images',), ('API', 'serializers'))
"""

from __future__ import annotations

import re
from collections import Counter
from math import log

from ...index.place_ids import UNNAMED
from ...record import Record
from ...text.markdown import read_markdown
from .terms import (
    ABOUT,
    GLUE,
    HEADING,
    NAME,
    PARTLY,
    READ,
    SIGN,
    STOPS,
    TELLS,
    TEXT,
    TITLE,
    holds,
    kind_of,
    passages_of,
)
from .unspaced import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ...matching.tokens import Tokens
    from ...text.markdown import Markdown

    Run = tuple[str, ...]

CODE = "code"
#: What a term counts by where it stands, and how soon repeating it stops to count.
WEIGHTS = {NAME: 3.0, TITLE: 3.0, HEADING: 2.0, CODE: 1.5, ABOUT: 0.5, TEXT: 1.0}
HALF = 1.5
#: How many keywords a document gets at most; the least weight of one beside the best of its document.
MOST, LEAST = 3, 0.5
#: How many words a label may have to be a keyword as a whole.
LONGEST = 4
#: So often a word stands in the text, or code, or a phrase, before it is a term by that alone.
WORDS, CODES, PHRASES = 5, 2, 3
#: Code that says nothing of a document.
ANY_CODE = frozenset(
    "none true false null nil dict list str int bool self this args kwargs localhost foo bar baz".split()
)
#: A part of a longer label is a term where the text has it so often, too.
PARTS = 2
#: What a phrase of so many words counts beside a single word.
BY_LENGTH = (0.0, 1.0, 1.1, 1.0, 0.9)
#: A term in more of the documents than this share sets none apart, where there are more than a few.
SHARE, FEW = 0.25, 5
#: How many terms are kept of a document until all were read.
KEPT = 16

_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{2,60})\1(?!`)")
_NAME = re.compile(r"[@$.-]{0,2}[A-Za-z][\w.:/@-]*(?: [a-z][\w-]*){0,2}")
_CALL = re.compile(r"\(.*|[=\[{<].*")
_PIECE = re.compile(r"[\w\u0e31-\u0e3a\u0e47-\u0e4e+#@'’.-]+(?:[ \n-][\w\u0e31-\u0e3a\u0e47-\u0e4e+#@'’.-]+)*")
_NUMBER = re.compile(r"^\d+[-_. ]+(?=\D)")


class Terms(Record):
    """What is kept of one document: for each term how much it is of it, and how it is written."""

    weights: dict[Run, float]
    written: dict[Run, str]


class Keywords:
    """The terms of documents, gathered one by one; `chosen` when all were read."""

    def __init__(self) -> None:
        self.terms: dict[str, Terms] = {}
        #: In how many documents each word stands.
        self.words: Counter[str] = Counter()

    def add(self, key: str, name: str, text: str, markdown: Markdown) -> None:
        """Reads one document, which is `markdown`; `name` is the path of its file."""
        document = _Document(name, text[:READ], markdown)
        self.words.update(document.counts.keys())
        self.terms[key] = document.terms()

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The keywords of each document, the most telling first."""
        holders: Counter[Run] = Counter()
        for terms in self.terms.values():
            holders.update(terms.weights.keys())
        return {key: tuple(self._best(terms, holders)) for key, terms in self.terms.items()}

    def _best(self, terms: Terms, holders: Counter[Run]) -> Iterator[str]:
        count = len(self.terms)
        limit, weights = max(SHARE * count, FEW), {}
        for run, weight in terms.weights.items():
            held = max(holders[run], self.words[run[0]] if len(run) == 1 else 0)
            if held <= limit:
                weights[run] = weight * log((count + 0.5) / held) / log(count + 0.5)
        least = LEAST * max(weights.values(), default=0)
        kept: list[Run] = []
        for run in sorted(weights, key=lambda run: (-weights[run], -len(run), run)):
            if len(kept) == MOST or (weights[run] < least and len(kept) > (count <= FEW)):
                return
            if not any(holds(run, other) or holds(other, run) for other in kept):
                kept.append(run)
                yield terms.written[run]


def keywords_of(
    texts: Mapping[str, str], names: Mapping[str, str] | None = None, *, step: Callable[[], None] | None = None
) -> dict[str, tuple[str, ...]]:
    """The keywords of each document, by its key; `names` are what the files are called, by default the keys."""
    found = Keywords()
    for key in sorted(texts):
        text = texts[key].removeprefix("\ufeff")
        found.add(key, key if names is None else names[key], text, read_markdown(text))
        if step is not None:
            step()
    return found.chosen()


class _Document:
    """One document while it is read: its labels, and its words with how often each stands in the text."""

    def __init__(self, name: str, text: str, markdown: Markdown) -> None:
        self.text = text
        self.labels = [(NAME, words_of(name_of(name)))]
        self.texts: list[Tokens] = []
        self.titles: list[str] = []
        for part in passages_of(markdown):
            tokens = words_of(part.text)
            if part.field == TEXT:
                self.texts.append(tokens)
            else:
                self.labels.append((part.field, tokens))
                if part.field == TITLE:
                    self.titles += [_cased(word) for word in re.split(r"[:,;()]", part.text)]
        self.counts: Counter[str] = Counter()
        for tokens in self.texts:
            for forms in tokens.forms:
                self.counts.update(forms)
        self.fields: dict[Run, dict[str, int]] = {}
        self.written: dict[Run, str] = {}

    def terms(self) -> Terms:
        parts: set[Run] = set()
        for field, tokens in self.labels:
            parts.update(self._label(field, tokens))
        self._code()
        self._words()
        self._phrases(parts)
        weights = {run: self._weight(run, fields) for run, fields in self.fields.items()}
        best = sorted(weights, key=lambda run: (-weights[run], run))[:KEPT]
        self._write(best)
        return Terms(
            {run: weights[run] for run in best if run in self.written and weights[run] > 0},
            {run: self.written[run] for run in best if run in self.written},
        )

    def _count(self, run: Run, field: str, times: int = 1) -> None:
        fields = self.fields.setdefault(run, {})
        fields[field] = fields.get(field, 0) + times

    def _label(self, field: str, tokens: Tokens) -> Iterator[Run]:
        """Counts a label as a whole and its single words; its other parts are given, to be looked for in the text."""
        for number, forms in enumerate(tokens.forms):
            kinds = [kind_of(word) for word in forms]
            first, last = _trimmed(kinds)
            if first == last:
                continue
            run = tuple(forms[first:last])
            if SIGN in kinds[first:last]:
                text = tokens.text[slice(*tokens.span(number, first, last))]
                if len(text) <= 12 and first == 0 and last == len(forms) and len(run) > 1:
                    self._count(run, field)
                    self.written.setdefault(run, text)
                continue
            for word, kind in zip(forms[first:last], kinds[first:last], strict=True):
                if kind == TELLS:
                    self._count((word,), field)
            if len(run) > LONGEST:
                for size in (2, 3):
                    yield from (run[at : at + size] for at in range(len(run) - size + 1))
            elif len(run) > 1 and TELLS in kinds[first:last]:
                self._count(run, field)

    def _code(self) -> None:
        spelled: Counter[str] = Counter()
        for found in _CODE.finditer(self.text):
            said = _CALL.sub("", found[2]).strip().rstrip(".:,")
            if _NAME.fullmatch(said):
                spelled[said] += 1
        for said, times in spelled.items():
            clauses = words_of(said).forms
            if (
                len(clauses) == 1
                and times >= CODES
                and said.lower() not in ANY_CODE
                and any(kind_of(word) == TELLS for word in clauses[0])
            ):
                run = tuple(clauses[0])
                if len(run) <= LONGEST:
                    self._count(run, CODE, times)
                    self.written.setdefault(run, said)

    def _words(self) -> None:
        for word, times in self.counts.items():
            if ((word,) in self.fields or (times >= WORDS and word not in ANY_CODE)) and kind_of(word) == TELLS:
                self._count((word,), TEXT, times)

    def _phrases(self, parts: set[Run]) -> None:
        """Counts what stands side by side again and again."""
        often = {word for word, times in self.counts.items() if times >= PARTS and kind_of(word) not in (STOPS, SIGN)}
        counts: Counter[Run] = Counter()
        for tokens in self.texts:
            for forms in tokens.forms:
                good = [word in often for word in forms]
                for at in range(len(forms) - 1):
                    if good[at] and good[at + 1]:
                        counts[(forms[at], forms[at + 1])] += 1
                        if at + 2 < len(forms) and good[at + 2]:
                            counts[(forms[at], forms[at + 1], forms[at + 2])] += 1
        for run, times in counts.items():
            least = 1 if run in self.fields else PARTS if run in parts else PHRASES
            if times >= least and any(kind_of(word) == TELLS for word in run):
                self._count(run, TEXT, times)

    def _weight(self, run: Run, fields: dict[str, int]) -> float:
        weight = 0.0
        for field, times in fields.items():
            alone = times - self._inside(run, field)
            if alone > 0:
                weight += WEIGHTS[field] * alone / (alone + HALF)
        return weight * BY_LENGTH[min(len(run), LONGEST)]

    def _inside(self, run: Run, field: str) -> int:
        """How often a term stands inside of the longer one that holds it most often."""
        return self._longer.get((run, field), 0)

    @property
    def _longer(self) -> dict[tuple[Run, str], int]:
        known = self.__dict__.get("longer")
        if known is None:
            known = self.__dict__["longer"] = {}
            for run, fields in self.fields.items():
                for size in range(1, len(run)):
                    for at in range(len(run) - size + 1):
                        for field, times in fields.items():
                            key = run[at : at + size], field
                            known[key] = max(known.get(key, 0), times)
        return known

    def _write(self, runs: Iterable[Run]) -> None:
        """How each of the terms is written: as in a label, else as in the text."""
        wanted: dict[str, list[Run]] = {}
        titles = {text.lower(): text for text in self.titles}
        for run in runs:
            if run not in self.written:
                wanted.setdefault(run[0], []).append(run)
        for field, tokens in (*self.labels, *((TEXT, tokens) for tokens in self.texts)):
            if not wanted:
                return
            for number, forms in enumerate(tokens.forms):
                for at, word in enumerate(forms):
                    if word in wanted:
                        for run in [run for run in wanted[word] if tuple(forms[at : at + len(run)]) == run]:
                            text = _spelled(tokens, number, at, at + len(run), whole=field == NAME)
                            if text:
                                self.written[run] = titles.get(text, text)  # a file's name knows no capitals
                                wanted[word].remove(run)
                        if not wanted[word]:
                            del wanted[word]


def name_of(path: str) -> str:
    """What a file is called by: its name without ending and number; of an `index` or `README` the folder's name."""
    *folders, name = path.replace("\\", "/").rstrip("/").split("/")
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    if stem.lower() in UNNAMED and folders:
        stem = folders[-1]
    return _NUMBER.sub("", stem).replace("_", "-")


def _trimmed(kinds: list[str]) -> tuple[int, int]:
    """Where a label begins and ends without the words of grammar around it."""
    first, last = 0, len(kinds)
    while first < last and kinds[first] in (STOPS, PARTLY):
        first += 1
    while last > first and kinds[last - 1] == STOPS:
        last -= 1
    return first, last


def _spelled(tokens: Tokens, clause: int, first: int, last: int, *, whole: bool) -> str:
    """A run as a person would list it; an empty text where it is a piece of something else, or not one phrase."""
    start, end = tokens.span(clause, first, last)
    text = tokens.text
    if not whole and (
        text[start - 1 : start] in GLUE and start or text[end : end + 1] in GLUE and text[end + 1 : end + 2].isalnum()
    ):
        return ""
    said = text[start:end]
    if not _PIECE.fullmatch(said):
        return ""
    return _cased(said.replace("-", " ") if whole else said)


def _cased(text: str) -> str:
    """A text on one line, in lower case unless a word of it has capitals inside."""
    words = text.split()
    return " ".join(words) if any(word[1:] != word[1:].lower() for word in words) else " ".join(words).lower()

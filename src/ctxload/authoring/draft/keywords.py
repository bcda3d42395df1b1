"""The keywords that a draft gives to documents: few, and such as people use when they ask; or none.

Each document is read once and forgotten; what is kept of it is what it names itself with (file, title, headings), the
names of code it is about, and the words it writes again and again. A term becomes a keyword by how much of a document
it is (saturated: the tenth time says little), by how few others have it, and by whether somebody would say it: a piece
of a label, a name of code, a term of art. A word that everybody writes is none, unless the document is called so, and
nor is one that the others write as often: who asks for it means any of them.

>>> found = keywords_of({
...     "docker.md": "# Docker images\\n\\nKeep images small. Small images start sooner.",
...     "api.md": "# API\\n\\n## Serializers\\n\\nThe REST framework answers, and checks.",
... })
>>> found["docker.md"], found["api.md"]
(('docker images',), ('serializers',))
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from math import log

from ...index.place_ids import UNNAMED
from ...record import Record
from .identifiers import identifiers_of
from .labels import EVERYWHERE, KNOWN, is_everyday, is_special, pieces_of
from .languages import language_of
from .markup import ANY_HEADING
from .prose import heading_of, read_document, title_of
from .terms import (
    ABOUT,
    GLUE,
    HEADING,
    NAME,
    PARTLY,
    READ,
    SIGN,
    TELLS,
    TEXT,
    TITLE,
    holds,
    kind_of,
    parts_of_run,
    passages_of,
)
from .unspaced import is_word, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ...matching.tokens import Tokens
    from ...text.markdown import Markdown
    from .labels import Piece

    Run = tuple[str, ...]

CODE = "code"
#: What a term counts by where it stands, and how soon repeating it stops to count.
WEIGHTS = {NAME: 3.0, TITLE: 3.0, HEADING: 1.0, CODE: 1.5, ABOUT: 1.0, TEXT: 1.0}
HALF = 1.5
#: How many keywords a document gets at most; the least weight of one beside the best term of its document, be that a
#: keyword or not: what is left of a document without its best terms does not say what that is about.
MOST, LEAST = 3, 0.4
#: How many words a piece of a label may have to be a keyword as a whole.
LONGEST = 3
SIZES = (2, 3, 4)
#: So often a term of art stands in the text, code, or the word of a heading, before it is a term; and in so many
#: sections a term of art that no label has: what a single one repeats is an example, or the name of a machine.
WORDS, CODES, PLAIN, SPREAD = 6, 3, 3, 3
#: With so few headings each of them says what the document is about, whether the text repeats it or not; code needs to
#: stand there once less.
SECTIONS = 4
#: What a phrase of so many words counts beside a single word.
BY_LENGTH = (0.0, 1.0, 1.1, 1.0, 0.9)
#: A term in more of the documents than this share sets none apart, nor one in most of a few; a word that everybody
#: writes none but the few that are called so.
SHARE, FEW, RARE = 0.25, 5, 0.06
#: A word in more of the documents than this share is the name of what they are all about.
SUBJECT = 0.4
#: So large a share of how often all documents write the most telling word of a keyword is this one's own; half of it,
#: where this one alone has the keyword in a heading. What a document is called needs none.
#: F1 of the labelled tasks by the share: 0: .712; 0.33: .711; 0.4: .712; ½: .715.
OWN = 0.5
#: How many documents may have the same keyword.
SHARED = 2
#: How many terms are kept of a document until all were read.
KEPT = 16

#: What is said in the name of a document that tells news: it names what others document.
_NEWS = re.compile(r"announc|release|what-?s-?new|(?:^|-)news(?:$|-)", re.IGNORECASE)
_PIECE = re.compile(r"[\w\u0e31-\u0e3a\u0e47-\u0e4e+#@'’./-]+(?:[ \n-][\w\u0e31-\u0e3a\u0e47-\u0e4e+#@'’./-]+)*")
_DASH = re.compile(r" [-–—/:|] ")
_NUMBER = re.compile(r"^\d+[-_. ]+(?=\D)")


class Terms(Record):
    """What is kept of one document: for each term how much it is of it, how it is written, and what it is called."""

    weights: dict[Run, float]
    written: dict[Run, str]
    name: Run
    stem: str
    #: Words that everybody writes, in a label that is more than they are.
    plain: frozenset[Run]
    #: How often each word of the terms stands in the text and its headings.
    times: dict[str, int]
    #: What the document is called, and what a heading of it holds besides.
    titled: frozenset[Run]
    headed: frozenset[Run]


class Keywords:
    """The terms of documents, gathered one by one; `chosen` when all were read."""

    def __init__(self) -> None:
        self.terms: dict[str, Terms] = {}
        #: In how many documents each word stands, and how often in all of them.
        self.words: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        #: In how many documents a heading holds each term.
        self.headed: Counter[Run] = Counter()
        self._names: frozenset[Run] = frozenset()
        self._news: set[str] = set()

    def add(self, key: str, name: str, markdown: Markdown) -> None:
        """Reads one document; `name` is the path of its file."""
        document = _Document(name, markdown)
        self.words.update(document.counts.keys())
        self.times.update(document.said)
        self.terms[key] = document.terms()
        self.headed.update(self.terms[key].headed)
        if document.is_news:
            self._news.add(key)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The keywords of each document, the most telling first; what a file is called calls for it anyway."""
        holders: Counter[Run] = Counter()
        for terms in self.terms.values():
            holders.update(terms.weights.keys())
        self._names = frozenset(terms.name for terms in self.terms.values())
        for key in self._news:
            self._leave_to_others(key)
        best = {key: dict.fromkeys(self._best(terms, holders)) for key, terms in self.terms.items()}
        self._keep_the_heaviest(best)
        return {key: tuple(self.terms[key].written[run] for run in runs) for key, runs in best.items()}

    def _leave_to_others(self, key: str) -> None:
        """What tells news keeps no word that other documents hold: those say what it is."""
        weights = self.terms[key].weights
        for run in [run for run in weights if len(run) == 1 and self.words[run[0]] > 1]:
            del weights[run]

    def _keep_the_heaviest(self, best: dict[str, dict[Run, None]]) -> None:
        """A keyword of several documents stays with the few that it says most of."""
        having: dict[Run, list[str]] = {}
        for key, runs in best.items():
            for run in runs:
                having.setdefault(run, []).append(key)
        for run, keys in having.items():
            for key in sorted(keys, key=lambda key: -self.terms[key].weights[run])[SHARED:]:
                del best[key][run]

    def _best(self, terms: Terms, holders: Counter[Run]) -> Iterator[Run]:
        weights: dict[Run, float] = {}
        count, names, best = len(self.terms), self._names, 0.0
        limit = max(SHARE * count, min(FEW, (count + 1) / 2))
        for run, weight in terms.weights.items():
            held = max(holders[run], self.words[run[0]] if len(run) == 1 else 0)
            is_rare = run not in terms.plain and not (len(run) == 1 and len(terms.name) > 1 and run[0] in terms.name)
            weight *= log((count + 0.5) / held) / log(count + 0.5)
            best = max(best, weight)
            if held > (limit if is_rare else max(1, RARE * count)) or self._names_the_subject(run):
                continue
            if self._is_own(run, terms):
                weights[run] = weight
        least = LEAST * best
        kept: list[Run] = []
        for run in sorted(weights, key=lambda run: (-weights[run], -len(run), run)):
            if len(kept) == MOST or (weights[run] < least and len(kept) > (count <= FEW)):
                return
            is_called = terms.written[run].lower() == terms.stem or (run in names and run != terms.name)
            if not is_called and not any(_are_alike(run, other) for other in kept):
                kept.append(run)
                yield run

    def _is_own(self, run: Run, terms: Terms) -> bool:
        """Whether a document says so much of a term that who asks for it means this one, and not any of them."""
        if run in terms.titled or (len(run) > 1 and any(sign in terms.written[run] for sign in GLUE)):
            return True
        shares = (terms.times[word] / self.times[word] for word in run if self.times[word])
        is_alone = run in terms.headed and self.headed[run] == 1
        return max(shares, default=1.0) >= (OWN / 2 if is_alone else OWN)

    def _names_the_subject(self, run: Run) -> bool:
        """Whether a phrase begins or ends with what all of the documents are about: `flask extension`."""
        most = SUBJECT * len(self.terms)
        return len(run) > 1 and len(self.terms) > FEW and max(self.words[run[0]], self.words[run[-1]]) > most


def keywords_of(
    texts: Mapping[str, str], names: Mapping[str, str] | None = None, *, step: Callable[[], None] | None = None
) -> dict[str, tuple[str, ...]]:
    """The keywords of each document, by its key; `names` are what the files are called, by default the keys."""
    found = Keywords()
    for key in sorted(texts):
        name = key if names is None else names[key]
        found.add(key, name, read_document(name, texts[key].removeprefix("\ufeff")[:READ]))
        if step is not None:
            step()
    return found.chosen()


class _Document:
    """One document while it is read: its labels, and its words with how often each stands in the text."""

    def __init__(self, name: str, markdown: Markdown) -> None:
        self.markdown = markdown
        self.stem = name_of(name).lower()
        self.is_news = _NEWS.search(self.stem) is not None
        self.name = words_of(name_of(name))
        self.labels = [(NAME, self.name)]
        self.texts: list[Tokens] = []
        #: In how many sections each word stands.
        self.spread: Counter[str] = Counter()
        self.titles: list[str] = []
        headings = [heading_of(markdown, section) for section in markdown.sections if section.heading]
        self.is_short = len(headings) <= SECTIONS
        title, rest, section = title_of(markdown), iter(headings), set[str]()
        for part in passages_of(markdown):
            if part.field == TEXT:
                self.texts.append(words_of(part.text))
                section.update(*self.texts[-1].forms)
                continue
            self.spread.update(section)
            section = set()
            said = next(rest, "") if part.field in (TITLE, HEADING) else part.text
            field = HEADING if part.field == TITLE and said != title else part.field
            if said.lower().rstrip(":?!.") not in ANY_HEADING:
                self.labels.append((field, words_of(_DASH.sub("; ", said))))
            if field in (TITLE, NAME):
                self.titles += [_cased(word) for word in re.split(r"[:,;()]", said)]
        self.spread.update(section)
        self.counts: Counter[str] = Counter()
        for tokens in self.texts:
            for forms in tokens.forms:
                self.counts.update(forms)
        #: The same with those of headings.
        self.said = self.counts + Counter(word for _, tokens in self.labels for forms in tokens.forms for word in forms)
        self.fields: dict[Run, dict[str, int]] = {}
        self.written: dict[Run, str] = {}
        self.plain: set[Run] = set()

    def terms(self) -> Terms:
        for field, tokens in self.labels:
            for piece in pieces_of(tokens):
                self._piece(field, tokens, piece)
        if not self.is_news:
            self._code()
            self._words()
        self._phrases()
        weights = {run: self._weight(run, fields) for run, fields in self.fields.items()}
        best = sorted(weights, key=lambda run: (-weights[run], run))[:KEPT]
        self._write(best)
        name = tuple(word for forms in self.name.forms for word in forms)
        return Terms(
            {run: weights[run] for run in best if run in self.written and weights[run] > 0},
            {run: self.written[run] for run in best if run in self.written},
            name, self.stem, frozenset(self.plain.intersection(best)),
            {word: self.said[word] for run in best for word in run},
            frozenset(run for run in best if not {NAME, TITLE}.isdisjoint(self.fields[run])),
            frozenset(run for run, fields in self.fields.items() if HEADING in fields),
        )  # fmt: skip

    def _count(self, run: Run, field: str, times: int = 1) -> None:
        fields = self.fields.setdefault(run, {})
        fields[field] = fields.get(field, 0) + times

    def _piece(self, field: str, tokens: Tokens, piece: Piece) -> None:
        """Counts a piece of a label, and the terms of art in it."""
        run = piece.words
        if SIGN in map(kind_of, run):
            self._count(run, field)
            self.written.setdefault(run, tokens.text[slice(*tokens.span(piece.clause, piece.first, piece.last))])
            return
        names = 0
        for at, word in enumerate(run, piece.first):
            if kind_of(word) == TELLS:
                start, end = tokens.spans[piece.clause][at]
                if is_special(tokens.text[start:end], word) and (piece.is_whole or not is_word(word)):
                    self._count((word,), field)
                    names += 1
                elif len(run) == 1 and piece.is_whole and _may_stand_alone(word, field, tokens):
                    self._count(run, field)
                    if field == HEADING and len(tokens.forms) == 1 and NAME not in self.fields[run]:
                        self.plain.add(run)
        is_name = names == 1 and len(run) == 2 and kind_of(run[1]) == PARTLY  # `TOCTOU issues`
        if 1 < len(run) <= LONGEST and field != ABOUT and not is_name:
            self._count(run, field)

    def _code(self) -> None:
        for said, times in identifiers_of(self.markdown).items():
            clauses = words_of(said).forms
            if len(clauses) == 1 and times >= CODES - self.is_short and len(clauses[0]) <= LONGEST + 1:
                run = tuple(clauses[0])
                self.plain.discard(run)
                self._count(run, CODE, times)
                self.written.setdefault(run, said)

    def _words(self) -> None:
        for run in [run for run in self.plain if self.counts[run[0]] < PLAIN and not self.is_short]:
            del self.fields[run]
            self.plain.remove(run)
        for word, times in self.counts.items():
            if (word,) in self.fields or (times >= WORDS and self._is_term(word)):
                if (word,) not in self.fields:
                    self.plain.add((word,))
                self._count((word,), TEXT, times)

    def _is_term(self, word: str) -> bool:
        """Whether a word that no label has is a term of art that more than a passage is about."""
        is_spread = self.is_short or self.spread[word] >= SPREAD
        return is_spread and kind_of(word) == TELLS and is_special(word, word)

    def _phrases(self) -> None:
        """Counts how often the phrases of labels stand in the text; those of headings that never do are none."""
        wanted = [run for run in self.fields if len(run) > 1]
        first = {run[0] for run in wanted}
        counts: Counter[Run] = Counter()
        for tokens in self.texts:
            for forms in tokens.forms:
                for at, word in enumerate(forms):
                    if word in first:
                        counts.update(run for size in SIZES if (run := tuple(forms[at : at + size])) in self.fields)
        for run in wanted:
            if counts[run]:
                self._count(run, TEXT, counts[run])
            elif self.fields[run].keys() == {HEADING} and not self.is_short:
                del self.fields[run]

    def _weight(self, run: Run, fields: dict[str, int]) -> float:
        weight = 0.0
        for field, times in fields.items():
            alone = times - self._longer.get((run, field), 0)
            if alone > 0:
                weight += WEIGHTS[field] * alone / (alone + HALF)
        return weight * BY_LENGTH[min(len(run), LONGEST)]

    @cached_property
    def _longer(self) -> dict[tuple[Run, str], int]:
        """How often each term stands inside of the longer one that holds it most often, when all are counted."""
        known: dict[tuple[Run, str], int] = {}
        for run, fields in self.fields.items():
            for part in parts_of_run(run):
                for field, times in fields.items():
                    known[part, field] = max(known.get((part, field), 0), times)
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


def _are_alike(run: Run, other: Run) -> bool:
    """Whether a term holds another, or is the same when it is written in one word."""
    return holds(run, other) or holds(other, run) or "".join(run) == "".join(other)


def name_of(path: str) -> str:
    """What a file is called by: its name without ending, language and number; of an `index` or `README` the folder's
    name.

    >>> name_of("docs/03-front_matter.md"), name_of("api/README.md"), name_of("CONTRIBUTING.en-US.md")
    ('front-matter', 'api', 'CONTRIBUTING')
    """
    *folders, name = path.replace("\\", "/").rstrip("/").split("/")
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    base, _, last = stem.rpartition(".")
    if base and language_of(f"a.{last}.md")[1]:
        stem = base
    if stem.lower() in UNNAMED and folders:
        stem = folders[-1]
    return _NUMBER.sub("", stem).replace("_", "-")


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


def _may_stand_alone(word: str, field: str, tokens: Tokens) -> bool:
    """Whether a word that isn't a term of art may be one where it is a label, or a member of one.

    A short word needs to be what the document is called; what everything is made with, to be all of that.
    """
    is_title = field in (NAME, TITLE)
    if word in EVERYWHERE:
        return is_title and sum(map(len, tokens.forms)) == 1
    return is_title or len(word) >= KNOWN - 1


def _cased(text: str) -> str:
    """A text on one line, each word in lower case unless it has capitals inside; a heading in capitals has none."""
    return " ".join(word if _is_cased(word) else word.lower() for word in text.split())


def _is_cased(word: str) -> bool:
    return word[1:] != word[1:].lower() and not (word.isupper() and is_everyday(word.lower()))

"""What a task takes back: `without docker`, `not the Docker part`, `skip the tests`.

A cue, what may stand between it and a name (articles, `using`), then whole keywords or names of files, maybe joined by
`or`; then the clause ends, or goes on with a word of grammar. Anything else is not taken back: `not found`, `without
breaking the API`, `no API response`. The table is published in `docs/matching.md`; this is read when a cue is there.

>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.index.parser import parse
>>> from ctxload.matching.tokens import tokenize
>>> from ctxload.text.source import Source
>>> tables = compile_index(parse(Source("i", "context_files: [{path: a.md, keywords: [api, docker]}]")).index)
>>> asked, taken = part(tables, tokenize("Fix the API, not the Docker part"))
>>> asked.words, [(one.text, one.is_veto, sorted(one.entries)) for one in taken]
([['fix', 'the', 'api']], [('not the Docker part', True, [0])])
"""

from __future__ import annotations

from ..record import Record
from .matcher import find, find_parts
from .tables import STEM_ID, VETO
from .take_back_words import (
    AFTER_NAMED_ALONE,
    ASKING,
    BARE,
    BETWEEN,
    BOUNDARY,
    CLOSED_BY,
    CUES,
    DENIALS,
    IMPERATIVE,
    JOINING,
    LACKING,
    NAMED_ALONE,
    NO,
    NOT_AFTER,
    PARTS,
    PLEASE,
    REACH,
    REQUESTS,
    SPANISH,
    STARTING,
    USED,
)
from .tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tables import Tables


class TakenBack(Record):
    """Words of a task that are taken back: as they stand, whether their entries are then not to come at all, and the
    entries whose keywords or names they are.
    """

    text: str
    span: tuple[int, int]
    is_veto: bool
    entries: frozenset[int]


class _Place(Record):
    """A cue with what it takes back, in one clause: where it begins, where the names begin, and where all ends."""

    clause: int
    first: int
    names: int
    last: int
    is_veto: bool


def part(tables: Tables, tokens: Tokens) -> tuple[Tokens, tuple[TakenBack, ...]]:
    """What is asked, without what is taken back; and what is."""
    known = _Known(tables, tokens)
    found = [place for clause in range(len(tokens.words)) for place in _in_clause(tokens, clause, known)]
    if not found:
        return tokens, ()
    return _without(tokens, found), tuple([_taken(known, place) for place in found])


class _Known:
    """Where whole keywords and names of files stand in a task, by clause and first word: last word and entry."""

    def __init__(self, tables: Tables, tokens: Tokens) -> None:
        self.tokens = tokens
        self.at: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for number, hits in find(tables, tokens).items():
            for hit in hits:
                if tables.keywords[hit.keyword].kind != VETO:
                    self.at.setdefault((hit.clause, hit.first), []).append((hit.last, number))
        for number, parts in find_parts(tables, tokens).items():
            for one in parts:
                if tables.keywords[one.keyword].kind == STEM_ID:
                    self._add_name(number, tables.keywords[one.keyword].words)

    def _add_name(self, number: int, words: tuple[str, ...]) -> None:
        for clause, forms in enumerate(self.tokens.forms):
            for first in range(len(forms)):
                if tuple(forms[first : first + len(words)]) == words:
                    self.at.setdefault((clause, first), []).append((first + len(words), number))

    def end_at(self, clause: int, first: int) -> int:
        """Where the longest keyword ends that begins here; here, where none does."""
        return max([last for last, _ in self.at.get((clause, first), ())], default=first)

    def within(self, place: _Place) -> frozenset[int]:
        """The entries whose keywords or names stand in what is taken back."""
        return frozenset(
            number
            for (clause, first), rows in self.at.items()
            for last, number in rows
            if clause == place.clause and place.names <= first and last <= place.last
        )

    def has(self, clause: int, at: int) -> bool:
        """Whether a word is, or is part of, a keyword of somebody's, as `skip` is of `skip link`."""
        return any(row == clause and first <= at < last for (row, first), rows in self.at.items() for last, _ in rows)


def _in_clause(tokens: Tokens, clause: int, known: _Known) -> Iterator[_Place]:
    words, at = tokens.words[clause], 0
    while at < len(words):
        place = _at(words, clause, at, known)
        if place is not None and _is_meant(tokens, place):
            yield place
        at = at + 1 if place is None else place.last


def _at(words: list[str], clause: int, at: int, known: _Known) -> _Place | None:
    """What a cue that begins here takes back, or None."""
    size = next((size for size in (3, 2, 1) if " ".join(words[at : at + size]) in CUES), 0)
    cue = " ".join(words[at : at + size])
    if not cue or known.has(clause, at) or not _may_begin(words, at, cue):
        return None
    names = _skip_between(words, at + size)
    last = _names_end(words, clause, names, known)
    if last == names or not _may_end(words, last, cue):
        return None
    closed = cue in CLOSED_BY
    return _Place(clause, at, names, last + closed, closed or cue in BARE or cue in IMPERATIVE)


def _may_begin(words: list[str], at: int, cue: str) -> bool:
    """Whether a cue may stand where it does: `why not` and `is not` take nothing back."""
    before = words[at - 1] if at else ""
    if cue in LACKING and _is_denied(words[max(0, at - REACH) : at]):
        return False
    if not before or before in STARTING or not (cue in BARE or cue in IMPERATIVE or cue in CLOSED_BY):
        return True
    if cue == "not":
        return before not in NOT_AFTER and at + 1 < len(words) and words[at + 1] in BETWEEN
    return cue not in BARE and before in ("you", "we") and at > 1 and words[at - 2] in ASKING


def _is_denied(words: list[str]) -> bool:
    """Whether a sentence says that something does not go, of which `without X` is then the matter, not what is left
    out: `I can't log in without OAuth`.
    """
    for word in reversed(words):
        if word in STARTING:
            return False
        if word in DENIALS or word.endswith(("n't", "n’t")):
            return True
    return False


def _skip_between(words: list[str], at: int) -> int:
    while at < len(words) and words[at] in BETWEEN:
        at += 1
    return at


def _names_end(words: list[str], clause: int, at: int, known: _Known) -> int:
    """Where the keywords and names end that begin here; here, where none does or they are only part of more."""
    end = at
    while (last := known.end_at(clause, end)) > end:
        end = last
        while end < len(words) and words[end] in PARTS:
            end += 1
    if end == at:
        return at
    if end < len(words) and words[end] in JOINING:
        after = _skip_between(words, end + 1)
        further = _names_end(words, clause, after, known)
        if further > after:
            return further
    return end if end == len(words) or words[end] in BOUNDARY else at


def _may_end(words: list[str], last: int, cue: str) -> bool:
    """Whether what follows leaves it a take-back: `skip tests on Windows` says where, `ohne X zu brechen` keeps X."""
    after, second = (*words[last:], "", "")[:2]
    if cue in CLOSED_BY:
        return after in CLOSED_BY[cue]
    if after == "zu":
        return second in USED
    return (
        cue not in NAMED_ALONE
        or not after
        or after in AFTER_NAMED_ALONE
        or (after == "for" and second in AFTER_NAMED_ALONE)
    )


def _is_meant(tokens: Tokens, place: _Place) -> bool:
    """Whether `no X` leaves something out: with `please`, or in a clause of its own beside a request.

    `Nothing loads, no database connection` reports it. `no la API` is Spanish.
    """
    words = tokens.words[place.clause]
    beside = words[max(0, place.first - 1) : place.first + 2]
    if words[place.first] not in NO or not PLEASE.isdisjoint(words) or not SPANISH.isdisjoint(beside):
        return True
    is_bare = place.first == 0 and place.last == len(words)
    return is_bare and any(clause[0] in REQUESTS for clause in tokens.words)


def _taken(known: _Known, place: _Place) -> TakenBack:
    span = known.tokens.span(place.clause, place.first, place.last)
    return TakenBack(known.tokens.text[span[0] : span[1]], span, place.is_veto, known.within(place))


def _without(tokens: Tokens, places: list[_Place]) -> Tokens:
    """The tokens without these places; what stands before and after one are clauses of their own."""
    words, spans = [], []
    for clause, row in enumerate(tokens.words):
        cuts = [(place.first, place.last) for place in places if place.clause == clause]
        starts, ends = [0, *(last for _, last in cuts)], [*(first for first, _ in cuts), len(row)]
        for start, end in zip(starts, ends, strict=True):
            if start < end:
                words.append(row[start:end])
                spans.append(tokens.spans[clause][start:end])
    return tokens.of(words, spans)

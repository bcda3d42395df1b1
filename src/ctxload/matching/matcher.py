"""A task's words against the keywords of an index.

The text is read once. Each run of its words, joined, is one look-up: `rest framework`, `REST-framework` and
`RestFramework` meet in `restframework`. Runs longer than one word are only tried from a word that some keyword begins
with, so that the cost grows with the task and not with the number of keywords. Overlapping keywords are all found.

>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.index.parser import parse
>>> from ctxload.text.source import Source
>>> from ctxload.matching.tokens import tokenize
>>> tables = compile_index(parse(Source("i", "context_files: [{path: a.md, keywords: [rest framework, api]}]")).index)
>>> found = find(tables, tokenize("the RestFramework APIs"))
>>> [(tables.keywords[hit.keyword].text, hit.clause, hit.first, hit.last) for hit in found[0]]
[('rest framework', 0, 1, 2), ('api', 0, 2, 3)]
"""

from __future__ import annotations

from itertools import accumulate, compress

from ..record import Record, record
from .tables import ANY, KNOWN, SHARE, SHARE_BITS, Call, KeywordRow, Tables, factor
from .tokens import Tokens, form, forms_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    T = TypeVar("T")

#: A part of a phrase counts less than the whole of it.
PART = 0.85
#: What a part must hold of its phrase's weight, in thousandths.
COVER = 500
#: A word that more phrases hold than this is evidence for none of them.
COMMON = 2_000


class Hit(Record):
    """A keyword found in a task: its row, and the run of words `first` to before `last` in a clause."""

    keyword: int
    clause: int
    first: int
    last: int


class PhrasePart(Record):
    """A keyword of which some words stand in a task."""

    keyword: int
    present: tuple[str, ...]
    cover: float


def find(tables: Tables, tokens: Tokens) -> dict[int, list[Hit]]:
    """Every keyword and veto that stands in the task, by entry, in the order of their places.

    Of each word: what it calls for by itself, then what the runs call for that begin with it. After the first words of
    a phrase a run goes on if three letters of the next word fit; within a word that is written in parts, while what is
    joined so far is the beginning of some keyword's word.
    """
    found: dict[int, list[Hit]] = {}
    calls_of, get = (tables.memory.calls or _calls_of(tables)).__getitem__, tables.cells.get
    for clause, words in enumerate(tokens.words):
        calls, last = list(map(calls_of, words)), len(words) - 1
        for first in compress(range(len(words)), calls):
            called, run, following, phrases, parts, onward = calls[first]  # type: ignore[misc]  # an empty one was passed over
            if called:
                for entry, number, lead, _ in called:
                    if not lead or _has_lead(tables, number, tokens, clause, first, first + 1):
                        if entry in found:
                            found[entry].append(record(Hit, (number, clause, first, first + 1)))
                        else:
                            found[entry] = [record(Hit, (number, clause, first, first + 1))]
            if first == last or (following is not None and forms_of[words[first + 1]][:3] not in following):
                continue
            at, longest = first, 0
            forms: tuple[str, ...] = (run,)
            while (phrases or parts) and at < last:
                at += 1
                joining = forms_of[words[at]]
                joined = run + joining
                forms = (*forms, joining)
                cell, goes_on = get(joined), phrases and (parts == ANY or f" {joining[:3]} " in onward)
                if goes_on and longest < phrases:
                    longest = phrases
                if cell is not None:
                    phrases, parts, onward, called = cell
                    parts = parts or goes_on
                    for entry, number, lead, whole in called:
                        if (whole == forms or _fits(whole, forms)) and (
                            not lead or _has_lead(tables, number, tokens, clause, first, at + 1)
                        ):
                            if entry in found:
                                found[entry].append(record(Hit, (number, clause, first, at + 1)))
                            else:
                                found[entry] = [record(Hit, (number, clause, first, at + 1))]
                elif len(joined) >= longest or not (goes_on or parts):
                    break
                else:
                    parts = 1
                run = joined
    return found


class _Calls(dict[str, "Call | tuple[()]"]):
    """What words, as they are written, call for by themselves: most words of a task have been seen before."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def __missing__(self, word: str) -> Call | tuple[()]:
        found = _call(self.tables, form(word))
        if len(self) >= KNOWN:
            self.clear()
        if len(word) < 64:
            self[word] = found
        return found


def _calls_of(tables: Tables) -> _Calls:
    tables.memory.calls = found = _Calls(tables)
    return found


def _call(tables: Tables, word: str) -> Call | tuple[()]:
    cell = tables.cells.get(word)
    if cell is None:
        return ()
    phrases, parts, onward, called = cell
    run = (word,)
    fitting = tuple([one for one in called if one[3] == run or _fits(one[3], run)])
    return fitting, word, tables.following(word), phrases, parts, onward


def _fits(words: tuple[str, ...], forms: tuple[str, ...]) -> bool:
    """Whether a run of these letters may stand for the words: word for word, words written as one, or one in parts.

    Each part has three letters or more, so that `MySQL` is never "my sql".
    """
    if "".join(words) != "".join(forms):
        return _fits_folded(words, forms)
    ends, end = {0, *accumulate(map(len, words))}, 0
    for one in forms:
        start, end = end, end + len(one)
        is_part = len(one) >= 3 and ends.isdisjoint(range(start + 1, end))
        if not is_part and not ends.issuperset((start, end)):
            return False
    return True


def _fits_folded(words: tuple[str, ...], forms: tuple[str, ...]) -> bool:
    """The same where the last of the run is words written as one, and folded so: of "play station" `playstation` is
    `playstate`, and `play state` says something else.
    """
    *before, last = forms
    return any(
        "".join(words[:at]) == "".join(before)
        and len("".join(words[at:-1])) < len(last)
        and last == form("".join(words[at:]))
        and _fits(words[:at], tuple(before))
        for at in range(len(words))
    )


def _has_lead(tables: Tables, number: int, tokens: Tokens, clause: int, first: int, last: int) -> bool:
    """Whether the signs that a keyword begins with stand before it; a command (`/design`) must be typed as one."""
    row, text = tables.keywords[number], tokens.text
    start, end = tokens.span(clause, first, last)
    start -= len(row.lead)
    if start < 0 or not text.startswith(row.lead, start):
        return False
    if row.lead != "/":
        return True
    from .commands import is_command, is_typed

    return not is_command(row) or is_typed(text, start, end)


def find_parts(tables: Tables, tokens: Tokens, kind: str = "") -> dict[int, list[PhrasePart]]:
    """The phrases of which most stands in the task, in any order, by entry; and names of files. Or one `kind` alone.

    A word that very many phrases hold is passed over: it is evidence for none of them.
    """
    shares, used = _shares_in(tables, tokens)
    alone = tuple(used) if len(used) == 1 else ()
    found: dict[int, list[PhrasePart]] = {}
    rows = tables.keywords
    for number, share in shares.items():
        row = rows[number]
        if kind and row[2] != kind:
            continue
        part = record(PhrasePart, (number, alone or tuple(sorted(used.intersection(row.words))), share / 1000))
        if row.entry in found:
            found[row.entry].append(part)
        else:
            found[row.entry] = [part]
    return found


def _shares_in(tables: Tables, tokens: Tokens) -> tuple[dict[int, int], set[str]]:
    """The phrases of which most stands in the task, with what of their weight does, in thousandths; and the words that
    do.
    """
    shares: dict[int, int] = {}
    used: set[str] = set()
    get = tables.parts.get
    for word in sorted(set().union(*tokens.forms)):
        cell = get(word)
        if cell is not None and cell[0] >= 0:
            used.add(word)
            more = {one >> SHARE_BITS: one & SHARE for one in cell}
            for number in shares.keys() & more.keys():
                more[number] += shares[number]
            shares.update(more)
    return {number: share for number, share in shares.items() if share >= COVER}, used


def points_of(tables: Tables, hits: list[Hit]) -> list[tuple[int, int]]:
    """What each keyword adds, in thousandths: its words' weights, a quarter more for each further word.

    A word counts once, with the keyword that makes most of it.
    """
    if len(hits) == 1:
        number = hits[0].keyword
        return [(number, tables.keywords[number].worth)]
    best: dict[str, tuple[float, int]] = {}
    for hit in hits:
        row = tables.keywords[hit.keyword]
        _credit(best, row, row.words, factor(row.words), hit.keyword)
    return _sum_up(best)


def points_of_parts(tables: Tables, parts: Sequence[PhrasePart]) -> list[tuple[int, int]]:
    """What each part of a phrase adds, in thousandths."""
    best: dict[str, tuple[float, int]] = {}
    for part in parts:
        row = tables.keywords[part.keyword]
        _credit(best, row, part.present, PART * part.cover, part.keyword)
    return _sum_up(best)


def points_of_both(
    tables: Tables,
    hits: list[Hit],
    parts: Sequence[PhrasePart],
    weight_of: Callable[[Hit], float],
    factors: tuple[float, float] = (1.0, PART),
) -> dict[tuple[int, bool], int]:
    """What each keyword adds, in thousandths, and whether it does so as a whole: wholes and parts in one account.

    `weight_of` says what a hit counts by where it stands, `factors` what wholes and parts count. A word counts once,
    with what makes most of it.
    """
    whole, partly = factors
    if len(hits) + len(parts) == 1:  # as the account has it
        one: Hit | PhrasePart = hits[0] if hits else parts[0]
        row, points = tables.keywords[one.keyword], 0.0
        by = whole * factor(row.words) * weight_of(hits[0]) if hits else partly * parts[0].cover
        weights = dict(zip(row.words, row.weights, strict=True))
        for word in weights if hits else parts[0].present:
            points += weights[word] * by
        return {(one.keyword, bool(hits)): round(points)}
    best: dict[str, tuple[float, tuple[int, bool]]] = {}
    for hit in hits:
        row = tables.keywords[hit.keyword]
        _credit(best, row, row.words, whole * factor(row.words) * weight_of(hit), (hit.keyword, True))
    for part in parts:
        row = tables.keywords[part.keyword]
        _credit(best, row, part.present, partly * part.cover, (part.keyword, False))
    return dict(_sum_up(best))


def _credit(best: dict[str, tuple[float, T]], row: KeywordRow, words: Iterable[str], factor: float, keyword: T) -> None:
    weights = dict(zip(row.words, row.weights, strict=True))
    for word in words:
        points = weights[word] * factor
        if word not in best or points > best[word][0]:
            best[word] = (points, keyword)


def _sum_up(best: dict[str, tuple[float, T]]) -> list[tuple[T, int]]:
    sums: dict[T, float] = {}
    for points, keyword in best.values():
        sums[keyword] = sums.get(keyword, 0) + points
    return [(keyword, round(points)) for keyword, points in sums.items()]

"""A task's words against the keywords of an index.

The text is read once. Each run of its words, joined, is one look-up: `rest framework`, `REST-framework` and
`RestFramework` meet in `restframework`. Runs longer than one word are only tried where some keyword begins with the
same letters, so that the cost grows with the task and not with the number of keywords. Overlapping keywords are all
found.

>>> from .compile import compile_index
>>> from .parse import parse
>>> from .source import Source
>>> tables = compile_index(parse(Source("i", "context_files: [{path: a.md, keywords: [rest framework, api]}]")).index)
>>> found = find(tables, tokenize("the RestFramework APIs"))
>>> [(tables.keywords[hit.keyword].text, hit.clause, hit.first, hit.last) for hit in found[0]]
[('rest framework', 0, 1, 2), ('api', 0, 2, 3)]
"""

from __future__ import annotations

from .record import Record
from .tables import STEM_ID, KeywordRow, Tables
from .tokens import Tokens, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: The same number as in `compile`: how many joined characters decide whether longer runs are tried.
HEAD = 5
#: A part of a phrase counts less than the whole of it.
PART = 0.85
#: What a part must hold of its phrase's weight.
COVER = 0.5
#: The least points for which an entry is called by parts, and how near the second may be to the first.
PARTLY, NEAR = 600, 0.9


class Hit(Record):
    """A keyword found in a task: its row, and the run of words `first` to before `last` in a clause."""

    keyword: int
    clause: int
    first: int
    last: int


class Part(Record):
    """A keyword of which some words stand in a task."""

    keyword: int
    present: tuple[str, ...]
    cover: float


def find(tables: Tables, tokens: Tokens) -> dict[int, list[Hit]]:
    """Every keyword and veto that stands in the task, by entry, in the order of their places."""
    found: dict[int, list[Hit]] = {}
    key_of, head_of = tables.keys.get, tables.heads.get
    for clause, forms in enumerate(tokens.forms):
        count = len(forms)
        for first in range(count):
            run = forms[first]
            numbers = key_of(run)
            if numbers is not None:
                _take(tables, tokens, numbers, clause, first, first + 1, found)
            last, longest = first + 1, -1
            while last < count:
                run += forms[last]
                last += 1
                if len(run) > HEAD:
                    if longest < 0:
                        longest = head_of(run[:HEAD]) or 0
                    if len(run) > longest:
                        break
                numbers = key_of(run)
                if numbers is not None:
                    _take(tables, tokens, numbers, clause, first, last, found)
    return found


def _take(
    tables: Tables, tokens: Tokens, numbers: Iterable[int], clause: int, first: int, last: int, found: dict[int, list[Hit]]
) -> None:
    for number in numbers:
        row = tables.keywords[number]
        words = row.words
        if last - first == len(words) == 1 or _fits(words, tokens.forms[clause], first, last):
            if row.lead and not _has_lead(tokens, row.lead, clause, first):
                continue
            found.setdefault(row.entry, []).append(Hit(number, clause, first, last))


def _fits(words: tuple[str, ...], forms: list[str], first: int, last: int) -> bool:
    """Whether a run may stand for these words: what it splits that the keyword does not has three letters or more."""
    if last - first == len(words) and all(forms[first + n] == word for n, word in enumerate(words)):
        return True
    ends, at = set(), 0
    for word in words:
        at += len(word)
        ends.add(at)
    at = 0
    for n in range(first, last):
        begin, at = at, at + len(forms[n])
        if (at not in ends or (begin and begin not in ends)) and len(forms[n]) < 3:
            return False
    return True


def _has_lead(tokens: Tokens, lead: str, clause: int, first: int) -> bool:
    start = tokens.spans[clause][first][0]
    return tokens.text[max(0, start - len(lead)) : start] == lead


def find_parts(tables: Tables, tokens: Tokens) -> dict[int, list[Part]]:
    """The phrases of which most stands in the task, in any order, by entry; and the names of files.

    A word that very many phrases hold is passed over: it is evidence for none of them.
    """
    present = {form for clause in tokens.forms for form in clause}
    hits: dict[int, list[str]] = {}
    for word in sorted(present):
        numbers = tables.parts.get(word)
        if numbers is not None and len(numbers) <= 2_000:
            for number in numbers:
                hits.setdefault(number, []).append(word)
    found: dict[int, list[Part]] = {}
    for number, words in hits.items():
        row = tables.keywords[number]
        cover = _cover(row, words)
        if cover >= COVER:
            found.setdefault(row.entry, []).append(Part(number, tuple(words), cover))
    return found


def _cover(row: KeywordRow, words: list[str]) -> float:
    weights = dict(zip(row.words, row.weights, strict=True))
    return sum(weights[word] for word in words) / (sum(weights.values()) or 1)


def points_of(tables: Tables, hits: Iterable[Hit]) -> list[tuple[int, int]]:
    """What each keyword adds, in thousandths: its words' weights, a quarter more for each further word.

    A word counts once, with the keyword that makes most of it.
    """
    best: dict[str, tuple[float, int]] = {}
    for hit in hits:
        row = tables.keywords[hit.keyword]
        factor = 1 + 0.25 * (len(row.words) - 1)
        _credit(best, row, row.words, factor, hit.keyword)
    return _sum_up(best)


def points_of_parts(tables: Tables, parts: Iterable[Part]) -> list[tuple[int, int]]:
    """What each part of a phrase adds, in thousandths."""
    best: dict[str, tuple[float, int]] = {}
    for part in parts:
        row = tables.keywords[part.keyword]
        _credit(best, row, part.present, PART * part.cover, part.keyword)
    return _sum_up(best)


def _credit(
    best: dict[str, tuple[float, int]], row: KeywordRow, words: Iterable[str], factor: float, keyword: int
) -> None:
    weights = dict(zip(row.words, row.weights, strict=True))
    for word in words:
        points = weights[word] * factor
        if word not in best or points > best[word][0]:
            best[word] = (points, keyword)


def _sum_up(best: dict[str, tuple[float, int]]) -> list[tuple[int, int]]:
    sums: dict[int, float] = {}
    for points, keyword in best.values():
        sums[keyword] = sums.get(keyword, 0) + points
    return [(keyword, round(points)) for keyword, points in sums.items()]


def clear_parts(scores: dict[int, int]) -> list[int]:
    """The entries whose evidence by parts is clear, best first: enough points, and nobody far behind."""
    if not scores:
        return []
    top = max(scores.values())
    if top < PARTLY:
        return []
    near = [entry for entry, points in scores.items() if points >= NEAR * top]
    return sorted(near, key=lambda entry: (-scores[entry], entry)) if len(near) <= 2 else []


__all__ = ["STEM_ID", "Hit", "Part", "clear_parts", "find", "find_parts", "points_of", "points_of_parts"]

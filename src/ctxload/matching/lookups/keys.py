"""Keywords by their words written as one, and what a run of words may begin with that stands for one."""

from __future__ import annotations

from itertools import accumulate

from ..inflection import EXCEPTIONS, normal
from ..tables import ANY, STEM_ID, open_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tables import KeptCell, RawRow

#: The longest word that is also found in parts, in letters.
IN_PARTS = 100
#: A cell under which nothing stands.
NOTHING = (0, 0, "")
#: How a word ends that is not in normal form, unless it is one of `EXCEPTIONS`.
_ENDINGS = ("s", "ing", "ed", "ise", "ment", "tion")


def keys_of_rows(rows: list[RawRow], numbers: Iterable[int]) -> dict[str, KeptCell]:
    """The numbers of the rows by their words joined, and what begins there (see `tables.Cell`)."""
    cells: dict[str, Any] = {}
    first: dict[str, dict[str, int]] = {}  # by first word what phrases go on with, and the length of the longest
    more: dict[str, int] = {}  # the length of the longest phrase that begins with what keywords stand for, too
    begun: dict[str, None] = {}
    for number, (_, _, kind, _, words, _) in zip(numbers, rows, strict=True):
        if kind == STEM_ID:
            continue
        begun[words[0]] = None
        joined = "".join(words)
        if joined in cells:
            _add(cells, joined, number)
        else:
            cells[joined] = number
        if len(words) == 1:
            continue
        longest, folded = len(joined), folded_of(joined)
        if folded != joined:  # as one word would be folded: `webpayment` is found in `web payment`
            _add(cells, folded, number)
            longest = max(longest, len(folded))
        start = words[0]
        pieces = first.get(start)
        if pieces is None:
            pieces = first[start] = {}
        piece, end = words[1][:3], len(start)
        if longest > pieces.get(piece, 0):
            pieces[piece] = longest
        if len(piece) < 3:
            pieces.setdefault(joined[end : end + 3], longest)
        for word in words[1:-1]:  # as `starts_of` has it
            end += len(word)
            start = joined[:end]
            known = cells.get(start)
            if known is None:
                cells[start] = -longest
            elif known.__class__ is not int or known >= 0:
                more[start] = max(longest, more.get(start, 0))
            elif known > -longest:
                cells[start] = -longest
    _begin(cells, first, more, begun)
    return cells


def _begin(cells: dict[str, Any], first: dict[str, dict[str, int]], more: dict[str, int], begun: Iterable[str]) -> None:
    """Enters what phrases and words begin with that other keywords stand for, too, or may."""
    for start, pieces in first.items():
        most, parts, _, numbers = open_cell(cells.get(start, NOTHING))
        cells[start] = closed(max(most, *pieces.values()), parts, f" {' '.join(pieces)} ", numbers)
    for start, longest in more.items():
        most, _, onward, numbers = open_cell(cells[start])
        cells[start] = closed(max(most, longest), ANY, onward, numbers)
    for begin in [begin for word in begun for begin in begins_of(word)]:
        longest, parts, onward, numbers = open_cell(cells.get(begin, NOTHING))
        cells[begin] = closed(longest, parts or 1, onward, numbers)


def _add(cells: dict[str, Any], key: str, number: int) -> None:
    longest, parts, onward, before = open_cell(cells.get(key, NOTHING))
    cells[key] = closed(longest, parts, onward, (*before, number))


def closed(longest: int, parts: int, onward: str, numbers: Iterable[int]) -> KeptCell | None:
    """A cell of `Tables.keys` as it is kept; None where nothing is left of it."""
    some = tuple(numbers)
    if not (longest or parts):
        return None if not some else some[0] if len(some) == 1 else (0, 0, "", *some)
    return (longest, parts, onward, *some) if some or parts != ANY or onward else -longest


def both(one: KeptCell, other: KeptCell) -> KeptCell:
    """Two cells of one key as one: those of other entries, or of another key, of which the reader looks what is meant.

    >>> both(7, (3, 0, " api ", 9)), both(-7, -4)
    ((3, 0, ' api ', 7, 9), -7)
    """
    longest, parts, onward, numbers = open_cell(one)
    more, too, further, others = open_cell(other)
    pieces = dict.fromkeys([*onward.split(), *further.split()])
    cell = closed(
        max(longest, more), max(parts, too), f" {' '.join(pieces)} " if pieces else "", sorted({*numbers, *others})
    )
    assert cell is not None
    return cell


def folded_of(joined: str) -> str:
    """Words joined, folded as one word is; most end as no word does that folds."""
    folds = joined.endswith(_ENDINGS) or joined in EXCEPTIONS or not joined.isascii()
    return normal(joined) if folds else joined


def starts_of(words: tuple[str, ...], joined: str) -> list[str]:
    """What else a phrase may begin with in a task than its first word: words of it, written as one.

    >>> starts_of(("rest", "api", "test"), "restapitest")
    ['restapi']
    """
    ends = list(accumulate(map(len, words)))
    return [joined[:end] for end in ends[1:-1]]


def pieces_of(words: tuple[str, ...], joined: str) -> tuple[str, ...]:
    """What follows the first word of a phrase, three letters or fewer: a shorter word may follow by itself, too.

    >>> pieces_of(("rest", "framework"), "restframework"), pieces_of(("ci", "of", "rest"), "ciofrest")
    (('fra',), ('of', 'ofr'))
    """
    piece, end = words[1][:3], len(words[0])
    return (piece,) if len(piece) == 3 else (piece, joined[end : end + 3])


def begins_of(word: str) -> list[str]:
    """What a word begins with that is written in parts of three letters or more."""
    return [word[:end] for end in range(3, len(word) - 2)] if len(word) <= IN_PARTS else []

"""Keywords by their words written as one, and what a run of words may begin with that stands for one."""

from __future__ import annotations

from ..inflection import EXCEPTIONS, normal
from ..tables import STEM_ID, open_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tables import KeptCell, RawRow

#: The longest word that is also found in parts, in letters.
IN_PARTS = 100
#: How a word ends that is not in normal form, unless it is one of `EXCEPTIONS`.
_ENDINGS = ("s", "ing", "ed", "ise", "ment", "tion")


def keys_of_rows(rows: list[RawRow], numbers: Iterable[int]) -> dict[str, KeptCell]:
    """The numbers of the rows by their words joined, and what begins there (see `tables.Cell`)."""
    cells: dict[str, Any] = {}
    more: dict[str, dict[str, int]] = {}  # what several words follow, or what keywords stand for, too
    first_words: dict[str, None] = {}
    for number, (_, _, kind, _, words, _) in zip(numbers, rows, strict=True):
        if kind == STEM_ID:
            continue
        first_words[words[0]] = None
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
        for start, piece in starts_of(words, joined):
            if start in more:
                pieces = more[start]
                if longest > pieces.get(piece, 0):
                    pieces[piece] = longest
            elif start in cells:
                more[start] = {piece: longest}
            else:
                cells[start] = f"{chr(longest)} {piece} "
    for start, pieces in more.items():
        most, parts, onward, before = open_cell(cells[start])
        onward = f" {' '.join({**dict.fromkeys(onward.split()), **pieces})} "
        cells[start] = closed(max(most, *pieces.values()), parts, onward, before)
    for key in [begin for word in first_words for begin in begins_of(word)]:
        longest, _, onward, before = open_cell(cells.get(key, (0, 0, "")))
        cells[key] = (longest, 1, onward, *before)
    return cells


def _add(cells: dict[str, Any], key: str, number: int) -> None:
    longest, parts, onward, before = open_cell(cells.get(key, (0, 0, "")))
    cells[key] = (longest, parts, onward, *before, number)


def closed(longest: int, parts: int, onward: str, numbers: Iterable[int]) -> KeptCell | None:
    """A cell of `Tables.keys` as it is kept; None where nothing is left of it."""
    some = tuple(numbers)
    if not (longest or parts):
        return None if not some else some[0] if len(some) == 1 else (0, 0, "", *some)
    return (longest, parts, onward, *some) if some or parts else chr(longest) + onward


def folded_of(joined: str) -> str:
    """Words joined, folded as one word is; most end as no word does that folds."""
    folds = joined.endswith(_ENDINGS) or joined in EXCEPTIONS or not joined.isascii()
    return normal(joined) if folds else joined


def starts_of(words: tuple[str, ...], joined: str) -> list[tuple[str, str]]:
    """What a run of words may begin with that stands for a phrase, with the three letters that follow there.

    Where a shorter word follows, it may follow by itself, too.

    >>> starts_of(("ci", "of", "rest"), "ciofrest")
    [('ci', 'ofr'), ('ci', 'of'), ('ciof', 'res')]
    """
    end = len(words[0])
    if len(words) == 2 and len(words[1]) > 2:
        return [(words[0], words[1][:3])]
    found = []
    for word in words[1:]:
        start, piece = joined[:end], joined[end : end + 3]
        found.append((start, piece))
        end += len(word)
        if len(word) < len(piece):
            found.append((start, word))
    return found


def begins_of(word: str) -> list[str]:
    """What a word begins with that is written in parts of three letters or more."""
    return [word[:end] for end in range(3, len(word) - 2)] if len(word) <= IN_PARTS else []

"""Keywords by their words written as one, and what a run of words may begin with that stands for one."""

from __future__ import annotations

from ..inflection import EXCEPTIONS, normal
from ..tables import STEM_ID, KeywordRow, open_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tables import KeptCell

#: The longest word that is also found in parts, in letters.
IN_PARTS = 100
#: How a word ends that is not in normal form, unless it is one of `EXCEPTIONS`.
_ENDINGS = ("s", "ing", "ed", "ise", "ment", "tion")


def keys_of_rows(rows: list[KeywordRow]) -> dict[str, KeptCell]:
    """The numbers of the rows by their words joined, and what begins there (see `tables.Cell`)."""
    cells: dict[str, Any] = {}
    starts: dict[str, str | dict[str, int]] = {}
    first_words: dict[str, None] = {}
    for number, (_, _, kind, _, words, _, _, _) in enumerate(rows):
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
        folded = folded_of(joined)
        if folded != joined:  # as one word would be folded: `webpayment` is found in `web payment`
            _add(cells, folded, number)
        longest = max(len(joined), len(folded))
        for start, piece in starts_of(words, joined):
            known = starts.get(start)
            if known is None:
                starts[start] = f"{chr(longest)} {piece} "  # of most there is one
            else:
                starts[start] = _with_piece(known, piece, longest)
    for start, pieces in starts.items():
        cells[start] = _start_cell(pieces, cells.get(start))
    for key in [begin for word in first_words for begin in begins_of(word)]:
        longest, _, onward, numbers = open_cell(cells.get(key, (0, 0, "")))
        cells[key] = (longest, 1, onward, *numbers)
    return cells


def _add(cells: dict[str, Any], key: str, number: int) -> None:
    cell = cells.get(key)
    cells[key] = number if cell is None else (0, 0, "", cell, number) if isinstance(cell, int) else (*cell, number)


def _with_piece(known: str | dict[str, int], piece: str, longest: int) -> dict[str, int]:
    """The pieces that follow what phrases begin with, each with the length of the longest of the phrases."""
    pieces = {known[2:-1]: ord(known[0])} if isinstance(known, str) else known
    pieces[piece] = max(longest, pieces.get(piece, 0))
    return pieces


def _start_cell(pieces: str | dict[str, int], cell: KeptCell | None) -> KeptCell:
    """The cell of what phrases begin with, and of what a cell without that holds beside."""
    if not isinstance(pieces, str):
        pieces = f"{chr(max(pieces.values()))} {' '.join(pieces)} "
    return pieces if cell is None else (ord(pieces[0]), 0, pieces[1:], *open_cell(cell)[3])


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
        found.append((joined[:end], joined[end : end + 3]))
        if len(word) < 3:
            found.append((joined[:end], word))
        end += len(word)
    return found


def begins_of(word: str) -> list[str]:
    """What a word begins with that is written in parts of three letters or more."""
    return [word[:end] for end in range(3, len(word) - 2)] if len(word) <= IN_PARTS else []

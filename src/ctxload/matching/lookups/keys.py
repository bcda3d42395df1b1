"""Keywords by their words written as one, and what a run of words may begin with that stands for one."""

from __future__ import annotations

from itertools import accumulate, islice

from ..inflection import EXCEPTIONS, normal
from ..tables import ANY, STEM_ID, open_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    from ..tables import KeptCell, RawRow

    Key = TypeVar("Key", str, int)

#: The longest word that is also found in parts, in letters.
IN_PARTS = 100
#: How many rows are looked at in one step.
AT_ONCE = 5_000
#: A cell under which nothing stands, but the word of a keyword begins so.
_BEGIN = (0, 1, "")
#: How a word ends that is not in normal form, unless it is one of `EXCEPTIONS`.
_ENDINGS = ("s", "ing", "ed", "ise", "ment", "tion")


def keys_of_rows(rows: list[RawRow], numbers: Iterable[int]) -> dict[str, KeptCell]:
    """The numbers of the rows by their words joined, and what begins there (see `tables.Cell`)."""
    found: dict[str, KeptCell] = {}
    each = iter(numbers)
    for at in range(0, len(rows), AT_ONCE):
        some = rows[at : at + AT_ONCE]
        enter_keys(found, *keys_in_lists(some, islice(each, len(some))))
    return found


def keys_in_lists(rows: list[RawRow], numbers: Iterable[int]) -> tuple[list[str], list[int], dict[str, KeptCell]]:
    """The same as keys with a number for each, of which many are there again; and the few that have more than a number.

    There are millions of them in a large index, so that each step goes over all of its rows.
    """
    words = [row[4] for row in rows if row[2] != STEM_ID]
    values = [number for row, number in zip(rows, numbers, strict=True) if row[2] != STEM_ID]
    keys = list(map("".join, words))
    sizes = list(map(len, keys))
    for at in [at for at, of_row in enumerate(words) if len(of_row) > 1]:
        folded = folded_of(keys[at])
        if folded != keys[at]:  # as one word would be folded: `webpayment` is found in `web payment`
            keys.append(folded)
            values.append(values[at])
            sizes[at] = max(sizes[at], len(folded))
    phrases = [(of_row, size) for of_row, size in zip(words, sizes, strict=True) if len(of_row) > 1]
    others = _first(phrases)
    _add_starts(keys, values, phrases)
    for begin in [begin for word in dict.fromkeys([of_row[0] for of_row in words]) for begin in begins_of(word)]:
        others[begin] = _BEGIN if begin not in others else both(others[begin], _BEGIN)
    return keys, values, others


def _first(phrases: list[tuple[tuple[str, ...], int]]) -> dict[str, KeptCell]:
    """The first words of phrases, with what these go on with (see `pieces_of`), and how long they are at most."""
    found: dict[str, dict[str, int]] = {}
    for words, size in phrases:
        start, piece = words[0], words[1][:3]
        pieces = found.get(start)
        if pieces is None:
            pieces = found[start] = {}
        if size > pieces.get(piece, 0):
            pieces[piece] = size
        if len(piece) < 3:
            pieces.setdefault("".join(words[1:4])[:3], size)
    return {start: (max(pieces.values()), 0, f" {' '.join(pieces)} ") for start, pieces in found.items()}


def _add_starts(keys: list[str], values: list[int], phrases: list[tuple[tuple[str, ...], int]]) -> None:
    """Adds what phrases begin with besides their first words (see `starts_of`), with how long these are, below zero."""
    begun = [(words[0] + words[1], words, -size) for words, size in phrases if len(words) > 2]
    many = 2
    while begun:
        keys += [start for start, _, _ in begun]
        values += [size for _, _, size in begun]
        begun = [(start + words[many], words, size) for start, words, size in begun if len(words) > many + 1]
        many += 1


def enter_keys(
    cells: dict[Key, KeptCell], keys: Iterable[Key], values: Iterable[int], others: dict[Key, KeptCell]
) -> None:
    """Adds keys, of which many are there again, to the cells of others."""
    found: dict[Key, Any] = cells
    enter = found.setdefault
    for key, value in zip(keys, values, strict=True):
        one = enter(key, value)
        if one is not value:
            found[key] = min(one, value) if value < 0 and one.__class__ is int and one < 0 else both(one, value)
    for key, cell in others.items():
        found[key] = both(found[key], cell) if key in found else cell


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

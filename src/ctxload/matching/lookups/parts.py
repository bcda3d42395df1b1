"""Phrases by each of their words, and words by how they begin and end."""

from __future__ import annotations

from collections import Counter

from ..matcher import COMMON
from ..slips import can_be_slipped, keys_of, may_be_meant, words_in
from ..tables import SECTION, SHARE_BITS, STEM_ID, VETO, WEIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..tables import Lookup, RawRow


def parts_of_rows(
    rows: list[RawRow], numbers: Iterable[int], weights: dict[str, int]
) -> dict[str, tuple[object, ...] | dict[str, int]]:
    """The phrases by each of their words, and words by how they begin and end (see `Tables.parts`).

    Of a word that too many phrases have, only their number is kept.
    """
    found: dict[str, list[int]] = {word: [] for word in weights}
    spoken: list[str] = []
    for number, row in zip(numbers, rows, strict=True):
        spoken += _spoken_in(row)
        for word, share in shares_of(row[4], weights) if has_parts(row[2], row[4]) else ():
            found[word].append(number << SHARE_BITS | share)
    parts: dict[str, tuple[object, ...] | dict[str, int]] = {
        word: tuple(cell) if len(cell) <= COMMON else (-len(cell),) for word, cell in found.items() if cell
    }
    near: dict[str, dict[str, int]] = {}
    for word, count in Counter(spoken).items():
        for key in keys_of(word) if may_be_meant(word) else ():
            near.setdefault(key, {})[word] = count
    return {**parts, **near}


def has_parts(kind: str, words: tuple[str, ...]) -> bool:
    """Whether a keyword of this kind is found by some of its words."""
    return (len(words) > 1 or kind == STEM_ID) and kind not in (VETO, SECTION)


def spoken_in(row: RawRow) -> list[str]:
    """The words of a keyword that another may be a slip of."""
    return list(filter(may_be_meant, _spoken_in(row)))


def _spoken_in(row: RawRow) -> Iterable[str]:
    """The same, and those that no other word is read as."""
    _, text, kind, _, words, alias = row
    if not can_be_slipped(kind):
        return ()
    return words if " ".join(words) == text else words_in(text, words, alias)


def shares_of(words: tuple[str, ...], weights: Lookup[int]) -> list[tuple[str, int]]:
    """What each word of a phrase holds of its weight, in thousandths; words without weight are left out."""
    given = {word: (weights.get(word) or 0) & WEIGHT for word in words}
    whole = sum(given.values())
    return [(word, round(1000 * weight / whole)) for word, weight in given.items() if weight]

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
    weight_of = {word: weight & WEIGHT for word, weight in weights.items()}
    for number, (_, text, kind, _, words, alias) in zip(numbers, rows, strict=True):
        if can_be_slipped(kind):
            spoken += words if " ".join(words) == text else words_in(text, words, alias)
        if not has_parts(kind, words):
            continue
        given = {word: weight_of[word] for word in words}
        whole = sum(given.values()) or 1
        for word, weight in given.items():
            found[word].append(number << SHARE_BITS | round(1000 * weight / whole))
    parts: dict[str, tuple[object, ...] | dict[str, int]] = {
        word: tuple(cell) if len(cell) <= COMMON else (-len(cell),)
        for word, cell in found.items()
        if cell and weight_of[word]
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
    _, text, kind, _, words, alias = row
    if not can_be_slipped(kind):
        return []
    return [word for word in (words if " ".join(words) == text else words_in(text, words, alias)) if may_be_meant(word)]


def shares_of(words: tuple[str, ...], weights: Lookup[int]) -> list[tuple[str, int]]:
    """What each word of a phrase holds of its weight, in thousandths; words without weight are left out."""
    given = {word: (weights.get(word) or 0) & WEIGHT for word in words}
    whole = sum(given.values())
    return [(word, round(1000 * weight / whole)) for word, weight in given.items() if weight]

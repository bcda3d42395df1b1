"""Phrases by each of their words, and words by how they begin and end."""

from __future__ import annotations

from collections import Counter

from ..matcher import COMMON
from ..slips import can_be_slipped, keys_of, may_be_meant, words_in
from ..tables import KEYWORD, SECTION, SHARE_BITS, STEM_ID, VETO, WEIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeVar

    from ..tables import Lookup, RawRow

    Word = TypeVar("Word", str, int)


def parts_of_rows(
    rows: list[RawRow], numbers: Iterable[int], weights: dict[str, int]
) -> dict[str, tuple[object, ...] | dict[str, int]]:
    """The phrases by each of their words, and words by how they begin and end (see `Tables.parts`).

    Of a word that too many phrases have, only their number is kept.
    """
    found: dict[str, list[int]] = {word: [] for word in weights}
    enter_phrases(found, phrases_in(rows, numbers), {word: weight & WEIGHT for word, weight in weights.items()})
    parts: dict[str, tuple[object, ...] | dict[str, int]] = {
        word: tuple(cell) if len(cell) <= COMMON else (-len(cell),) for word, cell in found.items() if cell
    }
    return {**parts, **near_of(Counter(all_spoken_in(rows)))}


def phrases_in(rows: Iterable[RawRow], numbers: Iterable[int]) -> Iterable[tuple[int, tuple[str, ...]]]:
    """The words of what is found by some of them, each word once, with the number of the row."""
    return (
        (number, words if len({*words}) == len(words) else tuple(dict.fromkeys(words)))
        for number, (_, _, kind, _, words, _) in zip(numbers, rows, strict=True)
        if (len(words) > 1 or kind == STEM_ID) and kind != VETO and kind != SECTION  # as `has_parts` has it
    )


def enter_phrases(cells: dict[Word, list[int]], phrases: Iterable[tuple[int, Sequence[Word]]], weights: Any) -> None:
    """Adds phrases to the cells of their words, of those words that have one; words may be numbers."""
    weight_of, cell_of, rounded = weights.__getitem__, cells.get, _Shares()
    for number, words in phrases:
        given = list(map(weight_of, words))
        shares, base = rounded[sum(given)], number << SHARE_BITS
        for word, weight in zip(words, given):  # noqa: B905 - a tenth of the time here
            if weight and (cell := cell_of(word)) is not None:
                cell.append(base | shares[weight])


def near_of(spoken: dict[str, int]) -> dict[str, dict[str, int]]:
    """Words by how they begin and end, with how many keywords have them."""
    near: dict[str, dict[str, int]] = {}
    for word, count in spoken.items():
        for key in keys_of(word) if may_be_meant(word) else ():
            near.setdefault(key, {})[word] = count
    return near


def all_spoken_in(rows: Iterable[RawRow]) -> list[str]:
    """The words of keywords, as written and in normal form; once for each reading that has them."""
    spoken: list[str] = []
    for _, text, kind, _, words, alias in rows:
        if kind == KEYWORD or can_be_slipped(kind):
            spoken += words if " ".join(words) == text else words_in(text, words, alias)
    return spoken


def has_parts(kind: str, words: tuple[str, ...]) -> bool:
    """Whether a keyword of this kind is found by some of its words."""
    return (len(words) > 1 or kind == STEM_ID) and kind not in (VETO, SECTION)


def spoken_in(row: RawRow) -> list[str]:
    """The words of a keyword that another may be a slip of."""
    _, text, kind, _, words, alias = row
    spoken = words if " ".join(words) == text else words_in(text, words, alias)
    return list(filter(may_be_meant, spoken)) if can_be_slipped(kind) else []


class _Shares(dict[int, "_SharesOf"]):
    """What a word holds of a phrase, by the weights of both: worked out once, for there are few."""

    def __missing__(self, whole: int) -> _SharesOf:
        found = self[whole] = _SharesOf(whole)
        return found


class _SharesOf(dict[int, int]):
    """What a word of some weight holds of a phrase that weighs so much."""

    def __init__(self, whole: int) -> None:
        self._whole = whole

    def __missing__(self, weight: int) -> int:
        found = self[weight] = share_of(weight, self._whole)
        return found


def share_of(weight: int, whole: int) -> int:
    """What so much holds of a whole, in thousandths."""
    return round(1000 * weight / whole)


def shares_of(words: tuple[str, ...], weights: Lookup[int]) -> list[tuple[str, int]]:
    """What each word of a phrase holds of its weight, in thousandths; words without weight are left out."""
    given = {word: (weights.get(word) or 0) & WEIGHT for word in words}
    whole = sum(given.values())
    return [(word, share_of(weight, whole)) for word, weight in given.items() if weight]

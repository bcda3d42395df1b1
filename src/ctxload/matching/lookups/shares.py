"""What a word speaks for, of its most, by how many documents have it."""

from __future__ import annotations

from math import log

from ..document_words import RAREST, RARITY


class Shares(dict[int, float]):
    """The share that counts of a word that so many of so many documents have.

    >>> round(Shares(10)[3], 4), Shares(10)[10]
    (0.6854, 0.0)
    """

    def __init__(self, documents: int) -> None:
        self._documents = documents + 0.5
        self._whole = log(self._documents)

    def __missing__(self, holders: int) -> float:
        rarity = log(self._documents / holders) / self._whole
        self[holders] = found = rarity**RARITY if rarity >= RAREST else 0.0
        return found

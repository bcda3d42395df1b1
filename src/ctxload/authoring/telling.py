"""Telling how far work is that goes through many things."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    Item = TypeVar("Item")


def untold(*_: object) -> None:
    """Says nothing about how far it is."""


def one_by_one(items: Sequence[Item], tell: Callable[[float], None]) -> Iterator[Item]:
    """The items; before each `tell` gets the share of them that is done.

    >>> shares = []
    >>> list(one_by_one("ab", shares.append)), shares
    (['a', 'b'], [0.0, 0.5])
    """
    for number, item in enumerate(items):
        tell(number / len(items))
        yield item

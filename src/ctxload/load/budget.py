r"""The greatest size of what is loaded, in any of its units, and how much of it is left.

A text of whole lines never costs more than its parts do together, in no unit: so what fits in parts fits as a whole.

>>> room = Meter(Limits(max_chars=20)).room()
>>> room.take(room.cost("# API\n")), room.take(room.cost("a line that is too long\n")), room.take(room.cost("rest\n"))
(True, False, True)
"""

from __future__ import annotations

from ..errors import UsageError
from ..record import Record
from .token_estimate import thousandths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Cost = tuple[int, ...]

#: What is given at most where no limit was named, in characters: a bound on memory, not a budget.
CEILING = 32_000_000
#: The units, as people are told of them.
WORDS = {"max_tokens": "tokens", "max_chars": "characters", "max_bytes": "bytes", "max_files": "files"}


class Limits(Record):
    """The most that is loaded; None where there is no limit. `max_files` counts files given with content."""

    max_tokens: int | None = None
    max_chars: int | None = None
    max_bytes: int | None = None
    max_files: int | None = None

    def __bool__(self) -> bool:
        return any(limit is not None for limit in self)

    @classmethod
    def of_index(cls, budget: tuple[int | None, int | None]) -> Limits:
        """The limits that an index sets: tokens and files."""
        return cls(max_tokens=budget[0], max_files=budget[1])

    def under(self, other: Limits) -> Limits:
        """These limits, and where there is none, the other's.

        >>> Limits(max_tokens=100).under(Limits(max_tokens=500, max_files=3))
        Limits(max_tokens=100, max_chars=None, max_bytes=None, max_files=3)
        """
        return Limits.of(
            tuple([mine if mine is not None else theirs for mine, theirs in zip(self, other, strict=True)])
        )

    def checked(self) -> Limits:
        """These limits; UsageError when one of them cannot be meant."""
        for name, limit in zip(self._fields, self, strict=True):
            if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
                raise UsageError(f"the budget in {WORDS[name]} is {limit!r}: write a whole number above 0")
        return self


class Meter:
    """Weighs texts in the units that are limited: tokens (in thousandths when estimated), characters, bytes."""

    __slots__ = ("limits", "units", "bounds", "exact")

    def __init__(self, limits: Limits, exact: Callable[[str], int] | None = None) -> None:
        self.limits = limits
        self.exact = exact
        self.units: list[Callable[[str], int]] = [len]
        self.bounds = [min(CEILING, limits.max_chars if limits.max_chars is not None else CEILING)]
        if limits.max_tokens is not None:
            self.units.append(exact or thousandths)
            self.bounds.append(limits.max_tokens if exact else 1000 * limits.max_tokens)
        if limits.max_bytes is not None:
            self.units.append(_bytes)
            self.bounds.append(limits.max_bytes)

    def cost(self, text: str) -> Cost:
        """What a text takes of each unit."""
        return tuple([unit(text) for unit in self.units])

    def tokens(self, text: str) -> int:
        """The tokens of a text: counted, or estimated and rounded up."""
        return self.exact(text) if self.exact else -(-thousandths(text) // 1000)

    def room(self) -> Room:
        """The whole budget, nothing of it used."""
        return Room(self, list(self.bounds))

    def fits(self, text: str) -> bool:
        """Whether a text alone is within the budget."""
        return all(used <= bound for used, bound in zip(self.cost(text), self.bounds, strict=True))


class Room:
    """What is left of a budget."""

    __slots__ = ("meter", "left")

    def __init__(self, meter: Meter, left: list[int]) -> None:
        self.meter = meter
        self.left = left

    def cost(self, text: str) -> Cost:
        """What a text takes of each unit."""
        return self.meter.cost(text)

    def copy(self) -> Room:
        """The same room, to try something in."""
        return Room(self.meter, list(self.left))

    def take(self, cost: Cost) -> bool:
        """Uses up what something costs, if it fits; whether it did."""
        if all(used <= left for used, left in zip(cost, self.left, strict=True)):
            self.left = [left - used for used, left in zip(cost, self.left, strict=True)]
            return True
        return False

    def give_back(self, cost: Cost) -> None:
        """Makes room again for what is not needed any more."""
        self.left = [left + used for used, left in zip(cost, self.left, strict=True)]


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "backslashreplace"))

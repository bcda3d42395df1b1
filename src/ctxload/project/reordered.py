"""A compiled index that was edited, as it reads now: its entries in the order of the index, and with their lines.

What is stored numbers the entries by their places when all was compiled; those that came since have the next numbers,
and those that went are in no run. What is read is told in the places of now.

>>> order = Order(((0, 2, 0), (9, 1, 0), (3, 6, -4)))  # the third went, one came in its place
>>> len(order), order.stored(2), order.stored(3), order.place(9), order.place(3)
(9, (9, 0), (3, -4), 2, 3)
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ..matching.tables import SHARE, SHARE_BITS, AgentRow, EntryRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ..matching.tables import KeptCell, Lookup, Rows

    #: The number of the first of some entries that follow each other, how many they are, and by how many lines they
    #: stand further down than what is stored says.
    Run = tuple[int, int, int]


class Order:
    """The entries in the order of the index."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self.runs = runs
        self._begins = [0, *accumulate([count for _, count, _ in runs])]
        places = sorted([(first, count, at) for (first, count, _), at in zip(runs, self._begins, strict=False)])
        self._firsts, self._places = [first for first, _, _ in places], places
        #: Whether each entry has the number of its place.
        self.is_kept = all(first == at for first, _, at in places)

    def __len__(self) -> int:
        return self._begins[-1]

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(first <= number < first + count for first, count, _ in self.runs)

    def stored(self, place: int) -> tuple[int, int]:
        """The number under which an entry is stored, and by how many lines it moved."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        at = bisect_right(self._begins, place) - 1
        first, _, by = self.runs[at]
        return first + place - self._begins[at], by

    def place(self, number: int) -> int:
        """The place of a stored entry."""
        first, _, at = self._places[bisect_right(self._firsts, number) - 1]
        return at + number - first

    def places(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """The places of some entries, in the order of their numbers."""
        return tuple(map(self.place, numbers))

    def between(self, start: int, end: int) -> list[Run]:
        """The runs from one place to before another."""
        found = []
        while start < end:
            number, by = self.stored(start)
            count = min(end, self._begins[bisect_right(self._begins, start)]) - start
            found.append((number, count, by))
            start += count
        return found


def reordered(tables: Tables, runs: tuple[Run, ...]) -> Tables:
    """Tables as they are stored, told in the places of now."""
    order = Order(runs)
    entries = OrderedRows(tables.entries, order)
    if order.is_kept:
        tables.entries = entries
        return tables
    meta, places, bits = tables.meta, order.places, tables.meta.bits
    keywords: Any = tables.keywords

    def in_order(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(places(numbers)))

    def agent(row: AgentRow) -> AgentRow:
        return row if row.defaults is None else row.replace(defaults=places(row.defaults))

    return Tables(
        meta.replace(at_hand=in_order(meta.at_hand), manual=in_order(meta.manual), both=in_order(meta.both)),
        Told(tables.keys, lambda cell: _cell(cell, order, bits)),
        Told(tables.parts, lambda cell: _part(cell, order, bits)),
        keywords.in_order(order), entries,
        Told(tables.agents, agent), Told(tables.ids, order.place), Told(tables.bundles, places),
        tuple([rule.replace(entries=places(rule.entries)) for rule in tables.rules]), Told(tables.tags, in_order),
        tables.weights,
    )  # fmt: skip


class Told:
    """A stored mapping whose values are told in the places of now."""

    def __init__(self, stored: Lookup[Any], tell: Callable[[Any], Any]) -> None:
        self._stored, self._tell = stored, tell

    def get(self, key: str, /) -> Any:
        """The value of a key, or None."""
        value = self._stored.get(key)
        return None if value is None else self._tell(value)

    def names(self) -> list[str]:
        """Every key, sorted."""
        names: list[str] = self._stored.names()  # type: ignore[attr-defined]
        return names


class OrderedRows:
    """The rows of entries."""

    def __init__(self, rows: Rows[EntryRow], order: Order) -> None:
        self._rows, self._order = rows, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> EntryRow:
        number, by = self._order.stored(place)
        row = moved(self._rows[number], by)
        return row.replace(requires=self._order.places(row.requires)) if row.requires else row


def moved(row: EntryRow, by: int) -> EntryRow:
    """A row of an entry so many lines further down."""
    return row.replace(paths=tuple([(path, line + by, column) for path, line, column in row.paths])) if by else row


def _number(number: int, order: Order, bits: int) -> int:
    """The number of a row of keywords."""
    return order.place(number >> bits) << bits | number & (1 << bits) - 1


def _cell(cell: KeptCell, order: Order, bits: int) -> KeptCell:
    if isinstance(cell, int):
        return cell if cell < 0 else _number(cell, order, bits)
    return *cell[:3], *sorted([_number(number, order, bits) for number in cell[3:]])


def _part(cell: Any, order: Order, bits: int) -> Any:
    if isinstance(cell, dict) or (cell and cell[0] < 0):
        return cell
    return tuple(sorted([_number(one >> SHARE_BITS, order, bits) << SHARE_BITS | one & SHARE for one in cell]))

"""What tables in memory look up, worked out once for many tasks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..tables import KNOWN, Tables, called_by, names_of, open_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tables import Cell


def prepare(tables: Tables) -> None:
    """Works out all that is looked up in `cells`, and what `following` tells; for tables in memory."""
    rows = {number: called_by(number, tables.keywords.raw(number)) for number in tables.keywords.numbers()}
    cells: dict[str, Cell] = {}
    for key, cell in tables.keys.items():  # type: ignore[attr-defined]
        longest, parts, onward, numbers = open_cell(cell)
        cells[key] = longest, parts, onward, tuple([rows[number] for number in numbers])
    tables.cells, tables.following = cells, Following(names_of(tables.keys)).of


class Following:
    """What goes on, three letters or fewer, in these names, sorted, with what begins so."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def of(self, run: str) -> frozenset[str] | None:
        """The letters that follow; None where they are too many."""
        names, size = self.names, len(run)
        first = bisect_right(names, run)
        last = bisect_left(names, run + chr(0x10FFFF), first)
        return frozenset([name[size : size + 3] for name in names[first:last]]) if last - first <= KNOWN else None

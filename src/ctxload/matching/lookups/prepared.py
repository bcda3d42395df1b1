"""What tables in memory look up, worked out once for many tasks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..tables import ANY, KNOWN, Tables, called_by, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tables import Cell


def prepare(tables: Tables) -> None:
    """Works out all that is looked up in `cells`, and what `following` tells; for tables in memory."""
    tables.cells, tables.following = cells_of(tables), Following(names_of(tables.keys)).of


def cells_of(tables: Tables) -> dict[str, Cell]:
    """The cells of tables in memory, with what is asked of each keyword."""
    rows = {number: called_by(number, tables.keywords.raw(number)) for number in tables.keywords.numbers()}
    begun: dict[int, Cell] = {}  # most cells are a keyword's alone, or what phrases begin with
    cells: dict[str, Cell] = {}
    for key, cell in tables.keys.items():  # type: ignore[attr-defined]
        if cell.__class__ is not int:
            cells[key] = cell[0], cell[1], cell[2], tuple([rows[number] for number in cell[3:]])
        elif cell >= 0:
            cells[key] = 0, 0, "", (rows[cell],)
        else:
            known = begun.get(cell)
            cells[key] = known or begun.setdefault(cell, (-cell, ANY, "", ()))
    return cells


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

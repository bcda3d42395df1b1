"""The rows of entries that moved since they were stored, with their lines as they are now (see `snapshot_edit`)."""

from __future__ import annotations

from ..matching.tables import EntryRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.tables import Rows


class ShiftedRows:
    """The rows of entries with their lines as they are now; `shifts` says by how many those behind an entry moved."""

    def __init__(self, rows: Rows[EntryRow], shifts: tuple[tuple[int, int], ...]) -> None:
        self._rows, self._shifts = rows, shifts

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> EntryRow:
        return moved(self._rows[number], shift_of(self._shifts, number))


def shift_of(shifts: tuple[tuple[int, int], ...], number: int) -> int:
    """By how many lines an entry moved.

    >>> shift_of(((3, 1), (5, -2)), 4), shift_of(((3, 1), (5, -2)), 6)
    (1, -1)
    """
    return sum([by for entry, by in shifts if entry < number])


def moved(row: EntryRow, by: int) -> EntryRow:
    """A row of an entry so many lines further down."""
    return row.replace(paths=tuple([(path, line + by, column) for path, line, column in row.paths])) if by else row

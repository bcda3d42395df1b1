"""What documents say, as it was weighed before some came or went: for who cannot wait until all are weighed anew.

One document among hundreds hardly changes what the others say. So what is stored of these is told by the numbers that
their entries have now, and those that came or changed are weighed beside them, as in `evidence_changes`. Nothing of it
is stored: all are weighed anew in the background.
"""

from __future__ import annotations

import os

from ..matching.lookups.documents import weigh_beside
from ..selection.documents import read_of
from ..selection.entry_files import EntryFiles, files_of
from ..selection.reading import document_of
from ..workspace.locations import is_ours
from .evidence import evidence_in
from .evidence_changes import ChangedRows, ChangedWords, RememberedWords
from .snapshot import (
    UNDECODED,
    DamagedSnapshot,
    identity_of_documents,
    number_at,
    open_snapshot,
    path_for,
    read_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..matching.document_index import Evidence, Read, Words
    from ..matching.tables import Rows
    from .snapshot import Project

    Signs = tuple[tuple[str, tuple[int, ...]], ...]

#: How many documents may have come or changed at most, and how many bytes they may have.
MOST, SIZE = 25, 500_000


class MovedWords(RememberedWords):
    """What documents said, by word, told by the numbers that they have now; without those that went."""

    def __init__(self, before: Words, places: dict[int, int]) -> None:
        super().__init__()
        self._before, self._places = before, places

    def _made(self, word: str) -> tuple[int, ...] | None:
        return moved(self._before.get(word), self._places)

    def cells(self) -> dict[str, tuple[int, ...]]:
        """All that the documents talk about, opened."""
        from ..matching.lookups.listed import opened_cells

        every = opened_cells(self._before)
        return {word: cell for word, row in every.items() if (cell := moved(row, self._places)) is not None}


class MovedRows:
    """What is kept of the files of each document that was there before, by the numbers that they have now."""

    def __init__(self, before: Rows[Read], numbers: dict[int, int], count: int) -> None:
        self._before, self._numbers, self._count = before, numbers, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Read:
        return self._before[self._numbers[number]]


def moved(cell: tuple[int, ...] | None, places: dict[int, int]) -> tuple[int, ...] | None:
    """A cell in which each document has its number of now; None where nobody is left that says it.

    >>> moved((3, 0, 900, 4, 1, 800, 4, 2, 700, 16), {0: 2, 2: 0})
    (2, 0, 700, 16, 2, 900, 4)
    """
    if cell is None or len(cell) == 1:  # of a word that too many have only their number is kept
        return cell
    rows = [(places[cell[at]], cell[at + 1], cell[at + 2]) for at in range(1, len(cell), 3) if cell[at] in places]
    left = cell[0] - (len(cell) // 3 - len(rows))
    return (left, *[value for row in sorted(rows) for value in row]) if rows else None


def moved_evidence(project: Project) -> Evidence | None:
    """What documents said when these entries were others, with few that came or changed as they are now; None where
    there is nothing, or more has changed.
    """
    path = path_for(project.place, "documents")
    try:
        file = open_snapshot(path)
        head, directory = read_directory(file)
        if directory.identity[:-1] != identity_of_documents(project.place, project.tables)[:-1]:
            return None
        if not is_ours(os.path.dirname(path)):
            return None
        return _as_now(project, evidence_in(file, directory, number_at(head, 8)))
    except (DamagedSnapshot, OSError, *UNDECODED):
        return None


def _as_now(project: Project, before: Evidence) -> Evidence | None:
    tables, tree = project.tables, project.tree.anew()
    files, count = EntryFiles(tables, tree), len(tables.entries)
    signs = [files_of(files, number) for number in range(count)]
    numbers = _numbers_before(before, signs)
    new = [
        number for number in range(count) if number not in numbers or before.files[numbers[number]][0] != signs[number]
    ]
    if len(new) > MOST or sum(tree.status(path).size for number in new for path, _ in signs[number]) > SIZE:
        return None
    places = {old: number for number, old in numbers.items()}
    words: Any = MovedWords(before.words, places)  # type: ignore[arg-type]
    evidence = before.replace(words=words, files=MovedRows(before.files, numbers, count), count=count)
    if not new:
        return evidence
    documents = {number: document_of(files, number) for number in new}
    now: dict[int, Read] = {number: read_of(documents[number], signs[number]) for number in new}
    words = ChangedWords(words, weigh_beside(documents, evidence), frozenset(new))
    return evidence.replace(words=words, files=ChangedRows(evidence.files, now))


def _numbers_before(before: Evidence, signs: list[Signs]) -> dict[int, int]:
    """The number that each entry had which has the same files as before, in the order of those that share some."""
    known: dict[tuple[str, ...], list[int]] = {}
    for number in range(len(before.files)):
        known.setdefault(_paths(before.files[number][0]), []).append(number)
    for numbers in known.values():
        numbers.reverse()
    return {
        number: known[paths].pop() for number, some in enumerate(signs) if (paths := _paths(some)) and known.get(paths)
    }


def _paths(signs: Signs) -> tuple[str, ...]:
    return tuple([path for path, _ in signs])

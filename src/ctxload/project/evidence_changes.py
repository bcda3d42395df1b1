"""Few changed documents among many: weighed beside the rest, with how rare each word was when all were weighed.

One document among hundreds hardly changes how rare a word is or how long a document usually is, and to weigh all anew
takes seconds. So what it says now is stored in a small file beside what is stored of all, and takes the place of what
it said. When many have changed, all are weighed anew, and the small file counts no more.
"""

from __future__ import annotations

from ..matching.document_index import KNOWN
from ..matching.tables import names_of
from ..record import Record
from ..selection.entry_files import EntryFiles
from ..selection.reading import document_of, text_checksum
from ..workspace.stamps import GRAIN_NS, changed_at, is_young
from .snapshot import UNDECODED, Cells, DamagedSnapshot, StoredMap, StoredRows, open_snapshot, read_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..matching.document_index import Evidence, Read, Words
    from ..matching.tables import Lookup, Rows, Tables
    from ..workspace.tree import Tree

#: Of more documents than this none is read again to be sure of it; of those that score best each is, every time.
SETTLED = 2_000


class RememberedWords:
    """What documents talk about, by word, made of what is stored when it is asked for first."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, ...] | None] = {}

    def get(self, word: str) -> tuple[int, ...] | None:
        """How many documents have a word, then for each its number, points and fields; see `Evidence`."""
        cell = self._known.get(word, ())
        if cell == ():
            if len(self._known) >= KNOWN:
                self._known.clear()
            cell = self._known[word] = self._made(word)
        return cell

    def _made(self, word: str) -> tuple[int, ...] | None:
        raise NotImplementedError


class ChangedWords(RememberedWords):
    """What the documents talk about, by word, with what the changed ones say now."""

    def __init__(self, before: Any, now: Lookup[tuple[int, ...]], changed: frozenset[int]) -> None:
        super().__init__()
        self.before: Words = before
        self._now, self._changed = now, changed

    def _made(self, word: str) -> tuple[int, ...] | None:
        return joined(self.before.get(word), self._now.get(word), self._changed)

    def cells(self) -> dict[str, tuple[int, ...]]:
        """All that the documents talk about, opened."""
        from ..matching.lookups.listed import opened_cells

        names = sorted({*opened_cells(self.before), *names_of(self._now)})
        return {name: cell for name in names if (cell := self.get(name))}

    def in_memory(self, read: Callable[[Words], Words]) -> ChangedWords:
        """The same with all that is stored read."""
        now: Lookup[tuple[int, ...]] = self._now if isinstance(self._now, dict) else self._now.whole()  # type: ignore[attr-defined]
        return ChangedWords(read(self.before), now, self._changed)


class ChangedRows:
    """What is kept of the files of each document, of the changed ones as they are now."""

    def __init__(self, before: Rows[Read], now: dict[int, Read]) -> None:
        self._before, self._now = before, now

    def __len__(self) -> int:
        return len(self._before)

    def __getitem__(self, number: int) -> Read:
        return self._now.get(number) or self._before[number]


class Changes(Record):
    """What is stored beside: the cells of what the changed documents say, by word, and their files."""

    cells: Cells
    files: dict[int, Read]

    def words(self) -> dict[str, tuple[int, ...]]:
        """What they say, all of it."""
        return StoredMap(self.cells).whole()


def joined(
    before: tuple[int, ...] | None, new: tuple[int, ...] | None, changed: frozenset[int]
) -> tuple[int, ...] | None:
    """A cell without what the changed documents said, and with what they say now; None where nobody says it.

    >>> joined((2, 1, 900, 4, 5, 700, 16), (1, 5, 800, 20), frozenset({5}))
    (2, 1, 900, 4, 5, 800, 20)
    """
    if before is None or len(before) == 1:  # of a word that too many have only their number is kept
        return before or new
    kept = [before[at : at + 3] for at in range(1, len(before), 3) if before[at] not in changed]
    more = [] if new is None else [new[at : at + 3] for at in range(1, len(new), 3)]
    count = before[0] - (len(before) // 3 - len(kept)) + len(more)
    return (count, *[value for three in sorted(kept + more) for value in three]) if count else None


def with_changes(path: str, wanted: tuple[str, ...], evidence: Evidence) -> tuple[Evidence, bool]:
    """Evidence with what is stored beside it, and whether anything is."""
    changes = stored_changes(path, wanted, evidence)
    if changes is None:
        return evidence, False
    words = ChangedWords(evidence.words, StoredMap(changes.cells), frozenset(changes.files))
    return evidence.replace(words=words, files=ChangedRows(evidence.files, changes.files)), True


def stored_changes(path: str, wanted: tuple[str, ...], evidence: Evidence) -> Changes | None:
    try:
        file = open_snapshot(path)
        _, directory = read_directory(file)
        if directory.identity != identity_of(wanted, evidence):
            return None
        words, files = [Cells(file, name, *directory.sections[name]) for name in ("words", "files")]
        rows = StoredRows(files, tuple)
        found = {row[0]: row[1:] for row in (rows[at] for at in range(len(rows)))}
        return Changes(words, found)
    except (DamagedSnapshot, OSError, *UNDECODED):
        return None


def identity_of(wanted: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """What the changes are beside: these entries, as they were weighed at that time."""
    return (*wanted, f"weighed {evidence.read_at}")


# ── files that were too young to tell ────────────────────────────────────────────────────────────────────


def settles_at(evidence: Evidence) -> int:
    """From when on a look tells for good whether the files are as they were read: some were younger then than the
    clock's grain. In nanoseconds; 0 where none was, and where there are so many that they are not read again.
    """
    rows, read_at = evidence.files, evidence.read_at
    numbers = range(len(rows)) if read_at and len(rows) <= SETTLED else ()
    signs = [sign for number in numbers for _, sign in rows[number][0]]
    return max([changed_at(sign) + GRAIN_NS for sign in signs if is_young(sign, read_at)], default=0)


def changed_unseen(evidence: Evidence, tables: Tables, tree: Tree) -> tuple[int, ...]:
    """The entries whose files were too young to tell, look as they did, and hold something else."""
    files, rows, read_at = EntryFiles(tables, tree), evidence.files, evidence.read_at
    return tuple(
        [
            number
            for number in range(len(rows))
            if any(is_young(sign, read_at) for _, sign in rows[number][0])
            and text_checksum(document_of(files, number)) != rows[number][1]
        ]
    )


def settled(evidence: Evidence, tables: Tables, tree: Tree, now: int) -> tuple[Evidence, tuple[int, ...]]:
    """Evidence of files that look as they did, once nothing can hide behind their time any more: read now, as it were;
    and the entries that hold something else after all.
    """
    if not 0 < settles_at(evidence) <= now:
        return evidence, ()
    changed = changed_unseen(evidence, tables, tree)
    return (evidence, changed) if changed else (evidence.replace(read_at=now), ())

"""A compiled index brought up to date in place, where a few entries changed in what calls for them.

The snapshot is copied as it is, which is quick; cells that changed are written behind, and the tables say where they
are now. What an edit changes beyond the keywords, the vetoes, the sections, the description and the priority of some
entries (their number, ids, paths, what holds for all, anything with a finding) is left to a whole compilation, and so
is the next edit once a quarter has been added: that makes the file small again.

In the directory, `shifts` are entries with how many lines those behind each moved since they were stored, and `grown`
is how many bytes were added since all was compiled.
"""

from __future__ import annotations

import os

from ..index.model import Entry
from ..index.parser import SIZE_LIMIT
from ..index.pieces import NotCutError, cut, parse_piece
from ..matching.compiler import SAID, aliases_of, entry_row, rows_of, said_of
from ..matching.lookups.edited import EditedTables, TooMuchChangedError
from ..matching.tables import WRITTEN_ID, EntryRow, Meta, RuleRow, Tables
from ..text.source import Source
from ..text.utf8 import read_text
from ..workspace.stamps import checksum, now
from ..workspace.tree import DiskTree
from .item_marks import changed_items, lines_in, marks_in
from .shifted_rows import moved, shift_of
from .snapshot import (
    CELL,
    ROWS_A_CELL,
    UNDECODED,
    Cells,
    DamagedSnapshot,
    Directory,
    bucket_of,
    identity,
    is_fresh,
    load_compiled,
    number_at,
    open_snapshot,
    path_for,
    project_in,
    read,
    read_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from ..workspace.locations import Place
    from .item_marks import Marks
    from .snapshot import OpenFile, Project

#: How many entries may have changed, of how many edits together the lines are told apart; and what is copied at once.
MOST, EDITS, PIECE = 50, 50, 1 << 20
#: From how many bytes on an index is compiled in parts.
LARGE = 4_000_000
#: So many bytes may be added, however small the snapshot is.
LITTLE = 100_000
#: What an entry may have otherwise than before.
FREE = ("paths", "priority", "whole_only", "description", "has_veto", "free", "keywords", "sections")


def brought_up_to_date(place: Place) -> Project | None:
    """The project at a place, its compiled index changed as the index was, or a large one compiled in parts; None where
    all must be compiled at once.
    """
    project = edited(place)
    if project is None and _is_large(place):
        from .stream import streamed

        project = streamed(place)
    return project


def edited(place: Place) -> Project | None:
    """The project at a place, its compiled index changed as the index was; None where all must be compiled."""
    path = path_for(place)
    if not path:
        return None
    try:
        edit = _Edit(place, open_snapshot(path))
        return load_compiled(place) if edit.is_stored(path) else None
    except (DamagedSnapshot, NotCutError, TooMuchChangedError, OSError, *UNDECODED):
        return None


def _is_large(place: Place) -> bool:
    try:
        return os.stat(place.path).st_size > LARGE
    except OSError:  # sources need no index
        return False


class _Edit:
    """The edit of an index since its snapshot was made, and what it makes of that."""

    def __init__(self, place: Place, file: OpenFile) -> None:
        self.place, self.file = place, file
        self.head, self.directory = read_directory(file)
        if self.directory.identity != identity(place):
            raise TooMuchChangedError
        self.project = project_in(file, place, self.directory)
        self.tables: Tables = self.project.tables
        self.read_at = now()
        self.sign, self.data = self._index()
        text, wrong = read_text(self.data, place.name)
        where, before = cut(text), self._marks()
        if wrong or self.project.diagnostics or where is None:
            raise TooMuchChangedError
        self.source, self.marks = Source(place.name, text), marks_in(text, where)
        changed = changed_items(before, self.marks)
        if not changed or len(changed) > MOST:  # no edit repairs what cannot serve though it's current
            raise TooMuchChangedError
        spans = where.spans()
        self.shifts = self.directory.shifts + tuple(
            [(number, by) for number in changed if (by := text.count("\n", *spans[number]) - lines_in(before, number))]
        )
        if len(self.shifts) > EDITS or not self.directory.sections["keys"][1]:
            raise TooMuchChangedError
        entries = {number: self._entry(spans[number], number == len(spans) - 1, where.indent) for number in changed}
        self.entries = {number: self._row(number, entry) for number, entry in entries.items()}
        aliases = aliases_of(None)
        rows = {number: rows_of(number, entry, aliases) for number, entry in entries.items()}
        self.edited = EditedTables(self.tables, self.tables.keys, rows)  # type: ignore[arg-type]
        for number, some in rows.items():
            if _is_named(some) != _is_named(self.edited.before[number]):
                raise TooMuchChangedError

    def _index(self) -> tuple[tuple[int, ...], bytes]:
        """The signature of the index and what stands in it; of what the snapshot came from nothing else changed."""
        tree = DiskTree(self.place.root)
        index, *others = self.directory.sources
        if index[0] != os.path.join(tree.root, self.place.name) or not is_fresh(tuple(others), self.head):
            raise TooMuchChangedError
        sign = tree.status(self.place.name).signature
        return sign, tree.read(self.place.name, SIZE_LIMIT + 1)

    def _marks(self) -> Marks:
        cells = self._stored("items")
        if not cells.count:
            raise TooMuchChangedError
        marks: Marks = cells.read(0)
        return marks

    def _entry(self, span: tuple[int, int], is_last: bool, indent: int) -> Entry:
        """An item that changed, read now."""
        start, end = span
        piece = parse_piece(self.place.name, self.source.text[start:end], is_last, indent)
        if piece.findings or piece.entry is None:
            raise TooMuchChangedError
        entry = piece.moved(start, 1).entry
        assert entry is not None
        if any(self.tables.ids.get(name.value) is None for name in entry.requires):
            raise TooMuchChangedError
        return entry

    def _row(self, number: int, entry: Entry) -> EntryRow:
        """What choosing needs to know of an entry that changed; it may differ only in some of it."""
        before = self.tables.entries[number]
        row = entry_row(entry, self.tables.ids, {self.source.name: self.source})
        row = row if entry.id_written else row.replace(id=before.id)  # files of one name are told apart by their place
        same = row.replace(**{name: getattr(before, name) for name in FREE})
        if entry.each or same != before or [path for path, *_ in row.paths] != [path for path, *_ in before.paths]:
            raise TooMuchChangedError
        return row

    # ── the file ───────────────────────────────────────────────────────────────────────────────────────

    def is_stored(self, path: str) -> bool:
        """Whether the snapshot with the edit in it is stored."""
        from .snapshot_writer import replace_file

        cells = self._cells()
        grown = self.directory.grown + sum([len(data) for some in cells.values() for data in some.values()])
        if grown > LITTLE and 4 * grown > self.file_end:
            return False
        return not replace_file(path, lambda file: self._write(file, cells, grown))

    @property
    def file_end(self) -> int:
        """Where the cells of the snapshot end."""
        return number_at(self.head, 16)

    def _cells(self) -> dict[str, dict[int, bytes]]:
        """The cells that changed, by section and number."""
        from .snapshot_writer import encoded, packed

        found: dict[str, dict[int, Any]] = {"keys": self._buckets(self.edited.keys)}
        for name in ("parts", "weights"):
            count = self.directory.sections[name][1]
            values = getattr(self.edited, name)
            if values and not count:
                raise TooMuchChangedError
            found[name] = self._buckets({(bucket_of(key, count), key): value for key, value in values.items()}, name)
        found["keywords"] = {number: packed(rows) for number, rows in self.edited.rows.items()}
        found["entries"] = self._bundles()
        found["rules"] = {0: self._rules()}
        found["items"] = {0: self.marks}
        return {name: {number: encoded(cell) for number, cell in some.items()} for name, some in found.items()}

    def _buckets(self, values: dict[tuple[int, Any], Any], name: str = "keys") -> dict[int, dict[Any, Any]]:
        """The buckets in which a value changed."""
        cells = self._stored(name)
        found: dict[int, dict[Any, Any]] = {}
        for (number, key), value in values.items():
            bucket = found.get(number)
            if bucket is None:
                bucket = found[number] = dict(cells.read(number))
            if value is None:
                bucket.pop(key, None)
            else:
                bucket[key] = value
        return found

    def _bundles(self) -> dict[int, tuple[Any, ...]]:
        """The cells of entries in which one changed; lines are kept as they would be without the shifts."""
        cells = self._stored("entries")
        found: dict[int, list[Any]] = {}
        for number, row in self.entries.items():
            cell = number // ROWS_A_CELL
            rows = found.setdefault(cell, list(cells.read(cell)))
            rows[number % ROWS_A_CELL] = tuple(moved(row, -shift_of(self.shifts, number)))
        return {number: tuple(rows) for number, rows in found.items()}

    def _rules(self) -> tuple[Any, ...]:
        """The rules, those behind the entries with their lines as they are now."""
        by = sum([by for _, by in self.shifts[len(self.directory.shifts) :]])
        first = self.tables.entries[0].paths[0][1]
        return tuple([tuple(self._moved_rule(rule, by, first)) for rule in self.tables.rules])

    def _moved_rule(self, rule: RuleRow, by: int, first: int) -> RuleRow:
        return rule.replace(line=rule.line + by) if rule.line > first else rule

    def _stored(self, name: str) -> Cells:
        return Cells(self.file, name, *self.directory.sections[name])

    def _meta(self) -> Meta:
        """What holds for all, with the documents as they are said to be now."""
        meta = self.tables.meta
        said, count = meta.documents.split(".")
        total = int(said, 16)
        for number, row in self.entries.items():
            total += _said(row) - _said(self.tables.entries[number])
        return meta.replace(documents=f"{total & SAID:x}.{count}")

    def _write(self, file: BinaryIO, changed: dict[str, dict[int, bytes]], grown: int) -> None:
        from .snapshot_writer import row_of, write_directory

        for at in range(0, self.file_end, PIECE):
            file.write(read(self.file, min(PIECE, self.file_end - at), at))
        tables: list[tuple[int, bytes]] = []
        offset = self.file_end
        for name, cells in changed.items():
            start = self.directory.sections[name][0]
            for number, data in cells.items():
                tables.append((start + CELL * number, row_of(name, number, offset, data)))
                file.write(data)
                offset += len(data)
        write_directory(file, self._directory(grown), self.read_at)
        for at, said in tables:
            file.seek(at)
            file.write(said)

    def _directory(self, grown: int) -> Directory:
        from .snapshot_writer import plain

        sections = dict(self.directory.sections)
        start, count, items = sections["keywords"]
        more = sum([len(rows) - len(self.edited.before[number]) for number, rows in self.edited.rows.items()])
        sections["keywords"] = start, count, items + more
        index, *others = self.directory.sources
        source = index[0], self.sign, checksum(self.data), SIZE_LIMIT + 1
        return self.directory.replace(
            sources=(source, *others), sections=sections, meta=plain(self._meta()), shifts=self.shifts, grown=grown
        )


def _said(row: EntryRow) -> int:
    """What tells whether the document of an entry is still the same."""
    return said_of(row.id, row.description, tuple([path for path, _, _ in row.paths]))


def _is_named(rows: list[Any]) -> bool:
    """Whether the id of an entry is written, and counts as a keyword."""
    return any(row[2] == WRITTEN_ID for row in rows)

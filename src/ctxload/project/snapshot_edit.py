"""A compiled index brought up to date in place, where a few entries changed, came, went or moved.

The snapshot is copied as it is, which is quick; cells that changed are written in their places, or behind where they
became longer, and the tables say where they are now. What an edit changes beyond some entries (anything around them,
aliases, what is called by a name that others have, anything with a finding) is left to a whole compilation, and so is
the next edit once a quarter has been added: that makes the file small again.

In the directory, `runs` tell in what order the entries stand now, and by how many lines they moved (see `reordered`);
they keep the numbers under which they were stored first. `grown` is how many bytes were added since all was compiled.
"""

from __future__ import annotations

import os

from ..index.model import Entry
from ..index.parser import SIZE_LIMIT
from ..index.pieces import NotCutError, cut, parse_piece
from ..index.place_ids import stem_of
from ..matching.compiler import aliases_of, entry_row, rows_of, said_behind, said_of_row, sign_of_documents
from ..matching.lookups.edited import EditedTables, Stored, TooMuchChangedError
from ..matching.tables import EntryRow, Meta, RuleRow, Tables
from ..text.source import Source
from ..text.utf8 import read_text
from ..workspace.stack.requirements import requirement
from ..workspace.stamps import checksum, now
from ..workspace.tree import DiskTree
from .entry_changes import NO_ENTRY, EntryChanges, Facts, facts_of, is_written
from .item_marks import lines_in, marks_in, stretches
from .reordered import Order, moved
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
    unpacked,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, BinaryIO

    from ..matching.tables import RawRow
    from ..workspace.locations import Place
    from .item_marks import Marks, Stretch
    from .reordered import Run
    from .snapshot import OpenFile, Project

#: How many entries may have changed, in how many runs they may stand in all; and what is copied at once.
MOST, RUNS, PIECE = 50, 100, 1 << 20
#: From how many bytes on an index is compiled in parts.
LARGE = 4_000_000
#: So many bytes may be added, however small the snapshot is.
LITTLE = 100_000


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
        self.project = project_in(file, place, self.directory.replace(runs=()))
        self.tables: Tables = self.project.tables
        self.read_at = now()
        self.sign, self.data = self._index()
        text, wrong = read_text(self.data, place.name)
        where, marks = cut(text), self._marks()
        if wrong or self.project.diagnostics or where is None or not self.directory.sections["keys"][1]:
            raise TooMuchChangedError
        self.source, self.where, self.marks = Source(place.name, text), where, marks_in(text, where)
        self.spans = where.spans()
        self.order = Order(self.directory.runs or ((0, len(self.tables.entries), 0),))
        self.first_line = text.count("\n", 0, where.starts[0]) + 1
        self._compare(marks)
        self._compile()

    def _compare(self, before: Marks) -> None:
        """Finds which entries changed, came and went, and where the others stand now."""
        found = stretches(before, self.marks)
        if found is None or all(stretch.is_kept for stretch in found):  # no edit repairs what cannot serve
            raise TooMuchChangedError
        if sum([max(stretch.were, stretch.count) for stretch in found if not stretch.is_kept]) > MOST:
            raise TooMuchChangedError
        self.places: dict[int, int] = {}  # of those that changed or came, by number
        self.gone: list[int] = []
        self.new = len(self.tables.entries)
        runs: list[Run] = []
        self.moved = 0  # by how many lines the next item moved
        for stretch in found:
            if stretch.is_kept:
                between = self.order.between(stretch.was, stretch.was + stretch.were)
                runs += [(number, count, by + self.moved) for number, count, by in between]
            else:
                runs += self._changed(stretch, before)
        self.runs = _in_runs(runs)
        if len(self.runs) > RUNS:
            raise TooMuchChangedError

    def _changed(self, stretch: Stretch, before: Marks) -> Iterator[Run]:
        """The runs of items that changed or came in a stretch, of which as many as there were keep their numbers."""
        for at in range(max(stretch.count, stretch.were)):
            was, place = stretch.was + at, stretch.at + at
            if at >= stretch.count:
                self.gone.append(self.order.stored(was)[0])
            elif at < stretch.were:
                number, by = self.order.stored(was)
                self.places[number] = place
                yield number, 1, by + self.moved
            else:
                self.places[self.new] = place
                yield self.new, 1, 0
                self.new += 1
            if at < stretch.count:
                self.moved += self.source.text.count("\n", *self.spans[place])
            if at < stretch.were:
                self.moved -= lines_in(before, was)

    def _compile(self) -> None:
        """Compiles the entries that changed or came."""
        last, indent, size = len(self.spans) - 1, self.where.indent, len(self.tables.entries)
        entries = {number: self._entry(self.spans[at], at == last, indent) for number, at in self.places.items()}
        aliases = aliases_of(None)
        rows = {number: rows_of(number, entry, aliases) for number, entry in entries.items()} | {
            number: [] for number in self.gone
        }
        before = {number: self.tables.keywords.of_entry(number) if number < size else [] for number in rows}
        self.count = len(self.order) - len(self.gone) + self.new - size
        self.edited = EditedTables(self.tables, _Stored(self), before, rows, self.count)
        self.entries = self._rows(entries)
        self.doubtful: set[str] = set()  # names of files whose entry had an id of its own, or not
        was = {number: self._facts(number, some) for number, some in before.items()}
        now = {number: self._facts_now(number, entry, was[number]) for number, entry in entries.items()}
        now |= dict.fromkeys(self.gone, NO_ENTRY)
        self.changes = EntryChanges(self.tables, was, now, self.doubtful, self._all_entries())

    def _rows(self, entries: dict[int, Entry]) -> dict[int, EntryRow]:
        """What choosing needs to know of the entries that changed or came."""
        known = {number: entry.id.value for number, entry in entries.items()}
        ids = self._ids_of(known)
        for name in [name.value for entry in entries.values() for name in entry.requires]:
            number = ids(name)
            if number is None or (known.get(number) or self.tables.entries[number].id) != name:
                raise TooMuchChangedError  # no entry has that id, or one is only called so
        sources = {self.source.name: self.source}
        return {number: entry_row(entry, _Ids(ids), sources) for number, entry in entries.items()}

    def _facts(self, number: int, rows: list[RawRow]) -> Facts:
        """What an entry was called that changed or went."""
        if number >= len(self.tables.entries):
            return NO_ENTRY
        row = self.tables.entries[number]
        if number in self.gone or is_written(row, rows):
            return facts_of(row, bool(is_written(row, rows)))
        return Facts(frozenset((row.id, stem_of(row.paths[0][0]))), row)

    def _facts_now(self, number: int, entry: Entry, was: Facts) -> Facts:
        """What an entry is called that changed or came."""
        row = self.entries[number]
        if was.row is None:
            return facts_of(row, entry.id_written)
        before, stem = is_written(was.row, self.edited.before[number]), stem_of(was.row.paths[0][0])
        if entry.id_written:
            if not before and was.row.id != stem:
                raise TooMuchChangedError
            return facts_of(row, True)
        if before or row.paths[0][0] != was.row.paths[0][0]:  # files of one name are told apart by their place
            raise TooMuchChangedError
        if before is None:
            self.doubtful.add(stem)
        self.entries[number] = row = row.replace(id=was.row.id)
        return Facts(frozenset((row.id, stem)), row)

    def _ids_of(self, new: dict[int, str]) -> Callable[[str], int | None]:
        """What tells the number of the entry of an id, with those that changed or came."""
        known = {name: number for number, name in new.items()}
        return lambda name: known.get(name, self.tables.ids.get(name))

    def _all_entries(self) -> Iterator[tuple[int, Any]]:
        """The rows of all entries that were there before, by number; those that went earlier are none."""
        cells = self._stored("entries")
        rows = [row for number in range(cells.count) for row in cells.read(number)]
        for first, count, _ in self.order.runs:
            yield from enumerate(rows[first : first + count], first)

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
        entry = piece.moved(start, 1).entry
        if (
            piece.findings
            or entry is None
            or entry.each
            or any(requirement(one.value) is None for one in entry.when_stack)
        ):
            raise TooMuchChangedError
        return entry

    # ── the file ───────────────────────────────────────────────────────────────────────────────────────

    def is_stored(self, path: str) -> bool:
        """Whether the snapshot with the edit in it is stored."""
        from .snapshot_writer import replace_file

        cells = self._cells()
        more = [len(d) for name, some in cells.items() for n, d in some.items() if not self._place(name, n, len(d))]
        grown = self.directory.grown + sum(more)
        if grown > LITTLE and 4 * grown > self.file_end:
            return False
        return not replace_file(path, lambda file: self._write(file, cells, grown))

    def _place(self, name: str, number: int, length: int) -> int:
        """Where so many bytes fit in the place of a cell that was there; 0 where they don't."""
        start, count, _ = self.directory.sections[name]
        if number >= count:
            return 0
        entry = read(self.file, CELL, start + CELL * number)
        return number_at(entry, 0) if length <= int.from_bytes(entry[8:12], "little") else 0

    @property
    def file_end(self) -> int:
        """Where the cells of the snapshot end."""
        return number_at(self.head, 16)

    def _cells(self) -> dict[str, dict[int, bytes]]:
        """The cells that changed, by section and number."""
        from .snapshot_writer import encoded, packed, plain

        found: dict[str, dict[int, Any]] = {"keys": self._buckets(self.edited.keys)}
        for name in ("parts", "weights"):
            count = self.directory.sections[name][1]
            values = getattr(self.edited, name)
            if values and not count:
                raise TooMuchChangedError
            found[name] = self._buckets({(bucket_of(key, count), key): value for key, value in values.items()}, name)
        for name, values in (("ids", self.changes.ids), ("tags", self.changes.tags), ("agents", self.changes.agents)):
            count = self.directory.sections[name][1]
            if values and not count:
                raise TooMuchChangedError
            found[name] = self._buckets({(bucket_of(key, count), key): plain(v) for key, v in values.items()}, name)
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
        """The cells of entries in which one changed; lines are kept as they would be without the runs."""
        cells, order = self._stored("entries"), Order(self.runs)
        found: dict[int, list[Any]] = {}
        for number, row in sorted(self.entries.items()):
            cell = number // ROWS_A_CELL
            if cell not in found:
                found[cell] = list(cells.read(cell)) if cell < cells.count else []
            rows, by = found[cell], order.stored(self.places[number])[1]
            rows[number % ROWS_A_CELL : number % ROWS_A_CELL + 1] = [tuple(moved(row, -by))]
        return {number: tuple(rows) for number, rows in found.items()}

    def _rules(self) -> tuple[Any, ...]:
        """The rules, those behind the entries with their lines as they are now."""
        return tuple([tuple(self._moved_rule(rule)) for rule in self.tables.rules])

    def _moved_rule(self, rule: RuleRow) -> RuleRow:
        return rule.replace(line=rule.line + self.moved) if rule.line > self.first_line else rule

    def _stored(self, name: str) -> Cells:
        return Cells(self.file, name, *self.directory.sections[name])

    def _meta(self) -> Meta:
        """What holds for all, with the documents as they are said to be now."""
        meta, now = self.changes.meta(), Order(self.runs)
        total = int(meta.documents.split(".")[0], 16)
        changed = {*self.changes.before, *self.changes.now}
        doubtful = {first for order in (self.order, now) for first, _, _ in order.runs}
        for number in {*doubtful, *changed, *[number + 1 for number in changed]}:
            total += self._said(number, now, self.changes.now) - self._said(number, self.order, self.changes.before)
        return meta.replace(documents=sign_of_documents(total, self.count), entry_count=self.count)

    def _said(self, number: int, order: Order, facts: Mapping[int, Facts]) -> int:
        """What an entry says behind the one before it in an order; 0 where it isn't there."""

        def mark(one: int) -> int:
            row = facts[one].row if one in facts else self.tables.entries[one]
            return said_of_row(row) if row else 0

        if number not in order:
            return 0
        place = order.place(number)
        return said_behind(mark(order.stored(place - 1)[0]) if place else 0, mark(number))

    def _write(self, file: BinaryIO, changed: dict[str, dict[int, bytes]], grown: int) -> None:
        from .snapshot_writer import row_of, write_directory

        for at in range(0, self.file_end, PIECE):
            file.write(read(self.file, min(PIECE, self.file_end - at), at))
        later: list[tuple[int, bytes]] = []
        sections, offset = dict(self.directory.sections), self.file_end
        for name, cells in changed.items():
            start, count, items = sections[name]
            if cells and max(cells) >= count:  # more than there were: the table goes behind, too
                table = read(self.file, CELL * count, start).ljust(CELL * (max(cells) + 1), b"\0")
                file.write(table)
                start, count = offset, max(cells) + 1
                offset += len(table)
            sections[name] = start, count, items
            for number, data in cells.items():
                if place := self._place(name, number, len(data)):
                    later.append((place, data))
                else:
                    file.write(data)
                later.append((start + CELL * number, row_of(name, number, place or offset, data)))
                offset += 0 if place else len(data)
        write_directory(file, self._directory(sections, grown), self.read_at)
        for at, written in later:
            file.seek(at)
            file.write(written)

    def _directory(self, sections: dict[str, tuple[int, int, int]], grown: int) -> Directory:
        from .snapshot_writer import plain

        start, count, items = sections["keywords"]
        more = sum([len(rows) - len(self.edited.before[number]) for number, rows in self.edited.rows.items()])
        sections["keywords"] = start, count, items + more
        sections["entries"] = *sections["entries"][:2], self.new
        index, *others = self.directory.sources
        source = index[0], self.sign, checksum(self.data), SIZE_LIMIT + 1
        return self.directory.replace(
            sources=(source, *others), sections=sections, meta=plain(self._meta()), runs=self.runs, grown=grown
        )


class _Stored(Stored):
    """All there is in a stored index, read anew and not remembered."""

    def __init__(self, edit: _Edit) -> None:
        self._edit = edit

    def keys(self) -> Any:
        return self._edit.tables.keys

    def weights(self) -> Iterator[tuple[str, int]]:
        cells = self._edit._stored("weights")
        return (pair for number in range(cells.count) for pair in cells.read(number).items())

    def rows(self) -> Iterator[tuple[int, RawRow]]:
        cells, bits = self._edit._stored("keywords"), self._edit.tables.meta.bits
        for entry in range(cells.count):
            for place, row in enumerate(unpacked(entry, cells.read(entry))):
                yield entry << bits | place, row


class _Ids:
    """Ids with the numbers of their entries."""

    def __init__(self, get: Callable[[str], int | None]) -> None:
        self.get = get


def _in_runs(runs: list[Run]) -> tuple[Run, ...]:
    """Runs that go on where the one before ends, as one."""
    found: list[Run] = []
    for number, count, by in runs:
        if found and found[-1][0] + found[-1][1] == number and found[-1][2] == by:
            found[-1] = found[-1][0], found[-1][1] + count, by
        else:
            found.append((number, count, by))
    return tuple(found)

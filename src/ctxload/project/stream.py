"""A large index compiled in parts, without holding the whole of it: neither its text, nor its entries, nor its tables.

The index is read block by block (`index.blocks`). What entries say is written at once, what is looked up in parts
(`spill`), which are merged one partition of the keys at a time. What stays in memory are the words, each with how many
entries have it. What comes of it answers as what `build` makes does.

An index that is not one file, or in which something is wrong that only the whole of it shows, is left to `build`.
"""

from __future__ import annotations

import gc
import mmap
import os
import sys
from array import array
from contextlib import suppress
from functools import partial
from itertools import islice

from ..index.blocks import BlockReader
from ..index.model import Index
from ..index.pieces import NotCutError
from ..matching.compiler import agents_of, aliases_of, bundles_of, documents_of, rules_of, said_of_row, settings_of
from ..matching.lookups.weights import WeighedRows
from ..matching.matcher import COMMON
from ..matching.tables import EntryRow, Tables
from ..text.diagnostics import Findings, in_order
from ..workspace.own.home import OpenTree
from ..workspace.private_folder import make_folder
from ..workspace.source_stamps import SourceStamp
from ..workspace.stamps import checksum, now, signature
from ..workspace.tree import DiskTree
from .assemble import Assembly
from .gathered import Gathered, ManyRowsError, entry_of, first_of
from .item_marks import marks_around
from .snapshot import HEAD, ROWS_A_CELL, Cells, Directory, OpenFile, StoredRows, identity, load_compiled, path_for
from .snapshot_listings import listings
from .snapshot_writer import buckets_of, finish, plain, replace_file, tidy, write_cells
from .spill import Spill, joined, write_keys, write_mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from ..index.parser import Parsed
    from ..workspace.locations import Place
    from .snapshot import Project

#: The largest index that is compiled in parts, in bytes.
MOST = 512_000_000
#: How many bits the place of a row among those of its entry takes at first, and how many more where they are too few.
BITS, MORE_BITS = 6, 4
#: The stages, and how much is done when each begins, in percent.
STAGES = {"compiling": 0, "storing": 65}
#: How many rows are held that were read for a look at all of them.
HELD = 1_000


def streamed(place: Place) -> Project | None:
    """The project at a place, compiled in parts and stored; None where it must be read whole, or cannot be stored."""
    path = path_for(place)
    if not path or not _may_be(place) or make_folder(os.path.dirname(path)):
        return None
    collecting = gc.isenabled()
    gc.disable()  # nothing below makes cycles
    try:
        with _telling(place) as bar:
            work = _Stream(place, bar.stage)
            wrong = replace_file(path, lambda file: work.write(file, path))
    except (NotCutError, OSError):
        return None
    finally:
        if collecting:
            gc.enable()
    tidy(os.path.dirname(path))
    return None if wrong else load_compiled(place)


def _telling(place: Place) -> Any:
    from ..progress import Silent, telling

    return Silent() if sys.stderr is None else telling(place.name, STAGES)


def _may_be(place: Place) -> bool:
    """Whether an index is a single file, as far as that can be told, and not too large."""
    if os.path.isabs(place.name) or place.sources or place.passed_over or os.environ.get("CTXLOAD_USER_INDEX"):
        return False
    try:
        return os.stat(place.path).st_size <= MOST and os.path.basename(place.root) != "context"
    except OSError:
        return False


class _Stream:
    """The compiling of one index in parts."""

    def __init__(self, place: Place, tell: Callable[[str, float], None]) -> None:
        self.place, self.tell = place, tell
        self.tree, self.read_at = DiskTree(place.root), now()
        self.bits = BITS
        self.aliases: tuple[Any, ...] | None = None

    def write(self, file: BinaryIO, path: str) -> None:
        """Writes the compiled index; `path` is where it will stand, and what is kept meanwhile stands beside it."""
        spilled = f"{path}.{os.getpid()}.{now():x}.spill.tmp"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(spilled, flags, 0o600), "w+b") as kept:
                while not self._is_written(file, Spill(kept)):  # what was taken for granted did not hold
                    file.seek(0)
                    file.truncate()
        finally:
            with suppress(OSError):  # another process may have taken it for what a killed one left
                os.unlink(spilled)

    def _is_written(self, file: BinaryIO, spill: Spill) -> bool:
        file.write(b"\0" * HEAD)
        sign = self.tree.status(self.place.name).signature
        with self.tree.open(self.place.name) as source:
            reader = BlockReader(self.place.name, source)
            stamp = SourceStamp(os.path.join(self.tree.root, self.place.name), sign, _checksum(source), MOST + 1)
            try:
                entries = self._gathered(file, spill, reader, max(os.fstat(source.fileno()).st_size, 1))
            except ManyRowsError:
                self.bits += MORE_BITS
                return False
            if signature(os.fstat(source.fileno())) != sign:
                raise NotCutError  # it was written meanwhile
        parsed = reader.frame()
        if parsed.index.aliases != self.aliases:
            self.aliases = parsed.index.aliases
            return False
        _Ending(self.place, self.tree, entries, parsed, stamp, self.tell).write(
            file, marks_around(reader.head, reader.tail, bytes(entries.marks)), self.read_at
        )
        return True

    def _gathered(self, file: BinaryIO, spill: Spill, reader: BlockReader, size: int) -> Gathered:
        entries, done = Gathered(file, spill, self.bits), 0
        for block in reader.blocks():
            if self.aliases is None:  # those of the head; what stands behind the items shows at the end
                self.aliases = reader.frame().index.aliases
            entries.add(block, aliases_of(Index("", aliases=self.aliases)))
            done += len(block.source.text)
            self.tell("compiling", done / size)
        return entries


def _checksum(file: BinaryIO) -> int:
    """The checksum of a whole file, which nothing holds."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return checksum(data)  # type: ignore[arg-type]


class _Ending:
    """What is done when all entries were seen."""

    def __init__(
        self,
        place: Place,
        tree: DiskTree,
        entries: Gathered,
        parsed: Parsed,
        stamp: SourceStamp,
        tell: Callable[[str, float], None],
    ) -> None:
        self.place, self.entries, self.parsed, self.tell = place, entries, parsed, tell
        self.tree = OpenTree(place.root)
        self.work = Assembly(place, tree, None, lambda *_: parsed)
        self.work.files.append(stamp)
        self.index = self._index()

    def _index(self) -> Index:
        """What stands around the entries. Raises NotCutError where more than this file makes the index."""
        index = self.parsed.index
        if index.include or index.live or index.front_matter:
            raise NotCutError
        index = self.work.with_own_skills(index, wanted=True)
        if index.entries:
            raise NotCutError
        return index

    def write(self, file: BinaryIO, marks: Any, read_at: int) -> None:
        """Writes what is left: all that is looked up, the rows of entries, and the directory."""
        entries, sections = self.entries, {"keywords": self.entries.keywords()}
        entries.weigh()
        ids = self._ids()
        self.tell("storing", 0)
        sections["keys"] = write_keys(file, "keys", entries.spill)
        for share, (name, join, close) in enumerate(MAPPINGS, 1):
            self.tell("storing", share / (1 + len(MAPPINGS)))
            sections[name] = write_mapping(file, name, entries.spill, join, close)
        agents, bundles = agents_of(self.index, ids, entries.agents), bundles_of(self.index, ids)
        for name, small in (("agents", agents), ("bundles", bundles)):
            sections[name] = write_cells(file, name, buckets_of(small), len(small))
        said = array("Q")
        rows = map(partial(_noted, said), entries.entries(ids))
        sections["entries"] = write_cells(file, "entries", _in_cells(rows), entries.count)
        rules, found = rules_of(self.index, ids), self._findings()
        for name, whole in (("rules", rules), ("diagnostics", found)):
            sections[name] = write_cells(file, name, [plain(whole)], len(whole))
        kept = [marks] if marks and entries.has_all else []
        sections["items"] = write_cells(file, "items", kept, entries.count)
        meta = settings_of(self.index).replace(
            entry_count=entries.count, longest=entries.longest, documents=documents_of(said),
            at_hand=tuple(entries.at_hand), manual=tuple(entries.manual), both=tuple(entries.both), bits=entries.bits,
        )  # fmt: skip
        sources, end = tuple(map(tuple, self.work.files)), file.tell()
        directory = Directory(identity(self.place), sources, sections, plain(meta), now(), end)
        written = _rows(file, sections["entries"])
        tables = Tables(meta, {}, {}, WeighedRows([], 0, {}), written, agents, ids, bundles, rules, {}, {})
        listed = listings(tables, self.tree)
        file.seek(end)  # the rows were read from it
        finish(file, b"", directory, listed, read_at)

    def _ids(self) -> dict[str, int]:
        """The entries of the ids that something names."""
        index = self.index
        named = [name.value for rule in index.rules for name in rule.ids]
        named += [name.value for bundle in index.bundles for name in bundle.ids]
        named += [name.value for _, names in index.agent_defaults for name in names]
        ids = self.entries.enter_names(self.entries.wanted.union(named))
        if any(name not in ids for name in (*named, *self.entries.wanted)):
            raise NotCutError  # what was meant is looked for among all ids
        self.work.find_unknown(index, ids)
        return ids

    def _findings(self) -> tuple[Any, ...]:
        found = Findings([*self.entries.findings, *self.parsed.diagnostics, *self.work.findings])
        return in_order(found.told(self.place.name))


def _joined_part(one: Any, other: Any) -> Any:
    """What two parts of `parts` have under one key."""
    return {**one, **other} if isinstance(one, dict) else joined(one, other)


def _closed_part(cell: Any) -> Any:
    """What is stored of the phrases that have a word."""
    return cell if isinstance(cell, dict) or len(cell) <= COMMON else (-len(cell),)


#: The mappings that are merged besides `keys`, with what makes one of two values of a key, and what is stored of one.
MAPPINGS: tuple[tuple[str, Callable[[Any, Any], Any], Callable[[Any], Any] | None], ...] = (
    ("parts", _joined_part, _closed_part),
    ("weights", max, None),
    ("ids", first_of, entry_of),
    ("tags", joined, None),
)


def _noted(said: array[int], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row, when what tells whether its document is the same is noted."""
    said.append(said_of_row(row))
    return row


def _in_cells(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """The rows by the cell each belongs to."""
    while cell := tuple(islice(rows, ROWS_A_CELL)):
        yield cell


class _Passing(StoredRows):
    """Rows that are looked at one after the other: only the last are remembered."""

    __slots__ = ()

    def __getitem__(self, number: int) -> Any:
        if len(self._read) > HELD:
            self._read.clear()
        return super().__getitem__(number)


def _rows(file: BinaryIO, section: tuple[int, int, int]) -> _Passing:
    """The rows of entries, as they were just written."""
    file.flush()
    stored = OpenFile(os.dup(file.fileno()))
    stored.end = file.tell()
    return _Passing(Cells(stored, "entries", *section), EntryRow.of)

"""The compiled index as it is stored: a file of cells, each with a checksum, of which only the needed are read.

    head       magic, when the sources were last looked at, place and checksum of the directory, checksum of these
    cells      one after the other: what `marshal` writes of texts, numbers, tuples and dictionaries
    table      after the cells of each section: offset, length and checksum of each; the listings are the last section
    directory  identity, sources with their signatures, the sections, what holds for the whole index

A mapping is a section whose cells are buckets: the bucket of a key is the checksum of its name. Rows that are looked up
stand a few to a cell; those that every answer needs are one cell. The checksum of a cell covers its section, number,
offset and length, so that a flipped bit anywhere is noticed before anything is decoded: it is a miss, never a wrong
answer. A snapshot is replaced whole, by rename; a kill at any moment leaves the old or none.

What patterns meant on disk (the listings) is as good as the folders it was read from, which change more often than the
index: it has a time of its own, and is worked out anew without the rest (`snapshot_writer.renew`).

Every start pays for this module, so it only reads: `snapshot_writer` writes, `snapshot_inspect` looks after what was
written.
"""

from __future__ import annotations

import os
import sys
from marshal import loads
from marshal import version as marshal_version

from ..matching.tables import KEYWORD, KINDS, AgentRow, EntryRow, KeywordRow, Meta, RuleRow, Tables, weighed
from ..record import Record
from ..version import __version__
from ..workspace.locations import cache_folder, is_ours
from ..workspace.stamps import checksum, is_young, now, signature_of
from ..workspace.tree import DiskTree, Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ..matching.tables import RawRow
    from ..text.diagnostics import Diagnostic
    from ..workspace.git.excludes import Excludes
    from ..workspace.locations import Place
    from .assemble import Assembled
    from .reordered import Order

MAGIC = b"ctxload3"
#: Goes up whenever what is stored changes its shape or its meaning.
FORMAT = 22
#: magic · read_at (8) · offset, length, checksum of the directory (8, 8, 8) · checksum of these (8)
HEAD = 48
#: offset (8) · length (4) · checksum (8)
CELL = 20
#: How many rows share a cell, except those of keywords, of which an entry's do.
ROWS_A_CELL = 4

#: How far a key's checksum is moved to what is kept of it: 31 bits.
TAG = 33

MAPS = ("keys", "parts", "agents", "ids", "bundles", "tags", "weights")
ROWS = ("keywords", "entries")
#: What every answer needs: a section of one cell.
WHOLE = ("rules", "diagnostics")
SECTIONS = (*MAPS, *ROWS, *WHOLE, "listings", "words", "files", "lengths", "items", "pairs")


#: The `limit` of git's index, of which the names count (`source_stamps`).
TRACKED = -3


class DamagedSnapshot(Exception):
    """A stored index that cannot be trusted; the answer comes from the index itself."""


#: What `marshal` and the code around it raise for values of another shape.
UNDECODED = (ValueError, EOFError, TypeError, IndexError, KeyError)


class Directory(Record):
    """What a snapshot says of itself.

    `sources` hold path, signature, checksum and how much was read; `sections` where the table of each begins, how
    many cells and how many items it has; `listed_at` and `listings_at` are the time and the offset at which the
    listings begin; for `runs` and `grown` see `snapshot_edit`.
    """

    identity: tuple[str, ...]
    sources: tuple[tuple[str, tuple[int, ...], int, int], ...]
    sections: dict[str, tuple[int, int, int]]
    meta: tuple[Any, ...]
    listed_at: int
    listings_at: int
    runs: tuple[tuple[int, int, int], ...] = ()
    grown: int = 0


class Project(Record):
    """One project, ready to resolve tasks.

    `assembled` is there when the index was read from its text; `unkept` says why it could not be stored then.
    """

    place: Place
    tables: Tables
    tree: DiskTree
    diagnostics: tuple[Diagnostic, ...]
    assembled: Assembled | None = None
    unkept: str = ""

    @property
    def as_written(self) -> Assembled:
        """The index as it is written, of a project that was read from its text."""
        assert self.assembled is not None
        return self.assembled


def load_compiled(place: Place) -> Project | None:
    """The project at a place, read from its compiled index if there is one that fits; None isn't a fault."""
    path = path_for(place)
    if not path:
        return None
    try:
        file = open_snapshot(path)
        return _load(file, place, path) if is_ours(os.path.dirname(path)) else None
    except (DamagedSnapshot, OSError, *UNDECODED):
        return None


def _load(file: OpenFile, place: Place, path: str) -> Project | None:
    head, directory = read_directory(file)
    if directory.identity != identity(place) or not is_fresh(directory.sources, head, path, file):
        return None
    return project_in(file, place, directory)


def project_in(file: OpenFile, place: Place, directory: Directory) -> Project:
    """The project that an open snapshot holds, read as far as it is asked for."""
    cells = {name: Cells(file, name, *place) for name, place in directory.sections.items()}
    parts, ids, bundles, tags, weights = [StoredMap(cells[name]) for name in MAPS if name not in ("keys", "agents")]
    keys, agents = StoredKeys(cells["keys"]), StoredMap(cells["agents"], AgentRow.of)
    rules: tuple[Any, ...] = cells["rules"].read(0)
    diagnostics: tuple[Any, ...] = cells["diagnostics"].read(0)
    meta = Meta.of(directory.meta)
    tables = Tables(
        meta, keys, parts, StoredKeywords(cells["keywords"], meta.bits, weights),
        StoredRows(cells["entries"], EntryRow.of), agents, ids, bundles, tuple(map(RuleRow.of, rules)), tags,
        weights,
    )  # fmt: skip
    if directory.runs:
        from .reordered import reordered

        tables = reordered(tables, directory.runs)
    kind = StoredTree
    if tables.meta.has_own:
        from ..workspace.own.home import seeing

        kind = seeing(StoredTree)
    tree = kind(place.root, StoredMap(cells["listings"]), directory.listed_at)
    return Project(place, tables, tree, tuple(map(_diagnostic, diagnostics)))


def _diagnostic(values: tuple[Any, ...]) -> Diagnostic:
    from ..text.diagnostics import Diagnostic, Related

    found = Diagnostic.of(values)
    return (
        found.replace(related=tuple([Related.of(tuple(place)) for place in found.related])) if found.related else found
    )


# ── where it is ──────────────────────────────────────────────────────────────────────────────────────────


def path_for(place: Place, kind: str = "index") -> str:
    """Where the snapshot of a place (or its `documents`) is kept, or an empty text where there is no cache."""
    folder = cache_folder()
    if not folder:
        return ""
    key = "\0".join(identity(place)).encode("utf-8", "surrogatepass")
    return os.path.join(folder, f"{checksum(key):016x}.{kind}")


def identity(place: Place) -> tuple[str, ...]:
    """What a stored index must have in common with the one that is asked for."""
    own = os.environ.get("CTXLOAD_USER_INDEX", "")
    return (
        version(),
        place.path,
        place.root,
        own and os.path.abspath(os.path.expanduser(own)),
        *place.passed_over,
        *[f"source {name}" for name in place.sources],
    )


def identity_of_documents(place: Place, tables: Tables) -> tuple[str, ...]:
    """What the stored evidence of documents must have in common with the entries that are asked for."""
    return (*identity(place), tables.meta.documents)


def version() -> str:
    """What a snapshot's version must be for this ctxload and this Python to read it."""
    return f"{__version__}/{FORMAT}/{sys.implementation.cache_tag}/{marshal_version}"


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


class OpenFile:
    """A file that is closed with the last thing that reads it; all that is read of it lies before its `end`."""

    __slots__ = ("end", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.end = 0

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        close(self.number)


def open_snapshot(path: str) -> OpenFile:
    """A snapshot, opened: a file of this user that nobody else can write, and no pipe that would be waited for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = OpenFile(os.open(path, flags))
    if not is_ours("", status=os.fstat(file.number)):
        raise DamagedSnapshot("others may have written it")
    return file


def read_directory(file: OpenFile) -> tuple[bytes, Directory]:
    """The head and the directory of a snapshot; DamagedSnapshot when one of their checksums does not hold."""
    head = read(file, HEAD, 0)
    if head[:8] != MAGIC or number_at(head, 40) != checksum(head[:40]):
        raise DamagedSnapshot("head")
    file.end = number_at(head, 16)
    directory = read(file, number_at(head, 24), file.end)
    if checksum(directory) != number_at(head, 32):
        raise DamagedSnapshot("directory")
    return head, Directory.of(loads(directory))


def read(file: OpenFile, length: int, offset: int) -> bytes:
    """So many bytes from an offset on; DamagedSnapshot when they don't exist."""
    try:
        if hasattr(os, "pread"):
            data = os.pread(file.number, length, offset)
        else:
            os.lseek(file.number, offset, os.SEEK_SET)
            data = os.read(file.number, length)
    except (OSError, OverflowError, MemoryError) as error:
        raise DamagedSnapshot(str(error)) from error
    if len(data) != length:
        raise DamagedSnapshot("cut short")
    return data


def number_at(data: bytes, at: int) -> int:
    """The number in the eight bytes from there on."""
    return int.from_bytes(data[at : at + 8], "little")


def head_of(read_at: int, offset: int, length: int, check: int) -> bytes:
    """The head of a snapshot: when its sources were last looked at, and where its directory is."""
    head = MAGIC + b"".join([number.to_bytes(8, "little") for number in (read_at, offset, length, check)])
    return head + checksum(head).to_bytes(8, "little")


def check_of(section: str, number: int, entry: bytes, data: bytes) -> int:
    """The checksum of a cell: of what it holds, and of where it stands and should stand."""
    return checksum(entry + data, number * len(SECTIONS) + SECTIONS.index(section) & 0x7FFFFFFF)


# ── whether it fits ──────────────────────────────────────────────────────────────────────────────────────


def is_fresh(
    sources: tuple[tuple[str, tuple[int, ...], int, int], ...],
    head: bytes,
    path: str = "",
    file: OpenFile | None = None,
) -> bool:
    """Whether the sources are as they were read; looks into those that were too young then for a `stat` to tell.

    The time of that look is noted in the snapshot, if one is given.
    """
    racy, read_at = False, number_at(head, 8)
    for source, sign, check, limit in sources:
        if (here := signature_of(source)) != sign and (
            limit != TRACKED or not has_same_names(source, here, (*sign, check))
        ):
            return False
        racy = racy or is_young(sign, read_at)
    if not racy:
        return True
    from ..workspace.source_stamps import still_hold

    looked_at = now()
    if any(sign and not limit for _, sign, _, limit in sources):
        return False  # one could not be read; whether it can now, only reading the index tells
    if not still_hold(sources):
        return False
    if file is not None:
        note_time(path, file, head, looked_at)
    return True


def has_same_names(path: str, here: tuple[int, ...], sign: tuple[int, ...]) -> bool:
    """Whether git's index is as it was, or tracks the same files; `sign` ends with a checksum of their names."""
    if here == sign[:-1]:
        return True
    from ..workspace.git.tracked import names_checksum

    return names_checksum(path) == sign[-1]


def note_time(path: str, file: OpenFile, head: bytes, looked_at: int) -> None:
    """Writes the time of the last look into the head, in place: at worst it is lost, or the snapshot with it."""
    try:
        writable = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return
    try:
        if os.path.samestat(os.fstat(writable), os.fstat(file.number)):  # else another process has just replaced it
            os.write(writable, head_of(looked_at, number_at(head, 16), number_at(head, 24), number_at(head, 32)))
    except OSError:
        pass
    finally:
        os.close(writable)


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────


class Cells:
    """The cells of one section of an open snapshot."""

    __slots__ = ("_file", "_name", "_start", "count", "items")

    def __init__(self, file: OpenFile, name: str, start: int, count: int, items: int) -> None:
        self._file = file
        self._name = name
        self._start = start
        self.count = count
        self.items = items

    def read(self, number: int) -> Any:
        """What a cell holds; DamagedSnapshot when its checksum does not hold."""
        entry = read(self._file, CELL, self._start + CELL * number)
        offset, length = number_at(entry, 0), int.from_bytes(entry[8:12], "little")
        if offset + length > self._file.end:  # not known to be sound yet: no reason to ask for gigabytes
            raise DamagedSnapshot(self._name)
        data = read(self._file, length, offset)
        if number_at(entry, 12) != check_of(self._name, number, entry[:12], data):
            raise DamagedSnapshot(self._name)
        return loads(data)


class StoredMap:
    """A mapping that reads one bucket for each look-up."""

    __slots__ = ("_cells", "_make")

    def __init__(self, cells: Cells, make: Callable[[Any], Any] | None = None) -> None:
        self._cells = cells
        self._make = make

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        if not self._cells.count:
            return None
        value = self._cells.read(bucket_of(key, self._cells.count)).get(key)
        return value if value is None or self._make is None else self._make(value)

    def names(self) -> list[str]:
        """Every key, sorted."""
        return sorted(self.whole())

    def whole(self) -> dict[str, Any]:
        """Every key with what is stored of it."""
        found: dict[str, Any] = {}
        for number in range(self._cells.count):
            found.update(self._cells.read(number))
        return found


def bucket_of(key: str, count: int) -> int:
    """The number of the bucket, of so many, that holds a key."""
    return checksum(key.encode("utf-8", "surrogatepass")) % count


class StoredKeys:
    """A mapping by a part of each key's checksum: what it gives may be another key's."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        if not self._cells.count:
            return None
        bucket, tag = self.place(key)
        return self._cells.read(bucket).get(tag)

    def place(self, key: str) -> tuple[int, int]:
        """The number of the bucket that holds a key, and what is kept of the key there."""
        number = checksum(key.encode("utf-8", "surrogatepass"))
        return number % self._cells.count, number >> TAG


class StoredRows:
    """Rows that are read a few at a time, and remembered."""

    __slots__ = ("_cells", "_make", "_read")

    def __init__(self, cells: Cells, make: Callable[[Any], Any]) -> None:
        self._cells = cells
        self._make = make
        self._read: dict[int, Any] = {}

    def __len__(self) -> int:
        return self._cells.items

    def __getitem__(self, number: int) -> Any:
        row = self._read.get(number)
        if row is None:
            if not 0 <= number < len(self):
                raise IndexError(number)
            first = number - number % ROWS_A_CELL
            for at, values in enumerate(self._cells.read(number // ROWS_A_CELL), first):
                self._read[at] = self._make(values)
            row = self._read[number]
        return row


class StoredKeywords:
    """The rows of keywords; what the words of one weigh is looked up when it is asked for."""

    __slots__ = ("_bits", "_cells", "_order", "_raw", "_rows", "_weights")

    def __init__(self, cells: Cells, bits: int, weights: StoredMap, order: Order | None = None) -> None:
        self._cells = cells
        self._bits = bits
        self._weights = weights
        self._order = order
        self._raw: dict[int, list[RawRow]] = {}
        self._rows: dict[int, KeywordRow] = {}

    def __len__(self) -> int:
        return self._cells.items

    def __getitem__(self, number: int) -> KeywordRow:
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = weighed(self.raw(number), self._weights)
        return row

    def raw(self, number: int) -> RawRow:
        """A row without what its words weigh."""
        return self.of_entry(number >> self._bits)[number & (1 << self._bits) - 1]

    def of_entry(self, entry: int) -> list[RawRow]:
        """The rows of an entry."""
        rows = self._raw.get(entry)
        if rows is None:
            number = entry if self._order is None else self._order.stored(entry)[0]
            if not 0 <= number < self._cells.count:
                raise IndexError(entry)
            rows = self._raw[entry] = unpacked(entry, self._cells.read(number))
        return rows

    def in_order(self, order: Order) -> StoredKeywords:
        """The same rows, of entries in another order."""
        return StoredKeywords(self._cells, self._bits, self._weights, order)

    def numbers(self) -> Iterator[int]:
        """The number of each row."""
        from ..matching.lookups.weights import numbers_of

        count = self._cells.count if self._order is None else len(self._order)
        return numbers_of(map(self.of_entry, range(count)), self._bits)


def unpacked(entry: int, cell: tuple[Any, ...]) -> list[RawRow]:
    """The rows of an entry (see `snapshot_writer.packed`)."""
    rows: list[RawRow] = []
    for item in cell:
        if isinstance(item, str):
            rows.append((entry, item, KEYWORD, "", tuple(item.split(" ")), ""))
        else:
            text, (sign, *rest) = item
            lead, _, joined = "".join(rest).partition(" ")
            kind, is_alias = KINDS[ord(sign) >> 1 & 7], ord(sign) & 1
            rows.append((entry, text, kind, lead, tuple(joined.split(" ")), lead + joined if is_alias else ""))
    return rows


class StoredTree(DiskTree):
    """The files of a folder, with what globs and directories held when the index was compiled.

    A stored listing counts while every folder and ignore file it looked at is the same; else it is made anew, and
    `outdated` says that the snapshot could be better.
    """

    def __init__(self, root: str, listings: StoredMap, listed_at: int) -> None:
        super().__init__(root)
        self._stored = listings
        self._listed_at = listed_at
        self._signs: dict[str, tuple[int, ...]] = {}
        self.outdated = False

    def files_below(self, folder: str, *, hidden: bool = False) -> Listing:
        return self._known(f"{'h' if hidden else 'd'}:{folder}") or super().files_below(folder, hidden=hidden)

    def expand(self, pattern: str) -> Listing:
        return self._known(f"g:{pattern}") or super().expand(pattern)

    def any_file(self, patterns: tuple[str, ...]) -> str:
        known = self._stored.get("w:" + "\n".join(patterns))
        if known is None or not self._same(known[1]):
            return super().any_file(patterns)
        witness = str(known[0])
        if witness and self.status(witness).kind == "file" and witness not in self._links:
            return witness
        if not witness and all(self.status(pattern.strip("/")).kind != "file" for pattern in patterns):
            return ""
        self.outdated = True
        return super().any_file(patterns)

    def stored_stack(self) -> tuple[tuple[str, str], ...] | None:
        known = self._stored.get("s:")
        return None if known is None or not self._same(known[1]) else known[0]

    def is_ignored(self, path: str) -> bool:
        known = self._stored.get(f"i:{path}")
        if known is None or self.leads_to(path) != path or not self._same(known[1]):
            return super().is_ignored(path)
        return bool(known[0])

    def _has_excludes(self) -> bool:
        known = self._stored.get("x:")
        return bool(known[2]) if known is not None and self._same(known[1]) else super()._has_excludes()

    def _find_excludes(self) -> Excludes | None:
        known = self._stored.get("x:")
        if known is None or not self._same(known[1]):
            return super()._find_excludes()
        from ..workspace.git.excludes import Excludes

        return Excludes.of(known[0])

    def _known(self, key: str) -> Listing | None:
        known = self._stored.get(key)
        if known is None or not self._same(known[1]):
            return None
        files = tuple(path for path in known[0] if self.status(path).kind == "file")
        return Listing(files)

    def _same(self, seen: tuple[tuple[str, tuple[int, ...]], ...]) -> bool:
        for path, sign in seen:
            here = self._signs.get(path)
            if here is None:
                here = self._signs[path] = signature_of(path if os.path.isabs(path) else self._full(path))
            if here != sign and not (len(sign) > len(here) > 0 and has_same_names(path, here, sign)):
                self.outdated = True
                return False
            if is_young(sign, self._listed_at):
                self.outdated = self.outdated or not is_young(sign, now())
                return False
        return True

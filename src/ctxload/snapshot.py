"""The compiled index as it is stored: a file of cells, each with a checksum, of which only the needed are read.

    head     magic, version, when the sources were read, place and checksum of the directory
    cells    one after the other: texts, numbers and tuples, as `marshal` writes them
    index    for each section, 16 bytes a cell: offset, length, checksum
    directory  identity, sources with their signatures, the sections, what holds for the whole index

A mapping is a section whose cells are buckets: the bucket of a key is the CRC of its name. The checksum of a cell
covers its section, number, offset and length, so that a flipped bit anywhere is noticed before anything is decoded: it
is a miss, never a wrong answer. A snapshot is replaced whole, by rename; a kill at any moment leaves the old or none.
"""

from __future__ import annotations

import os
import sys
from marshal import dumps, loads
from marshal import version as marshal_version
from zlib import crc32

from . import __version__
from .cachedir import cache_folder, is_ours, make_folder
from .record import Record
from .tables import AgentRow, EntryRow, KeywordRow, Meta, RuleRow, Tables
from .tree import DiskTree, Listing, signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO, TypeVar

    from .diagnostics import Diagnostic
    from .discover import Place
    from .gather import Read

    T = TypeVar("T")

MAGIC = b"ctxload1"
#: magic · read_at (8) · offset, length, checksum of the directory (8, 8, 4) · checksum of these (4)
HEAD = 40
CELL = 16
#: A file younger than this when it was read may change again within the clock's grain.
GRAIN_NS = 2_000_000_000
#: A snapshot that was not made anew for this long is removed when another is stored.
KEEP_SECONDS = 60 * 24 * 3600

_MAPS = ("keys", "parts", "agents", "ids", "bundles", "tags", "listings")
_ROWS = ("keywords", "entries", "rules", "diagnostics")


class DamagedSnapshot(Exception):
    """A stored index that cannot be trusted; the answer comes from the index itself."""


class Stored(Record):
    """A snapshot that fits its sources."""

    tables: Tables
    diagnostics: tuple[Diagnostic, ...]
    tree: DiskTree


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


class Cells:
    """The cells of one section of an open snapshot."""

    __slots__ = ("_file", "_name", "_start", "count")

    def __init__(self, file: int, name: str, start: int, count: int) -> None:
        self._file = file
        self._name = name
        self._start = start
        self.count = count

    def read(self, number: int) -> Any:
        """What a cell holds; DamagedSnapshot when its checksum does not hold."""
        entry = _read(self._file, CELL, self._start + CELL * number)
        offset, length = int.from_bytes(entry[:8], "little"), int.from_bytes(entry[8:12], "little")
        data = _read(self._file, length, offset) if length else b""
        if int.from_bytes(entry[12:], "little") != _check(self._name, number, offset, data):
            raise DamagedSnapshot(self._name)
        return loads(data) if data else None


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
        bucket = self._cells.read(crc32(key.encode("utf-8", "surrogatepass")) % self._cells.count)
        if bucket is not None:
            for at in range(0, len(bucket), 2):
                if bucket[at] == key:
                    return bucket[at + 1] if self._make is None else self._make(bucket[at + 1])
        return None

    def names(self) -> list[str]:
        """Every key, sorted."""
        buckets = (self._cells.read(number) or () for number in range(self._cells.count))
        return sorted(key for bucket in buckets for key in bucket[::2])


class StoredRows:
    """Rows that are read one at a time."""

    __slots__ = ("_cells", "_make")

    def __init__(self, cells: Cells, make: Callable[[Any], Any]) -> None:
        self._cells = cells
        self._make = make

    def __len__(self) -> int:
        return self._cells.count

    def __getitem__(self, number: int) -> Any:
        if not 0 <= number < self._cells.count:
            raise IndexError(number)
        return self._make(self._cells.read(number))


class StoredTree(DiskTree):
    """The files of a folder, with what globs and directories held when the index was compiled.

    A stored listing counts while every folder and ignore file it looked at is the same; else it is made anew.
    """

    def __init__(self, root: str, listings: StoredMap, read_at: int) -> None:
        super().__init__(root)
        self._stored = listings
        self._read_at = read_at

    def files_below(self, folder: str, *, hidden: bool = False) -> Listing:
        return self._known(f"{'h' if hidden else 'd'}:{folder}") or super().files_below(folder, hidden=hidden)

    def expand(self, pattern: str) -> Listing:
        return self._known(f"g:{pattern}") or super().expand(pattern)

    def any_file(self, patterns: tuple[str, ...]) -> str:
        known = self._stored.get("w:" + "\n".join(patterns))
        if known and self.status(known).kind == "file":
            return str(known)
        return super().any_file(patterns)

    def is_ignored(self, path: str) -> bool:
        known = self._stored.get(f"i:{path}")
        if known is None or not self._same(known[1]):
            return super().is_ignored(path)
        return bool(known[0])

    def _known(self, key: str) -> Listing | None:
        known = self._stored.get(key)
        if known is None or not self._same(known[1]):
            return None
        files = tuple(path for path in known[0] if self.status(path).kind == "file")
        return Listing(files)

    def _same(self, seen: tuple[tuple[str, tuple[int, ...]], ...]) -> bool:
        for path, sign in seen:
            try:
                now = signature(os.stat(self._full(path)))
            except OSError:
                now = ()
            if now != sign or (sign and max(sign[1], sign[2]) + GRAIN_NS > self._read_at):
                return False
        return True


def load(place: Place) -> Stored | None:
    """The stored index of a place, if there is one that fits; None is no fault."""
    path = path_for(place)
    if not path:
        return None
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        found = _load(file, place, path)
    except (DamagedSnapshot, OSError, ValueError, EOFError, TypeError, IndexError, KeyError):
        found = None
    if found is None:
        os.close(file)
    return found


def _load(file: int, place: Place, path: str) -> Stored | None:
    if not (is_ours("", found=os.fstat(file)) and is_ours(os.path.dirname(path))):
        return None
    head = _read(file, HEAD, 0)
    if head[:8] != MAGIC or int.from_bytes(head[36:40], "little") != crc32(head[:36]):
        return None
    read_at = int.from_bytes(head[8:16], "little")
    directory = _read(file, int.from_bytes(head[24:32], "little"), int.from_bytes(head[16:24], "little"))
    if crc32(directory) != int.from_bytes(head[32:36], "little"):
        return None
    same, sources, sections, meta = loads(directory)
    if same != identity(place) or not _is_fresh(file, head, sources, read_at):
        return None
    cells = {name: Cells(file, name, start, count) for name, (start, count) in sections.items()}
    maps = {name: StoredMap(cells[name]) for name in _MAPS}
    maps["agents"] = StoredMap(cells["agents"], AgentRow.of)
    rules = cells["rules"]
    findings: tuple[Diagnostic, ...] = ()
    if cells["diagnostics"].count:
        findings = tuple(_diagnostic(cells["diagnostics"].read(number)) for number in range(cells["diagnostics"].count))
    tables = Tables(
        Meta.of(meta), maps["keys"], maps["parts"], StoredRows(cells["keywords"], KeywordRow.of),
        StoredRows(cells["entries"], EntryRow.of), maps["agents"], maps["ids"], maps["bundles"],
        tuple(RuleRow.of(rules.read(number)) for number in range(rules.count)), maps["tags"],
    )  # fmt: skip
    return Stored(tables, findings, StoredTree(place.root, maps["listings"], read_at))


def _diagnostic(values: tuple[Any, ...]) -> Diagnostic:
    from .diagnostics import Diagnostic, Related

    found = Diagnostic.of(values)
    return found.replace(related=tuple(Related.of(tuple(place)) for place in found.related)) if found.related else found


def _is_fresh(file: int, head: bytes, sources: tuple[tuple[str, tuple[int, ...], int, int], ...], read_at: int) -> bool:
    racy = False
    for path, sign, _, _ in sources:
        try:
            now = signature(os.stat(path))
        except OSError:
            now = ()
        if now != sign:
            return False
        racy = racy or (bool(sign) and max(sign[1], sign[2]) + GRAIN_NS > read_at)
    return not racy or _still_reads_the_same(file, head, sources)


def _still_reads_the_same(file: int, head: bytes, sources: tuple[tuple[str, tuple[int, ...], int, int], ...]) -> bool:
    """For files that were too young to trust: whether they hold what was read; notes the later time if they do."""
    from time import time_ns

    now = time_ns()
    for path, sign, checksum, limit in sources:
        if sign:
            with open(path, "rb") as source:
                if crc32(source.read(limit)) != checksum or signature(os.fstat(source.fileno())) != sign:
                    return False
    _note_time(file, head, now)
    return True


def _note_time(file: int, head: bytes, now: int) -> None:
    """Writes the time of the last look into the head, in place: at worst it is lost, or the snapshot with it."""
    try:
        path = f"/proc/self/fd/{file}"
        writable = os.open(path, os.O_WRONLY) if sys.platform == "linux" else -1
        if writable >= 0:
            try:
                fresh = _head(now, *_directory_place(head))
                os.pwrite(writable, fresh, 0)
            finally:
                os.close(writable)
    except OSError:
        pass


def _directory_place(head: bytes) -> tuple[int, int, int]:
    return int.from_bytes(head[16:24], "little"), int.from_bytes(head[24:32], "little"), int.from_bytes(head[32:36], "little")


def _head(read_at: int, offset: int, length: int, checksum: int) -> bytes:
    head = MAGIC + b"".join(n.to_bytes(8, "little") for n in (read_at, offset, length)) + checksum.to_bytes(4, "little")
    return head + crc32(head).to_bytes(4, "little")


def _read(file: int, length: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        data = os.pread(file, length, offset)
    else:
        os.lseek(file, offset, os.SEEK_SET)
        data = os.read(file, length)
    if len(data) != length:
        raise DamagedSnapshot("cut short")
    return data


def _check(name: str, number: int, offset: int, data: bytes) -> int:
    return crc32(data, crc32(f"{name}:{number}:{offset}:{len(data)}".encode()))


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def store(
    place: Place, tables: Tables, diagnostics: Iterable[Diagnostic], sources: Iterable[Read], tree: DiskTree, read_at: int
) -> str:
    """Stores a compiled index; its path, or an empty text where it could not be stored. Never raises for the disk."""
    path = path_for(place)
    if not path or not make_folder(os.path.dirname(path)):
        return ""
    temporary = f"{path}.{os.getpid()}.{read_at % 1_000_000_007:x}.tmp"
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _write(file, place, tables, diagnostics, sources, tree, read_at)
        os.replace(temporary, path)
    except (OSError, ValueError):
        try:
            os.unlink(temporary)
        except OSError:
            pass
        return ""
    _tidy(os.path.dirname(path))
    return path


def _write(
    file: BinaryIO, place: Place, tables: Tables, diagnostics: Iterable[Diagnostic], sources: Iterable[Read], tree: DiskTree, read_at: int
) -> None:
    file.write(b"\0" * HEAD)
    sections: dict[str, tuple[int, int]] = {}
    for name in _MAPS:
        mapping: Any = listings_of(tables, tree) if name == "listings" else getattr(tables, name)
        sections[name] = _write_cells(file, name, _buckets(mapping))
    for name in _ROWS:
        rows: Any = tuple(diagnostics) if name == "diagnostics" else getattr(tables, name)
        plain = _deep if name == "diagnostics" else _plain
        sections[name] = _write_cells(file, name, map(plain, rows))
    directory = dumps((identity(place), tuple(map(_plain, sources)), sections, _deep(tables.meta)))
    offset = file.tell()
    file.write(directory)
    file.seek(0)
    file.write(_head(read_at, offset, len(directory), crc32(directory)))


def _write_cells(file: BinaryIO, name: str, cells: Iterable[Any]) -> tuple[int, int]:
    table: list[bytes] = []
    title, offset = name.encode(), file.tell()
    for number, cell in enumerate(cells):
        data = b"" if cell is None else dumps(cell)
        entry = offset.to_bytes(8, "little") + len(data).to_bytes(4, "little")
        check = crc32(data, crc32(b"%s:%d:%d:%d" % (title, number, offset, len(data))))
        table.append(entry + check.to_bytes(4, "little"))
        file.write(data)
        offset += len(data)
    file.write(b"".join(table))
    return offset, len(table)


def _buckets(mapping: dict[str, Any]) -> Iterator[Any]:
    count = max(1, len(mapping) // 2) if mapping else 0
    buckets: list[list[Any] | None] = [None] * count
    for key in sorted(mapping):
        number = crc32(key.encode("utf-8", "surrogatepass")) % count
        bucket = buckets[number]
        if bucket is None:
            bucket = buckets[number] = []
        bucket += (key, _plain(mapping[key]))
    return (None if bucket is None else tuple(bucket) for bucket in buckets)


def _plain(value: Any) -> Any:
    """A record as a plain tuple, as `marshal` wants it; what it holds is plain already."""
    return tuple(value) if isinstance(value, tuple) else value


def _deep(value: Any) -> Any:
    """The value with records made plain tuples, as `marshal` wants them."""
    if isinstance(value, tuple):
        return tuple([_deep(item) for item in value])
    return value


def listings_of(tables: Tables, tree: DiskTree) -> dict[str, Any]:
    """What globs, directories, `when_files` and ignore files give now, with what proves it later."""
    from .listings import listings

    return listings(tables, tree)


def identity(place: Place) -> tuple[str, ...]:
    """What a stored index must have in common with the one that is asked for."""
    own = os.environ.get("CTXLOAD_USER_INDEX", "")
    version = f"{__version__}/{sys.implementation.cache_tag}/{marshal_version}"
    return (version, place.path, place.root, own and os.path.abspath(own), *place.passed_over)


def path_for(place: Place) -> str:
    """Where the snapshot of a place is kept, or an empty text where there is no cache."""
    folder = cache_folder()
    if not folder:
        return ""
    key = "\0".join(identity(place)).encode("utf-8", "surrogateescape")
    return os.path.join(folder, f"{crc32(key):08x}{crc32(key, 0x5EED):08x}.index")


def _tidy(folder: str) -> None:
    """Removes what killed processes left behind, and snapshots that nobody made anew for a long time."""
    from time import time

    now = time()
    try:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            age = now - os.stat(path).st_mtime
            if (name.endswith(".tmp") and age > 3600) or (name.endswith(".index") and age > KEEP_SECONDS):
                os.unlink(path)
    except OSError:
        pass

"""The compiled index as it is stored: a file of cells, each with a checksum, of which only the needed are read.

    head     magic, when the sources were last looked at, place and checksum of the directory
    cells    one after the other: texts, numbers and tuples, as `marshal` writes them
    index    for each section, 16 bytes a cell: offset, length, checksum; the listings are the last section
    directory  identity, sources with their signatures, the sections, what holds for the whole index

A mapping is a section whose cells are buckets: the bucket of a key is the CRC of its name. The checksum of a cell
covers its section, number, offset and length, so that a flipped bit anywhere is noticed before anything is decoded: it
is a miss, never a wrong answer. A snapshot is replaced whole, by rename; a kill at any moment leaves the old or none.

What patterns meant on disk (the listings) is as good as the folders it was read from, which change more often than the
index: it has a time of its own, and is worked out anew without the rest (`renew`).
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
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, BinaryIO, TypeVar

    from .diagnostics import Diagnostic
    from .discover import Place
    from .gather import Read

    T = TypeVar("T")

MAGIC = b"ctxload2"
#: Goes up whenever what is stored changes its shape or its meaning.
FORMAT = 5
#: magic · read_at (8) · offset, length, checksum of the directory (8, 8, 4) · checksum of these (4)
HEAD = 40
CELL = 16
#: A file younger than this when it was read may change again within the clock's grain.
GRAIN_NS = 2_000_000_000
#: A snapshot that was not made anew for this long is removed when another is stored.
KEEP_SECONDS = 60 * 24 * 3600
#: A draft to which nothing was written for this long is what a killed process left.
DRAFT_SECONDS = 300
#: Listings are worked out anew in a snapshot of at most this size, in bytes: the rest of it is copied.
RENEW_SIZE = 16_000_000

_MAPS = ("keys", "parts", "agents", "ids", "bundles", "tags")
_ROWS = ("keywords", "entries", "rules", "diagnostics")


class DamagedSnapshot(Exception):
    """A stored index that cannot be trusted; the answer comes from the index itself."""


class Directory(Record):
    """What a snapshot says of itself.

    `sources` hold path, signature, checksum and how much was read; `listed_at` and `listings_at` are the time and the
    offset at which the listings begin.
    """

    identity: tuple[str, ...]
    sources: tuple[tuple[str, tuple[int, ...], int, int], ...]
    sections: dict[str, tuple[int, int]]
    meta: tuple[Any, ...]
    listed_at: int
    listings_at: int


class Stored(Record):
    """A snapshot that fits its sources."""

    tables: Tables
    diagnostics: tuple[Diagnostic, ...]
    tree: DiskTree


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


class OpenFile:
    """A file that is closed with the last thing that reads it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        close(self.number)


class Cells:
    """The cells of one section of an open snapshot."""

    __slots__ = ("_file", "_name", "_start", "count")

    def __init__(self, file: OpenFile, name: str, start: int, count: int) -> None:
        self._file = file
        self._name = name
        self._start = start
        self.count = count

    def read(self, number: int) -> Any:
        """What a cell holds; DamagedSnapshot when its checksum does not hold."""
        entry = _read(self._file, CELL, self._start + CELL * number)
        offset, length = int.from_bytes(entry[:8], "little"), int.from_bytes(entry[8:12], "little")
        if offset + length > self._start:  # not known to be sound yet: no reason to ask for gigabytes
            raise DamagedSnapshot(self._name)
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

    def stack(self) -> tuple[tuple[str, str], ...]:
        known = self._stored.get("s:")
        return super().stack() if known is None or not self._same(known[1]) else known[0]

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
            now = self._signs.get(path)
            if now is None:
                try:
                    now = signature(os.stat(self._full(path)))
                except OSError:
                    now = ()
                self._signs[path] = now
            if now != sign:
                self.outdated = True
                return False
            if sign and max(sign[1], sign[2]) + GRAIN_NS > self._listed_at:
                self.outdated = self.outdated or max(sign[1], sign[2]) + GRAIN_NS <= _now()
                return False
        return True


def load(place: Place) -> Stored | None:
    """The stored index of a place, if there is one that fits; None is no fault."""
    path = path_for(place)
    if not path:
        return None
    try:
        file = _open(path)
        return _load(file, place, path) if is_ours(os.path.dirname(path)) else None
    except (DamagedSnapshot, OSError, *_UNDECODED):
        return None


#: What `marshal` and the code around it raise for values of another shape.
_UNDECODED = (ValueError, EOFError, TypeError, IndexError, KeyError)


def _open(path: str) -> OpenFile:
    """A snapshot, opened: a file of this user that nobody else can write, and no pipe that would be waited for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = OpenFile(os.open(path, flags))
    if not is_ours("", found=os.fstat(file.number)):
        raise DamagedSnapshot("others may have written it")
    return file


def _directory(file: OpenFile) -> tuple[bytes, Directory]:
    """The head and the directory of a snapshot; DamagedSnapshot when one of their checksums does not hold."""
    head = _read(file, HEAD, 0)
    if head[:8] != MAGIC or int.from_bytes(head[36:40], "little") != crc32(head[:36]):
        raise DamagedSnapshot("head")
    directory = _read(file, int.from_bytes(head[24:32], "little"), int.from_bytes(head[16:24], "little"))
    if crc32(directory) != int.from_bytes(head[32:36], "little"):
        raise DamagedSnapshot("directory")
    return head, Directory.of(loads(directory))


def _load(file: OpenFile, place: Place, path: str) -> Stored | None:
    head, (same, sources, sections, meta, listed_at, _) = _directory(file)
    if same != identity(place) or not _is_fresh(sources, int.from_bytes(head[8:16], "little"), path, file, head):
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
    return Stored(tables, findings, StoredTree(place.root, StoredMap(cells["listings"]), listed_at))


def _diagnostic(values: tuple[Any, ...]) -> Diagnostic:
    from .diagnostics import Diagnostic, Related

    found = Diagnostic.of(values)
    return found.replace(related=tuple(Related.of(tuple(place)) for place in found.related)) if found.related else found


def _is_fresh(
    sources: tuple[tuple[str, tuple[int, ...], int, int], ...],
    read_at: int,
    path: str = "",
    file: OpenFile | None = None,
    head: bytes = b"",
) -> bool:
    """Whether the sources are as they were read; looks into those that were too young then for a `stat` to tell.

    The time of that look is noted in the snapshot, if one is given.
    """
    racy = False
    for source, sign, _, _ in sources:
        try:
            here = signature(os.stat(source))
        except OSError:
            here = ()
        if here != sign:
            return False
        racy = racy or (bool(sign) and max(sign[1], sign[2]) + GRAIN_NS > read_at)
    if not racy:
        return True
    now = _now()
    if not _still_reads_the_same(sources):
        return False
    if file is not None:
        _note_time(path, file, head, now)
    return True


def _still_reads_the_same(sources: tuple[tuple[str, tuple[int, ...], int, int], ...]) -> bool:
    """For files that were too young to trust: whether they hold what was read."""
    for path, sign, checksum, limit in sources:
        if not sign:
            continue
        if not limit:  # it could not be read; whether it can now, only reading the index tells
            return False
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as source:
            if crc32(source.read(limit)) != checksum or signature(os.fstat(descriptor)) != sign:
                return False
    return True


def _now() -> int:
    from time import time_ns

    return time_ns()


def _note_time(path: str, file: OpenFile, head: bytes, now: int) -> None:
    """Writes the time of the last look into the head, in place: at worst it is lost, or the snapshot with it."""
    try:
        writable = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return
    try:
        if os.path.samestat(os.fstat(writable), os.fstat(file.number)):  # else another process has just replaced it
            os.write(writable, _head(now, *_directory_place(head)))
    except OSError:
        pass
    finally:
        os.close(writable)


def _directory_place(head: bytes) -> tuple[int, int, int]:
    return (
        int.from_bytes(head[16:24], "little"),
        int.from_bytes(head[24:32], "little"),
        int.from_bytes(head[32:36], "little"),
    )


def _head(read_at: int, offset: int, length: int, checksum: int) -> bytes:
    head = MAGIC + b"".join(n.to_bytes(8, "little") for n in (read_at, offset, length)) + checksum.to_bytes(4, "little")
    return head + crc32(head).to_bytes(4, "little")


def _read(file: OpenFile, length: int, offset: int) -> bytes:
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


def _check(name: str, number: int, offset: int, data: bytes) -> int:
    return crc32(data, crc32(f"{name}:{number}:{offset}:{len(data)}".encode()))


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def store(
    place: Place,
    tables: Tables,
    diagnostics: Iterable[Diagnostic],
    sources: Iterable[Read],
    tree: DiskTree,
    read_at: int,
) -> str:
    """Stores a compiled index; why it could not be stored, or an empty text. Never raises for the disk.

    `tree` must remember nothing yet, so that what patterns mean is looked up now.
    """
    path = path_for(place)
    if wrong := make_folder(os.path.dirname(path)):
        return wrong
    wrong = _replace(path, lambda file: _write(file, place, tables, diagnostics, sources, tree, read_at))
    if not wrong:
        _tidy(os.path.dirname(path))
    return wrong


def renew(place: Place) -> None:
    """Works out anew what the patterns of a stored index mean, the rest of it copied as it is."""
    path = path_for(place)
    try:
        file = _open(path)
        head, directory = _directory(file)
        known = StoredMap(Cells(file, "listings", *directory.sections["listings"])).names()
        if directory.identity != identity(place) or os.fstat(file.number).st_size > RENEW_SIZE:
            return
        kept = _read(file, directory.listings_at, 0)
    except (DamagedSnapshot, OSError, *_UNDECODED):
        return
    if is_ours(os.path.dirname(path)):
        from .listings import again

        listed_at = _now()
        listings = again(known, DiskTree(place.root))
        _replace(path, lambda new: _finish(new, kept, directory.replace(listed_at=listed_at), listings, head))


def _replace(path: str, write: Callable[[BinaryIO], None]) -> str:
    """Writes a file beside the old one and puts it in its place; why that failed, or an empty text."""
    temporary = f"{path}.{os.getpid()}.{_now():x}.tmp"
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        return f"{os.path.dirname(path)} cannot be written: {error.strerror or error}"
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
        os.replace(temporary, path)
    except BaseException as error:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        if not isinstance(error, OSError | ValueError | MemoryError):
            raise
        return f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
    return ""


def _write(
    file: BinaryIO,
    place: Place,
    tables: Tables,
    diagnostics: Iterable[Diagnostic],
    sources: Iterable[Read],
    tree: DiskTree,
    read_at: int,
) -> None:
    file.write(b"\0" * HEAD)
    sections: dict[str, tuple[int, int]] = {}
    for name in _MAPS:
        sections[name] = _write_cells(file, name, _buckets(getattr(tables, name)))
    for name in _ROWS:
        rows: Any = tuple(diagnostics) if name == "diagnostics" else getattr(tables, name)
        plain = _deep if name == "diagnostics" else _plain
        sections[name] = _write_cells(file, name, map(plain, rows))
    directory = Directory(
        identity(place), tuple(map(_plain, sources)), sections, _deep(tables.meta), _now(), file.tell()
    )
    _finish(file, b"", directory, listings_of(tables, tree), _head(read_at, 0, 0, 0))


def _finish(file: BinaryIO, kept: bytes, directory: Directory, listings: Mapping[str, Any], head: bytes) -> None:
    """Writes what comes after the other sections: the listings and the directory; then the head, its time as it was."""
    file.write(kept)
    cells = _write_cells(file, "listings", _buckets(listings))
    data = dumps(tuple(directory.replace(sections={**directory.sections, "listings": cells})))
    offset = file.tell()
    file.write(data)
    file.seek(0)
    file.write(_head(int.from_bytes(head[8:16], "little"), offset, len(data), crc32(data)))


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


def _buckets(mapping: Mapping[str, Any]) -> Iterator[Any]:
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
    return (_version(), place.path, place.root, own and os.path.abspath(os.path.expanduser(own)), *place.passed_over)


def _version() -> str:
    return f"{__version__}/{FORMAT}/{sys.implementation.cache_tag}/{marshal_version}"


def path_for(place: Place) -> str:
    """Where the snapshot of a place is kept, or an empty text where there is no cache."""
    folder = cache_folder()
    if not folder:
        return ""
    key = "\0".join(identity(place)).encode("utf-8", "surrogatepass")
    return os.path.join(folder, f"{crc32(key):08x}{crc32(key, 0x5EED):08x}.index")


def is_own(name: str) -> bool:
    """Whether a file of this name in the cache is one of ours: a snapshot, or one that was being written."""
    key, _, kind = name.partition(".")
    ours = len(key) == 16 and not set(key) - set("0123456789abcdef")
    return ours and (kind == "index" or (kind.startswith("index.") and kind.endswith(".tmp")))


def _tidy(folder: str) -> None:
    """Removes what killed processes left behind, and snapshots that nobody made anew for a long time."""
    now = _now()
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in filter(is_own, names):
        path = os.path.join(folder, name)
        try:
            age = (now - os.lstat(path).st_mtime_ns) // 1_000_000_000
            if age > (DRAFT_SECONDS if name.endswith(".tmp") else KEEP_SECONDS):
                os.unlink(path)
        except OSError:  # another process was quicker
            pass


# ── looking after them ───────────────────────────────────────────────────────────────────────────────────


class Snapshot(Record):
    """A snapshot file, for people.

    `state` is `fresh`, `stale`, `damaged`, `other version` (of ctxload or Python) or `unsafe` (others may have written
    it); what is not known is empty.
    """

    path: str
    state: str
    size: int
    stored_at: int
    version: str = ""
    index: str = ""
    root: str = ""


def inspect(path: str) -> Snapshot:
    """What a snapshot file holds and whether it would serve, every byte of it looked at. Raises OSError."""
    found = os.lstat(path)
    size, stored_at = found.st_size, found.st_mtime_ns
    if not is_ours("", found=found):
        return Snapshot(path, "unsafe", size, stored_at)
    try:
        file = _open(path)
        data = _read(file, size, 0)
        if data[:7] == MAGIC[:7] and data[:8] != MAGIC:
            return Snapshot(path, "other version", size, stored_at)
        head, directory = _directory(file)
        version, index, root = directory.identity[:3]
        if version != _version():
            state = "other version"
        elif not _is_whole(data, directory.sections):
            state = "damaged"
        else:
            state = "fresh" if _is_fresh(directory.sources, int.from_bytes(head[8:16], "little")) else "stale"
    except (DamagedSnapshot, OSError, *_UNDECODED):
        return Snapshot(path, "damaged", size, stored_at)
    return Snapshot(path, state, size, stored_at, version, index, root)


def _is_whole(data: bytes, sections: dict[str, tuple[int, int]]) -> bool:
    for name, (start, count) in sections.items():
        for number in range(count):
            entry = data[start + CELL * number : start + CELL * (number + 1)]
            offset, length = int.from_bytes(entry[:8], "little"), int.from_bytes(entry[8:12], "little")
            if int.from_bytes(entry[12:], "little") != _check(name, number, offset, data[offset : offset + length]):
                return False
    return True

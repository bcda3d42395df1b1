"""A git repository, read without git: where it is, the commit that is checked out, and the objects of a commit.

Nothing in it is run or followed to another machine, and no setting of it is read. Everything is bounded: a clone may
hold any bytes.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: The largest object and the largest list of names that is read, in bytes; how much is unpacked for one answer in all.
OBJECT_SIZE, NAMES_SIZE, WORK = 32_000_000, 64_000_000, 1_000_000_000
#: How many steps a chain may have: of links from name to name, of stores of objects, of changes to an object.
NAMES_DEEP, STORES, CHANGES = 5, 16, 4_096
#: How deep folders lie in each other, how many of them are read, and how many files a commit may hold.
TREES_DEEP, TREES, FILES = 500, 100_000, 1_000_000
COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
_OFFSET_CHANGE, _NAMED_CHANGE = 6, 7
_KINDS = {b"commit": COMMIT, b"tree": TREE, b"blob": BLOB, b"tag": TAG}


class UnreadableRepository(Exception):
    """Why a repository cannot be read."""


class MissingObject(UnreadableRepository):
    """An object that a shallow or partial clone does not have."""


class TooLargeObject(UnreadableRepository):
    """An object, or another file of it, that is larger than what is read."""


class Repository:
    """The repository of a work tree: its top, and the folders with what is of this work tree and of all."""

    def __init__(self, top: str, folder: str, common: str) -> None:
        self.top, self.folder, self.common = top, folder, common
        self._left = WORK
        self._stores = [*dict.fromkeys(_stores(os.path.join(common, "objects")))]
        self._packs: list[Pack] | None = None

    @staticmethod
    def of(folder: str) -> Repository | None:
        """The repository that a folder belongs to."""
        folder = os.path.abspath(folder)
        while True:
            if found := _repository(folder):
                return found
            if folder == (folder := os.path.dirname(folder)):
                return None

    def index(self, limit: int) -> tuple[bytes, int]:
        """The bytes of the index, and when it was written, in nanoseconds; none where nothing was ever added."""
        try:
            return read(os.path.join(self.folder, "index"), limit)
        except FileNotFoundError:
            return b"", 0

    def close(self) -> None:
        """Closes the packs."""
        for pack in self._packs or ():
            pack.close()
        self._packs = None

    # ── names of commits ─────────────────────────────────────────────────────────────────────────────────

    def head(self) -> bytes:
        """The name of the commit that is checked out; empty before the first."""
        return self.named("HEAD")

    def named(self, name: str) -> bytes:
        """The name of the object that a branch, a tag or HEAD means; empty where there is none."""
        if os.path.lexists(os.path.join(self.common, "reftable")):
            raise UnreadableRepository("its branches are kept in a reftable, which is not read here")
        first = name
        for _ in range(NAMES_DEEP):
            line = self._ref(name)
            if not line.startswith("ref:"):
                if line and len(line) not in (40, 64):
                    raise UnreadableRepository(f"its {first} names no commit")
                return bytes.fromhex(line)
            name = line[4:].strip()
            if not name.startswith("refs/") or ".." in name.split("/") or "\\" in name or ":" in name:
                raise UnreadableRepository(f"its {first} names no branch")
        raise UnreadableRepository(f"its {first} leads in a circle")

    def _ref(self, name: str) -> str:
        for folder in (self.folder, self.common):
            try:
                data, _ = read(os.path.join(folder, *name.split("/")), 4_096)
                return data.decode("utf-8", "surrogateescape").strip()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
        try:
            data, _ = read(os.path.join(self.common, "packed-refs"), NAMES_SIZE)
        except FileNotFoundError:
            return ""
        end = data.find(f" {name}\n".encode("utf-8", "surrogateescape"))
        return data[max(data.rfind(b"\n", 0, end) + 1, 0) : end].decode("latin-1") if end > 0 else ""

    # ── trees ────────────────────────────────────────────────────────────────────────────────────────────

    def tree_of(self, commit: bytes) -> bytes:
        """The name of the tree of a commit."""
        line = self.object(commit, COMMIT).partition(b"\n")[0]
        if not line.startswith(b"tree "):
            raise UnreadableRepository("its HEAD isn't a commit")
        return bytes.fromhex(line[5:].decode("latin-1"))

    def files(self, tree: bytes, folders: dict[str, bytes]) -> tuple[dict[str, bytes], set[str]]:
        """The files of a tree with their digests; folders that are, as `folders` has it, the same are only named."""
        found: dict[str, bytes] = {}
        same: set[str] = set()
        waiting = [("", tree, 0)]
        seen = 0
        while waiting:
            folder, digest, depth = waiting.pop()
            if folders.get(folder) == digest:
                same.add(folder)
                continue
            seen += 1
            if depth > TREES_DEEP or seen > TREES or len(found) > FILES:
                raise UnreadableRepository(
                    f"its commit holds more than {FILES:,} files or {TREES:,} folders, or too deep ones"
                )
            for mode, name, inner in items_of(self.object(digest, TREE), len(digest)):
                path = f"{folder}/{name}" if folder else name
                if mode in (b"40000", b"040000"):
                    waiting.append((path, inner, depth + 1))
                else:
                    found[path] = inner
        return found, same

    # ── objects ──────────────────────────────────────────────────────────────────────────────────────────

    def object(self, name: bytes, kind: int) -> bytes:
        """The bytes of an object of this kind."""
        found, data = self.any_object(name)
        if found != kind:
            raise UnreadableRepository(f"an object is of another kind: {name.hex()}")
        return data

    def any_object(self, name: bytes) -> tuple[int, bytes]:
        """The kind of an object and its bytes, the changes that a pack holds of it applied."""
        changes: list[bytes] = []
        while True:
            place = self._loose(name) or self._packed(name)
            if isinstance(place, bytes):
                found, data = _loose_kind(place)
            elif place:
                found, data, name = self._unpack(*place, changes)
            else:
                raise MissingObject(f"an object doesn't exist: {name.hex()}")
            if found != _NAMED_CHANGE:
                break
            changes.append(data)
        for change in reversed(changes):
            data = self._spend(_changed(data, change))
        return found, data

    def begins_with(self, begin: str) -> set[bytes]:
        """The names of the objects whose hexadecimal form begins so, of at least four signs."""
        found = set()
        for store in self._stores:
            try:
                rest = os.listdir(os.path.join(store, begin[:2]))
            except OSError:
                continue
            found |= {begin[:2] + one for one in rest if one.startswith(begin[2:]) and len(one) in (38, 62)}
        return {*map(bytes.fromhex, found), *(name for pack in self._all_packs() for name in pack.begins_with(begin))}

    def _unpack(self, pack: Pack, at: int, changes: list[bytes]) -> tuple[int, bytes, bytes]:
        """What stands in a pack: its kind, its bytes, and the name of the object that they change, if they do."""
        while True:
            kind, data, base, before = pack.at(at)
            self._spend(data)
            if len(changes) > CHANGES:
                raise UnreadableRepository("an object is changed too often")
            if kind != _OFFSET_CHANGE:
                return kind, data, base
            changes.append(data)
            at = before

    def _spend(self, data: bytes) -> bytes:
        self._left -= len(data) + 100
        if self._left < 0:
            raise UnreadableRepository(f"its commit is larger than {WORK:,} bytes")
        return data

    def _loose(self, name: bytes) -> bytes:
        text = name.hex()
        for store in self._stores:
            try:
                data, _ = read(os.path.join(store, text[:2], text[2:]), OBJECT_SIZE)
            except (FileNotFoundError, NotADirectoryError):
                continue
            return self._spend(inflate(data, OBJECT_SIZE))
        return b""

    def _packed(self, name: bytes) -> tuple[Pack, int] | None:
        packs = self._all_packs()
        for number, pack in enumerate(packs):
            if at := pack.find(name):
                packs.insert(0, packs.pop(number))  # the next one is most likely there, too
                return pack, at
        return None

    def _all_packs(self) -> list[Pack]:
        if self._packs is None:
            self._packs = []
            for store in self._stores:
                self._packs += map(Pack, _pack_names(os.path.join(store, "pack")))
        return self._packs


class Pack:
    """A pack of objects, and the list of what is in it."""

    def __init__(self, path: str) -> None:
        self._names = open_file(path + ".idx")
        try:
            head = self._names.read(8 + 1024)
            self._ends = [int.from_bytes(head[8 + 4 * n : 12 + 4 * n], "big") for n in range(256)]
            if head[:8] != b"\xfftOc\0\0\0\x02" or sorted(self._ends) != self._ends:
                raise UnreadableRepository("a pack's list is of a kind that is not read here: `git gc` makes another")
            self._objects = open_file(path + ".pack")
        except BaseException:
            self._names.close()
            raise

    def close(self) -> None:
        """Closes both files."""
        self._names.close()
        self._objects.close()

    def find(self, name: bytes) -> int:
        """Where an object begins; 0 where it is not here."""
        width, count = len(name), self._ends[255]
        first, end, names = self._names_at(name[0], width)
        low, high = 0, end - first
        while low < high:
            middle = (low + high) // 2
            if names[width * middle : width * (middle + 1)] < name:
                low = middle + 1
            else:
                high = middle
        if names[width * low : width * (low + 1)] != name:
            return 0
        table = 8 + 1024 + (width + 4) * count
        at = int.from_bytes(self._part(table + 4 * (first + low), 4), "big")
        if at & 0x80000000:
            at = int.from_bytes(self._part(table + 4 * count + 8 * (at & 0x7FFFFFFF), 8), "big")
        return at

    def _names_at(self, begin: int, width: int) -> tuple[int, int, bytes]:
        """The names that begin with a byte, one after the other, and which numbers in the list they have."""
        first, end = self._ends[begin - 1] if begin else 0, self._ends[begin]
        if width * (end - first) > NAMES_SIZE:
            raise UnreadableRepository("a pack's list is too long")
        return first, end, self._part(8 + 1024 + width * first, width * (end - first))

    def begins_with(self, begin: str) -> set[bytes]:
        """The names of the objects in it whose hexadecimal form begins so."""
        width = 32 if self._is_wide() else 20
        first, end, names = self._names_at(int(begin[:2], 16), width)
        listed = (names[width * number : width * (number + 1)] for number in range(end - first))
        return {name for name in listed if name.hex().startswith(begin)}

    def _part(self, at: int, size: int) -> bytes:
        self._names.seek(at)
        return self._names.read(size)

    def at(self, begin: int) -> tuple[int, bytes, bytes, int]:
        """The kind of what begins here, its bytes, and the object that it changes: its name, or where it begins."""
        self._objects.seek(begin)
        head = self._objects.read(64)
        at, byte = 1, head[0] if head else 0
        kind, size, shift = (byte >> 4) & 7, byte & 15, 4
        while byte & 128 and at < 12:
            byte = head[at]
            size |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
        base, before = b"", 0
        if kind == _NAMED_CHANGE:
            width = 32 if self._is_wide() else 20
            base, at = head[at : at + width], at + width
        elif kind == _OFFSET_CHANGE:
            back, at = _back(head, at)
            before = begin - back
            if not 0 < before < begin:
                raise UnreadableRepository("a pack is damaged")
        if size > OBJECT_SIZE:
            raise TooLargeObject(f"an object is larger than {OBJECT_SIZE:,} bytes")
        self._objects.seek(begin + at)
        return kind, self._inflate(size), base, before

    def _is_wide(self) -> bool:
        """Whether names are of 32 bytes, by the size of the list."""
        size, count = os.fstat(self._names.fileno()).st_size, self._ends[255]
        return size >= 8 + 1024 + 40 * count + 64

    def _inflate(self, size: int) -> bytes:
        work, out = zlib.decompressobj(), b""
        while not work.eof and len(out) <= size and (data := self._objects.read(min(size + 1024, 1 << 20))):
            try:
                out += work.decompress(data, size + 1 - len(out))
            except zlib.error:
                break
        if len(out) != size:
            raise UnreadableRepository("a pack is damaged")
        return out


def _back(head: bytes, at: int) -> tuple[int, int]:
    value = -1
    for byte in head[at : at + 10]:
        at += 1
        value = ((value + 1) << 7) | (byte & 127)
        if byte < 128:
            break
    return value, at


def _changed(base: bytes, change: bytes) -> bytes:
    """An object from another one and what a pack says is changed in it."""
    at, sizes = 0, []
    for _ in range(2):
        value, shift = 0, 0
        for byte in change[at : at + 10]:
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        sizes.append(value)
    if sizes[1] > OBJECT_SIZE:
        raise TooLargeObject(f"an object is larger than {OBJECT_SIZE:,} bytes")
    if sizes[0] != len(base):
        raise UnreadableRepository("a pack is damaged")
    out = bytearray()
    while at < len(change) and len(out) <= sizes[1]:
        code = change[at]
        at += 1
        if code & 128:
            numbers = [0] * 7
            for bit in range(7):
                if code >> bit & 1 and at < len(change):
                    numbers[bit] = change[at]
                    at += 1
            begin, size = int.from_bytes(numbers[:4], "little"), int.from_bytes(numbers[4:], "little") or 0x10000
            out += base[begin : begin + size]
        else:
            out += change[at : at + code]
            at += code
            if not code:
                raise UnreadableRepository("a pack is damaged")
    if len(out) != sizes[1]:
        raise UnreadableRepository("a pack is damaged")
    return bytes(out)


def items_of(data: bytes, width: int) -> Iterator[tuple[bytes, str, bytes]]:
    """The mode, name and digest of each item of a tree."""
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 8)
        end = data.find(b"\0", space)
        if space < 0 or end < 0 or end + 1 + width > len(data):
            raise UnreadableRepository("a tree is damaged")
        yield data[at:space], data[space + 1 : end].decode("utf-8", "surrogateescape"), data[end + 1 : end + 1 + width]
        at = end + 1 + width


def _loose_kind(data: bytes) -> tuple[int, bytes]:
    head, _, body = data.partition(b"\0")
    return _KINDS.get(head.partition(b" ")[0], 0), body


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def _repository(top: str) -> Repository | None:
    folder = os.path.join(top, ".git")
    try:
        if os.path.isfile(folder):
            line = read(folder, 4_096)[0].decode("utf-8", "surrogateescape")
            if not line.startswith("gitdir:"):
                return None
            folder = local(top, line[7:].strip())
        if not os.path.isfile(os.path.join(folder, "HEAD")):
            return None
        try:
            common = local(
                folder, read(os.path.join(folder, "commondir"), 4_096)[0].decode("utf-8", "surrogateescape").strip()
            )
        except FileNotFoundError:
            common = folder
    except OSError as error:
        raise UnreadableRepository(error.strerror or str(error)) from None
    return Repository(top, folder, common)


def local(folder: str, name: str) -> str:
    """A path that a repository names, from a folder; never one on another machine, which Windows would sign in to."""
    if not name or "\0" in name or (sys.platform == "win32" and name.replace("\\", "/").startswith("//")):
        raise UnreadableRepository("it names a folder on another machine")
    return os.path.normpath(os.path.join(folder, name))


def _stores(folder: str, depth: int = 0) -> Iterator[str]:
    """The folders of objects: a repository's own, and those of others that it borrows from."""
    yield folder
    try:
        data, _ = read(os.path.join(folder, "info", "alternates"), 65_536)
    except OSError:
        return
    lines = [line for line in data.decode("utf-8", "surrogateescape").splitlines() if line and not line.startswith("#")]
    for line in lines[:STORES] if depth < 2 else ():
        yield from _stores(local(folder, line), depth + 1)


def _pack_names(folder: str) -> list[str]:
    try:
        names = set(os.listdir(folder))
    except OSError:
        return []
    found = sorted(name[:-4] for name in names if name.endswith(".idx") and name[:-4] + ".pack" in names)
    if len(found) > 1_000:
        raise UnreadableRepository("it has more than 1,000 packs: `git gc` joins them")
    return [os.path.join(folder, name) for name in found]


def open_file(path: str) -> BinaryIO:
    """A regular file, opened; a pipe is not waited for."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise UnreadableRepository(f"{os.path.basename(path)} isn't a regular file")
    return os.fdopen(number, "rb")


def read(path: str, limit: int) -> tuple[bytes, int]:
    """The bytes of a file, and when it was changed. Raises OSError, or UnreadableRepository where it is too large."""
    with open_file(path) as file:
        data = file.read(limit + 1)
        if len(data) > limit:
            raise TooLargeObject(f"{os.path.basename(path)} is larger than {limit:,} bytes")
        return data, os.fstat(file.fileno()).st_mtime_ns


def inflate(data: bytes, limit: int) -> bytes:
    """What was compressed, at most so many bytes."""
    work = zlib.decompressobj()
    try:
        out = work.decompress(data, limit)
    except zlib.error:
        out = b""
    if not work.eof:
        kind = TooLargeObject if len(out) >= limit else UnreadableRepository
        raise kind("an object is damaged, or too large")
    return out

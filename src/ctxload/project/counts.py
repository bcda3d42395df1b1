"""The words of each document of a project in normal form, ready to be counted, kept for as long as its files are the
same.

    head     magic, length and checksum of the identity, the identity
    record   length of what is said of a document, length of its words, checksum of the former; the two

Records are only added, each when its document has been counted: what was read is kept whenever the process ends. A
record that was cut off ends the file; of two for one document the later one counts. Only who has the right to make
what is kept of a project (`upkeep.Upkeep`) writes here.
"""

from __future__ import annotations

import os
from marshal import dumps, loads

from ..record import Record
from ..workspace.stamps import checksum, is_young
from .snapshot import UNDECODED, DamagedSnapshot, identity, number_at, open_snapshot, path_for, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from ..matching.document_index import Read
    from ..workspace.locations import Place
    from .snapshot import OpenFile

MAGIC = b"ctxcount"
#: magic · length of the identity (4) · checksum of it (8)
HEAD = 20
#: lengths of the two (4, 4) · checksum of the first (8)
RECORD = 16
#: So many more records than documents may be there before the file is written anew.
SUPERSEDED = 200


class Counted(Record):
    """What is kept of one document: when it was read, what is said of its files, and where its words stand, with their
    checksum.
    """

    read_at: int
    files: Read
    offset: int
    length: int
    check: int

    def is_of(self, signs: tuple[tuple[str, tuple[int, ...]], ...]) -> bool:
        """Whether it was counted from files that are the same still."""
        return self.files[0] == signs and not any(is_young(sign, self.read_at) for _, sign in signs)


class Counts:
    """The words of a project's documents by what names them: as they are kept, and more of them.

    Where nothing can be kept they are only remembered.
    """

    def __init__(self, place: Place) -> None:
        self._path = path_for(place, "counts")
        self._head = _head(place)
        self._kept: dict[int, Counted] = {}
        self._unkept: dict[int, bytes] = {}
        self._file: OpenFile | None = None
        self._end = self._records = 0
        self._writer = -1
        self._may_write = bool(self._path)
        try:
            self._read()
        except (DamagedSnapshot, OSError, *UNDECODED):
            self._file = None

    def get(self, key: int) -> Counted | None:
        """What is kept of a document."""
        return self._kept.get(key)

    def known(self, key: int) -> Counted:
        """What is kept of a document that is kept."""
        return self._kept[key]

    def forget(self) -> None:
        """Forgets all, on disk, too."""
        self._kept.clear()
        self._unkept.clear()
        self._file = None
        try:
            os.unlink(self._path)
        except OSError:
            pass

    def said(self, key: int) -> tuple[str, ...]:
        """The words of a document that is kept, by field. Raises DamagedSnapshot."""
        known, data = self._kept[key], self._unkept.get(key)
        if data is None:
            assert self._file is not None
            data = read(self._file, known.length, known.offset)
            if checksum(data) != known.check:
                raise DamagedSnapshot("counts")
        found: tuple[str, ...] = loads(data)
        return found

    def add(self, key: int, read_at: int, files: Read, words: tuple[str, ...]) -> None:
        """Keeps the words of a document, by field."""
        data = dumps(words)
        check = checksum(data)
        said = dumps((key, read_at, files, check))
        at = self._append(_record(said, data))
        self._kept[key] = Counted(read_at, files, at + RECORD + len(said), len(data), check)
        if at < 0:
            self._unkept[key] = data
        else:
            self._unkept.pop(key, None)

    def close(self) -> None:
        """Ends adding."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1

    def tidy(self, keys: Iterable[int]) -> None:
        """Writes the file anew, for these documents alone, where much in it is of no use any more."""
        wanted = set(keys) & self._kept.keys()
        if self._records > len(wanted) + SUPERSEDED:
            self._write_anew(wanted)

    # ── the file ───────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        self._file = file = open_snapshot(self._path)
        size = os.fstat(file.number).st_size
        if size < len(self._head) or read(file, len(self._head), 0) != self._head:
            raise DamagedSnapshot("of another version")
        self._end = len(self._head)
        while self._end + RECORD <= size:
            entry = read(file, RECORD, self._end)
            length, more = int.from_bytes(entry[:4], "little"), int.from_bytes(entry[4:8], "little")
            if self._end + RECORD + length + more > size:
                return
            said = read(file, length, self._end + RECORD)
            if checksum(said) != int.from_bytes(entry[8:], "little"):
                return
            key, read_at, files, check = loads(said)
            self._kept[key] = Counted(read_at, files, self._end + RECORD + length, more, check)
            self._end += RECORD + length + more
            self._records += 1

    def _append(self, record: bytes) -> int:
        """Where a record stands now; -1 where it could not be kept."""
        if not self._may_write:
            return -1
        try:
            if self._writer < 0:
                self._open_to_write()
            os.lseek(self._writer, self._end, os.SEEK_SET)
            whole = os.write(self._writer, record) == len(record)
        except (DamagedSnapshot, OSError):
            whole = False
        if not whole:
            self._may_write = False
            return -1
        at, self._end = self._end, self._end + len(record)
        self._records += 1
        return at

    def _open_to_write(self) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        if self._file is None:  # there is none, or none of ours: it begins anew
            from ..workspace.private_folder import make_folder

            if wrong := make_folder(os.path.dirname(self._path)):
                raise OSError(wrong)
            self._writer = os.open(self._path, flags | os.O_TRUNC, 0o600)
            os.write(self._writer, self._head)
            self._end, self._records = len(self._head), 0
            self._file = open_snapshot(self._path)
        else:
            self._writer = os.open(self._path, flags, 0o600)
            os.ftruncate(self._writer, self._end)  # what was cut off goes

    def _write_anew(self, keys: set[int]) -> None:
        from .snapshot_writer import replace_file

        def write(file: BinaryIO) -> None:
            file.write(self._head)
            for key in keys:
                known = self._kept[key]
                assert self._file is not None
                data = read(self._file, known.length, known.offset)
                said = dumps((key, known.read_at, known.files, known.check))
                file.write(_record(said, data))

        replace_file(self._path, write)


def _record(said: bytes, data: bytes) -> bytes:
    return b"".join((_four(said), _four(data), checksum(said).to_bytes(8, "little"), said, data))


def _head(place: Place) -> bytes:
    said = dumps(identity(place))
    return MAGIC + _four(said) + checksum(said).to_bytes(8, "little") + said


def made_for(file: OpenFile) -> tuple[str, ...]:
    """The identity of the index whose documents were counted. Raises DamagedSnapshot."""
    head = read(file, HEAD, 0)
    said = read(file, min(int.from_bytes(head[8:12], "little"), 1_000_000), HEAD)
    if head[:8] != MAGIC or checksum(said) != number_at(head, 12):
        raise DamagedSnapshot("counts")
    found: tuple[str, ...] = loads(said)
    return found


def _four(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little")


def key_of(name: str, about: str, paths: tuple[str, ...]) -> int:
    """What names a document: its entry, what that says of it, and its files."""
    return checksum("\0".join((name, about, *paths)).encode("utf-8", "surrogatepass"))

"""What is in the cache: each compiled index, with its state, where it came from and whether it would serve."""

from __future__ import annotations

import os

from ..record import Record
from ..workspace.locations import cache_folder, is_ours
from ..workspace.private_folder import make_folder, why_not_ours
from .snapshot import (
    CELL,
    MAGIC,
    UNDECODED,
    DamagedSnapshot,
    check_of,
    is_fresh,
    number_at,
    open_snapshot,
    read,
    read_directory,
    version,
)
from .snapshot_writer import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .snapshot import OpenFile


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


class Cache(Record):
    """The folder of compiled indexes: where it is, why it is not used (if so), and what is in it."""

    folder: str
    problem: str
    snapshots: tuple[Snapshot, ...]
    leftovers: tuple[str, ...]


def read_cache(*, inspected: bool = True) -> Cache:
    """The cache as it is now, each snapshot read to its end or only named."""
    folder = cache_folder()
    if not folder:
        return Cache("", make_folder(""), (), ())
    snapshots, leftovers = [], []
    try:
        names = sorted(filter(is_own, os.listdir(folder)))
    except FileNotFoundError:
        return Cache(folder, f"{folder} is a link that leads nowhere" if os.path.islink(folder) else "", (), ())
    except OSError as error:
        return Cache(folder, f"{folder} cannot be read: {error.strerror or error}", (), ())
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            continue
        if name.endswith(".tmp"):
            leftovers.append(path)
            continue
        try:
            snapshots.append(inspect(path) if inspected else Snapshot(path, "", 0, 0))
        except OSError:  # another process was quicker
            continue
    problem = "" if is_ours(folder) else why_not_ours(folder)
    if not problem and not os.access(folder, os.W_OK | os.X_OK):
        problem = f"{folder} cannot be written to"
    return Cache(
        folder, problem, tuple(sorted(snapshots, key=lambda one: (one.root, one.index, one.path))), tuple(leftovers)
    )


def inspect(path: str) -> Snapshot:
    """What a snapshot file holds and whether it would serve, every byte of it looked at. Raises OSError."""
    found = os.lstat(path)
    size, stored_at = found.st_size, found.st_mtime_ns
    if not is_ours("", status=found):
        return Snapshot(path, "unsafe", size, stored_at)
    try:
        file = open_snapshot(path)
        if path.endswith(".counts"):
            return _of_counts(path, file, size, stored_at)
        data = read(file, size, 0)
        if data[:7] == MAGIC[:7] and data[:8] != MAGIC:
            return Snapshot(path, "other version", size, stored_at)
        head, directory = read_directory(file)
        made_by, index, root = directory.identity[:3]
        if made_by != version():
            state = "other version"
        elif not _is_whole(data, directory.sections):
            state = "damaged"
        else:
            state = "fresh" if is_fresh(directory.sources, head) else "stale"
    except (DamagedSnapshot, OSError, *UNDECODED):
        return Snapshot(path, "damaged", size, stored_at)
    return Snapshot(path, state, size, stored_at, made_by, index, root)


def _of_counts(path: str, file: OpenFile, size: int, stored_at: int) -> Snapshot:
    """What is known of a file of counts; a record in it that isn't whole is passed over by who reads it."""
    from .counts import made_for

    made_by, index, root = made_for(file)[:3]
    return Snapshot(path, "fresh" if made_by == version() else "other version", size, stored_at, made_by, index, root)


def _is_whole(data: bytes, sections: dict[str, tuple[int, int, int]]) -> bool:
    for name, (start, count, _) in sections.items():
        for number in range(count):
            entry = data[start + CELL * number : start + CELL * (number + 1)]
            offset, length = number_at(entry, 0), int.from_bytes(entry[8:12], "little")
            if number_at(entry, 12) != check_of(name, number, entry[:12], data[offset : offset + length]):
                return False
    return True

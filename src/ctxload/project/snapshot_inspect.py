"""`ctxload compile` and `ctxload cache`: makes the compiled index now; shows where compiled indexes are, and clears them."""

from __future__ import annotations

import os
import time

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError
from ..load.conversation import files as conversation_files
from ..output import fail, finding_lines, remark, say
from ..record import Record
from ..text.escaping import escape
from ..workspace.locations import discover
from .build import build
from .evidence import has_evidence, make_evidence, stored_evidence
from .snapshot import (
    CELL,
    MAGIC,
    UNDECODED,
    DamagedSnapshot,
    cache_folder,
    check_of,
    is_fresh,
    is_ours,
    number_at,
    open_snapshot,
    path_for,
    read,
    read_directory,
    version,
)
from .snapshot_writer import is_own, make_folder, why_not_ours


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


def run_compile(index: str, root: str) -> int:
    """Makes the compiled index and stores it; the exit status."""
    begun = time.perf_counter()
    try:
        place = discover(index=index, root=root)
        project = build(place)
    except CtxloadError as error:
        return fail(error)
    remark(finding_lines([finding for finding in project.diagnostics if finding.severity != "note"]))
    seconds = time.perf_counter() - begun
    if project.unkept:
        remark([f"ctxload: the compiled index cannot be kept: {escape(project.unkept)}"])
        return EXIT_NO
    if has_evidence(place) and stored_evidence(project, looked=True) is None:
        make_evidence(project)
    path = path_for(place)
    what = (
        f"{_plural(len(project.tables.entries), 'entry', 'entries')}, {size_of(os.stat(path).st_size)}, {seconds:.3f} s"
    )
    remark([f"ctxload: {escape(place.name)} is compiled: {escape(path)} ({what})"])
    return EXIT_DONE


def run_cache(*, clear: bool, as_json: bool) -> int:
    """Shows the compiled indexes, or removes them; the exit status."""
    return clear_cache(as_json=as_json) if clear else show_cache(as_json=as_json)


def show_cache(*, as_json: bool) -> int:
    """Prints where the compiled indexes are, and each of them; the exit status."""
    cache = look()
    if as_json:
        import json

        say(json.dumps(_data(cache), indent=2) + "\n")
        return EXIT_DONE
    total = sum(snapshot.size for snapshot in cache.snapshots)
    count = sum(not _is_of_documents(one) for one in cache.snapshots)
    lines = [f"{cache.folder or 'no folder'}: {_plural(count, 'compiled index', 'compiled indexes')}, {size_of(total)}"]
    rows = [(one.state, size_of(one.size), _age(one), _whose(one)) for one in cache.snapshots]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines += [f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}" for row in rows]
    if cache.leftovers:
        lines.append(
            f"and {_plural(len(cache.leftovers), 'file', 'files')} that {'was' if len(cache.leftovers) == 1 else 'were'} being written"
        )
    say("".join(f"{escape(line)}\n" for line in lines))
    if cache.problem:
        remark([f"ctxload: this cache is not used: {escape(cache.problem)}"])
    return EXIT_DONE


def clear_cache(*, as_json: bool) -> int:
    """Removes the compiled indexes, what was being written, and what conversations were given, nothing else."""
    cache = look(inspected=False)
    removed, size, wrong = 0, 0, ""
    for path in (*(snapshot.path for snapshot in cache.snapshots), *cache.leftovers, *conversation_files(cache.folder)):
        try:
            found = os.lstat(path)
            os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong = f"{path} cannot be removed: {error.strerror or error}"
            continue
        removed, size = removed + 1, size + found.st_size
    if as_json:
        import json

        say(json.dumps({"folder": cache.folder, "removed": removed, "size": size, "problem": wrong or None}) + "\n")
    else:
        say(f"{escape(cache.folder) or 'no folder'}: {_plural(removed, 'file', 'files')} removed, {size_of(size)}\n")
    if wrong:
        remark([f"ctxload: {escape(wrong)}"])
    return EXIT_NO if wrong else EXIT_DONE


def look(*, inspected: bool = True) -> Cache:
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
    if not is_ours("", found=found):
        return Snapshot(path, "unsafe", size, stored_at)
    try:
        file = open_snapshot(path)
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


def _is_whole(data: bytes, sections: dict[str, tuple[int, int, int]]) -> bool:
    for name, (start, count, _) in sections.items():
        for number in range(count):
            entry = data[start + CELL * number : start + CELL * (number + 1)]
            offset, length = number_at(entry, 0), int.from_bytes(entry[8:12], "little")
            if number_at(entry, 12) != check_of(name, number, entry[:12], data[offset : offset + length]):
                return False
    return True


def _data(cache: Cache) -> dict[str, object]:
    return {
        "folder": cache.folder or None,
        "problem": cache.problem or None,
        "size": sum(snapshot.size for snapshot in cache.snapshots),
        "snapshots": [
            {
                "path": one.path,
                "kind": "documents" if _is_of_documents(one) else "index",
                "state": one.state,
                "root": one.root or None,
                "index": one.index or None,
                "size": one.size,
                "age_seconds": _seconds(one),
                "version": one.version or None,
            }
            for one in cache.snapshots
        ],
        "leftovers": list(cache.leftovers),
    }


def _whose(one: Snapshot) -> str:
    """The project of a snapshot and its index, as far as they are known."""
    if not one.root:
        return os.path.basename(one.path)
    inside = one.index.startswith(one.root.rstrip(os.sep) + os.sep)
    documents = ": what its documents talk about" if _is_of_documents(one) else ""
    return f"{one.root}  {os.path.relpath(one.index, one.root) if inside else one.index}{documents}"


def _is_of_documents(one: Snapshot) -> bool:
    return one.path.endswith(".documents")


def _seconds(one: Snapshot) -> int:
    return max(0, time.time_ns() - one.stored_at) // 1_000_000_000


def _age(one: Snapshot) -> str:
    seconds = _seconds(one)
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def size_of(count: int) -> str:
    """A number of bytes, as people read it.

    >>> size_of(512), size_of(12_345), size_of(3_200_000)
    ('512 B', '12.3 kB', '3.2 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"

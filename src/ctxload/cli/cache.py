"""`ctxload cache`: shows where compiled indexes are kept, and which there are; removes them."""

from __future__ import annotations

import os
import time

from ..errors import EXIT_DONE, EXIT_NO
from ..load.conversation import files as conversation_files
from ..output import remark, say
from ..project.snapshot_inspect import Cache, Snapshot, read_cache
from ..text.escaping import escape
from ..text.wording import counted, size_of

#: What stands behind the name of an index where a file is about its documents, by kind.
WHAT = {
    "documents": ": what its documents talk about",
    "changes": ": what a few of them that changed talk about",
    "counts": ": how often words stand in its documents",
}


def main(*, clear: bool, json: bool) -> int:
    """Shows the compiled indexes, or removes them; the exit status."""
    return clear_cache(as_json=json) if clear else show_cache(as_json=json)


def show_cache(*, as_json: bool) -> int:
    """Prints where the compiled indexes are, and each of them; the exit status."""
    cache = read_cache()
    if as_json:
        import json

        say(json.dumps(_data(cache), indent=2) + "\n")
        return EXIT_DONE
    total = sum(snapshot.size for snapshot in cache.snapshots)
    count = sum(_kind(one) == "index" for one in cache.snapshots)
    lines = [f"{cache.folder or 'no folder'}: {counted(count, 'compiled index', 'compiled indexes')}, {size_of(total)}"]
    rows = [(one.state, size_of(one.size), _age(one), _whose(one)) for one in cache.snapshots]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines += [f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}" for row in rows]
    if cache.leftovers:
        lines.append(
            f"and {counted(len(cache.leftovers), 'file', 'files')} that "
            f"{'was' if len(cache.leftovers) == 1 else 'were'} being written"
        )
    say("".join(f"{escape(line)}\n" for line in lines))
    if cache.problem:
        remark([f"ctxload: this cache is not used: {escape(cache.problem)}"])
    return EXIT_DONE


def clear_cache(*, as_json: bool) -> int:
    """Removes the compiled indexes, what was being written, and what conversations were given, nothing else."""
    cache = read_cache(inspected=False)
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
        say(f"{escape(cache.folder) or 'no folder'}: {counted(removed, 'file', 'files')} removed, {size_of(size)}\n")
    if wrong:
        remark([f"ctxload: {escape(wrong)}"])
    return EXIT_NO if wrong else EXIT_DONE


def _data(cache: Cache) -> dict[str, object]:
    return {
        "folder": cache.folder or None,
        "problem": cache.problem or None,
        "size": sum(snapshot.size for snapshot in cache.snapshots),
        "snapshots": [
            {
                "path": one.path,
                "kind": _kind(one),
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
    return f"{one.root}  {os.path.relpath(one.index, one.root) if inside else one.index}{WHAT.get(_kind(one), '')}"


def _kind(one: Snapshot) -> str:
    """What a file of the cache is: `index`, or one of `WHAT`."""
    return one.path.rpartition(".")[2]


def _seconds(one: Snapshot) -> int:
    return max(0, time.time_ns() - one.stored_at) // 1_000_000_000


def _age(one: Snapshot) -> str:
    seconds = _seconds(one)
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"

"""Public collections of other tools' files, read as a source: files found, read, lost and told, and how long it takes.

    python benchmarks/public_rules.py SOURCE FOLDER …

Each FOLDER is a clone, or a part of one, laid out as SOURCE (`cursor`, `agent-skills` …) looks for it. *Found* are the
files that fit the tool's places, counted without ctxload; *read* those that an entry stands for, or that another with
the same bytes or name stands for; *told* findings by severity. What is found, not read and not told is lost.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from fnmatch import fnmatch

from ctxload.formats import find
from ctxload.formats.sources import read_source
from ctxload.workspace.tree import DiskTree


def found_in(folder: str, places: tuple[str, ...]) -> set[str]:
    """The files that fit the places of a format, by a walk of our own."""
    found = set()
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "node_modules")]
        below = os.path.relpath(top, folder).replace(os.sep, "/")
        for name in names:
            path = name if below == "." else f"{below}/{name}"
            if any(fnmatch(path, place.replace("**/", "*")) for place in places):
                found.add(path)
    return found


def row(source: str, folder: str) -> str:
    """One row of the table."""
    form = find(source)
    found = found_in(folder, form.places)
    begin = time.perf_counter()
    live = read_source(DiskTree(folder), source)
    took = time.perf_counter() - begin
    read = {path.value for entry in live.index.entries for path in entry.paths}
    told = {finding.path for finding in live.findings}
    inside = {
        path
        for path in found
        if any(path.startswith(one.rpartition("/")[0] + "/") for one in read) and "/skills/" in f"/{path}"
    }
    lost = sorted(found - read - told - (inside if source == "agent-skills" else set()))
    counts = Counter(finding.severity for finding in live.findings)
    said = ", ".join(f"{counts[kind]} {kind}s" for kind in ("error", "warning", "note") if counts[kind]) or "nothing"
    for path in lost[:10]:
        print(f"lost: {path}", file=sys.stderr)
    return f"| {len(found):,} | {len(found & read):,} | {len(lost)} | {said} | {took:.1f} s |"


def main() -> None:
    """Prints a row for each folder."""
    source, *folders = sys.argv[1:]
    print("| files found | read | lost | told | wall time |\n| --- | --- | --- | --- | --- |")
    for folder in folders:
        print(row(source, folder))


if __name__ == "__main__":
    main()

"""Public collections of other tools' files, read as a source: files found, read, lost and told, and how long it takes.

    python benchmarks/public_rules.py SOURCE FOLDER …
    python benchmarks/public_rules.py --names SOURCE FOLDER …

Each FOLDER is a clone, or a part of one, laid out as SOURCE (`cursor`, `agent-skills` …) looks for it. *Found* are the
files that fit the tool's places, counted without ctxload; *read* those that an entry stands for, or that another with
the same bytes or name stands for; *told* findings by severity. What is found, not read and not told is lost. With
`--names`: of how many rules the task "Write some code with NAME for the new page" brings the rule first, in each mode.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from fnmatch import fnmatch

from ctxload import ContextLoader
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


def name_of(path: str) -> str:
    """The name of a rule as people write it: that of its file, or of the folder of a skill."""
    *folders, last = path.split("/")
    stem = folders[-1] if last == "SKILL.md" else last.removesuffix(".instructions.md").rpartition(".")[0] or last
    return stem.replace("-", " ").replace("_", " ")


def names(source: str, folder: str) -> str:
    """How many rules come first for their names."""
    loader = ContextLoader(root=folder, sources=[source])
    paths = [entry.paths[0].value for entry in loader.index().entries]
    counts = []
    for match in ("whole", "focused"):
        found = (
            loader.resolve(f"Write some code with {name_of(path)} for the new page", match=match) for path in paths
        )
        counts.append(sum(one.paths[:1] == (path,) for one, path in zip(found, paths, strict=True)))
    return f"{folder}: of {len(paths)} rules {counts[1]} come first, {counts[0]} by keywords alone"


def main() -> None:
    """Prints a row for each folder."""
    if sys.argv[1:2] == ["--names"]:
        for folder in sys.argv[3:]:
            print(names(sys.argv[2], folder))
        return
    source, *folders = sys.argv[1:]
    print("| files found | read | lost | told | wall time |\n| --- | --- | --- | --- | --- |")
    for folder in folders:
        print(row(source, folder))


if __name__ == "__main__":
    main()

"""A project as the text of its index gives it: read, compiled, and stored for the next time."""

from __future__ import annotations

import sys

from ..workspace.tree import DiskTree
from .snapshot import Project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import Evidence
    from ..workspace.locations import Place


def build(place: Place, *, keep: bool = True) -> Project:
    """The project, read and compiled from the text of its index, and stored unless `keep` is off.

    Raises IndexUnreadableError when the index cannot serve.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return _build(place, keep, _untold)
    from ..progress import Bar, can_show

    if not can_show():
        return _build(place, keep, _untold)
    with Bar(place.name) as bar:
        return _build(place, keep, bar.stage)


def _untold(stage: str) -> None:
    """Says nothing about a stage."""


def _build(place: Place, keep: bool, stage: Callable[[str], None]) -> Project:
    import gc
    from time import time_ns

    from ..matching.compiler import compile_index
    from .assemble import gather, unreadable

    read_at, collecting, unkept = time_ns(), gc.isenabled(), ""
    gc.disable()  # nothing below makes cycles, and looking for them takes half of the time of a large index
    try:
        gathered = gather(place, DiskTree(place.root), stage=stage)
        if not gathered.served:
            raise unreadable(place, gathered)
        stage("compiling")
        tables, tree = compile_index(gathered.index), DiskTree(place.root)
        if keep and tables.rules:
            from ..matching.rules import are_checked

            keep = are_checked(tables.rules)  # else another ctxload, which can look at them, would not
        if keep:
            from .snapshot_writer import store

            stage("storing")
            unkept = store(place, tables, gathered.diagnostics, gathered.files, tree, read_at)
    finally:
        if collecting:
            gc.enable()
    return Project(place, tables, tree, gathered.diagnostics, gathered, unkept)


def project_evidence(project: Project) -> Evidence:
    """The evidence of a project: as it was stored for these entries, else read now and stored for the next time."""
    return stored_evidence(project) or make_evidence(project)


def stored_evidence(project: Project, *, however_old: bool = False) -> Evidence | None:
    """The evidence of a project as it was stored, if it is what the documents are now (or `however_old` it is)."""
    from ..matching.document_index import Evidence
    from .snapshot_writer import load_evidence

    stored = load_evidence(project.place, project.tables, however_old=however_old)
    if stored is None:
        return None
    words, files, (count, lengths), read_at = stored
    return Evidence(words, files, count, lengths, read_at)


def make_evidence(project: Project) -> Evidence:
    """The evidence of a project, read now and stored; a progress bar shows on a terminal where that lasts."""
    from ..progress import Bar, can_show

    if sys.stderr is None or not can_show():
        return _made(project, None)
    work = "weighing the documents of"
    with Bar(project.place.name, {work: 0}) as bar:
        return _made(project, lambda done, whole: bar.stage(work, done / whole))


def _made(project: Project, told: Callable[[int, int], None] | None) -> Evidence:
    from ..selection.documents import read_evidence
    from .snapshot import now
    from .snapshot_writer import store_evidence

    evidence = read_evidence(project.tables, DiskTree(project.place.root), told, read_at=now())
    store_evidence(project.place, project.tables, evidence)
    return evidence

"""A project as a command needs it: the compiled index, its findings, and the files below the root."""

from __future__ import annotations

import sys

from .record import Record
from .tree import DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .diagnostics import Diagnostic
    from .discover import Place
    from .gather import Gathered
    from .tables import Tables


class Project(Record):
    """One project, ready to resolve tasks.

    `gathered` is there when the index was read from its text; `unkept` says why it could not be stored then.
    """

    place: Place
    tables: Tables
    tree: DiskTree
    diagnostics: tuple[Diagnostic, ...]
    gathered: Gathered | None = None
    unkept: str = ""


def open_project(place: Place, make: Callable[[Place], Project] | None = None) -> Project:
    """The project at a place: from the compiled index if it is fresh, else built and stored for the next time.

    `make` builds it, if it is not `build`. Raises IndexUnreadableError when the index cannot serve.
    """
    from .snapshot import load

    stored = load(place)
    if stored is not None:
        return Project(place, stored.tables, stored.tree, stored.diagnostics)
    return (make or build)(place)


def build(place: Place, *, keep: bool = True) -> Project:
    """The project, read and compiled from the text of its index, and stored unless `keep` is off."""
    if sys.stderr is None or not sys.stderr.isatty():
        return _build(place, keep, _untold)
    from .progress import Bar, can_show

    if not can_show():
        return _build(place, keep, _untold)
    with Bar(place.name) as bar:
        return _build(place, keep, bar.stage)


def _untold(stage: str) -> None:
    """Says nothing about a stage."""


def _build(place: Place, keep: bool, stage: Callable[[str], None]) -> Project:
    import gc
    from time import time_ns

    from .compile import compile_index
    from .gather import gather, unreadable

    read_at, collecting, unkept = time_ns(), gc.isenabled(), ""
    gc.disable()  # nothing below makes cycles, and looking for them takes half of the time of a large index
    try:
        gathered = gather(place, DiskTree(place.root), stage=stage)
        if not gathered.served:
            raise unreadable(place, gathered)
        stage("compiling")
        tables, tree = compile_index(gathered.index), DiskTree(place.root)
        if keep:
            from .snapshot import store

            stage("storing")
            unkept = store(place, tables, gathered.diagnostics, gathered.files, tree, read_at)
    finally:
        if collecting:
            gc.enable()
    return Project(place, tables, tree, gathered.diagnostics, gathered, unkept)

"""A project as the text of its index gives it: read, compiled, and stored for the next time."""

from __future__ import annotations

import sys

from .snapshot import Project
from .tree import DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .discover import Place


def build(place: Place, *, keep: bool = True) -> Project:
    """The project, read and compiled from the text of its index, and stored unless `keep` is off.

    Raises IndexUnreadableError when the index cannot serve.
    """
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
            from .storing import store

            stage("storing")
            unkept = store(place, tables, gathered.diagnostics, gathered.files, tree, read_at)
    finally:
        if collecting:
            gc.enable()
    return Project(place, tables, tree, gathered.diagnostics, gathered, unkept)

"""A project as a command needs it: the compiled index, its findings, and the files below the root."""

from __future__ import annotations

from .record import Record
from .tree import DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .diagnostics import Diagnostic
    from .discover import Place
    from .gather import Gathered
    from .tables import Tables


class Project(Record):
    """One project, ready to resolve tasks; `gathered` is there when the index was read from its text."""

    place: Place
    tables: Tables
    tree: DiskTree
    diagnostics: tuple[Diagnostic, ...]
    gathered: Gathered | None = None


def open_project(place: Place) -> Project:
    """The project at a place: from the compiled index if it is fresh, else built and stored for the next time.

    Raises IndexUnreadableError when the index cannot serve.
    """
    from .snapshot import load

    stored = load(place)
    if stored is not None:
        return Project(place, stored.tables, stored.tree, stored.diagnostics)
    return build(place)


def build(place: Place, *, keep: bool = True) -> Project:
    """The project, read and compiled from the text of its index, and stored unless `keep` is off."""
    import gc
    from time import time_ns

    from .compile import compile_index
    from .gather import gather, unreadable

    read_at, collecting = time_ns(), gc.isenabled()
    gc.disable()  # nothing below makes cycles, and looking for them takes half of the time of a large index
    try:
        gathered = gather(place, DiskTree(place.root))
        if not gathered.served:
            raise unreadable(place, gathered)
        tables, tree = compile_index(gathered.index), DiskTree(place.root)
        if keep:
            from .snapshot import store

            store(place, tables, gathered.diagnostics, gathered.files, tree, read_at)
    finally:
        if collecting:
            gc.enable()
    return Project(place, tables, tree, gathered.diagnostics, gathered)

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
    """The project at a place. Raises IndexUnreadableError when the index cannot serve."""
    return build(place)


def build(place: Place) -> Project:
    """The project, read and compiled from the text of its index."""
    from .compile import compile_index
    from .gather import gather
    from .loader import unreadable

    gathered = gather(place, DiskTree(place.root))
    if not gathered.served:
        raise unreadable(place, gathered)
    return Project(place, compile_index(gathered.index), DiskTree(place.root), gathered.diagnostics, gathered)

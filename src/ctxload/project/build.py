"""A project as the text of its index gives it: read, compiled, and stored for the next time."""

from __future__ import annotations

import os
import sys

from ..index.pieces import parse_once
from ..matching.compiler import compile_index
from ..workspace.own.home import OpenTree
from ..workspace.tree import DiskTree
from .assemble import Assembled, assemble, unreadable
from .snapshot import Project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..index.model import Index
    from ..index.parser import Parsed
    from ..index.pieces import PieceParser
    from ..matching.tables import Tables
    from ..text.source import Source
    from ..workspace.locations import Place

    Read = Callable[[Source, int], Parsed]

#: An index from so many bytes on lasts to be read.
LARGE = 1_000_000


def build(place: Place, *, keep: bool = True, own: bool = True, read: Read = parse_once) -> Project:
    """The project, read and compiled from the text of its index, and stored unless `keep` is off.

    Without `own` the person's own skills are left out, for what is said of the project itself, and nothing is stored;
    `read` parses (see `assemble`). Raises IndexUnreadableError when the index cannot serve.
    """
    if sys.stderr is None or not (sys.stderr.isatty() or _is_large(place)):
        return _build(place, keep, own, _untold, read)
    from ..progress import telling

    with telling(place.name) as bar:
        return _build(place, keep, own, bar.stage, read)


def build_again(place: Place, reader: PieceParser) -> Project:
    """What `build` gives, for less where a few entries changed: those alone are parsed (`reader` knows the others) and
    compiled, in place of what is stored.
    """
    from .snapshot_edit import brought_up_to_date

    project = brought_up_to_date(place)
    if project is None:
        return build(place, read=reader.parse)
    assembled = _assembled(place, _untold, own=True, read=reader.parse)
    return project.replace(assembled=assembled, diagnostics=assembled.diagnostics)


def _is_large(place: Place) -> bool:
    """Whether it may last until an index is read, so that it is told where there is no terminal, too."""
    try:
        return os.stat(place.path).st_size > LARGE
    except OSError:  # sources need no index
        return False


def _untold(stage: str) -> None:
    """Says nothing about a stage."""


def _build(place: Place, keep: bool, own: bool, stage: Callable[[str], None], read: Read) -> Project:
    import gc
    from time import time_ns

    read_at, collecting = time_ns(), gc.isenabled()
    gc.disable()  # nothing below makes cycles, and looking for them takes half of the time of a large index
    try:
        project = read_project(place, stage, own=own, read=read)
        return _stored(project, read_at, stage) if keep and own and _may_be_stored(project.tables) else project
    finally:
        if collecting:
            gc.enable()


def read_project(
    place: Place,
    stage: Callable[[str], None] = _untold,
    *,
    own: bool = False,
    read: Read = parse_once,
    compiled: Callable[[Index], Tables] | None = None,
) -> Project:
    """The project, read and compiled from the text of its index (by `compiled`, where somebody knows more than that).
    Raises IndexUnreadableError when that cannot serve.
    """
    assembled = _assembled(place, stage, own=own, read=read)
    stage("compiling")
    tree = OpenTree(place.root) if own else DiskTree(place.root)
    return Project(place, (compiled or compile_index)(assembled.index), tree, assembled.diagnostics, assembled)


def _assembled(place: Place, stage: Callable[[str], None], *, own: bool, read: Read) -> Assembled:
    assembled = assemble(place, DiskTree(place.root), stage=stage, own=own, read=read)
    if not assembled.served:
        raise unreadable(place, assembled)
    return assembled


def _may_be_stored(tables: Tables) -> bool:
    """Whether every rule was looked at; else another ctxload, which can look at them, would not."""
    if not tables.rules:
        return True
    from ..matching.rules import are_checked

    return are_checked(tables.rules)


def _stored(project: Project, read_at: int, stage: Callable[[str], None]) -> Project:
    from .snapshot_writer import store

    stage("storing")
    files, index = project.as_written.files, project.as_written.index
    alone = len(index.sources) == 1 and not (index.include or index.live or index.front_matter or project.place.sources)
    text = index.sources[0].text if alone else ""
    return project.replace(
        unkept=store(project.place, project.tables, project.diagnostics, files, project.tree, read_at, text)
    )

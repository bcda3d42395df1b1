"""What the documents of a project talk about: stored beside its compiled index, or read now."""

from __future__ import annotations

import os
import sys

from ..workspace.locations import is_ours
from ..workspace.stamps import now
from ..workspace.tree import DiskTree
from .snapshot import (
    UNDECODED,
    Cells,
    DamagedSnapshot,
    Project,
    StoredMap,
    StoredRows,
    identity,
    number_at,
    open_snapshot,
    path_for,
    read_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import Evidence, Read
    from ..matching.tables import Rows
    from ..workspace.locations import Place
    from ..workspace.tree import Tree
    from .snapshot import Project


def project_evidence(project: Project) -> Evidence:
    """The evidence of a project: as it was stored for these entries, else read now and stored for the next time."""
    return stored_evidence(project) or make_evidence(project)


def stored_evidence(project: Project, *, looked: bool = False, however_old: bool = False) -> Evidence | None:
    """The evidence of a project as it was stored for these entries; None where there is none, or a document changed.

    The documents are looked at now and then (see `is_believed`), at once if `looked`, and not at all if `however_old`.
    """
    from ..matching.document_index import Evidence

    place = project.place
    path = path_for(place, "documents")
    if not path:
        return None
    try:
        file = open_snapshot(path)
        head, directory = read_directory(file)
        wanted = (*identity(place), project.tables.meta.documents)
        if directory.identity != wanted or not is_ours(os.path.dirname(path)):
            return None
        cells = {name: Cells(file, name, *directory.sections[name]) for name in ("words", "files", "lengths")}
        files, (count, lengths) = StoredRows(cells["files"], tuple), cells["lengths"].read(0)
        if not however_old and (looked or not is_believed(count, os.fstat(file.number).st_mtime_ns, now())):
            if not are_as_read(files, DiskTree(place.root)):
                return None
            try:
                os.utime(path)
            except OSError:  # where that cannot be kept they are looked at each time
                pass
        return Evidence(StoredMap(cells["words"]), files, count, lengths, number_at(head, 8))
    except (DamagedSnapshot, OSError, *UNDECODED):
        return None


def make_evidence(project: Project) -> Evidence:
    """The evidence of a project, read now and stored; a progress bar shows on a terminal where that lasts."""
    if sys.stderr is None or not sys.stderr.isatty():
        return _made(project, None)
    from ..progress import Bar, can_show

    if not can_show():
        return _made(project, None)
    work = "weighing the documents of"
    with Bar(project.place.name, {work: 0}) as bar:
        return _made(project, lambda done, whole: bar.stage(work, done / whole))


def _made(project: Project, told: Callable[[int, int], None] | None) -> Evidence:
    from ..selection.documents import read_evidence
    from .snapshot_writer import store_evidence

    evidence = read_evidence(project.tables, DiskTree(project.place.root), told, read_at=now())
    store_evidence(project.place, project.tables, evidence)
    return evidence


def has_evidence(place: Place) -> bool:
    """Whether something was stored of the documents of an index."""
    path = path_for(place, "documents")
    return bool(path) and os.path.exists(path)


#: For how long what was read is believed before the files are looked at again, in nanoseconds: a minute, and where
#: there are more than 1,200 documents so much for each, since reading them all anew takes longer.
BELIEVED_NS, BELIEVED_EACH_NS = 60_000_000_000, 50_000_000


def is_believed(count: int, looked_at: int, now: int) -> bool:
    """Whether so many documents need no look yet; times in nanoseconds."""
    return 0 <= now - looked_at < max(BELIEVED_NS, count * BELIEVED_EACH_NS)


def are_as_read(files: Rows[Read], tree: Tree) -> bool:
    """Whether the files of all documents are as they were when they were read."""
    return all(tree.status(path).signature == sign for n in range(len(files)) for path, sign in files[n][0])

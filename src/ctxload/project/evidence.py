"""What the documents of a project talk about, as it is stored beside its compiled index; `evidence_making` makes it."""

from __future__ import annotations

import os

from ..record import Record
from ..workspace.locations import is_ours
from ..workspace.stamps import now
from .snapshot import (
    UNDECODED,
    Cells,
    DamagedSnapshot,
    Project,
    StoredMap,
    StoredRows,
    identity_of_documents,
    note_time,
    number_at,
    open_snapshot,
    path_for,
    read_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from ..workspace.locations import Place
    from ..workspace.tree import Tree
    from .snapshot import Directory, OpenFile


class Kept(Record):
    """What is stored of the documents of a project: the evidence, the entries whose files changed since, and whether
    some of it was weighed beside the rest (`evidence_changes`).
    """

    evidence: Evidence
    changed: tuple[int, ...] = ()
    is_patched: bool = False


def stored_evidence(project: Project, *, looked: bool = False, however_old: bool = False) -> Evidence | None:
    """The evidence of a project as it was stored for these entries; None where there is none, or a document changed.

    The documents are looked at now and then (see `is_believed`), at once if `looked`, and not at all if `however_old`.
    """
    kept = kept_evidence(project, looked=looked, however_old=however_old)
    return None if kept is None or kept.changed else kept.evidence


def kept_evidence(project: Project, *, looked: bool = False, however_old: bool = False) -> Kept | None:
    """What is stored of the documents of these entries, and which of them changed; `stored_evidence` says when that is
    looked at.
    """
    place = project.place
    path = path_for(place, "documents")
    if not path:
        return None
    try:
        file = open_snapshot(path)
        head, directory = read_directory(file)
        wanted = identity_of_documents(place, project.tables)
        if directory.identity != wanted or not is_ours(os.path.dirname(path)):
            return None
        evidence = evidence_in(file, directory, number_at(head, 8))
        evidence, is_patched = _with_changes(place, wanted, evidence)
        looked_at = os.fstat(file.number).st_mtime_ns
        if however_old or (not looked and is_believed(evidence.count, looked_at, now())):
            return Kept(evidence, (), is_patched)
        tree, at = project.tree.anew(), now()
        changed = changed_entries(evidence, project.tables, tree)
        if not changed:
            if not is_patched:
                from .evidence_changes import settled

                evidence, changed = settled(evidence, project.tables, tree, at)
            if evidence.read_at == at:
                note_time(path, file, head, at)
            elif not changed:
                believe(path)
        return Kept(evidence, changed, is_patched)
    except (DamagedSnapshot, OSError, *UNDECODED):
        return None


def evidence_in(file: OpenFile, directory: Directory, read_at: int) -> Evidence:
    """The evidence that an open snapshot holds, read as far as it is asked for."""
    from ..matching.document_index import Evidence, Words

    cells = {name: Cells(file, name, *directory.sections[name]) for name in ("words", "pairs", "files", "lengths")}
    count, lengths, base = cells["lengths"].read(0)
    words = Words(StoredMap(cells["words"]), cells["pairs"], base)
    return Evidence(words, StoredRows(cells["files"], tuple), count, lengths, read_at)


def _with_changes(place: Place, wanted: tuple[str, ...], evidence: Evidence) -> tuple[Evidence, bool]:
    """Evidence with what was weighed beside it since, if anything was."""
    path = path_for(place, "changes")
    if not os.path.exists(path):
        return evidence, False
    from .evidence_changes import with_changes

    return with_changes(path, wanted, evidence)


def believe(path: str) -> None:
    """Notes that the documents were looked at now; where that cannot be kept they are looked at each time."""
    try:
        os.utime(path)
    except OSError:
        pass


def forget_evidence(place: Place) -> None:
    """Removes what is stored of the documents of an index, so that it is made anew."""
    for kind in ("documents", "changes"):
        try:
            os.unlink(path_for(place, kind))
        except OSError:
            pass


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


def changed_entries(evidence: Evidence, tables: Tables, tree: Tree) -> tuple[int, ...]:
    """The entries of which some file isn't as it was when it was read, or that mean other files than they did."""
    from ..selection.entry_files import EntryFiles, files_of

    files, before = EntryFiles(tables, tree), evidence.files
    return tuple([number for number in range(len(before)) if files_of(files, number) != before[number][0]])

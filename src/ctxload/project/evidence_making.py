"""Making what the documents of a project talk about: what is new or changed is read, all is weighed, and it is stored.

Few changed documents among many are weighed beside the rest (`evidence_changes`): that costs the reading of those.
Everything else is made by one process at a time (`upkeep`).
"""

from __future__ import annotations

import os
import sys

from ..matching.document_index import Words
from ..matching.document_words import as_text, from_text
from ..matching.lookups.documents import Weigher, weigh_beside
from ..matching.lookups.pairs import Held
from ..selection.documents import read_now, read_of
from ..selection.entry_files import EntryFiles, files_of
from ..selection.reading import document_of
from ..workspace.stamps import now
from .counts import Counts, key_of
from .evidence import believe, kept_evidence
from .evidence_changes import ChangedRows, ChangedWords, identity_of, joined, stored_changes
from .snapshot import DamagedSnapshot, StoredMap, identity_of_documents, path_for
from .upkeep import LOOK, Upkeep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..matching.document_index import Evidence
    from .evidence import Kept
    from .snapshot import Project

    #: Is told how many of how many documents are done.
    Told = Callable[[int, int], None]

#: Among how many documents at least some are weighed beside the rest, and how many of them at most: an eighth of those
#: would change what is rare.
AMONG, MOST = 200, 25
#: How long another process is waited for that makes the same, in seconds.
PATIENCE = 120.0
#: How much of the work is reading and counting; the rest is weighing all and storing it.
READING = 0.5
WORK, WAITING = "weighing the documents of", "waiting for another ctxload, which weighs the documents of"


def make_evidence(project: Project, kept: Kept | None = None) -> Evidence:
    """The evidence of a project, what changed since it was `kept` read now, and stored.

    A progress bar or a line on stderr tells of what lasts.
    """
    if kept is not None and kept.changed and may_be_weighed_beside(project, kept):
        return weighed_beside(project, kept)
    is_seen = sys.stderr is not None and sys.stderr.isatty()
    if not is_seen and len(project.tables.entries) < AMONG:
        return _in_turn(project, lambda: None, None)
    from ..progress import telling

    with telling(project.place.name, {WORK: 1, WAITING: 0}) as bar:
        return _in_turn(
            project, lambda: bar.stage(WAITING), lambda done, whole: bar.stage(WORK, READING * done / whole)
        )


def evidence_in_memory(project: Project) -> Evidence:
    """The evidence of a project that is asked many times: as it is stored or made now, and then all of it read.

    Nothing is told of what lasts: somebody's program asks.
    """
    kept = kept_evidence(project, looked=True)
    try:
        if kept is not None and not kept.changed:
            return _read_whole(kept.evidence)
        if kept is not None and may_be_weighed_beside(project, kept):
            return _read_whole(weighed_beside(project, kept))
    except DamagedSnapshot:
        return made(project)
    return _read_whole(_in_turn(project, lambda: None, None))


def for_many_tasks(evidence: Evidence) -> Evidence:
    """Evidence that remembers what it was asked."""
    from ..matching.lookups.sums import Sums
    from ..selection.focused import LIKE, LOOKED_AT, SAYS_NOTHING

    sums = Sums(evidence.words, evidence.count, alike=LIKE, least=SAYS_NOTHING, most=LOOKED_AT)
    return evidence.replace(sums=sums)


def _read_whole(evidence: Evidence) -> Evidence:
    """Stored evidence as it is in memory once all of it is read."""
    words: Any = evidence.words
    files = [evidence.files[number] for number in range(len(evidence.files))]
    if isinstance(words, ChangedWords):
        return evidence.replace(words=words.in_memory(in_memory), files=files)
    return evidence.replace(words=in_memory(words), files=files)


def in_memory(words: Words) -> Words:
    """The words of stored evidence, all of them read."""
    if not isinstance(words.words, StoredMap):
        return words
    pairs = [words.pairs.read(number) for number in range(words.pairs.count)]
    return Words(words.words.whole(), Held(pairs), words.base)


def _in_turn(project: Project, waiting: Callable[[], None], progress: Told | None) -> Evidence:
    """The evidence as another process has just made it, or made here as soon as none is at it."""
    from time import monotonic, sleep

    end, waited = monotonic() + PATIENCE, False
    with Upkeep(project.place) as upkeep:
        while not upkeep.is_ours and monotonic() < end:
            waited = True
            waiting()
            sleep(LOOK)
            upkeep.is_ours = upkeep.take()
        if waited:
            kept = kept_evidence(project, looked=True)
            if kept is not None and not kept.changed:
                return kept.evidence
        return made(project, progress)


def made(project: Project, progress: Told | None = None) -> Evidence:
    """The evidence of a project: what is not counted yet is read, all is weighed and stored.

    For who has the right to (`upkeep.Upkeep`). What was counted is kept if `progress` raises.
    """
    from .snapshot_writer import store_evidence

    read_at, weigher = now(), Weigher()
    counts = Counts(project.place)
    try:
        keys = count(project, counts, weigher, progress)
    except DamagedSnapshot:  # a flipped bit on the disk: all is read anew
        counts.forget()
        return made(project, progress)
    finally:
        counts.close()
    evidence = weigher.evidence([counts.known(key).files for key in keys]).replace(read_at=read_at)
    counts.tidy(keys)
    store_evidence(project.place, project.tables, evidence)
    try:
        os.unlink(path_for(project.place, "changes"))
    except OSError:  # most of the time there is none; and it would not count
        pass
    return evidence


def count(project: Project, counts: Counts, weigher: Weigher, progress: Told | None = None) -> list[int]:
    """Reads the documents that are new or changed, and has the words of all counted; the keys of all, in the order of
    the entries.
    """
    tables, tree = project.tables, project.tree.anew()
    entry_files, whole, keys = EntryFiles(tables, tree), len(tables.entries), []
    for number in range(whole):
        signs = files_of(entry_files, number)
        row = tables.entries[number]
        key = key_of(row.id, row.description, tuple([path for path, _ in signs]))
        known = counts.get(key)
        if known is not None and known.is_of(signs):
            said = from_text(counts.said(key))
        else:
            read_at = now()
            files, said = read_now(entry_files, number, signs)
            counts.add(key, read_at, files, as_text(said))
            if progress is not None:
                progress(number + 1, whole)
        weigher.add(number, said)
        keys.append(key)
    return keys


# ── few among many ───────────────────────────────────────────────────────────────────────────────────────


def may_be_weighed_beside(project: Project, kept: Kept) -> bool:
    """Whether so few of so many documents changed, those of before among them."""
    count = kept.evidence.count
    before = kept.evidence.files._now if isinstance(kept.evidence.files, ChangedRows) else {}
    return count >= AMONG and len({*before, *kept.changed}) <= MOST and bool(path_for(project.place))


def weighed_beside(project: Project, kept: Kept) -> Evidence:
    """The evidence with the changed documents as they are now, which alone are read; stored for the next time."""
    entry_files = EntryFiles(project.tables, project.tree.anew())
    evidence, changed = kept.evidence, frozenset(kept.changed)
    signs = {number: files_of(entry_files, number) for number in changed}
    documents = {number: document_of(entry_files, number) for number in changed}
    cells = weigh_beside(documents, evidence)
    path = path_for(project.place, "changes")
    wanted = identity_of_documents(project.place, project.tables)
    base, before = evidence, None
    if isinstance(evidence.words, ChangedWords) and isinstance(evidence.files, ChangedRows):
        base = evidence.replace(words=evidence.words.before, files=evidence.files._before)
        before = stored_changes(path, wanted, base)
    files = {**(before.files if before else {}), **{n: read_of(documents[n], signs[n]) for n in changed}}
    words: dict[str, tuple[int, ...]] = dict(cells)
    for word, cell in before.words().items() if before else ():
        if left := joined(cell, cells.get(word), changed):
            words[word] = left
    if not _store(path, identity_of(wanted, base), words, files):
        believe(path_for(project.place, "documents"))
    return base.replace(words=ChangedWords(base.words, words, frozenset(files)), files=ChangedRows(base.files, files))


def _store(path: str, known: tuple[str, ...], words: dict[str, Any], files: dict[int, Any]) -> str:
    from .snapshot_writer import store_sections

    rows = [(number, *row) for number, row in sorted(files.items())]
    return store_sections(path, known, words, rows, (), now())

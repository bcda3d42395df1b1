"""`ContextLoader`: a root with its current index. Loads, reloads when the index changes, keeps the last good one."""

from __future__ import annotations

import os
from os import stat
from threading import Lock

from .errors import CtxloadError, ExplicitContextError
from .fleet.asked import check_asked, request_for
from .index.model import Index
from .index.pieces import parse_once
from .matching.lookups.prepared import prepare
from .matching.tables import Tables
from .project.assemble import Assembled
from .project.build import read_project
from .project.evidence import is_believed
from .project.snapshot import Project
from .record import Record
from .selection.model import FALLBACK, NONE, LeftOut, Resolution
from .selection.resolver import resolve as resolve_request
from .selection.single_pass import plain_answer
from .text.diagnostics import Diagnostic, diagnostic
from .workspace.changed_files import folder_from_root, from_root
from .workspace.locations import Place, discover
from .workspace.own.home import OpenTree
from .workspace.revalidation import Proofs
from .workspace.source_stamps import SourceStamp, are_settled, still_hold
from .workspace.tree import DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .authoring.evaluate.cases import Run
    from .fleet.frozen_loader import FrozenLoader
    from .index.model import Case
    from .index.parser import Parsed
    from .index.pieces import PieceParser
    from .load.conversation import HandOver
    from .load.packer import Loaded
    from .matching.document_index import Evidence
    from .text.source import Source
    from .workspace.watcher import Wanted, Watching

#: From so many documents on what they talk about is kept in the cache, where the command and the hook find it.
MANY = 200


#: For how long it is believed that no file of a document that is held was edited in place, in nanoseconds: to ask all
#: of them takes some two microseconds each. Which files an entry means is looked at more rarely (`is_believed`).
HELD_NS, HELD_EACH_NS = 1_000_000_000, 1_000_000


class Documents(Record):
    """What the documents of an index talk about, when their files were looked at, and when that is due again, since
    some were too young then (0: never); `asked_at` is when it was last asked whether one was edited.
    """

    tables: Tables
    evidence: Evidence
    looked_at: int
    settles_at: int
    asked_at: int

    def is_current(self, tables: Tables, now: int) -> bool:
        """Whether this is of these tables, and needs no look yet."""
        return self.is_known(tables, now) and 0 <= now - self.asked_at < max(
            HELD_NS, self.evidence.count * HELD_EACH_NS
        )

    def is_known(self, tables: Tables, now: int) -> bool:
        """The same, if no file was edited in place."""
        return (
            self.tables is tables
            and is_believed(self.evidence.count, self.looked_at, now)
            and not 0 < self.settles_at <= now
        )


class Current(Record):
    """One loaded index: its tables, its findings, and the files that prove it is current.

    `stale` holds a finding while the index on disk cannot serve and this one, the last good, answers in its place;
    `files` are then those of the index that cannot serve. `settled`: none of them is younger than the clock's grain.
    `tree` has looked at nothing before `looked_at`; `proofs` are of what it found.
    """

    tables: Tables
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[SourceStamp, ...]
    tree: DiskTree
    read_at: int
    assembled: Assembled
    proofs: Proofs
    stale: tuple[Diagnostic, ...] = ()
    looked_at: int = 0
    settled: bool = False

    def compiled(self, index: Index) -> Tables:
        """The tables of another index, which may be this one edited."""
        from .matching.lookups.recompiled import recompiled

        return recompiled(index, self.assembled.index, self.tables)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What every answer carries along."""
        return self.stale + self.diagnostics if self.stale else self.diagnostics


class ContextLoader:
    """The context of one project, for a program that asks many times.

    `root` is the folder of the project (by default the index is found from the working directory); `index` names
    the index file; `sources` are other tools' files to read beside it (`cursor`, `claude-code:packages/web`). Raises
    NoIndexError when there is none and IndexUnreadableError when it cannot serve. The index is checked by a `stat` on
    every call and read again when it changed; a broken edit keeps the last good index in service, and answers carry a
    finding that says so. Safe to use from several threads.

    >>> loader = ContextLoader(root=example_project())
    >>> loader.resolve("Add a REST-framework view").paths
    ('context/api.md',)
    """

    _is_asked_often = True
    _kind_of_tree = DiskTree

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        index: str | os.PathLike[str] | None = None,
        *,
        sources: Iterable[str] = (),
        clock: Callable[[], int] | None = None,
    ) -> None:
        self._place = discover(
            index="" if index is None else os.fspath(index),
            root="" if root is None else os.fspath(root),
            sources=_checked(sources),
        )
        from time import time_ns

        self._clock = clock or time_ns
        self._lock = Lock()
        self._documents: Documents | None = None
        self._reader: PieceParser | None = None
        self._current = self._read(parse_once)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process gets a loader of the same index, which reads it afresh."""
        return _again, (type(self), self._place.root, self._place.path, self._place.sources)

    def __repr__(self) -> str:
        return f"<ContextLoader {self._place.name} in {self._place.root}: {len(self._current.tables.entries)} entries>"

    @property
    def place(self) -> Place:
        """Where the index is."""
        return self._place

    @property
    def root(self) -> str:
        """The folder that the paths of the index start from."""
        return self._place.root

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings of the index in service."""
        return self._current.findings

    def resolve(
        self,
        task: str,
        agent: str | None = None,
        context: Iterable[str] | None = None,
        match: str | None = None,
        *,
        tags: Iterable[str] = (),
        domain: str = "",
        files: Iterable[str] = (),
        without: Iterable[str] = (),
        folder: str | os.PathLike[str] = "",
    ) -> Resolution:
        """The files for a task, with reasons.

        `agent` sets the scope, `auto` is the agent whose definition fits the task best; `context` (ids, bundles, paths,
        globs) replaces directives in the task; `match` is a mode; `tags` narrow the scope; `domain` names a directory
        below `context/` for the fallback, where the agent has none; `files` are at hand, from the root; `without`
        (ids, bundles) are left out, whatever asks for them; `folder`, from the root, is where `./` and `../` in the
        task and in `context` are looked for first. Raises ExplicitContextError when named context doesn't exist,
        UsageError for an unknown `match`, and where there is neither a task nor a file at hand nor context.
        """
        if agent or match or task.__class__ is not str:
            check_asked(task, agent, match)
        current, evidence = self._current, self._evidence
        if not self._is_current(current):
            current = self._fresh()
        tables, tree = current.tables, current.tree
        known = current.findings
        if (tree._listings or tree._ignore_lines or tree._asked) and not current.proofs.are_looks_current(
            current.looked_at
        ):
            current = self._looked_again(current)
            tree = current.tree
        if context is None and not (agent or tags or files or without):
            plain = plain_answer(tables, tree, task, match, known, evidence)
            if plain is not None:
                if current.proofs.hold(plain[4], self._clock()):
                    return plain
                current = self._looked_again(current)
        at_hand = from_root(files, self._place.root) if files else ()
        if agent and current.tables.agents.get(agent) is None:
            current = self._looked_again(current)  # its folder alone makes it known, and may have come or gone
        works_in = folder_from_root(folder, self._place.root) if folder else ""
        request = request_for(task, agent, context, match, tags, domain, at_hand, without, works_in)
        try:
            resolution = resolve_request(current.tables, current.tree, request, known, evidence)
            if not current.proofs.hold((*resolution.files, *_copies(resolution)), self._clock()):
                current = self._looked_again(current)
                resolution = resolve_request(current.tables, current.tree, request, known, evidence)
        except ExplicitContextError:
            self._looked_again(current)
            raise
        if resolution.diagnostics is not known or (agent and resolution.layer in (FALLBACK, NONE)):
            self._looked_again(current)  # what is missing now may be there at the next call
        return resolution

    def load(
        self,
        task: str,
        agent: str | None = None,
        context: Iterable[str] | None = None,
        match: str | None = None,
        *,
        tags: Iterable[str] = (),
        files: Iterable[str] = (),
        without: Iterable[str] = (),
        folder: str | os.PathLike[str] = "",
        budget: int | None = None,
        max_chars: int | None = None,
        max_bytes: int | None = None,
        max_files: int | None = None,
        format: str = "markdown",  # noqa: A002  (the word of every door)
        conversation: str | None = None,
        fresh: bool = False,
        exact: bool = False,
        domain: str = "",
        for_model: bool = False,
        hand_over: HandOver | None = None,
    ) -> Loaded:
        """The content of what `resolve` chooses, as one text that is never larger than the budget.

        `budget` is in tokens, estimated unless `exact`, which needs the extra `ctxload[tokens]`; where none of the
        limits is given, those of the index hold. `format` is `markdown`, `xml`, `json` or `paths`. What a
        `conversation` was given before is named and not repeated; `fresh` forgets it. `for_model`: no file that looks
        like a secret is given, and lines that hold one, or speak to a model from a hidden comment, are withheld unless
        the person allowed them. `hand_over` is called with what is returned, before the conversation notes it: what
        could not be sent, so that it raises, was not given. Raises as `resolve` does, OverBudgetError when what always
        comes does not fit, and UsageError for a limit or a format that cannot be meant.

        >>> loader = ContextLoader(root=example_project())
        >>> loaded = loader.load("Add a REST-framework view", budget=2000)
        >>> loaded.sources, "# API" in loaded.text, loaded.tokens < 2000
        (('context/api.md',), True, True)
        """
        from .load.budget import Limits
        from .load.conversation import load_for

        limits = Limits(budget, max_chars, max_bytes, max_files).checked()
        resolution = self.resolve(
            task, agent, context, match, tags=tags, files=files, domain=domain, without=without, folder=folder
        )
        current = self._current
        loaded = load_for(
            resolution,
            current.tree,
            current.tables,
            limits,
            format=format,
            exact=exact,
            conversation=conversation or "",
            fresh=fresh,
            for_model=for_model,
            hand_over=hand_over or (lambda loaded: None),
        )
        if any(finding.code == "CTX406" for finding in loaded.diagnostics):
            self._looked_again(current)  # what could not be read now may be there at the next call
        return loaded

    def _evidence(self) -> Evidence:
        """What the documents of the index in service talk about, read when it is first asked for, and when they
        changed.
        """
        tables, now = self._current.tables, self._clock()
        known = self._documents
        if known is None or not known.is_current(tables, now):
            with self._lock:
                known = self._documents
                if known is None or not known.is_current(tables, now):
                    self._documents = known = self._look_at_documents(tables, known, now)
        return known.evidence

    def _look_at_documents(self, tables: Tables, known: Documents | None, now: int) -> Documents:
        """What the documents talk about, as it is known if their files are as they were, else read now."""
        from .project.evidence import changed_entries
        from .project.evidence_changes import settled, settles_at

        if known is not None and known.is_known(tables, now):
            rows = known.evidence.files
            signs = [sign for number in range(len(rows)) for sign in rows[number][0]]
            if not self._current.tree.changed(signs):
                return known.replace(asked_at=now)
        tree, found = self.tree(), None
        if known is not None and known.tables is tables and not changed_entries(known.evidence, tables, tree):
            found, changed = settled(known.evidence, tables, tree, now)
            found = None if changed else found
        if found is None and len(tables.entries) >= MANY:
            from .project.evidence_making import evidence_in_memory

            found = evidence_in_memory(Project(self._place, tables, tree, ()))
        elif found is None:
            from .selection.documents import read_evidence

            found = read_evidence(tables, tree, read_at=now)
        if found.sums is None:
            from .project.evidence_making import for_many_tasks

            found = for_many_tasks(found)
        return Documents(tables, found, now, settles_at(found), now)

    def test(
        self, cases: Iterable[Case | Mapping[str, Any]] | str | os.PathLike[str] | None = None, match: str | None = None
    ) -> Run:
        """The labelled cases of the index, and what each came to; or other cases, or those of a file.

        >>> loader = ContextLoader(root=example_project())
        >>> run = loader.test([{"task": "Add a REST-framework view", "expect": ["api"]}])
        >>> run, run.outcomes[0].passed
        (<Run focused: 1 of 1 cases passed, F1 1.000>, True)
        """
        from .authoring.evaluate.casefile import cases_from
        from .authoring.evaluate.cases import run_cases

        if match:
            check_asked("", "", match)
        current = self._looked_again(self._fresh())
        chosen = current.assembled.index.tests if cases is None else cases_from(cases)
        return run_cases(current.tables, current.tree, chosen, match or "", evidence=self._evidence)

    def freeze(self) -> bytes:
        """The index in service and what it knows of the files, as bytes that answer anywhere: see `thaw`.

        They hold the compiled index, names and sizes of the project's files, and what its documents talk about, word by
        word; of contents only ignore files and agent definitions. Raises CtxloadError for what is too large.
        """
        from .fleet.freezing import freeze

        current = self._looked_again(self._fresh())
        return freeze(self._place.name, current.tables, current.tree, current.findings, self._evidence)

    @staticmethod
    def thaw(data: bytes) -> FrozenLoader:
        """A loader of what `freeze` gave, which answers as this one did then and reads no file.

        The bytes are data: they are bounded, checked against their digest, and looked at before they are used. Raises
        UnusableFrozenError for any others, and for those of another version.

        >>> frozen = ContextLoader.thaw(ContextLoader(root=example_project()).freeze())
        >>> frozen.resolve("Add a REST-framework view").paths
        ('context/api.md',)
        """
        from .fleet.thawing import thaw

        return thaw(data)

    def index(self) -> Index:
        """The index in service, as it was written, with what it includes."""
        return self._fresh().assembled.index

    def agents(self) -> tuple[str, ...]:
        """The agents that the index in service names, sorted."""
        from .matching.tables import names_of

        return tuple(sorted(name for name in names_of(self._fresh().tables.agents) if name != "*"))

    def look_again(self) -> None:
        """Has the next answer look at the files themselves again, and not only at the index."""
        self._looked_again(self._current)

    def tree(self) -> DiskTree:
        """The files below the root, looked at afresh."""
        return self._kind_of_tree(self._place.root)

    def listed(self) -> tuple[str, ...]:
        """The folders that answers were looked for in since the files were looked at last."""
        return self._current.tree.listed()

    def wanted(self, others: Mapping[str, int] | None = None) -> Wanted:
        """What a watcher is to follow: the files that the index in service was read from, and others."""
        from .workspace.watcher import wanted

        current = self._current
        return wanted(self._place.root, current.files, current.read_at, others)

    def reload(self) -> bool:
        """Reads the index again if it changed; whether the index in service is another one now."""
        before = self._current.tables
        return self._fresh().tables is not before

    def watching(self, *, poll: bool = False) -> Watching:
        """A context manager that reads the index again as soon as it changes, so that no call waits for it.

        It works in a thread, from `with` to its end or to `stop()`. Answers are the same without it; `poll` looks by
        the clock where events do not work.

        >>> loader = ContextLoader(root=example_project())
        >>> with loader.watching():
        ...     loader.resolve("Add a REST-framework view").paths
        ('context/api.md',)
        """
        from .workspace.watcher import Watching

        return Watching(self.wanted, self._fresh, poll=poll)

    # ── keeping current ────────────────────────────────────────────────────────────────────────────────

    def _fresh(self) -> Current:
        current = self._current
        if self._is_current(current):
            return current
        with self._lock:
            if self._current is not current and self._is_current(self._current):
                return self._current
            return self._reload()

    def _is_current(self, current: Current) -> bool:
        for path, known, _, _ in current.files:
            try:
                found = stat(path)
            except (OSError, ValueError):
                if known:
                    return False
            else:
                if (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != known:
                    return False
        return current.settled or self._reads_the_same(current)

    def _reads_the_same(self, current: Current) -> bool:
        """Whether files younger than the clock's grain still hold what was read; remembers that they do."""
        now = self._clock()
        if not still_hold(current.files):
            return False
        if self._current is current:
            self._current = current.replace(read_at=now, settled=are_settled(current.files, now))
        return True

    def _reload(self) -> Current:
        """The index as it is on disk now or, where that cannot serve, the last good one with a finding."""
        before, read_at = self._current, self._clock()
        files = tuple(
            [stamp.again() for stamp in before.files]
        )  # before reading: what changes while it is read is noticed later
        try:
            found = self._read(self._parse_again, before)
        except CtxloadError as error:
            what = error.concise()
            stale = diagnostic(
                "CTX404", "the index cannot be read now: the last good one answers", self._place.name,
                hint="fix the index; `ctxload check` shows what is wrong", detail=what,
            )  # fmt: skip
            found = before.replace(files=files, read_at=read_at, stale=(stale,), settled=are_settled(files, read_at))
        self._current = found
        return found

    def _looked_again(self, current: Current) -> Current:
        """The same index with a tree that remembers nothing."""
        tree = self.tree()
        found = current.replace(tree=tree, proofs=Proofs(tree), looked_at=self._clock())
        latest = self._current
        if latest.tree is current.tree:
            self._current = latest.replace(tree=tree, proofs=found.proofs, looked_at=found.looked_at)
        return found

    def _parse_again(self, source: Source, values: int) -> Parsed:
        """Parses what changed since the index was read again before; nobody who never edits pays for what it keeps."""
        if self._reader is None:
            from .index.pieces import PieceParser

            self._reader = PieceParser()
        return self._reader.parse(source, values)

    def _read(self, read: Callable[[Source, int], Parsed], before: Current | None = None) -> Current:
        read_at = self._clock()
        compiled = None if before is None else before.compiled
        project = read_project(self._place, own=self._kind_of_tree is OpenTree, read=read, compiled=compiled)
        tree, files = project.tree, project.as_written.files
        if self._is_asked_often and not isinstance(project.tables.cells, dict):
            prepare(project.tables)
        return Current(
            project.tables, project.diagnostics, files, tree, read_at, project.as_written, Proofs(tree),
            looked_at=read_at, settled=are_settled(files, read_at),
        )  # fmt: skip


class OwnLoader(ContextLoader):
    """A loader for the person or their agent, who get the skills of their own (`skills:` in their settings), too."""

    _kind_of_tree = OpenTree


class _AskedOnce(ContextLoader):
    """A loader that does not work ahead."""

    _is_asked_often = False


def _again(kind: type[ContextLoader], root: str, index: str, sources: tuple[str, ...]) -> ContextLoader:
    return kind(root, index if os.path.exists(index) else None, sources=sources)


def _copies(resolution: Resolution) -> list[LeftOut]:
    """The files that are left out for the bytes of others: an answer rests on them, too."""
    return [left for left in resolution.left_out if left.copy_of] if resolution.left_out else []


def _checked(sources: Iterable[str]) -> tuple[str, ...]:
    """The names of other tools' files to read; UsageError for a format that doesn't exist."""
    names = (sources,) if isinstance(sources, str) else tuple(sources)
    if not names:
        return ()
    from .formats import check_sources

    return check_sources(names)


def load_index(root: str | os.PathLike[str] | None = None, index: str | os.PathLike[str] | None = None) -> Index:
    """The index of a project, as it was written, with what it includes. Raises as ContextLoader does.

    >>> load_index(root=example_project())
    <Index context-index.yml: 2 entries, 0 rules, 0 bundles>
    """
    return _AskedOnce(root, index).index()


def resolve(
    task: str,
    root: str | os.PathLike[str] | None = None,
    *,
    agent: str | None = None,
    context: Iterable[str] | None = None,
    match: str | None = None,
) -> Resolution:
    """The files for one task, found from `root` (by default the working directory). See ContextLoader.resolve.

    >>> resolve("Add a REST-framework view", root=example_project())
    <Resolution keyword: context/api.md>
    """
    return _AskedOnce(root).resolve(task, agent, context, match)

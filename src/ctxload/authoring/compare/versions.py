"""A version of an index that tasks are put to: that of the working tree, of a commit, or another file.

What the documents say counts by default, so a version has documents of its own: those of a commit are read from git's
objects, within the bounds of `workspace.git`, and those of another file are the project's as they stand now.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from ...errors import CtxloadError, UsageError
from ...index.model import Index
from ...matching.compiler import compile_index
from ...matching.lookups.prepared import prepare
from ...matching.tables import Tables
from ...project.assemble import assemble, unreadable
from ...record import Record
from ...selection.entry_files import EntryFiles
from ...selection.model import Request
from ...selection.resolver import choice_for, settle
from ...text.escaping import escape
from ...workspace.locations import Place, discover, places_in
from ...workspace.tree import DiskTree, Tree, clean
from ..evaluate.cases import Owners, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...matching.document_index import Evidence
    from ...project.snapshot import Project
    from ...selection.choice import Choice
    from ...selection.model import Resolution
    from ...text.diagnostics import Diagnostic
    from ...workspace.git.commit_tree import CommitTree
    from ..logs.model import Task

#: What the working tree is called.
HERE = "the working tree"


class Answer(Record):
    """What a version makes of a task: the choice and its resolution, or why it cannot be answered."""

    choice: Choice | None = None
    resolution: Resolution | None = None
    problem: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, in order."""
        return self.resolution.paths if self.resolution else ()


class _Moment(DiskTree):
    """The files of a folder as they were when they were first looked at: many tasks are put to one state of them."""

    def signature_now(self, path: str) -> tuple[int, ...]:
        return self.status(path).signature


class Version:
    """An index with its files, ready for many tasks; `name` is for people."""

    def __init__(
        self,
        name: str,
        index: Index,
        tables: Tables,
        tree: Tree,
        evidence: Callable[[], Evidence] | None = None,
        findings: tuple[Diagnostic, ...] = (),
    ) -> None:
        self.name, self.index, self.tables, self.tree, self.findings = name, index, tables, tree, findings
        prepare(tables)
        self.owners = Owners(tables, tree, evidence and once(evidence))
        self.files = EntryFiles(tables, tree)

    def __repr__(self) -> str:
        return f"<Version {self.name}: {self.index!r}>"

    def paths(self) -> Iterator[str]:
        """The files that its entries give, entry by entry."""
        return (path for number in range(len(self.tables.entries)) for path in self.files.of(number))

    def close(self) -> None:
        """Closes what was opened for its files."""
        close = getattr(self.tree, "close", None)
        if close is not None:
            close()

    def ask(self, task: Task, match: str = "") -> Answer:
        """The answer to a task of a log; files of another place are not at hand."""
        files = tuple([name for name, wrong in (clean(file, self.tree.root) for file in task.files) if not wrong])
        choice = choice_for(
            self.tables, self.tree, Request(task.text, task.agent, None, match, files=files), self.owners.evidence
        )
        try:
            return Answer(choice, settle(choice))
        except CtxloadError as error:
            return Answer(choice, None, error.concise())


def of_project(project: Project, name: str = HERE) -> Version:
    """The version that a project holds, with what is stored of its documents."""
    from ...project.evidence_making import evidence_in_memory
    from ...project.opening import documents_of

    documents_of(project)()  # has a bar of its own
    written = project.as_written
    return Version(
        name, written.index, project.tables, _Moment(project.tree.root), lambda: evidence_in_memory(project),
        written.diagnostics,
    )  # fmt: skip


def of_tree(place: Place, tree: Tree, name: str) -> Version:
    """The version of an index that stands in a tree, nothing of which is stored."""
    assembled = assemble(place, tree)
    if not assembled.served:
        raise unreadable(place, assembled)
    return Version(name, assembled.index, compile_index(assembled.index), tree, None, assembled.diagnostics)


def of_file(path: str, root: str) -> Version:
    """The version of another file, over the documents of the project."""
    place = discover(index=path, root=root)
    return of_tree(place, _Moment(place.root), place.name)


def of_revision(revision: str, place: Place) -> Version:
    """The version of a commit, its documents from the same commit. Raises UsageError where that cannot be read."""
    tree = _commit(revision, place.root)
    try:
        with _told(revision):
            found = _index_in(tree, place, revision)
            return of_tree(found, tree, f"{revision} ({tree.commit.hex()[:10]})")
    except BaseException:
        tree.close()
        raise


def is_revision(revision: str, root: str) -> bool:
    """Whether a text means a commit of the repository that a folder is in."""
    try:
        _commit(revision, root).close()
    except UsageError:
        return False
    return True


def _commit(revision: str, root: str) -> CommitTree:
    from ...workspace.git.commit_tree import CommitTree
    from ...workspace.git.objects import Repository
    from ...workspace.git.revisions import commit_of

    with _told(revision):
        repository = Repository.of(os.path.realpath(root))
        if repository is None:
            raise UsageError(f"{escape(revision)}: {escape(root)} is in no git work tree: name an index file instead")
        try:
            return CommitTree(repository, commit_of(repository, revision), root)
        except BaseException:
            repository.close()
            raise


@contextmanager
def _told(revision: str) -> Iterator[None]:
    """Says in an error of ours what of a repository cannot be read."""
    from ...workspace.git.objects import UnreadableRepository
    from ...workspace.git.revisions import UnknownRevision

    try:
        yield
    except UnknownRevision as why:
        raise UsageError(f"{escape(revision)}: {why}, and there is no such file") from None
    except (UnreadableRepository, ValueError, OSError) as error:
        raise unreadable_commit(revision, error) from None


def unreadable_commit(revision: str, error: Exception) -> UsageError:
    """The error for a commit that cannot be read, with the cure where there is one."""
    from ...workspace.git.objects import MissingObject

    cure = ": this clone lacks some of it, fetch it whole" if isinstance(error, MissingObject) else ""
    return UsageError(f"{escape(revision)} cannot be read from the git repository: {escape(str(error))}{cure}")


def _index_in(tree: Tree, place: Place, revision: str) -> Place:
    """Where the index is in a commit: where it is now, else at one of the usual places."""
    names = [place.name, *(os.path.relpath(path, place.root).replace(os.sep, "/") for path in places_in(place.root))]
    for name in names:
        if not os.path.isabs(name) and tree.status(name).kind == "file":
            return place.replace(name=name, path=os.path.join(place.root, *name.split("/")), passed_over=())
    raise UsageError(f"{escape(revision)} has no {escape(place.name)}: there is no index to compare with")

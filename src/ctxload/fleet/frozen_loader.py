"""`FrozenLoader`: answers as the `ContextLoader` did that it was frozen from, without any file of the project."""

from __future__ import annotations

from ..selection.resolver import resolve as resolve_request
from ..selection.single_pass import plain_answer
from ..workspace.changed_files import folder_from_root, from_root
from .asked import check_asked, request_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from ..selection.model import Resolution
    from ..text.diagnostics import Diagnostic
    from .frozen_tree import FrozenTree


class FrozenLoader:
    """The context of one project as it was when its loader was frozen: `ContextLoader.thaw` gives it.

    It reads no file and no clock, and never changes. `digest` tells one from another; `omitted` is how many folders of
    files that ignore files leave out were not taken along, whose files no task can name here. Safe to use from several
    threads.
    """

    def __init__(
        self,
        name: str,
        digest: str,
        tables: Tables,
        tree: FrozenTree,
        findings: tuple[Diagnostic, ...],
        documents: Evidence,
    ) -> None:
        self.name = name
        self.digest = digest
        self.tables = tables
        self.tree = tree
        self.diagnostics = findings
        self._evidence = documents

    def __repr__(self) -> str:
        return f"<FrozenLoader {self.name} {self.digest[:12]}: {len(self.tables.entries)} entries>"

    @property
    def root(self) -> str:
        """The folder that the paths of the index started from."""
        return self.tree.root

    @property
    def omitted(self) -> int:
        """How many ignored folders were too many to be taken along."""
        return self.tree._files.omitted

    def evidence(self) -> Evidence:
        """What the documents talk about."""
        return self._evidence

    def resolve(
        self,
        task: str,
        agent: str | None = None,
        context: Iterable[str] | None = None,
        match: str | None = None,
        *,
        tags: Iterable[str] = (),
        domain: str = "",
        files: Iterable[str | os.PathLike[str]] = (),
        without: Iterable[str] = (),
        folder: str | os.PathLike[str] = "",
    ) -> Resolution:
        """The files for a task, with reasons: see `ContextLoader.resolve`, whose answer this is."""
        if agent or match or task.__class__ is not str:
            check_asked(task, agent, match)
        tables, tree, known = self.tables, self.tree, self.diagnostics
        if context is None and not (agent or tags or files or without):
            plain = plain_answer(tables, tree, task, match, known, self.evidence)
            if plain is not None:
                return plain
        at_hand = from_root(files, tree.root) if files else ()
        works_in = folder_from_root(folder, tree.root) if folder else ""
        request = request_for(task, agent, context, match, tags, domain, at_hand, without, works_in)
        return resolve_request(tables, tree, request, known, self.evidence)

"""The files that entries give: those that are there and may be given, and what there is to say of the rest."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..matching.tables import EntryRow, Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .model import LeftOut


class EntryFiles:
    """The files of entries in one tree; `findings` and `left_out` grow with what is asked.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md}, {path: gone.md}]")).index
    >>> files = EntryFiles(compile_index(index), MemoryTree({"api.md": "# API"}))
    >>> files.of(0), files.of(1), [finding.message for finding in files.findings]
    (('api.md',), (), ["`gone.md` doesn't exist"])
    """

    def __init__(self, tables: Tables, tree: Tree) -> None:
        self.tables = tables
        self.tree = tree
        self.findings: list[Diagnostic] = []
        self.left_out: list[LeftOut] = []
        self._files: dict[int, tuple[str, ...]] = {}

    def of(self, number: int) -> tuple[str, ...]:
        """The files of an entry that are there and may be given; a finding for each that is not.

        What there is nothing to say about is remembered with the tables, as long as the same tree is asked.
        """
        files = self._files.get(number)
        if files is None:
            files = self.tables.memory.files_in(self.tree).get(number)
            if files is None:
                files = self._look_for(number)
            self._files[number] = files
        return files

    def note(self, files: dict[int, tuple[str, ...]]) -> None:
        """Takes the files of entries that were found before, by number, as if they were asked for."""
        self._files.update(files)

    def known(self, number: int) -> tuple[str, ...]:
        """The same, of an entry that was asked for; of any other nothing."""
        return self._files.get(number, ())

    def _look_for(self, number: int) -> tuple[str, ...]:
        row, remarks = self.tables.entries[number], (len(self.findings), len(self.left_out))
        paths: dict[str, None] = {}
        for path, line, column in row.paths:
            paths.update(dict.fromkeys(self._at(row, path, line, column)))
        if remarks == (len(self.findings), len(self.left_out)):
            self.tables.memory.files_in(self.tree)[number] = tuple(paths)
        return tuple(paths)

    def _at(self, row: EntryRow, path: str, line: int, column: int) -> tuple[str, ...]:
        """What one path of an entry gives."""
        tree = self.tree
        name = file_at(tree, path)
        if name:
            return (name,)
        from .path_findings import finding_of

        status = tree.status(path)
        files: tuple[str, ...] = ()
        if tree.is_pattern(path):
            files = self.open(tree.expand(path).files, row.id)
        elif status.kind == "directory":
            files = self.open(tree.files_below(status.path).files, row.id)
        elif status.kind == "file":
            files = (status.path,)
        self.findings += finding_of(tree, path, files, row.source, line, column)
        if not tree.is_pattern(path) and status.kind not in ("file", "directory"):
            from .model import LeftOut

            self.left_out.append(LeftOut(path, self.findings[-1].message, row.id))
        return files

    def open(self, files: Iterable[str], entry: str = "") -> tuple[str, ...]:
        """Those of the files that may be selected by a glob, a directory or a task; the others are left out."""
        kept = []
        for path in files:
            if why := self._why_closed(path):
                from .model import LeftOut

                self.left_out.append(LeftOut(path, f"{why}: only its own path selects it", entry))
            else:
                kept.append(path)
        return tuple(kept)

    def _why_closed(self, path: str) -> str:
        """Why a file that a pattern means is left out; what is ignored by its own name is not among those."""
        if not self.tree.is_secret(path) and self.tree.leads_to(path) == path:
            return ""
        from .path_findings import why_closed

        code, why = why_closed(self.tree, path) or ("", "")
        return "is a link to an ignored file" if code == "CTX305" else why


def file_at(tree: Tree, path: str) -> str:
    """The file at a path as the tree writes it, if it is one that anybody may have; else an empty text."""
    name, kind, _, _ = tree.status(path)
    return name if kind == "file" and not tree.is_secret(name) and not tree.is_ignored(name) else ""


def files_of(files: EntryFiles, number: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The files of an entry that are read, each with what proves it unchanged."""
    from ..matching.document_index import FILES  # not for keywords alone

    return tuple([(path, files.tree.status(path).signature) for path in files.of(number)[:FILES]])

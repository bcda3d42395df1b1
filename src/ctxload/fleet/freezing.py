"""Freezing: a project in service → bytes that answer for it anywhere.

What travels is the compiled index, the names and sizes of the files, and what the documents talk about, word by word;
of contents only ignore files and agent definitions. What is left out of the project by ignore files comes last, since
a task gets it only by its very path, and is bounded.
"""

from __future__ import annotations

from ..errors import CtxloadError
from ..matching.lookups.listed import opened_cells
from ..matching.tables import names_of
from ..project.evidence import changed_entries
from ..project.snapshot import MAPS, ROWS
from ..record import Record
from ..selection.agent_ranking import definitions_in
from ..selection.documents import read_evidence
from ..version import __version__
from ..workspace.stack.detection import packages
from ..workspace.stamps import is_young
from ..workspace.tree import IGNORE_FILES, IGNORE_SIZE, WALK_LIMIT, in_git
from .envelope import sealed
from .frozen_tree import FrozenFiles, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ..matching.document_index import Evidence
    from ..matching.tables import EntryRow, Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.git.excludes import Excludes
    from ..workspace.tree import Tree

#: Goes up whenever what is frozen changes its shape or its meaning.
FORMAT = 1
#: How many files that ignore files leave out are named at most, and how much of contents is kept, in bytes.
IGNORED, CONTENTS = 20_000, 16_000_000


def version() -> str:
    """What froze a loader, and can thaw it."""
    return f"{__version__}/{FORMAT}"


def freeze(
    name: str, tables: Tables, tree: Tree, findings: tuple[Diagnostic, ...], documents: Callable[[], Evidence]
) -> bytes:
    """The bytes of a project; `tree` must have looked at nothing yet, `documents` gives what they talk about."""
    evidence = documents()
    if _is_outdated(evidence, tables, tree):
        evidence = read_evidence(tables, tree)
    files = _Walk(tree).files(tables)
    return sealed(
        {
            "version": version(),
            "name": name,
            "findings": findings,
            "tables": _tables(tables),
            "files": plain(files),
            "documents": _documents(evidence, tables),
        }
    )


def _is_outdated(evidence: Evidence, tables: Tables, tree: Tree) -> bool:
    """Whether a document changed since it was read, or may have within the clock's grain."""
    if changed_entries(evidence, tables, tree):
        return True
    signs = [sign for number in range(evidence.count) for _, sign in evidence.files[number][0]]
    return bool(evidence.read_at) and any(is_young(sign, evidence.read_at) for sign in signs)


def _tables(tables: Tables) -> dict[str, Any]:
    """The tables as they are; the program of a rule is made anew of its pattern."""
    found: dict[str, Any] = {name: dict(_each(getattr(tables, name))) for name in MAPS}
    keywords = [tables.keywords.of_entry(number) for number in range(len(tables.entries))]
    found.update({name: [*getattr(tables, name)] for name in ROWS if name != "keywords"}, keywords=keywords)
    return {**found, "meta": tables.meta, "rules": [rule.replace(program=None) for rule in tables.rules]}


def _each(mapping: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a mapping, in memory or stored, with its value."""
    return ((name, mapping.get(name)) for name in names_of(mapping))


def _documents(evidence: Evidence, tables: Tables) -> list[Any]:
    """What the documents talk about, without what proves files unchanged: those that were frozen are."""
    files = []
    for number in range(len(tables.entries)):
        signs, _, title = evidence.files[number]
        files.append([[path for path, _ in signs], title])
    return [opened_cells(evidence.words), files, evidence.count, evidence.lengths]


class _Seen(Record):
    """A folder to walk, and whether ignore files leave it out."""

    path: str
    is_left_out: bool = False


class _Walk:
    """A look at all that stands below a root: first what counts for patterns, then what ignore files leave out."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.folders: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {}
        self.texts: dict[str, str] = {}
        self.kept = 0
        self.tracked: list[str] = []
        self.left = {False: WALK_LIMIT, True: IGNORED}
        self.omitted = 0

    def files(self, tables: Tables) -> FrozenFiles:
        """All of it, with what else the entries of an index ask for."""
        tree, rows = self.tree, [tables.entries[number] for number in range(len(tables.entries))]
        self._walk()
        for definition in definitions_in(tree):
            self._keep(definition.path, IGNORE_SIZE)
        stack = packages(tree) if any(row.when_stack for row in rows) else ()
        return FrozenFiles(
            tree.root, self.folders, self._more(rows), self.texts, self._excludes(), tuple(self.tracked), stack,
            tree.git_problem(), self._folds(), self.omitted,
        )  # fmt: skip

    def _walk(self) -> None:
        waiting, later = [_Seen("")], list[_Seen]()
        while waiting or later:
            seen = waiting.pop() if waiting else later.pop()
            if self.left[seen.is_left_out] <= 0:
                self.omitted += 1
                continue
            for below in self._look_into(seen):
                (later if below.is_left_out else waiting).append(below)

    def _look_into(self, seen: _Seen) -> list[_Seen]:
        """Notes the names in a folder; the folders in it."""
        tree, below, folder = self.tree, list[_Seen](), seen.path
        above = f"{folder}/" if folder else ""
        names = tree._names(folder)[0]
        is_another = bool(folder) and any(name == ".git" for name, _ in names)
        found = []
        for name, what in names:
            path = above + name
            status = tree.status(path)
            leads = tree.leads_to(path)
            found.append((name, what, status.kind, status.size, "" if leads == path else leads))
            is_folder = what == "directory"
            left_out = seen.is_left_out or is_another or self._is_left_out(path, is_folder)
            if is_folder and status.kind == "directory" and not in_git(path):
                below.append(_Seen(path, left_out))
            elif name in IGNORE_FILES and not seen.is_left_out:
                self._keep(path, IGNORE_SIZE)
        self.folders[folder] = tuple(found)
        self.left[seen.is_left_out] -= len(found)
        return below

    def _is_left_out(self, path: str, directory: bool) -> bool:
        """Whether ignore files leave it out; notes what git tracks all the same."""
        tree = self.tree
        if tree.leaves_out(path, directory=directory):
            return True
        rules = tree._ignore_rules
        if rules is not None and rules.leave_out(path, tree._lines_of, directory=directory):
            self.tracked.append(path)
        return False

    def _keep(self, path: str, limit: int) -> None:
        """Keeps the text of a file, as far as it is read."""
        try:
            text = self.tree.read(path, limit).decode("utf-8", "replace")
        except OSError:
            return
        name = self.tree.status(path).path
        self.kept += len(text) - len(self.texts.get(name, ""))
        self.texts[name] = text
        if self.kept > CONTENTS:
            raise CtxloadError(f"too large to freeze: agent definitions and ignore files of over {CONTENTS:,} bytes")

    def _more(self, rows: list[EntryRow]) -> dict[str, tuple[str, int, str]]:
        """What stands at the paths of the index that were not come by."""
        found: dict[str, tuple[str, int, str]] = {}
        for path in (path for row in rows for path, _, _ in row.paths):
            status = self.tree.status(path)
            if status.kind in ("file", "directory") and status.path.rpartition("/")[0] not in self.folders:
                leads = self.tree.leads_to(status.path)
                found[status.path] = status.kind, status.size, "" if leads == status.path else leads
        return found

    def _excludes(self) -> Excludes | None:
        """What git leaves out from outside, without what proves it unchanged."""
        found: Excludes | None = getattr(self.tree, "excludes", None)
        return None if found is None else found.replace(index="", places=())

    def _folds(self) -> bool:
        """Whether the file system takes a name in other letters for the same."""
        names = {name for name, *_ in self.folders[""]}
        other = next((name.swapcase() for name in names if name.swapcase() not in names), "")
        return bool(other) and self.tree.is_there(other)

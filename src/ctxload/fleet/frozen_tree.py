"""The files of a project as they were when it was frozen: names, sizes and links; of contents only what choosing reads.

Nothing here looks at a disk: a tree gives the same answers where the project's folder is empty.
"""

from __future__ import annotations

from ..record import Record
from ..workspace.tree import _NOWHERE, DiskTree, Status, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..workspace.git.excludes import Excludes

    #: What stands at a path: its kind as `Status` has it, its size, and where it leads if a link is on the way.
    Item = tuple[str, int, str]

#: How many paths of tasks are remembered, so that memory does not grow with the tasks.
REMEMBERED = 20_000
#: How many links are followed on the way to one path, about as many as a system does.
LINKS = 40
#: What stands at a path stands at those below it, too.
WALLS = ("outside", "git", "unreadable")


class FrozenFiles(Record):
    """What was frozen of a tree.

    `folders` gives for each folder the names in it, each with what it is (as `Tree._names` says) and its item; `more`
    are paths of the index in folders that were not walked. `texts` are contents: ignore files and agent definitions.
    `excludes` and `tracked` are what git says from outside, `problem` why it cannot; `stack` what the project is made
    of. `folds`: the file system takes `API.md` for `api.md`. `omitted` counts the folders that were not walked.
    """

    root: str
    folders: dict[str, tuple[tuple[str, str, str, int, str], ...]]
    more: dict[str, tuple[str, int, str]] = {}
    texts: dict[str, str] = {}
    excludes: Excludes | None = None
    tracked: tuple[str, ...] = ()
    stack: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    folds: bool = False
    omitted: int = 0


class FrozenTree(Tree):
    """A tree made of what was frozen."""

    def __init__(self, files: FrozenFiles) -> None:
        super().__init__()
        self.root, self._files = files.root, files
        self._items: dict[str, Item] = {"": ("directory", 0, ""), **files.more}
        for folder, names in files.folders.items():
            above = f"{folder}/" if folder else ""
            self._items.update((above + name, (kind, size, leads)) for name, _, kind, size, leads in names)
        self._folded = {path.casefold(): path for path in self._items} if files.folds else {}
        self._tracked = frozenset(files.tracked)

    def __repr__(self) -> str:
        return f"<FrozenTree of {self.root}: {len(self._items)} paths>"

    def status(self, path: str) -> Status:
        if len(self._statuses) > REMEMBERED:  # replaced and not emptied: another thread may be reading them
            self._statuses, self._ignored, self._have_ignore_file, self._links = {}, {}, {}, {}
        return super().status(path)

    def rests_on(self, paths: Iterable[str]) -> None:
        """Nothing: what was frozen does not change."""

    def _look(self, path: str) -> Status:
        kind, size, leads = self._item(path, LINKS)
        if leads:
            self._links[path] = leads
        return Status(path, kind, size)  # type: ignore[arg-type]

    def _item(self, path: str, links: int) -> Item:
        """What stands at a path, through no more than so many links."""
        found = self._items.get(path)
        if found is None and self._folded:
            found = self._items.get(self._folded.get(path.casefold(), path))
        return found or self._behind_link(path, links)

    def _behind_link(self, path: str, links: int) -> Item:
        """What stands at a path on the way to which a link may lead to another folder."""
        above, _, name = path.rpartition("/")
        while above:
            kind, _, leads = self._items.get(above, ("", 0, ""))
            if leads and kind == "directory" and links:
                rest = f"{leads}/{name}"
                kind, size, further = self._item(rest, links - 1)
                return kind, size, further or (rest if kind != "missing" else "")
            if kind in WALLS or leads:
                return kind if kind in WALLS else "unreadable", 0, ""
            above, _, more = above.rpartition("/")
            name = f"{more}/{name}"
        return "missing", 0, ""

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        names = self._files.folders.get(self.leads_to(folder) if folder else "", ())
        return [(name, kind) for name, kind, _, _, _ in names], _NOWHERE

    def read(self, path: str, limit: int = -1) -> bytes:
        text = self._files.texts.get(self.status(path).path)
        if text is None:
            raise FileNotFoundError(f"{path}: its content was not frozen")
        return text.encode("utf-8", "surrogatepass")[: limit if limit >= 0 else None]

    # ── what git said from outside ─────────────────────────────────────────────────────────────────────

    @property
    def excludes(self) -> Excludes | None:
        """What git left out from outside the root."""
        return self._files.excludes

    #: These ask nothing but `excludes`.
    _has_excludes = DiskTree._has_excludes
    _lines_above = DiskTree._lines_above
    _lines_at_root = DiskTree._lines_at_root

    def _is_tracked(self, path: str, *, directory: bool = False) -> bool:
        return path in self._tracked

    def git_problem(self) -> str:
        return self._files.problem

    def stored_stack(self) -> tuple[tuple[str, str], ...] | None:
        return self._files.stack


def plain(files: FrozenFiles) -> list[Any]:
    """What was frozen, as it is stored: an ordinary file is its name and size, an ordinary folder its name alone."""
    folders = {folder: [_short(*name) for name in names] for folder, names in files.folders.items()}
    return [*files.replace(folders=folders)]


def _short(name: str, what: str, kind: str, size: int, leads: str) -> list[Any]:
    if not leads and what == kind == "file":
        return [name, size]
    return [name] if not leads and what == kind == "directory" else [name, what, kind, size, leads]

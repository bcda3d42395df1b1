"""The projects an editor works in: found by the files that it opens, each with its view as things are now."""

from __future__ import annotations

import os

from ...errors import CtxloadError
from ...index.pieces import PieceParser
from ...workspace.locations import Place, discover, root_of
from ...workspace.tree import INDEX_NAMES, DiskTree, Tree
from ...workspace.watcher import PRESENCE, STAT, Wanted, Watching
from .view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeVar

    T = TypeVar("T")

#: Of how many entries the files are followed: whether they are there.
FOLLOWED = 1_000


class Project:
    """One project: its place, and the view of it, made anew when a text or a file changed."""

    def __init__(
        self, place: Place, texts: Callable[[], Mapping[str, str]], changed: Callable[[Project], None]
    ) -> None:
        self.place = place
        self._texts = texts
        self._changed = changed
        self._reader = PieceParser()
        self._view: View | None = None
        self._served: View | None = None
        self._watching: Watching | None = None
        self.published: set[str] = set()
        #: The last view that was checked as a whole, and how many seconds that took.
        self.checked: View | None = None
        self.cost = 0.0
        self._shown: dict[Any, Any] = {}
        self._shown_now: dict[Any, Any] = {}

    @property
    def view(self) -> View:
        """The project as it is now."""
        if self._view is None:
            self._view = View(self.place, self.texts(), self._reader, self._served)
            if self._view.served:
                self._served = self._view
        return self._view

    @property
    def last_good(self) -> View:
        """The view as it was when its index could last be read: while it is being typed, that is rarely now."""
        view = self.view
        return view if view.served else self._served or view

    @property
    def settled(self) -> View:
        """The view that was made last: what it offers does not depend on the last few letters."""
        return self._served or self.last_good

    def texts(self) -> dict[str, str]:
        """The texts of open files below the root, by their path from it."""
        found = {}
        for path, text in self._texts().items():
            name = self.name_of(path)
            if name:
                found[name] = text.removeprefix("\ufeff")
        return found

    def name_of(self, path: str) -> str:
        """The name of a file in this project; empty where it is not below the root."""
        root = self.place.root.rstrip(os.sep) + os.sep
        return path[len(root) :].replace(os.sep, "/") if path.startswith(root) else ""

    def path_of(self, name: str) -> str:
        """The full path of a file of this project."""
        return name if os.path.isabs(name) else os.path.join(self.place.root, *name.split("/"))

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """What was made for a key when findings were sent last, or is now."""
        if key not in self._shown_now:
            self._shown_now[key] = self._shown[key] if key in self._shown else make()
        return self._shown_now[key]  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Keeps what was used since the last time, and nothing else."""
        self._shown, self._shown_now = self._shown_now, {}

    def forget_all(self) -> None:
        """Keeps nothing."""
        self._shown, self._shown_now = {}, {}

    def outdate(self) -> None:
        """Has the view made anew when it is wanted next."""
        self._view = None

    def watch(self) -> bool:
        """Waits, in a thread, for changes on disk from now on; whether something changed since the view was made."""
        if self._watching is None:
            self._watching = Watching(self._wanted, lambda: self._changed(self))
            self._watching.__enter__()
        view, now = self.view, DiskTree(self.place.root)
        return any(_is_there(now, name) != _is_there(view.looked_at, name) for name in _named(view)) or any(
            now.status(name).signature != view.tree.status(name).signature for name in view.files
        )

    def stop(self) -> None:
        """Ends the waiting."""
        if self._watching is not None:
            self._watching.stop()

    def _wanted(self) -> Wanted:
        files = {self.path_of(name): STAT for name in (self.place.name, *self.settled.files)}
        now = DiskTree(self.place.root)
        for name in _named(self.settled):
            if not now.is_pattern(name) and now.status(name).kind in ("file", "directory", "missing"):
                files.setdefault(self.path_of(name), PRESENCE)
        return Wanted(self.place.root, files, {})


def _named(view: View) -> list[str]:
    """The files and folders that entries name."""
    return [path.value for entry in view.index.entries[:FOLLOWED] for path in entry.paths]


def _is_there(tree: Tree, path: str) -> bool:
    return tree.status(path).kind != "missing"


class Projects:
    """All projects, by the path of their index. `texts` gives the open files, `changed` is told of changes on disk."""

    def __init__(self, texts: Callable[[], Mapping[str, str]], changed: Callable[[Project], None]) -> None:
        self._texts = texts
        self._changed = changed
        self._all: dict[str, Project] = {}

    def __iter__(self) -> Iterator[Project]:
        return iter(list(self._all.values()))

    def of(self, path: str) -> Project | None:
        """The project that a file belongs to, or None."""
        place = _place(path)
        if place is None:
            return None
        if place.path not in self._all:
            self._all[place.path] = Project(place, self._texts, self._changed)
        return self._all[place.path]


def _place(path: str) -> Place | None:
    if not os.path.isabs(path):  # a document that isn't a file
        return None
    try:
        if os.path.basename(path) in INDEX_NAMES:
            return discover(index=path, environ={})
        return discover(os.path.dirname(path), environ={})
    except CtxloadError:
        pass
    if os.path.basename(path) in INDEX_NAMES:  # new, and not saved yet
        root = root_of(path)
        return Place(path, root, os.path.relpath(path, root).replace(os.sep, "/"))
    return None

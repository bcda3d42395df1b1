"""`OpenTree`: a tree that sees what is the person's own beside a project, as `~/…`: the folders of skills below their
home that they named, and nothing else there.

A link counts where it leads to a folder that is named as well; ignore files do not: what was named is meant.
"""

from __future__ import annotations

import os
import sys

from ..locations import account_home
from ..tree import HOME, DiskTree, Listing, Status
from .settings_file import skill_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO, TypeVar

    Kind = TypeVar("Kind", bound=DiskTree)


class HomeTree(DiskTree):
    """The files below a home, in some of its folders; paths are those from the home."""

    def __init__(self, home: str, folders: Iterable[str]) -> None:
        super().__init__(home)
        #: What stands there and is not read: others may write it.
        self.closed: dict[str, None] = {}
        self.named = tuple(real for folder in folders if (real := self._real_folder(folder)))

    def _real_folder(self, folder: str) -> str:
        """Where a folder really is, from the home; empty where that is elsewhere, or anybody may write there."""
        full = os.path.realpath(self._full(folder))
        if not full.startswith(self._inside) or not is_safe(full):
            return ""
        return full[len(self._inside) :].replace(os.sep, "/")

    def _look(self, path: str) -> Status:
        found = super()._look(path)
        real = self._links.get(path, path)
        if found.kind in ("file", "directory") and not any(f"{real}/".startswith(f"{one}/") for one in self.named):
            return Status(path, "outside")
        return Status(path, "unreadable") if found.kind in ("file", "directory") and self._is_refused(real) else found

    def _is_refused(self, real: str) -> bool:
        """Whether anybody may write what stands at a path, or a folder above it, up to the one that is named."""
        while real and real not in self.named:
            if real in self.closed or not is_safe(self._full(real)):
                self.closed[real] = None
                return True
            real = real.rpartition("/")[0]
        return False

    def is_ignored(self, path: str) -> bool:
        return False

    def leaves_out(self, path: str, *, directory: bool = False) -> bool:
        return self._is_refused(path) if any(path.startswith(f"{one}/") for one in self.named) else False


class SeesHome(DiskTree):
    """What a tree does with paths that begin with `~/`: it asks a `HomeTree`, if the person named any folder."""

    _home: HomeTree | None = None
    _has_home = False

    @property
    def home(self) -> HomeTree | None:
        """The tree of the person's own skills; None where they named none."""
        if not self._has_home:
            self._home, self._has_home = home_tree(), True
        return self._home

    def anew(self) -> DiskTree:
        return OpenTree(self.root)

    def refused(self) -> tuple[str, ...]:
        return tuple(HOME + path for path in sorted(self.home.closed)) if self.home else ()

    def status(self, path: str) -> Status:
        if path[:2] != HOME or path in self._statuses or not (home := self.home):
            return super().status(path)
        found = home.status(path[2:])
        there, leads = HOME + found.path, HOME + home.leads_to(found.path)
        self._ignored[there] = False
        if leads != there:
            self._links[there] = leads
        self._statuses[path] = found = found.replace(path=there)
        return found

    def expand(self, pattern: str) -> Listing:
        """The files of a glob; one that leads to the home is written as what it is, or fits nothing there."""
        found = super().expand(pattern)
        return Listing(()) if pattern[:2] != HOME and any(path[:2] == HOME for path in found.files) else found

    def leaves_out(self, path: str, *, directory: bool = False) -> bool:
        if path[:2] == HOME:
            return self.home is not None and self.home.leaves_out(path[2:], directory=directory)
        return super().leaves_out(path, directory=directory)

    def full_path(self, path: str) -> str:
        return "" if path[:2] == HOME else super().full_path(path)

    def open(self, path: str) -> BinaryIO:
        return self.home.open(path[2:]) if path[:2] == HOME and self.home else super().open(path)

    def _look(self, path: str) -> Status:
        if path[:2] == HOME:
            return self.home._look(path[2:]).replace(path=path) if self.home else Status(path, "outside")
        return super()._look(path)

    def _full(self, path: str) -> str:
        return self.home._full(path[2:]) if path[:2] == HOME and self.home else super()._full(path)

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        """The names in a folder; a skill that is a clone is none of another project."""
        if folder[:2] != HOME or not self.home:
            return super()._names(folder)
        names, sign = self.home._names(folder[2:])
        return [name for name in names if name[0] != ".git"], sign


class OpenTree(SeesHome):
    """The files of a folder on disk, and what is the person's own."""


def seeing(kind: type[Kind]) -> type[Kind]:
    """A kind of tree that sees what is the person's own, too."""
    return type(f"Own{kind.__name__}", (SeesHome, kind), {})


def is_safe(folder: str) -> bool:
    """Whether a folder is the person's or the system's, and not everybody may write there."""
    try:
        found = os.stat(folder)
    except OSError:
        return False
    return not hasattr(os, "geteuid") or (found.st_uid in (os.geteuid(), 0) and not found.st_mode & 0o002)


def home_tree() -> HomeTree | None:
    """The tree of the person's own skills; None where they named none."""
    folders, home = skill_folders(), person_home()
    return HomeTree(home, [folder.removeprefix(HOME) for folder in folders]) if folders and home else None


def person_home() -> str:
    """The home of the account that runs this, as the account database has it; no variable moves it."""
    home = account_home()
    if sys.platform == "win32" and home:  # that is where programs keep their data: `AppData\\Local` in the home
        home = os.path.dirname(os.path.dirname(home))
    return home if os.path.isabs(home) else ""


def faults() -> list[str]:
    """What keeps folders that are named from being read, in words."""
    tree = home_tree()
    if tree is None:
        return []
    found = []
    for folder in skill_folders():
        name = folder.removeprefix(HOME)
        if not os.path.isdir(tree._full(name)):
            found.append(f"`{folder}` doesn't exist")
        elif not tree._real_folder(name):
            found.append(f"`{folder}` leads out of your home, or anybody may write there: nothing of it is given")
    return found

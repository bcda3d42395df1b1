"""What is below a folder. A walk passes links over; where other tools' files are looked for, linked folders count.

A link is followed where it leads to another folder of the root; one that leads out of the root is named.
"""

from __future__ import annotations

import os

from ..record import Record
from ..text.escaping import is_unsafe
from .opening import BY_FOLDER, LISTED, opened
from .stamps import signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from .opening import Found, Looked

    #: Folders, each with its signature.
    Signed = tuple[tuple[str, tuple[int, ...]], ...]

    class Listed(Protocol):
        """A tree, as far as a walk through it asks."""

        def status(self, path: str) -> Found: ...
        def leads_to(self, path: str) -> str: ...
        def rests_on(self, paths: Iterable[str]) -> None: ...
        def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]: ...

    class Below(Protocol):
        """What a walk found below a folder."""

        @property
        def files(self) -> tuple[str, ...]: ...
        @property
        def folders(self) -> Signed: ...
        @property
        def links(self) -> tuple[str, ...]: ...

    class Linking(Protocol):
        """A tree, as far as its links are followed."""

        def status(self, path: str) -> Found: ...
        def leads_to(self, path: str) -> str: ...
        def leaves_out(self, path: str, *, directory: bool = False) -> bool: ...
        def files_below(self, folder: str, *, hidden: bool = False) -> Below: ...


#: How many links one look follows.
LINKS = 200


def names_in(tree: Looked, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
    """The names in a folder with what they are, and the signature of the folder."""
    try:
        number = opened(tree, folder, LISTED) if BY_FOLDER else -1
    except OSError:
        return [], ()
    try:
        place = number if BY_FOLDER else tree._full(folder)
        now = signature(os.stat(place))
        with os.scandir(place) as items:
            return sorted((item.name, _kind(item)) for item in items), now
    except OSError:
        return [], ()
    finally:
        if number >= 0:
            os.close(number)


def walk(
    tree: Listed, top: str, is_left_out: Callable[[str, str, str, bool], bool], hidden: bool, depth: int, most: int
) -> tuple[tuple[str, ...], Signed, bool, tuple[str, ...], tuple[str, ...]]:
    """What is below a folder, at most so deep and so much: files, folders, whether it is cut, projects, links."""
    files: list[str] = []
    folders: list[tuple[str, tuple[int, ...]]] = []
    others: list[str] = []
    links: list[str] = []
    waiting, is_linked = [top], tree.leads_to(top) != top
    while waiting:
        folder = waiting.pop()
        if is_linked:
            tree.status(folder)  # which notes where the way behind a link leads
        names, signature = tree._names(folder)
        folders.append((folder, signature))
        if folder != top and any(name == ".git" for name, _ in names):  # a work tree, clone or submodule
            others.append(folder)
            continue
        for name, kind in names:
            path = f"{folder}/{name}" if folder else name
            if kind == "link" and tree.status(path).kind == "missing":
                tree.rests_on((path,))
            elif kind == "other":
                links.append(path)
            if is_left_out(path, name, kind, hidden):
                continue
            if kind == "directory":
                if depth < 0 or path.count("/") < depth:
                    waiting.append(path)
            elif (found := tree.status(path).kind) == "file":
                files.append(path)
            elif found == "outside":
                links.append(path)
        if len(files) > most:
            break
    return (
        tuple(sorted(files)[:most]),
        tuple(sorted(folders)),
        len(files) > most,
        tuple(sorted(others)),
        tuple(sorted(links)),
    )


def _kind(item: os.DirEntry[str]) -> str:
    try:
        if item.is_dir(follow_symlinks=False):
            return "directory"
        if item.is_file():
            return "file"
        return "link" if item.is_symlink() and not item.is_dir() else "other"
    except OSError:
        return "other"


class Linked(Record):
    """What links lead to: the files below them, sorted, under the names that the links give them; the folders that were
    looked into; the links that lead out of the root.
    """

    files: tuple[str, ...] = ()
    folders: tuple[tuple[str, tuple[int, ...]], ...] = ()
    outside: tuple[str, ...] = ()


def behind(tree: Linking, links: Iterable[str], *, hidden: bool) -> Linked:
    """What these links lead to, and the links that stand there."""
    files: list[str] = []
    folders: list[tuple[str, tuple[int, ...]]] = []
    outside: list[str] = []
    waiting = [(link, frozenset[str]()) for link in links]
    followed = 0
    while waiting:
        link, way = waiting.pop(0)
        kind, target = tree.status(link).kind, tree.leads_to(link)
        if is_unsafe(link):
            continue
        if kind == "outside":
            outside.append(link)
        elif kind == "directory" and followed < LINKS and _leads_on(tree, link, target, way):
            followed += 1
            listing = tree.files_below(link, hidden=hidden)
            files += listing.files
            folders += listing.folders
            waiting += [(other, way | {target}) for other in listing.links]
    return Linked(tuple(sorted(files)), tuple(folders), tuple(outside))


def _leads_on(tree: Linking, link: str, target: str, way: frozenset[str]) -> bool:
    """Whether a link leads to a folder that counts, and in no circle."""
    if target == link or target in way or tree.leaves_out(link) or tree.leaves_out(target, directory=True):
        return False
    above = tree.leads_to(link.rpartition("/")[0])
    return bool(target) and not f"{above}/".startswith(f"{target}/")

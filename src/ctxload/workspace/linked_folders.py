"""What linked folders bring: a walk passes links over, and where other tools' files are looked for they count.

A link is followed where it leads to another folder of the root; one that leads out of the root is named.
"""

from __future__ import annotations

from ..record import Record
from ..text.escaping import is_unsafe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .tree import Tree

#: How many links one look follows.
LINKS = 200


class Linked(Record):
    """What links lead to: the files below them, sorted, under the names that the links give them; the folders that were
    looked into; the links that lead out of the root.
    """

    files: tuple[str, ...] = ()
    folders: tuple[tuple[str, tuple[int, ...]], ...] = ()
    outside: tuple[str, ...] = ()


def behind(tree: Tree, links: Iterable[str], *, hidden: bool) -> Linked:
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


def _leads_on(tree: Tree, link: str, target: str, way: frozenset[str]) -> bool:
    """Whether a link leads to a folder that counts, and in no circle."""
    if target == link or target in way or tree.leaves_out(link) or tree.leaves_out(target, directory=True):
        return False
    above = tree.leads_to(link.rpartition("/")[0])
    return bool(target) and not f"{above}/".startswith(f"{target}/")

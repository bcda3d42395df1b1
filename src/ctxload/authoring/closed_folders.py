"""The folders of a tree that may not be looked into, so that what they hold is not known."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.tree import Tree


def closed_folders(tree: Tree, top: str) -> list[str]:
    """The folders below one, itself among them, that may not be looked into: a folder on disk that was listed has a
    signature, and of one that gives no more than its names no file can be looked at.
    """
    folders = tree.files_below(top).folders
    closed = {folder for folder, sign in folders if not sign} if tree.status(top).signature else set()
    for path, status in tree._statuses.items():
        if status.kind == "unreadable" and not os.access(os.path.dirname(os.path.join(tree.root, path)), os.X_OK):
            closed.add(path.rpartition("/")[0])
    return sorted(closed.intersection([folder for folder, _ in folders]))

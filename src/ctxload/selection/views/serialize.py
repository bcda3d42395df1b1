"""A resolution as JSON-ready data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...workspace.tree import Tree
    from ..model import Resolution

#: How much of the files of one answer is hashed at most, in bytes.
HASHED_IN_ALL = 256_000_000


def resolution_data(tree: Tree, resolution: Resolution, *, every: bool = False) -> dict[str, Any]:
    """A resolution as JSON-ready data, with the hash of each file, or why it has none."""
    from ...workspace.tree import HASHED

    data = resolution.to_dict(every=every)
    left = HASHED_IN_ALL
    for file in data["files"]:
        size = tree.status(file["path"]).size
        wrong = "too-large" if size > HASHED else "too-much" if size > left else ""
        file["sha256"] = "" if wrong else tree.digest(file["path"], HASHED)
        if not file["sha256"]:
            file["not_hashed"] = wrong or "unreadable"
        left -= 0 if wrong else size
    return data

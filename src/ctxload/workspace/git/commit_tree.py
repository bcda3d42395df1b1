"""The files of a commit as a tree: what an index and its documents were, read from git's objects and no work tree.

All that a commit holds is tracked, so only `.ctxignore` leaves something of it out. A link is followed inside the
commit. What a filter makes of a file when it is checked out (Git LFS, line ends) is not made here.
"""

from __future__ import annotations

import os

from ..tree import Status, Tree, clean, in_git
from .objects import BLOB, TREE, Repository, TooLargeObject, items_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    Items = dict[str, tuple[bytes, bytes]]

_LINK, _MODULE = b"120000", b"160000"
_FOLDERS = (b"40000", b"040000")
#: How many links are followed on the way to a file.
LINKS = 40


class CommitTree(Tree):
    """The files of a commit below a folder of its work tree."""

    def __init__(self, repository: Repository, commit: bytes, root: str) -> None:
        super().__init__()
        self.root, self.commit = root, commit
        self._repository = repository
        self._folders: dict[str, Items | None] = {}
        self._top = repository.tree_of(commit)
        below = os.path.relpath(os.path.realpath(root), repository.top).replace(os.sep, "/")
        self._prefix = "" if below == "." else below

    def __repr__(self) -> str:
        return f"<CommitTree {self.commit.hex()[:10]} {self.root}>"

    def close(self) -> None:
        """Closes the repository; what was read stays."""
        self._repository.close()

    def signature_now(self, path: str) -> tuple[int, ...]:
        return self.status(path).signature  # a commit does not change

    def _look(self, path: str) -> Status:
        self._links.pop(path, "")
        real = self._real_path(path)
        if real is None:
            return Status(path, "outside")
        if real != path:
            self._links[path] = real
            if in_git(real):
                return Status(path, "git")
        if not real:
            return Status(path, "directory")
        mode, digest = self._item(real)
        if not mode or mode == _LINK:
            return Status(path, "missing")
        if mode in (*_FOLDERS, _MODULE):
            return Status(path, "directory", 0, _sign(digest))
        return Status(path, "file", 0, _sign(digest))

    def _real_path(self, path: str) -> str | None:
        """A path without links; None where one leads out of the root, or there are too many."""
        left, done = path.split("/") if path else [], ""
        followed = 0
        while left:
            part, *left = left
            here = f"{done}/{part}" if done else part
            mode, digest = self._item(here)
            if mode != _LINK:
                done = here
                continue
            followed += 1
            target = self._repository.object(digest, BLOB).decode("utf-8", "surrogateescape")
            joined, wrong = clean(f"{done}/{target}" if done and not target.startswith("/") else target)
            if wrong or followed > LINKS:
                return None
            left, done = [*filter(None, joined.split("/")), *left], ""
        return done

    def _item(self, path: str) -> tuple[bytes, bytes]:
        """The mode and the digest of what stands at a path without links; empty where nothing does."""
        folder, _, name = path.rpartition("/")
        return (self._items(folder) or {}).get(name, (b"", b""))

    def _items(self, folder: str) -> Items | None:
        """What is in a folder, by name; None where there is no such folder."""
        if folder not in self._folders:
            self._folders[folder] = self._read_folder(folder)
        return self._folders[folder]

    def _read_folder(self, folder: str) -> Items | None:
        if folder:
            mode, digest = self._item(folder)
            if mode not in _FOLDERS:
                return None
        else:
            digest = self._below(self._top, self._prefix)
            if not digest:
                return {}
        return self._in_tree(digest)

    def _below(self, digest: bytes, prefix: str) -> bytes:
        """The name of the tree of a folder in the commit; empty where it has none."""
        for part in prefix.split("/") if prefix else ():
            mode, digest = self._in_tree(digest).get(part, (b"", b""))
            if mode not in _FOLDERS:
                return b""
        return digest

    def _in_tree(self, digest: bytes) -> Items:
        """What a tree of the repository holds, by name."""
        data = self._repository.object(digest, TREE)
        return {name: (mode, inner) for mode, name, inner in items_of(data, len(digest))}

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        real = self._real_path(folder) or ""
        if real and self._item(real)[0] == _MODULE:
            return [(".git", "file")], ()
        found = [
            (name, self._kind(f"{folder}/{name}" if folder else name, mode))
            for name, (mode, _) in (self._items(real) or {}).items()
        ]
        return sorted(found), ()

    def _kind(self, path: str, mode: bytes) -> str:
        """What a name in a folder is; a link to a folder is none that is walked."""
        if mode in (*_FOLDERS, _MODULE):
            return "directory"
        if mode != _LINK:
            return "file"
        return {"file": "file", "missing": "link"}.get(self.status(path).kind, "other")

    def _is_tracked(self, path: str, *, directory: bool = False) -> bool:
        return True

    def read(self, path: str, limit: int = -1) -> bytes:
        status = self.status(path)
        if status.kind != "file":
            raise FileNotFoundError(f"{path}: {status.kind}")
        _, digest = self._item(self.leads_to(status.path))
        try:
            data = self._repository.object(digest, BLOB)
        except TooLargeObject as error:
            raise OSError(f"{path}: {error}") from None
        self._statuses[path] = status.replace(size=len(data))
        return data if limit < 0 else data[:limit]


def _sign(digest: bytes) -> tuple[int, ...]:
    """What proves that a file is the same: git's own digest of it, as numbers."""
    return tuple([int.from_bytes(digest[at : at + 8], "big") for at in range(0, len(digest), 8)])

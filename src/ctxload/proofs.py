"""That the files of an answer are as they were when they were looked at, for little: a stat for each of their folders.

A folder's mtime moves whenever a file in it comes, goes or is replaced. What is edited in place changes nothing but its size,
which is looked at once a second. Where a folder proves nothing (it is younger than the clock's grain, a link leads to the file,
or the system is not one that keeps such times), each file is looked at each time.
"""

from __future__ import annotations

import os
from os import stat

from .tree import GRAIN_NS, DiskTree, signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .resolution import SelectedFile

    #: What is looked at to prove a file, its folder or itself, and the signature that it must have.
    Proof = tuple[str, tuple[int, ...]]

#: For how long the size of a file is believed, in nanoseconds.
BELIEVED_NS = 1_000_000_000
#: Whether the times of folders can be relied on.
FOLDERS_TELL = os.name == "posix"


class Proofs:
    """What is known of the files of one tree, which must not be older than this."""

    def __init__(self, tree: DiskTree) -> None:
        self.tree = tree
        self._since = 0
        self._files: dict[str, Proof] = {}
        self._folders: dict[str, Proof] = {}

    def hold(self, files: Iterable[SelectedFile], now: int) -> bool:
        """Whether all of these files are as the tree saw them; `now` is the time in nanoseconds."""
        if not 0 <= now - self._since < BELIEVED_NS:
            self._since, self._files, self._folders = now, {}, {}
        known, seen = self._files, None
        try:
            for file in files:
                proof = known.get(file[0])
                if proof is None:
                    proof = self._proof_of(file[0], now, seen)
                    if proof is None:
                        return False
                    known[file[0]] = seen = proof
                elif proof is not seen:
                    found = stat(proof[0])
                    if (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != proof[1]:
                        return False
                    seen = proof
        except (OSError, ValueError):
            return False
        return True

    def _proof_of(self, path: str, now: int, seen: Proof | None) -> Proof | None:
        """A proof for a file that is as the tree saw it; its folder is looked at before it, so that nothing is missed.

        None, too, where what proves others in its folder (`seen`: a moment ago) proves nothing any more.
        """
        full, known = self.tree.full_path(path), self.tree.status(path).signature
        proof = full or os.path.join(self.tree.root, path), known
        if full and FOLDERS_TELL:
            above = os.path.dirname(full)
            folder = self._folders.get(above)
            if folder is None:
                folder = self._folders[above] = above, signature(stat(above))
            elif folder is not seen and signature(stat(above)) != folder[1]:
                return None
            if folder[1][1] + GRAIN_NS <= now:
                return folder if signature(stat(full)) == known else None
        return proof if signature(stat(proof[0])) == known else None

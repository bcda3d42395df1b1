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

    #: Of a file: where it is and its signature; its folder with its signature, if that proves anything; when to look again.
    Proof = tuple[str, tuple[int, ...], tuple[str, tuple[int, ...]] | None, int]

#: For how long the size of a file is believed, in nanoseconds.
BELIEVED_NS = 1_000_000_000
#: Whether the times of folders can be relied on.
FOLDERS_TELL = os.name == "posix"


class Proofs:
    """What is known of the files of one tree, which must not be older than this."""

    def __init__(self, tree: DiskTree) -> None:
        self.tree = tree
        self._files: dict[str, Proof] = {}

    def hold(self, files: Iterable[SelectedFile], now: int) -> bool:
        """Whether all of these files are as the tree saw them; `now` is the time in nanoseconds."""
        known, seen = self._files, None
        looked_at: dict[str, tuple[int, ...]] = {}
        try:
            for file in files:
                proof = known.get(file[0])
                if proof is None or now >= proof[3] or now < proof[3] - BELIEVED_NS:
                    proof = self._look(file[0], now, looked_at)
                    if proof is None:
                        return False
                    known[file[0]] = proof
                    continue
                folder = proof[2]
                if folder is None:
                    if signature(stat(proof[0])) != proof[1]:
                        return False
                elif folder != seen:
                    if signature(stat(folder[0])) != folder[1]:
                        return False
                    seen = folder
        except (OSError, ValueError):
            return False
        return True

    def _look(self, path: str, now: int, folders: dict[str, tuple[int, ...]]) -> Proof | None:
        """A proof for a file that is as the tree saw it; its folder is looked at before it, so that nothing is missed."""
        full, known = self.tree.full_path(path), self.tree.status(path).signature
        folder = None
        if full and FOLDERS_TELL:
            above = os.path.dirname(full)
            found = folders.get(above) or folders.setdefault(above, signature(stat(above)))
            if found[1] + GRAIN_NS <= now:
                folder = above, found
        full = full or os.path.join(self.tree.root, path)
        return (full, known, folder, now + BELIEVED_NS) if signature(stat(full)) == known else None

"""That the files of an answer are as they were when they were looked at, for little: a stat for each of their folders.

A folder's mtime moves whenever a file in it comes, goes or is replaced, and its ctime when it is moved itself: so do
those of the folders above it, each of which is looked at, too. What is edited in place changes nothing but its size,
which is looked at once a second; so is whether an ignore file has come to a folder without one. Where a folder proves
nothing (it is younger than the clock's grain, a link leads to the file, or the system is not one that keeps such
times), each file is looked at each time.
"""

from __future__ import annotations

import os
from os import stat

from ..record import Record
from .stamps import GRAIN_NS, changed_at, is_young, signature, signature_of
from .tree import IGNORE_FILES, DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    #: What is looked at to prove a file, its folder or itself, the signature that it must have, and the same of the
    #: folder above it, up to the root.
    Proof = tuple[str, tuple[int, ...], "Proof | None"]

#: For how long the size of a file is believed, in nanoseconds.
BELIEVED_NS = 1_000_000_000
#: Whether the system tells if something stands at a path, for whom a process acts.
IS_TOLD = os.access in os.supports_effective_ids
#: Whether the times of folders can be relied on.
FOLDERS_TELL = os.name == "posix"


class Proofs:
    """What is known of the files of one tree, which must not be older than this."""

    def __init__(self, tree: DiskTree) -> None:
        self.tree = tree
        self._since = 0
        self._files: dict[str, Proof] = {}
        self._folders: dict[str, Proof] = {}
        self._looks = _Looks((), 0, ())

    def are_looks_current(self, looked_at: int) -> bool:
        """Whether the folders that the tree listed, the ignore files and whatever else it was asked for are as they
        were.

        Nothing of it was looked at before `looked_at`, in nanoseconds.
        """
        if self._looks.counts != _counts(self.tree):
            self._looks = _looks_of(self.tree)
        if self._looks.newest > looked_at - GRAIN_NS:  # what is younger may have changed again within the clock's grain
            return False
        if any(map(_stands, self._looks.absent)):
            return False
        for path, sign in self._looks.seen:
            try:
                found = stat(path)
                here: tuple[int, ...] = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            except (OSError, ValueError):
                here = ()
            if here != sign and not _has_same_names(path, sign, here):
                return False
        return True

    def hold(self, files: Iterable[Record], now: int) -> bool:
        """Whether all of these files, each with its path first, are as the tree saw them; `now` is the time in
        nanoseconds.
        """
        if not 0 <= now - self._since < BELIEVED_NS:
            self._since, self._files, self._folders = now, {}, {}
            if self.tree.has_new_ignore_file():
                return False
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
                    above: Proof | None = proof
                    while above is not None:
                        path, known_sign, above = above
                        found = stat(path)
                        if (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != known_sign:
                            return False
                    seen = proof
        except (OSError, ValueError):
            return False
        return True

    def _proof_of(self, path: str, now: int, seen: Proof | None) -> Proof | None:
        """A proof for a file that is as the tree saw it; its folders are looked at before it, so that nothing is
        missed.

        None, too, where what proves others in these folders (`seen`: a moment ago) proves nothing any more.
        """
        full, known = self.tree.full_path(path), self.tree.status(path).signature
        if full and FOLDERS_TELL:
            folder = self._folder(os.path.dirname(full), seen)
            if folder is None:
                return None
            if not is_young(folder[1], now):
                return folder if signature(stat(full)) == known else None
        full = full or self.tree._full(path)
        return (full, known, None) if signature(stat(full)) == known else None

    def _folder(self, full: str, seen: Proof | None) -> Proof | None:
        """The proof for a folder and those above it, as they are now; None where one is another than it was, or a
        link.
        """
        known, root = self._folders.get(full), self.tree.real_root
        if known is not None and known is seen:
            return known
        parent, above = os.path.dirname(full), None
        if root not in (full, parent):
            above = self._folder(parent, None)
            if above is None:
                return None
        sign = signature(stat(full))
        if known is not None:
            return known if known[1] == sign and known[2] is above else None
        if os.path.islink(full):
            return None
        self._folders[full] = found = full, sign, above
        return found


class _Looks(Record):
    """What a tree looked at: how much by kind, the time of the youngest change, each path with its signature, and the
    paths at which nothing stands.
    """

    counts: tuple[int, ...]
    newest: int
    seen: tuple[tuple[str, tuple[int, ...]], ...]
    absent: tuple[str, ...] = ()


def _stands(path: str) -> bool:
    """Whether something stands at a path; where nothing does, a stat takes twice the time."""
    return os.access(path, os.F_OK, effective_ids=True) if IS_TOLD else bool(signature_of(path))


def _has_same_names(path: str, sign: tuple[int, ...], here: tuple[int, ...]) -> bool:
    """Whether a file that is not as it was is git's index, of which the names count, and has those that it had."""
    if len(sign) < 5:
        return False
    from .git.tracked import names_checksum

    return here == sign[:-1] or names_checksum(path) == sign[-1]


def _counts(tree: DiskTree) -> tuple[int, ...]:
    return len(tree._listings), len(tree._near), len(tree._ignore_lines), len(tree._asked), len(tree.asked_of_git())


def _looks_of(tree: DiskTree) -> _Looks:
    listed, near = list(tree._listings.values()), list(tree._near.values())
    ignoring, asked = list(tree._ignore_lines), list(tree._asked)
    seen = [place for listing in (*listed, *near) for place in listing.folders]
    paths = [f"{folder}/{name}" if folder else name for folder in ignoring for name in IGNORE_FILES]
    seen += [(path, tree.status(path).signature) for path in (*paths, *asked)]
    git = tree.asked_of_git()
    seen += git
    counts = len(listed), len(near), len(ignoring), len(asked), len(git)
    newest = max([changed_at(sign) for _, sign in seen], default=0)
    full = [(path if os.path.isabs(path) else tree._full(path), sign) for path, sign in seen]
    absent = tuple([path for path, sign in full if not sign])
    return _Looks(counts, newest, tuple([one for one in full if one[1]]), absent)

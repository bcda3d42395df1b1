"""What differs from git's last commit, found without git: no program is started that a clone's setting could name.

A file counts as changed where its content differs from what git noted, byte for byte or but for line ends. What a
filter of the repository makes of it (as Git LFS does) is not asked: such a file counts once it was touched. Nor does a
mode alone count.
"""

from __future__ import annotations

import os
import stat
import sys

from ...errors import UsageError
from ...text.escaping import escape
from ..tree import WALK_LIMIT, DiskTree, clean
from .index import FOLDER, INDEX_SIZE, LINK, MODULE, GitEntry, GitIndex, UnreadableIndex, read_index
from .objects import Repository, UnreadableRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: The largest file whose content is compared, and how much is in all; beyond it a file that was touched counts as
#: changed.
COMPARED, COMPARED_IN_ALL = 32_000_000, 256_000_000
_CURE = "name the files with --file"


def changed_files(root: str) -> list[str]:
    """The files below the root that differ from the last commit, then those that git does not know yet."""
    repository = None
    try:
        repository = Repository.of(os.path.realpath(root))
        if repository is None:
            raise UsageError(f"--changed needs a git work tree, and {escape(root)} is in none: {_CURE}")
        return [*dict.fromkeys(filter(_is_usable, map(_shown, _Changes(repository, os.path.realpath(root)).names())))]
    except (UnreadableIndex, UnreadableRepository, ValueError) as error:
        raise UsageError(f"--changed cannot read the git repository: {escape(str(error))}; {_CURE}") from None
    except OSError as error:
        raise UsageError(f"--changed cannot read the git repository: {error.strerror or error}; {_CURE}") from None
    finally:
        if repository:
            repository.close()


def _shown(name: str) -> str:
    """A name as text, whatever bytes it has."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_usable(name: str) -> bool:
    """Whether a name is of a file below the root: a commit may hold any."""
    return clean(name) == (name, "")


class _Changes:
    """A work tree beside its index and its commit."""

    def __init__(self, repository: Repository, root: str) -> None:
        self.repository = repository
        below = os.path.relpath(root, repository.top).replace(os.sep, "/")
        self.prefix = "" if below == "." else below + "/"
        data, self.written = repository.index(INDEX_SIZE)
        self.index = read_index(data) if data else GitIndex((), {})
        self.left = COMPARED_IN_ALL
        self.folders: dict[str, bool] = {"": True}

    def names(self) -> Iterator[str]:
        """The names of all that has changed, from the root."""
        staged = self._staged()
        here = {entry.name for entry in self.index.entries}
        gone = {name for name in staged if name not in here}
        differs = {entry.name for entry in self.index.entries if entry.name in staged or self._differs(entry)}
        yield from self._below(sorted(gone | differs))
        yield from self._below(self._unknown(here))

    def _below(self, names: list[str]) -> Iterator[str]:
        return (name[len(self.prefix) :] for name in names if name.startswith(self.prefix))

    # ── the index beside the commit ──────────────────────────────────────────────────────────────────────

    def _staged(self) -> set[str]:
        """The names that the index and the last commit do not have alike."""
        commit = self.repository.head()
        known = {**self.index.trees, **{one.name: one.digest for one in self.index.entries if one.kind == FOLDER}}
        files, same = self.repository.files(self.repository.tree_of(commit), known) if commit else ({}, set())
        if "" in same:
            return set()
        ours = {
            one.name: one.digest for one in self.index.entries if one.kind != FOLDER and not _is_in(one.name, same)
        }  # fmt: skip
        return {name for name in ours.keys() | files.keys() if ours.get(name) != files.get(name)}

    # ── the work tree beside the index ───────────────────────────────────────────────────────────────────

    def _differs(self, entry: GitEntry) -> bool:
        """Whether what stands in the work tree is not what the index has."""
        if entry.in_conflict or entry.only_named:
            return True
        if not entry.looked_at or not entry.name.startswith(self.prefix):
            return False
        if not self._is_folder(entry.name.rpartition("/")[0]):
            return True
        path = os.path.join(self.repository.top, *entry.name.split("/"))
        try:
            found = os.lstat(path)
        except OSError:
            return True
        if entry.kind == MODULE:
            return not stat.S_ISDIR(found.st_mode) or self._is_elsewhere(path, entry.digest)
        if stat.S_ISLNK(found.st_mode):
            return entry.kind != LINK or not _is_blob(os.fsencode(os.readlink(path)), entry.digest)
        return not stat.S_ISREG(found.st_mode) or not (
            self._is_untouched(entry, found) or self._is_same(path, entry, found)
        )

    def _is_folder(self, folder: str) -> bool:
        """Whether a folder of the work tree is one, with no link on the way."""
        known = self.folders.get(folder)
        if known is None:
            known = self._is_folder(folder.rpartition("/")[0])
            try:
                mode = os.lstat(os.path.join(self.repository.top, *folder.split("/"))).st_mode if known else 0
            except OSError:
                mode = 0
            known = self.folders[folder] = stat.S_ISDIR(mode)
        return known

    def _is_untouched(self, entry: GitEntry, found: os.stat_result) -> bool:
        """Whether a file is, by its size and times, as git saw it, and could not have changed unseen since."""
        grain = 1 if entry.mtime_ns % 1_000_000_000 else 1_000_000_000
        return (
            entry.size == found.st_size & 0xFFFFFFFF
            and entry.mtime_ns // grain == found.st_mtime_ns // grain
            and (sys.platform == "win32" or entry.ctime_ns // grain == found.st_ctime_ns // grain)
            and entry.mtime_ns // grain < self.written // grain
        )

    def _is_same(self, path: str, entry: GitEntry, found: os.stat_result) -> bool:
        """Whether the content is what git has, but for line ends. Git notes a size of 0 where it is not sure of it."""
        if entry.size and entry.size != found.st_size & 0xFFFFFFFF:
            return False
        if found.st_size > min(COMPARED, self.left):
            return False
        self.left -= found.st_size
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(path, flags), "rb") as file:
                data = file.read(COMPARED + 1)
        except OSError:
            return False
        return _is_blob(data, entry.digest) or (
            b"\r\n" in data and _is_blob(data.replace(b"\r\n", b"\n"), entry.digest)
        )

    def _is_elsewhere(self, path: str, commit: bytes) -> bool:
        """Whether a repository inside has another commit checked out; nothing else in it counts."""
        if not os.path.lexists(os.path.join(path, ".git")):
            return False
        try:
            inside = Repository.of(path)
            return inside is not None and inside.top == path and inside.head() != commit
        except (UnreadableRepository, ValueError, OSError):
            return True

    # ── what git does not know ───────────────────────────────────────────────────────────────────────────

    def _unknown(self, known: set[str]) -> list[str]:
        """The files of the work tree that are in no index, and that nothing leaves out."""
        tree = DiskTree(self.repository.top)
        folders = {name[:at] for name in known for at in _slashes(name)}
        found: list[str] = []
        waiting = [self.prefix.rstrip("/")]
        while waiting and len(found) <= WALK_LIMIT:
            folder = waiting.pop()
            for name, is_folder in _names(os.path.join(self.repository.top, *folder.split("/"))):
                path = f"{folder}/{name}" if folder else name
                if path in known or name.lower() == ".git":
                    continue
                if (is_folder and path in folders) or not tree.leaves_out(path, directory=is_folder):
                    (waiting if is_folder else found).append(path)
        return sorted(found)


def _names(folder: str) -> list[tuple[str, bool]]:
    """What is in a folder, and whether it is one itself; other repositories are passed over."""
    try:
        with os.scandir(folder) as items:
            found = [(item.name, item.is_dir(follow_symlinks=False), item.path) for item in items]
    except OSError:
        return []
    if sys.platform == "darwin":
        from unicodedata import normalize

        found = [(normalize("NFC", name), is_folder, path) for name, is_folder, path in found]
    return [
        (n, is_folder)
        for n, is_folder, path in found
        if not (is_folder and os.path.lexists(os.path.join(path, ".git")))
    ]


def _slashes(name: str) -> Iterator[int]:
    at = name.find("/")
    while at > 0:
        yield at
        at = name.find("/", at + 1)


def _is_in(name: str, folders: set[str]) -> bool:
    return any(name[:at] in folders for at in _slashes(name))


def _is_blob(data: bytes, digest: bytes) -> bool:
    """Whether git calls this content by this digest."""
    import hashlib

    make = hashlib.sha256 if len(digest) == 32 else hashlib.sha1
    return make(b"blob %d\0" % len(data) + data, usedforsecurity=False).digest() == digest

"""Opening what a tree looked at: what is read is what was checked, whatever came in its place."""

from __future__ import annotations

import os
import stat

from .stamps import signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Protocol

    class Found(Protocol):
        """What stands at a path."""

        @property
        def path(self) -> str: ...
        @property
        def kind(self) -> str: ...

    class Looked(Protocol):
        """A tree of files on disk, as far as opening asks it."""

        _real: str
        _links: dict[str, str]

        def status(self, path: str) -> Found: ...
        def is_secret(self, path: str) -> bool: ...
        def is_ignored(self, path: str) -> bool: ...
        def open(self, path: str) -> BinaryIO: ...
        def _look(self, path: str) -> Found: ...
        def _full(self, path: str) -> str: ...


#: How often a file is read again that changes while it is read.
STEADY_TRIES = 3

#: Whether a path can be opened part by part, from a folder that is open, without following a link.
BY_FOLDER = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW") and hasattr(os, "O_DIRECTORY")
_NO_LINK = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
_FILE = _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
LISTED = _NO_LINK | getattr(os, "O_DIRECTORY", 0)
_FOLDER = LISTED | getattr(os, "O_PATH", 0)


def open_file(tree: Looked, path: str) -> BinaryIO:
    """A regular file below the root, opened for reading: what was opened is what was checked."""
    status = tree.status(path)
    if status.kind != "file":
        raise FileNotFoundError(f"{path}: {status.kind}")
    number = opened(tree, status.path, _FILE)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise FileNotFoundError(f"{path}: changed while it was opened")
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def read_steady(tree: Looked, path: str, limit: int) -> bytes:
    """The bytes of a file that is not written to meanwhile: never half of the old and half of the new."""
    for left in reversed(range(STEADY_TRIES)):
        try:
            file = tree.open(path)
        except OSError:  # an editor may just be putting another in its place
            if not left:
                raise
            continue
        with file:
            before = signature(os.fstat(file.fileno()))
            data = file.read(limit)
            if signature(os.fstat(file.fileno())) == before and len(data) in (before[0], limit):
                return data
    raise OSError(f"{path}: it changes while it is read")


def digest(tree: Looked, path: str, limit: int) -> str:
    """The SHA-256 of a file, in hexadecimal; empty when it cannot be read, or holds more than `limit` bytes."""
    from hashlib import sha256

    found = sha256()
    try:
        with tree.open(path) as file:
            while limit >= 0 and (block := file.read(1 << 20)):
                found.update(block)
                limit -= len(block)
    except OSError:
        return ""
    return found.hexdigest() if limit >= 0 else ""


def opened(tree: Looked, path: str, flags: int) -> int:
    """What stands at a path, opened; OSError where it is not what was looked at, whatever stands there meanwhile."""
    name = _led_to(tree, path)
    return _by_folder(tree, name, flags) if BY_FOLDER else _by_name(tree, name, flags)


def _led_to(tree: Looked, path: str) -> str:
    """Where a path leads that was looked at: itself, or the end of the links. Those are looked at again."""
    before = tree._links.get(path)
    if before is None:
        return path
    now = tree._links.get(path, path) if tree._look(path).kind in ("file", "directory") else ""
    if not now or (now != before and (tree.is_secret(now) or tree.is_ignored(now))):
        tree._links[path] = before  # what the callers were told of
        raise FileNotFoundError(f"{path}: changed while it was opened")
    return now


def _by_folder(tree: Looked, name: str, flags: int) -> int:
    """What stands at a path, opened from folder to folder: a link in place of any of them is an error."""
    folders, _, last = name.rpartition("/")
    here = os.open(tree._real, _FOLDER)
    for part in folders.split("/") if folders else ():
        above = here
        try:
            here = os.open(part, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    try:
        return os.open(last or ".", flags, dir_fd=here)
    finally:
        os.close(here)


def _by_name(tree: Looked, name: str, flags: int) -> int:
    """The same where a folder cannot be opened: what was opened must be what now stands inside the root."""
    full = tree._full(name)
    number = os.open(full, flags)
    try:
        if os.path.realpath(full) == full and os.path.samestat(os.fstat(number), os.lstat(full)):
            return number
        raise FileNotFoundError(f"{name}: changed while it was opened")
    except BaseException:
        os.close(number)
        raise


def has_too_many_links(full: str) -> bool:
    """Whether the system gives up on a path for its links: it follows some forty, and a loop never ends."""
    from errno import ELOOP

    try:
        os.stat(full)
    except OSError as error:
        return error.errno == ELOOP
    return False


def has_file(tree: Looked, paths: list[str]) -> bool:
    """Whether a file stands now at one of these paths, whatever the tree found there before."""
    return any(os.access(tree._full(path), os.F_OK) and tree._look(path).kind == "file" for path in paths)

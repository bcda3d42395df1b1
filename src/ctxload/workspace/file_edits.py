"""A file that a person wrote is replaced whole: byte-order mark, mode and owner stay, and a change is never lost."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress

from ..errors import CtxloadError
from ..text.escaping import escape
from ..text.source import Source
from .atomic import put

CHANGED = "it changed while it was being checked: run the command again"


def write_text(path: str, source: Source, text: str) -> None:
    """Replaces a file's text at once, keeping its byte-order mark, mode and owner; refuses one that changed
    meanwhile, or that another process is replacing.
    """
    path = os.path.realpath(path)
    refuse_read_only(path)
    with ExitStack() as stack:
        file = stack.enter_context(open(path, "rb"))
        before = os.fstat(file.fileno())
        is_ours = True
        if os.name == "posix":
            from .private_folder import lock

            with suppress(OSError):  # where there are no locks
                is_ours = lock(file.fileno())
        if not is_ours:
            raise OSError("another process is writing it: run the command again")
        data = file.read()
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        if data[len(mark) :] != source.text.encode("utf-8"):
            raise OSError(CHANGED)
        if os.name != "posix":
            stack.close()  # there no file takes the place of one that is open

        def keep_rights(draft: str) -> None:
            if not _is_as(path, before):
                raise OSError(CHANGED)
            if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(OSError):  # only root can keep the owner
                    os.chown(draft, before.st_uid, before.st_gid)
            os.chmod(draft, before.st_mode & 0o7777)

        put(path, mark + text.encode("utf-8"), 0o600, before=keep_rights)


def _is_as(path: str, before: os.stat_result) -> bool:
    """Whether a file is the one that it was, and as it was."""
    now = os.stat(path)
    return (now.st_ino, now.st_size, now.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)


def refuse_read_only(path: str) -> None:
    """Raises OSError where a file is read-only: somebody wants it to stay, and putting another in its place would
    work.
    """
    if not os.stat(path).st_mode & 0o222:
        raise OSError("it is read-only: make it writable and run the command again")


def write_below(root: str, path: str, text: str) -> None:
    """Writes a file below the root, whole or not at all; CtxloadError where it cannot be, or leads out of it."""
    full = os.path.join(root, *path.split("/"))
    top = os.path.realpath(root)
    if os.path.realpath(os.path.dirname(full)) != os.path.normpath(
        os.path.join(top, *path.split("/")[:-1])
    ) or os.path.islink(full):
        raise CtxloadError(f"{escape(path)} leads through a link: it is not written")
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        put(full, text.encode("utf-8"))
    except OSError as error:
        raise CtxloadError(f"{escape(path)} cannot be written: {error.strerror or error}") from error


def remove_below(root: str, path: str) -> None:
    """Removes a file below the root, and the folders that are empty then."""
    full = os.path.join(root, *path.split("/"))
    try:
        os.unlink(full)
    except OSError as error:
        raise CtxloadError(f"{escape(path)} cannot be removed: {error.strerror or error}") from error
    folders = path.split("/")[:-1]
    while folders:
        try:
            os.rmdir(os.path.join(root, *folders))
        except OSError:  # something else is in it
            return
        folders.pop()

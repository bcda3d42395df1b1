"""Folders that are this user's alone: made where they may be, refused where others could write; and locks of files."""

from __future__ import annotations

import os
import sys

from .locations import is_ours

#: Where Windows locks a byte: far behind the end of any file, since nobody else could read it.
_LOCK_AT = 1 << 30


def make_folder(folder: str) -> str:
    """Makes the folder, for its owner alone; why it cannot be used, or an empty text."""
    if not folder:
        own = os.environ.get("CTXLOAD_CACHE_DIR", "")
        if own == "off":
            return "the cache is off (CTXLOAD_CACHE_DIR=off)"
        if own:
            return f"CTXLOAD_CACHE_DIR={own} isn't an absolute path: write the whole of it"
        return "there is no home folder to keep it in"
    if not os.path.isdir(folder) and (wrong := _not_to_be_made(folder)):
        return wrong
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except RecursionError:
        return f"{folder[:60]}… cannot be made: it is too deep"
    except FileExistsError:
        return f"{folder} cannot be made: something that isn't a folder is there"
    except OSError as error:
        return f"{folder} cannot be made: {error.strerror or error}"
    return why_not_ours(folder)


def why_not_ours(folder: str) -> str:
    """Why a folder that is there is not used, or an empty text."""
    try:
        found = os.stat(folder)
    except OSError as error:
        return f"{folder} cannot be looked at: {error.strerror or error}"
    if is_ours("", status=found):
        return ""
    if found.st_uid != os.geteuid():
        return f"{folder} belongs to another user"
    return f"others may write to {folder}: `chmod go-w` it"


def _not_to_be_made(folder: str) -> str:
    """Why the folder is not made: a home that doesn't exist stays so, and root leaves nothing in another's home."""
    home = os.environ.get("HOME", "")
    if home and not os.path.isdir(home) and (folder + os.sep).startswith(home.rstrip(os.sep) + os.sep):
        return f"the home folder {home} doesn't exist"
    above = os.path.dirname(folder)
    while not os.path.isdir(above) and os.path.dirname(above) != above:
        above = os.path.dirname(above)
    try:
        if hasattr(os, "geteuid") and os.geteuid() == 0 and os.stat(above).st_uid != 0:
            return f"{above} belongs to another user"
    except OSError:
        pass
    return ""


# ── locks, which a process that ends leaves behind in no case ──────────────────────────────────────────────


if sys.platform == "win32":

    def lock(descriptor: int) -> bool:
        """Locks a file for this process, far behind its end; whether it could be had at once."""
        import msvcrt

        os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Unlocks a file that this process has locked."""
        import msvcrt

        try:
            os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        except OSError:
            pass

else:

    def lock(descriptor: int) -> bool:
        """Locks a file for this process; whether it could be had at once. OSError where the file system has no
        locks.
        """
        from fcntl import LOCK_EX, LOCK_NB, flock

        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Nothing to do: closing the file unlocks it."""

"""Where compiled indexes are kept: a folder of the user's own, which nobody else can write."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def cache_folder(environ: Mapping[str, str] | None = None) -> str:
    """The folder for compiled indexes, or an empty text where there is no place for one.

    `CTXLOAD_CACHE_DIR`, else the platform's own: `$XDG_CACHE_HOME/ctxload` or `~/.cache/ctxload`,
    `~/Library/Caches/ctxload` on macOS, `%LOCALAPPDATA%\\ctxload\\Cache` on Windows. `off` turns the cache off.
    """
    environ = os.environ if environ is None else environ
    own = environ.get("CTXLOAD_CACHE_DIR", "")
    if own:
        return "" if own == "off" else os.path.abspath(own)
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return os.path.join(local, "ctxload", "Cache") if local else ""
    home = environ.get("HOME", "")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "ctxload") if os.path.isabs(home) else ""
    xdg = environ.get("XDG_CACHE_HOME", "")
    if xdg and os.path.isabs(xdg):
        return os.path.join(xdg, "ctxload")
    return os.path.join(home, ".cache", "ctxload") if os.path.isabs(home) else ""


def is_ours(path: str, *, found: os.stat_result | None = None) -> bool:
    """Whether a file or folder belongs to this user and nobody else may write it."""
    try:
        found = os.stat(path) if found is None else found
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def make_folder(folder: str) -> str:
    """Makes the folder, for its owner alone; why it cannot be used, or an empty text."""
    if not folder:
        off = os.environ.get("CTXLOAD_CACHE_DIR") == "off"
        return "the cache is off (CTXLOAD_CACHE_DIR=off)" if off else "there is no home folder to keep it in"
    if not os.path.isdir(folder) and (wrong := _not_to_be_made(folder)):
        return wrong
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        return f"{folder} cannot be made: {error.strerror or error}"
    return why_not_ours(folder)


def why_not_ours(folder: str) -> str:
    """Why a folder that is there is not used, or an empty text."""
    try:
        found = os.stat(folder)
    except OSError as error:
        return f"{folder} cannot be looked at: {error.strerror or error}"
    if is_ours("", found=found):
        return ""
    if found.st_uid != os.geteuid():
        return f"{folder} belongs to another user"
    return f"others may write to {folder}: `chmod go-w` it"


def _not_to_be_made(folder: str) -> str:
    """Why the folder is not made: a home that is not there stays so, and root leaves nothing in another's home."""
    home = os.environ.get("HOME", "")
    if home and not os.path.isdir(home) and (folder + os.sep).startswith(home.rstrip(os.sep) + os.sep):
        return f"the home folder {home} is not there"
    above = os.path.dirname(folder)
    while not os.path.isdir(above) and os.path.dirname(above) != above:
        above = os.path.dirname(above)
    try:
        if hasattr(os, "geteuid") and os.geteuid() == 0 and os.stat(above).st_uid != 0:
            return f"{above} belongs to another user"
    except OSError:
        pass
    return ""

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
        return os.path.join(home, "Library", "Caches", "ctxload") if home else ""
    xdg = environ.get("XDG_CACHE_HOME", "")
    if xdg and os.path.isabs(xdg):
        return os.path.join(xdg, "ctxload")
    return os.path.join(home, ".cache", "ctxload") if home and os.path.isabs(home) else ""


def is_ours(path: str, *, found: os.stat_result | None = None) -> bool:
    """Whether a file or folder belongs to this user and nobody else may write it."""
    try:
        found = os.stat(path) if found is None else found
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def make_folder(folder: str) -> bool:
    """Makes the folder, for its owner alone; whether it is there and safe to use."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return False
    return is_ours(folder)

"""Where what is compiled and remembered lies, and whether a file there is the person's own.

Even a call that brings nothing asks this, so that nothing else is loaded with it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def cache_folder(environ: Mapping[str, str] | None = None) -> str:
    """The folder for compiled indexes, or an empty text where there is no place for one.

    `CTXLOAD_CACHE_DIR`, else the platform's own: `$XDG_CACHE_HOME/ctxload` or `~/.cache/ctxload`,
    `~/Library/Caches/ctxload` on macOS, `%LOCALAPPDATA%\\ctxload\\Cache` on Windows. `off` turns the cache off, and so
    does a path that is not absolute: it would lead into whatever project is worked on.
    """
    environ = os.environ if environ is None else environ
    own = environ.get("CTXLOAD_CACHE_DIR", "")
    if own:
        own = environ.get("HOME", "~") + own[1:] if own[:2] == "~/" else own
        return os.path.normpath(own) if os.path.isabs(own) else ""
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


def is_ours(path: str, *, status: os.stat_result | None = None) -> bool:
    """Whether a file or folder belongs to this user and nobody else may write it."""
    try:
        status = os.stat(path) if status is None else status
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022

"""The files at hand as a caller names them: from the root, from the working directory, or those that differ from git's
last commit.
"""

from __future__ import annotations

import os

from ..errors import UsageError
from .tree import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many files at hand count.
AT_HAND = 5_000


def given(root: str, files: Iterable[str], changed: bool = False) -> tuple[str, ...]:
    """The files at hand, from the root, each once: those that are named, then those that have changed."""
    names = [from_here(name, root) for name in files]
    if changed:
        from .git.changes import changed_files

        names += changed_files(root)[:AT_HAND]
    return tuple(dict.fromkeys(names))


def from_here(name: str, root: str) -> str:
    """The path from the root of a file that is named from the working directory; it need not be there."""
    from ..text.escaping import escape, is_unsafe

    if is_unsafe(name):
        raise UsageError(f"--file {escape(name)}: control characters in a name: rename the file")
    full = os.path.abspath(os.path.join(os.getcwd(), name))
    for top, path in ((os.path.abspath(root), full), (os.path.realpath(root), os.path.realpath(full))):
        inside = top if top.endswith(os.sep) else top + os.sep
        if path.startswith(inside):
            found, wrong = clean(path[len(inside) :].replace(os.sep, "/"))
            if not wrong:
                return found + "/" if name.endswith(("/", os.sep)) else found
    raise UsageError(f"--file {escape(name) or '(nothing)'}: this file is not below the root, {escape(root)}")


def from_root(files: Iterable[str | os.PathLike[str]], root: str) -> tuple[str, ...]:
    """The files at hand that a program names, from the root; UsageError for one that lies outside."""
    from ..text.escaping import escape

    found = []
    for file in (files,) if isinstance(files, str) else files:
        name, wrong = clean(os.fspath(file), root)
        if wrong:
            raise UsageError(f"`{escape(os.fspath(file))}` isn't a file below the root")
        found.append(name)
    return tuple(found)


def working_folder(root: str, folder: str = "") -> str:
    """The folder that somebody works in, from the root; an empty text for the root, and for what is not below it."""
    try:
        folder = os.path.abspath(folder or os.getcwd())
    except OSError:  # it no longer exists
        return ""
    for top, path in ((os.path.abspath(root), folder), (os.path.realpath(root), os.path.realpath(folder))):
        inside = top if top.endswith(os.sep) else top + os.sep
        if path.startswith(inside):
            found, wrong = clean(path[len(inside) :].replace(os.sep, "/"))
            return "" if wrong else found
    return ""


def folder_from_root(folder: str | os.PathLike[str], root: str) -> str:
    """The folder that a program names, from the root; UsageError for one that lies outside."""
    from ..text.escaping import escape

    name, wrong = clean(os.fspath(folder), root)
    if wrong:
        raise UsageError(f"`{escape(os.fspath(folder))}` isn't a folder below the root")
    return name


def folder_below(folder: str, root: str) -> str:
    """A folder that is named from the working directory, from the root."""
    from ..text.escaping import escape

    full = os.path.realpath(os.path.join(os.getcwd(), os.path.expanduser(folder)))
    top = os.path.realpath(root)
    if full == top:
        return ""
    inside = top if top.endswith(os.sep) else top + os.sep
    if not full.startswith(inside):
        raise UsageError(f"{escape(folder)} is not below the root, {escape(root)}: name one with --root")
    if not os.path.isdir(full):
        raise UsageError(f"{escape(folder)} isn't a folder")
    return full[len(inside) :].replace(os.sep, "/")

"""Writing what a command puts beside the project: a text at once, a page only over an earlier one."""

from __future__ import annotations

import os

from ..errors import UsageError
from ..workspace.atomic import put


def write_output(path: str, text: str, mark: str = "", what: str = "such a page") -> None:
    """Writes a file at once; with the mark of a page it takes the place of a file with that mark and of nothing else.

    Raises UsageError where it cannot be written, or where another file is there.
    """
    try:
        if mark and os.path.lexists(path) and not _is_marked(path, mark):
            raise UsageError(f"{path} is there and isn't {what}: name another file with --output")
        put(os.path.abspath(path), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def _is_marked(path: str, mark: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return mark.encode("ascii") in file.read(4_096)

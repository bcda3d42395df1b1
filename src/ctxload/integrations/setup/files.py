"""Settings files, read and written without a race."""

from __future__ import annotations

import os

from ...record import Record
from ...workspace.atomic import put
from .hook_entries import RefusedSettings


class FileChange(Record):
    """A file before and after; None isn't a file. `insertions` is what was inserted where, for the way back."""

    path: str
    before: str | None
    after: str | None
    insertions: tuple[tuple[int, str], ...] = ()


def read_settings(path: str) -> str | None:
    """The text of a settings file, its byte-order mark and line ends as they are; None where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise RefusedSettings(f"{path} isn't UTF-8 text: it stays as it is") from None
    except OSError as error:
        raise RefusedSettings(f"{path} cannot be read: {error.strerror or error}") from None


def write_settings(change: FileChange) -> None:
    """Puts a file in the place of the old one at once; refuses one that changed meanwhile."""
    from ...text.source import Source
    from ...workspace.file_edits import refuse_read_only, write_text

    path = os.path.realpath(change.path)
    try:
        if change.after is None:
            refuse_read_only(path)
            if read_settings(path) != change.before:
                raise RefusedSettings(f"{path} changed meanwhile: run the command again")
            os.unlink(path)
            return
        if change.before is not None:
            text = change.before.removeprefix("\ufeff")
            write_text(path, Source(path, text), change.after.removeprefix("\ufeff"))
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        put(path, change.after.encode("utf-8"), before=lambda draft: _refuse_if_there(path))
    except UnicodeEncodeError:
        raise RefusedSettings(f"{path} stays as it is: the path of ctxload cannot be written as UTF-8") from None
    except OSError as error:
        raise RefusedSettings(f"{path} cannot be written: {error.strerror or error}") from None


def _refuse_if_there(path: str) -> None:
    if os.path.lexists(path):
        raise RefusedSettings(f"{path} was made meanwhile: run the command again")


def missing_folders(path: str) -> list[str]:
    """The folders above a path that don't exist yet, the deepest first."""
    missing: list[str] = []
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing

"""Why an index that is there doesn't serve: whose it is, or what else stands in its place, and what to do."""

from __future__ import annotations

import os

from ..errors import ForeignIndexError, NoIndexError
from ..text.escaping import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def foreign_index(place: object, index: str, root: str, owner: int, me: int) -> ForeignIndexError:
    """The error that says whose the index at a place is, why that may be, and what to do."""
    error = ForeignIndexError(
        f"{index} belongs to another user, {_account(owner)}, and you are {_account(me)}, as where a container mounts "
        "a folder of its host: run this as that user, or if you trust the index, name it with --index; for agent "
        f"clients, run `ctxload allow {root}`"
    )
    error.place = place
    return error


def refuse_odd(places: Iterable[str]) -> None:
    """Raises NoIndexError for the first of these places where something stands that cannot be an index: no file, or a
    link that leads nowhere.
    """
    for path in places:
        if os.path.lexists(path):
            what = "no regular file"
            if not os.path.exists(path) or os.path.isdir(path):
                what = "a folder" if os.path.isdir(path) else "a link that leads nowhere"
            raise NoIndexError(f"{escape(path)} is {what}: put a file in its place, or name another with --index")


def _account(number: int) -> str:
    """A user, by number, and by name where there is one."""
    try:
        import pwd

        return f"{number} ({pwd.getpwuid(number).pw_name})"
    except (ImportError, KeyError):
        return str(number)


def refuse_missing(sources: tuple[str, ...], root: str) -> None:
    """Raises UsageError where the folder of a source is none below the root."""
    from ..errors import UsageError
    from .tree import clean

    for source in sources:
        folder, wrong = clean(source.partition(":")[2].strip(), root)
        if wrong or not os.path.isdir(os.path.join(root, folder)):
            raise UsageError(f"--source {escape(source)}: there is no such folder below the root, {escape(root)}")

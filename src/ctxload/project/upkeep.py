"""Making what is kept of a project (its compiled index, what its documents talk about): one process at a time.

A prompt cannot wait for that, so whoever finds something missing asks for a helper, a process that goes on alone. It
starts where none is at it already, lets every other program of the machine go first while it reads documents, and
ends (see `helper`).
"""

from __future__ import annotations

import os

from ..workspace.private_folder import lock, unlock
from ..workspace.stamps import changed_at, signature_of
from .snapshot import path_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.locations import Place

#: After how many seconds another helper may start where one ended before its end.
AGAIN = 60.0
#: What the note says of a helper that is at work; and how long it is at most, in bytes.
BEGUN, NOTE = "begun", 2_000
#: How long somebody waits between two looks whether another process is done, in seconds.
LOOK = 0.05


class Upkeep:
    """The right to make what is kept of a project, for a `with` block.

    One process has it at a time: `is_ours` says whether this one does. Where nothing can be kept, or locked, each does.
    """

    def __init__(self, place: Place) -> None:
        self.path, self.index = path_for(place, "helper"), place.path
        self.is_ours = True
        self._descriptor = -1

    def __enter__(self) -> Upkeep:
        self.is_ours = self.take()
        return self

    def __exit__(self, *error: object) -> None:
        if self._descriptor >= 0:
            unlock(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def take(self) -> bool:
        """Takes the right, if no other process has it; whether this one has it now."""
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(self.path, flags, 0o600) if self.path else -1
            return self._descriptor < 0 or lock(self._descriptor)
        except OSError:
            return True

    def begin(self) -> None:
        """Notes that a helper is at work; a note that stays says that it ended before its end."""
        self.end(BEGUN)

    def may_begin(self) -> bool:
        """Whether a helper may start: the last one ended well, or some time ago, or before the index was saved."""
        from time import time

        if self._descriptor < 0:
            return False  # what it made could not be kept
        found = os.fstat(self._descriptor)
        if not found.st_size or abs(time() - found.st_mtime) > AGAIN:
            return True
        saved = signature_of(self.index)
        return bool(saved) and changed_at(saved) > found.st_mtime_ns

    def end(self, why: str = "") -> None:
        """Notes that all is made, or why it is not."""
        data = why.encode("utf-8", "backslashreplace")[:NOTE]
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, data)
        except OSError:
            pass


def why_it_ended(place: Place) -> str:
    """Why the last helper could not make what it should, or an empty text."""
    try:
        with open(path_for(place, "helper"), "rb") as file:
            said = file.read(NOTE).decode("utf-8", "replace")
    except OSError:
        return ""
    return "" if said == BEGUN else said


def ask_for(place: Place) -> bool:
    """Has a helper make what is kept of a project, unless one is at it; whether one is, now."""
    from ..workspace.private_folder import make_folder

    if not path_for(place) or make_folder(os.path.dirname(path_for(place))):
        return False
    with Upkeep(place) as upkeep:
        if not upkeep.is_ours:
            return True
        if not upkeep.may_begin():
            return not why_it_ended(place)
        upkeep.begin()  # who asks before it has begun asks for no other
    from ..workspace.processes import leave_running

    words = (place.path, place.root, place.name, str(len(place.passed_over)), *place.passed_over, *place.sources)
    if leave_running(*words, module="project.helper"):
        return True
    with Upkeep(place) as upkeep:
        upkeep.end()
    return False

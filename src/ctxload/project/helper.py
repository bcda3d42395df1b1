"""What a helper does, a process of its own: it makes what is not kept yet of a project, and ends.

It ends when all is made, or after `SECONDS`: what it has counted until then is kept, and the next one goes on from
there. The index comes first, for which somebody may be waiting; before it reads documents it gives way to all other
programs.
"""

from __future__ import annotations

import gc
import sys
from time import monotonic

from ..errors import CtxloadError
from ..workspace.locations import Place
from ..workspace.processes import give_way
from .evidence import kept_evidence
from .evidence_making import made
from .opening import documents_of, with_project
from .upkeep import Upkeep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .snapshot import Project

#: How long a helper works at most, in seconds.
SECONDS = 600.0


def main() -> None:
    """What a helper does: all there is to make for the project that its command line names."""
    gc.disable()  # one job and the end
    path, root, name, count, *rest = sys.argv[1:]
    keep_up(Place(path, root, name, tuple(rest[: int(count)]), tuple(rest[int(count) :])))


def keep_up(place: Place) -> None:
    """Makes what is not kept yet of a project, if no other process is at it."""
    with Upkeep(place) as upkeep:
        if not upkeep.is_ours:
            return
        upkeep.begin()
        try:
            why = with_project(place, _keep_documents)
        except CtxloadError as error:
            why = error.concise()
        except TimeoutError:
            why = f"the documents took longer than {SECONDS:g} s to read"
        upkeep.end(why)


def _keep_documents(project: Project) -> str:
    """Makes what is not kept yet; why it could not be kept, or an empty text."""
    if project.unkept:
        return project.unkept
    if project.tables.mode == "whole":
        return ""
    kept = kept_evidence(project, looked=True)
    if kept is not None and not kept.changed and not kept.is_patched:
        return ""
    give_way()
    end = monotonic() + SECONDS

    def in_time(done: int, whole: int) -> None:
        if monotonic() > end:
            raise TimeoutError

    made(project, in_time)
    return "" if kept_evidence(project, however_old=True) else "what was made could not be kept"


def make_ready(place: Place) -> None:
    """Makes and stores what answers in a project need. Raises CtxloadError where its index cannot serve."""

    def documents(project: Project) -> None:
        if project.tables.mode != "whole":
            documents_of(project, looked=True)()

    with_project(place, documents)

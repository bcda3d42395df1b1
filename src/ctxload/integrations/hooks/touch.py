"""The calls of tools that touch files: which entries they call for, and whether there is anything to give.

Most of them bring nothing, so that only what decides this is imported here; `touch_answer` gives what there is.
"""

from __future__ import annotations

import os

from ...errors import NoIndexError
from ...workspace.globs import Paths
from .touched_files import touched_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...project.snapshot import Project
    from ..clients.client import Call
    from .quiet_writer import QuietCall
    from .turn import Turn


def touch(
    call: Call, max_chars: int, is_trusted: bool, quiet: QuietCall, turn: Turn, sources: tuple[str, ...] = ()
) -> bytes:
    """What the model is given with the answer to a tool's call, handed over; empty where that is nothing.

    Of a project that isn't there or isn't allowed nothing is said: the prompt said that.
    """
    from ...workspace.trust import DENIED, find, why_not

    try:
        place = find(call.folder, sources)
    except NoIndexError as missing:
        from ..without_index import allowed_instead

        if (served := allowed_instead(missing, call.folder, call.client.name)) is None:
            quiet.keep_nowhere()
            return b""
        place = served
    why = why_not(place, call.folder or os.getcwd())
    if why and (why == DENIED or not is_trusted):
        quiet.keep_refused(place)
        return b""
    from ...project.opening import with_project
    from .answer import compiled

    return with_project(
        place, lambda project: _touch(project, call, max_chars, quiet, turn), build=lambda place: compiled(place, turn)
    )


def _may_call(project: Project, names: list[str]) -> bool:
    """Whether a file fits the patterns of an entry."""
    from ...selection.files_at_hand import first_of

    asked, rows = Paths(names, dots=True), (project.tables.entries[number] for number in project.tables.meta.at_hand)
    return any(first_of(asked, row.for_files, project.tree)[1] for row in rows)


def _touch(project: Project, call: Call, max_chars: int, quiet: QuietCall, turn: Turn) -> bytes:
    tables, out = project.tables, b""
    names = touched_files(call, project.place.root) if tables.meta.at_hand else []
    if names and _may_call(project, names):
        from .touch_answer import give_touched

        out = give_touched(project, call, names, max_chars, turn)
    quiet.keep(project, call)
    return out

"""`hold: true`: the first write of a conversation that brings documents is refused once, and the model writes again.

The person sets it (`integrations.own_settings`), never an index. What is noted here is noted before the answer: a call
that is refused must never be refused again, even if a document is given a second time for it.
"""

from __future__ import annotations

from ...selection.files_at_hand import first_of
from ...workspace.globs import Paths
from ..own_settings import is_on
from .journal import Notes
from .touched_files import written_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...project.snapshot import Project
    from ...selection.model import Resolution
    from ..clients.client import Call

#: What the model is told before the documents.
HELD = (
    "ctxload: this write was held back once, before it was made, so that you see the project's documents for it "
    "first. Nothing is wrong with it: write again with them in mind.\n\n"
)


def may_hold(call: Call) -> bool:
    """Whether a call is one that may be refused, for a person who wants that, in a conversation where none was yet."""
    return call.event in call.client.refuses_at and is_on("hold") and not Notes(call.conversation).was_said("held")


def take_hold(project: Project, call: Call, resolution: Resolution) -> bool:
    """Whether a call is refused: it surely writes a file that calls for what is given, and this could be noted."""
    tables = project.tables
    numbers = [tables.ids.get(reason.entry) for file in resolution.files for reason in file.reasons]
    wanted = {tables.entries[number].for_files for number in numbers if number is not None}
    written = written_files(call, project.place.root)
    if not any(first_of(Paths(written, dots=True), patterns, project.tree)[1] for patterns in wanted):
        return False
    notes = Notes(call.conversation)
    notes.said("held")
    return notes.was_said("held")

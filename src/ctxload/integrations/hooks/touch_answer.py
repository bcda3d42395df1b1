"""What a model is given when it touches files: the documents whose `for_files` fit, within what the client takes.

They are given once in a conversation: another touch brings them again only when one changed, or the conversation was
compacted.
"""

from __future__ import annotations

import os

from ...load.conversation import Conversation
from ...load.frames import KNOWN
from ..clients.client import length
from .answer import fitted, keep_selection, last_selection
from .hold import HELD, may_hold, take_hold
from .touched_notes import TouchedNotes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...load.packer import Loaded
    from ...project.snapshot import Project
    from ...selection.model import Resolution
    from ..clients.client import Call
    from .turn import Turn

#: How much of what is written is read for the sections that are wanted, in characters.
READ = 4_000
#: How many of the files are told in `ctxload explain --last`.
NAMED_AT_MOST = 3
#: The fields of a tool's input that hold what is written.
WRITTEN = ("content", "file_text", "new_string", "new_str", "newString", "new_source", "code", "command", "input")


def give_touched(project: Project, call: Call, names: list[str], wanted: int, turn: Turn) -> bytes:
    """The documents for these files that the conversation has not, handed over and then noted; empty where it has all.

    Without a conversation nothing is given: nobody would know that it was.
    """
    adds = call.event in call.client.adds_at
    may_be_held = may_hold(call)
    if not call.conversation or not (adds or may_be_held):
        return b""
    call = call.replace(prompt=", ".join(names[:NAMED_AT_MOST]))
    with Conversation(call.conversation, project.place.root) as memory:
        notes = TouchedNotes(call.conversation)
        resolution = _not_given(called_for(project, call, names), notes)
        if memory.problem or not resolution.files:
            return b""
        limit, unit = call.client.most(wanted)
        loaded = fitted(resolution, project, limit - len(HELD) * may_be_held, unit, memory.given)
        text, out = loaded.text.rstrip("\n"), b""
        if any(part.form != KNOWN for part in loaded.parts):
            is_held = may_be_held and take_hold(project, call, resolution)
            if not (adds or is_held):
                return b""
            last = last_selection(call, loaded, text, limit, unit)
            out = turn.speak(call.client.refusal(call.event, HELD + text)) if is_held else turn.hand_over(call, text)
            memory.note(loaded)
            keep_selection(turn, call, project, loaded, last, f"{length(text, unit):,} {unit}")
        notes.add(_entries(project, loaded))
    return out


def called_for(project: Project, call: Call, names: list[str]) -> Resolution:
    """What files call for, without what no model is given."""
    from ...load.allowances import for_models
    from ...selection.model import Request
    from .touched_entries import touched

    values = call.tool_input or {}
    written = next((value for name in WRITTEN if isinstance(value := values.get(name), str)), "")
    words = " ".join(name.replace("/", " ").replace(".", " ") for name in names)
    request = Request(f"{words}\n{written[:READ]}", call.agent.rsplit(":", 1)[-1], files=tuple(names))
    if project.tables.meta.both:
        from .halves import PATH, paths_of, with_halves

        met = paths_of(request.replace(task=""), project)
        request = with_halves(request, call.conversation, PATH, met)
    return for_models(touched(project.tables, project.tree, request), project.tree)


def _not_given(resolution: Resolution, notes: TouchedNotes) -> Resolution:
    """The resolution without the entries that another touch brought; of one by its sections, others may be wanted."""
    had = notes.documents()
    files = tuple(
        [
            file
            for file in resolution.files
            if not all(reason.entry in had and not reason.sections for reason in file.reasons)
        ]
    )
    return resolution.replace(files=files)


def _entries(project: Project, loaded: Loaded) -> list[tuple[str, list[str]]]:
    """The entries of which everything is in the text, or was given before, with the paths of their documents.

    Those that are given by their sections are left out: the next touch may want others.
    """
    said = {part.path for part in loaded.parts}
    found: dict[str, list[str]] = {}
    missing: set[str] = set()
    for file in loaded.resolution.files:
        for reason in file.reasons:
            found.setdefault(reason.entry, []).append(os.path.join(project.place.root, *file.path.split("/")))
            missing |= {reason.entry} if file.path not in said else set()
    tables = project.tables
    return [
        (entry, paths)
        for entry, paths in found.items()
        if entry not in missing
        and (number := tables.ids.get(entry)) is not None
        and not tables.entries[number].sections
    ]

"""Entries with `needs: both` of which a conversation met one: a keyword in a prompt, or a file that was touched.

A prompt with the keyword and a write that fits seldom come together. So what was met first is noted, by the entry's id,
and the other brings the entry.
"""

from __future__ import annotations

import os

from .journal import Notes, append

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...project.snapshot import Project
    from ...selection.model import Request

#: The file of a conversation's notes, and how much of it is read.
FILE, LARGEST = "halves", 100_000
WORD, PATH = "word", "path"


def with_halves(request: Request, conversation: str, half: str, ids: Iterable[str]) -> Request:
    """The request with what was met before of the other half; what it meets itself is noted."""
    folder = Notes(conversation).folder
    if not folder:
        return request
    path, known = os.path.join(folder, FILE), _known(os.path.join(folder, FILE))
    new = [f"{half} {name}\n" for name in ids if (half, name) not in known and "\n" not in name]
    if new:
        append(path, "".join(new).encode("utf-8", "surrogatepass"))
    return request.replace(met=tuple([name for kind, name in known if kind != half]))


def words_of(request: Request, project: Project) -> tuple[str, ...]:
    """The ids of the entries with `needs: both` that have a keyword in a task."""
    from ...selection.both import with_a_word
    from ...selection.choice import Choice

    return with_a_word(Choice(project.tables, project.tree, request))


def paths_of(request: Request, project: Project) -> tuple[str, ...]:
    """The ids of the entries with `needs: both` that a file at hand fits."""
    from ...selection.files_at_hand import called_for

    both = frozenset(project.tables.meta.both)
    found = called_for(project.tables, project.tree, request)
    return tuple([project.tables.entries[number].id for number, _ in found if number in both])


def _known(path: str) -> dict[tuple[str, str], None]:
    """What was met before: which half, and of which entry."""
    try:
        with open(path, "rb") as file:
            lines = file.read(LARGEST).decode("utf-8", "surrogatepass").split("\n")
    except (OSError, ValueError):
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {(half, name): None for half, _, name in pairs if name}

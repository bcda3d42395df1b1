"""The index files of a project, by name: where they are, and writing to them."""

from __future__ import annotations

import os

from ..errors import UsageError
from ..workspace.file_edits import write_text
from ..workspace.locations import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..text.source import Source


def path_of(place: Place, name: str) -> str:
    """The full path of an index file of a project, by the name that its source has."""
    return name if os.path.isabs(name) else os.path.join(place.root, *name.split("/"))


def write_index(place: Place, source: Source, text: str) -> None:
    """Replaces an index file of the project at once. Raises UsageError where it cannot be written."""
    try:
        write_text(path_of(place, source.name), source, text)
    except OSError as error:
        raise UsageError(f"{source.name} cannot be written: {error.strerror or error}") from error

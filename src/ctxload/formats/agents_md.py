"""`AGENTS.md`: one text for every task at the root, and one for the files below each folder that has one.

There are no conditions but the folder: what is called for by a topic cannot be said.
"""

from __future__ import annotations

from .folder_memory import read_memory, write_memory
from .guide import Guide, Reading, Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "agents-md"
title = "AGENTS.md"
places = ("AGENTS.md", "**/AGENTS.md")


def read(files: Files) -> Reading:
    """The text at the root, and those of the folders below."""
    return read_memory(files, files.find(*places))


def write(guides: Sequence[Guide]) -> Writing:
    """The files with the guides that always come, and that come with the files of one folder."""
    return write_memory(guides, "AGENTS.md")

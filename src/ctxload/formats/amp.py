"""Amp: `AGENTS.md` at the root and in folders; where a folder has none, its `AGENT.md`, else its `CLAUDE.md`."""

from __future__ import annotations

from .claude_code import imports
from .folder_memory import read_memory, write_memory
from .guide import Guide, Reading, Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "amp"
title = "Amp guidance"
#: The names of the file, the one that counts first.
NAMES = ("AGENTS.md", "AGENT.md", "CLAUDE.md")
places = (*NAMES, *(f"**/{file}" for file in NAMES))


def read(files: Files) -> Reading:
    """The text of each folder, with what it mentions."""
    first: dict[str, str] = {}
    for path in sorted(files.find(*places), key=lambda path: NAMES.index(path.rpartition("/")[2])):
        first.setdefault(path.rpartition("/")[0], path)
    return read_memory(files, [first[folder] for folder in sorted(first)], imports)


def write(guides: Sequence[Guide]) -> Writing:
    """The files with the guides that always come, and that come with the files of one folder."""
    return write_memory(guides, "AGENTS.md")

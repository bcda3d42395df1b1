"""Gemini CLI: `GEMINI.md` at the root for every task, and in folders for the files there; `@file.md` imports a file."""

from __future__ import annotations

from .claude_code import imports
from .folder_memory import read_memory, write_memory
from .guide import Guide, Reading, Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "gemini"
title = "Gemini CLI memory"
places = ("GEMINI.md", "**/GEMINI.md")


def read(files: Files) -> Reading:
    """The text at the root, those of the folders below, and what they import."""
    return read_memory(files, files.find(*places), imports)


def write(guides: Sequence[Guide]) -> Writing:
    """The files with the guides that always come, and that come with the files of one folder."""
    return write_memory(guides, "GEMINI.md")

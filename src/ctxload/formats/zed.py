"""Zed: one file of rules at the root, `.rules`, or the first there is of those that other tools have there."""

from __future__ import annotations

from .export_mark import mark
from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import read_always

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "zed"
title = "Zed rules"
places = (
    ".rules", ".cursorrules", ".windsurfrules", ".clinerules", ".github/copilot-instructions.md", "AGENT.md",
    "AGENTS.md", "CLAUDE.md", "GEMINI.md",
)  # fmt: skip


def read(files: Files) -> Reading:
    """The first of the files that is there."""
    path = next((path for path in places if files.is_there(path)), "")
    stem = path.rpartition("/")[2].lstrip(".")
    return read_always(files, path, stem.rpartition(".")[0] or stem) if path else Reading()


def write(guides: Sequence[Guide]) -> Writing:
    """The file with the guides that always come."""
    text, losses = "", list[Loss]()
    for guide in guides:
        if not guide.always:
            losses.append(Loss(guide.name, WHOLE, "is not written: the rules of Zed hold for every task"))
            continue
        losses += lost(guide, (*OURS, "description", "keywords", "agents"), "has no place in the rules of Zed")
        losses += lost(guide, ("files",), "is not needed: it always comes")
        text += mark(guide.name, guide.paths, guide.text)
    return Writing(((places[0], text),) if text else (), tuple(losses))

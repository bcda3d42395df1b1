"""Roo Code: `.roo/rules/**/*.md` and `*.txt` for every task, `.roo/rules-MODE/` for those of a mode; the older
`.roorules` and `.roorules-MODE` where there is no folder. A mode is an agent here.
"""

from __future__ import annotations

from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import read_rules, stem, write_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "roo"
title = "Roo Code rules"
places = (
    ".roo/rules/**/*.md", ".roo/rules/**/*.txt", ".roo/rules-*/**/*.md", ".roo/rules-*/**/*.txt", ".roorules",
    ".roorules-*",
)  # fmt: skip


def read(files: Files) -> Reading:
    """The rules for every task, and those of each mode."""
    found = files.find(*places[:4])
    folders = {_mode(path) for path in found}
    older = [path for path in files.find(*places[4:]) if _mode(path) not in folders]
    return read_rules(files, (*found, *older), _understand, title="Roo Code", name_of=_name_of)


def _mode(path: str) -> str:
    """The mode that a rule is for; an empty text for every one."""
    folder = path.split("/")[1] if path.startswith(".roo/") else path
    return folder.partition("-")[2]


def _name_of(path: str) -> str:
    return stem(path).lstrip(".")


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    inside = len(files.folder) + 1 if files.folder else 0
    mode = _mode(guide.paths[0][inside:]) if guide.paths and guide.paths[0] in files.texts else ""
    return guide.replace(always=True, agents=(mode,) if mode else None)


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide that always comes."""
    return write_rules(guides, lambda stem, guide: f".roo/rules/{stem}.md", _say)


def _say(guide: Guide) -> Said:
    if not guide.always:
        return None, [Loss(guide.name, WHOLE, "is not written: the rules of Roo Code hold for every task of a mode")]
    losses = lost(guide, (*OURS, "description", "keywords", "agents"), "has no place in a rule of Roo Code")
    return [], losses + lost(guide, ("files",), "is not needed: it always comes")

"""GitHub Copilot instructions: `.github/copilot-instructions.md` and `.github/instructions/**/*.instructions.md`.

`applyTo` lists patterns, parted by commas; `**` or `*` is every task. A file without it must be attached by hand, or is
chosen by its description. The tool's clients differ on `*.py`: it is read as the editor does, at any depth, and written
as `**/*.py`, which means the same in all of them.
"""

from __future__ import annotations

from .guide import OURS, Guide, Loss, Reading, Writing, lost
from .markdown_rules import (
    agents_loss,
    manual_losses,
    patterns_of,
    read_always,
    read_rules,
    stem,
    tidy,
    with_mentions,
    without_mentions,
    write_rules,
    written_patterns,
)
from .patterns import EVERY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "copilot"
title = "GitHub Copilot instructions"
places = (".github/instructions/**/*.instructions.md", ".github/copilot-instructions.md")
#: Keys of its own that change nothing here: for which of its agents, with which tools.
_OWN = ("excludeAgent", "tools", "mode", "model")


def read(files: Files) -> Reading:
    """The instructions for the whole repository, and those for paths."""
    keys = ("description", "applyTo")
    found = read_rules(files, files.find(places[0]), _understand, keys, name_of=_name_of, own=_OWN, title="Copilot")
    return read_always(files, places[1], "copilot-instructions").also(found)


def _name_of(path: str) -> str:
    return stem(path).removesuffix(".instructions")


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    patterns = patterns_of(files, front.list_of("applyTo"))
    if files.pattern(EVERY) in patterns:
        return guide.replace(always=True)
    manual = not (patterns or guide.description or guide.keywords)
    return guide.replace(files=patterns, agents=() if manual else None)


def write(guides: Sequence[Guide]) -> Writing:
    """An instructions file for each guide."""
    return write_rules(guides, lambda stem, guide: f".github/instructions/{stem}.instructions.md", _say)


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide)
    losses += lost(guide, OURS, "has no place in Copilot instructions")
    if guide.is_manual:
        return [], losses + manual_losses(guide)
    description = ("description", with_mentions(guide))
    if guide.always:
        losses += agents_loss(guide) + lost(guide, ("files",), "is not needed: it always comes")
        return [description, ("applyTo", EVERY)], losses
    if EVERY in guide.files:
        losses += agents_loss(guide)
        losses += [Loss(guide.name, field, "changes: for every file is always there") for field in ("files", "always")]
        return [description, ("applyTo", EVERY)], losses
    patterns, missing = written_patterns(guide)
    losses += missing + agents_loss(guide, chosen=bool(patterns or description[1]))
    return [description, ("applyTo", ",".join(patterns))], losses

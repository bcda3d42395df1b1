"""Continue rules: `.continue/rules/**/*.md`.

`alwaysApply: true` is every task, and so is a rule without `globs` and without `alwaysApply`. `globs` are patterns of
files; with `alwaysApply: false` a rule is also chosen by its description. `regex` looks into files, which an index
cannot say.
"""

from __future__ import annotations

from .guide import OURS, Guide, Reading, Writing, lost
from .rule_files import (
    agents_loss,
    manual_losses,
    patterns_of,
    read_rules,
    tidy,
    with_mentions,
    without_mentions,
    write_rules,
    written_patterns,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files
    from .front import Front
    from .rule_files import Said, Value

name = "continue"
title = "Continue rules"
places = (".continue/rules/**/*.md",)


def read(files: Files) -> Reading:
    """The rules of the folder."""
    keys = ("globs", "description", "alwaysApply")
    return read_rules(files, files.find(*places), _understand, keys)


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    patterns = patterns_of(files, front.list_of("globs"))
    written = front.flag_of("alwaysApply")
    always = written is True or (written is None and not patterns and not front.list_of("regex"))
    manual = not (always or patterns or guide.description or guide.keywords)
    return guide.replace(files=patterns, always=always, agents=() if manual else None)


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide."""
    return write_rules(guides, lambda stem, guide: f".continue/rules/{stem}.md", _say)


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide)
    losses += lost(guide, OURS, "has no place in a Continue rule")
    title = ("name", guide.name)
    if guide.is_manual:
        return [title, ("alwaysApply", False)], losses + manual_losses(guide)
    patterns, missing = written_patterns(guide)
    values: list[tuple[str, Value]] = [
        title,
        ("globs", patterns),
        ("description", with_mentions(guide)),
        ("alwaysApply", guide.always),
    ]
    return values, losses + missing + agents_loss(guide, chosen=guide.always or bool(patterns or values[2][1]))

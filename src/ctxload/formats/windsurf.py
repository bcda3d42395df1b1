"""Windsurf rules: `.windsurf/rules/**/*.md`, and the older `.windsurfrules`.

`trigger` is `always_on`, `glob` with `globs`, `model_decision` with a `description`, or `manual`. A rule of more than
12,000 characters is cut by the tool.
"""

from __future__ import annotations

from ..text.front_matter import Plain
from .guide import OURS, Guide, Loss, Reading, Writing, lost
from .markdown_rules import (
    Mode,
    as_written,
    patterns_of,
    read_always,
    read_rules,
    say_mode,
    tidy,
    without_mentions,
    write_rules,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "windsurf"
title = "Windsurf rules"
places = (".windsurf/rules/**/*.md", ".windsurfrules")
#: The longest rule that the tool reads to its end, in characters.
LONGEST = 12_000


def read(files: Files) -> Reading:
    """The rules of the folder, and the older single file."""
    keys = ("trigger", "description", "globs")
    found = read_rules(
        files,
        files.find(places[0]),
        _understand,
        keys,
        lenient=True,
        by_files=("trigger", "glob"),
        values={"trigger": ("always_on", "glob", "model_decision", "manual")},
        title="Windsurf",
    )
    return found.also(read_always(files, places[1], "windsurfrules"))


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    trigger = front.text_of("trigger").lower() or ("manual" if front.has_front else "always_on")
    if trigger == "always_on":
        return guide.replace(always=True)
    if trigger == "manual" and front.text_of("trigger"):
        return guide.replace(agents=())
    patterns = patterns_of(files, as_written(front, "globs"))
    return guide.replace(files=patterns, agents=None if patterns or trigger == "model_decision" else ())


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide."""
    return write_rules(guides, lambda stem, guide: f".windsurf/rules/{stem}.md", _say)


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide)
    losses += lost(guide, OURS, "has no place in a Windsurf rule")
    if len(guide.text) > LONGEST:
        losses.append(Loss(guide.name, "length", f"is more than {LONGEST:,} characters: Windsurf cuts it"))
    mode = Mode("trigger", "always_on", "glob", "model_decision", "manual")
    values, missing = say_mode(guide, mode, lambda patterns: ("globs", Plain(",".join(patterns))))
    return values, losses + missing

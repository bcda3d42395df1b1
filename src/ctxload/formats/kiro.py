"""Kiro steering: `.kiro/steering/**/*.md`.

`inclusion` is `always` (also where it is not written), `fileMatch` with `fileMatchPattern`, `auto` (by description) or
`manual`.
"""

from __future__ import annotations

from .guide import OURS, Guide, Reading, Writing, lost
from .markdown_rules import Mode, patterns_of, read_rules, say_mode, tidy, without_mentions, write_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "kiro"
title = "Kiro steering"
places = (".kiro/steering/**/*.md",)


def read(files: Files) -> Reading:
    """The steering files."""
    keys = ("inclusion", "fileMatchPattern", "description")
    return read_rules(
        files,
        files.find(*places),
        _understand,
        keys,
        by_files=("inclusion", "fileMatch"),
        values={"inclusion": ("always", "fileMatch", "auto", "manual")},
        title="Kiro",
    )


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    inclusion = front.text_of("inclusion").lower() or "always"
    patterns = patterns_of(files, front.list_of("fileMatchPattern"))
    if inclusion == "always":
        return guide.replace(always=True)
    if inclusion == "manual":
        return guide.replace(agents=())
    # `fileMatch`, `auto`, or a word that nobody knows: never with every task, as that was not said
    return guide.replace(files=patterns, agents=None if patterns or inclusion == "auto" else ())


def write(guides: Sequence[Guide]) -> Writing:
    """A steering file for each guide."""
    return write_rules(guides, lambda stem, guide: f".kiro/steering/{stem}.md", _say)


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide)
    losses += lost(guide, OURS, "has no place in a steering file")
    mode = Mode("inclusion", "always", "fileMatch", "auto", "manual")
    values, missing = say_mode(guide, mode, lambda patterns: ("fileMatchPattern", patterns))
    named = ("inclusion", "auto") in values
    return [*values[:1], *([("name", guide.name)] if named else []), *values[1:]], losses + missing

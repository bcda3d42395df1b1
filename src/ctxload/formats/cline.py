"""Cline rules: `.clinerules/**/*.md` and `*.txt`, or a single file `.clinerules`.

A rule comes with every task, or with the files of its list of `paths`; an empty list is never, and what isn't a list is
every task. A pattern without a slash
means the root alone. Rules by topic cannot be said.
"""

from __future__ import annotations

from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import patterns_of, read_always, read_rules, write_rules, written_patterns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said

name = "cline"
title = "Cline rules"
places = (".clinerules/**/*.md", ".clinerules/**/*.txt", ".clinerules")


def read(files: Files) -> Reading:
    """The rules of the folder, or the single file; workflows are called by name and aren't rules."""
    if files.is_there(".clinerules"):
        return read_always(files, ".clinerules", "clinerules")
    names = [
        path
        for path in files.find(*places[:2])
        if not path.startswith((".clinerules/workflows/", ".clinerules/hooks/"))
    ]
    return read_rules(files, names, _understand, ("paths",), lists=("paths",), title="Cline")


def _understand(files: Files, front: Front, guide: Guide) -> Guide:
    if not isinstance(front.values.get("paths"), tuple):
        return guide.replace(always=True)
    patterns = patterns_of(files, front.list_of("paths"), anchored=True)
    return guide.replace(files=patterns, agents=None if patterns else ())


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide that always comes or comes with files."""
    return write_rules(guides, lambda stem, guide: f".clinerules/{stem}.md", _say)


def _say(guide: Guide) -> Said:
    losses = lost(guide, (*OURS, "description", "keywords"), "has no place in a Cline rule")
    if guide.always:
        losses += lost(guide, ("agents",), "has no place: it is for every agent there")
        return [], losses + lost(guide, ("files",), "is not needed: it always comes")
    patterns, missing = written_patterns(guide, anchored=True)
    if patterns and not guide.is_manual:
        return [("paths", patterns)], losses + missing + lost(
            guide, ("agents",), "has no place: it is for every agent there"
        )
    why = "is not written: Cline has rules for every task and for files, and none by topic"
    return None, [Loss(guide.name, WHOLE, why)]

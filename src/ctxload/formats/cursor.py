"""Cursor project rules: `.cursor/rules/**/*.mdc`, also in folders below, and the older `.cursorrules`.

`alwaysApply` comes with every task, `globs` with matching files, a `description` alone lets the model choose; a rule
with none of them must be named. The patterns are written without quotes, so that the front matter need not be YAML.
"""

from __future__ import annotations

from ..text.front_matter import Plain
from .files import Files
from .guide import OURS, Guide, Reading, Writing, lost
from .markdown_rules import (
    FLAG,
    agents_loss,
    as_written,
    manual_losses,
    patterns_of,
    read_always,
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

    from ..text.front_matter import Front
    from .markdown_rules import Said, Value

name = "cursor"
title = "Cursor rules"
places = (".cursor/rules/**/*.mdc", "**/.cursor/rules/**/*.mdc", ".cursorrules")


def read(files: Files) -> Reading:
    """The rules of the folder, those of folders below it, and the older single file."""
    found = _read_in(files, "", files.find(places[0]))
    for path in files.find(places[1]):
        if not path.startswith(".cursor/"):
            found = found.also(_read_in(files, path.split("/.cursor/")[0], (path,)))
    return found.also(read_always(files, ".cursorrules", "cursorrules"))


def _read_in(files: Files, folder: str, names: tuple[str, ...]) -> Reading:
    """The rules of one folder; those further down hold for the files there."""
    keys = ("description", "globs", "alwaysApply")
    return read_rules(
        files, names, lambda files, front, guide: _understand(files, folder, front, guide), keys, lenient=True,
        values={"alwaysApply": FLAG}, title="Cursor",
    )  # fmt: skip


def _understand(files: Files, folder: str, front: Front, guide: Guide) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    globs = as_written(front, "globs")
    always = front.flag_of("alwaysApply") is True
    if folder and always and not globs:
        globs, always = ("**",), False
    patterns = patterns_of(Files(files.tree, files.path(folder)) if folder else files, globs)
    manual = not (always or patterns or guide.description or guide.keywords)
    return guide.replace(files=patterns, always=always, agents=() if manual else None)


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide."""
    return write_rules(guides, lambda stem, guide: f".cursor/rules/{stem}.mdc", _say)


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide)
    losses += lost(guide, OURS, "has no place in a Cursor rule")
    if guide.is_manual:
        return [("alwaysApply", False)], losses + manual_losses(guide)
    patterns, missing = written_patterns(guide)
    values: list[tuple[str, Value]] = [
        ("description", with_mentions(guide)),
        ("globs", Plain(",".join(patterns))),
        ("alwaysApply", guide.always),
    ]
    return values, losses + missing + agents_loss(guide, chosen=guide.always or bool(patterns or values[0][1]))

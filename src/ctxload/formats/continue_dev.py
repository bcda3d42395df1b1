"""Continue rules: `.continue/rules/**/*.md`, and a `rules.md` in any folder, for the files there.

`alwaysApply: true` is every task, and so is a rule without `globs` and without `alwaysApply`. `globs` are patterns of
files, with `!` those that are excepted; with `alwaysApply: false` a rule is also chosen by its description. `regex`
looks into files, which an index cannot say.
"""

from __future__ import annotations

from .files import Files
from .guide import OURS, Guide, Reading, Writing, lost
from .markdown_rules import (
    FLAG,
    agents_loss,
    manual_losses,
    patterns_of,
    read_rules,
    tidy,
    with_exclusions,
    with_mentions,
    without_mentions,
    write_rules,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..text.front_matter import Front
    from .markdown_rules import Said, Value

name = "continue"
title = "Continue rules"
places = (".continue/rules/**/*.md", "**/rules.md")
_KEYS = ("globs", "description", "alwaysApply")


def read(files: Files) -> Reading:
    """The rules of the folder, and each `rules.md`, which holds for the files beside and below it."""
    beside = [path for path in files.find(places[1]) if not path.startswith(".continue/")]
    values = {"alwaysApply": FLAG}
    more: dict[str, Any] = {"own": ("invokable",), "unsaid": ("regex",), "values": values, "title": "Continue"}
    return read_rules(files, files.find(places[0]), _understand, _KEYS, **more).also(
        read_rules(files, beside, _beside, _KEYS, name_of=_name_of, **more)
    )


def _name_of(path: str) -> str:
    return path.removesuffix(".md").replace("/", "-")


def _beside(files: Files, front: Front, guide: Guide) -> Guide:
    """A `rules.md` with what its front matter says; further down it holds for the files there, at any depth."""
    folder = guide.paths[0].rpartition("/")[0]
    guide = _understand(files, front, guide)
    if folder == files.folder or front.flag_of("alwaysApply"):
        return guide
    globs = [glob if glob.startswith("**") else f"**/{glob}" for glob in front.list_of("globs")] or ["**"]
    return guide.replace(files=patterns_of(Files(files.tree, folder), globs), always=False, agents=None)


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
    wanted, excluded, missing = with_exclusions(guide)
    patterns = (*wanted, *("!" + pattern for pattern in excluded))
    values: list[tuple[str, Value]] = [
        title,
        ("globs", patterns),
        ("description", with_mentions(guide)),
        ("alwaysApply", guide.always),
    ]
    return values, losses + missing + agents_loss(guide, chosen=guide.always or bool(patterns or values[2][1]))

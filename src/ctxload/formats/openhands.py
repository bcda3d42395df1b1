"""OpenHands skills: `.agents/skills/**/*.md`, `.openhands/skills/**/*.md`, and the older `.openhands/microagents`.

`triggers` are keywords, `paths` patterns of files (they go before triggers). A plain Markdown file with neither comes
with every task; a `SKILL.md` with neither is chosen by its description.
"""

from __future__ import annotations

from .claude_code import folder_name
from .guide import OURS, Guide, Loss, Reading, Writing, lost
from .markdown_rules import agents_loss, patterns_of, read_rules, tidy, without_mentions, write_rules, written_patterns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said, Value

name = "openhands"
title = "OpenHands skills and microagents"
places = (".agents/skills/**/*.md", ".openhands/skills/**/*.md", ".openhands/microagents/**/*.md")
#: Markdown files in those folders that aren't skills of their own.
_NO_SKILLS = ("SKILL.md", "README.md")
_KEYS = ("triggers", "paths", "description", "disable-model-invocation", "disable_model_invocation")
#: Keys of its own that change nothing here.
_OWN = ("inputs", "mcp_tools", "allowed-tools", "allowed_tools", "user-invocable", "argument-hint")


def read(files: Files) -> Reading:
    """The skills of all three folders. What else lies in the folder of a `SKILL.md` is that skill's own business."""
    found = files.find(*places)
    skills = [path for path in found if _is_skill(path)]
    inside = tuple(path.rpartition("/")[0] + "/" for path in skills)
    plain = [path for path in found if not path.startswith(inside) and path.rpartition("/")[2] not in _NO_SKILLS]
    return read_rules(
        files, skills, lambda files, front, guide: _understand(files, front, guide, always=False), _KEYS,
        name_of=folder_name, own=_OWN, title="OpenHands",
    ).also(
        read_rules(files, plain, lambda files, front, guide: _understand(files, front, guide, always=True), _KEYS,
            own=_OWN, title="OpenHands",
        )
    )  # fmt: skip


def _is_skill(path: str) -> bool:
    """Whether a path is the `SKILL.md` of a folder in one of the three."""
    return path.endswith("/SKILL.md") and path.count("/") == 3


def _understand(files: Files, front: Front, guide: Guide, *, always: bool) -> Guide:
    guide = without_mentions(guide, front.text_of("description"))
    patterns = patterns_of(files, front.list_of("paths"))
    triggers = () if patterns else front.list_of("triggers", commas=False)
    hidden = bool(front.flag_of("disable-model-invocation") or front.flag_of("disable_model_invocation"))
    called = bool(patterns or triggers)
    return guide.replace(
        files=patterns,
        keywords=triggers or guide.keywords,
        always=always and not called,
        agents=() if hidden and not called else None,
    )


def write(guides: Sequence[Guide]) -> Writing:
    """A skill for each guide; one that always comes is a plain file."""
    return write_rules(guides, _place, _say)


def _place(stem: str, guide: Guide) -> str:
    return f".openhands/skills/{stem}.md" if guide.always else f".agents/skills/{stem}/SKILL.md"


def _say(guide: Guide) -> Said:
    guide, losses = tidy(guide, mentions=False)
    losses += lost(guide, OURS, "has no place in a skill")
    values: list[tuple[str, Value]] = [("description", guide.description)]
    if guide.always:
        losses += lost(guide, ("agents",), "has no place: it is for every agent there")
        return values, losses + lost(guide, ("keywords", "files"), "is not needed: it always comes")
    if guide.is_manual:
        values.append(("disable-model-invocation", True))
        return values, losses + lost(guide, ("keywords", "files"), "is left out: it would let the tool choose it")
    losses += agents_loss(guide)
    patterns, missing = written_patterns(guide)
    losses += missing
    if patterns:
        return [*values, ("paths", patterns)], losses + lost(guide, ("keywords",), "is not heard where there are paths")
    spaced = [word for word in guide.keywords if word != word.strip() or not word]
    if spaced:
        losses.append(Loss(guide.name, "keywords", "has some with space around them"))
    return [*values, ("triggers", guide.keywords)], losses

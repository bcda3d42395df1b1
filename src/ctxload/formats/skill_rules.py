"""`.claude/skills/skill-rules.json`: keywords, patterns and paths that call for the skills beside it.

`promptTriggers` hold `keywords` and `intentPatterns` (on the task), `fileTriggers` `pathPatterns` and `pathExclusions`.
What looks into files (`contentPatterns`) or holds an edit back (`enforcement`, `blockMessage`) an index cannot say.
"""

from __future__ import annotations

import json

from ..text.diagnostics import Diagnostic, diagnostic
from ..text.front_matter import read_front, write_front
from .claude_code import folder_name
from .export_mark import mark
from .guide import OURS, WHOLE, Guide, Loss, Origin, Reading, Writing, lost
from .markdown_rules import bare_guides, origins_of, safe_name, tidy, with_exclusions
from .patterns import all_to_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .files import Files

name = "skill-rules"
title = "skill-rules.json"
places = (".claude/skills/skill-rules.json", ".claude/skills/*/SKILL.md")
PRIORITIES = {"critical": 3.0, "high": 2.0, "medium": 1.0, "low": 0.0}
#: The greatest number that is taken for a priority.
MOST = 1_000_000
_KNOWN = frozenset("description priority promptTriggers fileTriggers type id agents".split())
#: The key of the file that says what a field of a guide holds.
_SAID_BY = {
    "description": "description",
    "keywords": "keywords",
    "patterns": "intentPatterns",
    "files": "fileTriggers",
    "priority": "priority",
    "agents": "agents",
}
_OTHERS = tuple(field for field in OURS if field not in ("patterns", "priority"))


def read(files: Files) -> Reading:
    """The skills that the file names and that are there."""
    if not files.is_there(places[0]):
        return Reading()
    path = files.path(places[0])
    text = files.text(places[0]) or ""
    try:
        data = json.loads(text)
        skills = data["skills"] if isinstance(data, dict) else None
    except (ValueError, KeyError, RecursionError) as error:
        why = getattr(error, "msg", "it has no `skills`")
        return Reading((), (), (_broken(path, f"{why}", getattr(error, "lineno", 1), getattr(error, "colno", 0)),))
    if not isinstance(skills, dict):
        return Reading((), (), (_broken(path, "`skills` must be an object"),))
    there = {folder_name(found): found for found in files.find(places[1])}
    found = Reading()
    for skill, rule in skills.items():
        if skill not in there:
            found = found.also(
                Reading((), (Loss(skill, WHOLE, f"is left out: there is no .claude/skills/{skill}/SKILL.md", path),))
            )
        elif isinstance(rule, dict):
            found = found.also(_skill(files, skill, rule, there[skill], text))
        else:
            found = found.also(Reading((), (), (_broken(path, f"`{skill}` must be an object"),)))
    return found


def _broken(path: str, why: str, line: int = 1, column: int = 0) -> Diagnostic:
    return diagnostic("CTX011", f"this file cannot be read: {why}", path, line, column, hint="fix the JSON")


def _origins(text: str, skill: str, path: str) -> tuple[Origin, ...]:
    """Where the rule of a skill stands in the file, each part from its key to the end of the rule."""
    start = max(text.find(json.dumps(skill) + ":"), 0)
    try:
        end = json.JSONDecoder().raw_decode(text, text.index("{", start))[1]
    except (ValueError, RecursionError):
        return ()
    found = ((field, text.find(f'"{key}"', start, end)) for field, key in _SAID_BY.items())
    return tuple(Origin(field, path, at, end) for field, at in found if at >= 0)


def _skill(files: Files, skill: str, rule: dict[str, Any], document: str, text: str) -> Reading:
    path = files.path(places[0])
    prompt, at_hand = _prompt(rule.get("promptTriggers")), _map(rule.get("fileTriggers"))
    front = read_front(files.text(document) or "")
    guide = bare_guides(skill, files.path(document), front.body)[0]
    excluded = tuple("!" + pattern for pattern in all_to_ours(_texts(at_hand.get("pathExclusions"))))
    wanted = all_to_ours(_texts(at_hand.get("pathPatterns")))
    level = rule.get("priority")
    guide = guide.replace(
        description=rule["description"] if isinstance(rule.get("description"), str) else front.text_of("description"),
        keywords=_texts(prompt.get("keywords")),
        patterns=_texts(prompt.get("intentPatterns")),
        files=tuple(map(files.pattern, (*wanted, *(excluded if wanted else ())))),
        agents=_texts(rule["agents"]) or None if "agents" in rule else None,
        priority=level if isinstance(level, int | float) and abs(level) < MOST else PRIORITIES.get(str(level), 0.0),
        origins=(*_origins(text, skill, path), *origins_of(front, files.path(document))),
    )
    others = [key for key in rule if key not in _KNOWN]
    others += [key for key in prompt if key not in ("keywords", "intentPatterns")]
    others += [key for key in at_hand if key not in ("pathPatterns", "pathExclusions")]
    odd = [key for key in ("promptTriggers", "fileTriggers") if key in rule and not isinstance(rule[key], dict | list)]
    return Reading(
        (guide,),
        (
            *(Loss(guide.name, key, "has no place in an index", path, _line(text, skill, key)) for key in others),
            *(
                Loss(
                    guide.name, key, "has a shape that nobody knows", path, _line(text, skill, key),
                    "write an object with `keywords` and `intentPatterns`", misleads=True,
                )
                for key in odd
            ),
        ),
    )  # fmt: skip


def _line(text: str, skill: str, key: str) -> int:
    """The line in which a key of a skill's rule stands."""
    start = max(text.find(json.dumps(skill)), 0)
    at = text.find(f'"{key}"', start)
    return text.count("\n", 0, max(at, start)) + 1


def _prompt(value: Any) -> dict[str, Any]:
    """The triggers of a prompt; a list of words is one of keywords, a list of triggers what all of them say."""
    if not isinstance(value, list):
        return _map(value)
    found: dict[str, Any] = {"keywords": [word for word in value if isinstance(word, str)], "intentPatterns": []}
    for trigger in filter(_map, value):
        for key, said in trigger.items():
            found[key] = [*found.get(key, []), *_texts(said)]
    return found


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)


def write(guides: Sequence[Guide]) -> Writing:
    """The file with a rule for each guide that something calls for, and a skill for each of them."""
    rules: dict[str, Any] = {}
    files: list[tuple[str, str]] = []
    losses: list[Loss] = []
    taken: set[str] = set()
    for guide in guides:
        guide, untidy = tidy(guide, mentions=False)
        rule, missing = _rule(guide)
        losses += missing
        if rule is None:
            continue
        losses += untidy
        skill = safe_name(guide.name)
        while skill.casefold() in taken:
            skill += "-2"
        taken.add(skill.casefold())
        rules[skill] = rule
        place = f".claude/skills/{skill}/SKILL.md"
        files.append(
            (
                place,
                write_front(
                    [("name", skill), ("description", guide.description)], mark(guide.name, guide.paths, guide.text)
                ),
            )
        )
    if rules:
        text = (
            json.dumps({"version": "1.0", "generator": "ctxload export", "skills": rules}, indent=2, ensure_ascii=False)
            + "\n"
        )
        files.insert(0, (places[0], text))
    return Writing(tuple(files), tuple(losses))


def _rule(guide: Guide) -> tuple[dict[str, Any] | None, list[Loss]]:
    if guide.always or guide.is_manual:
        return None, [Loss(guide.name, WHOLE, "is not written: every rule of skill-rules.json has a trigger")]
    losses = lost(guide, (*_OTHERS, "agents"), "has no place in skill-rules.json")
    if "" in guide.keywords:
        losses += lost(guide, ("keywords",), "has an empty one")
    names = {value: name for name, value in PRIORITIES.items()}
    if guide.priority not in names:
        losses += lost(guide, ("priority",), "is none of the four there are (0, 1, 2, 3)")
    wanted, excluded, missing = with_exclusions(guide)
    losses += missing
    at_hand = {"pathPatterns": wanted, "pathExclusions": excluded}
    rule: dict[str, Any] = {"type": "domain", "enforcement": "suggest", "priority": names.get(guide.priority, "low")}
    rule |= {"description": guide.description} if guide.description else {}
    rule |= {"promptTriggers": {"keywords": list(guide.keywords), "intentPatterns": list(guide.patterns)}}
    return rule | ({"fileTriggers": {key: value for key, value in at_hand.items() if value}} if wanted else {}), losses

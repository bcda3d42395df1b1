"""Claude Code: memory files with what they import, rules and skills.

`CLAUDE.md` and `.claude/CLAUDE.md` come with every task, a `CLAUDE.md` further down with the files there;
`.claude/rules/**/*.md` with every task, or with the files of `paths`; `.claude/skills/*/SKILL.md` when its description
fits. A line of memory may import a file with `@path`. A pattern without a slash means the root alone.
"""

from __future__ import annotations

import re

from ..text.brackets import escaped
from ..text.markdown import read_markdown
from .guide import OURS, Guide, Loss, Reading, Writing, lost
from .markdown_rules import (
    agents_loss,
    bare_guides,
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

    from ..text.front_matter import Front
    from .files import Files
    from .markdown_rules import Said, Value

name = "claude-code"
title = "Claude Code memory, rules and skills"
places = (
    "CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md", "**/CLAUDE.md", ".claude/rules/**/*.md",
    ".claude/skills/*/SKILL.md",
)  # fmt: skip

#: How many imports may follow one another, and how many one memory file may bring in all.
DEPTH, IMPORTS = 5, 100
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: A block that is indented as code: behind a blank line.
_INDENTED = re.compile(r"(?:\A|\n[ \t]*\n)(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+")
_IMPORT = re.compile(r"(?:^|(?<=[\s(]))@((?:[^\s\\`]|\\ )+)", re.MULTILINE)


def read(files: Files) -> Reading:
    """Memory, rules and skills, in this order."""
    rules = read_rules(files, files.find(places[4]), _rule, ("paths", "description"), title="a rule of Claude Code")
    skills = read_rules(
        files, files.find(places[5]), skill, SKILL_KEYS, name_of=folder_name, own=SKILL_OWN, title="Claude Code"
    )
    return _memory(files).also(_with_imports(files, rules)).also(skills)


def _with_imports(files: Files, rules: Reading) -> Reading:
    """The rules with the files that each of them imports."""
    inside = len(files.folder) + 1 if files.folder else 0
    guides, losses = list[Guide](), list(rules.losses)
    for guide in rules.guides:
        own = guide.paths[0] if guide.paths and guide.paths[0] in files.texts else ""
        imported, missing = imports(files, own[inside:]) if own else ([], [])
        guides.append(guide.replace(paths=(*guide.paths, *map(files.path, imported))))
        losses += missing
    return Reading(tuple(guides), tuple(losses), rules.findings)


def _memory(files: Files) -> Reading:
    found = Reading()
    for path in (*files.find(*places[:3]), *files.find(places[3])):
        if path == "CLAUDE.md" and found.guides and found.guides[0].name == "CLAUDE":
            continue
        folder = path.rpartition("/")[0]
        imported, losses = imports(files, path)
        guides = []
        for guide in bare_guides(_memory_name(path), files.path(path), files.text(path) or ""):
            if guide.paths == (files.path(path),):
                guide = guide.replace(paths=(*guide.paths, *map(files.path, imported)))
            inside = folder not in ("", ".claude")
            patterns = (files.pattern(f"{escaped(folder)}/**"),) if inside else ()
            guides.append(guide.replace(always=not inside, files=patterns))
        found = found.also(Reading(tuple(guides), tuple(losses)))
    return found


def _memory_name(path: str) -> str:
    return path.removesuffix(".md").replace("/", "-").lstrip(".").replace("claude-CLAUDE", "CLAUDE-project")


def imports(files: Files, path: str) -> tuple[list[str], list[Loss]]:
    """The files that a memory file imports, what they import next to them, each once; those that don't exist are
    text.
    """
    found: dict[str, None] = {}
    losses: list[Loss] = []
    waiting = [(path, 0)]
    while waiting:
        here, depth = waiting.pop(0)
        text = files.text(here) or ""
        for wanted in _wanted(text) if depth < DEPTH else ():
            target = _resolved(here, wanted)
            line = text.count("\n", 0, max(text.find("@" + wanted), 0)) + 1
            if target is None:
                why = f"imports {wanted}, which lies outside the project"
                losses.append(Loss(_memory_name(path), "import", why, files.path(here), line))
            elif target == path or target in found or len(found) >= IMPORTS:
                continue
            elif files.is_there(target):
                found[target] = None
                waiting.append((target, depth + 1))
            elif files.tree.status(files.path(target)).kind == "file" and files.tree.is_secret(files.path(target)):
                why = f"imports {wanted}, which looks like a file of secrets: it is not read"
                cure = "take the import out, or put it into backticks where it isn't one"
                losses.append(Loss(_memory_name(path), "import", why, files.path(here), line, cure, misleads=True))
            elif _looks_like_file(wanted):
                why = f"imports {wanted}, and {files.path(target)} doesn't exist"
                cure = "fix the path, or put it into backticks where it isn't an import"
                if files.is_there(wanted):
                    cure = "an import starts at the folder of its file, not at the root: fix the path"
                losses.append(Loss(_memory_name(path), "import", why, files.path(here), line, cure, misleads=True))
    return list(found), losses


def _wanted(text: str) -> list[str]:
    """What a text imports: words with `@` before them, outside code and comments."""
    for block in reversed(read_markdown(text).blocks):
        if block.kind == "fence":
            text = text[: block.start] + text[block.end :]
    plain = re.sub(r"`[^`\n]*`", " ", _COMMENT.sub(" ", _INDENTED.sub("\n", text)))
    return [word.replace("\\ ", " ").rstrip(".,;:)") for word in _IMPORT.findall(plain) if word.rstrip(".,;:)")]


def _looks_like_file(wanted: str) -> bool:
    """Whether an import that isn't there was meant as one: `@types/node` and `@someone` are none."""
    ending = wanted.rpartition(".")[2] if "." in wanted.rpartition("/")[2] else ""
    return wanted.startswith(("./", "../")) or ending.lower() in ("md", "mdc", "mdx", "txt", "markdown", "rst", "adoc")


def _resolved(here: str, wanted: str) -> str | None:
    """The path from the folder that an import means; None where it leads out of it."""
    if wanted.startswith(("~", "/")):
        return None
    parts = here.split("/")[:-1]
    for part in wanted.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _rule(files: Files, front: Front, guide: Guide) -> Guide:
    patterns = patterns_of(files, front.list_of("paths"), anchored=True)
    return guide.replace(files=patterns, always=not patterns, description=front.text_of("description"))


SKILL_KEYS = ("name", "description", "when_to_use", "paths", "disable-model-invocation")
#: Keys of skills that change nothing here: which tools one may use, how it is called and run.
SKILL_OWN = (
    "allowed-tools", "argument-hint", "arguments", "user-invocable", "model", "context", "agent", "hooks", "effort",
    "shell", "memory",
)  # fmt: skip


def folder_name(path: str) -> str:
    """The name of the folder a file stands in."""
    return path.split("/")[-2]


def skill(files: Files, front: Front, guide: Guide) -> Guide:
    """A guide with what the front matter of a `SKILL.md` says."""
    description = " ".join(filter(None, (front.text_of("description"), front.text_of("when_to_use"))))
    guide = without_mentions(guide, description)
    if front.flag_of("disable-model-invocation"):
        return guide.replace(agents=())
    return guide.replace(files=patterns_of(files, front.list_of("paths"), anchored=True))


def write(guides: Sequence[Guide]) -> Writing:
    """A rule for each guide that always comes or comes with files, a skill for any other."""
    return write_rules(guides, _place, _say)


def _is_rule(guide: Guide) -> bool:
    return guide.always or (bool(guide.files) and not guide.is_manual)


def _place(stem: str, guide: Guide) -> str:
    return f".claude/rules/{stem}.md" if _is_rule(guide) else f".claude/skills/{stem}/SKILL.md"


def _say(guide: Guide) -> Said:
    rule = _is_rule(guide)
    guide, losses = tidy(guide, mentions=not rule)
    losses += lost(guide, OURS, "has no place in Claude Code")
    if rule:
        return _say_rule(guide, losses)
    manual = guide.is_manual
    losses += [] if manual else agents_loss(guide)
    losses += lost(guide, ("files",), "is left out")
    values: list[tuple[str, Value]] = [("description", with_mentions(guide))]
    return [*values, ("disable-model-invocation", True)] if manual else values, losses


def _say_rule(guide: Guide, losses: list[Loss]) -> Said:
    losses += lost(guide, ("keywords",), "has no place in a rule, which comes always or with files")
    losses += lost(guide, ("agents",), "has no place: it is for every agent there")
    if guide.always:
        losses += lost(guide, ("files",), "is not needed: it always comes")
        return [("description", guide.description)], losses
    patterns, missing = written_patterns(guide, anchored=True)
    if not patterns:
        return None, [*losses, Loss(guide.name, "*", "is not written: none of its patterns can be said")]
    return [("description", guide.description), ("paths", patterns)], losses + missing

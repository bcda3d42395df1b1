"""Entries that come only when they are named (`agents: []`), named as the users of other tools do: `@release`,
`@release.mdc`, `@.cursor/rules/release.mdc`, `#incident`, `/deploy` at the start of a line.

A name that several of them have is said to be ambiguous, and none is guessed.
"""

from __future__ import annotations

from ..matching.tokens import TASK_LIMIT
from .choice import RULE_POINTS, Choice
from .model import KEYWORD_LAYER, Reason, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..matching.tables import EntryRow

#: How many mentions of one task are looked up.
MOST = 100
#: What a mention may follow, and what ends it.
_BEFORE, _AFTER = frozenset(" \t\r\n([{\"'`\u201c\u2018,;:"), frozenset(" \t\r\n)]}\"'`\u201d\u2019,;<>|")


def may_mention(task: str) -> bool:
    """Whether a task may hold a mention; a quick look."""
    return "@" in task or "#" in task or task[:1] == "/" or "\n/" in task


def mentioned(choice: Choice) -> Iterator[tuple[int, Reason]]:
    """The entries that must be named and are, each with the reason."""
    names: dict[str, dict[int, None]] = {}
    rows = choice.tables.entries
    for number in choice.tables.meta.manual:
        for name in _names(rows[number]):
            names.setdefault(name, {})[number] = None
    task = choice.request.task
    for start, end in _places(task[:TASK_LIMIT]):
        name = task[start:end].lstrip("@#")
        found = list(names.get(name) or names.get(name.lstrip("/")) or ())
        exact = [number for number in found if rows[number].id == name] or found
        if len(exact) > 1:
            _say(choice, task[start:end], [rows[number].id for number in exact])
            continue
        for number in exact:
            where = Where(task, ((start, end),))
            terms = (Term(f"named {name}", RULE_POINTS),)
            yield number, Reason(KEYWORD_LAYER, "id", rows[number].id, rows[number].id, where, terms)


def _names(row: EntryRow) -> Iterator[str]:
    """What an entry may be called: its id, its path, the name of its file and of the folder of a skill."""
    yield row.id
    yield row.id.rpartition("/")[2]
    for path, _, _ in row.paths:
        folder, _, last = path.rpartition("/")
        yield path
        if last == "SKILL.md":
            yield folder.rpartition("/")[2]
        else:
            yield last
            yield last.partition(".")[0] or last


def _places(task: str) -> Iterator[tuple[int, int]]:
    """Where mentions stand in a task: words with a sign before them."""
    count, at = 0, 0
    while at < len(task) and count < MOST:
        end = at
        while end < len(task) and task[end] not in _AFTER:
            end += 1
        word = task[at:end].rstrip(".:!?\u2026")
        if len(word) > 1 and (word[0] in "@#" or (word[0] == "/" and task[at - 1 : at] in ("", "\n", "\r"))):
            count += 1
            yield at, at + len(word)
        at = end + 1
        while at < len(task) and task[at] in _BEFORE:
            at += 1


def _say(choice: Choice, written: str, ids: list[str]) -> None:
    hint = "name the one: " + ", ".join(f"`{name}`" for name in ids[:5])
    choice.report("CTX410", f"`{written}` may be any of {len(ids)} entries", severity="warning", hint=hint)

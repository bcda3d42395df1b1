"""A row of a log, as keys and values, → a task."""

from __future__ import annotations

import json

from .model import TASK_NAMES, Columns, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class NoTask(Exception):
    """Why a row holds no task."""


def task_of(row: Mapping[str, Any], columns: Columns, place: str) -> Task:
    """The task of a row. Raises NoTask where there is none.

    >>> task_of({"prompt": "fix the login", "files": ["a.ts"]}, Columns(), "log.jsonl:1")
    Task(text='fix the login', files=('a.ts',), place='log.jsonl:1', agent='')
    >>> task_of({"body": {"said": "fix it"}}, Columns(task="body.said"), "log.jsonl:2").text
    'fix it'
    """
    text = value_at(row, columns.task) if columns.task else _first(row, TASK_NAMES)
    if not isinstance(text, str):
        raise NoTask(_why(row, columns.task, text))
    if not text.strip():
        raise NoTask("the task is empty")
    agent = value_at(row, columns.agent or "agent")
    return Task(text, files_in(value_at(row, columns.files or "files")), place, agent if isinstance(agent, str) else "")


def value_at(row: Mapping[str, Any], name: str) -> Any:
    """The value under a name; `a.b` is a key inside another, unless a key is called so."""
    if name in row:
        return row[name]
    found: Any = row
    for part in name.split("."):
        if not hasattr(found, "get"):
            return None
        found = found.get(part)
    return found


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if isinstance(row.get(name), str)), None)


def _why(row: Mapping[str, Any], name: str, found: Any) -> str:
    if name:
        return f"`{name}` isn't a text" if found is not None else f"there is no `{name}`"
    if there := next((key for key in TASK_NAMES if key in row), ""):
        return f"`{there}` isn't a text"
    names = ", ".join(f"`{key}`" for key in list(row)[:6])
    return f"none of its keys is called `task` or `prompt`: name it with --task-column ({names or 'it has none'})"


def files_in(value: Any) -> tuple[str, ...]:
    """Files at hand: a list, a list as JSON, or a text with a file a line or between semicolons.

    >>> files_in(["a.ts"]), files_in('["a.ts", "b.ts"]'), files_in("a.ts; b.ts")
    (('a.ts',), ('a.ts', 'b.ts'), ('a.ts', 'b.ts'))
    """
    if isinstance(value, str):
        value = _listed(value.strip())
    if not isinstance(value, list | tuple):
        return ()
    return tuple([one.strip() for one in value if isinstance(one, str) and one.strip()])


def _listed(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    return text.replace("\n", ";").split(";")

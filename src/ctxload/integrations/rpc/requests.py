"""One task as a JSON object: what it may hold, how it is asked, and how it is answered."""

from __future__ import annotations

from ...errors import CtxloadError, UsageError
from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...fleet.frozen_loader import FrozenLoader
    from ...loader import ContextLoader
    from ...selection.model import Resolution

#: What an object may hold. Other keys are the sender's own, except slips of these.
KEYS = ("id", "task", "agent", "context", "match", "tags", "files", "without")
_KEYS = frozenset(KEYS)


class Defaults(Record):
    """What a task is asked with where its object does not say: the options of the command that reads the objects."""

    agent: str = ""
    context: tuple[str, ...] | None = None
    match: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    folder: str = ""


NO_DEFAULTS = Defaults()


def answer_object(
    loader: Callable[[], ContextLoader | FrozenLoader], data: dict[str, Any], defaults: Defaults = NO_DEFAULTS
) -> dict[str, Any]:
    """The answer to an object with a task; `loader` gives the one to ask, or raises why there is none."""
    known = data.get("id")
    try:
        if known is not None and type(known) not in (str, int, float):
            known = None
            raise UsageError("`id` must be a text or a number")
        if not data.keys() <= _KEYS:
            refuse_misspelt(data, KEYS)
        return {"id": known, **short(loader().resolve(**arguments(data, defaults)))}
    except CtxloadError as error:
        hint = error.diagnostics[0].hint if error.diagnostics else ""
        return error_reply(known, str(error), hint)


def refuse_misspelt(data: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Raises UsageError for a key that is one of these, not there, but for a slip.

    >>> refuse_misspelt({"task": "fix the login", "expect": ["auth"]}, KEYS)
    >>> refuse_misspelt({"task": "fix the login", "agnet": "backend-developer"}, KEYS)
    Traceback (most recent call last):
        ...
    ctxload.errors.UsageError: unknown key `agnet` (did you mean `agent`?)
    """
    absent = [name for name in keys if name not in data]
    for key in data:
        for name in absent:
            if key not in keys and _is_slip(key, name):
                raise UsageError(f"unknown key `{key}` (did you mean `{name}`?)")


def _is_slip(key: str, name: str) -> bool:
    """Whether a key is a name with letters swapped or in another case, or with one of them wrong, missing or too many.

    Stricter than did-you-mean is elsewhere: a sender's own `task_id` and `path` must pass.
    """
    left, over = list(name), 0
    for letter in key[:100].casefold():
        if letter in left:
            left.remove(letter)
        else:
            over += 1
    return len(name) > 2 and key[:1].casefold() == name[0] and over <= 1 and len(left) <= 1


def short(resolution: Resolution) -> dict[str, Any]:
    """A resolution as batches and `serve` give it: paths, layer, findings where there are any."""
    data: dict[str, Any] = {"files": list(resolution.paths), "layer": resolution.layer}
    if resolution.diagnostics:
        data["diagnostics"] = [finding.to_dict() for finding in resolution.diagnostics]
    return data


def error_reply(request: Any, message: str, hint: str = "") -> dict[str, Any]:
    """The answer to a line that cannot be answered; `request` is its id, None where it has none."""
    return {"id": request, "error": {"message": message, **({"hint": hint} if hint else {})}}


def arguments(data: dict[str, Any], defaults: Defaults = NO_DEFAULTS) -> dict[str, Any]:
    """What `ContextLoader.resolve` is to be called with for an object; UsageError where a value is of no use."""
    task = data.get("task", "")
    if not isinstance(task, str):
        raise UsageError("`task` must be a text")
    agent, match = data.get("agent", defaults.agent), data.get("match", defaults.match)
    if agent is not None and not isinstance(agent, str):
        raise UsageError("`agent` must be a text")
    if match is not None and not isinstance(match, str):
        raise UsageError("`match` must be a text")
    context, tags, files, without = [
        data.get(key, getattr(defaults, key)) for key in ("context", "tags", "files", "without")
    ]
    if "task" not in data and not (context or files):
        raise UsageError('there is no `task`, as in {"task": "fix the login"}, and no `files` and no `context` either')
    return {
        "task": task,
        "agent": agent,
        "match": match,
        "context": None if context is None else _texts(context, "context"),
        "tags": () if tags is None or tags == () else _texts(tags, "tags"),
        "files": () if files is None or files == () else _texts(files, "files"),
        "without": () if without is None or without == () else _texts(without, "without"),
        "folder": defaults.folder,
    }


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"`{key}` must be a list of texts")
    return tuple(value)

"""The hooks of ctxload in a client's settings file: what the file is with them, and what it is without.

Texts in, texts out. Whatever else stands in the file stays as it is, byte for byte; a file that cannot be read is refused.
"""

from __future__ import annotations

import json
import re

from .errors import CtxloadError
from .jsontext import NotJson, at_path, insertion, read, remove, value_of
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .clients import Client, Handler
    from .jsontext import Node

#: The command of an entry that is ours: `ctxload hook`, by whatever path, or `python -m ctxload hook`.
OURS = re.compile(r"""(^|[\s/\\"'&])ctxload(\.exe|\.cmd)?["']?\s+hook\b""")
#: The clients whose settings may hold comments and trailing commas; the others refuse them.
COMMENTS = frozenset(("gemini", "cursor", "vscode"))


class RefusedSettings(CtxloadError):
    """A settings file that is not touched, and why."""


class Found(Record):
    """One entry of ours in a file: its event, its command, and the path to it."""

    event: str
    command: str
    path: tuple[str | int, ...]


class Edited(Record):
    """A file's text after an edit, and what was inserted where, one after the other."""

    text: str
    insertions: tuple[tuple[int, str], ...] = ()


def is_grouped(client: Client) -> bool:
    """Whether the client groups its hooks by matcher, as Claude Code does."""
    return client.name in ("claude-code", "codex", "gemini")


def entry(client: Client, handler: Handler, command: str, max_chars: int = 0) -> dict[str, Any]:
    """What stands in the list of an event for one hook."""
    one: dict[str, Any] = {"type": "command", "command": command, "timeout": handler.timeout}
    if client.name == "cursor":
        del one["type"]
    if client.name == "gemini":
        one = {"name": "ctxload", **one}
    if client.name == "codex" and max_chars:
        one["additionalContextLimit"] = -(-max_chars // 4)  # counted in tokens, of four bytes each
    if not is_grouped(client):
        return one
    return {"matcher": handler.matcher, "hooks": [one]} if handler.matcher else {"hooks": [one]}


def installed(client: Client, text: str) -> list[Found]:
    """The entries of ours in a settings file. Raises RefusedSettings."""
    _, hooks = _hooks(client, text)
    found: list[Found] = []
    for event, entries in hooks.items():
        for number, one in enumerate(entries if isinstance(entries, list) else ()):
            path: tuple[str | int, ...] = ("hooks", event, number)
            if not isinstance(one, dict):
                continue
            inner = one.get("hooks") if is_grouped(client) else None
            for place, handler in enumerate(inner) if isinstance(inner, list) else ((None, one),):
                command = handler.get("command") if isinstance(handler, dict) else None
                if isinstance(command, str) and OURS.search(command):
                    found.append(Found(event, command, path if place is None else (*path, "hooks", place)))
    return found


def with_hooks(client: Client, text: str | None, command: str, max_chars: int = 0) -> Edited:
    """The file with our hooks in it; as it was where they are there already. Raises RefusedSettings."""
    if text is None or not text.strip("\ufeff \t\r\n"):
        return Edited(_new(client, command, max_chars))
    wanted = {handler.event: [] for handler in client.hooks}  # type: dict[str, list[dict[str, Any]]]
    for handler in client.hooks:
        wanted[handler.event].append(entry(client, handler, command, max_chars))
    if _is_as_wanted(client, text, wanted):
        return Edited(text)
    text = without_hooks(client, text)
    insertions: list[tuple[int, str]] = []
    for event, entries in wanted.items():
        for place, key, value in _places(client, text, event, entries):
            at, new = insertion(text, place, key, value, comments=client.name in COMMENTS)
            text = text[:at] + new + text[at:]
            insertions.append((at, new))
    _hooks(client, text)
    return Edited(text, tuple(insertions))


def _places(
    client: Client, text: str, event: str, entries: list[dict[str, Any]]
) -> list[tuple[tuple[str | int, ...], str | None, object]]:
    """Where the entries of an event go: the path to an object or list, the key in it if any, and the value."""
    root, hooks = _hooks(client, text)
    if root.get("hooks") is None:
        return [((), "hooks", {event: entries})]
    if event not in hooks:
        return [(("hooks",), event, entries)]
    return [(("hooks", event), None, one) for one in entries]


def undone(text: str, insertions: Iterable[tuple[int, str]]) -> str | None:
    """The text without what was inserted, in the order it was; None when that does not stand there any more as it was."""
    for at, new in reversed([*insertions]):
        if text[at : at + len(new)] != new:
            if text.count(new) != 1:
                return None
            at = text.index(new)
        text = text[:at] + text[at + len(new) :]
    return text


def without_hooks(client: Client, text: str) -> str:
    """The file without our hooks, and without what only they were in. Raises RefusedSettings."""
    comments = client.name in COMMENTS
    for found in reversed(installed(client, text)):
        path = found.path
        text = remove(text, path, comments=comments)
        while len(path) > 1 and _is_bare(text, path := path[:-1], comments):
            text = remove(text, path, comments=comments)
    return text


def is_nothing_more(text: str, *, comments: bool = False) -> bool:
    """Whether a file holds nothing any more but its version."""
    value = value_of(text, read(text, comments=comments))
    return isinstance(value, dict) and not set(value) - {"version"}


def _is_bare(text: str, path: tuple[str | int, ...], comments: bool) -> bool:
    """Whether a list or object holds nothing but, at most, the matcher of the hook that was in it."""
    node = at_path(read(text, comments=comments), path)
    inner = node.get("hooks")
    if isinstance(path[-1], int) and inner is None:
        return not set(node.keys or ()) - {"matcher"}
    return not (inner or node).items


def _is_as_wanted(client: Client, text: str, wanted: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether exactly these entries of ours are in the file."""
    found = installed(client, text)
    _, hooks = _hooks(client, text)
    here: dict[str, list[Any]] = {}
    for one in found:
        here.setdefault(one.event, []).append(hooks[one.event][one.path[2]])
    return here == wanted


def _new(client: Client, command: str, max_chars: int) -> str:
    """A file that holds our hooks and nothing else."""
    hooks: dict[str, list[dict[str, Any]]] = {}
    for handler in client.hooks:
        hooks.setdefault(handler.event, []).append(entry(client, handler, command, max_chars))
    data = {"hooks": hooks} if is_grouped(client) else {"version": 1, "hooks": hooks}
    return json.dumps(data, indent=2) + "\n"


def _hooks(client: Client, text: str) -> tuple[Node, dict[str, Any]]:
    """The whole file and its hooks. Raises RefusedSettings when they are not what they must be."""
    try:
        root = read(text, comments=client.name in COMMENTS)
    except (NotJson, RecursionError) as error:
        raise RefusedSettings(str(error) or "too deep") from None
    if root.keys is None:
        raise RefusedSettings("it holds no JSON object")
    repeated = [key for key in ("hooks",) if root.keys.count(key) > 1]
    node = root.get("hooks")
    value = value_of(text, node) if node else {}
    if repeated or not isinstance(value, dict) or (node and len(set(node.keys or ())) != len(node.keys or ())):
        raise RefusedSettings("its `hooks` are not one object of lists")
    if any(not isinstance(entries, list) for entries in value.values()):
        raise RefusedSettings("its `hooks` are not one object of lists")
    return root, value

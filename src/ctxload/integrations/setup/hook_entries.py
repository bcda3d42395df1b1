"""The hooks of ctxload in a client's settings file: what the file is with them, and what it is without.

Texts in, texts out. Whatever else stands in the file stays as it is, byte for byte; a file that cannot be read is
refused. Every edit is proven: the new text is read, and must hold what was meant and all the rest, comments, too.
Comments and trailing commas are kept whether or not the client reads them; `unread` says where it does not.
"""

from __future__ import annotations

import json
import re

from ...errors import CtxloadError
from ...record import Record
from ...text.json_edit import NotJson, NotProven, at_path, comments_in, insertion, read, remove, shape, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ...text.json_edit import Node
    from ..clients.client import Client

#: The command of an entry that is ours: `ctxload hook`, by whatever path, or `python -m ctxload hook`.
OURS = re.compile(r"""(^|[\s/\\"'&])ctxload(\.exe|\.cmd)?["']?\s+hook\b""")


class RefusedSettings(CtxloadError):
    """A settings file that is not touched, and why."""


class Entry(Record):
    """One entry of ours in a file: its event, its command, and the path to it."""

    event: str
    command: str
    path: tuple[str | int, ...]


class Edited(Record):
    """A file's text after an edit, and what was inserted where, one after the other."""

    text: str
    insertions: tuple[tuple[int, str], ...] = ()


def entries_of(client: Client, command: str, max_chars: int = 0) -> dict[str, list[dict[str, Any]]]:
    """What stands in the list of each event for our hooks."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for handler in client.hooks:
        one = client.entry(handler, command, max_chars)
        if client.is_grouped:
            one = {"matcher": handler.matcher, "hooks": [one]} if handler.matcher else {"hooks": [one]}
        entries.setdefault(handler.event, []).append(one)
    return entries


def installed(client: Client, text: str) -> list[Entry]:
    """The entries of ours in a settings file. Raises RefusedSettings."""
    _, hooks = _hooks(client, text)
    found: list[Entry] = []
    for event, entries in hooks.items():
        for number, one in enumerate(entries if isinstance(entries, list) else ()):
            path: tuple[str | int, ...] = ("hooks", event, number)
            if not isinstance(one, dict):
                continue
            inner = one.get("hooks") if client.is_grouped else None
            for place, handler in enumerate(inner) if isinstance(inner, list) else ((None, one),):
                command = handler.get("command") if isinstance(handler, dict) else None
                if isinstance(command, str) and OURS.search(command):
                    found.append(Entry(event, command, path if place is None else (*path, "hooks", place)))
    return found


def lacking(client: Client, text: str) -> list[str]:
    """The events of which a settings file with hooks of ours has none, or one for fewer tools: an older one."""
    _, hooks = _hooks(client, text)
    here: dict[str, set[str]] = {}
    for one in installed(client, text):
        entry = hooks[one.event][one.path[2]]
        here.setdefault(one.event, set()).add(str(entry.get("matcher", "")))
    return [one.event for one in client.hooks if here and one.matcher not in here.get(one.event, ())]


def with_hooks(
    client: Client, text: str | None, command: str, max_chars: int = 0, *, bare: str | None = None
) -> Edited:
    """The file with our hooks in it; as it was where they are there already. Raises RefusedSettings.

    `bare` is the file without them where that is known better than by taking them out.
    """
    if text is None:
        return Edited(_new(client, command, max_chars))
    if not text.strip("\ufeff \t\r\n"):
        return _filled(text, _new(client, command, max_chars))
    wanted = entries_of(client, command, max_chars)
    if _is_as_wanted(client, text, wanted):
        return Edited(text)
    before, text = text, without_hooks(client, text) if bare is None else bare
    if not text.strip("\ufeff \t\r\n"):
        return _filled(text, _new(client, command, max_chars))
    insertions: list[tuple[int, str]] = []
    for event, entries in wanted.items():
        for place, key, value in _places(client, text, event, entries):
            at, new = insertion(text, place, key, value, comments=True)
            text = text[:at] + new + text[at:]
            insertions.append((at, new))
    if not _is_as_wanted(client, text, wanted) or not _holds_the_rest(client, before, text):
        raise RefusedSettings("its hooks are written so that none can be added safely")
    return Edited(text, tuple(insertions))


def _filled(text: str, new: str) -> Edited:
    """A file that held nothing but white space, with our hooks after it."""
    new = new.replace("\n", "\r\n") if "\r\n" in text else new
    return Edited(text + new, ((len(text), new),))


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


def undone(client: Client, text: str, insertions: Iterable[tuple[int, str]]) -> str | None:
    """The text without what was inserted, in the order it was; None when that does not stand there any more as it was.

    None, too, where the rest would not be what it is now, because something was written in between since.
    """
    before = text
    for at, new in reversed([*insertions]):
        if not new or text[at : at + len(new)] != new:
            if not new or text.count(new) != 1:
                return None
            at = text.index(new)
        text = text[:at] + text[at + len(new) :]
    try:
        if not text.strip("\ufeff \t\r\n"):
            return text if is_nothing_more(without_hooks(client, before)) else None
        return text if not installed(client, text) and _holds_the_rest(client, before, text) else None
    except RefusedSettings:
        return None


def without_hooks(client: Client, text: str) -> str:
    """The file without our hooks, and without what only they were in. Raises RefusedSettings."""
    before = text
    try:
        for found in reversed(installed(client, text)):
            text = _without_one(client, text, found)
    except (NotProven, NotJson, LookupError):
        text = before
    if installed(client, text) or not _holds_the_rest(client, before, text):
        raise RefusedSettings("our hooks stand in it so that they cannot be taken out safely")
    return text


def _without_one(client: Client, text: str, found: Entry) -> str:
    """The text without one entry of ours, and without the group, list and object that held nothing else."""
    path = found.path
    while True:
        above = path[:-1]
        group = client.is_grouped and len(above) == 4
        if len(above) < 1 or not _holds_only(text, above, path[-1]):
            return remove(text, path, comments=True)
        if group and not _is_bare_group(text, above[:-1]):
            return remove(text, path, comments=True)
        path = above[:-1] if group else above


def _holds_only(text: str, path: tuple[str | int, ...], step: str | int) -> bool:
    """Whether a list or object holds one value, and no comment beside it."""
    node = at_path(read(text, comments=True), path)
    inner = at_path(node, (step,))
    beside = [at for at, end in comments_in(text) if node.start < at < node.end and not inner.start < at < inner.end]
    return len(node.items) == 1 and not beside


def _is_bare_group(text: str, path: tuple[str | int, ...]) -> bool:
    """Whether a group holds its hooks and at most a matcher, and no comment beside them."""
    node = at_path(read(text, comments=True), path)
    hooks = node.get("hooks")
    beside = [
        at
        for at, end in comments_in(text)
        if node.start < at < node.end and not (hooks and hooks.start < at < hooks.end)
    ]
    return not set(node.keys or ()) - {"matcher", "hooks"} and len(node.keys or ()) <= 2 and not beside


def _holds_the_rest(client: Client, before: str, after: str) -> bool:
    """Whether a text holds what another does, our hooks and emptied places left out of account; comments, too."""
    return _rest(client, before) == _rest(client, after) and _loose(client, before) == _loose(client, after)


def _rest(client: Client, text: str) -> list[Any]:
    """What is in the file but hooks of ours: the other keys, and the other hooks by their event, as they are
    written.
    """
    root, _ = _hooks(client, text)
    rest: list[Any] = []
    for key, node in zip(root.keys or (), root.items, strict=True):
        if key != "hooks":
            rest.append((key, shape(text, node)))
            continue
        for event, entries in zip(node.keys or (), node.items, strict=True):
            others = [one for item in entries.items if (one := _others(client, text, item)) is not None]
            rest += [("hooks", event, others)] if others else []
    return rest


def _others(client: Client, text: str, node: Node) -> Any:
    """An entry of an event without hooks of ours; None where it is one, or a group that holds nothing more."""
    if _is_ours(text, node) and not client.is_grouped:
        return None
    inner = node.get("hooks") if client.is_grouped else None
    if inner is None or inner.keys is not None or text[inner.start] != "[":
        return shape(text, node)
    left = [shape(text, item) for item in inner.items if not _is_ours(text, item)]
    if not left and not set(node.keys or ()) - {"matcher", "hooks"}:
        return None
    pairs = zip(node.keys or (), node.items, strict=True)
    return [(key, left if item is inner else shape(text, item)) for key, item in pairs]


def _is_ours(text: str, node: Node) -> bool:
    handler = value_of(text, node)
    command = handler.get("command") if isinstance(handler, dict) else None
    return isinstance(command, str) and OURS.search(command) is not None


def _loose(client: Client, text: str) -> list[str]:
    """The comments that do not stand within a hook of ours."""
    root, _ = _hooks(client, text)
    ours = [at_path(root, found.path) for found in installed(client, text)]
    return [
        text[start:end] for start, end in comments_in(text) if not any(node.start < start < node.end for node in ours)
    ]


def unread(client: Client, text: str) -> str:
    """Why the client does not load a file that it could; empty where nothing is known against it."""
    if client.reads_comments:
        return ""
    try:
        read(text)
    except NotJson as error:
        return str(error)
    return ""


def lines_of_ours(client: Client, text: str) -> list[tuple[int, int]]:
    """The first and last line of each entry of ours; where the file cannot be read, the lines that hold our command."""
    try:
        nodes = [at_path(read(text, comments=True), found.path) for found in installed(client, text)]
    except (RefusedSettings, NotJson):
        lines = enumerate(text.split("\n"), 1)
        return [(number, number) for number, line in lines if OURS.search(line.replace('\\"', '"'))]
    return [(text.count("\n", 0, node.start) + 1, text.count("\n", 0, node.end) + 1) for node in nodes]


def is_nothing_more(text: str) -> bool:
    """Whether a file holds nothing any more but its version."""
    root = read(text, comments=True)
    return root.keys is not None and not set(root.keys) - {"version"} and not comments_in(text)


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
    hooks = entries_of(client, command, max_chars)
    data = {"hooks": hooks} if client.is_grouped else {"version": 1, "hooks": hooks}
    return json.dumps(data, indent=2) + "\n"


def _hooks(client: Client, text: str) -> tuple[Node, dict[str, Any]]:
    """The whole file and its hooks. Raises RefusedSettings when they are not what they must be."""
    try:
        root = read(text, comments=True)
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

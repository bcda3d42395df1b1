"""JSON as it stands in a settings file: where each value is, and edits that leave everything else as it is.

Libraries read JSON or write it anew; a person's settings must keep their comments, order and indentation. So this reads
only where things stand; values themselves are read by `json`. Comments and trailing commas are understood where the
program that owns the file understands them, too.

>>> text = '{\\n  "model": "x" // mine\\n}\\n'
>>> print(add(text, (), "hooks", {"a": [1]}, comments=True), end="")
{
  "model": "x",
  "hooks": {
    "a": [
      1
    ]
  } // mine
}
"""

from __future__ import annotations

import json
import re

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
#: How deep values may stand inside one another.
_DEEP = 200


class NotJson(ValueError):
    """A text that is no JSON; says where and why."""

    def __init__(self, text: str, at: int, why: str) -> None:
        line = text.count("\n", 0, at) + 1
        super().__init__(f"line {line}, column {at - text.rfind(chr(10), 0, at)}: {why}")


class Node(Record):
    """A value and where it stands: half-open offsets. `keys` are those of an object, `items` what an object or list holds."""

    start: int
    end: int
    keys: tuple[str, ...] | None = None
    key_starts: tuple[int, ...] = ()
    items: tuple[Node, ...] = ()

    def get(self, key: str) -> Node | None:
        """The last value of a key, as JSON readers take it."""
        found = (
            [item for name, item in zip(self.keys or (), self.items, strict=True) if name == key] if self.keys else []
        )
        return found[-1] if found else None


def read(text: str, *, comments: bool = False) -> Node:
    """Where the values of a text stand. Raises NotJson."""
    reader = _Reader(text, comments)
    start = reader.after_space(1 if text.startswith("\ufeff") else 0)
    node = reader.value(start, 0)
    if reader.after_space(node.end) != len(text):
        raise NotJson(text, reader.after_space(node.end), "something follows the value")
    return node


def value_of(text: str, node: Node) -> Any:
    """The value of a node."""
    if node.keys is not None:
        return {key: value_of(text, item) for key, item in zip(node.keys, node.items, strict=True)}
    if text[node.start] == "[":
        return [value_of(text, item) for item in node.items]
    return json.loads(text[node.start : node.end])


class _Reader:
    def __init__(self, text: str, comments: bool) -> None:
        self.text = text
        self.comments = comments

    def after_space(self, at: int) -> int:
        while True:
            at = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]
            found = _COMMENT.match(self.text, at) if self.text.startswith("/", at) else None
            if found is None:
                return at
            if not self.comments:
                raise NotJson(self.text, at, "a comment, which this file may not hold")
            at = found.end()

    def value(self, at: int, depth: int) -> Node:
        sign = self.text[at : at + 1]
        if depth > _DEEP:
            raise NotJson(self.text, at, "too deep")
        if sign in ("{", "["):
            return self.container(at, depth)
        found = _STRING.match(self.text, at) if sign == '"' else _PLAIN.match(self.text, at)
        if found is None:
            raise NotJson(self.text, at, "a value is expected" if sign else "the file ends too early")
        return Node(at, found.end())

    def container(self, start: int, depth: int) -> Node:
        is_object = self.text[start] == "{"
        keys: list[str] = []
        starts: list[int] = []
        items: list[Node] = []
        at = self.after_space(start + 1)
        while self.text[at : at + 1] != ("}" if is_object else "]"):
            if is_object:
                key = _STRING.match(self.text, at)
                if key is None:
                    raise NotJson(
                        self.text,
                        at,
                        "a key in quotes is expected" if at < len(self.text) else "the file ends too early",
                    )
                keys.append(json.loads(key[0]))
                starts.append(at)
                at = self.after_space(key.end())
                if self.text[at : at + 1] != ":":
                    raise NotJson(self.text, at, "`:` is expected")
                at = self.after_space(at + 1)
            items.append(self.value(at, depth + 1))
            at = self.after_space(items[-1].end)
            if self.text[at : at + 1] == ",":
                at = self.after_space(at + 1)
                if self.text[at : at + 1] in ("}", "]") and not self.comments:
                    raise NotJson(self.text, at, "a comma before the end")
            elif self.text[at : at + 1] != ("}" if is_object else "]"):
                raise NotJson(self.text, at, "`,` is expected" if at < len(self.text) else "the file ends too early")
        return Node(start, at + 1, tuple(keys) if is_object else None, tuple(starts), tuple(items))


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────


def insertion(
    text: str, path: tuple[str | int, ...], key: str | None, value: object, *, comments: bool = False
) -> tuple[int, str]:
    """Where and what to insert so that the object (or, without `key`, the list) at `path` holds one value more."""
    node = at_path(read(text, comments=comments), path)
    line = "\r\n" if "\r\n" in text else "\n"
    unit = _indentation(text)
    flat = node.items and "\n" not in text[node.start : node.end]
    inside = "" if flat else _margin(text, node) + unit
    shown = json.dumps(value, indent=None if flat else unit, ensure_ascii=False).replace("\n", line + inside)
    shown = (f"{json.dumps(key)}: " if key is not None else "") + shown
    if node.items:
        return node.items[-1].end, f", {shown}" if flat else f",{line}{inside}{shown}"
    rest = text[node.start + 1 : node.end - 1]
    close = "" if "\n" in rest else line + _margin(text, node)
    return node.start + 1, f"{line}{inside}{shown}{close}"


def add(text: str, path: tuple[str | int, ...], key: str | None, value: object, *, comments: bool = False) -> str:
    """The text with one value more."""
    at, new = insertion(text, path, key, value, comments=comments)
    return text[:at] + new + text[at:]


def remove(text: str, path: tuple[str | int, ...], *, comments: bool = False) -> str:
    """The text without the value at a path, its key and its comma."""
    parent = at_path(read(text, comments=comments), path[:-1])
    last = path[-1]
    number = last if isinstance(last, int) else max(n for n, key in enumerate(parent.keys or ()) if key == last)
    starts = parent.key_starts or tuple(item.start for item in parent.items)
    if number:
        start, end = parent.items[number - 1].end, parent.items[number].end
    elif len(parent.items) > 1:
        start, end = starts[0], starts[1]
    else:
        start, end = parent.start + 1, parent.items[0].end
        rest = text[end : parent.end - 1]
        end = parent.end - 1 if not rest.replace(",", "").strip() else end
    return text[:start] + text[end:]


def at_path(node: Node, path: tuple[str | int, ...]) -> Node:
    """The node at a path of keys and numbers. Raises KeyError when there is none."""
    for step in path:
        found = node.items[step] if isinstance(step, int) and step < len(node.items) else None
        found = node.get(step) if isinstance(step, str) else found
        if found is None:
            raise KeyError(step)
        node = found
    return node


def _indentation(text: str) -> str:
    """What one step of indentation is in this file."""
    found = re.search(r'^([ \t]+)["\[{]', text, re.MULTILINE)
    return found[1] if found else "  "


def _margin(text: str, node: Node) -> str:
    """The white space at the beginning of the line on which a value begins."""
    line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
    return line[: len(line) - len(line.lstrip(" \t"))]

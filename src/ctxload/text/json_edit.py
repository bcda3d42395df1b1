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

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_TEXT_OR_COMMENT = re.compile(rf"{_STRING.pattern}|{_COMMENT.pattern}", re.DOTALL)
#: How deep values may stand inside one another.
_DEEP = 200


class NotJson(ValueError):
    """A text that isn't JSON; says where and why."""

    def __init__(self, text: str, at: int, why: str) -> None:
        line = text.count("\n", 0, at) + 1
        super().__init__(f"line {line}, column {at - text.rfind(chr(10), 0, at)}: {why}")


class NotProven(ValueError):
    """An edit after which the text would not hold what was meant; says what was meant."""


class Node(Record):
    """A value and where it stands: half-open offsets. `keys` are those of an object, `items` what an object or list
    holds.
    """

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
    return json.loads(text[node.start : node.end], parse_int=_number)


def _number(digits: str) -> float:
    """A whole number; one of more digits than Python reads is the nearest there is."""
    return int(digits) if len(digits) <= 4000 else float(digits)


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
        last = node.items[-1].end
        comma = _comma(text, last, node.end - 1)
        if comma >= 0 and not flat:  # behind the comment that stands on the line of the last value
            return _rest_of_line(text, comma + 1, node.end - 1), f"{line}{inside}{shown},"
        return last, f", {shown}" if flat else f",{line}{inside}{shown}"
    rest = text[node.start + 1 : node.end - 1]
    close = "" if "\n" in rest else line + _margin(text, node)
    return node.start + 1, f"{line}{inside}{shown}{close}"


def _rest_of_line(text: str, at: int, end: int) -> int:
    """Where the comments end that begin on the line of an offset."""
    for start, stop in comments_in(text):
        if at <= start < end and "\n" not in text[at:start]:
            at = stop
    return at


def add(text: str, path: tuple[str | int, ...], key: str | None, value: object, *, comments: bool = False) -> str:
    """The text with one value more."""
    at, new = insertion(text, path, key, value, comments=comments)
    return text[:at] + new + text[at:]


def remove(text: str, path: tuple[str | int, ...], *, comments: bool = False) -> str:
    """The text without the value at a path, its key and its comma: proven to hold all the rest, comments, too.

    Raises NotProven.
    """
    root = read(text, comments=comments)
    wanted = _shape_without(shape(text, root), _steps(root, path))
    parent = at_path(root, path[:-1])
    number = _steps(root, path)[-1]
    gone = _start_of(parent, number), parent.items[number].end
    kept = [text[start:end] for start, end in comments_in(text) if end <= gone[0] or start >= gone[1]]
    for cuts in _ways_to_cut(text, parent, number):
        after = text
        for start, end in sorted(cuts, reverse=True):
            after = after[:start] + after[end:]
        if _holds(after, wanted, kept, comments):
            return after
    raise NotProven(f"what stands at {'.'.join(map(str, path))} cannot be cut out safely")


def shape(text: str, node: Node) -> Any:
    """A value as it is written: each plain value by its own characters, an object as its pairs, in order, none left
    out.

    >>> shape('{"a": [1.0]}', read('{"a": [1.0]}'))
    (('a', ['1.0']),)
    """
    if node.keys is not None:
        return tuple((key, shape(text, item)) for key, item in zip(node.keys, node.items, strict=True))
    if text[node.start] == "[":
        return [shape(text, item) for item in node.items]
    return text[node.start : node.end]


def comments_in(text: str) -> list[tuple[int, int]]:
    """Where the comments of a text are: half-open offsets. Of a text that `read` takes."""
    found = [(match.start(), match.end()) for match in _TEXT_OR_COMMENT.finditer(text)]
    return [(start, end) for start, end in found if text[start] == "/"]


def _steps(root: Node, path: tuple[str | int, ...]) -> list[int]:
    """A path as numbers of items: of a key that is there twice the last counts."""
    steps = []
    for step in path:
        number = step if isinstance(step, int) else max(n for n, key in enumerate(root.keys or ()) if key == step)
        steps.append(number)
        root = root.items[number]
    return steps


def _shape_without(whole: Any, steps: list[int]) -> Any:
    """A shape without the value at the end of these steps."""
    first, *rest = steps
    items = list(whole)
    if not rest:
        del items[first]
    elif isinstance(whole, tuple):
        items[first] = (items[first][0], _shape_without(items[first][1], rest))
    else:
        items[first] = _shape_without(items[first], rest)
    return tuple(items) if isinstance(whole, tuple) else items


def _holds(text: str, wanted: Any, comments_wanted: list[str], comments: bool) -> bool:
    """Whether a text can be read and holds just these values and these comments."""
    try:
        node = read(text, comments=comments)
    except NotJson:
        return False
    return shape(text, node) == wanted and [text[start:end] for start, end in comments_in(text)] == comments_wanted


def _start_of(parent: Node, number: int) -> int:
    """Where an item begins, its key included."""
    return (parent.key_starts or tuple(item.start for item in parent.items))[number]


def _ways_to_cut(text: str, parent: Node, number: int) -> Iterator[list[tuple[int, int]]]:
    """What may be cut out so that an item goes, the best first: as it was put there, by its lines, by its
    characters.
    """
    is_last = number == len(parent.items) - 1
    start, end = _start_of(parent, number), parent.items[number].end
    before = parent.items[number - 1].end if number else parent.start + 1
    after = parent.end - 1 if is_last else _start_of(parent, number + 1)
    comma_before, comma_after = _comma(text, before, start), _comma(text, end, after)
    if number:
        yield [(before, end)]
    elif not is_last:
        yield [(start, after)]
    else:
        if not text[end:after].replace(",", "").strip():
            yield [(before, after)]
        yield [(before, end), (comma_after, comma_after + 1)] if comma_after >= 0 else [(before, end)]
    comma = comma_after if comma_after >= 0 else comma_before
    commas = [(comma, comma + 1)] if comma >= 0 else []
    lines = _whole_lines(text, start, end, comma)
    for first, last in (*lines, (len(text[:start].rstrip(" \t")), end), (start, end)):
        yield [(first, last), *(cut for cut in commas if not first <= cut[0] < last)]


def _comma(text: str, start: int, end: int) -> int:
    """Where the comma between two items is, outside of comments; -1 where there is none."""
    inside = [range(*span) for span in comments_in(text)]
    return next(
        (at for at in range(start, end) if text[at] == "," and not any(at in comment for comment in inside)), -1
    )


def _whole_lines(text: str, start: int, end: int, comma: int) -> list[tuple[int, int]]:
    """The whole of the lines on which an item and the comma behind it stand alone; empty where they do not."""
    end = comma + 1 if comma >= end and not text[end:comma].strip() else end
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    alone = first and last >= 0 and not text[first:start].strip() and not text[end:last].strip()
    return [(first, last + 1)] if alone else []


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

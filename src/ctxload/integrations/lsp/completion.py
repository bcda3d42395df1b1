"""What may be written at a place of an index. Works on text that is not YAML yet, since it is being typed.

The place is told by indentation and brackets alone: the keys above it, and whether a key or a value stands there.
"""

from __future__ import annotations

import re

from ...index import keys
from ...record import Record
from ...text.yaml import scalar
from ...workspace.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .view import View

#: How many lines above a place are looked at, and how many items are offered.
LINES, ITEMS = 5_000, 500
KEY, VALUE = "key", "value"
_KEY = re.compile(r"""(?:"([^"\n]*)"|'([^'\n]*)'|((?!-\s)[^\s:#,\[\]{}"'][^:#,\[\]{}]*?)):(?=\s|$)""")

#: Of which table the keys are that may stand under a key; "" is the top.
TABLES = {
    "": keys.TOP,
    "context_files": keys.ENTRY,
    "context_rules": keys.RULE,
    "story_context_hints *": keys.BUNDLE,
    "tests": keys.TEST,
    "budget": keys.BUDGET,
}
IDS = {
    "context_files requires", "context_rules context_ids", "story_context_hints * context_ids", "agent_defaults *",
    "always",
    "always *", "fallback", "fallback *", "tests expect", "tests reject",
}  # fmt: skip
PATHS = {"context_files path", "include"}
AGENTS = {"context_files agents", "tests agent"}
AGENT_KEYS = {"agent_defaults", "always", "fallback"}
WORDS = {
    "match": keys.MATCH_MODES,
    "context_files match": ("whole",),
    "fallback": keys.FALLBACK_WORDS,
    "fallback *": keys.FALLBACK_WORDS,
    "version": ("1.0",),
    "front_matter": ("true", "false"),
    "memory": ("false", "true"),
    "context_rules load_agent_testing_context": ("true", "false"),
}


class Spot(Record):
    """A place: the keys above it, `*` for those that the author names, whether a `key` or a `value` stands there.

    `start` is where the word at the place begins, `present` the keys that stand beside it.
    """

    above: str
    kind: str
    start: int
    present: frozenset[str] = frozenset()


class Item(Record):
    """Something to offer: the text, what it is (`key`, `id`, `file`, `agent`, `tag`, `word`), and what it means."""

    text: str
    kind: str
    about: str = ""


def spot(text: str, offset: int) -> Spot:
    """The place at an offset.

    >>> spot("context_files:\\n  - id: a\\n    agents: [x, ba", 43)
    Spot(above='context_files agents', kind='value', start=41, present=frozenset())
    """
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    inner, path = _brackets(line)
    bare = inner.lstrip(" \t")
    if path is None:
        return _in_block(text, start, offset)
    above = [*_above(text[:start], _column(line), line), *path]
    found = _KEY.match(bare)
    if _bracket(line) == "[":
        return Spot(_name(above), VALUE, offset - len(bare))
    if found is None:
        return Spot(_name(above), KEY, offset - len(bare), _in_braces(line))
    return Spot(_name([*above, _word(found)]), VALUE, offset - len(bare[found.end() :].lstrip()))


def _in_block(text: str, start: int, offset: int) -> Spot:
    """A place on a line without open brackets."""
    line = text[start:offset]
    column = _column(line)
    bare = line[column:]
    is_item = "-" in line[:column]
    above = _above(text[:start], column, line)
    found = _KEY.match(bare)
    if found is not None:
        return Spot(_name([*above, _word(found)]), VALUE, offset - len(bare[found.end() :].lstrip()))
    if is_item and _name(above) not in TABLES:
        return Spot(_name(above), VALUE, offset - len(bare))
    return Spot(_name(above), KEY, offset - len(bare), _beside(text, start, column, is_item))


def _column(line: str) -> int:
    """Where the content of a line begins, after blanks and the dashes of items."""
    bare = line.lstrip(" \t")
    while bare.startswith("- ") or bare == "-":
        bare = bare[1:].lstrip(" ")
    return len(line) - len(bare)


def items(view: View, place: Spot) -> list[Item]:
    """What may be written at a place, what is probably meant first."""
    found = _keys(view, place) if place.kind == KEY else _values(view, place)
    return list(dict.fromkeys(found))[:ITEMS]


def written(text: str, offset: int, place: Spot, item: Item) -> tuple[int, str, str]:
    """How an item is written at a place: where what it replaces ends, the new text, and what a typed text is held
    against.

    In quotes where it needs them, and in those that are there already; a colon that is there is not written again.

    >>> text = 'context_files:\\n  - path: "context/'
    >>> written(text, len(text), spot(text, len(text)), Item("context/a: b.md", "file"))
    (34, '"context/a: b.md"', '"context/a: b.md')
    """
    quote = text[place.start : place.start + 1] if place.start < offset else ""
    if quote in ("'", '"') and quote:
        inner = item.text.replace("'", "''") if quote == "'" else item.text.replace("\\", "\\\\").replace('"', '\\"')
        end = offset + (text[offset : offset + 1] == quote)
        return end, quote + inner + quote, quote + item.text
    new = item.text if item.kind in ("key", "word") else scalar(item.text)
    if place.kind == KEY and text[offset : offset + 1] != ":":
        new += ": "
    return offset, new, item.text


def key_at(text: str, offset: int) -> tuple[int, int, str] | None:
    """The key of a mapping at an offset: where it begins and ends, and the key; None where none is."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    for found in _KEY.finditer(text[start : end if end >= 0 else len(text)]):
        first = start + found.start()
        if first <= offset < start + found.end():
            return first, start + found.end() - 1, _word(found)
    return None


# ── what is offered ──────────────────────────────────────────────────────────────────────────────────────


def _keys(view: View, place: Spot) -> Iterator[Item]:
    if place.above in AGENT_KEYS:
        yield from (Item(name, "agent") for name in agents(view) if name not in place.present)
    for name, key in TABLES.get(place.above, {}).items():
        if name not in place.present:
            yield Item(name, "key", key.meaning)


def _values(view: View, place: Spot) -> Iterator[Item]:
    above = place.above
    yield from (Item(word, "word") for word in WORDS.get(above, ()))
    if above in IDS:
        yield from (Item(entry.id.value, "id", entry.description) for entry in view.index.entries)
    if above in PATHS:
        yield from (Item(path, "file") for path in files(view))
    if above in AGENTS:
        yield from (Item(name, "agent") for name in agents(view))
    if above == "context_files tags":
        yield from (Item(tag, "tag") for tag in sorted({tag.value for e in view.index.entries for tag in e.tags}))


def agents(view: View) -> list[str]:
    """The agents that the index knows."""
    return sorted(view.survey.agents)


def files(view: View) -> list[str]:
    """The documents of the project, those that no entry names first."""
    listed = {path.value for entry in view.index.entries for path in entry.paths}
    found = _documents(view.tree)
    return [path for path in found if path not in listed] + [path for path in found if path in listed]


def _documents(tree: Tree) -> Iterable[str]:
    inside = tree.files_below("context").files
    others = [path for path in tree.files_below("").files if path.endswith((".md", ".mdx", ".txt", ".rst", ".yml"))]
    return list(dict.fromkeys([*inside, *others]))


# ── where we are ─────────────────────────────────────────────────────────────────────────────────────────


def _word(found: re.Match[str]) -> str:
    return next(word for word in found.groups() if word is not None).strip()


def _name(path: list[str]) -> str:
    """The keys of a place by name; what the author names is `*`."""
    if len(path) > 1 and path[0] in ("agent_defaults", "always", "fallback", "story_context_hints", "aliases"):
        path = [path[0], "*", *path[2:]]
    return " ".join(path)


def _above(text: str, column: int, line: str) -> list[str]:
    """The keys above a line whose content begins in a column, from the outermost."""
    found: list[str] = []
    limit, item = column, _dash(line)
    for other in reversed(text.split("\n")[-LINES - 1 :]):
        bare = other.strip()
        if not bare or bare.startswith("#"):
            continue
        width, dash = _column(other), _dash(other)
        key = _KEY.match(other[width:])
        opens = key is not None and not other[width + key.end() :].partition(" #")[0].strip()
        # EDGE CASE: as in YAML, the items of a key may stand in its own column.
        if opens and (width < limit or (item is not None and width == item and dash is None)):
            assert key is not None
            found.append(_word(key))
            limit, item = width, None
        if dash is not None and dash < limit:
            limit = item = dash
        if limit == 0 and item is None:
            break
    return found[::-1]


def _dash(line: str) -> int | None:
    """Where the first dash of an item stands, None on a line that begins none."""
    width = len(line) - len(line.lstrip(" \t"))
    return width if line[width : width + 2] in ("- ", "-") else None


def _beside(text: str, start: int, column: int, begins: bool) -> frozenset[str]:
    """The keys in the same mapping as a place: in its column, up to another item or a line further to the left."""
    found: set[str] = set()
    for other in () if begins else reversed(text[:start].split("\n")[-200:]):
        if _note(other, column, found) or (_dash(other) is not None and _column(other) <= column):
            break
    for other in text[start:].split("\n")[1:200]:
        if (_dash(other) is not None and _column(other) <= column) or _note(other, column, found):
            break
    return frozenset(found)


def _note(line: str, column: int, found: set[str]) -> bool:
    """Notes the key of a line that stands in a column; whether the line lies further to the left."""
    if not line.strip() or line.lstrip().startswith("#"):
        return False
    width = _column(line)
    if width == column and (key := _KEY.match(line[width:])):
        found.add(_word(key))
    return width < column


def _brackets(line: str) -> tuple[str, list[str] | None]:
    """The end of a line after its last bracket or comma, and the keys before open brackets; None where none is open."""
    path: list[list[str]] = []
    last, quote, at = 0, "", 0
    while at < len(line):
        char = line[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and not line[last:at].strip():
            quote = char
        elif char == "#" and line[at - 1 : at] in ("", " ", "\t"):
            break
        elif char in "[{":
            before = list(_KEY.finditer(line[last:at]))
            path.append([_word(before[-1])] if before else [])
            last = at + 1
        elif char in "]}" and path:
            path.pop()
            last = at + 1
        elif char == "," and path:
            last = at + 1
        at += 1
    if not path:
        return line, None
    return line[last:], [key for keys_of in path for key in keys_of]


def _bracket(line: str) -> str:
    """The bracket that is open at the end of a line."""
    depth = 0
    for char in reversed(line):
        if char in "]}":
            depth += 1
        elif char in "[{":
            if not depth:
                return char
            depth -= 1
    return ""


def _in_braces(line: str) -> frozenset[str]:
    return frozenset(_word(found) for found in _KEY.finditer(line[line.rfind("{") + 1 :]))

"""YAML texts → nodes and plain values, within bounds; scalars → YAML text.

Nodes are composed, never loaded: scalars keep the text that the author wrote (`no`, `1.10`, `2024-01-01`). The only
file that knows PyYAML, with `index.repair`.
"""

from __future__ import annotations

import re
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Node = Any  # a node of PyYAML, whose stubs know neither `id` nor where a node of the C parser is marked

#: The deepest nesting that is composed, and read with aliases expanded.
DEPTH_LIMIT = 50
#: How many values, keys among them, are composed: each takes some 400 bytes.
VALUE_LIMIT = 2_000_000
#: How many values aliases may add to those that are written out.
ALIAS_LIMIT = 200_000
#: The largest text of another tool that is read as YAML, in characters.
PLAIN_LIMIT = 4_000_000
TOO_MANY = "aliases (`*name`) expand to too many values"
#: How tags begin that are not YAML's own: `!Ref`, `!!python/object`.
FOREIGN = ("!", "tag:yaml.org,2002:python/")
#: What YAML takes for nothing.
NULLS = ("", "~", "null", "Null", "NULL")

_PLAIN = re.compile(r"[^\W\d_](?:[\w./+*@~=-]|(?<=[\w+#])#| (?=[\w./+*@~=-]))*")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class BeyondBounds(Exception):
    """A text is more than is composed; where."""

    def __init__(self, message: str, hint: str, offset: int) -> None:
        self.message, self.hint, self.offset = message, hint, offset


class TooManyValues(Exception):
    """Aliases expand to more values than are read."""


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def plain_value(text: str) -> Any:
    r"""What a YAML text of another tool holds, as texts, tuples and dictionaries; None where it isn't YAML.

    Scalars are what was written, as everywhere; nothing is an empty text, and so is what a tag makes something else of.

    >>> plain_value("name: api\npaths: [a, 'b']\nalways: yes\nabout: !!python/name:os.system x")
    {'name': 'api', 'paths': ('a', 'b'), 'always': 'yes', 'about': ''}
    """
    if len(text) > PLAIN_LIMIT:
        return None
    node, problem, _ = compose_within(text, VALUE_LIMIT)
    if problem is not None or node is None:
        return None
    return _expanded(node, len(text), _plain_scalar, tuple, "")


def _plain_scalar(node: Node) -> str:
    return "" if not node.style and node.value in NULLS else str(node.value)


def _expanded(
    node: Node, size: int, scalar_of: Callable[[Node], Any], many: Callable[[list[Any]], Any], nothing: str | None
) -> Any:
    """What a node holds, aliases expanded; None where that is more, or deeper, than is read: one may hold itself. What
    has a tag of some program's is `nothing`.
    """
    left = size + ALIAS_LIMIT

    def value_of(node: Node, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > DEPTH_LIMIT:
            raise TooManyValues
        if node.tag and node.tag.startswith(FOREIGN):
            return nothing
        if node.id == "scalar":
            return scalar_of(node)
        if node.id == "sequence":
            return many([value_of(item, depth + 1) for item in node.value])
        return {str(key.value): value_of(value, depth + 1) for key, value in node.value if key.id == "scalar"}

    try:
        return value_of(node, 0)
    except TooManyValues:
        return None


def typed_value(text: str) -> Any:
    """What a YAML text holds, plain scalars by the core schema of YAML 1.2: null, true and false, numbers, else a text.
    None where it isn't YAML, or is too much.

    >>> typed_value("name: api\\nversion: 1.10\\nlist: [1, yes, 'true', true, ~]")
    {'name': 'api', 'version': 1.1, 'list': [1, 'yes', 'true', True, None]}
    """
    node, problem, _ = compose_within(text, VALUE_LIMIT) if len(text) <= PLAIN_LIMIT else (None, None, 0)
    if problem is not None or node is None:
        return None
    return _expanded(node, len(text), lambda one: str(one.value) if one.style else _core(str(one.value)), list, None)


def _core(text: str) -> Any:
    if text in NULLS:
        return None
    if text.lower() in ("true", "false") and text in (text.lower(), text.upper(), text.capitalize()):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]{1,300}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", text):
        return float(text)
    return text


def compose_within(text: str, values: int) -> tuple[Node | None, Any, int]:
    """The node of a text, what is wrong (an error of the parser, or a `BeyondBounds`), and how many values were
    composed.
    """
    import yaml

    instance = None
    try:
        instance = _composer()(text)
        instance.left = values
        return (instance.get_node() if instance.check_node() else None), None, values - instance.left
    except BeyondBounds as problem:
        return None, problem, values
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        return None, _depth_before(text, problem) or problem, values - instance.left if instance else 0
    finally:
        if instance:
            instance.dispose()


def _too_deep(offset: int) -> BeyondBounds:
    return BeyondBounds(
        f"nested too deeply to be an index: more than {DEPTH_LIMIT} levels", "write fewer lists within lists", offset
    )


def _too_many_values(offset: int) -> BeyondBounds:
    return BeyondBounds(f"more than {VALUE_LIMIT:,} keys and values in all", "list fewer files and keywords", offset)


@cache
def _composer() -> Any:
    """PyYAML's loader, the one in C where it is there, without its own idea of what a plain word means."""
    import yaml

    class Composer(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
        """Composes nodes whose tags nobody reads: working them out is a third of the time.

        Both composers, which recurse without a guard of their own, call `descend_resolver` before each node.
        """

        left, depth = VALUE_LIMIT, 0

        def resolve(self, *_: object) -> str:
            return ""

        def descend_resolver(self, parent: Node, _: object) -> None:
            self.left -= 1
            self.depth += 1
            if self.depth > DEPTH_LIMIT + 1:
                raise _too_deep(parent.start_mark.index)
            if self.left < 0:
                raise _too_many_values(parent.start_mark.index if parent else 0)

        def ascend_resolver(self) -> None:
            self.depth -= 1

    return Composer


def _depth_before(text: str, problem: Any) -> BeyondBounds | None:
    """The depth at which a text is refused, if it is reached before the place that a parser refuses.

    Some parsers have a limit of their own, and look so far ahead that they meet it before a single node is composed.
    """
    import yaml

    mark = getattr(problem, "problem_mark", None)
    depth = 0
    try:
        for event in yaml.parse(
            text[: mark.index] if mark else "", Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        ):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_LIMIT:
                return _too_deep(event.start_mark.index if event.start_mark else 0)
    except (yaml.YAMLError, ValueError):
        return None
    return None


def forbidden_at(text: str) -> int:
    """The offset of the first character that may not stand in YAML; 0 when there is none."""
    from yaml.reader import Reader

    found = Reader.NON_PRINTABLE.search(text)
    return found.start() if found else 0


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def scalar(text: str) -> str:
    r"""A text as YAML: plain where that is safe, else in single quotes, else in double quotes with escapes.

    >>> print(scalar("rest framework"), scalar("1.10"), scalar("it's"), scalar("a\nb"))
    rest framework '1.10' 'it''s' "a\nb"
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def block_text(text: str) -> list[str]:
    r"""A text of several lines as YAML block text: the sign, then its lines; nothing where that is not safe.

    >>> block_text("one\ntwo\n"), block_text("one")
    (['|', 'one', 'two'], [])
    """
    body = text[:-1] if text.endswith("\n") else text
    lines = body.split("\n")
    if len(lines) < 2 or not lines[-1] or not all(map(str.isprintable, lines)) or lines[0][:1] in ("", " "):
        return []
    return ["|" if text.endswith("\n") else "|-", *lines]


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:  # half of a pair: YAML has no way to write it
        return "\\uFFFD"
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"

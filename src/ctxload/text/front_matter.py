r"""Front matter of other tools, read as they read it: as YAML, else line by line.

Most agent definitions and many rules in circulation aren't YAML: a description holds an unquoted colon, a pattern
begins with `*`. Their tools take the rest of the line for the value, and so does this. A description may go on for
lines.

>>> front = read_front("---\nname: dev\ndescription: Use this: now. Examples: (1) User: 'x'\nglobs: *.ts, *.tsx\n---\n# Hello\n")
>>> front.text_of("description"), front.list_of("globs"), front.body, front.is_yaml
("Use this: now. Examples: (1) User: 'x'", ('*.ts', '*.tsx'), '# Hello\n', False)
"""  # noqa: E501

from __future__ import annotations

import re

from ..record import Record
from .lists import listed
from .markdown import FRONT_LIMIT, front_matter
from .yaml import plain_value, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: The keys of front matter that are known of any tool: in a damaged one only these begin a value.
KNOWN = frozenset(
    "name description tools disallowedTools model color permissionMode skills hooks memory mcpServers mcp_tools "
    "maxTurns background "
    "isolation effort globs alwaysApply applyTo excludeAgent paths trigger triggers inclusion fileMatchPattern version "
    "author tags "
    "license metadata allowed-tools allowed_tools mode temperature type agent inputs regex invokable compatibility "
    "title category "
    "disable-model-invocation user-invocable argument-hint when_to_use target tools-allowed permission prompt role".split()  # noqa: E501
)
#: The keys that say when a rule comes, however they are spelt: among the lines of a description, these are keys.
_WHEN = frozenset(
    "glob globs path paths pattern patterns files alwaysapply always_apply applyto apply_to trigger triggers inclusion "
    "filematchpattern disable-model-invocation".split()
)
#: What begins a line of a conversation, which descriptions of agents show as an example.
_SPOKEN = frozenset("context user assistant commentary example examples note human agent function".split())
_KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+|$)(.*)")
_TRUE = ("true", "yes", "on")


class Front(Record):
    """What stands before a text, and the text itself.

    `values` holds texts, tuples and dictionaries by key, `written` what a line says after the key, as it is, `spans`
    the offsets from a key to the next. `is_yaml` is False where the tool's own, lenient way of reading was needed.
    `oddity` says what is odd about where it stands, `cure` what to do about it.
    """

    values: dict[str, Any]
    written: dict[str, str]
    spans: dict[str, tuple[int, int]]
    body: str
    is_yaml: bool = True
    has_front: bool = False
    oddity: str = ""
    cure: str = ""

    def text_of(self, key: str) -> str:
        """A value as one text; a list is joined with commas."""
        value = self.values.get(key, "")
        if isinstance(value, tuple):
            return ", ".join(str(item) for item in value if isinstance(item, str))
        return value.strip() if isinstance(value, str) else ""

    def list_of(self, key: str, *, commas: bool = True) -> tuple[str, ...]:
        """A value as a list; a text is parted at its commas."""
        value = self.values.get(key, "")
        if isinstance(value, tuple):
            return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())
        if not isinstance(value, str) or not value.strip():
            return ()
        return tuple(listed(value)) if commas else (value.strip(),)

    def flag_of(self, key: str) -> bool | None:
        """A value as true or false; None where it doesn't exist."""
        word = self.text_of(key).lower()
        return word in _TRUE if word else None


def read_front(text: str) -> Front:
    """The front matter of a text; empty where there is none. Never raises."""
    block, oddity, cure = front_matter(text) or _dashed(text), "", ""
    if block is None:
        block, oddity, cure = _misplaced(text)
    if block is None:
        return Front({}, {}, {}, _without_blank(text))
    start, end = block
    inside = text[start:end]
    after = text.find("\n", end) if text.startswith(("---", "..."), end) else end - 1
    body = _without_blank(text[after + 1 :] if after >= 0 else "")
    lines = inside.split("\n")
    value = plain_value(inside) if inside.strip() else {}
    is_yaml = isinstance(value, dict)
    rows = list(_rows(lines, is_yaml))
    written = {key: "\n".join(parts) for key, _, parts in reversed(rows)}
    starts = [start]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    spans = {key: (starts[number], starts[number + len(parts)] - 1) for key, number, parts in reversed(rows)}
    values = value if is_yaml else {key: _value(part) for key, part in written.items()}
    said = {key: part.strip() for key, part in written.items()}
    return Front(values, said, spans, body, is_yaml, True, oddity, cure)


_BEFORE = re.compile(r"(?:\s|<!--.*?-->|#[^\n]*\n)+(?=---[ \t]*\n)", re.DOTALL)
_OPENED = re.compile(r"---[ \t]*\n(?:[ \t]*\n)*")
#: How much may stand before front matter, and how long one may be that is not closed.
_NEAR, _OPEN = 2_000, 30
#: From how many characters on a text may have been cut where its front matter goes on: limits count bytes.
_LONG = FRONT_LIMIT // 4


def _misplaced(text: str) -> tuple[tuple[int, int] | None, str, str]:
    """Front matter behind blank lines or a comment, or without the line that closes it, where it can be nothing else;
    what is odd about it, and the cure.
    """
    found = _BEFORE.match(text, 0, _NEAR)
    if found and (block := front_matter(text[found.end() :])) and _has_known_key(text[found.end() :], block):
        odd = "this front matter is not at the very beginning: its tool may not see it"
        return (block[0] + found.end(), block[1] + found.end()), odd, "remove what stands before the first `---`"
    opened = _OPENED.match(text, 0, _NEAR)
    if not opened:
        return None, "", ""
    start = end = opened.end()
    for line in text[start:].split("\n", _OPEN)[:_OPEN]:
        if not (_KEY.match(line) or line.startswith(("  ", "\t", "- "))):
            break
        end += len(line) + 1
    block = start, min(end, len(text))
    if not _has_known_key(text, block):
        return None, "", ""
    if len(text) > _LONG:
        odd = "this front matter is too long: nothing closes it in what is read of the file"
        return block, odd, "shorten it, or move what is long behind the closing `---`"
    return block, "this front matter is not closed", "write a line `---` behind its last key"


def _has_known_key(text: str, block: tuple[int, int]) -> bool:
    """Whether some line of a block is a key that front matter of some tool has: a rule between lines is none."""
    keys = [found[1] for line in text[block[0] : block[1]].split("\n") if (found := _KEY.match(line))]
    return any(key in KNOWN for key in keys)


def _dashed(text: str) -> tuple[int, int] | None:
    """The block between a `---` line and one of more dashes: tools that look for `---` alone read it so."""
    if not text.startswith("---\n"):
        return None
    found = re.compile(r"^-{4,}[ \t]*$", re.MULTILINE).search(text, 4, 20_000)
    return (4, found.start()) if found else None


def _rows(lines: list[str], is_yaml: bool) -> Iterator[tuple[str, int, list[str]]]:
    """Each key with the number of its line and what stands there and on the lines that go on."""
    row: tuple[str, int, list[str]] | None = None
    for number, line in enumerate(lines):
        found = _KEY.match(line)
        if found and (is_yaml or row is None or _begins_key(found[1], row)):
            if row:
                yield row
            row = (found[1], number, [found[2]])
        elif row:
            row[2].append(line)
    if row:
        yield row


def _begins_key(word: str, row: tuple[str, int, list[str]]) -> bool:
    """Whether `word:` at the margin is a key of its own outside YAML's rules, after this one.

    Only a description goes on at the margin, and shows conversations there: what follows its first line directly is
    a key all the same, and so is each word that would say when the rule comes.
    """
    if row[0] != "description" or word in KNOWN or word.lower() in _WHEN:
        return True
    return len(row[2]) == 1 and word.lower() not in _SPOKEN and row[2][0].strip() not in ("", "|", ">", "|-", ">-")


def _value(written: str) -> Any:
    """A value as it is meant that was written outside YAML's rules."""
    first, _, rest = written.partition("\n")
    bare = written.strip()
    if first.strip() in ("|", ">", "|-", ">-", "|+", ">+"):
        lines = [line.strip() for line in rest.split("\n")]
        return ("\n" if first.strip()[0] == "|" else " ").join(lines).strip()
    if not first.strip() and rest.strip().startswith("- "):
        return tuple(_unquoted(line.strip()[2:]) for line in rest.split("\n") if line.strip().startswith("- "))
    if bare.startswith("[") and bare.endswith("]"):
        return tuple(listed(bare[1:-1]))
    return _unquoted(bare)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        value = plain_value(f"value: {text}") if "\\" in text else None
        if isinstance(value, dict) and isinstance(value.get("value"), str) and len(value) == 1:
            return str(value["value"])
        return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text[1:-1])
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text


def _without_blank(text: str) -> str:
    """A text without blank lines at its ends, ended by one line end."""
    lines = text.strip("\n").split("\n") if text.strip() else []
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


class Plain(str):
    """A value that its tool wants written as it is, whatever YAML makes of it."""

    __slots__ = ()


def write_front(values: Iterable[tuple[str, str | bool | tuple[str, ...]]], body: str) -> str:
    """A text with front matter of these keys, in order; values that are empty are left out.

    >>> values = [("description", "How: we do it"), ("paths", ("a", "*.py")), ("globs", Plain("*.ts")), ("always", True), ("x", "")]
    >>> print(write_front(values, "# A\\n"), end="")
    ---
    description: 'How: we do it'
    paths: [a, '*.py']
    globs: *.ts
    always: true
    ---
    # A
    """  # noqa: E501
    lines = [_line(key, value) for key, value in values if value != "" and value != ()]
    return "\n".join(["---", *lines, "---", body])


def _line(key: str, value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return f"{key}: {'true' if value else 'false'}"
    if isinstance(value, Plain):
        return f"{key}: {value}"
    if isinstance(value, tuple):
        return f"{key}: [{', '.join(map(scalar, value))}]"
    return f"{key}: {scalar(value)}"

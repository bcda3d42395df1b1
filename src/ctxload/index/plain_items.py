"""Items of `context_files` that are written plainly, read without a YAML parser, which takes four times as long.

Plain is what nearly every index is made of: known keys, each once; words, or texts in quotes without escapes; lists of
them in brackets, or a line each. What comes of it is what the YAML parser gives, to the last offset; whatever isn't
plain for certain is left to that.

>>> text = "- id: api\\n  path: api.md\\n  keywords: [rest, 'web api']\\n"
>>> entry, values = read_item("i.yml", text, 0, len(text), 0)
>>> [text[keyword.start : keyword.end] for keyword in entry.keywords], values
(['rest', "'web api'"], 9)
"""

from __future__ import annotations

import re

from ..record import record
from ..text.yaml import NULLS
from .model import Entry, Text
from .place_ids import stem_of

#: The keys that are read, with the fields of `Entry` that they fill.
FIELDS = {
    "id": "id", "path": "paths", "description": "description", "keywords": "keywords", "tags": "tags",
    "agents": "agents", "exclude": "exclude", "requires": "requires",
}  # fmt: skip
#: The fields behind those, as they are where nothing is written.
OTHERS = tuple([Entry._defaults[name] for name in Entry._fields[len(FIELDS) + 1 :]])
#: Keys with one text; keys whose single text is never a list that was written as one.
SINGLE, NEVER_LISTS = ("id", "description"), ("id", "description", "path")
#: What may stand in a line without quotes, and what within brackets: no sign in it has a meaning, wherever it stands.
_MORE = r"\w./+*@=~()';&!%$<>|\-"
_WITHIN = rf"[^\W_](?:[{_MORE} ]*[{_MORE}])?"
_OPEN = rf"[^\W_](?:[{_MORE},?{{}}\[\] ]*[{_MORE},?{{}}\[\]])?"
_QUOTED = r"'[!-&(-~][ -&(-~]*'|\"[!#-\[\]-~][ !#-\[\]-~]*\""
_KEY = f"({'|'.join(FIELDS)}):"
_IN_LIST = rf"(?:{_WITHIN}|{_QUOTED})"
_IN_BRACKETS = rf"\[({_IN_LIST}(?:, {_IN_LIST})*)\]"
_IN_LINE = rf"(?:{_OPEN}|{_QUOTED})"
#: A key with a text or a list, in a line and in braces; a key whose list has a line for each text, and one of these.
_LINE = re.compile(rf"{_KEY} (?:({_IN_LINE})|{_IN_BRACKETS})(?:\n|\Z)")
_PAIR = re.compile(rf"{_KEY} (?:({_IN_LIST})|{_IN_BRACKETS})(, |\}}(?:\n|\Z))")
_LIST = re.compile(rf"{_KEY}\n(?P<by> +)- {_IN_LINE}(?:\n(?P=by)- {_IN_LINE})*(?:\n|\Z)")
_LISTED, _LISTED_LINE = re.compile(_IN_LIST), re.compile(rf" +- ({_IN_LINE})\n?")


def read_item(name: str, text: str, start: int, end: int, indent: int) -> tuple[Entry, int] | None:
    """The entry of an item between two places of a text, so far indented, and how many values the YAML parser would
    compose for it; None where it isn't plainly written.
    """
    found: dict[str, tuple[Text, ...]] = {}
    at = start + indent + 2
    if text.startswith("{", at):
        values = _read_braces(name, text, at + 1, end, found)
    else:
        values = _read_lines(name, text, at, end, indent + 2, found)
    return (_entry(found), values) if values and "path" in found else None


def _entry(found: dict[str, tuple[Text, ...]]) -> Entry:
    paths, written = found["path"], found.get("id")
    path, name, first, last = paths[0]
    called = written[0] if written else record(Text, (stem_of(path), name, first, last))
    description = found["description"][0].value if "description" in found else ""
    get = found.get
    return record(Entry, (
        called, paths, written is not None, description, get("keywords", ()), get("tags", ()), get("agents"),
        get("exclude", ()), get("requires", ()), *OTHERS,
    ))  # fmt: skip


def _read_lines(name: str, text: str, at: int, end: int, indent: int, found: dict[str, tuple[Text, ...]]) -> int:
    """Reads the lines of an item; how many values they are, 0 where one isn't plain."""
    values, margin = 1, " " * indent
    while True:
        line = _LINE.match(text, at, end)
        if line is not None:
            key, read = line[1], _single(name, text, line) if line[2] else _in_brackets(name, line, 3)
        else:
            line = _LIST.match(text, at, end)
            if line is None or len(line["by"]) < indent:
                return 0
            key, read = line[1], _in_lines(name, text, line)
        if read is None or key in found:
            return 0
        found[key] = read
        values += 2 if line.re is _LINE and line[2] else 2 + len(read)
        at = line.end()
        if at >= end or not text.startswith(margin, at):
            return values if not text[at:end].strip(" \n") else 0
        at += indent


def _read_braces(name: str, text: str, at: int, end: int, found: dict[str, tuple[Text, ...]]) -> int:
    """Reads an item in braces on one line; how many values it is, 0 where it isn't plain."""
    values = 1
    while pair := _PAIR.match(text, at, end):
        key, read = pair[1], _single(name, text, pair) if pair[2] else _in_brackets(name, pair, 3)
        if read is None or key in found:
            return 0
        found[key] = read
        values += 2 if pair[2] else 2 + len(read)
        at = pair.end()
        if pair[4][0] == "}":
            return values if not text[at:end].strip(" \n") else 0
    return 0


def _single(name: str, text: str, line: re.Match[str]) -> tuple[Text, ...] | None:
    """The text in a line; None where it may mean nothing, or a list."""
    found = _text(name, line[2], line.start(2))
    if (found.value in NULLS and line[2] == found.value) or (line[1] not in NEVER_LISTS and "," in found.value):
        return None
    return (found,)


def _in_brackets(name: str, line: re.Match[str], group: int) -> tuple[Text, ...] | None:
    """The texts of a list in brackets."""
    inside, at = line[group], line.start(group)
    if line[1] in SINGLE:
        return None
    if "'" in inside or '"' in inside:
        return tuple([_text(name, one[0], at + one.start()) for one in _LISTED.finditer(inside)])
    found = []
    for one in inside.split(", "):
        found.append(record(Text, (one, name, at, at := at + len(one))))
        at += 2
    return tuple(found)


def _in_lines(name: str, text: str, line: re.Match[str]) -> tuple[Text, ...] | None:
    """The texts of a list with a line for each."""
    if line[1] in SINGLE:
        return None
    lines = _LISTED_LINE.finditer(text, line.start("by"), line.end())
    return tuple([_text(name, one[1], one.start(1)) for one in lines])


def _text(name: str, written: str, at: int) -> Text:
    """A text as it is written there, perhaps in quotes."""
    value = written[1:-1] if written[0] in "'\"" else written
    return record(Text, (value, name, at, at + len(written)))

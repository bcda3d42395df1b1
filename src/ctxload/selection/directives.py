"""`Context:` lines of a task → the items they name.

A directive begins, after list bullets or `**`, with `Context:` in any case, outside fenced code and `>` quotations:
one item, several with commas, several such lines, or bullets under a bare `Context:`. If any item of a line is neither
a path, a bundle nor an id, the line is prose.

>>> known = {"django-drf"}.__contains__
>>> directives("Context: django-drf, context/api.md\\nfix it", known)
[Item(text='django-drf', quoted=False, start=9, end=19), Item(text='context/api.md', quoted=False, start=21, end=35)]
>>> directives("Context: User is building an app", known)
[]
"""

from __future__ import annotations

from ..record import Record
from ..text.lines import lines_of
from ..workspace.tree import is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WORDS = ("context:", "context**:", "context__:")
_QUOTES = {"'": "'", '"': '"', "`": "`", "\u201c": "\u201d", "\u2018": "\u2019"}
_BULLETS = "-*+\u2022"
_BULLETED = tuple([sign + blank for sign in _BULLETS for blank in " \t"])
#: The least signs of a fence.
_FENCE = 3


class Item(Record):
    """One thing a directive names, and its place in the task."""

    text: str
    quoted: bool
    start: int = 0
    end: int = 0


def directives(task: str, is_known: Callable[[str], bool]) -> list[Item]:
    """The items named by a task's directives, in order, each once; `is_known` tells bundles and ids."""
    lines = list(_lines(task))
    items: list[Item] = []
    number = 0
    while number < len(lines):
        start, line = lines[number]
        number += 1
        rest = _after_word(line)
        if not rest:
            continue
        named = _items(line, rest, start)
        if not line[rest:].strip(" \t*"):
            while number < len(lines) and (bullet := _bullet(lines[number][1])):
                named += _items(lines[number][1], bullet, lines[number][0])
                number += 1
        if named and all(looks_like_path(item) or is_known(item.text) for item in named):
            items += named
    once: dict[str, Item] = {}
    for item in items:
        once.setdefault(item.text, item)
    return list(once.values())


def looks_like_path(item: Item) -> bool:
    """Whether an item is written as a path, by the rule of the contract."""
    text = item.text.partition("#")[0] or item.text
    if " " in text and not item.quoted:
        return False
    if text.startswith(("./", "../", "/", "~", ".\\", "..\\")) or text.endswith(("/", "\\")) or is_glob(text):
        return True
    if text[1:3] == ":\\" or "%2e" in text.lower() or text == "..":
        return True
    name = text.replace("\\", "/").rpartition("/")[2]
    extension = name.rpartition(".")[2] if "." in name else ""
    return len(extension) <= 12 and extension.replace("_", "").isalnum() and not extension.isdigit()


def _lines(task: str) -> Iterator[tuple[int, str]]:
    """The lines of a task with their offsets, without those in fenced code or quotations."""
    fence, start = "", 0
    for line in lines_of(task):
        bare = line.strip()
        if fence:
            if bare.startswith(fence) and not bare.strip(fence):
                fence = ""
        elif found := _fence(bare):
            fence = found
        elif not bare.startswith(">"):
            yield start, line.rstrip("\r\n")
        start += len(line)


def _fence(bare: str) -> str:
    """The fence that a line opens, maybe as a list item, or the empty string; code within a line is none."""
    bare = bare.lstrip(_BULLETS + " \t")
    for sign in "`~":
        rest = bare.lstrip(sign)
        length = len(bare) - len(rest)
        if length >= _FENCE and not (sign == "`" and sign in rest):
            return sign * length
    return ""


def _after_word(line: str) -> int:
    """Where a directive's items begin in a line, or 0."""
    bare = line.lstrip(_BULLETS + " \t_#")
    low = bare.lower()
    word = next((word for word in _WORDS if low.startswith(word)), "")
    if not word:
        return 0
    at = len(line) - len(bare) + len(word)
    while line[at : at + 2] in ("**", "__"):
        at += 2
    return at


def _bullet(line: str) -> int:
    """Where the text of a bullet begins, or 0."""
    bare = line.lstrip()
    return len(line) - len(bare) + 2 if bare.startswith(_BULLETED) else 0


def _items(line: str, at: int, offset: int) -> list[Item]:
    items: list[Item] = []
    while True:
        while at < len(line) and (line[at] == "," or line[at].isspace()):
            at += 1
        if at >= len(line):
            return items
        closing = _QUOTES.get(line[at], "")
        if closing and (end := line.find(closing, at + 1)) != -1:
            text, begin, at = line[at + 1 : end], at + 1, end + 1
            if text.strip():
                items.append(Item(text, True, offset + begin, offset + begin + len(text)))
            continue
        comma = line.find(",", at)
        end = len(line) if comma == -1 else comma
        text = line[at:end].strip().removesuffix("**").strip()
        if text:
            items.append(Item(text, False, offset + at, offset + at + len(text)))
        at = end

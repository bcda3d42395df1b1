r"""Real folders with brackets in patterns: what is there goes before its reading as a set of characters.

Some frameworks name folders `[id]` and `[...slug]`. A pattern that writes such a name means that folder where it is
there, and a set of characters elsewhere. `\[` is always a bracket; what is found on disk is written so.

>>> print(escaped("docs/[locale]/*"), literal(r"docs/\[locale]/[a]"))
docs/\[locale]/[*] docs/\[locale]/\[a]
>>> print(as_there("!docs/[locale]/[id]/*.md", "docs/[locale]".__eq__))
!docs/\[locale]/[id]/*.md
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ESCAPED = {"*": "[*]", "?": "[?]", "[": "\\["}


def escaped(path: str) -> str:
    """A path as a pattern that means it and nothing else."""
    return "".join([_ESCAPED.get(sign, sign) for sign in path])


def unescaped(part: str) -> str:
    """The name that a part of a pattern without wildcards means."""
    return part.replace("\\[", "[").replace("\\]", "]")


def literal(pattern: str) -> str:
    """A pattern in which each bracket is one."""
    return pattern.replace("\\[", "[").replace("[", "\\[")


def has_set(pattern: str) -> bool:
    """Whether a pattern may hold a set of characters."""
    return "[" in pattern and "[" in pattern.replace("\\[", "")


def as_there(pattern: str, is_there: Callable[[str], bool]) -> str:
    """A gitignore-style pattern, the brackets of its first folders (and of the file) escaped as far as they are
    there.
    """
    body = pattern.removeprefix("!")
    parts, names = body.removeprefix("/").split("/"), []
    if len(parts) == 1 and body[:1] != "/":
        return pattern  # it means a name anywhere
    for number, part in enumerate(parts):
        names.append(unescaped(part))
        if "*" in part or "?" in part or (has_set(part) and not is_there("/".join(names))):
            break
        parts[number] = literal(part)
    return pattern[: len(pattern) - len(body)] + "/" * (body[:1] == "/") + "/".join(parts)


def readings(patterns: Iterable[str], is_there: Callable[[str], bool]) -> dict[str, str]:
    """The patterns as they are meant, in their order, each with what it is written as: one with brackets behind a
    wildcard may mean them as such, too.
    """
    found: dict[str, str] = {}
    for pattern in patterns:
        meant = as_there(pattern, is_there)
        for reading in (meant, literal(meant)) if has_set(meant) else (meant,):
            found.pop(reading, None)  # the last one decides
            found[reading] = pattern
    return found

"""What keeps a text from being YAML, in words: a merge conflict, a quote, the indentation; and halves of characters.

Only what a parser refused comes here.
"""

from __future__ import annotations

import re

from ..text.diagnostics import Diagnostic, diagnostic
from ..text.yaml import forbidden_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..text.source import Source

_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_QUOTED = re.compile(r"[ \t]*(?:- +)*(?:\{? *[\w.-]+: +)?([\"'])")
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def pairs_in(text: str) -> list[tuple[int, int, str]]:
    r"""The characters that JSON writes in two halves (`json.dumps` does), each with what YAML writes for it.

    >>> pairs_in(r'["\ud83d\ude00"]')
    [(2, 14, '\\U0001F600')]
    """
    found = []
    for match in _PAIR.finditer(text):
        before = match.start() - len(text[: match.start()].rstrip("\\"))
        if before % 2 == 0:
            high, low = (int(part, 16) for part in match.groups())
            char = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
            found.append((match.start(), match.end(), f"\\U{char:08X}"))
    return found


def not_yaml(source: Source, problem: Any) -> Diagnostic:
    """The finding about a text that is not YAML, at the line at fault."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    offset = mark.index if mark is not None else forbidden_at(source.text)
    words = [str(part) for part in (getattr(problem, "context", ""), getattr(problem, "problem", "")) if part]
    found = _conflict(source.text) or _open_quote(source.text, offset, words)
    found = found or _indentation(words, offset, mark is not None)
    at, message, hint = found or (offset, "this is not YAML from here on", _cure(mark is not None))
    line, column = source.position(at)
    detail = " ".join(words) or str(problem).partition("\n")[0]
    return diagnostic("CTX001", message, source.name, line, column, hint=hint, detail=detail)


def _cure(is_placed: bool) -> str:
    if not is_placed:
        return "remove the character at this place: YAML forbids it"
    return "put the value in single quotes, or check the indentation and the brackets before this place"


def _conflict(text: str) -> tuple[int, str, str] | None:
    found = _CONFLICT.search(text)
    if not found or not re.search(r"^<{7} ", text, re.MULTILINE):
        return None
    hint = "keep one side, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
    return found.start(), "a merge conflict is left here", hint


def _open_quote(text: str, end: int, words: list[str]) -> tuple[int, str, str] | None:
    """The first value that begins with a quote and doesn't end in its line, where the rest makes no sense."""
    start, stop = 0, text.find("\n", end)
    for line in text[: stop if stop >= 0 else len(text)].split("\n"):
        found = _QUOTED.match(line)
        sign = found[1] if found else '"'
        if (place := _unpaired(line, sign)) >= 0 and (found or sign == '"'):
            return start + place, f"this quote is never closed: `{sign}`", "close it at the end of the value"
        start += len(line) + 1
    if "scanning a quoted scalar" in " ".join(words) and "end of stream" in " ".join(words):
        return end, "a quote before this place is never closed", "close it at the end of its value"
    return None


def _unpaired(line: str, sign: str) -> int:
    """Where the quote stands in a line that no other closes; -1 where there is none."""
    plain = re.sub(r"\\\\.", "__", line) if sign == '"' else line
    places = [at for at, char in enumerate(plain) if char == sign]
    return places[-1] if len(places) % 2 else -1


def _indentation(words: list[str], offset: int, is_placed: bool) -> tuple[int, str, str] | None:
    said = " ".join(words)
    if not is_placed or "block" not in said or "indicator" not in said and "expected key" not in said:
        return None
    hint = "give it as many blanks as the keys beside it, and list items as many as each other"
    return offset, "the indentation of this line fits none above it", hint

"""What differs between two texts, as git prints it."""

from __future__ import annotations

from .escaping import escape
from .lines import lines_of
from .render import Paint


def difference(name: str, before: str, after: str, paint: Paint) -> str:
    """A unified diff of two texts, as git prints it."""
    from difflib import unified_diff

    old, new = ([line.rstrip("\r\n") for line in lines_of(text)] for text in (before, after))
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")
    kinds = {"+": "mark", "-": "error", "@": "place"}
    return "".join(paint(kinds.get(line[:1], "dim"), escape(line)) + "\n" for line in lines)

"""Braces of patterns, written out: most tools know `*.{ts,tsx}`, gitignore's patterns do not."""

from __future__ import annotations

#: How many patterns the braces of one may stand for.
MOST = 200


def spelt_out(pattern: str) -> list[str]:
    """The patterns that one with braces stands for, outermost first; the pattern itself where there would be too many.

    >>> spelt_out("src/*.{ts,{m,c}js}"), spelt_out("{a"), spelt_out("a.md")
    (['src/*.ts', 'src/*.mjs', 'src/*.cjs'], ['{a'], ['a.md'])
    """
    found = [pattern]
    while len(found) <= MOST and any(_first_pair(one) for one in found):
        found = [other for one in found for other in _opened(one)]
    return found if len(found) <= MOST else [pattern]


def _opened(pattern: str) -> list[str]:
    place = _first_pair(pattern)
    if not place:
        return [pattern]
    start, end = place
    parts, depth, begin = [], 0, start + 1
    for at in range(start + 1, end + 1):
        char = pattern[at]
        depth += (char == "{") - (char == "}")
        if (char == "," and not depth) or at == end:
            parts.append(pattern[begin:at])
            begin = at + 1
    return [pattern[:start] + part.strip() + pattern[end + 1 :] for part in parts]


def _first_pair(pattern: str) -> tuple[int, int] | None:
    """Where the first pair of braces begins and ends."""
    start = pattern.find("{")
    depth = 0
    for at in range(max(start, 0), len(pattern) if start >= 0 else 0):
        depth += (pattern[at] == "{") - (pattern[at] == "}")
        if not depth:
            return start, at
    return None

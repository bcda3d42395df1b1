"""Lists on one line, their items parted by commas."""

from __future__ import annotations

#: How many items one text may list.
LISTED = 500


def listed(text: str) -> list[str]:
    """The patterns of a text in which commas part them; a comma in braces does not.

    >>> listed("src/**/*.{ts,tsx}, 'docs/*'")
    ['src/**/*.{ts,tsx}', 'docs/*']
    """
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text + ","):
        depth += (char == "{") - (char == "}" and depth > 0)
        if char == "," and (not depth or at == len(text)):
            parts.append(text[start:at])
            start = at + 1
    return [part for written in parts[:LISTED] if (part := written.strip().strip("'\"").strip())]

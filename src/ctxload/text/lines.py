"""Lines of a text as people count them."""

from __future__ import annotations

from io import StringIO


def lines_of(text: str) -> list[str]:
    r"""The lines of a text with their ends: a line ends at a line feed, a carriage return, or both, as people count
    lines.

    `str.splitlines` ends one at eight other signs, too, such as U+2028 and the form feed, which stand within lines.

    >>> lines_of("a\r\nb\x0cc\u2028d\re")
    ['a\r\n', 'b\x0cc\u2028d\r', 'e']
    """
    return [*StringIO(text, newline="")]

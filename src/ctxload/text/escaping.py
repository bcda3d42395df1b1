"""Characters that could forge a line, a colour or a direction where a text is printed, and how they are escaped."""

from __future__ import annotations

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\u200b")


def unsafe(char: str) -> bool:
    """Whether a character could forge a line, a colour or a direction when it is printed."""
    code = ord(char)
    return code < 32 or 127 <= code < 160 or char in _BIDI or 0xD800 <= code < 0xE000 or 0xE0000 <= code < 0xE0080


def is_unsafe(text: str) -> bool:
    """Whether any character of the text is `unsafe`."""
    return not (text.isascii() and text.isprintable()) and any(map(unsafe, text))


def escape(text: str) -> str:
    r"""The text with every unsafe character written as an escape.

    >>> print(escape("a\x1b[31mb"))
    a\x1b[31mb
    """
    if not is_unsafe(text):
        return text
    return "".join(c.encode("unicode_escape", "surrogatepass").decode("ascii") if unsafe(c) else c for c in text)

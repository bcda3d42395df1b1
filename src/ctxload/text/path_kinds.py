"""Kinds of files that a text names by their ending: "a new .ts component", "all `*.py` files"."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What may stand around a word, and the longest ending.
_AROUND, LONGEST = "()[]{}<>\"'`,;:!?\u201c\u201d\u2018\u2019\u00ab\u00bb", 10


def kinds_in(text: str) -> Iterator[tuple[str, int, int]]:
    """The endings that stand in a text as words, each with its place.

    >>> [ending for ending, _, _ in kinds_in("a new .ts component, `*.py`, node.js, .5, ... and the end.")]
    ['.ts', '.py']
    """
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        bare = word.strip(_AROUND).rstrip(".")
        ending = bare.removeprefix("*")
        name = ending[1:]
        if ending[:1] == "." and name.isascii() and name.isalnum() and not name.isdigit() and len(name) <= LONGEST:
            begins = start + word.index(bare)
            yield ending, begins, begins + len(bare)

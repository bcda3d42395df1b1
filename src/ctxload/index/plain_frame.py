"""What stands around the entries of an index, read without PyYAML where it is plainly written: to load that takes as
long as to read an index of a hundred entries.

Each line is a key in the first column with nothing, or with words, behind it; or a comment, or blank.

>>> node, used = read_frame("version: 1.0\\ncontext_files:\\n")
>>> [(key.value, value.value, value.start_mark.index) for key, value in node.value], used
([('version', '1.0', 9), ('context_files', '', 27)], 5)
>>> read_frame("tests: []")
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

#: A key, and what is written behind it: what YAML takes for a text or for nothing, whatever is around it.
_LINE = re.compile(r"([a-z_]+):(?: +([A-Za-z0-9](?:[\w./-]| (?=[\w./]))*))?\n", re.ASCII)
_PASSED_OVER = re.compile(r"(?:#[ -~]*)?\n")


class Mark:
    """A place in the text."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class Node:
    """A node as PyYAML has it, as far as it is asked."""

    __slots__ = ("end_mark", "id", "start_mark", "style", "value")

    def __init__(self, id_: Literal["mapping", "scalar"], value: Any, start: int, end: int) -> None:
        self.id, self.value, self.style = id_, value, None
        self.start_mark, self.end_mark = Mark(start), Mark(end)


def read_frame(text: str) -> tuple[Node, int] | None:
    """The node of a text and how many values it has, as `text.yaml.compose_within` gives them; None where it is not
    plainly written.
    """
    pairs, at = [], 0
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None:
            blank = _PASSED_OVER.match(text, at)
            if blank is None:
                return None
            at = blank.end()
            continue
        key = Node("scalar", line[1], line.start(1), line.end(1))
        start, end = line.span(2) if line[2] else (line.end(1) + 1, line.end(1) + 1)
        pairs.append((key, Node("scalar", line[2] or "", start, end)))
        at = line.end()
    if not pairs:
        return None
    return Node("mapping", pairs, pairs[0][0].start_mark.index, len(text)), 1 + 2 * len(pairs)

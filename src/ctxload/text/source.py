"""`Source`: a text with a name, and the way between offsets, lines and columns.

Offsets and columns count code points; lines and columns start at 1, as people count.
"""

from __future__ import annotations

from bisect import bisect_right


class Source:
    """A text by name, with its line starts.

    >>> source = Source("context-index.yml", "version: 1.0\\nentries: []\\n")
    >>> source.position(13)
    (2, 1)
    >>> source.offset(2, 1)
    13
    >>> source.line(2)
    'entries: []'
    """

    __slots__ = ("name", "text", "_starts")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"<Source {self.name}: {len(self.text)} characters>"

    @property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            text, starts, at = self.text, [0], 0
            while (at := text.find("\n", at) + 1) > 0:
                starts.append(at)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset; offsets outside the text are taken to its nearest end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column; places outside the text are taken to the nearest inside."""
        if line < 1:
            return 0
        if line > len(self.starts):
            return len(self.text)
        start = self.starts[line - 1]
        return min(start + max(column, 1) - 1, start + len(self.line(line)))

    def line(self, number: int) -> str:
        """The text of a line, without its line end; empty for a line that doesn't exist."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

"""Offsets of a text, in code points, as positions of the protocol: line, and units of an encoding, both from 0.

The client names the encoding; UTF-16 is the one that every client understands.

>>> lines = Lines("a\\r\\n😀b", "utf-16")
>>> lines.position(4), lines.offset(1, 2)
((1, 2), 4)
"""

from __future__ import annotations

import re
from bisect import bisect_right

_ENDS = re.compile(r"\r\n|\n|\r")
#: The encodings of the protocol, each with a function that counts the units of a text.
UNITS = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text),
    "utf-32": len,
}


class Lines:
    """The lines of a text, for positions in one encoding."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self._units = UNITS[encoding]
        self._starts = [0]
        self._ends = []
        if "\r" in text:
            for found in _ENDS.finditer(text):
                self._ends.append(found.start())
                self._starts.append(found.end())
        else:
            while (at := text.find("\n", self._starts[-1])) >= 0:
                self._ends.append(at)
                self._starts.append(at + 1)
        self._ends.append(len(text))

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        return self.text[self._starts[number] : self._ends[number]]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and units of an offset; what lies outside the text, or in a line end, is taken to the nearest before."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        return line, self._units(self.text[start : min(offset, self._ends[line])])

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; one beyond its line is taken to the line's end, one inside a character before
        it.
        """
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        text = self.line(line)
        if self._units is len or text.isascii():
            return self._starts[line] + min(max(character, 0), len(text))
        used = 0
        for number, char in enumerate(text):
            used += self._units(char)
            if used > character:
                return self._starts[line] + number
        return self._ends[line]

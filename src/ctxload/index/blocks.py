"""An index read block by block: its entries some at a time, and what stands around them at the end.

What comes of it is what `parse` gives, the lines of everything among it; only the offsets of texts are those in their
block. Nothing holds the whole text, nor all entries. What cannot be read so for certain raises `NotCutError`.

>>> from io import BytesIO
>>> text = b"version: 1.0\\ncontext_files:\\n- path: a.md\\n- path: b.md\\n- path: c.md\\nfallback: none\\n"
>>> reader = BlockReader("i.yml", BytesIO(text), size=30)
>>> [(block.source.first_line, [piece.entry.id.value for piece in block.pieces]) for block in reader.blocks()]
[(3, ['a', 'b']), (5, ['c'])]
>>> parsed = reader.frame()
>>> parsed.index.fallback[0][1], parsed.index.source("i.yml").position(parsed.index.fallback[0][0].start)
('none', (6, 11))
"""

from __future__ import annotations

from codecs import getincrementaldecoder

from ..record import Record
from ..text.diagnostics import Findings
from ..text.source import Source
from ..text.yaml import VALUE_LIMIT, compose_within
from .parser import SIZE_LIMIT, Parsed, Reader
from .pieces import (
    END,
    END_OF_FLAT,
    FIRST,
    NotCutError,
    Piece,
    hangs_together,
    headers_in,
    item_at,
    shifted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from ..text.diagnostics import Diagnostic

#: How much is read at once, in bytes.
SIZE = 3 << 19


class Part(Source):
    """A part of a text, with the line that it begins in: its offsets are its own, its lines those of the text."""

    __slots__ = ("first_line",)

    def __init__(self, name: str, text: str, first_line: int) -> None:
        super().__init__(name, text)
        self.first_line = first_line

    def position(self, offset: int) -> tuple[int, int]:
        line, column = super().position(offset)
        return line + self.first_line - 1, column


class Block(Record):
    """Some items: their text, their pieces, and where in it each of them begins and ends."""

    source: Part
    pieces: tuple[Piece, ...]
    spans: tuple[tuple[int, int], ...]


class BlockReader:
    """Reads one index. `blocks` comes first, and once; then `frame` gives what stands around the items."""

    def __init__(self, name: str, file: BinaryIO, size: int = 0) -> None:
        self._name, self._file, self._size = name, file, size or SIZE
        self._decode = getincrementaldecoder("utf-8-sig")()
        #: What stands before and after the items; the lines and the characters that these take.
        self.head, self.tail, self.lines, self.length = "", "", 0, 0
        self.is_over = False

    def blocks(self) -> Iterator[Block]:
        """The items, some at a time."""
        text, indent = self._up_to_the_items()
        line = self.head.count("\n") + 1
        item, ending = f"\n{' ' * indent}- ", END if indent else END_OF_FLAT
        while text:
            over = ending.search(text)
            if over is not None:
                items, self.tail = text[: over.end()], text[over.end() :] + self._rest()
                text = ""
            else:
                more = self._more()
                at = text.rfind(item) + 1 if more else len(text)
                items, text = text[:at], text[at:] + more
            if items:
                yield self._block(items, line, indent, not text)
                count = items.count("\n")
                line, self.lines, self.length = line + count, self.lines + count, self.length + len(items)
        if hangs_together(f"\n{self.tail}") or headers_in(self.tail):
            raise NotCutError

    def _up_to_the_items(self) -> tuple[str, int]:
        """Reads until the first item begins: what was read from there on, and how far the items are indented."""
        text = self._more()
        while not (headers := headers_in(text)) or not (first := FIRST.match(text, headers[0])):
            more = self._more()
            if not more or len(text) > SIZE_LIMIT:
                raise NotCutError
            text += more
        self.head = text[: first.start(1)]
        if len(headers) != 1 or hangs_together(self.head):
            raise NotCutError
        return text[first.start(1) :], len(first[1])

    def _more(self) -> str:
        """The text of the next bytes; nothing at the end."""
        while not self.is_over:
            data = self._file.read(self._size)
            self.is_over = not data
            try:
                text = self._decode.decode(data, not data)
            except UnicodeDecodeError as error:
                raise NotCutError from error
            if text:
                return text
        return ""

    def _rest(self) -> str:
        """What is left of the text."""
        parts = []
        while more := self._more():
            parts.append(more)
            if sum(map(len, parts)) > SIZE_LIMIT:
                raise NotCutError
        return "".join(parts)

    def _block(self, text: str, line: int, indent: int, is_last: bool) -> Block:
        if hangs_together(text):
            raise NotCutError
        source, item = Part(self._name, text, line), f"\n{' ' * indent}- "
        starts = [0]
        while (at := text.find(item, starts[-1])) >= 0:
            starts.append(at + 1)
        spans = tuple(zip(starts, (*starts[1:], len(text)), strict=True))
        pieces, begins, before = [], line, len(self.head) + self.length
        for start, end in spans:
            piece = item_at(source, start, end, begins, indent, is_last and end == len(text))
            if piece.findings:
                piece = piece.replace(findings=tuple([shifted(each, before, 0) for each in piece.findings]))
            pieces.append(piece)
            begins += text.count("\n", start, end)
        return Block(source, tuple(pieces), spans)

    def frame(self) -> Parsed:
        """The index of what stands around the items, which are as many blank lines in it."""
        source = Source(self._name, "".join((self.head, "\n" * self.lines, self.tail)))
        node, problem, used = compose_within(source.text, VALUE_LIMIT)
        if problem is not None or node is None or node.id != "mapping":
            raise NotCutError
        findings = Findings()
        index = _FrameReader(source, findings).index(node)
        return Parsed(index, tuple(map(self._moved, findings)), True, used)

    def _moved(self, finding: Diagnostic) -> Diagnostic:
        """A finding with its repairs where they belong, behind the items, too."""
        behind, by = len(self.head) + self.lines, self.length - self.lines
        fix = [(start + by, end + by, new) if start >= behind else (start, end, new) for start, end, new in finding.fix]
        return finding.replace(fix=tuple(fix)) if fix else finding


class _FrameReader(Reader):
    """Reads the index around the items."""

    def entries(self, node: object) -> tuple[()]:
        if node is None or not self.is_nothing(node):
            raise NotCutError
        return ()

"""An index read again after an edit: only the entries whose text changed are parsed.

The text is cut at the items of `context_files`. Each item is parsed by itself, what stands around them as an index
without entries, and what was parsed before is taken as it was, moved to where it stands now. What comes of it is what
`parse` gives, to the last offset. A text that cannot be cut for certain (anchors, several documents, tabs, a damaged
entry, a list in brackets) is parsed whole.

>>> reader = PieceParser()
>>> first = Source("i.yml", "context_files:\\n  - {path: a.md, keywords: [api]}\\n  - path: b.md\\nfallback: none\\n")
>>> reader.parse(first) == parse(first), reader.parsed
(True, 2)
>>> edited = Source("i.yml", first.text.replace("api", "rest"))
>>> reader.parse(edited) == parse(edited), reader.parsed
(True, 1)
"""

from __future__ import annotations

import re

from ..record import Record, record
from ..text.diagnostics import OF_A_KIND, Diagnostic, Findings
from ..text.source import Source
from ..text.yaml import VALUE_LIMIT, compose_within
from .model import Entry, Text
from .parser import SIZE_LIMIT, Parsed, Reader, parse
from .plain_frame import read_frame
from .plain_items import read_item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


#: What makes the meaning of a line hang on others, or may: odd breaks and tabs; documents and directives; anchors and
#: aliases.
ODD = ("\t", "\r", "\0", "\x85", "\u2028", "\u2029", "\ufeff", "\n---", "\n...", "\n%")
BEGINS = ("---", "...", "%", "&", "*")
SIGNS, BEFORE = ("&", "*"), " \n,[{:?!-"
HEADER = "context_files:\n"
_HEADER = re.compile(r"^context_files:[ ]*(?:#.*)?\n", re.MULTILINE)
#: The first item after the header, behind blank lines and comments; a line in the first column, without and with items
#: there.
FIRST = re.compile(r"(?:[ ]*(?:#.*)?\n)*?([ ]*)- ")
END, END_OF_FLAT = re.compile(r"\n(?=[^ \n#])"), re.compile(r"\n(?=[^ \n#-]|-[^ ])")
_ITEM_OR_END = re.compile(r"\n(?: *- |(?=[^ \n#]))")
#: A line that is neither blank nor a comment, with its indentation.
_LINE = re.compile(r"\n( *)(?=[^ \n#])")
#: Of how many items it is looked whether they are plainly written, before all are read so.
SAMPLE = 20
#: The values of `HEADER`: the mapping, its key, the list.
HEADER_VALUES = 3


class Cut(Record):
    """Where a text is cut: each item's start, and the end of the last; how far the items are indented."""

    starts: tuple[int, ...]
    end: int
    indent: int

    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each item."""
        return list(zip(self.starts, (*self.starts[1:], self.end), strict=True))


class Piece(Record):
    """An item that was parsed: its entry, if it is one, and findings, as they stood at an offset and a line."""

    at: int
    line: int
    entry: Entry | None
    findings: tuple[Diagnostic, ...]
    values: int

    def moved(self, at: int, line: int) -> Piece:
        """The same at another place."""
        if (at, line) == (self.at, self.line):
            return self
        by, lines = at - self.at, line - self.line
        entry = self.entry if self.entry is None or not by else _moved(self.entry, by)
        return Piece(at, line, entry, tuple([shifted(each, by, lines) for each in self.findings]), self.values)


class NotCutError(Exception):
    """The text must be parsed whole."""


def cut(text: str) -> Cut | None:
    """Where a text is cut at the items of `context_files`; None where it must be parsed whole.

    >>> cut("version: 1.0\\ncontext_files:\\n  # first\\n  - path: a.md\\n  - path: b.md\\ntests: []\\n")
    Cut(starts=(38, 53), end=68, indent=2)
    """
    headers = headers_in(text)
    first = FIRST.match(text, headers[0]) if len(headers) == 1 and not hangs_together(text) else None
    if first is None:
        return None
    indent, starts = len(first[1]), [first.start(1)]
    over = (END if indent else END_OF_FLAT).search(text, starts[0])
    end = over.end() if over else len(text)
    item = f"\n{first[1]}- "
    while (at := text.find(item, starts[-1], end)) >= 0:
        starts.append(at + 1)
    return Cut(tuple(starts), end, indent)


def headers_in(text: str) -> list[int]:
    """Where each line ends that begins a list of entries."""
    found, at = [], text.find(HEADER[:-1])
    while at >= 0:
        if header := _HEADER.match(text, at):
            found.append(header.end())
        at = text.find(HEADER[:-1], at + 1)
    return found


def hangs_together(text: str) -> bool:
    """Whether what a line means may hang on lines elsewhere."""
    return text.startswith(BEGINS) or any(sign in text for sign in ODD) or any(_names(text, sign) for sign in SIGNS)


def _names(text: str, sign: str) -> bool:
    """Whether a sign stands where it begins an anchor or an alias; in a glob such as `docs/*.md` it does not."""
    at = text.find(sign)
    while at > 0 and text[at - 1] not in BEFORE:
        at = text.find(sign, at + 1)
    return at >= 0


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of the items, or of the lines, in which another one lies; quickly, and perhaps one item too many.

    >>> text = "context_files:\\n  - path: a.md\\n  - path: b.md\\n    id: b\\n  - path: c.md\\n"
    >>> text[slice(*around(text, 42, 43))]
    '  - path: b.md\\n    id: b\\n'
    """
    header = _HEADER.search(text)
    first = FIRST.match(text, header.end()) if header else None
    begin, is_ended = text.rfind("\n", 0, start) + 1, end > start or text[end - 1 : end] == "\n"
    over = text.find("\n", end - 1 if is_ended else end) + 1 or len(text)
    if first is None or start < first.start(1):
        return begin, over
    item = f"\n{first[1]}- "
    begin = text.rfind(item, 0, begin + len(item) - 1) + 1 or begin
    following = _ITEM_OR_END.search(text, over - 1)
    while following and following[0] not in (item, "\n"):
        following = _ITEM_OR_END.search(text, following.end() - 1)
    return begin, following.start() + 1 if following else len(text)


class PieceParser:
    """Parses the texts of files again and again. `parsed` is how many entries were parsed the last time."""

    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[str, bool], Piece]] = {}
        self.parsed = 0

    def parse(self, source: Source, values: int = VALUE_LIMIT) -> Parsed:
        """What `parse` gives, for less."""
        try:
            return self._parse(source, values)
        except NotCutError:  # what is known stays: while a word is typed the text is often none for a moment
            return parse(source, values)

    def _parse(self, source: Source, values: int) -> Parsed:
        where = cut(source.text) if len(source.text) <= SIZE_LIMIT else None
        if where is None:
            raise NotCutError
        return _parsed(source, where, self._pieces(source, where), values)

    def _pieces(self, source: Source, where: Cut) -> list[Piece]:
        known = self._known.get(source.name, {})
        found: dict[tuple[str, bool], Piece] = {}
        pieces = []
        self.parsed, line = 0, source.position(where.starts[0])[0]
        for start, end in where.spans():
            text = source.text[start:end]
            key = text, end == where.end
            piece = found.get(key) or known.get(key)
            if piece is None:
                piece = _piece(source, start, end, line, where)
                self.parsed += 1
            found[key] = piece = piece.moved(start, line)
            pieces.append(piece)
            line += text.count("\n")
        self._known[source.name] = found
        return pieces


def parse_once(source: Source, values: int = VALUE_LIMIT) -> Parsed:
    """What `parse` gives, for less where most items are plainly written; nothing is kept for the next time."""
    where = cut(source.text) if len(source.text) <= SIZE_LIMIT else None
    if where is None or not _is_mostly_plain(source, where):
        return parse(source, values)
    try:
        return _parsed(source, where, _pieces_of(source, where), values)
    except NotCutError:
        return parse(source, values)


def _is_mostly_plain(source: Source, where: Cut) -> bool:
    """Whether of some of the items, from all over the text, most are plainly written."""
    spans = where.spans()
    some = spans[:: max(1, len(spans) // SAMPLE)]
    plain = [1 for start, end in some if read_item(source.name, source.text, start, end, where.indent)]
    return 4 * len(plain) >= 3 * len(some)


def _pieces_of(source: Source, where: Cut) -> list[Piece]:
    """Every item of a text, parsed."""
    text, pieces, line = source.text, [], source.position(where.starts[0])[0]
    for start, end in where.spans():
        pieces.append(_piece(source, start, end, line, where))
        line += text.count("\n", start, end)
    return pieces


def _piece(source: Source, start: int, end: int, line: int, where: Cut) -> Piece:
    return item_at(source, start, end, line, where.indent, end == where.end)


def item_at(source: Source, start: int, end: int, line: int, indent: int, is_last: bool) -> Piece:
    """An item of a text, parsed, the quick way where it is plainly written."""
    name, text = source.name, source.text
    read = read_item(name, text, start, end, indent)
    if read is not None:
        return record(Piece, (start, line, read[0], (), read[1]))
    return parse_piece(name, text[start:end], is_last, indent).moved(start, line)


def parse_piece(name: str, text: str, is_last: bool, indent: int) -> Piece:
    """One item, parsed by itself, as if it stood at the beginning of its file. Raises NotCutError where it's damaged.

    Another item stands after it, unless it is the last: where an entry ends, the next one begins.
    """
    if any(len(line[1]) <= indent for line in _LINE.finditer(text)):  # what ends the item, and isn't another
        raise NotCutError
    after = "" if is_last else " " * indent + "- x\n"
    node: Any
    node, problem, used = compose_within(HEADER + text + after, VALUE_LIMIT)
    pairs = node.value if problem is None and node is not None else []
    items = pairs[0][1].value if len(pairs) == 1 else []
    if len(items) != (1 if is_last else 2):
        raise NotCutError
    findings = Findings()
    reader = Reader(Source(name, text), findings, shift=-len(HEADER))
    entry = reader.entry(items[0])
    if len(findings) >= OF_A_KIND:
        raise NotCutError
    return Piece(0, 1, entry, tuple(findings), used - HEADER_VALUES - (not is_last))


def _parsed(source: Source, where: Cut, pieces: list[Piece], values: int) -> Parsed:
    """The index of what stands around the items, and of the items."""
    frame, used = _frame(source.text, where)
    used += sum([piece.values for piece in pieces])
    if used > values:
        raise NotCutError
    findings = Findings()
    index = _FrameReader(source, findings, where, pieces).index(frame)
    return Parsed(index, findings.told(source.name), True, used)


def _frame(text: str, where: Cut) -> tuple[Any, int]:
    """The node of what stands around the items, and how many values it has."""
    frame = text[: where.starts[0]] + text[where.end :]
    if plain := read_frame(frame):
        return plain
    node, problem, used = compose_within(frame, VALUE_LIMIT)
    if problem is not None or node is None or node.id != "mapping":
        raise NotCutError
    return node, used


class _FrameReader(Reader):
    """Reads the index around the items; the entries are those of the pieces."""

    def __init__(self, source: Source, findings: Findings, where: Cut, pieces: list[Piece]) -> None:
        super().__init__(source, findings)
        self._from, self._by = where.starts[0], where.end - where.starts[0]
        self._pieces = pieces

    def start(self, node: Any) -> int:
        return self._back(node.start_mark.index)

    def end(self, node: Any) -> int:
        return self._back(node.end_mark.index)

    def _back(self, offset: int) -> int:
        return offset + self._by if offset >= self._from else offset

    def entries(self, node: Any) -> tuple[Entry, ...]:
        header = self.source.text.rfind(HEADER[:-1], 0, self._from) + len(HEADER) - 1
        if node is None or not self.is_nothing(node) or node.start_mark.index != header:
            raise NotCutError
        for piece in self._pieces:
            self.findings.extend(piece.findings)
        return tuple([piece.entry for piece in self._pieces if piece.entry is not None])


def _moved(value: Any, by: int) -> Any:
    """A value with the offsets of its texts moved: a text, a list of texts, a list of lists, an entry of them."""
    kind = type(value)
    if kind is Text:
        return record(Text, (value[0], value[1], value[2] + by, value[3] + by))
    if kind is Entry:
        return record(Entry, tuple([_moved(one, by) if one else one for one in value]))
    if kind is not tuple:
        return value
    if type(value[0]) is Text and type(value[-1]) is Text:
        return tuple([record(Text, (text, source, start + by, end + by)) for text, source, start, end in value])
    return tuple([_moved(one, by) if one else one for one in value])


def shifted(finding: Diagnostic, by: int, lines: int) -> Diagnostic:
    """A finding so many characters and lines further down in its file."""
    related = [each.replace(line=each.line + lines) for each in finding.related]
    fix = [(start + by, end + by, new) for start, end, new in finding.fix]
    return finding.replace(line=finding.line + lines, related=tuple(related), fix=tuple(fix))

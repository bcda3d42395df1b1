r"""Markdown text → values: front matter, title, sections, and the blocks that must not be cut. Linear, no imports.

The rules are CommonMark's and, for tables, GitHub's, as far as they decide where sections and blocks begin and end. A
heading inside a fence, a comment, a quotation, a list item or front matter isn't a section.

>>> document = read_markdown("# API\nHow to.\n## Views\n```sh\n# no heading\n```\n## Tests\nRun them.\n")
>>> document.title, [section.path for section in document.sections]
('API', [('API',), ('API', 'Views'), ('API', 'Tests')])
>>> [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
[('fence', '```sh\n# no heading\n```\n')]
"""

from __future__ import annotations

from bisect import bisect_right

from ..record import Record

#: How far into a text front matter may reach, in characters.
FRONT_LIMIT = 1_000_000
#: How many list items may begin on one line before a fence.
NESTED = 8

_BULLETS = "-*+"
_FENCES = ("```", "~~~")
#: Tags whose content isn't Markdown until they are closed.
_RAW = ("pre", "script", "style", "textarea", "table")


class Section(Record):
    """A heading and what stands below it, in half-open offsets of the text.

    `start` is where the heading's line begins, `body` where the line after it does, `own_end` where the first section
    inside begins, `end` where the section ends with all that is inside. `path` holds the headings from the outermost to
    this one. `heading` is without marks. What stands before the first heading is a section of level 0 without a
    heading.
    """

    heading: str
    level: int
    start: int
    body: int
    own_end: int
    end: int
    path: tuple[str, ...] = ()


class Block(Record):
    """Whole lines that must not be cut: a `fence`, `table`, `comment`, `html`, or `quote` that holds one of these."""

    kind: str
    start: int
    end: int


class Markdown(Record):
    """A Markdown text, read. `front` are the offsets of the YAML between the `---` lines; the rest begins at `start`.

    `sections` and `blocks` are in the order of the text. The parts of the sections from `start` to `own_end` lie side
    by side and cover the whole text after the front matter, blank lines before the first of them aside.
    """

    text: str
    front: tuple[int, int] | None
    start: int
    title: str
    about: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        return f"<Markdown {self.title!r}: {len(self.sections)} sections, {len(self.blocks)} blocks>"

    def own_text(self, section: Section) -> str:
        """The text of a section without its heading and without the sections inside it."""
        return self.text[section.body : section.own_end]


def read_markdown(text: str) -> Markdown:
    """A Markdown text as values. Never raises: every text is Markdown.

    `title` is the first heading of level 1, else the first heading; `about` the first paragraph, on one line.
    """
    front, start = front_and_start(text)
    reader = Reader(text, start)
    reader.read()
    sections = tuple(_sections(reader, text, start))
    return Markdown(text, front, start, reader.title, reader.about, sections, tuple(reader.blocks))


def front_and_start(text: str) -> tuple[tuple[int, int] | None, int]:
    """Where the front matter of a text stands, if it has one, and where the text behind it begins."""
    front = front_matter(text)
    if front is None:
        return None, 0
    closing = text.find("\n", front[1])
    return front, len(text) if closing < 0 else closing + 1


def front_matter(text: str) -> tuple[int, int] | None:
    """The offsets of the YAML between the `---` lines a document begins with, or None.

    >>> front_matter("---\\ntitle: API\\n---\\n# API\\n")
    (4, 15)
    """
    begin = 1 if text.startswith("\ufeff") else 0
    first = text.find("\n", begin)
    if first < 0 or text[begin:first].rstrip() != "---":
        return None
    at = first + 1
    while at < len(text) and at < FRONT_LIMIT:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].rstrip() in ("---", "..."):
            return first + 1, at
        at = end + 1
    return None


def find_sections(document: Markdown, name: str) -> tuple[Section, ...]:
    """The sections that a name means: by heading, else by heading in any case, else by the anchor of its link.

    Headings of the same words are all given; an anchor with a number (`setup-1`) means one of them, as in links.

    >>> document = read_markdown("# Web API\\n## Set-up\\n## Use\\n## Set-up\\n")
    >>> [section.start for section in find_sections(document, "set-up")]
    [10, 27]
    >>> [section.heading for section in find_sections(document, "web-api")]
    ['Web API']
    """
    named = [section for section in document.sections if section.level]
    found = [section for section in named if section.heading == name]
    if not found:
        folded = _folded(name)
        found = [section for section in named if _folded(section.heading) == folded]
    if not found and (wanted := name.strip().lower()):
        found = [section for section, slug in zip(named, anchors(named), strict=True) if slug == wanted]
    return tuple(found)


def anchors(sections: list[Section]) -> list[str]:
    """The anchor of each section as links name it: lower case, blanks as `-`, a number after the second of the same."""
    seen: dict[str, int] = {}
    found = []
    for section in sections:
        base = "".join(
            "-" if char == " " else char for char in section.heading.lower() if char.isalnum() or char in " -_"
        )
        count = seen.get(base, 0)
        seen[base] = count + 1
        found.append(f"{base}-{count}" if count else base)
    return found


def plain(text: str) -> str:
    """The text of a heading or a line without the marks of Markdown.

    >>> plain("The `load` **command** of [ctxload](https://x.org) <a id='x'></a> {#load}"), plain("Use it {/*use-it*/}")
    ('The load command of ctxload', 'Use it')
    """
    if "](" in text:
        text = _without_links(text)
    if text.endswith("}") and (" {#" in text or text.endswith("*/}")):
        opening = " {/*" if text.endswith("*/}") else " {#"
        text = text[: text.rfind(opening)] if opening in text else text
    if "<" in text:
        text = _without_tags(text)
    for mark in ("**", "__", "`", "*"):
        if mark in text:
            text = text.replace(mark, "")
    return " ".join(text.split())


def _folded(text: str) -> str:
    return " ".join(plain(text).casefold().split())


def _without_links(text: str) -> str:
    """The text with each `[words](address)` as its words, and each picture as its description."""
    out, at = [], 0
    while (middle := text.find("](", at)) >= 0:
        begin, end = text.rfind("[", at, middle), text.find(")", middle)
        if end < 0:
            break
        if begin < 0:
            out.append(text[at : middle + 2])
            at = middle + 2
            continue
        picture = begin > at and text[begin - 1] == "!"
        out += [text[at : begin - picture], text[begin + 1 : middle]]
        at = end + 1
    return "".join(out) + text[at:]


def _without_tags(text: str) -> str:
    out, at = [], 0
    while (begin := text.find("<", at)) >= 0:
        end = text.find(">", begin)
        if end < 0:
            break
        is_tag = text[begin + 1 : begin + 2].isalpha() or text[begin + 1 : begin + 2] in ("/", "!")
        out.append(text[at:begin] if is_tag else text[at : end + 1])
        at = end + 1
    return "".join(out) + text[at:]


def _sections(reader: Reader, text: str, start: int) -> list[Section]:
    """The sections of the headings that were found, each with its end and the headings above it."""
    headings, length = reader.headings, len(text)
    found: list[Section] = []
    first = headings[0][2] if headings else length
    before = text[start:first]
    if before.strip():
        begin = start + len(before) - len(before.lstrip())
        begin = text.rfind("\n", start, begin) + 1 or start
        found.append(Section("", 0, begin, begin, first, first))
    open_ones: list[tuple[int, str, int]] = []
    waiting: list[Section] = []
    ends: dict[int, int] = {}
    for number, (heading, level, at, body) in enumerate(headings):
        while open_ones and open_ones[-1][0] >= level:
            ends[open_ones.pop()[2]] = at
        open_ones.append((level, heading, number))
        own_end = headings[number + 1][2] if number + 1 < len(headings) else length
        path = tuple([name for _, name, _ in open_ones])
        waiting.append(Section(heading, level, at, body, own_end, length, path))
    return found + [
        section.replace(end=ends[number]) if number in ends else section for number, section in enumerate(waiting)
    ]


class Reader:
    """Goes through the lines once; each method takes a line's number and gives the number of the next to read."""

    __slots__ = ("text", "lines", "starts", "headings", "blocks", "about", "paragraph", "item", "blank", "unclosed")

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.lines = text[start:].split("\n") if start < len(text) else []
        self.starts = [start]
        for line in self.lines:
            start += len(line) + 1
            self.starts.append(start)
        self.starts[-1] = len(text)
        self.headings: list[tuple[str, int, int, int]] = []
        self.blocks: list[Block] = []
        self.about = ""
        self.paragraph = -1  # the line with which the paragraph began that the next line may belong to
        self.item = 0  # the width of what stands before the text of the list item we are in
        self.blank = True
        self.unclosed: set[str] = set()

    @property
    def title(self) -> str:
        """The first heading of level 1, else the first heading."""
        first = next((heading for heading, level, _, _ in self.headings if level == 1), "")
        return first or (self.headings[0][0] if self.headings else "")

    def read(self) -> None:
        number, count = 0, len(self.lines)
        while number < count:
            bare = self.lines[number].strip()
            if bare:
                number = self.line(number, bare)
                self.blank = False
            else:
                self._end_paragraph(number)
                self.blank = True
                number += 1
        self._end_paragraph(count)

    def line(self, number: int, bare: str) -> int:
        """Reads the block or the line of a paragraph that begins here."""
        line = self.lines[number]
        indent = 0 if line[0] == bare[0] else _indent(line)
        first = bare[0]
        if self.item and indent < self.item:
            if self._goes_on(indent, bare, first):
                return number + 1
            self.item = 0
        if indent >= 4 and not self.item:
            return number + 1  # code by indentation, or the paragraph goes on
        if first.isalpha():
            pass
        elif first in "`~" and bare.startswith(_FENCES) and (fence := _fence(bare)):
            return self.fence(number, number, fence)
        elif first == "#" and indent < 4 and not self.item and (level := _level(bare)):
            return self.heading(number, number, _heading_text(bare[level:]), level)
        elif first in "=-" and self.paragraph >= 0 and not self.item and not bare.strip(first):
            words = " ".join([line.strip() for line in self.lines[self.paragraph : number]])
            return self.heading(self.paragraph, number, words, 1 if first == "=" else 2)
        elif first == ">":
            return self.quote(number)
        elif first == "<" and (end := self._html_end(number, bare)):
            return end
        elif (width := _marker(bare)) and not _is_rule(bare):
            return self.list_item(number, bare, indent, width)
        elif first in "-*_" and _is_rule(bare):
            self._end_paragraph(number)
            return number + 1
        if "|" in bare and number + 1 < len(self.lines) and _is_delimiter(self.lines[number + 1]):
            return self.table(number)
        if self.paragraph < 0 and not self.item:
            self.paragraph = number
        return number + 1

    def fence(self, number: int, start: int, fence: str) -> int:
        """A fence, to its closing line or the end; the text of an item's fence ends with the item."""
        self._end_paragraph(number)
        lines, count, item, sign = self.lines, len(self.lines), self.item, fence[0]
        at = number + 1
        while at < count:
            line = lines[at]
            bare = line.strip()
            if bare:
                if bare[0] == sign and bare.startswith(fence) and not bare.strip(sign) and _indent(line) < item + 4:
                    return self._block("fence", start, at + 1)
                if item and line[0] not in " \t":
                    break
            at += 1
        return self._block("fence", start, at)

    def heading(self, start: int, last: int, words: str, level: int) -> int:
        if start == last:
            self._end_paragraph(start)
        self.paragraph = -1
        self.headings.append((plain(words), level, self.starts[start], self.starts[last + 1]))
        return last + 1

    def quote(self, number: int) -> int:
        """A quotation, to the first line that is none; kept whole where it holds a fence or a table."""
        self._end_paragraph(number)
        at, kept = number, False
        while at < len(self.lines) and self.lines[at].lstrip().startswith(">"):
            inside = self.lines[at].lstrip().lstrip("> \t")
            kept = kept or inside.startswith(_FENCES) or ("|" in inside and _is_delimiter(inside))
            at += 1
        return self._block("quote", number, at) if kept else at

    def list_item(self, number: int, bare: str, indent: int, width: int) -> int:
        self._end_paragraph(number)
        rest = bare[width:].lstrip()
        if not self.item:
            self.item = indent + width + min(len(bare) - width - len(rest), 4) if rest else indent + width + 1
        for _ in range(NESTED):
            if not (inner := _marker(rest)):
                break
            rest = rest[inner:].lstrip()
        if rest.startswith(_FENCES) and (fence := _fence(rest)):
            return self.fence(number, number, fence)
        return number + 1

    def table(self, number: int) -> int:
        """A table, to the first line that is blank or begins another block."""
        self._end_paragraph(number)
        at = number + 2
        while at < len(self.lines):
            bare = self.lines[at].strip()
            if not bare or bare.startswith((*_FENCES, "#", ">", "<!--")):
                break
            at += 1
        return self._block("table", number, at)

    def _html_end(self, number: int, bare: str) -> int:
        """Where a comment or a raw element ends that begins here, noted as a block; 0 when none does."""
        if bare.startswith("<!--"):
            return self._to(number, "-->", "comment")
        name = bare[1:12].lower()
        for tag in _RAW:
            if name.startswith(tag) and not name[len(tag) : len(tag) + 1].isalnum():
                return self._to(number, f"</{tag}", "html")
        return 0

    def _to(self, number: int, closing: str, kind: str) -> int:
        if closing in self.unclosed:
            return 0
        end = self.text.find(closing, self.starts[number] + 2)
        if end < 0:
            self.unclosed.add(closing)
            if kind != "comment":
                return 0
            end = len(self.text)
        self._end_paragraph(number)
        return self._block(kind, number, min(bisect_right(self.starts, end), len(self.lines)))

    def _block(self, kind: str, first: int, end: int) -> int:
        self.blocks.append(Block(kind, self.starts[first], self.starts[end]))
        return end

    def _goes_on(self, indent: int, bare: str, first: str) -> bool:
        """Whether a line that is less indented than its item's text still belongs to the list; notes a new item."""
        if first in _BULLETS or first.isdigit():
            return False
        return not self.blank and first not in "#>`~<|"

    def _end_paragraph(self, number: int) -> None:
        if self.paragraph >= 0:
            if not self.about:
                self.about = plain(" ".join(self.lines[self.paragraph : number]))
            self.paragraph = -1


def _indent(line: str) -> int:
    """The width of the blanks before a line's text, tabs to the next fourth column."""
    before = line[: len(line) - len(line.lstrip())]
    return len(before.expandtabs(4)) if "\t" in before else len(before)


def _fence(bare: str) -> str:
    """The signs with which a line opens a fence, or an empty text: code within a line opens none."""
    rest = bare.lstrip(bare[0])
    return "" if bare[0] == "`" and "`" in rest else bare[: len(bare) - len(rest)]


def _level(bare: str) -> int:
    """The level of a heading by its `#`, 0 when the line is none."""
    level = len(bare) - len(bare.lstrip("#"))
    return level if level <= 6 and bare[level : level + 1] in ("", " ", "\t") else 0


def _heading_text(rest: str) -> str:
    """A heading's text without the `#` that may close it."""
    rest = rest.strip()
    open_end = rest.rstrip("#")
    return open_end.rstrip() if not open_end or open_end[-1] in " \t" else rest


def _marker(bare: str) -> int:
    """The width of the bullet or number a list item begins with, or 0."""
    if bare[:1] in ("-", "*", "+"):
        return 1 if bare[1:2] in ("", " ", "\t") else 0
    digits = len(bare) - len(bare.lstrip("0123456789"))
    if 0 < digits <= 9 and bare[digits : digits + 1] in (".", ")") and bare[digits + 1 : digits + 2] in ("", " ", "\t"):
        return digits + 1
    return 0


def _is_rule(bare: str) -> bool:
    """Whether a line is drawn across the page: `---`, `* * *`."""
    return bare[0] in "-*_" and bare.count(bare[0]) >= 3 and not bare.strip(bare[0] + " \t")


def _is_delimiter(line: str) -> bool:
    """Whether a line parts a table's head from its rows: `|---|:-:|`."""
    bare = line.strip()
    return "-" in bare and ("|" in bare or ":" in bare) and not bare.strip("|-: \t")

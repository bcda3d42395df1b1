"""Markdown text → its headings, for who asks for no more: half of what it takes to read all of it."""

from __future__ import annotations

from ..record import Record
from .markdown import Reader, front_and_start


class Outline(Record):
    """A Markdown text by its headings, see `Markdown`; `lines` are those behind the front matter."""

    front: tuple[int, int] | None
    lines: list[str]
    title: str
    about: str
    headings: tuple[str, ...]


def outline(text: str) -> Outline:
    """What `read_markdown` gives of a text, but for where sections and blocks begin and end.

    >>> outline("# API\\nHow to.\\n## Views")
    Outline(front=None, lines=['# API', 'How to.', '## Views'], title='API', about='How to.', headings=('API', 'Views'))
    """
    front, start = front_and_start(text)
    reader = _Reader(text, start)
    reader.read()
    headings = tuple([heading for heading, _, _, _ in reader.headings])
    return Outline(front, reader.lines, reader.title, reader.about, headings)


class _Reader(Reader):
    """Passes over prose, which most lines are, without the questions that are asked of any other."""

    __slots__ = ()

    def read(self) -> None:
        """The same as without this."""
        lines, number, count = self.lines, 0, len(self.lines)
        while number < count:
            line = lines[number]
            bare = line.strip()
            if not bare:
                self._end_paragraph(number)
                self.blank = True
                number += 1
                continue
            if self.item or line[0] != bare[0] or not bare[0].isalpha() or "|" in bare:
                number = self.line(number, bare)
            else:
                if self.paragraph < 0:
                    self.paragraph = number
                number += 1
            self.blank = False
        self._end_paragraph(count)

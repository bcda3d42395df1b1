r"""Parts of a document: which lines are shown, what is left out and marked as such, and where a cut may be.

An excerpt is made of whole lines; a fence, a table or a comment is in it whole or not at all. Each gap is a line that
says which lines are missing, so that a reader can fetch them from the file.

>>> document = read_document("a.md", "# A\none\n## B\ntwo\n## C\nthree\n")
>>> print(excerpt(document, [(8, 17)]).text, end="")
[lines 1-2 left out]
## B
two
[lines 5-6 left out]
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..record import Record
from ..text.markdown import Markdown, Section, read_markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Range = tuple[int, int]

#: The headings of an outline are left out below this level, where all of them do not fit.
OUTLINES = (6, 3, 2, 1)
#: A section that has less than this share of the best one's points is not about the task.
SHARE = 0.2


class LinedText:
    """A text with the offsets of its lines, read as Markdown or as lines."""

    __slots__ = ("markdown", "starts")

    def __init__(self, markdown: Markdown, starts: list[int]) -> None:
        self.markdown = markdown
        self.starts = starts

    @property
    def text(self) -> str:
        """The whole text."""
        return self.markdown.text

    def line(self, offset: int) -> int:
        """The number of the line that an offset lies in, from 1."""
        return bisect_right(self.starts, offset)

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last line of a range of whole lines."""
        return self.line(start), self.line(max(start, end - 1))

    def range(self, first: int, last: int) -> Range:
        """The offsets of whole lines by number, as far as they are there."""
        first, last = max(first, 1), min(last, len(self.starts))
        if first > last:
            return 0, 0
        return self.starts[first - 1], self.starts[last] if last < len(self.starts) else len(self.text)


class Excerpt(Record):
    """Text to show: the lines it holds (first and last, in order), and those it lacks."""

    text: str
    given: tuple[tuple[int, int], ...]
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out that was not given before."""
        return not self.left_out


def read_document(path: str, text: str, *, is_markdown: bool = True) -> LinedText:
    """A text read for excerpts; of a text that isn't Markdown, only lines count."""
    starts, at = [0], 0
    while 0 < (at := text.find("\n", at) + 1) < len(text):
        starts.append(at)
    if is_markdown:
        return LinedText(read_markdown(text), starts)
    whole = (Section("", 0, 0, 0, len(text), len(text)),) if text else ()
    return LinedText(Markdown(text, None, 0, "", "", whole, ()), starts)


def excerpt(document: LinedText, shown: Iterable[Range], before: Sequence[Range] = ()) -> Excerpt:
    """The shown ranges, each gap between them marked; `before` are ranges that were given already."""
    out: list[str] = []
    given: list[tuple[int, int]] = []
    lacking: list[tuple[int, int]] = []
    at, text = 0, document.text
    for start, end in [*joined(shown), (len(text), len(text))]:
        for gap_start, gap_end, was_given in _gaps(at, start, before):
            if span := _filled(document, gap_start, gap_end):
                first, last = document.lines(*span)
                out.append(mark(first, last, was_given=was_given))
                if not was_given:
                    lacking.append((first, last))
        if start < end:
            out.append(text[start:end])
            given.append(document.lines(start, end))
        at = max(at, end)
    return Excerpt("".join(out), tuple(given), tuple(lacking))


def mark(first: int, last: int, *, was_given: bool = False) -> str:
    """The line that stands for lines that are not shown.

    >>> mark(3, 9), mark(4, 4, was_given=True)
    ('[lines 3-9 left out]\\n', '[line 4 was given before]\\n')
    """
    lines = f"lines {first}-{last}" if last > first else f"line {first}"
    return f"[{lines} {'was' if last == first else 'were'} given before]\n" if was_given else f"[{lines} left out]\n"


def widest_mark(document: LinedText) -> str:
    """A mark that is no smaller than any other of this document."""
    last = 10 ** len(str(len(document.starts))) - 1
    return f"[lines {last}-{last} were given before]\n"


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, those that touch or overlap made one; empty ones left out.

    >>> joined([(5, 9), (0, 2), (2, 4), (7, 12), (3, 3)])
    [(0, 4), (5, 12)]
    """
    found: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(ranges: Iterable[Range], before: Iterable[Range]) -> list[Range]:
    """What of the ranges is not in those `before`.

    >>> without([(0, 10)], [(2, 4), (8, 20)])
    [(0, 2), (4, 8)]
    """
    found = joined(ranges)
    for start, end in joined(before):
        found = [
            piece
            for low, high in found
            for piece in ((low, min(high, start)), (max(low, end), high))
            if piece[0] < piece[1]
        ]
    return found


def _gaps(start: int, end: int, before: Sequence[Range]) -> Iterator[tuple[int, int, bool]]:
    """A gap in pieces: those that were given before, and the others."""
    at = start
    for low, high in joined(before):
        low, high = max(low, at), min(high, end)
        if low < high:
            if at < low:
                yield at, low, False
            yield low, high, True
            at = high
    if at < end:
        yield at, end, False


def _filled(document: LinedText, start: int, end: int) -> Range | None:
    """The part of a range without the blank lines around it, or None when there is nothing else."""
    piece = document.text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    first = start + len(piece) - len(piece.lstrip())
    return first, first + len(bare)


# ── what may stay together, what may be cut ──────────────────────────────────────────────────────────────


def own_range(section: Section) -> Range:
    """A section's heading and its own text, without the sections inside it."""
    return section.start, section.own_end


def headings_above(document: LinedText, number: int) -> list[Range]:
    """The heading lines of the sections that the section of this number lies in."""
    sections = document.markdown.sections
    inside, found = sections[number], []
    for other in reversed(sections[:number]):
        if other.level and other.level < inside.level and other.end >= inside.end:
            is_empty = not document.text[other.body : other.own_end].strip()
            found.append((other.start, other.own_end if is_empty else other.body))
            inside = other
    return found


def most_fitting(scores: Sequence[int]) -> list[int]:
    """The numbers of the sections that are about the task, the best first."""
    best = max(scores, default=0)
    return sorted(
        (number for number, score in enumerate(scores) if score and score >= best * SHARE),
        key=lambda number: (-scores[number], number),
    )


def cut(document: LinedText, start: int, end: int, fits: Callable[[str], bool]) -> int:
    """Where a range is cut so that its first part fits; `start` when nothing of it does.

    The cut is at the end of a line outside fences, tables and comments, and at the end of a paragraph if that keeps
    most. `fits` is asked for one piece after the other, each added to those before, until it says no.
    """
    line_end = paragraph_end = start
    for piece_end, ends_paragraph in _pieces(document, start, end):
        if not fits(document.text[line_end:piece_end]):
            break
        line_end = piece_end
        if ends_paragraph:
            paragraph_end = piece_end
    return paragraph_end if 2 * (paragraph_end - start) >= line_end - start else line_end


def _pieces(document: LinedText, start: int, end: int) -> Iterator[tuple[int, bool]]:
    """The ends of the pieces of a range that are never cut, and whether a paragraph ends there."""
    text, blocks = document.text, document.markdown.blocks
    number = bisect_left([block.start for block in blocks], start)
    at = start
    while at < end:
        if number < len(blocks) and blocks[number].start <= at:
            at = max(blocks[number].end, at + 1)
            number += 1
            yield min(at, end), True
            continue
        line_end = text.find("\n", at, end) + 1 or end
        following = text[line_end : text.find("\n", line_end, end) + 1 or end]
        yield line_end, not following.strip() or not text[at:line_end].strip()
        at = line_end


def outline(document: LinedText, level: int) -> str:
    """The headings down to a level, each as it stands in the text behind its line number.

    >>> print(outline(read_document("a.md", "# A\\none\\n## B\\ntwo\\n### C\\n"), 2), end="")
    1: # A
    3: ## B
    """
    rows = []
    for section in document.markdown.sections:
        if 0 < section.level <= level:
            words = document.text[section.start : section.body].strip().split("\n")[0][:200]
            rows.append(
                f"{document.line(section.start)}: "
                f"{words if words.startswith('#') else '#' * section.level + ' ' + words}\n"
            )
    return "".join(rows)

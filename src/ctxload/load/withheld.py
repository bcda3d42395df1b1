r"""A document without the lines that no model should be handed unseen: each gives way to a mark with place and finding.

A line for a line, so that what is counted by lines stays true. Where nothing but such lines is in a document, none of
it is left.

>>> text = "# Deploy\nkey: ghp_" + "a1B2c3D4" * 5 + "\nmake deploy\n"
>>> found = without_hazards(text, lambda code: False)
>>> print(found.text, end="")
# Deploy
[line 2 withheld by ctxload: CTX501 secret-text]
make deploy
>>> found.cuts, without_hazards(text, lambda code: True).text == text
(((2, 2, 'CTX501'),), True)
"""

from __future__ import annotations

from ..record import Record
from ..text.codes import CODES
from .hazards import hidden_from_people

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .hazards import Hazard

    #: First line, last line, code.
    Cut = tuple[int, int, str]


class Withheld(Record):
    """A text with marks, and which lines they stand for: first, last, code of the finding."""

    text: str
    cuts: tuple[Cut, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing of the document is left but marks."""
        return bool(self.cuts) and not any(line.strip() and not _is_mark(line) for line in self.text.split("\n"))

    def words(self) -> str:
        """What is withheld, in words."""
        return ", ".join(f"{_lines(first, last)} ({code} {CODES[code][0]})" for first, last, code in self.cuts)


def without_hazards(text: str, is_allowed: Callable[[str], bool]) -> Withheld:
    """The text without the lines of hazards, but of those whose code `is_allowed`."""
    found = [hazard for hazard in hidden_from_people(text) if not is_allowed(hazard.code)]
    if not found:
        return Withheld(text)
    cuts = _cuts(text, found)
    lines = text.split("\n")
    for first, last, code in cuts:
        lines[first - 1] = f"{_BEGIN}{_lines(first, last)}{_MIDDLE}{code} {CODES[code][0]}]"
        lines[first:last] = [""] * (last - first)
    return Withheld("\n".join(lines), cuts)


_BEGIN, _MIDDLE = "[", " withheld by ctxload: "


def _is_mark(line: str) -> bool:
    return line.startswith(_BEGIN) and _MIDDLE in line


def _lines(first: int, last: int) -> str:
    return f"lines {first}-{last}" if last > first else f"line {first}"


def _cuts(text: str, found: Iterable[Hazard]) -> tuple[Cut, ...]:
    """The lines of the hazards in order, those that overlap as one."""
    cuts: list[Cut] = []
    at, line = 0, 1
    for hazard in sorted(found, key=lambda hazard: hazard.start):
        line += text.count("\n", at, hazard.start)
        at = hazard.start
        last = line + text.count("\n", at, max(at, hazard.end - 1))
        if cuts and line <= cuts[-1][1]:
            first, end, code = cuts[-1]
            cuts[-1] = (first, max(end, last), code)
        else:
            cuts.append((line, last, hazard.code))
    return tuple(cuts)

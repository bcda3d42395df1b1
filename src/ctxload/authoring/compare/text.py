"""A comparison as lines of at most 80 columns."""

from __future__ import annotations

from textwrap import wrap

from ...text.escaping import escape
from ...text.render import Paint, cells
from ...text.wording import counted
from ..evaluate.cases import shown
from .changes import Change, said
from .wording import KINDS, figures, flip_of, headline, how, tasks_of, tokens_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .comparison import Comparison, GroupSummary

WIDTH = 80
#: How many groups, entries, cases and changes are shown.
GROUPS, FEW = 20, 10
_COLOURS = {"lost": "error", "gained": "mark", "order": "note"}


def in_words(seen: Comparison, paint: Paint, *, examples: int = 2) -> Iterator[str]:
    """The lines of a comparison; of each group so many tasks."""
    yield fitted(f"{seen.before} → {seen.after}")
    yield fitted(tasks_of(seen))
    yield ""
    yield paint("bold", fitted(headline(seen)))
    if seen.counts["changed"]:
        yield fitted(how(seen))
    for name, text in figures(seen):
        yield fitted(f"{name:<8}{text}")
    for group in seen.groups[:GROUPS]:
        yield from _group(group, paint, examples)
    yield from _more(len(seen.groups) - GROUPS, "group")
    yield from _lists(seen, paint)
    yield from _bad(seen, paint)


def fitted(text: str, width: int = WIDTH) -> str:
    """A text in one line of a terminal, cut where it is longer.

    >>> fitted("to add a view", 8), fitted("追加する", 6)
    ('to add …', '追加…')
    """
    text = escape(text)
    if cells(text) <= width:
        return text
    while cells(text) > width - 1:
        text = text[: max(len(text) - max((cells(text) - width) // 2, 1), 0)]
    return text + "…"


def _group(group: GroupSummary, paint: Paint, examples: int) -> Iterator[str]:
    tail = "  ".join(filter(None, (counted(group.tasks, "task"), tokens_of(group))))
    kind = KINDS[group.kind]
    room = WIDTH - len(kind) - 4 - cells(tail)
    yield ""
    yield f"{paint(_COLOURS[group.kind], kind)}  {paint('bold', fitted(group.entry, room))}  {tail}"
    yield from _cause(group.cause, paint)
    for example in group.examples[:examples]:
        place = fitted(example.place, 30)
        yield f"    {paint('place', place)}  {fitted(example.text, WIDTH - 6 - cells(place))}"


def _cause(cause: Change, paint: Paint) -> Iterator[str]:
    yield "  " + fitted(said(cause), WIDTH - 2)
    if cause.line:
        yield "  " + paint("place", fitted(cause.line, WIDTH - 2))


def _lists(seen: Comparison, paint: Paint) -> Iterator[str]:
    for title, rows in (
        ("no longer selected", [(one.entry, f"{counted(one.before, 'time')} before") for one in seen.never]),
        ("selected for the first time", [(one.entry, counted(one.after, "time")) for one in seen.newly]),
        ("changes that moved no answer", [(said(one), one.line) for one in seen.quiet]),
    ):
        if rows:
            yield ""
            yield paint("bold", title)
            yield from (line for row in rows[:FEW] for line in _row(*row))
            yield from _more(len(rows) - FEW, "")
    yield from _flips(seen, paint)


def _row(text: str, more: str) -> Iterator[str]:
    """A row in one line where it has room, else in two."""
    if cells(escape(text)) + cells(escape(more)) + 4 <= WIDTH:
        yield fitted(f"  {text}  {more}")
        return
    yield "  " + fitted(text, WIDTH - 2)
    yield "    " + fitted(more, WIDTH - 4)


def _flips(seen: Comparison, paint: Paint) -> Iterator[str]:
    if not seen.flips:
        return
    yield ""
    yield paint("bold", "labelled cases that flip")
    for flip in seen.flips[:FEW]:
        word, lines = flip_of(flip)
        yield f"  {paint('error' if flip.is_broken else 'mark', word)}  {fitted(shown(flip.case), WIDTH - 14)}"
        yield from ("    " + fitted(line, WIDTH - 4) for line in lines[:FEW])
    yield from _more(len(seen.flips) - FEW, "")


def _bad(seen: Comparison, paint: Paint) -> Iterator[str]:
    for title, count, rows in (
        (f"{counted(seen.bad, 'bad line')} in the logs", seen.bad, [str(one) for one in seen.bad_lines]),
        ("tasks that cannot be answered", len(seen.problems), [f"{one.place}  {one.text}" for one in seen.problems]),
    ):
        if count:
            yield ""
            yield paint("warning", title)
            for row in rows[:FEW]:  # the cure stands at the end
                yield from ("  " + fitted(line, WIDTH - 2) for line in wrap(escape(row), WIDTH - 2))


def _more(count: int, noun: str) -> Iterator[str]:
    if count > 0:
        yield f"  and {counted(count, noun) if noun else f'{count:,}'} more: `--format html` shows them"

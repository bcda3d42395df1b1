"""A comparison as Markdown for a pull request: the figures first, tables that fold, no more than a comment takes.

Whatever an index or a task says is shown as it is and never as markup: no link, no mention, no tag.
"""

from __future__ import annotations

from ...text.escaping import escape
from ...text.wording import clipped, counted
from ..evaluate.cases import shown
from .changes import pieces
from .wording import KINDS, figures, flip_of, headline, how

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Change
    from .comparison import Comparison, GroupSummary

#: How many rows each table has, and how much of one text is shown.
ROWS, LONGEST = 25, 160
#: A bar in a cell, in code, too.
BAR = "\\|"
#: What GitHub takes of a comment, in characters, with some room.
LIMIT = 60_000
#: By what a later comment finds the one it takes the place of.
MARK = "<!-- ctxload diff -->"


def markdown(seen: Comparison, *, examples: int = 2) -> str:
    """The whole text; of each group so many tasks, none where prompts are not for everybody's eyes."""
    parts = [
        f"{MARK}\n### Context index: {headline(seen)}",
        f"{code(seen.before)} → {code(seen.after)} · tasks: {code(seen.source)}",
        *([how(seen)] if seen.counts["changed"] else []),
        "\n".join(f"- **{name}**: {text}" for name, text in figures(seen)),
        *_flips(seen), *_never(seen), *_groups(seen, examples), *_quiet(seen), *_bad(seen),
    ]  # fmt: skip
    return _within(parts)


def _within(parts: Iterable[str]) -> str:
    """As many of the parts as a comment takes."""
    kept, size = [], 0
    for part in parts:
        size += len(part) + 2
        if size > LIMIT:
            kept.append("The rest is too long for a comment: `ctxload diff --format html` shows it.")
            break
        kept.append(part)
    return "\n\n".join(kept) + "\n"


def code(text: str, longest: int = LONGEST) -> str:
    """A text as code in one line: nothing in it is markup.

    >>> print(code("a | b"), code("a `b` c"))
    `a | b` `` a `b` c ``
    """
    text = clipped(escape(" ".join(text.split())), longest)
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text.startswith("`") or text.endswith("`") or len(fence) > 1 else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def because(change: Change) -> str:
    """A change in words, what the author wrote as code."""
    head, text, tail = pieces(change)
    return " ".join(filter(None, (head, code(text), tail)))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = [*heads]
    lines = [head, ["---:" if one in ("Tasks", "Tokens", "Before") else "---" for one in head], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |" for line in lines)


def _folded(title: str, body: str, *, is_open: bool = False) -> str:
    return f"<details{' open' if is_open else ''}><summary>{title}</summary>\n\n{body}\n\n</details>"


def _groups(seen: Comparison, examples: int) -> Iterator[str]:
    if not seen.groups:
        return
    rows = [_group_cells(group) for group in seen.groups[:ROWS]]
    yield _table(("", "Entry", "Because", "Line", "Tasks", "Tokens"), rows)
    if len(seen.groups) > ROWS:
        yield f"and {counted(len(seen.groups) - ROWS, 'group')} more."
    lines = [line for group in seen.groups[:ROWS] for line in _example_lines(group, examples)]
    if lines:
        yield _folded("Tasks that answer differently", "\n".join(lines))


def _group_cells(group: GroupSummary) -> list[str]:
    tokens = f"{group.tokens:+,}" if group.tokens else ""
    return [
        f"**{KINDS[group.kind]}**", code(group.entry), because(group.cause), code(group.cause.line),
        f"{group.tasks:,}", tokens,
    ]  # fmt: skip


def _example_lines(group: GroupSummary, examples: int) -> Iterator[str]:
    if group.examples[:examples]:
        yield f"- **{KINDS[group.kind]}** {code(group.entry)}"
        yield from (f"  - {code(one.place)} {code(one.text)}" for one in group.examples[:examples])


def _flips(seen: Comparison) -> Iterator[str]:
    if not seen.flips:
        return
    rows = []
    for flip in seen.flips[:ROWS]:
        word, lines = flip_of(flip)
        rows.append([f"**{word}**", code(shown(flip.case)), "<br>".join(map(code, lines[:4]))])
    yield _table(("Labelled case", "Task", "Where it fails"), rows)
    if len(seen.flips) > ROWS:
        yield f"and {counted(len(seen.flips) - ROWS, 'case')} more."


def _never(seen: Comparison) -> Iterator[str]:
    if seen.never:
        rows = ([code(one.entry), f"{one.before:,}"] for one in seen.never[:ROWS])
        yield _table(("Entry no longer selected", "Before"), rows)
    if seen.newly:
        names = ", ".join(f"{code(one.entry)} ({one.after:,})" for one in seen.newly[:ROWS])
        yield f"Fires for the first time: {names}"


def _quiet(seen: Comparison) -> Iterator[str]:
    if seen.quiet:
        lines = [f"- {because(one)} {code(one.line)}" for one in seen.quiet[:ROWS]]
        yield _folded(f"{counted(len(seen.quiet), 'change')} that moved no answer", "\n".join(lines))


def _bad(seen: Comparison) -> Iterator[str]:
    if seen.bad:
        lines = [f"- {code(str(one))}" for one in seen.bad_lines]
        yield _folded(f"{counted(seen.bad, 'bad line')} in the logs", "\n".join(lines))
    if seen.problems:
        lines = [f"- {code(one.place)} {code(one.text)}" for one in seen.problems]
        yield _folded("Tasks that cannot be answered", "\n".join(lines))

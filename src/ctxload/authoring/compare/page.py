"""A comparison as one HTML page that loads nothing, made of what the report is made of."""

from __future__ import annotations

from ...text.escaping import escape
from ...text.wording import counted
from ..evaluate.cases import shown
from ..report.parts import (
    Column,
    Heading,
    mark_of,
    page_of,
    path_of,
    row_of,
    said_of,
    section_of,
    table_of,
    text_of,
    tile_of,
)
from .changes import Change, said
from .wording import KINDS, dropped, flip_of, headline, how, share, tasks_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .comparison import Comparison, Flip, GroupSummary
    from .summary import Example

#: What tells that a file is such a page.
MARK = mark_of("ctxload diff")
#: How many rows a table has, and how many files of a task are shown.
ROWS, FEW = 500, 8
_COLOURS = {"lost": "bad", "gained": "good", "order": ""}


def page(seen: Comparison, *, examples: int = 5) -> str:
    """The whole page; of each group so many tasks."""
    before, after = text_of(seen.before), text_of(seen.after)
    heading = Heading(
        "ctxload diff", f"Context diff: {before} → {after}", "What a change changes",
        f"{before} → <b>{after}</b> · {text_of(tasks_of(seen))}",
    )  # fmt: skip
    return page_of(heading, _tiles(seen), [section for section in _sections(seen, examples) if section])


def _sections(seen: Comparison, examples: int) -> Iterator[tuple[str, str, str] | None]:
    yield _groups(seen, examples)
    yield _flips(seen)
    yield _entries(seen)
    yield _changes(seen)
    yield _bad(seen)


def _tiles(seen: Comparison) -> Iterator[str]:
    counts, tasks = seen.counts, max(seen.counts["tasks"], 1)
    yield tile_of(f"{counts['changed']:,} of {counts['tasks']:,}", "tasks answer differently")
    yield tile_of(f"{counts['lost']:,}", "tasks lose files", "bad" if counts["lost"] else "")
    yield tile_of(f"{counts['gained']:,}", "tasks gain files", "good" if counts["gained"] else "")
    yield tile_of(f"{counts['order']:,}", "tasks have another order")
    before, after = counts["tokens_before"] / tasks, counts["tokens_after"] / tasks
    change = share(counts["tokens_before"], counts["tokens_after"])
    yield tile_of(f"{before:,.0f} → {after:,.0f}", f"tokens a task{change}")
    yield tile_of(f"{counts['silent_before']:,} → {counts['silent_after']:,}", "tasks that select nothing")
    if seen.cases:
        kind = "bad" if seen.broken else "good" if seen.passed[1] == seen.cases else ""
        yield tile_of(f"{seen.passed[0]:,} → {seen.passed[1]:,}", f"of {seen.cases:,} labelled cases pass", kind)
    if seen.never:
        yield tile_of(f"{len(seen.never):,}", "entries no longer selected", "warn")


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────

_GROUPS = (
    Column("Entry"), Column("Moved"), Column("Because"), Column("Tasks", "tasks", True),
    Column("Tokens", "tokens", True), Column("Such as"),
)  # fmt: skip


def _groups(seen: Comparison, examples: int) -> tuple[str, str, str]:
    note = (
        f"{headline(seen)[:1].upper()}{headline(seen)[1:]}: {how(seen)}. Each row is an entry and the line that moved "
        "it. <b>Tokens</b>: what the files of the row add in all tasks."
        if seen.groups
        else f"{headline(seen)[:1].upper()}{headline(seen)[1:]}."
    )
    rows = (row_of(_GROUPS, _group_cells(group, examples)) for group in seen.groups[:ROWS])
    table = table_of("What moved, and why", _GROUPS, rows) if seen.groups else ""
    return section_of("moved", "What moved", note, table, _more(len(seen.groups)))


def _group_cells(group: GroupSummary, examples: int) -> Iterator[str | int | tuple[str, int]]:
    yield f"<b>{text_of(group.entry)}</b>"
    yield f'<span class="tag {_COLOURS[group.kind]}">{KINDS[group.kind]}</span>'
    yield _cause(group.cause)
    yield group.tasks
    yield f"{group.tokens:+,}" if group.tokens else "0", group.tokens
    yield _such_as(group, examples)


def _cause(cause: Change) -> str:
    place = f'<div class="why path">{path_of(cause.line)}</div>' if cause.line else ""
    return f"{said_of(said(cause))}{place}"


def _such_as(group: GroupSummary, examples: int) -> str:
    """The first task at once, the others to be opened."""
    shown = [_example(one) for one in group.examples[:examples]]
    rest = f"<details><summary>{len(shown) - 1} more</summary><ul>{''.join(shown[1:])}</ul></details>"
    return f"<ul>{shown[0]}</ul>{rest if shown[1:] else ''}" if shown else ""


def _example(one: Example) -> str:
    return f'<li>{text_of(one.text)}<div class="why path">{path_of(one.place)}</div>{_files(one)}</li>'


def _files(one: Example) -> str:
    """What the answer lost and gained, or its order now."""
    lost = [path for path in one.before if path not in one.after]
    gained = [path for path in one.after if path not in one.before]
    said = [f"− {path_of(path)}" for path in lost] + [f"+ {path_of(path)}" for path in gained]
    said = said or [f"{number}. {path_of(path)}" for number, path in enumerate(one.after, 1)]
    return "".join(f'<div class="why path">{text}</div>' for text in said[:FEW])


# ── cases, entries, changes ──────────────────────────────────────────────────────────────────────────────

_FLIPS = (Column("Case"), Column("Now"), Column("Where it fails"))


def _flips(seen: Comparison) -> tuple[str, str, str] | None:
    if not seen.cases:
        return None
    gone = f" {dropped(seen)}." if seen.dropped else ""
    note = f"{seen.passed[0]:,} of {seen.cases:,} passed before, {seen.passed[1]:,} pass now.{gone}"
    rows = (row_of(_FLIPS, _flip_cells(flip)) for flip in seen.flips[:ROWS])
    table = table_of("Labelled cases that flip", _FLIPS, rows) if seen.flips else ""
    return section_of("cases", "Labelled cases", note, table, _more(len(seen.flips)))


def _flip_cells(flip: Flip) -> Iterator[str]:
    word, lines = flip_of(flip)
    yield text_of(shown(flip.case))
    yield f'<span class="tag {"bad" if flip.is_broken else "good"}">{word}</span>'
    yield "".join(f"<div>{said_of(line)}</div>" for line in lines)


_ENTRIES = (Column("Entry"), Column("Fired before", "before", True), Column("Fires now", "now", True))


def _entries(seen: Comparison) -> tuple[str, str, str] | None:
    if not (seen.never or seen.newly):
        return None
    note = "Entries that some task selects in one version, and none in the other."
    rows = (
        row_of(_ENTRIES, (f"<b>{text_of(one.entry)}</b>", one.before, one.after))
        for one in (*seen.never, *seen.newly)[:ROWS]
    )
    table = table_of("Entries no longer selected, or for the first time", _ENTRIES, rows)
    return section_of("entries", "Entries", note, table, _more(len(seen.never) + len(seen.newly)))


_CHANGES = (Column("Change"), Column("Of"), Column("Line"), Column("Moved"))


def _changes(seen: Comparison) -> tuple[str, str, str] | None:
    if not seen.changes:
        return None
    quiet = set(seen.quiet)
    note = "Everything that the versions do not have alike, line by line, and whether it moved an answer."
    rows = (row_of(_CHANGES, _change_cells(one, one in quiet)) for one in seen.changes[:ROWS])
    table = table_of("What differs", _CHANGES, rows)
    return section_of("changes", "What differs", note, table, _more(len(seen.changes)))


def _change_cells(one: Change, is_quiet: bool) -> Iterator[str]:
    yield said_of(said(one))
    yield text_of(one.entry)
    yield f'<span class="path">{path_of(one.line)}</span>'
    yield '<span class="why">no answer</span>' if is_quiet else "yes"


def _bad(seen: Comparison) -> tuple[str, str, str] | None:
    lines = [f"{one}" for one in seen.bad_lines] + [f"{one.place}: {one.text}" for one in seen.problems]
    if not lines:
        return None
    items = "".join(f"<li>{text_of(escape(line))}</li>" for line in lines)
    note = f"{counted(seen.bad, 'bad line')} in the logs, and tasks that cannot be answered; the first of them."
    return section_of("bad", "Not read", note, f"<ul>{items}</ul>")


def _more(count: int) -> str:
    return f'<p class="note">{count - ROWS:,} more are not shown.</p>' if count > ROWS else ""

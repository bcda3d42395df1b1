"""`ctxload stats`: what agent clients were given of this project, counted from the hook's own records."""

from __future__ import annotations

import os
import sys

from ..authoring.use.data import time_of, to_dict
from ..authoring.use.records import Records, forget, read_records
from ..authoring.use.summary import UseSummary, summary
from ..errors import EXIT_DONE, EXIT_NO, CtxloadError
from ..integrations.without_index import index_or_instead, root_at
from ..output import fail, remark, say
from ..project.opening import with_project
from ..text.escaping import escape
from ..text.render import Paint, wants_colour
from ..text.wording import clipped, counted
from ..workspace.tree import INDEX_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..authoring.use.summary import EntryUse
    from ..project.snapshot import Project
    from ..workspace.locations import Place

#: The moments of a call, as columns have them, and silences, in words.
MOMENTS = {"prompt": "prompts", "subagent": "subagents", "touch": "files", "compacted": "again"}
SILENT = {
    "nothing": "the index selects nothing",
    "given-before": "all of it was given before in the conversation",
    "no-task": "no task: a command, or a notice of the client",
    "late": "the time was up",
    "another-hook": "another hook answered",
    "denied": "the project was denied",
    "not-allowed": "the project was not allowed",
    "not-compiled": "a large index was not compiled yet",
    "directive": "a `Context:` line named what doesn't exist",
    "broken-index": "the index could not be used",
    "fault": "a fault inside ctxload",
    "unread": "the client had gone",
    "other": "something else; `hook/log` in the cache folder has it",
}
#: How many entries that were never given are named, and how wide a name is shown.
NEVER, WIDE = 12, 30
#: How wide a line is.
WIDTH = 80


def main(*, index: str, root: str, forget: bool, all_projects: bool, json: bool, color: str) -> int:
    """Prints the figures, or removes what they are made of; the exit status."""
    try:
        if all_projects:
            return _forget("") if forget else _nothing_alone()
        top = root_at(index, root)
        return _forget(top) if forget else _show(read_records(top), index, root, json=json, color=color)
    except CtxloadError as error:
        return fail(error)


def _nothing_alone() -> int:
    remark(["ctxload: --all goes with --forget: figures are those of one project"])
    return 2


def _forget(root: str) -> int:
    gone = forget(root)
    where = f"of {escape(root)}" if root else "of all projects"
    remark([f"ctxload: the records {where} are removed" if gone else f"ctxload: there are no records {where}"])
    return EXIT_DONE


def _show(records: Records, index: str, root: str, *, json: bool, color: str) -> int:
    try:
        name, entries = _entries_at(index_or_instead(index, root))
    except CtxloadError as error:
        if not records.rows:
            raise
        remark([f"ctxload: which entries were never given cannot be told: {error.concise()}"])
        name, entries = INDEX_NAMES[0], []
    remark(_remarks(records))
    if not records.rows:
        return EXIT_NO
    found = summary(records.rows, entries)
    if json:
        from json import dumps

        say(dumps(to_dict(found, name), indent=2, ensure_ascii=False) + "\n")
    else:
        paint = Paint(wants_colour(color, sys.stdout, dict(os.environ)))
        say("".join(f"{line}\n" for line in in_words(found, name, paint)))
    return EXIT_DONE


def _entries_at(place: Place) -> tuple[str, list[str]]:
    """The name of what serves at a place, and the ids of its entries."""
    name = place.name if os.path.lexists(place.path) else " and ".join(place.sources)

    def ids(project: Project) -> list[str]:
        rows = project.tables.entries
        return [rows[number].id for number in range(len(rows))]

    return name, with_project(place, ids)


def _remarks(records: Records) -> Iterator[str]:
    for why in records.refused:
        yield f"ctxload: {escape(why)}; until then what is recorded there counts for nothing"
    if not (records.rows or records.refused):
        yield "ctxload: nothing is recorded: no prompt of this project has reached a hook, or `stats: false` is set"
    if records.damaged:
        yield f"ctxload: {counted(records.damaged, 'line')} of the records cannot be read and count for nothing"


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def in_words(use: UseSummary, index: str, paint: Paint) -> Iterator[str]:
    """The figures as lines for people."""
    yield paint(
        "bold",
        f"{escape(index)}: {counted(use.answers, 'answer')} and {counted(use.silent, 'silence')} in "
        f"{counted(use.conversations, 'conversation')}",
    )
    yield f"from {time_of(use.first)} to {time_of(use.last)}, about {use.tokens:,} tokens given"
    yield from _entries(use, paint)
    yield from _never(use)
    yield from _silences(use)
    yield from _clients(use, paint)


def _entries(found: UseSummary, paint: Paint) -> Iterator[str]:
    if not found.entries:
        return
    rows = [("entry", "given", *MOMENTS.values(), "tokens", "last")]
    rows += [_cells(one) for one in found.entries]
    yield ""
    yield from _table(rows, paint)


def _cells(one: EntryUse) -> tuple[str, ...]:
    moments = dict(one.moments)
    often = [f"{moments[name]:,}" if name in moments else "" for name in MOMENTS]
    return (_short(one.entry), f"{one.given:,}", *often, f"{one.tokens:,}", time_of(one.last)[:10])


def _never(found: UseSummary) -> Iterator[str]:
    if found.own_never:
        yield ""
        yield f"never given here of your own: {counted(len(found.own_never), 'skill')}"
    if not found.never:
        return
    names = ", ".join(map(_short, found.never[:NEVER]))
    more = f" and {len(found.never) - NEVER} more" if len(found.never) > NEVER else ""
    yield ""
    yield f"never given since {time_of(found.first)[:10]}: {counted(len(found.never), 'entry', 'entries')}"
    yield from _wrapped(names + more)


def _silences(found: UseSummary) -> Iterator[str]:
    if found.silences:
        yield ""
        yield "given nothing"
    for word, count in found.silences:
        yield f"  {count:>6,}  {SILENT.get(word) or escape(word[:WIDE])}"


def _clients(found: UseSummary, paint: Paint) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("client", "answers", "silences", "median ms", "9 of 10 ms", "slowest ms")]
    for one in found.clients:
        took = ["" if ms < 0 else f"{ms:,}" for ms in (one.median, one.slow, one.slowest)]
        rows.append((_short(one.client), f"{one.answers:,}", f"{one.silences:,}", *took))
    yield ""
    yield from _table(rows, paint)


def _table(rows: list[tuple[str, ...]], paint: Paint) -> Iterator[str]:
    """Rows with the first column to the left and the others to the right; the first row is their head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield paint("bold", "  ".join(cells)) if number == 0 else "  ".join(cells)


def _wrapped(text: str) -> Iterator[str]:
    from textwrap import wrap

    return (f"  {line}" for line in wrap(text, WIDTH - 2, break_on_hyphens=False))


def _short(name: str) -> str:
    return clipped(escape(name), WIDE)

"""The tasks of logs, read whole, for commands that judge an index by them: `check`, `suggest` and `report`."""

from __future__ import annotations

from itertools import islice

from ...errors import UsageError
from ...index.model import Case, Text
from ...record import Record
from ...text.escaping import escape
from ...text.wording import counted, first_of, names_of
from .model import BadLine, BadLines, Columns
from .reader import FORMS, read_tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: How many tasks are read: each is answered, and a hundred thousand answers last minutes.
MOST = 100_000
#: How many bad lines are told.
TOLD = 5


class AskedTasks(Record):
    """Tasks as cases without labels; the lines that hold none, how many they are; whether there are more tasks."""

    tasks: tuple[Case, ...] = ()
    bad: tuple[BadLine, ...] = ()
    bad_count: int = 0
    is_cut: bool = False

    def remarks(self) -> Iterator[str]:
        """What there is to say of how they were read."""
        if self.bad_count:
            yield f"ctxload: {counted(self.bad_count, 'bad line')} in the logs"
        told = first_of([escape(str(line)) for line in self.bad], TOLD, "and more")
        yield from (f"  {line}" for line in told)
        if self.is_cut:
            yield f"ctxload: the first {MOST:,} tasks were looked at"


def asked_tasks(paths: Iterable[str], columns: Columns | None = None) -> AskedTasks:
    """The tasks of logs, of folders of them, and of stdin (`-`). Raises UsageError where none can be read."""
    paths = tuple(paths)
    bad = BadLines()
    rows = read_tasks(paths, checked(columns or Columns()), bad)
    tasks = [Case(Text(task.text, task.place), Text(task.agent, task.place)) for task in islice(rows, MOST)]
    if paths and not tasks:
        raise no_task(paths, bad)
    return AskedTasks(tuple(tasks), tuple(bad.first), bad.count, next(rows, None) is not None)


def checked(columns: Columns) -> Columns:
    """The columns, if their format is one that a log may have; else UsageError."""
    if columns.form not in ("", *FORMS):
        raise UsageError(f"--tasks-format {escape(columns.form)}: use {', '.join(FORMS)}")
    return columns


def no_task(paths: Iterable[str], bad: BadLines) -> UsageError:
    """The error for logs that hold no task, with the first line at fault."""
    first = f": {escape(str(bad.first[0]))}" if bad.first else ""
    return UsageError(f"no task can be read in {names_of(map(escape, paths))}{first}")

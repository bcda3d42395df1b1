"""CSV with a header → tasks."""

from __future__ import annotations

import csv

from .model import TASK_NAMES, BadLines, Columns, Task
from .values import NoTask, task_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SEPARATORS = ",;\t|"


def tasks_of_csv(lines: Iterable[bytes], name: str, columns: Columns, bad: BadLines) -> Iterator[Task]:
    """The tasks of a table; its first line names the columns, and tells what separates them.

    >>> bad = BadLines()
    >>> list(tasks_of_csv([b"id;prompt\\n", b'1;"fix; the login"\\n'], "log.csv", Columns(), bad))
    [Task(text='fix; the login', files=(), place='log.csv:2', agent='')]
    """
    texts = (line.decode("utf-8-sig", "replace") for line in lines)
    head = next(texts, "")
    separator = max(_SEPARATORS, key=head.count)
    try:
        names = [_usual(one.strip()) for one in next(csv.reader([head], delimiter=separator), [])]
    except csv.Error as error:
        return bad.add(f"{name}:1", f"the names of the columns cannot be read: {error}")
    if not names:
        return bad.add(name, "the table is empty")
    if lacking := lacking_column(names, columns.task):
        return bad.add(name, lacking)
    rows = csv.reader(texts, delimiter=separator)
    for row in _rows(rows, name, bad):
        place = f"{name}:{rows.line_num + 1}"
        try:
            yield task_of(dict(zip(names, row, strict=False)), columns, place)
        except NoTask as why:
            bad.add(place, str(why))
    return None


def _rows(rows: Iterator[list[str]], name: str, bad: BadLines) -> Iterator[list[str]]:
    """The rows that can be read; others are counted."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            bad.add(f"{name}:{rows.line_num + 1}", f"this row cannot be read: {error}")  # type: ignore[attr-defined]
            continue
        if row:
            yield row


def _usual(name: str) -> str:
    """A name as it is looked for: `Prompt` is `prompt`."""
    low = name.lower()
    return low if low in (*TASK_NAMES, "files", "agent") else name


def lacking_column(names: list[str], wanted: str) -> str:
    """What is wrong with a table that has no column of tasks, or the empty string."""
    if wanted in names if wanted else any(name in names for name in TASK_NAMES):
        return ""
    said = f"no column is called `{wanted}`" if wanted else "no column is called `task` or `prompt`"
    return f"{said}: name one of {', '.join(names[:12])} with --task-column"

"""`read_tasks`: logs as they are → tasks, one after the other, in memory that does not grow with their number.

A log is JSON lines, CSV, Parquet, a transcript of Claude Code or Codex, a text with a task a line, or a file of cases;
which, follows from its name, else from its first sign. A line in which no task can be read is counted, kept by place,
and ends nothing.
"""

from __future__ import annotations

import json
import os

from ...errors import UsageError
from ...text.escaping import escape
from .lines import LINE_LIMIT, PACKED, begin_of, numbered, opened
from .model import BadLines, Columns, Task
from .transcripts import Transcript
from .values import NoTask, task_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from .lines import Heard

JSON_LINES, CSV, PARQUET, TEXT, CASES = "jsonl", "csv", "parquet", "text", "cases"
#: What an option may name.
FORMS = (JSON_LINES, CSV, PARQUET, TEXT)
_ENDINGS = {
    ".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".csv": CSV, ".tsv": CSV, ".parquet": PARQUET, ".pq": PARQUET,
    ".txt": TEXT, ".yml": CASES, ".yaml": CASES,
}  # fmt: skip
#: What is read of a folder: other files in it are none of a log.
_IN_FOLDERS = (JSON_LINES, CSV, PARQUET)


def read_tasks(
    paths: Iterable[str], columns: Columns | None = None, bad: BadLines | None = None, heard: Heard | None = None
) -> Iterator[Task]:
    """The tasks of logs, of folders of them, and of stdin (`-`); lines that hold none go to `bad`. `heard` is told how
    many bytes more were read.

    Raises UsageError at once for a path that doesn't exist or cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(f"{folder}/log.jsonl", "w", encoding="utf-8") as log:
    ...         _ = log.write('{"prompt": "fix the login"}\\nnot JSON\\n')
    ...     bad = BadLines()
    ...     tasks = list(read_tasks([folder], bad=bad))
    >>> tasks[0].text, bad.count, bad.first[0].why
    ('fix the login', 1, "this isn't JSON")
    """
    listed = [*paths]
    for path in listed:
        if path != "-" and not os.access(path, os.R_OK):
            problem = "cannot be read" if os.path.lexists(path) else "doesn't exist"
            raise UsageError(f"`{escape(path)}` {problem}: name a log, a folder of logs, or `-` for stdin")
    return _all_of(listed, columns or Columns(), BadLines() if bad is None else bad, heard)


def _all_of(paths: list[str], columns: Columns, bad: BadLines, heard: Heard | None) -> Iterator[Task]:
    for path in paths:
        for log in logs_in(path):
            if log != path and not os.path.isfile(log):  # one that is named may be a pipe: somebody writes to it
                bad.add(log.replace(os.sep, "/"), "this isn't an ordinary file")
                continue
            yield from tasks_of_log(log, columns, bad, heard)


def logs_in(path: str) -> Iterator[str]:
    """The logs that a path means: itself, or those below a folder, in order; no link is followed."""
    if path == "-" or not os.path.isdir(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if form_by_name(name) in _IN_FOLDERS)


def form_by_name(path: str) -> str:
    """The format that a name says; empty where it says none.

    >>> form_by_name("a/log.JSONL.gz"), form_by_name("log")
    ('jsonl', '')
    """
    return _ENDINGS.get(os.path.splitext(path.lower().removesuffix(PACKED))[1], "")


def tasks_of_log(path: str, columns: Columns, bad: BadLines, heard: Heard | None = None) -> Iterator[Task]:
    """The tasks of one log; one that cannot be opened is counted as a bad line."""
    name = "stdin" if path == "-" else path.replace(os.sep, "/")
    form = columns.form or form_by_name(path)
    try:
        if form == CASES or (not form and path.lower().endswith(".json") and _begin(path)[:1] == b"["):
            yield from _of_cases(path)
            return
        with opened(path, heard) as stream:
            if form == PARQUET or (not form and begin_of(stream, 4) == b"PAR1"):
                from .parquet import tasks_of_parquet

                yield from tasks_of_parquet(stream, name, columns, bad)
            else:
                yield from tasks_of_stream(stream, form, name, columns, bad)
    except (OSError, EOFError) as error:  # a damaged `.gz` ends so
        bad.add(name, f"cannot be read: {getattr(error, 'strerror', None) or error}")


def _begin(path: str) -> bytes:
    """The first signs of a file."""
    with opened(path) as stream:
        return stream.read(4)


def _of_cases(path: str) -> Iterator[Task]:
    """A file of cases, which is read whole."""
    from ..evaluate.casefile import cases_of_files

    for case in cases_of_files([path], labelled=False):
        yield Task(case.task.value, (), case.task.source, case.agent.value)


def tasks_of_stream(stream: BinaryIO, form: str, name: str, columns: Columns, bad: BadLines) -> Iterator[Task]:
    """The tasks in a stream of bytes; without a format its first line tells it."""
    if form == CSV:
        from .tables import tasks_of_csv

        return tasks_of_csv(iter(lambda: stream.readline(LINE_LIMIT), b""), name, columns, bad)
    return tasks_of_lines(numbered(stream), form, name, columns, bad)


def tasks_of_lines(
    lines: Iterable[tuple[int, bytes | None]], form: str, name: str, columns: Columns, bad: BadLines
) -> Iterator[Task]:
    """The tasks in numbered lines, of JSON or of text."""
    transcript = Transcript()
    for number, line in lines:
        place = f"{name}:{number}"
        if line is None:
            bad.add(place, "this line is too long")
            continue
        form = form or (JSON_LINES if line.lstrip()[:1] == b"{" else TEXT)
        try:
            text = line.decode("utf-8")
            found = _of_text(text, place) if form == TEXT else _of_json(text, place, columns, transcript)
        except UnicodeDecodeError:
            bad.add(place, "this isn't UTF-8")
        except NoTask as why:
            bad.add(place, str(why))
        else:
            if found is not None:
                yield found


def _of_text(text: str, place: str) -> Task | None:
    """The task of a line of text; None for one with nothing that is seen."""
    text = text.strip()
    return Task(text, (), place) if text else None


def _of_json(text: str, place: str, columns: Columns, transcript: Transcript) -> Task | None:
    """The task of a line of JSON; None for a line of a transcript that is something else."""
    try:
        row: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise NoTask("this isn't JSON") from None
    if isinstance(row, str) and row.strip():
        return Task(row, (), place)
    if not isinstance(row, dict):
        raise NoTask("this isn't an object")
    if not columns.task and transcript.knows(row):
        prompt = transcript.prompt(row)
        return Task(prompt, (), place) if prompt else None
    return task_of(row, columns, place)

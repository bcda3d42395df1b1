"""Parquet → tasks, by `pyarrow`, which is imported when a log is one."""

from __future__ import annotations

from contextlib import contextmanager

from ...errors import UsageError
from .model import TASK_NAMES, BadLines, Columns, Task
from .tables import lacking_column
from .values import NoTask, task_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

#: How many rows are in memory at a time.
ROWS = 1_024


def tasks_of_parquet(stream: BinaryIO, name: str, columns: Columns, bad: BadLines) -> Iterator[Task]:
    """The tasks of Parquet in a stream, some rows at a time. Raises UsageError without `pyarrow`."""
    try:
        from pyarrow import ArrowException, parquet
    except ModuleNotFoundError:
        raise UsageError(
            f"`{name}` is Parquet, which needs the extra `parquet`: pip install 'ctxload[parquet]'"
        ) from None
    row = 0
    try:
        with _seekable(stream) as source, parquet.ParquetFile(source) as file:
            names = file.schema_arrow.names
            if lacking := lacking_column(names, columns.task.partition(".")[0]):
                return bad.add(name, lacking)
            for batch in file.iter_batches(ROWS, columns=_wanted(names, columns)):
                for values in batch.to_pylist():
                    row += 1
                    yield from _task(values, columns, f"{name}:{row}", bad)
    except (ArrowException, OSError, ValueError) as error:
        bad.add(f"{name}:{row + 1}" if row else name, f"this isn't readable as Parquet: {str(error)[:200]}")
    return None


@contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The same bytes, read from any place: Parquet says at its end what is in it. Of a pipe, and of what is packed, a
    copy in a file that is gone afterwards.
    """
    from gzip import GzipFile
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    if stream.seekable() and not isinstance(stream, GzipFile):
        yield stream
        return
    with TemporaryFile() as copy:
        copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


def _wanted(names: list[str], columns: Columns) -> list[str]:
    """The columns that are read; all others stay on the disk."""
    named = (columns.task, columns.files or "files", columns.agent or "agent")
    firsts = {name.partition(".")[0] for name in named} | {*named} | ({*TASK_NAMES} if not columns.task else set())
    return [name for name in names if name in firsts]


def _task(values: dict[str, Any], columns: Columns, place: str, bad: BadLines) -> Iterator[Task]:
    try:
        yield task_of(values, columns, place)
    except NoTask as why:
        bad.add(place, str(why))

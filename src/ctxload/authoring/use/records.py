"""What the hook recorded of a project: a line of JSON for each answer and each silence, in the person's data folder.

A line that is damaged, or that nobody of ours would write, counts for nothing and is counted. No more is read than the
hook lets such a file become.
"""

from __future__ import annotations

import os
from json import loads

from ...record import Record
from ...workspace.locations import RECORDS, data_folder, is_ours, records_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

#: How much is read of one file, in bytes: twice what the hook lets it become.
READ = 2_000_000


class GivenFile(Record):
    """A document that was given: its path, the entry that called for it, how much of it came, and about how large."""

    path: str
    entry: str
    form: str
    tokens: int


class UseRecord(Record):
    """One call of a client and what it was answered; `silent` is the word for why nothing was given.

    `conversation` and `prompt` are checksums, `took` is in milliseconds and -1 where that is not known. `task` is the
    prompt itself, where the person wants it kept.
    """

    at: int
    client: str
    moment: str
    conversation: str = ""
    prompt: str = ""
    took: int = -1
    files: tuple[GivenFile, ...] = ()
    silent: str = ""
    task: str = ""


class Records(Record):
    """The records of a project, oldest first, how many lines could not be read, and why files are not read."""

    rows: tuple[UseRecord, ...] = ()
    damaged: int = 0
    refused: tuple[str, ...] = ()


def read_records(root: str) -> Records:
    """What was recorded of a project; nothing of a file that is somebody else's."""
    path = records_file(root)
    files = [path + ".1", path] if path else []
    return parse(b"".join(map(_read, files))).replace(refused=tuple(dict.fromkeys(filter(None, map(_why_not, files)))))


def parse(data: bytes) -> Records:
    r"""The records of a text.

    >>> parse(b'{"at": 1, "client": "codex", "moment": "prompt", "silent": "nothing"}\n{"at": 2\n')
    Records(rows=(UseRecord(at=1, client='codex', moment='prompt', conversation='', prompt='', took=-1, files=(), silent='nothing', task=''),), damaged=1, refused=())
    """  # noqa: E501
    lines = [line for line in data.split(b"\n") if line.strip()]
    rows = [row for row in map(_row, lines) if row is not None]
    return Records(tuple(rows), len(lines) - len(rows))


def forget(root: str) -> int:
    """Removes the records of a project, of all projects where none is named; how many files went."""
    folder = os.path.join(data_folder(), RECORDS)
    path = records_file(root) if root else ""
    names = [path, path + ".1"] if root else [os.path.join(folder, name) for name in _names(folder)]
    return sum(map(_is_removed, names))


def _names(folder: str) -> Iterable[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return ()


def _is_removed(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def _read(path: str) -> bytes:
    """What a file holds, if it is the person's own and nobody else may write it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    with open(descriptor, "rb") as file:
        return file.read(READ) if is_ours("", status=os.fstat(descriptor)) else b""


def _why_not(path: str) -> str:
    """Why what is recorded there counts for nothing, or why nothing is; an empty text where all is well."""
    from ...workspace.private_folder import why_not_ours

    folder = os.path.dirname(path)
    if os.path.islink(path):
        return f"{path} is a link, and the hook follows none: remove it"
    places = [place for place in (os.path.dirname(folder), folder, path) if os.path.lexists(place)]
    return next(filter(None, map(why_not_ours, places)), "")


def _row(line: bytes) -> UseRecord | None:
    try:
        data = loads(line)
        return UseRecord(
            _number(data["at"]), _text(data["client"]), _text(data["moment"]), _text(data.get("conversation", "")),
            _text(data.get("prompt", "")), _number(data.get("ms", -1), -1), tuple(map(_file, data.get("files", ()))),
            _text(data.get("silent", "")), _text(data.get("task", "")),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _file(data: dict[str, Any]) -> GivenFile:
    return GivenFile(_text(data["path"]), _text(data["entry"]), _text(data["form"]), _number(data["tokens"]))


def _number(value: Any, least: int = 0) -> int:
    """A number that a record may hold: seconds, milliseconds or tokens."""
    if not least <= int(value) < 1 << 35:
        raise ValueError
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

"""A transcript as turns: what a person asked, and until they asked again which files were opened and what was said.

Reading is bounded: of a session so many turns, of a turn so much text. A line that is damaged, or of a kind that
nobody knows, is passed over.
"""

from __future__ import annotations

import json
import os

from ...record import Record
from .lines import numbered, opened
from .transcripts import Transcript
from .turns import TurnNotes, calls_and_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: How many turns of a session are read, and how long a line may be, in bytes.
TURNS, LINE = 400, 4_000_000


class Turn(Record):
    """A prompt and what followed: the files that were opened and written, with full paths as the transcript has them;
    what the model said and wrote, and what its tools showed it.
    """

    prompt: str
    opened: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    said: str = ""
    seen: str = ""


class Session(Record):
    """A conversation of a client in a folder."""

    client: str = ""
    id: str = ""
    folder: str = ""
    turns: tuple[Turn, ...] = ()


def read_session(path: str) -> Session:
    """The session of a transcript. Raises OSError where it cannot be opened."""
    with opened(path) as stream:
        return session_of(line for _, line in numbered(stream, LINE) if line is not None)


def session_of(lines: Iterable[bytes]) -> Session:
    r"""The session in the lines of a transcript.

    >>> found = session_of([
    ...     b'{"type": "user", "sessionId": "s", "cwd": "/shop", "message": {"content": "fix the api"}}',
    ...     b'{"type": "assistant", "sessionId": "s", "message": {"content": [{"type": "tool_use", "name": "Read",'
    ...     b' "input": {"file_path": "/shop/docs/api.md"}}]}}',
    ... ])
    >>> found.client, found.folder, found.turns[0].prompt, found.turns[0].opened
    ('claude-code', '/shop', 'fix the api', ('/shop/docs/api.md',))
    """
    transcript = Transcript()
    head: dict[str, str] = {}
    done: list[Turn] = []
    notes: TurnNotes | None = None
    for row in _rows(lines):
        if not transcript.knows(row):
            continue
        _note_head(row, head)
        if prompt := transcript.prompt(row):
            if len(done) >= TURNS:
                break
            done += _done(notes)
            notes = TurnNotes(prompt, head.get("now", ""))
        elif notes is not None:
            notes.folder = head.get("now", notes.folder)
            for kind, name, value in calls_and_texts(row):
                notes.add(kind, name, value)
    done += _done(notes)
    return Session(head.get("client", ""), head.get("id", ""), head.get("folder", ""), tuple(done))


def folder_in(head: bytes) -> str:
    """The folder that the beginning of a transcript names first; empty where it names none."""
    found: dict[str, str] = {}
    for row in _rows(head.split(b"\n")):
        _note_head(row, found)
        if "folder" in found:
            return found["folder"]
    return ""


def _done(notes: TurnNotes | None) -> list[Turn]:
    if notes is None:
        return []
    return [Turn(notes.prompt, (*notes.opened,), (*notes.written,), notes.said.text, notes.seen.text)]


def _rows(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            yield row


def _note_head(row: dict[str, Any], head: dict[str, str]) -> None:
    """Keeps which client's session it is, and in which folder it works."""
    payload = row.get("payload")
    codex = isinstance(payload, dict)
    body = payload if isinstance(payload, dict) else row
    head.setdefault("client", "codex" if codex else "claude-code")
    name = body.get("id") if row.get("type") == "session_meta" else row.get("sessionId")
    if isinstance(name, str):
        head.setdefault("id", name)
    folder = body.get("cwd")
    if isinstance(folder, str) and os.path.isabs(folder):
        head.setdefault("folder", folder)
        head["now"] = folder

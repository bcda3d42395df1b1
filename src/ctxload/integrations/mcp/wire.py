"""The lines of one client of MCP: what is asked, read and checked; what is answered, written; what has no answer yet.

The SDK's own streams drop, unanswered, whatever they cannot read, and end what is being worked on when the input ends.
Here each request has an answer: a line that isn't a message is answered with an error, and at the end of input what is
under way is waited for.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

import anyio
import mcp_types as mcp
from anyio.to_thread import run_sync
from mcp.shared.message import SessionMessage

from ...errors import EXIT_DONE
from ...record import Record
from ..rpc.session import INVALID_REQUEST, PARSE_ERROR
from ..rpc.wire import FRAME_LIMIT

#: What Python reads of a number: the digits beyond are of no use to anybody.
_DIGITS = 18
#: A half of a character, perhaps, which JSON can write and UTF-8 cannot.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
#: What stays open as long as the client listens.
LISTENS = "subscriptions/listen"


class Wrong(Record):
    """The error that answers a line: the id of the request, as far as it has one."""

    code: int
    message: str
    id: Any = None

    def line(self) -> str:
        """The answer."""
        error = {"code": self.code, "message": self.message}
        return json.dumps({"jsonrpc": "2.0", "id": self.id, "error": error})


def message_in(line: bytes) -> Any:
    """The message in a line as the SDK wants it, None where nothing is due, or what is wrong with it.

    >>> message_in(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}').message.method
    'ping'
    >>> message_in(b"nope"), message_in(b'{"jsonrpc": "2.0", "id": 7, "method": 5}').id
    (Wrong(code=-32700, message='not a line of JSON', id=None), 7)
    """
    try:
        data = data_in(line)
    except (ValueError, RecursionError):
        return Wrong(PARSE_ERROR, "not a line of JSON")
    if not isinstance(data, dict):
        what = "MCP has no batches: send one message a line" if isinstance(data, list) else "a message is an object"
        return Wrong(INVALID_REQUEST, what)
    try:
        message = mcp.jsonrpc_message_adapter.validate_python(data, by_name=False)
    except (ValueError, RecursionError):
        return _about(data)
    if "id" in data and isinstance(message, mcp.JSONRPCNotification):  # its id is none
        return _about(data)
    return SessionMessage(message)


def data_in(line: bytes) -> Any:
    r"""The JSON of a line. A half of a character is a question mark, a very long number a shorter one.

    >>> data_in(b'{"task": "\\ud800 \\ud83c\\udf89"}')
    {'task': '? 🎉'}
    """
    text = line.decode("utf-8", "replace")
    data = json.loads(text, parse_int=lambda digits: int(digits[:_DIGITS]))
    if not _HALF.search(text):
        return data
    return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


def _about(data: dict[str, Any]) -> Wrong | None:
    """What is wrong with an object that isn't a message; nothing of a reply, which nobody answers."""
    if "method" not in data and ("result" in data or "error" in data):
        return None
    found = data.get("id")
    known = found if isinstance(found, str | int | float) and not isinstance(found, bool) else None
    return Wrong(INVALID_REQUEST, 'not a request: write {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}', known)


def line_of(message: Any) -> str:
    r"""A message as a line, whatever is in its texts.

    >>> line_of(mcp.JSONRPCResponse(jsonrpc="2.0", id=1, result={"path": "caf\udce9"}))
    '{"jsonrpc": "2.0", "id": 1, "result": {"path": "caf?"}}'
    """
    try:
        return str(message.model_dump_json(by_alias=True, exclude_unset=True))
    except ValueError:  # a half of a character, as in a file's name that isn't UTF-8
        data = message.model_dump(by_alias=True, exclude_unset=True)
        return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode()


class Wire:
    """The lines of one client. `at_end` is called when the input has ended, before what is under way is waited for."""

    def __init__(self, reads: BinaryIO, writes: BinaryIO, at_end: Callable[[], object] = lambda: None) -> None:
        self._reads, self._writes, self._at_end = reads, writes, at_end
        self._open: Counter[str] = Counter()
        self._answered = anyio.Event()
        self._turn = anyio.Lock()

    async def read(self, asked: Any) -> None:
        """Gives the server what is asked, until the end of input and the last answer."""
        async with asked:
            while line := await self._line():
                await self._take(line, asked)
            self._at_end()
            while self._open:
                self._answered = anyio.Event()
                await self._answered.wait()

    async def write(self, answers: Any) -> None:
        """Writes what the server answers."""
        async with answers:
            async for one in answers:
                await self._send(line_of(one.message))
                if isinstance(one.message, mcp.JSONRPCResponse | mcp.JSONRPCError):
                    self._close(one.message.id)

    async def _line(self) -> bytes:
        """The next line; of one that is too long the beginning, none of the rest."""
        line = bytes(await run_sync(self._reads.readline, FRAME_LIMIT, abandon_on_cancel=True))
        rest = line
        while len(rest) == FRAME_LIMIT and not rest.endswith(b"\n"):
            rest = bytes(await run_sync(self._reads.readline, FRAME_LIMIT, abandon_on_cancel=True))
        return line

    async def _take(self, line: bytes, asked: Any) -> None:
        if not line.strip():
            return
        found = message_in(line)
        if isinstance(found, Wrong):
            await self._send(found.line())
        elif found is not None:
            self._note(found.message)
            await asked.send(found)

    def _note(self, message: Any) -> None:
        """Remembers a request until it is answered; what the client cancels is not."""
        if isinstance(message, mcp.JSONRPCRequest) and message.method != LISTENS:
            self._open[repr(message.id)] += 1
        elif isinstance(message, mcp.JSONRPCNotification) and message.method == "notifications/cancelled":
            self._close((message.params or {}).get("requestId"))

    def _close(self, number: Any) -> None:
        name = repr(number)
        self._open[name] -= 1
        if self._open[name] <= 0:
            del self._open[name]
        self._answered.set()

    async def _send(self, line: str) -> None:
        async with self._turn:
            try:
                await run_sync(partial(self._put, line.encode("utf-8") + b"\n"))
            except OSError:  # nobody reads the answers any more: there is nobody to serve
                os._exit(EXIT_DONE)

    def _put(self, frame: bytes) -> None:
        self._writes.write(frame)
        self._writes.flush()

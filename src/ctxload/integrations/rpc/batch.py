"""Lines of a batch answered block by block, in whatever process; what comes of a block is its answers and a summary."""

from __future__ import annotations

import json

from ...fleet.blocks import LINE_LIMIT, Block, packed, unpacked
from ...fleet.summary import Summary, Tally
from ...fleet.thawing import thaw
from .requests import KEYS, NO_DEFAULTS, Defaults, answer_object, error_reply
from .wire import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...fleet.frozen_loader import FrozenLoader
    from ...loader import ContextLoader

TOO_LONG = f"a line is longer than {LINE_LIMIT:,} bytes"
#: How many bytes of a line that isn't JSON stand for it.
SHOWN = 200


class BadLine(Exception):
    """A line that holds no task, with the reason."""


def job_of(frozen: bytes, defaults: Defaults = NO_DEFAULTS, *, answers: bool = True) -> bytes:
    """The job that `open_batch` opens; without `answers` there is a summary alone."""
    return packed({"defaults": [*defaults], "answers": answers}, frozen)


def basis_of_job(job: bytes) -> str:
    """What the answers of a job rest on: see `fleet.basis`."""
    from ...fleet.basis import basis_of  # only a run that may go on asks

    head, frozen = unpacked(job)
    return basis_of(head, [frozen])


def open_batch(job: bytes) -> Callable[[bytes], bytes]:
    """What answers blocks of lines."""
    head, frozen = unpacked(job)
    agent, context, match, *lists, folder = head["defaults"]
    tags, files, without = map(tuple, lists)
    context = None if context is None else tuple(context)
    defaults = Defaults(agent, context, match, tags, files, without, folder)
    return Batch(thaw(frozen), defaults, head["answers"]).answer


class Batch:
    """A frozen loader that is asked for lines."""

    def __init__(self, loader: FrozenLoader, defaults: Defaults, answers: bool) -> None:
        self._loader, self._defaults, self._answers = loader, defaults, answers

    def answer(self, data: bytes) -> bytes:
        """What comes of a block of lines."""
        block, tally, replies = Block.unpack(data), Tally(), []
        for number, line in block.lines():
            if line.strip():
                reply = self._reply(line, block.source, number, tally)
                if self._answers:
                    replies.append(reply_line(reply))
        return result_of(tally.summary(), "".join(replies))

    def _reply(self, line: bytes, source: str, number: int, tally: Tally) -> dict[str, Any]:
        try:
            data = object_in(line)
        except BadLine as bad:
            tally.bad(line[:SHOWN].decode("utf-8", "replace"), source, number, str(bad))
            return error_reply(None, str(bad))
        reply = answer_object(lambda: self._loader, data, self._defaults)
        asked = json.dumps([data.get(key) for key in KEYS[1:]])
        if "error" in reply:
            tally.bad(asked, source, number, reply["error"]["message"])
        else:
            codes = tuple([finding["code"] for finding in reply.get("diagnostics", ())])
            files = tuple(reply["files"])
            tally.answer(asked, files, reply["layer"], self._size(files), codes)
        return reply

    def _size(self, files: tuple[str, ...]) -> int:
        status = self._loader.tree.status
        return sum([status(path).size for path in files])


def object_in(line: bytes) -> dict[str, Any]:
    """The object in a line; BadLine where there is none."""
    if len(line) > LINE_LIMIT:
        raise BadLine(TOO_LONG)
    try:
        data = decode(line.rstrip(b"\r\n"))
    except ValueError as error:
        raise BadLine(f"not a line of JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadLine('a line must be an object such as {"id": 1, "task": "fix the login"}')
    return data


def answer_line(loader: ContextLoader, line: bytes, defaults: Defaults) -> dict[str, Any]:
    """The answer to one line by itself."""
    try:
        return answer_object(lambda: loader, object_in(line), defaults)
    except BadLine as bad:
        return error_reply(None, str(bad))


def reply_line(reply: dict[str, Any]) -> str:
    """An answer as it is printed."""
    return json.dumps(reply, separators=(", ", ": ")) + "\n"


def result_of(summary: Summary, answers: str) -> bytes:
    """What came of a block, as it travels."""
    data = summary.to_bytes()
    return packed({"summary": len(data)}, data + answers.encode("ascii"))


def result_in(data: bytes) -> tuple[Summary, bytes]:
    """The summary of a block, and its answers."""
    head, rest = unpacked(data)
    return Summary.from_bytes(rest[: head["summary"]]), rest[head["summary"] :]

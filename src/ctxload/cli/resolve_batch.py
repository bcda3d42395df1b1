"""`ctxload resolve --batch`: JSON lines in, JSON lines out, one answer a line, in order.

A line is `{"id", "task", "agent"?, "context"?, "match"?, "tags"?, "files"?, "without"?}`; the answer
`{"id", "files", "layer"}`,
with `diagnostics` where there are any, or `{"id" or null, "error"}`. Blank lines are skipped; a bad line is answered
and the stream goes on. Other keys are the sender's own, except slips of these.
"""

from __future__ import annotations

import json
import sys

from ..errors import EXIT_DONE, CtxloadError, UsageError
from ..integrations.rpc.requests import Defaults, answer_object, error_reply
from ..integrations.rpc.wire import FRAME_LIMIT, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..loader import ContextLoader

LINE_LIMIT = FRAME_LIMIT


def run(
    *, words: tuple[str, ...] = (), index: str = "", root: str = "", sources: tuple[str, ...] = (),
    files: tuple[str, ...] = (), changed: bool = False, agent: str = "", context: tuple[str, ...] | None = None,
    match: str = "", tags: tuple[str, ...] = (), without: tuple[str, ...] = (), **_: Any,
) -> int:  # fmt: skip
    """Answers every line of stdin; the options hold where a line says nothing else. The exit status."""
    from ..index.keys import check_match
    from ..loader import ContextLoader
    from ..output import fail, say

    try:
        if words:
            raise UsageError("--batch reads its tasks from stdin: remove the one in the arguments")
        if sys.stdin is None:
            raise UsageError("stdin is closed: --batch reads its tasks from it")
        check_match(match)
        loader = ContextLoader(root or None, index or None, sources=sources)
        defaults = Defaults(agent, context, match, tags, at_hand(loader.root, files, changed), without)
    except CtxloadError as error:
        return fail(error)
    source = sys.stdin.buffer
    while line := source.readline(LINE_LIMIT + 1):
        if not line.strip():
            continue
        if len(line) > LINE_LIMIT:
            while line and not line.endswith(b"\n"):
                line = source.readline(LINE_LIMIT)
            reply = error_reply(None, f"a line is longer than {LINE_LIMIT:,} bytes")
        else:
            reply = answer_line(loader, line, defaults)
        say(json.dumps(reply, separators=(", ", ": ")) + "\n")
    return EXIT_DONE


def at_hand(root: str, files: tuple[str, ...], changed: bool) -> tuple[str, ...]:
    """The files at hand for every line that names none."""
    if not (files or changed):
        return ()
    from ..workspace.changed_files import given

    return given(root, files, changed)


def answer_line(loader: ContextLoader, line: bytes, defaults: Defaults) -> dict[str, Any]:
    """The answer to one line."""
    try:
        data = decode(line)
    except ValueError as error:
        return error_reply(None, f"not a line of JSON: {error}")
    if not isinstance(data, dict):
        return error_reply(None, 'a line must be an object such as {"id": 1, "task": "fix the login"}')
    return answer_object(lambda: loader, data, defaults)

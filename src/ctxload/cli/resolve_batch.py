"""`ctxload resolve --batch`: JSON lines in, JSON lines out, one answer a line, in order.

A line is `{"id", "task", "agent"?, "context"?, "match"?, "tags"?, "files"?, "without"?}`; the answer
`{"id", "files", "layer"}`,
with `diagnostics` where there are any, or `{"id" or null, "error"}`. Blank lines are skipped; a bad line is answered
and the stream goes on. Other keys are the sender's own, except slips of these.
"""

from __future__ import annotations

import sys

from ..errors import EXIT_DONE, CtxloadError, UsageError
from ..fleet.blocks import LINE_LIMIT
from ..integrations.rpc.batch import TOO_LONG, answer_line, reply_line
from ..integrations.rpc.requests import Defaults, error_reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from ..loader import ContextLoader


def run(
    *, words: tuple[str, ...] = (), index: str = "", root: str = "", sources: tuple[str, ...] = (),
    files: tuple[str, ...] = (), changed: bool = False, agent: str = "", context: tuple[str, ...] | None = None,
    match: str = "", tags: tuple[str, ...] = (), without: tuple[str, ...] = (), json: bool = False,
    workers: int | None = None, scheduler: str = "", resume: str = "", summary: bool = False, nul: bool = False,
    **_: Any,
) -> int:  # fmt: skip
    """Answers every line of stdin; the options hold where a line says nothing else. The exit status."""
    from ..index.keys import check_match
    from ..loader import ContextLoader
    from ..output import fail
    from ..workspace.changed_files import working_folder
    from .resolve_batch_fleet import Fleet, for_input, run_fleet

    try:
        if words:
            raise UsageError("--batch reads its tasks from stdin: remove the one in the arguments")
        if json and not summary:
            raise UsageError(
                "--json is for --summary in a batch, where each answer is a JSON line as it is: leave it out"
            )
        if nul:
            raise UsageError("-0 is for paths, and each answer of a batch is a JSON line: leave it out")
        if sys.stdin is None:
            raise UsageError("stdin is closed: --batch reads its tasks from it")
        check_match(match)
        loader = ContextLoader(root or None, index or None, sources=sources)
        files = at_hand(loader.root, files, changed)
        defaults = Defaults(agent, context, match, tags, files, without, working_folder(loader.root))
        source = sys.stdin.buffer
        fleet = for_input(Fleet(workers, scheduler, resume, summary, json), source)
        if fleet is not None:
            return run_fleet(loader, defaults, fleet, source)
    except CtxloadError as error:
        return fail(error)
    return line_by_line(loader, defaults, source)


def line_by_line(loader: ContextLoader, defaults: Defaults, source: BinaryIO) -> int:
    """Answers each line as soon as it comes, from the index as it is then; the exit status."""
    from ..output import say

    while line := source.readline(LINE_LIMIT + 1):
        if not line.strip():
            continue
        if len(line) > LINE_LIMIT:
            while line and not line.endswith(b"\n"):
                line = source.readline(LINE_LIMIT)
            reply = error_reply(None, TOO_LONG)
        else:
            reply = answer_line(loader, line, defaults)
        say(reply_line(reply))
    return EXIT_DONE


def at_hand(root: str, files: tuple[str, ...], changed: bool) -> tuple[str, ...]:
    """The files at hand for every line that names none."""
    if not (files or changed):
        return ()
    from ..workspace.changed_files import given

    return given(root, files, changed)

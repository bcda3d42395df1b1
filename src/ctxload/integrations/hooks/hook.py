"""`ctxload hook`: an agent client's call on stdin → what it adds to the prompt on stdout, or nothing.

A prompt must go through, so the exit status is 0 whatever happens, stdout is empty on any trouble, and the reason goes
to stderr and to a log; `turn` sees to it that all of it ends in time. It starts as quickly as `resolve`: of what is
slow to import only `json` is. `entry` comes before it.
"""

from __future__ import annotations

import os
import sys

from ...errors import EXIT_DONE, CtxloadError, ExplicitContextError, ForeignIndexError, NoIndexError, UsageError
from ...record import Record
from ..clients.client import FORGET, OTHER, PROMPT, SUBAGENT, TOUCH, is_task
from ..clients.registry import CLIENTS, read_call
from .turn import NotYet, Silence, Turn, note_silence, tell, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...workspace.locations import Place
    from ..clients.client import Call

#: As many digits of a number of characters are read: a longer one is more than any client takes, too.
DIGITS = 18


class HookOptions(Record):
    """What the command line and the environment say."""

    client: str = ""
    max_chars: int = 0
    trust: bool = False
    sources: tuple[str, ...] = ()


def reply(arguments: list[str], payload: dict[str, Any] | Silence, turn: Turn) -> int:
    """Answers one call of a client, or says why it could not be read; the exit status, which is always 0."""
    reason = ""
    try:
        options = options_of(arguments)
        if isinstance(payload, Silence):
            raise payload
        respond(options, payload, turn)
    except Silence as silence:
        reason = str(silence)
    except CtxloadError as error:
        reason = error.concise()
    except (Exception, KeyboardInterrupt) as fault:
        reason = _fault(fault)
    if reason:
        tell(reason)
    if reason or turn.silent:
        note_silence(turn, reason or turn.silent)
    turn.take()
    return EXIT_DONE


def options_of(arguments: list[str]) -> HookOptions:
    """The options `--client NAME`, `--max-chars N` (else `CTXLOAD_MAX_CHARS`), `--source FORMAT` and `--trust`."""
    sources: list[str] = []
    found = {"--client": "", "--max-chars": os.environ.get("CTXLOAD_MAX_CHARS", "")}
    waiting = [word for word in arguments if word != "--trust"]
    while waiting:
        word, equals, value = waiting.pop(0).partition("=")
        if word == "--source" and (equals or waiting):
            sources.append(value if equals else waiting.pop(0))
            continue
        if word not in found or not (equals or waiting):
            takes = "--client NAME, --max-chars N, --source FORMAT and --trust"
            raise UsageError(f"hook does not understand `{word}`: it takes {takes}")
        found[word] = value if equals else waiting.pop(0)
    client, chars = found["--client"], found["--max-chars"]
    if client and client not in CLIENTS:
        raise UsageError(f"hook does not know the client `{client}`: it knows {', '.join(CLIENTS)}")
    digits = chars.lstrip("0") if chars.isascii() and chars.isdecimal() else ""
    if chars and not digits:
        raise UsageError(f"`{chars[:40]}` isn't a number of characters: set --max-chars or CTXLOAD_MAX_CHARS to one")
    if sources:
        from ...formats import check_sources

        check_sources(tuple(sources))
    return HookOptions(client, int(digits[:DIGITS] or 0), "--trust" in arguments, tuple(sources))


def respond(options: HookOptions, payload: dict[str, Any], turn: Turn) -> bytes:
    """What a call is answered, handed over before anything is noted of it; empty where there is nothing to add."""
    call = read_call(payload, options.client)
    turn.client = call.client.name
    if call.kind == OTHER:
        return b""
    if call.kind == TOUCH:
        from .quiet_writer import QuietCall
        from .touch import touch

        quiet = QuietCall(payload, turn.arguments, _folder(call))
        return touch(call, options.max_chars, options.trust, quiet, turn, options.sources)
    from ...workspace.trust import find
    from .journal import Notes

    if call.kind in (PROMPT, SUBAGENT) and not is_task(call.prompt):
        from .remarks import pass_over

        return pass_over(call, _folder, turn)
    folder = _folder(call)
    try:
        place = find(folder, options.sources)
    except ForeignIndexError as error:
        from .remarks import tell_once

        turn.call, turn.root = call, getattr(error.place, "root", "")
        return tell_once(str(error), "foreign", call, turn)
    except NoIndexError as missing:
        from ..without_index import allowed_instead

        if (served := allowed_instead(missing, folder, call.client.name)) is None:
            raise
        place = served
    turn.call, turn.root, turn.notes = call, place.root, Notes(call.conversation)
    notes = turn.notes
    if (refused := refusal(options, call, place, folder, turn)) is not None:
        return refused
    if call.kind == FORGET:
        from .remarks import forget

        forget(call, place, notes)
        return b""
    from ...project.opening import with_project
    from .answer import compiled, give

    try:
        return with_project(
            place,
            lambda project: give(project, call, options.max_chars, notes, turn),
            build=lambda place: compiled(place, turn),
        )
    except NotYet as why:
        from .remarks import tell_once

        return tell_once(str(why), "not yet", call, turn)
    except ExplicitContextError as error:
        from .remarks import remark_on, wrong_directive

        turn.why = "directive"
        return remark_on(wrong_directive(error), call, notes, turn)
    finally:
        if turn.afterwards is not None:
            turn.afterwards()


def _folder(call: Call) -> str:
    if call.folder and os.path.isdir(call.folder):
        return call.folder
    if call.folder:
        raise Silence(f"the client's folder {call.folder} doesn't exist")
    return ""


def refusal(options: HookOptions, call: Call, place: Place, folder: str, turn: Turn) -> bytes | None:
    """What was printed where the person has not allowed the project; None where they have.

    Then, and not before, anything of it is read. Raises Silence where there is nothing to print.
    """
    from ...workspace.trust import DENIED, why_not

    why = why_not(place, folder or os.getcwd())
    if not why or (options.trust and why != DENIED):
        return None
    from .remarks import tell_refusal

    return tell_refusal(place, folder or os.getcwd(), why, call, turn)


def _fault(fault: BaseException) -> str:
    if os.environ.get("CTXLOAD_DEBUG"):
        import traceback

        write(sys.stderr, "".join(traceback.format_exception(fault)).encode("utf-8", "backslashreplace"))
    return f"a fault inside ctxload: {type(fault).__name__}: {fault}"

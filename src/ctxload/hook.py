"""`ctxload hook`: an agent client's call on stdin → what it adds to the prompt on stdout, or nothing.

A prompt must go through, so the exit status is 0 whatever happens, stdout is empty on any trouble, and the reason goes
to stderr and to a log. All of it ends after `SECONDS`, by a thread of its own that no slow file system holds up. It
starts as quickly as `resolve`: of what is slow to import only `json` is.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, start_new_thread

from .clients import CLIENTS, COMPACTED, FORGET, OTHER, SUBAGENT, answer_to, is_task, length, limit_of, read_call
from .errors import EXIT_DONE, CtxloadError, ExplicitContextError, UsageError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .clients import Call
    from .discover import Place
    from .journal import Conversation
    from .resolution import Resolution
    from .snapshot import Project

#: How long an answer may take; every client waits longer.
SECONDS = 2.0
#: How long the log may take when the time is up.
_LAST_WORDS = 0.2
#: The most that is read of a call, in bytes.
CALL_LIMIT = 16_000_000
#: An index without a compiled one is compiled here up to this size, in bytes; a larger one in a process of its own.
COMPILE_SIZE = 500_000


class Silence(Exception):
    """Why nothing is given; the prompt goes through unchanged."""


class Settings(Record):
    """What the command line and the environment say."""

    client: str = ""
    max_chars: int = 0


class Turn:
    """One call being answered: who speaks, the answer or the time limit, and what is known if it is the latter."""

    def __init__(self) -> None:
        self.speaks = allocate_lock()
        self.client = ""
        self.compiling: Place | None = None


def reply(arguments: list[str]) -> int:
    """Answers one call of a client; the exit status, which is always 0."""
    if os.environ.get("CTXLOAD_DISABLE", "0") not in ("", "0"):
        return EXIT_DONE
    turn, out, reason = Turn(), b"", ""
    start_new_thread(_end_in_time, (turn,))
    try:
        out = respond(settings_of(arguments), _read_call(), turn)
    except Silence as silence:
        reason = str(silence)
    except CtxloadError as error:
        reason = error.diagnostics[0].concise() if error.diagnostics else str(error)
    except (Exception, KeyboardInterrupt) as fault:
        reason = _fault(fault)
    if reason:
        _say(reason)
        _log(turn.client, reason)
    if not turn.speaks.acquire(False):
        turn.speaks.acquire()  # the time is up, and the other thread ends the process
    if out:
        _write(1, out)
    return EXIT_DONE


def settings_of(arguments: list[str]) -> Settings:
    """The options `--client NAME` and `--max-chars N`, else `CTXLOAD_MAX_CHARS`."""
    found = {"--client": "", "--max-chars": os.environ.get("CTXLOAD_MAX_CHARS", "")}
    waiting = list(arguments)
    while waiting:
        word, equals, value = waiting.pop(0).partition("=")
        if word not in found or not (equals or waiting):
            raise UsageError(f"hook does not understand `{word}`: it takes --client NAME and --max-chars N")
        found[word] = value if equals else waiting.pop(0)
    client, chars = found["--client"], found["--max-chars"]
    if client and client not in CLIENTS:
        raise UsageError(f"hook does not know the client `{client}`: it knows {', '.join(CLIENTS)}")
    if chars and not (chars.isascii() and chars.isdecimal() and int(chars) > 0):
        raise UsageError(f"`{chars}` is no number of characters: set --max-chars or CTXLOAD_MAX_CHARS to one")
    return Settings(client, int(chars or 0))


def _read_call() -> dict[str, Any]:
    """The JSON object on stdin."""
    import json

    if sys.stdin is None:
        raise Silence("stdin is closed: an agent client writes its call there")
    if sys.stdin.isatty():
        raise Silence("hook is called by an agent client, with JSON on stdin; `ctxload install CLIENT` sets it up")
    data = sys.stdin.buffer.read(CALL_LIMIT + 1)
    if len(data) > CALL_LIMIT:
        raise Silence(f"the call is longer than {CALL_LIMIT:,} bytes")
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        raise Silence("what is on stdin is no JSON") from None
    if not isinstance(payload, dict):
        raise Silence("what is on stdin is no JSON object")
    return payload


def respond(settings: Settings, payload: dict[str, Any], turn: Turn) -> bytes:
    """What is printed for a call; empty where there is nothing to add."""
    call = read_call(payload, settings.client)
    turn.client = call.client.name
    if call.kind == OTHER:
        return b""
    from .journal import Conversation

    conversation = Conversation("" if call.kind == SUBAGENT else call.conversation)
    if call.kind == FORGET:
        conversation.forget()
        return b""
    if call.kind != COMPACTED and not is_task(call.prompt):
        return b""
    given = give(call, conversation, settings.max_chars, turn)
    if not given.text or not Conversation(call.conversation).claims(f"{call.kind}\0{call.prompt}"):
        return b""
    import json

    out = json.dumps(answer_to(call, given.text)).encode("ascii")
    if call.kind == COMPACTED:
        conversation.forget()
    conversation.add(given.marks)
    _log(call.client.name, given.about, "given")
    return out


# ── what is given ────────────────────────────────────────────────────────────────────────────────────────


class Given(Record):
    """What a call gets: the text, the marks of the files in it, and a line for the log."""

    text: str
    marks: tuple[tuple[str, str], ...] = ()
    about: str = ""


def give(call: Call, conversation: Conversation, wanted: int, turn: Turn) -> Given:
    """The text for a call: the content its task calls for, or one line about a mistyped directive."""
    from .content import content
    from .discover import discover

    place = discover(start=_folder(call))
    before = conversation.given()

    def in_project(project: Project) -> Given:
        resolution = again(project, before) if call.kind == COMPACTED else choose(project, call)
        limit, unit = limit_of(call.client, wanted)
        found = content(resolution, project.tree, limit, unit, {} if call.kind == COMPACTED else before)
        about = (
            f"{len(found.marks)} of {len(resolution.files)} files, {length(found.text, unit):,} {unit}, {place.root}"
        )
        return Given(found.text, found.marks, about)

    try:
        return with_project(place, in_project, turn)
    except ExplicitContextError as error:
        return Given(wrong_directive(error), (), "a remark on a mistyped directive")


def wrong_directive(error: ExplicitContextError) -> str:
    """One line for the model: what was not found, and what was probably meant."""
    from .diagnostics import escape

    said = [
        escape(f"{finding.message} ({finding.hint})" if finding.hint else finding.message)
        for finding in error.diagnostics
    ]
    more = f"; and {len(said) - 3} more" if len(said) > 3 else ""
    return "ctxload: " + "; ".join(said[:3]) + more


def _folder(call: Call) -> str:
    if call.folder and os.path.isdir(call.folder):
        return call.folder
    if call.folder:
        raise Silence(f"the client's folder {call.folder} is not there")
    return ""


def with_project(place: Place, use: Callable[[Project], Given], turn: Turn) -> Given:
    """What `use` makes of a project: of the compiled one, or of one compiled now where that does not serve."""
    from .snapshot import DamagedSnapshot, load

    project = load(place)
    if project is not None:
        try:
            found = use(project)
        except DamagedSnapshot:
            pass
        else:
            if getattr(project.tree, "outdated", False):
                from .storing import renew

                renew(place)
            return found
    return use(compiled(place, turn))


def compiled(place: Place, turn: Turn) -> Project:
    """A project that is not compiled yet, or not as it is now; a large one is left to another process."""
    from .project import build

    if os.stat(place.path).st_size > COMPILE_SIZE:
        compile_in_background(place)
        raise Silence(f"{place.name} is large and not compiled: it is compiled now, for the next prompt")
    turn.compiling = place
    project = build(place)
    turn.compiling = None
    return project


def compile_in_background(place: Place) -> None:
    """Starts `ctxload compile` for an index."""
    from .programs import leave_running

    leave_running([sys.executable, "-m", "ctxload", "compile", "--index", place.path, "--root", place.root])


def choose(project: Project, call: Call) -> Resolution:
    """What a task calls for, by the defaults of the hook: `focused`, and a fallback only where the index sets it."""
    from .resolution import Request
    from .resolver import resolve

    agent = call.agent.rsplit(":", 1)[-1]
    match = "" if project.tables.meta.match else "focused"
    request = Request(call.prompt, agent, None, match, (), False)
    return resolve(project.tables, project.tree, request, project.diagnostics)


def again(project: Project, given: dict[str, str]) -> Resolution:
    """What a conversation was given, for the conversation that was compacted since."""
    from .resolution import KEYWORD_LAYER, Reason, Resolution, SelectedFile

    reason = Reason(KEYWORD_LAYER, "given", "this conversation, before it was compacted")
    found = [status for status in map(project.tree.status, given) if status.kind == "file"]
    files = tuple(SelectedFile(status.path, KEYWORD_LAYER, 0, (reason,), status.size) for status in found)
    return Resolution("", "", "", KEYWORD_LAYER, files)


# ── speaking, and ending ─────────────────────────────────────────────────────────────────────────────────


def _end_in_time(turn: Turn) -> None:
    """Ends the process when the time is up, unless the answer is being written."""
    alarm = allocate_lock()
    alarm.acquire()
    alarm.acquire(True, SECONDS)  # nobody releases it
    if not turn.speaks.acquire(False):
        return
    logged = allocate_lock()
    logged.acquire()
    start_new_thread(_last_words, (turn, logged))
    logged.acquire(True, _LAST_WORDS)
    os._exit(EXIT_DONE)


def _last_words(turn: Turn, logged: Any) -> None:
    """What is done when the time is up, as far as the disk allows it."""
    reason = f"no answer within {SECONDS:g} s: the prompt goes through without context"
    _say(reason)
    if turn.compiling is not None:
        compile_in_background(turn.compiling)
    _log(turn.client, reason)
    logged.release()


def _log(client: str, detail: str, outcome: str = "silent") -> None:
    from .journal import note

    note(client, outcome, detail)


def _say(reason: str) -> None:
    from .diagnostics import escape

    _write(2, f"ctxload: {escape(reason)}\n".encode("utf-8", "backslashreplace"))


def _write(descriptor: int, data: bytes) -> None:
    """Writes all of it, or as much as the client takes."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass


def _fault(fault: BaseException) -> str:
    if os.environ.get("CTXLOAD_DEBUG"):
        import traceback

        _write(2, "".join(traceback.format_exception(fault)).encode("utf-8", "backslashreplace"))
    return f"a fault inside ctxload: {type(fault).__name__}: {fault}"

"""`ctxload hook`: an agent client's call on stdin → what it adds to the prompt on stdout, or nothing.

A prompt must go through, so the exit status is 0 whatever happens, stdout is empty on any trouble, and the reason goes
to stderr and to a log. All of it ends after `SECONDS`: by a thread of its own, which no slow file system holds up; by a
signal, where what runs lets no other thread run but looks for signals, as `re` does; and `GRACE` later by a watch that
needs nothing of the interpreter, with exit status 1, which every client takes as "go on". It starts as quickly as
`resolve`: of what is slow to import only `json` is.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, start_new_thread

from ...errors import EXIT_DONE, CtxloadError, ExplicitContextError, UsageError
from ...load.frames import NAMED, OUTLINE, PART, WHOLE
from ...record import Record
from .registry import (
    CLIENTS,
    COMPACTED,
    FORGET,
    OTHER,
    PROMPT,
    SUBAGENT,
    UNITS,
    answer_to,
    is_task,
    length,
    limit_of,
    message_to,
    read_call,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ...load.conversation import Conversation
    from ...load.packer import Given as Before
    from ...load.packer import Loaded
    from ...matching.document_index import Evidence
    from ...project.snapshot import Project
    from ...selection.model import Resolution
    from ...workspace.locations import Place
    from .journal import Notes
    from .registry import Call

#: How long an answer may take; every client waits longer.
SECONDS = 2.0
#: How much later the watch ends a process that neither thread nor signal could end.
GRACE = 1.0
#: How long the log may take when the time is up.
_LAST_WORDS = 0.2
#: As many digits of a number of characters are read: a longer one is more than any client takes, too.
DIGITS = 18
#: The most that is read of a call, in bytes.
CALL_LIMIT = 16_000_000
#: An index without a compiled one is compiled here up to this size, in bytes; a larger one in a process of its own.
COMPILE_SIZE = 500_000


#: How long the documents may be read for what they talk about, in seconds, where nobody kept it.
READ_SECONDS = 0.8
ALONE = "chosen by keywords alone: what the documents talk about is being read for the next prompt"
#: Forms of a document that the memory of a conversation does not hold.
_UNKEPT = (NAMED, OUTLINE)


class Silence(Exception):
    """Why nothing is given; the prompt goes through unchanged."""


class Settings(Record):
    """What the command line and the environment say."""

    client: str = ""
    max_chars: int = 0
    trust: bool = False


class Turn:
    """One call being answered: who speaks, the answer or the time limit, and what is known if it is the latter."""

    def __init__(self) -> None:
        self.speaks = allocate_lock()
        self.stream: Any = None
        self.spoken = self.ending = self.said = False
        self.client = ""
        self.compiling: Place | None = None

    def hand_over(self, call: Call, text: str) -> bytes:
        """Writes the answer; only then is anything noted of it. Raises Silence where it was not taken."""
        import json

        data = json.dumps(answer_to(call, text)).encode("ascii") + b"\n"
        if self.stream is None:
            return data
        if not self.speaks.acquire(False):
            self.speaks.acquire()  # the time is up, and the other thread ends the process
        _lift_watch()
        written = not self.spoken and _write(self.stream, data)
        self.spoken = True
        self.speaks.release()
        if not written:
            raise Silence("nobody reads the answer")
        return data


def reply(arguments: list[str]) -> int:
    """Answers one call of a client; the exit status, which is always 0."""
    if os.environ.get("CTXLOAD_DISABLE", "0") not in ("", "0"):
        return EXIT_DONE
    turn, reason = Turn(), ""
    turn.stream = sys.stdout
    _limit(turn)
    try:
        respond(settings_of(arguments), _read_call(), turn)
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
    _lift_watch()
    return EXIT_DONE


def settings_of(arguments: list[str]) -> Settings:
    """The options `--client NAME`, `--max-chars N` (else `CTXLOAD_MAX_CHARS`) and `--trust`."""
    found = {"--client": "", "--max-chars": os.environ.get("CTXLOAD_MAX_CHARS", "")}
    waiting = [word for word in arguments if word != "--trust"]
    while waiting:
        word, equals, value = waiting.pop(0).partition("=")
        if word not in found or not (equals or waiting):
            raise UsageError(f"hook does not understand `{word}`: it takes --client NAME, --max-chars N and --trust")
        found[word] = value if equals else waiting.pop(0)
    client, chars = found["--client"], found["--max-chars"]
    if client and client not in CLIENTS:
        raise UsageError(f"hook does not know the client `{client}`: it knows {', '.join(CLIENTS)}")
    digits = chars.lstrip("0") if chars.isascii() and chars.isdecimal() else ""
    if chars and not digits:
        raise UsageError(f"`{chars[:40]}` is no number of characters: set --max-chars or CTXLOAD_MAX_CHARS to one")
    return Settings(client, int(digits[:DIGITS] or 0), "--trust" in arguments)


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
    """What a call is answered, handed over before anything is noted of it; empty where there is nothing to add."""
    call = read_call(payload, settings.client)
    turn.client = call.client.name
    if call.kind == OTHER or (call.kind in (PROMPT, SUBAGENT) and not is_task(call.prompt)):
        return b""
    from ...project.opening import with_project
    from ...workspace.locations import discover
    from .journal import Notes

    folder = _folder(call)
    place, notes = discover(start=folder), Notes(call.conversation)
    if (refused := refusal(settings, call, place, folder)) is not None:
        return refused
    if call.kind == FORGET:
        forget(call, place, notes)
        return b""
    try:
        return with_project(
            place,
            lambda project: give(project, call, settings.max_chars, notes, turn),
            build=lambda place: compiled(place, turn),
        )
    except ExplicitContextError as error:
        return remark_on(wrong_directive(error), call, notes, turn)


def remark_on(text: str, call: Call, notes: Notes, turn: Turn) -> bytes:
    """Hands over a remark on a mistyped directive, once."""
    with notes.claim(f"{call.kind}\0{call.prompt}") as claim:
        if not claim.is_ours:
            return b""
        out = turn.hand_over(call, text)
        claim.answered()
    _log(call.client.name, "a remark on a mistyped directive", "given")
    return out


def refusal(settings: Settings, call: Call, place: Place, folder: str) -> bytes | None:
    """What is printed where the person has not allowed the project: one line for them in a conversation, else nothing.

    None where they have; then, and not before, anything of the project is read. Raises Silence where there is nothing to print.
    """
    from ...workspace.trust import DENIED, advice, why_not

    why = why_not(place, folder or os.getcwd())
    if not why or (settings.trust and why != DENIED):
        return None
    if why == DENIED:
        raise Silence(f"{place.root} is denied; `ctxload allow` there undoes that")
    said = advice(place.root)
    told = message_to(call, said) if call.kind == PROMPT else {}
    if not told or not _is_first(call):
        raise Silence(said.removeprefix("ctxload: "))
    import json

    _log(call.client.name, said.removeprefix("ctxload: "))
    return json.dumps(told).encode("ascii") + b"\n"


def _is_first(call: Call) -> bool:
    """Whether the person is not told yet in this conversation, or in the one that a subagent works for."""
    from .journal import Notes

    return Notes(call.conversation.partition(":")[0]).once("allow")


# ── what is given ────────────────────────────────────────────────────────────────────────────────────────


def give(project: Project, call: Call, wanted: int, notes: Notes, turn: Turn) -> bytes:
    """The answer to a call, handed over and then noted; empty where there is nothing new, or another process gives it."""
    from ...load.conversation import Conversation

    if call.kind == SUBAGENT or not call.conversation:
        return _give(project, call, wanted, notes, None, turn)
    with Conversation(call.conversation, project.place.root) as memory:
        if call.kind != COMPACTED:
            return _give(project, call, wanted, notes, memory, turn)
        before = dict.fromkeys((*memory.given, *notes.named()))
        return _give(project, call, wanted, notes, memory, turn, again(project, before))


def _give(
    project: Project,
    call: Call,
    wanted: int,
    notes: Notes,
    memory: Conversation | None,
    turn: Turn,
    known: Resolution | None = None,
) -> bytes:
    alone = False

    def keywords_alone() -> None:
        nonlocal alone
        alone = True

    resolution = known or choose(project, call, keywords_alone)
    limit, unit = limit_of(call.client, wanted)
    remarks = [finding.concise() for finding in resolution.diagnostics if finding.code == "CTX408"]
    remarks += [ALONE] if alone and resolution.files else []
    head = "".join(f"ctxload: {remark}\n" for remark in remarks)
    given = memory.given if memory is not None and known is None else {}
    loaded = fitted(resolution, project, limit - length(head, unit), unit, given)
    sizes = {file.path: file.size for file in resolution.files}
    named = {part.path: f"{part.form}:{sizes[part.path]}" for part in loaded.parts if part.form in _UNKEPT}
    before = notes.named() if known is None else {}
    is_new = any(
        part.form in (WHOLE, PART) or before.get(part.path) != named.get(part.path, before.get(part.path))
        for part in loaded.parts
    )
    text = (head + loaded.text).rstrip("\n") if is_new else head.rstrip("\n")
    if not text and known is None:
        return b""
    last, out = _last(call, loaded, text, limit, unit), b""
    with notes.claim("compacted" if known is not None else f"{call.kind}\0{call.prompt}") as claim:
        if not claim.is_ours:
            return b""
        if text:
            out = turn.hand_over(call, text)
        if known is not None:
            notes.forget()
            if memory is not None:
                memory.forget()
        if memory is not None and text:
            memory.note(loaded)
            notes.name(named.items())
        if text:
            claim.answered()
    if text:
        _keep(call, project, loaded, last, f"{length(text, unit):,} {unit}")
    return out


def choose(project: Project, call: Call, keywords_alone: Callable[[], None]) -> Resolution:
    """What a task calls for, by the defaults of the hook: `focused`, and a fallback only where the index sets it.

    Files that look like secrets, and ignored ones, are left out even where an entry names them.
    """
    from ...load.allowances import for_models
    from ...selection.model import Request
    from ...selection.resolver import resolve

    match = "" if project.tables.meta.match else "focused"
    request = Request(call.prompt, call.agent.rsplit(":", 1)[-1], None, match, (), False)
    found = resolve(
        project.tables, project.tree, request, project.diagnostics, lambda: evidence_in_time(project, keywords_alone)
    )
    return for_models(found, project.tree)


def evidence_in_time(project: Project, keywords_alone: Callable[[], None]) -> Evidence | None:
    """What the documents talk about: as it is kept, or read now if that takes little time, else None."""
    from time import monotonic

    from ...project.evidence import stored_evidence
    from ...project.snapshot_writer import store_evidence
    from ...workspace.stamps import now

    stored = stored_evidence(project)
    if stored is not None:
        return stored
    from ...selection.documents import read_evidence
    from ...workspace.tree import DiskTree

    end = monotonic() + READ_SECONDS

    def told(done: int, whole: int) -> None:
        if monotonic() > end:
            raise TimeoutError

    try:
        found = read_evidence(project.tables, DiskTree(project.place.root), told, read_at=now())
    except TimeoutError:
        compile_in_background(project.place)
        stored = stored_evidence(project, however_old=True)
        if stored is None:
            keywords_alone()
        return stored
    store_evidence(project.place, project.tables, found)
    return found


def fitted(resolution: Resolution, project: Project, limit: int, unit: str, given: Mapping[str, Before]) -> Loaded:
    """The content of what was chosen, never longer than the limit as the client counts."""
    from ...load.allowances import allowed_in
    from ...load.budget import Limits
    from ...load.packer import load

    bound, is_allowed = max(1, limit), allowed_in(project.tree.root)
    while True:
        limits = Limits(max_chars=bound) if unit == UNITS else Limits(max_bytes=bound)
        limits = limits.under(Limits.of_index(project.tables.meta.budget))
        loaded = load(
            resolution, project.tree, limits,
            tables=project.tables, given=given, always_must_fit=False, is_allowed=is_allowed,
        )  # fmt: skip
        over = length(loaded.text, unit) - limit
        if over <= 0 or bound == 1:
            return loaded if over <= 0 else loaded.replace(text="", parts=())
        bound = max(1, bound - over)


def again(project: Project, given: Iterable[str]) -> Resolution:
    """What a conversation was given, for the conversation that was compacted since."""
    from ...load.allowances import for_models
    from ...selection.model import KEYWORD_LAYER, Reason, Resolution, SelectedFile

    reason = Reason(KEYWORD_LAYER, "given", "before the conversation was compacted")
    found = [status for status in map(project.tree.status, given) if status.kind == "file"]
    files = tuple(SelectedFile(status.path, KEYWORD_LAYER, 0, (reason,), status.size) for status in found)
    return for_models(Resolution("", "", "", KEYWORD_LAYER, files), project.tree)


def forget(call: Call, place: Place, notes: Notes) -> None:
    """Forgets what a conversation was given, which is being compacted: the next prompts get it again."""
    from ...load.conversation import Conversation

    notes.forget()
    if call.conversation:
        with Conversation(call.conversation, place.root, fresh=True):
            pass


def wrong_directive(error: ExplicitContextError) -> str:
    """One line for the model: what was not found, and what was probably meant."""
    from ...text.escaping import escape

    said = [
        escape(f"{finding.message} ({finding.hint})" if finding.hint else finding.message)
        for finding in error.diagnostics
    ]
    more = f"; and {len(said) - 3} more" if len(said) > 3 else ""
    return "ctxload: " + "; ".join(said[:3]) + more


def _last(call: Call, loaded: Loaded, text: str, limit: int, unit: str) -> bytes:
    """What was chosen and why, as `ctxload explain --last` shows it; worked out before the answer is handed over."""
    import json
    from time import gmtime, strftime

    resolution, reasons = loaded.resolution, loaded.resolution.reasons
    files = [
        {"path": part.path, "how": part.form, "why": [f"{one.kind} {one.by}" for one in reasons.get(part.path, ())]}
        for part in loaded.parts
    ]
    last = {
        "time": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()),
        "client": call.client.name,
        "agent": call.agent,
        "layer": resolution.layer,
        "match": resolution.match,
        "length": length(text, unit),
        "limit": limit,
        "unit": unit,
        "files": files,
        "left_out": [{"path": one.path, "why": one.why} for one in loaded.left_out],
    }
    return json.dumps(last).encode("ascii")


def _keep(call: Call, project: Project, loaded: Loaded, last: bytes, size: str) -> None:
    """Notes what was given, for `ctxload explain --last` and the log."""
    from .journal import keep_last

    keep_last(project.place.root, last)
    about = f"{len(loaded.sources)} of {len(loaded.resolution.files)} files, {size}"
    _log(call.client.name, f"{about}, {project.place.root}", "given")


# ── the project ──────────────────────────────────────────────────────────────────────────────────────────


def _folder(call: Call) -> str:
    if call.folder and os.path.isdir(call.folder):
        return call.folder
    if call.folder:
        raise Silence(f"the client's folder {call.folder} is not there")
    return ""


def compiled(place: Place, turn: Turn) -> Project:
    """A project that is not compiled yet, or not as it is now; a large one is left to another process."""
    from ...project.build import build

    if os.stat(place.path).st_size > COMPILE_SIZE:
        compile_in_background(place)
        raise Silence(f"{place.name} is large and not compiled: it is compiled now, for the next prompt")
    turn.compiling = place
    project = build(place)
    turn.compiling = None
    return project


def compile_in_background(place: Place) -> None:
    """Has another process make what is kept of an index and its documents: it resolves a task, `focused`."""
    from ...workspace.processes import leave_running

    leave_running("resolve", "--match", "focused", "--index", place.path, "--root", place.root, "compile")


# ── speaking, and ending ─────────────────────────────────────────────────────────────────────────────────


def _limit(turn: Turn) -> None:
    """Sees to it that the process ends in time, whatever holds it up."""
    import faulthandler  # a part of the interpreter, as `_signal` is: nothing is loaded

    start_new_thread(_end_in_time, (turn,))
    try:
        from _signal import (  # type: ignore[import-not-found]
            ITIMER_REAL,
            SIGALRM,
            setitimer,
            signal,
        )

        signal(SIGALRM, lambda *_: _end_surely(turn))
        setitimer(ITIMER_REAL, seconds() + 2 * _LAST_WORDS)
    except (ImportError, ValueError):  # there are none here, or this is not the main thread
        pass
    try:
        faulthandler.dump_traceback_later(seconds() + GRACE, exit=True, file=2)
    except (OSError, RuntimeError, ValueError):  # stderr is closed
        pass


def _lift_watch() -> None:
    import faulthandler

    faulthandler.cancel_dump_traceback_later()


def _end_in_time(turn: Turn) -> None:
    """Ends the process when the time is up; an answer that is being written is written to its end before."""
    alarm = allocate_lock()
    alarm.acquire()
    alarm.acquire(True, seconds())  # nobody releases it
    turn.speaks.acquire()
    _end(turn)


def _end_surely(turn: Turn) -> None:
    """Ends the process where the thread could not, or was held up while it did; an answer that is being written goes on."""
    if turn.speaks.acquire(False):
        _end(turn)
    elif turn.ending:
        _say_late(turn)
        os._exit(EXIT_DONE)


def _end(turn: Turn) -> None:
    """Ends the process now, for whoever has the right to speak."""
    if turn.spoken:  # noting what was given takes too long: at worst it is given again
        os._exit(EXIT_DONE)
    turn.ending = True
    logged = allocate_lock()
    logged.acquire()
    start_new_thread(_last_words, (turn, logged))
    logged.acquire(True, _LAST_WORDS)
    os._exit(EXIT_DONE)


def seconds() -> float:
    """How long an answer may take: `SECONDS`, or what `CTXLOAD_HOOK_SECONDS` says where that is a sensible number."""
    try:
        wanted = float(os.environ.get("CTXLOAD_HOOK_SECONDS", ""))
    except ValueError:
        return SECONDS
    return wanted if 0.1 <= wanted <= 600 else SECONDS


def _last_words(turn: Turn, logged: Any) -> None:
    """What is done when the time is up, as far as the disk allows it."""
    reason = _say_late(turn)
    if turn.compiling is not None:
        compile_in_background(turn.compiling)
    _log(turn.client, reason)
    logged.release()


def _say_late(turn: Turn) -> str:
    """Says that the time is up, unless that was said; twice is better than not at all."""
    reason = f"no answer within {seconds():g} s: the prompt goes through without context"
    if not turn.said:
        _say(reason)
        turn.said = True
    return reason


def _log(client: str, detail: str, outcome: str = "silent") -> None:
    from .journal import note

    note(client, outcome, detail)


def _say(reason: str) -> None:
    from ...text.escaping import escape

    _write(sys.stderr, f"ctxload: {escape(reason)}\n".encode("utf-8", "backslashreplace"))


def _write(stream: Any, data: bytes) -> bool:
    """Writes all of it at once; whether somebody took it."""
    try:
        stream.buffer.write(data)
        stream.flush()
    except (AttributeError, OSError, ValueError):  # closed, or nobody is there
        return False
    return True


def _fault(fault: BaseException) -> str:
    if os.environ.get("CTXLOAD_DEBUG"):
        import traceback

        _write(sys.stderr, "".join(traceback.format_exception(fault)).encode("utf-8", "backslashreplace"))
    return f"a fault inside ctxload: {type(fault).__name__}: {fault}"

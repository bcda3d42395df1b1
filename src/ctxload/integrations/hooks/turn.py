"""One call being answered: the answer and the end of the time both want to speak, and one of them does.

All of it ends after `SECONDS`: by a thread of its own, which no slow file system holds up; by a signal, where what runs
lets no other thread run but looks for signals, as `re` does; and `GRACE` later by a watch that needs nothing of the
interpreter, with exit status 1, which every client takes as "go on".
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, start_new_thread

from ...errors import EXIT_DONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..clients.client import Call
    from .journal import Notes

#: How long an answer may take; every client waits longer.
SECONDS = 2.0
#: How much later the watch ends a process that neither thread nor signal could end.
GRACE = 1.0
#: What stands in the log where the time was up.
LATE = "late"
#: Why a hook says nothing where the same prompt comes to two.
ANOTHER = "another hook answers this prompt, or has just answered it"
#: How long the log may take when the time is up.
_LAST_WORDS = 0.2


class Silence(Exception):
    """Why nothing is given; the prompt goes through unchanged."""


class NotYet(Silence):
    """Why nothing is given yet; the next prompt is answered. The person is told, once in a conversation."""


class Turn:
    """One call being answered: who speaks, the answer or the time limit, and what is known if it is the latter.

    `if_late` is what is still to be done when the time is up, as far as the disk allows it, `afterwards` what is to be
    done once the answer is written. `call`, `notes` and `root`
    are who asks, the notes of the conversation, and the project, once they are known; `silent` says why nothing is
    given where that does no harm, and `why` is the word for it where the text does not tell; `began` and `end` are
    when it was started and when the time is up, by the clock that only goes forward. `arguments` are those of the
    command.
    """

    def __init__(self, stream: Any = None, arguments: list[str] | None = None) -> None:
        self.speaks = allocate_lock()
        self.stream = stream
        self.arguments = arguments or []
        self.spoken = self.ending = self.said = False
        self.client = self.root = self.silent = self.why = ""
        self.began, self.end = 0.0, float("inf")
        self.call: Call | None = None
        self.notes: Notes | None = None
        self.if_late: Callable[[], object] | None = None
        self.afterwards: Callable[[], object] | None = None

    def start(self) -> None:
        """Sees to it that the process ends in time, whatever holds it up."""
        import faulthandler  # a part of the interpreter, as `_signal` is: nothing is loaded
        from time import monotonic

        self.began = monotonic()
        self.end = self.began + seconds()
        start_new_thread(_end_in_time, (self,))
        try:
            from _signal import (  # type: ignore[import-not-found]
                ITIMER_REAL,
                SIGALRM,
                setitimer,
                signal,
            )

            signal(SIGALRM, lambda *_: _end_surely(self))
            setitimer(ITIMER_REAL, seconds() + 2 * _LAST_WORDS)
        except (ImportError, ValueError):  # there are none here, or this is not the main thread
            pass
        try:
            faulthandler.dump_traceback_later(seconds() + GRACE, exit=True, file=2)
        except (OSError, RuntimeError, ValueError):  # stderr is closed
            pass

    def hand_over(self, call: Call, text: str, remark: str = "") -> bytes:
        """Writes the answer that brings a text to the model, and a remark to the person where the client shows one;
        only then is anything noted of it. Raises as `speak` does.
        """
        return self.speak(
            {**call.client.message(remark), **call.client.answer(call, text)}
            if remark
            else call.client.answer(call, text)
        )

    def speak(self, answer: dict[str, Any]) -> bytes:
        """Writes what the client is told, once. Raises Silence where it was not taken."""
        import json

        data = json.dumps(answer).encode("ascii") + b"\n"
        if self.stream is None:
            return data
        self.take()
        written = not self.spoken and write(self.stream, data)
        self.spoken = True
        self.speaks.release()
        if not written:
            raise Silence("nobody reads the answer")
        return data

    def take(self) -> None:
        """Takes the right to speak; it never comes where the time is up, and the other thread ends the process."""
        import faulthandler

        if not self.speaks.acquire(False):
            self.speaks.acquire()
        faulthandler.cancel_dump_traceback_later()


def _end_in_time(turn: Turn) -> None:
    """Ends the process when the time is up; an answer that is being written is written to its end before."""
    alarm = allocate_lock()
    alarm.acquire()
    alarm.acquire(True, seconds())  # nobody releases it
    turn.speaks.acquire()
    _end(turn)


def _end_surely(turn: Turn) -> None:
    """Ends the process where the thread could not, or was held up while it did; an answer that is being written goes
    on.
    """
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
    if turn.if_late is not None:
        turn.if_late()
    _tell_the_person(turn, reason)
    note_silence(turn, reason, LATE)
    logged.release()


def _tell_the_person(turn: Turn, reason: str) -> None:
    """Tells the person that the time was up, once in a conversation, where the client has a field for that."""
    message = turn.call.client.message(f"ctxload: {reason}; `ctxload doctor` says more") if turn.call else {}
    if not message or turn.notes is None or turn.notes.was_said("late"):
        return
    import json

    if turn.stream is not None and write(turn.stream, json.dumps(message).encode("ascii") + b"\n"):
        turn.notes.said("late")


def _say_late(turn: Turn) -> str:
    """Says that the time is up, unless that was said; twice is better than not at all."""
    reason = f"no answer within {seconds():g} s: the prompt goes through without context"
    if not turn.said:
        tell(reason)
        turn.said = True
    return reason


def note_silence(turn: Turn, reason: str, outcome: str = "silent") -> None:
    """Notes why a call is given nothing: in the log, and as what there is to say of the last prompt in the project."""
    log(turn.client, f"{reason}, {turn.root}" if turn.root else reason, outcome)
    if turn.root and turn.call is not None:
        from .journal import keep_silence, record_silence

        if turn.call.kind == "prompt" and reason != ANOTHER:
            keep_silence(turn.root, turn.call, reason)
        record_silence(turn.call, turn.root, turn.began, reason, turn.why)


def log(client: str, detail: str, outcome: str = "silent") -> None:
    """Notes what became of a call."""
    from .journal import note

    note(client, outcome, detail)


def tell(reason: str) -> None:
    """Says on stderr why nothing is given."""
    from ...text.escaping import escape

    write(sys.stderr, f"ctxload: {escape(reason)}\n".encode("utf-8", "backslashreplace"))


def write(stream: Any, data: bytes) -> bool:
    """Writes all of it at once; whether somebody took it."""
    try:
        stream.buffer.write(data)
        stream.flush()
    except (AttributeError, OSError, ValueError):  # closed, or nobody is there
        return False
    return True

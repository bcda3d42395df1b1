"""Rare calls: a mistyped directive, a project that is not allowed, a conversation that is about to be compacted."""

from __future__ import annotations

from ..clients.client import PROMPT
from .turn import ANOTHER, Silence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...errors import ExplicitContextError
    from ...workspace.locations import Place
    from ..clients.client import Call
    from .journal import Notes
    from .turn import Turn


def remark_on(text: str, call: Call, notes: Notes, turn: Turn) -> bytes:
    """Tells the person of a mistyped directive, once, and never the model.

    Raises Silence where the client has no field for that.
    """
    message = call.client.message(text)
    if not message:
        raise Silence(text.removeprefix("ctxload: "))
    out = answer_person(message, call, notes, turn)
    if out:
        turn.silent = text.removeprefix("ctxload: ")
    return out


def answer_person(message: dict[str, Any], call: Call, notes: Notes, turn: Turn) -> bytes:
    """Answers a prompt with a message for the person alone; with nothing, where another hook answers it."""
    with notes.claim(f"{call.kind}\0{call.prompt}") as claim:
        if not claim.is_ours:
            turn.silent = ANOTHER
            return b""
        out = turn.speak(message)
        claim.answered()
    return out


def pass_over(call: Call, folder_of: Callable[[Call], str], turn: Turn) -> bytes:
    """Nothing for a prompt that isn't a task; where there is a project, it is noted as its last."""
    from ...errors import CtxloadError
    from ...workspace.trust import find

    try:
        turn.call, turn.root = call, find(folder_of(call)).root
        turn.silent = "no task: nothing is asked, or it is a command or a notice of the client"
    except (CtxloadError, Silence):
        pass
    return b""


def forget(call: Call, place: Place, notes: Notes) -> None:
    """Forgets what a conversation was given, which is being compacted: the next prompts get it again."""
    from ...load.conversation import Conversation

    notes.forget()
    if call.conversation:
        with Conversation(call.conversation, place.root, fresh=True):
            pass


def wrong_directive(error: ExplicitContextError) -> str:
    """One line for the person: what was not found, and what was probably meant; never how a closed file is opened."""
    from ...load.allowances import words_for_models
    from ...text.escaping import escape

    said = [escape(words_for_models(finding.code, finding.message, finding.hint)) for finding in error.diagnostics]
    more = f"; and {len(said) - 3} more" if len(said) > 3 else ""
    return "ctxload: " + "; ".join(said[:3]) + more


def tell_refusal(place: Place, folder: str, why: str, call: Call, turn: Turn) -> bytes:
    """Tells the person, once in a conversation, that they have not allowed the project.

    Raises Silence where nothing is printed.
    """
    from ...workspace.trust import DENIED, advice, lacking

    if why == DENIED:
        raise Silence(f"{place.root} is denied; `ctxload allow` there undoes that")
    said = advice(lacking(place, folder))
    message = call.client.message(said) if call.kind == PROMPT else {}
    out = _once(message, call, turn) if message else b""
    if not out:
        raise Silence(said.removeprefix("ctxload: "))
    turn.silent = said.removeprefix("ctxload: ")
    return out


def tell_once(reason: str, what: str, call: Call, turn: Turn) -> bytes:
    """Tells the person, once in a conversation, why nothing is given, and what to do; `what` names the reason.

    Raises Silence where nothing is printed.
    """
    message = call.client.message(f"ctxload: {reason}") if call.kind == PROMPT else {}
    out = _once(message, call, turn, what) if message else b""
    if not out:
        raise Silence(reason)
    turn.silent = reason
    return out


def _once(message: dict[str, Any], call: Call, turn: Turn, what: str = "allow") -> bytes:
    """Tells the person what they are not told yet in this conversation, or in the one that a subagent works for; then
    notes it.
    """
    from .journal import Notes

    notes = Notes(call.conversation.partition(":")[0])
    with notes.claim(f"\0{what}") as claim:
        if not claim.is_ours or notes.was_said(what):
            return b""
        out = turn.speak(message)
        notes.said(what)
    return out

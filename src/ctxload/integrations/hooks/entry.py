"""The first steps of `ctxload hook`: it reads the call, and ends at once where that is known to bring nothing."""

from __future__ import annotations

import os
import sys

from ...errors import EXIT_DONE
from .quiet import is_quiet
from .stdin import read_stdin
from .turn import Silence, Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def answer(arguments: list[str]) -> int:
    """Answers one call of a client; the exit status, which is always 0."""
    if os.environ.get("CTXLOAD_DISABLE", "0") not in ("", "0"):
        return EXIT_DONE
    turn = Turn(sys.stdout, arguments)
    turn.start()
    payload = _payload()
    if isinstance(payload, dict) and _is_quiet(payload, arguments):
        turn.take()
        return EXIT_DONE
    from .hook import reply

    return reply(arguments, payload, turn)


def _payload() -> dict[str, Any] | Silence:
    """What the client sends, or why there is nothing."""
    try:
        return read_stdin()
    except Silence as silence:
        return silence
    except (Exception, KeyboardInterrupt) as fault:
        return Silence(f"stdin cannot be read: {type(fault).__name__}: {fault}")


def _is_quiet(payload: dict[str, Any], arguments: list[str]) -> bool:
    """Whether a call brings nothing; in doubt, and where asking that fails, it may bring something."""
    try:
        return is_quiet(payload, arguments)
    except Exception:
        return False

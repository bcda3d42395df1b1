"""The prompts of a project that got no answer in time: what `doctor` says first."""

from __future__ import annotations

from ...text.escaping import escape
from ...text.wording import counted
from ..hooks.journal import log_lines
from ..hooks.turn import LATE

#: How many of the last prompts of a project are looked at: later ones that were in time end it.
LOOKED_AT = 10


def late_prompts(root: str) -> list[str]:
    """When prompts of a project got no answer in time, of the last `LOOKED_AT`, oldest first."""
    here = f", {escape(root)}"
    prompts = [(when, outcome) for when, _, outcome, detail in log_lines() if detail.endswith(here)]
    return [when for when, outcome in prompts[-LOOKED_AT:] if outcome == LATE]


def late_lines(late: list[str]) -> list[str]:
    """What there is to say of late prompts, and what to do."""
    if not late:
        return []
    return [
        f"{counted(len(late), 'prompt')} got no answer in time and went without context; the last at {late[-1]}",
        "  next     `ctxload compile` does now what a prompt would wait for; if it happens again after that, the disk "
        "or the machine is slow: CTXLOAD_HOOK_SECONDS gives an answer more time than 2 seconds",
    ]

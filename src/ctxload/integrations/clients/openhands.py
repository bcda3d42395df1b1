"""OpenHands: answers without what is around them elsewhere. Its hook is written by the person."""

from __future__ import annotations

from .client import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data


class OpenHands(Client):
    """It names its events in a field of its own, `event_type`."""

    name = "openhands"
    title = "OpenHands"
    own_rules = ".openhands/skills"
    version = "1.58.0"
    moments = {"prompt": "UserPromptSubmit"}
    cannot = {
        "subagent": "not tried",
        "write": "not tried: the events of its tools are not read",
        "shell": "not tried: the events of its tools are not read",
        "hold": "not tried: the events of its tools are not read",
        "compaction": "it has no event for it",
    }

    def added(self, event: str, text: str) -> Data:
        """The text alone."""
        return {"additionalContext": text}


CLIENT = OpenHands()

"""Cursor: hooks under names of its own, in a file with a version."""

from __future__ import annotations

from .client import FORGET, PROMPT, TOUCH, Client, Handler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data


class Cursor(Client):
    """Only read about: no client runs without an account."""

    name = "cursor"
    title = "Cursor"
    version = "3.20.17"
    is_experimental = True
    caution = "Cursor is experimental: that it passes on what a prompt hook adds is not documented"
    events = {"beforeSubmitPrompt": PROMPT, "preToolUse": TOUCH, "postToolUse": TOUCH, "preCompact": FORGET}
    prompt_event = "beforeSubmitPrompt"
    writes = frozenset(("Write", "Edit", "Delete"))
    shells = frozenset(("Shell",))
    adds_at = frozenset(("postToolUse",))
    refuses_at = frozenset(("preToolUse",))
    limit = 10_000
    tells = "user_message"  # read: documented for a prompt that is held back; it may not be shown with others

    own_rules = ".cursor/rules"
    program = "cursor"
    folder = ".cursor"
    user_file = "hooks.json"
    project_file = ".cursor/hooks.json"
    hooks = (
        Handler("beforeSubmitPrompt"),
        Handler("preToolUse", "Write|Edit|Delete|Shell"),
        Handler("postToolUse", "Write|Edit|Delete|Shell"),
        Handler("preCompact"),
    )
    moments = {
        "prompt": "beforeSubmitPrompt",
        "write": "postToolUse",
        "shell": "postToolUse",
        "hold": "preToolUse",
        "compaction": "preCompact",
    }
    cannot = {"subagent": "its `subagentStart` takes no text for the subagent"}
    reads_comments = True

    def added(self, event: str, text: str) -> Data:
        """With the word that the prompt goes on, where it is one."""
        added = {"additional_context": text}
        return added if self.events.get(event) == TOUCH else {"continue": True, **added}

    def refusal(self, event: str, text: str) -> Data:
        """Its own words for it."""
        return {"permission": "deny", "agent_message": text}

    def message(self, text: str) -> Data:
        """With the word that the prompt goes on."""
        return {"continue": True, **super().message(text)}

    def entry(self, handler: Handler, command: str, max_chars: int = 0) -> Data:
        """Without a type: all of its hooks are commands."""
        one: Data = {"command": command, "timeout": handler.timeout}
        return {"matcher": handler.matcher, **one} if handler.matcher else one


CLIENT = Cursor()

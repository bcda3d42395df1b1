"""opencode: a plugin of code, which calls the hook and says who it is."""

from __future__ import annotations

from .client import FORGET, PROMPT, TOUCH, Client, CodeFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data


class OpenCode(Client):
    """Its subagents send a prompt of their own."""

    name = "opencode"
    title = "opencode"
    version = "1.18.33"
    events = {
        "chat.message": PROMPT,
        "tool.execute.before": TOUCH,
        "tool.execute.after": TOUCH,
        "session.compacted": FORGET,
    }
    writes = frozenset(("write", "edit", "multiedit", "patch", "apply_patch"))
    shells = frozenset(("bash",))
    adds_at = frozenset(("tool.execute.after",))
    refuses_at = frozenset(("tool.execute.before",))

    recorded = ("compaction",)
    moments = {
        "prompt": "chat.message",
        "subagent": "chat.message",
        "write": "tool.execute.after",
        "shell": "tool.execute.after",
        "hold": "tool.execute.before",
        "compaction": "session.compacted",
    }
    program = "opencode"
    folder = ".config/opencode"
    user_file = "plugins/ctxload.js"
    project_file = ".opencode/plugins/ctxload.js"
    code_file = CodeFile("opencode.js", '["ctxload", "hook"]')

    def added(self, event: str, text: str) -> Data:
        """The text alone."""
        return {"additionalContext": text}

    def refusal(self, event: str, text: str) -> Data:
        """The text, with which our plugin ends the tool's call."""
        return {"refusal": text}

    def code_words(self, words: list[str], max_chars: int, sources: tuple[str, ...] = ()) -> str:
        """A list of JavaScript."""
        import json

        more = ["--max-chars", str(max_chars)] if max_chars else []
        more += [word for source in sources for word in ("--source", source)]
        return json.dumps([*words, "hook", *more])


CLIENT = OpenCode()

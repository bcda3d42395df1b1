"""Gemini CLI: hooks in groups, under names of its own; an extension by its own commands, subagents by a tool."""

from __future__ import annotations

from .client import FORGET, OTHER, PROMPT, SUBAGENT, TOUCH, Client, Handler, OwnCommands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data, Kind


class Gemini(Client):
    """Its time limits are in milliseconds."""

    name = "gemini"
    title = "Gemini CLI"
    version = "0.61.0"
    events = {"BeforeAgent": PROMPT, "BeforeTool": SUBAGENT, "AfterTool": TOUCH, "PreCompress": FORGET}
    subagent_tools = {"invoke_agent": ("agent_name", "prompt")}
    writes = frozenset(("write_file", "replace"))
    shells = frozenset(("run_shell_command",))
    adds_at = frozenset(("AfterTool",))
    refuses_at = frozenset(("BeforeTool",))
    tells = "systemMessage"  # read: in its reference of hooks

    program = "gemini"
    folder = ".gemini"
    variable = "GEMINI_CLI_HOME/.gemini"
    user_file = "settings.json"
    project_file = ".gemini/settings.json"
    hooks = (
        Handler("BeforeAgent", timeout=10_000),
        Handler("BeforeTool", "invoke_agent|write_file|replace|run_shell_command", 10_000),
        Handler("AfterTool", "write_file|replace|run_shell_command", 10_000),
        Handler("PreCompress", "manual", 10_000),
    )
    recorded = ("compaction",)
    moments = {
        "prompt": "BeforeAgent",
        "subagent": "BeforeTool",
        "write": "AfterTool",
        "shell": "AfterTool",
        "hold": "BeforeTool",
        "compaction": "PreCompress",
    }
    is_grouped = True
    reads_comments = True
    own = OwnCommands(
        (("extensions", "link", "{folder}", "--consent"),),
        (("extensions", "uninstall", "ctxload"),),
        "extensions/ctxload",
        "gemini",
        "",
    )
    trusts_folders = True

    def meaning(self, kind: Kind, payload: Data) -> Kind:
        """`PreCompress` is sent with every request, compressed or not, but for what the person asks for."""
        if kind == FORGET and payload.get("trigger") != "manual":
            return OTHER
        return super().meaning(kind, payload)

    def longer_task(self, event: str, tool_input: Data) -> Data:
        """Its name for the input of a tool."""
        return {"hookSpecificOutput": {"hookEventName": event, "tool_input": tool_input}}

    def refusal(self, event: str, text: str) -> Data:
        """Its own words for it."""
        return {"decision": "deny", "reason": text}

    def entry(self, handler: Handler, command: str, max_chars: int = 0) -> Data:
        """With a name, by which the person can disable it."""
        return {"name": "ctxload", **super().entry(handler, command)}

    def is_plugin_there(self, path: str) -> bool:
        """An extension is a folder."""
        import os

        return os.path.isdir(path)


CLIENT = Gemini()

"""Claude Code: hooks in groups, a plugin by its own commands, subagents by a tool."""

from __future__ import annotations

from .client import ADD_MARKETPLACE, FORGET, OTHER, PLUGIN, REMOVE_MARKETPLACE, Client, Handler, OwnCommands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data, Kind


class ClaudeCode(Client):
    """Of settings with comments it loads nothing, so that `reads_comments` stays false."""

    name = "claude-code"
    title = "Claude Code"
    version = "2.1.329"
    subagent_tools = {"Agent": ("subagent_type", "prompt"), "Task": ("subagent_type", "prompt")}
    writes = frozenset(("Write", "Edit", "MultiEdit", "NotebookEdit"))
    shells = frozenset(("Bash", "PowerShell"))
    limit = 10_000
    tells = "systemMessage"

    transcripts = "projects"
    has_folder_for_project = True
    program = "claude"
    least = (2, 1)
    folder = ".claude"
    variable = "CLAUDE_CONFIG_DIR"
    user_file = "settings.json"
    project_file = ".claude/settings.json"
    hooks = (
        Handler("UserPromptSubmit"),
        Handler("SessionStart", "compact"),
        Handler("PreToolUse", "Agent|Task|Write|Edit|MultiEdit|NotebookEdit|Bash|PowerShell"),
    )
    moments = {
        "prompt": "UserPromptSubmit",
        "subagent": "PreToolUse",
        "write": "PreToolUse",
        "shell": "PreToolUse",
        "hold": "PreToolUse",
        "compaction": "SessionStart",
    }
    is_grouped = True
    own = OwnCommands(
        (ADD_MARKETPLACE, ("plugin", "install", PLUGIN)),
        (("plugin", "uninstall", PLUGIN), REMOVE_MARKETPLACE),
        "settings.json",
    )

    def meaning(self, kind: Kind, payload: Data) -> Kind:
        """It tells when it has compacted, so that what comes before needs no answer."""
        return OTHER if kind == FORGET else super().meaning(kind, payload)


CLIENT = ClaudeCode()

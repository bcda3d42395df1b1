"""Copilot CLI: hooks in a file of their own, and answers without what is around them elsewhere."""

from __future__ import annotations

from .client import ADD_MARKETPLACE, PLUGIN, PROMPT, REMOVE_MARKETPLACE, SHARED_TOOLS, Client, Handler, OwnCommands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data


class Copilot(Client):
    """Its subagents send a prompt of their own."""

    name = "copilot"
    title = "Copilot CLI"
    version = "1.0.102"
    events = {"userPromptSubmitted": PROMPT}
    prompt_event = "userPromptSubmitted"
    writes = frozenset(("Write", "Edit", "MultiEdit", "create", "edit", "str_replace_editor", "apply_patch"))
    shells = frozenset(("Bash", "PowerShell", "bash", "powershell"))

    own_rules = ".github/copilot-instructions.md"
    program = "copilot"
    least = (1, 0, 25)
    folder = ".copilot"
    variable = "COPILOT_HOME"
    user_file = "hooks/ctxload.json"
    project_file = ".github/hooks/ctxload.json"
    hooks = (Handler("UserPromptSubmit"), Handler("PreToolUse", SHARED_TOOLS), Handler("PreCompact"))
    recorded = ("compaction",)
    moments = {
        "prompt": "UserPromptSubmit",
        "subagent": "UserPromptSubmit",
        "write": "PreToolUse",
        "shell": "PreToolUse",
        "hold": "PreToolUse",
        "compaction": "PreCompact",
    }
    own = OwnCommands(
        (ADD_MARKETPLACE, ("plugin", "install", PLUGIN)),
        (("plugin", "uninstall", PLUGIN), REMOVE_MARKETPLACE),
        "settings.json",
    )
    trusts_folders = True

    def added(self, event: str, text: str) -> Data:
        """The text alone."""
        return {"additionalContext": text}

    def refusal(self, event: str, text: str) -> Data:
        """Without what is around it elsewhere, too."""
        return {"permissionDecision": "deny", "permissionDecisionReason": text}


CLIENT = Copilot()

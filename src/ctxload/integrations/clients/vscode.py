"""VS Code: the hooks of its agent, in the file that Copilot CLI reads, too."""

from __future__ import annotations

from .client import SHARED_TOOLS, Client, Handler


class VSCode(Client):
    """Only read about."""

    name = "vscode"
    title = "VS Code"
    version = "1.109"
    is_experimental = True
    caution = "VS Code is experimental: its hooks are a preview; this file serves Copilot CLI, too"
    writes = frozenset(
        "create_file insert_edit_into_file replace_string_in_file multi_replace_string_in_file edit_notebook_file "
        "apply_patch".split()
    )
    shells = frozenset(("run_in_terminal",))
    tells = "systemMessage"  # read: in the common output of its hooks

    own_rules = ".github/copilot-instructions.md"
    program = "code"
    folder = ".copilot"
    variable = "COPILOT_HOME"
    user_file = "hooks/ctxload.json"
    project_file = ".github/hooks/ctxload.json"
    hooks = (Handler("UserPromptSubmit"), Handler("PreToolUse", SHARED_TOOLS), Handler("PreCompact"))
    moments = {
        "prompt": "UserPromptSubmit",
        "write": "PreToolUse",
        "shell": "PreToolUse",
        "hold": "PreToolUse",
        "compaction": "PreCompact",
    }
    cannot = {"subagent": "none of its documented events has a subagent's task and takes a text for it"}
    reads_comments = True
    trusts_folders = True


CLIENT = VSCode()

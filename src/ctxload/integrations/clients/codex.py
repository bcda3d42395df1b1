"""Codex CLI: hooks as in Claude Code, run only once the person trusts them; a limit that its settings can raise."""

from __future__ import annotations

from .client import ADD_MARKETPLACE, BYTES, FORGET, OTHER, PLUGIN, REMOVE_MARKETPLACE, Client, Handler, OwnCommands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Data, Kind

#: How long its app server is asked about its trust, in seconds.
ASK_SECONDS = 20


class Codex(Client):
    """Its subagents send a prompt of their own."""

    name = "codex"
    title = "Codex CLI"
    version = "0.169.0"
    writes = frozenset(("apply_patch",))
    shells = frozenset(("Bash",))  # whatever its tool is called
    limit = 10_000
    unit = BYTES
    is_limit_set = True  # by `additionalContextLimit` of a hook
    tells = "systemMessage"  # read: in the schema of its output, and shown as a warning

    transcripts = "sessions"
    program = "codex"
    folder = ".codex"
    variable = "CODEX_HOME"
    user_file = "hooks.json"
    project_file = ".codex/hooks.json"
    hooks = (
        Handler("UserPromptSubmit"),
        Handler("SessionStart", "compact"),
        Handler("PreToolUse", "apply_patch|Bash"),
    )
    moments = {
        "prompt": "UserPromptSubmit",
        "subagent": "UserPromptSubmit",
        "write": "PreToolUse",
        "shell": "PreToolUse",
        "hold": "PreToolUse",
        "compaction": "SessionStart",
    }
    is_grouped = True
    own = OwnCommands(
        (ADD_MARKETPLACE, ("plugin", "add", PLUGIN)),
        (("plugin", "remove", PLUGIN), REMOVE_MARKETPLACE),
        "config.toml",
    )
    trust = "start `codex`, type `/hooks`, and trust the hooks of ctxload; Codex runs none before that"
    trusts_folders = True

    def meaning(self, kind: Kind, payload: Data) -> Kind:
        """It tells when it has compacted, so that what comes before needs no answer."""
        return OTHER if kind == FORGET else super().meaning(kind, payload)

    def entry(self, handler: Handler, command: str, max_chars: int = 0) -> Data:
        """With the limit of the user, which it counts in tokens, of four bytes each."""
        one = super().entry(handler, command)
        return {**one, "additionalContextLimit": -(-max_chars // 4)} if max_chars else one

    def is_plugin_there(self, path: str) -> bool:
        """Its settings are TOML."""
        import tomllib

        with open(path, "rb") as file:
            plugin = tomllib.load(file).get("plugins", {}).get(PLUGIN, {})
        return bool(isinstance(plugin, dict) and plugin.get("enabled", True) and plugin)

    def trusts_ours(self, program: str, folder: str) -> bool | None:
        """As its app server says."""
        import json

        from ...workspace.processes import converse

        calls = [
            {"id": 0, "method": "initialize", "params": {"clientInfo": {"name": "ctxload", "version": "1"}}},
            {"method": "initialized"},
            {"id": 1, "method": "hooks/list", "params": {"cwds": [folder]}},
        ]
        for line in converse([program, "app-server"], [json.dumps(call) for call in calls], '"id":1', ASK_SECONDS):
            try:
                answer = json.loads(line)
                if answer.get("id") != 1:
                    continue
                hooks = [hook for place in answer["result"]["data"] for hook in place["hooks"]]
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            ours = [one for one in hooks if "ctxload" in str(one.get("command", "")) + str(one.get("pluginId", ""))]
            return all(one.get("trustStatus") == "trusted" for one in ours) if ours else None
        return None


CLIENT = Codex()

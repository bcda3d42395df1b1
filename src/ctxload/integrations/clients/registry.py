"""The agent clients by name, each in a module of its own; and which of them sends a payload.

A client is imported when it is asked for, so that a prompt costs only the client it comes from.

>>> call = read_call({"session_id": "s", "transcript_path": "t", "cwd": "/shop", "hook_event_name": "UserPromptSubmit",
...                   "prompt": "Add an API"})
>>> call.client.name, call.kind, call.prompt
('claude-code', 'prompt', 'Add an API')
>>> call.client.answer(call, "# API")
{'hookSpecificOutput': {'hookEventName': 'UserPromptSubmit', 'additionalContext': '# API'}}
>>> call.client.message("Hello")
{'systemMessage': 'Hello'}
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .client import Call, Client

#: The clients and editors that ctxload can be installed in, and their modules.
INSTALLABLE = {
    "claude-code": "claude_code",
    "codex": "codex",
    "copilot": "copilot",
    "gemini": "gemini",
    "opencode": "opencode",
    "cursor": "cursor",
    "nvim": "nvim",
    "vscode": "vscode",
}
#: All of them: of these more, the person writes the hook.
CLIENTS = {**INSTALLABLE, "openhands": "openhands"}


def find(name: str) -> Client:
    """The client of this name, which must be one of `CLIENTS`."""
    module = __import__(f"{__package__}.{CLIENTS[name]}", fromlist=("CLIENT",))  # `importlib` costs time
    client: Client = module.CLIENT
    return client


def find_installable(name: str) -> Client:
    """The client of this name, if ctxload can be installed in it; UsageError with did-you-mean where it cannot."""
    if name in INSTALLABLE:
        return find(name)
    from ...errors import UsageError
    from ...text.escaping import escape
    from ...text.suggestions import meant

    hint = meant(name, [*INSTALLABLE]) or "use one of " + ", ".join(INSTALLABLE)
    raise UsageError(f"there is no client `{escape(name)}`: {hint}")


def read_call(payload: dict[str, Any], name: str = "") -> Call:
    """What a payload means to its client; `name` wins over what the payload looks like."""
    return find(name or recognise(payload)).read(payload)


def recognise(payload: dict[str, Any]) -> str:
    """The name of the client that sends such a payload.

    The environment is not asked: clients start one another, and their variables are inherited.

    >>> recognise({"turn_id": "t", "model": "m", "hook_event_name": "UserPromptSubmit", "transcript_path": "p"})
    'codex'
    """
    event = payload.get("hook_event_name")
    if "conversation_id" in payload or "cursor_version" in payload:
        return "cursor"
    if "event_type" in payload and "hook_event_name" not in payload:
        return "openhands"
    if event in ("BeforeAgent", "BeforeTool", "AfterTool", "PreCompress"):
        return "gemini"
    if "hookEventName" in payload:
        return "vscode"
    if "sessionId" in payload:
        return "copilot"
    if "model" in payload and ("turn_id" in payload or ("permission_mode" in payload and event == "SessionStart")):
        return "codex"
    if event and ("transcript_path" not in payload or (event == "PreCompact" and "timestamp" in payload)):
        return "copilot"
    return "claude-code"

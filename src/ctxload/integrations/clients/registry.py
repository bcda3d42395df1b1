"""The agent clients: what each sends to a hook, what it takes back, how much of it, and where it is configured.

What is written here was seen in the version named with each client, or read where it says so; tests run the real ones.
One table, so that a changed client is a changed line.

>>> call = read_call({"session_id": "s", "transcript_path": "t", "cwd": "/shop", "hook_event_name": "UserPromptSubmit",
...                   "prompt": "Add an API"})
>>> call.client.name, call.kind, call.prompt
('claude-code', 'prompt', 'Add an API')
>>> answer_to(call, "# API")
{'hookSpecificOutput': {'hookEventName': 'UserPromptSubmit', 'additionalContext': '# API'}}
"""

from __future__ import annotations

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The most that is given anywhere unless the user sets more.
LIMIT = 10_000
#: What a limit counts: code units as JavaScript does, or bytes of UTF-8.
UNITS, BYTES = "characters", "bytes"
#: Where the text goes: `hookSpecificOutput.additionalContext`, `additionalContext`, Cursor's `additional_context`.
NESTED, TOP, CURSOR = "nested", "top", "cursor"
#: What a call is about: a prompt, a task for a subagent, a conversation that was just compacted, one that will be.
PROMPT, SUBAGENT, COMPACTED, FORGET, OTHER = "prompt", "subagent", "compacted", "forget", "other"


class Handler(Record):
    """One hook to install: the client's event, what it is narrowed to, and the time limit in the client's unit."""

    event: str
    matcher: str = ""
    timeout: int = 10


class Own(Record):
    """A client's own commands: the words that add our plugin, those that remove it, and the file they write.

    `{folder}` stands for the folder of the plugin's marketplace, or of the extension.
    """

    adds: tuple[tuple[str, ...], ...]
    removes: tuple[tuple[str, ...], ...]
    file: str


#: The name of our plugin and of its marketplace.
PLUGIN = "ctxload@ctxload"
_ADD = ("plugin", "marketplace", "add", "{folder}")
_REMOVE = ("plugin", "marketplace", "remove", "ctxload")


class Client(Record):
    """What is known of one client.

    `version` was measured, or read when `read_only`. `limit` is what the client itself takes, 0 where it takes all.
    `folder` is where its settings are below the home folder, `variable` the environment variable that names another
    place (and what is below that), `user_file` and `project_file` the files that get the hooks, `own` its own commands
    for a user's plugins. `least` is the first version that works. `tells` is the field whose text the client shows to the
    person and not to the model; empty where it has none.
    """

    name: str
    title: str
    version: str
    shape: str = NESTED
    limit: int = 0
    unit: str = UNITS
    read_only: bool = False
    program: str = ""
    least: tuple[int, ...] = ()
    folder: str = ""
    variable: str = ""
    user_file: str = ""
    project_file: str = ""
    hooks: tuple[Handler, ...] = ()
    own: Own | None = None
    trust: str = ""
    tells: str = ""


CLIENTS: dict[str, Client] = {
    client.name: client
    for client in (
        Client(
            "claude-code", "Claude Code", "2.1.329", NESTED, 10_000, UNITS,
            program="claude", least=(2, 1), folder=".claude", variable="CLAUDE_CONFIG_DIR",
            user_file="settings.json", project_file=".claude/settings.json",
            hooks=(
                Handler("UserPromptSubmit"), Handler("SessionStart", "compact"), Handler("PreToolUse", "Agent|Task"),
            ),
            own=Own((_ADD, ("plugin", "install", PLUGIN)), (("plugin", "uninstall", PLUGIN), _REMOVE), "settings.json"),
            tells="systemMessage",
        ),
        Client(
            "codex", "Codex CLI", "0.169.0", NESTED, 10_000, BYTES,
            program="codex", folder=".codex", variable="CODEX_HOME",
            user_file="hooks.json", project_file=".codex/hooks.json",
            hooks=(Handler("UserPromptSubmit"), Handler("SessionStart", "compact")),
            own=Own((_ADD, ("plugin", "add", PLUGIN)), (("plugin", "remove", PLUGIN), _REMOVE), "config.toml"),
            trust="start `codex`, type `/hooks`, and trust the hooks of ctxload; Codex runs none before that",
            tells="systemMessage",  # read: in the schema of its output, and shown as a warning
        ),
        Client(
            "copilot", "Copilot CLI", "1.0.102", TOP,
            program="copilot", least=(1, 0, 25), folder=".copilot", variable="COPILOT_HOME",
            user_file="hooks/ctxload.json", project_file=".github/hooks/ctxload.json",
            hooks=(Handler("UserPromptSubmit"), Handler("PreCompact")),
            own=Own((_ADD, ("plugin", "install", PLUGIN)), (("plugin", "uninstall", PLUGIN), _REMOVE), "settings.json"),
        ),
        Client(
            "gemini", "Gemini CLI", "0.61.0", NESTED,
            program="gemini", folder=".gemini", variable="GEMINI_CLI_HOME/.gemini",
            user_file="settings.json", project_file=".gemini/settings.json",
            hooks=(
                Handler("BeforeAgent", timeout=10_000), Handler("BeforeTool", "invoke_agent", 10_000),
                Handler("PreCompress", "manual", 10_000),
            ),
            own=Own(
                (("extensions", "link", "{folder}", "--consent"),), (("extensions", "uninstall", "ctxload"),),
                "extensions/ctxload",
            ),
            tells="systemMessage",  # read: in its reference of hooks
        ),
        Client(
            "opencode", "opencode", "1.18.33", TOP,
            program="opencode", folder=".config/opencode",
            user_file="plugins/ctxload.js", project_file=".opencode/plugins/ctxload.js",
        ),
        Client(
            "cursor", "Cursor", "3.20.17", CURSOR, 10_000, read_only=True,
            program="cursor", folder=".cursor", user_file="hooks.json", project_file=".cursor/hooks.json",
            hooks=(Handler("beforeSubmitPrompt"), Handler("preCompact")),
            tells="user_message",  # read: documented for a prompt that is held back; it may not be shown with others
        ),
        Client(
            "vscode", "VS Code", "1.109", NESTED, read_only=True,
            program="code", folder=".copilot", variable="COPILOT_HOME", user_file="hooks/ctxload.json",
            project_file=".github/hooks/ctxload.json",
            hooks=(Handler("UserPromptSubmit"), Handler("PreCompact")),
            tells="systemMessage",  # read: in the common output of its hooks
        ),
        Client(
            "nvim", "Neovim", "0.7.2", program="nvim",
            folder=".config/nvim", user_file="plugin/ctxload.lua", project_file="",
        ),
        Client("openhands", "OpenHands", "1.58.0", TOP),
    )
}  # fmt: skip

#: The events that ctxload answers, by the names the clients give them.
EVENTS = {
    "UserPromptSubmit": PROMPT, "userPromptSubmitted": PROMPT, "BeforeAgent": PROMPT, "beforeSubmitPrompt": PROMPT,
    "chat.message": PROMPT, "SessionStart": COMPACTED, "PreToolUse": SUBAGENT, "BeforeTool": SUBAGENT,
    "PreCompact": FORGET, "preCompact": FORGET, "PreCompress": FORGET, "session.compacted": FORGET,
}  # fmt: skip

#: The tools that start a subagent, where its task can be added to: the fields of its name and of its task. Where a
#: client sends the subagent's task as a prompt of its own (Codex, Copilot CLI, opencode), there is no need.
SUBAGENT_TOOLS = {
    ("claude-code", "Agent"): ("subagent_type", "prompt"),
    ("claude-code", "Task"): ("subagent_type", "prompt"),
    ("gemini", "invoke_agent"): ("agent_name", "prompt"),
}

#: How prompts begin that no person wrote: notices of the client to its model.
NOTICES = ("<task-notification", "<local-command", "<command-name", "<command-message", "<bash-", "<system-reminder")


class Call(Record):
    """One call of a hook, whoever made it.

    `conversation` tells one context window from another: a subagent has its own. `tool_input` is what a subagent's tool
    was called with, `task_field` the field of it that holds the task.
    """

    client: Client
    kind: str
    event: str = ""
    prompt: str = ""
    folder: str = ""
    conversation: str = ""
    agent: str = ""
    tool_input: dict[str, Any] | None = None
    task_field: str = ""


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
    if event in ("BeforeAgent", "BeforeTool", "PreCompress"):
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


def read_call(payload: dict[str, Any], named: str = "") -> Call:
    """What a payload means; `named` wins over what it looks like. Fields of another type than expected are absent."""
    client = CLIENTS[named or recognise(payload)]
    event = _text(payload, "hook_event_name", "hookEventName", "event_type") or _default_event(client.name, payload)
    agent = _text(payload, "agent_type", "agent")
    call = Call(
        client, EVENTS.get(event, OTHER), event, _text(payload, "prompt", "message"), _folder(payload),
        ":".join(
            filter(None, (_text(payload, "session_id", "sessionId", "conversation_id"), _text(payload, "agent_id")))
        ),
        agent,
    )  # fmt: skip
    if call.kind == SUBAGENT:
        return _subagent(call, payload)
    if call.kind == COMPACTED and payload.get("source") != "compact":
        return call.replace(kind=OTHER)
    if call.kind == FORGET and client.name in ("claude-code", "codex"):  # they tell when it is done
        return call.replace(kind=OTHER)
    if event == "PreCompress" and payload.get("trigger") != "manual":  # sent with every request, compressed or not
        return call.replace(kind=OTHER)
    return call


def _default_event(name: str, payload: dict[str, Any]) -> str:
    """The event of a payload that does not name it."""
    if "prompt" not in payload:
        return ""
    return {"cursor": "beforeSubmitPrompt", "copilot": "userPromptSubmitted"}.get(name, "UserPromptSubmit")


def _subagent(call: Call, payload: dict[str, Any]) -> Call:
    fields = SUBAGENT_TOOLS.get((call.client.name, _text(payload, "tool_name")))
    given = payload.get("tool_input")
    if fields is None or not isinstance(given, dict) or not isinstance(given.get(fields[1]), str):
        return call.replace(kind=OTHER)
    return call.replace(prompt=given[fields[1]], agent=_text(given, fields[0]), tool_input=given, task_field=fields[1])


def _text(payload: dict[str, Any], *names: str) -> str:
    """The first of these fields that is a text, without halves of characters that cannot be written."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    return ""


def _folder(payload: dict[str, Any]) -> str:
    """The folder in which the client works."""
    roots = payload.get("workspace_roots")
    folder = _text(payload, "cwd", "working_dir")
    if not folder and isinstance(roots, list) and roots:
        folder = _text({"root": roots[0]}, "root")
    if folder[:1] == "/" and folder[2:3] == ":":  # Cursor writes `/c:/Users/…` on Windows
        return folder[1:]
    return folder


def is_task(prompt: str) -> bool:
    """Whether a prompt may be a task: not empty, no slash command, no notice of the client.

    >>> is_task("Fix the log-in"), is_task("/review now"), is_task("/etc/hosts is wrong"), is_task(" ")
    (True, False, True, False)
    """
    bare = prompt.strip()
    if not bare or bare.startswith(NOTICES):
        return False
    first = bare.split(None, 1)[0]
    return not (first[0] == "/" and first[1:2].isalpha() and not set(first[1:]) & set("/.\\"))


def answer_to(call: Call, text: str) -> dict[str, Any]:
    """What the client is told so that a text reaches the model; nothing in it that the client does not know."""
    if call.kind == SUBAGENT:
        longer = {**(call.tool_input or {}), call.task_field: f"{call.prompt}\n\n{text}"}
        if call.client.name == "gemini":
            return {"hookSpecificOutput": {"hookEventName": call.event, "tool_input": longer}}
        return {"hookSpecificOutput": {"hookEventName": call.event, "updatedInput": longer}}
    if call.client.shape == CURSOR:
        return {"continue": True, "additional_context": text}
    if call.client.shape == TOP:
        return {"additionalContext": text}
    return {"hookSpecificOutput": {"hookEventName": call.event, "additionalContext": text}}


def message_to(call: Call, text: str) -> dict[str, Any]:
    """What the client is told so that a text reaches the person and never the model; empty where it has no field for it.

    >>> message_to(read_call({"transcript_path": "t", "hook_event_name": "UserPromptSubmit", "prompt": "a"}), "Hello")
    {'systemMessage': 'Hello'}
    """
    if not call.client.tells:
        return {}
    if call.client.shape == CURSOR:
        return {"continue": True, call.client.tells: text}
    return {call.client.tells: text}


def limit_of(client: Client, wanted: int = 0) -> tuple[int, str]:
    """The most a client is given, and what is counted: what the user wants as far as the client takes it.

    Codex takes more where its `additionalContextLimit` says so, which `ctxload install --max-chars` writes.
    """
    if not wanted:
        return client.limit or LIMIT, client.unit
    if client.limit and client.name != "codex":
        return min(wanted, client.limit), client.unit
    return wanted, client.unit


def length(text: str, unit: str) -> int:
    """How long a text is, as the client counts.

    >>> length("aé🎉", UNITS), length("aé🎉", BYTES)
    (4, 7)
    """
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le" if unit == UNITS else "utf-8", "replace")) // (2 if unit == UNITS else 1)

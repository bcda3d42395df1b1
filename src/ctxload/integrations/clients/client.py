"""`Client`: what one agent client sends to a hook, what it takes back, how much of it, and where it is configured.

A client is a module beside this one that overrides what is different with it; what stands here is what Claude Code
does, whose hooks most of the others took over. What a module says was seen in the version named there, or read where it
says so; tests run the real clients.
"""

from __future__ import annotations

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    #: What a call is about: a prompt, a task for a subagent, files that are touched, a conversation that was just
    #: compacted, one that will be.
    Kind = Literal["prompt", "subagent", "touch", "compacted", "forget", "other"]
    #: What a limit counts: code units as JavaScript does, or bytes of UTF-8.
    Unit = Literal["characters", "bytes"]
    Data = dict[str, Any]

#: The most that is given anywhere unless the user sets more.
LIMIT = 10_000
UNITS: Unit = "characters"
BYTES: Unit = "bytes"
PROMPT: Kind = "prompt"
SUBAGENT: Kind = "subagent"
TOUCH: Kind = "touch"
COMPACTED: Kind = "compacted"
FORGET: Kind = "forget"
OTHER: Kind = "other"

#: The moments at which something reaches a model: with a prompt, with a subagent's task, when a tool writes a file,
#: when a line of a shell names files, before a write that is held back (`hold: true`), after a compaction.
MOMENTS = ("prompt", "subagent", "write", "shell", "hold", "compaction")

#: The events that several clients name alike.
EVENTS: dict[str, Kind] = {
    "UserPromptSubmit": PROMPT,
    "SessionStart": COMPACTED,
    "PreToolUse": SUBAGENT,
    "PreCompact": FORGET,
}

#: The name of our plugin and of its marketplace.
PLUGIN = "ctxload@ctxload"
#: The words of a client's own command that make our marketplace known to it, and that forget it.
ADD_MARKETPLACE = ("plugin", "marketplace", "add", "{folder}")
REMOVE_MARKETPLACE = ("plugin", "marketplace", "remove", "ctxload")

#: The tools whose calls Copilot CLI sends, by either of their names, in the file that VS Code reads, too, and takes
#: for all tools.
SHARED_TOOLS = "Write|Edit|MultiEdit|create|edit|str_replace_editor|apply_patch|Bash|PowerShell|bash|powershell"

#: How prompts begin that no person wrote: notices of the client to its model.
NOTICES = ("<task-notification", "<local-command", "<command-name", "<command-message", "<bash-", "<system-reminder")


class Handler(Record):
    """One hook to install: the client's event, what it is narrowed to, and the time limit in the client's unit."""

    event: str
    matcher: str = ""
    timeout: int = 10


class OwnCommands(Record):
    """A client's own commands: the words that add our plugin, those that remove it, and the file they write.

    `{folder}` stands for the folder of the plugin's marketplace, or of the extension: `folder` below our data, with the
    plugin in `plugin` below that.
    """

    adds: tuple[tuple[str, ...], ...]
    removes: tuple[tuple[str, ...], ...]
    file: str
    folder: str = "marketplace"
    plugin: str = "ctxload"


class CodeFile(Record):
    """A file of code that a client gets instead of hooks: its name in this package, and the words in it that are
    replaced.
    """

    name: str
    placeholder: str


class Call(Record):
    """One call of a hook, whoever made it.

    `conversation` tells one context window from another: a subagent has its own. `tool_input` is what a tool was called
    with, `task_field` the field of it that holds a subagent's task.
    """

    client: Client
    kind: Kind
    event: str = ""
    prompt: str = ""
    folder: str = ""
    conversation: str = ""
    agent: str = ""
    tool_input: Data | None = None
    task_field: str = ""
    tool: str = ""


class Client:
    """One agent client or editor; a module beside this one makes its only instance, `CLIENT`."""

    name = ""
    title = ""
    #: The version that was measured, or read where `is_experimental`; `caution` says what that means for the person.
    version = ""
    is_experimental = False
    caution = ""

    # ── what it sends, and what it takes ───────────────────────────────────────────────────────────────

    #: Its own names for events, beside those of `EVENTS`.
    events: Mapping[str, Kind] = {}
    #: The event of a prompt that names none.
    prompt_event = "UserPromptSubmit"
    #: The tools that start a subagent, where its task can be added to: the fields of its name and of its task. Where a
    #: client sends the subagent's task as a prompt of its own, there is no need.
    subagent_tools: Mapping[str, tuple[str, str]] = {}
    #: Its tools that write files, and those that run a line of a shell, by the names that its hooks get.
    writes: frozenset[str] = frozenset()
    shells: frozenset[str] = frozenset()
    #: Of the events of a tool: those whose answer reaches the model, and those that can refuse it.
    adds_at: frozenset[str] = frozenset(("PreToolUse",))
    refuses_at: frozenset[str] = frozenset(("PreToolUse",))
    #: What it takes at most, 0 where it takes all; and whether what it takes can be set.
    limit = 0
    unit = UNITS
    is_limit_set = False
    #: The field whose text it shows to the person and not to the model; empty where it has none.
    tells = ""

    # ── where it is, and where its hooks go ────────────────────────────────────────────────────────────

    program = ""
    #: The first version that works.
    least: tuple[int, ...] = ()
    #: Where its settings are below the home folder, and the environment variable that names another place (and what is
    #: below that).
    folder = ""
    variable = ""
    #: A place of rules that it reads by itself, as our formats know it; empty where they know none.
    own_rules = ""
    #: The folder below its settings that has a person's transcripts, and whether each project has a folder there.
    transcripts = ""
    has_folder_for_project = False
    #: The files that get the hooks: below `folder`, and in a project.
    user_file = ""
    project_file = ""
    hooks: tuple[Handler, ...] = ()
    #: Whether hooks stand in groups by what they are narrowed to.
    is_grouped = False
    #: Whether it loads settings with comments and trailing commas.
    reads_comments = False
    own: OwnCommands | None = None
    code_file: CodeFile | None = None
    #: By which of its events each of the `MOMENTS` comes, and why the others cannot be had.
    moments: Mapping[str, str] = {}
    cannot: Mapping[str, str] = {}
    #: Those that were not driven with the client: its call was recorded, or only read about where `is_experimental`.
    recorded: tuple[str, ...] = ()
    #: What the person must do before it runs any hook, and whether it runs those of a project only in trusted folders.
    trust = ""
    trusts_folders = False
    #: Whether what is installed adds to prompts; else the person calls it, and it answers them.
    adds_to_prompts = True

    def read(self, payload: Data) -> Call:
        """What a payload means. Fields of another type than expected are absent."""
        event = text_in(payload, "hook_event_name", "hookEventName", "event_type")
        if not event and "prompt" in payload:
            event = self.prompt_event
        names = text_in(payload, "session_id", "sessionId", "conversation_id"), text_in(payload, "agent_id")
        kind = self.events.get(event) or EVENTS.get(event, OTHER)
        call = Call(
            self, self.meaning(kind, payload), event, text_in(payload, "prompt", "message"), _folder(payload),
            ":".join(filter(None, names)), text_in(payload, "agent_type", "agent"),
        )  # fmt: skip
        return self._tool(call, payload) if call.kind in (SUBAGENT, TOUCH) else call

    def meaning(self, kind: Kind, payload: Data) -> Kind:
        """What a call is really about, of which its event says this."""
        return OTHER if kind == COMPACTED and payload.get("source") != "compact" else kind

    def _tool(self, call: Call, payload: Data) -> Call:
        """The call of a tool: it starts a subagent, touches files, or is none of ours."""
        tool, values = text_in(payload, "tool_name"), payload.get("tool_input")
        if not isinstance(values, dict):
            return call.replace(kind=OTHER)
        if tool in self.writes or tool in self.shells:
            return call.replace(kind=TOUCH, tool=tool, tool_input=values)
        fields = self.subagent_tools.get(tool)
        if call.kind == TOUCH or fields is None or not isinstance(values.get(fields[1]), str):
            return call.replace(kind=OTHER)
        agent, task = text_in(values, fields[0]), fields[1]
        return call.replace(prompt=values[task], agent=agent, tool_input=values, task_field=task)

    def answer(self, call: Call, text: str) -> Data:
        """What it is told so that a text reaches the model; nothing in it that it does not know."""
        if call.kind == SUBAGENT:
            longer = {**(call.tool_input or {}), call.task_field: f"{call.prompt}\n\n{text}"}
            return self.longer_task(call.event, longer)
        return self.added(call.event, text)

    def added(self, event: str, text: str) -> Data:
        """The answer that adds a text to a prompt."""
        return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}

    def longer_task(self, event: str, tool_input: Data) -> Data:
        """The answer that gives a subagent's tool another input."""
        return {"hookSpecificOutput": {"hookEventName": event, "updatedInput": tool_input}}

    def refusal(self, event: str, text: str) -> Data:
        """The answer that refuses a tool's call, with a text for the model as the reason."""
        decision = {"permissionDecision": "deny", "permissionDecisionReason": text}
        return {"hookSpecificOutput": {"hookEventName": event, **decision}}

    def message(self, text: str) -> Data:
        """What it is told so that a text reaches the person and never the model; empty where it has no field for it."""
        return {self.tells: text} if self.tells else {}

    def most(self, wanted: int = 0) -> tuple[int, Unit]:
        """The most it is given, and what is counted: what the user wants as far as it takes that."""
        if not wanted:
            return self.limit or LIMIT, self.unit
        return (wanted if self.takes(wanted) else self.limit), self.unit

    def takes(self, wanted: int) -> bool:
        """Whether it takes so much, if the user wants that."""
        return not self.limit or self.is_limit_set or wanted <= self.limit

    # ── setting it up ──────────────────────────────────────────────────────────────────────────────────

    def entry(self, handler: Handler, command: str, max_chars: int = 0) -> Data:
        """What stands in the list of an event for one hook."""
        narrowed = {"matcher": handler.matcher} if handler.matcher and not self.is_grouped else {}
        return {**narrowed, "type": "command", "command": command, "timeout": handler.timeout}

    def is_plugin_there(self, path: str) -> bool:
        """Whether our plugin is enabled, by the file that its own commands write. Raises where that cannot be read."""
        import json

        with open(path, "rb") as file:
            return json.load(file).get("enabledPlugins", {}).get(PLUGIN) is True

    def code_words(self, words: list[str], max_chars: int, sources: tuple[str, ...] = ()) -> str:
        """The words that call ctxload, as its file of code writes a list."""
        raise NotImplementedError

    def trusts_ours(self, program: str, folder: str) -> bool | None:
        """Whether it runs our hooks, as it says itself; None where it asks for no trust, or does not say."""
        return None


def text_in(payload: Data, *names: str) -> str:
    """The first of these fields that is a text, without halves of characters that cannot be written."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    return ""


def _folder(payload: Data) -> str:
    """The folder in which the client works."""
    roots = payload.get("workspace_roots")
    folder = text_in(payload, "cwd", "working_dir")
    if not folder and isinstance(roots, list) and roots:
        folder = text_in({"root": roots[0]}, "root")
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


def length(text: str, unit: Unit) -> int:
    """How long a text is, as the client counts.

    >>> length("aé🎉", UNITS), length("aé🎉", BYTES)
    (4, 7)
    """
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le" if unit == UNITS else "utf-8", "replace")) // (2 if unit == UNITS else 1)

"""`ctxload serve --mcp`: a project's context for agent clients that speak the Model Context Protocol.

Two tools (load for a task, explain), the index and its files as resources, a prompt. On the official SDK, which speaks
both the current protocol and the one with a handshake that most clients still use. Alone knows the SDK.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from io import TextIOWrapper
from typing import Any, BinaryIO

import anyio
import mcp_types as mcp
from mcp.server import NotificationOptions, Server
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourcesListChanged, ResourceUpdated
from mcp.shared.exceptions import MCPError

from ..errors import CtxloadError, NoIndexError
from ..load.allowances import allowed_in, is_closed, own_names
from ..load.withheld import without_hazards
from ..loader import ContextLoader
from ..version import __version__
from ..workspace.content import read_content
from ..workspace.locations import places_in
from ..workspace.tree import DiskTree, is_glob
from ..workspace.trust import DENIED, why_not
from ..workspace.watcher import PRESENCE, STAT, Wanted, Watching
from .rpc.service import Service

INDEX_URI, FILE_URI = "ctxload://index", "ctxload://file/"
#: How many resources are listed.
LISTED = 1_000
#: Findings of these hundreds concern the question and the files of the answer; others are for the author of the index.
REMARKED, REMARKS = ("CTX3", "CTX4"), 5
INVALID, NOT_FOUND = -32602, -32002
#: What a model reads where the person has not allowed the project. No command in it: a model might run that.
REFUSED = "ctxload gives no documents of this project: go on without them"
#: What makes the SDK drop a line, perhaps: a half of a character, a number of very many digits; how many of them are
#: read.
_UNREADABLE, _DIGITS = re.compile(r"\\u[dD][89a-fA-F]|[0-9]{1000}"), 18

TASK = {
    "task": {"type": "string", "description": "The task, in the words of whoever gave it."},
    "agent": {"type": "string", "description": "The agent that gets the task: sets which documents it may load."},
    "context": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Load these ids, bundles, paths or globs, whatever the task says.",
    },
}
LIMIT = {"budget": {"type": "integer", "minimum": 1, "description": "The most tokens of content."}}
READS_ONLY = mcp.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
TOOLS = (
    mcp.Tool(
        name="load_context",
        title="Load the project's documents for a task",
        description="Gives the content of the project documents to read before starting a task. "
        "Call it first, with the task as it was given.",
        input_schema={"type": "object", "properties": {**TASK, **LIMIT}, "required": ["task"],
        "additionalProperties": False},
        annotations=READS_ONLY,
    ),
    mcp.Tool(
        name="explain_context",
        title="Explain which documents belong to a task",
        description="Says which project documents are selected for a task and why, and why the nearest others are not.",
        input_schema={"type": "object", "properties": TASK, "required": ["task"], "additionalProperties": False},
        annotations=READS_ONLY,
    ),
)  # fmt: skip
PROMPT = mcp.Prompt(
    name="load",
    title="A task with its documents",
    description="The project documents for a task, and the task itself.",
    arguments=[
        mcp.PromptArgument(name="task", description="The task.", required=True),
        mcp.PromptArgument(name="agent", description="The agent that gets the task.", required=False),
    ],
)
INSTRUCTIONS = "Documents of this project, chosen for a task by its index. Call load_context before you start a task."


class Gate:
    """Whether the person lets a model have documents of the project; asked before each answer, so that a word counts at
    once.

    `folder` is where the index is looked for, if nothing named it; `trust` is what the command line says.
    """

    def __init__(self, service: Service, folder: str, trust: bool) -> None:
        self._service, self._folder, self._trust = service, folder, trust

    def why_not(self) -> str:
        """Why not, as `trust.why_not` says it; an empty text where nothing speaks against it, or there is no index."""
        try:
            why = why_not(self._service.place(), self._folder)
        except NoIndexError:
            return ""
        return "" if self._trust and why != DENIED else why


class Context:
    """What one client is served: the answers, and the announcements of changes."""

    def __init__(self, service: Service, gate: Gate) -> None:
        self._service = service
        self._gate = gate
        self.bus = InMemorySubscriptionBus()
        self._told: list[Callable[[], Awaitable[None]]] = []

    @property
    def service(self) -> Service:
        """What answers. Raises CtxloadError where the person has not allowed the project."""
        if self._gate.why_not():
            raise CtxloadError(REFUSED)
        return self._service

    @property
    def folder(self) -> str:
        """The folder whose index is served, or will be."""
        return self._service.folder

    # ── tools ──────────────────────────────────────────────────────────────────────────────────────────

    async def list_tools(self, ctx: Any, params: Any) -> mcp.ListToolsResult:
        """The two tools."""
        return mcp.ListToolsResult(tools=list(TOOLS))

    async def call_tool(self, ctx: Any, params: mcp.CallToolRequestParams) -> mcp.CallToolResult:
        """The answer of a tool; what cannot be answered is an error that the model reads."""
        answers = {"load_context": self._load, "explain_context": self._explain}
        answer = answers.get(params.name)
        if answer is None:
            raise MCPError(INVALID, f"there is no tool {params.name[:100]}: use {' or '.join(answers)}")
        try:
            return await anyio.to_thread.run_sync(answer, params.arguments or {})
        except CtxloadError as error:
            return mcp.CallToolResult(content=[_text(_words(error))], is_error=True)

    def _load(self, given: dict[str, Any]) -> mcp.CallToolResult:
        loaded = self.service.load(_only(given, tuple(TOOLS[0].input_schema["properties"])))
        names = ["layer", "sources", "tokens", "left_out"]
        structured = {name: loaded[name] for name in names if name in loaded}
        return _answer(loaded["text"] or _nothing(loaded), structured, loaded)

    def _explain(self, given: dict[str, Any]) -> mcp.CallToolResult:
        asked = _only(given, tuple(TOOLS[1].input_schema["properties"]))
        explained = self.service.explain({**asked, "format": "text"})
        tree, names = self.service.loader().tree(), own_names()
        files = [path for path in explained["files"] if not is_closed(tree, path, names)]
        structured = {"layer": explained["layer"], "files": files}
        return _answer(explained["text"], structured, explained)

    # ── resources ──────────────────────────────────────────────────────────────────────────────────────

    async def list_resources(self, ctx: Any, params: Any) -> mcp.ListResourcesResult:
        """The index and the files that it names."""
        try:
            return mcp.ListResourcesResult(resources=await anyio.to_thread.run_sync(self._resources))
        except CtxloadError:
            return mcp.ListResourcesResult(resources=[])

    def _resources(self) -> list[mcp.Resource]:
        loader = self.service.loader()
        about = f"The index of the project: {loader.place.name}"
        found = [mcp.Resource(uri=INDEX_URI, name=loader.place.name, description=about, mime_type="application/yaml")]
        for path, (name, description) in list(_files(loader).items())[:LISTED]:
            found.append(
                mcp.Resource(
                    uri=FILE_URI + _quote(path), name=name, title=path, description=description or None,
                    mime_type="text/markdown" if path.endswith(".md") else "text/plain",
                    size=loader.tree().status(path).size,
                )
            )  # fmt: skip
        return found

    async def list_templates(self, ctx: Any, params: Any) -> mcp.ListResourceTemplatesResult:
        """How the address of a file is made."""
        template = mcp.ResourceTemplate(
            uri_template=FILE_URI + "{+path}", name="file", description="A file that the index names, by its path."
        )
        return mcp.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(self, ctx: Any, params: mcp.ReadResourceRequestParams) -> mcp.ReadResourceResult:
        """The text of the index, or of a file that it names; nothing else is given."""
        uri = str(params.uri)
        try:
            text, kind = await anyio.to_thread.run_sync(self._read, uri)
        except (CtxloadError, OSError) as error:
            raise MCPError(NOT_FOUND, str(error)) from error
        return mcp.ReadResourceResult(contents=[mcp.TextResourceContents(uri=uri, text=text, mime_type=kind)])

    def _read(self, uri: str) -> tuple[str, str]:
        loader = self.service.loader()
        if uri == INDEX_URI:
            return without_hazards(loader.index().sources[0].text, lambda code: False).text, "application/yaml"
        path = _unquote(uri.removeprefix(FILE_URI)) if uri.startswith(FILE_URI) else ""
        if path not in _files(loader):
            raise CtxloadError(f"there is no resource {uri[:200]}: see resources/list")
        content = read_content(loader.tree(), path)
        if content.wrong:
            raise CtxloadError(f"{path}: {content.wrong}")
        is_allowed = allowed_in(loader.root)
        found = without_hazards(content.text, lambda code: is_allowed(path, code, content.digest))
        return found.text, "text/markdown" if path.endswith(".md") else "text/plain"

    # ── prompt ─────────────────────────────────────────────────────────────────────────────────────────

    async def list_prompts(self, ctx: Any, params: Any) -> mcp.ListPromptsResult:
        """The one prompt."""
        return mcp.ListPromptsResult(prompts=[PROMPT])

    async def get_prompt(self, ctx: Any, params: mcp.GetPromptRequestParams) -> mcp.GetPromptResult:
        """The documents for a task, and the task."""
        if params.name != PROMPT.name:
            raise MCPError(INVALID, f"there is no prompt {params.name[:100]}: use {PROMPT.name}")
        asked = dict(params.arguments or {})
        try:
            _only(asked, tuple(each.name for each in PROMPT.arguments or ()))
            loaded = await anyio.to_thread.run_sync(lambda: self.service.load(asked))
        except CtxloadError as error:
            raise MCPError(INVALID, _words(error)) from error
        text = "\n\n".join(part for part in (loaded["text"].strip(), asked["task"]) if part)
        return mcp.GetPromptResult(
            description=f"{len(loaded['sources'])} of the project's documents, {loaded['tokens']} tokens",
            messages=[mcp.PromptMessage(role="user", content=_text(text))],
        )

    # ── changes ────────────────────────────────────────────────────────────────────────────────────────

    async def initialized(self, ctx: Any, params: Any) -> None:
        """Notes a client of the protocol with a handshake: it is told of changes without asking."""
        self._told.append(ctx.session.send_resource_list_changed)

    async def announce(self) -> None:
        """Tells every client that the index changed."""
        await self.bus.publish(ResourcesListChanged())
        await self.bus.publish(ResourceUpdated(uri=INDEX_URI))
        for tell in self._told:
            await tell()


def make_server(context: Context) -> Server[Any]:
    """The server of one client."""
    server: Server[Any] = Server(
        "ctxload", version=__version__, title="ctxload", instructions=INSTRUCTIONS,
        on_list_tools=context.list_tools, on_call_tool=context.call_tool,
        on_list_resources=context.list_resources, on_list_resource_templates=context.list_templates,
        on_read_resource=context.read_resource, on_list_prompts=context.list_prompts, on_get_prompt=context.get_prompt,
        on_subscriptions_listen=ListenHandler(context.bus),
    )  # fmt: skip
    server.add_notification_handler("notifications/initialized", mcp.NotificationParams, context.initialized)
    return server


def serve(service: Service, gate: Gate, reads: BinaryIO, writes: BinaryIO) -> None:
    """Serves one client on these streams, until the end of input."""
    anyio.run(_serve, Context(service, gate), reads, writes)


async def _serve(context: Context, asked: BinaryIO, answered: BinaryIO) -> None:
    server = make_server(context)
    options = server.create_initialization_options(NotificationOptions(resources_changed=True))
    async with stdio_server(*_streams(asked, answered)) as (reads, writes), anyio.create_task_group() as tasks:
        changes: Any
        send, changes = anyio.create_memory_object_stream[None](1)
        watching = _watch(context, send)

        async def announce() -> None:
            async for _ in changes:
                await context.announce()

        tasks.start_soon(announce)
        await server.run(reads, writes, options)
        watching.stop()
        tasks.cancel_scope.cancel()


def _streams(reads: BinaryIO, writes: BinaryIO) -> tuple[Any, Any]:
    """What is asked, a line at a time as the SDK can read it, and where it answers."""
    asked: Any = Readable(reads)
    return anyio.wrap_file(asked), anyio.wrap_file(TextIOWrapper(writes, encoding="utf-8", newline="\n"))


class Readable:
    """Lines that the SDK can read: it drops, unanswered, those with half a character or with a number too long for
    it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readline(self) -> str:
        """The next line; empty at the end.

        >>> from io import BytesIO
        >>> Readable(BytesIO(b'{"id": 1, "task": "\\\\ud800 \\\\ud83c\\\\udf89"}\\n')).readline()
        '{"id": 1, "task": "? 🎉"}\\n'
        """
        text = self.file.readline().decode("utf-8", "replace")
        if not _UNREADABLE.search(text):
            return text
        try:
            value = json.loads(text, parse_int=lambda digits: int(digits[:_DIGITS]))
        except (ValueError, RecursionError):
            return text
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8") + "\n"


def _watch(context: Context, send: Any) -> Watching:
    """Waits, in a thread, for changes of what is listed; where there is no index yet, for one."""
    import asyncio

    loop = asyncio.get_running_loop()

    def changed() -> None:
        try:
            context.service.loader().reload()
        except CtxloadError:  # not allowed, or an index has come that cannot be read: there is nothing to list yet
            return
        loop.call_soon_threadsafe(_hint, send)

    return Watching(lambda: _wanted(context), changed).__enter__()


def _hint(send: Any) -> None:
    try:
        send.send_nowait(None)
    except anyio.WouldBlock:  # one announcement is waiting already
        pass


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _files(loader: ContextLoader) -> dict[str, tuple[str, str]]:
    """The files that entries name, each with the id and description of its first entry."""
    found: dict[str, tuple[str, str]] = {}
    tree, names = loader.tree(), own_names()
    for entry in loader.index().entries:
        for path in entry.paths:
            for file in _files_at(tree, path.value):
                found.setdefault(file, (entry.id.value, entry.description))
    return {path: about for path, about in found.items() if not is_closed(tree, path, names)}


def _files_at(tree: DiskTree, path: str) -> Iterable[str]:
    """The files that a path of an entry gives."""
    status = tree.status(path)
    if not is_glob(path) and status.kind != "directory":
        return (status.path,) if status.kind == "file" else ()
    return tree.expand(path).files if is_glob(path) else tree.files_below(status.path).files


def _wanted(context: Context) -> Wanted:
    """What changes the list of resources: the index, the files that its entries name, or the places of an index to
    come.
    """
    try:
        loader = context.service.loader()
        entries = loader.index().entries
    except CtxloadError:
        return Wanted(context.folder, dict.fromkeys(places_in(context.folder), STAT), {})
    paths = [path.value for entry in entries[:LISTED] for path in entry.paths if not is_glob(path.value)]
    tree = loader.tree()
    named = [
        os.path.join(loader.root, *path.split("/")) for path in paths if tree.status(path).kind in ("file", "missing")
    ]
    return loader.wanted(dict.fromkeys(named, PRESENCE))


def _only(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    unknown = [name for name in given if name not in names]
    if unknown:
        raise CtxloadError(f"unknown argument {unknown[0][:100]}: use {', '.join(names)}")
    return given


def _answer(text: str, structured: dict[str, Any], found: dict[str, Any]) -> mcp.CallToolResult:
    """The answer of a tool: its text, what is to be remarked on it, and the same as data."""
    remarks = [
        f"{each['message']} ({each['hint']})" if each.get("hint") else str(each["message"])
        for each in found.get("diagnostics", ())
        if each["code"].startswith(REMARKED)
    ][:REMARKS]
    content: list[Any] = [_text(text)]
    if remarks:
        content.append(_text("\n".join(f"ctxload: {remark}" for remark in remarks)))
        structured = {**structured, "remarks": remarks}
    return mcp.CallToolResult(content=content, structured_content=structured)


def _nothing(loaded: dict[str, Any]) -> str:
    """What is said where no document is given."""
    left = [each["path"] for each in loaded.get("left_out", ())]
    if left:
        return f"The budget has no room for any document. Left out: {', '.join(left[:20])}"
    return "No document of this project is called for by this task."


def _text(text: str) -> mcp.TextContent:
    return mcp.TextContent(text=text)


def _words(error: CtxloadError) -> str:
    hint = error.diagnostics[0].hint if error.diagnostics else ""
    return f"{error} ({hint})" if hint else str(error)


def _quote(path: str) -> str:
    """A path as a part of an address."""
    plain = b"/-._~"
    return "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 or byte in plain else f"%{byte:02X}"
        for byte in path.encode("utf-8")
    )


def _unquote(text: str) -> str:
    """A part of an address as a path."""
    first, *rest = text.split("%")
    out = first.encode("utf-8")
    for part in rest:
        try:
            out += bytes.fromhex(part[:2]) + part[2:].encode("utf-8")
        except ValueError:
            return text
    return out.decode("utf-8", "replace")

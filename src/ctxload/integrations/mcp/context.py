"""What one client is answered: two tools (load for a task, explain), the index and its files as resources, skills, a
prompt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mcp_types as mcp
from anyio.to_thread import run_sync
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from ...errors import CtxloadError
from ...load.allowances import allowed_in, is_closed, own_names, words_for_models
from ...load.withheld import without_hazards
from ...loader import ContextLoader
from ...selection.path_findings import OPENED_BY
from ...workspace.content import read_content
from ...workspace.tree import DiskTree
from ..giver import words
from ..rpc.session import INVALID_PARAMS, NO_CONTEXT
from . import skills
from .served import Served, quote, unquote

INDEX_URI, FILE_URI = "ctxload://index", "ctxload://file/"
#: How many resources are listed.
LISTED = 1_000
#: Findings of these hundreds concern the question and the files of the answer; others are for the author of the index.
REMARKED, REMARKS = ("CTX3", "CTX4"), 5

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


class Context:
    """The answers to one client."""

    def __init__(self, served: Served) -> None:
        self.served = served

    # ── tools ──────────────────────────────────────────────────────────────────────────────────────────

    async def list_tools(self, ctx: Any, params: Any) -> mcp.ListToolsResult:
        """The two tools."""
        return mcp.ListToolsResult(tools=list(TOOLS))

    async def call_tool(
        self, ctx: Any, params: mcp.CallToolRequestParams
    ) -> mcp.CallToolResult | mcp.InputRequiredResult:
        """The answer of a tool; what cannot be answered is an error that the model reads."""
        answers = {"load_context": self._load, "explain_context": self._explain}
        answer = answers.get(params.name)
        if answer is None:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name[:100]}: use {' or '.join(answers)}")
        if asked := await self.served.settle(ctx, params):
            return asked
        try:
            return await run_sync(answer, params.arguments or {})
        except CtxloadError as error:
            return mcp.CallToolResult(content=[_text(words(error))], is_error=True)

    def _load(self, given: dict[str, Any]) -> mcp.CallToolResult:
        loaded = self.served.service.load(_only(given, tuple(TOOLS[0].input_schema["properties"])))
        names = ["layer", "sources", "tokens", "left_out"]
        structured = {name: loaded[name] for name in names if name in loaded}
        for left in structured.get("left_out", ()):
            left["why"] = left["why"].replace(OPENED_BY, "")
        return _answer(loaded["text"] or _nothing(loaded), structured, loaded)

    def _explain(self, given: dict[str, Any]) -> mcp.CallToolResult:
        asked = _only(given, tuple(TOOLS[1].input_schema["properties"]))
        explained = self.served.service.explain({**asked, "format": "text"}, for_model=True)
        structured = {"layer": explained["layer"], "files": explained["files"]}
        return _answer(explained["text"], structured, explained)

    # ── resources ──────────────────────────────────────────────────────────────────────────────────────

    async def list_resources(self, ctx: Any, params: Any) -> mcp.ListResourcesResult:
        """The index, the files that it names, and skills."""
        await self.served.settle(ctx)
        try:
            return mcp.ListResourcesResult(resources=await run_sync(self._resources))
        except CtxloadError:
            return mcp.ListResourcesResult(resources=[])

    def _resources(self) -> list[mcp.Resource]:
        loader, tree, files = self._files()
        about = f"The index of the project: {loader.place.name}"
        found = [mcp.Resource(uri=INDEX_URI, name=loader.place.name, description=about, mime_type="application/yaml")]
        for path, (name, description) in list(files.items())[:LISTED]:
            uri = FILE_URI + quote(path)
            found.append(
                mcp.Resource(
                    uri=uri, name=name, title=path, description=description or None,
                    mime_type=skills.kind_of(uri), size=tree.status(path).size,
                )
            )  # fmt: skip
        return found + [skill.resource() for skill in skills.skills_of(loader, tree, files) if not skill.is_own]

    async def list_templates(self, ctx: Any, params: Any) -> mcp.ListResourceTemplatesResult:
        """How the address of a file is made."""
        template = mcp.ResourceTemplate(
            uri_template=FILE_URI + "{+path}", name="file", description="A file that the index names, by its path."
        )
        return mcp.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, ctx: Any, params: mcp.ReadResourceRequestParams
    ) -> mcp.ReadResourceResult | mcp.InputRequiredResult:
        """The text of the index, of a file that it names, or of a file of a skill; nothing else is given."""
        if asked := await self.served.settle(ctx, params):
            return asked
        uri = str(params.uri)
        try:
            text, kind = await run_sync(self._read, uri)
        except (CtxloadError, OSError) as error:
            code = INVALID_PARAMS if ctx.protocol_version in MODERN_PROTOCOL_VERSIONS else NO_CONTEXT
            raise MCPError(code, str(error)) from error
        return mcp.ReadResourceResult(contents=[mcp.TextResourceContents(uri=uri, text=text, mime_type=kind)])

    def _read(self, uri: str) -> tuple[str, str]:
        loader = self.served.service.loader()
        if uri == INDEX_URI:
            return without_hazards(loader.index().sources[0].text, lambda code: False).text, "application/yaml"
        tree = loader.tree()
        files = files_of(loader, tree)
        if uri.startswith(skills.SCHEME):
            return skills.text_at(loader, tree, files, uri), skills.kind_of(uri)
        path = unquote(uri.removeprefix(FILE_URI)) if uri.startswith(FILE_URI) else ""
        if path not in files:
            raise CtxloadError(f"there is no resource {uri[:200]}: see resources/list")
        content = read_content(tree, path)
        if content.wrong:
            raise CtxloadError(f"{path}: {content.wrong}")
        is_allowed = allowed_in(loader.root)
        found = without_hazards(content.text, lambda code: is_allowed(path, code, content.digest))
        return found.text, skills.kind_of(uri)

    # ── skills ─────────────────────────────────────────────────────────────────────────────────────────

    async def list_skills(self, ctx: Any, params: Any) -> dict[str, Any]:
        """The entries of all skills."""
        await self.served.settle(ctx)
        try:
            entries = await run_sync(lambda: [skill.entry() for skill in skills.skills_of(*self._files())])
        except CtxloadError:
            entries = []
        return {"skills": entries, "ttlMs": 0, "cacheScope": "private"}

    async def get_skill(self, ctx: Any, params: skills.GetSkillParams) -> dict[str, Any]:
        """The entry of one skill."""
        await self.served.settle(ctx)
        try:
            entry = await run_sync(lambda: skills.skill_at(*self._files(), params.uri).entry())
        except CtxloadError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from error
        return {"skill": entry, "ttlMs": 0, "cacheScope": "private"}

    def _files(self) -> tuple[ContextLoader, DiskTree, dict[str, tuple[str, str]]]:
        """The loader, its tree, and the files that its index names."""
        loader = self.served.service.loader()
        tree = loader.tree()
        return loader, tree, files_of(loader, tree)

    # ── prompt ─────────────────────────────────────────────────────────────────────────────────────────

    async def list_prompts(self, ctx: Any, params: Any) -> mcp.ListPromptsResult:
        """The one prompt."""
        return mcp.ListPromptsResult(prompts=[PROMPT])

    async def get_prompt(
        self, ctx: Any, params: mcp.GetPromptRequestParams
    ) -> mcp.GetPromptResult | mcp.InputRequiredResult:
        """The documents for a task, and the task."""
        if params.name != PROMPT.name:
            raise MCPError(INVALID_PARAMS, f"there is no prompt {params.name[:100]}: use {PROMPT.name}")
        if needed := await self.served.settle(ctx, params):
            return needed
        asked = dict(params.arguments or {})
        try:
            _only(asked, tuple(each.name for each in PROMPT.arguments or ()))
            loaded = await run_sync(lambda: self.served.service.load(asked))
        except CtxloadError as error:
            raise MCPError(INVALID_PARAMS, words(error)) from error
        text = "\n\n".join(part for part in (loaded["text"].strip(), asked["task"]) if part)
        return mcp.GetPromptResult(
            description=f"{len(loaded['sources'])} of the project's documents, {loaded['tokens']} tokens",
            messages=[mcp.PromptMessage(role="user", content=_text(text))],
        )


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def files_of(loader: ContextLoader, tree: DiskTree) -> dict[str, tuple[str, str]]:
    """The files that entries name, each with the id and description of its first entry."""
    found: dict[str, tuple[str, str]] = {}
    names = own_names()
    for entry in loader.index().entries:
        for path in entry.paths:
            for file in _files_at(tree, path.value):
                found.setdefault(file, (entry.id.value, entry.description))
    return {path: about for path, about in found.items() if not is_closed(tree, path, names)}


def _files_at(tree: DiskTree, path: str) -> Iterable[str]:
    """The files that a path of an entry gives."""
    status = tree.status(path)
    is_pattern = tree.is_pattern(path)
    if not is_pattern and status.kind != "directory":
        return (status.path,) if status.kind == "file" else ()
    return tree.expand(path).files if is_pattern else tree.files_below(status.path).files


def _only(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    unknown = [name for name in given if name not in names]
    if unknown:
        raise CtxloadError(f"unknown argument {unknown[0][:100]}: use {', '.join(names)}")
    return given


def _answer(text: str, structured: dict[str, Any], found: dict[str, Any]) -> mcp.CallToolResult:
    """The answer of a tool: its text, what is to be remarked on it, and the same as data."""
    remarks = [
        words_for_models(each["code"], str(each["message"]), str(each.get("hint", "")))
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
    return "No document of this project matches this task."


def _text(text: str) -> mcp.TextContent:
    return mcp.TextContent(text=text)

"""The language server: the requests of the protocol answered with `features` and `completion`."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import Any, BinaryIO

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from ...errors import CtxloadError
from ...load.budget import Limits
from ...load.conversation import load_for
from ...selection.model import Request, Resolution
from ...selection.resolver import resolve
from ...selection.views.explain import explain
from ...selection.views.serialize import resolution_data
from ...text.diagnostics import diagnostic
from ...text.render import Paint
from ...text.suggestions import meant
from ...version import __version__
from ..rpc.requests import arguments, short
from ..rpc.service import ASKED, LIMITS, LOADED, load_arguments, loaded_data
from . import features
from .completion import items, spot, written
from .meanwhile import provisional
from .positions import Lines
from .projects import Project, Projects
from .protocol import LOG, Protocol, is_unexpected
from .view import View

#: Seconds of quiet after an edit before findings are looked for; where that takes long, before those that can be known
#: at once.
QUIET, SOON = 0.15, 0.02
#: How many seconds are long.
LONG = 0.15
SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}
KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "id": lsp.CompletionItemKind.Reference,
    "file": lsp.CompletionItemKind.File,
    "agent": lsp.CompletionItemKind.Class,
    "tag": lsp.CompletionItemKind.Keyword,
    "word": lsp.CompletionItemKind.Value,
}
SYMBOLS = {
    "entry": lsp.SymbolKind.Object,
    "rule": lsp.SymbolKind.Event,
    "bundle": lsp.SymbolKind.Package,
    "test": lsp.SymbolKind.Method,
}
SOURCE = "ctxload"
#: What a command may be given by name, and what is said when it is answered from an older text.
KNOWN = (*ASKED, *LOADED, "uri")
BROKEN = "the index cannot be read as it is now: the last good one answers"


class Sent:
    """Where the server writes; runs what waits for a message to be sent, once it is."""

    def __init__(self, file: BinaryIO, waiting: list[Callable[[], None]]) -> None:
        self.file = file
        self.waiting = waiting
        self.close = file.close

    def write(self, data: bytes) -> None:
        """Writes a message."""
        self.file.write(data)

    def flush(self) -> None:
        """Sends it."""
        self.file.flush()
        while self.waiting:
            self.waiting.pop(0)()


class Server(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__("ctxload", __version__, protocol_cls=Protocol)
        self.projects = Projects(self._texts, self._changed_on_disk)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self.last: Project | None = None
        self.when_sent: list[Callable[[], None]] = []

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serves on these streams. Commands answer at once, so that what waits to be sent is the answer of the last
        one.
        """
        told: Any = None if stdout is None else Sent(stdout, self.when_sent)
        super().start_io(stdin, told)

    # ── files and places ───────────────────────────────────────────────────────────────────────────────

    def _open(self) -> dict[str, Any]:
        """The open documents by path.

        WHY: editors write one file's URI in several ways (`c%3A`, `%2D`), and pygls keeps documents by a decoded one.
        """
        return {path_of(document.uri): document for document in list(self.workspace.text_documents.values())}

    def _texts(self) -> dict[str, str]:
        return {path: document.source for path, document in self._open().items()}

    def uri_of(self, project: Project, name: str) -> str:
        """The URI of a file: the one that the editor uses, where it is open."""
        path = project.path_of(name)
        document = self._open().get(path)
        return str(from_fs_path(path) if document is None else document.uri)

    def project(self, uri: str) -> tuple[Project, str] | None:
        """The project of a document, and its name there."""
        path = path_of(uri)
        project = self.projects.of(path)
        name = project.name_of(path) if project else ""
        if project is None or not name:
            return None
        self.last = project
        return project, name

    def lines(self, view: View, name: str) -> Lines:
        """The lines of a file, for positions as this editor counts them."""
        encoding = str(getattr(self.encoding, "value", self.encoding))
        return view.kept(("lines", name, encoding), lambda: Lines(features.text_of(view, name).text, encoding))

    @property
    def encoding(self) -> Any:
        """How this editor counts the characters of a line."""
        return self.workspace.position_encoding

    # ── findings ───────────────────────────────────────────────────────────────────────────────────────

    def refresh(self, project: Project, *, now: bool = False) -> None:
        """Looks for findings when it has been quiet for a moment, or now."""
        project.outdate()
        if now:
            self._later(project, 0, self.publish)
        else:
            self._later(project, SOON if project.cost > LONG else QUIET, self.publish)

    def _later(self, project: Project, seconds: float, act: Callable[[Project], None]) -> None:
        """Does it so much later, in the place of what was to be done for the project."""
        waiting = self._waiting.pop(project.place.path, None)
        if waiting is not None:
            waiting.cancel()
        if seconds:
            self._waiting[project.place.path] = asyncio.get_running_loop().call_later(seconds, act, project)
        else:
            act(project)

    def publish(self, project: Project) -> None:
        """Finds and sends the findings of a project; where that takes long, first what can be known at once."""
        view = project.view
        if project.checked is not None and project.cost > LONG:
            view.show(provisional(project.checked, view), final=False)
            self._send(project, view)
            self._later(project, max(QUIET, project.cost), self.check)
            return
        begun = monotonic()
        view.show(view.checked(), final=True)
        self._checked(project, view, monotonic() - begun)

    def check(self, project: Project) -> None:
        """Looks over a large index, in a thread beside the requests."""
        view, begun = project.view, monotonic()
        loop = asyncio.get_running_loop()

        def run() -> None:
            found = view.checked()
            loop.call_soon_threadsafe(done, found)

        def done(found: Any) -> None:
            if project.view is view:  # else another text is there, which is looked over in its turn
                view.show(found, final=True)
                self._checked(project, view, monotonic() - begun)

        Thread(target=run, name="ctxload-checking", daemon=True).start()

    def _checked(self, project: Project, view: View, seconds: float) -> None:
        if view.served:
            project.checked, project.cost = view, seconds
        self._send(project, view)
        if project.watch():
            self.refresh(project)

    def _send(self, project: Project, view: View) -> None:
        """Sends the findings of every file of a project; of those that have none any more, that."""
        found = features.findings_by_file(view)
        for name in sorted({*found, *project.published}):
            lines = self.lines(view, name)
            source = features.text_of(view, name)
            shown = [self._shown(project, view, source, lines, finding) for finding in found.get(name, ())]
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(self.uri_of(project, name), shown))
        project.published = {name for name in found if found[name]}
        project.forget()

    def _shown(self, project: Project, view: View, source: Any, lines: Lines, finding: Any) -> lsp.Diagnostic:
        """The same as `diagnostic`; what was shown before of the same lines is shown again."""
        places = [(view.source(each.path), each.line) for each in finding.related]
        texts = [source.line(finding.line), *(other.line(line) if other else "" for other, line in places)]
        return project.kept((finding, *texts), lambda: self.diagnostic(project, view, source, lines, finding))

    def diagnostic(self, project: Project, view: View, source: Any, lines: Lines, finding: Any) -> lsp.Diagnostic:
        """A finding as the editor shows it: the cure below what is wrong."""
        related = [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(self._uri_in(view, project, place.path), self.point(view, place)), place.label
            )
            for place in finding.related
        ]
        text = finding.message + (f"\n{finding.hint}" if finding.hint else "")
        return lsp.Diagnostic(
            span(lines, *features.stretch(source, finding)), text, SEVERITIES[finding.severity], finding.code,
            source=SOURCE, related_information=related or None,
        )  # fmt: skip

    def _uri_in(self, view: View, project: Project, name: str) -> str:
        return view.kept(("uri", name), lambda: self.uri_of(project, name))

    def point(self, view: View, place: Any) -> lsp.Range:
        """Where a second place of a finding is."""
        offset = features.text_of(view, place.path).offset(place.line, place.column)
        return span(self.lines(view, place.path), offset, offset)

    def _changed_on_disk(self, project: Project) -> None:
        """Called in the thread of a watcher."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.refresh, project)


def path_of(uri: str) -> str:
    """The path of a document; of one that isn't a file, what stands in its place."""
    try:
        return os.path.normpath(to_fs_path(uri) or uri)
    except ValueError:  # not a URI, as in `http://[::1`
        return uri


def span(lines: Lines, start: int, end: int) -> lsp.Range:
    """A stretch of a text as the protocol counts it."""
    return lsp.Range(lsp.Position(*lines.position(start)), lsp.Position(*lines.position(end)))


def make_server() -> Server:
    """A server with all that it can do."""
    logging.getLogger(LOG).addFilter(is_unexpected)
    server = Server()
    _documents(server)
    _places(server)
    _offers(server)
    _commands(server)
    return server


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────


def _documents(server: Server) -> None:
    @server.feature(lsp.INITIALIZED)
    def initialized(ls: Server, params: Any) -> None:
        ls.loop = asyncio.get_running_loop()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        for project in ls.projects:  # an open document has the address that the editor writes
            project.forget_all()
        _refresh(ls, params.text_document.uri, now=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        _refresh(ls, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        _refresh(ls, params.text_document.uri, now=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        _refresh(ls, params.text_document.uri)

    @server.feature(lsp.SHUTDOWN)
    def shutdown(ls: Server, params: Any) -> None:
        for project in ls.projects:
            project.stop()


def _refresh(server: Server, uri: str, *, now: bool = False) -> None:
    found = server.project(uri)
    if found is not None:
        server.refresh(found[0], now=now)


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


def _places(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        found = _place(ls, params)
        if found is None:
            return None
        _, view, name, lines, offset = found
        shown = features.hover(view, name, offset)
        if shown is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, shown.text), span(lines, shown.start, shown.end))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: Server, params: lsp.DefinitionParams) -> list[lsp.Location]:
        found = _place(ls, params)
        if found is None:
            return []
        project, view, name, _, offset = found
        return [
            lsp.Location(ls.uri_of(project, place.file), span(ls.lines(view, place.file), place.start, place.end))
            for place in features.definition(view, name, offset)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def document_links(ls: Server, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        found = _index(ls, params.text_document.uri)
        if found is None:
            return []
        project, view, name = found
        lines = ls.lines(view, name)
        return [
            lsp.DocumentLink(span(lines, start, end), ls.uri_of(project, path))
            for start, end, path in features.links(view, name)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbols(ls: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = _index(ls, params.text_document.uri)
        if found is None:
            return []
        _, view, name = found
        lines = ls.lines(view, name)
        return [
            lsp.DocumentSymbol(
                each.name, SYMBOLS[each.kind], span(lines, each.start, each.end), span(lines, each.start, each.end),
                each.about or each.kind,
            )
            for each in features.symbols(view, name)
        ]  # fmt: skip

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def code_lenses(ls: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        found = _index(ls, params.text_document.uri)
        if found is None:
            return []
        _, view, name = found
        lines = ls.lines(view, name)
        return [
            lsp.CodeLens(span(lines, start, start), lsp.Command(title, ""))
            for start, title in features.lenses(view, name)
        ]


def _place(server: Server, params: Any) -> tuple[Project, View, str, Lines, int] | None:
    """The project, view and file of a position, its lines, and the offset."""
    found = _index(server, params.text_document.uri)
    if found is None:
        return None
    project, view, name = found
    lines = server.lines(view, name)
    return project, view, name, lines, lines.offset(params.position.line, params.position.character)


def _index(server: Server, uri: str) -> tuple[Project, View, str] | None:
    """The project, view and name of a document that is a file of an index."""
    found = server.project(uri)
    if found is None:
        return None
    project, name = found
    view = project.view
    return (project, view, name) if name == project.place.name or name in view.files else None


# ── offers ───────────────────────────────────────────────────────────────────────────────────────────────


def _offers(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions([":", "-", "[", ",", " ", "/"]))
    def complete(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
        found = ls.project(params.text_document.uri)
        if found is None or not _is_of_index(*found):
            return lsp.CompletionList(False, [])
        text = ls.workspace.get_text_document(params.text_document.uri).source
        lines = Lines(text, str(getattr(ls.encoding, "value", ls.encoding)))
        offset = lines.offset(params.position.line, params.position.character)
        here = spot(text, offset)
        offered = []
        for number, item in enumerate(items(found[0].settled, here)):
            end, new, held_against = written(text, offset, here, item)
            offered.append(
                lsp.CompletionItem(
                    item.text, kind=KINDS[item.kind], documentation=item.about or None, sort_text=f"{number:04}",
                    text_edit=lsp.TextEdit(span(lines, here.start, end), new), filter_text=held_against,
                )
            )  # fmt: skip
        return lsp.CompletionList(False, offered)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def code_actions(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = ls.project(params.text_document.uri)
        if found is None:
            return []
        project, name = found
        view = project.view
        lines = ls.lines(view, name)
        start = lines.offset(params.range.start.line, params.range.start.character)
        end = lines.offset(params.range.end.line, params.range.end.character)
        actions = [_action(ls, project, view, each) for each in features.actions(view, name, start, end)]
        only = params.context.only
        return [
            action
            for action in actions
            if action is not None and (not only or any(_is_kind(action.kind, kind) for kind in only))
        ]


def _is_of_index(project: Project, name: str) -> bool:
    """Whether a document is the index, or a file that it includes."""
    return name == project.place.name or (name.endswith((".yml", ".yaml")) and name in project.settled.files)


def _is_kind(kind: Any, wanted: Any) -> bool:
    have, want = (str(getattr(each, "value", each)) for each in (kind, wanted))
    return have == want or have.startswith(want + ".") or not want


def _action(server: Server, project: Project, view: View, action: features.Action) -> lsp.CodeAction | None:
    """An action as the editor can do it; None for one that this editor cannot do."""
    path, text = action.create
    kind = lsp.CodeActionKind.QuickFix if action.finding is not None else lsp.CodeActionKind.SourceFixAll
    finding = []
    if action.finding is not None:
        source = features.text_of(view, action.finding.path or project.place.name)
        finding = [server.diagnostic(project, view, source, server.lines(view, source.name), action.finding)]
    if path:
        if not _can_create(server):
            return None
        uri = server.uri_of(project, path)
        start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        edit = lsp.WorkspaceEdit(
            document_changes=[
                lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True)),
                lsp.TextDocumentEdit(
                    lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=None), [lsp.TextEdit(start, text)]
                ),
            ]
        )
    else:
        edit = lsp.WorkspaceEdit(
            {
                server.uri_of(project, name): [
                    lsp.TextEdit(span(server.lines(view, name), first, last), new) for first, last, new in edits
                ]
                for name, edits in action.edits
            }
        )
    return lsp.CodeAction(action.title, kind, finding or None, action.certain, edit=edit)


def _can_create(server: Server) -> bool:
    workspace = server.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    kinds = [str(getattr(kind, "value", kind)) for kind in (edits.resource_operations or ())] if edits else []
    return "create" in kinds


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────


def _commands(server: Server) -> None:
    @server.command("ctxload.resolve")
    def run_resolve(ls: Server, *given: Any) -> dict[str, Any]:
        _, resolution = _asked(ls, given)
        return short(resolution)

    @server.command("ctxload.explain")
    def run_explain(ls: Server, *given: Any) -> dict[str, Any]:
        view, resolution = _asked(ls, given)
        data = resolution_data(view.tree, resolution)
        for file in data["files"]:
            about = view.about(file["path"])
            file.update(title=about.title, tokens=about.tokens)
        return {**data, "text": explain(resolution, Paint(False), 80)}

    @server.command("ctxload.load")
    def run_load(ls: Server, *given: Any) -> dict[str, Any]:
        def hand_over(loaded: Any) -> Callable[[Callable[[], None]], object]:
            return ls.when_sent.append

        view, resolution = _asked(ls, given)
        try:
            asked = load_arguments(_params(given))
            limits = Limits.of(tuple([asked.pop(name, None) for name in LIMITS]))
            return loaded_data(load_for(resolution, view.tree, view.tables, limits, **asked, hand_over=hand_over))
        except CtxloadError as error:
            raise _invalid(error) from error

    @server.command("ctxload.status")
    def run_status(ls: Server, *given: Any) -> dict[str, Any]:
        project = _project_of(ls, _uri(given))
        return features.status(project.view)

    @server.command("ctxload.add")
    async def run_add(ls: Server, *given: Any) -> dict[str, Any]:
        uri = _uri(given)
        project = _project_of(ls, uri)
        action = _to_list(project, project.name_of(path_of(str(uri))))
        offered = _action(ls, project, project.view, action)
        assert offered is not None and offered.edit is not None  # it makes no file
        done = await ls.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(offered.edit, action.title))
        [(name, edits)] = action.edits
        where = span(ls.lines(project.view, name), edits[0][0], edits[0][0])
        return {"applied": done.applied, "uri": ls.uri_of(project, name), "line": where.start.line + 1}


def _uri(given: tuple[Any, ...]) -> Any:
    """The document that a command is about; None where it names none."""
    if len(given) > 1 or not all(isinstance(each, dict) and each.keys() <= {"uri"} for each in given):
        raise JsonRpcInvalidParams('give an object as in {"uri": "file:///project/context/api.md"}, or nothing')
    return given[0].get("uri") if given else None


def _to_list(project: Project, name: str) -> features.Action:
    """What lists a document in the index; JsonRpcInvalidParams where that can't be done."""
    view, index = project.view, project.place.name
    if not name or not view.file(name):
        raise JsonRpcInvalidParams("save the document first, in the project's folder")
    if any(name in view.files_of(entry) for entry in view.index.entries):
        raise JsonRpcInvalidParams(f"{name} is in {index} already")
    edit = features.new_entry(view, name)
    if edit is None:
        raise JsonRpcInvalidParams(f"{index} isn't a plain list of entries now: add {name} there by hand")
    return features.Action(f"List it in {index}", ((index, (edit,)),))


def _asked(server: Server, given: tuple[Any, ...]) -> tuple[View, Resolution]:
    """The resolution of what a command was given: a task and perhaps an agent, or an object."""
    params = _params(given)
    project = _project_of(server, params.get("uri"))
    for key in params:
        if key not in KNOWN:
            raise JsonRpcInvalidParams(
                f"unknown parameter `{key[:100]}` ({meant(key, KNOWN) or 'use ' + ', '.join(KNOWN)})"
            )
    try:
        asked = arguments(params)
        context = asked["context"]
        request = Request(
            asked["task"], asked["agent"] or "", context, asked["match"] or "", asked["tags"], files=asked["files"],
            without=asked["without"],
        )  # fmt: skip
        view = project.last_good
        findings = view.assembled.diagnostics
        if view is not project.view:
            hint = "fix it where the findings show"
            findings += (diagnostic("CTX404", BROKEN, project.place.name, hint=hint),)
        return view, resolve(view.tables, view.tree, request, findings)
    except CtxloadError as error:
        raise _invalid(error) from error


def _invalid(error: CtxloadError) -> JsonRpcInvalidParams:
    """What an editor shows for a command that cannot be answered: what is wrong, and the cure."""
    hint = error.diagnostics[0].hint if error.diagnostics else ""
    return JsonRpcInvalidParams(f"{error} ({hint})" if hint else str(error))


def _params(given: tuple[Any, ...]) -> dict[str, Any]:
    """What a command was given, by name."""
    if len(given) == 1 and isinstance(given[0], dict):
        return given[0]
    if given and all(isinstance(each, str) for each in given) and len(given) < 3:
        return dict(zip(("task", "agent"), given, strict=False))
    raise JsonRpcInvalidParams('give a task and perhaps an agent, or an object as in {"task": "fix the login"}')


def _project_of(server: Server, uri: Any) -> Project:
    """The project of a document, the one that was last worked in, or that of the folder of the workspace."""
    if uri is not None:
        named = server.projects.of(path_of(uri)) if isinstance(uri, str) else None
        if named is None:
            raise JsonRpcInvalidParams(f"there is no context-index.yml for the document {str(uri)[:200]}")
        return named
    project = server.last
    if project is None:
        folders = [folder.uri for folder in server.workspace.folders.values()] or [server.workspace.root_uri or ""]
        tried = (server.projects.of(os.path.join(path_of(folder), "any file")) for folder in folders if folder)
        project = next((each for each in tried if each is not None), None)
    if project is None:
        raise JsonRpcInvalidParams("there is no context-index.yml: open one, or a file below it")
    return project

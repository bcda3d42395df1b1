"""`Service`: what a client can ask of one project: resolve, explain, load, check, status.

Parameters and results are JSON-ready data, whatever the protocol around them. The answers are those of the commands of
the same name.
"""

from __future__ import annotations

import os
from threading import Lock

from ...errors import CtxloadError, UsageError
from ...formats import check_sources
from ...load.budget import Limits
from ...loader import ContextLoader
from ...selection.views.serialize import resolution_data
from ...version import __version__
from ...workspace.locations import Place, discover
from .context_request import answer_context_request, is_context_request
from .requests import answer_object, arguments, short
from .session import Method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...load.conversation import Later
    from ...load.packer import Loaded
    from ...text.diagnostics import Diagnostic

    Data = dict[str, Any]

#: What a task is asked with, whatever is asked about it.
ASKED = ("task", "agent", "context", "match", "tags", "files", "without")
#: What else a load is asked with.
LIMITS = ("budget", "max_chars", "max_bytes", "max_files")
LOADED = (*LIMITS, "format", "conversation", "fresh")


class Service:
    """One project. It may have no index yet, or one that cannot be read: then each question is answered with that.

    >>> service = Service(root=example_project())
    >>> service.resolve({"task": "Add a REST-framework view"})
    {'files': ['context/api.md'], 'layer': 'keyword'}
    """

    _kind = ContextLoader

    def __init__(self, index: str = "", root: str = "", sources: tuple[str, ...] = ()) -> None:
        self._named = root or None, index or None
        self._sources = sources
        self._loader: ContextLoader | None = None
        self._lock = Lock()

    @property
    def folder(self) -> str:
        """The folder whose index is served, or will be as soon as there is one."""
        root, index = self._named
        return os.path.abspath(os.path.expanduser(root or (os.path.dirname(index) if index else "") or "."))

    def place(self) -> Place:
        """Where the index is, found without reading it. Raises NoIndexError."""
        if self._loader is not None:
            return self._loader.place
        root, index = self._named
        return discover(index=index or "", root=root or "", sources=check_sources(self._sources))

    def loader(self) -> ContextLoader:
        """The loader of the project, made when it can be. Raises as ContextLoader does."""
        loader = self._loader
        if loader is None:
            with self._lock:
                loader = self._loader = self._loader or self._kind(*self._named, sources=check_sources(self._sources))
        return loader

    def warm(self) -> None:
        """Makes the first question as quick as the next ones. Raises when there is no index, or none that can serve."""
        import difflib  # noqa: F401  (near names of an agent nobody knows; some version of another library brings it along)

        from ...matching import small_talk  # noqa: F401  (a prompt may be nothing else)
        from ...selection import rest_of_task  # noqa: F401  (a task may have a second part)
        from ...text import codes  # noqa: F401  (a finding is said by its code)

        self.loader().resolve("the first task, which a rule, `Context:` or a WordLikeThis could be in")

    def methods(self) -> dict[str, Method]:
        """What a session can call."""
        return {
            "resolve": Method(self.resolve, ASKED),
            "explain": Method(self.explain, (*ASKED, "all", "format"), slow=True),
            "load": Method(self.load, (*ASKED, *LOADED), slow=True, hands_over=True),
            "check": Method(self.check, (), slow=True),
            "status": Method(self.status),
        }

    def plain(self, data: Data) -> Data:
        """The answer to a plain object: that of a batch, or of a context request."""
        if is_context_request(data):
            return answer_context_request(self.loader, data)
        return answer_object(self.loader, data)

    def resolve(self, params: Data) -> Data:
        """The paths for a task, best first, and the layer that answered."""
        return short(self.loader().resolve(**arguments(params)))

    def explain(self, params: Data, *, for_model: bool = False) -> Data:
        """Why, and why not: what `ctxload explain --json` prints, or with the format `text` what `explain` prints.

        `for_model`: without files that are closed to models, and without a word on how a person opens them.
        """
        form, every = params.get("format", "json"), params.get("all", False)
        if form not in ("json", "text"):
            raise UsageError("`format` must be json or text")
        if not isinstance(every, bool):
            raise UsageError("`all` must be true or false")
        loader = self.loader()
        resolution = loader.resolve(**arguments(params))
        if for_model:
            from ...load.allowances import told_to_models

            resolution = told_to_models(resolution, loader.tree())
        if form == "json":
            return resolution_data(loader.tree(), resolution, every=every)
        from ...selection.views.explain import explain
        from ...text.render import Paint

        return {**short(resolution), "text": explain(resolution, Paint(False), 80, every=every)}

    def load(self, params: Data, hand_over: Callable[[Data], Later | None] = lambda data: None) -> Data:
        """The content for a task, as `ctxload load` prints it, with its parts; without what a model is never given.

        A conversation notes it after it was handed over.
        """
        asked = {**arguments(params), **load_arguments(params)}
        data: Data = {}

        def give(loaded: Loaded) -> Later | None:
            data.update(loaded_data(loaded))
            return hand_over(data)

        self.loader().load(**asked, for_model=True, hand_over=give)
        return data

    def check(self, params: Data) -> Data:
        """Every finding about the index, as `ctxload check --format json` prints them, and how many there are."""
        from ...authoring.lint.findings import findings_of

        found, _ = findings_of(self.loader().place)
        return {"findings": [finding.to_dict() for finding in found], **_counts(found)}

    def status(self, params: Data) -> Data:
        """What is served: the version, the project, how its index is. Never an error."""
        data: Data = {"version": __version__}
        try:
            loader = self.loader()
            index = loader.index()
        except CtxloadError as error:
            findings = [finding.to_dict() for finding in error.diagnostics]
            return {**data, "serves": False, "problem": str(error), **({"findings": findings} if findings else {})}
        stale = any(finding.code == "CTX404" for finding in loader.diagnostics)
        data.update(serves=True, root=loader.root, index=index.name, entries=len(index.entries), stale=stale)
        return {**data, **_counts(loader.diagnostics)}


def load_arguments(params: Data) -> Data:
    """What `ContextLoader.load` is to be called with beside the task; UsageError where a value is of no use."""
    found = {name: params[name] for name in LOADED if params.get(name) is not None}
    Limits.of(tuple([found.get(name) for name in LIMITS])).checked()
    for name, kind in (("format", str), ("conversation", str), ("fresh", bool)):
        if name in found and not isinstance(found[name], kind):
            raise UsageError(f"`{name}` must be {'a text' if kind is str else 'true or false'}")
    return found


def loaded_data(loaded: Loaded) -> Data:
    """What was loaded as JSON-ready data: the text, its parts, what was left out and why."""
    parts = [
        {"path": part.path, "form": part.form, "layer": part.layer, "why": part.why, "tokens": part.tokens}
        for part in loaded.parts
    ]
    data: Data = {"text": loaded.text, "tokens": loaded.tokens, "layer": loaded.resolution.layer, "parts": parts}
    data["sources"] = list(loaded.sources)
    if loaded.left_out:
        data["left_out"] = [{"path": left.path, "why": left.why} for left in loaded.left_out]
    if loaded.diagnostics:
        data["diagnostics"] = [finding.to_dict() for finding in loaded.diagnostics]
    return data


def _counts(findings: tuple[Diagnostic, ...]) -> dict[str, int]:
    return {f"{kind}s": sum(finding.severity == kind for finding in findings) for kind in ("error", "warning", "note")}

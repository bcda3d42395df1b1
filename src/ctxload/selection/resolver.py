"""From tables, a tree and a request to a resolution: the one function behind every door.

Read `fill` aloud and you have the documentation of precedence. Explicit: what the task or the caller names, and nothing
else. Keyword: entries in scope that a keyword or a rule calls for. Fallback: only when nothing explicit was named and
nothing matched. Always: after whichever answered.

Pure: it reads no clock and no environment, and touches files only through the tree.
"""

from __future__ import annotations

from .choice import Choice
from .keyword import keyword
from .model import ALWAYS, EXPLICIT, FALLBACK, KEYWORD_LAYER, NONE, PendingVerdicts, Request, Resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .directives import Item
    from .model import Verdict

#: The word for the agent whose definition fits the task best.
AUTO = "auto"


def resolve(
    tables: Tables,
    tree: Tree,
    request: Request,
    findings: tuple[Diagnostic, ...] = (),
    evidence: Callable[[], Evidence | None] | None = None,
) -> Resolution:
    """The files for a task, with reasons. `findings` are those of the index, which the answer carries along.

    `evidence` gives what the documents talk about when the choice asks for it; without it they are read for this
    answer.

    Raises ExplicitContextError when context that was named doesn't exist; nothing is loaded in its place. Raises
    UsageError where there is neither a task nor a file at hand nor context.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md, keywords: [rest framework]}]")).index
    >>> resolve(compile_index(index), MemoryTree({"api.md": "# API"}), Request("Add a REST-framework view"))
    <Resolution keyword: api.md>
    """
    return settle(choice_for(tables, tree, request, evidence), findings)


def choice_for(
    tables: Tables, tree: Tree, request: Request, evidence: Callable[[], Evidence | None] | None = None
) -> Choice:
    """A choice that nobody has filled yet, for who asks it more than its resolution says."""
    if evidence is None:
        evidence = _Documents(tables, tree)
    if request.agent == AUTO:
        from .agent_ranking import choice_by_definition

        return choice_by_definition(tables, tree, request, evidence)
    return Choice(tables, tree, request, evidence)


def agent_findings(tables: Tables, tree: Tree, name: str) -> tuple[Diagnostic, ...]:
    """What there is to say of an agent's name: nothing, if the index knows it."""
    return tuple(choice_for(tables, tree, Request("", name)).findings)


def settle(choice: Choice, findings: tuple[Diagnostic, ...] = ()) -> Resolution:
    """The resolution of a choice that nobody has filled yet."""
    fill(choice)
    return settled(choice, findings)


def settled(choice: Choice, findings: tuple[Diagnostic, ...] = ()) -> Resolution:
    """The resolution of a choice that is filled."""
    request = choice.request
    choice.settle()
    if len({file.size for file in choice.files.values()}) < len(choice.files):
        from .path_findings import drop_copies

        drop_copies(choice)
    files = tuple(choice.files.values())
    layer = choice.layer if files or choice.layer != FALLBACK else NONE
    findings = (*findings, *choice.findings) if choice.findings else findings
    later = PendingVerdicts(_Verdicts(choice))
    return Resolution(request.task, request.agent, choice.mode, layer, files, tuple(choice.left_out), findings, later)


# ── the layers, in order ─────────────────────────────────────────────────────────────────────────────────


def fill(choice: Choice) -> None:
    """Fills a choice: explicit, else keyword, else fallback; then always."""
    if choice.request.without:
        from .meant import leave_out

        leave_out(choice, choice.request.without)
    items = _items(choice)
    if items is not None:
        from .explicit import explicit, is_none

        choice.layer = EXPLICIT
        explicit(choice, items)
        if is_none(items):
            return
    elif keyword(choice):
        choice.layer = KEYWORD_LAYER
    else:
        if not (choice.request.files or choice.request.task.strip()):
            raise _nothing_asked()
        fill_unmatched(choice)
        return
    _add_always(choice)


def fill_unmatched(choice: Choice) -> None:
    """Fills a choice as for a task that matches nothing: fallback; then always."""
    from .fallback import fallback

    fallback(choice)
    _add_always(choice)


def _nothing_asked() -> Exception:
    from ..errors import UsageError

    return UsageError("nothing is asked: there is no task, no file at hand and no context that is named")


def _items(choice: Choice) -> list[Item] | None:
    """The context named by the caller, else by the task's directives; None when none is named."""
    request = choice.request
    if request.context is None and not may_name(request.task):
        return None
    from .explicit import explicit_items

    return explicit_items(choice)


def may_name(task: str) -> bool:
    """Whether a directive may stand in a task; a quick look."""
    if ":" not in task:
        return False
    low = task.lower()
    return "context:" in low or "context**:" in low or "context__:" in low


def _add_always(choice: Choice) -> None:
    """What comes along whatever was selected."""
    names = choice.tables.meta.always + (choice.scope.agent_row.always if choice.agent else ())
    if names:
        from .named_by_index import add_named

        for name in dict.fromkeys(names):
            add_named(choice, name, ALWAYS, "always", f"always: {name}")


# ── what only some answers need ──────────────────────────────────────────────────────────────────────────


class _Documents:
    """What the documents of an index talk about, read when it is asked for."""

    def __init__(self, tables: Tables, tree: Tree) -> None:
        self.tables = tables
        self.tree = tree

    def __call__(self) -> Evidence:
        from .documents import evidence_of

        return evidence_of(self.tables, self.tree)


class _Verdicts:
    """The verdicts of a choice, worked out when they are asked for."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice

    def __call__(self) -> tuple[Verdict, ...]:
        from .views.verdicts import verdicts

        return verdicts(self.choice)

"""From tables, a tree and a request to a resolution: the one function behind every door.

Pure: it reads no clock and no environment, and touches files only through the tree.
"""

from __future__ import annotations

from .layers import Choice, explicit_items, layers_of
from .model import NONE, Request, Resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree


def resolve(
    tables: Tables,
    tree: Tree,
    request: Request,
    known: tuple[Diagnostic, ...] = (),
    evidence: Callable[[], Evidence | None] | None = None,
) -> Resolution:
    """The files for a task, with reasons. `known` are findings of the index that the answer carries along.

    `evidence` gives what the documents talk about when `focused` asks for it; without it they are read for this answer.

    Raises ExplicitContextError when context that was named is not there; nothing is loaded in its place.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md, keywords: [rest framework]}]")).index
    >>> resolve(compile_index(index), MemoryTree({"api.md": "# API"}), Request("Add a REST-framework view"))
    <Resolution keyword: api.md>
    """
    return settle(Choice(tables, tree, request, evidence), known)


def settle(choice: Choice, known: tuple[Diagnostic, ...] = ()) -> Resolution:
    """The resolution of a choice that nobody has filled yet, for who asks the choice more than its resolution says."""
    request = choice.request
    layers_of(choice, explicit_items(choice))
    choice.settle()
    files = tuple(choice.files.values())
    layer = choice.layer if files or choice.layer != "fallback" else NONE
    findings = (*known, *choice.findings) if choice.findings else known
    left_out = tuple(choice.left_out)
    return Resolution(
        request.task, choice.request.agent, choice.mode, layer, files, left_out, findings, [choice.verdicts]
    )

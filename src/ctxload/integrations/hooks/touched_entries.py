"""Files that are being written → the entries whose `for_files` they fit.

No word calls for an entry here, no rule fires, nothing falls back, and nothing always comes: the prompt had all that.

>>> from ctxload.index.parser import parse
>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.selection.model import Request
>>> from ctxload.text.source import Source
>>> from ctxload.workspace.memory_tree import MemoryTree
>>> text = "context_files: [{path: ts.md, for_files: ['**/*.ts']}, {path: api.md, keywords: [api]}]"
>>> tree = MemoryTree({"ts.md": "# TypeScript", "api.md": "# API"})
>>> touched(compile_index(parse(Source("i", text)).index), tree, Request("the api", files=("web/new.ts",)))
<Resolution keyword: ts.md>
"""

from __future__ import annotations

from ...matching.matcher import find
from ...matching.tables import SECTION
from ...selection.choice import Choice, in_rank
from ...selection.files_at_hand import FILE_POINTS, called_for
from ...selection.model import KEYWORD_LAYER
from ...selection.resolver import settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...matching.tables import Tables
    from ...selection.choice import Ranked
    from ...selection.model import Request, Resolution
    from ...workspace.tree import Tree


def touched(tables: Tables, tree: Tree, request: Request) -> Resolution:
    """What the files of a request call for. Its task is what is being written: of the entries that come it tells which
    sections are wanted, as their keywords (`sections`) do in a prompt.
    """
    choice = Choice(tables, tree, request)
    seen: set[int] = set()
    for number, score, reasons in in_rank(choice, _called(choice)):
        seen.add(number)
        choice.add_entry(number, reasons, score)
        if tables.entries[number].requires:
            from ...selection.required import require

            require(choice, number, KEYWORD_LAYER, seen)
    choice.layer = KEYWORD_LAYER
    return settled(choice)


def _called(choice: Choice) -> list[Ranked]:
    """The entries in scope that a file calls for."""
    sections = _sections_in(choice)
    ranked: list[Ranked] = []
    for number, reason in called_for(choice.tables, choice.tree, choice.request.replace(task="")):
        row = choice.tables.entries[number]
        if row.needs_both and row.id not in choice.request.met:
            continue
        if why := choice.why_out_of_scope(number, row) or choice.why_does_not_count(row):
            choice.why_not[number] = why
        else:
            ranked.append((number, FILE_POINTS, (reason.replace(sections=sections.get(number, ())),)))
    return ranked


def _sections_in(choice: Choice) -> dict[int, tuple[str, ...]]:
    """The headings whose keywords stand in what is being written, by entry."""
    found: dict[int, tuple[str, ...]] = {}
    rows = choice.tables.keywords
    for number, hits in find(choice.tables, choice.tokens).items():
        called = [rows[hit.keyword] for hit in hits]
        named = [choice.tables.entries[number].sections_of(row.text) for row in called if row.kind == SECTION]
        found[number] = tuple(dict.fromkeys(heading for headings in named for heading in headings))
    return found

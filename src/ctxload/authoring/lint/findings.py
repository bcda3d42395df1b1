"""All findings of an index: of reading it, across its entries and files, and what tasks show."""

from __future__ import annotations

from ...matching.compiler import compile_index
from ...project.assemble import Assembled, assemble
from ...text.diagnostics import Diagnostic, in_order
from ...workspace.locations import Place
from ...workspace.tree import DiskTree
from .cross_checks import cross_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...index.model import Case
    from ...matching.tables import Tables
    from ...workspace.tree import Tree


def findings_of(place: Place, tasks: Sequence[Case] = ()) -> tuple[tuple[Diagnostic, ...], Assembled]:
    """Every finding about the index at a place, in source order; `tasks` show some that it cannot show by itself."""
    assembled = assemble(place, DiskTree(place.root))
    tables = compile_index(assembled.index, words=bool(tasks))  # only tasks ask for keywords
    return findings_in(assembled, tables, DiskTree(place.root), tasks), assembled


def findings_in(assembled: Assembled, tables: Tables, tree: Tree, tasks: Sequence[Case] = ()) -> tuple[Diagnostic, ...]:
    """Every finding about an index that was read and compiled, in source order."""
    found = list(assembled.diagnostics)
    if assembled.served:
        across = cross_check(assembled.index, tables, tree)
        said = {(finding.code, finding.place) for finding in across}
        found = [*(finding for finding in found if (finding.code, finding.place) not in said), *across]
        if tasks:
            found += _shown_by(tasks, assembled, tables, tree)
    return in_order(found)


def _shown_by(tasks: Sequence[Case], assembled: Assembled, tables: Tables, tree: Tree) -> Iterable[Diagnostic]:
    from ...selection.documents import read_evidence
    from ..evaluate.cases import once
    from .usage import findings_from

    return findings_from(assembled.index, tables, tree, tasks, once(lambda: read_evidence(tables, tree)))

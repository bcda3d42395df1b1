"""All findings of an index: of reading it, across its entries and files, and what tasks show."""

from __future__ import annotations

from ...matching.compiler import compile_index
from ...project.assemble import Assembled, assemble
from ...text.diagnostics import Diagnostic, in_order
from ...workspace.locations import Place
from ...workspace.tree import DiskTree
from ..telling import one_by_one, untold
from .cross_checks import cross_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ...index.model import Case
    from ...matching.tables import Tables
    from ...workspace.tree import Tree


#: The stages of looking for findings, with tasks or without, and how much is done when each begins, in percent.
STAGES = {"reading": 0, "parsing": 2, "checking": 25}
STAGES_WITH_TASKS = {**STAGES, "asking": 60}


def findings_of(
    place: Place, tasks: Sequence[Case] = (), tell: Callable[[str, float], None] = untold
) -> tuple[tuple[Diagnostic, ...], Assembled]:
    """Every finding about the index at a place, in source order; `tasks` show some that it cannot show by itself.

    `tell` is called with the stage it is in, and the share of that which is done.
    """
    assembled = assemble(place, DiskTree(place.root), stage=lambda stage: tell(stage, 0.0))
    tell("checking", 0.0)
    tables = compile_index(assembled.index, words=bool(tasks))  # only tasks ask for keywords
    return findings_in(assembled, tables, DiskTree(place.root), tasks, tell), assembled


def findings_in(
    assembled: Assembled,
    tables: Tables,
    tree: Tree,
    tasks: Sequence[Case] = (),
    tell: Callable[[str, float], None] = untold,
) -> tuple[Diagnostic, ...]:
    """Every finding about an index that was read and compiled, in source order."""
    found = list(assembled.diagnostics)
    if assembled.served:
        across = cross_check(assembled.index, tables, tree, lambda share: tell("checking", share))
        said = {(finding.code, finding.place) for finding in across}
        found = [*(finding for finding in found if (finding.code, finding.place) not in said), *across]
        if tasks:
            found += _shown_by(tasks, assembled, tables, tree, tell)
    return in_order(found)


def _shown_by(
    tasks: Sequence[Case], assembled: Assembled, tables: Tables, tree: Tree, tell: Callable[[str, float], None]
) -> Iterable[Diagnostic]:
    from ...selection.documents import read_evidence
    from ..evaluate.cases import once
    from .usage import findings_from

    asked = one_by_one(tasks, lambda share: tell("asking", share))
    return findings_from(assembled.index, tables, tree, asked, once(lambda: read_evidence(tables, tree)))

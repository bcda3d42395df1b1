"""The labelled cases of an index tried by many processes: the same outcomes as `run_cases` gives.

A case travels without its places, and its outcome without the case: both stay here, and so do the files, whose tokens
are counted here.
"""

from __future__ import annotations

import json

from ...fleet.blocks import packed, unpacked
from ...fleet.engine import in_order
from ...fleet.freezing import freeze
from ...fleet.thawing import thaw
from ...index.model import Case, Text
from .cases import Named, Outcome, Owners, Run, try_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from ...fleet.engine import Crew
    from ...matching.document_index import Evidence
    from ...project.snapshot import Project

#: How many cases are in a block.
CASES = 100
_NAMED = ("missing", "unwanted", "extra")


def job_of(project: Project, documents: Callable[[], Evidence]) -> bytes:
    """The job that `open_cases` opens: the project as it is now; `documents` gives what its documents talk about."""
    return packed({}, freeze(project.place.name, project.tables, project.tree, project.diagnostics, documents))


def open_cases(job: bytes) -> Callable[[bytes], bytes]:
    """What tries blocks of cases."""
    loader = thaw(unpacked(job)[1])
    owners = _Weightless(loader.tables, loader.tree, loader.evidence)

    def answer(block: bytes) -> bytes:
        match, cases = json.loads(block)
        outcomes = (try_case(owners, _case(case), match) for case in cases)
        return json.dumps([[*outcome][1:] for outcome in outcomes]).encode("ascii")

    return answer


class _Weightless(Owners):
    """Owners of files whose contents, and so their tokens, are elsewhere."""

    def tokens(self, path: str) -> int:
        """Nothing."""
        return 0


def _case(values: list[Any]) -> Case:
    task, agent, expect, reject = values
    return Case(Text(task), Text(agent), tuple(map(Text, expect)), tuple(map(Text, reject)))


def _values(case: Case) -> list[Any]:
    names = [[name.value for name in names] for names in (case.expect, case.reject)]
    return [case.task.value, case.agent.value, *names]


def runs_by(crew: Crew, project: Project, cases: Sequence[Case], modes: Sequence[str]) -> Iterator[Run]:
    """The cases in each match mode, tried by a crew that has the job open; the empty mode is that of the index."""
    owners = Owners(project.tables, project.tree)
    named = [mode or project.tables.mode for mode in modes]
    parts = [cases[at : at + CASES] for at in range(0, len(cases), CASES)]
    blocks = (json.dumps([mode, list(map(_values, part))]).encode("ascii") for mode in named for part in parts)
    results = (result for _, result in in_order(crew, blocks))
    for mode in named:
        done = (
            _outcome(owners, case, values)
            for part in parts
            for case, values in zip(part, json.loads(next(results)), strict=True)
        )
        yield Run(mode, tuple(done))


def _outcome(owners: Owners, case: Case, values: list[Any]) -> Outcome:
    """The outcome of a case, with its tokens."""
    found: dict[str, Any] = dict(zip(Outcome._fields[1:], values, strict=True))
    found.update({name: tuple(found[name]) for name in ("files", "came")})
    found.update({name: tuple([Named(*one) for one in found[name]]) for name in _NAMED})
    return Outcome(case, **{**found, "tokens": sum(map(owners.tokens, found["files"]))})

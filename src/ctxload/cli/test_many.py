"""`ctxload test` with many cases: the project frozen once, the cases tried by workers or a cluster."""

from __future__ import annotations

from ..authoring.evaluate.many_cases import job_of, open_cases, runs_by
from ..fleet.crews import crew_for
from ..fleet.engine import all_cores_for
from ..project.evidence_making import evidence_in_memory
from ..project.opening import documents_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..authoring.evaluate.cases import Run
    from ..index.model import Case
    from ..project.snapshot import Project

#: From so many cases on all processors try them without being told so.
MANY = 5_000


def workers_for(workers: int | None, scheduler: str, cases: int) -> int | None:
    """How many processes try so many cases; None: this one, without freezing anything."""
    if workers is not None or scheduler:
        return workers or 1
    return all_cores_for(cases, MANY)


def runs_of_many(
    project: Project, cases: Sequence[Case], modes: Sequence[str], workers: int, scheduler: str
) -> tuple[Run, ...]:
    """The runs of the cases in each match mode."""
    documents_of(project)()  # has a bar of its own
    job = job_of(project, lambda: evidence_in_memory(project))
    with crew_for(open_cases, job, None if scheduler else workers, scheduler) as crew:
        return tuple(runs_by(crew, project, cases, modes))

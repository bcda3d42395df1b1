"""Who does some work: this process, processes of our own, or a cluster."""

from __future__ import annotations

from ..errors import UsageError
from .engine import EMBEDDED, Alone, cores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .engine import Crew, Work


def crew_for(work: Work, job: bytes, workers: int | None = None, scheduler: str = "") -> Crew:
    """Who is to do some work: so many processes, by default this one alone; or the cluster of a scheduler."""
    if scheduler:
        if workers and scheduler != EMBEDDED:
            raise UsageError("--workers and --scheduler: a cluster has workers of its own; leave one of them out")
        from .cluster import Cluster

        return Cluster(work, job, scheduler, workers or cores())
    if workers is not None and workers < 1:
        raise UsageError("--workers: use 1 or more")
    if workers is None or workers == 1:
        return Alone(work, job)
    from .workers import Workers

    return Workers(work, job, workers)

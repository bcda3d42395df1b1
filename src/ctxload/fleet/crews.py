"""Who does some work: this process, processes of our own, or a cluster."""

from __future__ import annotations

from ..errors import UsageError
from .engine import EMBEDDED, Alone, cores, most_workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .engine import Crew, Work


def crew_for(work: Work, job: bytes, workers: int | None = None, scheduler: str = "") -> Crew:
    """Who is to do some work: so many processes, by default this one alone; or the cluster of a scheduler."""
    if workers is not None and not 1 <= workers <= most_workers():
        raise UsageError(f"--workers {workers}: use 1 to {most_workers()}, at most four for each processor")
    if scheduler:
        if workers and scheduler != EMBEDDED:
            raise UsageError("--workers and --scheduler: a cluster has workers of its own; leave one of them out")
        from .cluster import Cluster

        return Cluster(work, job, scheduler, workers or cores())
    if workers is None or workers == 1:
        return Alone(work, job)
    from .workers import Workers

    return Workers(work, job, workers)

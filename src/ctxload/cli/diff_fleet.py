"""`ctxload diff` over many tasks: both versions frozen once, tasks asked by workers or a cluster, gone on with."""

from __future__ import annotations

import os
from contextlib import ExitStack

from ..authoring.compare.many import basis_of_job, blocks_of_tasks, job_of, open_comparison
from ..authoring.compare.summary import Summary
from ..authoring.logs.reader import logs_in
from ..fleet.checkpoint import Checkpoint, Notes, checkpoint_at, held
from ..fleet.crews import crew_for
from ..fleet.engine import all_cores_for, in_order
from ..record import Record
from .resolve_batch_fleet import LARGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..authoring.compare.changes import Changes
    from ..authoring.compare.versions import Version
    from ..authoring.logs.model import Task


class Ways(Record):
    """Who asks the tasks: so many processes, or the cluster of a scheduler; and where it is noted how far they are."""

    workers: int | None = None
    scheduler: str = ""
    resume: str = ""


def for_logs(ways: Ways, logs: Iterable[str]) -> Ways | None:
    """How the tasks of logs are asked: as was said, by all processors where they are large; None: as they come."""
    if ways.workers is not None or ways.scheduler or ways.resume:
        return ways
    workers = all_cores_for(size_of(logs), LARGE)
    return None if workers is None else Ways(workers)


def size_of(logs: Iterable[str]) -> int:
    """How large logs are, in bytes; stdin counts nothing."""
    files = [log for path in logs for log in logs_in(path) if log != "-" and os.path.isfile(log)]
    return sum([os.stat(log).st_size for log in files])


def compare_many(
    tasks: Iterable[Task], before: Version, after: Version, changes: Changes, match: str, ways: Ways
) -> Summary:
    """The summary of tasks put to both versions by many."""
    import json

    with ExitStack() as stack:
        if ways.resume:
            stack.enter_context(held(ways.resume))
        job = job_of(before, after, changes, match)
        done, summary = Checkpoint(basis_of_job(job) if ways.resume else ""), Summary()
        if ways.resume and (found := checkpoint_at(ways.resume, done.job, Summary.from_data)):
            done, summary = found
        notes = Notes(ways.resume, done)
        stack.callback(notes.keep)
        crew = stack.enter_context(crew_for(open_comparison, job, ways.workers, ways.scheduler))
        for block, result in in_order(crew, done.left(blocks_of_tasks(tasks), ways.resume)):
            summary.merge(Summary.from_data(json.loads(result)))
            notes.note(block, 0, summary.as_data)
    return summary

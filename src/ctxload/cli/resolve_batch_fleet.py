"""`ctxload resolve --batch` with many tasks: frozen once, answered block by block by workers or a cluster, in order.

Answers go to stdout as ever, what they come to to stderr; with `--summary` there is that alone, on stdout.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import ExitStack

from ..errors import EXIT_DONE, UsageError
from ..fleet.blocks import blocks_of
from ..fleet.checkpoint import Checkpoint, Notes, checkpoint_at, held
from ..fleet.crews import crew_for
from ..fleet.engine import all_cores_for, in_order
from ..fleet.summary import Summary, Tally, lines_of
from ..integrations.rpc.batch import basis_of_job, job_of, open_batch, result_in
from ..output import remark, say
from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from ..integrations.rpc.requests import Defaults
    from ..loader import ContextLoader
    from ..progress import Bar

#: From so many bytes on a file on stdin is answered by all processors without being told so.
LARGE = 8_000_000


class Fleet(Record):
    """How many tasks are asked: by so many processes, by the cluster of a scheduler, gone on with, summed up alone."""

    workers: int | None = None
    scheduler: str = ""
    resume: str = ""
    summary: bool = False
    json: bool = False

    @property
    def is_wanted(self) -> bool:
        """Whether any of it was asked for."""
        return self.workers is not None or bool(self.scheduler or self.resume or self.summary)


def for_input(fleet: Fleet, source: BinaryIO) -> Fleet | None:
    """How the input is to be asked: as was said, by all processors where it is large; None: line by line."""
    if fleet.is_wanted:
        return fleet
    workers = all_cores_for(size_of(source), LARGE)
    return None if workers is None else fleet.replace(workers=workers)


def size_of(stream: BinaryIO) -> int:
    """How large a stream is that is a file, in bytes; 0 for any other."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def run_fleet(loader: ContextLoader, defaults: Defaults, fleet: Fleet, source: BinaryIO) -> int:
    """Answers all lines of a stream; the exit status."""
    with ExitStack() as stack:
        if fleet.resume:
            stack.enter_context(held(fleet.resume))
        job = job_of(loader.freeze(), defaults, answers=not fleet.summary)
        done, summary = _begin(fleet, job)
        work = _Run(fleet, Notes(fleet.resume, done), summary)
        blocks = (block.pack() for block in blocks_of(source, "stdin"))
        work.tells = _progress(stack, size_of(source))
        stack.callback(work.notes.keep)
        crew = stack.enter_context(crew_for(open_batch, job, fleet.workers, fleet.scheduler))
        for block, result in in_order(crew, done.left(blocks, fleet.resume)):
            work.take(block, result)
    work.tell()
    return EXIT_DONE


def _begin(fleet: Fleet, job: bytes) -> tuple[Checkpoint, Summary]:
    """Where the run begins: where an earlier one stopped, the output cut to what that had noted."""
    if not fleet.resume:
        return Checkpoint(""), Summary()
    digest = basis_of_job(job)
    output = -1 if fleet.summary else _output_size()
    found = checkpoint_at(fleet.resume, digest, Summary.from_data)
    if found is None:
        return Checkpoint(digest, output=max(0, output)), Summary()
    if not fleet.summary:
        if output < found[0].output:
            raise UsageError("--resume: the answers so far are gone: append to their file with `>>`, or begin anew")
        os.ftruncate(sys.stdout.fileno(), found[0].output)
        os.lseek(sys.stdout.fileno(), 0, os.SEEK_END)
    return found


def _output_size() -> int:
    """How long the file is that stdout leads to; UsageError where it is none."""
    try:
        found = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        found = None
    if found is None or not stat.S_ISREG(found.st_mode):
        raise UsageError("--resume: send the answers to a file with `>> FILE`, or ask for --summary alone")
    return found.st_size


def _progress(stack: ExitStack, size: int) -> tuple[Bar, int] | None:
    """What shows how far it is, on a terminal, with the size of it all."""
    from ..progress import Bar, can_show

    return (stack.enter_context(Bar("tasks", {"answering": 0})), size) if can_show() else None


class _Run:
    """A run under way: what was printed, and how far it is."""

    def __init__(self, fleet: Fleet, notes: Notes, summary: Summary) -> None:
        self.fleet, self.notes = fleet, notes
        self.tells: tuple[Bar, int] | None = None
        self._tally, self._bytes = Tally(), 0
        self._tally.add(summary)

    def take(self, block: bytes, result: bytes) -> None:
        """Prints what came of a block, and notes that it is done."""
        summary, answers = result_in(result)
        say(answers.decode("ascii"))
        self._tally.add(summary)
        self._bytes += len(block)
        self.notes.note(block, self.notes.done.output + len(answers), lambda: self._tally.summary().to_data())
        if self.tells and self.tells[1]:
            self.tells[0].stage("answering", min(1.0, self._bytes / self.tells[1]))

    def tell(self) -> None:
        """Prints what all answers come to."""
        summary = self._tally.summary()
        if not self.fleet.summary:
            remark([f"ctxload: {line}" for line in (_counted(summary.tasks, summary.bad), f"digest {summary.hex}")])
        elif self.fleet.json:
            import json

            say(json.dumps(summary.to_dict(), indent=2) + "\n")
        else:
            say("".join(f"{line}\n" for line in lines_of(summary)))


def _counted(tasks: int, bad: int) -> str:
    return f"{tasks:,} tasks answered" + (f", {bad:,} of them bad lines" if bad else "")

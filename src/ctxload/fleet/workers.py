"""Processes of our own that work on blocks: each is started once, is handed the job once, and dies with us.

A block whose worker dies is given to another; one that kills three of them ends the run. The processes are reached by
pipes alone: no port is opened, nothing is pickled.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from ..errors import CtxloadError
from ..workspace.processes import Companion
from .blocks import packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from .engine import Work

#: How many workers one block may cost.
TRIES = 3
MODULE = "fleet.worker"


class WorkerError(RuntimeError):
    """A fault inside a worker, with what it said."""


class Worker:
    """One process, with the job open."""

    def __init__(self, handed: bytes) -> None:
        self.process, self._handed = Companion(MODULE), handed

    def ask(self, block: bytes) -> bytes:
        """What comes of a block. Raises EOFError or OSError where the process has died."""
        if self._handed:  # not before, so that all processes start at the same time
            self.process.send(self._handed)
            self._handed = b""
        self.process.send(block)
        answer = self.process.receive()
        if answer[:1] != b"A":
            raise WorkerError(answer[1:].decode("utf-8", "replace"))
        return answer[1:]


class Workers:
    """So many processes at most, each started when there is a block for it."""

    def __init__(self, work: Work, job: bytes, count: int) -> None:
        self._handed = packed({"work": name_of(work)}, job)
        self.ahead = 2 * count + 1
        self.lost = 0
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._all: list[Worker] = []
        self._threads = ThreadPoolExecutor(count, "ctxload-worker")
        self._is_over = False
        self._to_start = count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Ends all of them at once, whatever they are doing."""
        self._is_over = True
        for worker in self._all:
            worker.process.end()
        self._threads.shutdown(cancel_futures=True)

    @property
    def numbers(self) -> list[int]:
        """The processes that work, by the numbers that the system gave them."""
        return [worker.process.number for worker in self._all]

    def submit(self, block: bytes) -> Future[bytes]:
        """What will come of a block; there are no more workers than blocks so far."""
        if self._to_start:
            self._to_start -= 1
            self._idle.put(self._start())
        return self._threads.submit(self._ask, block)

    def _start(self) -> Worker:
        worker = Worker(self._handed)
        self._all.append(worker)
        return worker

    def _ask(self, block: bytes) -> bytes:
        worker = self._idle.get()
        try:
            for _ in range(TRIES):
                try:
                    return worker.ask(block)
                except (EOFError, OSError):
                    worker = self._instead_of(worker)
            raise CtxloadError(f"{TRIES} workers died of one block, which begins with {block[:60]!r}")
        finally:
            self._idle.put(worker)

    def _instead_of(self, worker: Worker) -> Worker:
        """A new worker for one that has died."""
        if self._is_over:
            raise CtxloadError("the run is over")
        self.lost += 1
        self._all.remove(worker)
        worker.process.end()
        return self._start()


def name_of(work: Work) -> str:
    """The name by which a worker finds the work: a function of a module of ours.

    >>> from ctxload.fleet.worker import echo
    >>> name_of(echo)
    'ctxload.fleet.worker:echo'
    """
    return f"{work.__module__}:{work.__qualname__}"

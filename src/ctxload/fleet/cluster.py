"""A Dask cluster that works on blocks: that of a scheduler's address, or one of this machine for as long as it lasts.

The job travels once to each worker, which needs the same ctxload and nothing of the project. The only file that knows
Dask.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Lock, current_thread, main_thread

from ..errors import CtxloadError, UsageError
from ..output import remark
from ..text.escaping import escape
from .checkpoint import job_digest
from .engine import EMBEDDED
from .worker import opened
from .workers import TRIES, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Self

    from .engine import Promise, Work

#: How long a cluster may take until a worker is there, in seconds.
PATIENCE = 30
#: After how many blocks it is asked again how many workers there are, which may come and go.
LOOK = 50


class Cluster:
    """The workers of a scheduler."""

    def __init__(self, work: Work, job: bytes, address: str, count: int) -> None:
        self._library, self._count, self._sent = _library(), count, 0
        self._local = self._embedded() if address == EMBEDDED else None
        self.client = self._connected(address)
        self._name, self._digest = name_of(work), job_digest(job)
        self._job = self.client.submit(handed, job, key=f"ctxload-{self._digest}")  # made anew where its worker dies
        self.ahead = self._ahead()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Lets go of what is under way; a cluster of our own ends."""
        self.client.close()
        if self._local is not None:
            self._local.close()

    def submit(self, block: bytes) -> Promise:
        """What will come of a block."""
        self._sent += 1
        if self._sent % LOOK == 0:
            self.ahead = self._ahead()
        return _Promise(
            self.client.submit(answered, self._name, self._job, self._digest, block, pure=False, retries=TRIES)
        )

    def _embedded(self) -> Any:
        """A cluster of this machine; nobody else on it can speak with it."""
        import logging

        with _deaf():
            return self._library.LocalCluster(
                n_workers=self._count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL,
                security=True, protocol="tls://",
            )  # fmt: skip

    def _connected(self, address: str) -> Any:
        client = None
        try:
            client = self._library.Client(self._local or address, timeout=PATIENCE)
            if not client.nthreads():
                remark([f"ctxload: waiting for a worker at {escape(address)}, for at most {PATIENCE} seconds"])
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            for opened_here in filter(None, (client, self._local)):
                opened_here.close()
            cure = "is the address right, and is a worker there?"
            raise CtxloadError(f"--scheduler {escape(address)}: {escape(str(error))[:200]} ({cure})") from None
        return client

    def _ahead(self) -> int:
        threads: dict[str, int] = self.client.nthreads()
        return 2 * sum(threads.values()) + 1


class _Promise:
    """What will come of a block on a cluster."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def done(self) -> bool:
        """Whether it is there."""
        return bool(self._future.done())

    def result(self) -> bytes:
        """It, as soon as it is there."""
        try:
            found: bytes = self._future.result()
        except Exception as error:
            if type(error).__name__ in ("KilledWorker", "CommClosedError", "FutureCancelledError", "CancelledError"):
                raise CtxloadError(f"the cluster gave a block up: {escape(str(error))[:200]}") from None
            if isinstance(error, ModuleNotFoundError) and error.name and error.name.startswith("ctxload"):
                raise CtxloadError("a worker of the cluster has no ctxload: install this version there") from None
            raise
        return found


def _library() -> Any:
    try:
        import cryptography  # noqa: F401  (what `security=True` needs)
        import distributed
    except ImportError:
        raise UsageError('--scheduler needs the extra `fleet`: pip install "ctxload[fleet]"') from None
    return distributed


@contextmanager
def _deaf() -> Iterator[None]:
    """Has processes that start meanwhile not hear Ctrl-C, which is for this one to hear."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# ── on a worker ──────────────────────────────────────────────────────────────────────────────────────────

#: The job that this worker has open, by its digest; the next one takes its place.
_open: dict[str, Callable[[bytes], bytes]] = {}
_opening = Lock()


def handed(job: bytes) -> bytes:
    """A job, as a value that the workers hold."""
    return job


def answered(name: str, job: bytes, digest: str, block: bytes) -> bytes:
    """What comes of a block here, where the job may be open already."""
    with _opening:
        answer = _open.get(digest)
        if answer is None:
            if job_digest(job) != digest:
                raise CtxloadError("the job was damaged on its way")
            _open.clear()
            answer = _open[digest] = opened(name, job)
    return answer(block)

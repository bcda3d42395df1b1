"""`ctxload serve`: a session on stdin and stdout, until the end of input, a closed stdout or SIGTERM.

The streams are taken over first: what anything else prints goes to stderr, and nothing else reads requests.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Queue
from threading import Thread

from ...errors import EXIT_DONE, CtxloadError, UsageError
from ...output import fail, remark
from ..without_index import place_instead, source_options
from .service import Service
from .session import Session
from .streams import ReaderGone, Streams
from .subscriptions import Subscriptions
from .wire import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: How many slow requests are worked on at once.
WORKERS = 4
GREETING = 'ctxload: one request a line, as in {"task": "fix the login"}; Ctrl-D ends it'


def run_serve(index: str, root: str, sources: tuple[str, ...] = ()) -> int:
    """Serves a JSON object a line until it is ended; the exit status."""
    try:
        streams = Streams()
    except CtxloadError as error:
        return fail(error)
    with streams:
        service = Service(index, root, sources)
        try:
            service.warm()
        except UsageError as error:  # a format that is none: nothing that comes later fixes it
            return fail(error)
        except CtxloadError as error:  # the index may come, or be fixed, while the service runs
            fail(error)
            remark(["ctxload: serving all the same: each request is answered with this until there is an index"])
            if options := source_options(place_instead(error, named=index or root)):
                remark([f"ctxload: `ctxload serve{options}` serves the rules that are there"])
        if streams.is_terminal:
            remark([GREETING])
        converse(service, streams)
    return EXIT_DONE if streams.failure is None else fail(streams.failure)


def converse(service: Service, streams: Streams) -> None:
    """Answers what comes in, until the end of input; then waits for the answers that are still being worked on."""
    workers = Workers(WORKERS)
    session: Session

    def notify(method: str, params: Any) -> None:
        with suppress(ReaderGone):  # the one who reads requests learns it, too
            session.notify(method, params)

    subscriptions = Subscriptions(service, notify, _report)
    methods = {**service.methods(), **subscriptions.methods()}
    session = Session(methods, service.plain, streams.write, workers, _report)
    lines = Lines()
    try:
        while data := streams.read():
            for line in lines.feed(data):
                session.take(line)
        session.take_rest(lines.rest())
        workers.finish()
    except ReaderGone:
        pass
    finally:
        subscriptions.stop()


def _report(fault: Exception) -> None:
    from ...error_handler import report

    report(fault, ["serve"])


class Workers:
    """Runs jobs beside the reading, a few at a time; a thread is started when there is work for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._jobs: Queue[Callable[[], None]] = Queue()

    def __call__(self, job: Callable[[], None]) -> None:
        """Runs a job as soon as there is a thread for it."""
        self._jobs.put(job)
        if self._count < self._most:
            self._count += 1
            Thread(target=self._work, name=f"ctxload-worker-{self._count}", daemon=True).start()

    def finish(self) -> None:
        """Waits until all jobs are done."""
        self._jobs.join()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            with suppress(ReaderGone):
                job()
            self._jobs.task_done()

"""stdin and stdout for a protocol alone: what anything else prints goes to stderr, and nothing else reads requests."""

from __future__ import annotations

import errno
import os
import signal
import sys
from threading import Lock, Thread

from ...errors import EXIT_DONE, CtxloadError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Any, BinaryIO, Self

#: How much is read at once, in bytes.
CHUNK = 1 << 16


#: How the system says that nobody reads any more; whatever else keeps an answer from being written is a failure.
GONE = (errno.EPIPE, errno.ECONNRESET, errno.ESHUTDOWN, errno.EBADF, errno.EINVAL)


class ReaderGone(Exception):
    """Nobody reads the answers any more."""


class Streams:
    """stdin and stdout for the protocol alone, from `with` to its end.

    What anything else prints goes to stderr. The process ends when nobody reads the answers.
    UsageError where one of the two is closed.
    """

    def __init__(self) -> None:
        if sys.stdin is None:
            raise UsageError("stdin is closed: `serve` reads its requests from it")
        if sys.stdout is None:
            raise UsageError("stdout is closed: `serve` writes its answers to it")
        self._lock = Lock()
        self.failure: CtxloadError | None = None
        self._ends: list[Callable[[], object]] = []
        self.is_terminal = sys.stdin.isatty()
        self._read, self._write = self._descriptors() or self._objects()

    def __enter__(self) -> Self:
        if hasattr(signal, "SIGTERM"):
            before = signal.signal(signal.SIGTERM, _end)
            self._ends.append(lambda: signal.signal(signal.SIGTERM, before))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.acquire(timeout=1)  # a frame that is being written is written to its end
        for end in reversed(self._ends):
            end()

    def read(self) -> bytes:
        """The next bytes of stdin; none at its end, or when nobody reads stdout."""
        return self._read()

    def write(self, frame: bytes) -> None:
        """Writes a frame, whole. ReaderGone when nobody reads, or when it cannot be written: then `failure` says
        why.
        """
        try:
            with self._lock:
                self._write(frame)
        except OSError as error:
            if error.errno not in GONE:  # a full disk, say
                self.failure = CtxloadError(f"the answer cannot be written: {error.strerror or error}")
            raise ReaderGone from error

    def _descriptors(self) -> tuple[Callable[[], bytes], Callable[[bytes], object]] | None:
        """Reading from, and writing to, descriptors of our own; None where the streams have none."""
        try:
            given, shown = sys.stdin.fileno(), sys.stdout.fileno()
        except (OSError, ValueError):
            return None
        sys.stdout.flush()
        reads, writes = os.dup(given), os.dup(shown)
        nothing = os.open(os.devnull, os.O_RDWR)
        try:
            elsewhere = sys.stderr.fileno()
        except (AttributeError, OSError, ValueError):
            elsewhere = nothing
        os.dup2(nothing, given)
        os.dup2(elsewhere, shown)
        os.close(nothing)
        self._ends += [
            sys.stdout.flush,
            lambda: os.dup2(reads, given),
            lambda: os.dup2(writes, shown),
        ]
        Thread(target=_end_with_reader, args=(writes,), name="ctxload-reader", daemon=True).start()
        return lambda: _read(reads), lambda frame: _write_all(writes, frame)

    def _objects(self) -> tuple[Callable[[], bytes], Callable[[bytes], object]]:
        """Reading from, and writing to, streams that aren't files, as in a program that embeds the command."""
        reads: Any = sys.stdin.buffer
        shown = sys.stdout
        sys.stdout = sys.stderr

        def write(frame: bytes) -> None:
            shown.buffer.write(frame)
            shown.flush()

        def give_back() -> None:
            sys.stdout = shown

        self._ends.append(give_back)
        return lambda: reads.read1(CHUNK), write


def take_over() -> tuple[BinaryIO, BinaryIO]:
    """stdin and stdout for the protocol alone, until the process ends, which SIGTERM does at once.

    What anything else prints goes to stderr. UsageError where one of the two is closed.
    """
    if sys.stdin is None or sys.stdout is None:
        raise UsageError(f"std{'in' if sys.stdin is None else 'out'} is closed: the protocol needs both")
    sys.stdout.flush()
    reads, writes = os.dup(sys.stdin.fileno()), os.dup(sys.stdout.fileno())
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stdin.fileno())
    os.dup2(nothing if sys.stderr is None else sys.stderr.fileno(), sys.stdout.fileno())
    os.close(nothing)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, lambda number, frame: os._exit(EXIT_DONE))
    return os.fdopen(reads, "rb"), os.fdopen(writes, "wb")


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(EXIT_DONE)


def _end_with_reader(writes: int) -> None:
    """Ends the process when nobody reads what is written, also while it waits for a request."""
    import select

    try:
        poller = select.poll()
        poller.register(writes, 0)  # closed at the other end is told anyway
        gone = any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll())
    except (AttributeError, OSError):  # no `poll` here: the next answer finds out
        return
    if gone:
        os._exit(EXIT_DONE)


def _read(descriptor: int) -> bytes:
    while True:
        try:
            return os.read(descriptor, CHUNK)
        except BlockingIOError:  # whoever made the pipe may have made it so
            import select

            select.select([descriptor], [], [])


def _write_all(descriptor: int, frame: bytes) -> None:
    while frame:
        try:
            frame = frame[os.write(descriptor, frame) :]
        except BlockingIOError:
            import select

            select.select([], [descriptor], [])

"""How far a run has come, in a file, so that it goes on from there after a stop of any kind.

The file names the job and the input by their digests: a run goes on only where both are what they were.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from hashlib import sha256
from stat import S_ISREG

from ..errors import UsageError
from ..record import Record
from ..text.escaping import escape
from ..workspace.atomic import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    S = TypeVar("S")

#: The largest file that is read, in bytes.
SIZE_LIMIT = 100_000_000
#: After how many blocks the file is written anew; in the beginning sooner.
EVERY = 16


class Checkpoint(Record):
    """So many blocks of a job are done: the digest of what they held, how long the output is, their summary as plain
    data.
    """

    job: str
    blocks: int = 0
    held: str = ""
    output: int = 0
    summary: Any = None

    def after(self, block: bytes, output: int, summary: Any) -> Checkpoint:
        """The checkpoint when one block more is done."""
        return self.replace(blocks=self.blocks + 1, held=_held(self.held, block), output=output, summary=summary)

    def write(self, path: str) -> None:
        """Puts it into a file; UsageError where it cannot be written."""
        try:
            put(path, json.dumps([*self]).encode("ascii"))
        except OSError as error:
            raise _unwritable(path, error) from None

    def left(self, blocks: Iterable[bytes], path: str) -> Iterator[bytes]:
        """The blocks that are not done yet; UsageError where those before aren't the ones that were."""
        held, number = "", 0
        for number, block in enumerate(blocks, 1):
            if number > self.blocks:
                yield block
                continue
            held = _held(held, block)
            if number == self.blocks and held != self.held:
                raise _differs(path, "the input is another one")
        if number < self.blocks:
            raise _differs(path, "the input is shorter")


def _unwritable(path: str, error: OSError) -> UsageError:
    return UsageError(f"--resume {escape(path)}: {error.strerror or error}: name a file in another folder")


def _held(before: str, block: bytes) -> str:
    return sha256(before.encode("ascii") + block).hexdigest()


def _differs(path: str, what: str) -> UsageError:
    return UsageError(f"--resume {escape(path)}: {what} than when it was written: remove the file to begin anew")


def is_noted(blocks: int) -> bool:
    """Whether the file is written when so many blocks are done.

    >>> [blocks for blocks in range(1, 50) if is_noted(blocks)]
    [1, 2, 4, 8, 16, 32, 48]
    """
    return blocks % EVERY == 0 or not blocks & (blocks - 1)


def job_digest(job: bytes) -> str:
    """What a checkpoint knows a job by."""
    return sha256(job).hexdigest()


def checkpoint_at(path: str, job: str, summary: Callable[[Any], S]) -> tuple[Checkpoint, S] | None:
    """The checkpoint in a file and what `summary` makes of its plain data; None where there is no such file.

    UsageError where it is of another job, or none.
    """
    try:
        if not S_ISREG(os.stat(path).st_mode):  # to open a pipe waits for whoever writes to it
            raise _no_checkpoint(path)
        with open(path, "rb") as file:
            data = file.read(SIZE_LIMIT)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"--resume {escape(path)}: {error.strerror or error}") from None
    try:
        found = Checkpoint(*json.loads(data))
        read = summary(found.summary)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _no_checkpoint(path) from None
    if (type(found.blocks), type(found.output)) != (int, int) or min(found.blocks, found.output) < 0:
        raise _no_checkpoint(path)
    if found.job != job:
        raise _differs(path, "the index, its files or the options are other ones")
    return found, read


def _no_checkpoint(path: str) -> UsageError:
    return UsageError(f"--resume {escape(path)}: this isn't a file that --resume wrote: name another, or a new one")


@contextmanager
def held(path: str) -> Iterator[None]:
    """Keeps a checkpoint for this run alone; UsageError where another run goes on from it.

    What is locked is a file beside it, since the checkpoint itself is replaced each time it is written.
    """
    from ..workspace.private_folder import lock, unlock

    beside = f"{path}.lock"
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise _unwritable(path, error) from None
    is_mine = False
    try:
        is_mine = _is_locked(lock, descriptor) and _is_at(beside, descriptor)
        if not is_mine:
            raise UsageError(
                f"--resume {escape(path)}: another run goes on from this file: wait for its end, or name another file"
            )
        yield
    finally:
        if is_mine and os.name == "posix":  # while it is locked, so that nobody else's is removed
            _remove(beside)
        unlock(descriptor)
        os.close(descriptor)
        if is_mine and os.name != "posix":  # an open file cannot be removed there
            _remove(beside)


def _is_locked(lock: Callable[[int], bool], descriptor: int) -> bool:
    try:
        return lock(descriptor)
    except OSError:  # a file system without locks
        return True


def _is_at(path: str, descriptor: int) -> bool:
    """Whether it is this file that stands at a path, and none that was removed meanwhile."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except OSError:
        return False


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:  # another run has it open
        pass


class Notes:
    """How far a run is, noted in a file now and then, and at its end; without a path nothing is noted."""

    def __init__(self, path: str, done: Checkpoint) -> None:
        self._path, self.done, self._kept = path, done, done

    def note(self, block: bytes, output: int, summary: Callable[[], Any]) -> None:
        """Notes that one block more is done."""
        if self._path:
            self.done = self.done.after(block, output, summary())
            if is_noted(self.done.blocks):
                self.keep()

    def keep(self) -> None:
        """Writes it to the file, if it isn't there yet."""
        if self._path and self.done is not self._kept:
            self.done.write(self._path)
            self._kept = self.done

"""Asking many tasks: blocks in, what came of each out, in their order, whoever works on them.

A `Work` is a function of a module of ours that opens a job (bytes, which a frozen loader is the most of) and gives what
answers one block; both travel by themselves, and the function by its name. So the same work is done here, in processes
of our own (`workers`) or on a cluster (`cluster`), and a `Crew` is whoever does it.

>>> def shout(job: bytes) -> "Callable[[bytes], bytes]":
...     return lambda block: block.upper() + job
>>> with Alone(shout, b"!") as crew:
...     list(in_order(crew, [b"one", b"two"]))
[(b'one', b'ONE!'), (b'two', b'TWO!')]
"""

from __future__ import annotations

import os
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Protocol, Self

    Work = Callable[[bytes], Callable[[bytes], bytes]]

    class Promise(Protocol):
        """What will come of a block."""

        def done(self) -> bool: ...
        def result(self) -> bytes: ...

    class Crew(Protocol):
        """Who works on blocks; `ahead` is how many may be under way."""

        ahead: int

        def submit(self, block: bytes) -> Promise: ...
        def __enter__(self) -> Self: ...
        def __exit__(self, *error: object) -> None: ...


def in_order(crew: Crew, blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each block with what came of it, in order; no more of them are read than are under way."""
    waiting: deque[tuple[bytes, Promise]] = deque()
    for block in blocks:
        waiting.append((block, crew.submit(block)))
        while waiting and (len(waiting) >= crew.ahead or waiting[0][1].done()):
            block, promise = waiting.popleft()
            yield block, promise.result()
    for block, promise in waiting:
        yield block, promise.result()


class _Done:
    """What came of a block already."""

    def __init__(self, value: bytes) -> None:
        self.value = value

    def done(self) -> bool:
        """That it is there."""
        return True

    def result(self) -> bytes:
        """It."""
        return self.value


class Alone:
    """This process, which does one block after the other."""

    ahead = 1

    def __init__(self, work: Work, job: bytes) -> None:
        self._answer = work(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, block: bytes) -> Promise:
        """What comes of a block, now."""
        return _Done(self._answer(block))


#: Instead of an address: a cluster of this machine alone, for as long as the run lasts.
EMBEDDED = "embedded"


def most_workers() -> int:
    """How many processes of our own may be asked for: beyond four a processor none makes a run faster."""
    return max(8, 4 * cores())


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def all_cores_for(size: int, large: int) -> int | None:
    """All processors where there is as much to do as makes it worth while; None: one process does it."""
    return cores() if size >= large and cores() > 1 else None

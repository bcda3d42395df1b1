"""A worker: a process that is handed a job on stdin, then blocks, and gives on stdout what comes of each.

Each message is its length in eight bytes, and as many bytes. It ends with its input, so that it never outlives who
started it.
"""

from __future__ import annotations

import gc
import os
import sys

from .blocks import unpacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from .engine import Work


#: The packages whose functions may be work.
OWN = ("ctxload",)


def main() -> None:
    """Works until the input ends; what is printed meanwhile goes nowhere."""
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr
    serve(source, target)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answers every block of a stream."""
    head, job = unpacked(_receive(source))
    answer = opened(head["work"], job)
    while block := _receive(source):
        try:
            found = b"A" + answer(block)
        except Exception as fault:
            found = b"E" + f"{type(fault).__name__}: {fault}".encode("utf-8", "replace")
        target.write(len(found).to_bytes(8, "little") + found)
        target.flush()


def _receive(source: BinaryIO) -> bytes:
    return source.read(int.from_bytes(source.read(8), "little"))


def opened(name: str, job: bytes) -> Callable[[bytes], bytes]:
    """What answers the blocks of a job; the work is a function of a module of ours, by its name."""
    answer = found(name)(job)
    gc.collect()
    gc.freeze()  # the loader does not change: nobody need look through it again
    return answer


def found(name: str) -> Work:
    """The work of this name."""
    from importlib import import_module

    module, _, function = name.partition(":")
    if module.partition(".")[0] not in OWN:
        raise ValueError(f"{name} isn't work of ours")
    work: Work = getattr(import_module(module), function)
    return work


def echo(job: bytes) -> Callable[[bytes], bytes]:
    """Work that gives back the job and the block: for tests of those who work."""
    return lambda block: job + block

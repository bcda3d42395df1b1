"""What commands print: answers on stdout, remarks on stderr, findings a line each."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, BinaryIO

    from .errors import CtxloadError


def say(text: str) -> None:
    """Writes to stdout: UTF-8, as it is."""
    _write(sys.stdout, text)


def remark(lines: Iterable[str]) -> None:
    """Writes lines to stderr; each is already escaped."""
    text = "".join([f"{line}\n" for line in lines])
    if text:
        _write(sys.stderr, text)


def _write(stream: Any, text: str) -> None:
    if stream is None:
        return
    data = text.encode("utf-8", "backslashreplace")
    buffer: BinaryIO | None = getattr(stream, "buffer", None)
    try:
        if buffer is None:
            stream.write(text)
        else:
            stream.flush()
            buffer.write(data)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, say
        if stream is not sys.stderr:
            from .errors import CtxloadError

            raise CtxloadError(f"the answer cannot be written: {error.strerror or error}") from error


def is_agreed(question: str) -> bool:
    """Whether somebody at a terminal says yes to a question; without a terminal the answer is no."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def fail(error: CtxloadError) -> int:
    """Says what could not be done, with its findings; the exit status."""
    from .text.finding_lines import failure_lines

    remark(failure_lines(error.diagnostics, str(error)))
    return error.exit_status

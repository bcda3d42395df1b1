"""The one place where a fault inside reaches the user: a short report to pass on, never a traceback."""

from __future__ import annotations

import os
import sys

from .errors import EXIT_DONE, EXIT_FAULT, CtxloadError


def ended_by(fault: Exception, arguments: list[str]) -> int:
    """Says what could not be done, or that there is a fault inside; the exit status. A reader that has gone is none."""
    if isinstance(fault, BrokenPipeError):
        _silence_stdout()
        return EXIT_DONE
    if isinstance(fault, CtxloadError):
        from .output import fail

        return fail(fault)
    return report(fault, arguments)


def report(fault: BaseException, arguments: list[str]) -> int:
    """Prints what is needed to report a fault; the exit status. `CTXLOAD_DEBUG=1` adds the traceback."""
    from .output import remark
    from .text.escaping import escape
    from .version import __version__

    place = _place(fault)
    remark([
        f"error[CTX901] a fault inside ctxload: {type(fault).__name__}: {escape(str(fault))[:300]}",
        f"  at {place}, ctxload {__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        f"  command: {escape(' '.join(arguments[:1]))}",
        "hint: this is a bug: report these lines; CTXLOAD_DEBUG=1 shows where it happened",
    ])  # fmt: skip
    if os.environ.get("CTXLOAD_DEBUG"):
        import traceback

        remark("".join(traceback.format_exception(fault)).splitlines())
    return EXIT_FAULT


def _place(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def _silence_stdout() -> None:
    """Keeps the interpreter from complaining about a closed pipe on its way out."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):
        pass

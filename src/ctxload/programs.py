"""Other programs: asked with a time limit, or started and left alone. The only file that knows subprocess."""

from __future__ import annotations

import subprocess
import sys

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How long a client's own command may take, in seconds.
SECONDS = 120


class Ran(Record):
    """What came of a program: its exit status (None when it did not start or took too long), and what it printed."""

    status: int | None
    out: str
    err: str


def find(name: str) -> str:
    """The program of this name on the path, or an empty text."""
    from shutil import which

    return which(name) or ""


def ask(words: list[str], seconds: float = SECONDS, given: bytes = b"") -> Ran:
    """Runs a program to its end, with `given` on stdin; it is waited for no longer than `seconds`."""
    try:
        done = subprocess.run(words, input=given, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Ran(None, "", f"took longer than {seconds:g} s")
    except OSError as error:
        return Ran(None, "", error.strerror or str(error))
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def converse(words: list[str], lines: list[str], until: str, seconds: float) -> list[str]:
    """The lines a program answers to these lines, up to one that holds `until`, or until the time is up."""
    from threading import Timer

    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=nothing)
    except OSError:
        return []
    found: list[str] = []
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        with process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            process.stdin.flush()
            for line in process.stdout:
                found.append(line.decode("utf-8", "replace"))
                if until in found[-1]:
                    break
            process.kill()
    except OSError:
        process.kill()
    finally:
        timer.cancel()
    return found


def leave_running(words: list[str]) -> None:
    """Starts a program that goes on when this one has ended, tied to none of its streams."""
    more: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        more = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, close_fds=True, **more)
        process.returncode = 0  # nobody waits for it
    except OSError:
        pass

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


def ask(words: list[str], seconds: float = SECONDS, cwd: str | None = None) -> Ran:
    """Runs a program to its end; nothing is asked of the user, and it waits no longer than `seconds`."""
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, cwd=cwd)
    except subprocess.TimeoutExpired:
        return Ran(None, "", f"took longer than {seconds:g} s")
    except OSError as error:
        return Ran(None, "", error.strerror or str(error))
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


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

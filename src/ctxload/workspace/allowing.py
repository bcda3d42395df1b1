"""Which projects a model may be given documents of: writing down what the person said.

What is written here is read by `trust`, on every prompt. `init` and `install` count as a word on their project, too.
"""

from __future__ import annotations

import os

from ..errors import CtxloadError, NoIndexError
from ..text.escaping import escape
from .locations import Place, discover
from .trust import ALLOWED, DENIED, PROJECT, allowed_file, decision, key, known, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = (
    b"# Folders whose projects agent clients may be given documents of; `ctxload allow` and `ctxload deny` write "
    b"this.\n"
)
#: How long a change waits for another one, in seconds, and when what another one left is taken for left behind.
PATIENCE, LEFT = 5.0, 30.0


# ── remembering ──────────────────────────────────────────────────────────────────────────────────────────


def remember(mark: str, folders: Iterable[str]) -> None:
    """Writes a line for each of these folders, in the place of what was said of them. Raises CtxloadError."""
    path = allowed_file()
    if not path:
        raise CtxloadError(
            "nothing can be remembered: this user has no home in the account database; "
            "`--trust` in a command line of your own serves without it"
        )
    real = [os.path.realpath(folder) for folder in folders]
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _write(path, mark, real)
    except OSError as error:
        raise CtxloadError(f"{escape(path)} cannot be written: {error.strerror or error}") from None


def _write(path: str, mark: str, folders: list[str]) -> None:
    """Puts a new file in the place of the old one; its draft keeps others from doing the same meanwhile."""
    draft = f"{path}.new"
    descriptor = _begun(draft)
    try:
        with os.fdopen(descriptor, "wb") as file:
            lines = parse(_bytes(path))
            for folder in folders:
                lines[key(folder)] = (mark, owner_of(folder), folder)
            file.write(HEAD + b"".join(map(_line, sorted(lines.values(), key=lambda line: line[2]))))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _begun(draft: str) -> int:
    """The draft, opened as soon as no other process has one; one that was left behind counts for nothing."""
    from time import monotonic, sleep, time

    end = monotonic() + PATIENCE
    while True:
        try:
            return os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            if monotonic() > end:
                raise
        try:
            if time() - os.stat(draft).st_mtime > LEFT:
                os.unlink(draft)
        except FileNotFoundError:
            continue
        sleep(0.01)


def _line(line: tuple[str, int, str]) -> bytes:
    mark, owner, path = line
    path = path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    return f"{mark} {owner} {path}\n".encode("utf-8", "surrogateescape")


def _bytes(path: str) -> bytes:
    """The file as it is. Raises CtxloadError where it is not the person's own: what it says is none of theirs."""
    from .locations import is_ours

    try:
        with open(path, "rb") as file:
            if not is_ours(path, status=os.fstat(file.fileno())):
                raise CtxloadError(f"{escape(path)} can be written by others, so it counts for nothing: remove it")
            return file.read()
    except FileNotFoundError:
        return b""


def owner_of(folder: str) -> int:
    """The number of the user whom a folder belongs to; -1 where it doesn't exist."""
    try:
        return os.stat(folder).st_uid
    except OSError:
        return -1


def also(root: str) -> tuple[str, ...]:
    """Remembers that a project is allowed, for a command that counts as a word on it; what to tell about that.

    Other projects inside it are not meant: a clone that comes later is a stranger.
    What was denied stays so: only `allow` takes that back.
    """
    try:
        real = os.path.realpath(root)
        mark = decision(real, known())[0]
        if mark == ALLOWED:
            return ()
        if mark == DENIED:
            return (f"{real} stays denied for agent clients; `ctxload allow` undoes that",)
        remember(PROJECT, [real])
    except CtxloadError as error:
        return (f"agent clients are not given documents of this project: {error}",)
    return (f"agent clients may be given documents of {real} now; `ctxload deny` undoes that",)


def here(folder: str = "") -> Place | None:
    """The project of a folder, or of this one; None where there is none. No variable names another."""
    try:
        return discover(
            start=folder, environ={name: text for name, text in os.environ.items() if name != "CTXLOAD_INDEX"}
        )
    except (NoIndexError, OSError):
        return None


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────

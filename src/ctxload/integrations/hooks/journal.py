"""What the hook remembers: who answers a prompt, what a conversation was given, the last selection, and a small log.

All of it lies in the cache folder, in `hook/`; without a cache nothing is remembered and every prompt is answered. No
prompt is ever stored: only checksums of prompts, the paths that were given, and why.
"""

from __future__ import annotations

import os
from zlib import crc32

from ...workspace.locations import cache_folder, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..clients.client import Call

#: Within so many seconds the same prompt in the same conversation is the same call, made by another hook.
SAME_CALL = 5
#: So many seconds another process is waited for that is about to answer the same prompt.
ANSWERING = 1.0
#: A conversation in which nothing happened for so long is forgotten.
KEEP_SECONDS = 7 * 24 * 3600
#: How the note of a reason begins that names an earlier prompt of a conversation.
FOLLOWS = "follows up on prompt "
#: How long the log gets before it is begun anew; the one before is kept.
LOG_SIZE = 65_536
#: The file that holds what touched files brought, in the folder of a conversation; see `touched_notes`.
TOUCHED = "touched"
#: How many old conversations are looked at each time.
_TIDIED = 1_000


def journal_folder() -> str:
    """The folder of the journal, made if need be; an empty text where nothing can be kept."""
    cache = cache_folder()
    folder = os.path.join(cache, "hook")
    if not cache or (is_ours(cache) and is_ours(folder)):
        return cache and folder
    from ...workspace.private_folder import make_folder

    return "" if make_folder(cache) or make_folder(folder) else folder


class Notes:
    """What the hook notes of one conversation. One without a name, or without a journal, notes nothing.

    What a conversation was given is told by `conversation.Conversation`; here stand the prompts that were answered and
    the documents that were only named.
    """

    def __init__(self, name: str) -> None:
        self.folder = ""
        if not name:
            return
        journal = journal_folder()
        if not journal:
            return
        self.folder = os.path.join(journal, f"c-{_key(name)}")
        try:
            os.mkdir(self.folder, 0o700)
        except FileExistsError:
            return
        except OSError:
            self.folder = ""
            return
        _tidy(journal)

    def claim(self, prompt: str) -> Claim:
        """The right to answer a prompt, for a `with` block."""
        return Claim(os.path.join(self.folder, f"p-{_key(prompt)}") if self.folder else "")

    def was_said(self, what: str) -> bool:
        """Whether somebody has said this in the conversation; never so where nothing can be noted."""
        return bool(self.folder) and os.path.lexists(os.path.join(self.folder, f"once-{what}"))

    def said(self, what: str) -> None:
        """Notes that this was said."""
        if self.folder:
            try:
                os.close(os.open(os.path.join(self.folder, f"once-{what}"), os.O_CREAT | os.O_WRONLY, 0o600))
            except OSError:  # then it is said again
                pass

    def named(self) -> dict[str, str]:
        """The paths that were named without their content, each with the mark of how."""
        if not self.folder:
            return {}
        try:
            with open(os.path.join(self.folder, "named"), "rb") as file:
                lines = file.read().decode("utf-8", "surrogateescape").split("\n")
        except OSError:
            return {}
        return {path: mark for mark, _, path in (line.partition(" ") for line in lines) if path}

    def name(self, files: Iterable[tuple[str, str]]) -> None:
        """Notes paths with their marks; one write, so that processes do not mix their lines."""
        data = "".join([f"{mark} {path}\n" for path, mark in files]).encode("utf-8", "surrogateescape")
        if self.folder and data:
            append(os.path.join(self.folder, "named"), data)

    def forget(self) -> None:
        """Forgets what was named, and what touched files brought: the conversation's context window was compacted or
        cleared.
        """
        for name in ("named", TOUCHED) if self.folder else ():
            _remove(os.path.join(self.folder, name))


class Claim:
    """The right to answer one prompt: one process has it at a time, for a `with` block.

    `is_ours` is False where the prompt was answered just now, or where another process has been at it for too long.
    Only what was answered counts: a process that ends before, however it does, leaves the right to the next one.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.is_ours = True
        self._descriptor = -1

    def __enter__(self) -> Claim:
        try:
            self.is_ours = not self.path or self._open()
        except OSError:  # where nothing can be kept every prompt is answered
            self.is_ours = True
        return self

    def __exit__(self, *error: object) -> None:
        if self._descriptor >= 0:
            from ...workspace.private_folder import unlock

            unlock(self._descriptor)
            os.close(self._descriptor)

    def answered(self) -> None:
        """Notes that the answer was written: for a while the same prompt is the same call, made by another hook."""
        if self._descriptor >= 0:
            try:
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, b"1")
            except OSError:
                pass

    def _open(self) -> bool:
        from time import monotonic, sleep, time

        from ...workspace.private_folder import lock

        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._descriptor, end = os.open(self.path, flags, 0o600), monotonic() + ANSWERING
        while not lock(self._descriptor):
            if monotonic() > end:
                return False
            sleep(0.005)
        found = os.fstat(self._descriptor)
        return not (found.st_size and abs(time() - found.st_mtime) < SAME_CALL)


def note(client: str, outcome: str, detail: str) -> None:
    """Adds a line to the log: the time, the client, what became of the call, and why. Never raises."""
    from time import gmtime, strftime

    from ...text.escaping import escape

    folder = journal_folder()
    if not folder:
        return
    path = os.path.join(folder, "log")
    try:
        if os.stat(path).st_size > LOG_SIZE:
            os.replace(path, path + ".1")
    except OSError:
        pass
    stamp = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime())
    append(path, f"{stamp} {client or '-'} {outcome} {escape(detail)[:500]}\n".encode("utf-8", "backslashreplace"))


def log_lines() -> list[list[str]]:
    """The log, oldest first: time, client, outcome, detail."""
    cache = cache_folder()
    found: list[list[str]] = []
    for name in ("log.1", "log") if cache else ():
        try:
            with open(os.path.join(cache, "hook", name), encoding="utf-8", errors="replace") as file:
                found += [parts for line in file if len(parts := line.rstrip("\n").split(" ", 3)) == 4]
        except OSError:
            continue
    return found


def keep_last(root: str, data: bytes) -> None:
    """Keeps the last selection of a project, for `ctxload explain --last`."""
    folder = journal_folder()
    if not folder:
        return
    path = os.path.join(folder, f"last-{_key(root)}")
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError:
        _remove(draft)


def keep_silence(root: str, call: Call, reason: str) -> None:
    """Keeps that the last prompt of a project was given nothing, and why."""
    from json import dumps
    from time import gmtime, strftime

    empty: dict[str, object] = {
        "layer": "",
        "match": "",
        "length": 0,
        "limit": 0,
        "unit": "",
        "files": [],
        "left_out": [],
    }
    time = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime())
    last = {"time": time, "client": call.client.name, "agent": call.agent, **empty, "silent": reason}
    keep_last(root, dumps(last).encode("ascii"))


def last_of(root: str) -> bytes:
    """The last selection of a project, as it was kept; empty where there is none."""
    cache = cache_folder()
    try:
        with open(os.path.join(cache, "hook", f"last-{_key(root)}"), "rb") as file:
            return file.read(1_000_000) if cache else b""
    except OSError:
        return b""


def _key(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return f"{crc32(data):08x}{crc32(data, 0x5EED):08x}{len(data):x}"


def append(path: str, data: bytes) -> None:
    """Adds to a file of the journal in one write; what cannot be written is not noted."""
    try:
        flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError:
        pass


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _tidy(journal: str) -> None:
    """Removes conversations in which nothing happened for long."""
    from time import time

    try:
        for name in sorted(os.listdir(journal))[:_TIDIED]:
            folder = os.path.join(journal, name)
            if name.startswith("quiet-") and time() - os.stat(folder).st_mtime > KEEP_SECONDS:
                _remove(folder)
            if name.startswith("c-") and time() - os.stat(folder).st_mtime > KEEP_SECONDS:
                for file in os.listdir(folder):
                    _remove(os.path.join(folder, file))
                os.rmdir(folder)
    except OSError:
        pass

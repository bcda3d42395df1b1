"""What the hook remembers: who answers a prompt, what a conversation was given, the last selection, and a small log.

All of it lies in the cache folder, in `hook/`; without a cache nothing is remembered and every prompt is answered. No
prompt is ever stored: only checksums of prompts, the paths that were given, and why. What `ctxload stats` counts lies
in the data folder, a line for each answer and each silence; there alone, and only where the person's own settings say
so, a prompt is kept.
"""

from __future__ import annotations

import os

from ...workspace.locations import cache_folder, data_folder, is_ours, records_file, short_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ...load.packer import Loaded
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
#: How long the records of a project get, in bytes, before they are begun anew; the ones before are kept.
RECORDS_SIZE = 1_000_000
#: How many files of one answer are recorded, and how much of a task where the person wants tasks kept.
RECORDED, TASK_SIZE, NAME_SIZE = 50, 2_000, 1_000
#: Records of a project in which nothing was recorded for so long are removed.
KEEP_RECORDS = 180 * 24 * 3600
#: The word that records have for a silence, by what its reason says; the reason itself may hold words of a prompt.
SILENCES = (
    ("the index selects nothing", "nothing"),
    (" were given before in this conversation", "given-before"),
    ("no task", "no-task"),
    ("no answer within", "late"),
    ("another hook answers", "another-hook"),
    (" is denied", "denied"),
    ("have not allowed", "not-allowed"),
    ("not compiled", "not-compiled"),
    ("nobody reads the answer", "unread"),
    ("a fault inside", "fault"),
    ("error[", "broken-index"),
)
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
        self.folder = os.path.join(journal, f"c-{short_key(name)}")
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
        return Claim(os.path.join(self.folder, f"p-{short_key(prompt)}") if self.folder else "")

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
    path = os.path.join(folder, f"last-{short_key(root)}")
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
        with open(os.path.join(cache, "hook", f"last-{short_key(root)}"), "rb") as file:
            return file.read(1_000_000) if cache else b""
    except OSError:
        return b""


def record_given(call: Call, root: str, began: float, loaded: Loaded) -> None:
    """Records what a call was given, for `ctxload stats`: of each document its entry, how it came, and its tokens."""
    reasons = loaded.resolution.reasons
    files = [
        {
            "path": part.path[:NAME_SIZE],
            "entry": next((one.entry for one in reasons.get(part.path, ()) if one.entry), "")[:NAME_SIZE],
            "form": part.form,
            "tokens": part.tokens,
        }
        for part in loaded.parts[:RECORDED]
    ]
    _record(call, root, began, {"layer": loaded.resolution.layer, "files": files})


def record_silence(call: Call, root: str, began: float, reason: str, word: str = "") -> None:
    """Records that a call was given nothing, and the word for why."""
    word = word or next((word for part, word in SILENCES if part in reason), "other")
    _record(call, root, began, {"silent": word})


def _record(call: Call, root: str, began: float, what: dict[str, Any]) -> None:
    """Adds a line to the records of a project, unless the person does not want them. Never raises."""
    from json import dumps
    from time import monotonic, time

    wants_tasks = False
    if os.path.lexists(os.path.join(data_folder(), "settings.yml")):
        from ..own_settings import all_on

        on = all_on()
        if "stats" not in on:
            return
        wants_tasks = "tasks" in on
    path = _room_for_records(root)
    if not path:
        return
    row: dict[str, Any] = {"at": int(time()), "client": call.client.name, "moment": call.kind, "root": root}
    row |= {"conversation": short_key(call.conversation), "prompt": short_key(call.prompt.strip())}
    if began:
        row["ms"] = round((monotonic() - began) * 1000)
    if wants_tasks and call.kind in ("prompt", "subagent"):
        row["task"] = _without_secrets(call.prompt)
    append(path, dumps({**row, **what}).encode("ascii") + b"\n")


def _room_for_records(root: str) -> str:
    """The file of a project's records, with room in it; an empty text where nothing can be kept."""
    path = records_file(root)
    if not path:
        return ""
    folder = os.path.dirname(path)
    if not (is_ours(os.path.dirname(folder)) and is_ours(folder)):
        from ...workspace.private_folder import make_folder

        if make_folder(os.path.dirname(folder)) or make_folder(folder):
            return ""
    try:
        if os.stat(path).st_size > RECORDS_SIZE:
            os.replace(path, path + ".1")
    except FileNotFoundError:
        _tidy_records(folder)
    except OSError:
        pass
    return path


def _tidy_records(folder: str) -> None:
    """Removes the records of projects in which nothing was recorded for long."""
    from time import time

    try:
        for name in sorted(os.listdir(folder))[:_TIDIED]:
            path = os.path.join(folder, name)
            if time() - os.lstat(path).st_mtime > KEEP_RECORDS:
                _remove(path)
    except OSError:
        pass


def _without_secrets(task: str) -> str:
    """A task as it may be kept: lines that hold a secret give way to a mark, as in a document."""
    from ...load.withheld import without_hazards

    return without_hazards(task[:TASK_SIZE], lambda code: False).text


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

"""File events → batches of changes. The only file that knows watchdog.

An event says when to look, never what happened: what changed is told by a `stat` of the few files that matter, after
each batch. So a lost event, or an order that no one expects, costs a moment and never the right answer. As few folders
as possible are watched, none with what is below it; a folder that doesn't exist is waited for in the one above.
"""

from __future__ import annotations

import os
from queue import Empty, SimpleQueue

from ..record import Record
from .source_stamps import FOLDER, checksum_of
from .stamps import is_young, signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from threading import Thread
    from types import TracebackType
    from typing import Any, Protocol, Self

    from .source_stamps import SourceStamp

    Names = dict[str, set[str]]

    class Notifier(Protocol):
        """What tells that something happened: watchdog, a clock alone, or a script."""

        tells: bool

        def follow(self, names: Names) -> None: ...
        def wait(self, seconds: float) -> set[str]: ...
        def wake(self) -> None: ...
        def close(self) -> None: ...


#: Seconds of quiet that end a batch, and the most that one is assembled.
STEP, DEBOUNCE = 0.03, 0.5
#: Seconds from look to look where events tell of changes, and where they do not.
HEARTBEAT, POLL = 5.0, 0.5
#: A look may take one part in so many of the time between two.
SHARE = 50
#: More folders than this are not watched: they are looked at from time to time.
FOLDERS = 100

#: What is looked at of a file, where that is not a number of bytes: its `stat`, or only whether it is there.
STAT, PRESENCE = 0, -1

ADDED, MODIFIED, DELETED = "added", "modified", "deleted"
#: Among the names of a folder that matter: each of them does.
EVERY = ""
#: Events of watchdog that tell of no change.
_QUIET = ("opened", "closed_no_write")
#: Events on a folder that only say that something in it changed.
_INSIDE = ("modified", "attrib", "closed")


class Change(Record):
    """What became of one file: `added`, `modified` or `deleted`."""

    kind: str
    path: str


class Look(Record):
    """What was seen of a file: its signature, a checksum of what was in it, and when (in nanoseconds)."""

    signature: tuple[int, ...]
    checksum: int = 0
    at: int = 0

    @property
    def is_young(self) -> bool:
        """Whether the file may have changed again without another signature."""
        return is_young(self.signature, self.at)


class Wanted(Record):
    """The files that matter: how many bytes of each, and what was seen of those that were read. Of a FOLDER the names
    in it matter.

    `root` is the folder up to which the folders above them are watched, too.
    """

    root: str
    files: dict[str, int]
    looks: dict[str, Look]


def wanted(root: str, reads: Iterable[SourceStamp], read_at: int, others: Mapping[str, int] | None = None) -> Wanted:
    """The files that an index was read from, as they were read, and others that may change what it means."""
    files: dict[str, int] = dict(others or {})
    looks: dict[str, Look] = {}
    for path, sign, check, limit in reads:
        files[path] = limit if limit == FOLDER else max(limit, STAT)
        looks.setdefault(path, Look(sign, check, read_at))
    return Wanted(root, files, looks)


# ── looking ──────────────────────────────────────────────────────────────────────────────────────────────


def look(path: str, limit: int, now: int) -> Look:
    """What is seen of a file now."""
    sign = signature_of(path)
    if limit == PRESENCE and sign:
        return Look((1, 0, 0, 0), 0, now)
    found = Look(sign, 0, now)
    return found.replace(checksum=checksum_of(path, limit)) if limit == FOLDER or (limit and found.is_young) else found


def is_same(before: Look, path: str, limit: int, now: int) -> Look | None:
    """What was known of a file, if that still holds; None when it changed."""
    if limit == FOLDER:
        return _is_same_folder(before, path, now)
    found = look(path, limit, now)
    if found.signature != before.signature:
        return None
    if limit > 0 and before.is_young:
        if (found.checksum if found.is_young else checksum_of(path, limit)) != before.checksum:
            return None
        return before.replace(at=now)
    return before


def _is_same_folder(before: Look, path: str, now: int) -> Look | None:
    """The same for a folder: its times move with each file that is replaced, so the names in it decide."""
    sign = signature_of(path)
    if sign == before.signature and not before.is_young:
        return before
    found = Look(sign, checksum_of(path, FOLDER), now)
    return found if bool(sign) == bool(before.signature) and found.checksum == before.checksum else None


def change(path: str, before: Look, after: Look) -> Change:
    """What became of a file, from two looks at it.

    >>> change("i.yml", Look((5, 1, 1, 7)), Look(()))
    Change(kind='deleted', path='i.yml')
    """
    kind = MODIFIED if before.signature and after.signature else ADDED if after.signature else DELETED
    return Change(kind, path)


def names_in(files: Iterable[str], root: str, folders: Iterable[str] = ()) -> Names:
    """The folders to watch, each with the names in it that matter: of files, of links' ends, of folders on the way; of
    `folders` each name.
    """
    names: Names = {}
    real: dict[str, str] = {}
    above = os.path.realpath(root).rstrip(os.sep) + os.sep
    for path in files:
        ends = {path, os.path.realpath(path)} if os.path.islink(path) else {path}
        for folder, name in map(os.path.split, ends):
            if folder not in real:
                real[folder] = os.path.realpath(folder)
            folder = real[folder]
            while name and name not in names.setdefault(folder, set()):
                names[folder].add(name)
                if not folder.startswith(above):
                    break
                folder, name = os.path.split(folder)
    for folder in folders:
        names.setdefault(os.path.realpath(folder), set()).add(EVERY)
    return names


class Batcher:
    """Gathers what happens in one go: a batch ends after `step` seconds of quiet, at the latest after `debounce`.

    >>> batcher = Batcher(debounce=1.0, step=0.25)
    >>> batcher.add({"i.yml"}, 10.0)
    >>> batcher.wait(10.125), batcher.wait(10.25)
    (0.125, 0.0)
    >>> batcher.take(), batcher.wait(10.5)
    ({'i.yml'}, None)
    """

    def __init__(self, debounce: float = DEBOUNCE, step: float = STEP) -> None:
        self.debounce = debounce
        self.step = step
        self._paths: set[str] = set()
        self._first = self._last = 0.0

    def add(self, paths: set[str], now: float) -> None:
        """Notes that something happened to these paths."""
        if paths:
            self._first = self._first if self._paths else now
            self._last = now
            self._paths |= paths

    def wait(self, now: float) -> float | None:
        """Seconds until the batch ends, 0 when it has; None while there is none."""
        if not self._paths:
            return None
        return max(0.0, min(self._last + self.step, self._first + self.debounce) - now)

    def take(self) -> set[str]:
        """The paths of the batch; the next one is empty."""
        taken, self._paths = self._paths, set()
        return taken


class Watcher:
    """Waits for changes of the files that matter, and tells them in batches.

    `follow` says which files; `batch` waits for the next changes. What changed between the two is not missed.
    """

    def __init__(
        self, notifier: Notifier, clock: Callable[[], float] | None = None, wall: Callable[[], int] | None = None
    ) -> None:
        from time import monotonic, time_ns

        self._notifier = notifier
        self._clock = clock or monotonic
        self._wall = wall or time_ns
        self._batcher = Batcher()
        self._wanted = Wanted("", {}, {})
        self._known: dict[str, Look] = {}
        self._names: Names = {}
        self._untold = 0
        self._cost = 0.0
        self._stopped = False

    @property
    def polls(self) -> bool:
        """Whether it looks by the clock alone, as events do not work here."""
        return not self._notifier.tells

    def follow(self, files: Wanted) -> None:
        """Waits for changes of these files from now on, beginning with what was seen of them when they were read."""
        before, now = self._wanted, self._wall()
        known = dict(files.looks)
        for path, limit in files.files.items():
            if path not in known:
                known[path] = self._known[path] if before.files.get(path) == limit else look(path, limit, now)
        self._wanted, self._known = files, known
        folders = [path for path, limit in files.files.items() if limit == FOLDER]
        self._names = names_in(files.files, files.root, folders)
        self._tell_notifier()

    def batch(self, stop: Callable[[], bool] = lambda: False) -> tuple[Change, ...]:
        """The next changes, in the order of their paths; none once it is stopped, or `stop` says so."""
        due, first = self._clock(), True
        seen: dict[str, Look] = {}
        told, since = False, 0.0
        while not (self._stopped or stop()):
            waiting = self._batcher.wait(self._clock())
            seconds = max(0.0, due - self._clock()) if waiting is None else waiting
            if seconds:
                happened = self._notifier.wait(seconds)
                told = told or bool(happened)
                self._batcher.add(happened, self._clock())
                continue
            self._batcher.take()
            found = self._look()
            due = self._clock() + max(POLL if self.polls else HEARTBEAT, SHARE * self._cost)
            since = since if seen else self._clock()
            if found and not told and not self._is_over(found, seen, since):
                seen = found
                self._batcher.add(set(found), self._clock())
            elif found:
                self._count_untold(told or first)
                return self._note(found)
            else:
                seen, told, first = {}, False, False
        return ()

    def _is_over(self, found: dict[str, Look], seen: dict[str, Look], since: float) -> bool:
        """Whether what was found by the clock alone has come to rest, or is going on for too long to wait."""
        still = {path: known.signature for path, known in seen.items()}
        return {path: now.signature for path, now in found.items()} == still or self._clock() - since >= DEBOUNCE

    def stop(self) -> None:
        """Ends the waiting, from any thread and as often as one likes."""
        self._stopped = True
        self._notifier.wake()

    def wake(self) -> None:
        """Has the waiting look at its `stop`, from any thread."""
        self._notifier.wake()

    def close(self) -> None:
        """Stops, and gives back what watching takes."""
        self.stop()
        self._notifier.close()

    def _look(self) -> dict[str, Look]:
        """The files that are not as they were known, as they are now."""
        self._tell_notifier()  # before looking: what happens after it is told
        begun, now = self._clock(), self._wall()
        found = {}
        for path, limit in self._wanted.files.items():
            same = is_same(self._known[path], path, limit, now)
            if same is None:
                found[path] = look(path, limit, now)
            else:
                self._known[path] = same
        self._cost = self._clock() - begun
        return found

    def _note(self, found: dict[str, Look]) -> tuple[Change, ...]:
        changes = tuple(change(path, self._known[path], found[path]) for path in sorted(found))
        self._known.update(found)
        return changes

    def _tell_notifier(self) -> None:
        try:
            self._notifier.follow(self._names)
        except OSError:  # no more watches to be had, say
            self._poll()

    def _count_untold(self, told: bool) -> None:
        """Where changes come to light again and again without an event, events do not work."""
        self._untold = 0 if told else self._untold + 1
        if self._untold > 1 and not self.polls:
            self._poll()

    def _poll(self) -> None:
        self._notifier.close()
        self._notifier = Clock()
        if self._stopped:
            self._notifier.wake()


# ── being told ───────────────────────────────────────────────────────────────────────────────────────────


class Clock:
    """Tells nothing: the watcher looks when its time has come."""

    tells = False

    def __init__(self) -> None:
        self._queue: SimpleQueue[str] = SimpleQueue()

    def follow(self, names: Names) -> None:
        """Nothing is watched."""

    def wait(self, seconds: float) -> set[str]:
        """The paths to which something happened, as soon as there are any."""
        found = set()
        try:
            found.add(self._queue.get(timeout=seconds))
            while True:
                found.add(self._queue.get_nowait())
        except Empty:
            return found - {""}

    def wake(self) -> None:
        """Ends the waiting; a signal's handler may call it, too."""
        self._queue.put("")

    def close(self) -> None:
        """Nothing to give back."""


class Events(Clock):
    """Tells what watchdog tells, of the names that matter. OSError or ImportError where that does not work."""

    tells = True

    def __init__(self) -> None:
        from logging import getLogger

        from watchdog.observers import Observer

        getLogger("watchdog.observers.inotify").addFilter(_is_news)
        super().__init__()
        self._names: Names = {}
        self._watches: dict[str, tuple[Any, tuple[int, int]]] = {}
        self._observer: Any = Observer()
        self._observer.start()

    def follow(self, names: Names) -> None:
        """Watches these folders, those that were deleted and made again anew, and no other."""
        names, places = _there(names)
        if len(places) > FOLDERS:
            raise OSError(f"more than {FOLDERS} folders")
        self._names = {**self._names, **names}
        for folder in [folder for folder, (_, place) in self._watches.items() if places.get(folder) != place]:
            self._forget(folder)
        for folder, place in places.items():
            if folder not in self._watches:
                try:
                    self._watches[folder] = self._observer.schedule(self, folder, recursive=False), place
                except FileNotFoundError:  # gone again
                    continue
        self._names = names

    def dispatch(self, event: Any) -> None:
        """Takes an event of watchdog (in its thread): a move counts for both of its ends."""
        kind = event.event_type
        if kind in _QUIET or (event.is_directory and kind in _INSIDE):
            return
        for end in (event.src_path, event.dest_path):
            path = os.fsdecode(end or b"")
            folder, name = os.path.split(path)
            names = self._names.get(folder, ())
            if path and (name in names or EVERY in names or path in self._names):
                self._queue.put(path)

    def close(self) -> None:
        """Ends watchdog's threads."""
        self._observer.stop()
        self._observer.join(2)

    def _forget(self, folder: str) -> None:
        watch, _ = self._watches.pop(folder)
        try:
            self._observer.unschedule(watch)
        except (KeyError, OSError):  # it ended with its folder
            pass


def _is_news(record: Any) -> bool:
    """Whether a line of watchdog's log says anything: that an ended watch was read once more isn't a fault."""
    return "thread is inactive" not in str(record.msg)


def _there(names: Names) -> tuple[Names, dict[str, tuple[int, int]]]:
    """The names with those of missing folders put into the nearest folder that is there; the folders' identities."""
    found: Names = {}
    places: dict[str, tuple[int, int]] = {}
    for folder, inside in names.items():
        while folder not in places:
            try:
                here = os.stat(folder + os.sep)
                places[folder] = here.st_dev, here.st_ino
            except OSError:  # not there, or no folder
                above, name = os.path.split(folder)
                if above == folder:
                    break
                folder, inside = above, {name}
        found.setdefault(folder, set()).update(inside)
    return found, places


def notifier(*, poll: bool = False) -> Notifier:
    """What tells of changes on this machine; a clock alone with `poll`, or where events cannot be had."""
    if not poll:
        try:
            return Events()
        except (ImportError, OSError, RuntimeError):
            pass
    return Clock()


class Watching:
    """A watcher in a thread, from `with` to its end: whatever changes, `act` is called.

    `files` gives the files that matter, asked again after each call.
    """

    def __init__(
        self,
        files: Callable[[], Wanted],
        act: Callable[[], object],
        told_by: Notifier | None = None,
        *,
        poll: bool = False,
    ) -> None:
        self._files = files
        self._act = act
        self._told_by = told_by
        self._poll = poll
        self._watcher: Watcher | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        from threading import Thread

        if self._thread is None:  # entered a second time it goes on
            self._watcher = Watcher(self._told_by or notifier(poll=self._poll))
            self._watcher.follow(self._files())
            self._thread = Thread(target=self._run, args=(self._watcher,), name="ctxload-watching", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "off" if self._watcher is None else "polling" if self._watcher.polls else "on"
        return f"<Watching: {state}>"

    def stop(self) -> None:
        """Ends the thread, and waits for its end; nothing happens when there is none."""
        from threading import get_ident

        thread, self._thread = self._thread, None
        watcher, self._watcher = self._watcher, None
        if watcher is not None and thread is not None:
            watcher.stop()
            if get_ident() != thread.ident:
                thread.join()

    def _run(self, watcher: Watcher) -> None:
        try:
            while watcher.batch():
                try:
                    self._act()
                except Exception:  # the caller's next question meets it, too, and tells
                    continue
                watcher.follow(self._files())
        finally:
            watcher.close()

"""Subscriptions: clients are told when the index, or a file selected for their task, changed, and when a new file of a
folder or glob is selected. The watcher runs inside.

One thread waits for changes, from the first subscription on. It is told of events by `watch`, which says when to look;
what changed is told by the files themselves.
"""

from __future__ import annotations

import os
from threading import Lock, Thread
from time import time_ns

from ...errors import CtxloadError, UsageError
from ...record import Record
from ...workspace.source_stamps import FOLDER
from ...workspace.watcher import ADDED, STAT, Change, Look, Watcher, look, notifier
from .requests import arguments, short
from .session import Method, error_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ...loader import ContextLoader
    from ...workspace.watcher import Notifier, Wanted
    from .service import Service

    Data = dict[str, Any]

#: How many subscriptions one client may have.
MOST = 100
CHANGED = "changed"


class Subscription(Record):
    """What one subscriber wants to know of: the index, and the files selected for the task, if there is one.

    `looks` holds what was seen of each of these files before the subscriber was told of them, and of those that would
    be selected if they were there; `folders` the same of the folders that were listed for the answer, where a new file
    may be selected.
    """

    name: str
    params: Data
    looks: dict[str, Look]
    folders: dict[str, Look]


class Seen(Record):
    """An answer to a subscriber, and what was seen of the files and folders that it hangs on."""

    answer: Data
    looks: dict[str, Look]
    folders: dict[str, Look]


class Subscriptions:
    """The subscriptions of one client. `notify` sends a notice, `report` is told of faults, `told_by` makes what tells
    of events.
    """

    def __init__(
        self,
        service: Service,
        notify: Callable[[str, Data], None],
        report: Callable[[Exception], None],
        told_by: Callable[[], Notifier] = notifier,
    ) -> None:
        self._service = service
        self._notify = notify
        self._report = report
        self._told_by = told_by
        self._all: dict[str, Subscription] = {}
        self._lock = Lock()
        self._count = 0
        self._notifier: Notifier | None = None
        self._watcher: Watcher | None = None
        self._is_old = False
        self._stopped = False

    def methods(self) -> dict[str, Method]:
        """What a session can call."""
        from .service import ASKED

        return {
            "subscribe": Method(self.subscribe, ASKED, slow=True, undo=self.forget),
            "unsubscribe": Method(self.unsubscribe, ("subscription",)),
        }

    def subscribe(self, params: Data) -> Data:
        """A new subscription: its name and, if there is a task, what is selected for it now."""
        seen = self._look(self._service.loader(), params)
        with self._lock:
            if len(self._all) >= MOST:
                raise UsageError(f"there are {MOST} subscriptions: end one with `unsubscribe`")
            self._count += 1
            name = f"s{self._count}"
            self._all[name] = Subscription(name, params, seen.looks, seen.folders)
        self._follow_anew()
        return {"subscription": name, **seen.answer}

    def forget(self, answer: Data) -> None:
        """Ends a subscription of which the client was never told."""
        self.unsubscribe({"subscription": answer["subscription"]})

    def unsubscribe(self, params: Data) -> Data:
        """Ends a subscription; whether there was one of this name."""
        name = params.get("subscription")
        if not isinstance(name, str):
            raise UsageError("`subscription` must be the name that `subscribe` gave")
        with self._lock:
            found = self._all.pop(name, None)
        self._follow_anew()
        return {"unsubscribed": found is not None}

    def stop(self) -> None:
        """Ends the waiting for changes."""
        self._stopped = True
        if self._watcher is not None:
            self._watcher.stop()

    def _look(self, loader: ContextLoader, params: Data) -> Seen:
        """The answer to a subscriber, and what is seen now of the files in it and of the folders that were listed."""
        if "task" not in params:
            if params:
                raise UsageError("without a `task` there is nothing to select for: name one, or no parameter at all")
            return Seen({}, {}, {})
        folders: dict[str, Look] = {}
        for _ in range(3):  # a file may come between listing a folder and looking at it: then it is in the next answer
            resolution = loader.resolve(**arguments(params))
            listed = loader.listed()
            if set(listed) <= set(folders):
                break
            folders = _looks(listed, FOLDER)
            loader.look_again()
        tree = loader.tree()
        awaited = [
            left.path for left in resolution.left_out if left.copy_of or tree.status(left.path).kind == "missing"
        ]
        files = [os.path.join(loader.root, *path.split("/")) for path in (*resolution.paths, *awaited)]
        return Seen(short(resolution), _looks(files, STAT), folders)

    # ── the thread ─────────────────────────────────────────────────────────────────────────────────────

    def _follow_anew(self) -> None:
        """Has the thread look at what is subscribed to now; starts it the first time."""
        with self._lock:
            self._is_old = True
            if self._watcher is None and self._all:
                self._notifier = self._told_by()
                self._watcher = Watcher(self._notifier)
                self._watcher.follow(self._wanted())  # what changes from now on is noticed, even before it runs
                Thread(target=self._run, args=(self._watcher,), name="ctxload-subscriptions", daemon=True).start()
            elif self._notifier is not None:
                self._notifier.wake()

    def _wanted(self) -> Wanted:
        files: dict[str, int] = {}
        looks: dict[str, Look] = {}
        for one in self._all.values():
            for limit, seen in ((STAT, one.looks), (FOLDER, one.folders)):
                for path, before in seen.items():
                    files[path] = limit
                    if path not in looks or before.at < looks[path].at:
                        looks[path] = before
        found = self._service.loader().wanted(files)
        return found.replace(looks={**looks, **found.looks})

    def _run(self, watcher: Watcher) -> None:
        while not self._stopped:
            with self._lock:
                self._is_old = False
                watcher.follow(self._wanted())
            changes = watcher.batch(lambda: self._is_old)
            try:
                self._tell(changes)
            except Exception as fault:  # the next change may be told again
                self._report(fault)
        watcher.close()

    def _tell(self, changes: tuple[Change, ...]) -> None:
        """Tells each subscriber whom the changes concern, with what is selected now."""
        if not changes:
            return
        loader = self._service.loader()
        loader.look_again()
        loader.reload()  # also when no subscriber asks it anything: what it read last is what changes are told from
        sources = set(loader.wanted().files)
        for one in list(self._all.values()):
            told = [change for change in changes if change.path in one.looks or change.path in sources]
            folders = tuple([change.path + os.sep for change in changes if change.path in one.folders])
            if told or folders:
                self._tell_one(loader, one, told, folders)

    def _tell_one(self, loader: ContextLoader, one: Subscription, told: list[Change], folders: tuple[str, ...]) -> None:
        """Tells one subscriber, unless nothing but folders changed and no new file of theirs is selected."""
        seen = self._again(one)
        known = {change.path for change in told}
        new = [path for path in seen.looks if path.startswith(folders) and path not in one.looks and path not in known]
        told += [Change(ADDED, path) for path in new]
        if told:
            notice = {"subscription": one.name, "changes": self._shown(loader, told), **seen.answer}
            self._notify(CHANGED, notice)

    def _again(self, one: Subscription) -> Seen:
        """What is seen for a subscriber now; it is kept."""
        try:
            seen = self._look(self._service.loader(), one.params)
        except CtxloadError as error:  # context that the task names may be gone, and may come again
            seen = Seen({"error": error_of(error)}, _looks(one.looks, STAT), _looks(one.folders, FOLDER))
        with self._lock:
            if one.name in self._all:
                self._all[one.name] = one.replace(looks=seen.looks, folders=seen.folders)
        return seen

    def _shown(self, loader: ContextLoader, changes: list[Change]) -> list[Data]:
        root = loader.root.rstrip(os.sep) + os.sep
        return [
            {"change": kind, "path": path[len(root) :].replace(os.sep, "/") if path.startswith(root) else path}
            for kind, path in changes
        ]


def _looks(paths: Iterable[str], limit: int) -> dict[str, Look]:
    now = time_ns()
    return {path: look(path, limit, now) for path in paths}

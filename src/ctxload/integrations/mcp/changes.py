"""What changed is told to the client: the list of resources, and each resource that it subscribed to.

A thread waits for changes: of the index and the files that it names, of folders where files may come. A client of the
protocol with a handshake is told of the list without asking, and of what it subscribed to; one of the current protocol
of what it listens to.
"""

from __future__ import annotations

import os
from asyncio import AbstractEventLoop
from collections import Counter
from threading import Thread
from time import time_ns
from typing import Any

import mcp_types as mcp
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourcesListChanged, ResourceUpdated

from ...errors import CtxloadError
from ...index.model import Index
from ...loader import ContextLoader
from ...workspace.locations import places_in
from ...workspace.source_stamps import FOLDER
from ...workspace.watcher import FOLDERS, MODIFIED, PRESENCE, STAT, Change, Look, Wanted, Watcher, look, notifier
from . import skills
from .context import FILE_URI, INDEX_URI, LISTED, files_of
from .served import Served, quote, unquote


class Changes:
    """Waits for changes from `start` on, and tells the client."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._bus = InMemorySubscriptionBus()
        self._listening = ListenHandler(self._bus)
        self._sessions: list[Any] = []
        self._subscribed: Counter[str] = Counter()
        #: What was seen of files before their subscriber was answered: what changes from then on is told.
        self._seen: dict[str, Look] = {}
        #: The index that the client was told of last, None for none; nothing is known of that before the first look.
        self._index: Index | None = None
        self._is_known = False
        self._watcher = Watcher(notifier())
        self._is_old = self._is_stopped = False
        self._loop: AbstractEventLoop | None = None
        served.when_moved = self.moved

    # ── who is told ────────────────────────────────────────────────────────────────────────────────────

    async def initialized(self, ctx: Any, params: Any) -> None:
        """Notes a client of the protocol with a handshake, and finds its project."""
        self._sessions.append(ctx.session)
        await self._served.settle(ctx)

    async def roots_changed(self, ctx: Any, params: Any) -> None:
        """The client's roots are others now."""
        await self._served.ask(ctx, again=True)

    async def listen(self, ctx: Any, params: mcp.SubscriptionsListenRequestParams) -> mcp.SubscriptionsListenResult:
        """Tells a client of the current protocol, as long as it listens."""
        uris = params.notifications.resource_subscriptions or []
        self._follow(Counter(map(str, uris)))
        try:
            return await self._listening(ctx, params)
        finally:
            self._subscribed -= Counter(map(str, uris))

    async def subscribe(self, ctx: Any, params: mcp.SubscribeRequestParams) -> mcp.EmptyResult:
        """Tells a client of the protocol with a handshake of one resource."""
        self._follow(Counter([str(params.uri)]))
        return mcp.EmptyResult()

    async def unsubscribe(self, ctx: Any, params: mcp.UnsubscribeRequestParams) -> mcp.EmptyResult:
        """Ends that."""
        self._subscribed.pop(str(params.uri), None)
        return mcp.EmptyResult()

    def _follow(self, uris: Counter[str]) -> None:
        self._subscribed += uris
        try:
            files, now = self._subscribed_files(self._served.service.loader()), time_ns()
        except CtxloadError:  # nothing to be told of yet
            files, now = [], 0
        self._seen = {path: look(path, STAT, now) for path in files} | self._seen
        self._again()

    def moved(self) -> None:
        """Another project is served now."""
        self._is_known = False
        self._again()
        if self._loop is not None:
            self._loop.create_task(self._tell(True, ()))

    # ── the thread ─────────────────────────────────────────────────────────────────────────────────────

    def start(self, loop: AbstractEventLoop) -> None:
        """Waits from now on, in a thread."""
        self._loop = loop
        self._watcher.follow(self._wanted())
        self._note_index()
        Thread(target=self._run, name="ctxload-watching", daemon=True).start()

    def stop(self) -> None:
        """Ends the waiting."""
        self._is_stopped = True
        self._watcher.stop()

    def _again(self) -> None:
        """Has the thread look at what is to be followed now."""
        self._is_old = True
        self._watcher.wake()

    def _run(self) -> None:
        while not self._is_stopped:
            self._is_old, seen = False, self._seen
            wanted = self._wanted()
            self._watcher.follow(wanted.replace(looks={**_among(wanted, seen), **wanted.looks}))
            self._seen = {path: one for path, one in self._seen.items() if path not in seen}
            self._note_index()
            if changes := self._watcher.batch(lambda: self._is_old):
                self._note(changes)
        self._watcher.close()

    def _note_index(self) -> None:
        """Tells of an index that was read anew by a request, or just now: what is followed from here on is that one."""
        before, is_known = self._index, self._is_known
        try:
            self._index = self._served.service.loader().index()
        except CtxloadError:
            self._index = None
        self._is_known = True
        if is_known and self._index is not None and before is not self._index:
            self._soon(True, (INDEX_URI,))

    def _note(self, changes: tuple[Change, ...]) -> None:
        try:
            loader = self._served.service.loader()
            self._index = loader.index()
        except CtxloadError:  # not allowed, none, or one that cannot be read: there is nothing to list
            return
        sources = set(loader.wanted().files)
        is_listed = any(change.path in sources or change.kind != MODIFIED or _is_folder(change) for change in changes)
        updated = [uri for change in changes for uri in self._uris_of(loader, change, sources)]
        self._soon(is_listed, tuple(dict.fromkeys(updated)))

    def _uris_of(self, loader: ContextLoader, change: Change, sources: set[str]) -> list[str]:
        """The resources that a change is of."""
        if change.path in sources:
            return [INDEX_URI]
        root = loader.root.rstrip(os.sep) + os.sep
        name = quote(change.path.removeprefix(root).replace(os.sep, "/"))
        return [FILE_URI + name, skills.SCHEME + name]

    def _soon(self, is_listed: bool, uris: tuple[str, ...]) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(lambda: self._tell_soon(is_listed, uris))
        except RuntimeError:  # the client has gone
            self._is_stopped = True

    def _tell_soon(self, is_listed: bool, uris: tuple[str, ...]) -> None:
        assert self._loop is not None
        self._task = self._loop.create_task(self._tell(is_listed, uris))

    async def _tell(self, is_listed: bool, uris: tuple[str, ...]) -> None:
        if is_listed:
            await self._bus.publish(ResourcesListChanged())
            for session in self._sessions:
                await session.send_resource_list_changed()
        for uri in uris:
            await self._bus.publish(ResourceUpdated(uri=uri))
            for session in self._sessions if uri in self._subscribed else ():
                await session.send_resource_updated(uri)

    # ── what is followed ───────────────────────────────────────────────────────────────────────────────

    def _wanted(self) -> Wanted:
        """The index, the files that its entries name, folders where some may come; or where an index may come."""
        folder = self._served.unguarded.folder
        try:
            loader = self._served.service.loader()
            tree = loader.tree()
            files = list(files_of(loader, tree))[:LISTED]
        except CtxloadError:
            return Wanted(folder, dict.fromkeys(places_in(folder), STAT), {})
        missing = [path.value for entry in loader.index().entries[:LISTED] for path in entry.paths]
        waited = [path for path in missing if tree.status(path).kind == "missing"]
        followed = {_full(loader, path): PRESENCE for path in (*files, *waited)}
        followed |= dict.fromkeys(self._subscribed_files(loader), STAT)
        folders = [*tree.listed(), *skills.folders_of(loader, tree)][:FOLDERS]
        return loader.wanted({**followed, **dict.fromkeys(folders, FOLDER)})

    def _subscribed_files(self, loader: ContextLoader) -> list[str]:
        names = [uri.removeprefix(FILE_URI).removeprefix(skills.SCHEME) for uri in list(self._subscribed)]
        tree = loader.tree()
        paths = [unquote(name) for name in names if name != INDEX_URI]
        return [_full(loader, path) for path in paths if tree.status(path).kind in ("file", "missing")]


def _among(wanted: Wanted, seen: dict[str, Look]) -> dict[str, Look]:
    return {path: one for path, one in seen.items() if path in wanted.files}


def _is_folder(change: Change) -> bool:
    return os.path.isdir(change.path)


def _full(loader: ContextLoader, path: str) -> str:
    return os.path.join(loader.root, *path.split("/"))

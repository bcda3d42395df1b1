"""Which project one client is served: the one that was named or found, else the first of the client's roots that has an
index.

Roots are asked for only where the service was started outside a project and nothing named one. In the protocol with a
handshake the client is asked when it has begun, and again when it says that its roots changed; in the current one a
server may not ask by itself, so a call is answered with what it needs first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import anyio
import mcp_types as mcp
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from ...errors import CtxloadError, NoIndexError
from ...loader import OwnLoader
from ...text.escaping import escape
from ...workspace.locations import Place, discover
from ...workspace.trust import DENIED, why_not
from ..rpc.service import Service
from ..without_index import place_instead, source_options

#: What a model reads where the person has not allowed the project. No command in it: a model might run that.
REFUSED = "ctxload gives no documents of this project: go on without them"
#: The name of the question for roots, and for how many seconds its answer is waited for.
ROOTS, PATIENCE = "roots", 10
#: How many roots are looked at.
MOST = 100


class OwnService(Service):
    """A service for the person's agent, which gets the skills of their own, too."""

    _kind = OwnLoader


class Gate:
    """Whether the person lets a model have documents of the project; asked before each answer, so that a word counts at
    once.

    `folder` is where the index is looked for, if nothing named it; `trust` is what the command line says.
    """

    def __init__(self, service: Service, folder: str, trust: bool) -> None:
        self._service, self._folder, self._trust = service, folder, trust

    def why_not(self) -> str:
        """Why not, as `trust.why_not` says it; an empty text where nothing speaks against it, or there is no index."""
        try:
            why = why_not(self._service.place(), self._folder)
        except NoIndexError:
            return ""
        return "" if self._trust and why != DENIED else why


class Served:
    """The project of one client. `asks`: nothing named one; `trust` is what the command line says."""

    def __init__(self, index: str, root: str, sources: tuple[str, ...], *, trust: bool) -> None:
        self._asks = not (index or root or os.environ.get("CTXLOAD_INDEX"))
        self._sources, self._trust = sources, trust
        self._started = OwnService(index, root, sources)
        self._start = "" if index or root else os.getcwd()
        self._roots: tuple[str, ...] | None = None
        self._turn: anyio.Lock | None = None
        self._asking: anyio.CancelScope | None = None
        self._serve(self._started, self._start)
        #: What is done when another project is served, and who tells the person that it is not allowed.
        self.when_moved: Callable[[], object] = lambda: None
        self.tell: Callable[[Service, str], object] = lambda service, why: None

    def _serve(self, service: Service, folder: str) -> None:
        self._current, self.gate = service, Gate(service, folder, self._trust)

    @property
    def service(self) -> Service:
        """What answers. Raises CtxloadError where there is no project, or the person has not allowed it."""
        if self._asks:
            self._place()
        if self.gate.why_not():
            raise CtxloadError(REFUSED)
        return self._current

    @property
    def unguarded(self) -> Service:
        """What would answer, whatever the person has allowed: for what is not said to a model."""
        return self._current

    def _place(self) -> Place:
        """Where the index is. Raises NoIndexError with how a project is named."""
        try:
            return self._current.place()
        except NoIndexError as error:
            roots = ", ".join(map(escape, self._roots or ()))
            looked = f"{escape(os.getcwd())} or above" + (f", nor in the client's roots ({roots})" if roots else "")
            options = source_options(place_instead(error, self._start))
            rules = f", or `ctxload serve --mcp{options}` for the rules that are there" if options else ""
            raise NoIndexError(
                f"no context-index.yml in {looked}: have the client start `ctxload serve --mcp --root FOLDER` with the "
                f"project's folder, or run `ctxload init` there to make one{rules}"
            ) from error

    # ── roots ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def lacks_project(self) -> bool:
        """Whether the client's roots could help."""
        if not self._asks:
            return False
        try:
            self._current.place()
        except NoIndexError:
            return True
        return False

    async def settle(self, ctx: Any, params: Any = None) -> mcp.InputRequiredResult | None:
        """Finds the project before a question is answered; what the client is to be asked first, in the current
        protocol, where `params` can carry the answer.
        """
        given = (getattr(params, "input_responses", None) or {}).get(ROOTS)
        if given is not None:
            self.take(given)
        elif self.lacks_project and _has_roots(ctx):
            if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
                await self.ask(ctx, again=False)
            elif params is not None:
                return mcp.InputRequiredResult(input_requests={ROOTS: mcp.ListRootsRequest()})
        return None

    async def ask(self, ctx: Any, *, again: bool) -> None:
        """Asks a client of the protocol with a handshake for its roots; once, unless `again`."""
        if not (self._asks and _has_roots(ctx)):
            return
        self._turn = self._turn or anyio.Lock()
        async with self._turn:
            if self._roots is not None and not again:
                return
            with anyio.move_on_after(PATIENCE) as self._asking:
                try:
                    self.take(await ctx.session.send_request(mcp.ListRootsRequest(), mcp.ListRootsResult))
                except Exception:  # a client that says that it has roots, and doesn't give them
                    self._roots = self._roots or ()
            if self._asking.cancelled_caught:
                self._roots = self._roots or ()
            self._asking = None

    def end(self) -> None:
        """The input has ended: no answer will come."""
        if self._asking is not None:
            self._asking.cancel()

    def take(self, answer: Any) -> None:
        """Serves the project of these roots."""
        roots = tuple(path for root in answer.roots[:MOST] if (path := folder_of(str(root.uri))))
        self._roots = roots
        place = None if self._is_found(self._started) else self._choose(roots)
        before = self._current
        if place is None:
            self._serve(self._started, self._start)
        elif self._current is self._started or self._current.folder != place.root:
            self._serve(OwnService("", place.root, self._sources), "")
        if self._current is before:
            return
        if why := self.gate.why_not():
            self.tell(self._current, why)
        self.when_moved()

    def _is_found(self, service: Service) -> bool:
        try:
            service.place()
        except CtxloadError:
            return False
        return True

    def _choose(self, roots: Iterable[str]) -> Place | None:
        """The project of the first root that has one, those first that the person has allowed."""
        places = [place for place in map(_place_of, roots) if place is not None]
        allowed = (place for place in places if self._trust or not why_not(place))
        return next(allowed, places[0] if places else None)


def _has_roots(ctx: Any) -> bool:
    return bool(ctx.session.check_client_capability(mcp.ClientCapabilities(roots=mcp.RootsCapability())))


def _place_of(folder: str) -> Place | None:
    try:
        return discover(folder)
    except CtxloadError:
        return None


def folder_of(uri: str) -> str:
    """The folder that a root names; empty where it isn't one of this machine.

    >>> folder_of("file:///home/me/my%20shop"), folder_of("https://example.org/shop"), folder_of("file://host/shop")
    ('/home/me/my shop', '', '')
    """
    scheme, _, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    if scheme.lower() != "file" or host.lower() not in ("", "localhost") or not slash:
        return ""
    path = unquote(path.partition("?")[0].partition("#")[0])
    if path[1:2] in (":", "|"):  # C:/shop
        return os.path.normpath(f"{path[0]}:{path[2:]}") if os.name == "nt" else ""
    return "" if "\0" in path else os.path.normpath(f"/{path}")


def quote(path: str) -> str:
    """A path as a part of an address."""
    plain = b"/-._~"
    return "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 or byte in plain else f"%{byte:02X}"
        for byte in path.encode("utf-8", "replace")
    )


def unquote(text: str) -> str:
    """A part of an address as a path."""
    first, *rest = text.split("%")
    out = first.encode("utf-8", "replace")
    for part in rest:
        try:
            out += bytes.fromhex(part[:2]) + part[2:].encode("utf-8", "replace")
        except ValueError:
            return text
    return out.decode("utf-8", "replace")

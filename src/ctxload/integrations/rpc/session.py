"""`Session`: one client of `ctxload serve`. Frames in, frames out; no stream, no thread, no clock of its own.

JSON-RPC 2.0, a message a line. Quick methods are answered at once and in order, slow ones beside the reading (`later`
runs them), so their replies may come after those of later requests. Whatever comes in has one defined answer:

- a request: one reply with its id, also when it is cancelled, unknown or wrong;
- a notification: nothing is ever sent back;
- a batch (an array): one array with the replies of its requests, when the last of them is there;
- an object without `jsonrpc` and `method`: a plain object, answered by a plain object, in order;
- garbage, a line too long, half a line at the end of input: an error with the id null;
- blank lines, and replies that nobody asked for: nothing.
"""

from __future__ import annotations

from threading import Lock

from ...errors import CtxloadError, ExplicitContextError, UsageError
from ...record import Record
from .wire import FRAME_LIMIT, TOO_LONG, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    Message = dict[str, Any]
    Job = Callable[[], None]
    #: Takes a reply, or None where none is due. Returns None where it was sent, else what keeps a job until it is.
    Answer = Callable[[Message | None], Callable[[Job], object] | None]

#: What the codes of errors mean; those of JSON-RPC, that of the Language Server Protocol for cancelling, our own.
PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, FAULT = -32700, -32600, -32601, -32602, -32603
CANCELLED, CANNOT_SERVE, NO_CONTEXT, BUSY = -32800, -32001, -32002, -32003
CANCEL = "$/cancelRequest"

#: How many requests one client may have open, and how many may stand in one batch.
OPEN, BATCH = 1_000, 1_000
#: A request with a frame longer than this is answered beside the reading, whatever its method.
BIG = 50_000

#: What callers of other protocols send first, and what they should start instead.
ELSEWHERE = {
    "initialize": "for an editor start `ctxload serve --lsp`, for an agent client `ctxload serve --mcp`",
    "server/discover": "for an agent client start `ctxload serve --mcp`",
    "shutdown": "close stdin to end the service",
    "exit": "close stdin to end the service",
}


class Method(Record):
    """What a request can ask for: its function, the names of its parameters, whether it may take long.

    `undo` takes back a result that came too late: the request was cancelled while it was worked on. A slow method that
    `hands_over` is called with the parameters and what takes its result: that sends it, and raises Dropped where nobody
    wants it any more; only then does the method note what was given.
    """

    run: Callable[..., Any]
    params: tuple[str, ...] = ()
    slow: bool = False
    undo: Callable[[Any], object] | None = None
    hands_over: bool = False


class Dropped(Exception):
    """A result that was not sent: its request was cancelled, or nobody reads any more."""


class Wrong(Exception):
    """A request that cannot be answered: becomes an error reply."""

    def __init__(self, code: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint

    @property
    def error(self) -> Message:
        """The `error` of the reply."""
        return _error(self.code, str(self), {"hint": self.hint} if self.hint else {})


class _Open:
    """A request that has no reply yet."""

    __slots__ = ("answer", "known")

    def __init__(self, known: Any, answer: Answer) -> None:
        self.known = known
        self.answer = answer


class Session:
    """One client; see the module.

    `plain` answers plain objects, `send` takes frames (from any thread), `later` runs a slow job, now or beside,
    `report` is told of faults.
    """

    def __init__(
        self,
        methods: Mapping[str, Method],
        plain: Callable[[Message], Message],
        send: Callable[[bytes], None],
        later: Callable[[Job], None],
        report: Callable[[Exception], None],
    ) -> None:
        self._methods = {**methods, CANCEL: Method(self._cancel, ("id",))}
        self._plain = plain
        self._send = send
        self._later = later
        self._report = report
        self._open: dict[Any, _Open] = {}
        self._lock = Lock()
        self._count = 0

    @property
    def open(self) -> int:
        """How many requests have no reply yet."""
        return len(self._open)

    def take(self, line: bytes | None) -> None:
        """Answers one line, as `Lines` gives it."""
        try:
            if line is TOO_LONG:
                raise Wrong(PARSE_ERROR, f"a line is longer than {FRAME_LIMIT:,} bytes", "send less in one request")
            value = _read(line)
            if type(value) is list:
                self._take_batch(value)
            elif type(value) is dict:
                self._take_object(value, len(line) > BIG)
            elif value is not _NOTHING:
                raise Wrong(INVALID_REQUEST, "a request must be an object", _AS_IN)
        except Wrong as wrong:
            self._answer(_reply(None, wrong))

    def take_rest(self, line: bytes | None) -> None:
        """Answers what came before the end of input without a line end: a whole request, or half of one."""
        if line and line.strip():
            try:
                decode(line)
            except ValueError as error:
                self._answer(_reply(None, Wrong(PARSE_ERROR, f"the input ends in the middle of a line: {error}")))
                return
        self.take(line)

    def notify(self, method: str, params: Message) -> None:
        """Tells the client something it subscribed to."""
        self._send(encode({"jsonrpc": "2.0", "method": method, "params": params}))

    # ── one message ────────────────────────────────────────────────────────────────────────────────────

    def _take_object(self, value: Message, big: bool) -> None:
        if "jsonrpc" in value or "method" in value:
            self._call(value, self._answer, big)
        elif not _is_reply(value):
            self._answer(self._plainly(value))

    def _plainly(self, value: Message) -> Message:
        try:
            return self._plain(value)
        except Exception as fault:
            self._report(fault)
            return {"id": None, "error": {"message": _fault_words(fault)}}

    def _answer(self, reply: Message | None) -> None:
        if reply is not None:
            self._send(encode(reply))

    def _take_batch(self, values: list[Any]) -> None:
        if not values:
            raise Wrong(INVALID_REQUEST, "a batch must hold a request")
        if len(values) > BATCH:
            raise Wrong(INVALID_REQUEST, f"a batch may hold at most {BATCH:,} requests", "send the rest in another")
        gathering = _Gathering(len(values), self._send, self._later)
        for number, value in enumerate(values):
            self._call(value, gathering.place(number), False)

    def _call(self, value: Any, answer: Answer, big: bool) -> object:
        """Sees to it that `answer` is called once, with the reply, or with None where none is due."""
        known = None
        try:
            known = _id_of(value)
            name = value.get("method")
            if type(name) is not str or value.get("jsonrpc") != "2.0":
                if _is_reply(value):
                    return answer(None)
                raise Wrong(INVALID_REQUEST, *_what_is_wrong(value))
            if known is _NOTHING and name != CANCEL:
                return answer(None)  # nobody would learn the answer, and nothing here has another effect
            method = self._methods.get(name) or self._no_method(name)
            params = value.get("params")
            params = {} if params is None else _known(params, method, name)
        except Wrong as wrong:
            return answer(_reply(known, wrong) if known is not _NOTHING or _is_broken(value) else None)
        if method.slow or big:
            self._start(known, method, params, answer)
            return None
        reply = self._run(known, lambda: method.run(params))
        return answer(reply if known is not _NOTHING else None)

    def _no_method(self, name: str) -> NoReturn:
        from ...text.suggestions import meant

        known = ", ".join(sorted(name for name in self._methods if name != CANCEL))
        hint = ELSEWHERE.get(name) or meant(name, self._methods) or f"there are {known}"
        raise Wrong(NO_METHOD, f"there is no method `{name[:100]}`", hint)

    def _run(self, known: Any, run: Callable[[], Any]) -> Message:
        try:
            return _result(known, run())
        except Dropped:
            raise
        except Wrong as wrong:
            return _reply(known, wrong)
        except CtxloadError as error:
            return {"jsonrpc": "2.0", "id": known, "error": error_of(error)}
        except Exception as fault:
            self._report(fault)
            return _reply(
                known, Wrong(FAULT, _fault_words(fault), "this is a bug: the lines on stderr help to find it")
            )

    # ── slow requests ──────────────────────────────────────────────────────────────────────────────────

    def _start(self, known: Any, method: Method, params: Message, answer: Answer) -> None:
        """Runs a method later; the reply is the result or, whichever is first, that it was cancelled."""
        request = _Open(known, answer)
        self._count += 1
        key = known if known is not None else (self._count,)
        with self._lock:
            wrong = (
                Wrong(BUSY, f"more than {OPEN:,} requests are open", "wait for some replies")
                if len(self._open) >= OPEN
                else Wrong(
                    INVALID_REQUEST, "a request with this id has no reply yet", "give each request an id of its own"
                )
                if key in self._open
                else None
            )
            if wrong is None:
                self._open[key] = request
        if wrong is not None:
            answer(_reply(known, wrong))
            return

        run = self._hand_over if method.hands_over else self._work

        def job() -> None:
            if self._open.get(key) is request:  # it may have been cancelled before it began
                run(key, request, method, params)

        self._later(job)

    def _work(self, key: Any, request: _Open, method: Method, params: Message) -> None:
        reply = self._run(request.known, lambda: method.run(params))
        if not self._close(key, request, reply) and method.undo is not None and "result" in reply:
            method.undo(reply["result"])

    def _hand_over(self, key: Any, request: _Open, method: Method, params: Message) -> None:
        """Has a method send its result itself, before it notes what it gave."""

        def take(result: Any) -> Callable[[Job], object] | None:
            reply = _result(request.known, result)
            with self._lock:
                if self._open.get(key) is not request:
                    raise Dropped
                del self._open[key]
            try:
                return request.answer(reply)
            except Exception as error:
                raise Dropped from error

        try:
            self._close(
                key, request, self._run(request.known, lambda: method.run(params, take))
            )  # where it failed before
        except Dropped:
            pass

    def _close(self, key: Any, request: _Open, reply: Message) -> bool:
        """Sends the one reply of a request; whether it was still open."""
        with self._lock:
            if self._open.get(key) is not request:
                return False
            del self._open[key]
        request.answer(reply)
        return True

    def _cancel(self, params: Message) -> Any:
        """`$/cancelRequest`: the request is answered at once, with an error; whatever it would have given is
        dropped.
        """
        key = params.get("id")
        request = self._open.get(key) if type(key) in (str, int, float) else None
        if request is None:
            return {"cancelled": False}
        return {"cancelled": self._close(key, request, _reply(request.known, Wrong(CANCELLED, "cancelled")))}


class _Gathering:
    """The replies of a batch, sent together when all are there."""

    def __init__(self, count: int, send: Callable[[bytes], None], later: Callable[[Job], None]) -> None:
        self._replies: list[Message | None] = [None] * count
        self._left = count
        self._send = send
        self._later = later
        self._waiting: list[Job] = []
        self._is_sent = False
        self._lock = Lock()

    def place(self, number: int) -> Answer:
        """What takes the reply of the request in this place."""

        def put(reply: Message | None) -> Callable[[Job], object]:
            self._replies[number] = reply
            with self._lock:
                self._left -= 1
                is_last = not self._left
            if is_last:
                self._send_all()
            return self._when_sent

        return put

    def _send_all(self) -> None:
        replies = [reply for reply in self._replies if reply is not None]
        if replies:
            self._send(encode(replies))
        with self._lock:
            self._is_sent = True
        for job in self._waiting:
            self._later(job)

    def _when_sent(self, job: Job) -> None:
        """Runs a job beside the reading, as soon as the replies are sent."""
        with self._lock:
            if not self._is_sent:
                self._waiting.append(job)
                return
        self._later(job)


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────


def error_of(error: CtxloadError) -> Message:
    """The `error` of a reply for what cannot go on, with its findings."""
    code = (
        INVALID_PARAMS if isinstance(error, UsageError)
        else NO_CONTEXT if isinstance(error, ExplicitContextError)
        else CANNOT_SERVE
    )  # fmt: skip
    data: Message = {}
    if error.diagnostics:
        if error.diagnostics[0].hint:
            data["hint"] = error.diagnostics[0].hint
        data["diagnostics"] = [finding.to_dict() for finding in error.diagnostics]
    return _error(code, str(error), data)


def _error(code: int, message: str, data: Message) -> Message:
    return {"code": code, "message": message, **({"data": data} if data else {})}


def _result(known: Any, value: Any) -> Message:
    return {"jsonrpc": "2.0", "id": known, "result": value}


def _reply(known: Any, wrong: Wrong) -> Message:
    return {"jsonrpc": "2.0", "id": None if known is _NOTHING else known, "error": wrong.error}


def _fault_words(fault: Exception) -> str:
    return f"a fault inside ctxload: {type(fault).__name__}: {str(fault)[:300]}"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


class _Nothing:
    """Where there is no value, which is not the value null."""


_NOTHING = _Nothing()
_A_LINE = 'send one request a line, as in {"task": "fix the login"}'
_AS_IN = 'as in {"jsonrpc": "2.0", "id": 1, "method": "resolve", "params": {"task": "fix the login"}}'


def _read(line: bytes | None) -> Any:
    assert line is not None
    if not line.strip():
        return _NOTHING
    try:
        return decode(line)
    except ValueError as error:
        header = line[:15].lower() == b"content-length:"
        hint = "this is a header of the Language Server Protocol: start `ctxload serve --lsp`"
        raise Wrong(PARSE_ERROR, f"not a line of JSON: {error}", hint if header else _A_LINE) from None


def _id_of(value: Any) -> Any:
    """The id of a request, `_NOTHING` where it has none."""
    if type(value) is not dict:
        raise Wrong(INVALID_REQUEST, "a request must be an object", _AS_IN)
    known = value.get("id", _NOTHING)
    kind = type(known)
    if kind is int or kind is str or known is _NOTHING or known is None or kind is float:
        return known
    raise Wrong(INVALID_REQUEST, "an id must be a text, a number or null")


def _is_reply(value: Message) -> bool:
    """Whether a message is a reply. We ask nothing, and two services wired together must not talk for ever."""
    return ("result" in value or "error" in value) and not ("method" in value or "task" in value)


def _is_broken(value: Any) -> bool:
    """Whether a message without an id is so wrong that it cannot be told from a request."""
    return type(value) is not dict or value.get("jsonrpc") != "2.0" or type(value.get("method")) is not str


def _what_is_wrong(value: Message) -> tuple[str, str]:
    if value.get("jsonrpc") != "2.0":
        return 'a request must hold `"jsonrpc": "2.0"`', _AS_IN
    return "`method` must be a text", _AS_IN


def _known(params: Any, method: Method, name: str) -> Message:
    """The parameters of a request, each known to the method."""
    if type(params) is not dict:
        raise Wrong(INVALID_PARAMS, "`params` must be an object", _AS_IN)
    names = method.params
    for key in params:
        if key not in names:
            from ...text.suggestions import meant

            hint = meant(key, names) or f"`{name}` takes {', '.join(names) or 'none'}"
            raise Wrong(INVALID_PARAMS, f"unknown parameter `{key[:100]}`", hint)
    found: Message = params
    return found

"""Sessions: frames in, frames out. Bytes in memory first, split anywhere; then one true process."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.errors import ExplicitContextError, NoIndexError, UsageError
from ctxload.integrations.rpc.session import BATCH, BIG, OPEN, Method, Session
from ctxload.integrations.rpc.wire import Lines, decode, encode

Job = Callable[[], None]


class Client:
    """A session whose slow jobs run when the test says so, and what it sent."""

    def __init__(self, **more: Method) -> None:
        self.sent: list[Any] = []
        self.jobs: list[Job] = []
        self.faults: list[Exception] = []
        methods = {
            "echo": Method(lambda params: params.get("text"), ("text",)),
            "slow": Method(lambda params: params.get("text"), ("text",), True),
            "raise": Method(self.fail, ("what",)),
            **more,
        }
        self.session = Session(methods, self.plain, self.send, self.jobs.append, self.faults.append)
        self.lines = Lines()

    def fail(self, params: dict[str, Any]) -> Any:
        kind: dict[str, Exception] = {
            "usage": UsageError("`match` is wrong"),
            "index": NoIndexError("no index"),
            "context": ExplicitContextError("not found"),
            "fault": ZeroDivisionError("by zero"),
        }
        raise kind[params["what"]]

    def plain(self, value: dict[str, Any]) -> dict[str, Any]:
        if value.get("task") == "fault":
            raise ZeroDivisionError("by zero")
        return {"id": value.get("id"), "files": [value.get("task")]}

    def send(self, frame: bytes) -> None:
        assert frame.endswith(b"\n") and frame.count(b"\n") == 1 and frame.isascii()
        self.sent.append(json.loads(frame))

    def feed(self, data: bytes) -> list[Any]:
        """Takes bytes; what was sent since the last time."""
        for line in self.lines.feed(data):
            self.session.take(line)
        return self.taken()

    def ask(self, value: Any) -> list[Any]:
        return self.feed(encode(value))

    def run(self) -> list[Any]:
        """Runs the jobs, last come first served."""
        while self.jobs:
            self.jobs.pop()()
        return self.taken()

    def taken(self) -> list[Any]:
        sent, self.sent[:] = self.sent[:], []
        return sent


def request(known: Any, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": known, "method": method, "params": params}


def notice(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def result(known: Any, value: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": known, "result": value}


def codes(replies: list[Any]) -> list[tuple[Any, int]]:
    """The ids and codes of error replies."""
    assert all(reply["jsonrpc"] == "2.0" and reply["error"]["message"] for reply in replies)
    return [(reply["id"], reply["error"]["code"]) for reply in replies]


# ── one message ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_gets_one_reply_with_its_id() -> None:
    assert Client().ask(request(7, "echo", text="é")) == [result(7, "é")]


@pytest.mark.parametrize("known", [0, -1, 1.5, "a", "", "é\n", None, 10**30])
def test_an_id_may_be_a_text_a_number_or_null(known: Any) -> None:
    assert Client().ask(request(known, "echo", text="x")) == [result(known, "x")]


@pytest.mark.parametrize("known", [True, False, [], {}, [1]])
def test_another_id_is_an_error_with_the_id_null(known: Any) -> None:
    assert codes(Client().ask(request(known, "echo"))) == [(None, -32600)]


def test_params_may_be_left_out() -> None:
    assert Client().ask({"jsonrpc": "2.0", "id": 1, "method": "echo"}) == [result(1, None)]


WRONG = [
    ({"jsonrpc": "2.0", "id": 1, "method": "no"}, 1, -32601),
    ({"jsonrpc": "2.0", "id": 1, "method": 2}, 1, -32600),
    ({"jsonrpc": "2.0", "id": 1}, 1, -32600),
    ({"jsonrpc": "1.0", "id": 1, "method": "echo"}, 1, -32600),
    ({"jsonrpc": 2.0, "id": 1, "method": "echo"}, 1, -32600),
    ({"id": 1, "method": "echo"}, 1, -32600),
    ({"jsonrpc": "2.0", "method": 1}, None, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": []}, 1, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": ["x"]}, 1, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": 1}, 1, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"texts": 1}}, 1, -32602),
    (1, None, -32600),
    ("x", None, -32600),
    (None, None, -32600),
    (True, None, -32600),
    ([], None, -32600),
    ([{}] * (BATCH + 1), None, -32600),
]


@pytest.mark.parametrize("message, known, code", WRONG)
def test_a_wrong_request_gets_an_error_reply(message: Any, known: Any, code: int) -> None:
    assert codes(Client().ask(message)) == [(known, code)]


@pytest.mark.parametrize("what, code", [("usage", -32602), ("index", -32001), ("context", -32002), ("fault", -32603)])
def test_what_goes_wrong_inside_is_an_error_reply_and_the_session_goes_on(what: str, code: int) -> None:
    client = Client()
    assert codes(client.ask(request(1, "raise", what=what))) == [(1, code)]
    assert client.ask(request(2, "echo", text="on")) == [result(2, "on")]
    assert [type(fault) for fault in client.faults] == ([ZeroDivisionError] if what == "fault" else [])


def test_an_unknown_method_or_parameter_comes_with_the_one_that_was_probably_meant() -> None:
    client = Client()
    [reply] = client.ask(request(1, "ehco"))
    assert reply["error"]["data"]["hint"] == "did you mean `echo`?"
    [reply] = client.ask(request(1, "echo", txet=1))
    assert reply["error"]["data"]["hint"] == "did you mean `text`?"


@pytest.mark.parametrize(
    "line, words",
    [
        (b"Content-Length: 52\r\n", "--lsp"),
        (encode(request(1, "initialize")), "--mcp"),
        (encode(request(1, "shutdown")), "close stdin"),
    ],
)
def test_who_speaks_another_protocol_is_told_what_to_start(line: bytes, words: str) -> None:
    [reply] = Client().feed(line)
    assert words in reply["error"]["data"]["hint"]


@pytest.mark.parametrize(
    "message", [notice("echo"), notice("no"), notice("echo", wrong=1), notice("raise", what="fault"), notice("slow")]
)
def test_a_notification_is_never_answered(message: Any) -> None:
    client = Client()
    assert client.ask(message) == [] and client.run() == []


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "id": 1, "result": 1},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": ""}},
        {"id": 1, "error": {"message": ""}},
    ],
)
def test_a_reply_that_nobody_asked_for_is_not_answered(message: Any) -> None:
    client = Client()
    assert client.ask(message) == []
    assert client.ask([message]) == []


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────

GARBAGE = [
    b"nonsense",
    b'{"jsonrpc": "2.0", "id": 1',
    b"\xff\xfe",
    b'"\xc3"',
    b"{'id': 1}",
    b'{"id": NaN}',
    b'{"id": Infinity}',
    b'{"id": 1e999}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"1" * 5_000,
    b'{"id": 1} {"id": 2}',
    b'"\x00"',
    b"\x1b[31m",
    b"\x00",
]


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_gets_a_reply_and_the_session_lives_on(line: bytes) -> None:
    client = Client()
    assert codes(client.feed(line + b"\n")) == [(None, -32700)]
    assert client.ask(request(2, "echo", text="on")) == [result(2, "on")]


@pytest.mark.parametrize(
    "line, words",
    [
        (b"fix the login", '{"task": "fix the login"}'),
        (b'{"id": 1e999}', "the number 1e999 is too large"),
        (b"1" * 5_000, "a number has too many digits"),
        (b'{"id": NaN}', "NaN isn't a valid JSON number"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_in_words_of_the_sender(line: bytes, words: str) -> None:
    [reply] = Client().feed(line + b"\n")
    assert words in json.dumps(reply["error"]).replace('\\"', '"') and "sys." not in reply["error"]["message"]


def test_blank_lines_byte_order_marks_and_carriage_returns_do_not_matter() -> None:
    client = Client()
    assert client.feed(b"\n\r\n  \t\n") == []
    assert client.feed(b"\xef\xbb\xbf" + encode(request(1, "echo", text="x")).replace(b"\n", b"\r\n")) == [
        result(1, "x")
    ]


def test_a_line_that_is_too_long_gets_an_error_is_not_kept_and_the_next_one_is_answered() -> None:
    client = Client()
    for _ in range(20):
        assert client.feed(b"x" * 1_000_000) == []
    assert client.lines._parts == []
    assert codes(client.feed(b"x\n")) == [(None, -32700)]
    assert client.ask(request(1, "echo", text="on")) == [result(1, "on")]


def test_a_line_of_ten_megabytes_is_answered_beside_the_reading() -> None:
    client = Client()
    text = "x" * 10_000_000
    assert client.ask(request(1, "echo", text=text)) == []
    assert client.ask(request(2, "echo", text="first")) == [result(2, "first")]
    assert client.run() == [result(1, text)]


@pytest.mark.parametrize("line", [b"", b"  ", b"\r"])
def test_nothing_after_the_last_line_end_is_no_request(line: bytes) -> None:
    client = Client()
    client.session.take_rest(line)
    assert client.taken() == []


def test_a_last_line_without_an_end_is_answered_when_it_is_whole() -> None:
    client = Client()
    client.session.take_rest(encode(request(1, "echo", text="x"))[:-1])
    assert client.taken() == [result(1, "x")]


def test_half_a_line_at_the_end_of_input_is_an_error() -> None:
    client = Client()
    client.session.take_rest(encode(request(1, "echo", text="x"))[:-4])
    [reply] = client.taken()
    assert codes([reply]) == [(None, -32700)] and "in the middle" in reply["error"]["message"]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200)))
def test_lines_survive_any_splitting_of_the_stream(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    lines, found = Lines(), []
    for start, end in zip(places, places[1:], strict=False):
        found += lines.feed(data[start:end])
    assert [*found, lines.rest()] == data.split(b"\n")


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=6), st.integers(1, 9))
def test_exactly_the_lines_within_the_limit_are_given_whole(wanted: list[bytes], size: int) -> None:
    data, lines, found = b"".join(line + b"\n" for line in wanted), Lines(limit=6), []
    for start in range(0, len(data), size):
        found += lines.feed(data[start : start + size])
    assert found == [line if len(line) <= 6 else None for line in wanted]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_value_survives_its_frame(value: Any) -> None:
    frame = encode(value)
    assert frame.isascii() and frame.count(b"\n") == 1 and frame.endswith(b"\n")
    assert decode(frame) == value


@given(JSON)
def test_whatever_is_sent_there_is_at_most_one_reply_and_never_a_fault(value: Any) -> None:
    client = Client()
    assert len(client.ask(value) + client.run()) <= 1
    assert client.faults == []


# ── slow requests ────────────────────────────────────────────────────────────────────────────────────────


def test_a_quick_request_overtakes_a_slow_one() -> None:
    client = Client()
    assert client.ask(request(1, "slow", text="a")) == []
    assert client.ask(request(2, "echo", text="b")) == [result(2, "b")]
    assert client.run() == [result(1, "a")]


@pytest.mark.parametrize("cancel", [notice("$/cancelRequest", id=1), request("c", "$/cancelRequest", id=1)])
def test_a_cancelled_request_is_answered_at_once_and_only_once(cancel: Any) -> None:
    client = Client()
    client.ask(request(1, "slow", text="a"))
    replies = client.ask(cancel)
    assert codes(replies[:1]) == [(1, -32800)]
    assert replies[1:] == ([result("c", {"cancelled": True})] if "id" in cancel else [])
    assert client.run() == []
    assert client.session.open == 0


def test_a_cancelled_request_that_has_not_begun_is_not_run() -> None:
    ran = []
    client = Client(count=Method(lambda params: ran.append(1), (), True))
    client.ask(request(1, "count"))
    client.ask(notice("$/cancelRequest", id=1))
    client.run()
    assert ran == []


@pytest.mark.parametrize("known", [2, "1", True, None, [], {}, 1.5])
def test_cancelling_what_is_not_open_does_nothing(known: Any) -> None:
    client = Client()
    client.ask(request(1, "slow", text="a"))
    assert client.ask(notice("$/cancelRequest", id=known)) == []
    assert client.ask(request(9, "$/cancelRequest", id=known)) == [result(9, {"cancelled": False})]
    assert client.run() == [result(1, "a")]


def test_an_id_may_be_used_again_when_its_request_has_its_reply_and_not_before() -> None:
    client = Client()
    client.ask(request(1, "slow", text="a"))
    assert codes(client.ask(request(1, "slow", text="b"))) == [(1, -32600)]
    assert client.run() == [result(1, "a")]
    client.ask(request(1, "slow", text="c"))
    assert client.run() == [result(1, "c")]


def test_requests_with_the_id_null_do_not_stand_in_each_others_way() -> None:
    client = Client()
    client.ask(request(None, "slow", text="a"))
    client.ask(request(None, "slow", text="b"))
    assert client.run() == [result(None, "b"), result(None, "a")]


def test_one_request_more_than_may_be_open_is_told_so() -> None:
    client = Client()
    for number in range(OPEN):
        client.ask(request(number, "slow"))
    assert codes(client.ask(request(OPEN, "slow"))) == [(OPEN, -32003)]
    assert len(client.run()) == OPEN
    client.ask(request(OPEN, "slow"))
    assert client.run() == [result(OPEN, None)]


# ── batches ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_batch_is_answered_by_one_array_in_its_own_order_when_the_last_reply_is_there() -> None:
    client = Client()
    batch = [request(1, "slow", text="a"), notice("echo"), request(2, "echo", text="b"), 3, request(4, "no")]
    assert client.ask(batch) == []
    [replies] = client.run()
    assert replies[:2] == [result(1, "a"), result(2, "b")]
    assert codes(replies[2:]) == [(None, -32600), (4, -32601)]


def test_a_batch_of_quick_requests_is_answered_at_once() -> None:
    assert Client().ask([request(1, "echo", text="a")]) == [[result(1, "a")]]


def test_a_batch_of_notifications_is_not_answered() -> None:
    client = Client()
    assert client.ask([notice("echo"), notice("slow")]) == [] and client.run() == []


def test_a_request_of_a_batch_can_be_cancelled() -> None:
    client = Client()
    client.ask([request(1, "slow", text="a"), request(2, "slow", text="b")])
    assert client.ask(notice("$/cancelRequest", id=1)) == []
    [replies] = client.run()
    assert codes(replies[:1]) == [(1, -32800)] and replies[1] == result(2, "b")


class Giving:
    """A method that hands over, and what was noted of it; `during` happens while it works."""

    def __init__(self, client: Client | None = None) -> None:
        self.noted: list[tuple[str, int]] = []
        self.during: Job = lambda: None
        self.client = client or Client(give=Method(self.give, ("text",), True, hands_over=True))

    def give(self, params: dict[str, Any], hand_over: Callable[[Any], Any]) -> None:
        self.during()
        later = hand_over(params["text"])

        def note() -> None:
            self.noted.append((params["text"], len(self.client.sent)))

        note() if later is None else later(note)


def test_what_is_given_is_noted_after_it_was_sent() -> None:
    giving = Giving()
    giving.client.ask(request(1, "give", text="a"))
    assert giving.client.run() == [result(1, "a")]
    assert giving.noted == [("a", 1)]


@pytest.mark.parametrize("when", ["before", "during"])
def test_of_a_cancelled_request_nothing_is_noted(when: str) -> None:
    giving = Giving()

    def cancel() -> None:
        giving.client.session.take(encode(notice("$/cancelRequest", id=1))[:-1])

    giving.client.ask(request(1, "give", text="a"))
    if when == "before":
        cancel()
    else:
        giving.during = cancel
    assert codes(giving.client.run()) == [(1, -32800)]
    assert giving.noted == [] and giving.client.faults == []


def test_what_nobody_reads_is_not_noted() -> None:
    giving = Giving()

    def gone(frame: bytes) -> None:
        raise BrokenPipeError

    giving.client.session._send = gone
    giving.client.ask(request(1, "give", text="a"))
    giving.client.run()
    assert giving.noted == [] and giving.client.session.open == 0


def test_what_fails_before_it_is_given_is_answered_with_the_error() -> None:
    giving = Giving()
    giving.during = lambda: giving.client.fail({"what": "usage"})
    giving.client.ask(request(1, "give", text="a"))
    assert codes(giving.client.run()) == [(1, -32602)]


@pytest.mark.parametrize("others", [["slow"], ["give"], ["give", "slow"], ["echo"]])
def test_what_a_batch_gives_is_noted_after_the_batch_was_sent(others: list[str]) -> None:
    giving = Giving()
    names = ["give", *others]
    giving.client.ask([request(number, name, text=str(number)) for number, name in enumerate(names)])
    [replies] = giving.client.run()
    assert [reply["result"] for reply in replies] == [str(number) for number in range(len(names))]
    assert sorted(giving.noted) == [(str(number), 1) for number, name in enumerate(names) if name == "give"]


def test_a_plain_object_in_a_batch_is_an_error() -> None:
    [[reply]] = Client().ask([{"task": "x"}])
    assert codes([reply]) == [(None, -32600)]


# ── plain objects ────────────────────────────────────────────────────────────────────────────────────────


def test_a_plain_object_is_answered_by_a_plain_object() -> None:
    assert Client().ask({"task": "x", "id": 3}) == [{"id": 3, "files": ["x"]}]


def test_plain_objects_are_answered_in_order_however_long() -> None:
    client = Client()
    client.ask(request(1, "slow"))
    assert client.ask({"task": "x" * 2 * BIG}) == [{"id": None, "files": ["x" * 2 * BIG]}]


def test_a_fault_behind_a_plain_object_is_a_plain_error() -> None:
    client = Client()
    [reply] = client.ask({"task": "fault"})
    assert "jsonrpc" not in reply and "ZeroDivisionError" in reply["error"]["message"]
    assert len(client.faults) == 1


# ── any stream at all ────────────────────────────────────────────────────────────────────────────────────


def conversation(draw: random.Random, count: int) -> Iterator[tuple[bytes, Any]]:
    """Lines, each with the reply it must get: a value, an error's id and code, or None for none."""
    for number in range(count):
        text = draw.choice(["", "é", "\n", "x" * draw.randrange(300), "😀", '"', "\u2028"])
        yield draw.choice(
            [
                (encode(request(number, "echo", text=text)), result(number, text)),
                (encode(request(number, "slow", text=text)), result(number, text)),
                (encode(notice("echo", text=text)), None),
                (encode(request(number, "nothing")), (number, -32601)),
                (encode(request(number, "raise", what="index")), (number, -32001)),
                (encode({"task": text, "id": number}), {"id": number, "files": [text]}),
                (draw.choice(GARBAGE[:6] + GARBAGE[10:]) + b"\n", (None, -32700)),
                (draw.choice([b"\n", b"\r\n", b"  \n"]), None),
                (encode([request(number, "slow", text=text), notice("echo")]), [result(number, text)]),
            ]
        )


def compare(sent: list[Any], wanted: list[Any]) -> None:
    """Whether exactly the replies that were wanted came, the plain ones in order."""
    found = [
        (value["id"], value["error"]["code"]) if isinstance(value, dict) and "error" in value else value
        for value in sent
    ]
    wanted = [value for value in wanted if value is not None]
    assert sorted(map(repr, found)) == sorted(map(repr, wanted))
    plain = [value for value in found if isinstance(value, dict) and "files" in value]
    assert plain == [value for value in wanted if isinstance(value, dict) and "files" in value]


@pytest.mark.parametrize("seed", range(5))
def test_thousands_of_frames_split_anywhere_with_garbage_between_get_the_right_answers(seed: int) -> None:
    draw, client = random.Random(seed), Client()
    talk = list(conversation(draw, 1_000))
    data, at, sent = b"".join(line for line, _ in talk), 0, []
    while at < len(data):
        size = draw.choice([1, 2, 3, 7, 50, 400, 5_000])
        sent += client.feed(data[at : at + size])
        at += size
        if client.jobs and draw.random() < 0.3:
            client.jobs.pop(draw.randrange(len(client.jobs)))()
    sent += client.run()
    compare(sent, [reply for _, reply in talk])
    assert client.session.open == 0

"""A model server on loopback that answers every agent client in its own protocol, and keeps what it was sent.

It speaks Anthropic's messages, OpenAI's responses and chat completions, and Gemini's generateContent, as streams and in
one piece. What it says is scripted: a list of `Call`s of tools, one for each request that offers the tool; once they
are used up, or where there are none, it says `ok`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Call:
    """A tool that the model calls, by its name, with these arguments."""

    tool: str
    arguments: dict[str, Any]


@dataclass
class ModelServer:
    """The server while it runs: `with ModelServer() as server: … server.url … server.requests`."""

    calls: list[Call] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def __enter__(self) -> ModelServer:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def texts(self) -> list[str]:
        """Each request as text, its JSON escapes read."""
        return ["\n".join(strings_of(request)) for request in self.requests]

    def saw(self, text: str) -> bool:
        """Whether a text reached the model."""
        return any(text in said for said in self.texts())

    def count(self, text: str) -> int:
        """How often a text stands in the request in which it stands most often."""
        return max((said.count(text) for said in self.texts()), default=0)

    def next_call(self, request: dict[str, Any]) -> Call | None:
        """The next scripted call, if the request offers its tool."""
        with self._lock:
            if self.calls and self.calls[0].tool in tool_names(request):
                return self.calls.pop(0)
        return None


def strings_of(value: object) -> Iterable[str]:
    """Every text in a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)


def tool_names(request: dict[str, Any]) -> set[str]:
    """The names of the tools that a request offers, in any of the protocols."""
    found: set[str] = set()
    for tool in request.get("tools") or ():
        found.update(
            declared["name"] for declared in tool.get("functionDeclarations") or tool.get("function_declarations") or ()
        )
        found.update(inner["name"] for inner in tool.get("tools") or () if "name" in inner)
        name = tool.get("name") or tool.get("function", {}).get("name")
        if name:
            found.add(name)
    return found


def handler_of(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    """The handler of one server's requests."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            server.paths.append(f"GET {self.path}")
            models = [{"id": "stub", "object": "model", "created": 0, "owned_by": "stub", "slug": "stub"}]
            self.send({"object": "list", "data": models})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                request = json.loads(body)
            except ValueError:
                request = {}
            server.paths.append(f"POST {self.path}")
            path = self.path.split("?")[0]
            if path.endswith("count_tokens"):
                self.send({"input_tokens": 10})
            elif path.endswith(":countTokens"):
                self.send({"totalTokens": 10})
            elif not isinstance(request, dict):
                self.send({})
            elif path.endswith("/messages"):
                server.requests.append(request)
                self.answer(*messages(request, server.next_call(request)), bool(request.get("stream")))
            elif path.endswith("/responses"):
                server.requests.append(request)
                self.answer(*responses(request, server.next_call(request)), bool(request.get("stream")))
            elif path.endswith("/chat/completions"):
                server.requests.append(request)
                self.answer(*completions(server.next_call(request)), bool(request.get("stream")))
            elif "enerateContent" in path:
                server.requests.append(request)
                self.answer(*generated(server.next_call(request)), "stream" in path)
            else:
                self.send({})

        def answer(self, whole: dict[str, Any], events: list[tuple[str, Any]], stream: bool) -> None:
            if not stream:
                self.send(whole)
                return
            out = ""
            for name, data in events:
                out += (f"event: {name}\n" if name else "") + "data: "
                out += (data if isinstance(data, str) else json.dumps(data)) + "\n\n"
            self.raw(out.encode(), "text/event-stream")

        def send(self, data: object) -> None:
            self.raw(json.dumps(data).encode(), "application/json")

        def raw(self, data: bytes, kind: str) -> None:
            try:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # the client has gone
                pass

    return Handler


Answer = tuple[dict[str, Any], list[tuple[str, Any]]]


def messages(request: dict[str, Any], call: Call | None) -> Answer:
    """Anthropic's messages."""
    usage = {"input_tokens": 10, "output_tokens": 2, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    if call:
        block: dict[str, Any] = {"type": "tool_use", "id": "toolu_01", "name": call.tool, "input": call.arguments}
        empty: dict[str, Any] = {**block, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(call.arguments)}
    else:
        block, empty = {"type": "text", "text": "ok"}, {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": "ok"}
    reason = "tool_use" if call else "end_turn"
    base = {"id": "msg_01", "type": "message", "role": "assistant", "model": request.get("model", "stub")}
    whole = {**base, "content": [block], "stop_reason": reason, "stop_sequence": None, "usage": usage}
    events: list[tuple[str, Any]] = [
        ("message_start", {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}),
        ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": empty}),
        ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}),
        ("content_block_stop", {"type": "content_block_stop", "index": 0}),
        ("message_delta", {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 2}}),
        ("message_stop", {"type": "message_stop"}),
    ]
    return whole, events


def responses(request: dict[str, Any], call: Call | None) -> Answer:
    """OpenAI's responses."""
    item: dict[str, Any]
    if call:
        item = {
            "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": call.tool,
            "arguments": json.dumps(call.arguments), "status": "completed",
        }  # fmt: skip
        if {"custom"} == {tool.get("type") for tool in request.get("tools") or () if tool.get("name") == call.tool}:
            item = {
                "type": "custom_tool_call", "id": "ctc_1", "call_id": "call_1", "name": call.tool,
                "input": call.arguments["input"], "status": "completed",
            }  # fmt: skip
        for tool in request.get("tools") or ():
            if call.tool in [inner.get("name") for inner in tool.get("tools") or ()]:
                item["namespace"] = tool["name"]
    else:
        part = {"type": "output_text", "text": "ok", "annotations": []}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    usage = {
        "input_tokens": 10, "output_tokens": 2, "total_tokens": 12,
        "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip
    base = {"id": "resp_1", "object": "response", "created_at": 1, "model": "stub"}
    whole = {**base, "status": "completed", "output": [item], "usage": usage}
    events: list[tuple[str, Any]] = [
        ("response.created", {"type": "response.created", "response": {**base, "status": "in_progress", "output": []}}),
        ("response.output_item.added", {"type": "response.output_item.added", "output_index": 0, "item": item}),
        ("response.output_item.done", {"type": "response.output_item.done", "output_index": 0, "item": item}),
        ("response.completed", {"type": "response.completed", "response": whole}),
    ]
    return whole, events


def completions(call: Call | None) -> Answer:
    """OpenAI's chat completions."""
    message: dict[str, Any] = {"role": "assistant", "content": None if call else "ok"}
    if call:
        function = {"name": call.tool, "arguments": json.dumps(call.arguments)}
        message["tool_calls"] = [{"index": 0, "id": "call_1", "type": "function", "function": function}]
    reason = "tool_calls" if call else "stop"
    base = {"id": "c1", "created": 1, "model": "stub"}
    usage = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
    choice = {"index": 0, "message": message, "finish_reason": reason}
    whole = {**base, "object": "chat.completion", "choices": [choice], "usage": usage}
    chunk = {**base, "object": "chat.completion.chunk"}
    events: list[tuple[str, Any]] = [
        ("", {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]}),
        ("", {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": usage}),
        ("", "[DONE]"),
    ]
    return whole, events


def generated(call: Call | None) -> Answer:
    """Gemini's generateContent."""
    part: dict[str, Any] = {"functionCall": {"name": call.tool, "args": call.arguments}} if call else {"text": "ok"}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 2, "totalTokenCount": 12}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    whole = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "stub"}
    return whole, [("", whole)]

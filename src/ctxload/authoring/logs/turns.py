"""What the lines of a transcript say besides prompts: calls of tools, texts of the model, answers of tools."""

from __future__ import annotations

import json
import os

from .shell_reads import files_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: What a part of a line is: the call of a tool, what the model said, what a tool showed it.
CALL, SAID, SEEN = "call", "said", "seen"
#: How much text of a turn is kept, in characters, and how many files of it.
SAID_SIZE, SEEN_SIZE, FILES = 200_000, 1_000_000, 500
#: Under which names tools take a path, a line of a shell, and what they write.
PATHS = ("file_path", "path", "notebook_path", "filePath", "absolute_path", "filename")
COMMANDS = ("command", "cmd", "script")
WRITTEN = ("content", "new_string", "new_str", "file_text", "newString", "new_source", "input", "patch")
#: What the name of a tool that opens a file holds, and of one that writes it.
OPENS = ("read", "view", "open", "grep", "cat")
WRITES = ("edit", "write", "create", "patch", "replace", "insert")
_PATCHED = ("*** Add File: ", "*** Update File: ", "*** Delete File: ")


class Kept:
    """A text that grows up to a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Keeps as much of a text as there is room for."""
        if self.limit > 0:
            self._parts.append(text[: self.limit])
            self.limit -= len(text)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self._parts)


class TurnNotes:
    """What is known of a turn so far."""

    def __init__(self, prompt: str, folder: str) -> None:
        self.prompt = prompt
        self.folder = folder
        self.opened: dict[str, None] = {}
        self.written: dict[str, None] = {}
        self.said, self.seen = Kept(SAID_SIZE), Kept(SEEN_SIZE)

    def add(self, kind: str, name: str, value: Any) -> None:
        """Keeps a part of a line."""
        if kind == CALL:
            self._call(name.lower(), value)
        elif kind == SAID:
            self.said.add(value)
        else:
            self.seen.add(value)

    def _call(self, name: str, values: dict[str, Any]) -> None:
        paths = [value for key in PATHS if isinstance(value := values.get(key), str)]
        folder = next((value for key in ("workdir", "cwd") if isinstance(value := values.get(key), str)), self.folder)
        for text in [value for key in WRITTEN if isinstance(value := values.get(key), str)]:
            self.said.add(text)
            paths += [line[len(mark) :] for line in text.split("\n") for mark in _PATCHED if line.startswith(mark)]
        if any(word in name for word in WRITES):
            self._note(self.written, paths, folder)
        elif any(word in name for word in OPENS):
            self._note(self.opened, paths, folder)
        for line in [_line(values.get(key)) for key in COMMANDS]:
            self.said.add(line)
            self._note(self.opened, files_read(line), folder)

    def _note(self, to: dict[str, None], paths: tuple[str, ...] | list[str], folder: str) -> None:
        for path in paths:
            if len(to) < FILES and "\0" not in path:
                to[os.path.normpath(os.path.join(folder, path))] = None


def _line(command: Any) -> str:
    """The line of a shell, which is a text or a list of words that ends with it."""
    if isinstance(command, list) and all(isinstance(word, str) for word in command):
        return str(command[-1]) if len(command) == 3 and command[1].startswith("-") else " ".join(command)
    return command if isinstance(command, str) else ""


def calls_and_texts(row: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The parts of a line: each its kind, the name of the tool, and what it was given or what it says.

    >>> row = {"type": "response_item", "payload": {"type": "function_call", "name": "shell", "arguments": '{"cmd": "ls"}'}}
    >>> list(calls_and_texts(row))
    [('call', 'shell', {'cmd': 'ls'})]
    """  # noqa: E501
    payload = row.get("payload")
    if isinstance(payload, dict):
        yield from _of_codex(payload)
        return
    message = row.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            yield from _of_claude(part, row.get("type") == "assistant")


def _of_claude(part: dict[str, Any], is_model: bool) -> Iterator[tuple[str, str, Any]]:
    kind = part.get("type")
    if kind == "tool_use" and isinstance(part.get("input"), dict):
        yield CALL, str(part.get("name")), part["input"]
    elif kind == "tool_result":
        yield from ((SEEN, "", text) for text in _texts(part.get("content")))
    elif kind == "text" and is_model and isinstance(part.get("text"), str):
        yield SAID, "", part["text"]


def _of_codex(payload: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    kind = payload.get("type")
    if kind == "function_call":
        yield CALL, str(payload.get("name")), _arguments(payload.get("arguments"))
    elif kind == "custom_tool_call":
        yield CALL, str(payload.get("name")), {"input": payload.get("input")}
    elif kind == "local_shell_call" and isinstance(payload.get("action"), dict):
        yield CALL, "shell", payload["action"]
    elif kind in ("function_call_output", "custom_tool_call_output"):
        yield from ((SEEN, "", text) for text in _texts(payload.get("output")))
    elif kind == "message" and payload.get("role") == "assistant":
        yield from ((SAID, "", text) for text in _texts(payload.get("content")))


def _arguments(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"]

"""Transcripts of Claude Code and Codex: lines of JSON in which some are what a person typed.

Only that is a task. What the client, a tool or another model says to a model in the person's place is none.
"""

from __future__ import annotations

from .model import TASK_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: How a text begins that a client wrote in the person's place.
NOT_TYPED = (
    "<local-command", "<command-", "<bash-", "<system-reminder", "<task-notification", "<user-memory-input", "<ide_",
    "<environment_context", "<user_instructions", "<user_shell_command", "<turn_aborted", "<skill", "<subagent_",
    "<permissions", "# AGENTS.md instructions", "Caveat: The messages below", "[Request interrupted",
    "This session is being continued from a previous conversation",
)  # fmt: skip
#: What an editor writes before the request itself.
REQUEST = "## My request for Codex:"
_CODEX_LINES = ("session_meta", "response_item", "event_msg", "turn_context", "compacted")
_CLAUDE_KEYS = ("sessionId", "session_id", "leafUuid", "messageId")


class Transcript:
    """The lines of one file, told apart: whether they are of a transcript, and what in them a person typed."""

    def __init__(self) -> None:
        self.is_one = False
        self._last = ("", "")

    def knows(self, row: dict[str, Any]) -> bool:
        """Whether a line is one of a transcript: it says so, or lines before it did."""
        if any(isinstance(row.get(name), str) for name in TASK_NAMES):
            return False
        self.is_one = self.is_one or _is_codex(row) or _is_claude(row)
        return self.is_one

    def prompt(self, row: dict[str, Any]) -> str:
        """What a person typed; empty where the line is something else.

        >>> transcript = Transcript()
        >>> transcript.prompt({"type": "user", "sessionId": "s", "message": {"role": "user", "content": "fix it"}})
        'fix it'
        >>> transcript.prompt({"type": "event_msg", "payload": {"type": "user_message", "message": "and that"}})
        'and that'
        """
        kind, texts = _said(row)
        text = "\n".join(part for part in map(str.strip, texts) if part and not part.startswith(NOT_TYPED))
        text = text.rpartition(REQUEST)[2].strip()
        if not text or self._is_said_twice(kind, text):
            return ""
        return text

    def _is_said_twice(self, kind: str, text: str) -> bool:
        """Whether Codex wrote the same once more: as it was typed, and as it was sent."""
        other, before = self._last
        again = before == text and other != kind
        self._last = ("", "") if again else (kind, text)
        return again


def _is_codex(row: dict[str, Any]) -> bool:
    if row.get("type") in _CODEX_LINES and isinstance(row.get("payload"), dict):
        return True
    older_head = "timestamp" in row and "instructions" in row and "id" in row
    return older_head or (row.get("type") == "message" and "role" in row and isinstance(row.get("content"), list))


def _is_claude(row: dict[str, Any]) -> bool:
    return isinstance(row.get("type"), str) and any(key in row for key in _CLAUDE_KEYS)


def _said(row: dict[str, Any]) -> tuple[str, Iterator[str]]:
    """How a line says it, and the texts of the person in it."""
    body = row.get("payload") if row.get("type") in _CODEX_LINES else row
    if not isinstance(body, dict):
        return "", iter(())
    if body.get("type") == "user_message":
        return "typed", _texts(body.get("message"))
    if body.get("type") == "message":
        return "sent", _texts(body.get("content") if body.get("role") == "user" else None)
    return "claude", _texts(_of_claude(row))


def _of_claude(row: dict[str, Any]) -> Any:
    message = row.get("message")
    if row.get("type") != "user" or not isinstance(message, dict) or message.get("role", "user") != "user":
        return None
    if any(row.get(key) for key in ("isMeta", "isSidechain", "isCompactSummary", "isVisibleInTranscriptOnly")):
        return None
    content = message.get("content")
    return None if _is_result(content) else _command(content)


def _is_result(content: Any) -> bool:
    return isinstance(content, list) and any(
        isinstance(one, dict) and one.get("type") == "tool_result" for one in content
    )


def _command(content: Any) -> Any:
    """A command with what was typed after it, as it was typed."""
    if not isinstance(content, str) or "<command-name>" not in content:
        return content
    name, said = (_inside(content, tag) for tag in ("command-name", "command-args"))
    return f"{name} {said}" if said else None


def _inside(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0].strip()


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            text = part.get("text") if isinstance(part, dict) and part.get("type") in ("text", "input_text") else None
            if isinstance(text, str):
                yield text

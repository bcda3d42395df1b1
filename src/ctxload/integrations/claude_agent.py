"""For the Claude Agent SDK: a hook that puts the documents for each prompt beside it.

from claude_agent_sdk import ClaudeAgentOptions
from ctxload.integrations.claude_agent import prompt_hook

options = ClaudeAgentOptions(hooks={"UserPromptSubmit": [prompt_hook()]})
"""

from __future__ import annotations

import os
from typing import Any

from claude_agent_sdk import HookMatcher

from .giver import Giver

#: What the client takes in one piece; beyond, it shows the model a preview and a file.
MAX_CHARS = 10_000


def prompt_hook(
    root: str | os.PathLike[str] | None = None, *, agent: str | None = None, max_chars: int = MAX_CHARS, **limits: Any
) -> HookMatcher:
    """A matcher for `UserPromptSubmit`. A prompt that selects nothing goes through as it is."""
    give = Giver(root, agent=agent, max_chars=max_chars, **limits)

    async def add_documents(call: Any, tool_use_id: str | None, context: Any) -> Any:
        text = give(call.get("prompt") or "")
        if not text:
            return {}
        return {"hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "additionalContext": text}}

    return HookMatcher(hooks=[add_documents])

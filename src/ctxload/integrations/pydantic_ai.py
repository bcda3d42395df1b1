"""For PydanticAI: instructions that hold the documents for the prompt of a run.

from pydantic_ai import Agent
from ctxload.integrations.pydantic_ai import instructions

agent = Agent("openai:gpt-5.2", instructions=instructions())
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from pydantic_ai import RunContext

from .giver import Giver


def instructions(
    root: str | os.PathLike[str] | None = None, *, agent: str | None = None, **limits: Any
) -> Callable[[RunContext[Any]], str]:
    """A function for `Agent(instructions=…)`, beside others or alone, or for `@agent.instructions`.

    The scope is that of `agent`, or of the running agent, where the index knows its name.
    """
    give = Giver(root, agent=agent, **limits)

    def documents(context: RunContext[Any]) -> str:
        running = getattr(context, "agent", None)
        return give(task_of(context.prompt), agent or getattr(running, "name", None))

    return documents


def task_of(prompt: Any) -> str:
    """The words of a prompt, without its pictures and files."""
    if isinstance(prompt, str):
        return prompt
    texts = [part if isinstance(part, str) else getattr(part, "content", None) for part in prompt or ()]
    return "\n".join(text for text in texts if isinstance(text, str))

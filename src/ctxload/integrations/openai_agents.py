"""For the OpenAI Agents SDK: a filter that adds the documents for the task to an agent's instructions.

from agents import RunConfig, Runner
from ctxload.integrations.openai_agents import input_filter

result = await Runner.run(agent, "Fix the login", run_config=RunConfig(call_model_input_filter=input_filter()))
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from agents.run import CallModelData, ModelInputData

from .giver import Giver


def input_filter(
    root: str | os.PathLike[str] | None = None, *, agent: str | None = None, **limits: Any
) -> Callable[[CallModelData[Any]], ModelInputData]:
    """A `call_model_input_filter`. The task is the last message of the user: the same text in every turn of a run.

    The scope is that of `agent`, or of the running agent, where the index knows its name.
    """
    give = Giver(root, agent=agent, **limits)

    def add_documents(data: CallModelData[Any]) -> ModelInputData:
        found = data.model_data
        text = give(task_of(found.input), agent or data.agent.name)
        parts = [part for part in (found.instructions, text) if part]
        return ModelInputData(input=found.input, instructions="\n\n".join(parts) or None)

    return add_documents


def task_of(items: Any) -> str:
    """The text of the last message of the user."""
    if isinstance(items, str):
        return items
    for item in reversed(items):
        if isinstance(item, dict) and item.get("role") == "user":
            content = item.get("content") or ""
            if isinstance(content, str):
                return content
            return "\n".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return ""

"""For the command `llm`, which finds this module by its entry point: fragments for a task, templates by name.

llm -f ctx:"Fix the login" "Fix the login"
llm -t ctx:full-stack-auth "Where is the token renewed?"
"""

from __future__ import annotations

from typing import Any

import llm

from ..errors import CtxloadError
from .giver import Giver, words

#: A task that asks for nothing in particular, so that an agent gets what an unmatched one gives it.
NO_WORDS = "…"


@llm.hookimpl
def register_fragment_loaders(register: Any) -> None:
    """`-f ctx:TASK`: the documents for a task, each a fragment of its own with its path as the source."""
    register("ctx", fragments)


@llm.hookimpl
def register_template_loaders(register: Any) -> None:
    """`-t ctx:NAME`: a system prompt that holds the documents of a bundle, an id or a path, or an agent's fallback."""
    register("ctx", template)


def fragments(task: str) -> list[llm.Fragment]:
    """The documents for a task, found from the working directory."""
    try:
        loaded = Giver().load(task)
    except CtxloadError as error:
        raise ValueError(words(error)) from error
    return [llm.Fragment(part.text, part.path) for part in loaded.parts if part.text]


def template(name: str) -> llm.Template:
    """The documents of a bundle, an id or a path, or what an agent falls back to."""
    try:
        loader = Giver().loader
        if name in loader.agents():
            loaded = loader.load(NO_WORDS, name, for_model=True)
        else:
            loaded = loader.load("", context=[name], for_model=True)
    except CtxloadError as error:
        raise ValueError(words(error)) from error
    return llm.Template(name=f"ctx:{name}", system=loaded.text)

"""`Giver`: the documents for a task as one text. What every adapter gives, and all that a loop of one's own needs."""

from __future__ import annotations

from ..errors import CtxloadError
from ..load.allowances import words_for_models
from ..loader import ContextLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any

    from ..load.packer import Loaded


class Giver:
    """Gives the documents for a task. `limits` are those of `ContextLoader.load`: `budget`, `max_chars` and so on.

    A task must go through: what cannot be answered (context that is named and not there, an index that was removed)
    becomes a line of the text, for the model and for who reads along. Raises only when it is made and there is no
    index.

    >>> give = Giver(root=example_project(), budget=2000)
    >>> "## context/api.md" in give("Add a REST-framework view")
    True
    >>> give("Context: context/apo.md")
    'ctxload: explicit context not found: `context/apo.md` (did you mean `context/api.md`?)'
    >>> give("")
    ''
    """

    def __init__(self, root: str | os.PathLike[str] | None = None, *, agent: str | None = None, **limits: Any) -> None:
        self.loader = ContextLoader(root)
        self.agent = agent
        self.limits = limits

    def __call__(self, task: str, agent: str | None = None) -> str:
        """The text for a task; empty where there is nothing to give. `agent` goes before the one of the giver."""
        if not task.strip():
            return ""
        try:
            loaded = self.load(task, agent)
        except CtxloadError as error:
            return f"ctxload: {words(error)}"
        return loaded.text if loaded.parts else ""

    def load(self, task: str, agent: str | None = None) -> Loaded:
        """What is given, with its parts, sources and what was left out. Raises as ContextLoader.load does."""
        known = agent if agent in self.loader.agents() else None
        return self.loader.load(task, known or self.agent, **{"for_model": True, **self.limits})


def words(error: CtxloadError) -> str:
    """What is wrong, and the cure; never how a closed file is opened."""
    first = error.diagnostics[0] if error.diagnostics else None
    return words_for_models(first.code, str(error), first.hint) if first else str(error)

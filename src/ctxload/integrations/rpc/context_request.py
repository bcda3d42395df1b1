"""The context request that agent definitions tell agents to send to a "context manager", answered as it is.

Many published agents begin with such an object, and the program answers it as the context manager that it asks for:

    {"requesting_agent": "backend-developer", "request_type": "get_backend_context", "payload": {"query": "…"}}

The query is the task, resolved in the agent's scope. The domain of `get_<domain>_context` names a directory for the
fallback, where the agent has none.
"""

from __future__ import annotations

from ...errors import CtxloadError, UsageError
from ...selection.views.verdicts import say
from ...text.suggestions import did_you_mean, meant
from .requests import error_reply, refuse_misspelt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...loader import ContextLoader
    from ...selection.model import Resolution

    Data = dict[str, Any]

#: Request types that name no domain.
PLAIN_TYPES = ("get_context", "get_task_briefing")
#: The most tokens of content, where neither the request nor the index says.
BUDGET = 8_000
_KEYS = ("requesting_agent", "request_type", "payload")


def is_context_request(data: Data) -> bool:
    """Whether an object is meant as a context request."""
    return "request_type" in data or "requesting_agent" in data


def domain_of(kind: str) -> str:
    """The domain that a request type names; UsageError for a type that is none.

    >>> domain_of("get_backend_context"), domain_of("get_data_pipeline_context"), domain_of("get_task_briefing")
    ('backend', 'data-pipeline', '')
    """
    if kind in PLAIN_TYPES:
        return ""
    if kind.startswith("get_") and kind.endswith("_context"):
        domain = kind[4:-8]
        if domain and domain.replace("_", "").replace("-", "").isalnum():
            return domain.replace("_", "-")
    raise UsageError(f"unknown request type `{kind[:100]}`")


def answer_context_request(loader: Callable[[], ContextLoader], data: Data) -> Data:
    """The answer to a context request: files with reasons, their content within the budget, what was left out."""
    known = data.get("id")
    head: Data = {"id": known} if type(known) in (str, int, float) else {}
    head.update((key, data[key]) for key in _KEYS[:2] if isinstance(data.get(key), str))
    try:
        if known is not None and "id" not in head:
            raise UsageError("`id` must be a text or a number")
        agent, kind, query, budget = _read(data)
        return {**head, "status": "success", **_found(loader(), agent, domain_of(kind), query, budget)}
    except CtxloadError as error:
        hint = error.diagnostics[0].hint if error.diagnostics else ""
        if not hint and str(error).startswith("unknown request type"):
            hint = "write get_<domain>_context, as in get_backend_context, or get_task_briefing"
        return {**head, "status": "error", "error": error_reply(None, str(error), hint)["error"]}


def _read(data: Data) -> tuple[str, str, str, int | None]:
    """The agent, the type, the query and the budget of a request; UsageError where it is not as it should be."""
    for key in data:
        if key not in (*_KEYS, "id"):
            raise UsageError(f"unknown key `{key[:100]}` ({meant(key, _KEYS) or 'use ' + ', '.join(_KEYS)})")
    agent, kind, payload = (data.get(key) for key in _KEYS)
    if not (isinstance(agent, str) and agent):
        raise UsageError("`requesting_agent` must be the name of an agent")
    if not isinstance(kind, str):
        raise UsageError("`request_type` must be a text, as in get_backend_context")
    query = payload.get("query") if isinstance(payload, dict) else None
    if not (isinstance(payload, dict) and isinstance(query, str)):
        raise UsageError('`payload` must hold a query, as in {"query": "existing API architecture, database schema"}')
    refuse_misspelt(payload, ("query", "budget"))
    budget = payload.get("budget")
    if budget is not None and not (type(budget) is int and budget > 0):
        raise UsageError("`budget` must be a whole number above 0")
    return agent, kind, query, budget


def _found(loader: ContextLoader, agent: str, domain: str, query: str, budget: int | None) -> Data:
    own = loader.index().budget
    budget = budget or (own.max_tokens if own else None) or BUDGET
    loaded = loader.load(query, agent, budget=budget, domain=domain, for_model=True)
    resolution = loaded.resolution
    _refuse_unknown(loader, resolution)
    found: Data = {
        "layer": resolution.layer,
        "files": [
            {"path": file.path, "reasons": [say(reason) for reason in file.reasons]} for file in resolution.files
        ],
        "content": loaded.text,
        "tokens": loaded.tokens,
        "budget": budget,
    }
    if loaded.left_out:
        found["left_out"] = [{"path": left.path, "why": left.why} for left in loaded.left_out]
    if loaded.diagnostics:
        found["diagnostics"] = [finding.to_dict() for finding in loaded.diagnostics]
    return found


def _refuse_unknown(loader: ContextLoader, resolution: Resolution) -> None:
    """Raises where the index does not know the agent: whoever asks in a scope must get an answer of that scope."""
    unknown = [finding for finding in resolution.diagnostics if finding.code == "CTX402"]
    if unknown:
        known = loader.agents()
        near = did_you_mean(resolution.agent, known)
        hint = f"did you mean `{near}`?" if near else f"the index knows {', '.join(known[:12]) or 'no agent'}"
        raise UsageError(unknown[0].message, (unknown[0].replace(hint=hint),))

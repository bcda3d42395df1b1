"""What cases came to, and the figures of a run, as JSON-ready data."""

from __future__ import annotations

from .case_places import CasePlaces
from .cases import Outcome, Scores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def scores_to_dict(scores: Scores) -> dict[str, Any]:
    """The figures of a run as JSON-ready data."""
    return {
        "cases": scores.cases,
        "passed": scores.passed,
        "precision": round(scores.precision, 4),
        "recall": round(scores.recall, 4),
        "f1": round(scores.f1, 4),
        "silent": scores.silent,
        "quiet": scores.quiet,
        "files_per_task": round(scores.files_per_task, 2),
        "tokens_per_task": round(scores.tokens_per_task),
    }


def outcome_to_dict(outcome: Outcome, place: CasePlaces) -> dict[str, Any]:
    """What a case came to as JSON-ready data; keys without a value are left out."""
    case = outcome.case
    path, line, column = place.of(case)
    data: dict[str, Any] = {
        "task": case.task.value,
        "agent": case.agent.value or None,
        "passed": outcome.passed,
        "layer": outcome.layer or None,
        "expect": [name.value for name in case.expect],
        "came": list(outcome.came),
        "files": list(outcome.files),
        "tokens": outcome.tokens,
    }
    if path:
        data.update(path=path, line=line, column=column)
    if case.reject:
        data["reject"] = [name.value for name in case.reject]
    for key in ("missing", "unwanted", "extra"):
        if found := getattr(outcome, key):
            data[key] = [{"name": item.name, "why": item.why} for item in found]
    if outcome.problem:
        data["problem"] = outcome.problem
    return data

"""A resolution as JSON-ready data; `resolution.schema.json` in the package describes the shape.

`Resolution.to_dict` calls this, so that the values of `model` cannot be named here, not even as types.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The version of the shape.
JSON_VERSION = 1
#: How many of the entries that were not selected are shown, the nearest first.
NEAREST = 10


def resolution_data(resolution: Any, *, every: bool = False) -> dict[str, Any]:
    """A resolution; of the entries not selected the ten nearest, or `every` one."""
    others = [verdict for verdict in resolution.verdicts if not verdict.selected]
    shown = others if every else others[:NEAREST]
    return {
        "version": JSON_VERSION,
        "task": resolution.task,
        "agent": resolution.agent or None,
        "match": resolution.match,
        "layer": resolution.layer,
        "files": [_file(file) for file in resolution.files],
        "left_out": [{"path": item.path, "why": item.why, "entry": item.entry} for item in resolution.left_out],
        "not_selected": [_verdict(verdict) for verdict in shown],
        "not_selected_count": len(others),
        "diagnostics": [finding.to_dict() for finding in resolution.diagnostics],
    }


def _file(file: Any) -> dict[str, Any]:
    data = {"path": file.path, "layer": file.layer, "score": file.score / 1000, "size": file.size}
    if file.sections:
        data["sections"] = list(file.sections)
    return {**data, "reasons": [_reason(reason) for reason in file.reasons]}


def _reason(reason: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"layer": reason.layer, "kind": reason.kind, "by": reason.by}
    if reason.entry:
        data["entry"] = reason.entry
    if reason.words:
        data["words"] = list(reason.words)
        data["spans"] = [list(span) for span in reason.spans]
    if reason.terms:
        data["terms"] = [{"name": term.name, "points": term.points / 1000} for term in reason.terms]
    if reason.note:
        data["note"] = reason.note
    if reason.sections:
        data["sections"] = list(reason.sections)
    return data


def _verdict(verdict: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "entry": verdict.entry,
        "selected": verdict.selected,
        "why": verdict.why,
        "message": verdict.message,
    }
    if verdict.files:
        data["files"] = list(verdict.files)
    if verdict.score:
        data["score"] = verdict.score / 1000
    if verdict.nearest:
        data["nearest"] = {
            "keyword": verdict.nearest,
            "present": list(verdict.present),
            "missing": list(verdict.missing),
        }
    if verdict.spans:
        data["spans"] = [list(span) for span in verdict.spans]
    return data

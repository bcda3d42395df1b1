"""A comparison as JSON-ready data, and the schema of it: the contract of `ctxload diff --json`.

`python -m ctxload.authoring.compare.data` writes the file of the schema; a test holds it to what is written here.

>>> sorted(diff_schema()["properties"])[:3]
['after', 'bad_lines', 'before']
"""

from __future__ import annotations

from ...index.json_schema import COUNT, DRAFT, STRING, list_of, object_of, write
from .causes import GAINED, LOST, ORDER
from .changes import MINUS, OTHER, PLUS, said
from .comparison import ALL_COUNTS, FAILURES
from .wording import flip_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .changes import Change
    from .comparison import Comparison, Flip, GroupSummary
    from .summary import Example

    Schema = dict[str, Any]

FILE = "diff.schema.json"
#: The version of the JSON shape.
JSON_VERSION = 1
_STRINGS: Schema = list_of(STRING)


def to_dict(seen: Comparison, *, examples: int = 5) -> dict[str, Any]:
    """A comparison as JSON-ready data, whole; of each group so many tasks."""
    return {
        "version": JSON_VERSION,
        "before": {"name": seen.before, "match": seen.match[0]},
        "after": {"name": seen.after, "match": seen.match[1]},
        "tasks": seen.source,
        "counts": dict(seen.counts),
        "failures": seen.failures(),
        "groups": [_group(group, examples) for group in seen.groups],
        "fires_no_more": [{"entry": one.entry, "before": one.before} for one in seen.never],
        "fires_newly": [{"entry": one.entry, "after": one.after} for one in seen.newly],
        "cases": {
            "count": seen.cases, "passed_before": seen.passed[0], "passed_after": seen.passed[1],
            "dropped": seen.dropped, "flips": [_flip(flip) for flip in seen.flips],
        },
        "changes": [_change(one) for one in seen.changes],
        "changes_that_moved_no_answer": [_change(one) for one in seen.quiet],
        "bad_lines": {"count": seen.bad, "first": [{"place": one.place, "why": one.why} for one in seen.bad_lines]},
        "unanswered": [{"place": one.place, "task": one.text} for one in seen.problems],
    }  # fmt: skip


def _group(group: GroupSummary, examples: int) -> dict[str, Any]:
    return {
        "kind": group.kind, "entry": group.entry, "cause": _change(group.cause), "tasks": group.tasks,
        "tokens": group.tokens, "examples": [_example(one) for one in group.examples[:examples]],
    }  # fmt: skip


def _change(change: Change) -> dict[str, Any]:
    return {
        "sign": change.sign, "part": change.part, "entry": change.entry, "text": change.text, "place": change.place,
        "said": said(change),
    }  # fmt: skip


def _example(one: Example) -> dict[str, Any]:
    return {"place": one.place, "task": one.text, "before": list(one.before), "after": list(one.after)}


def _flip(flip: Flip) -> dict[str, Any]:
    case, (_, lines) = flip.case, flip_of(flip)
    return {
        "task": case.task.value, "agent": case.agent.value or None, "passes": not flip.is_broken,
        "failed": lines,
    }  # fmt: skip


def diff_schema() -> Schema:
    """The JSON Schema of what `ctxload diff --json` prints."""
    change = _object(
        sign={"enum": [PLUS, MINUS, OTHER]}, part=STRING,
        entry={**STRING, "description": "Empty for the index's own."},
        text=STRING,
        place={**STRING, "description": "The file and the line; where the sign is -, of before."}, said=STRING,
    )  # fmt: skip
    example = _object(place=STRING, task=STRING, before=_STRINGS, after=_STRINGS)
    group = _object(
        kind={"enum": [LOST, GAINED, ORDER]}, entry=STRING, cause={"$ref": "#/definitions/change"},
        tasks={"type": "integer", "minimum": 1}, tokens={"type": "integer", "description": "What it adds in all."},
        examples=list_of(example),
    )  # fmt: skip
    flip = _object(
        task=STRING,
        agent={"type": ["string", "null"]},
        passes={"type": "boolean", "description": "Now."},
        failed=_STRINGS,
    )
    version = _object(name=STRING, match=STRING)
    return {
        "$schema": DRAFT,
        "title": "ctxload diff",
        "description": "What a change of an index changes, over many tasks.",
        **_object(
            version={"const": JSON_VERSION, "description": "The version of this shape."},
            before=version, after=version, tasks={**STRING, "description": "What the tasks are."},
            counts=_object(**dict.fromkeys(ALL_COUNTS, COUNT)), failures=_object(**dict.fromkeys(FAILURES, COUNT)),
            groups=list_of(group), fires_no_more=list_of(_object(entry=STRING, before=COUNT)),
            fires_newly=list_of(_object(entry=STRING, after=COUNT)),
            cases=_object(count=COUNT, passed_before=COUNT, passed_after=COUNT, dropped=COUNT, flips=list_of(flip)),
            changes=list_of({"$ref": "#/definitions/change"}),
            changes_that_moved_no_answer=list_of({"$ref": "#/definitions/change"}),
            bad_lines=_object(count=COUNT, first=list_of(_object(place=STRING, why=STRING))),
            unanswered=list_of(_object(place=STRING, task=STRING)),
        ),
        "definitions": {"change": change},
    }  # fmt: skip


def _object(**properties: Schema) -> Schema:
    """An object without other properties."""
    return {**object_of(**properties), "additionalProperties": False}


if __name__ == "__main__":
    write(FILE, diff_schema())

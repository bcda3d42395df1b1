"""What was learned as JSON-ready data, and the schema of it: the contract of `ctxload learn --json`.

`python -m ctxload.authoring.learn.data` writes the file of the schema; a test holds it to what is written here.

>>> sorted(learn_schema()["properties"])[:3]
['cases', 'conversations', 'doubtful']
"""

from __future__ import annotations

from ...index.json_schema import DRAFT, write
from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..evaluate.suggestions import Suggestions
    from .lessons import Lesson, Lessons

    Schema = dict[str, Any]

FILE = "learn.schema.json"
#: The version of the JSON shape.
JSON_VERSION = 1
_STRING: Schema = {"type": "string"}
COUNTED = ("conversations", "prompts", "recorded", "hits", "misses", "doubtful")
_COUNT: Schema = {"type": "integer", "minimum": 0}


class Counts(Record):
    """What was looked at: conversations, prompts, and those of them for which it is recorded what they were given;
    hits, misses and doubtful documents.
    """

    conversations: int = 0
    prompts: int = 0
    recorded: int = 0
    hits: int = 0
    misses: int = 0
    doubtful: int = 0


def to_dict(counts: Counts, learned: Lessons, keywords: Suggestions | None) -> dict[str, Any]:
    """All of it as JSON-ready data."""
    proposals = keywords.proposals if keywords is not None else ()
    return {
        "version": JSON_VERSION,
        **{name: getattr(counts, name) for name in COUNTED},
        "left_out": {"secret": learned.secret, "long": learned.long, "more": learned.more, "known": learned.known},
        "cases": [_case(lesson) for lesson in learned.cases],
        "keywords": [{"entry": one.entry, "keyword": one.keyword, "why": one.why} for one in proposals],
        "f1_before": round(keywords.before.scores.f1, 4) if keywords is not None else None,
        "f1_after": round(keywords.after.scores.f1, 4) if keywords is not None else None,
    }


def _case(lesson: Lesson) -> dict[str, Any]:
    expect = [name.value for name in lesson.case.expect]
    task = lesson.case.task.value
    return {"task": task, "expect": expect, "kind": lesson.kind, "why": list(lesson.why), "times": lesson.times}


def learn_schema() -> Schema:
    """The JSON Schema of what `ctxload learn --json` prints."""
    texts: Schema = {"type": "array", "items": _STRING}
    f1: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    case = _object(task=_STRING, expect=texts, kind={"enum": ["miss", "hit"]}, why=texts, times=_COUNT)
    keyword = _object(entry=_STRING, keyword=_STRING, why=_STRING)
    return {
        "$schema": DRAFT,
        "title": "ctxload learn",
        "description": "What a person's own transcripts show of an index. It holds prompts.",
        **_object(
            version={"const": JSON_VERSION, "description": "The version of this shape."},
            conversations=_COUNT, prompts=_COUNT, recorded=_COUNT, hits=_COUNT, misses=_COUNT, doubtful=_COUNT,
            left_out=_object(secret=_COUNT, long=_COUNT, more=_COUNT, known=_COUNT),
            cases={"type": "array", "items": case}, keywords={"type": "array", "items": keyword},
            f1_before=f1, f1_after=f1,
        ),
    }  # fmt: skip


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


if __name__ == "__main__":
    write(FILE, learn_schema())

"""What was learned as JSON-ready data, and the schema of it: the contract of `ctxload learn --json`.

`python -m ctxload.authoring.learn.data` writes the file of the schema; a test holds it to what is written here.

>>> sorted(learn_schema()["properties"])[:3]
['cases', 'conversations', 'doubtful']
"""

from __future__ import annotations

from ...index.json_schema import COUNT, DRAFT, STRING, list_of, object_of, write
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
        **dict(zip(Counts._fields, counts, strict=True)),
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
    texts: Schema = list_of(STRING)
    f1: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    case = object_of(task=STRING, expect=texts, kind={"enum": ["miss", "hit"]}, why=texts, times=COUNT)
    keyword = object_of(entry=STRING, keyword=STRING, why=STRING)
    return {
        "$schema": DRAFT,
        "title": "ctxload learn",
        "description": "What a person's own transcripts show of an index. It holds prompts.",
        **object_of(
            version={"const": JSON_VERSION, "description": "The version of this shape."},
            **dict.fromkeys(Counts._fields, COUNT),
            left_out=object_of(secret=COUNT, long=COUNT, more=COUNT, known=COUNT),
            cases=list_of(case), keywords=list_of(keyword),
            f1_before=f1, f1_after=f1,
        ),
    }  # fmt: skip


if __name__ == "__main__":
    write(FILE, learn_schema())

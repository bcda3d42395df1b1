"""The summary of what was given as JSON-ready data, and the schema of it: the contract of `ctxload stats --json`.

`python -m ctxload.authoring.use.data` writes the file of the schema; a test holds it to what is written here.

>>> sorted(stats_schema()["properties"])[:3]
['answers', 'clients', 'conversations']
"""

from __future__ import annotations

from time import gmtime, strftime

from ...index.json_schema import COUNT, DRAFT, STRING, list_of, object_of, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .summary import Counts, UseSummary

    Schema = dict[str, Any]

FILE = "stats.schema.json"
#: The version of the JSON shape.
JSON_VERSION = 1
_TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_TOOK: Schema = {"type": ["integer", "null"], "minimum": 0, "description": "Milliseconds; null where not known."}


def to_dict(use: UseSummary, index: str) -> dict[str, Any]:
    """A summary as JSON-ready data."""
    return {
        "version": JSON_VERSION,
        "index": index,
        "first": time_of(use.first),
        "last": time_of(use.last),
        "answers": use.answers,
        "conversations": use.conversations,
        "tokens": use.tokens,
        "entries": [
            {
                "entry": one.entry, "given": one.given, "tokens": one.tokens, "last": time_of(one.last),
                "clients": _counts(one.clients), "moments": _counts(one.moments),
            }
            for one in use.entries
        ],
        "never_given": list(use.never),
        "own_never_given": list(use.own_never),
        "silences": _counts(use.silences),
        "clients": [
            {
                "client": one.client, "answers": one.answers, "silences": one.silences,
                "median_ms": _took(one.median), "p90_ms": _took(one.slow), "slowest_ms": _took(one.slowest),
            }
            for one in use.clients
        ],
    }  # fmt: skip


def time_of(at: int) -> str:
    """A time in UTC, as the records have it in seconds.

    >>> time_of(0)
    '1970-01-01T00:00:00Z'
    """
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(at))


def _counts(counts: Counts) -> dict[str, int]:
    return dict(counts)


def _took(took: int) -> int | None:
    return None if took < 0 else took


def stats_schema() -> Schema:
    """The JSON Schema of what `ctxload stats --json` prints."""
    counts: Schema = {"type": "object", "additionalProperties": COUNT}
    entry = object_of(entry=STRING, given=COUNT, tokens=COUNT, last=_TIME, clients=counts, moments=counts)
    client = object_of(client=STRING, answers=COUNT, silences=COUNT, median_ms=_TOOK, p90_ms=_TOOK, slowest_ms=_TOOK)
    return {
        "$schema": DRAFT,
        "title": "ctxload stats",
        "description": "What agent clients were given of a project, counted.",
        **object_of(
            version={"const": JSON_VERSION, "description": "The version of this shape."},
            index=STRING, first=_TIME, last=_TIME, answers=COUNT, conversations=COUNT, tokens=COUNT,
            entries={"type": "array", "items": entry, "description": "The most frequent first."},
            never_given={"type": "array", "items": STRING, "description": "Ids of the index."},
            own_never_given={"type": "array", "items": STRING, "description": "Ids of the person's own skills."},
            silences={**counts, "description": "How often nothing was given, by the word for why."},
            clients=list_of(client),
        ),
    }  # fmt: skip


if __name__ == "__main__":
    write(FILE, stats_schema())

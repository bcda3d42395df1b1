"""The JSON Schema of a resolution as `--json` gives it: the contract of whatever answers in JSON.

`python -m ctxload.selection.views.json_schema` writes the file; a test holds it to what is written here.

>>> sorted(resolution_schema()["properties"])[:3]
['agent', 'diagnostics', 'files']
"""

from __future__ import annotations

from ...index.json_schema import COUNT, DRAFT, STRING, list_of, write
from ...index.keys import MATCH_MODES
from ...text.codes import CODES, ERROR, NOTE, WARNING
from ..model import ALWAYS, EXPLICIT, FALLBACK, KEYWORD_LAYER, NONE
from .json_data import JSON_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Schema = dict[str, Any]

FILE = "resolution.schema.json"

_LAYERS = [EXPLICIT, KEYWORD_LAYER, FALLBACK, ALWAYS]
_KINDS = [
    "path", "id", "bundle", "option",
    "keyword", "section", "part", "document", "rule", "file",
    "default", "directory", "domain", "setting", "entries",
    "requires", "always", "given", "name",
]  # fmt: skip
_WHY_NOT = [
    "no-keyword",
    "part",
    "vetoed",
    "other-agent",
    "no-agent",
    "tag",
    "when-files",
    "when-stack",
    "needs-both",
    "weak",
    "explicit",
    "missing",
    "left-out",
]
_STRINGS: Schema = list_of(STRING)
_PLACE: Schema = {"type": "integer", "minimum": 1}
_SCORE: Schema = {"type": "number", "minimum": 0}
_PATH: Schema = {"type": "string", "minLength": 1, "description": "POSIX, relative to the root."}
_SPANS: Schema = {
    "type": "array",
    "description": "Half-open places in the task, in code points.",
    "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
}


def resolution_schema() -> Schema:
    """The JSON Schema of a resolution: `Resolution.to_dict()`, with a hash of each file where a door adds one."""
    required = {
        "version": {"const": JSON_VERSION, "description": "The version of this shape."},
        "task": STRING,
        "agent": {"type": ["string", "null"]},
        "match": {"enum": list(MATCH_MODES)},
        "layer": {"enum": [EXPLICIT, KEYWORD_LAYER, FALLBACK, NONE], "description": "The layer that answered."},
        "files": _array("file", "What to load, in order."),
        "left_out": _array("left_out", "What was named and is not given."),
        "not_selected": _array("verdict", "Entries that were not selected, nearest first."),
        "not_selected_count": COUNT,
        "diagnostics": _array("diagnostic", "Findings about this answer and the index behind it."),
    }
    return {
        "$schema": DRAFT,
        "title": "ctxload resolution",
        "description": "The answer of ctxload to a task.",
        **_object(required),
        "definitions": {
            "file": _file(),
            "reason": _reason(),
            "left_out": _object({"path": STRING, "why": STRING, "entry": STRING}),
            "verdict": _verdict(),
            "diagnostic": _diagnostic(),
        },
    }


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _array(name: str, description: str = "") -> Schema:
    schema: Schema = {"type": "array", "items": {"$ref": f"#/definitions/{name}"}}
    return {**schema, "description": description} if description else schema


def _file() -> Schema:
    return _object(
        {
            "path": _PATH,
            "layer": {"enum": _LAYERS, "description": "The layer that named it first."},
            "score": {**_SCORE, "description": "1 for one word that is an entry's very own."},
            "size": {**COUNT, "description": "In bytes."},
            "reasons": {**_array("reason", "Why it is here, in order."), "minItems": 1},
        },
        {
            "sections": {**_STRINGS, "description": "The headings that are asked for, where not the whole file is."},
            "sha256": {
                "type": "string",
                "pattern": "^([0-9a-f]{64})?$",
                "description": "Empty where it was not hashed.",
            },
            "not_hashed": {
                "enum": ["too-large", "too-much", "unreadable"],
                "description": "Why `sha256` is empty: the file is too large, the files before it were, it cannot be "
                "read.",
            },
        },
    )


def _reason() -> Schema:
    term = _object({"name": STRING, "points": {"type": "number"}})
    return _object(
        {
            "layer": {"enum": _LAYERS},
            "kind": {"enum": _KINDS},
            "by": {**STRING, "description": "The keyword, pattern, path, id or setting itself."},
        },
        {
            "entry": {**STRING, "description": "The id of the entry."},
            "words": {**_STRINGS, "description": "The words of the task."},
            "spans": _SPANS,
            "terms": {"type": "array", "description": "What the score is the sum of.", "items": term},
            "note": STRING,
            "sections": {**_STRINGS, "description": "The headings it asks for, where not the whole file."},
        },
    )


def _verdict() -> Schema:
    return _object(
        {"entry": STRING, "selected": {"const": False}, "why": {"enum": _WHY_NOT}, "message": STRING},
        {
            "files": list_of(_PATH),
            "score": _SCORE,
            "nearest": _object({"keyword": STRING, "present": _STRINGS, "missing": _STRINGS}),
            "spans": _SPANS,
        },
    )


def _diagnostic() -> Schema:
    related = _object({"path": STRING, "line": COUNT, "column": COUNT, "label": STRING})
    return _object(
        {
            "code": {"enum": sorted(CODES)},
            "name": {"enum": sorted(name for name, _ in CODES.values())},
            "severity": {"enum": [ERROR, WARNING, NOTE]},
            "message": STRING,
        },
        {
            "path": STRING,
            "line": _PLACE,
            "column": _PLACE,
            "end_column": _PLACE,
            "hint": STRING,
            "detail": STRING,
            "related": list_of(related),
            "fixable": {"const": True},
            "skipped": {"const": True},
        },
    )


if __name__ == "__main__":
    write(FILE, resolution_schema())

"""The JSON Schema of `context-index.yml`, made from `keys`: editors use it for completion and hints.

`python -m ctxload.index.json_schema` writes the file; a test holds it to what is written here. Draft 7: what the YAML
language server reads.

>>> index_schema()["properties"]["match"]["enum"]
['focused', 'whole', None]
"""

from __future__ import annotations

import json
from pathlib import Path

from . import keys
from .keys import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
FILE = "context-index.schema.json"

#: What the schemas of answers are made of.
STRING: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}

#: A single text. YAML makes numbers and truth values of words such as `1.10` and `no`; the author's text counts.
_WORD: Schema = {"type": ["string", "number", "boolean", "null"]}
_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
_TEXTS: Schema = {"anyOf": [_WORD, {"type": "array", "items": _WORD}]}
_TRUE_OR_FALSE = [True, False, "true", "false", "yes", "no", "on", "off", None]


def _map_of(value: Schema) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": value}


def _list_of(name: str) -> Schema:
    item = {"$ref": f"#/definitions/{name}"}
    return {"anyOf": [{"type": "array", "items": item}, item, {"type": "null"}]}


_FALLBACK: Schema = {"anyOf": [{"enum": list(keys.FALLBACK_WORDS)}, _TEXTS]}

#: What a value of each shape in `keys` may be.
SHAPES: dict[str, Schema] = {
    "version": {
        "anyOf": [
            {"type": "string", "pattern": r"^1(\.|$)"},
            {"type": "number", "minimum": 1, "exclusiveMaximum": 2},
            {"type": "null"},
        ]
    },
    "text": _TEXT,
    "texts": _TEXTS,
    "flag": {"enum": _TRUE_OR_FALSE},
    "number": {"type": ["number", "null"]},
    "count": {"type": ["integer", "null"], "minimum": 1},
    "match": {"enum": [*keys.MATCH_MODES, None]},
    "match-whole": {"enum": ["whole", None]},
    "needs-both": {"enum": ["both", None]},
    "agents-to-ids": _map_of(_TEXTS),
    "words-to-words": _map_of(_TEXTS),
    "always": {"anyOf": [_TEXTS, _map_of(_TEXTS)]},
    "fallback": {"anyOf": [_FALLBACK, _map_of(_FALLBACK)]},
    "entries": _list_of("entry"),
    "rules": _list_of("rule"),
    "tests": _list_of("test"),
    "bundles": _map_of({"anyOf": [{"$ref": "#/definitions/bundle"}, _TEXTS]}),
    "budget": {"anyOf": [{"$ref": "#/definitions/budget"}, {"type": "null"}]},
}


def index_schema() -> Schema:
    """The JSON Schema of `context-index.yml`."""
    return {
        "$schema": DRAFT,
        "title": "context-index.yml",
        "description": "Which documents an agent reads for a task; read by ctxload.",
        **_mapping(keys.TOP),
        "definitions": {
            "entry": _mapping(keys.ENTRY, required=["path"]),
            "rule": _mapping(keys.RULE, required=["pattern"]),
            "bundle": _mapping(keys.BUNDLE),
            "test": _mapping(keys.TEST, required=["task", "expect"]),
            "budget": _mapping(keys.BUDGET),
        },
    }


def _mapping(known: dict[str, Key], required: list[str] | None = None) -> Schema:
    """The schema of a mapping with these keys; keys beginning with `x-` are the author's own."""
    schema: Schema = {
        "type": "object",
        "properties": {name: {"description": key.meaning, **SHAPES[key.shape]} for name, key in known.items()},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def list_of(items: Schema) -> Schema:
    """The schema of a list whose items have this one.

    >>> list_of(STRING)
    {'type': 'array', 'items': {'type': 'string'}}
    """
    return {"type": "array", "items": items}


def object_of(**properties: Schema) -> Schema:
    """The schema of an object that has all of these properties, and perhaps others."""
    return {"type": "object", "required": list(properties), "properties": properties}


def as_text(schema: Schema) -> str:
    """What the file of a schema holds."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(name: str, schema: Schema) -> None:
    """Writes the file of a schema, at the top of the package."""
    (Path(__file__).parents[1] / name).write_text(as_text(schema), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(FILE, index_schema())

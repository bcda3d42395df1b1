"""The JSON Schemas: current, true to the parser and to what a resolution gives, and refusing what is wrong."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft7Validator

from ctxload.authoring.compare import data as compare_data
from ctxload.authoring.compare.data import diff_schema
from ctxload.authoring.learn import data as learn_data
from ctxload.authoring.learn.data import learn_schema
from ctxload.authoring.use import data as use_data
from ctxload.authoring.use.data import stats_schema
from ctxload.index import json_schema, keys
from ctxload.index.json_schema import as_text, index_schema
from ctxload.index.model import Index
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.selection import model
from ctxload.selection.model import Request
from ctxload.selection.views import json_schema as selection_schema
from ctxload.selection.views.json_schema import resolution_schema
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import FILES, PROJECTS, indexes
from test_laws import answer_or_refusal, requests

HERE = Path(__file__).parent
SOURCES = Path(json_schema.__file__).parents[1]


def of_index(text: str) -> list[str]:
    """What the schema has against an index."""
    return [error.message for error in Draft7Validator(index_schema()).iter_errors(yaml.safe_load(text))]


def of_resolution(data: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft7Validator(resolution_schema()).iter_errors(data)]


SCHEMAS = {
    "context-index.schema.json": (json_schema, index_schema),
    "resolution.schema.json": (selection_schema, resolution_schema),
    "diff.schema.json": (compare_data, diff_schema),
    "stats.schema.json": (use_data, stats_schema),
    "learn.schema.json": (learn_data, learn_schema),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_are_current(name: str) -> None:
    module, schema = SCHEMAS[name]
    assert name == module.FILE
    assert (SOURCES / name).read_text(encoding="utf-8") == as_text(schema()), f"run `python -m {module.__name__}`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_are_schemas(name: str) -> None:
    Draft7Validator.check_schema(json.loads((SOURCES / name).read_text(encoding="utf-8")))


def test_every_shape_of_a_key_is_known_and_every_key_is_explained() -> None:
    tables = (keys.TOP, keys.ENTRY, keys.RULE, keys.BUNDLE, keys.TEST, keys.BUDGET)
    assert {key.shape for table in tables for key in table.values()} <= set(json_schema.SHAPES)
    found = index_schema()
    for part in (found, *found["definitions"].values()):
        assert all(value["description"] for value in part["properties"].values())


def test_the_projects_own_index_is_valid() -> None:
    assert of_index((HERE.parent / "context-index.yml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "version: 1.0",
        "version: '1.2'",
        "version:\ncontext_files:\nalways:\nfallback:\nmatch:\nbudget:\ntests:\naliases:",
        "context_files: [{path: a.md, keywords: [no, on, 1.10, 1, null, true, x]}]",
        "context_files: {path: a.md, keywords: one, tags: 1, agents: }",
        "context_files: [{path: [a.md, 'b/*.md'], x-note: {deep: [1]}}]\nx-own: 1",
        "always: [a]\nfallback: none",
        "always: {'*': [a], qa: b}\nfallback: {'*': all, qa: [a, b]}",
        "fallback: [a]",
        "story_context_hints: {a: {context_ids: [b]}, c: [d], e: f}",
        "context_rules: [{pattern: x, context_ids: a, load_agent_testing_context: yes}]",
        "tests: [{task: x, expect: []}, {task: y, agent: qa, expect: a, reject: [b]}]",
        "budget: {max_tokens: 9000}",
        "x-base: &b {agents: [qa]}\ncontext_files: [{<<: *b, path: a.md}]",
    ],
)
def test_what_the_parser_takes_without_a_finding_is_valid(text: str) -> None:
    assert not parse(Source("i", text)).diagnostics
    assert of_index(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "context_file: []",
        "context_files: [{id: a}]",
        "context_files: [{path: a.md, keyword: [x]}]",
        "context_files: [a.md]",
        "context_files: [{path: {a: b}}]",
        "context_files: [{path: a.md, keywords: [[a]]}]",
        "context_files: [{path: a.md, priority: high}]",
        "context_files: [{path: a.md, match: related}]",
        "match: Whole",
        "fallback: {a: {b: c}}",
        "agent_defaults: [a]",
        "context_rules: [{context_ids: [a]}]",
        "tests: [{task: x}]",
        "budget: {max_tokens: -1}",
        "budget: {max_words: 1}",
        "front_matter: maybe",
        "version: 2.0",
        "- a",
    ],
)
def test_what_the_parser_tells_is_not_valid(text: str) -> None:
    assert parse(Source("i", text)).diagnostics
    assert of_index(text)


@given(indexes())
def test_an_index_that_was_written_is_valid(index: Index) -> None:
    assert of_index(to_yaml(index)) == []


@given(PROJECTS, requests())
def test_a_resolution_is_valid(index: Index, request: Request) -> None:
    resolution = answer_or_refusal(index, request)
    if resolution is not None:
        for every in (False, True):
            data = json.loads(json.dumps(resolution.to_dict(every=every)))
            assert of_resolution(data) == []
        for file in data["files"]:
            file["sha256"] = MemoryTree(FILES).digest(file["path"])
        assert of_resolution(data) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"layer": "always"},
        {"files": [{"path": "a.md"}]},
        {"files": [{"path": "a.md", "layer": "keyword", "score": 1, "size": 1, "reasons": []}]},
        {
            "files": [
                {
                    "path": "a.md",
                    "layer": "keyword",
                    "score": 1,
                    "size": 1,
                    "reasons": [{"layer": "keyword", "kind": "magic", "by": "x"}],
                }
            ]
        },
        {"more": 1},
        {"task": None},
        {"diagnostics": [{"code": "CTX999", "name": "x", "severity": "error", "message": "m"}]},
    ],
)
def test_another_shape_of_a_resolution_is_not_valid(change: dict[str, Any]) -> None:
    resolution = answer_or_refusal(Index("i"), Request("x"))
    assert resolution is not None
    data = resolution.to_dict()
    assert of_resolution(data) == []
    assert of_resolution({**data, **change})


def test_the_schema_knows_every_kind_of_reason_and_every_verdict() -> None:
    code = ast.parse(Path(model.__file__).read_text(encoding="utf-8"))
    named = {
        node.targets[0].id: {word.value for word in ast.walk(node.value) if isinstance(word, ast.Constant)}
        for node in ast.walk(code)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert {*selection_schema._KINDS} == named["ReasonKind"]
    assert {*selection_schema._WHY_NOT, "selected"} == named["VerdictWhy"]

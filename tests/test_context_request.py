"""The context request of agent definitions: scope, domain, budget, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctxload.errors import UsageError
from ctxload.index.parser import parse
from ctxload.integrations.rpc.context_request import domain_of
from ctxload.integrations.rpc.service import Service
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

INDEX = """\
context_files:
  - {id: api, path: context/backend/api.md, keywords: [api, rest framework], agents: [backend-developer]}
  - {id: database, path: context/backend/database.md, keywords: [database schema], agents: [backend-developer, data-engineer]}
  - {id: form, path: context/frontend/form.md, keywords: [form], agents: [ui-designer]}
"""  # noqa: E501
QUERY = "Require backend system overview: existing API architecture, database schema, auth, patterns"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    files = {"backend/api": "# API\n\nViews.\n", "backend/database": "# Database\n", "frontend/form": "# Form\n"}
    for name in ("data/lake", "ops/docker"):
        files[name] = f"# {name}\n"
    for name, text in files.items():
        path = tmp_path / "context" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8")
    return Service(root=str(tmp_path))


def asking(agent: Any = "backend-developer", kind: Any = "get_backend_context", query: Any = QUERY) -> dict[str, Any]:
    return {"requesting_agent": agent, "request_type": kind, "payload": {"query": query}}


def test_the_request_is_answered_as_it_is_with_paths_reasons_and_content(service: Service) -> None:
    answer = service.plain(asking())
    assert answer["status"] == "success" and answer["layer"] == "keyword"
    assert (answer["requesting_agent"], answer["request_type"]) == ("backend-developer", "get_backend_context")
    assert {file["path"]: file["reasons"] for file in answer["files"]} == {
        "context/backend/api.md": ["keyword `api`", "its document speaks of `api`"],
        "context/backend/database.md": ["keyword `database schema`", "its document speaks of `database`"],
    }
    assert "Views." in answer["content"] and "# Database" in answer["content"]
    assert 0 < answer["tokens"] <= answer["budget"]
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("given", [[1], {"a": 1}, True])
def test_an_id_that_is_neither_a_text_nor_a_number_is_refused(service: Service, given: Any) -> None:
    answer = service.plain({"id": given, **asking()})
    assert (answer["status"], "id" in answer) == ("error", False)
    assert answer["error"] == {"message": "`id` must be a text or a number"}


def test_the_query_is_resolved_in_the_scope_of_the_agent(service: Service) -> None:
    answer = service.plain(asking("data-engineer", "get_data_context"))
    assert [file["path"] for file in answer["files"]] == ["context/backend/database.md"]


def test_an_id_comes_back(service: Service) -> None:
    assert service.plain({"id": 7, **asking()})["id"] == 7
    assert service.plain({"id": 7, **asking(kind="x")})["id"] == 7
    assert "id" not in service.plain(asking())


@pytest.mark.parametrize("kind", ["get_context", "get_task_briefing", "get_any_other_context"])
def test_a_type_without_a_folder_of_its_domain_is_answered_all_the_same(service: Service, kind: str) -> None:
    assert service.plain(asking(kind=kind))["layer"] == "keyword"


def test_the_domain_names_the_folder_of_the_fallback_where_the_agent_has_none(service: Service) -> None:
    answer = service.plain(asking("ui-designer", "get_ops_context", "the next quarter"))
    assert answer["layer"] == "fallback"
    assert answer["files"] == [
        {"path": "context/ops/docker.md", "reasons": ["fallback: the domain's folder `context/ops/`"]}
    ]


def test_the_folder_of_the_agent_goes_before_that_of_the_domain(service: Service) -> None:
    answer = service.plain(asking("backend-developer", "get_ops_context", "the next quarter"))
    assert {file["path"].split("/")[1] for file in answer["files"]} == {"backend"}


@pytest.mark.parametrize(
    "domain, folder",
    [("backend", "backend"), ("data-pipeline", "data"), ("data", "data"), ("nothing", None), ("", None), ("..", None)],
)
def test_the_domain_is_read_as_the_name_of_an_agent_is(domain: str, folder: str | None) -> None:
    tables = compile_index(parse(Source("i", "context_files: []")).index)
    tree = MemoryTree({"context/backend/a.md": "", "context/data/b.md": "", "context/nothing.md": ""})
    found = resolve(tables, tree, Request("the next quarter", domain=domain)).paths
    assert [path.split("/")[1] for path in found] == ([folder] if folder else [])


@pytest.mark.parametrize(
    "kind", ["", "backend", "get_backend", "get__context", "get_a/b_context", "set_backend_context", "report"]
)
def test_an_unknown_request_type_is_told_with_those_that_are_known(service: Service, kind: str) -> None:
    with pytest.raises(UsageError):
        domain_of(kind)
    answer = service.plain(asking(kind=kind))
    assert answer["status"] == "error" and "files" not in answer
    assert answer["error"]["message"] == f"unknown request type `{kind}`"
    assert "get_backend_context" in answer["error"]["hint"]


def test_an_unknown_agent_is_told_with_the_one_that_was_probably_meant(service: Service) -> None:
    error = service.plain(asking("backend-developr"))["error"]
    assert error == {
        "message": "the index does not know the agent `backend-developr`",
        "hint": "did you mean `backend-developer`?",
    }
    assert service.plain(asking("zebra"))["error"]["hint"] == (
        "the index knows backend-developer, data-engineer, ui-designer"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"requesting_agent": None},
        {"requesting_agent": ""},
        {"requesting_agent": 3},
        {"request_type": None},
        {"payload": None},
        {"payload": "x"},
        {"payload": {}},
        {"payload": {"query": 3}},
        {"payload": {"query": "x", "budget": 0}},
        {"payload": {"query": "x", "budget": True}},
        {"payload": {"query": "x", "buget": 100}},
        {"playload": {"query": "x"}},
    ],
)
def test_a_request_that_is_not_as_it_should_be_is_told_what_is_wrong(service: Service, change: dict[str, Any]) -> None:
    answer = service.plain({**asking(), **change})
    assert answer["status"] == "error" and answer["error"]["message"]


def test_what_does_not_fit_the_budget_is_named(service: Service) -> None:
    request = asking()
    request["payload"]["budget"] = 3
    answer = service.plain(request)
    assert answer["budget"] == 3 and answer["tokens"] <= 3
    assert answer["left_out"]


def test_context_that_is_named_in_the_query_and_not_there_is_told(service: Service) -> None:
    error = service.plain(asking(query="Context: context/backend/ap.md"))["error"]
    assert error["hint"] == "did you mean `context/backend/api.md`?"

"""`ctxload init`: a first index from the documents that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.compile import compile_index
from ctxload.init import draft, to_text
from ctxload.parse import parse
from ctxload.resolution import Request
from ctxload.resolver import resolve
from ctxload.source import Source
from ctxload.start import run
from ctxload.tree import MemoryTree

DOCUMENTS = {
    "context/api/rest-framework.md": "---\ntags: x\n---\n# REST framework\n\nHow we write serializers.\n\n## Viewsets\n\n```\n# not a heading\n```\n",
    "context/ops/docker.md": "# Docker images\n\nSmall ones.\n\n## Health checks\n\n## Multi-stage builds\n",
    "context/ops/README.md": "# Operations\n\nWhat runs where.\n",
    "context/api/README.md": "# Endpoints\n\nWhat answers what.\n",
    "context/.hidden.md": "# Hidden\n",
    "context/.env": "SECRET=1",
    "LICENSE.md": "# License\n",
}


def test_every_document_becomes_an_entry_with_an_id_of_its_own() -> None:
    index, folder = draft(MemoryTree(DOCUMENTS))
    assert folder == "context"
    ids = {entry.paths[0].value: entry.id.value for entry in index.entries}
    assert ids == {
        "context/api/README.md": "api-README",
        "context/api/rest-framework.md": "rest-framework",
        "context/ops/README.md": "ops-README",
        "context/ops/docker.md": "docker",
    }


def test_a_heading_inside_a_code_fence_is_no_keyword_and_the_title_is_one() -> None:
    index, _ = draft(MemoryTree(DOCUMENTS))
    entry = next(entry for entry in index.entries if entry.id.value == "rest-framework")
    words = [keyword.value for keyword in entry.keywords]
    assert "rest framework" in words and "viewsets" in words and "heading" not in words
    assert entry.description == "REST framework: How we write serializers."


def test_the_drafted_text_parses_to_the_draft_and_serves_its_tasks() -> None:
    tree = MemoryTree(DOCUMENTS)
    index, _ = draft(tree)
    parsed = parse(Source("context-index.yml", to_text(index)))
    assert parsed.diagnostics == ()
    assert [entry.id.value for entry in parsed.index.entries] == [entry.id.value for entry in index.entries]
    found = resolve(compile_index(parsed.index), tree, Request("add a health check to the docker image"))
    assert found.paths == ("context/ops/docker.md",)


def test_a_draft_is_the_same_each_time() -> None:
    assert to_text(draft(MemoryTree(DOCUMENTS))[0]) == to_text(draft(MemoryTree(DOCUMENTS))[0])


def test_init_writes_once_and_never_overwrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    assert run(["init", "--yes"]) == 1
    assert "no documents" in capsys.readouterr().err
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "billing.md").write_text("# Billing\n\n## Refunds\n", encoding="utf-8")
    assert run(["init", "--yes"]) == 0
    written = (tmp_path / "context-index.yml").read_text(encoding="utf-8")
    assert "docs/billing.md" in written
    assert run(["init", "--yes"]) == 2
    assert (tmp_path / "context-index.yml").read_text(encoding="utf-8") == written
    capsys.readouterr()
    assert run(["resolve", "refund an invoice"]) == 0
    assert capsys.readouterr().out == "docs/billing.md\n"

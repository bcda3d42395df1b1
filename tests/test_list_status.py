"""`ctxload list`, `status` and `project`: what is there, told at once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from ctxload.cli import app

INDEX = """context_files:
- {path: context/api.md, keywords: [api], agents: [dev], tags: [web]}
- {path: 'context/ops/*.md', id: ops, keywords: [deploy]}
- {path: context/gone.md, keywords: [gone], agents: []}
fallback: none
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"api.md": "# API\n", "ops/a b.md": "# A\n", "ops/ü.md": "# U\n"}.items():
        path = tmp_path / "context" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    app.run(["list", *arguments])
    return capsys.readouterr().out.splitlines()


def test_each_entry_is_listed_with_its_size_its_agents_and_its_files(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [line.split() for line in listed(capsys)] == [
        ["api", "6", "B", "dev", "context/api.md"],
        ["ops", "8", "B", "everyone", "context/ops/*.md", "(2", "files)"],
        ["gone", "missing", "nobody", "by", "keyword", "context/gone.md"],
    ]


def test_the_list_of_an_agent_or_a_tag_holds_what_it_may_have(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [line.split()[0] for line in listed(capsys, "--agent", "dev")] == ["api", "ops"]
    assert [line.split()[0] for line in listed(capsys, "--tag", "web")] == ["api"]
    assert app.run(["list", "--tag", "nope"]) == 1
    assert "no entry has the tag `nope`" in capsys.readouterr().err


def test_the_list_as_json_holds_every_entry(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads("".join(listed(capsys, "--json")))["entries"]
    assert [(entry["id"], len(entry["files"]), entry["agents"]) for entry in entries] == [
        ("api", 1, ["dev"]),
        ("ops", 2, None),
        ("gone", 0, []),
    ]


@pytest.mark.heavy
def test_the_status_says_how_the_index_stands_before_and_after_it_is_compiled(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["status"]) == 0
    before = capsys.readouterr().out
    assert "context-index.yml: 3 entries" in before and "compiled  not current" in before
    assert "no hook is installed" in before and "no prompt was given anything here yet" in before
    app.run(["compile"])
    capsys.readouterr()
    assert app.run(["status", "--json"]) == 0
    lines = {line["about"]: line["text"] for line in json.loads(capsys.readouterr().out)["status"]}
    assert lines["project"] == str(project) and lines["compiled"].startswith("current")


def test_the_status_of_a_project_without_an_index_or_with_a_broken_one_ends_with_1(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "context-index.yml").write_text("context_files: [", encoding="utf-8")
    assert app.run(["status"]) == 1
    assert "error[CTX001]" in capsys.readouterr().out
    (project / "context-index.yml").unlink()
    assert app.run(["status"]) == 1
    assert "ctxload init" in capsys.readouterr().out


def test_a_project_is_told_with_its_stack_and_its_agents(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["project"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 2
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nrequires-python = ">=3.11"\n', encoding="utf-8")
    agents = project / ".claude" / "agents"
    agents.mkdir(parents=True)
    (agents / "dev.md").write_text("---\nname: dev\ndescription: Writes code\n---\nWork.\n", encoding="utf-8")
    assert app.run(["project"]) == 0
    out = capsys.readouterr().out
    assert "Python" in out and "agent dev  .claude/agents/dev.md" in out


@pytest.mark.skipif(sys.platform == "win32", reason="links and names of devices are others there")
def test_an_entry_whose_files_may_not_be_given_is_listed_as_refused_with_why(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a.md"
    elsewhere.write_text("# Elsewhere\n", encoding="utf-8")
    (project / "out.md").symlink_to(elsewhere)
    (project / "keys").mkdir()
    (project / "keys/id_rsa").write_text("A=1\n", encoding="utf-8")
    os.mkfifo(project / "pipe.md")
    index = "".join(
        f"- {{id: {name}, path: {path}}}\n"
        for name, path in (("out", "out.md"), ("keys", "keys/"), ("pipe", "pipe.md"), ("gone", "gone.md"))
    )
    (project / "context-index.yml").write_text(f"context_files:\n{index}", encoding="utf-8")
    assert listed(capsys) == [
        "out   refused  everyone  out.md: lies outside the root",
        "keys  refused  everyone  keys/: looks like a file of secrets: only its own path selects it",
        "pipe  refused  everyone  pipe.md: is not a regular file",
        "gone  missing  everyone  gone.md",
    ]
    entries = json.loads("".join(listed(capsys, "--json")))["entries"]
    assert [entry["refused"] for entry in entries] == [
        "lies outside the root",
        "looks like a file of secrets: only its own path selects it",
        "is not a regular file",
        None,
    ]

"""One file, however often it stands in a project: linked work trees, links, copies with the same bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctxload.formats.sources import read_source
from ctxload.start import run
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree
from test_sources import put

RULE = "---\nalwaysApply: true\n---\n# Style\n"


def entries(tree: MemoryTree | DiskTree, source: str) -> list[str]:
    return [entry.paths[0].value for entry in read_source(tree, source).index.entries]


# ── folders that are projects of their own ───────────────────────────────────────────────────────────────

COPIES = (".claude/worktrees/x", ".worktrees/y", "copies/z", "vendored/lib")


@pytest.mark.parametrize("git", [".git", ".git/HEAD"], ids=["a linked work tree", "a clone"])
@pytest.mark.parametrize("copy", COPIES)
def test_a_folder_with_a_git_of_its_own_gives_no_rule_a_second_time(copy: str, git: str) -> None:
    files = {".cursor/rules/a.mdc": RULE, "AGENTS.md": "# A", "CLAUDE.md": "# C", "web/CLAUDE.md": "# W"}
    copied = {f"{copy}/{path}": text for path, text in files.items()}
    tree = MemoryTree({**files, **copied, f"{copy}/{git}": "gitdir: ../.git/worktrees/x"})
    assert entries(tree, "cursor") == [".cursor/rules/a.mdc"]
    assert entries(tree, "agents-md") == ["AGENTS.md"]
    assert entries(tree, "claude-code") == ["CLAUDE.md", "web/CLAUDE.md"]


def test_each_folder_that_is_passed_over_is_named_once() -> None:
    files = {".cursor/rules/a.mdc": RULE, **{f"{copy}/.git": "gitdir" for copy in COPIES}, "node_modules/x/.git": ""}
    findings = list(read_source(MemoryTree(files), "cursor").findings)
    assert [(finding.code, finding.path, finding.severity) for finding in findings] == [
        ("CTX311", copy, "note") for copy in sorted(COPIES)
    ]


def test_a_project_inside_is_read_where_its_folder_is_named() -> None:
    tree = MemoryTree({"lib/.git": "gitdir", "lib/.cursor/rules/a.mdc": RULE, "lib/docs/a.md": "#", "docs/b.md": "#"})
    assert entries(tree, "cursor:lib") == ["lib/.cursor/rules/a.mdc"]
    assert tree.expand("lib/**/*.md").files == ("lib/docs/a.md",)
    assert tree.expand("**/*.md").files == ("docs/b.md",)
    assert tree.expand("**/*.md").others == ("lib",)
    assert tree.expand("docs/*.md").others == ()


def test_a_root_that_is_itself_a_linked_work_tree_is_read() -> None:
    assert entries(MemoryTree({".git": "gitdir", "AGENTS.md": "# A"}), "agents-md") == ["AGENTS.md"]


def test_init_names_the_folder_whose_documents_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, {"docs/api.md": "# API\n", "docs/lib/.git": "gitdir", "docs/lib/api.md": "# API\n"})
    run(["init", "--root", str(tmp_path)])
    out, err = capsys.readouterr()
    assert "path: docs/api.md" in out and "docs/lib/api.md" not in out
    assert "docs/lib: note[CTX311]" in err


def test_a_work_tree_that_comes_or_goes_is_noticed_at_the_next_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"a/.cursor/rules/a.mdc": "---\nglobs: '*.py'\n---\n# A\n", ".git/HEAD": ""})

    def answer() -> list[str]:
        run(["resolve", "--source", "cursor", "--file", "a/x.py", "Fix it"])
        return capsys.readouterr().out.splitlines()

    assert answer() == ["a/.cursor/rules/a.mdc"]
    put(tmp_path, {"a/.git": "gitdir"})
    assert answer() == []
    os.remove(tmp_path / "a/.git")
    assert answer() == ["a/.cursor/rules/a.mdc"]

"""The files around the program: workflow, hook, tasks. What they name is there, and says what it should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: ([\w./-]+@[0-9a-f]{40} # v[\d.]+)$", re.MULTILINE)


def text_of(*names: str) -> str:
    return ROOT.joinpath(*names).read_text(encoding="utf-8")


def data_of(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_as_our_own_document_says(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert len(PINNED.findall(text)) == text.count("uses:")
    assert set(PINNED.findall(text)) <= set(PINNED.findall(text_of("context", "devops", "github-actions.md")))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_nothing_and_its_jobs_may_read(workflow: Path) -> None:
    data = data_of(workflow)
    assert data["permissions"] == {}
    for job in data["jobs"].values():
        assert job.get("permissions", {}) in ({}, {"contents": "read"})
        assert job["timeout-minutes"] <= 30 and "latest" not in str(job["runs-on"])
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", "")


def test_the_tests_run_on_every_python_that_is_promised_and_on_three_systems() -> None:
    matrix = data_of(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["wheel"]["strategy"]["matrix"]
    promised = [line.rpartition(" ")[2] for line in tomllib.loads(text_of("pyproject.toml"))["project"]["classifiers"]]
    assert matrix["python"] == [word for word in promised if re.fullmatch(r"3\.\d+", word)]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]


def test_the_hook_runs_for_the_index_and_for_what_it_names_and_for_nothing_else() -> None:
    (hook,) = data_of(ROOT / ".pre-commit-hooks.yaml")
    assert (hook["id"], hook["entry"], hook["language"], hook["pass_filenames"]) == (
        "ctxload-check",
        "ctxload check",
        "python",
        False,
    )
    runs = [
        "context-index.yml",
        "a/context-index.yaml",
        "context/context-index.yml",
        "context/a.md",
        "x/context/a b.md",
        ".ctxignore",
    ]
    rests = ["README.md", "src/context.py", "context-index.yml.bak", "my-context-index.yml", "contexts/a.md"]
    assert [path for path in runs + rests if re.search(hook["files"], path)] == runs


def test_every_task_names_files_that_are_there() -> None:
    import runpy

    verbs = runpy.run_path(str(ROOT / "tasks.py"))["VERBS"]
    assert set(verbs) >= {"check", "test", "bench", "docs", "golden"}
    for command in (command for commands in verbs.values() for command in commands):
        for word in command[1:]:
            assert not word.endswith(".py") or (ROOT / word).is_file(), word


def test_an_unknown_task_says_which_there_are() -> None:
    done = subprocess.run([sys.executable, "tasks.py", "chek"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "check" in done.stderr


def test_the_run_of_ci_begins_with_the_lines_of_the_readme() -> None:
    script, lines = text_of(".ci", "run"), re.findall(r"^python3 -m venv .*$", text_of("README.md"), re.MULTILINE)
    assert len([line for line in lines if line.endswith("pytest")]) == 1
    assert "README.md" in script and re.search(r"timeout -k \d+ \d+", script)
    if os.name == "posix":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
        assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, timeout=60).returncode == 0


def test_a_clone_holds_every_file_of_the_golden_folders() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs the repository")
    names = "\0".join(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "golden").rglob("*") if path.is_file())
    done = subprocess.run(
        ["git", "check-ignore", "--stdin", "-z"], cwd=ROOT, input=names.encode(), capture_output=True, timeout=60
    )
    assert done.stdout.decode().split("\0")[:-1] == []

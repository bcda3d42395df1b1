"""The files around the program: workflow, hook, tasks. What they name is there, and says what it should."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
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
        assert job.get("permissions", {}) in ({}, {"contents": "read"}, {"id-token": "write"})
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


def test_every_session_names_files_that_are_there_and_says_what_it_is_for() -> None:
    sessions = [node for node in ast.parse(text_of("noxfile.py")).body if isinstance(node, ast.FunctionDef)]
    named = {node.name for node in sessions if node.decorator_list}
    assert named >= {
        "check",
        "test",
        "thorough",
        "coverage",
        "mutants",
        "bench",
        "docs",
        "golden",
        "clients",
        "runners",
    }
    assert all(ast.get_docstring(node) for node in sessions)
    words = [node.value for node in ast.walk(ast.parse(text_of("noxfile.py"))) if isinstance(node, ast.Constant)]
    for word in (word for word in words if isinstance(word, str) and re.fullmatch(r"[\w/]+\.(py|txt|toml)", word)):
        assert (ROOT / word).is_file(), word


def test_every_session_that_is_named_anywhere_is_there() -> None:
    sessions = {node.name for node in ast.parse(text_of("noxfile.py")).body if isinstance(node, ast.FunctionDef)}
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("context/ctxload/*.md"), *WORKFLOWS]
    texts = [
        path.read_text(encoding="utf-8")
        for path in (*pages, *ROOT.glob("tools/*"), *ROOT.glob("tests/*.py"))
        if path.is_file()
    ]
    named = {name for text in texts for name in re.findall(r"nox -s ([a-z]+)", text)}
    assert named and named <= sessions


def test_the_packages_that_decide_what_is_selected_are_there() -> None:
    settings = tomllib.loads(text_of("pyproject.toml"))["tool"]["ctxload"]
    for name in settings["deciding"]:
        assert len([*(ROOT / "src" / "ctxload" / name).glob("*.py")]) >= 10, name
    assert settings["deciding_least"] >= 95


def test_the_changelog_is_sorted_as_readers_expect() -> None:
    headings = re.findall(r"^##+ (.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    kinds = [
        heading for heading in headings if not re.fullmatch(r"Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", heading)
    ]
    assert kinds and set(kinds) <= {"Added", "Changed", "Fixed"}


def test_only_the_job_that_publishes_may_sign_in_and_it_runs_no_code_of_ours() -> None:
    jobs = {name: job for path in WORKFLOWS for name, job in data_of(path)["jobs"].items()}
    signs_in = {name for name, job in jobs.items() if "id-token" in job.get("permissions", {})}
    assert signs_in == {"publish"}
    assert jobs["publish"]["environment"] == "pypi" and jobs["publish"]["needs"] == ["build"]
    assert all("run" not in step and "checkout" not in step["uses"] for step in jobs["publish"]["steps"])


def test_the_run_of_ci_begins_with_the_lines_of_the_readme() -> None:
    script, lines = text_of(".ci", "run"), re.findall(r"^python3 -m venv .*$", text_of("README.md"), re.MULTILINE)
    assert len([line for line in lines if line.endswith("pytest")]) == 1
    assert "README.md" in script and re.search(r"timeout -k \d+ \d+", script)
    if os.name == "posix":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
        assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, timeout=60).returncode == 0


def test_every_test_is_in_a_tier_that_ci_runs_and_the_readme_says_what_the_first_takes() -> None:
    script, options = text_of(".ci", "run"), tomllib.loads(text_of("pyproject.toml"))["tool"]["pytest"]["ini_options"]
    budgets = re.findall(r'^tier "(\w+): .*?" (\d+) in_tests (.*)$', script, re.MULTILINE)
    assert [(name, words) for name, _, words in budgets] == [
        ("quick", '"${tests##* && }"'),
        ("thorough", "\".venv/bin/python -m pytest -m 'heavy or law' --hypothesis-profile thorough\""),
        ("fuzz", '".venv/bin/python tests/fuzz/run.py --seconds 60"'),
    ]
    assert options["addopts"].endswith("-m 'not heavy'")
    assert f"at most {budgets[0][1]} seconds of CPU" in text_of("README.md")
    for name, budget, _ in budgets:
        assert re.search(rf"^\| {name} \|.*\| {budget} s\b.*\|$", text_of("CONTRIBUTING.md"), re.MULTILINE)


def test_what_ci_looks_for_in_the_wheel_and_tries_with_the_oldest_libraries_is_there() -> None:
    script = text_of(".ci", "run")
    (names,) = re.findall(r"for name in (py\.typed .*?); do", script)
    taken = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for name in names.split():
        assert (ROOT / "src" / "ctxload" / name).is_file() or f"ctxload/{name}" in taken.values(), name
    (tests,) = re.findall(r"tests/test_\{([\w,]+)\}\.py", script)
    assert [name for name in tests.split(",") if not (ROOT / "tests" / f"test_{name}.py").is_file()] == []


def test_a_clone_holds_every_file_of_the_golden_folders() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs the repository")
    names = "\0".join(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "golden").rglob("*") if path.is_file())
    done = subprocess.run(
        ["git", "check-ignore", "--stdin", "-z"], cwd=ROOT, input=names.encode(), capture_output=True, timeout=60
    )
    assert done.stdout.decode().split("\0")[:-1] == []

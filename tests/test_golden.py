"""Golden folders: an index, a tree, a task, and the whole answer.

A folder of `golden/` is a case, found by listing. What stands in it is the project, except for:

- `task.txt`: the task; `args`: further arguments. The answers are `expected.json` (`resolve --json`, with hashes) and
  `expected.txt` (what `resolve` and `explain` print, on both streams, and how they end);
- `load.txt` beside it: options of `ctxload load`, a call a line; `expected.txt` has what each prints for the task;
- `tasks.txt` instead: a task a line. `expected.txt` has what `resolve` prints for each.

Where the name begins with `damaged` or `refused`, `expected.txt` also has what `check` and `check --fix` say.
`pytest --update-golden` writes the answers; read the diff.
"""

from __future__ import annotations

import io
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from ctxload import ContextLoader, CtxloadError
from ctxload.start import run

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())
DAMAGED = ("damaged", "refused")
#: What stands in a case's folder and isn't part of its project.
ABOUT = ("load.txt", "task.txt", "tasks.txt", "args", "expected.json", "expected.txt")


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the case's project: the working directory, with a cache of its own."""
    folder = tmp_path / "project"
    shutil.copytree(GOLDEN / request.param, folder, ignore=shutil.ignore_patterns(*ABOUT))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    return folder


def arguments(case: str) -> list[str]:
    path = GOLDEN / case / "args"
    return shlex.split(path.read_text(encoding="utf-8")) if path.exists() else []


def task(case: str) -> str | None:
    path = GOLDEN / case / "task.txt"
    return path.read_bytes().decode("utf-8").removesuffix("\n") if path.exists() else None


def loads(case: str) -> list[list[str]]:
    """The options of each call of `ctxload load`."""
    path = GOLDEN / case / "load.txt"
    return [shlex.split(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def tasks(case: str) -> list[str]:
    """The tasks of a family; a line that begins with `#` says what the next ones are about."""
    lines = (GOLDEN / case / "tasks.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("# ")]


def parametrized(cases: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("project, case", [(case, case) for case in cases], indirect=["project"], ids=cases)


class Shell:
    """Runs commands in this process, and writes down what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> tuple[str, str, int]:
        self.capsys.readouterr()
        status = run([*words])
        out, err = self.capsys.readouterr()
        return out, err, status

    def transcript(self, *words: str, shown: str = "") -> str:
        out, err, status = self(*words)
        lines = [f"$ ctxload {shown or shlex.join(words)}", *out.splitlines()]
        lines = [line for line in lines if not line.startswith("detail: ")]  # the words of one of two YAML parsers
        lines += [f"stderr: {line}" for line in err.splitlines()]
        return "\n".join([*lines, f"exit {status}", ""])


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def answers(case: str, shell: Shell) -> dict[str, str]:
    """What the case answers now, by the name of the file that keeps it."""
    found = {}
    if (text := task(case)) is None:
        parts = [shell.transcript("resolve", *arguments(case), line) for line in tasks(case)]
    else:
        more = [*arguments(case), text]
        shown = " ".join([*map(shlex.quote, arguments(case)), "TASK"])
        out, _, status = shell("resolve", "--json", *more)
        if status < 2:
            found["expected.json"] = out
        parts = [
            shell.transcript("resolve", *more, shown=f"resolve {shown}"),
            shell.transcript("explain", *more, shown=f"explain {shown}"),
            *(shell.transcript("load", *call, *more, shown=f"load {shlex.join(call)} {shown}") for call in loads(case)),
        ]
    if case.startswith(DAMAGED):
        parts += [shell.transcript("check"), shell.transcript("check", "--fix", "--format", "concise")]
    found["expected.txt"] = "\n".join(parts)
    return found


@parametrized(CASES)
def test_a_golden_folder_answers_as_it_did(project: Path, case: str, shell: Shell, update_golden: bool) -> None:
    found = answers(case, shell)
    if update_golden:
        for name in ("expected.json", "expected.txt"):
            (GOLDEN / case / name).unlink(missing_ok=True)
        for name, text in found.items():
            (GOLDEN / case / name).write_bytes(text.encode("utf-8"))
    kept = {path.name: path.read_bytes().decode("utf-8") for path in sorted((GOLDEN / case).glob("expected.*"))}
    assert found == kept


@pytest.mark.heavy
@parametrized([case for case in CASES if not case.startswith(DAMAGED)])
def test_a_golden_answer_is_the_same_from_the_compiled_index(project: Path, case: str, shell: Shell) -> None:
    first = answers(case, shell)
    assert answers(case, shell) == first


@parametrized([case for case in CASES if (GOLDEN / case / "expected.json").exists()])
def test_every_door_gives_the_golden_answer(
    project: Path, case: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))
    for file in golden["files"]:
        assert file.pop("sha256")
    options = request_of(arguments(case))
    resolution = ContextLoader(project).resolve(task(case) or "", **options)
    assert resolution.to_dict() == golden
    line = json.dumps({"id": case, "task": task(case), **options}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    out, err, status = shell("resolve", "--batch")
    assert (err, status) == ("", 0)
    answer = json.loads(out)
    assert answer["files"] == [file["path"] for file in golden["files"]]
    assert (answer["id"], answer["layer"]) == (case, golden["layer"])
    assert answer.get("diagnostics", []) == golden["diagnostics"]


@parametrized([case for case in CASES if task(case) is not None and not (GOLDEN / case / "expected.json").exists()])
def test_what_is_an_error_at_the_door_is_one_in_the_library(project: Path, case: str) -> None:
    with pytest.raises(CtxloadError):
        ContextLoader(project).resolve(task(case) or "", **request_of(arguments(case)))


def request_of(words: list[str]) -> dict[str, Any]:
    """Arguments of the command as arguments of the library."""
    found: dict[str, Any] = {}
    lists: dict[str, list[str]] = {"context": [], "tags": []}
    for name, value in zip(words[::2], words[1::2], strict=True):
        key = {"--agent": "agent", "--match": "match", "--tag": "tags", "--context": "context"}[name]
        if key in lists:
            lists[key].append(value)
        else:
            found[key] = value
    return {**found, **{key: value for key, value in lists.items() if value}}


def test_the_silent_tasks_select_nothing() -> None:
    silent = [case for case in CASES if case.startswith("silent")]
    assert silent
    for case in silent:
        text = (GOLDEN / case / "expected.txt").read_text(encoding="utf-8")
        parts = text.split("$ ctxload ")[1:]
        assert len(parts) == len(tasks(case))
        for part in parts:
            assert part.rstrip().splitlines()[1:] == [
                "stderr: ctxload: nothing selected: no entry in scope matched the task, and the fallback gives nothing; "  # noqa: E501
                "`ctxload explain` says why",
                "exit 1",
            ]


def test_golden_answers_hold_no_absolute_path() -> None:
    for path in GOLDEN.glob("*/expected.*"):
        assert "/project" not in path.read_text(encoding="utf-8"), path


def test_there_is_a_golden_folder_for_each_layer_and_each_known_damage() -> None:
    for kind in ("explicit", "keyword", "fallback", "always", "damaged", "refused", "silent", "unicode", "agent"):
        assert any(case.startswith(kind) for case in CASES), kind

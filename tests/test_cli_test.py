"""`ctxload test` as it is typed: what it prints, how it ends, and what it adds to an index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctxload.index.parser import parse
from ctxload.start import run
from ctxload.text.source import Source

INDEX = """\
context_files:
  - {path: context/api.md, keywords: [rest framework, endpoint]}   # ours
  - {path: context/db.md, keywords: [mysql], agents: [backend]}
fallback: none
tests:
  # the first
  - task: Add an endpoint
    expect: [api]
  - task: A slow query
    agent: backend
    expect: [db]
"""


class Shell:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        status = run(["test", *words])
        shown = self.capsys.readouterr()
        return status, shown.out, shown.err

    @property
    def index(self) -> Path:
        return self.root / "context-index.yml"


@pytest.fixture
def test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "context").mkdir()
    for name in ("api", "db"):
        (tmp_path / "context" / f"{name}.md").write_text("word " * 10, encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8", newline="\n")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


def test_each_case_has_a_line_and_a_failed_one_says_what_came_instead(test: Shell) -> None:
    status, out, err = test()
    assert status == 1 and err == ""
    assert out == (
        "passed  Add an endpoint\n"
        "FAILED  A slow query (backend)\n"
        "        context-index.yml:9:11\n"
        "        missing   db  none of its keywords is in the task\n"
        "\n"
        "1 of 2 cases passed · match focused\n"
        "precision 1.000 · recall 0.500 · F1 0.667 · 0.5 files and about 6 tokens a task\n"
    )


def test_quiet_tells_what_failed_and_the_figures(test: Shell) -> None:
    assert "passed  " not in test("-q")[1] and "FAILED" in test("-q")[1]
    test.index.write_text(INDEX.replace("slow query", "MySQL query"), encoding="utf-8")
    assert test("--quiet")[1].splitlines()[0] == "2 of 2 cases passed · match focused"


def test_modes_stand_side_by_side(test: Shell) -> None:
    test.index.write_text(
        INDEX.replace(
            "Add an endpoint", "An endpoint of the railway closed, its platform gates broke yesterday evening"
        ),
        encoding="utf-8",
    )
    status, out, _ = test("--match", "whole", "-m", "focused", "--match", "whole")
    lines = out.splitlines()
    assert status == 1
    assert lines[2] == "        in focused" and "missing   api" in lines[3]
    assert [line.split()[:4] for line in lines[-2:]] == [["whole", "1", "of", "2"], ["focused", "0", "of", "2"]]
    assert [line.split()[0] for line in test("--match", "all", "-q")[1].splitlines()[-3:]] == [
        "match",
        "focused",
        "whole",
    ]


def test_what_failed_the_same_in_every_mode_is_told_once(test: Shell) -> None:
    out = test("--match", "all")[1]
    assert out.count("missing   db") == 1 and "        in " not in out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--max-failed", "1"], 0),
        (["--max-failed", "1", "--min-f1", "0.6", "--min-precision", "1", "--min-recall", ".5"], 0),
        (["--max-failed", "1", "--min-f1", "0.7"], 1),
        (["--max-failed", "1", "--min-recall", "0.51"], 1),
        (["--max-failed", "1", "--max-files", "0.4"], 1),
        (["--max-failed", "1", "--max-tokens", "4"], 1),
        (["--max-failed", "1", "--max-tokens", "6", "--max-files", "0.5"], 0),
        (["--min-f1", "0.1"], 1),
        (["--min-f1", "60"], 2),
        (["--max-failed", "-1"], 2),
        (["--match", "hole"], 2),
        (["--format", "xml"], 2),
        (["--cases", "nope.yml"], 2),
        (["--agent", "qa"], 2),
        (["--record", "x", "--expect", "api", "--match", "all"], 2),
    ],
)
def test_the_exit_status_says_whether_all_is_as_it_must_be(test: Shell, words: list[str], status: int) -> None:
    assert test(*words)[0] == status


def test_a_figure_that_is_not_reached_is_named(test: Shell) -> None:
    assert test("--max-failed", "1", "--min-f1", ".9")[1].endswith("\nF1 0.667 is below 0.900 (focused)\n")
    assert "failed cases" not in test("--min-f1", "0.1")[1]


def test_json_is_one_document_with_every_case(test: Shell) -> None:
    status, out, err = test("--format", "json", "--match", "all", "--min-f1", "0.9")
    data = json.loads(out)
    assert status == 1 and err == "" and data["passed"] is False
    assert [mode["match"] for mode in data["modes"]] == ["focused", "whole"]
    first, second = data["modes"][0]["cases"]
    assert (
        first["passed"]
        and first["files"] == ["context/api.md"]
        and (first["path"], first["line"]) == ("context-index.yml", 7)
    )
    assert (
        second["missing"] == [{"name": "db", "why": "none of its keywords is in the task"}]
        and second["agent"] == "backend"
    )
    assert {"match": "whole", "figure": "F1", "value": pytest.approx(2 / 3), "limit": 0.9} in data["not_reached"]


def test_github_gets_annotations_at_the_places_and_the_figures_are_a_remark(test: Shell) -> None:
    test.index.write_text(INDEX.replace("A slow query", "'Slow: 100%, see'"), encoding="utf-8")
    status, out, err = test("--format", "github")
    assert status == 1
    assert out == (
        "::error file=context-index.yml,line=9,col=11,title=case failed::"
        "Slow: 100%25, see (backend) · missing db: none of its keywords is in the task\n"
    )
    assert "1 of 2 cases passed" in err


def test_cases_of_files_run_beside_those_of_the_index(test: Shell) -> None:
    (test.root / "more.jsonl").write_text(
        '{"task": "mysql", "expect": ["db"]}\n{"task": "endpoint", "expect": ["db"]}\n', encoding="utf-8"
    )
    out = test("--cases", "more.jsonl")[1]
    assert "2 of 4 cases passed" in out and "        more.jsonl:2:1\n" in out


def test_a_damaged_file_of_cases_ends_with_2_after_the_sound_cases_ran(test: Shell) -> None:
    (test.root / "more.jsonl").write_text('{"task": "mysql", "expect": ["db"]}\nnope\n', encoding="utf-8")
    status, out, err = test("--cases", "more.jsonl", "--max-failed", "1")
    assert status == 2 and "2 of 3 cases passed" in out and "more.jsonl:2:1: error[CTX103]" in err


def test_an_index_without_cases_is_told_where_to_write_them(test: Shell) -> None:
    test.index.write_text(INDEX.partition("tests:")[0], encoding="utf-8")
    status, out, err = test()
    assert (status, out) == (2, "") and "has no cases" in err and "`tests:`" in err


def test_an_agent_that_the_index_does_not_know_is_a_remark(test: Shell) -> None:
    test.index.write_text(INDEX.replace("agent: backend\n", "agent: bakend\n"), encoding="utf-8")
    assert "the index does not know the agent `bakend` (did you mean `backend`?)" in test()[2]


def test_hostile_names_forge_nothing(test: Shell) -> None:
    (test.root / "more.jsonl").write_text(
        json.dumps({"task": "a\x1b[2J\nPASSED  \u202e", "agent": "q\x07", "expect": ["\x1b]0;x\x07"]}) + "\n",
        encoding="utf-8",
    )
    for form in ("text", "github"):
        status, out, err = test("--cases", "more.jsonl", "--format", form)
        assert status == 1 and not {"\x1b", "\x07", "\u202e"} & set(out + err)
        assert not any(line.startswith("PASSED") for line in out.splitlines())


# ── recording ────────────────────────────────────────────────────────────────────────────────────────────


def cases_at(path: Path) -> list[tuple[Any, ...]]:
    index = parse(Source("i", path.read_text(encoding="utf-8"))).index
    return [
        (case.task.value, case.agent.value, [n.value for n in case.expect], [n.value for n in case.reject])
        for case in index.tests
    ]


def test_a_case_is_added_after_the_change_was_shown(test: Shell) -> None:
    status, out, err = test("--record", "Tune MySQL", "--agent", "backend", "--expect", "db", "--reject", "api")
    assert status == 0 and err == "ctxload: context-index.yml: recorded; it passes\n"
    added = "  - task: Tune MySQL\n    agent: backend\n    expect: [db]\n    reject: [api]\n"
    assert [line[1:] for line in out.splitlines(keepends=True) if line.startswith("+ ")] == added.splitlines(
        keepends=True
    )
    assert test.index.read_text(encoding="utf-8") == INDEX + added


def test_a_case_that_fails_now_is_added_and_said_to_fail(test: Shell) -> None:
    status, _, err = test("--record", "Tune the server", "--expect", "db", "--expect", "api")
    assert status == 0 and "it fails now: missing db" in err
    assert cases_at(test.index)[-1] == ("Tune the server", "", ["db", "api"], [])


def test_none_stands_for_nothing_that_is_called_for(test: Shell) -> None:
    assert test("--record", "Say hello", "--expect", "none")[0] == 0
    assert cases_at(test.index)[-1] == ("Say hello", "", [], [])


def test_the_same_case_is_added_once(test: Shell) -> None:
    before = test.index.read_text(encoding="utf-8")
    status, out, err = test("--record", "Add an endpoint ", "--expect", "api")
    assert (status, out) == (0, "") and "there already, at context-index.yml:7:11" in err
    assert test.index.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--record", "x"], "--expect ID (repeatable), or --expect none"),
        (["--record", "  ", "--expect", "api"], "--record needs the task"),
        (["--record", "x", "--expect", "apii"], "did you mean `api`?"),
        (["--record", "x", "--expect", "../x.md"], "no entry has this id"),
        (["--record", "x", "--expect", "api", "--reject", "zebra"], "--reject zebra"),
        (["--record", "x", "--expect", "api", "--reject", "api"], "expected and rejected"),
        (["--record", "x", "--expect", "api", "--agent", "bakend"], "did you mean `backend`?"),
        (["--record", "Add an endpoint", "--expect", "db"], "context-index.yml:7:11 says something else"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(test: Shell, words: list[str], said: str) -> None:
    status, out, err = test(*words)
    assert (status, out) == (2, "") and said in err
    assert test.index.read_text(encoding="utf-8") == INDEX


def test_recording_keeps_mark_line_ends_and_mode(test: Shell) -> None:
    test.index.write_bytes(b"\xef\xbb\xbf" + INDEX.replace("\n", "\r\n").encode())
    test.index.chmod(0o640)
    assert test("--record", "Tune MySQL", "--expect", "db")[0] == 0
    data = test.index.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"  - task: Tune MySQL\r\n    expect: [db]\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert test.index.stat().st_mode & 0o777 in (0o640, 0o666)


def test_an_index_that_cannot_be_read_is_not_written_to(test: Shell) -> None:
    test.index.write_text("context_files: [", encoding="utf-8")
    status, out, err = test("--record", "x", "--expect", "api")
    assert (status, out) == (2, "") and "CTX001" in err

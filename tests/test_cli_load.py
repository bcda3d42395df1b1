"""`ctxload load` in the shell: streams, exit statuses, both ways in, and the words for what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload import ContextLoader
from ctxload.cli.app import run as run_in_full
from ctxload.start import run

LONG = "# Red\n" + "".join(f"\n## Part {n}\n\n{'All of the red. ' * 20}\n" for n in range(20))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "docs").mkdir(parents=True)
    (root / "context-index.yml").write_text(
        "fallback: none\nbudget: {max_tokens: 900}\ncontext_files:\n"
        "  - {path: docs/red.md, keywords: [red]}\n  - {path: docs/green.md, keywords: [green]}\n",
        encoding="utf-8",
    )
    (root / "docs" / "red.md").write_text(LONG, encoding="utf-8")
    (root / "docs" / "green.md").write_text("# Green\n", encoding="utf-8")
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(root / "docs")
    return root


@pytest.mark.parametrize(
    "words",
    [
        ["green"],
        ["red", "and", "green", "--max-chars", "1500"],
        ["red", "--format", "json", "--budget", "300", "--max-bytes", "5000", "--max-files", "1"],
        ["-c", "docs/red.md#Part 3", "x"],
        ["red", "--count"],
        ["nothing of that"],
    ],
)
def test_the_quick_way_and_the_full_way_print_the_same(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    status = run(["load", *words])
    quick = capsys.readouterr()
    assert run_in_full(["load", *words]) == status
    assert capsys.readouterr() == quick


def test_stdout_is_what_the_library_gives_and_remarks_are_on_stderr(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", "red", "--max-chars", "1500"]) == 0
    out, err = capsys.readouterr()
    assert out == ContextLoader().load("red", max_chars=1500).text
    assert err.startswith("ctxload: 1 document: 1 in part; ")


def test_the_budget_of_the_index_holds_and_the_command_line_goes_before_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loader = ContextLoader()
    assert loader.load("red").tokens <= 900 and loader.load("red").parts[0].form == "part"
    assert loader.load("red", budget=100_000).parts[0].form == "whole"
    assert run(["load", "red", "--budget", "100000"]) == 0
    assert capsys.readouterr().out == loader.load("red", budget=100_000).text


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nothing of that"], 1, "nothing selected"),
        (["Context: none"], 1, "named as `none`"),
        ([], 2, "no task"),
        (["red", "--budget", "0"], 2, "the budget in tokens is 0"),
        (["red", "--budget", "8k"], 2, "--budget"),
        (["red", "--max-chars", "-5"], 2, "the budget in characters is -5"),
        (["red", "--format", "mardown"], 2, "did you mean `markdown`?"),
        (["red", "--fresh"], 2, "name the conversation"),
        (["red", "--count", "--conversation", "a"], 2, "leave --conversation out"),
        (["Context: docs/red.md#Part 99"], 2, "no section `Part 99`"),
        (["red", "--nonsense"], 2, "--nonsense"),
    ],
)
def test_what_cannot_be_answered_ends_with_its_status_and_a_message(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str
) -> None:
    words = ['Context: "docs/red.md#Part 99"' if "Part 99" in word else word for word in words]
    assert run(["load", *words]) == status
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err


def test_the_table_sums_up_to_the_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["load", "red and green", "--count"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    numbers = [int(row.split()[0].replace(",", "")) for row in rows]
    assert head.split()[:2] == ["tokens", "share"] and sum(numbers[:-1]) == numbers[-1]


def test_what_always_comes_and_does_not_fit_ends_with_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = project / "context-index.yml"
    index.write_text(index.read_text(encoding="utf-8") + "always: [docs/red.md]\n", encoding="utf-8")
    assert run(["load", "green", "--max-chars", "500"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "CTX421" in err and "docs/red.md" in err


def test_a_file_that_is_gone_is_found_again_at_the_next_call(project: Path) -> None:
    loader = ContextLoader()
    assert loader.load("green").sources == ("docs/green.md",)
    (project / "docs" / "green.md").unlink()
    assert loader.load("green").diagnostics[0].code in ("CTX406", "CTX301")
    (project / "docs" / "green.md").write_text("# Green again\n", encoding="utf-8")
    loader.load("green")
    assert "Green again" in loader.load("green").text

"""Two versions over the same tasks by many: the summary of one process that asks them as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.authoring.compare import many
from ctxload.authoring.compare.changes import Changes
from ctxload.authoring.compare.comparison import compared
from ctxload.authoring.compare.many import blocks_of_tasks, job_of, open_comparison
from ctxload.authoring.compare.summary import Summary, compare_tasks
from ctxload.authoring.logs.model import Task
from ctxload.cli import diff_fleet
from ctxload.cli.diff_fleet import Ways, for_logs
from ctxload.fleet.engine import Alone, in_order
from ctxload.start import run
from test_diff import BOTH, CAUSES, CHANGED, WORDS, tasks, version
from test_diff import shop as shop
from test_git import pytestmark as with_git


def by_many(job: bytes, asked: list[Task]) -> Summary:
    summary = Summary()
    with Alone(open_comparison, job) as crew:
        for _, result in in_order(crew, blocks_of_tasks(asked)):
            summary.merge(Summary.from_data(json.loads(result)))
    return summary


@pytest.mark.parametrize("match", ["", "whole"])
def test_frozen_versions_move_as_they_do_by_the_same_causes(match: str) -> None:
    for sentence, old, new, task, _ in CAUSES:
        before, after = version(old), version(new)
        changes, asked = Changes.between(before, after), tasks(task, "hello", task)
        found = by_many(job_of(before, after, changes, match), asked)
        assert found.as_data() == compare_tasks(asked, before, after, changes, match).as_data(), sentence


@pytest.fixture(scope="module")
def changed() -> tuple[Any, ...]:
    before, after = version(BOTH), version(CHANGED)
    changes = Changes.between(before, after)
    return before, after, changes, job_of(before, after, changes, "whole")


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), max_size=24), st.integers(1, 9), st.randoms())
@pytest.mark.law
def test_blocks_of_any_size_in_any_order_come_to_the_summary_of_all(
    changed: tuple[Any, ...], texts: list[list[str]], size: int, random: Any
) -> None:
    before, after, changes, job = changed
    asked = tasks(*map(" ".join, texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "TASKS", size)
        blocks = list(blocks_of_tasks(asked))
    random.shuffle(blocks)
    summary, answer = Summary(), open_comparison(job)
    for block in blocks:
        summary.merge(Summary.from_data(json.loads(answer(block))))
    assert summary.as_data() == compare_tasks(asked, before, after, changes, "whole").as_data()


def test_what_files_come_to_is_the_same_where_their_contents_are_elsewhere() -> None:
    """Those that no entry gives, too: a task may name any."""
    before, after = version(BOTH), version(CHANGED)
    changes, asked = Changes.between(before, after), tasks("Context: q.sql", "endpoint", "Context: style.md")
    there, here = by_many(job_of(before, after, changes, ""), asked), compare_tasks(asked, before, after, changes)
    counts, expected = (compared(before, after, changes, one, (), "", "").counts for one in (there, here))
    assert counts == expected and there.given[0]["q.sql"] == 1 and counts["tokens_before"] > 0


def test_the_digest_is_that_of_both_answers_in_any_order(changed: tuple[Any, ...]) -> None:
    before, after, changes, _ = changed
    here, there = (compare_tasks(asked, before, after, changes) for asked in (tasks(*WORDS), tasks(*WORDS[::-1])))
    same = compare_tasks(tasks(*WORDS), before, before, changes)
    assert here.digest == there.digest != same.digest


@pytest.fixture
def diff(shop: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Runs the command over a log in a repository with a change: status, stdout, stderr."""
    log = "".join(json.dumps({"prompt": f"{word} {number}"}) + "\n" for number in range(9) for word in WORDS)
    (shop / "log.jsonl").write_text(log + "nonsense\n", encoding="utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        status = run(["diff", "--tasks", "log.jsonl", "--json", *words])
        out, err = capsys.readouterr()
        return status, out, err

    yield call


@with_git
def test_the_command_says_the_same_by_many_and_prints_the_digest(diff: Any) -> None:
    _, alone, err = diff()
    assert err == ""
    _, by_workers, err = diff("--workers", "1")
    assert by_workers == alone and err.startswith("ctxload: 72 tasks answered\nctxload: digest ")


@with_git
@pytest.mark.heavy
def test_two_processes_say_what_one_says(diff: Any) -> None:
    assert diff("--workers", "2")[1:] == diff("--workers", "1")[1:]


@with_git
def test_a_comparison_that_was_stopped_goes_on(diff: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "TASKS", 10)
    state, whole = str(tmp_path / "state"), diff("--workers", "1")
    with monkeypatch.context() as patch:
        note, notes = diff_fleet.Notes.note, list[bytes]()

        def stopping(self: Any, block: bytes, *more: Any) -> None:
            note(self, block, *more)
            notes.append(block)
            if len(notes) == 3:
                raise KeyboardInterrupt

        patch.setattr(diff_fleet.Notes, "note", stopping)
        assert diff("--resume", state)[0] == 130
    assert json.loads(Path(state).read_bytes())[1] == 3
    assert diff("--resume", state) == whole
    status, _, err = diff("--resume", state, "--match", "whole")
    assert status == 2 and "the index, its files or the options are other ones" in err


def test_large_logs_are_asked_by_all_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_fleet, "LARGE", 100)
    monkeypatch.setattr("ctxload.fleet.engine.cores", lambda: 4)
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(b"x" * 60)
    assert for_logs(Ways(), [str(tmp_path / "a.jsonl")]) is None and for_logs(Ways(), ["-"]) is None
    assert for_logs(Ways(), [str(tmp_path)]) == Ways(4)
    assert for_logs(Ways(2), ["-"]) == Ways(2)

"""Many tasks: the same answers, summary and digest by one process and by several, in any cut and order."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader, CtxloadError
from ctxload.cli import resolve_batch_fleet
from ctxload.cli import test_many as test_command
from ctxload.errors import UsageError
from ctxload.fleet import blocks as cut
from ctxload.fleet import checkpoint, worker, workers
from ctxload.fleet.blocks import Block, blocks_of
from ctxload.fleet.engine import Alone, in_order
from ctxload.fleet.summary import PLACES, Summary, Tally, lines_of, merged
from ctxload.fleet.workers import WorkerError, Workers
from ctxload.integrations.rpc.batch import job_of, open_batch, result_in
from ctxload.start import run
from test_frozen import PROJECT, TASKS, write
from tiers import sample

LINES = [
    *(json.dumps({"id": number, "task": task}) for number, task in enumerate(TASKS)),
    '{"task": "a REST-framework view", "agent": "backend", "tags": ["web"]}',
    '{"task": "a REST-framework view", "agent": "auto"}',
    '{"task": "the guide", "context": ["api"], "match": "whole", "without": ["db"]}',
    '{"files": ["docs/guide.md"]}',
    "not JSON",
    "[1, 2]",
    '{"task": 3}',
    '{"tsak": "fix the login"}',
    '{"task": "x", "match": "fuzzy"}',
    "",
    '{"task": "日本語 🙂 \\ud800"}',
]
INPUT = "".join(f"{line}\n" for line in LINES).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("project"), PROJECT)


@pytest.fixture(scope="module")
def frozen(folder: Path) -> bytes:
    return ContextLoader(folder).freeze()


@pytest.fixture(scope="module")
def alone(frozen: bytes) -> Alone:
    return Alone(open_batch, job_of(frozen))


def asked(crew: Any, data: bytes, size: int = cut.SIZE) -> tuple[Summary, bytes]:
    """The summary and the answers of all lines."""
    found = [
        result_in(result)
        for _, result in in_order(crew, (block.pack() for block in blocks_of(io.BytesIO(data), "log", size)))
    ]
    return merged(summary for summary, _ in found), b"".join(answers for _, answers in found)


# ── cuts and orders ──────────────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(st.sampled_from([b"a\n", b"\n", b"\r\n", b"task \xff\n", b"x" * 50 + b"\n"])),
    st.binary(max_size=3),
    st.integers(1, 200),
)
@pytest.mark.law
def test_blocks_are_the_lines_whatever_their_size(lines: list[bytes], rest: bytes, size: int) -> None:
    data = b"".join(lines) + rest.replace(b"\n", b"")
    found = list(blocks_of(io.BytesIO(data), "log", size))
    whole = data if not data or data.endswith(b"\n") else data + b"\n"
    assert b"".join(block.data for block in found) == whole
    numbered = [pair for block in found for pair in Block.unpack(block.pack()).lines()]
    assert numbered == list(enumerate(whole.split(b"\n")[:-1], 1))


def test_a_line_beyond_the_limit_is_one_bad_line_and_the_next_counts(
    alone: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "LINE_LIMIT", 1000)
    monkeypatch.setattr("ctxload.integrations.rpc.batch.LINE_LIMIT", 1000)
    long = b'{"task": "' + b"x" * 5000 + b'"}\n'
    summary, answers = asked(alone, long + b'{"task": "the guide"}\n' + long, size=64)
    assert (summary.tasks, summary.bad, [line for _, line, _ in summary.places]) == (3, 2, [1, 3])
    assert answers.count(b"\n") == 3


@given(st.integers(1, 3000), st.randoms(use_true_random=False))
@pytest.mark.law
def test_any_cut_in_any_order_comes_to_the_same_bytes(alone: Alone, size: int, random: Any) -> None:
    whole, answers = asked(alone, INPUT)
    parts = [result_in(alone.submit(block.pack()).result()) for block in blocks_of(io.BytesIO(INPUT), "log", size)]
    assert b"".join(answers for _, answers in parts) == answers
    summaries = [summary for summary, _ in parts]
    random.shuffle(summaries)
    while len(summaries) > 1:  # merged by twos, whichever
        one, other = summaries.pop(random.randrange(len(summaries))), summaries.pop()
        summaries.append(merged(random.sample([one, other], 2)))
    assert summaries[0].to_bytes() == whole.to_bytes()
    assert Summary.from_bytes(whole.to_bytes()) == whole


@given(st.randoms(use_true_random=False))
@pytest.mark.law
def test_the_digest_is_that_of_the_answers_in_any_order_of_the_tasks(alone: Alone, random: Any) -> None:
    lines = INPUT.splitlines(keepends=True)
    random.shuffle(lines)
    assert asked(alone, b"".join(lines))[0].digest == asked(alone, INPUT)[0].digest


def test_another_answer_a_task_more_or_one_twice_is_another_digest(alone: Alone) -> None:
    one, other = b'{"task": "write a guide"}\n', b'{"task": "the slow queries of MySQL"}\n'
    digests = [asked(alone, data)[0].digest for data in (one, other, one + other, one + one, one + one + other)]
    assert len({*digests}) == 5
    here, there = Tally(), Tally()
    here.answer("a task", ("a.md", "b.md"), "keyword")
    there.answer("a task", ("b.md", "a.md"), "keyword")
    assert here.summary().digest != there.summary().digest


def test_bad_lines_are_counted_and_the_first_are_kept_by_place(alone: Alone) -> None:
    lines = [b'{"task": "write a guide"}' if number % 3 else b"broken" for number in range(300)]
    summary, _ = asked(alone, b"\n".join(lines), size=100)
    assert (summary.tasks, summary.bad, len(summary.places)) == (300, 100, PLACES)
    assert [line for _, line, _ in summary.places] == list(range(1, 3 * PLACES, 3))
    shown = lines_of(summary)
    assert "bad line log:1: not a line of JSON" in "\n".join(shown) and "  and 80 more bad lines" in shown
    assert max(map(len, shown)) <= 80


def test_the_answers_are_those_of_a_loader_line_by_line(
    alone: Alone, folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(INPUT)))
    assert run(["resolve", "--batch"]) == 0
    assert asked(alone, INPUT)[1] == capsysbinary.readouterr().out


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────


def sleepy(job: bytes) -> Callable[[bytes], bytes]:
    """Work that ends its process where a block says so: for tests."""

    def answer(block: bytes) -> bytes:
        if block.startswith(b"die"):
            os._exit(9)
        if block == b"fail":
            raise ValueError("of this block")
        return block + job

    return answer


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the work of this file, too."""
    here = str(Path(__file__).parent)
    path = f"import sys; sys.path.insert(0, {here!r}); import ctxload.fleet.worker as worker"
    program = f"{path}; worker.OWN = ('ctxload', 'test_fleet'); worker.main()"
    monkeypatch.setattr("ctxload.workspace.processes.itself", lambda *_, **__: [sys.executable, "-c", program])


@pytest.mark.heavy
def test_two_processes_give_what_one_gives_and_a_killed_worker_costs_nothing(frozen: bytes, alone: Alone) -> None:
    data = INPUT * 40
    whole = asked(alone, data, size=2000)
    with Workers(open_batch, job_of(frozen), 2) as crew:
        packed = (block.pack() for block in blocks_of(io.BytesIO(data), "log", 2000))
        found = []
        for number, (_, result) in enumerate(in_order(crew, packed)):
            found.append(result_in(result))
            if number == 3:
                os.kill(crew.numbers[0], signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        assert crew.lost == 1
    assert merged(summary for summary, _ in found).to_bytes() == whole[0].to_bytes()
    assert b"".join(answers for _, answers in found) == whole[1]


@pytest.mark.heavy
def test_there_are_no_more_workers_than_blocks(ours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[int]()
    monkeypatch.setattr(workers, "Worker", lambda handed: started.append(1) or _Nobody())
    with Workers(sleepy, b"", 8) as crew:
        assert started == []
        assert [result for _, result in in_order(crew, [b"a", b"b"])] == [b"a", b"b"]
        assert len(started) == 2
        assert len([*in_order(crew, [b"c"] * 50)]) == 50
        assert len(started) == 8


class _Nobody:
    """A worker without a process."""

    class process:  # noqa: N801
        number = 0

        @staticmethod
        def end() -> None:
            """Nothing to end."""

    def ask(self, block: bytes) -> bytes:
        """The block."""
        return block


@pytest.mark.heavy
def test_a_block_that_ends_every_worker_ends_the_run_with_an_error(ours: None) -> None:
    with Workers(sleepy, b"!", 2) as crew, pytest.raises(CtxloadError, match="3 workers died of one block"):
        list(in_order(crew, [b"one", b"die", b"two"]))


@pytest.mark.heavy
def test_a_fault_in_a_worker_is_told_and_no_worker_stays(ours: None) -> None:
    with Workers(sleepy, b"!", 2) as crew:
        assert list(in_order(crew, [b"one", b"two"])) == [(b"one", b"one!"), (b"two", b"two!")]
        with pytest.raises(WorkerError, match="ValueError: of this block"):
            crew.submit(b"fail").result()
        processes = [one.process._process for one in crew._all]
    assert all(process.poll() is not None for process in processes)


def test_a_worker_does_only_work_of_ours() -> None:
    with pytest.raises(ValueError, match="isn't work of ours"):
        worker.found("os:system")
    assert worker.found("ctxload.fleet.worker:echo") is worker.echo


def test_a_worker_answers_messages_until_its_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.collect", lambda: 0)  # here it would look through what all tests have left

    def message(data: bytes) -> bytes:
        return len(data).to_bytes(8, "little") + data

    job = cut.packed({"work": "ctxload.fleet.worker:echo"}, b"job ")
    out = io.BytesIO()
    worker.serve(io.BytesIO(message(job) + message(b"one") + message(b"two") + message(b"cut short")[:-2]), out)
    assert out.getvalue().startswith(message(b"Ajob one") + message(b"Ajob two"))


def test_no_more_blocks_are_read_than_are_under_way(alone: Alone) -> None:
    read: list[int] = []

    def blocks() -> Iterator[bytes]:
        for number in range(50):
            read.append(number)
            yield Block("log", number, b"\n").pack()

    alone.ahead = 4
    for done, _ in enumerate(in_order(alone, blocks())):
        assert len(read) <= done + 4
    alone.ahead = 1


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def batch(folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Runs `resolve --batch` in this process; status, stdout, stderr."""

    def call(*words: str, data: bytes = INPUT) -> tuple[int, bytes, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        status = run(["resolve", "--batch", *words])
        out, err = capsysbinary.readouterr()
        return status, out, err.decode()

    return call


def test_the_command_prints_answers_the_count_and_the_digest(batch: Any, alone: Alone) -> None:
    summary, answers = asked(alone, INPUT)
    status, out, err = batch("--workers", "1")
    assert (status, out) == (0, answers)
    assert (
        err
        == f"ctxload: {summary.tasks} tasks answered, {summary.bad} of them bad lines\nctxload: digest {summary.hex}\n"
    )


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("line", [b'{"task": ', b"xx", b"[1", b"\xff", b'{"task": 5}', b'{"task": "\r"}', b"7", b'"'])
def test_a_bad_line_is_answered_alike_with_workers_and_without(batch: Any, line: bytes, end: bytes) -> None:
    data = b'{"task": "the api"}\n' + line + end
    alone, many = batch(data=data), batch("--workers", "1", data=data)
    assert alone[:2] == many[:2] and b"line 2 column" not in alone[1]


def test_a_summary_alone_is_printed_as_text_or_as_json(batch: Any, alone: Alone) -> None:
    summary, _ = asked(alone, INPUT)
    status, out, err = batch("--summary")
    assert (status, err) == (0, "") and out.decode().splitlines()[-1] == f"digest   {summary.hex}"
    data = json.loads(batch("--summary", "--json")[1])
    assert data["digest"] == summary.hex and data["bad"][0]["source"] == "stdin"
    assert (data["tasks"], data["bad_lines"]) == (summary.tasks, summary.bad)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workers", "0"], "--workers 0: use 1 to "),
        (["--workers", "99999"], "at most four for each processor"),
        (["--workers", "99999", "--scheduler", "embedded"], "at most four for each processor"),
        (["--resume", ""], "--resume: an empty text names nothing"),
        (["--scheduler", ""], "--scheduler: an empty text names nothing"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "a cluster has workers of its own"),
        (["--resume", "state"], "send the answers to a file with `>> FILE`"),
        (["--resume", "gone/state", "--summary"], "--resume gone/state: No such file or directory"),
    ],
)
def test_what_cannot_be_meant_is_said(batch: Any, words: list[str], said: str) -> None:
    status, out, err = batch(*words)
    assert status == 2 and out == b"" and said in err


def test_options_for_many_tasks_ask_for_a_batch(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", "fix it", "--workers", "2"]) == 2
    assert "--workers is for many tasks: use it with --batch" in capsys.readouterr().err


def test_a_large_file_on_stdin_is_answered_by_all_processors_and_a_small_one_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve_batch_fleet, "LARGE", 100)
    monkeypatch.setattr("ctxload.fleet.engine.cores", lambda: 4)
    plain = resolve_batch_fleet.Fleet()
    for size, wanted in ((99, None), (100, plain.replace(workers=4))):
        (tmp_path / "log").write_bytes(b"x" * size)
        with (tmp_path / "log").open("rb") as file:
            assert resolve_batch_fleet.for_input(plain, file) == wanted
    assert resolve_batch_fleet.for_input(plain, io.BytesIO(b"x" * 1000)) is None


def stop_after(blocks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops runs after so many blocks."""
    take = resolve_batch_fleet._Run.take

    def taking(self: Any, block: bytes, result: bytes) -> None:
        take(self, block, result)
        if self.notes.done.blocks == blocks:
            raise KeyboardInterrupt

    monkeypatch.setattr(resolve_batch_fleet._Run, "take", taking)


@pytest.mark.parametrize("stopped", sample([5, 1, 20]))
def test_a_run_that_was_stopped_goes_on_and_comes_to_the_same(
    batch: Any, alone: Alone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: int
) -> None:
    monkeypatch.setattr(resolve_batch_fleet, "blocks_of", lambda source, name: blocks_of(source, name, 300))
    state, data = str(tmp_path / "state"), INPUT * 9
    with monkeypatch.context() as patch:
        stop_after(stopped, patch)
        assert batch("--summary", "--resume", state, data=data)[0] == 130
    assert json.loads(Path(state).read_bytes())[1] == stopped
    status, out, _ = batch("--summary", "--resume", state, data=data)
    assert status == 0 and out == batch("--summary", data=data)[1]
    assert batch("--summary", "--resume", state, data=data)[1] == out  # there is nothing left to do


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.replace(b"guide", b"route", 1), "the input is another one"),
        (lambda data: data[:40], "the input is"),
    ],
)
def test_another_input_is_not_gone_on_with(
    batch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Any, said: str
) -> None:
    monkeypatch.setattr(resolve_batch_fleet, "blocks_of", lambda source, name: blocks_of(source, name, 300))
    state = str(tmp_path / "state")
    assert batch("--summary", "--resume", state)[0] == 0
    status, _, err = batch("--summary", "--resume", state, data=change(INPUT))
    assert status == 2 and said in err and "remove the file to begin anew" in err


def test_other_options_another_index_or_no_checkpoint_are_not_gone_on_with(batch: Any, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert batch("--summary", "--resume", str(state))[0] == 0
    status, _, err = batch("--summary", "--resume", str(state), "-m", "whole")
    assert status == 2 and "the index, its files or the options are other ones" in err
    for damaged in (b"", b"[]", b"[1]", b"x", b'["a", "b", "c", 1, [1, 2, {}, {}, {}, 0, [], "0"]]', b"[" * 100_000):
        state.write_bytes(damaged)
        status, _, err = batch("--summary", "--resume", str(state))
        assert status == 2 and "this isn't a file that --resume wrote" in err


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command in a project of its own, with its answers appended to a file in it."""
    folder = write(tmp_path / "own", PROJECT)

    def call(*words: str) -> tuple[int, str]:
        with (folder / "answers.jsonl").open("a", encoding="utf-8") as out, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(INPUT)))
            patch.chdir(folder)
            patch.setattr(sys, "stdout", out)
            status = run(["resolve", "--batch", "--resume", "run.state", *words])
        return status, (folder / "answers.jsonl").read_text(encoding="utf-8")

    call.folder = folder  # type: ignore[attr-defined]
    return call


def test_a_run_goes_on_though_its_state_its_answers_and_other_files_lie_in_the_project(project: Any) -> None:
    status, first = project()
    assert status == 0 and first
    (project.folder / "zzz.txt").write_text("a file that no entry gives", encoding="utf-8")
    (project.folder / "more").mkdir()
    assert project() == (0, first)
    assert not (project.folder / "run.state.lock").exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/guide.md", "Another guide, about sailing boats\n"),
        (".ctxignore", "docs/\n"),
        ("context-index.yml", None),
    ],
)
def test_a_run_does_not_go_on_where_what_its_answers_rest_on_is_another(project: Any, path: str, text: Any) -> None:
    assert project()[0] == 0
    file = project.folder / path
    if text is None:
        text = file.read_text(encoding="utf-8") + "\n# one line more\nbundles: {new: [api]}\n"
    file.write_text(text, encoding="utf-8")
    assert project()[0] == 2


def test_a_second_run_from_one_state_is_refused_and_changes_nothing(batch: Any, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with checkpoint.held(state):
        status, out, err = batch("--summary", "--resume", state)
    assert (status, out) == (2, b"") and "another run goes on from this file" in err
    assert not Path(state).exists() and batch("--summary", "--resume", state)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


#: Runs the command, and after so many blocks does something, before that is noted.
PROGRAM = """
import os, signal, sys
from ctxload.cli import resolve_batch_fleet as fleet
from ctxload.fleet.blocks import blocks_of
from ctxload.start import run
take, taken = fleet._Run.take, []
def taking(self, block, result):
    taken.append(block)
    if len(taken) == {after}:
        fleet.say("half")
        {what}
    take(self, block, result)
fleet._Run.take = taking
fleet.blocks_of = lambda source, name: blocks_of(source, name, 3000)
sys.exit(run(["resolve", "--batch", *sys.argv[1:]]))
"""


def ran(
    folder: Path, *words: str, after: int = 0, what: str = "pass", **more: Any
) -> subprocess.CompletedProcess[bytes]:
    program = PROGRAM.format(after=after, what=what)
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=folder, input=INPUT * 20, stderr=subprocess.PIPE,
        start_new_session=os.name == "posix", timeout=120, **more,
    )  # fmt: skip


@pytest.mark.heavy
def test_answers_that_were_printed_twice_or_half_are_cut_to_what_was_noted(folder: Path, tmp_path: Path) -> None:
    out, words = tmp_path / "out", ("--workers", "2", "--resume", str(tmp_path / "state"))
    whole = ran(folder, "--workers", "1", stdout=subprocess.PIPE)
    with out.open("ab") as file:
        assert ran(folder, *words, after=4, what="os._exit(9)", stdout=file).returncode == 9
    assert out.read_bytes().endswith(b"half")
    with out.open("ab") as file:
        again = ran(folder, *words, stdout=file)
    assert out.read_bytes() == whole.stdout and again.stderr == whole.stderr
    out.write_bytes(b"")
    with out.open("ab") as file:
        lost = ran(folder, *words, stdout=file)
    assert lost.returncode == 2 and b"the answers so far are gone" in lost.stderr


@pytest.mark.heavy
@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal to a group of processes")
def test_ctrl_c_ends_all_at_once_without_a_word_and_the_run_goes_on_later(folder: Path, tmp_path: Path) -> None:
    words = ("--workers", "2", "--summary", "--resume", str(tmp_path / "state"))
    stopped = ran(folder, *words, after=3, what="os.killpg(0, signal.SIGINT)", stdout=subprocess.PIPE)
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (130, b"half", b"")
    again = ran(folder, *words, stdout=subprocess.PIPE)
    assert again.stdout == ran(folder, "--summary", stdout=subprocess.PIPE).stdout != b""


def test_a_checkpoint_is_what_was_written(tmp_path: Path, alone: Alone) -> None:
    summary, path = asked(alone, INPUT)[0], str(tmp_path / "state")
    done = checkpoint.Checkpoint("job").after(b"block", 7, summary.to_data())
    done.write(path)
    found = checkpoint.checkpoint_at(path, "job", Summary.from_data)
    assert found is not None
    assert (found[0].replace(summary=None), found[1]) == (done.replace(summary=None), summary)


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_ordinary_file_is_no_checkpoint_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "state"
    if kind == "folder":
        path.mkdir()
    elif not hasattr(os, "mkfifo"):
        pytest.skip("the system has no named pipes")
    else:
        os.mkfifo(path)
    with pytest.raises(UsageError, match="isn't a file that --resume wrote"):
        checkpoint.checkpoint_at(str(path), "job", Summary.from_data)


# ── labelled cases ───────────────────────────────────────────────────────────────────────────────────────

CASES = """
tests:
  - {task: Add a REST-framework view, expect: [api], reject: [db]}
  - {task: the slow queries of MySQL, agent: backend, expect: [db, docs/guide.md]}
  - {task: write a guide, expect: []}
  - {task: 'Context: gone.md', expect: [api]}
  - {task: a note, expect: [nowhere]}
"""


@pytest.mark.parametrize("words", sample([["-m", "all"], ["--format", "github"], ["--min-f1", "0.9", "--quiet"]]))
def test_cases_tried_by_a_crew_come_to_what_they_come_to_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    folder = write(tmp_path, {**PROJECT, "context-index.yml": PROJECT["context-index.yml"] + CASES})
    monkeypatch.chdir(folder)
    monkeypatch.setattr("ctxload.authoring.evaluate.many_cases.CASES", 2)
    status, here = run(["test", *words]), capsys.readouterr()
    assert (run(["test", "--workers", "1", *words]), capsys.readouterr()) == (status, here)
    assert status == 1 and here.out


def test_many_cases_are_tried_by_all_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.fleet.engine.cores", lambda: 4)
    workers = test_command.workers_for
    assert (workers(None, "", test_command.MANY), workers(None, "", 10), workers(2, "", 10)) == (4, None, 2)

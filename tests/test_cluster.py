"""Many tasks on real Dask clusters of several processes: run by name, `nox -s fleet`, which installs Dask."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctxload import ContextLoader, CtxloadError
from ctxload.authoring.compare.changes import Changes
from ctxload.authoring.compare.many import blocks_of_tasks, open_comparison
from ctxload.authoring.compare.many import job_of as comparison_of
from ctxload.authoring.compare.summary import Summary as Comparison
from ctxload.authoring.compare.summary import compare_tasks
from ctxload.fleet.blocks import blocks_of
from ctxload.fleet.engine import EMBEDDED, Alone, in_order
from ctxload.fleet.summary import Summary, merged
from ctxload.integrations.rpc.batch import job_of, open_batch, result_in
from test_diff import BOTH, CHANGED, WORDS, tasks, version
from test_fleet import INPUT, asked
from test_frozen import PROJECT, write

distributed = pytest.importorskip("distributed", reason="the extra `fleet` is not installed: nox -s fleet")
from ctxload.fleet.cluster import Cluster  # noqa: E402

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore"),  # Dask's own, which come with its releases
    pytest.mark.skipif(sys.platform == "win32", reason="signals end its processes here"),
]
DATA = INPUT * 100


class Processes:
    """A scheduler and workers as an operator starts them, each in a folder of its own with nothing in it."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.running, self.count = scratch, list[subprocess.Popen[bytes]](), 0
        file = scratch / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
        self.file = str(file)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        self.count += 1
        (folder := self.scratch / f"empty-{self.count}").mkdir()
        nothing = subprocess.DEVNULL
        words = (sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:])
        self.running.append(subprocess.Popen(words, cwd=folder, stdout=nothing, stderr=nothing))
        return self.running[-1]

    def worker(self, *more: str) -> subprocess.Popen[bytes]:
        return self.start("worker", "--scheduler-file", self.file, "--nthreads", "1", "--no-dashboard", *more)

    def address(self) -> str:
        """The scheduler's address, when it is there."""
        with distributed.Client(scheduler_file=self.file, timeout=60) as client:
            if self.running[1:]:
                client.wait_for_workers(len(self.running) - 1, timeout=60)
            return str(client.scheduler.address)

    def end(self) -> None:
        for process in reversed(self.running):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Processes]:
    found = Processes(tmp_path)
    yield found
    found.end()


@pytest.fixture
def job(tmp_path: Path) -> bytes:
    """A job whose project is gone before anybody works on it."""
    folder = write(tmp_path / "project", PROJECT)
    frozen = ContextLoader(folder).freeze()
    shutil.rmtree(folder)
    return job_of(frozen)


def told(results: list[tuple[Summary, bytes]]) -> tuple[bytes, bytes]:
    return merged(summary for summary, _ in results).to_bytes(), b"".join(answers for _, answers in results)


def by_one(job: bytes) -> tuple[bytes, bytes]:
    summary, answers = asked(Alone(open_batch, job), DATA, 2000)
    return summary.to_bytes(), answers


def packed() -> Iterator[bytes]:
    import io

    return (block.pack() for block in blocks_of(io.BytesIO(DATA), "log", 2000))


def test_workers_without_the_project_give_the_bytes_of_one_process(cluster: Processes, job: bytes) -> None:
    for _ in range(2):
        cluster.worker("--no-nanny")
    with Cluster(open_batch, job, cluster.address(), 1) as crew:
        found = [result_in(result) for _, result in in_order(crew, packed())]
        assert len(crew.client.nthreads()) == 2
    assert told(found) == by_one(job)


def test_a_worker_killed_in_the_middle_costs_no_answer(cluster: Processes, job: bytes) -> None:
    doomed, _ = cluster.worker("--no-nanny"), cluster.worker("--no-nanny")
    found = []
    with Cluster(open_batch, job, cluster.address(), 1) as crew:
        for number, (_, result) in enumerate(in_order(crew, packed())):
            found.append(result_in(result))
            if number == 5:
                doomed.kill()
        assert len(crew.client.nthreads()) == 1
    assert told(found) == by_one(job)


def test_a_worker_that_comes_later_works_along(cluster: Processes, job: bytes) -> None:
    cluster.worker("--no-nanny")
    found = []
    with Cluster(open_batch, job, cluster.address(), 1) as crew:
        for number, (_, result) in enumerate(in_order(crew, packed())):
            found.append(result_in(result))
            if number == 5:
                cluster.worker("--no-nanny")
                crew.client.wait_for_workers(2, timeout=60)
    assert told(found) == by_one(job)


def test_threads_of_one_worker_share_a_loader(cluster: Processes, job: bytes) -> None:
    cluster.start("worker", "--scheduler-file", cluster.file, "--nthreads", "4", "--no-dashboard", "--no-nanny")
    with Cluster(open_batch, job, cluster.address(), 1) as crew:
        found = [result_in(result) for _, result in in_order(crew, packed())]
    assert told(found) == by_one(job)


def test_two_versions_are_compared_on_a_cluster_as_by_one_process(cluster: Processes) -> None:
    before, after = version(BOTH), version(CHANGED)
    changes, asked = Changes.between(before, after), tasks(*WORDS * 200)
    for _ in range(2):
        cluster.worker("--no-nanny")
    summary = Comparison()
    with Cluster(open_comparison, comparison_of(before, after, changes, "whole"), cluster.address(), 1) as crew:
        for _, result in in_order(crew, blocks_of_tasks(asked)):
            summary.merge(Comparison.from_data(json.loads(result)))
    assert summary.as_data() == compare_tasks(asked, before, after, changes, "whole").as_data()


def test_a_cluster_of_this_machine_gives_the_same_and_ends(job: bytes) -> None:
    with Cluster(open_batch, job, EMBEDDED, 2) as crew:
        found = [result_in(result) for _, result in in_order(crew, packed())]
        processes = [worker["pid"] for worker in crew.client.run(lambda: {"pid": os.getpid()}).values()]
        assert len({*processes, os.getpid()}) == 3 and crew.client.scheduler.address.startswith("tls://")
    assert told(found) == by_one(job)
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_no_cluster_at_an_address_is_said(job: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.fleet.cluster.PATIENCE", 2)
    with pytest.raises(CtxloadError, match=r"--scheduler tcp://127.0.0.1:9: .*is the address right"):
        Cluster(open_batch, job, "tcp://127.0.0.1:9", 1)
    with pytest.raises(CtxloadError, match=r"--scheduler nonsense:/: .*is the address right"):
        Cluster(open_batch, job, "nonsense:/", 1)


def test_a_cluster_without_workers_is_said(
    cluster: Processes, job: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = cluster.address()
    monkeypatch.setattr("ctxload.fleet.cluster.PATIENCE", 2)
    with pytest.raises(CtxloadError, match="is a worker there"):
        Cluster(open_batch, job, address, 1)
    assert f"ctxload: waiting for a worker at {address}, for at most 2 seconds" in capsys.readouterr().err


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ctxload", "resolve", "--batch", *words]


def test_the_command_prints_the_same_on_a_cluster_and_goes_on_there(cluster: Processes, tmp_path: Path) -> None:
    folder = write(tmp_path / "project", PROJECT)
    for _ in range(2):
        cluster.worker("--no-nanny")
    state: Any = {"cwd": folder, "input": DATA, "capture_output": True}
    alone = subprocess.run(command("--workers", "1"), **state)
    there = subprocess.run(command("--scheduler", cluster.address()), **state)
    assert (there.returncode, there.stdout, there.stderr) == (0, alone.stdout, alone.stderr)
    noted = ("--summary", "--resume", str(tmp_path / "state"))
    first = subprocess.run(command("--workers", "1", *noted), **state)
    again = subprocess.run(command("--scheduler", cluster.address(), *noted), **state)
    assert again.stdout == first.stdout != b""


def test_ctrl_c_ends_a_cluster_of_this_machine_without_a_word(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", PROJECT)
    program = (
        "import os, signal, sys\n"
        "from ctxload.cli import resolve_batch_fleet as fleet\n"
        "from ctxload.start import run\n"
        "fleet._Run.take = lambda *_: os.killpg(0, signal.SIGINT)\n"
        "if __name__ == '__main__':\n"
        "    sys.exit(run(['resolve', '--batch', '--summary', '--scheduler', 'embedded', '--workers', '2']))\n"
    )
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")], cwd=folder, input=DATA, capture_output=True, timeout=120,
        start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")

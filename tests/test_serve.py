"""`ctxload serve` in a real process: streams, signals, stray prints, subscriptions, many requests."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

import ctxload as package
from ctxload import ContextLoader
from ctxload.index.keys import MATCH_MODES
from ctxload.integrations.rpc import context_request
from ctxload.integrations.rpc.service import Service
from ctxload.integrations.rpc.session import BATCH, BIG, CANCEL, OPEN, Method, Session
from ctxload.integrations.rpc.subscriptions import MOST, Subscriptions
from ctxload.integrations.rpc.wire import FRAME_LIMIT
from ctxload.workspace.watcher import Clock
from test_session import compare, notice, request, result
from tiers import sample

#: Nothing here takes a hundredth of it; it only keeps what hangs from hanging the tests.
PATIENCE = 120
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")

INDEX = """\
context_files:
  - {id: api, path: context/api.md, keywords: [rest framework, api]}
  - {id: form, path: context/form.md, keywords: [form, useState]}
fallback: none
"""


def make(folder: Path, index: str | None = INDEX) -> Path:
    """A project in a folder, old enough to be settled."""
    for file in ("api", "form"):
        path = folder / "context" / f"{file}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {file}\n", encoding="utf-8")
    if index is not None:
        (folder / "context-index.yml").write_text(index, encoding="utf-8")
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "project")


class Server:
    """A running `ctxload serve`; its answers are read as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._lines: Queue[bytes] = Queue()
        assert process.stdin is not None
        self.stdin = process.stdin
        self.reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        if process.stdout is not None:
            self.reader.start()

    def _read(self, stdout: Any) -> None:
        with stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put(b"")

    def send(self, *values: Any) -> None:
        for value in values:
            self.stdin.write(value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n")
        self.stdin.flush()

    def next(self) -> Any:
        """The next answer; None when stdout has ended."""
        try:
            line = self._lines.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError("no answer came") from None
        return json.loads(line) if line else None

    def ask(self, value: Any) -> Any:
        self.send(value)
        return self.next()

    def end(self) -> list[Any]:
        """Closes stdin; what was still answered."""
        self.stdin.close()
        rest = []
        while (answer := self.next()) is not None:
            rest.append(answer)
        return rest

    @property
    def status(self) -> int:
        return self.process.wait(PATIENCE)

    @property
    def remarks(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode("utf-8")


@contextmanager
def serving(cwd: Path, *words: str, code: str = "", **more: Any) -> Iterator[Server]:
    """A running service, which is ended whatever happens; `code` runs in it first."""
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    start = [sys.executable, "-m", "ctxload"]
    if code:
        start = [sys.executable, "-c", f"{code}\nfrom ctxload.start import main; main()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    process = subprocess.Popen([*start, "serve", *words], cwd=cwd, env=env, **pipes)
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    server = Server(process)
    try:
        yield server
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        if server.reader.ident is not None:
            server.reader.join()
        for pipe in (process.stdin, process.stderr):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass


def resolving(known: Any, task: str, **more: Any) -> dict[str, Any]:
    return request(known, "resolve", task=task, **more)


API = {"files": ["context/api.md"], "layer": "keyword"}


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
def test_each_method_gives_what_its_command_gives(project: Path) -> None:
    def command(*words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "ctxload", *words], cwd=project, capture_output=True, timeout=PATIENCE,
            env={**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])},
        )  # fmt: skip
        return done.stdout.decode("utf-8")

    with serving(project) as server:
        assert server.ask(resolving(1, "a REST-framework view")) == result(1, API)
        assert server.ask({"task": "a form", "id": "f"}) == {
            "id": "f",
            "files": ["context/form.md"],
            "layer": "keyword",
        }
        explained = server.ask(request(2, "explain", task="an api"))["result"]
        assert explained == json.loads(command("explain", "--json", "an api"))
        text = server.ask(request(3, "explain", task="an api", format="text"))["result"]["text"]
        assert text == command("explain", "an api")
        checked = server.ask(request(4, "check"))["result"]
        assert checked["findings"] == [json.loads(line) for line in command("check", "--format", "json").splitlines()]
        status = server.ask(request(5, "status"))["result"]
        assert (status["serves"], status["entries"], status["stale"]) == (True, 2, False)
        assert status["root"] == str(project) and status["version"] == package.__version__


@pytest.mark.parametrize(
    "params", [{}, {"task": 1}, {"task": "x", "agent": 1}, {"task": "x", "match": "no"}, {"task": "x", "context": [1]}]
)
def test_wrong_parameters_are_an_error(project: Path, params: dict[str, Any]) -> None:
    assert Service(root=str(project)).plain(params)["error"]["message"]
    with pytest.raises(Exception, match="must be|isn't a match mode|there is no `task`"):
        Service(root=str(project)).resolve(params)


def test_an_unknown_match_mode_is_told_all_that_there_are(project: Path) -> None:
    message = Service(root=str(project)).plain({"task": "x", "match": "no"})["error"]["message"]
    assert all(mode in message for mode in MATCH_MODES)


@pytest.mark.parametrize(
    "key, known", [("agnet", "agent"), ("Agent", "agent"), ("tag", "tags"), ("contexts", "context")]
)
def test_a_slip_in_a_key_of_a_plain_object_is_told_and_a_key_of_ones_own_passes(
    project: Path, key: str, known: str
) -> None:
    service = Service(root=str(project))
    error = service.plain({"task": "an api", key: "x"})["error"]
    assert error["message"] == f"unknown key `{key}` (did you mean `{known}`?)"
    for own in ("task_id", "path", "text", "expect", "title", "lines", "stage"):
        assert service.plain({"task": "an api", own: "x"}) == {"id": None, **API}


def test_an_object_without_a_task_is_told_what_one_looks_like(project: Path) -> None:
    for given in ({}, {"payload": {"query": "an api"}}):
        message = Service(root=str(project)).plain(given)["error"]["message"]
        assert message == 'there is no `task`, as in {"task": "fix the login"}, and no `files` and no `context` either'


@pytest.mark.heavy
def test_context_that_is_not_there_is_an_error_with_its_finding(project: Path) -> None:
    with serving(project) as server:
        error = server.ask(resolving(1, "Context: context/ap.md"))["error"]
        assert error["code"] == -32002
        assert error["data"]["hint"] == "did you mean `context/api.md`?"
        assert error["data"]["diagnostics"][0]["code"] == "CTX401"
        assert server.ask({"task": "Context: context/ap.md"})["error"] == {
            "message": error["message"],
            "hint": "did you mean `context/api.md`?",
        }


@pytest.mark.heavy
def test_without_an_index_the_service_runs_and_answers_when_there_is_one(tmp_path: Path) -> None:
    root = make(tmp_path / "project", None)
    with serving(root, "--root", str(root)) as server:
        assert server.ask(resolving(1, "an api"))["error"]["code"] == -32001
        assert "ctxload init" in server.ask({"task": "an api"})["error"]["message"]
        assert server.ask(request(2, "status"))["result"]["serves"] is False
        (root / "context-index.yml").write_text(INDEX, encoding="utf-8")
        assert server.ask(resolving(3, "an api")) == result(3, API)
        assert server.end() == []
        assert server.status == 0
        assert "serving all the same" in server.remarks


@pytest.mark.heavy
def test_without_an_index_the_line_is_named_that_serves_the_rules_that_are_there(tmp_path: Path) -> None:
    root = make(tmp_path / "project", None)
    (root / ".cursor/rules").mkdir(parents=True)
    with serving(root) as server:
        assert server.ask(resolving(1, "an api"))["error"]["code"] == -32001
        assert server.end() == []
        assert "`ctxload serve --source cursor` serves the rules that are there" in server.remarks


@pytest.mark.heavy
def test_other_tools_files_are_served_too(project: Path) -> None:
    rule = project / ".cursor" / "rules" / "money.mdc"
    rule.parent.mkdir(parents=True)
    rule.write_text(
        "---\ndescription: Rounding of prices\nglobs:\nalwaysApply: true\n---\nRound late.\n", encoding="utf-8"
    )
    with serving(project, "--source", "cursor") as server:
        assert server.ask(resolving(1, "an api"))["result"]["files"] == ["context/api.md", ".cursor/rules/money.mdc"]


@pytest.mark.heavy
@pytest.mark.parametrize("words", [[], ["--mcp"]])
def test_files_of_a_tool_that_is_none_are_a_usage_error(project: Path, words: list[str]) -> None:
    with serving(project, "--source", "cursr", *words) as server:
        assert server.status == 2 and "cursor" in server.remarks and "serving all the same" not in server.remarks


@pytest.mark.heavy
@pytest.mark.parametrize("words", [["--root", "."], ["--index", "x"], ["--source", "cursor"]])
def test_an_option_that_editors_have_no_use_for_is_a_usage_error(project: Path, words: list[str]) -> None:
    with serving(project, "--lsp", *words) as server:
        assert server.status == 2 and "finds the project of each file itself" in server.remarks


@pytest.mark.heavy
def test_a_broken_edit_leaves_the_last_good_index_in_service(project: Path) -> None:
    with serving(project) as server:
        server.ask(resolving(0, "an api"))
        (project / "context-index.yml").write_text("context_files: [\n", encoding="utf-8")
        answer = server.ask(resolving(1, "an api"))["result"]
        assert answer["files"] == ["context/api.md"]
        assert answer["diagnostics"][0]["code"] == "CTX404"
        assert server.ask(request(2, "status"))["result"]["stale"] is True


def test_the_first_request_imports_nothing_and_reads_no_index(project: Path) -> None:
    """Everything that a request needs is there before the first one."""
    code = """
import builtins, os, sys
from ctxload.index import parser
from ctxload.integrations.rpc import service
real = service.Service.warm
def warm(self):
    real(self)
    known = set(sys.modules)
    def resolve(params, ask=self.resolve):
        answer = ask(params)
        answer["imported"] = sorted(set(sys.modules) - known)
        return answer
    self.resolve = resolve
    parser.parse = None  # it would be called in vain
service.Service.warm = warm
"""
    with serving(project, code=code) as server:
        answer = server.ask(resolving(1, "Fix WordLikeThis in the REST-framework view", agent="nobody"))["result"]
        assert answer["files"] == ["context/api.md"] and answer["imported"] == []


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────

NOISE = """
import os, sys, subprocess
from ctxload.integrations.rpc.service import Service
real = Service.resolve
def resolve(self, params):
    print("a stray print")
    sys.stdout.write("and half a line")
    sys.stdout.flush()
    os.write(1, b"straight to the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('from a child', input() if 0 else '')"])
    assert sys.stdin.read() == "" or True
    return real(self, params)
Service.resolve = resolve
"""


@pytest.mark.heavy
def test_stray_prints_go_to_stderr_and_never_into_the_stream(project: Path) -> None:
    with serving(project, code=NOISE) as server:
        for number in range(3):
            assert server.ask(resolving(number, "an api")) == result(number, API)
        assert server.end() == [] and server.status == 0
        remarks = server.remarks
    for text in ("a stray print", "and half a line", "straight to the descriptor", "from a child"):
        assert remarks.count(text) == 3


def test_the_end_of_input_ends_the_service_after_the_last_answer(project: Path) -> None:
    with serving(project) as server:
        server.send(*[request(number, "check") for number in range(20)])
        server.send(json.dumps(resolving("last", "an api")).encode())  # without a line end
        answers = server.end()
        assert {answer["id"] for answer in answers} == {*range(20), "last"}
        assert server.status == 0 and server.remarks == ""


@pytest.mark.heavy
@posix
def test_sigterm_ends_the_service_with_0(project: Path) -> None:
    with serving(project) as server:
        server.ask(resolving(1, "an api"))
        server.process.send_signal(signal.SIGTERM)
        assert server.next() is None
        assert server.status == 0 and server.remarks == ""


@pytest.mark.heavy
@posix
def test_ctrl_c_ends_the_service_with_130(project: Path) -> None:
    with serving(project) as server:
        server.ask(resolving(1, "an api"))
        server.process.send_signal(signal.SIGINT)
        assert server.status == 130 and server.remarks == ""


@pytest.mark.heavy
@posix
def test_a_closed_stdout_ends_the_service_even_when_nothing_is_asked(project: Path) -> None:
    reads, writes = os.pipe()
    with serving(project, stdout=writes) as server:
        os.close(writes)
        os.close(reads)
        assert server.status == 0 and server.remarks == ""


@pytest.mark.heavy
@posix
@pytest.mark.parametrize("method", ["resolve", "check"])
def test_a_stdout_that_closes_before_the_answer_ends_the_service(project: Path, method: str) -> None:
    reads, writes = os.pipe()
    params = {"task": "an api"} if method == "resolve" else {}
    with serving(project, stdout=writes) as server:
        os.close(writes)
        os.close(reads)
        try:
            server.send(request(1, method, **params))
        except BrokenPipeError:
            pass
        assert server.status == 0 and server.remarks == ""


@pytest.mark.heavy
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("method", ["resolve", "check"])
def test_an_answer_that_cannot_be_written_is_told_and_ends_the_service_with_2(project: Path, method: str) -> None:
    params = {"task": "an api"} if method == "resolve" else {}
    with open("/dev/full", "wb") as full, serving(project, stdout=full) as server:
        server.send(request(1, method, **params))
        server.stdin.close()
        assert server.status == 2
        assert "the answer cannot be written: No space left" in server.remarks


@pytest.mark.heavy
@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_closed_stream_at_the_start_is_a_usage_error(project: Path, closed: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    line = f"exec {shlex.quote(sys.executable)} -m ctxload serve {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=project, env=env, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 2 and b"is closed" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.heavy
@posix
def test_streams_that_do_not_block_work_as_others_do(project: Path) -> None:
    with serving(project) as server:
        assert server.process.stdout is not None
        os.set_blocking(server.stdin.fileno(), False)
        task = "an api " + "x" * 20_000
        for number in range(20):
            data, at = json.dumps(resolving(number, task)).encode() + b"\n", 0
            while at < len(data):
                try:
                    at += os.write(server.stdin.fileno(), data[at : at + 4096])
                except BlockingIOError:
                    continue
            assert server.next()["id"] == number


@pytest.mark.heavy
def test_a_shell_loop_gets_an_answer_for_every_line_in_order(project: Path) -> None:
    tasks = [f"an api {number}" if number % 2 else f"a form {number}" for number in range(500)]
    with serving(project) as server:
        server.send(*[{"id": number, "task": task} for number, task in enumerate(tasks)])
        answers = [server.next() for _ in tasks]
    assert [answer["id"] for answer in answers] == list(range(500))
    assert [answer["files"] for answer in answers[:2]] == [["context/form.md"], ["context/api.md"]]


@pytest.mark.heavy
def test_a_request_of_ten_megabytes_is_answered_and_overtaken(project: Path) -> None:
    with serving(project) as server:
        task = "an api " + "lorem ipsum " * 830_000
        server.send(resolving(1, task), resolving(2, "an api"))
        answers = {answer["id"]: answer["result"] for answer in (server.next(), server.next())}
        assert answers[2] == API
        assert answers[1]["files"] == ["context/api.md"]
        assert answers[1]["diagnostics"][0]["code"] == "CTX407"
        server.send(b"x" * 17_000_000 + b"\n")
        assert server.next()["error"]["code"] == -32700
        assert server.ask(resolving(3, "an api")) == result(3, API)


@pytest.mark.parametrize("seed", sample(range(3)))
@pytest.mark.heavy
def test_thousands_of_frames_split_anywhere_in_a_real_pipe_get_the_right_answers(project: Path, seed: int) -> None:
    draw, talk = random.Random(seed), []
    for number in range(1_500):
        words = draw.choice(["an api", "a form", "nothing here", "é 😀 the form", "Context: none", "Context: no.md"])
        files = {"api": ["context/api.md"], "form": ["context/form.md"]}.get(words.split()[-1], [])
        layer = "explicit" if "Context" in words else "keyword" if files else "none"
        good = (number, -32002) if "no.md" in words else result(number, {"files": files, "layer": layer})
        talk.append(
            draw.choice(
                [
                    (resolving(number, words), good),
                    (request(number, "resolve", tsak=words), (number, -32602)),
                    (notice("resolve", task=words), None),
                    (b"garbage " + os.urandom(9).replace(b"\n", b"") + b"\n", (None, -32700)),
                    ([resolving(number, "an api")], [result(number, API)]),
                    (b"\n", None),
                ]
            )
        )
    data = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line, _ in talk)
    with serving(project) as server:
        at = 0
        while at < len(data):
            size = draw.choice([1, 5, 60, 700, 9_000])
            server.send(data[at : at + size])
            at += size
        compare(server.end(), [reply for _, reply in talk])
        assert server.status == 0


def talk_of(draw: random.Random, count: int) -> Iterator[tuple[bytes, Any, Any]]:
    """Lines of every kind, each with the id of its answer and what that must be: a code, or what its result holds.

    The id of a batch is that of its first request; None where there is no answer, or one with the id null.
    """
    for number in range(count):
        form = draw.random() < 0.5
        task, file = ("a form", "context/form.md") if form else ("an api", "context/api.md")
        params = {"task": task}
        whole = json.dumps(resolving(number, task)).encode()
        asking = {"id": number, "requesting_agent": "x", "request_type": "get_lunch", "payload": {"query": task}}
        kinds: list[tuple[Any, Any, Any]] = [
            (request(number, "resolve", **params), number, {"files": [file]}),
            (request(number, "resolve", task=task + " x" * 30_000), number, {"files": [file]}),
            (request(number, "explain", **params, format="text"), number, {"files": [file]}),
            (request(number, "load", **params), number, {"sources": [file]}),
            (request(number, "check"), number, {"errors": 0}),
            (request(number, "status"), number, {"entries": 2}),
            (request(number, "unsubscribe", subscription="s9"), number, {"unsubscribed": False}),
            (request(number, "load", task=task, bugdet=1), number, -32602),
            (request(number, "laod", **params), number, -32601),
            (notice(CANCEL, id=draw.randrange(number + 1)), None, None),
            (notice("load", **params), None, None),
            ({"task": task, "id": number}, number, "plain"),
            (asking, number, "error"),
            ([request(number, "load", **params), notice("check"), 7], number, {"sources": [file]}),
            (whole[: draw.randrange(1, len(whole))] + b"\n", None, -32700),
            (bytes(draw.choices([*range(10), *range(11, 256)], k=draw.randrange(40))) + b"\xff\n", None, -32700),
            (b" \t\r\n", None, None),
        ]
        line, known, wanted = draw.choice(kinds)
        yield line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n", known, wanted


def fits(answer: Any, wanted: Any) -> bool:
    """Whether an answer is the one that was wanted, or says that its request was cancelled."""
    if isinstance(answer, list):
        return len(answer) == 2 and fits(answer[0], wanted) and answer[1]["error"]["code"] == -32600
    code = answer.get("error", {}).get("code")
    if wanted == "plain":
        return "files" in answer and "jsonrpc" not in answer
    if wanted == "error":
        return answer["status"] == "error" and code is None
    if isinstance(wanted, int):
        return code == wanted
    return code == -32800 or (code is None and {key: answer["result"][key] for key in wanted} == wanted)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2))
def test_every_request_of_any_talk_in_a_real_pipe_gets_its_one_answer(project: Path, seed: int) -> None:
    """Slow and quick methods, batches, cancelling, plain objects and garbage in any order, split anywhere."""
    draw = random.Random(seed)
    talk = list(talk_of(draw, 600))
    data, at = b"".join(line for line, _, _ in talk), 0
    with serving(project) as server:
        while at < len(data):
            size = draw.choice([1, 5, 60, 700, 9_000, 60_000])
            server.send(data[at : at + size])
            at += size
        answers = server.end()
        assert server.status == 0
    of: dict[Any, list[Any]] = {}
    for answer in answers:
        first = answer[0] if isinstance(answer, list) else answer
        of.setdefault(first["id"], []).append(answer)
    garbage = of.pop(None)
    assert len(garbage) == sum(wanted == -32700 for _, _, wanted in talk)
    assert {answer["error"]["code"] for answer in garbage} == {-32700}
    wanted_of = {known: wanted for _, known, wanted in talk if known is not None}
    assert of.keys() == wanted_of.keys()
    wrong = [found for known, found in of.items() if len(found) != 1 or not fits(found[0], wanted_of[known])]
    assert wrong == []
    plain = [answer["id"] for answer in answers if isinstance(answer, dict) and "jsonrpc" not in answer]
    assert plain == sorted(plain)


@pytest.mark.heavy
@posix
def test_240_000_requests_leave_the_memory_as_it_was(project: Path) -> None:
    """The most that the process had after each half, as the system keeps it: no two tasks are the same, and what it
    remembers of words is thrown away when it is full, twice within the first half.
    """
    count = 240_000

    def most(process: subprocess.Popen[bytes]) -> int:
        lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc to see how much memory a process had")
    with serving(project) as server:

        def feed() -> None:
            for start in range(0, count, 1_000):
                server.send(
                    b"".join(
                        b'{"task":"w%d an api w%d","match":"whole"}\n' % (n, n % 977)
                        for n in range(start, start + 1_000)
                    )
                )

        writer = threading.Thread(target=feed, daemon=True)
        writer.start()
        half = 0
        for number in range(count):
            assert server.next()["files"] == ["context/api.md"]
            if number == count // 2:
                half = most(server.process)
        writer.join()
        assert 0 < half <= most(server.process) < half + 2_000  # kB


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────────────


class Script(Clock):
    """Tells what the test says."""

    tells = True

    def say(self, *paths: Path) -> None:
        for path in paths:
            self._queue.put(str(path))


class Subscriber:
    """The subscriptions of one client, told by a script."""

    def __init__(self, root: Path) -> None:
        self.notices: Queue[tuple[str, dict[str, Any]]] = Queue()
        self.faults: list[Exception] = []
        self.script = Script()
        self.root = root
        self.service = Service(root=str(root))
        self.all = Subscriptions(
            self.service, lambda *notice: self.notices.put(notice), self.faults.append, lambda: self.script
        )

    def next(self) -> dict[str, Any]:
        method, params = self.notices.get(timeout=PATIENCE)
        assert method == "changed"
        return params

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        self.script.say(path)


@pytest.fixture
def subscriber(project: Path) -> Iterator[Subscriber]:
    found = Subscriber(project)
    yield found
    found.all.stop()
    assert found.faults == []


def test_a_subscriber_is_told_when_the_index_changes_with_what_is_selected_now(subscriber: Subscriber) -> None:
    assert subscriber.all.subscribe({"task": "an api", "match": "whole"}) == {"subscription": "s1", **API}
    subscriber.write("context-index.yml", INDEX.replace("[form,", "[api, form,"))
    assert subscriber.next() == {
        "subscription": "s1",
        "changes": [{"change": "modified", "path": "context-index.yml"}],
        "files": ["context/api.md", "context/form.md"],
        "layer": "keyword",
    }


def test_a_subscriber_is_told_when_a_selected_file_changes_and_not_of_others(subscriber: Subscriber) -> None:
    subscriber.all.subscribe({"task": "an api"})
    subscriber.write("context/form.md", "# another form\n")
    subscriber.write("context/api.md", "# another api\n")
    assert subscriber.next()["changes"] == [{"change": "modified", "path": "context/api.md"}]
    assert subscriber.notices.empty()


def test_a_file_that_a_change_of_the_index_selects_is_followed_from_then_on(subscriber: Subscriber) -> None:
    subscriber.all.subscribe({"task": "an api", "match": "whole"})
    subscriber.write("context-index.yml", INDEX.replace("[form,", "[api, form,"))
    subscriber.next()
    subscriber.write("context/form.md", "# another form\n")
    assert subscriber.next()["changes"] == [{"change": "modified", "path": "context/form.md"}]


def test_a_subscription_without_a_task_is_told_of_the_index_alone(subscriber: Subscriber) -> None:
    assert subscriber.all.subscribe({}) == {"subscription": "s1"}
    subscriber.write("context/api.md", "# another api\n")
    subscriber.write("context-index.yml", INDEX + "# a remark\n")
    assert subscriber.next() == {
        "subscription": "s1",
        "changes": [{"change": "modified", "path": "context-index.yml"}],
    }


def test_a_change_of_the_index_is_told_once_even_when_nobody_asks_anything(subscriber: Subscriber) -> None:
    """What was told is read, too: what is still unread would be told again and again."""
    subscriber.all.subscribe({})
    for number in range(3):
        subscriber.write("context-index.yml", INDEX + "# a remark\n" * (1 + number))
        assert subscriber.next()["changes"] == [{"change": "modified", "path": "context-index.yml"}]
        assert not subscriber.service.loader().reload()


def test_a_selected_file_that_was_deleted_is_told_when_it_is_there_again(subscriber: Subscriber) -> None:
    subscriber.all.subscribe({"task": "an api"})
    path = subscriber.root / "context" / "api.md"
    path.unlink()
    subscriber.script.say(path)
    told = subscriber.next()
    assert told["changes"] == [{"change": "deleted", "path": "context/api.md"}] and told["files"] == []
    subscriber.write("context/api.md", "# back\n")
    told = subscriber.next()
    assert told["changes"] == [{"change": "added", "path": "context/api.md"}] and told["files"] == API["files"]


def test_a_file_outside_the_root_is_not_followed(subscriber: Subscriber) -> None:
    outside = subscriber.root.parent / "outside.md"
    subscriber.write("context-index.yml", INDEX + "always: [../outside.md, context/gone.md]\n")
    subscriber.all.subscribe({"task": "an api"})
    [one] = subscriber.all._all.values()
    assert str(subscriber.root / "context" / "gone.md") in one.looks
    assert not [path for path in one.looks if path.endswith(outside.name)]


def test_a_broken_index_is_told_with_the_last_good_answer(subscriber: Subscriber) -> None:
    subscriber.all.subscribe({"task": "an api"})
    subscriber.write("context-index.yml", "context_files: [\n")
    told = subscriber.next()
    assert told["files"] == ["context/api.md"] and told["diagnostics"][0]["code"] == "CTX404"


def test_named_context_that_is_gone_is_told_as_an_error(subscriber: Subscriber) -> None:
    subscriber.all.subscribe({"task": "Context: context/form.md"})
    path = subscriber.root / "context" / "form.md"
    path.unlink()
    subscriber.script.say(path)
    told = subscriber.next()
    assert told["changes"] == [{"change": "deleted", "path": "context/form.md"}]
    assert told["error"]["data"]["diagnostics"][0]["code"] == "CTX401"


FOLDERS = """\
context_files:
  - {id: api, path: [context/api/, "context/more/*.md"], keywords: [api]}
fallback: none
match: whole
"""


def in_folders(subscriber: Subscriber) -> None:
    """An entry of a folder and a glob, with a file in each."""
    for name in ("api/one.md", "more/two.md"):
        path = subscriber.root / "context" / name
        path.parent.mkdir()
        path.write_text(f"# a document\n\n{name}\n", encoding="utf-8")
    subscriber.write("context-index.yml", FOLDERS)


@pytest.mark.parametrize("name", ["context/api/new.md", "context/more/new.md", "context/api/deep/er/new.md"])
def test_a_new_file_of_a_folder_or_a_glob_is_told_and_followed_from_then_on(subscriber: Subscriber, name: str) -> None:
    in_folders(subscriber)
    assert subscriber.all.subscribe({"task": "an api"})["files"] == ["context/api/one.md", "context/more/two.md"]
    path = subscriber.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    subscriber.write(name, "# a new document\n")
    told = subscriber.next()
    assert told["changes"] == [{"change": "added", "path": name}] and name in told["files"]
    subscriber.write(name, "# the same, edited\n")
    assert subscriber.next()["changes"] == [{"change": "modified", "path": name}]
    path.unlink()
    subscriber.script.say(path)
    told = subscriber.next()
    assert told["changes"] == [{"change": "deleted", "path": name}] and name not in told["files"]


def test_a_new_file_beside_those_of_a_glob_is_not_told(subscriber: Subscriber) -> None:
    in_folders(subscriber)
    subscriber.all.subscribe({"task": "an api"})
    subscriber.write("context/more/note.txt", "no document\n")
    subscriber.write("context/more/two.md", "# edited\n")
    assert subscriber.next()["changes"] == [{"change": "modified", "path": "context/more/two.md"}]
    assert subscriber.notices.empty()


def test_who_has_unsubscribed_is_not_told(subscriber: Subscriber) -> None:
    first = subscriber.all.subscribe({"task": "an api"})["subscription"]
    second = subscriber.all.subscribe({"task": "an api"})["subscription"]
    assert subscriber.all.unsubscribe({"subscription": first}) == {"unsubscribed": True}
    assert subscriber.all.unsubscribe({"subscription": first}) == {"unsubscribed": False}
    subscriber.write("context/api.md", "# another api\n")
    assert subscriber.next()["subscription"] == second
    assert subscriber.notices.empty()


def test_who_cancels_a_subscription_while_it_is_made_is_not_told(subscriber: Subscriber) -> None:
    sent: list[Any] = []

    def late(job: Any) -> None:
        """Runs the job; while it is at work, the request is cancelled."""
        make = subscriber.all._look

        def look(*given: Any) -> Any:
            found = make(*given)
            session.take(json.dumps(notice(CANCEL, id=1)).encode())
            return found

        subscriber.all._look = look  # type: ignore[method-assign]
        job()
        subscriber.all._look = make  # type: ignore[method-assign]

    session = Session(
        subscriber.all.methods(), dict, lambda frame: sent.append(json.loads(frame)), late, subscriber.faults.append
    )
    session.take(json.dumps(request(1, "subscribe", task="an api", match="whole")).encode())
    assert [answer["error"]["code"] for answer in sent] == [-32800]
    assert subscriber.all._all == {}


@pytest.mark.parametrize("params", [{"agent": "x"}, {"task": 1}, {"task": "x", "tags": 1}])
def test_a_subscription_with_wrong_parameters_is_refused(subscriber: Subscriber, params: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="must be|without a `task`"):
        subscriber.all.subscribe(params)


def test_there_is_an_end_to_subscribing(subscriber: Subscriber) -> None:
    for _ in range(MOST):
        subscriber.all.subscribe({})
    with pytest.raises(Exception, match="unsubscribe"):
        subscriber.all.subscribe({})


def test_subscriptions_work_in_a_real_process_with_real_events(project: Path) -> None:
    with serving(project) as server:
        assert server.ask(request(1, "subscribe", task="an api", match="whole")) == result(
            1, {"subscription": "s1", **API}
        )
        draft = project / ".draft"
        draft.write_text(INDEX.replace("[form,", "[api, form,"), encoding="utf-8")
        os.replace(draft, project / "context-index.yml")
        told = server.next()
        assert told["method"] == "changed" and "id" not in told
        assert told["params"]["files"] == ["context/api.md", "context/form.md"]
        assert server.end() == [] and server.status == 0


def test_every_door_gives_the_same_answer(project: Path) -> None:
    loader, service = ContextLoader(project), Service(root=str(project))
    for task in ("an api", "a form", "Context: api", "nothing", "form and api"):
        resolution = loader.resolve(task)
        wanted = {"files": list(resolution.paths), "layer": resolution.layer}
        assert service.resolve({"task": task}) == wanted
        assert service.plain({"task": task}) == {"id": None, **wanted}


def test_methods_say_which_parameters_they_take() -> None:
    for name, method in Service().methods().items():
        assert isinstance(method, Method) and all(map(str.isidentifier, method.params)), name


def test_the_page_names_the_limits_of_the_program() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "serve.md").read_text(encoding="utf-8")
    for limit in (FRAME_LIMIT, OPEN, BATCH, BIG, context_request.BUDGET):
        assert f"{limit:,}" in page
    documented = set(re.findall(r"^\| `([a-z$/A-Z]+)` \|", page, re.MULTILINE))
    service = Service()
    subscriptions = Subscriptions(service, lambda *notice: None, lambda fault: None)
    assert documented == {*service.methods(), *subscriptions.methods(), CANCEL}


# ── conversations ────────────────────────────────────────────────────────────────────────────────────────


def loading(known: Any, **more: Any) -> dict[str, Any]:
    return request(known, "load", task="the api", conversation="c", **more)


class Talk:
    """A session of a real service, in memory; jobs run when the test says so."""

    def __init__(self, project: Path) -> None:
        self.sent: list[Any] = []
        self.jobs: list[Any] = []
        self.gone = False
        service = Service(root=str(project))
        self.session = Session(service.methods(), service.plain, self.send, self.jobs.append, self.fault)

    def send(self, frame: bytes) -> None:
        if self.gone:
            raise BrokenPipeError
        self.sent.append(json.loads(frame))

    def fault(self, fault: Exception) -> None:
        raise fault

    def ask(self, value: Any) -> Any:
        self.session.take(json.dumps(value).encode())
        while self.jobs:
            self.jobs.pop(0)()
        return self.sent[-1] if self.sent else None


def gives(reply: dict[str, Any]) -> bool:
    return "# api" in reply["result"]["text"]


def test_a_conversation_is_given_a_document_once(project: Path) -> None:
    talk = Talk(project)
    assert gives(talk.ask(loading(1))) and not gives(talk.ask(loading(2)))


def test_what_a_cancelled_load_would_have_given_is_given_later(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(project)
    real = ContextLoader.load

    def cancelled(self: ContextLoader, *given: Any, **more: Any) -> Any:
        talk.session.take(json.dumps(notice(CANCEL, id=1)).encode())
        return real(self, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(ContextLoader, "load", cancelled)
        assert talk.ask(loading(1))["error"]["code"] == -32800
    assert gives(talk.ask(loading(2))) and not gives(talk.ask(loading(3)))


def test_what_nobody_could_read_is_given_later(project: Path) -> None:
    talk = Talk(project)
    talk.ask(loading(1))
    talk.gone = True
    talk.ask(loading(2, fresh=True))
    talk.gone = False
    assert gives(talk.ask(loading(3))) and not gives(talk.ask(loading(4)))


def test_a_batch_counts_as_given_when_all_of_it_is_sent(project: Path) -> None:
    talk = Talk(project)
    talk.gone = True
    talk.ask([resolving(1, "the api"), loading(2)])
    talk.gone = False
    assert gives(talk.ask([loading(3), resolving(4, "the api")])[0])
    assert not gives(talk.ask([loading(5), resolving(6, "the api")])[0])


@posix
@pytest.mark.heavy
def test_a_service_that_is_killed_before_it_answers_has_given_nothing(project: Path) -> None:
    code = """
from ctxload.integrations.rpc import streams
import os, signal
streams._write_all = lambda descriptor, frame: os.kill(os.getpid(), signal.SIGKILL)
"""
    with serving(project, code=code) as server:
        server.send(loading(1))
        assert server.status == -signal.SIGKILL
    assert gives(Talk(project).ask(loading(2)))

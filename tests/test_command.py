"""The real command, most of it in a real process: exit statuses, streams, signals, strange places."""

from __future__ import annotations

import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest

import ctxload as package
from ctxload import __version__
from ctxload.start import run
from tiers import sample

COMMAND = [sys.executable, "-m", "ctxload"]
#: No process here takes a hundredth of it; it only keeps a hanging one from hanging the tests.
PATIENCE = 120

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")

INDEX = """\
context_files:
  - {id: api, path: context/api.md, keywords: [rest framework, api]}
  - {id: form, path: context/form.md, keywords: [form, useState]}
  - {id: style, path: context/style.md}
fallback: none
"""


class Answer(NamedTuple):
    """What a command printed, and how it ended."""

    out: bytes
    err: bytes
    status: int

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def remarks(self) -> str:
        return self.err.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def ctxload(
    *words: str | bytes,
    cwd: Path,
    given: bytes | None = None,
    env: dict[str, str | None] | None = None,
    status: int | None = None,
) -> Answer:
    """Runs the command; no test lets a traceback pass."""
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=cwd,
        env=environment(env),
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        timeout=PATIENCE,
    )
    answer = Answer(done.stdout, done.stderr, done.returncode)
    assert b"Traceback" not in answer.err, answer.remarks
    assert status in (None, answer.status), answer
    return answer


def inside(
    *words: str, cwd: Path, given: bytes = b"", env: dict[str, str | None] | None = None, status: int | None = None
) -> Answer:
    """The same without a process of its own, where that changes nothing: which index, and what is answered."""
    streams = {"stdout": io.BytesIO(), "stderr": io.BytesIO()}
    with ExitStack() as stack:
        stack.enter_context(chdir(cwd))
        stack.enter_context(patch.dict(os.environ, environment(env), clear=True))
        stack.enter_context(patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")))
        for name, stream in streams.items():
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
            stack.callback(text.detach)
            stack.enter_context(patch.object(sys, name, text))
        ended = run([*words])
    answer = Answer(*(stream.getvalue() for stream in streams.values()), ended)
    assert status in (None, answer.status), answer
    return answer


def environment(changes: dict[str, str | None] | None = None) -> dict[str, str]:
    """The environment of the tests with changes; None takes a variable out."""
    here = {
        "PYTHONPATH": os.pathsep.join((str(Path(package.__file__).resolve().parents[1]), os.environ["PYTHONPATH"]))
    }  # the same package, whatever the working directory
    wanted: dict[str, str | None] = {**os.environ, **here, **(changes or {})}
    return {name: value for name, value in wanted.items() if value is not None}


@contextmanager
def talking(*words: str, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running command with open pipes, which is ended whatever happens."""
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except OSError:
                    pass


def make(folder: Path, index: str | bytes = INDEX, name: str = "context-index.yml") -> Path:
    """A project in a folder."""
    for file in ("api", "form", "style"):
        path = folder / "context" / f"{file}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {file}\n", encoding="utf-8")
    (folder / name).write_bytes(index if isinstance(index, bytes) else index.encode())
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "project")


# ── exit statuses and streams ────────────────────────────────────────────────────────────────────────────


def test_a_task_that_selects_files_ends_with_0_and_prints_only_paths(project: Path) -> None:
    assert ctxload("resolve", "Add a REST-framework view", cwd=project) == (b"context/api.md\n", b"", 0)


def test_the_words_of_a_task_are_joined(project: Path) -> None:
    assert inside("resolve", "the", "rest", "framework", "form", cwd=project, status=0).lines == [
        "context/form.md",
        "context/api.md",
    ]


def test_a_task_that_selects_nothing_ends_with_1_and_says_so_on_stderr(project: Path) -> None:
    answer = inside("resolve", "say hello", cwd=project)
    assert answer.out == b"" and answer.status == 1
    assert answer.remarks.startswith("ctxload: nothing selected: ")
    assert answer.remarks.count("\n") == 1


@pytest.mark.parametrize("fallback", ["none", "[style]"])
def test_without_a_task_the_remark_speaks_of_the_files_at_hand(project: Path, fallback: str) -> None:
    make(project, INDEX.replace("fallback: none", f"fallback: {fallback}"))
    answer = inside("resolve", "--file", "src/a.py", cwd=project)
    assert "there is no task, and no entry in scope is for the files at hand" in answer.remarks
    answer = inside("resolve", "--file", "src/a.py", "say hello", cwd=project)
    assert "no entry in scope matched the task" in answer.remarks


def test_a_fallback_is_reported_on_stderr(project: Path) -> None:
    make(project, INDEX.replace("fallback: none", "fallback: [style]"))
    answer = inside("resolve", "say hello", cwd=project, status=0)
    assert answer.lines == ["context/style.md"]
    assert answer.remarks.startswith("ctxload: fallback: ")


def test_no_index_ends_with_2_and_one_line_that_names_init(tmp_path: Path) -> None:
    answer = inside("resolve", "x", cwd=tmp_path, env={"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)})
    assert answer.out == b"" and answer.status == 2
    assert answer.remarks.count("\n") == 1 and "`ctxload init`" in answer.remarks


def test_explicit_context_that_is_not_there_ends_with_2_and_loads_nothing(project: Path) -> None:
    answer = inside("resolve", "Context: context/apy.md, style", cwd=project)
    assert answer.out == b"" and answer.status == 2
    assert "did you mean `context/api.md`?" in answer.remarks


def test_an_index_that_cannot_be_read_ends_with_2_and_its_place(project: Path) -> None:
    make(project, "context_files: [\n")
    answer = inside("resolve", "api", cwd=project)
    assert answer.out == b"" and answer.status == 2
    assert answer.remarks.startswith("context-index.yml:")


@pytest.mark.parametrize("given", [[1], {"a": 1}, True, False])
def test_an_id_that_is_neither_a_text_nor_a_number_is_an_error(project: Path, given: Any) -> None:
    (answer,) = batch({"id": given, "task": "api"}, cwd=project)
    assert answer == {"id": None, "error": {"message": "`id` must be a text or a number"}}
    (answer,) = batch({"id": None, "task": "api"}, cwd=project)
    assert answer["files"] == ["context/api.md"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resolve"], "no task"),
        (["resolve", "x", "--match", "whol"], "did you mean `whole`?"),
        (["resolve", "x", "--jsn"], "--json"),
        (["resolve", "x", "--agent"], "--agent"),
        (["reslove", "x"], "resolve"),
        (["explain", "x", "--color", "sometimes"], "auto, always, never"),
        (["check", "--format", "xml"], "full, concise, json, github"),
        (["check", "--explain", "CTX30"], "CTX30"),
        (["resolve", "x", "--batch"], "--batch"),
        (["--nonsense"], "--nonsense"),
        (["resolve", "- Context: style"], "goes after `--`"),
        (["resolve", "-x y"], "goes after `--`"),
        (["load", "--context x"], "goes after `--`"),
    ],
)
def test_a_usage_error_ends_with_2_and_a_cure_on_stderr(project: Path, words: list[str], said: str) -> None:
    answer = ctxload(*words, cwd=project, given=b"")
    assert answer.out == b"" and answer.status == 2
    assert said in answer.remarks and answer.remarks.count("\n") <= 2


def test_a_fault_inside_ends_with_3_and_a_report_without_a_traceback(project: Path) -> None:
    program = "import ctxload.cli.resolve as d; d.answer = lambda *a, **k: 1 / 0; from ctxload.start import main; main(['resolve', 'x'])"  # noqa: E501
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, timeout=PATIENCE, env=environment()
    )
    assert (done.stdout, done.returncode) == (b"", 3)
    assert (
        done.stderr.startswith(b"error[CTX901] a fault inside ctxload: ZeroDivisionError")
        and b"Traceback" not in done.stderr
    )
    debug = environment({"CTXLOAD_DEBUG": "1"})
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, timeout=PATIENCE, env=debug
    )
    assert done.returncode == 3 and b"Traceback" in done.stderr


def test_paths_end_with_nul_on_demand(project: Path) -> None:
    assert inside("resolve", "-0", "api form", cwd=project) == (b"context/api.md\0context/form.md\0", b"", 0)
    assert inside("resolve", "api form", "--null", cwd=project).out == b"context/api.md\0context/form.md\0"


def test_a_task_comes_from_stdin_with_bom_and_bad_bytes(project: Path) -> None:
    assert ctxload(
        "resolve", "-", cwd=project, given=b"\xef\xbb\xbffix the\r\nREST\r\nframework \xff\n", status=0
    ).lines == ["context/api.md"]
    answer = ctxload("resolve", "-", cwd=project, given=b"")
    assert (answer.status, answer.out) == (2, b"") and b"nothing is asked" in answer.err


def test_json_is_one_document_on_stdout_and_nothing_else(project: Path) -> None:
    make(project, INDEX.replace("keywords: [form", "keyword: [x], keywords: [form"))
    answer = ctxload("resolve", "--json", "api", cwd=project, status=0)
    data = json.loads(answer.text)
    assert answer.err == b""
    assert [file["path"] for file in data["files"]] == ["context/api.md"]
    assert data["files"][0]["sha256"] and data["diagnostics"][0]["code"] == "CTX101"


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert inside("--version", cwd=tmp_path) == (f"ctxload {__version__}\n".encode(), b"", 0)


@pytest.mark.heavy
def test_help_groups_the_commands_and_goes_to_stdout(tmp_path: Path) -> None:
    answer = ctxload("--help", cwd=tmp_path, status=0)
    assert answer.err == b""
    assert answer.text.index("The first week") < answer.text.index("resolve") < answer.text.index("A better index")
    for command in ("resolve", "explain", "check"):
        assert ctxload(command, "--help", cwd=tmp_path, status=0).out


@pytest.mark.heavy
def test_no_arguments_at_all_show_the_help(tmp_path: Path) -> None:
    answer = ctxload(cwd=tmp_path, status=0)
    assert b"Usage: ctxload" in answer.out and not answer.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_a_shell_by_name(tmp_path: Path, shell: str) -> None:
    answer = ctxload("--show-completion", shell, cwd=tmp_path, status=0)
    assert "_CTXLOAD_COMPLETE" in answer.text


@pytest.mark.heavy
def test_the_completion_knows_the_commands(tmp_path: Path) -> None:
    env = {"_CTXLOAD_COMPLETE": "complete_bash", "COMP_WORDS": "ctxload re", "COMP_CWORD": "1"}
    assert "resolve" in ctxload(cwd=tmp_path, env=env, status=0).lines


# ── batch ────────────────────────────────────────────────────────────────────────────────────────────────


def batch(*lines: object, cwd: Path, options: tuple[str, ...] = ()) -> list[Any]:
    given = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    answer = ctxload("resolve", "--batch", *options, cwd=cwd, given=given, status=0)
    assert answer.err == b""
    return [json.loads(line) for line in answer.lines]


def test_a_batch_answers_each_line_before_the_next_is_sent(project: Path) -> None:
    with talking("resolve", "--batch", cwd=project) as process:
        assert process.stdin and process.stdout and process.stderr
        for number, (task, files) in enumerate(
            [("the api", ["context/api.md"]), ("hello", []), ("a form", ["context/form.md"])]
        ):
            process.stdin.write(json.dumps({"id": number, "task": task}).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["id"], answer["files"]) == (number, files)
        process.stdin.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


def test_a_batch_sees_an_edit_of_the_index_between_two_lines(project: Path) -> None:
    with talking("resolve", "--batch", cwd=project) as process:
        assert process.stdin and process.stdout

        def ask(task: str) -> Any:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({"id": task, "task": task}).encode() + b"\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        assert ask("the widget")["files"] == []
        make(project, INDEX.replace("useState", "widget"))
        assert ask("the widget")["files"] == ["context/form.md"]
        make(project, "context_files: [\n")
        broken = ask("the widget")
        assert broken["files"] == ["context/form.md"] and broken["diagnostics"][0]["code"] == "CTX404"


def test_a_batch_answers_bad_lines_and_goes_on(project: Path) -> None:
    answers = batch(
        b"\n   \r\n",
        b"not json\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        [1],
        {"id": "a"},
        {"id": 2.5, "task": 3},
        {"id": [1], "task": "api", "agent": 7},
        {"id": 4, "task": "api", "match": "whol"},
        {"id": 5, "task": "api", "context": [1]},
        {"id": 6, "task": "Context: nowhere.md"},
        b'{"id": NaN, "task": "api"}\n',
        b'\xef\xbb\xbf{"id": 7, "task": "the \\ud800 api"}\r\n',
        {"id": 8, "task": "none", "context": "style"},
        {"id": 9, "task": "api form", "context": []},
        b'{"task": "api"}',
        cwd=project,
    )
    errors = answers[:11]
    assert [line["id"] for line in errors] == [None, None, None, None, "a", 2.5, None, 4, 5, 6, None]
    assert all(line["error"]["message"] and "files" not in line for line in errors)
    assert "did you mean `whole`?" in errors[7]["error"]["message"]
    assert [(line["id"], line["files"]) for line in answers[11:]] == [
        (7, ["context/api.md"]),
        (8, ["context/style.md"]),
        (9, ["context/api.md", "context/form.md"]),
        (None, ["context/api.md"]),
    ]


@pytest.mark.heavy
def test_a_batch_answers_a_huge_line_with_an_error_and_the_next_one_well(project: Path) -> None:
    huge = b'{"id": 1, "task": "' + b"x " * 8_000_001 + b'"}\n'
    answers = batch(huge, {"id": 2, "task": "api"}, cwd=project)
    assert answers[0] == {"id": None, "error": {"message": "a line is longer than 16,000,000 bytes"}}
    assert answers[1]["files"] == ["context/api.md"]


def test_options_of_a_batch_hold_where_a_line_says_nothing(project: Path) -> None:
    answers = batch({"task": "x"}, {"task": "x", "context": ["form"]}, cwd=project, options=("--context", "style"))
    assert [line["files"] for line in answers] == [["context/style.md"], ["context/form.md"]]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--json", "--json is for --summary in a batch, where each answer is a JSON line as it is: leave it out"),
        ("-0", "-0 is for paths, and each answer of a batch is a JSON line: leave it out"),
        ("--null", "-0 is for paths, and each answer of a batch is a JSON line: leave it out"),
    ],
)
def test_an_option_that_means_nothing_in_a_batch_is_no_silent_one(project: Path, option: str, said: str) -> None:
    for more in ([], ["--workers", "1"]):
        answer = inside("resolve", "--batch", option, *more, cwd=project, given=b'{"task": "x"}\n', status=2)
        assert (answer.out, answer.remarks) == (b"", f"ctxload: {said}\n")
    inside("resolve", "--batch", "--summary", "--json", cwd=project, given=b'{"task": "x"}\n', status=0)


def test_an_empty_batch_is_done(project: Path) -> None:
    assert batch(cwd=project) == []


def test_a_batch_without_an_index_ends_with_2(tmp_path: Path) -> None:
    answer = inside("resolve", "--batch", cwd=tmp_path, given=b"{}\n", env={"HOME": str(tmp_path)}, status=2)
    assert answer.out == b""


# ── pipes and signals ────────────────────────────────────────────────────────────────────────────────────


def test_a_reader_that_has_seen_enough_is_no_error(project: Path) -> None:
    with talking("resolve", "--batch", cwd=project) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b'{"task": "api"}\n')
        process.stdin.flush()
        assert b"context/api.md" in process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'{"task": "api"}\n')
        process.stdin.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


@pytest.mark.heavy
@posix
@pytest.mark.parametrize("words", ["resolve -", "resolve --json -", "explain --all -", "check", "--help"])
def test_a_closed_pipe_ends_with_0_without_a_word(project: Path, words: str) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, *words.split()],
            cwd=project,
            input=b"api",
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            env=environment(),
        )
    finally:
        os.close(write)
    assert done.returncode == 0 and b"Error" not in done.stderr and b"fault" not in done.stderr


@posix
def test_an_interrupt_ends_with_130_and_no_traceback(project: Path) -> None:
    with talking("resolve", "--batch", cwd=project) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b'{"task": "api"}\n')
        process.stdin.flush()
        process.stdout.readline()  # it runs, and waits for the next line
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == b""


@pytest.mark.heavy
@posix
def test_closed_standard_streams_are_survived(project: Path) -> None:
    def shell(line: str) -> subprocess.CompletedProcess[bytes]:
        words = " ".join(f"'{word}'" for word in COMMAND)
        return subprocess.run(
            ["sh", "-c", f"{words} {line}"], cwd=project, capture_output=True, timeout=PATIENCE, env=environment()
        )

    done = shell("resolve api >&-")
    assert (done.returncode, done.stderr) == (0, b"")
    done = shell("resolve hello 2>&-")
    assert (done.returncode, done.stdout) == (1, b"")
    for line in ("resolve - <&-", "resolve --batch <&-"):
        done = shell(line)
        assert (done.returncode, done.stdout) == (2, b"") and done.stderr.startswith(b"ctxload: stdin is closed")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line_and_2(project: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "resolve", "api"],
            cwd=project,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            env=environment(),
        )
    assert done.returncode == 2 and done.stderr.startswith(b"ctxload: the answer cannot be written: ")
    assert done.stderr.count(b"\n") == 1


# ── strange surroundings ─────────────────────────────────────────────────────────────────────────────────


def test_without_a_home_folder_it_answers_as_ever(project: Path) -> None:
    nowhere = {"HOME": None, "USERPROFILE": None, "CTXLOAD_CACHE_DIR": None, "LOCALAPPDATA": None, "APPDATA": None}
    assert ctxload("resolve", "api", cwd=project, env=nowhere) == (b"context/api.md\n", b"", 0)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "POSIX"},
        {"LC_ALL": "xx_YY.KOI8-R"},
    ],
)
def test_an_odd_locale_changes_no_byte(tmp_path: Path, env: dict[str, str | None]) -> None:
    project = make(tmp_path, "context_files: [{path: 'context/数据 é.md', keywords: [数据]}]\n")
    (project / "context" / "数据 é.md").write_text("x", encoding="utf-8")
    for words in (
        ["resolve", "-"],
        ["resolve", "--json", "-"],
        ["explain", "-"],
        ["check"],
        ["--help"],
        ["resolve", "--help"],
    ):
        given = "请优化数据 \u202e".encode()
        assert ctxload(*words, cwd=project, given=given, env=env) == inside(*words, cwd=project, given=given)


@pytest.mark.heavy
@posix
def test_arguments_that_are_not_utf_8_are_read_as_far_as_they_can_be(project: Path) -> None:
    answer = ctxload("resolve", b"caf\xe9 \xff api", "--agent", b"\xff", "--tag", "x", cwd=project)
    assert answer.status == 1 and "\ufffd" in answer.remarks
    assert ctxload("resolve", b"caf\xe9 api", cwd=project, status=0).lines == ["context/api.md"]
    assert ctxload("resolve", "--context", b"\xff.md", "x", cwd=project).status == 2
    assert ctxload("explain", "--color", "never", b"caf\xe9 api", cwd=project, status=0).out
    assert ctxload("resolve", b"\xff", "--root", b"/\xff", cwd=project).status == 2


@posix
def test_a_folder_with_spaces_accents_line_breaks_and_direction_marks(tmp_path: Path) -> None:
    project = make(tmp_path / "pröjekt \n \u202e\x1b[31m 'quoted'")
    assert ctxload("resolve", "api", cwd=project) == (b"context/api.md\n", b"", 0)
    assert ctxload("resolve", "api", "--root", str(project), cwd=tmp_path).out == b"context/api.md\n"
    for answer in (
        ctxload("resolve", "api", "--root", str(project / "no"), cwd=tmp_path),
        ctxload("resolve", "api", "--index", str(project / "no.yml"), cwd=tmp_path),
        ctxload("check", "--index", str(project / "no.yml"), cwd=tmp_path),
    ):
        assert answer.status == 2
        assert answer.remarks.count("\n") == 1 and "\x1b" not in answer.remarks and "\u202e" not in answer.remarks


@posix
def test_names_that_could_forge_a_line_are_never_selected(project: Path) -> None:
    for name in ("a\nb.md", "c\x1b[31m.md", "d\u202e.md", "fine name é.md"):
        (project / "context" / name).write_text("x", encoding="utf-8")
    make(project, "context_files: [{path: context/, keywords: [all]}]\n")
    answer = ctxload("resolve", "all", cwd=project, status=0)
    assert answer.lines == ["context/api.md", "context/fine name é.md", "context/form.md", "context/style.md"]


@pytest.mark.heavy
def test_the_hash_seed_changes_no_byte(project: Path) -> None:
    index = "context_files:\n" + "".join(
        f"  - {{id: e{n}, path: context/{('api', 'form', 'style')[n % 3]}.md, keywords: [api, form k{n}], tags: [t{n % 5}], agents: [a{n % 4}, b]}}\n"  # noqa: E501
        for n in range(40)
    )
    make(project, index + "agent_defaults: {a1: [e1, e2], b: [e3]}\nalways: [e7, e5]\n")
    for words in (
        ["explain", "--all", "the api of a form k1 k2"],
        ["resolve", "--json", "--agent", "b", "form"],
        ["check", "--format", "json"],
    ):
        answers = {
            ctxload(*words, cwd=project, env={"PYTHONHASHSEED": seed, "CTXLOAD_CACHE_DIR": cache})
            for seed, cache in (
                ("0", "off"),
                ("1", "off"),
                ("2", str(project / "cache")),
                ("3", str(project / "cache")),
            )
        }
        assert len(answers) == 1 and answers.pop().out


@posix
def test_a_working_directory_that_is_gone_is_one_line(tmp_path: Path) -> None:
    words = " ".join(f"'{word}'" for word in COMMAND)
    line = f"mkdir gone && cd gone && rmdir ../gone && {words} resolve api"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, timeout=PATIENCE, env=environment())
    assert done.returncode == 2 and done.stderr.startswith(b"ctxload: the working directory")


# ── which index ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_subfolder_finds_the_index_above_and_prints_paths_from_the_root(project: Path) -> None:
    deep = project / "src" / "deep"
    deep.mkdir(parents=True)
    assert inside("resolve", "api", cwd=deep).out == b"context/api.md\n"


def test_the_walk_ends_at_the_top_of_the_git_work_tree(project: Path) -> None:
    inner = project / "vendored"
    (inner / "src").mkdir(parents=True)
    (inner / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    assert inside("resolve", "api", cwd=inner / "src").status == 2
    make(inner)
    assert inside("resolve", "api", cwd=inner / "src").status == 0


def test_the_walk_ends_at_the_home_folder_however_it_is_written(project: Path) -> None:
    home = project / "home"
    (home / "work").mkdir(parents=True)
    for spelling in (str(home), f"{home}{os.sep}", str(home / "work" / "..")):
        env = {"HOME": spelling, "USERPROFILE": spelling}
        assert inside("resolve", "api", cwd=home / "work", env=env).status == 2


@pytest.mark.parametrize(
    "sign", sample([".git", ".hg", "pyproject.toml", "package.json", "go.mod", "App.sln", "x.csproj"])
)
def test_the_index_may_stand_in_the_folder_context_of_a_project(tmp_path: Path, sign: str) -> None:
    project = make(tmp_path, name="context/context-index.yaml")
    (project / sign).mkdir()
    (project / "src").mkdir()
    for folder in (project, project / "src", project / "context"):
        assert inside("resolve", "api", cwd=folder).out == b"context/api.md\n"
    assert inside("resolve", "api", "--index", "context/context-index.yaml", cwd=project).out == b"context/api.md\n"


@pytest.mark.parametrize("beside", ["nothing", "Makefile", "taxes.md", "git"])
@pytest.mark.heavy
def test_what_stands_beside_a_folder_context_that_is_no_project_is_outside(tmp_path: Path, beside: str) -> None:
    (tmp_path / beside).write_text("private\n", encoding="utf-8")
    index = "context_files: [{path: api.md, keywords: [api]}, {path: ../taxes.md, keywords: [tax]}, {path: '*', keywords: [all]}]\n"  # noqa: E501
    project = make(tmp_path, index, name="context/context-index.yaml")
    for folder in (project, project / "context"):
        assert inside("resolve", "api", cwd=folder).out == b"api.md\n"
        assert inside("resolve", "all", cwd=folder).out == b"api.md\nform.md\nstyle.md\n"
        assert inside("resolve", "tax", cwd=folder).out == b""
        assert inside("resolve", f"Context: ./../{beside}", cwd=folder).status == 2
    named = {"CTXLOAD_INDEX": str(project / "context" / "context-index.yaml")}
    assert inside("resolve", "api", cwd=tmp_path, env=named).out == b"api.md\n"
    assert inside("resolve", "api", "--index", "context", cwd=project).out == b"api.md\n"


def test_the_home_folder_is_never_the_root_for_a_folder_context_in_it(tmp_path: Path) -> None:
    home = make(tmp_path / "home", INDEX.replace("context/", ""), name="context/context-index.yaml")
    (home / ".git").mkdir()
    env = {"HOME": str(home), "USERPROFILE": str(home)}
    assert inside("resolve", "api", cwd=home, env=env).out == b"api.md\n"


@pytest.mark.heavy
def test_a_person_says_that_what_is_above_a_folder_context_is_the_root(tmp_path: Path) -> None:
    project = make(tmp_path, name="context/context-index.yaml")
    answer = inside("resolve", "api", cwd=project, status=1)
    assert "CTX424" in answer.remarks and "--root" in answer.remarks
    assert inside("resolve", "api", "--root", ".", cwd=project).out == b"context/api.md\n"
    file = "context/context-index.yaml"
    assert inside("resolve", "api", "--index", file, "--root", ".", cwd=project).out == b"context/api.md\n"
    (project / ".git").mkdir()
    assert inside("resolve", "api", cwd=project).out == b"context/api.md\n"


def test_of_two_indexes_at_one_level_the_root_s_own_counts_from_everywhere(project: Path) -> None:
    make(project, INDEX.replace("rest framework", "other"), name="context/context-index.yml")
    for folder in (project, project / "context"):
        answer = inside("resolve", "the rest framework", cwd=folder, status=0)
        assert answer.lines == ["context/api.md"]
        assert "CTX405" in answer.remarks


@pytest.mark.heavy
def test_index_root_and_environment_override_the_walk(project: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", INDEX.replace("api]", "other]"))
    named = {"CTXLOAD_INDEX": str(other / "context-index.yml")}
    assert inside("resolve", "other", cwd=project).status == 1
    assert inside("resolve", "other", cwd=project, env=named).status == 0
    assert inside("resolve", "other", "--root", str(other), cwd=project).status == 0
    assert inside("resolve", "other", "--root", "../other", cwd=project).status == 0
    assert inside("resolve", "other", "--index", str(other), cwd=project).status == 0
    assert inside("resolve", "api", "--root", str(project), cwd=other, env=named).status == 0
    assert inside("resolve", "api", "--index", str(project / "context-index.yml"), cwd=other, env=named).status == 0
    answer = inside("resolve", "other", cwd=project, env={"CTXLOAD_INDEX": "nowhere.yml"}, status=2)
    assert "CTXLOAD_INDEX" in answer.remarks


def test_an_index_elsewhere_serves_a_root_that_is_named(project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(INDEX, encoding="utf-8")
    (project / "context-index.yml").unlink()
    answer = inside("resolve", "api", "--index", str(tmp_path / "mine.yml"), "--root", str(project), cwd=tmp_path)
    assert answer == (b"context/api.md\n", b"", 0)


def test_a_personal_index_is_merged_under_that_of_the_project(project: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text(
        "context_files: [{path: context/style.md, keywords: [taste]}, {path: ../mine.yml, keywords: [secret]}]\n",
        encoding="utf-8",
    )
    env: dict[str, str | None] = {"CTXLOAD_USER_INDEX": str(mine)}
    assert inside("resolve", "taste", cwd=project, env=env).out == b"context/style.md\n"
    assert inside("resolve", "taste", cwd=project).status == 1
    answer = inside("resolve", "secret", cwd=project, env=env, status=1)
    assert "outside the root" in answer.remarks
    mine.unlink()
    answer = inside("resolve", "api", cwd=project, env=env, status=0)
    assert answer.lines == ["context/api.md"] and "CTX302" in answer.remarks


@root_only
def test_an_index_of_another_user_is_refused_unless_it_is_named(project: Path) -> None:
    os.chown(project / "context-index.yml", 12345, -1)
    answer = inside("resolve", "api", cwd=project, status=2)
    for said in ("another user, 12345, and you are 0 (root)", "container mounts", "--index", "ctxload allow"):
        assert said in answer.remarks
    assert inside("resolve", "api", cwd=project, env={"SUDO_UID": "12345"}).status == 0
    assert inside("resolve", "api", "--index", "context-index.yml", cwd=project).status == 0


@posix
def test_an_index_that_leads_out_of_the_root_is_refused(project: Path, tmp_path: Path) -> None:
    (project / "context-index.yml").rename(tmp_path / "elsewhere.yml")
    (project / "context-index.yml").symlink_to(tmp_path / "elsewhere.yml")
    answer = inside("resolve", "api", cwd=project, status=2)
    assert answer.out == b"" and "outside the root" in answer.remarks


@posix
def test_a_link_out_of_the_root_is_never_followed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (project / "context" / "link.md").symlink_to(tmp_path / "secret.md")
    make(project, "context_files: [{path: context/link.md, keywords: [link]}, {path: context/*.md, keywords: [all]}]\n")
    assert inside("resolve", "link", cwd=project).out == b""
    assert inside("resolve", "--context", "context/link.md", "x", cwd=project).status == 2
    assert b"link.md" not in inside("resolve", "all", cwd=project, status=0).out


# ── colour ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
def test_colour_is_for_terminals_and_for_who_asks(project: Path) -> None:
    assert b"\x1b[" not in ctxload("explain", "api", cwd=project).out
    assert b"\x1b[" in ctxload("explain", "api", "--color", "always", cwd=project, env={"NO_COLOR": "1"}).out
    make(project, INDEX.replace("keywords: [form", "keyword: [form"))
    assert b"\x1b[" not in ctxload("check", cwd=project).out
    assert b"\x1b[" in ctxload("check", "--color", "always", cwd=project).out


@pytest.mark.heavy
@posix
@pytest.mark.parametrize(
    ("env", "words", "coloured"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": ""}, [], True),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--color", "never"], False),
    ],
)
def test_a_terminal_gets_colour_unless_it_is_turned_off(
    project: Path, env: dict[str, str | None], words: list[str], coloured: bool
) -> None:
    import pty

    master, slave = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, "explain", "api", *words],
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=slave,
            env=environment({"TERM": "xterm", **env}),
        )
        os.close(slave)
        out = b""
        try:
            while block := os.read(master, 65_536):
                out += block
        except OSError:  # Linux says so when the other side has gone
            pass
        assert process.wait(PATIENCE) == 0
    finally:
        os.close(master)
    assert b"context/api.md" in out and (b"\x1b[" in out) == coloured


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────

DAMAGED = (
    "\ufeff# mine\r\ncontext_files:\r\n  - path: context/api.md # kept\r\n    description: Use this: it is good\r\n"
    '    keywords: ["\\.github", api]\r\n'
).encode()
MENDED = (
    "\ufeff# mine\r\ncontext_files:\r\n  - path: context/api.md # kept\r\n    description: 'Use this: it is good'\r\n"
    "    keywords: ['\\.github', api]\r\n"
).encode()


@pytest.mark.heavy
def test_fix_shows_the_change_and_mends_only_what_is_broken(project: Path) -> None:
    make(project, DAMAGED)
    (project / "context-index.yml").chmod(0o640)
    before = sorted(path.name for path in project.iterdir())
    answer = ctxload("check", "--fix", cwd=project, status=0)
    for line in (
        "-    description: Use this: it is good",
        "+    description: 'Use this: it is good'",
        '-    keywords: ["\\.github", api]',
    ):
        assert line in answer.lines
    assert answer.text.startswith("--- a/context-index.yml\n+++ b/context-index.yml\n")
    assert (project / "context-index.yml").read_bytes() == MENDED
    assert sorted(path.name for path in project.iterdir()) == before
    if os.name == "posix":
        assert stat.S_IMODE((project / "context-index.yml").stat().st_mode) == 0o640
    again = ctxload("check", "--fix", cwd=project, status=0)
    assert "---" not in again.text and (project / "context-index.yml").read_bytes() == MENDED


@pytest.mark.heavy
def test_without_fix_nothing_is_written(project: Path) -> None:
    make(project, DAMAGED)
    answer = ctxload("check", cwd=project, status=0)
    assert (project / "context-index.yml").read_bytes() == DAMAGED
    assert "`ctxload check --fix` fixes 2" in answer.remarks


@pytest.mark.heavy
@posix
def test_fix_follows_a_link_to_the_index_and_keeps_it(project: Path) -> None:
    make(project, DAMAGED, name="real.yml")
    (project / "context-index.yml").unlink()
    (project / "context-index.yml").symlink_to("real.yml")
    ctxload("check", "--fix", cwd=project, status=0)
    assert (project / "context-index.yml").is_symlink() and (project / "real.yml").read_bytes() == MENDED


@pytest.mark.heavy
@posix
def test_fix_in_a_read_only_folder_ends_with_2_and_changes_nothing(project: Path) -> None:
    make(project, DAMAGED)
    project.chmod(0o555)
    try:
        done = subprocess.run(
            [*as_a_mere_user(), *COMMAND, "check", "--fix"],
            cwd=project,
            capture_output=True,
            timeout=PATIENCE,
            env=environment(),
        )
    finally:
        project.chmod(0o755)
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    assert done.stderr.decode().startswith("ctxload: context-index.yml cannot be written: ")
    assert (project / "context-index.yml").read_bytes() == DAMAGED


@posix
def test_an_index_that_may_not_be_read_is_refused_with_a_finding(project: Path) -> None:
    (project / "context-index.yml").chmod(0)
    done = subprocess.run(
        [*as_a_mere_user(), *COMMAND, "resolve", "api"],
        cwd=project,
        capture_output=True,
        timeout=PATIENCE,
        env=environment(),
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"CTX302" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.heavy
@posix
def test_a_cache_that_cannot_be_written_changes_no_answer(project: Path) -> None:
    cache = project / "cache"
    cache.mkdir()
    cache.chmod(0o555)
    env = environment({"CTXLOAD_CACHE_DIR": str(cache)})
    for _ in range(2):
        done = subprocess.run(
            [*as_a_mere_user(), *COMMAND, "resolve", "api"], cwd=project, capture_output=True, timeout=PATIENCE, env=env
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"context/api.md\n", b"")
    assert list(cache.iterdir()) == []


def as_a_mere_user() -> list[str]:
    """What goes before a command so that permissions hold for root, too."""
    if os.geteuid() != 0:
        return []
    if not sys.platform.startswith("linux"):
        pytest.skip("root may do everything here")
    drop = "import ctypes, os, sys; p = ctypes.CDLL(None).prctl; assert not any(p(24, c, 0, 0, 0) for c in (1, 2)); os.execv(sys.argv[1], sys.argv[1:])"  # noqa: E501
    return [sys.executable, "-c", drop]


@pytest.mark.heavy
def test_check_prints_findings_in_every_format(project: Path) -> None:
    make(project, INDEX.replace("context/form.md", "context/from.md").replace("fallback", "fallbak"))
    full = ctxload("check", cwd=project, status=1)
    assert "error[CTX301]" in full.text and "hint: did you mean `fallback`?" in full.text and "^" in full.text
    concise = ctxload("check", "--format", "concise", cwd=project, status=1)
    assert concise.lines[1].startswith("context-index.yml:3:22: error[CTX301] ")
    found = [json.loads(line) for line in ctxload("check", "--format", "json", cwd=project, status=1).lines]
    assert {finding["code"] for finding in found} >= {"CTX101", "CTX301"}
    assert all(finding["path"] and finding["severity"] for finding in found)
    github = ctxload("check", "--format", "github", cwd=project, status=1)
    assert any(
        line.startswith("::error file=context-index.yml,line=3,col=22,title=CTX301 missing-file::")
        for line in github.lines
    )


@pytest.mark.heavy
def test_json_stays_json_when_something_is_mended(project: Path) -> None:
    make(project, DAMAGED + b"    keyword: [x]\r\n")
    answer = ctxload("check", "--fix", "--format", "json", cwd=project, status=0)
    assert "CTX101" in [json.loads(line)["code"] for line in answer.lines]
    assert "+    description: 'Use this: it is good'" in answer.remarks


@pytest.mark.heavy
def test_strict_lets_warnings_fail(project: Path) -> None:
    make(project, INDEX + "fallbak: none\n")
    assert ctxload("check", cwd=project).status == 0
    assert ctxload("check", "--strict", cwd=project).status == 1


@pytest.mark.heavy
def test_check_explains_a_code_by_number_and_by_name(project: Path) -> None:
    page = ctxload("check", "--explain", "CTX301", cwd=project, status=0)
    assert "CTX301" in page.text
    assert ctxload("check", "--explain", "missing-file", cwd=project) == page
    assert (
        "did you mean `missing-file`?" in ctxload("check", "--explain", "missing-files", cwd=project, status=2).remarks
    )


# ── ways in ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.heavy
def test_the_quick_way_and_the_full_way_print_the_same(project: Path) -> None:
    make(project, INDEX + "agent_defaults: {dev: [form]}\nx-mine: 1\nfallbak: 1\n")
    for words in (
        ["api"],
        ["api", "--json"],
        ["-0", "api form"],
        ["hello", "--agent", "dev"],
        ["-t", "x", "api"],
        ["api", "-m", "whole", "-c", "style"],
    ):
        quick = ctxload("resolve", *words, cwd=project)
        full = ctxload("resolve", *words, f"--root={project}", cwd=project)
        assert quick == full and quick.out + quick.err


def test_a_task_that_begins_with_dashes_comes_after_two_dashes(project: Path) -> None:
    assert inside("resolve", "--", "--api", "--json", cwd=project).out == b"context/api.md\n"


def test_the_script_is_the_module(project: Path) -> None:
    script = Path(sys.executable).with_name("ctxload.exe" if os.name == "nt" else "ctxload")
    if not script.exists():
        pytest.skip("ctxload is not installed here")
    done = subprocess.run(
        [script, "resolve", "api"], cwd=project, capture_output=True, timeout=PATIENCE, env=environment()
    )
    assert (done.stdout, done.stderr, done.returncode) == (b"context/api.md\n", b"", 0)

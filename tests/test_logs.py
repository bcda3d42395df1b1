"""Logs as they are → tasks: each form, transcripts of clients, bad lines by place, and bounded memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.authoring.logs.lines import numbered
from ctxload.authoring.logs.model import SHOWN, BadLines, Columns, Task
from ctxload.authoring.logs.reader import read_tasks, tasks_of_lines
from ctxload.authoring.sharing import may_be_shared
from ctxload.errors import UsageError


def read(path: Path | str, **columns: str) -> tuple[list[Task], BadLines]:
    bad = BadLines()
    return list(read_tasks([str(path)], Columns(**columns), bad)), bad


def texts(path: Path | str, **columns: str) -> list[str]:
    return [task.text for task in read(path, **columns)[0]]


def write(folder: Path, name: str, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


#: sentence, the file's name, its lines, the columns that are named, the tasks
FORMS = [
    ("JSON lines by the usual names", "a.jsonl", [{"prompt": "fix it"}, {"task": "say so"}], {}, ["fix it", "say so"]),
    ("JSON lines by a name of their own", "a.jsonl", [{"body": {"said": "fix it"}}], {"task": "body.said"}, ["fix it"]),
    ("a key with a dot in it", "a.jsonl", [{"body.said": "fix it"}], {"task": "body.said"}, ["fix it"]),
    ("JSON lines that are texts", "a.jsonl", ['"fix it"'], {}, ["fix it"]),
    ("JSON lines by their first sign", "log", [{"prompt": "fix it"}], {}, ["fix it"]),
    ("JSON lines that gzip packed", "a.jsonl.gz", [{"prompt": "fix it"}], {}, ["fix it"]),
    ("a mark of byte order", "a.jsonl", ["\ufeff" + '{"prompt": "fix it"}'], {}, ["fix it"]),
    ("CSV with commas", "a.csv", ["id,Prompt", '1,"fix, the ""login"""'], {}, ['fix, the "login"']),
    ("CSV with semicolons", "a.csv", ["id;prompt", "1;fix, it"], {}, ["fix, it"]),
    ("CSV with tabs", "a.tsv", ["id\tprompt", "1\tfix it"], {}, ["fix it"]),
    ("CSV with lines in a field", "a.csv", ["prompt", '"fix\nit"', "more"], {}, ["fix\nit", "more"]),
    ("CSV by a name of its own", "a.csv", ["prompt,said", "no,yes"], {"task": "said"}, ["yes"]),
    ("CSV where the name says nothing", "log", ["prompt", "fix it"], {"form": "csv"}, ["fix it"]),
    ("text with a task a line", "a.txt", ["fix it", "", "say so"], {}, ["fix it", "say so"]),
    ("a file of cases", "a.yml", ["- {task: fix it, expect: [api]}"], {}, ["fix it"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "columns", "expected"), [row[1:] for row in FORMS], ids=[r[0] for r in FORMS])
def test_a_log_is_read_as_it_is(
    tmp_path: Path, name: str, rows: list[Any], columns: dict[str, str], expected: list[str]
) -> None:
    tasks, bad = read(write(tmp_path, name, *rows), **columns)
    assert ([task.text for task in tasks], bad.count) == (expected, 0)


def test_a_task_has_its_files_its_agent_and_its_place(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.jsonl", {"task": "x", "files": ["a.ts"], "agent": "dev"}, {"task": "y", "at": "b.ts;c.ts"}
    )
    (first, second), _ = read(path)
    assert first[1:] == (("a.ts",), f"{path.as_posix()}:1", "dev")
    assert second[1:] == ((), f"{path.as_posix()}:2", "")
    assert [task.files for task in read(path, files="at")[0]] == [(), ("b.ts", "c.ts")]


def test_a_folder_is_read_with_all_logs_below_it_and_no_other_file(tmp_path: Path) -> None:
    write(tmp_path, "b/two.csv", "prompt", "two")
    write(tmp_path, "a/one.jsonl", {"prompt": "one"})
    write(tmp_path, "package.json", "{", "}")
    write(tmp_path, "notes.txt", "no task")
    assert texts(tmp_path) == ["one", "two"]


def test_stdin_is_read_by_its_first_sign_or_by_the_format_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, form, expected in (
        (b'{"prompt": "one"}\n', "", ["one"]),
        (b"one\ntwo\n", "", ["one", "two"]),
        (b"id,task\n1,one\n", "csv", ["one"]),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert texts("-", form=form) == expected


@pytest.mark.parametrize("name", ["none.jsonl", "none/"])
def test_a_log_that_does_not_exist_is_said_before_any_is_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="doesn't exist"):
        read_tasks([str(write(tmp_path, "a.jsonl", {"task": "x"})), str(tmp_path / name)])


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv"])
def test_it_is_told_how_much_was_read(tmp_path: Path, name: str) -> None:
    rows = ["prompt", *["fix it"] * 9_000] if name.endswith("csv") else [{"prompt": f"fix {n}"} for n in range(9_000)]
    path, told = write(tmp_path, name, *rows), list[int]()
    assert len(list(read_tasks([str(path)], heard=told.append))) == 9_000
    assert sum(told) == path.stat().st_size and len(told) > 2


# ── transcripts ──────────────────────────────────────────────────────────────────────────────────────────


def of_claude(content: Any, kind: str = "user", **more: Any) -> dict[str, Any]:
    message = {"role": kind, "content": content}
    ids = {"parentUuid": None, "uuid": "u", "sessionId": "s", "cwd": "/shop", "version": "2.0.1"}
    return {**ids, "isSidechain": False, "userType": "external", "type": kind, "message": message, **more}


CLAUDE = [
    {"type": "summary", "summary": "Login", "leafUuid": "u"},
    {"type": "file-history-snapshot", "messageId": "m", "snapshot": {}},
    of_claude("Caveat: The messages below were generated by the user while running local commands.", isMeta=True),
    of_claude("fix the login"),
    of_claude([{"type": "text", "text": "I look."}, {"type": "tool_use", "name": "Read", "input": {}}], "assistant"),
    of_claude([{"type": "tool_result", "tool_use_id": "t", "content": "a file"}], toolUseResult={"stdout": ""}),
    of_claude([{"type": "text", "text": "<ide_selection>a"}, {"type": "text", "text": "and the tests"}]),
    of_claude("look for callers of login", isSidechain=True),
    of_claude("<command-name>/deploy</command-name>\n<command-args>to staging</command-args>"),
    of_claude("<command-name>/clear</command-name>\n<command-args></command-args>"),
    of_claude("<local-command-stdout>Bye</local-command-stdout>"),
    of_claude([{"type": "text", "text": "[Request interrupted by user]"}]),
    of_claude("This session is being continued from a previous conversation that ran out.", isCompactSummary=True),
    of_claude([{"type": "image", "source": {}}, {"type": "text", "text": "make it look so"}]),
    {"type": "queue-operation", "operation": "enqueue", "content": "later", "sessionId": "s"},
]  # fmt: skip


def of_codex(kind: str, /, **payload: Any) -> dict[str, Any]:
    return {"timestamp": "2026-01-01T00:00:00.000Z", "type": kind, "payload": payload}


def sent(text: str, role: str = "user") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


CODEX = [
    of_codex("session_meta", id="i", cwd="/shop", instructions=None),
    of_codex("response_item", **sent("# AGENTS.md instructions for /shop\n\n<INSTRUCTIONS>…")),
    of_codex("response_item", **sent("<environment_context>…</environment_context>")),
    of_codex("response_item", **sent("fix the login")),
    of_codex("event_msg", type="user_message", message="fix the login", kind="plain"),
    of_codex("turn_context", cwd="/shop", model="m"),
    of_codex("response_item", **sent("I look.", "assistant")),
    of_codex("response_item", type="function_call", name="shell", arguments="{}"),
    of_codex("event_msg", type="user_message", message="go on"),
    of_codex("response_item", **sent("go on")),
    of_codex("event_msg", type="user_message", message="go on"),
    of_codex("response_item", **sent("go on")),
    of_codex("event_msg", type="user_message", message="# Context from my IDE setup:\n\n## Open tabs:\n- a.ts\n\n## My request for Codex:\nand the tests"),  # noqa: E501
    of_codex("event_msg", type="agent_message", message="Done."),
]  # fmt: skip
OLDER_CODEX = [
    {"id": "i", "timestamp": "2025-06-01T00:00:00.000Z", "instructions": "be brief"},
    {"record_type": "state"},
    sent("<user_instructions>be brief</user_instructions>"),
    sent("fix the login"),
    {"type": "reasoning", "summary": []},
    {"type": "function_call", "name": "shell", "arguments": "{}"},
]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (CLAUDE, ["fix the login", "and the tests", "/deploy to staging", "make it look so"]),
        (CODEX, ["fix the login", "go on", "go on", "and the tests"]),
        (OLDER_CODEX, ["fix the login"]),
    ],
    ids=["Claude Code", "Codex", "an older Codex"],
)
def test_of_a_transcript_only_what_a_person_typed_is_a_task(
    tmp_path: Path, rows: list[Any], expected: list[str]
) -> None:
    tasks, bad = read(write(tmp_path, "projects/s.jsonl", *rows))
    assert ([task.text for task in tasks], bad.count) == (expected, 0)


def test_a_log_of_ones_own_with_keys_of_transcripts_is_no_transcript(tmp_path: Path) -> None:
    rows = [{"type": "chat", "session_id": "s", "prompt": "one"}, {"type": "user", "sessionId": "s", "text": "two"}]
    assert texts(write(tmp_path, "a.jsonl", *rows)) == ["one", "two"]


# ── bad lines ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bad_line_is_counted_told_by_place_and_ends_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", {"task": "one"}, "{", "[1]", {"id": 1}, {"task": " "}, {"task": "two"})
    assert read(write(tmp_path, "b.jsonl", {"task": 5}))[1].first[0].why == "`task` isn't a text"
    path.write_bytes(path.read_bytes() + b'{"task": "\xff"}\n{"task": "three"}\n')
    tasks, bad = read(path)
    assert [task.text for task in tasks] == ["one", "two", "three"]
    told = [(line.place.rpartition(":")[2], line.why) for line in bad.first]
    assert told == [
        ("2", "this isn't JSON"), ("3", "this isn't an object"),
        ("4", "none of its keys is called `task` or `prompt`: name it with --task-column (`id`)"),
        ("5", "the task is empty"), ("7", "this isn't UTF-8"),
    ]  # fmt: skip


def test_a_table_without_the_column_says_which_it_has(tmp_path: Path) -> None:
    _, bad = read(write(tmp_path, "a.csv", "id,said", "1,x"))
    assert bad.count == 1 and bad.first[0].why.endswith("name one of id, said with --task-column")


def test_a_quote_that_is_never_closed_takes_no_more_than_its_own_row(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "prompt", '"never closed', *["x" * 1000] * 200, "after")
    tasks, bad = read(path)
    assert bad.count == 1 and tasks[-1].text == "after"


def test_a_damaged_archive_gives_what_was_read_before_and_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl.gz", *[{"task": f"task {number * 7919}"} for number in range(5000)])
    path.write_bytes(path.read_bytes()[:-5000])
    tasks, bad = read(path)
    assert 0 < len(tasks) < 5000 and bad.count >= 1


def test_a_line_beyond_the_limit_is_passed_over_piece_by_piece() -> None:
    found = list(numbered(io.BytesIO(b'{"task": "' + b"x" * 100 + b'"}\n{"task": "y"}'), 20))
    assert found == [(1, None), (2, b'{"task": "y"}')]


def test_only_the_first_bad_lines_are_kept_and_all_are_counted() -> None:
    bad = BadLines()
    lines = ((number, b"{") for number in range(1, 1001))
    assert not list(tasks_of_lines(lines, "jsonl", "a", Columns(), bad))
    assert (bad.count, len(bad.first)) == (1000, SHOWN)
    bad.merge(bad)
    assert (bad.count, len(bad.first)) == (2000, SHOWN)


@pytest.mark.law
@given(st.lists(st.binary(max_size=60)), st.sampled_from(["jsonl", "csv", "text", ""]))
def test_no_bytes_end_a_run(rows: list[bytes], form: str) -> None:
    from ctxload.authoring.logs.reader import tasks_of_stream

    bad = BadLines()
    tasks = list(tasks_of_stream(io.BytesIO(b"\n".join(rows)), form, "log", Columns(), bad))
    assert all(task.text.strip() and task.place.startswith("log:") for task in tasks)


#: A value of JSON as a line of a log or a transcript may hold.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "message", "content", "role", "payload", "text", "task", "sessionId"]), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.law
@given(st.lists(VALUES, max_size=6))
def test_no_json_ends_a_run(rows: list[Any]) -> None:
    lines = [(number, json.dumps(row).encode()) for number, row in enumerate(rows, 1)]
    assert all(task.text for task in tasks_of_lines(lines, "jsonl", "log", Columns(), BadLines()))


# ── Parquet ──────────────────────────────────────────────────────────────────────────────────────────────


def test_parquet_without_the_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"ctxload\[parquet\]"):
        texts(write(tmp_path, "a.parquet", "PAR1"))


def test_parquet_is_read_some_rows_at_a_time_and_only_the_columns_that_count(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [
        {"prompt": f"task {n}", "files": ["a.ts"], "said": {"by": f"b{n}"}, "blob": b"x" * 100} for n in range(3000)
    ]
    rows[5]["prompt"] = None
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    tasks, bad = read(path)
    assert (len(tasks), bad.count) == (2999, 1)
    assert tasks[-1] == Task("task 2999", ("a.ts",), f"{path.as_posix()}:3000")
    assert texts(path, task="said.by")[1] == "b1"
    path.write_bytes(path.read_bytes()[:-50])
    assert read(path)[1].count == 1


# ── what comes through a pipe, and what is no log ────────────────────────────────────────────────────────


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_ordinary_file_in_a_folder_is_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    write(tmp_path, "b.jsonl", {"task": "fix it"})
    tasks, bad = read(tmp_path)
    assert [task.text for task in tasks] == ["fix it"] and bad.count == 1
    assert bad.first[0].place.endswith("/a.jsonl") and bad.first[0].why == "this isn't an ordinary file"


def piped(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts bytes on stdin, which cannot be read from another place."""
    stream = io.BytesIO(data)
    stream.seekable = lambda: False  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(stream)))


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz", "log.parquet", "log.parquet.gz"])
@pytest.mark.parametrize("is_named", [False, True])
def test_a_log_on_stdin_is_read_by_its_first_bytes_as_by_its_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_named: bool
) -> None:
    path = tmp_path / name
    if ".parquet" in name:
        pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pyarrow.table({"task": ["one", "two"]}), tmp_path / "log.parquet")
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress((tmp_path / "log.parquet").read_bytes()))
    else:
        write(tmp_path, name, {"task": "one"}, {"task": "two"})
    assert texts(path) == ["one", "two"]
    form = "parquet" if ".parquet" in name else "jsonl"
    piped(path.read_bytes(), monkeypatch)
    assert texts("-", form=form if is_named else "") == ["one", "two"]


@pytest.mark.parametrize(
    "text",
    [
        "log in with password=hunter2secretlong", "PASSWORD: hunter2", "export DB_PASSWORD='short'",
        "the token: abcd-ef",
        '{"api_key": "plainwords"}', "API key = letters", "secret_key_base: abcdef", "run it with --token abc123",
        "my password is hunter22", "Authorization: Basic dXNlcjpw", "postgres://me:pw12@host/db",
        "clientSecret => 'x1y2z3'", "access-key:AAAA", "pwd=abcd", "ghp_" + "a1B2" * 9,
    ],
)  # fmt: skip
def test_what_is_assigned_to_a_name_for_secrets_is_not_shared(text: str) -> None:
    assert not may_be_shared(f"Why does this fail? {text} \nand so on")


@pytest.mark.parametrize(
    "text",
    [
        "the password is reset by mail", "max_tokens=4096", "token: str, password: string", "password=<your password>",
        "token = get_token(request)", "rename the secret to a name", "fix the token: it expires", "api_key=os.environ",
        "the password field: make it wider", "http://localhost:8080/a@b", "password: ${PASSWORD}",
    ],
)  # fmt: skip
def test_a_task_about_secrets_that_holds_none_is_shared(text: str) -> None:
    assert may_be_shared(text)


@pytest.mark.law
@given(
    st.sampled_from(["password", "secret", "token", "api_key", "API-KEY"]),
    st.sampled_from("=:"),
    st.from_regex(r"[a-m]{4,20}[0-9]", fullmatch=True),
)
def test_any_value_assigned_to_such_a_name_is_told(name: str, sign: str, value: str) -> None:
    assert not may_be_shared(f"{name}{sign} {value}")

"""`ctxload stats`: what the hook records of each call, who may read it, and what is made of it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from ctxload.authoring.report.overview import overview
from ctxload.authoring.report.page import page
from ctxload.authoring.use.data import stats_schema, to_dict
from ctxload.authoring.use.records import GivenFile, Records, UseRecord, parse, read_records
from ctxload.authoring.use.summary import ClientUse, EntryUse, UseSummary, summary
from ctxload.cli import app
from ctxload.cli.stats import SILENT, in_words, main
from ctxload.integrations import own_settings
from ctxload.integrations.hooks import answer, journal
from ctxload.integrations.hooks.hook import HookOptions, reply, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.project.build import build
from ctxload.start import run
from ctxload.text.render import Paint
from ctxload.workspace import allowing, trust
from ctxload.workspace.locations import data_folder, discover, records_file

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
INDEX = """\
context_files:
  - {path: api.md, keywords: [rest framework, api]}
  - {path: db.md, keywords: [mysql]}
  - {path: ui.md, keywords: [react], for_files: ['*.tsx']}
"""
SECRET = "ghp_" + "a1B2c3D4" * 5


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    account = tmp_path / "account"
    account.mkdir()
    monkeypatch.setattr("ctxload.workspace.locations.account_home", lambda: str(account))
    root = tmp_path / "shop"
    root.mkdir()
    for name, text in (("context-index.yml", INDEX), ("api.md", "# API\n"), ("db.md", "# DB\n"), ("ui.md", "# UI\n")):
        (root / name).write_text(text, encoding="utf-8")
    allowing.remember(trust.ALLOWED, [str(root)])
    return root


def call(root: Path, prompt: str, **more: Any) -> dict[str, Any]:
    payload = {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "session_id": "s1", "cwd": str(root)}
    return {**payload, "prompt": prompt, **more}


def ask(root: Path, *prompts: str, **more: Any) -> None:
    """Prompts that reach the hook, as its command answers them."""
    for prompt in prompts:
        reply([], call(root, prompt, **more), Turn())


def rows_of(root: Path) -> tuple[UseRecord, ...]:
    return read_records(str(root)).rows


def settings(text: str) -> None:
    path = Path(own_settings.settings_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


# ── what is recorded ─────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_recorded_with_its_entries_their_tokens_and_the_time_it_took(shop: Path) -> None:
    turn = Turn()
    turn.began = 1e-9
    respond(HookOptions(), call(shop, "a REST framework view on MySQL"), turn)
    (row,) = rows_of(shop)
    assert (row.client, row.moment, row.silent) == ("claude-code", "prompt", "")
    assert {(file.entry, file.path, file.form) for file in row.files} == {
        ("api", "api.md", "whole"),
        ("db", "db.md", "whole"),
    }
    assert row.took >= 0 and all(file.tokens > 0 for file in row.files)


def test_no_word_of_a_prompt_is_recorded(shop: Path) -> None:
    ask(shop, "the api for Zanzibar", "Zanzibar once more", "Context: zanzibar.md")
    text = Path(records_file(str(shop))).read_text(encoding="ascii")
    assert len(text.splitlines()) == 3 and "anzibar" not in text


def test_a_task_is_kept_where_the_persons_own_settings_say_so_without_its_secrets(shop: Path) -> None:
    settings("tasks: true\n")
    ask(shop, f"the api\nwith {SECRET}\nfor Zanzibar")
    assert rows_of(shop)[0].task == "the api\n[line 2 withheld by ctxload: CTX501 secret-text]\nfor Zanzibar"


def test_with_the_setting_off_nothing_is_recorded(shop: Path) -> None:
    settings("stats: false\n")
    ask(shop, "the api", "hello there")
    assert not os.path.exists(records_file(str(shop)))


@POSIX
def test_settings_that_others_may_write_keep_no_task(shop: Path) -> None:
    settings("tasks: true\n")
    Path(own_settings.settings_file()).chmod(0o666)
    ask(shop, "the api")
    assert rows_of(shop)[0].task == ""


@POSIX
def test_the_records_are_for_their_owner_alone(shop: Path) -> None:
    ask(shop, "the api")
    path = Path(records_file(str(shop)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@POSIX
def test_records_that_others_may_write_are_not_read(shop: Path) -> None:
    ask(shop, "the api")
    Path(records_file(str(shop))).chmod(0o666)
    assert rows_of(shop) == ()


@POSIX
@pytest.mark.parametrize(
    "what, why",
    [
        ("file", "others may write to"),
        ("folder", "others may write to"),
        ("data", "others may write to"),
        ("link", "is a link"),
    ],
)
def test_stats_says_why_what_is_recorded_counts_for_nothing(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str, why: str
) -> None:
    monkeypatch.chdir(shop)
    ask(shop, "the api")
    path = Path(records_file(str(shop)))
    wrong = {"file": path, "folder": path.parent, "data": path.parent.parent, "link": path}[what]
    if what == "link":
        path.rename(path.with_name("real"))
        path.symlink_to("real")
    else:
        wrong.chmod(0o777)
    run(["stats"])
    said = capsys.readouterr().err
    assert f"{wrong}" in said and why in said and "nothing is recorded" not in said
    row = {"type": "user", "cwd": str(shop), "sessionId": "s", "message": {"content": "Fix the api"}}
    (shop / "t.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    run(["learn", "--transcripts", "t.jsonl"])
    assert why in capsys.readouterr().err
    assert run(["stats", "--forget"]) == 0
    assert "are removed" in capsys.readouterr().err


@POSIX
def test_a_link_in_the_place_of_the_records_is_not_followed(shop: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    path = Path(records_file(str(shop)))
    path.parent.mkdir(parents=True, mode=0o700)
    path.symlink_to(victim)
    ask(shop, "the api")
    assert victim.read_text(encoding="utf-8") == "mine"


def test_records_never_grow_beyond_twice_their_limit(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "RECORDS_SIZE", 600)
    ask(shop, *(f"hello number {number}" for number in range(20)))
    path = Path(records_file(str(shop)))
    sizes = [file.stat().st_size for file in path.parent.iterdir()]
    assert len(sizes) == 2 and max(sizes) < 1000
    assert 4 <= len(rows_of(shop)) < 20


def test_records_of_a_project_that_nobody_used_for_long_go_when_another_begins(shop: Path) -> None:
    ask(shop, "the api")
    old = Path(records_file(str(shop))).with_name("old.jsonl")
    old.write_text("", encoding="utf-8")
    os.utime(old, (1, 1))
    Path(records_file(str(shop))).unlink()
    ask(shop, "the api once more")
    assert not old.exists()


SILENCES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda root: ask(root, "plan the next quarter"),
    "no-task": lambda root: ask(root, "/review the api"),
    "directive": lambda root: ask(root, "Context: api.mdd"),
    "given-before": lambda root: ask(root, "the api", "the api and nothing else"),
    "not-allowed": lambda root: ask(root.rename(root.with_name("clone")), "the api"),
    "denied": lambda root: (allowing.remember(trust.DENIED, [str(root)]), ask(root, "the api"))[-1],
    "broken-index": lambda root: (
        (root / "context-index.yml").write_text("context_files: [", encoding="utf-8"),
        ask(root, "the api"),
    )[-1],
}


@pytest.mark.parametrize("word", SILENCES)
def test_a_silence_is_recorded_by_a_word_for_its_reason(shop: Path, word: str) -> None:
    SILENCES[word](shop)
    assert rows_of(shop if shop.exists() else shop.with_name("clone"))[-1].silent == word


def test_a_prompt_that_is_typed_again_was_given_before_and_is_no_other_hooks(shop: Path) -> None:
    asked = SimpleNamespace(kind="prompt", prompt="the api", client=SimpleNamespace(message=lambda text: {"say": text}))
    turn, notes = Turn(), journal.Notes("s1")
    with notes.claim("prompt\0the api") as claim:
        claim.answered()
    assert answer._nothing(SimpleNamespace(files=["api.md"]), asked, "ctxload: a remark", notes, turn) == b""  # type: ignore[arg-type]
    assert "given before in this conversation" in turn.silent


def test_a_prompt_that_another_hook_answers_is_told_from_a_silence_of_the_index(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = call(shop, "the api")
    with journal.Notes("s1").claim("prompt\0the api"):
        monkeypatch.setattr(journal, "ANSWERING", 0.01)
        reply([], asked, Turn())
    assert rows_of(shop)[-1].silent == "another-hook"


def test_every_word_for_a_silence_is_said_in_words() -> None:
    assert {word for _, word in journal.SILENCES} | {"directive", "other"} == set(SILENT)


# ── what is made of it ───────────────────────────────────────────────────────────────────────────────────


def test_figures_are_by_entry_client_and_moment_with_what_was_never_given(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(shop, "the api", "the api in MySQL", "plan the next quarter")
    ask(shop, "the api", session_id="s2", turn_id="u", model="m")
    assert main(index="", root=str(shop), forget=False, all_projects=False, json=True, color="never") == 0
    data = json.loads(capsys.readouterr().out)
    assert list(Draft7Validator(stats_schema()).iter_errors(data)) == []
    assert [(one["entry"], one["given"]) for one in data["entries"]] == [("api", 2), ("db", 1)]
    assert data["entries"][0]["clients"] == {"claude-code": 1, "codex": 1}
    assert (data["never_given"], data["silences"]) == (["ui"], {"nothing": 1})
    assert [(one["client"], one["answers"]) for one in data["clients"]] == [("claude-code", 2), ("codex", 1)]


def test_the_figures_fit_eighty_columns(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(shop, "the api", "MySQL", "plan the next quarter")
    main(index="", root=str(shop), forget=False, all_projects=False, json=False, color="never")
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "never given" in out and "the index selects nothing" in out


def test_the_page_shows_what_the_command_prints() -> None:
    clients, moments = (("claude-code", 20), ("codex", 2)), (("prompt", 17), ("touch", 3), ("subagent", 2))
    use = UseSummary(
        1793693560, 1795795511, 41, 9, 61_204,
        (
            EntryUse("api", 22, clients, moments, 38_410, 1795795511),
            EntryUse("auth", 14, (("claude-code", 14),), (("prompt", 14),), 18_022, 1795795511),
            EntryUse("style", 9, (("codex", 9),), (("prompt", 5), ("compacted", 4)), 4_772, 1795104311),
        ),
        ("release",), (), (("nothing", 9), ("given-before", 3)),
        (ClientUse("claude-code", 33, 10, 38, 61, 212), ClientUse("codex", 8, 2, 41, 66, 97)),
    )  # fmt: skip
    text = (Path(__file__).parents[1] / "docs" / "learning.md").read_text(encoding="utf-8")
    shown = text.partition("$ ctxload stats\n")[2].partition("```")[0]
    assert shown == "".join(f"{line}\n" for line in in_words(use, "context-index.yml", Paint(False)))


def test_without_records_nothing_is_called_unused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(index="", root=str(shop), forget=False, all_projects=False, json=False, color="never") == 1
    out, err = capsys.readouterr()
    assert out == "" and "nothing is recorded" in err


def test_forget_removes_the_records_of_this_project_and_with_all_those_of_every_one(shop: Path) -> None:
    ask(shop, "the api")
    other = Path(records_file(str(shop))).with_name("other.jsonl")
    other.write_text("", encoding="utf-8")
    assert main(index="", root=str(shop), forget=True, all_projects=False, json=False, color="never") == 0
    assert rows_of(shop) == () and other.exists()
    assert main(index="", root="", forget=True, all_projects=True, json=False, color="never") == 0
    assert os.listdir(os.path.join(data_folder(), "records")) == []


def test_the_command_line_knows_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["stats", "--help"]) == 0
    assert "--forget" in capsys.readouterr().out


def test_a_report_shows_what_was_given_where_it_is_recorded(shop: Path) -> None:
    project = build(discover(root=str(shop)))
    index = project.as_written.index
    without = page(overview(index, project.tables, project.tree))
    ask(shop, "the api <b>", "plan the next quarter")
    use = summary(rows_of(shop), ["api", "db", "<i>"])
    text = page(overview(index, project.tables, project.tree, use=use))
    assert "What was given" not in without and "What was given" in text
    assert "claude-code 1" in text and "2 entries never given" in text and "<i>" not in text


# ── hostile records ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line",
    [
        b"{", b"[]", b"1", b"\xff\xfe", b'{"at": 1e999, "client": "c", "moment": "m"}',
        b'{"at": 1, "client": ["c"], "moment": "m"}', b'{"at": -5, "client": "c", "moment": "m"}',
        b'{"at": 1, "client": "c", "moment": "m", "files": [1]}', b"[" * 100_000,
        b'{"at": 1, "client": "c", "moment": "m", "files": {"path": 1}}',
    ],
)  # fmt: skip
def test_a_damaged_line_counts_for_nothing_and_is_counted(line: bytes) -> None:
    good = b'{"at": 1, "client": "codex", "moment": "prompt", "silent": "nothing"}'
    found = parse(good + b"\n" + line + b"\n" + good)
    assert (len(found.rows), found.damaged) == (2, 1)


names = st.text(max_size=5)
files = st.builds(GivenFile, names, names, names, st.integers(0, 10**6))
records = st.builds(
    UseRecord, st.integers(0, 2**34), names, names, names, names, st.integers(-1, 9999),
    st.lists(files, max_size=3).map(tuple), st.sampled_from(["", "", "nothing", "late"]),
)  # fmt: skip


@given(st.lists(records, max_size=8), st.lists(names, max_size=4))
def test_a_summary_counts_every_record_once_and_fits_its_schema(rows: list[UseRecord], ids: list[str]) -> None:
    found = summary(rows, ids)
    assert found.answers + found.silent == len(rows)
    assert sum(one.answers + one.silences for one in found.clients) == len(rows)
    assert found.tokens == sum(one.tokens for one in found.entries)
    assert not {one.entry for one in found.entries} & set(found.never)
    assert list(Draft7Validator(stats_schema()).iter_errors(to_dict(found, "i"))) == []


def test_skills_of_the_persons_own_are_no_entries_of_the_index_that_never_came() -> None:
    rows = [UseRecord(1, "codex", "prompt", files=(GivenFile("~/.claude/skills/a/SKILL.md", "~/a", "whole", 9),))]
    found = summary(rows, ["api", "~/a", "~/b"])
    assert found.never == ("api",) and found.own_never == ("~/b",)
    lines = [*in_words(found, "context-index.yml", Paint(on=False))]
    assert "never given here of your own: 1 skill" in lines and "  api" in lines
    assert to_dict(found, "context-index.yml")["own_never_given"] == ["~/b"]


@pytest.mark.parametrize("number", ["1e308", "9" * 40, "-2", '"x"', "null", "1e999", "true and"])
@pytest.mark.parametrize("where", ["at", "ms", "tokens"])
def test_a_number_that_no_hook_writes_counts_for_nothing(number: str, where: str) -> None:
    numbers = {"at": "1", "ms": "1", "tokens": "1", where: number}
    file = f'{{"path": "p", "entry": "e", "form": "whole", "tokens": {numbers["tokens"]}}}'
    line = f'{{"at": {numbers["at"]}, "client": "c", "moment": "prompt", "ms": {numbers["ms"]}, "files": [{file}]}}'
    assert parse(line.encode()) == Records(damaged=1)

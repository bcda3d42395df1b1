"""`ctxload learn`: what transcripts show, which cases are proposed, and what is written only by the person's word."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from ctxload.authoring.evaluate.cases import Owners
from ctxload.authoring.learn.data import learn_schema
from ctxload.authoring.learn.labels import CITED, OPENED, PHRASES, Label, Labels
from ctxload.authoring.learn.lessons import LONGEST, Lessons, lessons
from ctxload.authoring.learn.phrases import Phrases
from ctxload.authoring.logs.sessions import Session, Turn, read_session, session_of
from ctxload.authoring.logs.shell_reads import files_read
from ctxload.authoring.logs.turns import SAID_SIZE
from ctxload.authoring.use.records import GivenFile, UseRecord
from ctxload.cli.learn import main
from ctxload.integrations import transcripts
from ctxload.integrations.transcripts import transcripts_of
from ctxload.project.build import build
from ctxload.start import run
from ctxload.workspace.locations import discover, short_key

INDEX = """\
# ours
context_files:
  - {path: docs/api.md, keywords: [rest framework]}   # the API
  - {path: docs/auth.md, keywords: [login]}
  - {path: docs/db.md, keywords: [mysql]}
fallback: none
match: whole
"""
AUTH = "# Log-in\n\nEvery session token is renewed after ten minutes and never stored in the browser.\n"
SECRET = "ghp_" + "a1B2c3D4" * 5


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "codex"))
    root = tmp_path / "shop"
    (root / "docs").mkdir(parents=True)
    (root / "context-index.yml").write_text(INDEX, encoding="utf-8")
    texts = (("api", "# API\n\nViews and serializers.\n"), ("auth", AUTH), ("db", "# DB\n\nTables.\n"))
    for name, text in texts:
        (root / "docs" / f"{name}.md").write_text(text, encoding="utf-8")
    return root


def labels_of(root: Path, *turns: Turn, records: tuple[UseRecord, ...] = ()) -> list[Label]:
    project = build(discover(root=str(root)))
    owners = Owners(project.tables, project.tree)
    return list(Labels(owners, records, [str(root)]).of(Session("claude-code", "s1", str(root), turns)))


def gave(prompt: str, *paths: str, moment: str = "prompt", conversation: str = "s1") -> UseRecord:
    files = tuple(GivenFile(path, "", "whole", 1) for path in paths)
    return UseRecord(1, "claude-code", moment, short_key(conversation), short_key(prompt), files=files)


def named(used: Any) -> list[tuple[str, str]]:
    return [(one.name, one.sign) for one in used]


# ── labels ───────────────────────────────────────────────────────────────────────────────────────────────

ASKED = "Renew the session of a customer"


def test_what_is_opened_though_not_given_is_a_miss(shop: Path) -> None:
    (label,) = labels_of(shop, Turn(ASKED, (f"{shop}/docs/auth.md",)), records=(gave("something else"),))
    assert named(label.misses) == [("auth", OPENED)] and not label.hits and label.is_recorded


@pytest.mark.parametrize(
    ("turn", "sign"),
    [
        (Turn(ASKED, ("ROOT/docs/auth.md",)), OPENED),
        (Turn(ASKED, said="As docs/auth.md says, it is short."), CITED),
        (Turn(ASKED, said="So a session token is renewed after ten minutes and never stored in the browser."), PHRASES),
    ],
    ids=["opened", "cited", "phrases"],
)
def test_what_is_given_and_then_used_is_a_hit_however_it_is_used(shop: Path, turn: Turn, sign: str) -> None:
    turn = turn.replace(opened=tuple(path.replace("ROOT", str(shop)) for path in turn.opened))
    (label,) = labels_of(shop, turn, records=(gave(ASKED, "docs/auth.md"),))
    assert named(label.hits) == [("auth", sign)] and not label.misses and not label.doubtful


def test_words_that_came_from_elsewhere_are_no_sign_of_use(shop: Path) -> None:
    sentence = "a session token is renewed after ten minutes and never stored in the browser"
    turn = Turn(ASKED, said=sentence, seen=f"// {sentence}")
    (label,) = labels_of(shop, turn, records=(gave(ASKED, "docs/auth.md"),))
    assert label.doubtful == ("auth",) and not label.hits


def test_what_is_given_and_never_used_is_doubtful_and_proposes_nothing(shop: Path) -> None:
    found = labels_of(shop, Turn(ASKED, said="Done."), records=(gave(ASKED, "docs/auth.md"),))
    assert found[0].doubtful == ("auth",)
    assert lessons(found).cases == ()


def test_use_in_a_later_turn_counts_for_the_prompt_that_brought_the_document(shop: Path) -> None:
    turns = (Turn(ASKED), Turn("Write a test for the cart", (f"{shop}/docs/auth.md",)))
    first, second = labels_of(shop, *turns, records=(gave(ASKED, "docs/auth.md"),))
    assert named(first.hits) == [("auth", OPENED)] and not second.misses


def test_a_document_that_touched_files_brought_is_no_miss(shop: Path) -> None:
    given_then = gave("src/login.ts", "docs/auth.md", moment="touch")
    (label,) = labels_of(shop, Turn(ASKED, (f"{shop}/docs/auth.md",)), records=(given_then,))
    assert not label.misses


def test_a_document_that_a_turn_writes_is_what_it_works_on(shop: Path) -> None:
    path = f"{shop}/docs/auth.md"
    (label,) = labels_of(shop, Turn(ASKED, (path,), (path,)))
    assert not label.misses


def test_a_look_through_all_documents_tells_nothing(shop: Path) -> None:
    for number in range(9):
        (shop / "docs" / f"d{number}.md").write_text("# D\n", encoding="utf-8")
    paths = tuple(f"{shop}/docs/{name}" for name in sorted(os.listdir(shop / "docs")))
    (label,) = labels_of(shop, Turn(ASKED, paths))
    assert not label.misses


def test_a_prompt_without_words_of_its_own_goes_on_with_the_one_before(shop: Path) -> None:
    (label,) = labels_of(shop, Turn(ASKED), Turn("yes, please", (f"{shop}/docs/auth.md",)))
    assert (label.prompt, named(label.misses)) == (ASKED, [("auth", OPENED)])


@pytest.mark.parametrize("prompt", ["MySQL tables", "mysql?", "rest " * 2 + "framework"])
def test_a_short_prompt_that_is_given_something_is_no_part_of_the_one_before(shop: Path, prompt: str) -> None:
    path = "docs/api.md" if "rest" in prompt else "docs/db.md"
    first, second = labels_of(shop, Turn(ASKED), Turn(prompt, (f"{shop}/{path}",)))
    assert (first.misses, second.prompt, second.hits[0].path) == ((), prompt, path)
    records = (gave(ASKED, "docs/auth.md"), gave("SOCKS proxies", "docs/db.md"))
    first, second = labels_of(shop, Turn(ASKED), Turn("SOCKS proxies", (f"{shop}/docs/db.md",)), records=records)
    assert (first.misses, named(second.hits)) == ((), [("db", OPENED)])


def test_a_long_prompt_without_blanks_is_no_part_of_the_one_before(shop: Path) -> None:
    first, second = labels_of(shop, Turn(ASKED), Turn("x" * 400, (f"{shop}/docs/db.md",)))
    assert (first.misses, named(second.misses)) == ((), [("db", OPENED)])


def test_without_records_what_was_given_is_replayed_and_only_what_was_opened_is_a_hit(shop: Path) -> None:
    opened, not_opened = "A view of the REST framework", "A slow query in MySQL"
    first, second = labels_of(shop, Turn(opened, (f"{shop}/docs/api.md",)), Turn(not_opened, said="docs/db.md says so"))
    assert named(first.hits) == [("api", OPENED)] and not first.is_recorded
    assert second.doubtful == ("db",)


def test_files_of_another_project_say_nothing(shop: Path) -> None:
    (label,) = labels_of(shop, Turn(ASKED, ("/elsewhere/docs/auth.md", f"{shop}/../shop2/docs/auth.md")))
    assert not label.misses and not label.unlisted


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────


def test_cases_that_were_missed_come_first_and_prompts_that_say_the_same_are_one(shop: Path) -> None:
    path = (f"{shop}/docs/auth.md",)
    turns = (
        Turn("A view of the REST framework", (f"{shop}/docs/api.md",)),
        Turn(ASKED, path),
        Turn(f" {ASKED}\n", path),
    )
    found = [label for turn in turns for label in labels_of(shop, turn)]
    made = lessons(found)
    assert [(one.kind, one.case.task.value, one.times) for one in made.cases] == [
        ("miss", ASKED, 2),
        ("hit", "A view of the REST framework", 1),
    ]


def test_a_prompt_that_holds_a_secret_is_left_out_and_counted(shop: Path) -> None:
    made = lessons(labels_of(shop, Turn(f"{ASKED} with {SECRET}", (f"{shop}/docs/auth.md",))))
    assert made == Lessons(secret=1)


def test_a_prompt_with_a_value_for_a_password_is_proposed_neither_and_one_that_is_a_case_is_counted(shop: Path) -> None:
    labels = labels_of(shop, Turn(f"{ASKED}, password=hunter2secretlong", (f"{shop}/docs/auth.md",)))
    assert lessons(labels) == Lessons(secret=1)
    labels = labels_of(shop, Turn(ASKED, (f"{shop}/docs/auth.md",)))
    assert lessons(labels, [lessons(labels).cases[0].case]) == Lessons(known=1)


def test_of_a_long_prompt_the_beginning_is_taken_in_whole_words(shop: Path) -> None:
    made = lessons(labels_of(shop, Turn(f"{ASKED} " + "word " * 500, (f"{shop}/docs/auth.md",))))
    task = made.cases[0].case.task.value
    assert len(task) <= LONGEST and task.endswith("word") and made.long == 1


def test_a_case_that_is_there_is_not_proposed_again(shop: Path) -> None:
    made = lessons(labels_of(shop, Turn(ASKED, (f"{shop}/docs/auth.md",))))
    assert lessons(labels_of(shop, Turn(ASKED, (f"{shop}/docs/auth.md",))), [made.cases[0].case]).cases == ()


# ── transcripts ──────────────────────────────────────────────────────────────────────────────────────────


def claude(root: Path, *prompts: tuple[str, str]) -> str:
    """A transcript of Claude Code: each prompt with a document that is read."""
    rows: list[dict[str, Any]] = []
    for prompt, path in prompts:
        rows.append({"type": "user", "message": {"role": "user", "content": prompt}})
        use = {"type": "tool_use", "name": "Read", "input": {"file_path": f"{root}/{path}"}}
        rows.append({"type": "assistant", "message": {"content": [use, {"type": "text", "text": "Done."}]}})
    return "".join(json.dumps({"sessionId": "s1", "cwd": str(root), **row}) + "\n" for row in rows)


def codex(root: Path, *prompts: tuple[str, str]) -> str:
    """A transcript of Codex: each prompt with a document that a shell prints."""
    rows: list[dict[str, Any]] = [{"type": "session_meta", "payload": {"id": "s2", "cwd": str(root)}}]
    for prompt, path in prompts:
        rows.append({"type": "event_msg", "payload": {"type": "user_message", "message": prompt}})
        arguments = json.dumps({"cmd": f"sed -n '1,80p' {path}", "workdir": str(root)})
        rows.append(
            {
                "type": "response_item",
                "payload": {"type": "function_call", "name": "exec_command", "arguments": arguments},
            }
        )
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(("client", "write"), [("claude-code", claude), ("codex", codex)])
def test_a_transcript_tells_prompts_and_the_files_that_were_opened(tmp_path: Path, client: str, write: Any) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(write(tmp_path, (ASKED, "docs/auth.md"), ("and now the cart", "docs/db.md")), encoding="utf-8")
    found = read_session(str(path))
    assert (found.client, found.folder) == (client, str(tmp_path))
    assert [(turn.prompt, turn.opened) for turn in found.turns] == [
        (ASKED, (f"{tmp_path}/docs/auth.md",)),
        ("and now the cart", (f"{tmp_path}/docs/db.md",)),
    ]


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("cat docs/a.md", ("docs/a.md",)),
        ("bash -lc 'cat a.md'", ()),
        ("cd docs && head -20 'my a.md' | grep x", ("docs/my a.md",)),
        ("sed -i s/a/b/ a.md; echo x > b.md; cat c.md > d.md", ("c.md",)),
        ("cat <<EOF > a.md\ncat b.md\nEOF", ()),
        ("cat 'unfinished.md", ("'unfinished.md",)),
        ("rg -n --glob '*.md' token docs/auth.md", ("docs/auth.md",)),
    ],
)
def test_a_line_of_a_shell_tells_what_it_prints_and_not_what_it_writes(line: str, files: tuple[str, ...]) -> None:
    assert files_read(line) == files


def reading(name: str, values: str) -> bytes:
    """A line in which a tool is called."""
    part = f'{{"type": "tool_use", "name": {name}, "input": {values}}}'
    return f'{{"type": "assistant", "sessionId": "s", "message": {{"content": [{part}, 7]}}}}'.encode()


HOSTILE = [
    b"{",
    b"[]",
    b"\xff",
    b"[" * 50_000,
    b'{"type": "assistant", "sessionId": "s", "message": {"content": 5}}',
    b'{"type": "response_item", "payload": {"type": "function_call", "name": null, "arguments": "[1"}}',
    reading('"Read"', "[]"),
    reading("5", '{"file_path": {}}'),
    reading('"Read"', '{"file_path": "a\\u0000b"}'),
    reading('"Bash"', '{"command": ["cat", 5]}'),
]


@pytest.mark.parametrize("line", HOSTILE)
def test_a_damaged_line_of_a_transcript_ends_nothing(tmp_path: Path, line: bytes) -> None:
    before, after = (claude(tmp_path, (prompt, "a.md")).encode() for prompt in (ASKED, "and now the cart"))
    found = session_of([*before.splitlines(), line, *after.splitlines()])
    assert [turn.prompt for turn in found.turns] == [ASKED, "and now the cart"]


def test_of_a_turn_no_more_text_is_kept_than_its_limit(tmp_path: Path) -> None:
    said = {"type": "assistant", "sessionId": "s", "message": {"content": [{"type": "text", "text": "x" * 90_000}]}}
    lines = [*claude(tmp_path, (ASKED, "a.md")).encode().splitlines(), *[json.dumps(said).encode()] * 5]
    assert len(session_of(lines).turns[0].said) <= SAID_SIZE + 10


def place(shop: Path, text: str, name: str = "a") -> Path:
    """Puts a transcript where Claude Code has those of a project."""
    folder = (
        Path(os.environ["CLAUDE_CONFIG_DIR"])
        / "projects"
        / "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in str(shop))
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_only_transcripts_of_this_project_are_found_whichever_client_wrote_them(shop: Path, tmp_path: Path) -> None:
    ours = place(shop, claude(shop, (ASKED, "docs/auth.md")))
    place(shop, claude(tmp_path / "other", (ASKED, "docs/auth.md")), "b")
    day = Path(os.environ["CODEX_HOME"]) / "sessions" / "2026" / "11" / "28"
    day.mkdir(parents=True)
    (day / "rollout-1.jsonl").write_text(codex(shop, (ASKED, "docs/auth.md")), encoding="utf-8")
    (day / "rollout-2.jsonl").write_text(codex(tmp_path, (ASKED, "docs/auth.md")), encoding="utf-8")
    assert {*transcripts_of(str(shop)).paths} == {str(ours), str(day / "rollout-1.jsonl")}


def test_a_link_among_transcripts_is_not_followed(shop: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text(claude(shop, (ASKED, "docs/auth.md")), encoding="utf-8")
    place(shop, "").unlink()
    try:
        place(shop, "").with_name("l.jsonl").symlink_to(there)
    except OSError:
        pytest.skip("no links here")
    assert str(there) not in transcripts_of(str(shop)).paths
    assert not [path for path in transcripts_of(str(shop)).paths if path.endswith("l.jsonl")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_among_transcripts_is_not_waited_for(shop: Path) -> None:
    path = place(shop, claude(shop, (ASKED, "docs/auth.md")))
    os.mkfifo(path.with_name("p.jsonl"))
    assert transcripts_of(str(shop)).paths == (str(path),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_that_is_named_as_a_transcript_is_refused_and_not_waited_for(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "p.jsonl")
    assert run(["learn", "--root", str(shop), "--transcripts", str(tmp_path / "p.jsonl")]) == 2
    assert "p.jsonl: this isn't a file or folder" in capsys.readouterr().err


def test_the_newest_transcripts_are_read_and_the_others_counted(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "MOST", 2)
    for number in range(3):
        path = place(shop, claude(shop, (ASKED, "docs/auth.md")), str(number))
        os.utime(path, (1000 + number, 1000 + number))
    found = transcripts_of(str(shop))
    assert [os.path.basename(path) for path in found.paths] == ["2.jsonl", "1.jsonl"] and found.left_out == 1


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────


def learn(root: Path, **options: Any) -> int:
    given_to = {"index": "", "transcripts": (), "most": 20, "only": (), "json": False, "apply": False, "yes": False}
    return main(**{**given_to, "root": str(root), "keywords": False, "color": "never", **options})


@pytest.fixture
def used(shop: Path) -> Path:
    """The project with a transcript in which documents were opened that its index does not call for."""
    prompts = (
        ("Renew the session token of a customer", "docs/auth.md"),
        ("Why is the session token so short", "docs/auth.md"),
    )
    place(shop, claude(shop, *prompts))
    return shop


def test_cases_are_shown_and_nothing_is_written(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(used) == 0
    out = capsys.readouterr().out
    assert "Renew the session token of a customer" in out and "`docs/auth.md` was opened, and not given" in out
    assert (used / "context-index.yml").read_text(encoding="utf-8") == INDEX


def test_apply_writes_the_cases_shows_them_first_and_keeps_the_layout(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert learn(used, apply=True, yes=True, only=("1",)) == 0
    text = (used / "context-index.yml").read_text(encoding="utf-8")
    added = text.removeprefix(INDEX)
    assert text.startswith(INDEX) and added.count("task:") == 1
    shown = capsys.readouterr().out
    assert all(f"+{line}" in shown for line in added.splitlines())
    assert build(discover(root=str(used))).as_written.index.tests[0].expect[0].value == "auth"


def test_without_a_word_of_the_person_no_prompt_is_written(used: Path) -> None:
    assert learn(used, apply=True) == 1
    assert (used / "context-index.yml").read_text(encoding="utf-8") == INDEX


def test_keywords_can_be_written_without_the_prompts(used: Path) -> None:
    assert learn(used, apply=True, keywords=True, yes=True) == 0
    text = (used / "context-index.yml").read_text(encoding="utf-8")
    assert "session token" in text and "customer" not in text and "tests" not in text


def test_json_fits_its_schema(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(used, json=True) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(Draft7Validator(learn_schema()).iter_errors(data)) == []
    assert (data["misses"], len(data["cases"]), data["recorded"]) == (2, 2, 0)
    assert data["f1_after"] > data["f1_before"]


@pytest.mark.parametrize("only", [("0",), ("3",), ("x",), ("1", "01")])
def test_a_number_of_no_case_is_refused(used: Path, only: tuple[str, ...]) -> None:
    assert learn(used, only=only) == 2


def test_without_a_transcript_it_says_where_to_find_one(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(shop) == 2
    assert "--transcripts" in capsys.readouterr().err


def test_cases_that_are_written_are_told_when_it_is_asked_again(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(used, apply=True, yes=True) == 0
    capsys.readouterr()
    assert learn(used) == 1
    err = capsys.readouterr().err
    assert "2 prompts in the index as cases already" in err and "nothing more to propose" in err
    assert "no prompt shows" not in err


@pytest.mark.parametrize("text", ["root:x:0:0:root\n", "", "[1, 2]\n", '{"a": 1}\n'])
def test_a_file_that_is_no_transcript_is_not_one_to_learn_from(
    used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "some").write_text(text, encoding="utf-8")
    assert learn(used, transcripts=(str(tmp_path / "some"),)) == 2
    assert "there is no prompt of Claude Code or Codex" in capsys.readouterr().err


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

words = st.lists(st.sampled_from("a b c d e f g h".split()), min_size=1, max_size=30).map(" ".join)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), words, min_size=1), words, words)
def test_what_is_known_from_elsewhere_never_makes_a_document_used(texts: dict[str, str], said: str, seen: str) -> None:
    found = Phrases(texts)
    for path in texts:
        assert not found.uses(path, said, f"{seen} {said}")
        assert not (found.uses(path, said, seen) and not found.uses(path, said, ""))

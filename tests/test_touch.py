"""Files that are touched: what a tool's call brings to the model, and that nearly all of them bring nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ctxload.integrations import own_settings
from ctxload.integrations.clients.registry import CLIENTS, find, read_call
from ctxload.integrations.hooks import quiet, quiet_writer
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.shell_files import files_in
from ctxload.integrations.hooks.stdin import loads
from ctxload.integrations.hooks.turn import Turn
from ctxload.project.build import build
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.start import run
from ctxload.workspace import allowing, trust
from ctxload.workspace.locations import discover
from ctxload.workspace.stamps import GRAIN_NS, now
from ctxload.workspace.tree import DiskTree
from strategies import NASTY, share

INDEX = """\
version: 1.0
context_files:
  - {path: context/ts.md, for_files: ["**/*.ts", "!**/*.test.ts"]}
  - {path: context/py.md, for_files: ["**/*.py"], keywords: [python]}
  - {path: context/web.md, for_files: ["web/**"], agents: [frontend]}
  - {path: context/api.md, keywords: [api], agents: [frontend, backend]}
always: [api]
"""
TS, PY, WEB, API = "ZEBRA: no any", "QUOKKA: typed", "NUMBAT: pages", "OKAPI: views"
DOCUMENTS = {"ts": TS, "py": PY, "web": WEB, "api": API}
#: What each client sends when a file is touched: the call that its answer adds to, with the tool's name and its input.
TOUCHES: dict[str, dict[str, Any]] = {
    "claude-code": {"hook_event_name": "PreToolUse", "tool_name": "Write", "transcript_path": "t"},
    "codex": {"hook_event_name": "PreToolUse", "tool_name": "apply_patch", "transcript_path": "t", "turn_id": "u", "model": "m"},  # noqa: E501
    "copilot": {"hook_event_name": "PreToolUse", "tool_name": "Write", "timestamp": "now"},
    "gemini": {"hook_event_name": "AfterTool", "tool_name": "write_file", "transcript_path": "t"},
    "opencode": {"hook_event_name": "tool.execute.after", "tool_name": "write"},
    "cursor": {"hook_event_name": "postToolUse", "tool_name": "Write", "conversation_id": "s1"},
    "vscode": {"hookEventName": "PreToolUse", "tool_name": "create_file", "transcript_path": "t"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allow: Callable[[Path], None]) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(quiet_writer, "now", lambda: now() + 2 * GRAIN_NS)  # nothing is too young to be kept
    allow(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop")


def project(root: Path, index: str = INDEX) -> Path:
    (root / "context").mkdir(parents=True)
    (root / "context-index.yml").write_text(index, encoding="utf-8")
    for name, text in DOCUMENTS.items():
        (root / "context" / f"{name}.md").write_text(f"# The {name} page\n\n{text}\n", encoding="utf-8")
    return root


def touch(
    root: Path, name: str, client: str = "claude-code", *, conversation: str = "s1", text: str = "x = 1\n", **more: Any
) -> dict[str, Any]:
    """What a client sends for a file that is written."""
    path = str(root / name)
    given = {
        "codex": {"command": f"*** Begin Patch\n*** Add File: {name}\n+{text}*** End Patch\n"},
        "copilot": {"path": path, "file_text": text},
        "opencode": {"filePath": path, "content": text},
        "vscode": {"filePath": path, "content": text},
    }.get(client, {"file_path": path, "content": text})
    return {"session_id": conversation, "cwd": str(root), **TOUCHES[client], "tool_input": given, **more}


def shell(root: Path, line: str, **more: Any) -> dict[str, Any]:
    return touch(root, "", **{"tool_name": "Bash", "tool_input": {"command": line}, **more})


def answer(payload: dict[str, Any], client: str = "", max_chars: int = 0) -> dict[str, Any]:
    """What a client is told for a call, as JSON; empty where that is nothing."""
    out = respond(HookOptions(client, max_chars), payload, Turn())
    return dict(json.loads(out)) if out else {}


def ask(payload: dict[str, Any], client: str = "", max_chars: int = 0) -> str:
    """What a call adds for the model."""
    data = answer(payload, client, max_chars)
    inner = data.get("hookSpecificOutput", data)
    return str(inner.get("additionalContext", inner.get("additional_context", "")))


def prompt(root: Path, words: str, **more: Any) -> dict[str, Any]:
    return {
        "session_id": "s1", "cwd": str(root), "transcript_path": "t", "hook_event_name": "UserPromptSubmit",
        "prompt": words, **more,
    }  # fmt: skip


# ── what reaches the model ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("client", TOUCHES)
def test_a_write_brings_the_document_of_its_kind_once(shop: Path, client: str) -> None:
    first = ask(touch(shop, "web/new.ts", client), client)
    assert first.count(TS) == 1 and PY not in first and API not in first
    assert "file `**/*.ts`" in first and "Called for by the files at hand" in first
    assert answer(touch(shop, "web/other.ts", client), client) == {}
    second = ask(touch(shop, "tools/run.py", client), client)
    assert PY in second and TS not in second


@pytest.mark.parametrize("client", TOUCHES)
def test_nothing_is_granted_or_refused_on_the_persons_behalf(shop: Path, client: str) -> None:
    said = json.dumps(answer(touch(shop, "web/new.ts", client), client))
    assert TS in said
    assert not any(word in said for word in ("permission", "decision", "allow", "deny", "continue"))


def test_what_only_reads_brings_nothing(shop: Path) -> None:
    for tool in ("Read", "Grep", "Glob", "LS", "WebFetch", "mcp__files__read"):
        assert answer(touch(shop, "web/new.ts", tool_name=tool)) == {}
    for line in ("cat web/new.ts", "sed -n 1,9p web/new.ts", "git diff web/new.ts", "rg x web/*.ts | head", "ls web"):
        assert answer(shell(shop, line)) == {}, line


@pytest.mark.parametrize("line", ["echo x > web/new.ts", "cd web && tee new.ts", "npx tsc web/new.ts"])
def test_a_line_of_a_shell_that_names_a_file_touches_it(shop: Path, line: str) -> None:
    assert TS in ask(shell(shop, line))


def test_a_pattern_that_takes_a_file_back_brings_nothing(shop: Path) -> None:
    assert answer(touch(shop, "lib/new.test.ts")) == {}


def test_a_file_outside_the_project_brings_nothing(shop: Path, tmp_path: Path) -> None:
    assert answer(touch(tmp_path, "elsewhere/new.ts", cwd=str(shop))) == {}
    assert answer(touch(shop, "../new.ts")) == {}


def test_a_file_is_touched_from_the_folder_in_which_the_client_works(shop: Path) -> None:
    (shop / "web").mkdir()
    call = touch(shop, "", cwd=str(shop / "web"), tool_input={"file_path": "new.ts", "content": ""})
    assert TS in ask(call)


def test_what_a_prompt_gave_is_not_given_again(shop: Path) -> None:
    assert PY in ask(prompt(shop, "some python please"))
    assert answer(touch(shop, "tools/run.py")) == {}


def test_a_changed_document_comes_again(shop: Path) -> None:
    assert TS in ask(touch(shop, "a.ts"))
    (shop / "context" / "ts.md").write_text("# Now\n\nWOMBAT: other rules\n", encoding="utf-8")
    assert "WOMBAT" in ask(touch(shop, "a.ts"))
    assert answer(touch(shop, "a.ts")) == {}


@pytest.mark.parametrize("event", ["compacted", "forgotten"])
def test_after_a_compaction_it_is_there_once_more(shop: Path, event: str) -> None:
    assert TS in ask(touch(shop, "a.ts", "copilot" if event == "forgotten" else "claude-code"))
    if event == "compacted":
        again = ask(prompt(shop, "", hook_event_name="SessionStart", source="compact"))
        assert TS in again and answer(touch(shop, "b.ts")) == {}
        return
    call = {"hook_event_name": "PreCompact", "session_id": "s1", "timestamp": "now", "cwd": str(shop)}
    assert answer(call) == {}
    assert TS in ask(touch(shop, "b.ts", "copilot"))


def test_each_conversation_and_each_subagent_gets_its_own(shop: Path) -> None:
    assert TS in ask(touch(shop, "a.ts"))
    assert TS in ask(touch(shop, "a.ts", conversation="s2"))
    inside = ask(touch(shop, "web/a.ts", agent_id="7", agent_type="frontend"))
    assert TS in inside and WEB in inside
    assert WEB not in ask(touch(shop, "web/a.ts", agent_id="8", agent_type="backend"))


def test_without_a_conversation_nothing_is_given(shop: Path) -> None:
    assert answer(touch(shop, "a.ts", conversation="")) == {}


def test_a_project_that_is_not_allowed_gives_nothing_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "other")
    monkeypatch.setattr(trust, "known", lambda path="": {})
    assert answer(touch(root, "a.ts")) == {}


def test_of_a_document_with_keyworded_sections_those_come_that_are_written_about(tmp_path: Path) -> None:
    entry = "{path: context/ts.md, for_files: ['*.ts'], sections: {Classes: [class], Loops: [while]}}"
    root = project(tmp_path / "sections", f"context_files: [{entry}]\n")
    text = "# TS\n\nGENERAL\n\n## Classes\n\nCAPITALS\n\n## Loops\n\nBOUNDED\n"
    (root / "context" / "ts.md").write_text(text, encoding="utf-8")
    first = ask(touch(root, "a.ts", text="class A {}\n"))
    assert "CAPITALS" in first and "BOUNDED" not in first and "GENERAL" not in first
    second = ask(touch(root, "b.ts", text="while (true) {}\n"))
    assert "BOUNDED" in second and "CAPITALS" not in second
    assert answer(touch(root, "c.ts", text="class B { while }\n")) == {}


@pytest.mark.parametrize("client", ["claude-code", "codex"])
def test_what_a_touch_brings_never_exceeds_what_the_client_takes(shop: Path, client: str) -> None:
    (shop / "context" / "ts.md").write_text(
        "# TS\n\n" + "".join(f"## Part {n}\n\n{'語 word ' * 30}\n\n" for n in range(400))
    )
    said = ask(touch(shop, "a.ts", client), client)
    size = len(said.encode()) if client == "codex" else len(said)
    assert 7_000 < size <= 10_000
    assert "## Part 7\n" in said, "the sections that fit come first, and then the rest"


#: The call that each client lets be refused, and where the reason stands in the answer.
REFUSED = {
    "claude-code": ("PreToolUse", "permissionDecisionReason"),
    "codex": ("PreToolUse", "permissionDecisionReason"),
    "copilot": ("PreToolUse", "permissionDecisionReason"),
    "gemini": ("BeforeTool", "reason"),
    "opencode": ("tool.execute.before", "refusal"),
    "cursor": ("preToolUse", "agent_message"),
}


@pytest.fixture
def hold() -> Iterator[Path]:
    """The person wants the first write held back."""
    path = Path(own_settings.settings_file())
    path.write_text("hold: true\n", encoding="utf-8")
    yield path
    path.unlink()


@pytest.mark.parametrize("client", REFUSED)
def test_with_hold_the_first_write_is_refused_once_with_the_document_as_the_reason(
    shop: Path, client: str, hold: Path
) -> None:
    event, field = REFUSED[client]
    call = {**touch(shop, "web/new.ts", client), "hook_event_name": event}
    said = answer(call, client)
    reason = said.get("hookSpecificOutput", said)[field]
    assert TS in reason and "write again" in reason
    assert answer(call, client) == {}, "the second attempt goes through"
    assert answer(touch(shop, "web/new.ts", client), client) == {}
    other = touch(shop, "tools/run.py", client)
    later = json.dumps([answer({**other, "hook_event_name": event}, client), answer(other, client)])
    assert PY in later and field not in later, "one write of a conversation, and no more"


def test_with_hold_a_line_of_a_shell_is_refused_only_where_it_surely_writes(shop: Path, hold: Path) -> None:
    assert TS in ask(shell(shop, "npx tsc web/new.ts"))
    assert "deny" in json.dumps(answer(shell(shop, "echo x > run.py")))


@pytest.mark.parametrize("event", ["no document", "no cache", "no conversation", "false", "others may write", "index"])
def test_without_a_way_to_note_it_or_a_reason_for_it_nothing_is_held(
    shop: Path, event: str, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = touch(shop, "notes.txt" if event == "no document" else "a.ts")
    if event == "no cache":
        monkeypatch.setenv("CTXLOAD_CACHE_DIR", "off")
    elif event == "no conversation":
        call["session_id"] = ""
    elif event == "false":
        hold.write_text("hold: false\n", encoding="utf-8")
    elif event == "others may write":
        hold.chmod(0o666)
        if os.name == "nt":
            return
    elif event == "index":  # it has no such key, and what it says is no setting of the person's
        hold.write_text("", encoding="utf-8")
        (shop / "context-index.yml").write_text(INDEX + "hold: true\n", encoding="utf-8")
    assert "deny" not in json.dumps(answer(call))


BOTH = """\
context_files:
  - {path: context/ts.md, keywords: [payment], for_files: ["**/*.ts"], needs: both}
  - {path: context/py.md, keywords: [payment], for_files: ["**/*.ts"]}
"""


@pytest.fixture
def both(tmp_path: Path) -> Path:
    return project(tmp_path / "both", BOTH)


@pytest.mark.parametrize("mode", ["focused", "whole"])
@pytest.mark.parametrize(
    ("task", "files", "expected"),
    [
        ("Fix the payment", (), ["context/py.md"]),
        ("Fix it", ("web/new.ts",), ["context/py.md"]),
        ("Fix the payment", ("web/new.ts",), ["context/ts.md", "context/py.md"]),
        ("Fix the payment in context/../context/a.ts", (), ["context/ts.md", "context/py.md"]),
        ("Fix the payment", ("web/new.css",), ["context/py.md"]),
        ("Something of ZEBRA rules and no any", (), []),  # its document alone is no keyword
    ],
)
def test_an_author_may_ask_for_a_keyword_and_a_file(
    both: Path, mode: str, task: str, files: tuple[str, ...], expected: list[str]
) -> None:
    tables = build(discover(start=str(both))).tables
    request = Request(task, match=mode, files=files, fallback=False)
    found = resolve(tables, DiskTree(str(both)), request)
    assert sorted(file.path for file in found.files) == sorted(expected)
    if "context/ts.md" not in expected and mode == "whole":
        (why,) = (one for one in found.verdicts if one.entry == "ts")
        assert why.why == "needs-both" and "asks for both" in why.message


@pytest.mark.parametrize("mode", ["focused", "whole"])
def test_an_entry_that_both_call_for_goes_before_one_that_either_does(tmp_path: Path, mode: str) -> None:
    word, files = "keywords: [payment]", "for_files: ['*.ts']"
    calls = {"py": word, "web": files, "ts": f"{word}, {files}"}
    entries = "".join(f"  - {{path: context/{name}.md, {more}}}\n" for name, more in calls.items())
    root = project(tmp_path / "ranked", f"context_files:\n{entries}")
    request = Request("Fix the payment", match=mode, files=("a.ts",), fallback=False)
    found = resolve(build(discover(start=str(root))).tables, DiskTree(str(root)), request)
    assert found.files[0].path == "context/ts.md" and len(found.files) > 1


def test_in_a_conversation_the_keyword_and_the_file_may_come_one_after_the_other(both: Path) -> None:
    assert PY in ask(touch(both, "a.ts")), "the file alone calls for the other entry"
    first = ask(prompt(both, "Fix the payment"))
    assert TS in first and PY not in first, "the keyword came after the file"
    assert TS not in ask(prompt(both, "Fix the payment", session_id="s2"))
    second = ask(touch(both, "b.ts", conversation="s2"))
    assert TS in second, "the file came after the keyword"
    assert answer(touch(both, "c.ts", conversation="s2")) == {}
    assert TS not in ask(touch(both, "c.ts", conversation="s3"))


def test_what_is_noted_of_the_halves_is_no_word_of_a_prompt(both: Path, tmp_path: Path) -> None:
    ask(prompt(both, "Fix the payment of GIRAFFE"))
    files = [path for path in (tmp_path / "cache" / "hook").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files if path.name == "halves"] == [b"word ts\n"]
    assert b"GIRAFFE" not in b"".join(path.read_bytes() for path in files)


def test_an_entry_that_lacks_one_of_the_two_for_good_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "{path: context/ts.md, keywords: [payment], needs: both}"
    root = project(tmp_path / "idle", f"context_files: [{entry}]\nfallback: none\n")
    run(["check", "--root", str(root)])
    said = capsys.readouterr().out
    assert "CTX307" in said and "has not both" in said


def test_the_last_selection_tells_the_moment(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(touch(shop, "web/new.ts"))
    assert run(["explain", "--last", "--root", str(shop)]) == 0
    assert "when files were touched: web/new.ts" in capsys.readouterr().out


# ── calls that are known to bring nothing ────────────────────────────────────────────────────────────────


def test_the_tools_of_the_quick_way_are_those_of_all_clients() -> None:
    clients = [find(name) for name in CLIENTS]
    assert frozenset().union(*(client.writes for client in clients)) == quiet.WRITES
    assert frozenset().union(*(client.shells for client in clients)) == quiet.SHELLS
    assert frozenset().union(*(client.subagent_tools for client in clients)) == quiet.SUBAGENTS


def test_a_second_call_that_brings_nothing_is_known_at_once(shop: Path) -> None:
    calls = [touch(shop, "readme.zz"), shell(shop, "make all")]
    assert not any(quiet.is_quiet(call, []) for call in calls)
    assert answer(calls[0]) == {}
    assert all(quiet.is_quiet(call, []) for call in calls)
    assert not quiet.is_quiet(touch(shop, "a.ts"), [])
    assert quiet.is_quiet(touch(shop, "a.test.ts"), [])
    assert TS in ask(touch(shop, "a.ts"))
    assert quiet.is_quiet(touch(shop, "a.ts"), []) and not quiet.is_quiet(touch(shop, "a.py"), [])
    assert not quiet.is_quiet(touch(shop, "a.ts", conversation="s2"), [])


@pytest.mark.parametrize("change", ["index", "nearer index", "allowed", "document", "compaction", "version", "option"])
def test_whatever_decided_it_and_changes_has_it_asked_anew(
    shop: Path, change: str, monkeypatch: pytest.MonkeyPatch, allow: Callable[[Path], None]
) -> None:
    (shop / "web").mkdir()
    call = touch(shop, "web/a.ts", cwd=str(shop / "web"))
    assert TS in ask(call) and quiet.is_quiet(call, [])
    if change == "index":
        (shop / "context-index.yml").write_text(INDEX + "# more\n", encoding="utf-8")
    elif change == "nearer index":
        (shop / "web" / "context-index.yml").write_text(INDEX, encoding="utf-8")
    elif change == "allowed":
        allow(shop / "web")
    elif change == "document":
        (shop / "context" / "ts.md").write_text("# TS\n", encoding="utf-8")
    elif change == "compaction":
        answer(prompt(shop, "", hook_event_name="SessionStart", source="compact"))
    elif change == "version":
        monkeypatch.setattr(quiet, "HEAD", "ctxload quiet 1 9.9")
    assert not quiet.is_quiet(call, ["--trust"] if change == "option" else [])


def test_where_there_is_no_index_that_is_known_at_once_until_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    call = touch(tmp_path / "bare", "a.ts")
    assert answer(call) == {} and quiet.is_quiet(call, [])
    project(tmp_path / "bare" / "x").joinpath("context-index.yml").rename(tmp_path / "bare" / "context-index.yml")
    assert not quiet.is_quiet(call, [])


@pytest.mark.parametrize("damage", ["cut off", "empty", "odd", "a link", "others may write"])
def test_a_file_that_cannot_be_trusted_says_nothing(shop: Path, tmp_path: Path, damage: str) -> None:
    call = touch(shop, "a.zz")
    answer(call)
    (path,) = (tmp_path / "cache" / "hook").glob("quiet-*")
    data = path.read_bytes()
    if damage == "others may write":
        path.chmod(0o666)
        assert quiet.is_quiet(call, []) is (os.name == "nt")
        return
    path.write_bytes({"cut off": data[:-4], "empty": b"", "odd": b"\xff\x00", "a link": data}[damage])
    assert quiet.is_quiet(call, []) is (damage == "a link")


FILES = ("a.ts", "web/a.ts", "web/b.test.ts", "run.py", "web/x.css", "notes.txt")


@pytest.mark.law
@settings(max_examples=share(60), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(("s1", "s2"))),
            st.tuples(st.just("shell"), st.sampled_from(FILES), st.sampled_from(("s1", "s2"))),
            st.tuples(st.just("change"), st.sampled_from(("ts", "py", "web")), st.just("")),
            st.tuples(st.just("compact"), st.just(""), st.sampled_from(("s1", "s2"))),
        ),
        max_size=12,
    )
)
def test_a_call_that_is_known_to_bring_nothing_would_bring_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    allowing.remember(trust.ALLOWED, [str(folder)])
    root = project(folder / "shop")
    for number, (step, name, conversation) in enumerate(steps):
        if step == "change":
            path = root / "context" / f"{name}.md"
            path.write_text(f"# {name} {number}\n", encoding="utf-8")
            os.utime(path, (1_000_000_100 + number, 1_000_000_100 + number))
        elif step == "compact":
            answer(prompt(root, "", session_id=conversation, hook_event_name="SessionStart", source="compact"))
        else:
            call = touch(root, name) if step == "write" else shell(root, f"echo x > '{name}'")
            call["session_id"] = conversation
            known = quiet.is_quiet(call, [])
            assert not (known and answer(call)), (steps, number)


# ── lines of a shell ─────────────────────────────────────────────────────────────────────────────────────

#: A line, what it touches, and what of that it surely writes.
LINES = [
    ("echo x > a.ts", "a.ts", "a.ts"),
    ("echo x>>a.ts 2>&1", "a.ts", "a.ts"),
    ("cat > 'my dir/b.ts' <<'EOF'\nimport 'x.ts' > y\nEOF\ncat c.ts", "my dir/b.ts", "my dir/b.ts"),
    ("apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: b.ts\n@@\n-x\n+y\n*** End Patch\nEOF", "b.ts", "b.ts"),
    ("bash -lc \"cd web && echo x > 'a b.ts'\"", "web/a b.ts", "web/a b.ts"),
    ("cd web; cd ../api\ntouch a.py", "api/a.py", ""),
    ("sed -i.bak s,a,b, x.py", "x.py", "x.py"),
    ("sed -n 1,20p x.py | tee y.py", "y.py", "y.py"),
    ("git checkout -- src/a.ts && git add src/b.ts", "src/a.ts", ""),
    ("git -C web show HEAD:a.ts; git log -p a.ts", "", ""),
    ("FOO=1 sudo -n cp a.ts web/", "a.ts web", ""),
    ("my\\ dir/run.sh my\\ dir/a.ts", "my dir/a.ts", ""),
    ("prettier --write --config=web/p.json web/*.ts", "web/p.json web/*.ts", ""),
    ("curl https://example.org/a.ts; echo $X > $Y/a.ts; echo `x.ts`", "", ""),
    ("ls 2>/dev/null >&2 # > a.ts", "", ""),
    ("echo 'unclosed > a.ts", "", ""),
    ("cat <<A <<B > c.ts\n> a.ts\nA\n> b.ts\nB\necho > d.ts", "c.ts d.ts", "c.ts d.ts"),
    ("(echo x) > a.ts && { echo y; } &> b.log", "a.ts b.log", "a.ts b.log"),
    ("/usr/bin/tee -a ./a.ts", "a.ts", "a.ts"),
    ("", "", ""),
]


@pytest.mark.parametrize(("line", "touched", "written"), LINES, ids=range(len(LINES)))
def test_a_line_of_a_shell_touches_these_files(line: str, touched: str, written: str) -> None:
    found = files_in(line)
    assert " ".join(found.touched) == touched and " ".join(found.written) == written


@pytest.mark.law
@given(st.one_of(st.text(max_size=300), st.text("ab./ '\"\\<>|&;()\n-$=", max_size=80), st.sampled_from(NASTY)))
@example("<<" * 500)
@example("'" + "\\" * 999)
@example("bash -c " * 200)
def test_any_line_of_a_shell_is_read_without_a_fault(line: str) -> None:
    found = files_in(line)
    assert {*found.written} <= {*found.touched}


# ── what a client sends ──────────────────────────────────────────────────────────────────────────────────

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.law
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), st.booleans(), st.sampled_from(("", " \n", "\t")))
def test_a_call_is_read_as_json_reads_it(data: dict[str, Any], is_ascii: bool, around: str) -> None:
    text = (around + json.dumps(data, ensure_ascii=is_ascii) + around).encode("utf-8", "surrogatepass")
    assert loads(text) == json.loads(text)


@pytest.mark.law
@given(st.one_of(st.binary(max_size=30), st.text('{}[]":,1eE+-.tfnul \\ud8', max_size=20).map(str.encode)))
@example(b'{"a": 1} x')
@example(b'{"a": NaN, "b": -Infinity}')
@example(b'{"a": "\\ud800"}')
@example('{"a": 1}'.encode("utf-16"))
@example(b"\xef\xbb\xbf{}")
def test_what_is_no_json_is_none_for_either(data: bytes) -> None:
    def read(loader: Callable[[bytes], Any]) -> str:
        try:
            return repr(loader(data))
        except (ValueError, RecursionError):
            return "no"

    assert read(loads) == read(json.loads)


def calls() -> Iterator[dict[str, Any]]:
    """Calls of tools in which something is of another type than it should be."""
    for value in (None, [], {}, 7, "", "x", {"file_path": 7}, {"file_path": "\0"}, {"command": ["a.ts"]}, {"path": []}):
        yield {"tool_input": value}
        yield {"tool_name": value, "tool_input": value}
        yield {"cwd": value}
    yield {"tool_input": {"replacements": [{"filePath": 7}, 7, {"filePath": "a.ts"}]}, "tool_name": "create_file"}


@pytest.mark.parametrize("odd", [*calls()], ids=str)
def test_a_tools_call_of_another_shape_is_no_fault(shop: Path, odd: dict[str, Any]) -> None:
    call = {**touch(shop, "a.zz"), **odd}
    assert quiet.is_quiet(call, []) in (True, False)
    read_call(call)
    if isinstance(call["cwd"], str) and call["cwd"] != "x":
        assert answer(call) == {}


def test_an_index_that_a_variable_names_serves_as_soon_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "later")
    (root / "context-index.yml").rename(root / "away.yml")
    monkeypatch.setenv("CTXLOAD_INDEX", str(root / "named.yml"))
    call = touch(root, "src/a.ts")
    assert answer(call) == {} and not quiet.is_quiet(call, [])
    (root / "away.yml").rename(root / "named.yml")
    assert TS in ask(call)


def test_rules_of_another_tool_serve_as_soon_as_they_are_there(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (bare / ".git").mkdir(parents=True)
    (bare / "src").mkdir()
    calls = [touch(bare, "a.tsx"), touch(bare, "src/a.tsx", cwd=str(bare / "src"), conversation="s2")]
    assert [answer(call) for call in calls] == [{}, {}]
    assert all(quiet.is_quiet(call, []) for call in calls)
    (bare / ".cursor/rules").mkdir(parents=True)
    (bare / ".cursor/rules/forms.mdc").write_text("---\nglobs: '*.tsx'\n---\n# Forms\n", encoding="utf-8")
    assert not any(quiet.is_quiet(call, []) for call in calls)
    assert all("forms.mdc" in ask(call) for call in calls)


@pytest.mark.parametrize(
    "new", [".kiro/steering/py.md", "context-index.yml", "context/context-index.yml", ".cursor/rules/py.mdc"]
)
def test_what_comes_beside_rules_that_serve_alone_has_it_asked_anew(tmp_path: Path, new: str) -> None:
    bare = tmp_path / "bare"
    for name, text in ((".git/HEAD", ""), (".cursor/rules/forms.mdc", "---\nglobs: '*.tsx'\n---\n# Forms\n")):
        (bare / name).parent.mkdir(parents=True)
        (bare / name).write_text(text, encoding="utf-8")
        for path in ((bare / name), (bare / name).parent):
            os.utime(path, (1_000_000_000, 1_000_000_000))
    call = touch(bare, "a.py")
    assert answer(call) == {} and answer(call) == {} and quiet.is_quiet(call, [])
    (bare / new).parent.mkdir(parents=True, exist_ok=True)
    (bare / new).write_text("context_files: []\n", encoding="utf-8")
    assert not quiet.is_quiet(call, [])

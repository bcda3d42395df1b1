"""Which projects a model is given documents of: those the person allowed, and no other, whatever a project says of itself."""  # noqa: E501

from __future__ import annotations

import ast
import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from ctxload import start
from ctxload.cli import allow_project as allow
from ctxload.cli import plugin_app as small
from ctxload.errors import CtxloadError
from ctxload.integrations.clients.registry import CLIENTS, find
from ctxload.integrations.hooks import journal
from ctxload.integrations.hooks.hook import HookOptions, respond
from ctxload.integrations.hooks.turn import Silence, Turn
from ctxload.integrations.setup import doctor
from ctxload.workspace import allowing, trust
from ctxload.workspace import locations as discover
from ctxload.workspace.locations import Place
from ctxload.workspace.trust import ALLOWED, ASKED, DENIED, UNKNOWN, known, why_not
from tiers import sample

SOURCE = Path(trust.__file__).resolve().parents[2]
PAYLOADS = Path(__file__).resolve().parent / "payloads"
posix = pytest.mark.skipif(os.name == "nt", reason="owners and terminals as POSIX has them")
Allow = Callable[[os.PathLike[str]], None]


@pytest.fixture(autouse=True)
def own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person who has said nothing yet, wherever these tests run."""
    for name in allow.NOBODY:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "account"
    home.mkdir()
    monkeypatch.setattr(discover, "account_home", lambda: str(home))
    monkeypatch.setenv("TESTS_ACCOUNT_HOME", str(home))
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    return home


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository that somebody cloned: with a remote, an index and a document."""
    return project(tmp_path / "work" / "clone")


def project(root: Path) -> Path:
    for name, text in (
        ("context-index.yml", "context_files: [{path: context/api.md, keywords: [api]}]\n"),
        ("context/api.md", "# API\n\nAll about api.\n"),
        (".git/config", '[remote "origin"]\n\turl = https://someone:token@example.com/team/shop.git\n'),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def call(root: Path, **more: Any) -> dict[str, Any]:
    payload = {"session_id": "s", "transcript_path": "t", "hook_event_name": "UserPromptSubmit", "prompt": "an api"}
    return {**payload, "cwd": str(root), **more}


def ask(root: Path, settings: HookOptions | None = None, **more: Any) -> str:
    """What is printed for a prompt; empty on silence."""
    try:
        return respond(settings or HookOptions(), call(root, **more), Turn()).decode()
    except Silence:
        return ""


def place(root: Path) -> Place:
    return discover.discover(start=str(root))


def hook(root: Path, *words: str, program: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    """The real command, as a client runs it."""
    path = os.pathsep.join((str(SOURCE), os.environ["PYTHONPATH"]))
    return subprocess.run(
        [sys.executable, *(["-c", program] if program else ["-m", "ctxload"]), "hook", *words],
        input=json.dumps(call(root)).encode(), capture_output=True, timeout=60, cwd=root,
        env={**os.environ, "PYTHONPATH": path, "CTXLOAD_HOOK_SECONDS": "60", **env},
    )  # fmt: skip


# ── the hook ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_project_nobody_allowed_gives_the_model_nothing_and_the_person_one_line(clone: Path) -> None:
    told = json.loads(ask(clone))
    assert set(told) == {"systemMessage"}
    assert "you have not allowed this project" in told["systemMessage"] and "\n" not in told["systemMessage"]
    assert f"ctxload allow {clone}" in told["systemMessage"]


def test_the_command_prints_that_line_and_nothing_else(clone: Path) -> None:
    done = hook(clone)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"ctxload allow {clone}" in json.loads(done.stdout)["systemMessage"]
    assert hook(clone).stdout == b""  # once in a conversation


def test_the_line_comes_again_where_nobody_could_read_it(clone: Path) -> None:
    class Closed:
        buffer = property(lambda self: self)

        def write(self, data: bytes) -> None:
            raise BrokenPipeError

        flush = write

    with pytest.raises(Silence):
        respond(HookOptions(), call(clone), Turn(Closed()))
    assert "systemMessage" in ask(clone)


def test_the_line_comes_once_in_a_conversation(clone: Path) -> None:
    assert ask(clone)
    assert ask(clone) == "" == ask(clone, prompt="another api")
    assert ask(clone, agent_id="a1") == ""
    assert ask(clone, session_id="another")


def test_the_command_it_names_is_all_that_is_needed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = json.loads(ask(clone))["systemMessage"].split("`")[1].split()
    assert named[0] == "ctxload" and start.run([*named[1:], "--yes"]) == 0
    assert "All about api." in ask(clone)


@pytest.mark.parametrize("payload", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_no_payload_of_any_client_gets_documents_where_nobody_allowed_them(payload: Path, clone: Path) -> None:
    sent = json.loads(payload.read_text(encoding="utf-8"))
    for name in ("cwd", "working_dir"):
        if name in sent:
            sent[name] = str(clone)
    if "workspace_roots" in sent:
        sent["workspace_roots"] = [str(clone)]
    for name in ("prompt", "message"):
        if name in sent:
            sent[name] = "an api"
    try:
        out = respond(
            HookOptions(payload.stem.split("-")[0] if not payload.stem.startswith("claude") else ""), sent, Turn()
        )
    except Silence:
        out = b""
    assert b"All about" not in out and b"dditional" not in out and b"api.md" not in out
    if out:
        client = "claude-code" if payload.stem.startswith("claude") else payload.stem.split("-")[0]
        assert set(json.loads(out)) - {"continue"} == {find(client).tells}


@pytest.mark.parametrize("client", [name for name in CLIENTS if name != "nvim"])
def test_each_client_is_told_in_the_field_it_shows_to_the_person_alone(client: str, clone: Path) -> None:
    told = ask(clone, HookOptions(client))
    if find(client).tells:
        assert "ctxload allow" in json.loads(told)[find(client).tells]
    else:
        assert told == ""


def test_codex_and_claude_code_get_no_field_that_they_do_not_know(clone: Path) -> None:
    for client in ("codex", "claude-code", "gemini", "vscode"):
        assert set(json.loads(ask(clone, HookOptions(client), session_id=client))) == {"systemMessage"}


def test_what_is_not_said_to_the_person_stands_in_the_log(clone: Path) -> None:
    assert hook(clone, "--client", "copilot").stdout == b""
    assert any("you have not allowed this project" in line[3] for line in journal.log_lines())


WATCHING = """
import os, sys
def look(event, arguments):
    if event in ("open", "os.listdir", "os.scandir"):
        name = str(arguments[0])
        if name.startswith(os.getcwd()) or not os.path.isabs(name):  # from the descriptor of a folder
            seen.append(name)
seen = []
sys.path = [folder for folder in sys.path if folder]  # `-c` looks for modules in the working directory
sys.addaudithook(look)
from ctxload.start import run
run(sys.argv[1:])
sys.stdout.flush()
print(*seen, sep="\\n", file=sys.stderr)
"""


def test_nothing_of_the_project_is_opened_before_it_is_allowed(clone: Path, allow: Allow) -> None:
    seen = hook(clone, program=WATCHING).stderr.decode()
    assert str(clone) not in seen
    assert "context-index.yml" not in seen
    allow(clone)
    assert "context-index.yml" in hook(clone, program=WATCHING).stderr.decode()  # so the watching works


COST = """
import os, sys, ctxload.integrations.hooks.hook, ctxload.workspace.locations
place, before, opened = ctxload.workspace.locations.discover(), set(sys.modules), []
sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
from ctxload.workspace.trust import why_not
why_not(place, os.getcwd())
print(sorted(set(sys.modules) - before), [name for name in opened if not str(name).endswith((".py", ".pyc"))])
"""


@posix
def test_the_question_costs_one_small_file_and_two_imports(clone: Path, allow: Allow) -> None:
    allow(clone)
    done = hook(clone, program=COST)
    modules = {"ctxload.workspace.trust", "pwd"}
    shown = done.stdout.decode().split("] [")
    assert set(ast.literal_eval(shown[0] + "]")) <= modules, done.stderr
    assert ast.literal_eval("[" + shown[1]) == [trust.allowed_file()]


def test_an_allowed_project_answers_and_a_denied_one_tells_nobody(clone: Path, allow: Allow) -> None:
    allow(clone)
    assert "All about api." in ask(clone)
    assert start.run(["deny", str(clone)]) == 0
    assert ask(clone, session_id="new") == ""
    with pytest.raises(Silence, match="is denied"):
        respond(HookOptions(), call(clone), Turn())


def test_without_an_index_nobody_is_told_anything(tmp_path: Path) -> None:
    done = hook(tmp_path)
    assert (done.returncode, done.stdout) == (0, b"") and b"allow" not in done.stderr


def test_trust_in_the_command_line_serves_and_a_denial_wins(clone: Path) -> None:
    assert b"All about api." in hook(clone, "--trust").stdout
    allowing.remember(DENIED, [str(clone)])
    assert hook(clone, "--trust").stdout == b""


@posix
@pytest.mark.parametrize(
    "name", sample(["HOME", "XDG_DATA_HOME", "USERPROFILE", "CTXLOAD_CACHE_DIR", "LOCALAPPDATA"], 2)
)
@pytest.mark.parametrize("through", ["", "/proc/self/cwd"])
def test_no_variable_of_a_projects_settings_moves_what_is_allowed(
    clone: Path, own_account: Path, name: str, through: str
) -> None:
    if through and not os.path.isdir(through):
        pytest.skip("this system has no such link")
    for folder in ("data", ".local/share", ".", "Library/Application Support"):
        file = clone / "evil" / folder / "ctxload" / "allowed"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"+ {os.geteuid()} /\n", encoding="utf-8")
    done = hook(clone, **{name: f"{through or clone}/evil"})
    assert done.returncode == 0 and b"All about" not in done.stdout
    assert why_not(place(clone)) == UNKNOWN


def test_an_index_that_a_variable_names_is_served_only_where_both_folders_are_allowed(
    clone: Path, tmp_path: Path, allow: Allow, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = project(tmp_path / "notes")
    allow(notes)
    monkeypatch.setenv("CTXLOAD_INDEX", str(notes / "context-index.yml"))
    assert "All about" not in ask(clone)
    assert "All about" in ask(notes, session_id="2")
    allow(clone)
    assert "All about" in ask(clone, session_id="3")


# ── what decides ─────────────────────────────────────────────────────────────────────────────────────────

FOLDERS = st.lists(st.sampled_from("ab"), max_size=4).map(lambda parts: "/" + "/".join(parts))


@generated(st.dictionaries(FOLDERS, st.sampled_from((ALLOWED, DENIED, ASKED))), FOLDERS)
def test_the_nearest_word_decides(words: dict[str, str], path: str) -> None:
    lines = {trust.key(folder): (mark, 0, folder) for folder, mark in words.items()}
    above = [folder for folder in words if path == folder or path.startswith(folder.rstrip("/") + "/")]
    nearest = max((one for one in above if words[one] != ASKED), key=len, default="")
    assert trust.decision(path, lines)[0] == words.get(nearest, "")


@generated(
    st.text(st.characters(exclude_characters="\0"), min_size=1).map(lambda name: f"/{name}"), st.integers(-1, 2**31)
)
def test_every_path_comes_back_as_it_was_and_forges_no_line(path: str, owner: int) -> None:
    path = os.fsdecode(path.encode("utf-8", "surrogatepass"))
    assert trust.parse(allowing._line((ALLOWED, owner, path))) == {trust.key(path): (ALLOWED, owner, path)}


@generated(st.binary(max_size=200))
def test_whatever_stands_in_the_file_is_read_without_trouble(data: bytes) -> None:
    assert all(mark in (ALLOWED, DENIED, ASKED) and path for mark, _, path in trust.parse(data).values())


def test_a_parent_allows_what_is_below_and_its_neighbour_does_not(tmp_path: Path, allow: Allow) -> None:
    allow(tmp_path / "work")
    assert why_not(place(project(tmp_path / "work" / "deep" / "shop"))) == ""
    assert why_not(place(project(tmp_path / "workshop"))) == UNKNOWN


def test_a_link_below_an_allowed_folder_allows_nothing_elsewhere(tmp_path: Path, allow: Allow) -> None:
    elsewhere = project(tmp_path / "downloads" / "odd")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "link").symlink_to(elsewhere, target_is_directory=True)
    allow(tmp_path / "work")
    assert why_not(place(tmp_path / "work" / "link")) == UNKNOWN
    (tmp_path / "to-work").symlink_to(tmp_path / "work", target_is_directory=True)
    assert why_not(place(project(tmp_path / "work" / "shop"))) == ""
    assert why_not(place(tmp_path / "to-work" / "shop")) == ""


@posix
def test_a_file_that_others_may_write_allows_nothing(clone: Path, allow: Allow) -> None:
    allow(clone)
    path = Path(trust.allowed_file())
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o622)
    assert why_not(place(clone)) == UNKNOWN
    with pytest.raises(CtxloadError, match="can be written by others"):
        allow(clone)


@posix
def test_a_pipe_in_the_place_of_the_file_hangs_nothing(clone: Path) -> None:
    path = Path(trust.allowed_file())
    path.parent.mkdir(parents=True)
    os.mkfifo(path, 0o600)
    assert why_not(place(clone)) == UNKNOWN


@posix
def test_a_folder_that_now_belongs_to_somebody_else_is_not_allowed_any_more(
    clone: Path, allow: Allow, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(clone)
    lines, found, me = known(), place(clone), os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert why_not(found, lines=lines) == ""  # the owner is the one it had when it was allowed
    others = {name: (mark, me + 2, path) for name, (mark, _, path) in lines.items()}
    assert why_not(found, lines=others) == UNKNOWN


def test_where_a_platform_tells_no_cases_apart_a_denial_counts_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    lines = trust.parse(b"+ 0 /Users/me/Work\n- 0 /Users/me/Work/Odd\n")
    assert trust.decision("/users/me/work/ODD/deep", lines)[0] == DENIED


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("linux", ".local/share/ctxload"), ("darwin", "Library/Application Support/ctxload"), ("win32", "ctxload/Data")],
)
def test_the_folder_is_the_accounts_on_every_platform(
    platform: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Key:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    spec = spec_from_file_location("ctxload.workspace.fresh", discover.__file__)  # not as the tests have changed it
    assert spec is not None and spec.loader is not None
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    registry = {"HKEY_CURRENT_USER": 0, "OpenKey": lambda *_: Key(), "QueryValueEx": lambda *_: (str(tmp_path), 1)}
    monkeypatch.setitem(sys.modules, "winreg", SimpleNamespace(**registry))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pwd", SimpleNamespace(getpwuid=lambda _: SimpleNamespace(pw_dir=str(tmp_path))))  # type: ignore[arg-type]
    monkeypatch.setattr(os, "geteuid", lambda: 7, raising=False)
    monkeypatch.setenv("HOME", "/elsewhere")
    monkeypatch.setenv("LOCALAPPDATA", "/elsewhere")
    monkeypatch.setattr(sys, "platform", platform)
    assert Path(fresh.data_folder()) == tmp_path / expected


def test_a_user_without_an_account_can_remember_nothing_and_is_told_the_way(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(discover, "account_home", lambda: "")
    assert why_not(place(clone)) == UNKNOWN
    assert start.run(["allow", str(clone), "--yes"]) == 2
    assert "no home in the account database" in capsys.readouterr().err


# ── allow, deny ──────────────────────────────────────────────────────────────────────────────────────────


class Terminal(io.StringIO):
    """A terminal at which somebody has typed."""

    def isatty(self) -> bool:
        return True


def test_allow_needs_a_terminal_or_a_yes(clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert start.run(["allow", str(clone)]) == 2
    assert "--yes" in capsys.readouterr().err and why_not(place(clone)) == UNKNOWN
    assert start.run(["allow", str(clone), "--yes"]) == 0
    assert why_not(place(clone)) == ""


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_allow_shows_what_is_there_and_asks(
    typed: str, status: int, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone / "context")
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert start.run(["allow"]) == status
    shown = capsys.readouterr().out
    assert str(clone) in shown and "context-index.yml, 1 entry" in shown
    assert "https://example.com/team/shop.git" in shown and "token" not in shown
    assert (why_not(place(clone)) == "") is (status == 0)


def test_allow_of_a_folder_inside_a_project_says_that_it_does_not_reach_the_project(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "src").mkdir()
    assert start.run(["allow", str(clone / "src"), "--yes"]) == 0
    assert f"begins at {clone}, which is not allowed" in capsys.readouterr().err


def test_allow_refuses_what_is_no_folder(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start.run(["allow", str(clone / "context-index.yml"), "--yes"]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_deny_says_what_is_still_allowed_below(clone: Path, allow: Allow, capsys: pytest.CaptureFixture[str]) -> None:
    allow(clone)
    assert start.run(["deny", str(clone.parent)]) == 0
    assert f"still allowed by a word of its own: {clone}" in capsys.readouterr().err
    assert why_not(place(clone)) == ""


def test_the_plugins_command_line_has_both(clone: Path) -> None:
    assert small.run(["allow", "--yes", str(clone)]) == 0 and why_not(place(clone)) == ""
    assert small.run(["deny", str(clone)]) == 0 and why_not(place(clone)) == DENIED


def test_those_who_allow_at_the_same_time_all_find_it_remembered(tmp_path: Path, allow: Allow) -> None:
    folders = [tmp_path / f"p{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(allow, folders))
    assert {line[2] for line in known().values()} == {os.path.realpath(folder) for folder in folders}


# ── what counts as a word, and what asks ─────────────────────────────────────────────────────────────────


def test_an_init_that_wrote_the_index_allows_and_no_other_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "api.md").write_text("# API\n\nHow views are written.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert start.run(["init"]) == 1 and not known()
    assert start.run(["init", "--yes"]) == 0
    assert why_not(place(tmp_path)) == ""
    assert start.run(["deny"]) == 0
    (tmp_path / "docs" / "more.md").write_text("# More\n\nOther things.\n", encoding="utf-8")
    assert start.run(["init", "--add", "--yes"]) == 0
    assert why_not(place(tmp_path)) == DENIED


def test_a_change_that_was_killed_halfway_stands_in_nobodys_way(clone: Path, allow: Allow) -> None:
    draft = Path(trust.allowed_file() + ".new")
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"+ 0 /half")
    os.utime(draft, (0, 0))
    allow(clone)
    assert why_not(place(clone)) == "" and not draft.exists()


def test_an_init_with_add_in_a_clone_allows_nothing(clone: Path) -> None:
    (clone / "context-index.yml").write_text(
        "context_files:\n  - path: context/api.md\n    keywords: [api]\n", encoding="utf-8"
    )
    (clone / "context" / "more.md").write_text("# More\n\nOther things.\n", encoding="utf-8")
    assert start.run(["init", "--root", str(clone), "--add", "--yes"]) == 0
    assert why_not(place(clone)) == UNKNOWN


@pytest.mark.parametrize("more", [[], ["--project"]])
def test_an_install_run_in_the_project_allows_it(
    more: list[str], clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(clone)
    assert start.run(["install", "cursor", "--dry-run", *more]) == 0 and not known()
    assert start.run(["install", "cursor", "--yes", *more]) == 0
    assert f"may be given documents of {clone} now" in capsys.readouterr().err
    assert why_not(place(clone)) == ""
    settings = (clone if more else tmp_path) / ".cursor" / "hooks.json"
    assert "--trust" not in settings.read_text(encoding="utf-8")
    assert start.run(["uninstall", "cursor", "--yes", *more]) == 0
    assert why_not(place(clone)) == ""  # a word on the project, not on the client
    assert start.run(["deny"]) == 0
    assert start.run(["install", "cursor", "--yes", *more]) == 0
    assert why_not(place(clone)) == DENIED


@pytest.mark.parametrize("words", [["resolve", "api"], ["load", "api"], ["explain", "api"], ["check"], ["compile"]])
def test_no_other_command_allows_anything(words: list[str], clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    start.run(words)
    assert not known() and why_not(place(clone)) == UNKNOWN


def test_nothing_is_offered_for_a_project_that_was_named(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    for words in (["check", "--root", "."], ["check", "--root=."], ["resolve", "--index", "context-index.yml", "api"]):
        allow.offer(words)
    assert not known()


@posix
@pytest.mark.parametrize(("typed", "expected"), [(b"y\n", ""), (b"n\n", UNKNOWN)])
@pytest.mark.parametrize("words", [["resolve", "api"], ["check"]])
@pytest.mark.heavy
def test_at_a_terminal_it_is_offered_once(words: list[str], typed: bytes, expected: str, clone: Path) -> None:
    first = typing(clone, words, typed)
    assert first.count("may agent clients be given documents of") == 1
    assert why_not(place(clone)) == expected
    assert "may agent clients" not in typing(clone, words, b"y\n")
    assert why_not(place(clone)) == expected


@posix
@pytest.mark.parametrize("name", sample(["CI", "CLAUDECODE", "GEMINI_CLI"]))
def test_nothing_is_offered_where_a_model_or_nobody_would_answer(
    name: str, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    assert "may agent clients" not in typing(clone, ["check"], b"y\n")
    assert not known()


@posix
def test_an_offer_that_nobody_answers_ends_by_itself_and_is_a_no(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(allow, "ANSWER_SECONDS", 0.001)
    monkeypatch.chdir(clone)
    reads, writes = os.pipe()
    with os.fdopen(reads, encoding="utf-8") as nobody, os.fdopen(writes, "w", encoding="utf-8"):
        monkeypatch.setattr(sys, "stdin", nobody)
        allow.offer(["check"])
    assert capsys.readouterr().err.count("[y/N]") == 1
    assert [mark for mark, _, _ in known().values()] == [ASKED]


def typing(cwd: Path, words: list[str], typed: bytes) -> str:
    """What is shown on stderr, a terminal at which something was typed beforehand."""
    import pty

    path = os.pathsep.join((str(SOURCE), os.environ["PYTHONPATH"]))
    outside, inside = pty.openpty()
    os.write(outside, typed)
    done = subprocess.run(
        [sys.executable, "-m", "ctxload", *words], cwd=cwd, stdin=inside, stdout=subprocess.PIPE, stderr=inside,
        timeout=60, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0
    os.write(inside, b"end")  # so that there is something to read
    shown = os.read(outside, 65_536).decode()
    for descriptor in (outside, inside):
        os.close(descriptor)
    return shown


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────────────


def test_doctor_names_what_is_not_allowed_and_lists_what_is(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], allow: Allow
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert start.run(["install", "cursor", "--yes"]) == 0
    monkeypatch.setattr(doctor, "_problem", lambda command, target: "")
    monkeypatch.chdir(clone)
    assert start.run(["doctor", "cursor"]) == 1
    shown = capsys.readouterr().out
    assert "next     not allowed here" in shown and f"ctxload allow {clone}" in shown
    allow(clone.parent)
    allowing.remember(DENIED, [str(tmp_path / "odd")])
    assert start.run(["doctor", "cursor"]) == 0
    shown = capsys.readouterr().out
    assert "not allowed" not in shown and f"here     allowed: {clone}\n" in shown
    others = (f"allowed  {clone.parent}\n", f"denied   {tmp_path / 'odd'}\n")
    assert all(shown.index("  here ") < shown.index(other) for other in others)


def test_doctor_names_a_projects_hook_that_would_trust_itself(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    hooks = {"version": 1, "hooks": {"beforeSubmitPrompt": [{"command": "ctxload hook --trust"}]}}
    (clone / ".cursor").mkdir()
    (clone / ".cursor" / "hooks.json").write_text(json.dumps(hooks), encoding="utf-8")
    monkeypatch.chdir(clone)
    assert start.run(["doctor", "cursor"]) == 1
    assert "says `--trust`, which only you may say" in capsys.readouterr().out


@pytest.mark.parametrize("other", ["the user's hook is broken", "the file is not loaded", "the project is not allowed"])
def test_doctor_hides_no_hook_that_would_trust_itself_behind_another_finding(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    group = {"hooks": [{"type": "command", "command": "ctxload hook --trust"}]}
    text = json.dumps({"hooks": {"UserPromptSubmit": [group]}})
    if other == "the file is not loaded":
        text = "// a comment\n" + text
    (clone / ".claude").mkdir()
    (clone / ".claude" / "settings.json").write_text(text, encoding="utf-8")
    if other == "the user's hook is broken":
        (tmp_path / ".claude").mkdir()
        broken = text.replace("hook --trust", "hook --odd")
        (tmp_path / ".claude" / "settings.json").write_text(broken, encoding="utf-8")
    monkeypatch.chdir(clone)
    assert start.run(["doctor", "claude-code"]) == 1
    shown = capsys.readouterr().out
    assert "says `--trust`, which only you may say" in shown
    assert ("unknown" in shown) == (other == "the user's hook is broken")
    assert ("does not load" in shown) == (other == "the file is not loaded")
    assert "not allowed here" in shown


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_an_index_of_another_user_is_explained_to_the_person_and_served_once_it_is_allowed(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    for path in (clone, *clone.rglob("*")):
        os.chown(path, 12345, -1)
    call = {"hook_event_name": "UserPromptSubmit", "transcript_path": "t", "cwd": str(clone), "session_id": "s"}
    said = json.loads(respond(HookOptions(), {**call, "prompt": "an api"}, Turn()))
    assert set(said) == {"systemMessage"} and "belongs to another user, 12345" in said["systemMessage"]
    with pytest.raises(Silence, match="another user"):  # once in a conversation
        respond(HookOptions(), {**call, "prompt": "the api"}, Turn())
    monkeypatch.chdir(clone)
    assert start.run(["install", "claude-code", "--settings", "--yes"]) == 0
    monkeypatch.setattr(doctor, "_problem", lambda command, target: "")
    assert start.run(["doctor", "claude-code"]) == 1
    assert "belongs to another user, 12345" in capsys.readouterr().out
    assert start.run(["allow", "--yes"]) == 0
    out = json.loads(respond(HookOptions(), {**call, "prompt": "this api"}, Turn()))
    assert "additionalContext" in out["hookSpecificOutput"]
    assert start.run(["doctor", "claude-code"]) == 0


# ── MCP ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(find_spec("mcp") is None, reason="needs the extra ctxload[mcp]")
@pytest.mark.heavy
def test_mcp_gives_nothing_before_it_is_allowed_and_answers_from_then_on(
    clone: Path, allow: Allow, tmp_path: Path
) -> None:
    from mcp.shared.exceptions import MCPError

    async def talk(client: Any) -> None:
        for _ in range(2):
            said = await client.call_tool("load_context", {"task": "an api"})
            assert said.is_error and "gives no documents" in said.content[0].text
            assert "allow" not in said.content[0].text  # a model might run the command
        assert (await client.call_tool("explain_context", {"task": "an api"})).is_error
        assert (await client.list_resources()).resources == []
        for uri in ("ctxload://index", "ctxload://file/context/api.md"):
            with pytest.raises(MCPError, match="gives no documents"):
                await client.read_resource(uri)
        with pytest.raises(MCPError, match="gives no documents"):
            await client.get_prompt("load", {"task": "an api"})
        allow(clone)
        said = await client.call_tool("load_context", {"task": "an api"})
        assert "All about api." in said.content[0].text
        assert len((await client.list_resources()).resources) == 2
        allowing.remember(DENIED, [str(clone)])
        assert (await client.call_tool("load_context", {"task": "an api"})).is_error

    errors = serving(clone, tmp_path, talk)
    assert f"ctxload allow {clone}" in errors
    assert any(line[1] == "mcp" and "not allowed" in line[3] for line in journal.log_lines())


@pytest.mark.skipif(find_spec("mcp") is None, reason="needs the extra ctxload[mcp]")
@pytest.mark.heavy
def test_mcp_with_trust_answers_unless_it_is_denied(clone: Path, tmp_path: Path) -> None:
    async def talk(client: Any) -> None:
        assert "All about api." in (await client.call_tool("load_context", {"task": "an api"})).content[0].text
        allowing.remember(DENIED, [str(clone)])
        assert (await client.call_tool("load_context", {"task": "an api"})).is_error

    assert serving(clone, tmp_path, talk, "--trust") == ""


def serving(cwd: Path, tmp_path: Path, talk: Callable[[Any], Any], *words: str) -> str:
    """A conversation of the official client with the real service; what that wrote to stderr."""
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    path = os.pathsep.join((str(SOURCE), os.environ["PYTHONPATH"]))
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "ctxload", "serve", "--mcp", *words], cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip

    async def run() -> None:
        async with asyncio.timeout(60), Client(stdio_client(server, errlog=log)) as client:
            await talk(client)

    with open(tmp_path / "stderr", "w+", encoding="utf-8") as log:
        asyncio.run(run())
        log.seek(0)
        return log.read()


def test_trust_is_for_mcp_and_not_for_what_a_program_of_the_persons_starts(capsys: pytest.CaptureFixture[str]) -> None:
    assert start.run(["serve", "--trust"]) == 2
    assert "--trust goes with --mcp" in capsys.readouterr().err


def test_where_a_variable_names_an_allowed_index_the_folder_that_is_lacking_is_named(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allow: Allow
) -> None:
    other = project(tmp_path / "other")
    allow(other)
    monkeypatch.setenv("CTXLOAD_INDEX", str(other / "context-index.yml"))
    assert f"ctxload allow {clone}" in json.loads(ask(clone))["systemMessage"]


def test_doctor_says_in_words_that_the_project_is_denied(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone)
    allowing.remember(DENIED, [str(clone)])
    start.run(["doctor", "cursor"])
    assert f"here     denied: {clone}\n" in capsys.readouterr().out


def test_a_project_that_was_allowed_says_nothing_of_another_one_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = project(tmp_path / "mine")
    assert allowing.also(str(mine)) != ()
    part = project(mine / "packages" / "web")
    (part / ".git" / "config").unlink()
    (part / ".git").rmdir()
    stranger = project(mine / "vendor" / "evil")
    assert why_not(Place(str(mine / "context-index.yml"), str(mine), "context-index.yml")) == ""
    assert why_not(Place(str(part / "context-index.yml"), str(part), "context-index.yml")) == ""
    assert why_not(Place(str(stranger / "context-index.yml"), str(stranger), "context-index.yml")) == UNKNOWN
    trust_home = tmp_path / "home"
    inside = project(trust_home / "downloads" / "zip")
    (inside / ".git" / "config").unlink()
    (inside / ".git").rmdir()
    monkeypatch.setattr(trust, "account_home", lambda: str(trust_home))
    allowing.also(str(trust_home))
    assert why_not(Place(str(inside / "context-index.yml"), str(inside), "context-index.yml")) == UNKNOWN
    allowing.remember(ALLOWED, [str(tmp_path)])  # as `ctxload allow FOLDER` does: that means all below it
    assert why_not(Place(str(stranger / "context-index.yml"), str(stranger), "context-index.yml")) == ""


def test_doctor_names_an_index_that_cannot_serve(
    clone: Path, allow: Allow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(clone)
    (clone / "context-index.yml").write_text("context_files: [", encoding="utf-8")
    monkeypatch.chdir(clone)
    assert "CTX001" in doctor._why_broken()
    (clone / "context-index.yml").write_text("context_files: []\n", encoding="utf-8")
    assert doctor._why_broken() == ""

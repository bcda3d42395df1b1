"""The person's own skills: only they name the folders, what is read of them, where they come and what goes before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ctxload import ContextLoader
from ctxload.integrations.hooks.hook import options_of, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.integrations.own_settings import own_settings, settings_file
from ctxload.integrations.own_settings import parse as own_settings_parse
from ctxload.loader import OwnLoader
from ctxload.start import run
from ctxload.workspace import locations
from ctxload.workspace.own.home import OpenTree
from test_agent_skills import skill
from test_sources import put

SKILL = "~/.claude/skills/deploy/SKILL.md"
INDEX = "context_files:\n  - {path: docs/api.md, keywords: [api]}\nfallback: none\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the person, with a skill and settings that name its folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(locations, "account_home", lambda: str(folder))
    monkeypatch.setattr("ctxload.workspace.own.home.account_home", lambda: str(folder))
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    put(folder, {".claude/skills/deploy/SKILL.md": skill("deploy"), ".claude/skills/deploy/run.sh": "x\n"})
    settle("skills: ~/.claude/skills, ~/.agents/skills\n")
    return folder


def settle(text: str) -> None:
    path = Path(settings_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    put(folder, {"context-index.yml": INDEX, "docs/api.md": "# API\n", ".git/HEAD": ""})
    monkeypatch.chdir(folder)
    return folder


Shell = Callable[..., tuple[str, str]]


@pytest.fixture
def ctxload(capsys: pytest.CaptureFixture[str]) -> Shell:
    def call(*words: str) -> tuple[str, str]:
        run([*words])
        out, err = capsys.readouterr()
        return out, err

    return call


def given(task: str = "Please deploy it", **more: object) -> tuple[str, ...]:
    return OwnLoader().resolve(task, **more).paths  # type: ignore[arg-type]


# ── where they come ──────────────────────────────────────────────────────────────────────────────────────


def test_a_skill_of_the_persons_own_comes_at_the_doors_of_the_person(project: Path, ctxload: Shell) -> None:
    for _ in range(2):  # from the text of the index, then from the compiled one
        assert ctxload("resolve", "Please deploy it") == (f"{SKILL}\n", "")
    text = ctxload("load", "Please deploy it")[0]
    assert "# deploy" in text and "beside it in `~/.claude/skills/deploy/` are run.sh" in text
    assert SKILL in ctxload("explain", "Please deploy it")[0]
    assert SKILL in ctxload("list")[0] and "~/deploy" in ctxload("list")[0]
    assert "~/.claude/skills: 1 skill" in ctxload("status")[0]
    assert "~/.claude/skills" in ctxload("doctor")[0]
    assert ctxload("resolve", "the api") == ("docs/api.md\n", "")


@pytest.mark.parametrize("task", ["Context: ~/deploy", f"Context: {SKILL}", f"Context: {SKILL.rpartition('/')[0]}"])
def test_the_person_names_one_by_its_id_or_its_path(project: Path, task: str) -> None:
    assert SKILL in given(task)


def test_a_skill_that_must_be_named_comes_by_its_bare_name(project: Path, home: Path) -> None:
    put(home, {".claude/skills/deploy/SKILL.md": skill("deploy", "disable-model-invocation: true\n")})
    assert given() == () and given("Please @deploy") == (SKILL,)


def test_what_is_said_of_the_project_knows_nothing_of_them(project: Path, ctxload: Shell) -> None:
    put(project, {"context-index.yml": INDEX + "tests:\n  - {task: Please deploy it, expect: [api]}\n"})
    assert "deploy" not in ctxload("check", "--format", "json")[0]
    assert "SKILL.md" not in ctxload("test")[0]
    assert ContextLoader().resolve("Please deploy it").paths == ()
    assert ctxload("resolve", "Please deploy it")[0] == f"{SKILL}\n"  # and nothing of that was kept


def test_the_hook_and_mcp_give_them_to_the_persons_agent(project: Path, allow: Callable[[Path], None]) -> None:
    from ctxload.integrations.mcp.served import OwnService

    allow(project)
    call = {"session_id": "s", "cwd": str(project), "hook_event_name": "UserPromptSubmit", "prompt": "Please deploy it"}
    data = json.loads(respond(options_of(["--client", "claude-code"]), call, Turn()))
    assert f"## {SKILL}" in data["hookSpecificOutput"]["additionalContext"]
    assert "# deploy" in OwnService(root=str(project)).load({"task": "Please deploy it"})["text"]


def test_they_come_in_an_allowed_project_without_an_index_and_without_rules(
    project: Path, allow: Callable[[Path], None], ctxload: Shell
) -> None:
    (project / "context-index.yml").unlink()
    allow(project)
    call = {"session_id": "s", "cwd": str(project), "hook_event_name": "UserPromptSubmit", "prompt": "Please deploy it"}
    assert f"## {SKILL}" in respond(options_of(["--client", "claude-code"]), call, Turn()).decode()
    for _ in range(2):
        assert ctxload("resolve", "Please deploy it") == (f"{SKILL}\n", "")
    assert "# deploy" in ctxload("load", "Please deploy it")[0]


def test_no_hook_gives_them_in_a_project_that_is_not_allowed(project: Path) -> None:
    call = {"session_id": "s", "cwd": str(project), "hook_event_name": "UserPromptSubmit", "prompt": "Please deploy it"}
    assert b"SKILL.md" not in respond(options_of(["--client", "claude-code"]), call, Turn())


def test_no_fallback_brings_them(project: Path) -> None:
    put(project, {"context-index.yml": INDEX.replace("none", "all")})
    assert given("Plan the quarter") == ("docs/api.md",)


def test_what_changes_counts_at_the_next_call(project: Path, home: Path, ctxload: Shell) -> None:
    loader = OwnLoader()
    assert loader.resolve("Please deploy it").paths == (SKILL,)
    put(home, {".agents/skills/ship/SKILL.md": skill("ship")})
    other = "~/.agents/skills/ship/SKILL.md"
    assert (loader.resolve("ship it").paths, ctxload("resolve", "ship it")[0]) == ((other,), f"{other}\n")
    put(home, {".claude/skills/deploy/SKILL.md": skill("deploy", description='Use for "a rollout"')})
    assert (loader.resolve("a rollout").paths, ctxload("resolve", "a rollout")[0]) == ((SKILL,), f"{SKILL}\n")
    settle("hold: true\n")
    assert (loader.resolve("a rollout").paths, ctxload("resolve", "a rollout")[0]) == ((), "")


def test_without_the_line_there_are_none(project: Path) -> None:
    settle("hold: true\n")
    assert given() == () and OpenTree(str(project)).status(SKILL).kind == "outside"


# ── what goes before ─────────────────────────────────────────────────────────────────────────────────────


def test_the_projects_skill_goes_before_the_persons_and_that_is_told(project: Path) -> None:
    put(project, {".agents/skills/deploy/SKILL.md": skill("deploy")})
    found = OwnLoader().resolve("Please deploy it")
    assert found.paths == ()
    [told] = [one for one in found.diagnostics if one.path == SKILL]
    assert told.severity == "note" and ".agents/skills/deploy/SKILL.md" in told.message
    put(project, {"context-index.yml": INDEX + "sources: [agent-skills]\n"})
    assert given() == (".agents/skills/deploy/SKILL.md",)


def test_of_two_of_the_persons_folders_the_first_goes_before(project: Path, home: Path) -> None:
    put(home, {".agents/skills/deploy/SKILL.md": skill("deploy") + "another\n"})
    assert given() == (SKILL,)
    settle("skills: ~/.agents/skills, ~/.claude/skills\n")
    assert given() == ("~/.agents/skills/deploy/SKILL.md",)


def test_a_collision_of_two_of_the_persons_skills_is_a_note_and_no_line_of_resolve(
    project: Path, home: Path, ctxload: Shell
) -> None:
    put(home, {".agents/skills/deploy/SKILL.md": skill("deploy") + "another\n"})
    assert ctxload("resolve", "Please deploy it") == (f"{SKILL}\n", "")
    told = [one for one in OwnLoader().resolve("x").diagnostics if one.path == "~/.agents/skills/deploy/SKILL.md"]
    assert [one.severity for one in told] == ["note"]


def test_the_same_skill_in_two_of_the_persons_folders_comes_once(project: Path, home: Path) -> None:
    put(home, {".agents/skills/deploy/SKILL.md": skill("deploy")})
    assert given() == (SKILL,) and len(OwnLoader().index().entries) == 2


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_counts_where_it_leads_to_a_folder_that_is_named_and_is_told_elsewhere(
    project: Path, home: Path
) -> None:
    put(home, {".agents/skills/ship/SKILL.md": skill("ship"), "elsewhere/secretive/SKILL.md": skill("secretive")})
    (home / ".claude/skills/ship").symlink_to(home / ".agents/skills/ship")
    (home / ".claude/skills/secretive").symlink_to(home / "elsewhere/secretive")
    (home / ".claude/skills/deploy/notes.md").symlink_to(home / "elsewhere/secretive/SKILL.md")
    found = OwnLoader().resolve("ship it")
    assert len(found.paths) == 1 and found.paths[0].endswith("skills/ship/SKILL.md") and found.left_out == ()
    assert {entry.id.value for entry in OwnLoader().index().entries} >= {"~/ship", "~/deploy"}
    assert len(OwnLoader().index().entries) == 3  # the project's one, and each skill once
    assert ("CTX303", "~/.claude/skills/secretive") in {(one.code, one.path) for one in found.diagnostics}
    assert given("secretive it") == ()
    tree = OpenTree(str(project))
    assert tree.status("~/.claude/skills/deploy/notes.md").kind == "outside"
    with pytest.raises(OSError, match="outside"):
        tree.read("~/.claude/skills/deploy/notes.md")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are those of a POSIX system")
@pytest.mark.parametrize("open_to_all", ["deploy", "deploy/SKILL.md", "deploy/run.sh"])
def test_what_others_may_write_below_a_folder_of_the_persons_is_refused_and_told(
    project: Path, home: Path, ctxload: Shell, open_to_all: str
) -> None:
    place = home / ".claude/skills" / open_to_all
    place.chmod(0o777 if place.is_dir() else 0o666)
    path = f"~/.claude/skills/{open_to_all}"
    tree = OpenTree(str(project))
    assert tree.status(path).kind == "unreadable"
    assert (SKILL in given()) is (open_to_all == "deploy/run.sh")
    assert "run.sh" not in ctxload("load", "Please deploy it")[0]
    if open_to_all != "deploy/run.sh":
        assert (path, "warning") in {(one.path, one.severity) for one in OwnLoader().resolve("x").diagnostics}
        for command in ("status", "doctor"):
            assert f"`{path}` is not read: anybody may write there" in ctxload(command)[0]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are those of a POSIX system")
@pytest.mark.parametrize("place", ["deploy", "deploy/SKILL.md"])
def test_what_was_refused_comes_once_nobody_else_may_write_it(
    project: Path, home: Path, ctxload: Shell, place: str
) -> None:
    path = home / ".claude/skills" / place
    mode = path.stat().st_mode
    path.chmod(mode | 0o022)
    assert SKILL not in ctxload("resolve", "Please deploy it")[0]
    path.chmod(mode & ~0o022)
    assert SKILL in ctxload("resolve", "Please deploy it")[0]


def test_diff_speaks_of_the_project_and_names_no_skill_of_the_persons(project: Path, ctxload: Shell) -> None:
    put(project, {"before.yml": INDEX})
    for form in ("text", "markdown", "json"):
        assert "deploy" not in ctxload("diff", "before.yml", "--format", form)[0]


def test_a_link_out_of_the_named_folders_is_told_by_status_and_doctor(
    project: Path, home: Path, ctxload: Shell
) -> None:
    put(home, {"elsewhere/x/SKILL.md": skill("x")})
    (home / ".claude/skills/x").symlink_to(home / "elsewhere/x")
    for command in ("status", "doctor"):
        assert "`~/.claude/skills/x` is a link that leads out of the folders that you named" in ctxload(command)[0]


def test_a_skill_that_is_a_clone_is_read_whatever_git_ignores(project: Path, home: Path) -> None:
    put(home, {".gitignore": "*\n", ".git/HEAD": "", ".claude/skills/ship/.git/HEAD": ""})
    put(home, {".claude/skills/ship/SKILL.md": skill("ship"), ".claude/skills/ship/.gitignore": "*\n"})
    assert given("ship it") == ("~/.claude/skills/ship/SKILL.md",)


@pytest.mark.parametrize(
    "path",
    [
        "~/.ssh/id_rsa", "~/notes.md", "~", "~/", "~/.claude/skills/../../notes.md", "~/.claude/settings.json",
        "~/.claude/skills/../settings.json", "~/.claude/skillset/a.md", "~root/x", "~/../x", "~//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_of_a_home_is_there_but_the_folders_that_are_named(project: Path, home: Path, path: str) -> None:
    put(home, {".ssh/id_rsa": "k", "notes.md": "n", ".claude/settings.json": "{}", ".claude/skillset/a.md": "a"})
    tree = OpenTree(str(project))
    assert tree.status(path).kind in ("outside", "unsafe", "missing")
    with pytest.raises(OSError):
        tree.read(path)
    assert tree.files_below(path).files == () and tree.expand(f"{path}/**").files == ()


def test_secrets_and_what_is_too_large_are_not_given(project: Path, home: Path) -> None:
    put(
        home, {".claude/skills/deploy/.env": "KEY=1\n", ".claude/skills/huge/SKILL.md": skill("huge") + "x" * 2_000_000}
    )
    assert given(".env of deploy") == (SKILL,) or given(".env of deploy") == ()
    assert ".env" not in OwnLoader().load("Please deploy it").text
    assert OwnLoader().load("huge it", budget=500).tokens <= 500


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes of POSIX")
def test_a_folder_that_anybody_may_write_gives_nothing_and_doctor_says_so(
    project: Path, home: Path, ctxload: Shell
) -> None:
    (home / ".claude/skills").chmod(0o777)
    assert given() == ()
    assert "`~/.claude/skills` leads out of your home, or anybody may write there" in ctxload("doctor")[0]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes of POSIX")
def test_settings_that_anybody_may_write_name_no_folder_and_doctor_says_so(project: Path, ctxload: Shell) -> None:
    Path(settings_file()).chmod(0o666)
    assert given() == ()
    assert "nothing of it is read" in ctxload("doctor")[0]


@pytest.mark.parametrize("folder", ["~", "/srv/skills", "../skills", "~/../x", "skills", "~//x", "~/.claude/./skills"])
def test_a_folder_that_is_none_below_the_home_is_told_by_doctor(project: Path, folder: str, ctxload: Shell) -> None:
    settle(f"skills: {folder}\n")
    assert len(own_settings()[1]) == 1 and f"`{folder}`" in ctxload("doctor")[0]
    assert given() == ()


# ── what a project writes ────────────────────────────────────────────────────────────────────────────────

HOSTILE = [
    f"always: [{SKILL}]", "always: [~/deploy]", "fallback: ['~/deploy']", f"fallback: [{SKILL}]",
    f"context_files: [{{path: {SKILL}, keywords: [api]}}]",
    "context_files: [{path: ~/.claude/skills, keywords: [api]}]",
    "context_files: [{path: './~/.claude/skills/**', keywords: [api]}]",
    "context_files: [{path: '~/.claude/skills/**', keywords: [api]}]",
    "context_files: [{path: '~/.claude/**/*.md', keywords: [api], each: true}]",
    "context_files: [{path: docs/api.md, keywords: [api], requires: ['~/deploy']}]",
    "context_rules: [{pattern: api, ids: ['~/deploy']}]", "bundles: {all: ['~/deploy']}", f"include: [{SKILL}]",
    "sources: [claude-code, agent-skills, aider, amp]",
    "sources: ['agent-skills:~/.claude/skills']", "skills: ['~/.claude/skills']", "sources: ['claude-code:~']",
    "context_files: [{path: link/SKILL.md, keywords: [api]}]", "front_matter: true",
    f"context_files: [{{path: ' {SKILL}', keywords: [api]}}, {{path: './{SKILL}', keywords: [api]}}]",
    "context_files: [{path: docs/../~/.claude/skills/deploy/SKILL.md, keywords: [api]}]",
]  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE)
def test_nothing_that_a_project_writes_names_what_is_the_persons_own(project: Path, home: Path, line: str) -> None:
    (project / "link").symlink_to(home / ".claude/skills/deploy")
    named = f"# X\n\n@{SKILL} and @../home/{SKILL[2:]} and @{home}/{SKILL[2:]}\n"
    files = {"docs/x.md": named, "CLAUDE.md": named, ".aider.conf.yml": f"read: [{SKILL}, ../home/{SKILL[2:]}]\n"}
    put(project, {"context-index.yml": f"{line}\n", **files, ".claude/skills/x/SKILL.md": skill("x") + named})
    for task in ("the api", "Plan the quarter", "Context: all", "Context: api"):
        try:
            found = OwnLoader().load(task, for_model=True)
        except Exception:
            continue
        assert "deploy" not in str(found.resolution.paths) and "\n# deploy" not in found.text, task


def test_settings_in_a_project_and_variables_name_no_folder(
    project: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle("")
    for name in ("settings.yml", ".ctxload/settings.yml", ".local/share/ctxload/settings.yml"):
        put(project, {name: "skills: ~/.claude/skills\n"})
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(project))
    put(project, {".claude/skills/deploy/SKILL.md": skill("deploy")})
    assert given() == ()


@pytest.mark.parametrize("value", ["", "[]", " # none"])
def test_a_line_of_skills_without_a_folder_is_told(value: str) -> None:
    assert own_settings_parse(f"skills: {value}\n")[1] == [
        "line 1: `skills` names no folder: write it behind the colon, `~/.claude/skills`"
    ]

"""Projects without an index: the hook gives what other tools' files there call for, once the person allowed that."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ctxload.errors import CtxloadError
from ctxload.formats.shown import SHOWN_BY
from ctxload.integrations.hooks.hook import options_of, respond
from ctxload.integrations.hooks.turn import Silence, Turn
from ctxload.integrations.without_index import place_without_index, root_at
from ctxload.start import run
from ctxload.workspace import allowing, trust
from ctxload.workspace.locations import discover
from test_agent_skills import skill
from test_sources import put

RULE = '---\ndescription: Use when the user asks for a "React form"\nglobs: *.tsx\n---\n# Forms\n'
FILES = {".git/HEAD": "", ".cursor/rules/forms.mdc": RULE, ".claude/skills/deploy/SKILL.md": skill("deploy")}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    put(tmp_path / "project", FILES)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def hooked(folder: Path, prompt: str, client: str = "claude-code", **payload: object) -> str:
    """What the hook prints for a prompt, or for another call; an empty text for nothing."""
    call = {"session_id": "s", "cwd": str(folder), "hook_event_name": "UserPromptSubmit", "prompt": prompt, **payload}
    try:
        return respond(options_of(["--client", client]), call, Turn()).decode()
    except (Silence, CtxloadError):
        return ""


def test_a_prompt_gets_what_the_rules_and_skills_of_other_tools_call_for(
    project: Path, allow: Callable[[Path], None]
) -> None:
    allow(project)
    (project / "src").mkdir()
    assert "## .claude/skills/deploy/SKILL.md" in hooked(project, "Please deploy it")
    assert "## .cursor/rules/forms.mdc" in hooked(project / "src", "Write the React form", session_id="t")
    assert hooked(project, "Plan the quarter") == ""


def test_a_file_that_is_written_gets_the_rules_for_it(project: Path, allow: Callable[[Path], None]) -> None:
    allow(project)
    tool = {"tool_name": "Write", "tool_input": {"file_path": str(project / "a.tsx"), "content": "x"}}
    for _ in range(2):
        given = hooked(project, "", hook_event_name="PreToolUse", transcript_path="t", session_id="w", **tool)
        assert ("forms.mdc" in given) == (_ == 0)


def test_a_project_that_is_not_allowed_gives_nothing(project: Path) -> None:
    assert "deploy/SKILL" not in hooked(project, "Please deploy it")


def test_an_index_goes_before_and_is_served_alone(project: Path, allow: Callable[[Path], None]) -> None:
    allow(project)
    put(project, {"context-index.yml": "context_files: [{path: a.md, keywords: [invoice]}]\n", "a.md": "# A\n"})
    assert "deploy/SKILL" not in hooked(project, "Please deploy it")
    assert "## a.md" in hooked(project, "the invoice")


@pytest.mark.parametrize("client", ["cursor", "vscode", "copilot"])
def test_what_a_client_reads_by_itself_is_no_source_for_it(project: Path, client: str) -> None:
    put(project, {".github/instructions/a.instructions.md": "---\napplyTo: '**'\n---\n# A\n"})
    place = place_without_index(str(project), client)
    own = "cursor" if client == "cursor" else "copilot"
    assert place is not None and own not in place.sources and "agent-skills" in place.sources


def test_a_home_is_no_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(project))
    assert place_without_index(str(project)) is None


def test_a_format_is_seen_by_each_of_its_places(tmp_path: Path) -> None:
    for number, (name, places) in enumerate(SHOWN_BY.items()):
        for other, place in enumerate(places):
            root = tmp_path / f"{number}-{other}"
            put(root, {".git/HEAD": "", f"{place}/x.md" if "." not in place[1:] else place: "# X\n"})
            found = place_without_index(str(root))
            assert found is not None and found.sources == (name,), place


def test_install_in_such_a_project_allows_it_and_says_what_prompts_get(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "claude-code", "--settings", "--yes"]) == 0
    said = capsys.readouterr().err
    assert "there is no index here: prompts get what agent-skills and cursor files select" in said
    assert "## .claude/skills/deploy/SKILL.md" in hooked(project, "Please deploy it")
    assert run(["status"]) == 0
    assert "prompts get what agent-skills and cursor files select" in capsys.readouterr().out


def test_sources_that_install_is_told_stand_in_the_hook_and_doctor_knows_the_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--settings", "--source", "cursor", "--source", "kiro", "--max-chars", "5000", "--yes"]
    assert run(["install", "claude-code", *words]) == 0
    settings = Path(os.environ["HOME"]) / ".claude/settings.json"
    text = settings.read_text(encoding="utf-8")
    assert "hook --max-chars 5000 --source cursor --source kiro" in text
    capsys.readouterr()
    run(["doctor", "claude-code"])
    out = capsys.readouterr().out
    assert "install` does not write" not in out and "--source kiro" in out
    assert run(["install", "claude-code", "--settings", "--source", "cursr"]) == 2
    assert run(["install", "nvim", "--source", "cursor"]) == 2
    assert run(["uninstall", "claude-code", "--yes"]) == 0
    assert not settings.exists() or "ctxload" not in settings.read_text(encoding="utf-8")


def test_a_link_out_of_the_project_and_odd_files_in_the_folders_end_in_no_fault(
    project: Path, tmp_path: Path, allow: Callable[[Path], None]
) -> None:
    allow(project)
    put(tmp_path, {"outside/x/SKILL.md": skill("x")})
    (project / ".agents").mkdir()
    (project / ".agents/skills").symlink_to(tmp_path / "outside")
    (project / ".cursor/rules/b.mdc").write_bytes(b"\0\xff" * 100)
    put(project, {".cursor/rules/huge.mdc": "---\nalwaysApply: true\n---\n" + "x" * 3_000_000})
    given = json.loads(hooked(project, "Please deploy it"))["hookSpecificOutput"]["additionalContext"]
    assert "deploy/SKILL.md" in given and "outside" not in given


# ── the command line sees what the hook sees ─────────────────────────────────────────────────────────────

COMMANDS = (("resolve", "Please deploy it"), ("load", "Please deploy it"), ("explain", "Please deploy it"), ("list",))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_without_an_index_answers_as_the_hook_does(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run([*words]) == 2
    said = capsys.readouterr().err
    assert "once you allowed it (`ctxload allow`) agent-skills and cursor files serve" in said
    assert "`--source agent-skills`" in said
    allow(project)
    assert run([*words]) == 0
    assert ".claude/skills/deploy/SKILL.md" in capsys.readouterr().out


def test_check_without_an_index_says_what_is_wrong_with_the_rules_that_serve(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    put(project, {".cursor/rules/forms.mdc": "---\nglob: a.tsx\n---\n# Forms\n"})
    allow(project)
    assert run(["check"]) == 0
    assert "did you mean `globs`?" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--index", "gone.yml"], ["--root", "."]])
def test_an_index_that_is_named_has_to_be_there(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    allow(project)
    assert run(["resolve", *words, "Please deploy it"]) == 2


@pytest.mark.parametrize("named", ["gone.yml", "gone/context-index.yml"])
@pytest.mark.parametrize("event", ["prompt", "touch"])
def test_an_index_that_a_variable_names_has_to_be_there_for_the_hook_as_well(
    project: Path, allow: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, named: str, event: str
) -> None:
    allow(project)
    monkeypatch.setenv("CTXLOAD_INDEX", str(project / named))
    tool = {"tool_name": "Write", "tool_input": {"file_path": str(project / "a.tsx"), "content": "x"}}
    more = {"hook_event_name": "PreToolUse", "transcript_path": "t", **tool} if event == "touch" else {}
    assert hooked(project, "Please deploy it", **more) == ""


@pytest.mark.parametrize("index", ["context-index.yml", "context/context-index.yml", "src/context-index.yml"])
@pytest.mark.parametrize("event", ["prompt", "touch"])
def test_beside_an_index_of_another_user_nothing_else_serves(
    project: Path, allow: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, index: str, event: str
) -> None:
    allow(project)
    put(project, {index: "context_files: []\n", "src/a.txt": ""})
    real = os.stat

    def foreign(path: str, *more: object, **named: object) -> os.stat_result:
        found = real(path, *more, **named)  # type: ignore[arg-type]
        return os.stat_result((*found[:4], 4711, *found[5:])) if os.fspath(path).endswith("index.yml") else found

    monkeypatch.setattr(os, "stat", foreign)
    monkeypatch.setattr(os, "geteuid", lambda: real(project).st_uid, raising=False)
    tool = {"tool_name": "Write", "tool_input": {"file_path": str(project / "src/a.tsx"), "content": "x"}}
    more = {"hook_event_name": "PreToolUse", "transcript_path": "t", **tool} if event == "touch" else {}
    given = hooked(project / "src", "Please deploy it", **more)
    assert "deploy/SKILL" not in given and "forms.mdc" not in given
    with pytest.raises(CtxloadError, match="belongs to another user"):
        discover(str(project / "src"), sources=("cursor",))
    monkeypatch.chdir(project / "src")
    assert os.path.realpath(root_at()) == os.path.realpath((project / index).parent if "src" in index else project)


@pytest.mark.parametrize("place", ["context-index.yml", "context/context-index.yaml"])
def test_an_index_that_is_no_file_is_not_passed_over(project: Path, allow: Callable[[Path], None], place: str) -> None:
    allow(project)
    (project / place).parent.mkdir(exist_ok=True)
    (project / place).symlink_to("gone.yml")
    assert hooked(project, "Please deploy it") == ""


# ── commands on an index, and commands on what was given ─────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["report", "suggest", "test", "diff", "watch", "export cursor", "learn --apply"])
def test_a_command_that_works_on_an_index_says_what_serves_here_and_how_to_get_one(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], words: str
) -> None:
    allow(project)
    assert run(words.split()) == 2
    said = capsys.readouterr().err
    assert "`ctxload init --source agent-skills --source cursor` makes one that reads them" in said
    assert run(["init", "--source", "agent-skills", "--source", "cursor", "--yes"]) == 0
    assert run(["export", "cursor"]) in (0, 1)


def test_what_was_given_without_an_index_is_counted_shown_and_forgotten(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(project)
    hooked(project, "Please deploy it", session_id="counted")
    (project / "src").mkdir()
    monkeypatch.chdir(project / "src")
    assert run(["explain", "--last"]) == 0
    assert ".claude/skills/deploy/SKILL.md" in capsys.readouterr().out
    assert run(["stats"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("agent-skills and cursor: 1 answer") and "never given" in out and "forms" in out
    allowing.remember(trust.DENIED, [str(project)])
    assert run(["stats"]) == 0
    said = capsys.readouterr()
    assert "deploy" in said.out and "which entries were never given cannot be told" in said.err
    assert run(["stats", "--forget"]) == 0
    assert "are removed" in capsys.readouterr().err
    assert run(["stats"]) == 2


def test_learn_without_an_index_proposes_cases_of_what_serves(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    allow(project)
    read = {"name": "Read", "input": {"file_path": str(project / ".claude/skills/deploy/SKILL.md")}, "type": "tool_use"}
    rows = [
        {
            "type": "user",
            "cwd": str(project),
            "sessionId": "s",
            "message": {"role": "user", "content": "ship version 9"},
        },
        {
            "type": "assistant",
            "cwd": str(project),
            "sessionId": "s",
            "message": {"role": "assistant", "content": [read]},
        },
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run(["learn", "--transcripts", str(tmp_path / "t.jsonl")]) == 0
    assert "expect  deploy" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["list", "check", "compile"])
def test_what_a_command_is_about_is_never_a_file_that_is_not_there(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], command: str
) -> None:
    allow(project)
    assert run([command]) == 0
    assert "agent-skills and cursor files (no context-index.yml: `ctxload init` makes one)" in capsys.readouterr().err


def test_check_reads_the_sources_it_is_told_with_an_index_or_without(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(project, {".cursor/rules/forms.mdc": "---\nglob: a.tsx\n---\n# Forms\n"})
    assert run(["check", "--source", "cursor"]) == 0
    assert "did you mean `globs`?" in capsys.readouterr().out
    put(
        project,
        {"context-index.yml": "fallback: none\ncontext_files: [{path: a.md, keywords: [invoice]}]\n", "a.md": "# A\n"},
    )
    assert run(["check", "--source", "cursor"]) == 0
    assert "did you mean `globs`?" in capsys.readouterr().out
    assert run(["check", "--source", "cursr"]) == 2


def test_what_git_ignores_serves_nothing_and_what_it_tracks_does(project: Path) -> None:
    put(project, {".gitignore": "/.cursor/\n/.claude/\n.windsurfrules\n", ".windsurfrules": "x\n"})
    assert place_without_index() is None
    (project / ".git/HEAD").unlink()
    for words in (["init", "-q"], ["add", "-f", ".claude/skills/deploy/SKILL.md"]):
        subprocess.run(["git", *words], cwd=project, check=True, capture_output=True)
    place = place_without_index()
    assert place is not None and place.sources == ("agent-skills",)


def test_status_says_that_what_serves_has_to_be_allowed(
    project: Path, allow: Callable[[Path], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "prompts get what agent-skills and cursor files select"
    assert run(["status"]) == 0
    assert f"{said}, once you allow it: `ctxload allow`" in capsys.readouterr().out
    allow(project)
    assert run(["status"]) == 0
    assert f"{said}\n" in capsys.readouterr().out
    monkeypatch.setenv("CTXLOAD_INDEX", "gone.yml")
    assert run(["status"]) == 1
    assert said not in capsys.readouterr().out


def test_an_mcp_server_names_the_line_that_serves_the_rules_that_are_there(project: Path) -> None:
    served = pytest.importorskip("ctxload.integrations.mcp.served").Served("", "", (), trust=False)
    with pytest.raises(
        CtxloadError, match="or `ctxload serve --mcp --source agent-skills --source cursor` for the rules"
    ):
        _ = served.service

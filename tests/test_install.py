"""`ctxload install`, `uninstall` and `doctor`: what they write, what they leave alone, and what they say.

The clients themselves are shell scripts here, or not there at all; `test_real_clients` drives the real ones.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ctxload.integrations import own_settings
from ctxload.integrations.clients.client import MOMENTS
from ctxload.integrations.clients.registry import CLIENTS, INSTALLABLE, find
from ctxload.integrations.hooks import journal
from ctxload.integrations.setup import install
from ctxload.integrations.setup.command_line import own_words, shell_line
from ctxload.integrations.setup.places import data_folder
from ctxload.start import run
from ctxload.text.escaping import escape
from tiers import sample

HOOKED = [name for name in INSTALLABLE if find(name).hooks]
OWN = [name for name in INSTALLABLE if find(name).own]
posix = pytest.mark.skipif(os.name == "nt", reason="stands in for clients by shell scripts")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home, a project and a path of this test's own; `ctxload` is a program in it."""
    for folder in ("home", "shop", "bin"):
        (tmp_path / folder).mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home" / "AppData"))
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "home" / "cache"))
    for client in map(find, CLIENTS):
        monkeypatch.delenv(client.variable.partition("/")[0] or "NOTHING", raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    source = str(Path(install.__file__).resolve().parents[3])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((source, os.environ["PYTHONPATH"])))
    (tmp_path / "shop" / "context-index.yml").write_text("context_files: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "shop")


def program(folder: Path, name: str, text: str) -> Path:
    """A program on the path: a shell script."""
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def ctxload(*words: str) -> int:
    return run([*words])


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for what ctxload keeps of projects to be quick."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent != folder / "home" / "cache"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# ── settings files ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", INSTALLABLE)
@pytest.mark.parametrize("scope", sample(["user", "project"]))
def test_installed_and_uninstalled_leaves_everything_as_it_was(
    name: str, scope: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--project"] if scope == "project" else []
    before = everything(tmp_path)
    if name == "nvim" and more:
        assert ctxload("install", name, "--yes", *more) == 2
        assert "no settings of a project" in capsys.readouterr().err
        assert everything(tmp_path) == before
        return
    assert ctxload("install", name, "--yes", *more) == 0
    during = everything(tmp_path)
    added = set(during) - set(before)
    settings = find(name).project_file if more else f"{find(name).folder}/{find(name).user_file}"
    assert f"{'shop' if more else 'home'}/{settings}" in added
    assert ctxload("install", name, "--yes", *more) == 0
    assert everything(tmp_path) == during
    assert "already: nothing changed" in capsys.readouterr().err
    assert ctxload("uninstall", name, "--yes", *more) == 0
    assert everything(tmp_path) == before
    assert not (tmp_path / "home" / find(name).folder).exists()
    assert ctxload("uninstall", name, "--yes", *more) == 0
    assert "nothing changed" in capsys.readouterr().err


@pytest.mark.parametrize("name", HOOKED)
def test_a_file_that_was_there_comes_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    path = tmp_path / "home" / find(name).folder / find(name).user_file
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{\r\n\t"mine": {"hooks": 1},\r\n\t"hooks": {},\r\n\t"more": [1]\r\n}\r\n')
    path.chmod(0o640)
    before = path.read_bytes()
    assert ctxload("install", name, "--yes") == 0
    assert b"hook" in path.read_bytes() and path.read_bytes() != before
    assert path.stat().st_mode & 0o777 == (0o640 if os.name != "nt" else path.stat().st_mode & 0o777)
    assert ctxload("uninstall", name, "--yes") == 0
    assert path.read_bytes() == before


@posix
def test_a_settings_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.json", tmp_path / "home" / ".claude" / "settings.json"
    real.write_text("{}\n", encoding="utf-8")
    link.parent.mkdir()
    link.symlink_to(real)
    assert ctxload("install", "claude-code", "--yes") == 0
    assert link.is_symlink() and "UserPromptSubmit" in real.read_text(encoding="utf-8")
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    assert link.is_symlink() and real.read_text(encoding="utf-8") == "{}\n"


@posix
def test_a_link_to_nothing_gets_its_file_and_loses_it_again(tmp_path: Path) -> None:
    link = tmp_path / "home" / ".claude" / "settings.json"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "dotfiles.json")
    assert ctxload("install", "claude-code", "--yes") == 0
    assert link.is_symlink() and (tmp_path / "dotfiles.json").is_file()
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    assert link.is_symlink() and not (tmp_path / "dotfiles.json").exists()


def user_file(tmp_path: Path, name: str, content: bytes) -> Path:
    """A user's settings file of a client, with this content."""
    path = tmp_path / "home" / find(name).folder / find(name).user_file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


ODD = [
    b"",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"{\n}\n",
    b"{ // mine\n}\n",
    b'\xef\xbb\xbf{"a": [1,], // b\r\n}',
    b'{"n": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("name", sample(HOOKED))
@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_an_odd_file_comes_back_byte_for_byte_also_after_a_second_install(
    name: str, content: bytes, tmp_path: Path
) -> None:
    path = user_file(tmp_path, name, content)
    assert ctxload("install", name, "--yes") == 0
    once = path.read_bytes()
    assert ctxload("install", name, "--yes") == 0
    assert path.read_bytes() == once != content
    assert ctxload("install", name, "--max-chars", "900", "--yes") == 0
    assert path.read_bytes() != once
    assert ctxload("uninstall", name, "--yes") == 0
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", HOOKED)
def test_a_file_that_install_made_goes_also_after_a_second_install(name: str, tmp_path: Path) -> None:
    before = everything(tmp_path)
    for more in ([], ["--max-chars", "900"]):
        assert ctxload("install", name, "--yes", *more) == 0
    assert ctxload("uninstall", name, "--yes") == 0
    assert everything(tmp_path) == before
    assert not (tmp_path / "home" / find(name).folder).exists()


def test_a_file_with_comments_is_edited_and_it_is_told_that_the_client_does_not_load_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = user_file(tmp_path, "claude-code", b'{"a": 1, // keep\n}\n')
    assert ctxload("install", "claude-code", "--yes") == 0
    assert path.read_bytes().startswith(b'{"a": 1, // keep\n')
    assert "holds what Claude Code does not load" in capsys.readouterr().err
    assert ctxload("doctor", "claude-code") == 1
    assert "does not load: line 1, column 10: a comment" in capsys.readouterr().out


def test_a_read_only_file_stays_and_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = user_file(tmp_path, "gemini", b"{}")
    path.chmod(0o444)
    assert ctxload("install", "gemini", "--yes") == 2
    assert "read-only: make it writable" in capsys.readouterr().err
    assert path.read_bytes() == b"{}" and os.listdir(path.parent) == [path.name]
    path.chmod(0o644)
    assert ctxload("install", "gemini", "--yes") == 0
    path.chmod(0o444)
    installed = path.read_bytes()
    assert ctxload("uninstall", "gemini", "--yes") == 2
    assert path.read_bytes() == installed
    path.chmod(0o644)


@pytest.mark.parametrize("broken", [b"}", b'"last" 1}', b""])
def test_where_nothing_can_be_taken_out_the_lines_are_named(
    broken: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = b'{\n  "hooks": {"UserPromptSubmit": [\n    {"hooks": [{"command": "ctxload hook"}]}\n  ]},,\n' + broken
    path = user_file(tmp_path, "claude-code", text)
    assert ctxload("uninstall", "claude-code", "--yes") == 2
    assert "take out line 3 yourself" in capsys.readouterr().err
    assert path.read_bytes() == text


@pytest.mark.parametrize("name", HOOKED)
@pytest.mark.parametrize("content", sample([b'{"hooks": ', b"[]", b"\xff\xfe", b'{"hooks": []}']))
def test_broken_settings_are_refused_and_stay(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "home" / find(name).folder / find(name).user_file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    before = everything(tmp_path)
    for words in (["install", name, "--yes"], ["install", name, "--dry-run"], ["uninstall", name, "--yes"]):
        assert ctxload(*words) == 2
        said = capsys.readouterr()
        assert said.out == "" and path.name in said.err and "stays as it is" in said.err
        assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["opencode", "nvim"])
def test_a_file_of_somebody_else_is_not_overwritten(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "home" / find(name).folder / find(name).user_file
    path.parent.mkdir(parents=True)
    mine = f"// mine, beside that of ctxload; see `ctxload install {name}`\n"
    path.write_text(mine, encoding="utf-8")
    assert ctxload("install", name, "--yes") == 2
    assert "not ours" in capsys.readouterr().err
    assert ctxload("uninstall", name, "--yes") == 0
    assert path.read_text(encoding="utf-8") == mine
    capsys.readouterr()
    assert ctxload("doctor", name) == 1
    assert "hook     not installed" in capsys.readouterr().out
    assert ctxload("status") in (0, 1)
    assert str(path) not in capsys.readouterr().out


@pytest.mark.parametrize("name", INSTALLABLE)
def test_a_dry_run_shows_the_change_and_makes_none(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(tmp_path)
    assert ctxload("install", name, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "+++ b/" in shown and any(line.startswith("+") and "ctxload" in line for line in shown.splitlines())
    assert everything(tmp_path) == before


@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_without_a_yes_nothing_is_changed(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if verb == "uninstall":
        ctxload("install", "cursor", "--yes")
    before = everything(tmp_path)
    assert ctxload(verb, "cursor") == 1  # nobody is there to ask
    said = capsys.readouterr()
    assert f"`ctxload {verb} cursor --yes` does this" in said.err
    assert everything(tmp_path) == before


def test_one_file_of_two_clients_stays_until_the_last_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "home" / ".copilot" / "hooks" / "ctxload.json"
    for name in ("copilot", "vscode"):
        assert ctxload("install", name, "--yes") == 0
    # the second found the file as it should be; it is noted for the first
    assert path.exists()
    assert ctxload("uninstall", "vscode", "--yes") == 0
    assert path.exists() and "it serves Copilot CLI, too" in capsys.readouterr().err
    assert ctxload("uninstall", "copilot", "--yes") == 0
    assert not path.exists()


def test_the_folders_of_clients_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, name, expected in (
        ("CODEX_HOME", "codex", "hooks.json"),
        ("CLAUDE_CONFIG_DIR", "claude-code", "settings.json"),
        ("GEMINI_CLI_HOME", "gemini", ".gemini/settings.json"),
        ("XDG_CONFIG_HOME", "opencode", "opencode/plugins/ctxload.js"),
    ):
        monkeypatch.setenv(variable, str(tmp_path / name))
        assert ctxload("install", name, "--yes") == 0
        assert (tmp_path / name / expected).exists()


def test_a_project_in_a_subfolder_is_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop" / "src").mkdir()
    monkeypatch.chdir(tmp_path / "shop" / "src")
    assert ctxload("install", "claude-code", "--project", "--yes") == 0
    text = (tmp_path / "shop" / ".claude" / "settings.json").read_text(encoding="utf-8")
    assert '"command": "ctxload hook"' in text  # by name: a team shares it


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["install", "emacs"], "there is no client `emacs`"),
        (["install", "clade-code"], "did you mean `claude-code`?"),
        (["uninstall", "x"], "there is no client `x`"),
        (["doctor", "codexx"], "did you mean `codex`?"),
        (["install", "claude-code", "--max-chars", "20000"], "at most 10,000 characters"),
    ],
)
def test_wrong_words_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = everything(tmp_path)
    assert ctxload(*words) == 2
    assert said in capsys.readouterr().err
    assert everything(tmp_path) == before


def test_more_characters_are_written_into_the_command(tmp_path: Path) -> None:
    assert ctxload("install", "codex", "--yes", "--max-chars", "40000") == 0
    text = (tmp_path / "home" / ".codex" / "hooks.json").read_text(encoding="utf-8")
    assert "hook --max-chars 40000" in text and '"additionalContextLimit": 10000' in text
    assert ctxload("install", "codex", "--yes") == 0
    text = (tmp_path / "home" / ".codex" / "hooks.json").read_text(encoding="utf-8")
    assert "--max-chars" not in text and "additionalContextLimit" not in text
    assert ctxload("uninstall", "codex", "--yes") == 0


def test_without_a_home_it_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.delenv(name)
    assert ctxload("install", "cursor", "--yes") == 2
    assert "no home folder" in capsys.readouterr().err


def test_a_home_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "gone"))
    assert ctxload("install", "cursor", "--yes") == 2
    said = capsys.readouterr().err
    assert f"HOME is `{tmp_path / 'gone'}`, and no folder is there" in said and not (tmp_path / "gone").exists()


# ── the client's own commands ────────────────────────────────────────────────────────────────────────────

#: A client that keeps what it is told in `settings.json`, as Claude Code does, in its own layout.
CLAUDE = """
case "$*" in
  --version) echo "2.1.329 (Claude Code)" ;;
  "plugin marketplace add "*) echo added ;;
  "plugin install ctxload@ctxload")
    cp "$HOME/.claude/settings.json" "$HOME/kept" 2>/dev/null
    mkdir -p "$HOME/.claude"
    echo '{"model":"x","extraKnownMarketplaces":{"ctxload":{}},"enabledPlugins":{"ctxload@ctxload":true}}' > "$HOME/.claude/settings.json" ;;
  "plugin uninstall ctxload@ctxload")
    echo '{"model":"x","extraKnownMarketplaces":{},"enabledPlugins":{}}' > "$HOME/.claude/settings.json" ;;
  "plugin marketplace remove ctxload") echo removed ;;
  *) echo "no such command: $*" >&2; exit 1 ;;
esac
"""  # noqa: E501


@posix
def test_a_client_that_is_there_is_asked_by_its_own_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "claude", CLAUDE)
    path = tmp_path / "home" / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text('{\n      "model": "x"\n}', encoding="utf-8")
    before = everything(tmp_path)
    assert ctxload("install", "claude-code", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "claude plugin install ctxload@ctxload" in shown
    assert everything(tmp_path) == before
    assert ctxload("install", "claude-code", "--yes") == 0
    hooks = json.loads(Path(data_folder(), "marketplace", "ctxload", "hooks", "hooks.json").read_text(encoding="utf-8"))
    assert set(hooks["hooks"]) == {"UserPromptSubmit", "SessionStart", "PreToolUse", "PreCompact"}
    assert all(
        handler["command"] == shell_line([*own_words(), "hook"])
        for groups in hooks["hooks"].values()
        for group in groups
        for handler in group["hooks"]
    )
    during = everything(tmp_path)
    assert ctxload("install", "claude-code", "--yes") == 0
    assert everything(tmp_path) == during
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    del during
    (tmp_path / "home" / "kept").unlink()
    assert everything(tmp_path) == before  # the client's own layout is undone, too


@posix
def test_what_changed_meanwhile_is_not_put_back(tmp_path: Path) -> None:
    program(
        tmp_path,
        "claude",
        CLAUDE.replace('{"model":"x","extraKnownMarketplaces":{},', '{"model":"y","extraKnownMarketplaces":{},'),
    )
    path = tmp_path / "home" / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text('{"model": "x"}', encoding="utf-8")
    assert ctxload("install", "claude-code", "--yes") == 0
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    assert json.loads(path.read_text(encoding="utf-8"))["model"] == "y"


@posix
def test_a_plugin_that_somebody_else_added_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(tmp_path, "claude", CLAUDE)
    path = tmp_path / "home" / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text('{"enabledPlugins": {"ctxload@ctxload": true}}', encoding="utf-8")
    before = everything(tmp_path)
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    assert "`claude plugin uninstall ctxload@ctxload` removes it" in capsys.readouterr().err
    assert ctxload("install", "claude-code", "--yes") == 0
    assert "already: nothing changed" in capsys.readouterr().err
    assert everything(tmp_path) == before


@posix
def test_what_the_client_refuses_is_told_with_the_way_around_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "codex", 'case "$1" in --version) echo 0.169.0 ;; *) echo "plugins are off" >&2; exit 1 ;; esac')
    before = everything(tmp_path)
    assert ctxload("install", "codex", "--yes") == 2
    assert everything(tmp_path) == before
    said = capsys.readouterr().err
    assert "plugins are off" in said and "`ctxload install codex --settings`" in said
    assert ctxload("install", "codex", "--settings", "--yes") == 0
    assert (tmp_path / "home" / ".codex" / "hooks.json").exists()
    assert "/hooks" in capsys.readouterr().err  # never trusts itself


@posix
def test_an_old_client_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(tmp_path, "copilot", "echo 'GitHub Copilot CLI 1.0.24.'")
    before = everything(tmp_path)
    assert ctxload("install", "copilot", "--yes") == 2
    assert "1.0.24 is too old: it needs 1.0.25" in capsys.readouterr().err
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", OWN)
def test_the_files_of_the_plugin_fit_the_client(name: str) -> None:
    from ctxload.integrations.setup.plugin_files import files_for

    files = files_for(find(name), "/opt/ctxload hook")
    hooks = next(data for path, data in files.items() if path.endswith("hooks/hooks.json"))
    events = set(json.loads(hooks)["hooks"])
    assert {handler.event for handler in find(name).hooks} <= events
    assert b"CLAUDE_PLUGIN_ROOT" not in hooks
    assert any(path.endswith("skills/context-index/SKILL.md") for path in files)


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────────────


def test_doctor_tells_what_is_there_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert ctxload("doctor") == 0
    assert capsys.readouterr().out.startswith("Not here: Claude Code, Codex CLI")
    assert ctxload("install", "cursor", "--yes") == 0
    capsys.readouterr()
    assert ctxload("doctor", "cursor") == 0
    said = capsys.readouterr().out
    assert "not on the path" in said and "hooks.json" in said and shell_line([*own_words(), "hook"]) in said
    assert "never given anything yet" in said and "send a prompt" in said
    journal.note("cursor", "given", "1 of 1 files, 99 characters, /shop")
    journal.note("cursor", "silent", "no index")
    assert ctxload("doctor", "cursor") == 0
    said = capsys.readouterr().out
    assert "1 of 1 files, 99 characters, /shop" in said and "nothing to do" in said
    assert ctxload("doctor", "gemini") == 1
    assert "not installed" in capsys.readouterr().out


def test_doctor_tells_first_that_prompts_got_no_answer_in_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "context-index.yml").write_text("context_files: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "store")
    here, late = f", {tmp_path / 'store'}", "no answer within 2 s: the prompt goes through without context"
    journal.note("cursor", "late", f"{late}, /elsewhere")
    ctxload("doctor")
    assert "in time" not in capsys.readouterr().out
    for outcome, detail in (("late", late), ("given", "1 of 1 files, 9 characters"), ("late", late), ("late", late)):
        journal.note("cursor", outcome, detail + here)
    assert ctxload("doctor") == 1
    said = capsys.readouterr().out
    assert said.startswith("3 prompts got no answer in time") and "`ctxload compile`" in said.splitlines()[1]
    assert ctxload("doctor", "--json") == 1
    assert {one["late"] for one in json.loads(capsys.readouterr().out)} == {3}
    for _ in range(10):
        journal.note("cursor", "silent", f"the index selects nothing{here}")
    ctxload("doctor")
    assert "in time" not in capsys.readouterr().out


def test_doctor_tries_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    program(tmp_path, "ctxload", 'cat > /dev/null; echo called >> "$HOME/calls"; exit 0')
    assert ctxload("install", "cursor", "--yes", "--project") == 0
    capsys.readouterr()
    assert ctxload("doctor", "cursor") == 0
    assert (tmp_path / "home" / "calls").read_text(encoding="utf-8") == "called\n"
    for script, said in (
        ("cat > /dev/null; exit 2", "does not answer (status 2)"),
        ("cat; exit 0", "does not answer (status 0)"),
    ):
        program(tmp_path, "ctxload", script)
        assert ctxload("doctor", "cursor") == 1
        assert said in capsys.readouterr().out
    (tmp_path / "bin" / "ctxload").unlink()
    assert ctxload("doctor", "cursor") == 1
    assert "`ctxload` doesn't exist, or isn't on the path outside this project" in capsys.readouterr().out


def settings_with(path: Path, client: str, command: str) -> None:
    """A settings file whose prompt hook runs this command, as the client writes it."""
    handler = {"type": "command", "command": command}
    event = find(client).hooks[0].event
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = [{"hooks": [handler]}] if client in ("claude-code", "codex", "gemini") else [handler]
    path.write_text(json.dumps({"hooks": {event: entries}}), encoding="utf-8")


#: Lines that a project's settings, or a user's, may hold beside those of `install`; PROOF is a file that they would
#: make.
FOREIGN = [
    "sh -c 'touch PROOF' ctxload hook",
    "touch PROOF; ctxload hook",
    "ctxload hook; touch PROOF",
    "ctxload hook\ntouch PROOF",
    "./ctxload hook",
    "bin/ctxload hook",
    "PROJECT/ctxload hook",
    "PATH=. ctxload hook",
    "env -C . ctxload hook",
    "ctxload hook --max-chars 9 --index PROOF",
    "ctxload hook --max-chars 0009",
    "ctxload hook ",
    " ctxload hook",
    "ctxload  hook",
    "python3 -m ctxload hook",
    "PYTHON -m ctxload hook",
    'PYTHON -I -c \'open("PROOF", "w")\' ctxload hook',
    "$(touch PROOF) ctxload hook",
    "ctxload hook 'unclosed",
]


@posix
@pytest.mark.parametrize("name", sample(HOOKED))
@pytest.mark.parametrize("scope", sample(["project", "user"]))
def test_doctor_runs_nothing_but_the_line_that_install_writes(
    name: str, scope: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, proof = tmp_path / "shop", tmp_path / "shop" / "PROOF"
    trap = f"#!/bin/sh\n/bin/touch {proof}\n"
    for path in (shop / "ctxload", shop / "bin" / "ctxload", shop / "bin" / "python3", shop / "ctxload.py"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(trap if path.suffix == "" else f"open({str(proof)!r}, 'w')\n", encoding="utf-8")
        path.chmod(0o755)
    below = find(name).project_file if scope == "project" else f"{find(name).folder}/{find(name).user_file}"
    path = (shop if scope == "project" else tmp_path / "home") / below
    # a path with the project's own folders first, as some tools set it
    monkeypatch.setenv(
        "PATH", os.pathsep.join((".", "", "bin", str(shop / "bin"), str(tmp_path / "bin"), "/usr/bin:/bin"))
    )
    for line in FOREIGN:
        python = shlex.quote(sys.executable)
        command = line.replace("PROOF", str(proof)).replace("PROJECT", str(shop)).replace("PYTHON", python)
        settings_with(path, name, command)
        assert ctxload("doctor", name) == 1, command
        said = capsys.readouterr().out
        assert "was not tried" in said or "isn't a command line" in said or "folder of any project" in said
        assert escape(command) in said  # it is shown
        assert not proof.exists(), command
    settings_with(path, name, "ctxload hook")
    assert ctxload("doctor", name) == 1  # the user's is by path; the project's is on no path but the project's own
    assert not proof.exists()


@posix
@pytest.mark.parametrize("words", [["doctor"], ["install", "claude-code", "--dry-run"], ["doctor", "--json"]])
def test_a_client_s_program_that_lies_in_the_project_is_not_run(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "PROOF"
    for client in map(find, CLIENTS):
        if client.program:
            (tmp_path / "shop" / client.program).write_text(f"#!/bin/sh\n/bin/touch {proof}\n", encoding="utf-8")
            (tmp_path / "shop" / client.program).chmod(0o755)
    for path in (".", "", str(tmp_path / "shop"), f"{tmp_path}/bin/../shop"):
        monkeypatch.setenv("PATH", path)
        ctxload(*words)
        assert not proof.exists()


@posix
def test_a_client_s_program_is_started_far_from_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "claude", 'pwd > "$HOME/where"; echo "$1 2.1.329"')
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path / 'bin'}")
    ctxload("doctor", "claude-code")
    assert (tmp_path / "home" / "where").read_text(encoding="utf-8") == "/\n"


OLD = [
    f"{shlex.quote(sys.executable)} -m ctxload hook",
    f"'{sys.executable}' -m ctxload hook --max-chars 500",
    "python -m ctxload hook",
]


@pytest.mark.parametrize("name", HOOKED)
@pytest.mark.parametrize("scope", ["user", "project"])
@pytest.mark.parametrize("old", OLD)
@pytest.mark.heavy
def test_a_line_that_older_versions_wrote_is_named_replaced_and_removed(
    name: str, scope: str, old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--project"] if scope == "project" else []
    below = find(name).project_file if more else f"{find(name).folder}/{find(name).user_file}"
    path = tmp_path / ("shop" if more else "home") / below
    settings_with(path, name, old)
    assert ctxload("doctor", name) == 1
    said = capsys.readouterr().out
    assert "folder of any project" in said and f"`ctxload install {' '.join([name, *more])}` replaces it" in said
    assert ctxload("install", name, "--yes", *more) == 0
    assert old not in path.read_text(encoding="utf-8")
    settings_with(path, name, old)
    assert ctxload("uninstall", name, "--yes", *more) == 0
    assert not path.exists() or old not in path.read_text(encoding="utf-8")


@posix
def test_a_plugin_whose_hooks_older_versions_wrote_is_given_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "claude", 'echo "$*" >> "$HOME/told"\n' + CLAUDE)
    settings = tmp_path / "home" / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{ "model": "x" }', encoding="utf-8")
    assert ctxload("install", "claude-code", "--yes") == 0
    hooks = Path(data_folder(), "marketplace", "ctxload", "hooks", "hooks.json")
    written = hooks.read_text(encoding="utf-8")
    of_now, of_then = (json.dumps(line)[1:-1] for line in (shell_line([*own_words(), "hook"]), OLD[0]))
    assert of_now in written
    hooks.write_text(written.replace(of_now, of_then), encoding="utf-8")
    capsys.readouterr()
    assert ctxload("doctor", "claude-code") == 1
    assert "folder of any project" in capsys.readouterr().out
    (tmp_path / "home" / "told").unlink()
    assert ctxload("install", "claude-code", "--yes") == 0
    assert hooks.read_text(encoding="utf-8") == written
    told = (tmp_path / "home" / "told").read_text(encoding="utf-8").splitlines()
    assert told.index("plugin uninstall ctxload@ctxload") < told.index("plugin install ctxload@ctxload")
    assert ctxload("doctor", "claude-code") == 0
    assert ctxload("uninstall", "claude-code", "--yes") == 0
    assert settings.read_text(encoding="utf-8") == '{ "model": "x" }'


# ── how ctxload is called ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("argument", ["/somewhere/ctxload/__main__.py", "-m", "-c", "", "/usr/bin/pytest"])
@pytest.mark.parametrize("has_program", [True, False])
def test_what_is_written_never_looks_for_modules_in_a_project(
    argument: str, has_program: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [argument])
    if not has_program:
        monkeypatch.setattr("sysconfig.get_path", lambda *_: str(tmp_path / "nowhere"))
    words = own_words()
    if has_program:
        assert [os.path.basename(word).removesuffix(".exe") for word in words] == ["ctxload"]
        assert os.path.isabs(words[0])
    else:
        assert words[0] == sys.executable and words[-2:] == ["-m", "ctxload"]
    shop = tmp_path / "shop"
    for name in ("ctxload", "bisect", "json", "re", "shlex", "yaml", "argparse", "sitecustomize", "typer"):
        (shop / f"{name}.py").write_text(f"open({str(shop / 'PROOF')!r}, 'w')\n", encoding="utf-8")
    done = subprocess.run(
        [*words, "hook"], cwd=shop, input=b"{}", capture_output=True, timeout=60,
        env={"HOME": str(tmp_path / "home"), "PATH": "/usr/bin", "CTXLOAD_CACHE_DIR": "off"},
    )  # fmt: skip
    assert done.returncode == 0 and not (shop / "PROOF").exists(), done.stderr


def test_doctor_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert ctxload("install", "gemini", "--yes") == 0
    capsys.readouterr()
    assert ctxload("doctor", "--json") == 0
    found = {one["client"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(found) == set(INSTALLABLE)
    assert found["gemini"]["hooks"][0]["problem"] is None and found["gemini"]["trusted"] is None
    assert found["codex"]["hooks"] == []


@pytest.mark.parametrize("name", HOOKED)
def test_doctor_says_which_moments_are_covered_and_which_the_client_cannot(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client = find(name)
    assert {*client.moments} | {*client.cannot} == {*MOMENTS} and not {*client.moments} & {*client.cannot}
    events = {handler.event for handler in client.hooks} or {*client.events}
    assert {*client.moments.values()} <= events
    assert ctxload("install", name, "--yes", "--project") == 0
    capsys.readouterr()
    assert ctxload("doctor", name) in (0, 1)
    said = capsys.readouterr().out
    assert f"  moments  {', '.join(one for one in MOMENTS if one in client.moments)}\n" in said
    assert all(f"{moment}: {why}" in said for moment, why in client.cannot.items())


@pytest.mark.parametrize("name", [name for name in HOOKED if not find(name).code_file])
def test_hooks_that_an_older_version_wrote_are_named_and_renewed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ctxload("install", name, "--yes", "--project") == 0
    path = tmp_path / "shop" / find(name).project_file
    whole = path.read_text(encoding="utf-8")
    data = json.loads(whole)
    write = find(name).moments["write"]
    data["hooks"].pop(write)
    path.write_text(json.dumps(data), encoding="utf-8")
    capsys.readouterr()
    assert ctxload("doctor", name) == 1
    said = capsys.readouterr().out
    assert f"older version, without {write}" in said and f"`ctxload install {name} --project` renews it" in said
    assert ctxload("install", name, "--yes", "--project") == 0
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(whole)


def test_doctor_shows_what_the_person_set_and_what_of_it_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Path(own_settings.settings_file())
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("hold: true\nholt: true\n", encoding="utf-8")
    ctxload("doctor")
    said = capsys.readouterr().out
    assert f"Settings, by {settings}" in said and "hold: true  refuses the first write" in said
    assert "line 2: unknown setting `holt`" in said
    settings.unlink()


def test_doctor_sees_broken_settings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "home" / ".codex").mkdir()
    (tmp_path / "home" / ".codex" / "hooks.json").write_text("{", encoding="utf-8")
    assert ctxload("doctor") == 1
    assert "cannot be read" in capsys.readouterr().out


# ── editors ──────────────────────────────────────────────────────────────────────────────────────────────


def neovim() -> str:
    for path in ("/usr/bin/nvim", "/usr/local/bin/nvim", "/opt/homebrew/bin/nvim"):
        if os.path.exists(path):
            return path
    pytest.skip("Neovim is not installed")


@pytest.mark.heavy
def test_neovim_puts_the_documents_of_a_task_into_its_list(tmp_path: Path) -> None:
    nvim = neovim()
    shop = tmp_path / "shop"
    (shop / "context").mkdir()
    (shop / "context" / "api.md").write_text("# API\n", encoding="utf-8")
    (shop / "context-index.yml").write_text(
        "context_files: [{path: context/api.md, keywords: [api]}]\nfallback: none\n", encoding="utf-8"
    )
    (shop / "src").mkdir()
    assert ctxload("install", "nvim", "--yes") == 0
    commands = (
        "Ctxload fix the api",
        "call writefile(map(getqflist(), {_, v -> fnamemodify(bufname(v.bufnr), ':p') .. ' ' .. v.text}), 'out')",
        "CtxloadExplain fix the api",
        "call writefile(getline(1, '$'), 'why')",
        "qall!",
    )
    done = subprocess.run(
        [nvim, "--headless", *(word for command in commands for word in ("-c", command))], cwd=shop / "src",
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": "/usr/bin:/bin"},  # noqa: E501
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (shop / "src" / "out").read_text(encoding="utf-8") == f"{shop}/context/api.md keyword api, document api\n"
    assert "keyword `api`" in (shop / "src" / "why").read_text(encoding="utf-8")


@pytest.mark.parametrize("linked", [".claude", ".claude/settings.json"])
def test_a_hook_of_a_project_is_never_written_through_a_link_out_of_it(
    linked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project, own = tmp_path / "project", tmp_path / "own"
    for folder in (project / ".git", own):
        folder.mkdir(parents=True)
    (own / "settings.json").write_text("{}\n", encoding="utf-8")
    (project / linked).parent.mkdir(exist_ok=True)
    (project / linked).symlink_to(own if linked == ".claude" else own / "settings.json")
    monkeypatch.chdir(project)
    assert run(["install", "claude-code", "--project", "--yes"]) == 2
    assert "leads through a link out of the project" in capsys.readouterr().err
    assert (own / "settings.json").read_text(encoding="utf-8") == "{}\n"
    assert [path.name for path in own.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("linked", [".claude", ".claude/settings.json"])
@pytest.mark.parametrize("words", [[], ["claude-code"]])
@pytest.mark.parametrize("leads_out", [True, False])
def test_doctor_says_of_settings_that_lead_out_of_the_project_that_they_are_closed(
    linked: str, words: list[str], leads_out: bool,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    project = tmp_path / "Mein Prüfstand"
    own = tmp_path / "own" if leads_out else project / "dotfiles"
    for folder in (project / ".git", own):
        folder.mkdir(parents=True)
    (own / "settings.json").write_text("{}\n", encoding="utf-8")
    (project / linked).parent.mkdir(exist_ok=True)
    (project / linked).symlink_to(own if linked == ".claude" else own / "settings.json")
    monkeypatch.chdir(project)
    run(["doctor", *words])
    path = project / ".claude" / "settings.json"
    why = f"{path} leads through a link out of the project: it is not written"
    why += ", and a hook that stands there is not looked at"
    told = f"  closed   {why}\n" if leads_out else ""
    shown = capsys.readouterr().out
    assert (f"  closed   {path}" in shown, told in shown) == (leads_out, True)
    run(["doctor", "--json", *words])
    (claude,) = [one for one in json.loads(capsys.readouterr().out) if one["client"] == "claude-code"]
    assert claude["closed"] == (why if leads_out else None)

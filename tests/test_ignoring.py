"""What is ignored: as git itself says, by its ignore files, its lists of excludes, and what it tracks all the same."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxload import ContextLoader
from ctxload.formats.sources import read_source
from ctxload.start import run
from ctxload.workspace.git.excludes import excludes_file, excludes_for
from ctxload.workspace.git.index import read_index
from ctxload.workspace.git.tracked import names_in
from ctxload.workspace.ignored_by import ignored_by
from ctxload.workspace.tree import DiskTree
from test_sources import put

SKILL = '---\nname: a\ndescription: Use when the user says "cut a release"\n---\n# A\n'


def git(folder: Path, *words: str, text: str | None = None) -> str:
    """What git prints in a folder, without settings of this machine."""
    environ = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1"}
    call = ["git", "-C", str(folder), "-c", "core.autocrlf=false", *words]
    return subprocess.run(call, input=text, capture_output=True, text=True, check=False, env=environ).stdout


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of the user."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Path:
    """A work tree whose `.gitignore` leaves out what is committed all the same."""
    folder = tmp_path / "project"
    put(folder, {".gitignore": ".claude\nbuild/\n", ".claude/skills/a/SKILL.md": SKILL, "build/own.md": "# B\n"})
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".claude/skills/a/SKILL.md")
    put(folder, {".claude/skills/mine/SKILL.md": SKILL + "mine\n", "docs/a.md": "# A\n"})
    return folder


def skills(folder: Path) -> list[str]:
    return [entry.paths[0].value for entry in read_source(DiskTree(str(folder)), "claude-code").index.entries]


# ── what git tracks ──────────────────────────────────────────────────────────────────────────────────────


def test_what_git_tracks_is_there_whatever_gitignore_says(project: Path) -> None:
    assert skills(project) == [".claude/skills/a/SKILL.md"]
    tree = DiskTree(str(project))
    assert not tree.is_ignored(".claude/skills/a/SKILL.md")
    assert tree.is_ignored(".claude/skills/mine/SKILL.md") and tree.is_ignored("build/own.md")


def test_neither_ctxignore_nor_the_rule_on_secrets_is_overridden_by_git(project: Path) -> None:
    put(project, {".claude/skills/a/.env": "x", ".ctxignore": ""})
    git(project, "add", "-f", ".claude/skills/a/.env")
    assert DiskTree(str(project)).is_secret(".claude/skills/a/.env")
    put(project, {".ctxignore": ".claude/skills/a\n"})
    assert skills(project) == []


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_every_kind_of_index_says_what_is_tracked(project: Path, version: str) -> None:
    put(project, {f".claude/skills/s{n}/SKILL.md": SKILL + str(n) for n in range(3)})
    git(project, "add", "-f", ".claude/skills/s0/SKILL.md", ".claude/skills/s1/SKILL.md")
    if version == "3":
        git(project, "add", "-f", "-N", ".claude/skills/s2/SKILL.md")  # an entry with the second half of flags
    else:
        git(project, "update-index", "--index-version", version)
    data = (project / ".git/index").read_bytes()
    assert data[7] == int(version)
    assert names_in(data) == [entry.name for entry in read_index(data).entries] == git(project, "ls-files").split()
    wanted = [f".claude/skills/{name}/SKILL.md" for name in ("a", "s0", "s1", *(["s2"] if version == "3" else []))]
    assert skills(project) == wanted


def test_a_name_of_more_than_4095_bytes_is_read(project: Path) -> None:
    long = "/".join(["x" * 200] * 21) + "/y.md"
    blob = git(project, "hash-object", "-w", "--stdin", text="").strip()
    git(project, "update-index", "--add", "--cacheinfo", f"100644,{blob},{long}")
    assert long in names_in((project / ".git/index").read_bytes())


@pytest.mark.parametrize(
    "data", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\1" + b"\0" * 90, b"x" * 100, b"DIRC\0\0\0\x09\0\0\0\0" + b"\0" * 20]
)
def test_an_index_that_cannot_be_read_tracks_nothing_and_is_told(project: Path, data: bytes) -> None:
    (project / ".git/index").write_bytes(data + b".claude/.claude/skills/a/SKILL.md\0" if data else data)
    live = read_source(DiskTree(str(project)), "claude-code")
    assert live.index.entries == ()
    assert [finding.code for finding in live.findings if finding.code != "CTX308"] == (["CTX313"] if data else [])


def test_a_linked_work_tree_and_a_root_below_the_top_ask_the_index_that_is_theirs(project: Path) -> None:
    git(project, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
    git(project, "worktree", "add", "-q", str(project.parent / "other"))
    assert skills(project.parent / "other") == [".claude/skills/a/SKILL.md"]
    put(project, {"web/.claude/skills/b/SKILL.md": SKILL, "web/.claude/skills/c/SKILL.md": SKILL + "c"})
    assert skills(project / "web") == []
    git(project, "add", "-f", "web/.claude/skills/b/SKILL.md")
    assert skills(project / "web") == [".claude/skills/b/SKILL.md"]


def test_each_call_sees_what_is_tracked_now(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    put(project, {"context-index.yml": "context_files: [{path: build/**, keywords: [b]}]\nsources: [claude-code]\n"})
    loader = ContextLoader()

    def both() -> list[str]:
        run(["resolve", "The b, and cut a release"])
        shown = capsys.readouterr().out.splitlines()
        assert list(loader.resolve("The b, and cut a release").paths) == shown
        return shown

    assert both() == [".claude/skills/a/SKILL.md"]
    git(project, "add", "-f", "build/own.md")
    assert sorted(both()) == [".claude/skills/a/SKILL.md", "build/own.md"]
    git(project, "rm", "-q", "--cached", "build/own.md", ".claude/skills/a/SKILL.md")
    assert both() == []
    put(project, {".gitignore": "nothing\n"})
    assert sorted(both()) == [".claude/skills/a/SKILL.md", "build/own.md"]
    paths = {entry.paths[0].value for entry in loader.index().entries}
    assert ".claude/skills/mine/SKILL.md" in paths  # it says the same, so that the other alone comes


# ── git's own lists ──────────────────────────────────────────────────────────────────────────────────────

SAID = {
    "global": (".config/git/ignore", "", "~/.config/git/ignore"),
    "named": ("mine", "[core]\n\texcludesFile = ~/mine\n", "~/mine"),
}


@pytest.mark.parametrize("list_of", SAID)
def test_the_users_own_list_is_held_and_named(
    project: Path, home: Path, list_of: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, settings, name = SAID[list_of]
    put(project, {"context-index.yml": "context_files: [{path: docs/a.md, keywords: [views]}]\nfallback: none\n"})
    monkeypatch.chdir(project)

    def explained() -> str:
        run(["explain", "The views"])
        out, err = capsys.readouterr()
        return out + err

    assert "is ignored" not in explained()
    put(home, {path: "docs/\n", **({".gitconfig": settings} if settings else {})})
    assert f"`docs/a.md` is ignored by {name}" in " ".join(explained().split())
    put(home, {path: ""})
    assert "is ignored" not in explained()


def test_the_list_of_this_clone_is_held_and_named(project: Path) -> None:
    put(project, {".git/info/exclude": "docs/a.md\n"})
    tree = DiskTree(str(project))
    assert (tree.is_ignored("docs/a.md"), ignored_by(tree, "docs/a.md")) == (True, ".git/info/exclude")
    assert ignored_by(tree, ".claude/skills/mine/SKILL.md") == ".gitignore"


def test_a_clone_names_no_list_of_its_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        project,
        {"list": "docs/\n", "fake/.config/git/ignore": "docs/\n", "fake/.gitconfig": "[core]\nexcludesfile=~/x"},
    )
    git(project, "config", "core.excludesFile", str(project / "list"))
    assert not DiskTree(str(project)).is_ignored("docs/a.md")
    monkeypatch.setenv("HOME", str(project / "fake"))
    monkeypatch.setenv("USERPROFILE", str(project / "fake"))
    assert not DiskTree(str(project)).is_ignored("docs/a.md")


def test_ignore_files_above_the_root_hold_unless_they_leave_the_root_itself_out(project: Path) -> None:
    put(project, {"web/docs/a.md": "", "web/docs/b.md": "", ".gitignore": "/web/docs/a.md\n*.log\n", "web/x.log": ""})
    tree = DiskTree(str(project / "web"))
    assert [tree.is_ignored(path) for path in ("docs/a.md", "docs/b.md", "x.log")] == [True, False, True]
    put(project, {".gitignore": "*\n"})
    assert not DiskTree(str(project / "web")).is_ignored("docs/a.md")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[core]\nexcludesfile=/x", ["/x"]),
        ('[core "a"]\nexcludesfile=/x', []),
        ("[core] excludesfile = /x # why", ["/x"]),
        ('[CORE]\nExcludesFile = "/a b"', ["/a b"]),
        ("[user]\nexcludesfile=/x\n[core]\n\n[core]\nexcludesfile=/y\nexcludesfile=/z", ["/y", "/z"]),
        ("excludesfile=/x", []),
        ("[core\nexcludesfile", []),
    ],
)
def test_settings_say_where_the_list_is(text: str, values: list[str]) -> None:
    assert list(excludes_file(text)) == values


def test_without_a_work_tree_there_is_nothing_to_ask(tmp_path: Path, home: Path) -> None:
    put(home, {".config/git/ignore": "*\n"})
    assert excludes_for(str(tmp_path / "home")) is None
    assert not DiskTree(str(home)).is_ignored("a.md")


@pytest.mark.parametrize("path", ["docs/*.md", "docs", "docs/**", "./docs/*"])
def test_a_pattern_that_gives_nothing_names_what_is_ignored_there_and_by_what(
    tmp_path: Path, home: Path, path: str
) -> None:
    put(home, {".config/git/ignore": "docs/private.md\n"})
    index = f"context_files: [{{path: '{path}', keywords: [invoice]}}]\nfallback: none\n"
    put(tmp_path / "p", {"docs/private.md": "# P\n", "context-index.yml": index})
    git(tmp_path / "p", "init", "-q")
    [told] = [
        one for one in ContextLoader(root=tmp_path / "p").resolve("the invoice").diagnostics if one.code == "CTX308"
    ]
    assert "`docs/private.md` is ignored by ~/.config/git/ignore" in told.hint


# ── beside git itself ────────────────────────────────────────────────────────────────────────────────────

NAMES = ["docs", "tmp", "a", "b.md", "guide.md", ".x", "src", "keep"]
PIECES = ["docs", "tmp", "a", "b.md", "guide.md", "*", "**", "*.md", ".x", "src", "keep", "?", "[a-d]*"]
WELL_KNOWN = [
    "docs/**\n!docs/guide.md\n",
    "/*\n!docs/**\n",
    "/*\n!/docs/\n",
    "**/tmp/**\n!**/tmp/keep\n!**/tmp/b.md\n",
    "docs/*\n!docs/a/\n!docs/guide.md\n",
    "*\n!*/\n!*.md\n",
    "docs/\n!docs/guide.md\n",
]


def pattern(rnd: random.Random) -> str:
    parts = rnd.choices(PIECES, k=rnd.choice((1, 1, 2, 2, 3)))
    return rnd.choice(("", "", "", "!", "!")) + rnd.choice(("", "", "/")) + "/".join(parts) + rnd.choice(("", "", "/"))


def lines(rnd: random.Random) -> str:
    if rnd.random() < 0.3:
        return rnd.choice(WELL_KNOWN)
    return "".join(pattern(rnd) + "\n" for _ in range(rnd.randint(0, 4)))


def compared(folder: Path, home: Path, seed: int, trees: int) -> Iterator[tuple[str, bool, bool]]:
    """Generated work trees, and for each file of them whether it counts for us and for git."""
    rnd = random.Random(seed)
    for number in range(trees):
        top = folder / str(number)
        paths = {"/".join(rnd.choices(NAMES, k=rnd.randint(1, 4))) for _ in range(40)}
        paths = {path for path in paths if not any(path.startswith(f"{other}/") for other in paths)}
        paths = {path for path in paths if not any(other.startswith(f"{path}/") for other in paths)}
        put(top, dict.fromkeys(paths, "x"))
        folders = sorted({path.rpartition("/")[0] for path in paths})
        put(
            top,
            {
                f"{where}/.gitignore".lstrip("/"): lines(rnd)
                for where in {"", *rnd.sample(folders, min(2, len(folders)))}
            },
        )
        put(home, {".config/git/ignore": lines(rnd) if rnd.random() < 0.4 else ""})
        git(top, "init", "-q")
        put(top, {".git/info/exclude": lines(rnd) if rnd.random() < 0.4 else ""})
        git(top, "add", "-f", *rnd.sample(sorted(paths), 3))
        theirs = set(git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"))
        ignored = set(git(top, "check-ignore", "-z", "--stdin", text="\0".join(sorted(paths))).split("\0"))
        tree = DiskTree(str(top))
        walked = set(tree.files_below("", hidden=True).files)
        for path in sorted(paths):
            yield f"{number}: {path}", path in walked, path in theirs
            yield f"{number}: is {path} ignored", tree.is_ignored(path), path in ignored


@pytest.mark.heavy
def test_what_counts_is_what_git_lists_and_what_is_ignored_is_what_git_ignores(tmp_path: Path, home: Path) -> None:
    cases = list(compared(tmp_path, home, 19, 60))
    assert [case for case in cases if case[1] != case[2]] == []
    assert sum(theirs for _, _, theirs in cases) > len(cases) // 5 and len(cases) > 1_000

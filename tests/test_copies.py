"""One file, however often it stands in a project: linked work trees, links, copies with the same bytes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.formats.sources import read_source, read_sources
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.single_pass import plain_answer
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree
from test_sources import put

RULE = "---\nalwaysApply: true\n---\n# Style\n"


def entries(tree: MemoryTree | DiskTree, source: str) -> list[str]:
    return [entry.paths[0].value for entry in read_source(tree, source).index.entries]


def answered(task: str, index: str, files: dict[str, str], **request: object) -> Resolution:
    tables = compile_index(parse(Source("i.yml", index)).index)
    return resolve(tables, MemoryTree(files), Request(task, **request))  # type: ignore[arg-type]


# ── folders that are projects of their own ───────────────────────────────────────────────────────────────

COPIES = (".claude/worktrees/x", ".worktrees/y", "copies/z", "vendored/lib")


@pytest.mark.parametrize("git", [".git", ".git/HEAD"], ids=["a linked work tree", "a clone"])
@pytest.mark.parametrize("copy", COPIES)
def test_a_folder_with_a_git_of_its_own_gives_no_rule_a_second_time(copy: str, git: str) -> None:
    files = {".cursor/rules/a.mdc": RULE, "AGENTS.md": "# A", "CLAUDE.md": "# C", "web/CLAUDE.md": "# W"}
    copied = {f"{copy}/{path}": text for path, text in files.items()}
    tree = MemoryTree({**files, **copied, f"{copy}/{git}": "gitdir: ../.git/worktrees/x"})
    assert entries(tree, "cursor") == [".cursor/rules/a.mdc"]
    assert entries(tree, "agents-md") == ["AGENTS.md"]
    assert entries(tree, "claude-code") == ["CLAUDE.md", "web/CLAUDE.md"]


def test_each_folder_that_is_passed_over_is_named_once() -> None:
    files = {".cursor/rules/a.mdc": RULE, **{f"{copy}/.git": "gitdir" for copy in COPIES}, "node_modules/x/.git": ""}
    findings = list(read_source(MemoryTree(files), "cursor").findings)
    assert [(finding.code, finding.path, finding.severity) for finding in findings] == [
        ("CTX311", copy, "note") for copy in sorted(COPIES)
    ]


def test_a_project_inside_is_read_where_its_folder_is_named() -> None:
    tree = MemoryTree({"lib/.git": "gitdir", "lib/.cursor/rules/a.mdc": RULE, "lib/docs/a.md": "#", "docs/b.md": "#"})
    assert entries(tree, "cursor:lib") == ["lib/.cursor/rules/a.mdc"]
    assert tree.expand("lib/**/*.md").files == ("lib/docs/a.md",)
    assert tree.expand("**/*.md").files == ("docs/b.md",)
    assert tree.expand("**/*.md").others == ("lib",)
    assert tree.expand("docs/*.md").others == ()


def test_a_root_that_is_itself_a_linked_work_tree_is_read() -> None:
    assert entries(MemoryTree({".git": "gitdir", "AGENTS.md": "# A"}), "agents-md") == ["AGENTS.md"]


def test_init_names_the_folder_whose_documents_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, {"docs/api.md": "# API\n", "docs/lib/.git": "gitdir", "docs/lib/api.md": "# API\n"})
    run(["init", "--root", str(tmp_path)])
    out, err = capsys.readouterr()
    assert "path: docs/api.md" in out and "docs/lib/api.md" not in out
    assert "docs/lib: note[CTX311]" in err


def test_a_work_tree_that_comes_or_goes_is_noticed_at_the_next_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"a/.cursor/rules/a.mdc": "---\nglobs: '*.py'\n---\n# A\n", ".git/HEAD": ""})

    def answer() -> list[str]:
        run(["resolve", "--source", "cursor", "--file", "a/x.py", "Fix it"])
        return capsys.readouterr().out.splitlines()

    assert answer() == ["a/.cursor/rules/a.mdc"]
    put(tmp_path, {"a/.git": "gitdir"})
    assert answer() == []
    os.remove(tmp_path / "a/.git")
    assert answer() == ["a/.cursor/rules/a.mdc"]


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────


def linked(folder: Path, files: dict[str, str], links: dict[str, str]) -> DiskTree:
    """A folder on disk with these files, and links to what stands behind them."""
    put(folder, files)
    for link, target in links.items():
        (folder / link).parent.mkdir(parents=True, exist_ok=True)
        (folder / link).symlink_to(target)
    return DiskTree(str(folder))


SKILL = '---\nname: {0}\ndescription: Use when the user says "cut the {0} release"\n---\n# {0}\n'


@pytest.mark.parametrize(
    ("source", "links", "wanted"),
    [
        ("claude-code", {".claude/skills": "../shared/skills"}, [".claude/skills/a/SKILL.md", ".claude/skills/b/SKILL.md"]),  # noqa: E501
        ("claude-code", {".claude/skills/a": "../../shared/skills/a"}, [".claude/skills/a/SKILL.md"]),
        ("cursor", {".cursor/rules": "../shared/rules"}, [".cursor/rules/x.mdc"]),
        ("cursor", {".cursor/rules/more": "../../shared/rules"}, [".cursor/rules/more/x.mdc"]),
        ("cursor", {"web/.cursor/rules": "../../shared/rules"}, ["web/.cursor/rules/x.mdc"]),
        ("cursor", {".cursor/rules/x.mdc": "../../shared/rules/x.mdc"}, [".cursor/rules/x.mdc"]),
        ("cursor", {".cursor/rules/round": "..", ".cursor/rules/more": "../../shared/rules"}, [".cursor/rules/more/x.mdc"]),  # noqa: E501
        ("agents-md", {"AGENTS.md": "shared/all.md"}, ["AGENTS.md"]),
    ],
)  # fmt: skip
def test_what_a_link_inside_the_project_leads_to_is_read_once(
    tmp_path: Path, source: str, links: dict[str, str], wanted: list[str]
) -> None:
    files = {f"shared/skills/{name}/SKILL.md": SKILL.format(name) for name in "ab"}
    tree = linked(tmp_path, {**files, "shared/rules/x.mdc": RULE, "shared/all.md": "# A\n"}, links)
    assert entries(tree, source) == wanted
    assert [finding.code for finding in read_source(tree, source).findings if finding.code != "CTX312"] == []


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("cursor", ".cursor"),
        ("cursor", ".cursor/rules"),
        ("cursor", ".cursor/rules/more"),
        ("cursor", ".cursor/rules/x.mdc"),
        ("claude-code", "CLAUDE.md"),
        ("claude-code", ".claude/skills"),
        ("claude-code", ".claude/skills/a"),
        ("agents-md", "AGENTS.md"),
    ],
)
def test_a_link_out_of_the_project_is_named_and_not_read(tmp_path: Path, source: str, link: str) -> None:
    put(tmp_path, {"out/rules/x.mdc": RULE, "out/a/SKILL.md": SKILL.format("a"), "project/README.md": ""})
    tree = linked(tmp_path / "project", {}, {link: str(tmp_path / "out")})
    if link.endswith(("md", "mdc")):
        (tmp_path / "project" / link).unlink()
        tree = linked(tmp_path / "project", {}, {link: str(tmp_path / "out/rules/x.mdc")})
    live = read_source(tree, source)
    assert live.index.entries == ()
    assert {(finding.code, finding.path) for finding in live.findings if finding.code != "CTX308"} == {("CTX303", link)}


def test_links_to_one_folder_call_for_its_rules_from_each_of_their_places(tmp_path: Path) -> None:
    files = {"shared/x.mdc": "---\nglobs: '*.py'\n---\n# X\n"}
    tree = linked(tmp_path, files, {f"{name}/.cursor/rules": "../../shared" for name in ("api", "web")})
    (entry,) = read_source(tree, "cursor").index.entries
    assert [pattern.value for pattern in entry.for_files] == ["api/**/*.py", "web/**/*.py"]


# ── two names, the same bytes ────────────────────────────────────────────────────────────────────────────

ASK = ("resolve", "--source", "agents-md", "--source", "claude-code", "Fix it")


def test_two_names_of_one_file_are_given_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    linked(tmp_path, {"AGENTS.md": "# A\n", ".git/HEAD": ""}, {"CLAUDE.md": "AGENTS.md"})
    assert (run([*ASK]), capsys.readouterr().out) == (0, "AGENTS.md\n")
    put(tmp_path, {"context-index.yml": "context_files: [{path: AGENTS.md}]\nalways: [AGENTS.md, CLAUDE.md]\n"})
    assert (run(["resolve", "Fix it"]), capsys.readouterr().out) == (0, "AGENTS.md\n")


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({"AGENTS.md": "# A\n", "CLAUDE.md": "# A\n"}, [("AGENTS.md", ())]),
        ({"a/AGENTS.md": "# A\n", "b/CLAUDE.md": "# A\n"}, [("a/AGENTS.md", ("a/**", "b/**"))]),
        ({"AGENTS.md": "# A\n", "CLAUDE.md": "# B\n"}, [("AGENTS.md", ()), ("CLAUDE.md", ())]),
        ({"AGENTS.md": "", "CLAUDE.md": ""}, [("AGENTS.md", ()), ("CLAUDE.md", ())]),
        ({"a/AGENTS.md": "# A\n", "CLAUDE.md": "# A\n"}, [("a/AGENTS.md", ())]),
    ],
)
def test_files_with_the_same_bytes_are_one_entry_that_either_place_calls_for(
    files: dict[str, str], kept: list[tuple[str, tuple[str, ...]]]
) -> None:
    lives = read_sources(MemoryTree(files), ["agents-md", "claude-code"])
    found = [entry for live in lives for entry in live.index.entries]
    assert [(entry.paths[0].value, tuple(text.value for text in entry.for_files)) for entry in found] == kept
    told = [finding.path for live in lives for finding in live.findings if finding.code == "CTX312"]
    assert told == [path for path in files if path not in dict(kept)]


@pytest.mark.parametrize("other", [".agents/skills", "skills", ".github/skills"])
def test_the_same_skill_in_two_roots_is_a_copy_and_a_note(other: str) -> None:
    files = {f"{root}/a/SKILL.md": SKILL.format("a") for root in (".claude/skills", other)}
    found = read_source(MemoryTree(files), "agent-skills")
    assert [entry.paths[0].value for entry in found.index.entries] == [".claude/skills/a/SKILL.md"]
    assert [(one.code, one.severity, one.path) for one in found.findings] == [("CTX312", "note", f"{other}/a/SKILL.md")]


def test_the_cure_for_two_names_of_a_file_names_the_file_and_not_the_link(tmp_path: Path) -> None:
    tree = linked(tmp_path, {"CLAUDE.md": "# A\n"}, {"AGENTS.md": "CLAUDE.md"})
    (told,) = [one for live in read_sources(tree, ["agents-md", "claude-code"]) for one in live.findings]
    assert (told.code, told.hint) == ("CTX312", "name `CLAUDE.md` where it is meant")


# ── files with the same bytes that an index lists itself ─────────────────────────────────────────────────

LISTED = """
context_files:
  - {id: one, path: CLAUDE.md, keywords: [style]}
  - {id: two, path: AGENTS.md, keywords: [house]}
  - {id: api, path: api.md, keywords: [style]}
fallback: none
"""
SAME = {"CLAUDE.md": "# Style\n\nTabs.\n", "AGENTS.md": "# Style\n\nTabs.\n", "api.md": "# Calls\n\nTabs.\n"}


@pytest.mark.parametrize("match", ["whole", "focused"])
def test_of_files_with_the_same_bytes_one_is_given_and_the_answer_says_where_the_other_is(match: str) -> None:
    found = answered("house style", LISTED + "always: [one, two]\n", SAME, match=match)
    [left] = found.left_out
    [other] = [path for path in found.paths if path != "api.md"]
    assert {left.path, other} == {"CLAUDE.md", "AGENTS.md"}
    assert left.why == f"holds the same as `{other}`, which is given"
    assert [one.why for one in found.verdicts if one.entry == left.entry] == ["left-out"]


def test_files_that_differ_in_a_byte_are_both_given() -> None:
    files = {**SAME, "AGENTS.md": "# Style\n\nTabs!\n"}
    assert set(answered("house style", LISTED, files, match="whole").paths) == set(SAME)


def test_who_names_two_files_with_the_same_bytes_gets_both() -> None:
    found = answered("x", LISTED, SAME, context=("CLAUDE.md", "AGENTS.md"))
    assert found.paths == ("CLAUDE.md", "AGENTS.md") and found.left_out == ()


def test_a_part_of_a_file_stands_for_no_copy_of_which_the_whole_is_asked() -> None:
    text = "# A\n\n## Tabs\n\nUse them.\n\n## Other\n\nMore.\n"
    index = """
context_files:
  - {path: a.md, sections: {Tabs: [tabs]}}
  - {path: b.md, keywords: [tabs]}
fallback: none
"""
    assert set(answered("tabs", index, {"a.md": text, "b.md": text}, match="whole").paths) == {"a.md", "b.md"}


def test_empty_files_are_no_copies_of_each_other() -> None:
    files = dict.fromkeys(SAME, "\n")
    assert len(answered("house style", LISTED, files, match="whole").paths) == 3


def test_a_copy_that_is_edited_in_place_is_given_at_the_next_call(tmp_path: Path) -> None:
    put(tmp_path, {**SAME, "context-index.yml": LISTED})
    loader = ContextLoader(root=tmp_path)
    assert len(loader.resolve("house style", match="whole").paths) == 2
    left = loader.resolve("house style", match="whole").left_out[0].path
    put(tmp_path, {left: "# Style\n\nBlanks, and more of them.\n"})
    assert set(loader.resolve("house style", match="whole").paths) == set(SAME)


def test_a_copy_that_is_edited_to_the_same_size_is_given_once_its_size_is_looked_at(tmp_path: Path) -> None:
    put(tmp_path, {**SAME, "context-index.yml": LISTED})
    now = [time.time_ns() + 10**10]
    loader = ContextLoader(root=tmp_path, clock=lambda: now[0])
    left = loader.resolve("house style", match="whole").left_out[0].path
    assert len(loader.resolve("house style", match="whole").paths) == 2
    (tmp_path / left).write_text("# Style\n\nTubs.\n", encoding="utf-8")
    now[0] += 2 * 10**9
    assert set(loader.resolve("house style", match="whole").paths) == set(SAME)


def test_files_of_one_size_are_read_once_as_long_as_they_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**SAME, "AGENTS.md": "# Other\n\nTabs.\n"}
    tables = compile_index(parse(Source("i.yml", LISTED)).index)
    tree, read = MemoryTree(files), list[str]()
    monkeypatch.setattr(MemoryTree, "read", lambda tree, path, limit=-1: read.append(path) or files[path].encode())
    for _ in range(3):
        plain = plain_answer(tables, tree, "house style", "whole")
        assert plain is not None and set(plain.paths) == set(SAME)
    assert sorted(read) == sorted(set(read))


@given(st.lists(st.sampled_from(["# A\n", "# B\n", "# A\n\n", ""]), min_size=1, max_size=6))
@pytest.mark.law
def test_each_content_is_given_once_and_nothing_of_it_is_lost(texts: list[str]) -> None:
    files = {f"{number}.md": text for number, text in enumerate(texts)}
    entries = "".join(f"  - {{path: {path}, keywords: [style]}}\n" for path in files)
    found = answered("style", f"context_files:\n{entries}fallback: none\n", files, match="whole")
    given_texts = [files[path] for path in found.paths if files[path]]
    assert len(given_texts) == len(set(given_texts)) and set(given_texts) == set(filter(None, texts))
    assert {*found.paths, *(one.path for one in found.left_out)} == set(files)

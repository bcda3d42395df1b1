"""Aider, Amp, Zed, Roo Code, Gemini CLI: what is theirs alone; `test_formats` holds what all formats have in common."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctxload.formats import BUILT_IN, find
from ctxload.formats.files import Files
from ctxload.formats.guide import Reading
from ctxload.formats.sources import read_source
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree


def read(name: str, files: dict[str, str]) -> Reading:
    return find(name).read(Files(MemoryTree(files)))


@pytest.mark.parametrize(
    ("settings", "paths", "lines"),
    [
        ("read: CONVENTIONS.md\n", ["CONVENTIONS.md"], []),
        ("model: x\nread:\n  - CONVENTIONS.md\n  - docs/a.py\n", ["CONVENTIONS.md", "docs/a.py"], []),
        ("read: [CONVENTIONS.md, gone.md]\n", ["CONVENTIONS.md"], [1]),
        ("model: x\nread:\n  - CONVENTIONS.md\n  - ../up.md\n", ["CONVENTIONS.md"], [4]),
        ("model: x\n", [], []),
        ("", [], []),
    ],
)
def test_aider_reads_the_files_that_its_settings_name_and_a_missing_one_is_told(
    settings: str, paths: list[str], lines: list[int]
) -> None:
    files = {"CONVENTIONS.md": "# C\n", "docs/a.py": "x\n", ".aider.conf.yml": settings}
    reading = read("aider", files)
    assert [(guide.paths[0], guide.always) for guide in reading.guides] == [(path, True) for path in paths]
    assert [loss.line for loss in reading.losses] == lines
    assert [e.paths[0].value for e in read_source(MemoryTree(files), "aider").index.entries] == paths


def test_settings_of_aider_that_are_no_yaml_are_a_finding() -> None:
    assert [one.code for one in read("aider", {".aider.conf.yml": "read: [a\n"}).findings] == ["CTX011"]


def test_of_several_files_amp_and_zed_read_the_first_of_a_folder() -> None:
    files = {"AGENTS.md": "# A", "AGENT.md": "# B", "CLAUDE.md": "# C", "web/CLAUDE.md": "# D", "web/AGENT.md": "# E"}
    assert [guide.paths for guide in read("amp", files).guides] == [("AGENTS.md",), ("web/AGENT.md",)]
    assert [guide.paths for guide in read("zed", files).guides] == [("AGENT.md",)]
    assert [guide.paths for guide in read("zed", {**files, ".rules": "x"}).guides] == [(".rules",)]


def test_rules_of_a_mode_of_roo_come_with_every_task_of_that_agent() -> None:
    files = {".roo/rules-code/a.md": "# A", ".roorules-code": "# old", ".roorules": "# all"}
    index = read_source(MemoryTree(files), "roo").index
    assert [(agent.value, [name.value for name in names]) for agent, names in index.always] == [
        ("code", ["a"]), ("*", ["roorules"]),
    ]  # fmt: skip


def test_gemini_follows_imports() -> None:
    files = {"GEMINI.md": "See @docs/a.md and @gone.md\n", "docs/a.md": "# A\n"}
    reading = read("gemini", files)
    assert [guide.paths for guide in reading.guides] == [("GEMINI.md", "docs/a.md")]
    assert [loss.line for loss in reading.losses] == [1]


# ── the table of formats ─────────────────────────────────────────────────────────────────────────────────

RULES = '{"skills": {"name": {"type": "domain", "promptTriggers": {"keywords": ["api"]}}}}'
#: What stands in a file where a text alone is none.
HELD = {".aider.conf.yml": "read: [CONVENTIONS.md]\n", ".claude/skills/skill-rules.json": RULES}
ROWS = [(name, place) for name in BUILT_IN for place in find(name).places]


@pytest.mark.parametrize("folder", ["", "deep/er/"], ids=["near", "deep"])
@pytest.mark.parametrize(("name", "place"), ROWS, ids=[f"{name} {place}" for name, place in ROWS])
def test_each_file_that_the_table_of_formats_names_is_read(name: str, place: str, folder: str) -> None:
    path = place.replace("**/", folder).replace("-*", "-code").replace("*", "name")
    text = (
        "---\nname: name\ndescription: The name of things\n---\n# Name\n" if path.endswith("SKILL.md") else "# Name\n"
    )
    beside = {"CONVENTIONS.md": "# C\n", ".claude/skills/name/SKILL.md": text} if path in HELD else {}
    if name == "skill-rules" and path.endswith("SKILL.md"):
        beside = {".claude/skills/skill-rules.json": RULES}
    live = read_source(MemoryTree({path: HELD.get(path, text), **beside}), name)
    read = {one.value for entry in live.index.entries for one in entry.paths} | {one.path for one in live.seen}
    assert path in read
    assert live.index.entries


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".env", ".env looks like a file of secrets"),
        ("docs/*.md", "docs/*.md is a pattern, and Aider reads files by their names"),
        ("docs", "docs is a folder"),
        ("gone.md", "there is no gone.md"),
    ],
)
def test_why_aider_gets_no_file_for_a_name_is_said_as_it_is(name: str, why: str) -> None:
    files = {".aider.conf.yml": f"read: ['{name}']\n", ".env": "A=1\n", "docs/a.md": "# A\n"}
    found = find("aider").read(Files(MemoryTree(files)))
    assert [loss.why for loss in found.losses] == [f"is left out: {why}"]


@pytest.mark.parametrize("is_there", [True, False])
def test_an_import_of_a_secret_is_told_where_there_is_one(is_there: bool) -> None:
    files = {"CLAUDE.md": "See @.env for more\n"} | ({".env": "A=1\n"} if is_there else {})
    found = find("claude-code").read(Files(MemoryTree(files)))
    told = ["imports .env, which looks like a file of secrets: it is not read"]
    assert [loss.why for loss in found.losses] == (told if is_there else [])
    assert all(".env" not in guide.paths for guide in found.guides)


def test_a_pattern_of_any_length_is_a_finding_of_a_line() -> None:
    rule = "---\nglobs: '" + "{" + "a,b," * 5_000 + "'\n---\n# A\n"
    found = read_source(MemoryTree({".cursor/rules/a.mdc": rule}), "cursor").findings
    assert any(one.code == "CTX314" for one in found) and all(len(one.concise()) < 700 for one in found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="names and pipes of a POSIX system")
def test_names_that_are_never_given_and_pipes_are_told_of_a_source(tmp_path: Path) -> None:
    rules = tmp_path / ".cursor/rules"
    rules.mkdir(parents=True)
    for name in ("a.mdc", "line\n.mdc", "esc\x1b.mdc", "esc\x1b.png"):
        (rules / name).write_text("# A\n", encoding="utf-8")
    os.mkfifo(rules / "pipe.mdc")
    (tmp_path / "else\x1b.mdc").write_text("# A\n", encoding="utf-8")
    found = read_source(DiskTree(str(tmp_path)), "cursor").findings
    assert [(one.code, one.severity, one.path.rpartition("/")[2]) for one in found] == [
        ("CTX309", "warning", "esc\x1b.mdc"),
        ("CTX309", "warning", "line\n.mdc"),
        ("CTX302", "warning", "pipe.mdc"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_folder_of_a_skill_with_a_name_that_is_never_given_is_told(tmp_path: Path) -> None:
    for folder in (".claude/skills/a", ".claude/skills/esc\x1b", "docs/esc\x1b"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "SKILL.md").write_text("---\ndescription: '`deploy it`'\n---\n", encoding="utf-8")
    found = read_source(DiskTree(str(tmp_path)), "agent-skills").findings
    assert [one.path for one in found if one.code == "CTX309"] == [".claude/skills/esc\x1b"]

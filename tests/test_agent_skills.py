"""Agent Skills: where they are looked for, who may call one, which of two counts, and what comes along with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ctxload import ContextLoader
from ctxload.formats import find
from ctxload.formats.files import Files
from ctxload.formats.guide import Reading
from ctxload.formats.sources import read_source
from ctxload.integrations.hooks.hook import HookOptions, options_of, respond
from ctxload.integrations.hooks.turn import Turn
from ctxload.workspace.memory_tree import MemoryTree
from ctxload.workspace.tree import DiskTree
from test_mentions import asked
from test_sources import put


def skill(name: str, more: str = "", description: str = "") -> str:
    said = description or f'Use when the user says "{name} it"'
    return f"---\nname: {name}\ndescription: {said}\n{more}---\n# {name}\n"


def read(files: dict[str, str]) -> Reading:
    return find("agent-skills").read(Files(MemoryTree(files)))


ROOTS = (
    ".claude/skills", ".agents/skills", ".github/skills", "skills", "web/.claude/skills", "packages/api/.agents/skills",
    "web/skills", "skills/group",
)  # fmt: skip


@pytest.mark.parametrize("root", ROOTS)
def test_a_skill_is_found_below_every_root(root: str) -> None:
    reading = read({f"{root}/deploy/SKILL.md": skill("deploy"), f"{root}/deploy/sub/SKILL.md": skill("sub")})
    assert [(guide.name, guide.paths) for guide in reading.guides] == [("deploy", (f"{root}/deploy/SKILL.md",))]
    assert reading.losses == ()


def test_of_two_skills_of_one_name_in_a_package_the_first_root_counts_and_the_other_is_told() -> None:
    files = {f"{root}/deploy/SKILL.md": skill("deploy") + root for root in (*ROOTS[:4], "web/.claude/skills")}
    reading = read(files)
    assert [guide.paths[0] for guide in reading.guides] == [
        ".claude/skills/deploy/SKILL.md", "web/.claude/skills/deploy/SKILL.md",
    ]  # fmt: skip
    assert [loss.path for loss in reading.losses] == [f"{root}/deploy/SKILL.md" for root in ROOTS[1:4]]


def test_the_skill_that_has_the_name_of_its_folder_goes_before_one_that_has_not() -> None:
    files = {"skills/a-copy/SKILL.md": skill("deploy") + "x", "skills/deploy/SKILL.md": skill("deploy")}
    assert [guide.paths[0] for guide in read(files).guides] == ["skills/deploy/SKILL.md"]


def test_a_skill_under_two_names_is_given_once_and_is_no_collision(tmp_path: Path) -> None:
    put(tmp_path, {"skills/deploy/SKILL.md": skill("deploy")})
    (tmp_path / "skills/ship").symlink_to("deploy")
    live = read_source(DiskTree(str(tmp_path)), "agent-skills")
    assert [entry.paths[0].value for entry in live.index.entries] == ["skills/deploy/SKILL.md"]
    assert "CTX312" in {finding.code for finding in live.findings}
    assert not [one for one in live.findings if one.severity == "warning"]


@pytest.mark.parametrize(
    ("more", "by_words", "by_name"),
    [
        ("", True, True),
        ("disable-model-invocation: true\n", False, True),
        ("user-invocable: false\n", True, True),
        ("user-invocable: false\ndisable-model-invocation: true\n", False, False),
    ],
)
def test_the_policies_on_who_may_call_a_skill_are_held(more: str, by_words: bool, by_name: bool) -> None:
    tree = MemoryTree({"skills/deploy/SKILL.md": skill("deploy", more), "skills/other/SKILL.md": skill("other")})
    path = "skills/deploy/SKILL.md"
    assert (path in asked(tree, "Please deploy it", "agent-skills").paths) == by_words
    assert (path in asked(tree, "Please @deploy", "agent-skills").paths) == by_name or by_words


@pytest.mark.parametrize(
    ("folder", "text", "field"),
    [
        ("deploy", "---\nname: ship\ndescription: x\n---\n", "name"),
        ("deploy", "---\nname: deploy\n---\n", "description"),
        ("deploy", "# Only text\n", "description"),
    ],
)
def test_what_the_standard_asks_for_and_a_skill_lacks_is_told(folder: str, text: str, field: str) -> None:
    reading = read({f"skills/{folder}/SKILL.md": text})
    assert [f"`{field}`" in loss.say() for loss in reading.losses] == [True]
    assert [guide.agents for guide in reading.guides] == [None if field == "name" else ()]


PROJECT = {
    ".git/HEAD": "",
    ".claude/skills/deploy/SKILL.md": skill("deploy"),
    ".claude/skills/deploy/scripts/ship.py": "print()\n",
    ".claude/skills/deploy/reference.md": "# Reference\n",
}


@pytest.mark.parametrize("form", ["markdown", "xml", "json"])
def test_the_folder_of_a_skill_and_its_files_are_named_with_its_text(tmp_path: Path, form: str) -> None:
    put(tmp_path, PROJECT)
    loader = ContextLoader(root=tmp_path, sources=["agent-skills"])
    text = loader.load("Deploy it", format=form).text
    assert "beside it in `.claude/skills/deploy/` are reference.md, scripts/ship.py" in text


def test_a_hook_works_on_sources_alone_without_an_index(
    tmp_path: Path, allow: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    put(tmp_path / "project", PROJECT)
    allow(tmp_path)
    call = {
        "session_id": "s",
        "cwd": str(tmp_path / "project"),
        "hook_event_name": "UserPromptSubmit",
        "prompt": "Deploy it",
    }
    options = options_of(["--client", "claude-code", "--source", "agent-skills", "--source=cursor"])
    assert options == HookOptions("claude-code", 0, False, ("agent-skills", "cursor"))
    given = json.loads(respond(options, call, Turn()))["hookSpecificOutput"]["additionalContext"]
    assert "## .claude/skills/deploy/SKILL.md" in given


@pytest.mark.parametrize(
    ("name", "about", "said"),
    [
        ("PDF", "Use it", "the standard doesn't allow"),
        ("a--b", "Use it", "the standard doesn't allow"),
        ("a" * 65, "Use it", "the standard doesn't allow"),
        ("pdf-2", "x" * 1025, "has 1,025 signs, and the standard allows 1,024"),
        ("pdf-2", "x" * 1024, ""),
    ],
)
def test_a_name_or_a_description_that_the_standard_does_not_allow_is_told(name: str, about: str, said: str) -> None:
    losses = read({f".claude/skills/{name}/SKILL.md": skill(name, description=about)}).losses
    assert [said in loss.why for loss in losses] == ([True] if said else [])

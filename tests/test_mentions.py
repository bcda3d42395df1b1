"""Names of entries: those that name their place, and those that a task mentions as a tool's own users do."""

from __future__ import annotations

import pytest

from ctxload.errors import ExplicitContextError
from ctxload.formats.sources import read_sources
from ctxload.index.model import Index, Text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree


def asked(tree: MemoryTree, task: str, *sources: str, agent: str = "", match: str = "") -> Resolution:
    """What a task gets of these sources alone."""
    parts = [live.index for live in read_sources(tree, sources)]
    index = Index(
        "i",
        tuple(source for part in parts for source in part.sources),
        tuple(entry for part in parts for entry in part.entries),
    )
    return resolve(compile_index(index), tree, Request(task, agent, match=match))


# ── ids that name the place ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("paths", "ids"),
    [
        (["web/release.md", "api/release.md"], ["web/release", "api/release"]),
        (["a/SKILL.md", "b/SKILL.md", "c/other.md"], ["a/SKILL", "b/SKILL", "other"]),
        (["x/a/r.md", "y/a/r.md", "z/b/r.md"], ["x/a/r", "y/a/r", "b/r"]),
        (["r.md", "a/r.md"], ["r", "a/r"]),
        (["a/r.md", "a/r.md"], ["r", "r"]),
        (["docs/api/**", "docs/web/**"], ["**", "**"]),
        (["docs/api/", "lib/api"], ["docs/api", "lib/api"]),
    ],
)
def test_entries_of_one_stem_have_ids_that_name_their_place(paths: list[str], ids: list[str]) -> None:
    text = "context_files:\n" + "".join(f"  - path: '{path}'\n" for path in paths)
    assert [entry.id.value for entry in parse(Source("i", text)).index.entries] == ids


RELEASES = {
    "web/release.md": "# Release\n\nHow the web release is cut.\n",
    "api/release.md": "# Release\n\nHow the api release is cut.\n",
}
INDEX = "context_files: [{path: web/release.md}, {path: api/release.md}]\nalways: [release]\nfallback: none\n"


def test_a_name_that_two_entries_have_is_said_to_be_ambiguous_and_the_place_is_not() -> None:
    index = parse(Source("i", INDEX.replace("always: [release]\n", ""))).index
    tables = compile_index(index)
    assert resolve(tables, MemoryTree(RELEASES), Request("Context: api/release")).paths == ("api/release.md",)
    with pytest.raises(ExplicitContextError) as error:
        resolve(tables, MemoryTree(RELEASES), Request("Context: release"))
    (finding,) = error.value.diagnostics
    assert (finding.code, finding.hint) == ("CTX410", "name the one: `api/release`, `web/release`")


def test_an_index_that_names_a_stem_of_two_still_means_the_first() -> None:
    found = resolve(compile_index(parse(Source("i", INDEX)).index), MemoryTree(RELEASES), Request("Fix it"))
    assert found.paths == ("web/release.md",)


def test_the_word_of_a_stem_calls_for_all_that_have_it() -> None:
    index = parse(Source("i", INDEX.replace("always: [release]\n", ""))).index
    found = resolve(compile_index(index), MemoryTree(RELEASES), Request("Cut the release"))
    assert set(found.paths) == set(RELEASES)


def test_rules_of_one_name_are_told_apart_by_folder_then_by_tool_then_by_number() -> None:
    rule = "---\nalwaysApply: false\n---\n# {}\n"
    skill = "---\nname: r\ndescription: {}\n---\n"
    paths = [".cursor/rules/r.mdc", "web/.cursor/rules/r.mdc", ".cursor/rules/db/r.mdc"]
    tree = MemoryTree(
        {
            **{path: rule.format(path) for path in paths},
            ".claude/skills/r/SKILL.md": skill.format("a"),
            ".agents/skills/r/SKILL.md": skill.format("b"),
        }
    )
    lives = read_sources(tree, ["cursor", "claude-code", "openhands"])
    ids = {entry.paths[0].value: entry.id.value for live in lives for entry in live.index.entries}
    assert ids == {
        ".cursor/rules/r.mdc": "r",
        "web/.cursor/rules/r.mdc": "web/r",
        ".cursor/rules/db/r.mdc": "db/r",
        ".claude/skills/r/SKILL.md": "claude/r",
        ".agents/skills/r/SKILL.md": "agents/r",
    }


# ── mentions ─────────────────────────────────────────────────────────────────────────────────────────────

MANUAL = {
    ".cursor/rules/release.mdc": "# How a release is cut\n",
    ".cursor/rules/style.mdc": '---\ndescription: Use when the user says "tidy up"\n---\n# Style\n',
    ".kiro/steering/incident.md": "---\ninclusion: manual\n---\n# Incidents\n",
    ".claude/skills/deploy/SKILL.md": "---\ndescription: Deploys\ndisable-model-invocation: true\n---\n# Deploy\n",
    ".github/instructions/audit.instructions.md": "# Audit\n",
}
TOOLS = ("cursor", "kiro", "claude-code", "copilot")


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("@release", [".cursor/rules/release.mdc"]),
        ("Tag it as @release.mdc says, please", [".cursor/rules/release.mdc"]),
        ("Tag it (@release).", [".cursor/rules/release.mdc"]),
        ("Tag it, use @.cursor/rules/release.mdc", [".cursor/rules/release.mdc"]),
        ("Tag it, use `@.cursor/rules/release.mdc`", [".cursor/rules/release.mdc"]),
        ("See .cursor/rules/release.mdc", []),
        ("#incident the site is down", [".kiro/steering/incident.md"]),
        ("/deploy to staging", [".claude/skills/deploy/SKILL.md"]),
        ("Do it with @audit", [".github/instructions/audit.instructions.md"]),
        ("@release and #incident", [".cursor/rules/release.mdc", ".kiro/steering/incident.md"]),
        ("Write to me@release", []),
        ("Cut the release for the incident, deploy, audit", []),
        ("GET /deploy gives 404", []),
        ("# release\n## incident", []),
        ("@releases #12 @types/node", []),
    ],
)
def test_a_mention_names_a_manual_rule_as_its_own_tool_would(task: str, paths: list[str]) -> None:
    assert sorted(asked(MemoryTree(MANUAL), task, *TOOLS).paths) == sorted(paths)


def test_a_mention_comes_beside_what_the_rest_of_the_task_calls_for_and_for_every_agent() -> None:
    found = asked(MemoryTree(MANUAL), "Tidy up and then @release", "cursor", agent="dev")
    assert set(found.paths) == {".cursor/rules/release.mdc", ".cursor/rules/style.mdc"}
    (file,) = (file for file in found.files if file.path.endswith("release.mdc"))
    assert ("id", "release", ("@release",)) in [(reason.kind, reason.by, reason.words) for reason in file.reasons]


def test_a_mention_of_two_rules_is_said_to_be_ambiguous_and_its_place_is_not() -> None:
    tree = MemoryTree({"web/.cursor/rules/release.mdc": "# Web\n", "api/.cursor/rules/release.mdc": "# API\n"})
    found = asked(tree, "@release", "cursor")
    assert (found.paths, [(one.code, one.severity) for one in found.diagnostics]) == ((), [("CTX410", "warning")])
    assert asked(tree, "@web/release", "cursor").paths == ("web/.cursor/rules/release.mdc",)


def test_a_rule_that_must_be_named_is_no_warning() -> None:
    from ctxload.authoring.lint.cross_checks import cross_check

    tree = MemoryTree(MANUAL)
    parts = [live.index for live in read_sources(tree, ["cursor", "kiro"])]
    index = Index(
        "i",
        tuple(source for part in parts for source in part.sources),
        tuple(entry for part in parts for entry in part.entries),
        fallback=((Text("*"), "none"),),
    )
    assert not [one for one in cross_check(index, compile_index(index), tree) if one.code == "CTX307"]


@pytest.mark.parametrize("rest", ["please", "and @web/api", "is read first"])
def test_a_mention_that_may_mean_several_rules_is_said_whoever_may_call_them(rest: str) -> None:
    rule = "---\nglobs: *.ts\n---\n# Calls\n"
    tree = MemoryTree({"web/.cursor/rules/api.mdc": rule, "app/.cursor/rules/api.mdc": rule + "x\n"})
    told = [one for one in asked(tree, f"@api {rest}", "cursor").diagnostics if one.code == "CTX410"]
    assert [(one.severity, "`app/api`, `web/api`" in one.hint) for one in told] == [("warning", True)]
    assert not [one for one in asked(tree, f"api {rest}", "cursor").diagnostics if one.code == "CTX410"]

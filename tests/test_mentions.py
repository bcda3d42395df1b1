"""Names of entries: those that name their place, and those that a task mentions as a tool's own users do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ctxload.errors import ExplicitContextError
from ctxload.formats.sources import read_sources
from ctxload.index.model import Index, Text
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import Hit
from ctxload.selection import mentions
from ctxload.selection.choice import Choice
from ctxload.selection.mentions import (
    MOST,
    OWN_NAME,
    add_named,
    add_own_name,
    file_names,
    may_be_named,
    may_mention,
    typed_commands,
)
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
        ("do it\n/deploy now", [".claude/skills/deploy/SKILL.md"]),
        ("do it\r\n/deploy now", [".claude/skills/deploy/SKILL.md"]),
        ("do it\n /deploy now", []),
        ("do it ([@release])", [".cursor/rules/release.mdc"]),
        ("do it  (@release)", [".cursor/rules/release.mdc"]),
        ("do it by '@release':", [".cursor/rules/release.mdc"]),
        ("@release... and more", [".cursor/rules/release.mdc"]),
        ("@release,#incident", [".cursor/rules/release.mdc", ".kiro/steering/incident.md"]),
        ("## @release", [".cursor/rules/release.mdc"]),
        ("/@release", []),
        ("x(@release", []),
        ("@ release", []),
        ("@zz: GET /deploy gives 404", []),
        ("release it as @zz says", []),
        ("@", []),
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


# ── entries of an index that must be named ───────────────────────────────────────────────────────────────

NAMED = """
fallback: none
context_files:
  - {id: rel, path: docs/release.md, agents: []}
  - {id: web/cut, path: docs/trim.rules.md, agents: []}
  - {id: hid, path: docs/.env-rules.md, agents: []}
  - {id: a, path: docs/one.md, agents: []}
  - {id: ship, path: skills/deploy/SKILL.md, agents: []}
  - {id: many, path: docs/m1.md, agents: []}
  - {id: both, path: docs/many.md, agents: []}
  - {id: x/same, path: docs/s1.md, agents: []}
  - {id: y/same, path: docs/s2.md, agents: []}
"""


def of_index(task: str, text: str, **request: Any) -> Resolution:
    """What a task gets of an index, each document of which says something else."""
    index = parse(Source("i.yml", text)).index
    pages = {path.value: f"# {path.value}\n" for entry in index.entries for path in entry.paths}
    return resolve(compile_index(index), MemoryTree(pages), Request(task, **request))


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("@rel", ["docs/release.md"]),
        ("@release", ["docs/release.md"]),
        ("@release.md", ["docs/release.md"]),
        ("@docs/release.md", ["docs/release.md"]),
        ("@docs", []),
        ("@md", []),
        ("@web/cut", ["docs/trim.rules.md"]),
        ("@cut", ["docs/trim.rules.md"]),
        ("@web", []),
        ("@trim", ["docs/trim.rules.md"]),
        ("@trim.rules.md", ["docs/trim.rules.md"]),
        ("@trim.rules", []),
        ("@.env-rules.md", ["docs/.env-rules.md"]),
        ("@@ ## @", []),
        ("@a", ["docs/one.md"]),
        ("#a", ["docs/one.md"]),
        ("/a", ["docs/one.md"]),
        ("@deploy", ["skills/deploy/SKILL.md"]),
        ("@ship", ["skills/deploy/SKILL.md"]),
        ("@SKILL.md", []),
        ("@SKILL", []),
        ("@skills", []),
        ("@many", ["docs/m1.md"]),  # its id goes before the name of another's file
        ("@many.md", ["docs/many.md"]),
        ("@same", []),
    ],
)
def test_an_entry_that_must_be_named_is_by_its_id_its_path_or_the_name_of_its_file(task: str, paths: list[str]) -> None:
    assert list(of_index(task, NAMED).paths) == paths


@pytest.mark.parametrize(("count", "shown"), [(2, 2), (5, 5), (6, 5)])
def test_of_entries_that_a_mention_may_mean_five_are_named(count: int, shown: int) -> None:
    entries = "".join(f"  - {{id: f{number}/same, path: f{number}/x.md, agents: []}}\n" for number in range(count))
    found = of_index("@same", f"fallback: none\ncontext_files:\n{entries}")
    (told,) = [one for one in found.diagnostics if one.code == "CTX410"]
    assert told.message == f"`@same` may be any of {count} entries"
    some = ", ".join(f"`f{number}/same`" for number in range(shown))
    assert told.hint == f"name the one: {some}" + (", …" if shown < count else "")


@pytest.mark.parametrize(("task", "told"), [("@api", True), ("see @api.", True), ("#api", False), ("/api", False)])
def test_of_others_a_name_that_several_have_is_told_after_an_at_sign(task: str, told: bool) -> None:
    text = (
        "fallback: none\ncontext_files: [{id: w/api, path: w.md}, {id: v/api, path: v.md}, {path: m.md, agents: []}]\n"
    )
    assert any(one.code == "CTX410" for one in of_index(task, text).diagnostics) is told


def test_so_many_mentions_of_a_task_are_looked_up_and_no_more() -> None:
    for count, paths in ((MOST - 1, ("docs/release.md",)), (MOST, ())):
        assert of_index("@zz " * count + "@rel", NAMED).paths == paths


@pytest.mark.parametrize(
    ("task", "may"),
    [("a @b", True), ("a #b", True), ("/b", True), ("a\n/b", True), ("a /b", False), ("a/b", False), ("", False)],
)
def test_a_quick_look_says_whether_a_task_may_mention_something(task: str, may: bool) -> None:
    assert may_mention(task) is may


# ── documents that are named in prose ────────────────────────────────────────────────────────────────────

DOCS = """
fallback: none
context_files:
  - {id: billing, path: docs/card-billing.md}
  - {id: login, path: docs/one-login.md, agents: [dev]}
  - {id: pipes, path: docs/big-pipes.md, when_files: [Makefile]}
  - {id: other, path: docs/other-one.md, agents: [qa]}
  - {id: long, path: docs/rate-limit.md}
"""


def choice_of(task: str, text: str = DOCS, agent: str = "") -> Choice:
    return Choice(compile_index(parse(Source("i.yml", text)).index), MemoryTree({}), Request(task, agent))


def test_where_the_name_of_a_file_stands_is_found_for_each_entry_that_may_be_named() -> None:
    task = "card billing, the one login and big pipes; the rate limit, rate. card billing"
    everybody = [(0, (0, 0, 2)), (0, (4, 0, 2)), (4, (2, 1, 3))]
    assert sorted(file_names(choice_of(task))) == sorted([*everybody, (1, (1, 1, 3))])
    assert sorted(file_names(choice_of(task, agent="qa"))) == everybody
    keywords = DOCS.replace("docs/card-billing.md", "docs/card-billing.md, keywords: [rate limit now]")
    assert sorted(file_names(choice_of("the rate limit", keywords))) == [(4, (0, 1, 3))]


@pytest.mark.parametrize(
    ("agent", "number", "why"),
    [
        ("", 0, ""),
        ("", 1, ""),
        ("", 2, "when-files"),
        ("qa", 1, "other-agent"),
        ("dev", 1, ""),
        ("qa", 2, "when-files"),
    ],
)
def test_an_entry_may_be_named_that_is_in_scope_and_of_use(agent: str, number: int, why: str) -> None:
    choice = choice_of("x", agent=agent)
    assert may_be_named(choice, number) is not bool(why)
    assert choice.why_not.get(number, ("",))[0] == why


def test_an_entry_that_is_left_out_or_vetoed_may_not_be_named() -> None:
    choice = choice_of("x")
    assert may_be_named(choice, 0)
    choice.without.add(0)
    assert not may_be_named(choice, 0)
    other = choice_of("x")
    other.why_not[0] = ("vetoed", "…")
    assert not may_be_named(other, 0)
    other.why_not[0] = ("part", "…")
    assert may_be_named(other, 0)


@pytest.mark.parametrize(
    ("task", "named"),
    [
        ("see the card billing doc", ["docs/card-billing.md"]),
        ("see the card billing guide now", ["docs/card-billing.md"]),
        ("see the rate limit page", ["docs/rate-limit.md"]),
        ("see the doc, card billing", []),
        ("see the doc for card billing", []),
        ("see card billing, the doc", []),
        ("see docs/card-billing.md", ["docs/card-billing.md"]),
        ("see CARD-BILLING.md", ["docs/card-billing.md"]),
        ("see card-billing.md", ["docs/card-billing.md"]),
        ("see docs/big-pipes.md", []),
        ("see card-billing.py", []),
    ],
)
def test_a_document_is_named_by_its_path_or_by_its_name_and_what_it_is(task: str, named: list[str]) -> None:
    why: dict[int, str] = {}
    choice = choice_of(task)
    choice.tree = MemoryTree(
        {f"docs/{name}.md": "" for name in ("card-billing", "one-login", "big-pipes", "rate-limit")}
    )
    weighed = SimpleNamespace(choice=choice, named=list, why=why, scores={}, keywords={}, rules={})
    add_named(weighed, {"doc", "guide", "page"})
    assert [choice.tables.entries[number].paths[0][0] for number in why] == named
    assert weighed.scores == dict.fromkeys(why, 1000 if ".md" in task else 0)
    assert weighed.keywords == {number: {} for number in why}


@pytest.mark.parametrize(
    ("task", "looked"), [("see context/card-billing.md", 0), ("see the card billing", 0), ("a doc", 1)]
)
def test_names_are_looked_for_only_beside_a_word_for_a_document(task: str, looked: int) -> None:
    asked: list[int] = []
    named = lambda: asked.append(1) or []  # type: ignore[func-returns-value]  # noqa: E731
    add_named(SimpleNamespace(choice=choice_of(task), named=named, why={}, scores={}, keywords={}), {"doc"})
    assert len(asked) == looked


@pytest.mark.parametrize(("task", "looked"), [("see x.MD", 1), ("see x.rst, y", 1), ("a doc", 0), ("see x.py", 0)])
def test_paths_are_looked_for_only_beside_the_ending_of_a_document(
    task: str, looked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(mentions, "entries_named", lambda choice: asked.append(1) or ([], {}))  # type: ignore[func-returns-value]
    add_named(SimpleNamespace(choice=choice_of(task), named=list, why={}, scores={}, keywords={}), {"doc"})
    assert len(asked) == looked


def test_what_is_named_and_was_chosen_keeps_its_reason_and_its_score() -> None:
    choice = choice_of("see the card billing doc")
    weighed = SimpleNamespace(choice=choice, named=list, why={0: "best"}, scores={0: 7}, keywords={0: {(1, True): 7}})
    add_named(weighed, {"doc"})
    assert (weighed.why, weighed.scores, weighed.keywords) == ({0: "best"}, {0: 7}, {0: {(1, True): 7}})


def test_a_command_that_is_typed_calls_for_its_entry_if_nothing_else_did() -> None:
    text = "context_files: [{path: a.md, keywords: [/refund, money]}, {path: b.md, keywords: [/refund, cash]}]\n"
    choice = choice_of("/refund money and cash", text)
    rows = choice.tables.keywords
    number_of = {rows[number].text: number for number in reversed([*rows.numbers()])}
    command, money = Hit(number_of["/refund"], 0, 0, 1), Hit(number_of["money"], 0, 1, 2)
    matched: Any = {0: ([command, money], []), 1: ([Hit(number_of["cash"], 0, 3, 4)], [])}
    assert typed_commands(choice, matched, ()) == {0: "`/refund` is typed as a command"}
    assert typed_commands(choice, matched, {0}) == {}
    assert typed_commands(choice, matched, {1}) == {0: "`/refund` is typed as a command"}


@pytest.mark.parametrize(
    ("entry", "points", "after"),
    [
        ("react-js", {(0, True): 100, (1, True): 50}, {(0, True): 100 + OWN_NAME, (1, True): 50}),
        ("web/react-js", {(0, True): 100, (1, True): 50}, {(0, True): 100 + OWN_NAME, (1, True): 50}),
        ("react-js", {(0, False): 100}, {(0, False): 100}),
        ("react-js", {(0, False): 40, (0, True): 100}, {(0, False): 40, (0, True): 100 + OWN_NAME}),
        ("react-js", {(1, True): 100}, {(1, True): 100}),
        ("react", {(0, True): 100}, {(0, True): 100}),
        ("hooks", {(0, True): 100, (1, True): 50}, {(0, True): 100, (1, True): 50 + OWN_NAME}),
    ],
)
def test_a_whole_keyword_that_is_the_name_of_a_rule_adds_what_a_name_does(entry: str, points: Any, after: Any) -> None:
    choice: Any = SimpleNamespace(
        tables=SimpleNamespace(
            entries=[SimpleNamespace(id=entry)],
            keywords=[SimpleNamespace(text="React JS"), SimpleNamespace(text="hooks")],
        )
    )
    add_own_name(choice, 0, points)
    assert points == after


# ── a name in another form ───────────────────────────────────────────────────────────────────────────────

CALLED = {
    "docs/registry.md": "# Package indexes\n\nA private index, and how a package is published to it.\n",
    "docs/packaging.md": "# About wheels\n\nWhat goes into a wheel.\n",
    "docs/policy.md": "# What holds\n\nWho may read it.\n",
    "docs/hook.md": "# Callbacks\n\nWhat is called, and when.\n",
}


@pytest.mark.parametrize(
    ("task", "needed"),
    [
        ("publish a package to a private index", ["docs/registry.md"]),
        ("a private index, and the packaging of it", ["docs/registry.md", "docs/packaging.md"]),
        ("a private index, and the hooks of it", ["docs/registry.md", "docs/hook.md"]),
        ("a private index, hooking into it", ["docs/registry.md"]),
        ("a private index, and the policies of it", ["docs/registry.md", "docs/policy.md"]),
    ],
)
def test_beside_another_document_a_name_of_one_word_is_called_by_that_word_or_its_plural(
    task: str, needed: list[str]
) -> None:
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in CALLED)
    tables = compile_index(parse(Source("i.yml", index)).index)
    assert [*resolve(tables, MemoryTree(CALLED), Request(task)).paths] == needed


def test_of_several_documents_of_the_name_that_a_task_calls_the_best_comes() -> None:
    files = {f"{folder}/items.md": "# Items\n\nWhat there is.\n" for folder in ("concepts", "settings", "text")}
    files["text/items.md"] += "A lamp goes off after a countdown.\n"
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in files)
    tables = compile_index(parse(Source("i.yml", index)).index)
    found = resolve(tables, MemoryTree(files), Request("a countdown for the lamp, straight in the items file"))
    assert found.paths == ("text/items.md",)


PATHS = {
    "docs/pay/index.md": "# Payments\n\nPayments, and how payments are improved; the page of refunds.\n",
    "docs/pay/refunds.md": "# Refunds\n\nText.\n",
    "docs/raising-errors.md": "# Raising errors\n\nErrors are raised; how to read errors.\n",
    "docs/guide/errors.md": "# What fails\n\nText.\n",
}


@pytest.mark.parametrize(
    ("task", "first"),
    [
        ("improve the payments in docs/pay/refunds.md", "docs/pay/refunds.md"),
        ("improve the payments in docs\\pay\\refunds.md", "docs/pay/refunds.md"),
        ("read errors.md", "docs/guide/errors.md"),
        ("read guide/errors.md", "docs/guide/errors.md"),
        ("payments in guide/refunds.md", "docs/pay/index.md"),
        ("improve payments\n\n```\ncat docs/pay/refunds.md\n```\n", "docs/pay/index.md"),
        ("```\ncat docs/guide/errors.md\n```\nimprove the payments as in docs/pay/refunds.md", "docs/pay/refunds.md"),
        ("```\ncat docs/pay/refunds.md\n```\nimprove the payments as in docs/pay/refunds.md", "docs/pay/refunds.md"),
    ],
)
def test_a_document_that_is_named_by_its_path_or_the_end_of_it_comes_first(task: str, first: str) -> None:
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in PATHS)
    found = resolve(compile_index(parse(Source("i.yml", index)).index), MemoryTree(PATHS), Request(task))
    assert found.paths[0] == first
    for file in found.files:
        assert file.score == sum(term.points for reason in file.reasons for term in reason.terms)


def test_names_that_a_comma_joins_are_all_named() -> None:
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}}}\n" for path in PATHS)
    tables = compile_index(parse(Source("i.yml", index)).index)
    for task in ("see refunds.md,errors.md", "see pay/refunds.md,guide/errors.md"):
        assert {"docs/pay/refunds.md", "docs/guide/errors.md"} <= {
            *resolve(tables, MemoryTree(PATHS), Request(task)).paths
        }


def test_an_entry_is_named_by_the_path_of_any_of_its_files() -> None:
    index = "fallback: none\ncontext_files:\n  - {id: both, path: [docs/guide/errors.md, docs/pay/refunds.md]}\n"
    index += "  - {path: docs/pay/index.md}\n"
    tables = compile_index(parse(Source("i.yml", index)).index)
    found = resolve(tables, MemoryTree(PATHS), Request("improve the payments in docs/pay/refunds.md"))
    assert found.paths[:2] == ("docs/guide/errors.md", "docs/pay/refunds.md")
    names = [term.name for reason in found.files[0].reasons for term in reason.terms]
    assert "named docs/pay/refunds.md" in names


NAMESAKES = """
context_files:
  - {id: web, path: web/errors.md, keywords: [page of faults]}
  - {id: api, path: api/errors.md, keywords: [answers of the server]}
  - {id: own, path: docs/one.md, keywords: [unlike]}
fallback: none
"""


@pytest.mark.parametrize(
    ("task", "paths", "name"),
    [
        ("Read errors.md", [], "errors.md"),
        ("Read `Errors.md` now", [], "Errors.md"),
        ("Put the page of faults into errors.md", ["web/errors.md"], "errors.md"),
        ("Put the page of faults and the answers of the server into errors.md", ["api/errors.md", "web/errors.md"], ""),
        ("Read api/errors.md", ["api/errors.md"], ""),
        ("Read one.md", ["docs/one.md"], ""),
        ("Why is it unlike this?\n```\nopen errors.md: no such file\n```", ["docs/one.md"], ""),
    ],
)
def test_of_a_name_that_several_documents_have_it_is_said_unless_all_come(
    task: str, paths: list[str], name: str
) -> None:
    found = of_index(task, NAMESAKES)
    assert [*found.paths] == paths
    assert [(one.code, one.severity, one.message, one.hint) for one in found.diagnostics] == [
        ("CTX410", "warning", f"`{name}` is the name of 2 documents",
         "name the one by its path: `web/errors.md`, `api/errors.md`")
    ] * bool(name)  # fmt: skip


def test_of_namesakes_the_only_one_in_scope_is_meant() -> None:
    index = NAMESAKES.replace("id: api,", "id: api, agents: [other],").replace("id: own,", "id: own, agents: [dev],")
    found = of_index("Read errors.md", index, agent="dev")
    assert ([*found.paths], found.diagnostics) == (["web/errors.md"], ())


# ── a path says where and not what ───────────────────────────────────────────────────────────────────────

PLACES = {
    "docs/reference/react/useState.md": "# useState\n\nA hook that keeps a value.\n",
    "docs/reference/react/index.md": "# React reference\n\nAll docs of hooks in reference react.\n",
    "docs/learn/setup.md": "# Set up an editor\n\nWhat to install.\n",
    "skills/learn/SKILL.md": "# Write learn docs\n\nHow docs learn, a setup.md say, are written.\n",
    "docs/limits.md": "# Rate limits\n\nHow many calls a rate limit lets through.\n",
}
PLACES_INDEX = """
fallback: none
context_files:
  - {path: docs/reference/react/useState.md}
  - {id: react, path: docs/reference/react/index.md}
  - {path: docs/learn/setup.md}
  - {id: learn, path: skills/learn/SKILL.md, keywords: [docs/learn]}
  - {id: limits, path: docs/limits.md, for_files: ["docs/reference/**"]}
"""


@pytest.mark.parametrize("after", ["", ":12 is wrong", " has a typo", ", and say more of it"])
@pytest.mark.parametrize(
    "before", ["", "edit ", "see `", "look at [it](", "fix ./", "the typo in shop/", "in docs/x.py and "]
)
@pytest.mark.parametrize("path", [path for path in PLACES if path.startswith("docs/reference")])
def test_the_pieces_of_a_path_bring_no_entry_beside_the_document_that_it_names(
    path: str, before: str, after: str
) -> None:
    index = PLACES_INDEX.replace(", keywords: [docs/learn]", "").replace(', for_files: ["docs/reference/**"]', "")
    closing = {"`": "`", "(": ")"}.get(before[-1:], "")
    tree = MemoryTree(PLACES, root="/work/shop")
    task = f"{before}{path}{closing}{after}"
    found = resolve(compile_index(parse(Source("i.yml", index)).index), tree, Request(task))
    assert found.paths == (path,)


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("edit docs/learn/setup.md", ["docs/learn/setup.md", "skills/learn/SKILL.md"]),  # its keyword is a path
        ("edit docs/reference/react/useState.md", ["docs/reference/react/useState.md", "docs/limits.md"]),  # for_files
        ("edit docs/learn/setup.md, the react reference", ["docs/learn/setup.md", "docs/reference/react/index.md"]),
        ("edit setup.md on the rate limits", ["docs/learn/setup.md", "docs/limits.md"]),
    ],
)
def test_what_calls_for_an_entry_beside_the_pieces_of_a_path_still_does(task: str, paths: list[str]) -> None:
    found = resolve(compile_index(parse(Source("i.yml", PLACES_INDEX)).index), MemoryTree(PLACES), Request(task))
    assert {*paths} <= {*found.paths}


@pytest.mark.parametrize("root", ["/my work/shop", "/my work/shop/", "C:\\my work\\shop", "/w/a b c"])
@pytest.mark.parametrize("task", ["look at {}", "look at `{}`", 'is "{}" right?', "{}:12 is wrong", "({})"])
def test_a_path_from_the_top_is_read_where_the_root_has_blanks(root: str, task: str) -> None:
    slash = "\\" if "\\" in root else "/"
    path = root.rstrip("/") + slash + slash.join(("docs", "learn", "setup.md"))
    tree = MemoryTree(PLACES, root=root)
    found = resolve(compile_index(parse(Source("i.yml", PLACES_INDEX)).index), tree, Request(task.format(path)))
    assert found.paths[:1] == ("docs/learn/setup.md",)


# ── a name that stands in the task word for word ─────────────────────────────────────────────────────────

HOOKS = {
    **{f"docs/hooks/{name}.md": f"# {name}\n\nA hook.\n" for name in ("useState", "useEffect", "useRef", "useId")},
    "docs/hooks/memo.md": "# memo\n\nSkips what is the same.\n",
    "docs/lints/set-state-in-effect.md": "# set-state-in-effect\n\nWhat it finds.\n",
    "docs/lints/state.md": "# State in effects\n\nAdd a page for lint rules that set state in an effect.\n",
    "docs/passing-props-to-a-component.md": "# Passing Props to a Component\n\nProps.\n",
    "docs/deep.md": "# Passing data deeply\n\nPassing props through a component, and passing props down to many.\n",
    "docs/thanks.md": "# Thanks\n\nWho helped.\n",
    **{f"docs/more/page{at}.md": f"# Page {at}\n\nCalls useState, memo and useEffect.\n" for at in range(12)},
}


def of_hooks(task: str, more: str = "") -> Resolution:
    index = "fallback: none\ncontext_files:\n" + "".join(f"  - {{path: {path}{more}}}\n" for path in HOOKS)
    return resolve(compile_index(parse(Source("i.yml", index)).index), MemoryTree(HOOKS), Request(task))


@pytest.mark.parametrize(
    ("task", "first"),
    [
        ("useState", "docs/hooks/useState.md"),
        ("memo", "docs/hooks/memo.md"),
        ("`memo`", "docs/hooks/memo.md"),
        ("Explain useState to me", "docs/hooks/useState.md"),
        ("Fix the docs page for `useState`", "docs/hooks/useState.md"),
        ("Why is useEffect called?", "docs/hooks/useEffect.md"),
        ("Add a lint rule page for set-state-in-effect", "docs/lints/set-state-in-effect.md"),
        ("passing props to a component", "docs/passing-props-to-a-component.md"),
    ],
)
def test_a_document_whose_name_stands_in_the_task_comes_before_all_others(task: str, first: str) -> None:
    found = of_hooks(task)
    assert found.paths[0] == first
    for file in found.files:
        assert file.score == sum(term.points for reason in file.reasons for term in reason.terms)


@pytest.mark.parametrize(
    "task",
    [
        "thanks",  # small talk
        "Memo",  # not as it is written
        "explain the memo to me",  # a word as any other
        "usestate in the call",
        "why\n```\nuseState(1)\n```",  # in a paste
        "see https://example.org/useState",
        "useState useEffect useRef useId",  # a list of many asks for none of them
    ],
)
def test_what_is_no_name_in_code_calls_for_nothing_by_that(task: str) -> None:
    reasons = [reason for file in of_hooks(task).files for reason in file.reasons]
    assert not any(reason.kind == "name" for reason in reasons)


def test_up_to_three_names_in_code_come_together() -> None:
    found = of_hooks("useState beside useEffect and useRef")
    assert {*found.paths[:3]} == {f"docs/hooks/{name}.md" for name in ("useState", "useEffect", "useRef")}


def test_a_name_that_nobody_may_call_is_not_called() -> None:
    assert of_hooks("useState", ", exclude: [useState]").paths == ()
    assert of_hooks("useState", ", exclude: [useRef]").paths == ("docs/hooks/useState.md",)


def test_a_document_that_is_named_by_its_path_stays_before_one_whose_name_stands_there() -> None:
    found = of_hooks("say in docs/deep.md what passing props to a component is, and useState")
    assert found.paths[0] == "docs/deep.md" and "docs/hooks/useState.md" in found.paths

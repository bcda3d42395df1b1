"""Rules of an index: which entries they call for, and what is said of one that was not searched to its end."""

from __future__ import annotations

import sys

import pytest

from ctxload.index.parser import parse
from ctxload.matching import rules
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

INDEX = """
fallback: none
context_files:
  - {id: api, path: api.md}
  - {id: unit, path: unit.md, agents: [dev], tags: [testing]}
  - {id: e2e, path: e2e.md, agents: [qa], tags: [testing]}
  - {id: any, path: any.md, tags: [testing, other]}
context_rules:
  - {pattern: 'endpoint', context_ids: [api]}
  - {pattern: 'cover', context_ids: [api], load_agent_testing_context: true}
"""


def answer(task: str, index: str = INDEX, agent: str = "") -> Resolution:
    tables = compile_index(parse(Source("i.yml", index)).index)
    pages = {path: f"# {path}" for path in ("api.md", "unit.md", "e2e.md", "any.md")}
    return resolve(tables, MemoryTree(pages), Request(task, agent))


@pytest.mark.parametrize(
    ("task", "agent", "paths"),
    [
        ("an endpoint", "dev", {"api.md"}),
        ("cover it", "dev", {"api.md", "unit.md", "any.md"}),
        ("cover it", "qa", {"api.md", "e2e.md", "any.md"}),
        ("cover it", "", {"api.md"}),
        ("nothing", "dev", set()),
    ],
)
def test_a_rule_calls_for_its_entries_and_for_those_about_tests_that_the_agent_may_have(
    task: str, agent: str, paths: set[str]
) -> None:
    assert set(answer(task, agent=agent).paths) == paths


def test_a_rule_about_tests_calls_for_its_own_entries_where_none_is_tagged() -> None:
    assert answer("cover it", INDEX.replace("testing]", "x]").replace("[testing,", "[x,"), "dev").paths == ("api.md",)


STOPPED = "took too many steps and was stopped", "avoid large counted repeats, and back-references beside repeats"
UNSEARCHED = (
    "was not searched: the library `regex` is not here",
    "install ctxload with pip, or write it without back-references, and with looks (`(?=…)`) at one character only",
)


@pytest.mark.parametrize("length", [59, 60, 61])
@pytest.mark.parametrize(("code", "end", "told"), [("CTX206", "*b", STOPPED), ("CTX213", r"*(b)\1", UNSEARCHED)])
def test_a_rule_that_was_not_searched_to_its_end_is_told_by_its_first_sixty_characters(
    code: str, end: str, told: tuple[str, str], length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = "." + "a" * (length - 1 - len(end)) + end
    monkeypatch.setattr(rules, "STEPS_EACH", 9)
    monkeypatch.setattr(rules, "_patterns", {})
    monkeypatch.setitem(sys.modules, "regex", None)
    index = INDEX.replace("endpoint", pattern)
    found = [one for one in answer("x" + "a" * 70, index).diagnostics if one.code in ("CTX206", "CTX213")]
    assert [(one.code, one.message, one.hint) for one in found] == [
        (code, f"the rule `{pattern[:60]}` {told[0]}", told[1])
    ]
    assert (found[0].path, found[0].line) == ("i.yml", 9)

"""The four layers, sentence by sentence: explicit, keyword, fallback, always."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ctxload.errors import ExplicitContextError, UsageError
from ctxload.index.parser import parse
from ctxload.loader import ContextLoader
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.views.explain import explain
from ctxload.text.render import Paint
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "context/api.md": "# API\n",
    "context/db.md": "# Database\n",
    "context/ui.md": "# UI\n",
    "context/testing.md": "# Testing\n",
    "context/backend/orm.md": "# ORM\n",
    "context/backend/jobs.md": "# Jobs\n",
    "context/backend/.hidden.md": "hidden\n",
    "context/backend/context-index.yml": "version: 1.0\n",
    "context/qa/plan.md": "# Plan\n",
    "docs/guide.md": "# Guide\n",
    "docs/my notes.md": "# Notes\n",
    "build/out.md": "ignored\n",
    "docs/.env": "TOKEN=x\n",
    "docs/server.key": "secret\n",
    ".gitignore": "build/\n",
    "manage.py": "\n",
}

INDEX = """
context_files:
  - {id: api, path: context/api.md, keywords: [endpoint, rest framework], tags: [backend, rest]}
  - {id: db, path: context/db.md, keywords: [database, migration], agents: [backend-dev], tags: [backend]}
  - {id: ui, path: context/ui.md, keywords: [button, endpoint], agents: [ui-dev]}
  - {id: tests, path: context/testing.md, keywords: [pytest], agents: [qa-dev], tags: [testing]}
  - {id: nobodys, path: docs/guide.md, keywords: [endpoint, guide], agents: []}
agent_defaults:
  backend-dev: [db]
  ui-dev: [ui, tests]
story_context_hints:
  full-stack: {context_ids: [ui, db]}
  api: {context_ids: [db]}
  broken: {context_ids: [nothing-of-that-name]}
"""


def answer(
    task: str, agent: str = "", index: str = INDEX, more: str = "", files: dict[str, str] = FILES, **request: Any
) -> Resolution:
    parsed = parse(Source("context-index.yml", index + more))
    assert not [finding for finding in parsed.diagnostics if finding.severity == "error"], parsed.diagnostics
    return resolve(compile_index(parsed.index), MemoryTree(files), Request(task, agent, **request))


def paths(*arguments: Any, **named: Any) -> list[str]:
    return list(answer(*arguments, **named).paths)


def codes(resolution: Resolution) -> list[str]:
    return [finding.code for finding in resolution.diagnostics]


def entry(keys: str) -> str:
    return f"context_files: [{{id: it, path: context/api.md, keywords: [endpoint], {keys}}}]\nfallback: none\n"


# ── explicit ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_task_names_is_loaded_and_nothing_else() -> None:
    resolution = answer("Add an endpoint with a button\nContext: docs/guide.md, db")
    assert resolution.layer == "explicit"
    assert resolution.paths == ("docs/guide.md", "context/db.md")
    assert [reason.kind for file in resolution.files for reason in file.reasons] == ["path", "id"]


def test_scope_exclude_when_files_and_requires_do_not_apply_to_explicit_context() -> None:
    index = """
    context_files:
      - {id: a, path: context/api.md, agents: [], exclude: [fix], when_files: [nowhere.txt], requires: [b]}
      - {id: b, path: context/db.md}
    """
    assert paths("fix it\nContext: a", "someone-else", index=index) == ["context/api.md"]
    assert paths("Context: db", "ui-dev", tags=("testing",)) == ["context/db.md"]


def test_an_item_is_a_path_else_a_bundle_else_an_id() -> None:
    assert paths("Context: context/api.md") == ["context/api.md"]
    assert paths("Context: api") == ["context/db.md"]
    assert paths("Context: ui") == ["context/ui.md"]
    assert [reason.kind for reason in answer("Context: full-stack").files[0].reasons] == ["bundle"]


def test_a_bundle_means_its_entries_in_order() -> None:
    assert paths("Context: full-stack") == ["context/ui.md", "context/db.md"]


def test_an_id_that_is_written_like_a_path_is_found_where_no_such_file_is() -> None:
    index = "context_files: [{id: node.js, path: context/api.md}]"
    assert paths("Context: node.js", index=index) == ["context/api.md"]
    assert paths("Context: node.js", index=index, files={**FILES, "node.js": "x"}) == ["node.js"]


def test_a_directory_means_everything_in_it_but_hidden_files_and_the_index() -> None:
    assert paths("Context: context/backend/") == ["context/backend/jobs.md", "context/backend/orm.md"]
    assert paths("x", context=("context/backend",)) == ["context/backend/jobs.md", "context/backend/orm.md"]


def test_a_glob_means_the_files_it_fits() -> None:
    assert paths("Context: context/*.md") == ["context/api.md", "context/db.md", "context/testing.md", "context/ui.md"]


def test_a_hidden_file_may_be_named() -> None:
    assert paths("Context: context/backend/.hidden.md") == ["context/backend/.hidden.md"]


GUIDE = {**FILES, "docs/guide.md": "# Guide\n## Set up\nDo it.\n```\n## No section\n```\n## Use\n## Set up\n"}


@pytest.mark.parametrize("name", ["Set up", "set up", "set-up", "set-up-1", "`Use`"])
def test_a_section_of_a_file_can_be_named(name: str) -> None:
    resolution = answer(f"Context: 'docs/guide.md#{name}'", files=GUIDE)
    assert (resolution.paths, resolution.files[0].sections) == (("docs/guide.md",), (name,))
    assert codes(resolution) == []


def test_a_section_that_is_not_there_is_an_error_with_did_you_mean() -> None:
    for name in ("Setup", "No section"):
        with pytest.raises(ExplicitContextError, match=f"`docs/guide.md` has no section `{name}`") as raised:
            answer(f'Context: "docs/guide.md#{name}"', files=GUIDE)
        assert [finding.code for finding in raised.value.diagnostics] == ["CTX401"]
        if name == "Setup":
            assert raised.value.diagnostics[0].hint == "did you mean `Set up`?"


def test_of_several_files_those_with_the_section_are_given() -> None:
    resolution = answer("Context: docs/*.md#use", files=GUIDE)
    assert resolution.paths == ("docs/guide.md",)
    assert [(item.path, item.why) for item in resolution.left_out] == [("docs/my notes.md", "has no section `use`")]


def test_a_file_that_is_named_whole_and_by_a_section_is_given_whole() -> None:
    resolution = answer("Context: docs/guide.md#use, docs/guide.md", files=GUIDE)
    assert (resolution.paths, resolution.files[0].sections) == (("docs/guide.md",), ())


def test_two_sections_of_a_file_are_both_asked_for() -> None:
    assert answer("Context: docs/guide.md#use, docs/guide.md#set-up", files=GUIDE).files[0].sections == (
        "use",
        "set-up",
    )


def test_a_file_with_a_hash_in_its_name_is_a_file() -> None:
    resolution = answer("fix it", context=("docs/c#.md",), files={**FILES, "docs/c#.md": "# C\n"})
    assert (resolution.paths, resolution.files[0].sections) == (("docs/c#.md",), ())


SECTIONS = """
context_files:
  - id: guide
    path: docs/guide.md
    keywords: [handbook]
    sections: {Set up: [installation, first steps], Use: [usage, first step], Set-up: []}
"""


@pytest.mark.parametrize(
    ("task", "sections"),
    [
        ("how does installation work", ("Set up",)),
        ("usage after the installation", ("Use", "Set up")),
        ("my first steps", ("Set up", "Use")),  # one keyword, written in two ways
        ("the handbook on installation", ()),
        ("the guide on installation", ()),  # a written id is a keyword of the whole
    ],
)
def test_where_only_keywords_of_sections_hit_those_sections_are_asked_for(task: str, sections: tuple[str, ...]) -> None:
    resolution = answer(task, index=SECTIONS, files=GUIDE)
    assert (resolution.paths, resolution.files[0].sections, resolution.layer) == (
        ("docs/guide.md",),
        sections,
        "keyword",
    )


def test_the_keywords_of_a_section_never_count_in_part() -> None:
    index = SECTIONS + "fallback: none\n"
    assert answer("the first thing", index=index, files=GUIDE).paths == ()


def test_the_keyword_of_a_section_can_be_vetoed_and_has_a_score() -> None:
    assert answer("installation", index=SECTIONS, files=GUIDE).files[0].score > 0
    index = SECTIONS + "    exclude: [wheel]\nfallback: none\n"
    assert answer("installation of a wheel", index=index, files=GUIDE).paths == ()


def test_a_file_that_is_named_twice_is_one_line() -> None:
    resolution = answer("Context: context/db.md, db, full-stack, ./context/db.md")
    assert resolution.paths == ("context/db.md", "context/ui.md")
    assert [reason.by for reason in resolution.files[0].reasons] == [
        "context/db.md",
        "db",
        "full-stack",
        "./context/db.md",
    ]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("docs/none.md", "CTX401"),
        ("docs/none/", "CTX401"),
        ("docs/none*.md", "CTX401"),
        ("../up.md", "CTX303"),
        ("/etc/passwd", "CTX303"),
        ("~/x.md", "CTX303"),
        ("./.git/config", "CTX303"),
        (".git/hooks/x.sh", "CTX303"),
        ("docs/.env", "CTX304"),
        ("docs/server.key", "CTX304"),
        ("build/out.md", "CTX305"),
        ("build/", "CTX401"),
        ("docs/*.key", "CTX401"),
        ("broken", "CTX401"),
    ],
)
def test_one_bad_item_fails_all(item: str, code: str) -> None:
    for task in (f"Context: {item}", f"Context: api, {item}", f"Context: api\nContext: {item}"):
        with pytest.raises(ExplicitContextError) as caught:
            answer(task)
        assert [finding.code for finding in caught.value.diagnostics] == [code]
        assert [finding.severity for finding in caught.value.diagnostics] == ["error"]
        assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("item", "meant"),
    [
        ("docs/giude.md", "docs/guide.md"),
        ("guide.md", "docs/guide.md"),
        ("context/db.txt", "context/db.md"),
        ("db.md", "context/db.md"),
    ],
)
def test_a_path_that_is_not_there_is_told_with_a_suggestion(item: str, meant: str) -> None:
    with pytest.raises(ExplicitContextError) as caught:
        answer(f"Context: {item}")
    assert caught.value.diagnostics[0].hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("item", "meant"),
    [
        ("guide.old.md", "docs/guide.olt.md"),  # only the last ending is left away
        ("docs/deep/plan.md", "qa/plan.md"),  # by name, whatever the folder
        ("guide.old.txt", "docs/guide.olt.md"),
        ("a/guide.new.txt", "docs/guide.new.md"),
    ],
)
def test_a_suggestion_is_what_has_that_name_or_almost(item: str, meant: str) -> None:
    files = {"docs/guide.new.md": "", "docs/guide.olt.md": "", "qa/plan.md": ""}
    with pytest.raises(ExplicitContextError) as caught:
        answer(f"Context: {item}", index="context_files: [{path: qa/plan.md}]", files=files)
    assert caught.value.diagnostics[0].hint == f"did you mean `{meant}`?"


def test_an_entry_whose_file_is_not_there_fails_too() -> None:
    with pytest.raises(ExplicitContextError):
        answer("Context: gone", index="context_files: [{id: gone, path: nowhere.md}]")


def test_none_loads_nothing_not_even_always() -> None:
    for resolution in (
        answer("an endpoint\nContext: none", more="always: [ui]\n"),
        answer("an endpoint", context=("None",), more="always: [ui]\n"),
    ):
        assert (resolution.layer, resolution.paths) == ("explicit", ())


def test_always_comes_with_explicit_context() -> None:
    resolution = answer("Context: db", more="always: [ui, docs/guide.md, db]\n")
    assert resolution.paths == ("context/db.md", "context/ui.md", "docs/guide.md")
    assert [file.layer for file in resolution.files] == ["explicit", "always", "always"]


def test_a_line_that_names_something_unknown_is_prose() -> None:
    resolution = answer("Context: User is building an endpoint", "backend-dev")
    assert (resolution.layer, resolution.paths) == ("keyword", ("context/api.md",))


def test_a_path_with_blanks_is_a_directive_where_its_file_is_there() -> None:
    for text in ("docs/my notes.md", "db, docs/my notes.md", "docs/my notes.md#Notes"):
        resolution = answer(f"Fix an endpoint\nContext: {text}", more="\n")
        assert (resolution.layer, resolution.paths[-1]) == ("explicit", "docs/my notes.md")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("docs/my note.md", "did you mean `docs/my notes.md`?"),
        ("my old plan.md", "fix the path; put it in quotes to have it looked for"),
        ("my old plan of it.md", "fix the path; put it in quotes to have it looked for"),  # five words at most
    ],
)
def test_a_path_with_blanks_that_is_not_there_is_prose_with_a_remark(line: str, hint: str) -> None:
    resolution = answer(f"An endpoint\nContext: {line}", "backend-dev")
    assert (resolution.layer, resolution.paths) == ("keyword", ("context/api.md",))
    assert [(found.code, found.hint) for found in resolution.diagnostics] == [("CTX408", hint)]


@pytest.mark.parametrize(
    "line",
    ["we have looked at all of docs/api.md", "it is told in the plan.md", "the user wants it", "it runs on node.js"],
)
def test_a_sentence_is_prose_without_a_remark(line: str) -> None:
    assert not answer(f"An endpoint\nContext: {line}", "backend-dev").diagnostics


def test_the_callers_context_replaces_directives_in_the_task() -> None:
    resolution = answer("Context: db", context=("ui", "docs/my notes.md"))
    assert resolution.paths == ("context/ui.md", "docs/my notes.md")
    assert {reason.kind for file in resolution.files for reason in file.reasons} == {"option"}
    assert paths("Context: nowhere.md", context=("ui",)) == ["context/ui.md"]


def test_a_caller_may_name_a_secret_or_ignored_file_and_is_warned() -> None:
    assert codes(answer("x", context=("docs/.env",))) == ["CTX304"]
    assert codes(answer("x", context=("build/out.md",))) == ["CTX305"]
    assert paths("x", context=("docs/.env",)) == ["docs/.env"]


def test_a_caller_may_not_name_a_secret_by_a_glob_or_directory() -> None:
    assert paths("x", context=("docs/",)) == ["docs/guide.md", "docs/my notes.md"]
    with pytest.raises(ExplicitContextError):
        answer("x", context=("docs/*.key",))


@pytest.mark.parametrize("nothing", ["", " ", "\t"])
def test_an_empty_name_is_an_error_and_not_the_whole_project(nothing: str) -> None:
    with pytest.raises(ExplicitContextError):
        answer("x", context=(nothing,))


# ── keyword: scope ───────────────────────────────────────────────────────────────────────────────────────


def test_the_scope_of_an_agent_is_what_lists_it_what_lists_nobody_in_particular_and_its_defaults() -> None:
    everything = "endpoint database button pytest guide"
    assert set(paths(everything, "backend-dev", match="whole")) == {"context/api.md", "context/db.md"}
    assert set(paths(everything, "ui-dev", match="whole")) == {"context/api.md", "context/ui.md", "context/testing.md"}
    assert set(paths(everything, "qa-dev", match="whole")) == {"context/api.md", "context/testing.md"}


def test_an_entry_for_nobody_is_never_loaded_by_keyword() -> None:
    assert "docs/guide.md" not in paths("the guide to an endpoint")
    assert "docs/guide.md" not in paths("the guide to an endpoint", "backend-dev")


def test_an_entry_for_nobody_is_in_scope_of_the_agent_whose_default_it_is() -> None:
    assert "docs/guide.md" in paths(
        "the guide", "x-dev", more="", index=INDEX.replace("ui-dev: [ui", "x-dev: [nobodys]\n  ui-dev: [ui")
    )


def test_without_an_agent_every_other_entry_is_in_scope() -> None:
    assert set(paths("endpoint database button pytest", match="whole")) == {
        "context/api.md",
        "context/db.md",
        "context/ui.md",
        "context/testing.md",
    }


def test_an_agent_the_index_does_not_know_has_everything_in_scope_and_is_told_with_a_suggestion() -> None:
    resolution = answer("endpoint database button", "backend-dve", match="whole")
    assert set(resolution.paths) == {"context/api.md", "context/db.md", "context/ui.md"}
    assert [(finding.code, finding.hint) for finding in resolution.diagnostics] == [
        ("CTX402", "did you mean `backend-dev`?")
    ]


def test_an_agent_with_a_folder_of_its_own_is_known() -> None:
    resolution = answer("database endpoint", "qa")
    assert (resolution.paths, codes(resolution)) == (("context/api.md",), [])


@pytest.mark.parametrize("where", ["always: {x-dev: [api]}\n", "fallback: {x-dev: none}\n"])
def test_an_agent_named_anywhere_in_the_index_is_known(where: str) -> None:
    assert codes(answer("endpoint", "x-dev", more=where)) == []


@pytest.mark.parametrize("name", ["..", ".", "../docs", "a/b", "", "-", "*", "backend/../..", "qa\x00"])
def test_a_strange_agent_name_is_no_folder(name: str) -> None:
    resolution = answer("nothing that matches", name, index="context_files: [{path: context/api.md}]\nfallback: all\n")
    assert resolution.paths == ("context/api.md",)
    assert codes(resolution) == ([] if name == "" else ["CTX402"])


def test_tags_leave_the_files_of_always_and_take_those_of_the_fallback_which_have_none() -> None:
    index, files = "context_files: [{path: a.md, keywords: [api]}]\n", {"a.md": "# a", "b.md": "# bb"}
    always, fallback = "always: [b.md]\nfallback: none\n", "fallback: [b.md]\n"
    assert paths("hello", index=index, more=always, files=files, tags=("web",)) == ["b.md"]
    assert paths("hello", index=index, more=fallback, files=files) == ["b.md"]
    assert paths("hello", index=index, more=fallback, files=files, tags=("web",)) == []


def test_a_tag_narrows_the_scope_before_matching() -> None:
    assert set(paths("endpoint database button", tags=("backend",))) == {"context/api.md", "context/db.md"}
    assert paths("endpoint database", tags=("rest",)) == ["context/api.md"]
    assert set(paths("endpoint pytest database", tags=("rest", "testing"))) == {"context/api.md", "context/testing.md"}


def test_a_tag_narrows_the_fallback_too() -> None:
    resolution = answer("nothing that matches", tags=("testing",), more="fallback: all\n")
    assert (resolution.layer, resolution.paths) == ("fallback", ("context/testing.md",))
    assert paths("nothing that matches", "backend-dev", tags=("testing",)) == []


def test_a_tag_that_no_entry_has_is_told_with_a_suggestion() -> None:
    resolution = answer("endpoint", tags=("testin",))
    assert resolution.paths == ()
    assert [(finding.code, finding.hint) for finding in resolution.diagnostics] == [
        ("CTX403", "did you mean `testing`?")
    ]


def test_a_tag_is_never_matched_against_the_task() -> None:
    assert answer("rest backend", more="fallback: none\n", match="whole").paths == ()


# ── keyword: rules ───────────────────────────────────────────────────────────────────────────────────────

RULES = r"""
context_files:
  - {id: first, path: context/api.md, agents: [dev]}
  - {id: second, path: context/db.md}
  - {id: third, path: context/testing.md, tags: [testing], agents: [dev]}
  - {id: fourth, path: context/ui.md, tags: [testing], agents: [someone]}
  - {id: fifth, path: docs/guide.md, exclude: [not this]}
context_rules:
  - {pattern: '(github.?actions|workflow).*(docker|container)', context_ids: [first, second], description: CI with containers}
  - {pattern: 'unit\s+tests?', context_ids: [], load_agent_testing_context: true}
  - {pattern: 'veto', context_ids: [fifth, unknown]}
fallback: none
"""  # noqa: E501


def test_a_rule_that_fires_counts_as_a_whole_match_of_the_entries_it_names() -> None:
    resolution = answer("A GitHub Actions job that builds Containers", index=RULES)
    assert (resolution.layer, set(resolution.paths)) == ("keyword", {"context/api.md", "context/db.md"})
    reason = resolution.files[0].reasons[0]
    assert (reason.kind, reason.words, reason.note) == (
        "rule",
        ("GitHub Actions job that builds Container",),
        "CI with containers",
    )


def test_a_rule_is_searched_with_line_breaks_as_spaces() -> None:
    for line_end in ("\n", "\r\n", "\r"):
        resolution = answer(f"a workflow{line_end}for docker, and unit{line_end}test", "dev", index=RULES)
        assert set(resolution.paths) == {"context/api.md", "context/db.md", "context/testing.md"}
        for file in resolution.files:
            for reason in file.reasons:
                assert reason.kind != "rule" or [line_end in word for word in reason.words] == [True]


def test_a_rule_brings_in_only_what_is_in_scope() -> None:
    assert paths("workflow for docker", "someone", index=RULES) == ["context/db.md"]
    assert paths("workflow for docker", tags=("testing",), index=RULES) == []


def test_the_testing_entries_of_the_agents_scope_come_with_a_rule_and_without_an_agent_nothing() -> None:
    assert paths("unit tests", "dev", index=RULES) == ["context/testing.md"]
    assert paths("unit tests", "someone", index=RULES) == ["context/ui.md"]
    assert paths("unit tests", index=RULES) == []
    assert paths("unit tests", "unknown-dev", index=RULES) == []


def test_a_veto_holds_against_a_rule() -> None:
    assert paths("veto", index=RULES) == ["docs/guide.md"]
    assert paths("veto but not this", index=RULES) == []


def test_a_rule_reaches_the_first_4000_characters() -> None:
    assert paths("x" * 3990 + " veto", index=RULES) == ["docs/guide.md"]
    assert paths("x" * 3996 + " veto", index=RULES) == []


def test_a_rule_that_takes_too_many_steps_is_stopped_and_told() -> None:
    index = "context_files: [{id: a, path: context/api.md}]\ncontext_rules: [{pattern: '(?:x{0,30}){0,30}y', context_ids: [a]}, {pattern: 'fine', context_ids: [a]}]\nfallback: none\n"  # noqa: E501
    resolution = answer("x" * 3000 + " fine", index=index)
    assert resolution.paths == ("context/api.md",)
    assert codes(resolution) == ["CTX206"]


# ── keyword: exclude, when_files, requires, priority, files ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "fires"),
    [
        ("an endpoint", True),
        ("an endpoint, WORKING-capital", False),
        ("working capitals of the endpoint", False),
        ("the endpoint is working", True),
        ("capital endpoint working", True),
    ],
)
def test_exclude_phrases_match_as_whole_keywords_and_veto_the_entry(task: str, fires: bool) -> None:
    assert bool(paths(task, index=entry("exclude: [working capital]"))) is fires


def test_a_vetoed_match_is_no_match() -> None:
    resolution = answer(
        "an endpoint of working capital",
        index=entry("exclude: [working capital]").replace("fallback: none", "fallback: all"),
    )
    assert resolution.layer == "fallback"


@pytest.mark.parametrize(
    ("patterns", "counts"),
    [
        ("[manage.py]", True),
        ("['*.py']", True),
        ("[Dockerfile]", False),
        ("[Dockerfile, manage.py]", True),
        ("[context/]", True),
        ("[/api.md]", False),
        ("[]", True),
    ],
)
def test_an_entry_counts_only_if_the_project_has_such_a_file(patterns: str, counts: bool) -> None:
    assert bool(paths("endpoint", index=entry(f"when_files: {patterns}"))) is counts


def test_when_files_beyond_what_is_compared_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from ctxload.workspace import globs

    monkeypatch.setattr(globs, "LOOKS", 1)
    index = "context_files:\n" + "".join(
        f"- {{id: e{number}, path: context/api.md, keywords: [word], when_files: ['*nothing{number}*']}}\n"
        for number in range(5)
    )
    resolution = answer("word", index=index + "fallback: none\n")
    assert codes(resolution) == ["CTX007"]
    assert "`*nothing0*` on were not tried" in resolution.diagnostics[0].message


def test_an_entry_that_does_not_count_is_not_in_the_fallback_either() -> None:
    index = "context_files: [{path: context/api.md, when_files: [Dockerfile]}, {path: context/db.md}]\nfallback: all\n"
    assert paths("nothing that matches", index=index) == ["context/db.md"]


REQUIRES = """
context_files:
  - {id: a, path: context/api.md, keywords: [alpha], requires: [b, c]}
  - {id: b, path: context/db.md, requires: [d]}
  - {id: c, path: context/ui.md, requires: [a], agents: []}
  - {id: d, path: context/testing.md, keywords: [delta], requires: [unknown]}
fallback: none
"""


def test_required_entries_come_along_after_it_transitively_and_a_cycle_ends() -> None:
    resolution = answer("alpha", index=REQUIRES)
    assert resolution.paths == ("context/api.md", "context/db.md", "context/ui.md", "context/testing.md")
    assert [(reason.kind, reason.by) for file in resolution.files[1:] for reason in file.reasons] == [
        ("requires", "a"),
        ("requires", "a"),
        ("requires", "b"),
    ]


def test_an_entry_that_is_required_and_matches_too_has_both_reasons_and_its_score() -> None:
    resolution = answer("alpha delta", index=REQUIRES, match="whole")
    by_path = {file.path: file for file in resolution.files}
    assert {reason.kind for reason in by_path["context/testing.md"].reasons} == {"keyword", "requires"}
    assert by_path["context/testing.md"].score == 1000


def test_requires_holds_in_the_fallback() -> None:
    assert paths("nothing", "qa-dev", index=REQUIRES.replace("fallback: none", "agent_defaults: {qa-dev: [b]}")) == [
        "context/db.md",
        "context/testing.md",
    ]


def test_priority_goes_before_the_score() -> None:
    index = "context_files: [{path: context/api.md, keywords: [alpha, beta]}, {path: context/db.md, keywords: [alpha], priority: 1}, {path: context/ui.md, keywords: [alpha], priority: -1}]"  # noqa: E501
    assert paths("alpha beta", index=index, match="whole") == ["context/db.md", "context/api.md", "context/ui.md"]


def test_priority_orders_the_fallback_of_entries() -> None:
    index = "context_files: [{path: context/api.md}, {path: context/db.md, priority: 1}]\nfallback: all\n"
    assert paths("nothing", index=index) == ["context/db.md", "context/api.md"]


def test_a_file_that_several_entries_name_is_one_line_with_the_reasons_of_all() -> None:
    index = "context_files: [{id: a, path: context/api.md, keywords: [alpha]}, {id: b, path: ./context/api.md, keywords: [beta]}]"  # noqa: E501
    resolution = answer("alpha beta", index=index)
    assert resolution.paths == ("context/api.md",)
    assert [reason.entry for reason in resolution.files[0].reasons] == ["a", "b"]


def test_a_matched_entry_whose_file_is_missing_is_a_finding_and_keeps_the_fallback_off() -> None:
    resolution = answer("alpha", index="context_files: [{path: nowhere.md, keywords: [alpha]}, {path: context/db.md}]")
    assert (resolution.layer, resolution.paths, codes(resolution)) == ("keyword", (), ["CTX301"])
    assert [(item.path, item.entry) for item in resolution.left_out] == [("nowhere.md", "nowhere")]
    finding = resolution.diagnostics[0]
    assert (finding.path, finding.line, finding.column) == ("context-index.yml", 1, 24)


def test_an_entry_may_name_several_paths_globs_and_directories() -> None:
    index = "context_files: [{id: a, path: [docs/guide.md, 'context/*.md', context/backend/, nowhere.md], keywords: [alpha]}]"  # noqa: E501
    resolution = answer("alpha", index=index)
    assert resolution.paths == (
        "docs/guide.md",
        "context/api.md",
        "context/db.md",
        "context/testing.md",
        "context/ui.md",
        "context/backend/jobs.md",
        "context/backend/orm.md",
    )
    assert codes(resolution) == ["CTX301"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nowhere.md", "CTX301"),
        ("../x.md", "CTX303"),
        ("/etc/passwd", "CTX303"),
        (".git/config", "CTX303"),
        ("docs/*.txt", "CTX308"),
        ("build/", "CTX308"),
    ],
)
def test_a_path_of_an_entry_that_gives_nothing_is_a_finding(path: str, code: str) -> None:
    resolution = answer("alpha", index=f"context_files: [{{path: '{path}', keywords: [alpha]}}]")
    assert (resolution.layer, resolution.paths, codes(resolution)) == ("keyword", (), [code])


def test_an_entrys_own_path_selects_a_secret_or_ignored_file_with_a_warning() -> None:
    for path, code in (("docs/.env", "CTX304"), ("build/out.md", "CTX305")):
        resolution = answer("alpha", index=f"context_files: [{{path: {path}, keywords: [alpha]}}]")
        assert (resolution.paths, codes(resolution)) == ((path,), [code])


def test_globs_and_directories_of_an_entry_never_select_one() -> None:
    resolution = answer(
        "alpha", index="context_files: [{id: a, path: [docs/, 'docs/.*', 'docs/*.key', 'build/*'], keywords: [alpha]}]"
    )
    assert resolution.paths == ("docs/guide.md", "docs/my notes.md")
    assert {item.path for item in resolution.left_out} == {"docs/.env", "docs/server.key"}


# ── fallback ─────────────────────────────────────────────────────────────────────────────────────────────

NOTHING = "nothing in here matches"


def test_the_setting_goes_before_everything_else() -> None:
    resolution = answer(NOTHING, "backend-dev", more="fallback: [ui, docs/guide.md, 'context/backend/*.md']\n")
    assert resolution.layer == "fallback"
    assert resolution.paths == ("context/ui.md", "docs/guide.md", "context/backend/jobs.md", "context/backend/orm.md")
    assert [file.reasons[0].kind for file in resolution.files] == ["setting"] * 4


def test_none_means_nothing_and_all_means_every_entry() -> None:
    resolution = answer(NOTHING, "backend-dev", more="fallback: none\n")
    assert (resolution.layer, resolution.paths) == ("none", ())
    assert len(paths(NOTHING, "backend-dev", more="fallback: all\n")) == 5


@pytest.mark.parametrize("written", ["fallback:\n", "fallback: []\n"])
def test_a_fallback_with_nothing_listed_loads_nothing(written: str) -> None:
    assert answer(NOTHING, "backend-dev", more=written).layer == "none"


def test_a_setting_per_agent_goes_before_the_one_for_all() -> None:
    more = "fallback: {'*': none, ui-dev: [db], qa-dev: all}\n"
    assert paths(NOTHING, more=more) == []
    assert paths(NOTHING, "backend-dev", more=more) == []
    assert paths(NOTHING, "ui-dev", more=more) == ["context/db.md"]
    assert len(paths(NOTHING, "qa-dev", more=more)) == 5


def test_a_setting_of_another_agent_leaves_the_defaults() -> None:
    assert paths(NOTHING, "backend-dev", more="fallback: {ui-dev: none}\n") == ["context/db.md"]


def test_without_a_setting_it_is_the_agents_defaults() -> None:
    resolution = answer(NOTHING, "ui-dev")
    assert resolution.paths == ("context/ui.md", "context/testing.md")
    assert [file.reasons[0].kind for file in resolution.files] == ["default", "default"]


@pytest.mark.parametrize(
    ("agent", "files"),
    [
        ("backend", ["context/backend/jobs.md", "context/backend/orm.md"]),
        ("backend-developer", ["context/backend/jobs.md", "context/backend/orm.md"]),
        ("backend-senior-developer", ["context/backend/jobs.md", "context/backend/orm.md"]),
        ("qa-lead", ["context/qa/plan.md"]),
    ],
)
def test_without_defaults_it_is_every_file_below_the_agents_directory(agent: str, files: list[str]) -> None:
    resolution = answer(NOTHING, agent)
    assert (list(resolution.paths), resolution.layer) == (files, "fallback")
    assert {file.reasons[0].kind for file in resolution.files} == {"directory"}
    assert codes(resolution) == []


def test_the_longest_name_of_a_directory_goes_first() -> None:
    files = {**FILES, "context/backend-senior/a.md": "x"}
    assert paths(NOTHING, "backend-senior-developer", files=files) == ["context/backend-senior/a.md"]


def test_without_a_directory_it_is_the_agents_own_entries() -> None:
    assert paths(NOTHING, "qa-dev", files={**FILES}) == ["context/qa/plan.md"]
    files = {path: text for path, text in FILES.items() if "/qa/" not in path}
    resolution = answer(NOTHING, "qa-dev", files=files)
    assert resolution.paths == ("context/testing.md",)
    assert resolution.files[0].reasons[0].kind == "entries"


def test_with_no_agent_it_is_nothing_unless_the_index_says_otherwise() -> None:
    resolution = answer(NOTHING)
    assert (resolution.layer, resolution.paths) == ("none", ())
    assert len(paths(NOTHING, more="fallback: all\n")) == 5


@pytest.mark.parametrize("more", ["", "fallback: all\n", "always: [context/api.md]\n"])
@pytest.mark.parametrize("blank", ["", " \n\t"])
def test_where_nothing_is_asked_nothing_is_loaded_but_said(more: str, blank: str) -> None:
    for agent in ("", "backend"):
        with pytest.raises(UsageError, match="nothing is asked"):
            answer(blank, agent, more=more)


def test_without_a_task_files_at_hand_or_context_suffice() -> None:
    more = "context_files: [{path: context/api.md, for_files: ['src/*.py']}]\n"
    tables, tree = compile_index(parse(Source("i", more)).index), MemoryTree(FILES)
    assert resolve(tables, tree, Request("", files=("src/a.py",))).paths == ("context/api.md",)
    assert resolve(tables, tree, Request("", files=("docs/a.py",))).paths == ()
    assert resolve(tables, tree, Request("", context=("api",))).paths == ("context/api.md",)


def test_a_fallback_never_selects_secret_or_ignored_files() -> None:
    for path, code in (("docs/.env", "CTX304"), ("docs/server.key", "CTX304"), ("build/out.md", "CTX305")):
        resolution = answer(NOTHING, more=f"fallback: [{path}, api]\n")
        assert resolution.paths == ("context/api.md",)
        assert codes(resolution) == [code]
        assert [item.path for item in resolution.left_out] == [path]
    assert paths(NOTHING, more="fallback: [docs/]\n") == ["docs/guide.md", "docs/my notes.md"]
    files = {**FILES, "context/backend/id_rsa": "secret", "context/backend/build/x.md": "ignored"}
    assert paths(NOTHING, "backend", files=files) == ["context/backend/jobs.md", "context/backend/orm.md"]


@pytest.mark.parametrize("name", ["nowhere.md", "'docs/*.txt'", "unknown-id", "../x.md"])
def test_what_a_fallback_names_and_is_not_there_is_a_warning(name: str) -> None:
    resolution = answer(NOTHING, more=f"fallback: [{name}]\n")
    assert resolution.paths == ()
    assert [finding.severity for finding in resolution.diagnostics] == ["warning"]


# ── always ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("task", ["an endpoint", NOTHING, "Context: db"])
def test_always_comes_after_whichever_layer_answered(task: str) -> None:
    resolution = answer(task, "backend-dev", more="always: [docs/guide.md]\n")
    assert resolution.paths[-1] == "docs/guide.md"
    assert resolution.files[-1].layer == "always"
    assert len(resolution.paths) == 2


def test_always_alone_does_not_make_an_answer_of_nothing() -> None:
    resolution = answer(NOTHING, more="always: [docs/guide.md]\nfallback: none\n")
    assert resolution.paths == ("docs/guide.md",)


def test_always_per_agent_comes_beside_the_one_for_all() -> None:
    more = "always: {'*': [docs/guide.md], ui-dev: [tests]}\nfallback: none\n"
    assert paths(NOTHING, more=more) == ["docs/guide.md"]
    assert paths(NOTHING, "ui-dev", more=more) == ["docs/guide.md", "context/testing.md"]
    assert paths(NOTHING, "backend-dev", more=more) == ["docs/guide.md"]


def test_a_missing_always_file_is_a_warning() -> None:
    resolution = answer("an endpoint", "backend-dev", more="always: [nowhere.md]\n")
    assert resolution.paths == ("context/api.md",)
    assert [(finding.code, finding.severity) for finding in resolution.diagnostics] == [("CTX301", "warning")]


def test_always_holds_with_a_tag_and_names_no_secret() -> None:
    assert paths("endpoint", tags=("rest",), more="always: [ui]\n") == ["context/api.md", "context/ui.md"]
    resolution = answer("endpoint", "qa-dev", more="always: [docs/.env]\n")
    assert resolution.paths == ("context/api.md",)
    assert codes(resolution) == ["CTX304"]


@pytest.mark.parametrize("where", ["always", "fallback"])
def test_an_empty_name_in_a_setting_is_not_the_whole_project(where: str) -> None:
    assert paths(NOTHING, index="context_files: []\n", more=f"{where}: ['', ' ']\n") == []


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "agent", "request_", "id", "why"),
    [
        ("an endpoint", "backend-dev", {}, "api", "selected"),
        ("an endpoint", "backend-dev", {}, "ui", "other-agent"),
        ("the guide to an endpoint", "", {}, "nobodys", "no-agent"),
        ("an endpoint", "", {"tags": ("testing",)}, "api", "tag"),
        ("an endpoint", "", {}, "db", "no-keyword"),
        ("an endpoint", "", {"context": ("db",)}, "api", "explicit"),
        ("the rest of the database", "", {}, "api", "weak"),
        ("the rest of the database", "", {"match": "whole"}, "api", "part"),
    ],
)
def test_every_entry_has_a_verdict_that_says_why(
    task: str, agent: str, request_: dict[str, Any], id: str, why: str
) -> None:
    verdicts = {verdict.entry: verdict for verdict in answer(task, agent, **request_).verdicts}
    assert set(verdicts) == {"api", "db", "ui", "tests", "nobodys"}
    assert verdicts[id].why == why
    assert verdicts[id].message


@pytest.mark.parametrize(
    ("keys", "task", "why"),
    [
        ("exclude: [old]", "the old endpoint", "vetoed"),
        ("when_files: [Dockerfile]", "the endpoint", "when-files"),
        ("match: whole", "x", "no-keyword"),
    ],
)
def test_a_verdict_names_what_kept_an_entry_out(keys: str, task: str, why: str) -> None:
    assert [verdict.why for verdict in answer(task, index=entry(keys)).verdicts] == [why]


def test_the_nearest_entry_that_was_not_selected_comes_first() -> None:
    index = "context_files: [{path: context/db.md, keywords: [zebra]}, {path: context/api.md, keywords: [rest framework view]}, {path: context/ui.md, keywords: [button]}]"  # noqa: E501
    verdicts = answer("a button in a view of the framework", index=index).verdicts
    assert [verdict.entry for verdict in verdicts] == ["ui", "api", "db"]
    assert (verdicts[1].nearest, verdicts[1].present, verdicts[1].missing) == (
        "rest framework view",
        ("framework", "view"),
        ("rest",),
    )


# ── entries that do not count here ───────────────────────────────────────────────────────────────────────

HERE_OR_NOT = """
fallback: [far]
context_files:
  - {id: near, path: context/api.md, keywords: [endpoint], requires: [far]}
  - {id: far, path: context/db.md, keywords: [database], when_files: [nowhere.toml], tags: [data]}
"""


def test_what_does_not_count_here_is_not_required_and_the_verdict_says_why() -> None:
    found = answer("an endpoint", index=HERE_OR_NOT)
    assert found.paths == ("context/api.md",)
    [verdict] = [verdict for verdict in found.verdicts if verdict.entry == "far"]
    assert (verdict.why, "nowhere.toml" in verdict.message) == ("when-files", True)
    assert answer("an endpoint", index=HERE_OR_NOT, files={**FILES, "nowhere.toml": ""}).paths == (
        "context/api.md",
        "context/db.md",
    )


def test_what_does_not_count_here_is_no_fallback_and_the_verdict_says_why() -> None:
    found = answer("nothing of that", index=HERE_OR_NOT)
    assert found.paths == ()
    [verdict] = [verdict for verdict in found.verdicts if verdict.entry == "far"]
    assert (verdict.why, "nowhere.toml" in verdict.message) == ("when-files", True)


def test_a_fallback_without_the_wanted_tag_is_left_out() -> None:
    index = HERE_OR_NOT.replace("when_files: [nowhere.toml], ", "")
    assert answer("nothing of that", index=index, tags=("data",)).paths == ("context/db.md",)
    assert answer("nothing of that", index=index, tags=("other",)).paths == ()


def test_a_task_without_blanks_is_explained_in_full_rows() -> None:
    """Each row of the task is as wide as there is room, and no wider; wide characters take two columns."""
    lines = explain(answer("a" * 100 + "数" * 40 + " endpoint"), Paint(False), 42).splitlines()
    rows = ["a" * 40, "a" * 40, "a" * 20 + "数" * 10, "数" * 20, "数" * 10 + " endpoint"]
    assert lines[:5] == [f"  {row}" for row in rows]


def test_entries_of_one_id_that_were_not_selected_are_named_by_their_files(tmp_path: Path) -> None:
    pages = ["a/x/ui.md", "b/x/ui.md", "b/x/api.md"]
    of_a = "context_files: [{path: a/x/ui.md, id: ui}]\n"
    of_b = "include: [a/i.yml]\ncontext_files: [{path: b/x/ui.md, id: ui}, {path: b/x/api.md, id: api}]\n"
    files = {**dict.fromkeys(pages, "# Page\n"), "a/i.yml": of_a, "context-index.yml": of_b}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    said = explain(ContextLoader(tmp_path).resolve("endpoint"), Paint(False), 90)
    names = {line.split()[0] for line in said.partition("not selected")[2].partition("\n\n")[0].splitlines()[1:]}
    assert names == {"a/x/ui.md", "b/x/ui.md", "api"}, said

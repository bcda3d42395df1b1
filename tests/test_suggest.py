"""Proposals for keywords: each kind, what they promise, and that no case is ever worse for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ctxload.authoring.evaluate.suggestions as room
from ctxload import ContextLoader
from ctxload.authoring.evaluate.candidates import OFTEN, TASKS, Proposal
from ctxload.authoring.evaluate.suggestions import Suggestions, suggest
from ctxload.authoring.evaluate.trial import Effect, Trial
from ctxload.index.edits import KeywordChange
from ctxload.index.model import Case, Index, Text
from ctxload.index.parser import parse, parse_cases
from ctxload.matching.compiler import compile_index
from ctxload.start import run
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import FILES, IDS, KEYWORDS, PROJECTS, share, tasks

DOCS = {
    "api.md": "# REST API\n\nViewsets answer. A viewset has a serializer.\n\n## Serializers\n\nSerializer fields.\n",
    "docker.md": "# Docker images\n\nImage layers and layer cache. The layer cache is warm. A multi-stage build. Multi-stage builds.\n\n## Image size\n",  # noqa: E501
    "ci.md": "# Pipelines\n\nA pipeline runs jobs. Docker image cache in the pipeline. Runners and a runner.\n",
}


def found(
    index: str, cases: str = "[]", asked: list[str] | None = None, files: Mapping[str, str] = DOCS
) -> Suggestions:
    text = f"context_files: {index}\nfallback: none\n" + ("" if "match:" in index else "match: whole\n")
    labelled, _ = parse_cases(Source("cases.yml", cases))
    return suggest(
        parse(Source("context-index.yml", text)).index,
        MemoryTree(files),
        labelled,
        [Case(Text(task)) for task in asked or []],
    )


def rows(suggestions: Suggestions) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.entry, one.keyword, one.instead) for one in suggestions.proposals]


FULL = "[{path: api.md, keywords: [viewset, serializer]}, {path: docker.md, keywords: [docker, image, layer, multi-stage]}]"  # noqa: E501


# ── to add ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failed_case_gets_words_that_its_document_has() -> None:
    index = "[{path: api.md, keywords: [viewset]}, {path: docker.md, keywords: [docker]}]"
    suggestions = found(index, "- {task: The serializer drops a field, expect: [api]}")
    first = suggestions.proposals[0]
    assert (first.kind, first.entry, first.keyword) == ("add", "api", "serializer")
    assert first.effect.fixed == (0,) and suggestions.after.scores.passed == 1


def test_a_word_that_the_document_does_not_have_is_not_proposed() -> None:
    suggestions = found(FULL, "- {task: The invoice is late, expect: [api]}")
    assert not any("invoice" in one.keyword for one in suggestions.proposals)


INVOICES = """\
- {task: The invoice is late, expect: [api]}
- {task: Why has an invoice no number, expect: [api]}
- {task: The build is late, expect: [docker]}
"""


def test_a_word_that_several_cases_share_is_proposed_though_the_document_does_not_have_it() -> None:
    first = found(FULL, INVOICES).proposals[0]
    assert (first.kind, first.entry, first.keyword) == ("add", "api", "invoice")
    assert first.effect.fixed == (0, 1) and "stands in 2 cases that miss `api`" in first.why


def test_a_word_that_as_many_cases_of_other_entries_hold_is_not_shared() -> None:
    others = "".join(f"- {{task: An invoice for image {number}, expect: [docker]}}\n" for number in range(3))
    assert not any("invoice" in one.keyword for one in found(FULL, INVOICES + others).proposals)


def test_in_many_cases_a_word_that_may_meet_an_entry_by_chance_is_not_proposed() -> None:
    often = "".join(f"- {{task: Look at thing {chr(97 + number)}, expect: [api]}}\n" for number in range(20))
    monday = "- {task: Ready on monday, expect: [api]}\n- {task: Not ready on monday, expect: [api]}\n"
    rarely = often.replace("[api]", "[docker]")
    assert not any("monday" in one.keyword for one in found(FULL, often + monday).proposals)
    assert ("add", "api", "monday", "") in rows(found(FULL, rarely + monday))


def test_only_proposals_that_count_are_tried() -> None:
    text = f"context_files: {FULL}\nmatch: whole"
    cases, _ = parse_cases(Source("cases.yml", INVOICES))
    index = parse(Source("context-index.yml", text)).index
    made = suggest(index, MemoryTree(DOCS), cases, counts=lambda proposal: proposal.entry == "docker")
    assert not any(one.entry == "api" for one in made.proposals)


def test_a_task_that_fell_through_finds_the_document_that_its_words_set_apart() -> None:
    index = "[{path: api.md, keywords: [rest]}, {path: docker.md, keywords: [dockerfile]}]"
    suggestions = found(index, asked=["Why is a viewset empty?", "Smaller viewsets", "Say hello"])
    first = suggestions.proposals[0]
    assert (first.kind, first.entry, first.keyword, first.effect.gained) == ("add", "api", "viewset", 2)
    assert "stands in 2 tasks that fell through" in first.why


def test_a_term_that_two_documents_have_alike_answers_no_task() -> None:
    files = {"a.md": "# One\n\nwidget widget widget\n", "b.md": "# Two\n\nwidget widget widget\n"}
    suggestions = found(
        "[{path: a.md, keywords: [k1]}, {path: b.md, keywords: [k2]}]", asked=["the widget"], files=files
    )
    assert not any(one.effect.gained for one in suggestions.proposals)


def test_a_document_gets_its_own_name_where_it_has_few_keywords() -> None:
    suggestions = found(
        "[{path: ci.md, keywords: [runner]}, {path: api.md, keywords: [viewset, serializer, rest, a1, a2, a3]}]"
    )
    assert ("add", "ci", "pipelines", "") in rows(suggestions)
    assert all(one.entry != "api" for one in suggestions.proposals)


def test_an_entry_that_is_for_another_agent_is_no_answer_for_a_task() -> None:
    text = "context_files: [{path: api.md, keywords: [k1], agents: [backend]}, {path: ci.md, keywords: [runner]}]\nfallback: none\n"  # noqa: E501
    index = parse(Source("context-index.yml", text)).index
    asked = [Case(Text("Smaller viewsets"), Text(agent)) for agent in ("frontend", "backend")]
    index = index.replace(agent_defaults=((Text("frontend"), ()),))
    suggestions = suggest(index, MemoryTree(DOCS), (), asked)
    assert max(one.effect.gained for one in suggestions.proposals) == 1


# ── to drop and narrow ───────────────────────────────────────────────────────────────────────────────────


def test_a_keyword_that_fires_where_cases_do_not_expect_it_is_narrowed_or_dropped() -> None:
    index = "[{path: docker.md, keywords: [docker, image]}, {path: ci.md, keywords: [pipeline, gallery]}]"
    cases = (
        "- {task: An image in the gallery, expect: [ci], reject: [docker]}\n"
        "- {task: The gallery image, expect: [ci], reject: [docker]}\n"
        "- {task: Reduce the image size, expect: [docker]}\n"
    )
    suggestions = found(index, cases)
    first = suggestions.proposals[0]
    assert (first.kind, first.entry, first.keyword, first.instead) == ("narrow", "docker", "image", "image size")
    assert first.effect.fixed == (0, 1) and suggestions.after.scores.f1 == 1.0
    assert "2 cases that do not expect `docker`, and in 1 that do" in first.why


def test_what_no_longer_phrase_can_mend_is_dropped() -> None:
    index = "[{path: docker.md, keywords: [docker, gallery]}, {path: ci.md, keywords: [pipeline]}]"
    suggestions = found(index, "- {task: A gallery in the pipeline, expect: [ci], reject: [docker]}")
    assert ("drop", "docker", "gallery", "") in rows(suggestions)


def test_the_only_keyword_of_an_entry_is_not_dropped() -> None:
    suggestions = found("[{path: docker.md, keywords: [gallery]}]", "- {task: A gallery, expect: []}")
    assert not any(one.kind == "drop" for one in suggestions.proposals)


def busy(asked: list[str], match: str = "whole") -> list[tuple[str, ...]]:
    """What is proposed for keywords that fire too often, with the tasks filled up to `TASKS`."""
    suggestions = found(
        f"{FULL}\nmatch: {match}", asked=[*asked, *(f"say hello {n}" for n in range(TASKS - len(asked)))]
    )
    return [
        (one.kind, one.keyword, one.instead, one.why) for one in suggestions.proposals if f"of {TASKS} tasks" in one.why
    ]


def test_a_keyword_that_fires_in_a_fifth_of_all_tasks_is_narrowed_to_a_phrase_that_some_of_them_have() -> None:
    asked = ["reduce the image size", *(f"an image on page {n}" for n in range(round(TASKS * OFTEN) - 1))]
    assert busy(asked) == [("narrow", "image", "image size", "matches in 4 of 20 tasks")]
    assert busy(asked[:-1]) == []


def test_where_none_of_them_has_one_it_is_dropped() -> None:
    asked = [f"an image on page {n}" for n in range(round(TASKS * OFTEN))]
    assert busy(asked) == [("drop", "image", "", "matches in 4 of 20 tasks")]


def test_few_tasks_say_nothing_of_shares() -> None:
    asked = [f"an image on page {n}" for n in range(TASKS - 1)]
    assert not any("tasks" in one.why and one.kind != "add" for one in found(FULL, asked=asked).proposals)


def test_a_keyword_that_fires_only_beside_another_of_its_entry_is_dropped_where_nothing_changes() -> None:
    index = "[{path: docker.md, keywords: [docker, docker image]}, {path: api.md, keywords: [viewset, serializer]}]"
    suggestions = found(index, asked=["a docker image", "the docker image", "docker image cache", "docker"])
    assert ("drop", "docker", "docker image", "") in rows(suggestions)
    assert [one.effect.is_nothing for one in suggestions.proposals if one.kind == "drop"] == [True]


def test_a_keyword_that_fires_only_inside_a_longer_one_of_another_entry_is_dropped() -> None:
    index = "[{path: docker.md, keywords: [docker, cache]}, {path: ci.md, keywords: [pipeline cache]}]"
    suggestions = found(index, asked=["the pipeline cache", "a pipeline cache", "empty the pipeline cache"])
    inside = [one for one in suggestions.proposals if "inside longer keywords" in one.why]
    assert [(one.kind, one.entry, one.keyword) for one in inside] == [("drop", "docker", "cache")]
    assert inside[0].effect.changed == 3


def test_a_vetoed_keyword_does_not_count_as_firing() -> None:
    index = "[{path: docker.md, keywords: [docker, image], exclude: [gallery]}, {path: ci.md, keywords: [pipeline]}]"
    assert rows(found(index, "- {task: A gallery image, expect: []}")) == rows(found(index))


# ── promises ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_proposal_that_would_make_a_case_fail_is_not_made() -> None:
    index = "[{path: api.md, keywords: [rest]}, {path: docker.md, keywords: [docker]}]"
    asked = ["Why is a viewset empty?"]
    assert ("add", "api", "viewset", "") in rows(found(index, asked=asked))
    assert not any(
        "viewset" in one.keyword for one in found(index, "- {task: viewset of the zoo, expect: []}", asked).proposals
    )


def test_a_proposal_that_would_lower_the_figures_is_not_made() -> None:
    index = "[{path: api.md, keywords: [rest]}, {path: docker.md, keywords: [docker]}]"
    cases = "- {task: docker for the viewset, expect: [docker]}"
    assert not any("viewset" in one.keyword for one in found(index, cases, ["Why is a viewset empty?"]).proposals)


labelled = st.lists(
    st.builds(
        lambda task, expect, reject: Case(Text(task), Text(""), tuple(map(Text, expect)), tuple(map(Text, reject))),
        tasks(), st.lists(st.sampled_from(IDS), max_size=2), st.lists(st.sampled_from(IDS), max_size=1),
    ),
    max_size=4,
)  # fmt: skip
unlabelled = st.lists(tasks().map(lambda task: Case(Text(task))), max_size=6)


@settings(max_examples=share(60))
@given(PROJECTS, labelled, unlabelled, st.booleans())
def test_no_case_is_worse_after_all_proposals(
    index: Index, cases: list[Case], asked: list[Case], is_rough: bool
) -> None:
    tree = MemoryTree(FILES)
    suggestions = suggest(index, tree, cases, asked, is_rough=is_rough)
    trial = Trial(tree, cases, asked)
    before, after = trial.start(index), trial.start(suggestions.after.index)
    assert trial.effect(before, after).is_safe
    assert after.outcomes == suggestions.after.outcomes and after.answers == suggestions.after.answers
    again = suggest(index, tree, cases, asked, is_rough=is_rough)
    assert again.proposals == suggestions.proposals


@settings(max_examples=share(100))
@given(PROJECTS, labelled, unlabelled, st.data())
@pytest.mark.heavy
def test_asking_what_a_change_touches_is_as_good_as_asking_everything(
    index: Index, cases: list[Case], asked: list[Case], data: st.DataObject
) -> None:
    if not index.entries:
        return
    trial = Trial(MemoryTree(FILES), cases, asked)
    number = data.draw(st.integers(0, len(index.entries) - 1))
    words = index.entries[number].keywords
    drop = data.draw(st.lists(st.sampled_from(words), unique=True)) if words else []
    change = KeywordChange(tuple(data.draw(st.lists(st.sampled_from(KEYWORDS), max_size=2))), tuple(drop))
    after, _ = trial.after(trial.start(index), {number: change})
    fresh = trial.start(after.index)
    assert (after.outcomes, after.answers) == (fresh.outcomes, fresh.answers)


def test_the_number_of_tries_and_of_proposals_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    monkeypatch.setattr(
        "ctxload.authoring.evaluate.trial.compile_index", lambda index: compiled.append(1) or compile_index(index)
    )
    files = {f"d{n}.md": f"# Topic{n}a things\n\nWord{n}b word{n}b. Word{n}c word{n}c." for n in range(60)}
    index = "[" + ", ".join(f"{{path: {name}, keywords: [k{n}]}}" for n, name in enumerate(files)) + "]"
    suggestions = found(index, files=files)
    assert len(suggestions.proposals) == room.MOST and suggestions.untried > 0
    assert len(compiled) <= room.TRIES + 2
    monkeypatch.setattr(room, "TRIES", 5)
    assert len(found(index, files=files).proposals) <= 5


def test_a_users_own_index_is_left_alone() -> None:
    text = Source("/home/me/own.yml", "context_files: [{path: ci.md, keywords: [runner]}]")
    suggestions = suggest(parse(text).index, MemoryTree(DOCS))
    assert suggestions.proposals == ()


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────

INDEX = """\
context_files:
  - path: context/api.md  # ours
    keywords: [rest]
  - {path: context/docker.md, keywords: [docker, gallery]}
fallback: none
match: whole
tests:
  - {task: The serializer drops a field, expect: [api]}
  - {task: A picture gallery in Docker, expect: [docker]}
  - {task: A picture gallery, expect: []}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "context").mkdir()
    for name, text in DOCS.items():
        (tmp_path / "context" / name).write_text(text, encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8", newline="\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run(["suggest", *words])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_the_command_shows_each_proposal_with_what_it_does_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tasks.txt").write_text("Smaller viewsets\nSay hello\n", encoding="utf-8")
    status, out, err = typed(capsys, "--tasks", "tasks.txt")
    assert status == 0 and err == ""
    assert out.startswith(
        "drop    docker  gallery\n        matches in 1 case that does not expect `docker`, and in 1 that do\n"
    )
    assert "add     api  serializer\n" in out and "        passes now: The serializer drops a field\n" in out
    assert "1 task that fell through finds it" in out
    assert "cases: 1 → 3 of 3 passed, F1 0.500 → 1.000" in out and "tasks: 2 → 1 of 2 fall through" in out
    assert (project / "context-index.yml").read_text(encoding="utf-8") == INDEX


def test_apply_shows_the_change_and_needs_a_yes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = typed(capsys, "--apply")
    assert status == 1 and "+++ b/context-index.yml" in out and "--yes" in err
    assert (project / "context-index.yml").read_text(encoding="utf-8") == INDEX
    promised = suggest(
        ContextLoader(project).index(), ContextLoader(project)._current.tree, ContextLoader(project).index().tests
    )
    assert typed(capsys, "--apply", "--yes")[0] == 0
    text = (project / "context-index.yml").read_text(encoding="utf-8")
    assert "# ours" in text and "gallery]" not in text and "serializer" in text
    run_now = ContextLoader(project).test()
    assert run_now.passed and run_now.scores == promised.after.scores


def test_apply_leaves_nothing_to_suggest_in_the_end(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        status, _, err = typed(capsys, "--apply", "--yes")
        if status == 1:
            break
    assert status == 1 and "nothing to suggest" in err


def test_json_holds_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = typed(capsys, "--format", "json")
    data = json.loads(out)
    assert status == 0 and data["before"]["passed"] == 1 and data["after"]["passed"] == 3
    kinds = {(one["kind"], one["keyword"]): one["effect"]["passes_now"] for one in data["proposals"]}
    assert kinds["add", "serializer"] == ["The serializer drops a field"]


def test_an_entry_that_cannot_be_edited_safely_is_told_and_the_others_are_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "context-index.yml").write_text(
        INDEX.replace("[docker, gallery]", "'docker, gallery'"), encoding="utf-8"
    )
    status, _, err = typed(capsys, "--apply", "--yes")
    assert status == 0 and "the keywords of `docker` cannot be changed safely" in err
    assert "serializer" in (project / "context-index.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [["--tasks", "no.txt"], ["--match", "hole"], ["--format", "xml"], ["--most", "0"], ["--cases", "bad.jsonl"]],
)
def test_what_cannot_be_used_ends_with_2(project: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    (project / "bad.jsonl").write_text('{"task": 1}\n', encoding="utf-8")
    status, out, err = typed(capsys, *words)
    assert (status, out) == (2, "") and err


def test_hostile_documents_and_tasks_forge_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "# \x1b[31mEvil\u202e\x07 thing\n\nevil\x1b]0;x evil\x1b]0;x\n"
    (project / "context" / "api.md").write_text(evil, encoding="utf-8")
    (project / "tasks.txt").write_text("evil\x1b[2J thing\n", encoding="utf-8")
    status, out, err = typed(capsys, "--tasks", "tasks.txt", "--apply", "--yes")
    assert status == 0 and not {"\x1b", "\x07", "\u202e"} & set(out + err)
    assert not {"\x1b", "\x07", "\u202e"} & set((project / "context-index.yml").read_text(encoding="utf-8"))


def test_a_proposal_is_a_value() -> None:
    assert Proposal("add", "a", "k", "", "w", 0, KeywordChange(("k",))).tried_as == (0, "add", "k", "")


def test_a_case_that_no_keyword_mends_is_named() -> None:
    files = {"a.md": "# Billing\n\nRefunds and invoices.\n", "b.md": "# Shipping\n\nParcels.\n"}
    text = "context_files: [{path: a.md, keywords: [refund]}, {path: b.md, keywords: [parcel]}]\nfallback: none\n"
    cases = [Case(Text("refund it"), expect=(Text("a"),)), Case(Text("what a lovely day"), expect=(Text("b"),))]
    found = suggest(parse(Source("i.yml", text)).index, MemoryTree(files), cases)
    assert found.unmended == (1,)


def test_a_change_that_lowers_the_figures_of_the_others_with_one_left_out_is_not_safe() -> None:
    assert Effect(fixed=(0,), f1_before=0.5, f1_after=0.6, worst=0.0).is_safe
    assert not Effect(fixed=(0,), f1_before=0.5, f1_after=0.6, worst=-0.01).is_safe

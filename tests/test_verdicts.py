"""What is said of an entry: why it came, why it didn't, how near it was, and in which order they are told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.model import Reason, Request, Resolution, Verdict
from ctxload.selection.resolver import choice_for, resolve, settle
from ctxload.selection.views import serialize
from ctxload.selection.views.verdicts import say, verdict_of
from ctxload.selection.views.weighing import coverage, lacks, nearby, why, why_not
from ctxload.text.source import Source
from ctxload.workspace import tree as trees
from ctxload.workspace.memory_tree import MemoryTree

# ── what was weighed, in words ───────────────────────────────────────────────────────────────────────────


def weighed(**said: Any) -> Any:
    """What was weighed of two entries, as `focused.Weighed` tells it."""
    given: dict[str, Any] = {
        "enough": 600_000,
        "scores": {0: 100_000, 1: 300_000},
        "sure": {0: 500_000, 1: 700_000},
        "why": {1: "best"},
        "telling": dict.fromkeys("abc", True),
        "has": {0: ["a"], 1: ["a", "b"]},
        "words": {0: (), 1: ()},
        "evidence": None,
        **said,
    }
    return SimpleNamespace(
        **given, confidence=given["sure"].get, covered=given["has"].get, words_of=given["words"].get
    )  # fmt: skip


LACKING = "1 of 3 telling words of the task stands in it: {}, and 600.00 is enough{}; lacks `b`, `c`"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, f"scores 100.00; {LACKING.format('500.00', '')}"),
        ({"sure": {0: 599_990, 1: 600_000}}, f"scores 100.00; {LACKING.format('599.99', '')}"),
        ({"sure": {0: 1000, 1: 599_999}}, f"scores 100.00; {LACKING.format('1.00', ' by itself')}"),
        ({"sure": {0: 600_000, 1: 700_000}}, "scores 100.00, and 300.00 is the best; it adds too little to that"),
        ({"sure": {0: 600_000, 1: 700_000}, "why": {}}, "scores 100.00; small talk brings nothing"),
        ({"sure": {0: 500_000}, "why": {}}, f"scores 100.00; {LACKING.format('500.00', '')}"),
    ],
)
def test_why_an_entry_is_not_enough_of_an_answer(said: dict[str, Any], message: str) -> None:
    assert why_not(weighed(**said), 0) == ("weak", message)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "2 of 3 telling words of the task stand in it: 700.00, and 600.00 is enough"),
        ({"words": {1: (("a b", 5, 1), ("a", 9, 1), ("b c", 7, 1), ("a c", 7, 1))}},
         "2 of 3 telling words of the task stand in it; `a c` side by side: 700.00, and 600.00 is enough"),
        ({"why": {1: "as good as the best"}},
         "as good as the best; 2 of 3 telling words of the task stand in it: 700.00, and 600.00 is enough"),
        ({"why": {1: "named in the task"}}, "named in the task; 2 of 3 telling words of the task stand in it"),
    ],
)  # fmt: skip
def test_why_an_entry_is_chosen(said: dict[str, Any], message: str) -> None:
    assert why(weighed(**said), 1) == message


@pytest.mark.parametrize(
    ("telling", "covered", "said"),
    [
        ("", "", "no word of the task tells a topic"),
        ("a", "", "the telling word of the task does not stand in it"),
        ("a", "a", "the telling word of the task stands in it"),
        ("ab", "", "none of 2 telling words of the task stand in it"),
        ("ab", "a", "1 of 2 telling words of the task stands in it"),
        ("ab", "ab", "2 of 2 telling words of the task stand in it"),
    ],
)
def test_how_much_of_a_task_an_entry_has(telling: str, covered: str, said: str) -> None:
    assert coverage(weighed(telling=dict.fromkeys(telling), has={0: list(covered)}), 0) == said


@pytest.mark.parametrize(
    ("covered", "words", "said"),
    [
        ("abc", {}, ""),
        ("", {}, ""),  # what has none lacks all
        ("a", None, "; lacks `b`, `c`"),
        ("a", {}, "; lacks `b`, `c`"),
        ("a", {"b": (3, 0, 700, 1), "c": (2,)}, "; lacks `b`; nearly every document has `c`, which tells none apart"),
        ("a", {"b": (3,), "c": (3,)}, "; nearly every document has `b`, `c`, which tells none apart"),
    ],
)
def test_what_an_entry_lacks(covered: str, words: dict[str, tuple[int, ...]] | None, said: str) -> None:
    evidence = None if words is None else SimpleNamespace(words=words)
    assert lacks(weighed(has={0: list(covered)}, evidence=evidence), 0) == said


def test_of_pairs_the_best_is_told() -> None:
    assert nearby(weighed(), 0) == ""
    assert nearby(weighed(words={0: (("a", 9, 1),)}), 0) == ""
    assert nearby(weighed(words={0: (("a b", 2, 1), ("c d", 3, 1), ("e", 9, 1))}), 0) == "; `c d` side by side"


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────

INDEX = """
context_files:
  - {id: api, path: context/api.md, keywords: [endpoint, rest framework view]}
  - {id: db, path: context/db.md, keywords: [database, slow query plan]}
  - {id: at-hand, path: context/ui.md, keywords: [button], for_files: ['*.css']}
  - {id: vetoed, path: context/no.md, keywords: [sheds], exclude: [railway]}
fallback: none
"""
FILES = {f"context/{name}.md": f"# {name.title()}\n{'x' * n}\n" for n, name in enumerate(["api", "db", "ui", "no"])}


def answer(
    task: str, index: str = INDEX, files: dict[str, str] = FILES, match: str = "whole", **more: Any
) -> Resolution:
    tables = compile_index(parse(Source("context-index.yml", index)).index)
    return resolve(tables, MemoryTree(files), Request(task, match=match, **more))


def verdict(found: Resolution, entry: str) -> Verdict:
    (one,) = (one for one in found.verdicts if one.entry == entry)
    return one


NONE, NEITHER = (
    f"none of its keywords is in the task{rest}" for rest in ("", ", and no file at hand fits its `for_files`")
)


@pytest.mark.parametrize(
    ("task", "entry", "why", "message", "nearest", "present", "missing"),
    [
        ("lunch", "api", "no-keyword", NONE, "", (), ()),
        ("lunch", "at-hand", "no-keyword", NEITHER, "", (), ()),
        ("a view of the framework", "api", "part",
         "only a part of `rest framework view` stands in the task: it lacks `rest`",
         "rest framework view", ("framework", "view"), ("rest",)),
        ("a view of the framework for the database", "api", "part",
         "only a part of `rest framework view` stands in the task (lacks `rest`), and others match whole",
         "rest framework view", ("framework", "view"), ("rest",)),
        ("a view of the rest framework", "api", "part",
         "the words of `rest framework view` stand in the task, and not as one phrase",
         "rest framework view", ("framework", "rest", "view"), ()),
        ("a view of the rest framework for the database", "api", "part",
         "`rest framework view` is only evidence, and others match whole",
         "rest framework view", ("framework", "rest", "view"), ()),
        ("sheds at the railway", "vetoed", "vetoed", "is vetoed by its `exclude: railway`", "sheds", ("shed",), ()),
        ("the railway", "vetoed", "vetoed", "is vetoed by its `exclude: railway`", "", (), ()),
        ("Context: db", "api", "explicit", "other context was named", "", (), ()),
        ("Context: none", "api", "explicit", "`none` was named: nothing is to be loaded", "", (), ()),
    ],
)  # fmt: skip
def test_an_entry_that_does_not_come_says_why_and_how_near_it_was(
    task: str, entry: str, why: str, message: str, nearest: str, present: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    one = verdict(answer(task), entry)
    assert (one.why, one.message, one.nearest) == (why, message, nearest)
    assert (tuple(sorted(one.present)), one.missing, one.selected) == (present, missing, False)
    words = [task[start:end].casefold().rstrip("s") for start, end in one.spans]
    assert sorted(words) == sorted(present)


def test_a_score_is_told_of_every_entry_that_anything_speaks_for() -> None:
    found = answer("a view of the framework with sheds at the railway, and the database")
    scores = {one.entry: one.score for one in found.verdicts}
    assert scores["at-hand"] == 0
    assert (scores["db"], scores["vetoed"]) == (1000, 1000)
    assert 0 < scores["api"] < 1000


def test_the_selected_are_told_first_and_the_nearest_of_the_others() -> None:
    index = """
context_files:
  - {id: none, path: 0.md, keywords: [lunch]}
  - {id: two-of-three, path: 1.md, keywords: [red blue green]}
  - {id: three-of-four, path: 2.md, keywords: [red blue pink black]}
  - {id: once, path: 3.md, keywords: [gate]}
  - {id: twice, path: 4.md, keywords: [gate, ledger], priority: -1}
fallback: none
"""
    found = answer(
        "the gate and the ledger, blue pink and black is not red", index, {f"{n}.md": f"{n}" for n in range(5)}
    )
    assert [one.entry for one in found.verdicts] == ["twice", "once", "three-of-four", "two-of-three", "none"]
    assert [one.selected for one in found.verdicts] == [True, True, False, False, False]
    assert found.paths == ("3.md", "4.md")  # as the answer goes by priority


def test_entries_of_one_id_are_told_apart_by_their_files() -> None:
    pages = ["a/ui.md", "b/ui.md", "b/api.md"]
    index = "context_files:\n  - {id: ui, path: a/ui.md, keywords: [red]}\n  - {id: ui, path: [b/ui.md, 'b/*.txt'], keywords: [blue]}\n  - {id: api, path: b/api.md, keywords: [green]}\n"  # noqa: E501
    files = {path: f"# {n * 'x'}\n" for n, path in enumerate(pages)}
    assert [(one.entry, one.selected, one.files) for one in answer("lunch", index, files).verdicts] == [
        ("ui", False, ("a/ui.md",)),
        ("ui", False, ("b/ui.md",)),
        ("api", False, ()),
    ]
    assert {(one.entry, one.selected, one.files) for one in answer("blue", index, files).verdicts} == {
        ("ui", True, ("b/ui.md",)),
        ("ui", False, ("a/ui.md",)),
        ("api", False, ()),
    }


@pytest.mark.parametrize("task", ["Context: release", "lunch"])
def test_an_entry_that_is_named_by_the_last_part_of_its_id_is_said_to_be_selected(task: str) -> None:
    index = "context_files: [{id: web/release, path: a.md, keywords: [red]}]\nfallback: [release]\n"
    found = answer(task, index, {"a.md": "# A\n"})
    assert found.paths == ("a.md",)
    assert [(one.entry, one.why, one.score) for one in found.verdicts] == [("web/release", "selected", 0)]


def test_an_entry_whose_file_came_by_another_name_is_said_to_be_selected() -> None:
    class Linked(MemoryTree):
        def leads_to(self, path: str) -> str:
            return "a.md" if path == "b.md" else path

    tables = compile_index(parse(Source("i", TWO)).index)
    found = resolve(tables, Linked({"a.md": "# A\n", "b.md": "# A\n"}), Request("red and blue", match="whole"))
    assert found.paths == ("a.md",)
    assert [(one.entry, one.why, one.message) for one in found.verdicts] == [
        ("one", "selected", "keyword `red`"),
        ("two", "selected", "keyword `blue`"),
    ]


TWO = "context_files: [{id: one, path: a.md, keywords: [red]}, {id: two, path: b.md, keywords: [blue]}]"


def test_the_verdict_of_one_entry_is_the_one_among_all() -> None:
    tables = compile_index(parse(Source("context-index.yml", INDEX)).index)
    for task in ("a view of the framework", "sheds at the railway", "lunch"):
        choice = choice_for(tables, MemoryTree(FILES), Request(task, match="whole"))
        told = {one.entry: one for one in settle(choice).verdicts if not one.selected}
        assert all(verdict_of(choice, tables.ids[entry]) == one for entry, one in told.items())


@pytest.mark.parametrize(
    ("kind", "layer", "words"),
    [
        ("path", "explicit", "named in the task: `x`"),
        ("id", "explicit", "named in the task: `x`"),
        ("id", "keyword", "its id `x`"),
        ("bundle", "explicit", "bundle `x` named in the task"),
        ("option", "explicit", "--context `x`"),
        ("keyword", "keyword", "keyword `x`"),
        ("section", "keyword", "keyword `x`"),
        ("part", "keyword", "part of `x`"),
        ("rule", "keyword", "rule `x`"),
        ("file", "keyword", "file pattern `x`"),
        ("document", "keyword", "its document speaks of `x`"),
        ("default", "fallback", "fallback: `x`"),
        ("directory", "fallback", "fallback: the agent's folder `x`"),
        ("domain", "fallback", "fallback: the domain's folder `x`"),
        ("setting", "fallback", "`x`"),
        ("entries", "fallback", "fallback: x"),
        ("requires", "keyword", "required by `x`"),
        ("always", "always", "`x`"),
        ("name", "keyword", "named in the task: `x`"),
    ],
)
def test_a_reason_in_a_few_words(kind: Any, layer: Any, words: str) -> None:
    reason = Reason(layer, kind, "x")
    assert say(reason) == words
    assert say(reason.replace(sections=("Use", "Why"), note="so")) == f"{words}, section `Use`, `Why`, so"
    assert say(reason.replace(note="so")) == f"{words}, so"


# ── hashes ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((4,), [""]),
        ((5,), [""]),
        ((6,), ["too-large"]),
        ((5, 4), ["", ""]),
        ((5, 4, 1), ["", "", ""]),  # ten in all
        ((5, 4, 2), ["", "", "too-much"]),
        ((5, 4, 2, 1), ["", "", "too-much", ""]),
        ((6, 5, 4, 1), ["too-large", "", "", ""]),
    ],
)
def test_so_much_of_a_file_and_of_all_is_hashed(
    sizes: tuple[int, ...], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "HASHED", 5)
    monkeypatch.setattr(serialize, "HASHED_IN_ALL", 10)
    files = {f"{n}.md": str(n) * size for n, size in enumerate(sizes)}
    index = "context_files: [" + ", ".join(f"{{path: {path}, keywords: [red]}}" for path in files) + "]"
    data = serialize.resolution_data(MemoryTree(files), answer("red", index, files))
    assert [file.get("not_hashed", "") for file in data["files"]] == told
    assert [bool(file["sha256"]) for file in data["files"]] == [not one for one in told]


def test_a_file_that_cannot_be_read_has_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryTree, "digest", lambda tree, path, limit: "")
    data = serialize.resolution_data(MemoryTree(FILES), answer("endpoint"))
    assert [(file["sha256"], file["not_hashed"]) for file in data["files"]] == [("", "unreadable")]


def test_ten_of_the_entries_that_were_not_selected_are_data_unless_every_one_is_asked_for() -> None:
    index = "context_files:\n" + "".join(f"  - {{path: {n}.md, keywords: [word{n}]}}\n" for n in range(12))
    tree = MemoryTree({f"{n}.md": "" for n in range(12)})
    found = answer("lunch", index, {})
    assert len(serialize.resolution_data(tree, found)["not_selected"]) == 10
    assert len(serialize.resolution_data(tree, found, every=True)["not_selected"]) == 12

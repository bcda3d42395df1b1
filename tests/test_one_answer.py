"""One request being answered: what a word counts by where it stands, what is looked up once, and how reasons add up."""

from __future__ import annotations

import pytest

from ctxload.index.parser import parse
from ctxload.matching import zones
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import Hit, find
from ctxload.selection import choice as state
from ctxload.selection.choice import Choice, and_reasons, in_rank, is_prose
from ctxload.selection.model import FALLBACK, KEYWORD_LAYER, Reason, Request, SelectedFile
from ctxload.selection.resolver import choice_for, resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

INDEX = """
context_files:
  - {id: first, path: a.md, keywords: [rest api, serializer, v1.2, cache_control, 'C:\\work', rest/framework]}
  - {id: second, path: b.md, keywords: [postgres], exclude: [serializer]}
  - {id: third, path: serializer.md, priority: 9}
fallback: none
"""
TABLES = compile_index(parse(Source("context-index.yml", INDEX)).index)
TREE = MemoryTree({"a.md": "# A\n", "b.md": "# B\n", "serializer.md": "# C\n"})


def asked(task: str, **more: str) -> Choice:
    return choice_for(TABLES, TREE, Request(task, **more), lambda: None)  # type: ignore[arg-type]


def hits_in(choice: Choice, number: int = 0) -> list[Hit]:
    """What stands in the task of an entry, in the order of their places."""
    return find(TABLES, choice.tokens).get(number, [])


# ── where words stand ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "weights"),
    [
        ("fix the serializer", [1]),
        ('He said "the serializer is slow again today" and left', [1]),
        ("see src/serializer/x.py", [0.5]),
        ("see x.org: https://x.org/serializer", [0.3]),
        ("fix:\n```\nserializer\n```", [0.4]),
        ("the serializer in src/serializer/x.py", [1, 0.5]),
        ("src/serializer/x.py of the serializer", [0.5, 1]),
        # a keyword that looks like a path speaks in full in one, and nowhere else
        ("see src/v1.2/x.py", [1]),
        ("see src/cache_control/x.py", [1]),
        ("see src/rest/framework/x.py", [1]),
        ("see C:\\work\\x.py", [1]),
        ("see src/rest_api/x.py", [0.5]),
        ("fix:\n```\nv1.2\n```", [0.4]),
        ("fix v1.2", [1]),
    ],
)
def test_a_keyword_counts_by_where_it_stands(task: str, weights: list[float]) -> None:
    choice = asked(task)
    assert [choice.weight_by_place(hit) for hit in hits_in(choice)] == weights
    assert [choice.weight_of(hit) for hit in hits_in(choice)] == weights


@pytest.mark.parametrize(
    ("less", "weight"),
    [({}, 0.5), ({(0, 2): 0.7}, 0.35), ({(0, 3): 0.7}, 0.35), ({(0, 2): 0.2, (0, 3): 0.7}, 0.1),
     ({(0, 0): 0.7}, 0.5), ({(0, 4): 0.7}, 0.5), ({(1, 2): 0.7}, 0.5)],
)  # fmt: skip
def test_a_keyword_counts_less_where_one_of_its_words_does(less: dict[tuple[int, int], float], weight: float) -> None:
    choice = asked("see src/rest_api/x.py")
    choice.less = less
    [hit] = hits_in(choice)
    assert (hit.clause, hit.first, hit.last) == (0, 2, 4)
    assert choice.weight_of(hit) == pytest.approx(weight)


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("fix the serializer", ""),
        ("see src/serializer/x.py", "in a path"),
        ("see src/serializer/x.py and https://x.org/serializer", "in a path"),
        ("see https://x.org/serializer and src/serializer/x.py", "in a URL"),
        ("src/serializer/x.py of the serializer", ""),
        ("src/serializer/x.py and v1.2", "in a path"),
        ("the serializer, and src/v1.2/x.py", ""),
        ("v1.2 in src/x/y.py", ""),
    ],
)
def test_a_reason_says_where_its_keyword_stands_unless_it_is_asked_for_somewhere(task: str, told: str) -> None:
    choice, [number] = (
        asked(task),
        [n for n, row in enumerate(TABLES.keywords) if (row.text, row.entry) == ("serializer", 0)],
    )
    assert choice.where_it_stands(number, hits_in(choice)) == told


@pytest.mark.parametrize(
    ("task", "promising"),
    [
        ("postgres and a serializer", ["postgres"]),
        ("fix src/postgres/serializer.py", []),
        ("fix:\n```\npostgres\n```", []),
        ('He said "postgres is slow again today" and left', ["postgres"]),
    ],
)
def test_neither_a_veto_nor_what_is_pasted_is_promising(task: str, promising: list[str]) -> None:
    choice = asked(task)
    assert [TABLES.keywords[hit.keyword].text for hit in choice.promising(hits_in(choice, 1))] == promising
    assert choice.promising(hits_in(choice, 2)) == []  # the name of a file


@pytest.mark.parametrize(
    ("task", "is_plain"),
    [("fix it", True), ("", True), ("a/b", False), ("a`b", False), ('a"b', False), ("a\nb", False), ("a\\b", False),
     ("a\u201cb", False), ("a\u201db 'c' <d>", True)],
)  # fmt: skip
def test_a_text_is_plain_prose_unless_one_of_these_signs_stands_in_it(task: str, is_plain: bool) -> None:
    assert is_prose(task) is is_plain


@pytest.mark.parametrize(
    ("task", "match", "times"),
    [("fix the serializer", "focused", 0), ("fix src/serializer/x.py and v1.2", "focused", 1),
     ("fix src/serializer/x.py and v1.2", "whole", 0)],
)  # fmt: skip
def test_where_words_stand_is_found_out_once_and_only_where_it_matters(
    task: str, match: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    find_out = zones.standing_of
    monkeypatch.setattr(zones, "standing_of", lambda text: seen.append(text) or find_out(text))
    assert resolve(TABLES, TREE, Request(task, match=match), (), lambda: None).paths  # type: ignore[arg-type]
    assert len(seen) == times


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("rest api", [(0, 0, 2), (1, 1, 3)]),
        ("rest", [(0, 0, 1), (1, 1, 2), (2, 0, 1)]),
        ("api", [(0, 1, 2), (1, 2, 3), (3, 0, 1)]),
        ("the rest api", [(1, 0, 3)]),
        ("api rest", []),
        ("rest new", []),
        ("rest api rest api", []),
    ],
)
def test_words_stand_side_by_side_in_these_places(words: str, places: list[tuple[int, int, int]]) -> None:
    assert asked("rest api, the rest APIs; REST, api").places_of(tuple(words.split())) == places


# ── what is found, and told ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("more", "codes"), [(-1, []), (0, []), (1, ["CTX407"])])
def test_of_a_task_longer_than_what_is_read_it_is_told(
    more: int, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "TASK_LIMIT", 20)
    found = asked("x" * (20 + more)).findings
    assert [finding.code for finding in found] == codes
    assert [(finding.path, finding.line, finding.column) for finding in found] == [("", 0, 0)] * len(codes)


def test_what_documents_talk_about_is_asked_for_once() -> None:
    times: list[int] = []
    choice = choice_for(TABLES, TREE, Request("fix it"), lambda: times.append(1))
    assert times == []
    assert [choice.evidence(), choice.evidence()] == [None, None]
    assert times == [1]


def test_an_entry_without_a_file_that_is_there_says_so_where_nothing_else_speaks_against_it() -> None:
    choice = choice_for(TABLES, MemoryTree({"a.md": "# A\n"}), Request("fix it"), lambda: None)
    choice.why_not[2] = "tag", "has none of the tags x"
    assert [choice.files_of(number) for number in (0, 1, 2)] == [("a.md",), (), ()]
    assert choice.why_not == {1: ("missing", "has no file that is there"), 2: ("tag", "has none of the tags x")}


def test_what_is_taken_back_is_none_of_what_is_asked() -> None:
    choice = asked("fix rest api, not the serializer")
    assert [one.text for one in choice.taken_back] == ["not the serializer"]
    assert [TABLES.keywords[hit.keyword].text for hit in hits_in(choice)] == ["rest api"]
    assert asked("fix rest api and the serializer").taken_back == ()


WHY, AGAIN, OTHER = (Reason(KEYWORD_LAYER, "keyword", by, "api") for by in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("further", "reasons", "score"),
    [
        ([], [WHY], 5),
        ([((WHY,), 9)], [WHY], 5),  # nothing new, so that its score doesn't count
        ([((AGAIN,), 9)], [WHY, AGAIN], 9),
        ([((AGAIN,), 3)], [WHY, AGAIN], 5),
        ([((AGAIN, AGAIN, WHY), 9)], [WHY, AGAIN], 9),
        ([((AGAIN,), 6), ((AGAIN,), 9), ((OTHER, AGAIN), 8)], [WHY, AGAIN, OTHER], 8),
    ],
)
def test_a_file_has_each_reason_once_and_the_best_score_that_came_with_a_new_one(
    further: list[tuple[tuple[Reason, ...], int]], reasons: list[Reason], score: int
) -> None:
    file = and_reasons(SelectedFile("a.md", KEYWORD_LAYER, 5, (WHY,), 3), further)
    assert ([*file.reasons], file.score) == (reasons, score)


def test_what_nobody_scored_scores_nothing() -> None:
    choice = asked("fix it")
    choice.add("a.md", Reason(FALLBACK, "fallback", "x"))
    choice.add_entry(1, (Reason(FALLBACK, "fallback", "x"),))
    choice.without.add(2)
    choice.add_entry(2, (Reason(FALLBACK, "fallback", "x"),), 7)
    assert [(path, file.score, file.layer) for path, file in choice.files.items()] == [
        ("a.md", 0, FALLBACK), ("b.md", 0, FALLBACK),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ranked", "order"),
    [
        ([], []),
        ([(0, 5)], [0]),
        ([(1, 5), (0, 5)], [0, 1]),
        ([(0, 5), (1, 6)], [1, 0]),
        ([(0, 9), (2, 1)], [2, 0]),
        ([(0, 5), (2, 0), (1, 6)], [2, 1, 0]),
    ],
)
def test_the_best_come_first_by_priority_then_score_then_place(ranked: list[tuple[int, int]], order: list[int]) -> None:
    found = in_rank(asked("fix it"), [(number, score, ()) for number, score in ranked])
    assert [number for number, _, _ in found] == order

"""Tables in memory after an edit: what the edit changes is compiled, the rest is what it was."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.index.model import Index
from ctxload.index.parser import parse
from ctxload.integrations.lsp.view import View
from ctxload.matching.compiler import aliases_of, compile_index, rows_of
from ctxload.matching.lookups import edited, parts
from ctxload.matching.lookups import recompiled as recompiling
from ctxload.matching.lookups.edited import EditedTables
from ctxload.matching.lookups.prepared import prepare
from ctxload.matching.lookups.recompiled import recompiled
from ctxload.matching.lookups.renumbered import renumbered_cells, renumbered_parts
from ctxload.matching.matcher import find
from ctxload.matching.tables import Tables, open_cell
from ctxload.matching.tokens import tokenize
from ctxload.text.source import Source
from strategies import share
from test_entry_edits import KEEPER, Written, an_entry, edit, text_of
from test_snapshot_edit import INDEX, NAMES, TASKS, WORDS, compiled_entries, place_in, saved

__all__ = ["compiled_entries"]


def index_of(entries: list[Written]) -> Index:
    return parse(Source("context-index.yml", text_of(entries))).index


def seen(tables: Tables) -> dict[str, Any]:
    """All that stands in tables but what only keeps from looking in vain, and what is found by them."""
    tasks = [*TASKS, *WORDS, " ".join(WORDS)]
    keywords: Any = tables.keywords
    return {
        "rows": [keywords[number] for number in keywords.numbers()],
        "keys": {key: cell[3] for key in {**tables.keys} if (cell := tables.cells.get(key)) and cell[3]},  # type: ignore[dict-item]
        "parts": tables.parts, "weights": tables.weights, "ids": tables.ids, "tags": tables.tags,
        "entries": [tables.entries[number] for number in range(len(tables.entries))],
        "rules": tables.rules, "meta": tables.meta.replace(bits=0),
        "found": [find(tables, tokenize(task)) for task in tasks],
    }  # fmt: skip


def assert_alike(tables: Tables, whole: Tables) -> None:
    """They are the same, but for numbers of rows where those of an entry would be others if all were compiled."""
    if tables.meta.bits == whole.meta.bits:
        assert seen(tables) == seen(whole)
    else:
        assert [list(one) for one in seen(tables)["found"]] == [list(one) for one in seen(whole)["found"]]


@settings(max_examples=share(100), deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_after_any_edits_tables_in_memory_are_what_compiling_all_gives(draw: random.Random, is_prepared: bool) -> None:
    entries = [KEEPER, *(an_entry(draw, number) for number in range(8))]
    index = index_of(entries)
    tables = compile_index(index)
    if is_prepared:
        prepare(tables)
    for number in range(5):
        edit(draw, entries, 100 + number)
        before, index = index, index_of(entries)
        tables = recompiled(index, before, tables)
        whole = compile_index(index)
        if is_prepared:
            if not isinstance(tables.cells, dict):
                prepare(tables)
            prepare(whole)
        assert_alike(tables, whole)


def test_a_loader_compiles_the_entry_that_changed_alone(tmp_path: Path, compiled_entries: list[int]) -> None:
    loader = ContextLoader(place_in(str(tmp_path), INDEX).root)
    compiled_entries.clear()
    for number, name in ((2, "gamma"), (3, "delta")):
        saved(str(tmp_path), INDEX.replace(f"{name} thing", f"{name} thing, zebra"))
        assert loader.resolve("about the zebra").paths == (f"context/{name}.md",)
        assert number in compiled_entries and len(compiled_entries) == (1 if number == 2 else 2)
        compiled_entries.clear()


NEW = "id: new\n    path: context/gamma.md\n    keywords: [zebra, rest api]\n"
#: What an edit makes of the items of an index, and the places of those that are compiled for it.
STEPS: dict[str, tuple[Callable[[list[str]], list[str]], list[int]]] = {
    "one at the end": (lambda items: [*items, NEW], [8]),
    "one before others": (lambda items: [*items[:3], NEW, *items[3:]], [3]),
    "one for two": (lambda items: [*items[:3], NEW, *items[5:]], [3]),
    "one goes": (lambda items: [*items[:3], *items[4:]], []),
    "many move": (lambda items: [*items[5:], *items[:5]], []),
    "other descriptions": (lambda items: [item + "    description: the same words\n" for item in items], []),
}


@pytest.mark.parametrize(("step", "places"), STEPS.values(), ids=STEPS)
def test_a_loader_compiles_the_entries_that_came_alone(
    tmp_path: Path,
    compiled_entries: list[int],
    step: Callable[[list[str]], list[str]],
    places: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recompiling, "MOST", 3)  # else some that changed places are compiled as if they had changed
    entries, rules = INDEX.split("context_rules:")
    head, *items = entries.split("  - ")
    loader = ContextLoader(place_in(str(tmp_path), INDEX).root)
    compiled_entries.clear()
    saved(str(tmp_path), f"{'  - '.join([head, *step(items)])}context_rules:{rules}")
    about_the_new = ("context/gamma.md",) if places else ()
    assert loader.resolve("about the zebra").paths == about_the_new
    assert compiled_entries == places
    whole = ContextLoader(loader.root)
    for name in NAMES:
        assert loader.resolve(f"the {name} thing") == whole.resolve(f"the {name} thing")


def test_an_editors_view_compiles_the_entry_that_changed_alone(tmp_path: Path, compiled_entries: list[int]) -> None:
    place = place_in(str(tmp_path), INDEX)
    first = View(place, {})
    assert len(first.tables.entries) == 8
    compiled_entries.clear()
    between = View(place, {"context-index.yml": INDEX.replace("beta thing", "beta things")}, before=first)
    view = View(place, {"context-index.yml": INDEX.replace("gamma thing", "zebra")}, before=between)
    assert view.tables.cells.get("zebra") is not None
    assert compiled_entries == [2]


# ── edit by edit ─────────────────────────────────────────────────────────────────────────────────────────

Words = list[str] | dict[str, Any]


def entries_of(rows: list[Words]) -> Index:
    """An index of entries with these keywords, or what else is said of one; each has an id of its own."""
    entries = [
        {"id": f"id{number}", "path": f"{number}.md", **(row if isinstance(row, dict) else {"keywords": row})}
        for number, row in enumerate(rows)
    ]
    return parse(Source("i", json.dumps({"context_files": entries}))).index


@pytest.fixture
def compiled_whole(monkeypatch: pytest.MonkeyPatch) -> list[Index]:
    """The indexes that are compiled whole after an edit."""
    told: list[Index] = []
    monkeypatch.setattr(recompiling, "compile_index", lambda index: told.append(index) or compile_index(index))
    return told


def all_of(tables: Tables) -> dict[str, Any]:
    """All that is looked up in tables, whatever the order of what goes on."""
    keys: Any = tables.keys
    cells = {key: open_cell(cell) for key, cell in keys.items()}
    return {
        "keys": {key: (most, how, {*onward.split()}, numbers) for key, (most, how, onward, numbers) in cells.items()},
        "parts": tables.parts, "weights": tables.weights,
        "rows": [tables.keywords[number] for number in tables.keywords.numbers()],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "more"),
    [
        ([], ["alpha"]),
        ([], ["rest api"]),
        ([], ["rest api test"]),
        ([], ["ci of rest"]),
        ([], ["webhooks", "abcde", "abcdef"]),
        ([], ["play station", "my play station"]),
        ([], ["a b", "a b c", "ab c"]),
        (["alpha"], ["alphabet", "alpha bet", "al phabet"]),
        (["rest frame"], ["rest api", "rest frames", "rest web"]),
        (["rest api test long"], ["rest api kit"]),
        (["rest api kit"], ["rest api test long", "restapi", "restapites"]),
        (["rest api", "restapi"], ["rest"]),
        (["alpha beta gamma"], ["alpha beta", "beta gamma", "gamma"]),
        (["of alpha"], ["of the alpha", "alpha"]),
        (["database"], ["databases", "database plan", "useDatabase"]),
        ({"exclude": ["alpha beta"]}, ["alpha beta", "beta"]),
        ({"sections": {"One": ["alpha beta"]}}, ["alpha beta", "alpha"]),
        ({"path": "alpha-beta.md"}, ["alpha beta", "gamma beta"]),
        ({"path": "alpha.md"}, ["alpha", "alpha beta"]),
    ],
    ids=str,
)
def test_keywords_that_come_to_an_entry_are_entered_as_compiling_all_does(
    before: Words, more: list[str], compiled_whole: list[Index]
) -> None:
    many = [f"word{number}" for number in range(20)]  # so that numbers are what they are if all is compiled
    others: list[Words] = [["alpha", "other api", *many], ["rest here", "beta data"], {"path": "gamma.md"}]
    was, now = (
        entries_of([*others, before, {"path": "handbook-of.md", "keywords": some}])
        for some in (["first"], ["first", *more])
    )
    assert all_of(recompiled(now, was, compile_index(was))) == all_of(compile_index(now))
    assert not compiled_whole


A, B, X, Y, Z = (
    {"id": name, "path": f"{name}.md", "keywords": [f"{name} here", "same", name * 4]}
    for name in ("aa", "bb", "x", "y", "z")
)
#: What entries say before and after an edit, and whether it is worked out entry by entry.
EDITED: list[tuple[list[Words], list[Words], bool]] = [
    ([["alpha"], ["beta"]], [["gamma"], ["beta"]], True),
    ([["alpha"], ["alpha"], ["alpha"]], [["beta"], ["alpha"], ["alpha"]], True),
    ([["alpha"], ["alpha beta"]], [["beta"], ["alpha beta"]], True),
    ([["alpha beta"], ["alpha", "alpha gamma"]], [["alpha beta"], ["gamma"]], True),
    ([["alpha beta"], ["alpha beta"], ["gamma"]], [[], ["alpha beta"], ["gamma"]], True),
    ([["alpha beta gamma"], ["beta"]], [["alpha beta"], ["alpha gamma"]], True),
    # a word that only vetoes, sections or names have, or phrases of others
    ([["alpha"], {"exclude": ["alpha"]}], [["beta"], {"exclude": ["alpha"]}], True),
    ([["alpha"], {"exclude": ["alpha beta"]}], [["beta"], {"exclude": ["alpha beta"]}], True),
    ([["alpha"], {"sections": {"One": ["alpha"]}}], [["beta"], {"sections": {"One": ["alpha"]}}], True),
    ([["alpha"], {"path": "alpha.md"}], [["beta"], {"path": "alpha.md"}], True),
    ([["x"], {"path": "alpha.md"}], [["x"], {"path": "beta.md"}], True),
    ([{"path": "alpha.md"}, {"path": "alpha.md"}], [{"path": "beta.md"}, {"path": "alpha.md"}], True),
    ([{"id": "", "path": "alpha.md"}, ["x"]], [{"id": "", "path": "alpha.md", "keywords": ["y"]}, ["x"]], True),
    ([["of alpha"], ["of"]], [["alpha"], ["of"]], True),
    ([["database", "databases"], ["database"]], [["database"], ["databases"]], True),
    ([["databases"], ["x"]], [["x"], ["databases", "x"]], True),
    ([["alpha", "alpha"], ["x"]], [["x", "alpha"], ["x", "alpha"]], True),
    # a word of another language's grammar weighs something where it alone is a keyword
    ([["und"], ["x"]], [["und so"], ["x"]], False),
    ([["und so"], ["x"]], [["und"], ["x"]], False),
    ([["und"], ["und so"]], [["y"], ["und so"]], False),
    ([["und so"], ["x"]], [["so und"], ["x"]], True),
    ([["und"], ["x"]], [["und", "alpha"], ["x"]], True),
    ([["und"], ["x"]], [["y"], ["und"]], True),
    ([["the"], ["x"]], [["alpha"], ["x"]], True),
    # as many rows as numbers are kept for: sixteen, the id and the name of the file among them
    ([["x"], ["y"]], [["x"], [f"word{number}" for number in range(13)]], True),
    ([["x"], ["y"]], [["x"], [f"word{number}" for number in range(14)]], False),
    # nothing of keywords; too many entries
    ([["x"], ["y"]], [["x"], {"keywords": ["y"], "description": "other"}], True),
    ([["x"], ["y"], ["z"]], [["a"], ["b"], ["z"]], True),
    ([["x"], ["y"], ["z"]], [["a"], ["b"], ["c"]], False),
    # entries that come, go and move, at the end, before others, and among those that say the same
    ([X, Y], [X, Y, Z], True),
    ([X, Y], [Z, X, Y], True),
    ([X, Y, Z], [X, Z], True),
    ([X, Y], [X], True),
    ([X, X, Y], [Y, X, X], True),
    ([X, X], [X, X, X], True),
    ([X, Y, Z, A], [A, X, Y, {**Z, "keywords": ["y"]}], True),
    ([X, Y, Z], [Z, A, X, Y], True),
    ([X, Y], [Z, A, X, Y], True),
    ([Z, A, X, Y], [X, Y], True),
    ([X, Y], [Z, A, B, X, Y], False),
    ([Z, A, B, X, Y], [X, Y], False),
]


def called(tables: Tables) -> dict[str, Any]:
    """What is called for by what is looked up at once."""
    cells: Any = tables.cells
    return {key: cell[3] for key, cell in cells.items() if cell[3]}


@pytest.mark.parametrize("is_prepared", [False, True])
@pytest.mark.parametrize(("before", "after", "in_place"), EDITED, ids=str)
def test_an_edit_changes_what_it_says_and_what_it_takes_from_others(
    before: list[Words],
    after: list[Words],
    in_place: bool,
    is_prepared: bool,
    compiled_whole: list[Index],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recompiling, "MOST", 2)
    was, now = entries_of(before), entries_of(after)
    tables, whole = compile_index(was), compile_index(now)
    if is_prepared:
        prepare(tables), prepare(whole)
    for index, back in ((now, was), (was, now)):
        tables, other = recompiled(index, back, tables), compile_index(index)
        if is_prepared and isinstance(tables.cells, dict):
            prepare(other)
            if tables.meta.bits == other.meta.bits:
                assert called(tables) == called(other)
        assert_alike(tables, other)
        if index is now:
            assert (not compiled_whole) is in_place


@pytest.mark.parametrize(
    ("before", "after", "in_place"),
    [
        (3, 2, True),  # three phrases may have a word, and each is kept
        (2, 3, True),
        (3, 4, True),
        (4, 5, True),
        (5, 4, True),
        (4, 3, False),  # which phrases they are was kept nowhere
        (5, 3, False),
    ],
)
def test_a_word_that_too_many_phrases_have_is_counted_alone(
    before: int, after: int, in_place: bool, compiled_whole: list[Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (edited, parts):
        monkeypatch.setattr(module, "COMMON", 3)
    was, now = (
        entries_of([["other"], [f"alpha word{number}" for number in range(count)], ["alpha kept"][: count > 9]])
        for count in (before, after)
    )
    assert_alike(recompiled(now, was, compile_index(was)), compile_index(now))
    assert (not compiled_whole) is in_place


@pytest.mark.parametrize(("most", "in_place"), [(4, False), (5, True), (6, True)])
@pytest.mark.parametrize("common", [2, 9])
def test_an_edit_that_changes_the_shares_of_too_many_phrases_is_compiled_whole(
    most: int, common: int, in_place: bool, compiled_whole: list[Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (edited, parts):
        monkeypatch.setattr(module, "COMMON", common)
    monkeypatch.setattr(edited, "MOST", most)
    others: list[Words] = [[f"alpha word{number}", "veto of none"] for number in range(4)]
    others += [{"keywords": ["alpha kept"], "exclude": ["alpha veto"]}]
    was, now = entries_of([["x"], *others]), entries_of([["alpha"], *others])
    assert_alike(recompiled(now, was, compile_index(was)), compile_index(now))
    assert (not compiled_whole) is in_place


@pytest.mark.parametrize(
    ("others", "before", "after", "in_place"),
    [(4, 0, 1, True), (4, 1, 0, True), (3, 0, 1, True), (2, 0, 1, True), (3, 1, 0, False), (2, 1, 0, True)],
)
def test_a_phrase_comes_to_a_word_that_many_of_others_have(
    others: int, before: int, after: int, in_place: bool, compiled_whole: list[Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (edited, parts):
        monkeypatch.setattr(module, "COMMON", 3)
    rows: list[Words] = [[f"alpha word{number}"] for number in range(others)]
    was, now = (entries_of([*rows, ["other", *["alpha here"][:count]]]) for count in (before, after))
    assert_alike(recompiled(now, was, compile_index(was)), compile_index(now))
    assert (not compiled_whole) is in_place


@pytest.mark.parametrize("comes", [True, False])
def test_where_an_entry_comes_or_goes_all_words_are_weighed_anew(comes: bool) -> None:
    rows: list[Words] = [["alpha beta", "gamma"], ["alpha", "beta of"], {"exclude": ["veto"], "keywords": ["alpha"]}]
    less, more = entries_of([*rows, ["delta"]]), entries_of([*rows, ["delta"], ["alpha beta", "new", "delta"]])
    was, now = (less, more) if comes else (more, less)
    tables, whole = compile_index(was), compile_index(now)
    last = rows_of(4, more.entries[4], aliases_of(more))
    gone, come = ({4: []}, {4: last}) if comes else ({4: last}, {4: []})
    changed = EditedTables(tables, recompiling._Held(tables), gone, come, 4 + comes)  # type: ignore[arg-type]
    weights, others = ({**some} for some in (tables.weights, whole.weights))  # type: ignore[dict-item]
    assert {word: weight for word, weight in {**weights, **changed.weights}.items() if weight is not None} == others
    assert {word for word, weight in changed.weights.items() if weight == weights.get(word)} == set()


@pytest.mark.parametrize(("changed", "in_place"), [(1, True), (2, True), (3, None)])
def test_where_no_more_entries_changed_than_may_the_others_stay_where_they_are(
    changed: int, in_place: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompiling, "MOST", 2)
    was, now = (entries_of([[f"{word}{n if n < changed else ''}"] for n in range(4)]) for word in ("alpha", "alphas"))
    now = now.replace(entries=now.entries[:changed] + was.entries[changed:])
    moves = recompiling._moves(now, was)
    assert (moves and moves.is_kept) is in_place


@pytest.mark.parametrize(("changed", "whole"), [(49, 0), (50, 0), (51, 1)])
def test_fifty_entries_may_change_until_all_are_compiled(changed: int, whole: int, compiled_whole: list[Index]) -> None:
    rows: list[Words] = [[f"word{number}"] for number in range(52)]
    was, now = entries_of(rows), entries_of([*([f"new{number}"] for number in range(changed)), *rows[changed:]])
    assert_alike(recompiled(now, was, compile_index(was)), compile_index(now))
    assert len(compiled_whole) == whole


@pytest.mark.parametrize(("before", "after"), [("ospreys: [heron]", "ospreys: [ledger]"), ("x: [y]", "heron: [y]")])
def test_where_other_words_mean_the_same_all_is_compiled(before: str, after: str, compiled_whole: list[Index]) -> None:
    was, now = (
        parse(Source("i", f"context_files: [{{path: a.md, keywords: [heron]}}]\naliases: {{{said}}}\n")).index
        for said in (before, after)
    )
    assert_alike(recompiled(now, was, compile_index(was)), compile_index(now))
    assert compiled_whole == [now]


def test_entries_are_told_by_their_numbers_from_the_first_on() -> None:
    """In a word's cell an entry stands with its share; a cell below nothing only counts."""
    cells, parts = {"a": 0, "b": 3, "c": -1, "d": (2, 0, "", 0, 5)}, {"a": (0,), "b": (5, 4 << 10), "c": (-1,)}
    assert renumbered_cells(cells, (2, 0), 2) == {"a": 8, "b": 11, "c": -1, "d": (2, 0, "", 1, 8)}  # type: ignore[arg-type]
    assert renumbered_parts(parts, (2, 0), 2) == {"a": (8 << 10,), "b": (0, (8 << 10) + 5), "c": (-1,)}

"""Entries that come, go, move and change in a compiled index: done in place, and what compiling all gives."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxload.matching.compiler import documents_of as sign_of_documents
from ctxload.matching.lookups import edited, parts
from ctxload.project import snapshot_edit
from ctxload.project.build import build
from ctxload.project.item_marks import marks_of, stretches
from ctxload.project.opening import documents_of, with_project
from ctxload.project.reordered import Order
from ctxload.project.snapshot import Project, load_compiled, path_for
from ctxload.project.snapshot_edit import brought_up_to_date
from strategies import share
from test_snapshot_edit import NAMES, WORDS, answers, place_in, saved
from test_stream import folder, told

__all__ = ["folder"]

#: How often the law is tried with random edits, where a number is given: see docs/performance.md.
EDITS = int(os.environ.get("CTXLOAD_TEST_EDITS", "0"))

Written = dict[str, str]


def text_of(entries: list[Written], mode: str = "whole", tail: str = "") -> str:
    """An index of these entries."""
    lines = [f"match: {mode}", "fallback: none", "context_files:"]
    for entry in entries:
        lines += [f"  {'  ' if at else '- '}{key}: {value}" for at, (key, value) in enumerate(entry.items())]
    return "\n".join([*lines, "context_rules:", f"  - {{pattern: 'golang.*file', context_ids: [keeper]}}{tail}", ""])


KEEPER = {"id": "keeper", "path": "context/alpha.md", "keywords": "[kept]", "tags": "[t]", "agents": "[alpha]"}


def phrases(draw: random.Random) -> str:
    """A list of keywords."""
    some = [" ".join(draw.choices(WORDS, k=draw.choice([1, 1, 2, 3]))) for _ in range(draw.randrange(4))]
    return f"[{', '.join(some)}]"


def an_entry(draw: random.Random, number: int) -> Written:
    """An entry as somebody may write it, most with an id of its own."""
    name = draw.choice(NAMES)
    called = draw.choices([f"e{number}", f"{name}/e{number}", name, ""], [40, 5, 1, 5])[0]
    entry = {"id": called} if called else {}
    path = draw.choice([f"context/{name}.md", f"docs/{name}.md", f"docs/{name}{number}.md", f"docs/{number}.md"])
    entry |= {"path": path, "keywords": phrases(draw)}
    more = {
        "description": "about it", "exclude": phrases(draw), "tags": draw.choice(["[t]", "[u, t]"]),
        "agents": draw.choice(["[alpha]", "[beta, alpha]", "[]"]), "requires": draw.choice(["[keeper]"] * 9 + ["[e1]"]),
        "priority": "2", "for_files": "['*.md']", "needs": "both", "when_stack": "[python]", "match": "whole",
    }  # fmt: skip
    return entry | {key: value for key, value in more.items() if draw.random() < 0.12}


def edit(draw: random.Random, entries: list[Written], number: int) -> None:
    """Changes an entry, or has one come, go, move or stand for another; now and then several at once."""
    for step in range(draw.choice([1, 1, 1, 2, 3])):
        at = draw.randrange(len(entries) + 1)
        kind = draw.choice(["in", "in", "out", "move", "keywords", "keywords", "other"])
        if kind == "in" or len(entries) < 3:
            entries.insert(at, an_entry(draw, 10 * number + step))
        elif kind == "out":
            del entries[at - 1]
        elif kind == "move":
            entries.insert(at - 1, entries.pop(draw.randrange(len(entries))))
        elif kind == "other":
            entries[at - 1] = an_entry(draw, 10 * number + step)
        else:
            entries[at - 1] = {**entries[at - 1], "keywords": phrases(draw)}
        if not any(entry.get("id") == "keeper" for entry in entries) and draw.random() < 0.95:
            entries.append(KEEPER)


def edited_as_compiled(draw: random.Random, folder: str, edits: int, asked: int) -> int:
    """Edits an index so often, and compares each time; how often it was edited in place."""
    entries = [KEEPER, *(an_entry(draw, number) for number in range(draw.randrange(2, 12)))]
    mode, done = draw.choice(["whole", "focused"]), 0
    place = place_in(folder, text_of(entries, mode))
    build(place)
    for number in range(edits):
        edit(draw, entries, 100 + number)
        place = saved(folder, text_of(entries, mode))
        project = brought_up_to_date(place)
        done += project is not None
        if project is None:
            build(place)
            project = load_compiled(place)
            assert project is not None
        whole = build(place, keep=False)
        one, other = told(project), told(whole)
        for each in (one, other):  # what only keeps from looking in vain may be more after an edit
            each.pop("begun"), each.update(meta=each["meta"].replace(longest=0))
        assert one == other
        if not number % asked:
            assert answers(project) == answers(whole)
    return done


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_after_any_edits_of_entries_a_compiled_index_is_what_compiling_all_gives(draw: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
        patch.setattr(snapshot_edit, "LITTLE", 10_000_000)
        for module in (edited, parts):  # what many phrases have is had by few
            patch.setattr(module, "COMMON", 4)
        edited_as_compiled(draw, folder, 4, 2)


@pytest.mark.skipif(not EDITS, reason="CTXLOAD_TEST_EDITS says how many edits are tried")
def test_after_very_many_edits_it_is_still_what_compiling_all_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_edit, "LITTLE", 10_000_000)
    done = 0
    for seed in range(EDITS // 20):
        with tempfile.TemporaryDirectory() as folder:
            monkeypatch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/cache")
            done += edited_as_compiled(random.Random(seed), folder, 20, 5)
    print(f"{EDITS // 20 * 20} edits, {done} of them in place")
    assert done > EDITS // 2


ENTRIES = [
    KEEPER,
    *({"id": f"e{number}", "path": f"context/{name}.md", "keywords": f"[rest api, {name} thing]"}
      for number, name in enumerate(NAMES)),
]  # fmt: skip
NEW = {"id": "new", "path": "context/zeta.md", "keywords": "[zebra, rest api]", "agents": "[gamma]", "tags": "[t]"}


def inserted(at: int) -> list[Written]:
    return [*ENTRIES[:at], NEW, *ENTRIES[at:]]


WAYS: dict[str, list[Written]] = {
    "first": inserted(0),
    "between": inserted(4),
    "last": inserted(len(ENTRIES)),
    "gone": [*ENTRIES[:3], *ENTRIES[4:]],
    "the last gone": ENTRIES[:-1],
    "moved down": [*ENTRIES[:2], *ENTRIES[3:6], ENTRIES[2], *ENTRIES[6:]],
    "moved to the end": [*ENTRIES[:2], *ENTRIES[3:], ENTRIES[2]],
    "other id": [*ENTRIES[:3], {**ENTRIES[3], "id": "another"}, *ENTRIES[4:]],
    "other file": [*ENTRIES[:3], {**ENTRIES[3], "path": "context/theta.md"}, *ENTRIES[4:]],
    "other agents and tags": [*ENTRIES[:3], {**ENTRIES[3], "agents": "[delta, alpha]", "tags": "[t]"}, *ENTRIES[4:]],
    "for files": [*ENTRIES[:3], {**ENTRIES[3], "for_files": "['*.md']", "needs": "both"}, *ENTRIES[4:]],
    "requires the new one": [*inserted(4)[:-1], {**ENTRIES[-1], "requires": "[new, keeper]"}],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("folder")
def test_an_entry_that_comes_goes_or_moves_is_edited_in_place(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTXLOAD_CACHE_DIR", str(tmp_path / "cache"))
    place = place_in(str(tmp_path), text_of(ENTRIES))
    build(place)
    place = saved(str(tmp_path), text_of(WAYS[way]))
    project = brought_up_to_date(place)
    assert project is not None
    whole = build(place, keep=False)
    assert answers(project) == answers(whole)
    assert with_project(place, lambda project: [project.tables.entries[0].id, len(project.tables.entries)]) == [
        whole.tables.entries[0].id, len(WAYS[way]),
    ]  # fmt: skip
    again = brought_up_to_date(saved(str(tmp_path), text_of(ENTRIES)))
    assert again is not None
    assert answers(again) == answers(build(place, keep=False))


def said(project: Project, name: str) -> set[str]:
    """The entries whose documents have a word."""
    evidence = documents_of(project)()
    cell = evidence.words.get(name) or ()
    return {project.tables.entries[number].id for number in cell[1::3]}


@pytest.mark.parametrize("way", [*WAYS, "the last first", "backwards"])
def test_what_a_document_says_stays_with_its_entry(way: str, folder: str) -> None:
    others = {"the last first": [ENTRIES[-1], *ENTRIES[:-1]], "backwards": ENTRIES[::-1]}
    place = place_in(folder, text_of(ENTRIES))
    project = build(place)
    assert len(said(project, NAMES[0])) == 2  # the keeper has that file, too
    for entries in ({**WAYS, **others}[way], ENTRIES):
        place = saved(folder, text_of(entries))
        project = brought_up_to_date(place) or build(place)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CTXLOAD_CACHE_DIR", f"{folder}/other")
            fresh = build(place)
            expected = [said(fresh, name) for name in NAMES]
        assert [said(project, name) for name in NAMES] == expected


@given(st.lists(st.integers(1, 2**64 - 1), min_size=2, max_size=12, unique=True), st.randoms())
def test_what_entries_say_in_another_order_is_something_else(marks: list[int], draw: random.Random) -> None:
    other = draw.sample(marks, len(marks))
    assert (sign_of_documents(marks) == sign_of_documents(other)) is (marks == other)


@pytest.mark.parametrize(
    "entries",
    [
        ENTRIES[1:],  # a rule names it
        [*ENTRIES, {**NEW, "id": "e3"}],
        [*ENTRIES, {"path": "docs/e3.md"}],
        [*ENTRIES, {**NEW, "requires": "[nobody]"}],
        [*ENTRIES, {**NEW, "when_stack": "['==']"}],
        [*ENTRIES, {"path": "context/", "each": "true"}],
        [*ENTRIES, {**NEW, "keyword": "[x]"}],
        [*ENTRIES, *({**NEW, "id": f"n{number}"} for number in range(60))],
        [*ENTRIES, {**NEW, "keywords": f"[{', '.join(f'k{number}' for number in range(40))}]"}],
    ],
)
def test_what_others_have_to_do_with_is_compiled_whole(folder: str, entries: list[Written]) -> None:
    build(place_in(folder, text_of(ENTRIES)))
    assert brought_up_to_date(saved(folder, text_of(entries))) is None


def test_many_entries_that_came_and_went_are_merged_now_and_then(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_edit, "RUNS", 6)
    entries = list(ENTRIES)
    place = place_in(folder, text_of(entries))
    build(place)
    wholes = 0
    for number in range(8):
        entries.insert(1 + 2 * (number % 4), {**NEW, "id": f"n{number}"})
        place = saved(folder, text_of(entries))
        if brought_up_to_date(place) is None:
            wholes += 1
            build(place)
    assert 0 < wholes < 8
    assert os.stat(path_for(place)).st_size < 200_000


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 9), max_size=12))
def test_the_stretches_of_two_lists_of_items_are_all_of_both(one: list[int], other: list[int]) -> None:
    before, now = (marks_of("context_files:\n" + "".join(f"- p{item}\n" for item in some)) for some in (one, other))
    if before is None or now is None:
        return
    found = stretches(before, now)
    assert found is not None
    was, at = [], []
    for stretch in found:
        was += range(stretch.was, stretch.was + stretch.were)
        at += range(stretch.at, stretch.at + stretch.count)
        if stretch.is_kept:
            assert one[stretch.was :][: stretch.were] == other[stretch.at :][: stretch.count]
    assert (was, at) == (list(range(len(one))), list(range(len(other))))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 3)), min_size=1, max_size=6), st.randoms())
def test_an_entry_is_found_at_its_place_and_its_place_by_its_number(
    some: list[tuple[int, int]], draw: random.Random
) -> None:
    firsts: list[Any] = []
    first = 0
    for count, by in some:
        firsts.append((first, count, by))
        first += count + draw.randrange(2)
    draw.shuffle(firsts)
    order = Order(tuple(firsts))
    stored = [(first + at, by) for first, count, by in firsts for at in range(count)]
    assert [order.stored(place) for place in range(len(order))] == stored
    assert [order.place(number) for number, _ in stored] == list(range(len(order)))
    for start in range(len(order)):
        between = order.between(start, len(order))
        assert [(number + at, by) for number, count, by in between for at in range(count)] == stored[start:]

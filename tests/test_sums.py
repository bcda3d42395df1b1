"""What a program that is asked many times remembers of documents: the same answers, with less work."""

from __future__ import annotations

import json
import os
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.matching.document_index import LIKE_IT, NEARBY, DocumentPoints, Evidence
from ctxload.matching.lookups import sums as sums_module
from ctxload.matching.lookups.sums import A_NUMBER, A_WORD, LOWER, ROOM, Sums
from ctxload.project import evidence_making
from ctxload.selection import documents
from ctxload.selection.focused import LOOKED_AT

DOCUMENTS, LEAST, ALIKE = 150, 400, 0.3
WORDS = ["kernel", "kernelmode", "kernelspace", "zebra", "panic", "kernel panic"]
KEYS = [*WORDS, "kernel*"]

points = st.integers(0, 2) | st.integers(0, 1500) | st.just(65_535)
given_points = st.dictionaries(st.integers(0, DOCUMENTS - 1), points, max_size=9)
cells = given_points.map(
    lambda given: (len(given), *[value for number in sorted(given) for value in (number, given[number], 16)])
)
factors = st.sampled_from([0.2, 0.5, 1 / 3, 1.0])
tasks = st.dictionaries(st.sampled_from(WORDS), factors, max_size=5)


def evidence_of(words: dict[str, Any], sums: Sums | None = None) -> Evidence:
    return Evidence(words, [((), 0, ())] * DOCUMENTS, DOCUMENTS, (), 0, sums)


#: Every document has a word, and most some points for it.
ALL = (DOCUMENTS, *[value for number in range(DOCUMENTS) for value in (number, 7 * number, 16)])


@given(
    st.dictionaries(st.sampled_from(KEYS), cells, max_size=6),
    st.lists(tasks, min_size=1, max_size=5),
    st.sets(st.integers(0, DOCUMENTS - 1), max_size=3),
    st.sampled_from([1, 4]),
    st.sampled_from([ROOM, 900, 0]),
)
@example({"zebra": ALL, "kernel*": ALL}, [{"zebra": 1.0, "kernelmode": 0.5}] * 3, {1, 2}, 4, ROOM)
@example({"zebra": (2, 3, 400, 16, 149, 399, 16)}, [{"zebra": 1.0}] * 3, {149, 148}, 1, ROOM)
def test_what_documents_give_that_reach_the_bar_is_what_it_is_added_up_one_by_one(
    words: dict[str, tuple[int, ...]], asked: list[dict[str, float]], wanted: set[int], most: int, room: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sums_module, "ROOM", room)
        sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=most)
        for task in [*asked, *asked, *asked]:  # what is asked for again is remembered
            near = {"panic zebra": 0.5}
            plain = DocumentPoints(evidence_of(words), task, near, ALIKE)
            found = DocumentPoints(evidence_of(words, sums), task, near, ALIKE, wanted)
            few = {number: points for number, points in plain.sums.items() if number in wanted and points}
            reach = [
                {n: points for n, points in plain.sums.items() if points >= bar} for bar in (LEAST, LEAST // LOWER)
            ]
            enough = next((some for some in reach if len(some) >= most), None)
            assert found.sums == (plain.sums if enough is None else {**enough, **few})
            assert all(type(points) is int for points in found.sums.values())
            assert (sorted(found.in_full), sorted(found.by_likeness)) == (
                sorted(plain.in_full),
                sorted(plain.by_likeness),
            )
            assert all(found.words_of(number) == plain.words_of(number) for number in range(DOCUMENTS))


class Asked(dict[str, Any]):
    """A mapping that counts how often something is asked for."""

    times = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.times += 1
        return super().get(key, default)


def test_of_a_word_that_was_asked_for_twice_nothing_is_looked_up_until_the_room_is_full() -> None:
    words = Asked({"zebra": ALL, "panic": ALL})
    sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=1)

    def looked_up(word: str) -> int:
        before = words.times
        assert sums.known(words, [(word, 0.5, 0)], ALIKE, ()) is not None
        return words.times - before

    assert [looked_up("zebra") for _ in range(4)] == [1, 1, 0, 0]
    assert [looked_up("panic") for _ in range(3)] == [1, 1, 0]
    sums._room = 0
    assert [looked_up("zebra"), looked_up("panic")] == [0, 0]
    for _ in range(2):
        sums.known(words, [("zebra", 1.0, 0)], ALIKE, ())
    assert [looked_up("panic") for _ in range(2)] == [1, 0]


def test_what_is_remembered_takes_no_more_than_there_is_room_for() -> None:
    words = {f"word {number}": ALL for number in range(4 * ROOM // (4 * DOCUMENTS))}
    sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=1)
    largest = 0
    for word in words:
        for _ in range(2):
            sums.known(words, [(word, 0.5, 0)], ALIKE, ())
        largest = max(largest, len(sums._columns))
    assert 0.9 * ROOM < largest * (A_WORD + (4 + A_NUMBER) * DOCUMENTS) < 1.02 * ROOM


def test_a_word_that_no_document_has_is_looked_up_once_until_there_are_very_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sums_module, "KNOWN", 3)
    words = Asked({"zebra": ALL})
    sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=1)
    for word, looks in [
        ("lion", 1),
        ("lion", 0),
        ("ox", 1),
        ("elk", 1),
        ("lion", 0),
        ("gnu", 1),
        ("gnu", 0),
        ("ox", 1),
    ]:
        words.times = 0
        for factor in (0.5, 1.0):
            sums.known(words, [(word, factor, 0), (word, factor, NEARBY)], ALIKE, ())
        assert words.times == looks, word


@pytest.mark.parametrize("what", ["other words", "another share of what is alike", "more words than fit"])
def test_nothing_is_known_of_what_it_is_not_for(what: str) -> None:
    words = {"zebra": ALL}
    sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=1)
    asked = [("zebra", 1.0, 0)] * (sums_module.WORDS_MOST + (what == "more words than fit"))
    alike = 0.2 if what == "another share of what is alike" else ALIKE
    assert sums.known(words, asked[:1], ALIKE, ()) is not None
    assert sums.known(dict(words) if what == "other words" else words, asked, alike, ()) is None


def test_as_many_words_as_are_added_up_do_fit() -> None:
    words = {"zebra": (2, 0, 65_535, 16, 2, 65_535, 16)}
    sums = Sums(words, 3, alike=ALIKE, least=LEAST, most=1)
    for _ in range(3):
        found = sums.known(words, [("zebra", 1.0, 0)] * sums_module.WORDS_MOST, ALIKE, (1,))
        assert found is not None and found[2] == dict.fromkeys((0, 2), 65_535 * sums_module.WORDS_MOST)


def test_a_word_beside_another_and_one_near_it_are_told_apart() -> None:
    words = {"kernel panic": ALL, "kernel*": ALL, "kernelmode": ALL}
    sums = Sums(words, DOCUMENTS, alike=ALIKE, least=LEAST, most=1)
    for _ in range(3):
        beside = sums.known(words, [("kernel panic", 0.5, 0), ("kernelmode", 0.5, 0)], ALIKE, ())
        near = sums.known(words, [("kernel panic", 0.5, NEARBY)], ALIKE, ())
        assert beside is not None and near is not None
        assert beside[0] == [("kernel panic", 0.5, 0, ALL), ("kernelmode", 0.5, 0, ALL)]
        assert (beside[1], near[1]) == ([("kernelmode", ALIKE * 0.5, LIKE_IT, ALL)], [])
        assert near[0] == [("kernel panic", 0.5, NEARBY, ALL)]


# ── in a program ─────────────────────────────────────────────────────────────────────────────────────────

NAMES = [f"{name}{number}" for name in ("falcon", "heron", "ledger") for number in range(5)]
TASKS = ["the falcon of a heron", "zebra gates in the ledger", "falcons, a heron and the turbine", "falcon2 page"]
SAID = ["A falcon, a heron.", "Zebra gates; the ledger of a heron.", "The turbine of falcons, falcons.", ""]

steps = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["in place", "replaced", "gone", "a folder", "touched"]),
              st.sampled_from(SAID)),
    max_size=4,
)  # fmt: skip


def later() -> int:
    """A time at which no file is young."""
    return time.time_ns() + 10_000_000_000


def change(path: Path, how: str, said: str, at: int) -> None:
    if how == "touched" and path.is_file():
        os.utime(path, (at, at))
    elif how == "in place" and path.is_file():
        path.write_text(f"# Page\n\n{said}\n", encoding="utf-8")
    elif path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
        if how == "a folder":
            path.mkdir()
        elif how != "gone":
            path.write_text(f"# Page\n\n{said}\n", encoding="utf-8")


@given(steps)
@example([("falcon0", "in place", SAID[1]), ("falcon1", "gone", ""), ("falcon1", "replaced", SAID[2])])
def test_a_loader_that_remembers_answers_as_one_that_does_not(edits: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, clock = Path(folder), count(1_000_000_000)
        rows = [{"path": f"{name}.md", "id": name} for name in NAMES] + [{"path": "falcon*.md", "id": "falcons"}]
        (root / "context-index.yml").write_text(json.dumps({"context_files": rows, "fallback": "none"}))
        for at, name in enumerate(NAMES):
            (root / f"{name}.md").write_text(f"# {name}\n\n{SAID[at % 4]}\n", encoding="utf-8")
        keen = ContextLoader(root, clock=later)
        forgetful = ContextLoader(root, clock=later)
        for step in [None, None, *edits]:
            if step is not None:
                change(root / f"{step[0]}.md", *step[1:], next(clock))
            for task in TASKS:
                with pytest.MonkeyPatch.context() as plain:
                    plain.setattr(evidence_making, "for_many_tasks", lambda evidence: evidence)
                    expected = forgetful.resolve(task)
                assert keen.resolve(task).to_dict(every=True) == expected.to_dict(every=True)
        assert keen._documents is not None and keen._documents.evidence.sums is not None
        assert forgetful._documents is not None and forgetful._documents.evidence.sums is None


def test_where_to_look_for_changes_is_found_once_for_each_document_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"path": f"{name}.md", "id": name} for name in NAMES]
    (tmp_path / "context-index.yml").write_text(json.dumps({"context_files": rows, "fallback": "none"}))
    for at, name in enumerate(NAMES):
        (tmp_path / f"{name}.md").write_text(
            f"# {name}\n\nA {'gate' if at > LOOKED_AT else 'turbine'}.\n", encoding="utf-8"
        )
    loader, found = ContextLoader(tmp_path, clock=later), list[int]()
    proof = documents._proof
    monkeypatch.setattr(documents, "_proof", lambda *asked: found.append(asked[2]) or proof(*asked))
    for task, more in (("a turbine", LOOKED_AT), ("a turbine", 0), ("the ledger4 page", 1), ("the ledger4 page", 0)):
        found.clear()
        loader.resolve(task)
        assert len(found) == more, task

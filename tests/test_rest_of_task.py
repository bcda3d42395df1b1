"""What else a task asks: when the best answer to a part of it comes, and what a further keyword must be of the task."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ctxload.matching.document_index import FIELDS
from ctxload.matching.matcher import Hit
from ctxload.matching.tables import KEYWORD, VETO
from ctxload.matching.task_words import content_words, factors_of
from ctxload.matching.tokens import tokenize
from ctxload.selection.rest_of_task import BESIDE, BESIDE_OWN, BESIDE_SOLE, MOST, add_further, least_beside, parts_of

TASK = "Tune the slow query. Then colour the button"
#: Where a word stands in a document, for the tests: in a heading, or in its text alone.
HEADED, IN_TEXT = 1, 2


def weighed(task: str = TASK, **more: Any) -> Any:
    """What the default of choosing made of a task: the first entry was chosen, the second may be."""
    tokens = tokenize(task)
    words = content_words(tokens, None)
    rows = [SimpleNamespace(words=("button", "size")), SimpleNamespace(words=("query",))]
    gives = more.pop("gives", {})
    facts: dict[str, Any] = {
        "words": words,
        "choice": SimpleNamespace(tokens=tokens, tables=SimpleNamespace(keywords=rows)),
        "why": {1: "best"},
        "scores": {1: 1000, 2: 1000},
        "points": None,
        "spoken": {},
        "telling": {word.form: True for word in words},
        "words_of": lambda number: gives.get(number, ()),
        "share_of": lambda where: 0.5 if where == IN_TEXT else 1.0,
        "called_words": {},
        "keywords": {},
        "enough": 1000,
    }
    facts |= more
    return SimpleNamespace(**facts | {"why": dict(facts["why"])})


def longer(task: str, part: str) -> float:
    """How much more each word says in a part that is asked alone than in the whole task."""
    whole, alone = (factors_of(content_words(tokenize(text), None)) for text in (task, part))
    return next(alone[word] / whole[word] for word in alone if " " not in word)


# ── what an entry says of a part ─────────────────────────────────────────────────────────────────────────

COLOUR, BUTTON = ("colour", 100, HEADED), ("button", 40, IN_TEXT)
PAIRS = [("colour button", 30, HEADED), ("button query", 500, HEADED), ("query colour", 500, HEADED)]


@pytest.mark.parametrize(
    ("gives", "more", "said"),
    [
        ([COLOUR, BUTTON], {}, (140, 0, 100, 1.5)),
        ([BUTTON, COLOUR], {}, (140, 0, 100, 1.5)),
        ([BUTTON], {}, (40, 0, 40, 0.5)),
        ([COLOUR, ("query", 900, HEADED), ("slow query", 900, HEADED)], {}, (100, 0, 100, 1.0)),
        ([COLOUR, *PAIRS], {}, (130, 0, 100, 1.0)),
        ([("colour button", 300, HEADED)], {}, (300, 0, 0, 0.0)),
        ([], {}, (0, 0, 0, 0.0)),
        ([BUTTON], {"called_words": {2: {"button", "query"}}}, (40, 0, 40, 1.0)),
        ([], {"called_words": {2: {"colour", "button"}}}, (0, 0, 0, 2.0)),
        ([], {"called_words": {1: {"colour", "button"}}}, (0, 0, 0, 0.0)),
        ([COLOUR, BUTTON], {"telling": {"colour": False, "button": True, "query": True}}, (140, 0, 100, 0.5)),
        ([COLOUR, BUTTON], {"telling": {"colour": True, "button": True}}, (140, 0, 100, 1.5)),
        ([COLOUR], {"keywords": {2: {(0, True): 50, (0, False): 6, (1, True): 700}}}, (100, 56, 100, 1.0)),
        ([COLOUR], {"keywords": {1: {(0, True): 50}}}, (100, 0, 100, 1.0)),
    ],
)
def test_an_entry_says_of_a_part_what_it_would_of_that_part_alone(gives: Any, more: Any, said: Any) -> None:
    """The points of its words and of its keywords, those of its best word, and how many of the telling words it has."""
    asked: list[Any] = []
    add_further(weighed(gives={2: gives}, **more), [1, 2], lambda *figures: asked.append(figures) or 0)  # type: ignore[func-returns-value]
    points, by_keyword, best, share = said
    factor = longer(TASK, "colour the button")
    assert factor > 1
    assert asked[-1] == (pytest.approx(factor * points + by_keyword), pytest.approx(factor * best), share, 2)


# ── whether it comes ─────────────────────────────────────────────────────────────────────────────────────


def added(task: str = TASK, ranked: tuple[int, ...] = (1, 2), **more: Any) -> list[int]:
    """The entries that come for a part; how sure one is of each is what share of the telling words it has."""
    facts = weighed(task, **more)
    before = dict(facts.why)

    def sure(points: float, best: float, share: float, telling: int) -> int:
        assert telling
        return round(1000 * share)

    add_further(facts, ranked, sure)
    assert facts.why.items() >= before.items()
    return [number for number in facts.why if number not in before]


ANSWER = {2: [("button", 1000, HEADED)]}


def test_the_best_answer_to_a_part_comes_where_one_can_be_sure_enough_of_it() -> None:
    assert added(gives=ANSWER) == [2]
    assert added(gives=ANSWER, enough=1001) == []
    assert added(gives={}) == []


def test_it_comes_where_those_before_say_up_to_a_quarter_as_much_of_that_part() -> None:
    assert added(gives={**ANSWER, 1: [("button", 250, IN_TEXT)]}) == [2]
    assert added(gives={**ANSWER, 1: [("button", 251, IN_TEXT)]}) == []
    both = {1: "best", 3: "as good"}
    assert added(gives={**ANSWER, 3: [("button", 251, IN_TEXT)]}, why=both, scores={1: 1000, 2: 1000, 3: 1000}) == []


def test_it_comes_where_it_has_three_tenths_of_the_best_score_in_the_whole_task() -> None:
    assert added(gives=ANSWER, scores={1: 1000, 2: 300}) == [2]
    assert added(gives=ANSWER, scores={1: 1000, 2: 299}) == []
    assert added(gives=ANSWER, scores={1: 2000, 2: 1000}, ranked=(1,)) == []


def test_what_answers_a_part_and_is_there_brings_no_second_for_it() -> None:
    gives = {1: [("button", 100, HEADED)], 2: [("button", 1000, IN_TEXT)]}
    assert added(gives=gives, enough=1) == []


def test_a_task_of_one_part_gets_nothing_further() -> None:
    assert added("Colour the button", gives=ANSWER) == []


def test_a_part_without_a_telling_word_gets_nothing() -> None:
    assert added(gives=ANSWER, telling={"query": True}) == []
    assert added(gives=ANSWER, telling={"button": True}) == [2]


def test_each_part_gets_its_own_answer() -> None:
    gives = {2: [("button", 1000, HEADED)], 3: [("log", 1000, HEADED)]}
    scores = {1: 1000, 2: 1000, 3: 1000}
    assert added(f"{TASK}. Then rotate the log", gives=gives, scores=scores, ranked=(1, 2, 3)) == [2, 3]


def test_so_many_entries_come_and_no_more() -> None:
    few = dict.fromkeys(range(10, 9 + MOST), "best")
    scores = dict.fromkeys([*few, 1, 2], 1000)
    assert added(gives=ANSWER, why=few, scores=scores) == [2]
    assert added(gives=ANSWER, why={**few, 1: "best"}, scores=scores) == []


def test_why_it_comes_is_said_in_figures() -> None:
    facts = weighed(gives={2: [COLOUR, BUTTON]}, enough=100_000)
    add_further(facts, [1, 2], lambda points, *_: 100_000 if points else 0)
    assert facts.why[2] == "answers a part of the task by itself, `colour`, `button`: 100.00, and 100.00 is enough"


def test_the_documents_are_looked_at_once_for_all_parts() -> None:
    looked: list[set[int]] = []
    points = SimpleNamespace(look_at=looked.append)
    assert added(gives=ANSWER, points=points, spoken={1: 5, 2: 5, 9: 5}) == [2]
    assert looked == [{1, 2}]


# ── where a part begins ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        # a sentence, or a line; not a comma, a bracket, or a sign inside a name
        ("Tune queries, colour buttons", 1),
        ("Tune queries (slow)", 1),
        ("Tune queries\ncolour buttons", 1),
        ("Tune queries\n\ncolour buttons", 2),
        ("Tune queries,\n\ncolour buttons", 1),
        ("Tune queries: colour buttons", 1),
        ("Tune queries, node.js now", 1),
        ("node.js queries, colour buttons", 1),
        ("Tune queries. node.js now", 2),
        ("Tune; colour", 2),
        ("Tune! Colour? Go", 3),
        # a comma between two stretches of five words
        ("tune slow big old queries, colour all five red buttons", 2),
        ("tune slow old queries, colour all five red buttons", 1),
        ("tune slow big old queries, colour five red buttons", 1),
        ("tune slow old queries, fix logs, colour all five red buttons", 1),
        ("tune slow big old queries (colour all five red buttons)", 1),
        # an `and` between two stretches of six; `then` anywhere
        ("tune six slow big old queries and colour all five big red buttons", 2),
        ("tune slow big old queries and colour all five big red buttons", 1),
        ("tune six slow big old queries and colour all five red buttons", 1),
        ("tune six slow big old queries, and colour all five big red buttons", 2),
        ("tune six slow old queries, and colour buttons", 1),
        ("tune slow queries, and colour all five big red buttons", 1),
        ("fix logs and tune six slow old queries now and colour all five big red buttons", 2),
        ("Stop. And colour all five big red buttons", 2),
        ("tune then colour", 2),
        ("then colour", 1),
        # what stands before an aside counts with it, from where that part begins
        ("a form for big orders (fields, errors) and colour all five big red buttons", 2),
        ("a form (fields, errors) and colour all five big red buttons", 1),
        ("a small form (fields, errors) and colour all five big red buttons", 1),
        ("a big small form (fields, errors) and colour all five big red buttons", 2),
        ("tune it then mend the form (size) and colour all five big red buttons", 2),
        ("tune it then mend the big form (size) and colour all five big red buttons", 3),
        ("tune it. Then mend the form (size) and colour all five big red buttons", 2),
        ("tune it. Then mend the big form (size) and colour all five big red buttons", 3),
    ],
)
def test_a_task_has_so_many_parts(task: str, parts: int) -> None:
    tokens = tokenize(task)
    assert len(parts_of(content_words(tokens, None), tokens)) == parts


# ── a keyword beside another ─────────────────────────────────────────────────────────────────────────────

BITS = {name: 1 << bit for bit, name in enumerate(FIELDS)}
TEXT, HEADING = BITS["text"], BITS["heading"]
#: The words stand side by side in the document of entry 7 and in one other, which only mentions them.
TWO = (2, 7, 900, BITS["title"], 8, 900, TEXT)
OTHERS = (2, 5, 900, TEXT, 6, 900, TEXT)


def least(
    cell: tuple[int, ...] | None = TWO, weights: tuple[int, ...] = (1000, 1000), alone: bool = False, **more: Any
) -> float:
    row = SimpleNamespace(kind=more.get("kind", KEYWORD), weights=weights, words=more.get("words", ("slow", "query")))
    found = more.get("found", {7: ([Hit(0, 0, 1, 3)], [])})
    cells = more.get("cells", {"slow query": cell})
    choice = SimpleNamespace(tables=SimpleNamespace(keywords=[row]))
    facts = SimpleNamespace(choice=choice, found=found, evidence=more.get("evidence", SimpleNamespace(words=cells)))
    return least_beside(facts, 7, more.get("place", (0, 1, 3)), alone)


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        (None, 0.0),
        ((1, 7, 900, TEXT), 0.0),
        ((1, 8, 900, BITS["title"]), 0.0),
        (TWO, BESIDE_SOLE),
        ((2, 8, 900, TEXT, 9, 900, TEXT), BESIDE_SOLE),
        ((2, 6, 900, TEXT, 7, 900, BITS["title"]), BESIDE_SOLE),
        ((2, 6, 900, BITS["title"], 7, 900, TEXT), BESIDE_OWN),
        ((3, 6, 900, TEXT, 7, 900, TEXT, 8, 900, BITS["heading"]), BESIDE_OWN),
        ((3, 6, 900, BITS["name"], 7, 900, TEXT, 8, 900, TEXT), BESIDE_OWN),
        ((600,), BESIDE_OWN),  # of what very many have it is not known where it stands
        *[
            ((2, 7, 900, TEXT, 8, 900, bit | TEXT), BESIDE_OWN if name in ("name", "title", "heading") else BESIDE_SOLE)
            for name, bit in BITS.items()
        ],
    ],
)
def test_a_keyword_must_be_less_of_the_task_the_fewer_other_documents_have_its_words(cell: Any, share: float) -> None:
    assert least(cell) == share


@pytest.mark.parametrize(
    ("weights", "alone", "share"),
    [
        ((1000, 1000), False, BESIDE_SOLE),
        ((999, 1000), False, BESIDE),
        ((1000, 999), False, BESIDE),
        ((999, 1000), True, BESIDE_SOLE),
        ((0, 1000), False, BESIDE_SOLE),
        ((0, 999), False, BESIDE),
        ((0, 0), False, BESIDE),
        ((0, 0), True, BESIDE),
    ],
)
def test_only_a_keyword_whose_words_are_an_entrys_own_may_be_less_of_the_task(
    weights: tuple[int, ...], alone: bool, share: float
) -> None:
    """Words that weigh nothing are nobody's own."""
    assert least(weights=weights, alone=alone) == share


@pytest.mark.parametrize(
    "more",
    [
        {"kind": VETO},
        {"place": (0, 1, 2)},
        {"place": (1, 1, 3)},
        {"place": (0, 0, 3)},
        {"found": {}},
        {"found": {7: ([], [Hit(0, 0, 1, 3)])}},
        {"found": {8: ([Hit(0, 0, 1, 3)], [])}},
    ],
)
def test_only_a_keyword_that_stands_whole_at_that_place_may_be_less_of_the_task(more: Any) -> None:
    assert least(**more) == BESIDE


@pytest.mark.parametrize(
    ("words", "cells", "share"),
    [
        (("query",), {"query": TWO}, BESIDE_SOLE),
        (("the", "query"), {"query": TWO, "the query": (600,)}, BESIDE_SOLE),
        (("of", "the"), {"of the": TWO, "of": (600,)}, BESIDE_SOLE),
        (("slow", "big", "query"), {"slow big": (600,), "big query": TWO}, BESIDE_SOLE),
        (("slow", "big", "query"), {"slow big": TWO, "big query": (600,)}, BESIDE_SOLE),
        (("slow", "big", "query"), {"slow big": (600,)}, 0.0),
        (("slow", "big", "query"), {"slow big": (2, 7, 9, TEXT, 8, 9, HEADING), "big query": OTHERS}, BESIDE_OWN),
        (("slow", "big", "query"), {"slow big": OTHERS, "big query": (2, 7, 9, TEXT, 8, 9, HEADING)}, BESIDE_SOLE),
        (("slow", "query"), {"slow": TWO, "query": TWO}, 0.0),
    ],
)
def test_of_the_words_of_a_keyword_the_two_count_that_fewest_have_side_by_side(
    words: tuple[str, ...], cells: Any, share: float
) -> None:
    assert least(words=words, cells=cells) == share


def test_where_no_document_is_read_any_such_keyword_may_come() -> None:
    assert least(evidence=None) == 0.0


def test_a_part_that_stands_there_again_is_asked_once() -> None:
    asked: list[int] = []
    task = TASK + ". Then colour the button" * 300

    def words_of(number: int) -> tuple[Any, ...]:
        asked.append(number)
        return ()

    found = weighed(task, words_of=words_of)
    assert len(parts_of(found.words, found.choice.tokens)) == 302
    add_further(found, [1, 2], lambda points, best, covered, telling: 0)
    assert len(asked) <= 4  # two parts, and two entries that may answer them

"""What the words of a task count, which of them are telling, and which stand near each other: tables on both sides."""

from __future__ import annotations

import pytest

from ctxload.matching.document_index import Evidence
from ctxload.matching.task_words import (
    CODE,
    PATH,
    QUOTE,
    URL,
    WEIGHTS,
    Word,
    content_words,
    factors_of,
    is_beside,
    may_have_parts,
    near_pairs,
    telling_words,
)
from ctxload.matching.tokens import tokenize
from ctxload.matching.zones import standing_of


def words_of(text: str) -> list[Word]:
    return content_words(tokenize(text), standing_of(text))


# ── which they are ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("fix the login", "fix login"),
        ("the aber login", "aber login"),  # no other language yet
        ("der aber login", "login"),  # a word that tells of one
        ("aber login. der cache", "login cache"),
        ("aber login größer", "login grösser"),  # or letters beyond ASCII
    ],
)
def test_words_of_grammar_are_those_of_the_languages_a_task_may_be_in(task: str, words: str) -> None:
    assert [word.form for word in words_of(task)] == words.split()


@pytest.mark.parametrize(
    ("task", "weights"),
    [
        ("fix login", {"fix": "", "login": ""}),
        ("fix login in src/cart/sum.py", {"fix": "", "login": "", "src": PATH, "cart": PATH, "sum": PATH, "py": PATH}),
        ("fix `login`\n```\ncart sum\n```\n", {"fix": "", "login": "", "cart": CODE, "sum": CODE}),
        ("see https://login", {"see": "", "https": URL, "login": URL}),
        ('he said "cart sum is slow again" now', {"said": "", "cart": QUOTE, "sum": QUOTE, "slow": QUOTE}),
    ],
)
def test_a_word_counts_by_where_it_stands(task: str, weights: dict[str, str]) -> None:
    assert {word.form: word.weight for word in words_of(task)} == {form: WEIGHTS[at] for form, at in weights.items()}
    assert {word.weight for word in content_words(tokenize(task), None)} == {1.0}


def test_beside_what_is_asked_stand_pastes_addresses_and_paths_and_no_quotation() -> None:
    beside = {kind: is_beside(Word("x", 0, 0, weight)) for kind, weight in WEIGHTS.items()}
    assert beside == {"": False, QUOTE: False, PATH: True, CODE: True, URL: True}


@pytest.mark.parametrize(
    ("task", "may"),
    [("fix login", False), ("fix login. Cart", True), ("fix login and cart", True), ("and", True), ("", False)],
)
def test_a_task_may_ask_for_more_where_a_clause_ends_or_a_word_goes_on(task: str, may: bool) -> None:
    assert may_have_parts(tokenize(task)) is may


# ── what they count ──────────────────────────────────────────────────────────────────────────────────────


def words(*rows: tuple[str, int, int, str]) -> list[Word]:
    return [Word(form, clause, place, WEIGHTS[kind]) for form, clause, place, kind in rows]


MANY = [(f"w{at}", 1, 2 * at, "") for at in range(9)]


@pytest.mark.parametrize(
    ("rows", "factors"),
    [
        ([("a", 0, 0, "")], {"a": 0.659}),  # (1 + 2) to the power of -0.38
        ([("a", 0, 0, ""), ("b", 0, 1, "")], {"a": 0.59, "b": 0.59, "a b": 0.59}),  # a pair is no word
        ([("a", 0, 0, ""), ("b", 0, 2, "")], {"a": 0.59, "b": 0.59}),  # something stands between
        ([("a", 0, 1, ""), ("b", 0, 0, "")], {"a": 0.59, "b": 0.59}),
        ([("a", 0, 0, ""), ("b", 1, 1, "")], {"a": 0.59, "b": 0.59}),  # another clause
        ([("a", 0, 0, ""), ("a", 0, 4, "")], {"a": 0.659}),
        ([("a", 0, 0, PATH)], {"a": 0.329}),  # a path divides as what is asked does
        ([("a", 0, 0, PATH), ("b", 0, 1, "")], {"a": 0.295, "b": 0.59, "a b": 0.295}),
        ([("a", 0, 0, ""), ("b", 0, 1, PATH)], {"a": 0.59, "b": 0.295, "a b": 0.295}),
        # what was pasted is divided by itself: (1 + 2), (2 + 2) to the power of -0.7
        ([("a", 0, 0, CODE)], {"a": 0.4 * 0.463}),
        ([("a", 0, 0, CODE), ("b", 0, 2, URL)], {"a": 0.4 * 0.379, "b": 0.3 * 0.379}),
        ([("a", 0, 0, CODE), ("b", 0, 1, "")], {"a": 0.4 * 0.463, "b": 0.659, "a b": 0.4 * 0.463}),
        ([("a", 0, 0, CODE), *MANY], {"a": 0.4 * 0.402, **dict.fromkeys([form for form, *_ in MANY], 0.402)}),
        # a word or a pair that stands twice counts what it counts most
        ([("a", 0, 0, CODE), ("a", 0, 2, "")], {"a": 0.659}),
        ([("a", 0, 0, ""), ("a", 0, 2, CODE)], {"a": 0.659}),
        (
            [("a", 0, 0, ""), ("b", 0, 1, ""), ("a", 1, 0, CODE), ("b", 1, 1, CODE)],
            {"a": 0.59, "b": 0.59, "a b": 0.59},
        ),
    ],
)
def test_the_more_words_the_less_each_counts(rows: list[tuple[str, int, int, str]], factors: dict[str, float]) -> None:
    assert factors_of(words(*rows)) == pytest.approx(factors, abs=0.0006)


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        # in either order, but not as they stand side by side
        ([("a", 0, 0, ""), ("b", 0, 1, "")], {"b a": 1.0}),
        ([("a", 0, 0, ""), ("b", 0, 2, "")], {"a b": 1.0, "b a": 1.0}),
        ([("a", 0, 0, ""), ("b", 0, 9, "")], {"a b": 1.0, "b a": 1.0}),
        # two telling words apart, and no further
        (
            [("a", 0, 0, ""), ("b", 0, 1, ""), ("c", 0, 2, ""), ("d", 0, 3, "")],
            dict.fromkeys(["b a", "a c", "c a", "c b", "b d", "d b", "d c"], 1.0),
        ),
        ([("a", 0, 0, ""), ("b", 1, 0, "")], {}),
        ([("a", 0, 0, ""), ("a", 0, 2, "")], {}),
        ([("a", 0, 0, ""), ("b", 1, 0, ""), ("c", 1, 2, "")], {"b c": 1.0, "c b": 1.0}),
        ([("a", 0, 0, PATH), ("b", 0, 2, "")], {"a b": 0.5, "b a": 0.5}),  # what the lesser of them counts
        ([], {}),
    ],
)
def test_words_are_near_each_other_within_a_clause(
    rows: list[tuple[str, int, int, str]], pairs: dict[str, float]
) -> None:
    some = words(*rows)
    counted = {word.form: word.weight for word in some}
    for one, other in zip(some, some[1:], strict=False):
        if one.clause == other.clause and one.place + 1 == other.place:
            counted[f"{one.form} {other.form}"] = 1.0
    assert near_pairs(some, counted) == pairs


# ── which of them are telling ────────────────────────────────────────────────────────────────────────────

ALONE, ALSO = True, False  # whether a document alone may answer for it


@pytest.mark.parametrize(
    ("rows", "called", "whole", "telling"),
    [
        (["login", "cart"], "", "", {"login": ALONE, "cart": ALONE}),
        (["login", "7", "2026"], "7", "7", {"login": ALONE}),  # no number, whoever calls for it
        (["login", "x"], "", "", {"login": ALONE}),  # no single letter, but a keyword's
        (["login", "x"], "x", "x", {"login": ALONE, "x": ALONE}),
        (["ci"], "", "", {"ci": ALONE}),
        # beyond ASCII what a document has, or a keyword
        (["login", "größe"], "", "", {"login": ALONE}),
        (["login", "größe"], "größe", "", {"login": ALONE, "größe": ALONE}),
        (["login", "größer"], "", "", {"login": ALONE, "größer": ALONE}),
        # a generic word where it stands in a whole keyword, or nothing else tells
        (["login", "data"], "", "", {"login": ALONE}),
        (["login", "data"], "data", "", {"login": ALONE}),
        (["login", "data"], "data", "data", {"login": ALONE, "data": ALONE}),
        (["data", "design"], "", "", {"data": ALSO, "design": ALSO}),
        # a path where nothing asked tells, or a keyword has its word; the line in it never
        (["login", "cart/"], "", "", {"login": ALONE}),
        (["login", "cart/"], "cart", "", {"login": ALONE, "cart": ALONE}),
        (["cart/", "data"], "", "", {"cart": ALONE}),
        (["cart/", "l10/"], "", "", {"cart": ALONE}),
        (["l10/", "l5/"], "", "", {}),
        (["lx1/"], "", "", {"lx1": ALONE}),
        (["l10"], "", "", {"l10": ALONE}),
        (["k10/", "lx/"], "", "", {"k10": ALONE, "lx": ALONE}),
        # a paste where nothing else tells
        (["login", "cart`"], "cart", "cart", {"login": ALONE}),
        (["data", "cart`"], "", "", {"data": ALSO}),
        (["cart`", "data`"], "", "", {"cart": ALONE, "data": ALONE}),
        (["cart`", "sum/"], "", "", {"sum": ALONE}),
        ([], "", "", {}),
    ],
)
def test_a_word_is_telling_that_says_what_the_task_is_about(
    rows: list[str], called: str, whole: str, telling: dict[str, bool]
) -> None:
    """A `/` behind a word says that it stands in a path, a backtick that it was pasted."""
    weights = {"/": WEIGHTS[PATH], "`": WEIGHTS[CODE]}
    some = [Word(row.rstrip("/`"), 0, at, weights.get(row[-1], 1.0)) for at, row in enumerate(rows)]
    evidence = Evidence({"größer": (1, 0, 100, 1)}, [], 1, (1,), 0)  # type: ignore[call-arg]
    assert telling_words(some, evidence, set(called.split()), set(whole.split())) == telling


def test_beyond_ascii_nothing_is_telling_where_no_document_was_read() -> None:
    assert telling_words([Word("größe", 0, 0, 1.0), Word("login", 0, 1, 1.0)], None, set(), set()) == {"login": True}

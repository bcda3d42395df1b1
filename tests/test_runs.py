"""Runs of words that stand for a keyword: however its letters are parted, and with no more looked up than may help."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations

import pytest

import reference
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.lookups.prepared import prepare
from ctxload.matching.matcher import find
from ctxload.matching.tables import Cell, Tables, names_of
from ctxload.matching.tokens import Tokens, tokenize
from ctxload.text.source import Source


def tables_of(*keywords: str, prepared: bool = False) -> Tables:
    """The tables of an index with an entry for each keyword."""
    entries = [{"path": f"zz-{number}.md", "keywords": [keyword]} for number, keyword in enumerate(keywords)]
    tables = compile_index(parse(Source("i", json.dumps({"context_files": entries}))).index)
    if prepared:
        prepare(tables)
    return tables


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────


def partings(letters: str) -> Iterator[str]:
    """Every way to write letters as words."""
    for cuts in range(1 << len(letters) - 1):
        yield "".join(f" {letter}" if at and cuts >> at - 1 & 1 else letter for at, letter in enumerate(letters))


def found_in(tables: Tables, tokens: Tokens) -> set[tuple[str, int, int]]:
    """The keywords that are found, and where."""
    return {
        (tables.keywords[hit.keyword].text, hit.first, hit.last)
        for hits in find(tables, tokens).values()
        for hit in hits
    }


def expected(tables: Tables, tokens: Tokens) -> set[tuple[str, int, int]]:
    """The keywords and the runs that stand for them, each keyword held against each run."""
    return {
        (tables.keywords.raw(number)[1], first, last)
        for words in [[reference.Word(form, 0, 0) for form in forms] for forms in tokens.forms]
        for number in tables.keywords.numbers()
        if tables.keywords.raw(number)[2] == "keyword"
        for first, last in combinations(range(len(words) + 1), 2)
        if reference.stands_for(words[first:last], tables.keywords.raw(number)[4])
    }


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize(
    "keywords",
    [
        ("webhooks",), ("web hooks",), ("web hook api",), ("my sql", "mysql"), ("ci of rest",), ("ab cd ef", "ab"),
        ("abc defg", "abcdefg", "abc"), ("a bcd ef", "abc"), ("abcd a", "abcda", "bcd a"), ("web bus",),
        ("abc abc", "abc abc abc"), ("abcdef", "abc de f", "ab cdef"),
    ],
    ids=str,
)  # fmt: skip
def test_a_run_is_found_where_its_letters_are_a_keywords_and_its_parts_are_long_enough(
    keywords: tuple[str, ...], prepared: bool
) -> None:
    tables = tables_of(*keywords, prepared=prepared)
    for letters in {keyword.replace(" ", "") for keyword in keywords}:
        for text in partings(letters):
            tokens = tokenize(f"{text} x")
            assert found_in(tables, tokens) == expected(tables, tokens), text


@pytest.mark.parametrize(
    ("keywords", "task"),
    [
        (("rest apidotkit x", "rest api k"), "the rest api dot kit x"),  # beyond where shorter ones end
        (("rest apidotkit", "restapi", "rest api"), "rest api dot kit"),
        (("alpha beta gamma", "alphabet", "alpha"), "alphabeta gamma alpha"),
        (("web hook web hook web",), "web hook web hook web hook web"),
        # folded as one word (`playstate`), but never one of them alone
        (
            ("play station", "my play station"),
            "my playstation, playstations, play state, my play station",
        ),
        (("flower ing", "my test ing x"), "flower, flowering, flower ing, my testing x, my test ing x"),
    ],
)
def test_every_keyword_is_found_whatever_begins_as_it_does(keywords: tuple[str, ...], task: str) -> None:
    for prepared in (False, True):
        tables, tokens = tables_of(*keywords, prepared=prepared), tokenize(task)
        assert found_in(tables, tokens) == expected(tables, tokens)
        assert found_in(tables, tokens)


@pytest.mark.parametrize("task", ["the .net rest api", "net --rest-api", "a web hook of --restapi", "net", "x"])
def test_in_tables_that_are_prepared_the_same_entries_are_found_in_the_same_order(task: str) -> None:
    at_once, prepared = (tables_of(".net", "rest api", "--rest api", "webhook", prepared=how) for how in (False, True))
    assert list(find(prepared, tokenize(task)).items()) == list(find(at_once, tokenize(task)).items())


# ── what is looked up ────────────────────────────────────────────────────────────────────────────────────


def looked_up(tables: Tables, task: str) -> list[str]:
    """What is looked up besides the words that have been seen before."""
    find(tables, tokenize(task))
    keys: list[str] = []
    cells = tables.cells

    class Noted:
        def get(self, key: str, /) -> Cell | None:
            keys.append(key)
            return cells.get(key)

    tables.cells = Noted()
    find(tables, tokenize(task))
    return keys


#: Keywords, a task, and the runs that are looked up in it; then those where it is known what goes on with what.
LOOKED_UP = [
    (("rest framework",), "rest", "", ""),
    (("rest framework",), "rest api test", "restapi", ""),
    (("rest framework",), "rest framework api test", "restframework restframeworkapi", "="),
    (("rest framework",), "rest frames are wide", "restframe restframeare restframearewide", "="),
    (("rest framework",), "rest frames cope is wide", "restframe restframecope", "="),
    (("rest framework", "rest api test kit"), "rest framework is wide now", "restframework restframeworkis", "="),
    (("rest api test kit",), "restapi test kit now", "restapitest restapitestkit restapitestkitnow", "="),
    (("rest api test kit",), "restapi x test kit now", "restapix restapixtest restapixtestkit", ""),
    (("rest", "restapi"), "rest framework is here", "restframework", ""),
    (("webhooks",), "web hooks are here", "webhook", "="),
    (("webhooks",), "web of hooks", "webof", ""),
    (("webhooks",), "webho oks are", "", ""),
    (("webhooks",), "we bhooks are", "", ""),
    (("a of the long way", "a"), "a in the way", "ain", ""),
    (("a of", "ab"), "a b of", "ab", "="),
    (("web bus",), "webbus and web bus and", "webbus webbusand", "="),
    (("web", "web server"), "web serve the server", "webserve webservethe", "="),
]


@pytest.mark.parametrize("row", LOOKED_UP, ids=str)
def test_a_run_is_looked_up_while_a_keyword_may_go_on_with_it(row: tuple[tuple[str, ...], str, str, str]) -> None:
    keywords, task, runs, known = row
    assert looked_up(tables_of(*keywords), task) == runs.split()
    assert looked_up(tables_of(*keywords, prepared=True), task) == (runs if known == "=" else known).split()


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────

#: By what is kept: how long what begins so is at most, whether it is in parts (1) or goes on with anything (2), with
#: what else, and the keywords by their numbers (sixteen rows an entry).
KEPT: list[tuple[tuple[str, ...], dict[str, object]]] = [
    (("webapi",), {"webapi": 0, "web": (0, 1, "")}),
    (("weapi",), {"weapi": 0}),
    (("rest api",), {"restapi": 0, "rest": (7, 0, " api ")}),
    (("rest api test",), {"restapitest": 0, "restapi": -11, "rest": (11, 0, " api ")}),
    (("ci of rest",), {"ciofrest": 0, "ciof": -8, "ci": (8, 0, " of ofr ")}),
    (("ci rest", "ci of"), {"cirest": 0, "ciof": 16, "ci": (6, 0, " res of ")}),
    (("rest api", "restapi"), {"restapi": (0, 0, "", 0, 16), "rest": (7, 1, " api "), "res": (0, 1, "")}),
    (("rest", "rest web", "rest frame"), {"rest": (9, 0, " web fra ", 0), "restweb": 16, "restframe": 32}),
    (("a b x", "a b long", "a b c"), {"abx": 0, "ablong": 16, "abc": 32, "ab": -6, "a": (6, 0, " b bx blo bc ")}),
    (("ab", "a b x"), {"ab": (3, 2, "", 0), "abx": 16, "a": (3, 0, " b bx ")}),
    (("a b x", "ab"), {"abx": 0, "ab": (3, 2, "", 16), "a": (3, 0, " b bx ")}),
    (("ab", "a b x", "a b long"), {"ab": (6, 2, "", 0), "abx": 16, "ablong": 32, "a": (6, 0, " b bx blo ")}),
    (("ab", "a b long", "a b x"), {"ab": (6, 2, "", 0), "ablong": 16, "abx": 32, "a": (6, 0, " b blo bx ")}),
    (("a b", "ab c d"), {"ab": (4, 0, " c cd ", 0), "abcd": 16, "abc": -4, "a": (2, 0, " b ")}),
    (("a b c d e",), {"abcde": 0, "ab": -5, "abc": -5, "abcd": -5, "a": (5, 0, " b bcd ")}),
    (("play station",), {"playstation": 0, "playstate": 0, "play": (11, 0, " sta ")}),
]


@pytest.mark.parametrize(("keywords", "kept"), KEPT, ids=str)
def test_a_keyword_is_kept_under_its_words_as_one_and_what_it_begins_with_says_what_follows(
    keywords: tuple[str, ...], kept: dict[str, object]
) -> None:
    assert tables_of(*keywords).keys == kept


@pytest.mark.parametrize(("size", "begins"), [(5, 0), (6, 1), (99, 94), (100, 95), (101, 0)])
def test_a_word_of_a_hundred_letters_is_found_in_parts_of_three_or_more(size: int, begins: int) -> None:
    assert sorted(map(len, names_of(tables_of("x" * size).keys))) == [*range(3, 3 + begins), size]


@pytest.mark.parametrize("known", [4, 5])
def test_where_very_much_may_follow_it_is_not_worked_out(known: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxload.matching.lookups.prepared.KNOWN", known)
    following = tables_of("rest", "rest api", "restframe", "resty", "other", prepared=True).following
    assert following("other") == set() and following("resty") == set()
    assert following("rest") == ({"api", "f", "fr", "fra", "y"} if known == 5 else None)

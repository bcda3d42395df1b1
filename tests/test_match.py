"""Matching, as section 4 of the contract says it: a table of traps, and the scores behind the choice."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from ctxload.index.parser import parse
from ctxload.matching import document_words, scripts, tables, tokens, unicode_words
from ctxload.matching import matcher as match
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import find, find_parts
from ctxload.matching.tables import KEYWORD, STEM_ID, Tables
from ctxload.matching.tokens import tokenize
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

HERE = Path(__file__).parent


@cache
def traps() -> list[tuple[str, str, bool]]:
    """The rows of `traps.tsv`."""
    rows = [
        line.split("\t")
        for line in (HERE / "traps.tsv").read_text(encoding="utf-8").split("\n")
        if line and not line.startswith("# ")
    ]
    return [
        (keyword, text.replace("\\r", "\r").replace("\\n", "\n").replace("\\u0301", "\u0301"), fires == "1")
        for keyword, text, fires in rows
    ]


def tables_of(text: str) -> Tables:
    return compile_index(parse(Source("context-index.yml", text)).index)


def with_keywords(**keywords: list[str]) -> str:
    """An index of entries named `zz-NAME` with these keywords, and no fallback."""
    entries = [{"path": f"zz-{name}.md", "keywords": words} for name, words in keywords.items()]
    return json.dumps({"fallback": "none", "context_files": entries}, ensure_ascii=False)


def answer(index: str, task: str, **request: object) -> Resolution:
    tables = tables_of(index)
    paths = [path for row in range(len(tables.entries)) for path, _, _ in tables.entries[row].paths]
    files = {path: "# x\n" + "\n" * number for number, path in enumerate(paths)}  # the same bytes come once
    return resolve(tables, MemoryTree(files), Request(task, **request))  # type: ignore[arg-type]


def names(resolution: Resolution) -> list[str]:
    return [path.removeprefix("zz-").removesuffix(".md") for path in resolution.paths]


@pytest.mark.parametrize("keyword", sorted({row[0] for row in traps()}))
def test_a_keyword_fires_where_it_stands_and_nowhere_else(keyword: str) -> None:
    for text, fires in [row[1:] for row in traps() if row[0] == keyword]:
        resolution = answer(with_keywords(it=[keyword]), text, match="whole")
        assert bool(resolution.paths) is fires, (text, find(tables_of(with_keywords(it=[keyword])), tokenize(text)))


def test_there_are_enough_traps_and_none_twice() -> None:
    rows = traps()
    assert len(rows) >= 80
    assert len({row[:2] for row in rows}) == len(rows)


# ── the order, and the words of a score ──────────────────────────────────────────────────────────────────


def test_the_entry_with_more_words_of_its_own_goes_first() -> None:
    index = with_keywords(a=["api"], b=["rest framework", "serializer"], c=["api", "rest framework"])
    assert names(answer(index, "a serializer for the rest framework api", match="whole"))[0] == "b"


def test_equal_scores_keep_the_order_of_the_index() -> None:
    assert names(answer(with_keywords(b=["beta"], a=["alpha"]), "alpha beta", match="whole")) == ["b", "a"]
    assert names(answer(with_keywords(a=["alpha"], b=["beta"]), "alpha beta", match="whole")) == ["a", "b"]


def test_a_keyword_that_one_entry_owns_weighs_the_same_however_many_entries_there_are() -> None:
    few = answer(with_keywords(a=["unique"], b=["other"]), "unique", match="whole")
    many = answer(with_keywords(a=["unique"], **{f"n{n}": [f"word{n}"] for n in range(300)}), "unique", match="whole")
    assert few.files[0].score == many.files[0].score == 1000


def test_a_word_that_several_entries_share_weighs_less_and_a_generic_one_half() -> None:
    shared = answer(with_keywords(a=["alpha"], b=["alpha"], c=["gamma"]), "alpha", match="whole")
    assert 0 < shared.files[0].score < 1000
    assert answer(with_keywords(a=["project"], b=["gamma"]), "project", match="whole").files[0].score == 500


def test_a_keyword_that_occurs_often_counts_once() -> None:
    once, often = (answer(with_keywords(a=["alpha"]), task, match="whole") for task in ("alpha", "alpha alpha Alpha"))
    assert once.files[0].score == often.files[0].score
    assert often.files[0].reasons[0].spans == ((0, 5), (6, 11), (12, 17))


def test_every_score_is_the_sum_of_its_named_terms() -> None:
    index = with_keywords(a=["alpha beta", "beta"], b=["alpha", "gamma delta"], c=["beta"])
    for task in ("alpha beta gamma delta", "beta", "gamma", "alpha beta beta"):
        for file in answer(index, task).files:
            assert file.score == sum(term.points for reason in file.reasons for term in reason.terms)


def test_overlapping_keywords_are_all_found() -> None:
    index = with_keywords(a=["rest framework"], b=["framework api"], c=["rest framework api"], d=["framework"])
    assert sorted(names(answer(index, "the rest framework api", match="whole"))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "first", ["rest a framework", "rest-a", "restAFramework", "RESTaframework", "rest a Framework"]
)
def test_a_phrase_is_found_however_many_of_its_first_words_are_written_as_one(first: str) -> None:
    index = with_keywords(a=["rest a framework api test"], b=["rest a"], c=["restaframework"], d=["re"])
    rest = "framework api test" if first == "rest-a" else "api test"
    assert "a" in names(answer(index, f"fix the {first} {rest} now", match="whole"))


def test_a_reason_names_the_keyword_as_written_and_the_words_of_the_task() -> None:
    reason = answer(with_keywords(a=["REST-framework"]), "Use the Rest  Framework!").files[0].reasons[0]
    assert (reason.by, reason.words, reason.spans) == ("REST-framework", ("Rest  Framework",), ((8, 23),))


def test_a_keyword_read_through_an_alias_says_so() -> None:
    reason = answer(with_keywords(a=["kubernetes"]), "our k8s").files[0].reasons[0]
    assert reason.by == "kubernetes"
    assert "k8s" in reason.note


@pytest.mark.parametrize("keyword", ["", " ", "---", "!!!", "a, b", "rest, framework", "🙂", "a. b"])
def test_a_keyword_without_words_or_across_clauses_never_fires(keyword: str) -> None:
    assert not answer(with_keywords(a=[keyword]), f"x {keyword} y a, b rest framework 🙂").paths


@pytest.mark.parametrize(
    ("keyword", "task", "fires"),
    [
        ("/design-review", "/design-review", True),
        ("/design-review", "please /design review it", True),
        ("/design-review", "/design-review!", True),
        ("/design-review", "/design-review.x", False),
        ("/design-review", "/design-review/it", False),
        ("/design-review", "x/design-review", False),
        ("/a", "/a", True),
        ("/a", "/a.", True),
        ("/a", "/a.5", False),
        ("/a", "/a.5.1", False),
        ("/a", "/a..", True),
        ("/a", "/a-b", False),
        ("/api/users", "x/api/users-b", True),  # a path is no command
        ("--a", "x--a-b", True),
        # a sign before the first word is none behind the last one
        (".net", "net is fine.", False),
        (".net", ".net", True),
        ("--net", "-net", False),
    ],
)
def test_a_command_stands_where_one_is_typed_and_other_signs_anywhere(keyword: str, task: str, fires: bool) -> None:
    assert bool(answer(with_keywords(it=[keyword]), task, match="whole").paths) is fires


# ── ids and stems ────────────────────────────────────────────────────────────────────────────────────────

WRITTEN = "{fallback: none, context_files: [{id: payment-gateway, path: a.md}]}"
STEM = "{fallback: none, context_files: [{path: payment-gateway.md}, {path: other.md}]}"


@pytest.mark.parametrize("mode", ["whole", "focused"])
def test_a_written_id_counts_as_a_keyword(mode: str) -> None:
    assert answer(WRITTEN, "the payment gateway is down", match=mode).paths == ("a.md",)


def test_an_id_that_is_only_the_files_stem_is_no_keyword_but_names_its_document() -> None:
    assert answer(STEM, "the payment gateway is down", match="whole").paths == ()
    assert answer(STEM, "the payment gateway is down").paths == ("payment-gateway.md",)


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────

PHRASES = with_keywords(state=["state management library"], db=["database migration plan"], ui=["button"])


def test_in_whole_a_part_of_a_phrase_never_calls() -> None:
    assert answer(PHRASES, "managing the state", match="whole").paths == ()


def test_a_part_of_a_phrase_is_evidence_and_says_what_it_lacks() -> None:
    found = answer(PHRASES, "the button beside the library of state")
    assert names(found) == ["ui"]
    (state,) = (verdict for verdict in found.verdicts if verdict.entry == "zz-state")
    assert (state.nearest, state.missing) == ("state management library", ("manage",)) and state.score


def test_words_of_grammar_are_no_evidence() -> None:
    assert answer(with_keywords(a=["how to do it with the others"]), "how do it with the").paths == ()


def test_an_entry_that_asks_for_whole_is_never_called_by_part() -> None:
    index = "{fallback: none, context_files: [{path: a.md, keywords: [state management], match: whole}]}"
    assert answer(index, "the state").paths == ()
    assert answer(index, "state management").paths == ("a.md",)


def test_parts_are_found_by_the_words_that_are_there() -> None:
    parts = find_parts(tables_of(PHRASES), tokenize("migrating the database"))
    assert [part.present for part in parts[1]] == [("database", "migrate")]


def test_parts_of_one_kind_are_those_of_it_among_all() -> None:
    entries = "{path: rest-page.md, keywords: [rest framework, page title]}, {path: rest.md}"
    tables = tables_of(f"{{context_files: [{entries}]}}")
    rows, every = tables.keywords, find_parts(tables, tokenize("the rest page"))
    assert {rows[part.keyword].kind for parts in every.values() for part in parts} == {KEYWORD, STEM_ID}
    for kind in (KEYWORD, STEM_ID):
        kept = {entry: [part for part in parts if rows[part.keyword].kind == kind] for entry, parts in every.items()}
        assert find_parts(tables, tokenize("the rest page"), kind) == {n: parts for n, parts in kept.items() if parts}


def parts_in(task: str, *keywords: str) -> list[tuple[str, tuple[str, ...], float]]:
    """The phrases of one entry of which most stands in a task, with what of them does, and their share."""
    tables = tables_of(with_keywords(it=list(keywords)))
    return [
        (tables.keywords[part.keyword].text, part.present, part.cover)
        for part in find_parts(tables, tokenize(task)).get(0, [])
    ]


@pytest.mark.parametrize(
    ("task", "keywords", "parts"),
    [
        ("alpha", ("alpha beta",), [("alpha beta", ("alpha",), 0.5)]),  # half of it is enough
        ("alpha", ("alpha beta gamma",), []),
        ("beta of alpha", ("alpha beta gamma",), [("alpha beta gamma", ("alpha", "beta"), 0.666)]),
        ("alpha, beta", ("alpha beta",), [("alpha beta", ("alpha", "beta"), 1.0)]),
        ("alpha alpha", ("alpha beta",), [("alpha beta", ("alpha",), 0.5)]),
        ("alpha", ("alpha beta", "gamma alpha", "beta gamma"), [
            ("alpha beta", ("alpha",), 0.5), ("gamma alpha", ("alpha",), 0.5),
        ]),
        ("alpha gamma", ("alpha beta", "gamma alpha"), [
            ("alpha beta", ("alpha",), 0.5), ("gamma alpha", ("alpha", "gamma"), 1.0),
        ]),
        ("the project", ("project of alpha",), []),  # generic: a third of it
        ("project", ("project application",), [("project application", ("project",), 0.5)]),
        ("alpha", ("alpha",), []),  # no phrase
    ],
)  # fmt: skip
def test_a_part_of_a_phrase_is_told_with_its_share(
    task: str, keywords: tuple[str, ...], parts: list[tuple[str, tuple[str, ...], float]]
) -> None:
    assert parts_in(task, *keywords) == parts


def points_in(task: str, *keywords: str, factors: tuple[float, float] | None = None, by: float = 1.0) -> dict[str, int]:
    """What each keyword of one entry adds in a task, whole or (with a `~`) by part; `by` is what a place counts."""
    tables, tokens = tables_of(with_keywords(it=list(keywords))), tokenize(task)
    hits, parts = find(tables, tokens).get(0, []), find_parts(tables, tokens).get(0, [])
    wholes = {hit.keyword for hit in hits}
    rest = [part for part in parts if part.keyword not in wholes]
    both = match.points_of_both(tables, hits, rest, lambda hit: by, *([factors] if factors else []))
    if by == 1.0 and factors is None and not (hits and rest):  # the same, where there is but one kind
        alone = match.points_of(tables, hits) if hits else match.points_of_parts(tables, rest)
        assert dict(alone) == {number: points for (number, _), points in both.items()}
    return {("" if whole else "~") + tables.keywords[number].text: points for (number, whole), points in both.items()}


@pytest.mark.parametrize(
    ("task", "keywords", "points"),
    [
        ("alpha", ("alpha",), {"alpha": 1000}),
        ("alpha", ("alpha", "beta"), {"alpha": 1000}),
        ("alpha beta", ("alpha beta",), {"alpha beta": 2500}),
        ("alpha alpha", ("alpha alpha",), {"alpha alpha": 1250}),  # a word counts once
        ("alpha beta", ("alpha", "beta"), {"alpha": 1000, "beta": 1000}),
        # with the keyword that makes most of it, else the first
        ("alpha beta", ("alpha", "alpha beta"), {"alpha beta": 2500}),
        ("alpha beta, gamma beta", ("alpha beta", "gamma beta"), {"alpha beta": 2500, "gamma beta": 1250}),
        ("gamma beta, alpha beta", ("alpha beta", "gamma beta"), {"gamma beta": 2500, "alpha beta": 1250}),
        ("alpha", ("alpha beta",), {"~alpha beta": 425}),
        ("alpha", ("alpha beta", "alpha gamma"), {"~alpha beta": 425}),
        ("alpha of beta", ("alpha beta gamma",), {"~alpha beta gamma": 1132}),
        ("alpha and beta", ("alpha beta", "beta gamma"), {"~alpha beta": 1700}),
        # wholes and parts in one account
        ("gamma alpha", ("gamma", "alpha beta"), {"gamma": 1000, "~alpha beta": 425}),
        ("alpha, gamma beta", ("alpha", "alpha beta", "gamma"), {"alpha": 1000, "gamma": 1000, "~alpha beta": 850}),
    ],
)
def test_a_word_counts_once_with_what_makes_most_of_it(
    task: str, keywords: tuple[str, ...], points: dict[str, int]
) -> None:
    assert points_in(task, *keywords) == points


def test_wholes_and_parts_count_what_they_are_said_to() -> None:
    assert points_in("alpha", "alpha", factors=(2.0, 0.1)) == {"alpha": 2000}
    assert points_in("alpha beta", "alpha beta", by=0.5) == {"alpha beta": 1250}
    assert points_in("alpha, beta", "alpha", "beta", factors=(2.0, 0.1), by=0.5) == {"alpha": 1000, "beta": 1000}
    assert points_in("alpha, beta gamma", "alpha", "beta gamma", by=0.5) == {"alpha": 500, "beta gamma": 1250}
    assert points_in("alpha, beta", "alpha", "beta x", factors=(2.0, 0.1)) == {"alpha": 2000, "~beta x": 50}


# ── aliases of the index ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keyword", "task", "fires"),
    [
        ("drf", "the django rest framework", True),
        ("django rest framework", "drf", True),
        ("drf serializer", "a Django-REST-framework serializer", True),
        ("django", "drf", False),
        ("orders", "the purchase failed", True),
    ],
)
def test_an_alias_of_the_index_stands_for_its_words_both_ways(keyword: str, task: str, fires: bool) -> None:
    index = json.dumps(
        {
            "fallback": "none",
            "aliases": {"drf": ["django rest framework"], "purchase": "order"},
            "context_files": [{"path": "a.md", "keywords": [keyword]}],
        }
    )
    assert bool(answer(index, task, match="whole").paths) is fires


# ── hostile sizes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_very_long_word_and_a_very_long_keyword_are_harmless() -> None:
    index = with_keywords(a=["x" * 5000], b=["a " * 400])
    assert answer(index, "x" * 100_000 + " " + "a " * 1000) is not None


@pytest.mark.parametrize(
    ("keyword", "task", "fires"),
    [
        ("webapi", "our web api", True),
        ("webapi", "our we bapi", False),
        ("mysql", "my sql", False),
        ("ormapi", "orm api", True),
    ],
)
def test_a_word_is_found_in_parts_of_three_letters_or_more(keyword: str, task: str, fires: bool) -> None:
    assert bool(answer(with_keywords(a=[keyword]), task, match="whole").paths) is fires


def test_a_task_beyond_the_limit_is_cut_with_a_finding() -> None:
    resolution = answer(with_keywords(a=["alpha"]), f"{'x' * 199} " * 5_000 + " alpha")
    assert resolution.paths == ()
    assert [finding.code for finding in resolution.diagnostics] == ["CTX407"]


def test_what_is_remembered_of_words_has_bounds_and_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    index = with_keywords(api=["rest framework"], sql=["MySQL"], ui=["button"])
    tasks = [f"the REST-framework view {n} my buttons naïve{n} queries and MySQL" for n in range(9)]
    before = [[*names(answer(index, task)), *tokenize(task).forms] for task in tasks]
    for room, name in ((match, "KNOWN"), (tables, "KNOWN"), (tokens, "_FORMS_KEPT"), (unicode_words, "KEPT")):
        monkeypatch.setattr(room, name, 2)
    for memory in (tokens._forms, unicode_words._folds):
        memory.clear()
    compiled = tables_of(index)
    files = MemoryTree({f"zz-{name}.md": "# x\n" + "\n" * at for at, name in enumerate(("api", "sql", "ui"))})
    after = [[*names(resolve(compiled, files, Request(task))), *tokenize(task).forms] for task in tasks]
    assert after == before
    assert len(tokens._forms) <= 2 and len(unicode_words._folds) <= 2


def memory_of_words() -> list[tuple[object, str, dict[str, object]]]:
    calls = match._calls_of(tables_of(with_keywords(api=["api"])))
    return [
        (tokens, "_FORMS_KEPT", tokens._forms),
        (unicode_words, "KEPT", unicode_words._folds),
        (match, "KNOWN", calls),
        (document_words, "_SAID_KEPT", document_words._Said()),
        (document_words, "_SAID_KEPT", document_words._Read()),
    ]  # type: ignore[list-item]


@pytest.mark.parametrize("at", range(5))
def test_so_many_words_are_remembered_and_then_it_begins_anew(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, memory = memory_of_words()[at]
    memory.clear()
    monkeypatch.setattr(room, name, 3)
    sizes = [len(memory) for word in ("red", "green", "blue", "black", "white") if memory[word] is not None]
    assert sizes == [1, 2, 3, 1, 2]


@pytest.mark.parametrize("at", range(3))
def test_a_word_of_64_letters_is_not_remembered(at: int) -> None:
    memory = memory_of_words()[at][2]
    memory.clear()
    assert [bool(memory["x" * size] is not None and len(memory)) for size in (64, 63)] == [False, True]


#: The first and the last letter of each block of Latin ones, and letters of others right beside.
LATIN = (
    "\u00aa\u024f\u0250\u02b8\u1d00\u1dbf\u1e00\u1eff\u2071\u209c\u2c60\u2c7f\ua722\ua7ff\uab30\ufb00\ufb06\uff21\uff5a"
)
BESIDE_LATIN = "\u1f00\u2c5f\u2c80\ua800\uab70"
#: Likewise of the scripts that write without spaces, and of others.
UNSPACED = "\u0e01\u1000\u109f\u1780\u3005\u3007\u30ff\u31f0\u31ff\u3400\u4dbf\u4e00\u9fff\uf900\uff66\uff9f\U00020000"
BESIDE_UNSPACED = "\u10a0\ua000\ufb00\uffa0"


def test_a_word_goes_over_into_another_script_where_latin_letters_meet_others() -> None:
    assert [hex(ord(letter)) for letter in LATIN if not scripts.turns(f"д{letter}", 1)] == []
    assert [hex(ord(letter)) for letter in BESIDE_LATIN if scripts.turns(f"д{letter}", 1)] == []
    assert not scripts.turns("éa", 1) and not scripts.turns("aé", 1) and scripts.turns("д1a", 2)


def test_scripts_without_spaces_are_told_by_their_letters() -> None:
    assert [hex(ord(letter)) for letter in UNSPACED if not scripts.is_unspaced(letter)] == []
    assert [hex(ord(letter)) for letter in BESIDE_UNSPACED if scripts.is_unspaced(letter)] == []

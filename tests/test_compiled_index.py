"""What an index is compiled to: how its keywords are read, what they weigh, and what else is kept of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ctxload.index.model import Index
from ctxload.index.parser import parse
from ctxload.matching import compiler
from ctxload.matching import tables as compiled
from ctxload.matching.compiler import Aliases, aliases_of, compile_index, documents_of, phrase, said_of_row, settings_of
from ctxload.matching.tables import AgentRow, ReasonParts, Tables, open_cell
from ctxload.text.source import Source


def index_of(text: str) -> Index:
    return parse(Source("i.yml", text)).index


def tables_of(*entries: dict[str, Any], **more: Any) -> Tables:
    """The tables of an index of such entries; the path of each but what names one is `NUMBER.md`."""
    rows = [{"path": f"{number}.md", **entry} for number, entry in enumerate(entries)]
    return compile_index(index_of(json.dumps({**more, "context_files": rows})))


def readings(tables: Tables, *kinds: str) -> list[str]:
    """The ways in which texts of these kinds are read, in the order of their rows."""
    rows = [tables.keywords.raw(number) for number in tables.keywords.numbers()]
    return [f"{lead}{' '.join(words)}" for _, _, kind, lead, words, _ in rows if kind in kinds]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────

NO_WORDS: tuple[str, tuple[str, ...]] = ("", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", NO_WORDS),
        ("a", ("", ("a",))),
        ("A-b_C", ("", ("a", "b", "c"))),
        ("a\tb", ("", ("a", "b"))),
        ("1a", ("", ("1a",))),
        ("größe", ("", ("grösse",))),
        ("数据", ("", ("数", "据"))),
        ("\u02bcb", ("", ("b",))),  # a mark that is a letter is no sign
        ("é", ("", ("é",))),
        # signs that it begins with, right before its first word
        (".net", (".", ("net",))),
        ("--help me", ("--", ("help", "me"))),
        ("-a", ("-", ("a",))),
        ("_a", ("_", ("a",))),
        ("/a/b", ("/", ("a", "b"))),
        ("- a", ("", ("a",))),
        (" .net", (".", ("net",))),
        ("(.net", (".", ("net",))),
        ("'.net", (".", ("net",))),
        (".(net", ("", ("net",))),
        (". (-net", ("", ("net",))),
        # no more than one clause, and fifty words, and a thousand letters
        ("a, b", NO_WORDS),
        ("a. b", NO_WORDS),
        ("a " * 50, ("", ("a",) * 50)),
        ("a " * 51, NO_WORDS),
        ("é " * 50, ("", ("é",) * 50)),
        ("é " * 51, NO_WORDS),
        ("-" + "a " * 50, ("-", ("a",) * 50)),
        ("-" + "a " * 51, NO_WORDS),
        ("x" * 999 + " b", ("", ("x" * 999,))),
        ("x" * 998 + " b", ("", ("x" * 998, "b"))),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_keyword_is_its_words_and_the_signs_right_before_them(
    text: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert phrase(text) == expected


@pytest.mark.parametrize(("size", "read"), [(99, 0), (100, 1)])
def test_a_plain_keyword_of_99_letters_is_read_without_looking_for_clauses(
    size: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    aliases_of(None)  # which are read once, too
    told: list[str] = []
    tokenize = compiler.tokenize
    monkeypatch.setattr(compiler, "tokenize", lambda text: told.append(text) or tokenize(text))
    assert phrase("x" * size) == ("", ("x" * size,))
    assert phrase("y-" * (size // 2) + "y" * (size % 2)) is not None
    assert len(told) == 2 * read
    tables_of({"keywords": ["z" * size]})
    assert len(told) == 3 * read


@pytest.mark.parametrize(
    ("keyword", "parts"),
    [
        ("useState", "use state"),
        ("XMLHttpRequest", "xml http request"),
        ("RestAPI", "rest api"),
        ("HTTPServer", "http server"),
        ("abcDef1", "abc def1"),
        ("FooBarBaz", "foo bar baz"),
        ("useTests", "use test"),
        ("useST", ""),  # a part of two letters
        ("usEtest", ""),
        ("aBcDef", ""),
        ("fooABCDe", ""),
        ("abcABCdef", ""),  # `AB` would be one
        ("abcXyzW", ""),
        ("restAPItest", ""),
        ("Abcdef", ""),
        ("abcdef", ""),
        ("ABCDEF", ""),
        ("éaaBbb", ""),
        ("use-State", ""),
    ],
)
def test_a_camel_case_keyword_is_read_in_its_parts_of_three_letters_or_more(keyword: str, parts: str) -> None:
    plain = " ".join(phrase(keyword)[1])
    assert readings(tables_of({"keywords": [keyword]}), "keyword") == [plain, *([parts] if parts else [])]


def test_a_keyword_is_read_once_however_often_it_is_written() -> None:
    tables = tables_of({"keywords": ["Alpha-Beta", "alpha betas", "alphaBeta", "alpha"], "exclude": ["beta", "Betas"]})
    assert readings(tables, "keyword") == ["alpha beta", "alphabeta", "alpha"]
    assert readings(tables, "exclude") == ["beta"]


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ({"path": "docs/rest-api.md"}, ["rest api"]),
        ({"path": "docs/v1.2.md"}, ["v1 2"]),
        ({"path": "docs/restApi.md"}, ["restapi"]),  # a name is read as it is written alone
        ({"path": ["docs/one.md", "docs/two.md"]}, ["one"]),
        ({"id": "x", "path": ["docs/one.md", "docs\\two.x.md"]}, ["one", "two x"]),
        ({"id": "x", "path": "docs/one"}, ["one"]),
        ({"id": "one", "path": "one.md"}, []),  # the id is read already
    ],
)
def test_the_names_of_files_are_read_without_folders_and_endings(entry: dict[str, Any], names: list[str]) -> None:
    assert readings(tables_of(entry), "file name") == names


def test_an_id_is_read_where_it_was_written() -> None:
    assert readings(tables_of({"id": "rest-api"}, {"path": "docs/ci.md"}), "id") == ["rest api"]


def test_a_keyword_of_several_sections_is_read_once_and_calls_for_all_of_them() -> None:
    tables = tables_of({"sections": {"One": ["rest api", "x"], "Two": ["REST-APIs", "x", "x"]}})
    assert readings(tables, "section") == ["rest api", "x"]
    row = tables.entries[0]
    assert row.sections_of("rest api") == ("One", "Two") == row.sections_of("x")
    assert row.sections_of("y") == ()


# ── aliases ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keyword", "aliases", "expected"),
    [
        ("gamma", {"beta": "gamma"}, ["gamma", "beta"]),
        ("beta", {"beta": "gamma"}, ["beta", "gamma"]),
        ("my beta plan", {"beta": "gamma"}, ["my beta plan", "my gamma plan"]),
        ("beta beta", {"beta": "gamma"}, ["beta beta", "gamma beta", "beta gamma"]),
        ("the one two", {"one two": "three"}, ["the one two", "the three"]),
        ("one two", {"one two": "three"}, ["one two", "three"]),
        ("one", {"one two": "three"}, ["one"]),
        ("beta", {"beta": ["gamma", "delta"]}, ["beta", "gamma", "delta"]),
        ("one two", {"one": "a", "one two": "b", "two": "c"}, ["one two", "a two", "b", "one c"]),
        ("beta", {"beta": "Betas"}, ["beta"]),  # reads alike
        ("beta", {"beta": "a, b", "": "beta"}, ["beta"]),
        # signs belong to the first word
        (".beta", {"beta": "gamma"}, [".beta"]),
        ("beta", {".beta": "gamma"}, ["beta"]),
        (".beta", {".beta": "gamma"}, [".beta", "gamma"]),
        ("gamma", {".beta": "gamma"}, ["gamma", ".beta"]),
        ("my gamma", {".beta": "gamma"}, ["my gamma", "my beta"]),
        (".my gamma", {"beta": "gamma"}, [".my gamma", ".my beta"]),
    ],
)
def test_an_alias_is_put_in_for_one_run_of_words_at_a_time(
    keyword: str, aliases: dict[str, Any], expected: list[str]
) -> None:
    assert readings(tables_of({"keywords": [keyword]}, aliases=aliases), "keyword") == expected


@pytest.mark.parametrize("count", [9, 10, 11])
def test_twelve_ways_to_read_a_keyword_are_kept(count: int) -> None:
    tables = tables_of({"keywords": ["oneTwo"]}, aliases={"onetwo": [f"word{number}" for number in range(count)]})
    assert readings(tables, "keyword")[:2] == ["onetwo", "one two"]
    assert len(readings(tables, "keyword")) == 2 + min(count, 10)
    words = {"one": ["a1", "a2", "a3", "a4"], "one two": ["b1", "b2"], "two": ["c1", "c2", "c3"]}
    assert len(readings(tables_of({"keywords": ["one two"]}, aliases=words), "keyword")) == 10


def test_aliases_that_every_index_has_are_made_once() -> None:
    assert aliases_of(None) is aliases_of(index_of("{}")) is aliases_of(index_of("{context_files: [{path: a.md}]}"))
    own = aliases_of(index_of("{aliases: {drf: django rest}}"))
    assert own is not aliases_of(None)
    assert own.readings("", ("drf",)) and not aliases_of(None).readings("", ("drf",))


def test_a_plain_word_is_worked_out_once_and_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[str] = []
    form = compiler.form
    monkeypatch.setattr(compiler, "form", lambda word: worked_out.append(word) or form(word))
    monkeypatch.setattr(compiler, "MANY", 3)
    plain = Aliases().plain
    worked_out.clear()
    assert [plain[word] for word in ("tests", "tests", "Tests", "te-sts", "größe", "x" * 99, "x" * 100)] == [
        "test", "test", "", "", "", "x" * 99, "",
    ]  # fmt: skip
    assert worked_out == ["tests", "x" * 99]
    plain.clear()
    assert [len(plain) for word in ("one", "two", "three", "four", "five") if plain[word]] == [1, 2, 3, 4, 1]


# ── what they weigh ──────────────────────────────────────────────────────────────────────────────────────


def weights(tables: Tables) -> dict[str, tuple[int, int]]:
    """What each word weighs, in thousandths, and how many entries have it."""
    return {word: (cell & 1023, cell >> 10) for word, cell in dict(tables.weights).items()}  # type: ignore[call-overload]


def test_a_word_weighs_less_the_more_entries_have_it_and_a_generic_one_half() -> None:
    rows = [{"id": f"n{n}x", "path": f"n{n}x.md", "keywords": ["alpha", "project"][: n + 1]} for n in range(2)]
    found = weights(tables_of(*rows, {"id": "n2x", "path": "n2x.md", "keywords": ["alpha", "beta of", "project"]}))
    # ln(1 + 3 / holders) / ln(1 + 3)
    assert found["alpha"] == (500, 3) and found["beta"] == (1000, 1) and found["n2x"] == (1000, 1)
    assert found["project"] == (330, 2) and found["of"] == (0, 1)


@pytest.mark.parametrize(
    ("entries", "word", "expected"),
    [
        ([{"keywords": ["und"]}], "und", (1000, 1)),  # of another language, but a keyword
        ([{"keywords": ["und so"]}], "und", (0, 1)),
        ([{"keywords": ["the"]}], "the", (0, 1)),
        ([{"exclude": ["alpha"]}], "alpha", None),  # what only vetoes have
        ([{"exclude": ["alpha"], "keywords": ["alpha beta"]}], "alpha", (1000, 1)),
        ([{"sections": {"One": ["alpha"]}}], "alpha", (1000, 1)),
        ([{"path": "alpha.md"}], "alpha", (1000, 1)),  # the name of a file where it is the id
        ([{"id": "x1", "path": "alpha.md"}], "alpha", (1000, 0)),
        ([{"id": "x1", "path": "alpha.md"}, {"keywords": ["alpha"]}], "alpha", (1000, 1)),
        ([{"keywords": ["alpha", "alpha beta"]}], "alpha", (1000, 1)),  # an entry counts once
    ],
)
def test_a_word_counts_with_each_entry_that_has_it(
    entries: list[dict[str, Any]], word: str, expected: tuple[int, int] | None
) -> None:
    assert weights(tables_of(*entries)).get(word) == expected


@pytest.mark.parametrize(
    ("keyword", "worth"),
    [("alpha", 1000), ("alpha beta", 2500), ("alpha beta gamma", 4500), ("alpha of", 1250), ("alpha alpha", 1250)],
)
def test_a_keyword_is_worth_its_words_and_a_quarter_more_for_each_further_one(keyword: str, worth: int) -> None:
    assert tables_of({"keywords": [keyword]}).keywords[0].worth == worth


def test_a_veto_is_worth_nothing_by_words_that_no_keyword_has() -> None:
    tables = tables_of({"path": "x.md", "exclude": ["alpha beta"], "keywords": ["beta"]})
    row = next(row for number in tables.keywords.numbers() if (row := tables.keywords[number]).kind == "exclude")
    assert (row.words, row.weights, row.worth) == (("alpha", "beta"), (0, 1000), 1250)


def parts(tables: Tables, word: str) -> list[tuple[str, int]]:
    """The phrases that a word is a part of, with its share in thousandths."""
    return [(tables.keywords[one >> 10].text, one & 1023) for one in tables.parts.get(word) or ()]


def test_a_phrase_is_found_by_each_of_its_words_that_weighs_something() -> None:
    tables = tables_of(
        {"path": "the-name.md", "keywords": ["alpha beta", "project alpha", "alpha of alpha", "gamma"]},
        {"path": "x.md", "exclude": ["delta veto"], "sections": {"One": ["delta section"]}},
    )
    assert parts(tables, "alpha") == [("alpha beta", 500), ("project alpha", 667), ("alpha of alpha", 1000)]
    assert parts(tables, "project") == [("project alpha", 333)]
    assert parts(tables, "x") == [("x", 1000)]  # the name of a file, of one word
    assert [parts(tables, word) for word in ("of", "gamma", "veto", "section", "the")] == [[]] * 5


@pytest.mark.parametrize("count", [2, 3, 4])
def test_of_a_word_that_too_many_phrases_have_only_their_number_is_kept(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctxload.matching.lookups.parts.COMMON", 3)
    tables = tables_of(*[{"keywords": [f"alpha word{number}"]} for number in range(count)])
    cell = tables.parts.get("alpha")
    assert cell is not None and len(cell) == (count if count <= 3 else 1)
    assert (cell[0] == -count) is (count > 3)


def test_words_are_kept_by_how_they_begin_and_end_with_how_many_keywords_have_them() -> None:
    tables = tables_of(
        {"path": "migration.md", "id": "scheduler", "keywords": ["databases", "database plan", "useDatabase", "db"]},
        {"exclude": ["webhook"], "sections": {"One": ["webhook"]}},
    )
    assert tables.parts.get(">dat") == {"database": 3, "databases": 1}
    assert tables.parts.get("<uler") is None and tables.parts.get("<ler") == {"scheduler": 1}
    assert tables.parts.get(">mig") is None


# ── what else is kept ────────────────────────────────────────────────────────────────────────────────────

INDEX = """
name: shop
match: whole
budget: {max_tokens: 5000, max_files: 7}
fallback: {reviewer: none, tester: [b], "*": [a]}
always: {"*": [README.md], writer: [w.md]}
agent_defaults: {tester: [b, gone, b], reviewer: [a]}
story_context_hints: {both: [b, a, b, gone]}
context_rules:
  - {pattern: 'golang.*file', context_ids: [b, gone, b], description: on Go}
  - {pattern: '(', context_ids: [a]}
context_files:
  - {id: a, path: docs/one.md, tags: [t, u], requires: [b, gone, b]}
  - {path: docs/b.md, agents: [], tags: [t], keywords: [one, two]}
  - {path: c.md, agents: [coder], needs: both, when_files: ['*.py'], keywords: [x]}
  - {path: d.md, for_files: ['*.css']}
  - {id: team/c, path: e.md}
"""


def test_what_holds_for_a_whole_index_is_kept_once() -> None:
    tables = compile_index(index_of(INDEX))
    meta = tables.meta
    assert (meta.match, meta.budget, meta.fallback, meta.always) == ("whole", (5000, 7), ("a",), ("README.md",))
    assert (meta.entry_count, meta.longest, meta.at_hand, meta.manual, meta.both) == (5, 2, (3,), (1,), (2,))
    assert (meta.forgets, meta.has_own) == (False, False)
    assert (tables.tags, tables.bundles) == ({"t": (0, 1), "u": (0,)}, {"both": (1, 0)})
    empty = index_of("{}")
    assert compile_index(empty).meta.budget == (None, None)
    assert compile_index(empty).meta.replace(documents="", bits=0) == settings_of(empty)


def test_an_id_is_a_written_one_before_a_name_of_a_file_and_the_first_of_several() -> None:
    assert compile_index(index_of(INDEX)).ids == {"a": 0, "team/c": 4, "b": 1, "c": 2, "d": 3}
    ids = tables_of({"path": "x.md"}, {"id": "x"}, {"id": "team/y", "path": "q.md"}, {"path": "b/z.md"}).ids
    assert ids == {"x": 1, "team/y": 2, "z": 3, "y": 2}
    ids = tables_of({"path": "web/release.md"}, {"path": "api/release.md"}).ids
    assert ids == {"web/release": 0, "api/release": 1, "release": 0}


def test_what_agents_are_told_is_kept_by_agent() -> None:
    agents = compile_index(index_of(INDEX)).agents
    assert agents == {
        "coder": AgentRow(None, None, ()),
        "reviewer": AgentRow((0,), "none", ()),
        "tester": AgentRow((1,), ("b",), ()),
        "writer": AgentRow(None, None, ("w.md",)),
    }


def test_a_rule_is_kept_whose_pattern_can_be_used() -> None:
    (rule,) = compile_index(index_of(INDEX)).rules
    assert (rule.pattern, rule.entries, rule.description, rule.line) == ("golang.*file", (1,), "on Go", 10)
    assert [rule.may_fire(text) for text in ("a golang file", "a go file")] == [True, False]
    assert rule.replace(needed=()).may_fire("anything")
    assert compile_index(index_of("{}")).rules == ()


@pytest.mark.parametrize(
    ("entry", "free"),
    [
        ({}, True),
        ({"keywords": ["x"], "tags": ["t"], "for_files": ["*.py"], "agents": ["coder"]}, True),
        ({"exclude": ["x"]}, False),
        ({"when_files": ["*.py"]}, False),
        ({"when_stack": ["react"]}, False),
        ({"keywords": ["x"], "for_files": ["*.py"], "needs": "both"}, False),
        ({"agents": []}, False),
    ],
)
def test_an_entry_is_free_that_nothing_but_a_keyword_decides(entry: dict[str, Any], free: bool) -> None:
    row = tables_of(entry).entries[0]
    assert row.free is free
    assert row.agents == (tuple(entry["agents"]) if "agents" in entry else None)
    assert row.has_veto is ("exclude" in entry)


@pytest.mark.parametrize(
    ("index", "plain"),
    [
        ("{}", True),
        ("{context_files: [{path: a.md, keywords: [x]}], fallback: none}", True),
        ("{context_rules: [{pattern: x, context_ids: [a]}]}", False),
        ("{always: [a.md]}", False),
        ("{context_files: [{path: a.md, for_files: ['*.py']}]}", False),
        ("{context_files: [{path: a.md, agents: []}]}", False),
    ],
)
def test_an_index_is_plain_in_which_keywords_and_directives_alone_choose(index: str, plain: bool) -> None:
    tables = compile_index(index_of(index))
    assert tables.plain is plain and tables.mode == "focused"


def test_a_word_is_a_keywords_where_one_stands_for_it_or_a_phrase_has_it() -> None:
    tables = tables_of({"path": "name.md", "keywords": ["alpha", "beta gamma", "useState"], "exclude": ["veto"]})
    words = ("alpha", "beta", "gamma", "usestate", "state", "name", "veto", "use", "usest", "betagamma", "other")
    assert [word for word in words if not tables.has_word(word)] == ["usest", "other"]


def test_without_words_ids_and_rules_alone_are_compiled() -> None:
    tables = compile_index(index_of(INDEX), words=False)
    assert len(tables.keywords) == 0 and dict(tables.weights) == {} and len(compile_index(index_of(INDEX)).keywords) > 0  # type: ignore[call-overload]
    assert tables.ids == compile_index(index_of(INDEX)).ids and len(tables.entries) == 5


def test_a_kept_cell_says_what_it_stands_for() -> None:
    assert open_cell(7) == (0, 0, "", (7,)) and open_cell(0) == (0, 0, "", (0,))
    assert open_cell(-7) == (7, 2, "", ())
    assert open_cell((5, 1, " api ", 8, 9)) == (5, 1, " api ", (8, 9))


def test_what_documents_are_of_is_told_by_entries_and_their_order() -> None:
    entries = [{"id": name, "path": f"{name}.md", "description": f"on {name}"} for name in ("one", "two", "three")]
    tables = tables_of(*entries)
    told = tables.meta.documents
    assert told == "7a986a4d99f24bc8.3"  # whoever compiles, for others read what was compiled
    assert documents_of([said_of_row(tables.entries[number]) for number in range(3)]) == told
    others = [
        [entries[1], entries[0], entries[2]],
        [entries[1], entries[2], entries[0]],
        entries[:2],
        [*entries, entries[0]],
        [{**entries[0], "description": "on another"}, *entries[1:]],
        [{**entries[0], "path": "four.md"}, *entries[1:]],
        [{**entries[0], "id": "four"}, *entries[1:]],
    ]
    signs = [tables_of(*some).meta.documents for some in others]
    assert len({told, *signs}) == 1 + len(others)
    assert tables_of(*[{**entry, "keywords": ["x"], "priority": 2} for entry in entries]).meta.documents == told


# ── what is remembered beside it ─────────────────────────────────────────────────────────────────────────


def test_what_was_found_in_a_tree_is_remembered_until_another_is_asked() -> None:
    memory, one, other = tables_of({}).memory, object(), object()
    files, answers = memory.files_in(one), memory.answers_in(one)
    files[1], answers[2] = ("a.md",), (3,)
    assert memory.files_in(one) is files and memory.answers_in(one) is answers
    assert (files, answers) == ({1: ("a.md",)}, {2: (3,)})
    assert memory.answers_in(other) == {} == memory.files_in(other)
    assert memory.files_in(one) == {} == memory.answers_in(one)


def test_so_many_reasons_are_remembered_and_then_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "KNOWN", 3)
    memory = tables_of({}).memory
    parts = ReasonParts("keyword", "keyword", "alpha", "one", (), "", ())
    sizes = []
    for number in range(5):
        memory.remember_reason((number, 1000), parts)
        sizes.append(len(memory.reasons))
    assert sizes == [1, 2, 3, 1, 2]

"""What a task means beside its words: what is left out, slips, and names in code; on both sides of each rule."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ctxload.errors import ExplicitContextError
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import Hit
from ctxload.matching.tables import KEYWORD, VETO
from ctxload.matching.task_words import Word
from ctxload.selection import meant
from ctxload.selection.meant import counted_less, note_of, note_of_words, parts_of_name, spans_of, vetoed_by
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

INDEX = """
fallback: none
context_files:
  - {id: db, path: db.md, keywords: [database, serializer, docker]}
  - {id: api, path: api.md, keywords: [endpoint]}
  - {id: cli, path: cli.md, keywords: [terminal]}
story_context_hints: {back: {context_ids: [api, cli]}, empty: {context_ids: []}}
"""
PAGES = {"db.md": "# x", "api.md": "# y\n\nThe ledgerr of accounts.", "cli.md": "# z"}


def answer(task: str, index: str = INDEX, **request: Any) -> Resolution:
    return resolve(compile_index(parse(Source("i.yml", index)).index), MemoryTree(PAGES), Request(task, **request))


def read(task: str) -> set[str]:
    """How words of a task are read, as the reasons tell it."""
    return {reason.note for file in answer(task).files for reason in file.reasons if reason.note}


# ── what is left out ─────────────────────────────────────────────────────────────────────────────────────

ALL = "the database, an endpoint, the terminal"


@pytest.mark.parametrize(
    ("without", "paths"),
    [
        ((), {"db.md", "api.md", "cli.md"}),
        (("db",), {"api.md", "cli.md"}),  # the first of the index
        (("cli",), {"db.md", "api.md"}),
        (("back",), {"db.md"}),
        (("back", "db"), set()),
    ],
)
def test_what_the_caller_names_is_left_out_by_id_or_bundle(without: tuple[str, ...], paths: set[str]) -> None:
    found = answer(ALL, without=without)
    assert set(found.paths) == paths
    told = {verdict.message for verdict in found.verdicts if verdict.why == "left-out"}
    assert told == {f"is named to be left out: `--without {name}`" for name in without}


def test_what_a_directive_names_with_a_minus_is_left_out_and_said_so() -> None:
    found = answer(f"Context: -back\n{ALL}")
    assert found.paths == ("db.md",)
    told = {(verdict.entry, verdict.message) for verdict in found.verdicts if verdict.why == "left-out"}
    assert told == {(name, "is named to be left out: `Context: -back`") for name in ("api", "cli")}


@pytest.mark.parametrize(
    ("without", "told"),
    [
        (("bakc",), [("bakc", "did you mean `back`?")]),
        (("clii",), [("clii", "did you mean `cli`?")]),
        (("nothing like it",), [("nothing like it", "`ctxload check` shows the ids")]),
        (("empty",), [("empty", "`ctxload check` shows the ids")]),
        (("db", "xxxx", "clii"), [("xxxx", "`ctxload check` shows the ids"), ("clii", "did you mean `cli`?")]),
    ],
)
def test_what_is_there_to_leave_out_by_no_name_is_an_error_for_each(without: Any, told: Any) -> None:
    with pytest.raises(ExplicitContextError) as error:
        answer(ALL, without=without)
    wrong = [(one.message.split("`")[1], one.hint) for one in error.value.diagnostics]
    assert wrong == told
    assert f"`{told[0][0]}` is neither an id nor a bundle" in str(error.value)


@pytest.mark.parametrize(
    ("is_veto", "hits", "vetoed"),
    [
        (True, [], {0}),
        (True, [VETO], {0}),
        (True, [KEYWORD], set()),
        (True, [VETO, KEYWORD], set()),
        (False, [], set()),
        (False, [VETO], set()),
        (False, [KEYWORD], set()),
    ],
)
def test_what_is_taken_back_comes_if_one_of_its_keywords_is_asked_for(is_veto: bool, hits: Any, vetoed: Any) -> None:
    """Whether or not it comes, it is noted why it need not."""
    taken = SimpleNamespace(is_veto=is_veto, entries=frozenset({0}), text="no docker", span=(3, 9))
    rows = [SimpleNamespace(kind=kind) for kind in hits]
    choice: Any = SimpleNamespace(
        tables=SimpleNamespace(keywords=rows), taken_back=(taken,), why_not={}, without={5}, read_as={}
    )
    assert vetoed_by(choice, {0: [Hit(at, 0, 0, 1) for at in range(len(rows))]}) == vetoed
    assert choice.without == vetoed | {5}
    assert choice.why_not == {0: ("left-out", "is named to be left out: `no docker`")}
    assert (spans_of(choice, 0), spans_of(choice, 5)) == (((3, 9),), ())


# ── slips ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("task", "notes"),
    [
        ("fix the databse", ["`databse` read as `database`"]),
        ("fix the dockar", ["`dockar` read as `docker`"]),  # of six letters
        ("fix the dockr", []),  # of five
        ("fix the databas3", []),
        ("fix the databasé", []),
        ("fix the databas3 of the serializr", ["`serializr` read as `serializer`"]),
        ("fix the databasé of the serializr", ["`serializr` read as `serializer`"]),
        ("fix the dockr of the serializr", ["`serializr` read as `serializer`"]),
        ("fix the database", []),
        ("fix the ledger", []),
        ("fix the dattabase and the dattabase", ["`dattabase` read as `database`"]),
        ("the databse of the serializr", ["`databse` read as `database`", "`serializr` read as `serializer`"]),
        # beside a path or a paste, and in one
        ("fix the databse in `src/x.py`", ["`databse` read as `database`"]),
        ("fix it in src/databse/x.py", []),
        ("fix it\n```\ndatabse\n```", []),
        ("fix it\n```\ndatabse\n```\nin the databse", ["`databse` read as `database`"]),
    ],
)
def test_a_word_is_read_otherwise_where_nobody_knows_it_and_it_is_asked(task: str, notes: list[str]) -> None:
    assert sorted(read(task)) == notes


def test_so_many_different_words_are_read_otherwise_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(meant, "reading", lambda tables, word: asked.append(word) or "")
    words = [f"datqxv{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(meant.MOST + 1)]
    answer(" ".join([*words, *words]))
    assert asked == words[: meant.MOST]


def test_what_a_word_reads_as_is_remembered_until_very_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, asked = compile_index(parse(Source("context-index.yml", INDEX)).index), list[str]()
    known = meant.reading
    monkeypatch.setattr(meant, "reading", lambda tables, word: asked.append(word) or known(tables, word))
    monkeypatch.setattr(meant, "KNOWN", 2)
    for word, more in [("databse", 1), ("databse", 0), ("serializr", 1), ("databse", 0), ("qxvqxv", 1), ("databse", 1)]:
        asked.clear()
        assert meant._reading(tables, word) == known(tables, word)
        assert asked == [word] * more, word


def test_a_reading_that_no_word_has_changes_no_word() -> None:
    (file,) = answer("fix the docker databse").files
    notes = {reason.by: reason.note for reason in file.reasons}
    assert notes == {"docker": "", "database": "`databse` read as `database`"}


def test_a_word_counts_less_where_it_was_read_out_of_a_slip_and_in_full_elsewhere() -> None:
    choice: Any = SimpleNamespace(less={(0, 1): 0.7, (2, 0): 0.5})
    words = [Word("a", 0, 1, 1.0), Word("a", 0, 2, 1.0), Word("b", 2, 0, 0.4), Word("c", 1, 0, 0.4)]
    weights = [word.weight for word in counted_less(choice, words)]
    assert weights == [0.7, 1.0, 0.5 * 0.4, 0.4]


READ_AS = {(0, 1): ("databse", "database"), (0, 3): ("giftCard", "gift card"), (1, 0): ("databse", "database")}


@pytest.mark.parametrize(
    ("keyword", "hits", "note"),
    [
        (0, [Hit(0, 0, 1, 2)], "`databse` read as `database`"),
        (0, [Hit(0, 0, 0, 1)], ""),
        (0, [Hit(0, 0, 2, 3)], ""),
        (0, [Hit(0, 0, 0, 4)], "`databse` read as `database`, `giftCard` read as `gift card`"),
        (0, [Hit(0, 0, 1, 2), Hit(0, 1, 0, 1)], "`databse` read as `database`"),
        (0, [Hit(1, 0, 1, 2)], ""),
        (1, [Hit(0, 0, 1, 2), Hit(1, 0, 3, 4)], "`giftCard` read as `gift card`"),
    ],
)
def test_a_reason_of_a_keyword_says_how_its_words_are_read(keyword: int, hits: list[Hit], note: str) -> None:
    choice: Any = SimpleNamespace(read_as=READ_AS)
    assert note_of(choice, keyword, hits) == note


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ({"database"}, "`databse` read as `database`"),
        ({"card"}, "`giftCard` read as `gift card`"),
        ({"databse", "other"}, ""),
        ({"gift", "card", "database"}, "`databse` read as `database`, `giftCard` read as `gift card`"),
        (set(), ""),
    ],
)
def test_a_reason_of_a_document_says_how_its_words_are_read(words: set[str], note: str) -> None:
    choice: Any = SimpleNamespace(read_as=READ_AS)
    assert note_of_words(choice, words) == note


# ── names in code ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("giftCardBalance", "gift card balance"),
        ("giftCard", "gift card"),
        ("GiftCard", "giftcard"),
        ("GiftCardBalance", "gift card balance"),
        ("getURL", "get url"),
        ("getURLs", "geturls"),
        ("XMLParser", "xmlparser"),
        ("XMLHttpRequest", "xml http request"),
        ("xmlHTTPRequest", "xml http request"),
        ("HTTPTestServer", "http test server"),
        ("fooBarB", "foobarb"),
        ("fooBar", "foo bar"),
        ("fooBa", "fooba"),
        ("foBar", "fobar"),
        ("fooBARBaz", "foo bar baz"),
        ("fooBARaBaz", "foobarabaz"),
        ("foo1Bar", "foo1 bar"),
        ("foo1BAR", "foo1bar"),
        ("card", "card"),
        ("CARD", "card"),
        ("", ""),
    ],
)
def test_a_name_in_code_is_put_together_of_these_words(name: str, parts: str) -> None:
    assert " ".join(parts_of_name(name)) == parts


NAMED = {
    "cards.md": "# Gift cards\n\nThe balance of a gift card.",
    "other.md": "# Other\n\nThe knownName of it.",
    "rules.md": "# Rules",
}


@pytest.mark.parametrize(
    ("task", "notes"),
    [
        ("fix giftCard", {"`giftCard` read as `gift card`"}),
        ("fix GiftCard", set()),
        ("fix giftTheCard now", {"`giftTheCard` read as `gift the card`"}),
        ("fix knownName of giftCard", {"`giftCard` read as `gift card`"}),
        ("fix cardBalance of giftCard", {"`cardBalance` read as `card balance`, `giftCard` read as `gift card`"}),
    ],
)
def test_a_name_in_code_is_read_as_its_words_where_nobody_has_it(task: str, notes: set[str]) -> None:
    index = "fallback: none\ncontext_files: [{path: cards.md}, {path: other.md}]\n"
    tables = compile_index(parse(Source("i.yml", index)).index)
    found = resolve(tables, MemoryTree(NAMED), Request(task))
    assert {reason.note for file in found.files for reason in file.reasons if reason.note} == notes


def test_a_name_in_code_that_is_a_keyword_is_read_as_it_is() -> None:
    index = "fallback: none\ncontext_files: [{path: cards.md}, {path: rules.md, keywords: [giftCard]}]\n"
    tables = compile_index(parse(Source("i.yml", index)).index)
    assert resolve(tables, MemoryTree(NAMED), Request("fix giftCard")).paths == ("rules.md",)


def test_of_a_name_in_code_the_words_of_grammar_are_none() -> None:
    index = "fallback: none\ncontext_files: [{path: cards.md}, {path: other.md}]\n"
    tables = compile_index(parse(Source("i.yml", index)).index)
    (file,) = resolve(tables, MemoryTree(NAMED), Request("fix giftTheCard")).files
    terms = {
        term.name.partition(" (")[0].removesuffix(" near each other") for one in file.reasons for term in one.terms
    }
    assert terms == {"gift", "card", "gift card"}

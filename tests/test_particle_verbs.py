"""A verb and its particle, `log in`, are one word where a keyword or a document writes them so."""

from __future__ import annotations

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.meant import is_verbs
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "docs/session.md": "# Session\n\nWhat is kept of a person between two requests.\n",
    "docs/deploy.md": "# Deploy\n\nA release goes to the cluster by a rollback as well.\n",
    "docs/logging.md": "# Logging\n\nWhat is logged, and where the log goes.\n",
    "docs/ci.md": "# Continuous integration\n\nWhat runs before a merge.\n",
}
INDEX = (
    "fallback: none\ncontext_files:\n"
    "  - {path: docs/session.md, keywords: [login, logout, sign in page]}\n"
    "  - {path: docs/deploy.md, keywords: [rollback, backup]}\n"
    "  - {path: docs/logging.md, keywords: [log]}\n"
    "  - {path: docs/ci.md, keywords: [setup]}\n"
)


def answer(task: str, match: str = "focused") -> Resolution:
    return resolve(compile_index(parse(Source("i.yml", INDEX)).index), MemoryTree(FILES), Request(task, match=match))


def names(task: str, match: str = "focused") -> list[str]:
    return [path.removeprefix("docs/").removesuffix(".md") for path in answer(task, match).paths]


@pytest.mark.parametrize(
    ("task", "needed"),
    [
        ("users can't log in twice", ["session"]),
        ("after an hour the user is logged out", ["session"]),
        ("log in", ["session"]),
        ("people can't log in a second time", ["session"]),
        ("set up and log in", ["ci", "session"]),
        ("rolling back a release", ["deploy"]),
        ("fix the sign in page", ["session"]),
        ("roll back up the table", ["deploy"]),
        ("what is written to the log in production", ["logging"]),
        ("show the error log in production", ["logging"]),
        ("what goes to the log", ["logging"]),
        ("what goes to the log in", ["logging"]),
        ("logging in production fails", ["logging"]),
        ("logging in fails", ["session"]),
        ("errors are logged in production", ["logging"]),
        ("write a log line", ["logging"]),
        ("while setting up a laptop", ["ci"]),
        ("the setting of a laptop", []),
        ("a value set up to 5", []),
        ("every setting up to 10", []),
        ("back up to the other disk", ["deploy"]),
        ("in up on", []),
    ],
)
def test_a_verb_with_its_particle_calls_for_the_one_word(task: str, needed: list[str]) -> None:
    assert sorted(names(task)) == sorted(needed)


def test_where_nobody_writes_them_as_one_the_words_stay_as_they_are() -> None:
    """`log over` is nothing that a keyword or a document calls so, and `se` of `se in` has two letters."""
    assert names("write a log over night") == ["logging"]


def test_whole_reads_particles_of_three_letters_alone() -> None:
    assert names("the user is logged out", "whole") == ["session", "logging"]
    assert names("please log in", "whole") == ["logging"]


def test_the_reason_says_how_it_is_read_and_where_it_stands() -> None:
    task = "why is she logged  out again"
    reason = answer(task).files[0].reasons[0]
    assert reason.note == "`logged  out` read as `logout`"
    assert [task[start:end] for start, end in reason.spans] == ["logged  out"]
    reason, *_ = answer("a release is rolled back").files[0].reasons
    assert "`rolled back` read as `rollback`" in reason.note


def test_words_behind_it_keep_their_places() -> None:
    task = "log in, then the setup of ci"
    spans = [task[start:end] for file in answer(task).files for one in file.reasons for start, end in one.spans]
    assert {"log in", "setup"} <= set(spans)


@pytest.mark.parametrize(
    ("words", "at", "verbs"),
    [
        # no preposition
        ("roll back production", 1, True),
        ("the roll back production", 2, True),
        ("logged in production", 1, False),
        ("the logged in production", 2, False),
        # a bound is no verb's
        ("set up to 5", 1, False),
        ("set up to 5mb now", 1, False),
        ("set up to ten", 1, False),
        ("set up to date", 1, False),
        ("set up to", 1, True),
        ("set up to tables of 5", 1, True),
        ("set up 5 to ten", 1, True),
        ("set up the 5", 1, True),
        ("roll back to 5", 1, True),
        ("to 5 set up", 3, True),
        # what stands before: who can't do it, or an article
        ("can't log in production", 2, True),
        ("log in production", 1, False),
        ("to log in production", 2, False),
        ("fix log in production", 2, False),
        ("log in production to", 1, False),
        ("fix it to log in production", 4, False),
        ("to fix log in production", 3, False),
        ("the log in", 2, False),
        ("the log in fails", 2, False),
        # what stands behind, if anything does
        ("log in", 1, True),
        ("fix log in", 2, True),
        ("log in fails", 1, True),
        ("fix log in fails", 2, True),
        ("log in production fails", 1, False),
        ("fails log in production", 2, False),
    ],
)
def test_a_preposition_is_the_verbs_by_the_words_around_them(words: str, at: int, verbs: bool) -> None:
    assert is_verbs(words.split(), at) is verbs


@pytest.mark.parametrize(
    ("task", "notes"),
    [
        ("please go on", set()),  # two letters are no verb
        ("please log on", {"`log on` read as `logon`"}),
        ("please logs on", {"`logs on` read as `logon`"}),
        ("the log on paper", set()),
        ("please bring on", set()),
        ("please on log", set()),
        ("please log, on", set()),
        ("please log on and go on. To log on", {"`log on` read as `logon`"}),
    ],
)
def test_a_verb_of_three_letters_or_more_is_read_with_its_particle_where_somebody_writes_them_so(
    task: str, notes: set[str]
) -> None:
    index = "fallback: none\ncontext_files: [{path: docs/ci.md, keywords: [goon, logon, paper, please]}]\n"
    found = resolve(compile_index(parse(Source("i.yml", index)).index), MemoryTree(FILES), Request(task))
    assert {reason.note for file in found.files for reason in file.reasons if reason.note} == notes


def test_what_says_it_in_two_words_is_found_as_before() -> None:
    files = {"a.md": "# Accounts\n\nPeople sign up and log in here.\n", "b.md": "# Network\n\nThe login of a proxy.\n"}
    found = {}
    for keywords in ("[sign up form]", "[sign up form, login]", "[sign up form, signup]"):
        index = f"fallback: none\ncontext_files: [{{path: a.md}}, {{path: b.md, keywords: {keywords}}}]\n"
        tables = compile_index(parse(Source("i.yml", index)).index)
        tasks = ("people log out with the mail", "people log in production", "a form where people sign up")
        found[keywords] = [resolve(tables, MemoryTree(files), Request(task)).paths for task in tasks]
    plain, other, signup = found.values()
    assert plain == other and signup[:2] == plain[:2]
    assert (plain[2], signup[2]) == (("a.md",), ("b.md",))  # the one whose author says so in a keyword

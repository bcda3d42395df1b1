"""What a task takes back is no hit, and what it names to be left out does not come: a table of sentences, and laws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.errors import ExplicitContextError
from ctxload.index.parser import parse
from ctxload.matching import take_back_words as words
from ctxload.matching.compiler import compile_index
from ctxload.matching.tables import Tables
from ctxload.matching.take_back import TakenBack, part
from ctxload.matching.tokens import tokenize
from ctxload.selection.choice import TAKING_BACK
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

HERE = Path(__file__).parent
KEYWORDS = {
    "api": ["api"],
    "auth": ["authentication", "login"],
    "cache": ["cache", "caching"],
    "ci": ["ci"],
    "db": ["database"],
    "docker": ["docker"],
    "k8s": ["kubernetes"],
    "tests": ["test", "testing"],
    "ui": ["frontend"],
}
ENTRIES = [{"id": f"zz-{name}", "path": f"zz-{name}.md", "keywords": rows} for name, rows in KEYWORDS.items()]
TABLES = compile_index(
    parse(Source("context-index.yml", json.dumps({"fallback": "none", "context_files": ENTRIES}))).index
)
TREE = MemoryTree({f"zz-{name}.md": "# x\n" + "\n" * number for number, name in enumerate(KEYWORDS)})


def answer(task: str, **request: object) -> Resolution:
    return resolve(TABLES, TREE, Request(task, **request))  # type: ignore[arg-type]


def names(resolution: Resolution) -> set[str]:
    return {path.removeprefix("zz-").removesuffix(".md") for path in resolution.paths}


def left_out(resolution: Resolution) -> set[str]:
    return {one.entry.removeprefix("zz-") for one in resolution.verdicts if one.why == "left-out"}


def sentences() -> list[tuple[str, list[str], list[str]]]:
    """The rows of `take_backs.tsv`."""
    lines = (HERE / "take_backs.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(task, come.split(","), [] if out == "-" else out.split(",")) for task, come, out in rows]


@pytest.mark.parametrize(("task", "come", "out"), sentences(), ids=str)
def test_a_sentence_leaves_out_what_it_takes_back_and_nothing_else(task: str, come: list[str], out: list[str]) -> None:
    resolution = answer(task, match="whole")
    assert (names(resolution), left_out(resolution)) == (set(come), set(out))


@pytest.mark.parametrize(("task", "out"), [(task, out) for task, _, out in sentences() if out], ids=str)
def test_in_the_default_nothing_comes_that_is_named_to_be_left_out(task: str, out: list[str]) -> None:
    resolution = answer(task)
    assert names(resolution).isdisjoint(out) and left_out(resolution) == set(out)


def test_every_side_has_its_sentences() -> None:
    taken = [bool(out) for _, _, out in sentences()]
    assert taken.count(True) >= 60 and taken.count(False) >= 60


def test_each_cue_has_a_word_by_which_it_is_looked_for() -> None:
    assert [cue for cue in words.CUES if TAKING_BACK.isdisjoint(cue.split())] == []
    assert {word for cue in words.CUES for word in cue.split()} >= TAKING_BACK


def test_no_something_leaves_it_out_beside_a_request_and_else_reports_it() -> None:
    assert left_out(answer("Write the frontend, no database", match="whole")) == {"db"}
    assert left_out(answer("The frontend is blank, no database", match="whole")) == set()
    assert left_out(answer("The frontend is blank, no database los angeles", match="whole")) == set()
    assert left_out(answer("El frontend, no la database", match="whole")) == {"db"}


def test_a_verdict_says_what_was_named_and_where() -> None:
    (verdict,) = [one for one in answer("Fix the API, not the Docker part").verdicts if one.entry == "zz-docker"]
    assert (verdict.why, verdict.message) == ("left-out", "is named to be left out: `not the Docker part`")
    assert verdict.spans == ((13, 32),)


def test_a_keyword_that_holds_a_cue_is_a_keyword() -> None:
    index = (
        "fallback: none\ncontext_files: [{path: a.md, keywords: [no code, skip link]}, {path: b.md, keywords: [code]}]"
    )
    tables, tree = compile_index(parse(Source("i", index)).index), MemoryTree({"a.md": "# x", "b.md": "# x "})
    for task in ("skip link", "add a skip link, please", "a no-code page, please"):
        assert resolve(tables, tree, Request(task, match="whole")).paths[:1] == ("a.md",), task


def test_a_veto_holds_against_documents_rules_and_files_at_hand() -> None:
    index = """
fallback: none
context_files:
  - {path: docker.md, keywords: [docker], for_files: [Dockerfile]}
  - {path: images.md, keywords: [registry]}
context_rules: [{pattern: image, context_ids: [docker]}]
"""
    tree = MemoryTree({"docker.md": "# Docker\n\nSmall images.", "images.md": "# Registry", "Dockerfile": "FROM x"})
    tables = compile_index(parse(Source("i", index)).index)
    asked = "Clean up the registry image"
    assert "docker.md" in resolve(tables, tree, Request(asked, files=("Dockerfile",))).paths
    taken = resolve(tables, tree, Request(f"{asked}; don't touch docker", files=("Dockerfile",)))
    assert taken.paths == ("images.md",)


def test_a_name_of_a_file_is_taken_back_as_a_keyword_is() -> None:
    tables = compile_index(
        parse(Source("i", "fallback: none\ncontext_files: [{path: billing.md}, {path: a.md}]")).index
    )
    tree = MemoryTree({"billing.md": "# Billing\n\nInvoices.", "a.md": "# Login\n\nSessions and cookies of a login."})
    assert resolve(tables, tree, Request("sessions of the login, not the billing part")).paths == ("a.md",)
    assert resolve(tables, tree, Request("not the billing part: invoices")).paths == ()


#: Tasks, what is asked of them (clauses apart by `|`), and what is taken back: as it stands, with `!` where it is a
#: veto, and whose names stand in it.
DIVIDED = [
    ("Fix the API without Docker", "fix the api", "without Docker: docker"),
    ("Fix the API, not Docker", "fix the api", "!not Docker: docker"),
    ("Fix the API, skip Docker", "fix the api", "!skip Docker: docker"),
    ("Fix the API, leave Docker alone", "fix the api", "!leave Docker alone: docker"),
    ("Fix the API, leave Docker alone please", "fix the api | please", "!leave Docker alone: docker"),
    ("Leave Docker running", "leave docker running", ""),
    ("Docker, not the Docker tests", "docker", "!not the Docker tests: docker,tests"),
    ("API. Not the tests. Docker", "api | docker", "!Not the tests: tests"),
    # where it ends, and what is joined to it
    ("Fix ci without Docker and fix the API", "fix ci | and fix the api", "without Docker: docker"),
    ("Fix ci without Docker and the API", "fix ci", "without Docker and the API: api,docker"),
    ("Fix ci without Docker and no API", "fix ci", "without Docker and no API: api,docker"),
    ("CI without the Docker setup docs or API file please", "ci | please",
     "without the Docker setup docs or API file: api,docker"),
    # a cue without a name
    ("Fix the API or maybe not", "fix the api or maybe not", ""),
    ("Fix the API, not the", "fix the api | not the", ""),
    ("Fix the API without", "fix the api without", ""),
    ("Fix the API, don't touch", "fix the api | don't touch", ""),
    # what is denied as far as eight words before
    ("Nothing works without Docker", "nothing works without docker", ""),
    ("I can't say why the API is so slow without Docker", "i can't say why the api is so slow without docker", ""),
    ("I can't say why the API was so very bad without Docker", "i can't say why the api was so very bad",
     "without Docker: docker"),
    ("I can't log in and want it without Docker", "i can't log in and want it", "without Docker: docker"),
    # who is asked
    ("We don't use Docker as we should", "we don't use docker as we should", ""),
    ("We omit Docker", "we omit docker", ""),
    ("Should we omit Docker", "should we", "!omit Docker: docker"),
    ("Should we leave Docker alone", "should we", "!leave Docker alone: docker"),
    # what `skip X` goes on with
    ("Skip the tests", "", "!Skip the tests: tests"),
    ("Skip the tests please", "please", "!Skip the tests: tests"),
    ("Skip the tests for now", "for now", "!Skip the tests: tests"),
    ("Skip the tests for Docker", "skip the tests for docker", ""),
    ("Skip the tests in this folder", "skip the tests in this folder", ""),
    ("Die API ohne Docker zu nutzen", "die api | zu nutzen", "ohne Docker: docker"),
    ("Die API ohne Docker zu starten", "die api ohne docker zu starten", ""),
    # `no X` beside a request, in a clause of its own, and in Spanish
    ("Refactor the API, no tests", "refactor the api", "!no tests: tests"),
    ("Refactor, no tests", "refactor", "!no tests: tests"),
    ("Refactor the API, and no tests", "refactor the api | and no tests", ""),
    ("Refactor the API, no tests today", "refactor the api | no tests today", ""),
    ("The API is to refactor, no tests", "the api is to refactor | no tests", ""),
    ("The API, and no tests please", "the api | and | please", "!no tests: tests"),
    ("El frontend, pero no Docker", "el frontend | pero", "!no Docker: docker"),
    ("The frontend is slow, no la database", "the frontend is slow", "!no la database: db"),
    ("The frontend is slow in LA and no database", "the frontend is slow in la and no database", ""),
]  # fmt: skip


def taken_from(tables: Tables, task: str) -> tuple[str, list[str]]:
    asked, taken = part(tables, tokenize(task))
    told = [
        f"{'!' * one.is_veto}{one.text}: {','.join(tables.entries[number].id for number in sorted(one.entries))}"
        for one in taken
    ]
    assert [task[slice(*one.span)] for one in taken] == [one.text for one in taken]
    return " | ".join(map(" ".join, asked.words)), told


@pytest.mark.parametrize(("task", "asked", "out"), DIVIDED, ids=str)
def test_a_task_is_divided_into_what_is_asked_and_what_is_taken_back(task: str, asked: str, out: str) -> None:
    assert taken_from(TABLES, task) == (asked, [out.replace(": ", ": zz-").replace(",", ",zz-")] if out else [])


NAMED = """
fallback: none
context_files:
  - {path: no-code.md, keywords: [no code, why not docker, docker tests]}
  - {path: docker.md, keywords: [docker, code], exclude: [kubernetes]}
  - {path: web-hooks.md}
  - {path: ci.md, keywords: [ci, tests please], match: whole}
"""


@pytest.mark.parametrize(
    ("task", "out"),
    [
        # a cue in a keyword is none, wherever it stands there, in that clause
        ("no code please", ""),
        ("why not docker, please", ""),
        ("no code. Fix ci, no docker please", "!no docker: docker"),
        # a keyword that goes on beyond what is taken back is not in it
        ("ci without docker tests please", "without docker tests: no-code,docker"),
        ("ci without docker and docker tests please", "without docker and docker tests: no-code,docker"),
        # a veto is no name, and a name of a file is one, in any clause and up to its end
        ("ci without kubernetes", ""),
        ("ci without the web hooks", "without the web hooks: web-hooks"),
        ("ci. The other one without the web hooks please", "without the web hooks: web-hooks"),
        ("ci without the web", ""),
        ("web hooks without ci", "without ci: ci"),
    ],
)
def test_names_of_files_and_whole_keywords_are_taken_back(task: str, out: str) -> None:
    tables = compile_index(parse(Source("i", NAMED)).index)
    assert taken_from(tables, task)[1] == ([out] if out else [])


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_is_left_out_by_hand_whatever_asks_for_it() -> None:
    assert names(answer("API and Docker", without=("zz-docker",))) == {"api"}
    assert names(answer("Context: -zz-docker\nAPI and Docker")) == {"api"}
    assert names(answer("Context: zz-api, zz-docker, -zz-docker\nfix it")) == {"api"}
    assert names(answer("fix it", context=("zz-api", "zz-docker"), without=("zz-docker",))) == {"api"}
    assert left_out(answer("Context: zz-api, -zz-docker")) == {"docker"}


def test_what_is_left_out_by_hand_is_no_fallback_and_required_by_nobody() -> None:
    index = """
fallback: all
story_context_hints: {both: [a, b]}
context_files: [{path: a.md, keywords: [api], requires: [b]}, {path: b.md}, {path: c.md}]
"""
    tables = compile_index(parse(Source("i", index)).index)
    tree = MemoryTree({"a.md": "# x", "b.md": "# x ", "c.md": "# x  "})
    assert resolve(tables, tree, Request("nothing at all", without=("b",))).paths == ("a.md", "c.md")
    assert resolve(tables, tree, Request("api", without=("b",))).paths == ("a.md",)
    assert resolve(tables, tree, Request("api", without=("both",))).paths == ("c.md",)


def test_what_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(ExplicitContextError, match="`zz-dokcer` is neither an id nor a bundle"):
        answer("API", without=("zz-dokcer",))
    assert names(answer("Context: -nothing\nthe API")) == {"api"}  # such a line is prose


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

_asked = st.lists(st.sampled_from([rows[0] for rows in KEYWORDS.values()]), max_size=4, unique=True)
_cues = st.sampled_from(["not the {}", "not the {} part", "but skip the {}", "and don't touch our {}", "no {} please"])


@pytest.mark.law
@given(_asked, st.sampled_from([rows[0] for rows in KEYWORDS.values()]), _cues)
def test_what_is_taken_back_changes_nothing_else(asked: list[str], other: str, cue: str) -> None:
    task = f"fix {' and the '.join(asked)}"
    before, after = answer(task, match="whole"), answer(f"{task}, {cue.format(other)}", match="whole")
    assert after.paths == before.paths


_words = st.sampled_from(sorted(words.CUES | words.BETWEEN | words.BOUNDARY) + ["Docker", "API", "tests", "x", "l'API"])


@pytest.mark.law
@given(st.lists(st.tuples(_words, st.sampled_from([" ", ", ", "\n", ". "]))))
def test_what_is_asked_and_what_is_taken_back_are_the_words_of_the_task(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + end for word, end in parts)
    whole = tokenize(text)
    asked, taken = part(TABLES, whole)
    kept = [span for row in asked.spans for span in row]
    gone = [span for row in whole.spans for span in row if any(a <= span[0] and span[1] <= b for a, b in cuts(taken))]
    assert sorted(kept + gone) == [span for row in whole.spans for span in row]
    assert all(one.entries for one in taken)


def cuts(taken: tuple[TakenBack, ...]) -> list[tuple[int, int]]:
    return [one.span for one in taken]

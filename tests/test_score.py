"""The score of the default, and what it chooses, held against a reference that is slow and obvious."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import reference_choice
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_index import Document, DocumentPoints
from ctxload.matching.lookups.documents import weigh
from ctxload.selection.model import Request
from ctxload.selection.resolver import choice_for, fill
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import share

WORDS = [
    "falcon",
    "heron",
    "ledger",
    "register",
    "registry",
    "terminal",
    "terminus",
    "cursor",
    "orm",
    "module",
    "user",
    "design",
    "bücherei",
]
SMALL = ["the", "of", "7", "q", "naïve"]
PATHS = ["falcon.md", "heron.md", "the-ledger.md", "terminal-cursor.md", "orm.md", "module.md"]
ASIDE = [
    "doc", "guide", "falcon.md", "heron.md", ",", ".", "\n```\nledger terminal\n```\n", "\n```\nheron cursor orm\n```\n",  # noqa: E501
    "src/terminal/orm.py", "https://x.org/ledger", "Falcon", "ledgers",
    "then", "and", ". Also", "falconRegistry", "TerminalCursor", "HeronOrmLedger",
]  # fmt: skip

words = st.sampled_from(WORDS)
phrases = (
    st.lists(st.sampled_from([*WORDS, "the"]), min_size=1, max_size=3).map(" ".join).filter(lambda text: text != "the")
)
sentences = st.lists(st.sampled_from([*WORDS, *SMALL, ",", ".\n"]), max_size=14).map(" ".join)
tasks = st.lists(
    st.one_of(words, words, words, phrases, st.sampled_from([*SMALL, *ASIDE])), min_size=1, max_size=9
).map(" ".join)


@st.composite
def entries(draw: st.DrawFn, path: str) -> dict[str, Any]:
    """An entry of the index: with an id or without, some with a veto, some for whole keywords only."""
    entry: dict[str, Any] = {"path": path, "keywords": draw(st.lists(phrases | st.just("Registries"), max_size=3))}
    rare = draw(st.integers(0, 6))
    if rare == 0:
        entry["match"] = "whole"
    elif rare == 1:
        entry["exclude"] = [draw(phrases)]
    elif rare == 2:
        entry["id"] = draw(st.sampled_from(["cursor-orm", "user", "zeta"])) + path[0]
    elif rare == 3:
        entry["description"] = draw(sentences)
    return entry


@st.composite
def projects(draw: st.DrawFn) -> tuple[str, dict[str, str], str]:
    """An index, its files and a task."""
    paths = draw(st.permutations(PATHS))[: draw(st.integers(2, len(PATHS)))]
    rows = [draw(entries(path)) for path in paths]
    rules = [
        {"pattern": draw(words), "context_ids": [row.get("id", row["path"][:-3])]}
        for row in rows[: draw(st.integers(0, 3)) == 0]
    ]
    files = {
        path: f"# {draw(phrases)}\n\n{draw(sentences)}\n\n## {draw(phrases)}\n\n{draw(sentences)}\n" for path in paths
    }
    known = [text for row in rows for text in (*row["keywords"], row.get("id", row["path"][:-3]))]
    about = st.lists(st.sampled_from(known), min_size=1, max_size=3).map(" and ".join)
    task = draw(tasks | about | st.tuples(about, tasks).map(" the ".join))
    return json.dumps({"context_files": rows, "context_rules": rules, "fallback": "none"}), files, task


@settings(max_examples=share(200))
@given(projects())
def test_scores_and_choice_agree_with_a_slow_obvious_reference(case: tuple[str, dict[str, str], str]) -> None:
    text, files, task = case
    index = parse(Source("context-index.yml", text)).index
    choice = choice_for(compile_index(index), MemoryTree(files), Request(task))
    fill(choice)
    expected = reference_choice.choose(index, files, task)
    differ = {number for number, _ in choice.scores.items() ^ expected.scores.items()}
    assert choice.scores.keys() == expected.scores.keys() and differ <= expected.unsure
    if differ:  # a word that two keywords make as much of is rounded with the one or the other
        assert all(abs(choice.scores[number] - expected.scores[number]) <= 1 for number in differ)
        return
    assert [*choice.files] == [index.entries[number].paths[0].value for number in expected.entries]


FACTORS = st.dictionaries(words, st.floats(0.1, 1.0), max_size=6)


@given(st.lists(st.tuples(phrases, sentences), min_size=1, max_size=5), FACTORS, st.booleans())
def test_what_a_document_gives_is_the_sum_of_what_its_words_give_however_it_is_asked(
    texts: list[tuple[str, str]], factors: dict[str, float], at_once: bool
) -> None:
    documents = {n: Document(f"d{n}", f"# {title}\n\n{text}\n") for n, (title, text) in enumerate(texts)}
    near = {f"{one} {other}": 0.5 for one in factors for other in factors if one < other}
    points = DocumentPoints(weigh(documents), factors, near, 0.3)
    if at_once:
        points.look_at(list(documents)[1:])
    for number in documents:
        given_words = points.words_of(number)
        assert sum(value for _, value, _ in given_words) == points.sums.get(number, 0)
        assert all(value > 0 for _, value, _ in given_words)

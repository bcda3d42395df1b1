"""Terms that set documents apart: what they are, what they never are, and how they are written."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctxload.authoring.draft.terms import READ, Distinct, distinctive, parts_of
from ctxload.authoring.draft.unspaced import words_of
from ctxload.matching.tokens import tokenize
from ctxload.text.markdown import plain
from strategies import NASTY

DOCS = {
    "context/api/rest-framework.md": "# REST framework\n\nHow we write serializers.\n\n## Viewsets\n\nA viewset uses one "  # noqa: E501
    "serializer, and its viewset tests call the REST framework.\n\n```\nnever_this = 1\nnever_this = 2\n```\n",
    "context/ops/docker.md": "---\nname: docker\ndescription: Small container images\n---\n# Docker images\n\n"
    "Small images. Every stage of the image has `pull_request_target` and pull_request_target.\n\n## Health checks\n",
    "context/ops/aws.md": "# AWS\n\nInfrastructure as code, and infrastructure as code again; write to "
    "[the console](https://console.example.com/secretpath) and https://other.example.com/hidden.\n",
    "context/web/hooks.md": "Hooks\n=====\n\nUse `useState` in hooks.\nA `useState` is not a Hook of hooks.\n",
}


def texts(key: str, documents: dict[str, str] = DOCS) -> list[str]:
    return [term.text for term in distinctive(documents)[key]]


def test_a_term_is_written_as_the_document_writes_it() -> None:
    assert "REST framework" in texts("context/api/rest-framework.md")
    assert "useState" in texts("context/web/hooks.md")
    assert "docker" in texts("context/ops/docker.md")
    assert "viewset" in texts("context/api/rest-framework.md")


def test_a_word_that_stands_only_inside_a_phrase_is_no_term_beside_it() -> None:
    found = texts("context/ops/aws.md")
    assert "infrastructure as code" in found
    assert found.index("infrastructure as code") < min(
        (found.index(word) for word in ("infrastructure",) if word in found), default=len(found)
    )
    weights = {term.text: term.weight for term in distinctive(DOCS)["context/ops/aws.md"]}
    assert weights.get("infrastructure", 0) < weights["infrastructure as code"] / 2


def test_what_is_written_in_one_piece_is_not_torn_apart() -> None:
    found = texts("context/ops/docker.md")
    assert "pull_request_target" in found
    assert not {"pull", "request", "target", "pull_request", "request_target"} & set(found)


def test_the_first_word_of_a_text_counts_however_the_text_ends() -> None:
    found = {term.text: term.weight for term in distinctive({"a.md": "Viewsets answer.\n\nViewsets answer -"})["a.md"]}
    assert "viewsets answer" in found


def test_code_in_fences_addresses_and_front_matter_keys_are_left_out() -> None:
    words = {word for terms in distinctive(DOCS).values() for term in terms for word in term.words}
    assert not words & {"never", "secretpath", "hidden", "https", "description", "name"}


def test_what_most_neighbours_have_sets_none_apart() -> None:
    documents = {f"{n}.md": f"# Title{n}x\n\nBilling everywhere. Unique{n}x word." for n in range(20)}
    for number, key in enumerate(documents):
        found = texts(key, documents)
        assert "billing" not in found and f"unique{number}x" in found


def test_words_of_grammar_and_words_without_a_topic_are_no_terms() -> None:
    assert texts("a.md", {"a.md": "# How to create the new feature\n\nWe create it and test it. 2024 1.10 42"}) == []


def test_the_names_that_are_given_count_as_names() -> None:
    documents = {"a": "some words here", "b": "other words there"}
    assert texts("a", documents)[0] != "kubernetes"
    assert distinctive(documents, {"a": "Kubernetes"})["a"][0].text == "kubernetes"


def test_a_document_in_a_script_without_spaces_has_phrases_and_no_single_signs() -> None:
    found = distinctive({"a.md": "# 数据库\n\n数据库迁移。数据库备份。"})["a.md"]
    assert found and all(len(term.text) > 1 for term in found)
    assert found[0].text == "数据库"


def test_the_order_of_the_documents_changes_nothing() -> None:
    keys = list(DOCS)
    random.Random(7).shuffle(keys)
    assert distinctive({key: DOCS[key] for key in keys}) == distinctive(DOCS)


def test_every_document_is_told_as_a_step_and_has_an_answer() -> None:
    steps: list[None] = []
    found = distinctive({**DOCS, "empty.md": ""}, {"empty.md": ""}, step=lambda: steps.append(None))
    assert len(steps) == len(found) == len(DOCS) + 1 and found["empty.md"] == ()


def test_the_number_of_terms_is_bounded_and_what_follows_the_limit_is_not_read() -> None:
    long = " ".join(f"word{n}a." for n in range(500))
    assert len(distinctive({"a.md": long}, most=7)["a.md"]) == 7
    assert "lateword" not in texts("a.md", {"a.md": "x " * READ + "lateword lateword lateword"})


@example({"a": "00*A"})
@given(st.dictionaries(st.sampled_from("abcd"), st.text(max_size=200) | st.sampled_from(NASTY), max_size=4))
def test_every_term_stands_in_its_document_heaviest_first(documents: dict[str, str]) -> None:
    for key, terms in distinctive(documents).items():
        written = (documents[key], plain(documents[key]), key)  # as it stands, and without the marks of Markdown
        readings = [reading(part) for part in written for reading in (tokenize, words_of)]  # also unspaced words
        forms = [form for tokens in readings for clause in tokens.forms for form in clause]
        assert all(set(term.words) <= set(forms) for term in terms)
        assert [term.weight for term in terms] == sorted((term.weight for term in terms), reverse=True)
        assert all(term.weight > 0 and term.text.strip() == term.text and "\n" not in term.text for term in terms)
        assert len({term.words for term in terms}) == len(terms)


@given(st.lists(st.sampled_from(["rest framework", "docker", "`a_b`", "# Head", "- item", "the", "```", "| c | d |"])))
def test_a_terms_text_has_the_terms_words(lines: list[str]) -> None:
    for term in distinctive({"k": "\n".join(lines), "other": "docker"})["k"]:
        assert tuple(form for clause in tokenize(term.text).forms for form in clause) == term.words


PARTS = [
    ("a heading is a title once", "# A\n# B\n", [("title", "A"), ("heading", "B")]),
    ("signs that close a heading are none of it", "# C# ##\n## D#\n", [("title", "C#"), ("heading", "D#")]),
    ("an underlined heading", "A\n===\ntext", [("title", "A"), ("text", "text")]),
    ("a fence in a list ends with as many signs", "- x\n````\n```\nno\n````\ny", [("text", "- x"), ("text", "y")]),
    ("an open fence goes to the end", "x\n~~~\nno", [("text", "x")]),
    ("items are stretches of their own", "- a b\n- c d\n", [("text", "- a b"), ("text", "- c d")]),
    ("cells end a clause", "| a b | c |", [("text", "; a b ; c ;")]),
    ("front matter names and tells", "---\ntitle: 'T'\ndescription: D\nother: O\n---\nx",
     [("name", "T"), ("about", "D"), ("text", "x")]),
    ("front matter that never ends is text", "---\ntitle: T\n", [("text", "--- title: T")]),
    ("a link is its text", "see [the API](http://x.y/z) now", [("text", "see the API now")]),
]  # fmt: skip


@pytest.mark.parametrize("about, text, parts", PARTS, ids=[row[0] for row in PARTS])
def test_the_parts_of_a_document(about: str, text: str, parts: list[tuple[str, str]]) -> None:
    assert [tuple(part) for part in parts_of(text)] == parts


def test_a_term_is_a_value() -> None:
    assert Distinct("a b", ("a", "b"), 1.0) == Distinct("a b", ("a", "b"), 1.0)

"""Small talk is told word by word, in every script; letters that somebody held count as one or two."""

from __future__ import annotations

import pytest

from ctxload.matching.matcher import Hit
from ctxload.matching.small_talk import is_asked_about, is_only_talk, is_talk
from ctxload.matching.tokens import tokenize


@pytest.mark.parametrize(
    ("prompt", "talk", "only"),
    [
        ("谢谢，很好", True, True),
        ("谢谢 thanks", True, True),
        ("継続 thanks", False, False),
        ("谢谢数据库", False, False),
        ("谢谢 docker", False, False),
        ("docker 谢谢", False, False),
        ("法国的首都", True, False),  # a question about the world
        ("capital of france", True, False),
        ("thanks, 7 of the 3", True, True),
        ("the 7", False, False),  # nothing but grammar and numbers says nothing
        ("", False, False),
        ("cooool", True, True),
        ("thaaanks, sooo goooood", True, True),
        ("dockkker", False, False),
        ("thaankss", False, False),  # two of a letter are no held one
    ],
)
def test_a_prompt_is_small_talk_if_each_word_is(prompt: str, talk: bool, only: bool) -> None:
    assert (is_talk(tokenize(prompt)), is_only_talk(tokenize(prompt))) == (talk, only)


@pytest.mark.parametrize(
    ("prompt", "talk"),
    [
        ("what is the capital of zanzibar", True),
        ("zanzibar of france", True),  # as many are known as are not
        ("zanzibar heron capital", False),
        ("zanzibar", False),
        ("谢谢 zanzibar", True),
    ],
)
def test_a_word_that_no_document_has_may_be_a_name_in_a_question_about_the_world(prompt: str, talk: bool) -> None:
    assert is_talk(tokenize(prompt), lambda word: False) is talk
    assert not is_talk(tokenize(prompt), lambda word: word in ("zanzibar", "heron"))


def test_what_is_asked_of_the_documents_is_the_normal_form() -> None:
    asked: list[str] = []
    is_talk(tokenize("thanks for the herons"), lambda word: asked.append(word) or False)  # type: ignore[func-returns-value]
    assert asked == ["heron"]


@pytest.mark.parametrize(
    ("prompt", "hit", "only"),
    [
        ("fix the undo", Hit(0, 0, 2, 3), True),
        ("fix the heron, undo", Hit(0, 0, 2, 3), False),
        ("fix the heron, undo", Hit(0, 1, 0, 1), True),
    ],
)
def test_of_a_keyword_only_its_own_words_are_looked_at(prompt: str, hit: Hit, only: bool) -> None:
    assert is_only_talk(tokenize(prompt), hit) is only


@pytest.mark.parametrize(
    ("clause", "word", "asked"),
    [
        ("fix the undo", "undo", True),
        ("fix undo", "undo", True),
        ("undo that", "undo", False),
        ("the undo", "undo", True),  # what follows an article is a thing
        ("that undo", "undo", False),
        ("thanks the undo", "undo", False),
        ("fix thanks undo", "undo", False),
        ("zeig den undo", "undo", True),
        ("the one that is of undo", "undo", False),
        ("the that is of undo", "undo", True),
    ],
)
def test_a_word_is_asked_about_after_a_verb_that_asks_or_an_article(clause: str, word: str, asked: bool) -> None:
    words = clause.split()
    assert is_asked_about(words, words.index(word)) is asked

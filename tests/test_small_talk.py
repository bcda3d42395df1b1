"""Small talk is told word by word, in every script; letters that somebody held count as one or two."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import Hit
from ctxload.matching.small_talk import is_asked_about, is_only_talk, is_talk
from ctxload.matching.tokens import tokenize
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree


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


def languages() -> dict[str, list[str]]:
    """The prompts of `small_talk.tsv` by language."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "small_talk.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        language, prompt = line.split("\t")
        found.setdefault(language, []).append(prompt)
    return found


@pytest.mark.parametrize("language", languages())
def test_small_talk_brings_nothing_where_documents_hold_its_words(language: str) -> None:
    prompts, files = languages()[language], {}
    for number, prompt in enumerate(prompts):
        said = prompt.strip("!?¿¡ ؟;？！")
        files[f"say{number}.md"] = f"# Note {number}\n\nThis page on serializers says {said}. {said}.\n"
        files[f"title{number}.md"] = f"# {said}\n\nAbout {said} and parsers.\n"
    entries = ", ".join(f"{{path: {path}, keywords: [keyword{path[:-3]}]}}" for path in files)
    tables = compile_index(parse(Source("i", f"fallback: none\ncontext_files: [{entries}]")).index)
    tree = MemoryTree(files)
    assert {prompt: resolve(tables, tree, Request(prompt)).paths for prompt in prompts} == dict.fromkeys(prompts, ())
    asked = resolve(tables, tree, Request(f"{prompts[0]} the keywordsay1 of serializers"))
    assert "say1.md" in asked.paths


@pytest.mark.parametrize(
    ("task", "comes"),
    [
        ("what's the weather like?", False),
        ("How is the weather today?", False),
        ("wie ist das Wetter heute?", False),
        ("how does the weather work?", True),
        ("fix the weather", True),
        ("what is the weather entity?", True),
        ("the weather", True),
    ],
)
def test_a_question_about_the_weather_is_small_talk_even_where_it_is_a_keyword(task: str, comes: bool) -> None:
    index = "fallback: none\ncontext_files: [{path: weather.md, keywords: [weather, wetter]}, {path: api.md}]"
    files = {"weather.md": "# Weather\n\nThe weather entity: weather of each day.\n", "api.md": "# API\n"}
    found = resolve(compile_index(parse(Source("i", index)).index), MemoryTree(files), Request(task))
    assert (found.paths == ("weather.md",)) is comes

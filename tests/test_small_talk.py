"""Small talk is told word by word, in every script; letters that somebody held count as one or two."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxload.index.parser import parse
from ctxload.matching import small_talk
from ctxload.matching.compiler import compile_index
from ctxload.matching.matcher import Hit
from ctxload.matching.small_talk import TALK, WORLD, is_asked_about, is_of_the_weather, is_only_talk, is_talk
from ctxload.matching.tokens import tokenize
from ctxload.matching.word_lists import STOP
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
        ("thanks", True, True),
        ("thanks, 7 of the 3", True, True),
        ("谢谢", True, True),
        ("诗", True, False),
        ("诗歌", True, False),
        ("谢谢 the 7", True, True),
        ("กำลัง", True, True),
        ("what is the weather", True, False),
        ("the 7", False, False),  # nothing but grammar and numbers says nothing
        ("", False, False),
        ("cooool", True, True),
        ("thaaanks, sooo goooood", True, True),
        ("soooooo goooooood", True, True),
        ("hhhmmm", True, True),  # each of its letters
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
        ("谢谢 zanzibar heron", False),
        ("谢谢々", False),  # a run of such characters is no name
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
        ("fix the heron, undo", Hit(0, 0, 1, 2), False),  # grammar alone says nothing
        ("谢谢数据", Hit(0, 0, 0, 2), True),
        ("谢谢数据", Hit(0, 0, 1, 3), False),
        ("what is the weather", Hit(0, 0, 3, 4), True),
        ("what is the heron", Hit(0, 0, 3, 4), False),
        ("what is the weather entity", Hit(0, 0, 3, 4), False),
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
        ("of undo the", "undo", False),
        ("what is the weather", "weather", False),
        ("what is the weather entity", "weather", True),
    ],
)
def test_a_word_is_asked_about_after_a_verb_that_asks_or_an_article(clause: str, word: str, asked: bool) -> None:
    words = clause.split()
    assert is_asked_about(words, words.index(word)) is asked


@pytest.mark.parametrize(
    ("clause", "word", "asked"),
    [
        ("what is the weather like today", "weather", True),
        ("wie ist das wetter", "wetter", True),
        ("what is the weather like today", "today", False),
        ("the weather", "weather", False),
        ("so what weather", "weather", False),
        ("what is the weather entity", "weather", False),
        ("how does the weather work", "weather", False),
        ("what did the weather", "weather", False),
    ],
)
def test_the_weather_is_asked_for_by_a_question_of_nothing_else(clause: str, word: str, asked: bool) -> None:
    words = clause.split()
    assert is_of_the_weather(words, words.index(word)) is asked


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_each_word_of_a_language_that_writes_without_blanks_is_small_talk(language: str) -> None:
    for table in (TALK, WORLD):
        assert [word for word in table[language].split() if word not in STOP and not is_talk(tokenize(word))] == []


class Table(str):
    """A table of words that notes what is looked for in it."""

    asked: list[str] = []

    def __contains__(self, word: str) -> bool:  # type: ignore[override]
        self.asked.append(word.strip())
        return super().__contains__(word)


def test_of_a_run_no_longer_pieces_are_looked_for_than_the_longest_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_talk, "_joined", [Table(" 诗 "), Table(" ")])
    Table.asked.clear()
    assert is_talk(tokenize("诗" * 30))
    longest = [max(table[language].split(), key=len) for table in (TALK, WORLD) for language in ("zh", "ja", "th")]
    assert max(map(len, Table.asked)) == max(map(len, longest))


def test_what_was_looked_for_is_remembered_of_so_many_words_that_are_not_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_talk, "_known", {})
    monkeypatch.setattr(small_talk, "KNOWN", 2)
    one, other, long = Table(" thanks "), Table(" falcon "), "x" * (small_talk.LONGEST + 1)
    steps = [("thanks", one, True, 1), ("thanks", one, True, 0), ("thanks", other, False, 1), ("thanks", one, True, 0),
             ("falcon", other, True, 1), ("thanks", one, True, 1), (long, one, False, 3), (long, one, False, 3),
             ("thanks", one, True, 0), (long[1:], one, False, 3), (long[1:], one, False, 0)]  # fmt: skip
    for word, table, found, looks in steps:
        Table.asked.clear()
        assert (small_talk._is_in(word, table), len(Table.asked)) == (found, looks), word


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

"""Words of grammar in other languages weigh nothing, and no keyword is drafted of them or of a piece of a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.authoring.draft.keywords import keywords_of
from ctxload.authoring.draft.terms import distinctive
from ctxload.authoring.draft.unspaced import words_of
from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.document_words import tally
from ctxload.matching.scripts import grammar_words
from ctxload.matching.task_words import MARKERS
from ctxload.matching.tokens import tokenize
from ctxload.matching.word_lists import GENERIC_FORMS, STOP
from ctxload.selection.model import Request
from ctxload.selection.resolver import resolve
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

SENTENCES = {
    "German": ("die", "Wie wird die Abrechnung für den Kunden erstellt, und was ist die Mahnung?", "mahnung kunden"),
    "French": ("avec", "Comment est fait le déploiement des services avec les conteneurs ?", "déploiement conteneur"),
    "Spanish": ("para", "Cómo se hace la migración de los pedidos para el almacén", "migración almacén"),
    "Portuguese": ("uma", "Como é feita uma migração dos pedidos para o armazém", "migração armazém"),
    "Italian": ("della", "Come è fatta la migrazione della fattura per gli utenti", "migrazione fattura"),
    "Dutch": ("het", "Hoe wordt het magazijn met een factuur voor de klant verbonden", "magazijn factuur"),
    "Swedish": ("och", "Hur fungerar fakturan och lagret för kunden", "fakturan lagret"),
    "Russian": ("для", "Как сделать миграцию для заказов на складе", "миграцию складе"),
    "Polish": ("dla", "Jak jest zrobiona migracja dla faktury", "migracja faktury"),
    "Turkish": ("için", "Fatura için göç nasıl yapılır ve depo", "fatura depo"),
}


@pytest.mark.parametrize(("word", "sentence", "content"), SENTENCES.values(), ids=SENTENCES)
def test_grammar_words_of_a_language_are_no_evidence_and_its_other_words_are(
    word: str, sentence: str, content: str
) -> None:
    found = tally(sentence)
    assert not any(word in term.split() for term in found)
    assert all(term in found for clause in tokenize(content).forms for term in clause)


@pytest.mark.parametrize("sentence", [row[1] for row in SENTENCES.values()], ids=SENTENCES)
def test_a_task_asks_for_its_topic_in_any_language(sentence: str) -> None:
    index = "fallback: none\ncontext_files: [{path: a.md}, {path: b.md}, {path: c.md}]"
    files = {"a.md": f"# A\n\n{sentence}\n", "b.md": "# Caching\n\nKeep it.", "c.md": "# Logging\n\nWrite it down."}
    tables = compile_index(parse(Source("i", index)).index)
    resolution = resolve(tables, MemoryTree(files), Request(sentence))
    assert resolution.paths == ("a.md",)
    said = {word for file in resolution.files for reason in file.reasons for word in reason.by.split(", ")}
    assert not {part for word in said for part in word.split()} & grammar_words()


def test_a_task_in_english_loses_no_word() -> None:
    names = "state email ai ci io os oss jest var dir bin net sub pub dos die pod todo vice pre pro num sem aux api"
    assert not grammar_words() & (STOP | GENERIC_FORMS)
    assert grammar_words().intersection(names.split()) == {"die"}
    assert all(word.isalpha() for word in grammar_words())


def test_the_words_that_other_languages_are_told_by_are_grammar_in_them() -> None:
    forms = {word for marker in MARKERS for word in tokenize(marker).forms[0]}
    assert len(forms - grammar_words() - STOP) <= 8


_grammar = st.sampled_from("die der und mit für le la les des avec el los para della och для".split())
_names = st.sampled_from("Abrechnung Mahnung conteneur registre almacén pedido fattura заказ Kunden".split())
_phrases = st.lists(st.one_of(_grammar, _names), min_size=1, max_size=6).map(" ".join)


@given(st.lists(_phrases, min_size=2, max_size=5))
def test_no_draft_begins_or_ends_with_a_word_of_grammar(phrases: list[str]) -> None:
    documents = {
        f"{at}.md": f"# {phrase}\n\n{phrase}. {phrase}. {phrase}.\n\n## {phrases[0]}\n"
        for at, phrase in enumerate(phrases)
    }
    drafts = [word for words in keywords_of(documents).values() for word in words]
    drafts += [term.text for terms in distinctive(documents).values() for term in terms]
    for text in drafts:
        forms = tokenize(text).forms[0]
        assert not {forms[0], forms[-1]} & grammar_words(), text


RUNS = {
    "Japanese": (
        "# データベースの設定\n\nデータベースの接続を設定する方法を説明します。接続プールを使います。",
        "データベース 設定 接続 接続プール プール データベースの設定 方法 説明",
    ),
    "Chinese": (
        "# 数据库优化\n\n请先检查慢查询，然后优化索引。数据库优化很重要。\n\n## 慢查询\n\n慢查询会拖慢系统。",
        "数据库优化 慢查询",
    ),
    "Thai": ("# ฐานข้อมูล\n\nฐานข้อมูลต้องเร็ว การเชื่อมต่อฐานข้อมูล\n", "ฐานข้อมูล"),
}


@pytest.mark.parametrize(("text", "wanted"), RUNS.values(), ids=RUNS)
def test_no_draft_is_a_piece_of_a_run_that_is_no_word(text: str, wanted: str) -> None:
    documents = {"a.md": text, "b.md": "# Caching\n\nKeep it."}
    drafts = {term.text for term in distinctive(documents)["a.md"]} | set(keywords_of(documents)["a.md"])
    assert drafts and drafts <= set(wanted.split())


@given(st.text(st.sampled_from("データのをする数据库ฐาน้ab 、。"), max_size=20))
def test_joined_words_are_those_of_the_text_in_their_places(text: str) -> None:
    whole, joined = tokenize(text), words_of(text)
    assert ["".join(row) for row in joined.words] == ["".join(row) for row in whole.words]
    assert [row[0][0] for row in joined.spans] == [row[0][0] for row in whole.spans]

"""Counting and weighing the words of documents, held against a reference that is slow and obvious."""

from __future__ import annotations

from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.matching.document_index import BEGIN, FIELDS, Document
from ctxload.matching.document_words import HALF, LENGTH, PAIR, RAREST, RARITY, TOPICLESS, count, tally
from ctxload.matching.lookups import counted
from ctxload.matching.lookups.counted import COMMON
from ctxload.matching.lookups.documents import weigh
from ctxload.matching.lookups.listed import cells_of
from ctxload.matching.scripts import grammar_words
from ctxload.matching.tokens import tokens_of
from ctxload.matching.word_lists import GENERIC_FORMS, STOP

#: Words and signs that meet in each rule of counting: grammar, numbers, letters, words of any topic, signs, quotes.
PIECES = [
    "falcon", "herons", "ledger", "registry", "registries", "Terminal", "project", "projects", "file", "files",
    "c++", "c#", "c++17", "a+b", "issue#12", "##", "+", "it's", "'quoted'", "'", "don't", "l'api", "the", "of", "and",
    "und", "7", "42", "q", "x", "naïve", "bücherei", "数据库", "—", "…", ",", ".", ";", ": ", "e.g.", "v1.2", "(", ")",
    "\n", "\n\n", "\n# ", "\n- ", "/", "_", "-", "\x02", "\t",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=24).map(" ".join) | st.lists(
    st.sampled_from(PIECES), max_size=12
).map("".join)


def clauses_in(text: str) -> list[list[str]]:
    """The words of a text in normal form by clause, lines with other than ASCII letters by themselves."""
    lines = text.split("\n")
    if text.isascii():
        return tokens_of(text).forms
    plain = "\n".join([line for line in lines if line.isascii()])
    return [
        clause for part in (*[line for line in lines if not line.isascii()], plain) for clause in tokens_of(part).forms
    ]


def obvious(text: str) -> dict[str, int]:
    """How often each word stands in a text, and each two side by side, word for word."""
    found: Counter[str] = Counter()
    for clause in clauses_in(text):
        before = ""
        for word in clause:
            if word in STOP or word in grammar_words() or word.isdigit():
                before = ""
                continue
            found[word] += len(word) > 1
            if before and not (before in GENERIC_FORMS and word in GENERIC_FORMS):
                found[f"{before} {word}"] += 1
            before = word
    return {word: times for word, times in found.items() if times}


@pytest.mark.law
@given(texts)
def test_words_are_counted_as_one_reads_them(text: str) -> None:
    assert tally(text) == obvious(text)


def slowly(documents: dict[int, Document], kept: int) -> dict[str, tuple[int, ...]]:
    """The cells of all words and pairs but beginnings and aliases, document for document."""
    fields = {number: count(document) for number, document in documents.items()}
    lengths = [max(1.0, sum(sum(row[at].values()) for row in fields.values()) / len(fields)) for at in range(6)]
    holders = Counter(word for row in fields.values() for word in {word for counts in row for word in counts})
    cells: dict[str, list[int]] = {}
    for number, row in fields.items():
        given: dict[str, tuple[int, int]] = {}
        for word in dict.fromkeys(word for counts in row for word in counts):
            points = sum(
                most * counts[word] / (counts[word] + HALF * (1 - LENGTH + LENGTH * sum(counts.values()) / usual))
                for counts, most, usual in zip(row, FIELDS.values(), lengths, strict=True)
                if word in counts
            )
            rarity = log((len(documents) + 0.5) / holders[word]) / log(len(documents) + 0.5)
            topic = PAIR if " " in word else TOPICLESS if word in GENERIC_FORMS else 1.0
            where = sum(1 << at for at, counts in enumerate(row) if word in counts)
            given[word] = round(1000 * points * (rarity**RARITY if rarity >= RAREST else 0) * topic), where
        for word in sorted(given, key=lambda word: (-given[word][0], word))[:kept]:
            points, where = given[word]
            cells.setdefault(word, [holders[word]]).extend((number, points, where) if points else ())
    return {word: tuple(cell) for word, cell in cells.items()}


TOPICS = ["falcon", "heron", "ledger", "terminal", "cursor", "project", "file", "orm", "design", "module", "the", ","]
sentences = st.lists(st.sampled_from(TOPICS), min_size=1, max_size=16).map(" ".join)


@pytest.mark.law
@given(st.lists(st.tuples(sentences, sentences), min_size=1, max_size=6), st.sampled_from([3, 5, 9, 1000]))
def test_documents_are_weighed_as_word_for_word_and_only_the_best_of_a_long_one_are_kept(
    texts: list[tuple[str, str]], kept: int
) -> None:
    documents = {n: Document(f"d{n}", f"# {title}\n\n{text}\n") for n, (title, text) in enumerate(texts)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "KEPT", kept)
        words = cells_of(weigh(documents).words)
    expected = slowly(documents, kept)
    assert len(documents) <= COMMON
    assert {word: cell for word, cell in words.items() if not word.endswith("*")} == expected  # type: ignore[attr-defined]
    assert (
        {word[:-1] for word in words if word.endswith("*")}
        == {  # type: ignore[attr-defined]
            word[:BEGIN] for word in expected if len(word) >= BEGIN and word.isalpha()
        }
    )

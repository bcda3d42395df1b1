"""Counting and weighing the words of documents, held against a reference that is slow and obvious."""

from __future__ import annotations

import sys
from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.matching import document_words
from ctxload.matching.document_index import BEGIN, FIELDS, Document
from ctxload.matching.document_words import HALF, LENGTH, PAIR, RAREST, RARITY, TOPICLESS, count, tally
from ctxload.matching.lookups import counted, pairs, shares
from ctxload.matching.lookups.counted import COMMON
from ctxload.matching.lookups.documents import weigh
from ctxload.matching.lookups.listed import opened_cells, words_of
from ctxload.matching.lookups.packing import SPAN
from ctxload.matching.scripts import grammar_words
from ctxload.matching.tokens import tokens_of
from ctxload.matching.word_lists import GENERIC_FORMS, STOP
from ctxload.project.evidence_changes import ChangedWords

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


@pytest.mark.law
@given(st.lists(texts, min_size=1, max_size=4).map(tuple))
def test_several_texts_are_read_as_each_by_itself(some: tuple[str, ...]) -> None:
    """Those with other than ASCII letters among them, and a sign that ends a text where it is put between two."""
    for pieces in (some, tuple([piece.replace("+", "\x03") for piece in some])):
        read = document_words._in_normal_form(pieces)
        assert read == tuple(map(document_words.in_normal_form, pieces))
        assert [[*filter(None, words)] for words in read] == [
            [word for word in clause if word not in STOP and word not in grammar_words() and not word.isdigit()]
            for clause in [[word for part in clauses_in(piece) for word in part] for piece in pieces]
        ]


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
@given(
    st.lists(st.tuples(sentences, sentences, sentences), min_size=1, max_size=9),
    st.sampled_from([3, 9, 20, 1000]),
    st.sampled_from([1, 2, 3, pairs.MANY]),
    st.sampled_from([0, (1 << SPAN) - 2, (1 << 32) - 9]),
    st.sampled_from([1, 7, pairs.A_BUCKET]),
    st.sampled_from([PAIR, 0.002, 0.0004]),
)
def test_documents_are_weighed_as_word_for_word_and_only_the_best_of_a_long_one_are_kept(
    texts: list[tuple[str, str, str]], kept: int, many: int, first: int, bucket: int, pair: float
) -> None:
    """What comes behind the first paragraph stands in the text alone."""
    documents = {
        n: Document(f"d{n}", f"# {title}\n\n{about}\n\n{text}\n") for n, (title, about, text) in enumerate(texts, first)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "KEPT", kept)
        patch.setattr(pairs, "MANY", many)
        patch.setattr(pairs, "A_BUCKET", bucket)
        for module in (pairs, counted, sys.modules[__name__]):
            patch.setattr(module, "PAIR", pair)
        words = opened_cells(weigh(documents).words)
        expected = slowly(documents, kept)
    assert len(documents) <= COMMON
    assert {word: cell for word, cell in words.items() if not word.endswith("*")} == expected  # type: ignore[attr-defined]
    assert (
        {word[:-1] for word in words if word.endswith("*")}
        == {  # type: ignore[attr-defined]
            word[:BEGIN] for word in expected if len(word) >= BEGIN and word.isalpha()
        }
    )


def weighed(documents: dict[int, Document]) -> dict[str, tuple[int, ...]]:
    """The cells of all words and pairs but beginnings and aliases."""
    said = {word for document in documents.values() for counts in count(document) for word in counts}
    return {word: cell for word, cell in opened_cells(weigh(documents).words).items() if word in said}


LONG = """\
# Falcon heron

Ledger falcon.

Terminal cursor, orm design; terminal cursor, terminal cursor. A module file, design orm, heron; heron falcon.

Osprey gate, turbine hall; zebra crossing. Aaron burr, falcon heron falcon.
"""
SHORT = "# Zebra\n\nThe turbine.\n\nOrm design, zebra crossing, a module; design orm, design orm.\n"


def test_of_a_long_document_the_best_are_kept_however_many_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and pairs, those that it alone has, and those that another has, too: once in its text, or more often."""
    documents = {1: Document("", LONG), 2: Document("", SHORT), 3: Document("", "# Lions\n")}
    most = len({word for counts in count(documents[1]) for word in counts})
    for kept in range(1, most + 2):
        monkeypatch.setattr(counted, "KEPT", kept)
        assert weighed(documents) == slowly(documents, kept), kept


def test_a_word_gives_the_less_the_more_documents_have_it_and_nothing_where_nearly_all_do() -> None:
    """Of nine documents, the last has each word, the one before it all but one, and so on."""
    documents = {n: Document("", "The.\n\n" + " ".join(f"zx{at}y" for at in range(n + 1))) for n in range(9)}
    words = weighed(documents)
    assert words == slowly(documents, 1000)
    assert [len(words[f"zx{at}y"]) // 3 for at in range(9)] == [0, 8, 7, 6, 5, 4, 3, 2, 1]
    assert [words[f"zx{at}y"][0] for at in range(9)] == [9, 8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(("bar", "share"), [(0.999, 1.0), (1.0, 1.0), (1.001, 0.0)])
def test_a_word_that_is_as_rare_as_it_must_be_counts(bar: float, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "RAREST", bar)
    assert shares.Shares(9)[1] == share


@pytest.mark.parametrize(("count", "buckets"), [(1, 1), (300, 1), (392, 1), (393, 2), (600, 2), (792, 2), (793, 3)])
def test_pairs_are_dealt_out_evenly_to_buckets_also_where_all_end_with_the_same_word(count: int, buckets: int) -> None:
    """One stands there for each of three documents; with the end of its clause each is three words of its text."""
    names = [f"zx{number:04} falcon" for number in range(count - 1)]
    texts = ["\n\n".join(["The.", "heron ledger", *names[at::3]]) for at in range(3)]
    held = weigh({number: Document("", text) for number, text in enumerate(texts)}).words.pairs  # type: ignore[attr-defined]
    read = [held.read(number) for number in range(held.count)]
    sizes = [len(pairs) // 8 for pairs, _, _ in read]
    assert (len(sizes), sum(sizes), [*filter(None, [several for *_, several in read])]) == (buckets, count + 2, [])
    assert max(sizes) - min(sizes) <= count // 50 + 3


@pytest.mark.parametrize(("holders", "is_cell"), [(2, False), (255, False), (256, True), (400, True)])
def test_a_pair_that_very_many_documents_have_stands_in_a_cell(holders: int, is_cell: bool) -> None:
    documents = {
        number: Document("", "The.\n\nfalcon heron.\n" if number < holders else "Gate.\n") for number in range(500)
    }
    words = weigh(documents).words
    held = words.pairs  # type: ignore[attr-defined]
    assert [len(several) for *_, several in map(held.read, range(held.count)) if several] == [1] * is_cell
    cell = words.get("falcon heron")
    assert cell and (cell[0], [*cell[1::3]], {*cell[3::3]}) == (holders, [*range(holders)], {16})
    assert cell == slowly(documents, 1000)["falcon heron"]


def test_the_words_are_those_of_which_something_is_kept_without_two_side_by_side() -> None:
    evidence = weigh({0: Document("", "The.\n\nFalcons, q heron. Q z.\n"), 1: Document("", "Ledgers, falcon.\n")})
    expected = {"falcon", "heron", "ledger"}
    assert {word for word in words_of(evidence.words) if "*" not in word} == expected
    assert {"q heron", "q z"} == {word for word in opened_cells(evidence.words) if " " in word}
    now = ChangedWords(evidence.words, {"gate": (1, 1, 900, 16), "falcon gate": (1, 1, 500, 16)}, frozenset({1}))  # type: ignore[arg-type]
    assert {word for word in words_of(now) if "*" not in word} == {"falcon", "heron", "gate"}
    assert {word for word in opened_cells(now) if " " in word} == {"q heron", "q z", "falcon gate"}

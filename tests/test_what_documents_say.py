"""What a document says, field by field: where its title ends, what front matter tells, how much a word of it gives."""

from __future__ import annotations

from math import log

import pytest

from ctxload.matching import document_words
from ctxload.matching.document_index import FIELDS, LIKE_IT, NEARBY, Document, like, ln, names_of_fields
from ctxload.matching.document_words import count, first_sentence, said_of_itself, title_of, weights
from ctxload.text.markdown import front_matter


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Rest api", "rest api"),
        ("# Rest api\n# Other", "rest api"),
        ("\n# Rest api", "rest api"),
        ("x\n# Rest\napi", "rest"),
        ("#  Rest", "rest"),
        ("x# Rest", ""),
        ("## Rest", ""),
        ("#Rest", ""),
        ("\n #  Rest", ""),
        ("x\n## Rest\n# Api", "api"),
        ("# ", ""),
        ("", ""),
        # as far as a title is looked for, and read
        ("x" * 37 + "\n# Rest", "rest"),
        ("x" * 38 + "\n# Rest", ""),
        ("# aa bb cc dd", "aa bb cc"),
        ("# aa bb ccc dd", "aa bb ccc"),
        ("x\n# aa bb cc dd", "aa bb cc"),
    ],
)
def test_the_first_heading_near_the_beginning_is_the_title(
    text: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_words, "TITLE", 40)
    monkeypatch.setattr(document_words, "LONGEST", 9)
    assert " ".join(title_of(text)) == title


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two. Three.", "One."),
        ("One! Two", "One!"),
        ("One?\nTwo", "One?"),
        ("Version 1.2 of it. Two", "Version 1.2 of it."),
        ("no end; here, or: there", "no end; here, or: there"),
        ("The end.", "The end."),
        (". x", "."),
        ("", ""),
    ],
)
def test_a_sentence_ends_with_its_sign_before_white_space(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("name: one", "one"),
        ("Title : one", "one"),
        ("name: one\nsummary: two\ntags: three\ndescription: four", "one\ntwo\nfour"),
        ("description: one\ntwo\nthree: four", "one\ntwo"),
        ("description: >-\n  one: two\n  three\nother: x", "one: two\nthree"),
        ("description: one\\ntwo", "one\ntwo"),
        ("loose\nname: one", "one"),
        ("metadata:\n  name: one", ""),
        (" name: one", ""),
        ("name:", ""),
        ("tags: name", ""),
    ],
)
def test_of_front_matter_these_keys_say_what_a_document_is_about(front: str, said: str) -> None:
    text = f"---\n{front}\n---\nname: body\n"
    assert said_of_itself(text, front_matter(text)) == said


def test_a_document_without_front_matter_says_nothing_of_itself() -> None:
    assert said_of_itself("name: one\n", None) == ""


PAGE = """\
---
name: falcon
description: Herons nest. Storks fly.
---
# Osprey

Lead words. More text.

## Gate

Inner
"""


@pytest.mark.parametrize(
    ("word", "about", "fields"),
    [
        ("zeppelin", "", "name"),
        ("falcon", "", "about"),
        ("heron", "", "about lead"),
        ("stork", "", "about"),
        ("osprey", "", "title heading text"),
        ("lead", "", "about text"),
        ("gate", "", "heading text"),
        ("inner", "", "text"),
        # what the index says of it comes before what it says of itself
        ("engine", "Engines roar. Wheels turn.", "about lead"),
        ("wheel", "Engines roar. Wheels turn.", "about"),
        ("heron", "Engines roar. Wheels turn.", "about"),
    ],
)
def test_a_word_of_a_document_stands_in_these_fields(word: str, about: str, fields: str) -> None:
    counts = count(Document("zeppelin", PAGE, about))
    assert " ".join(name for name, words in zip(FIELDS, counts, strict=True) if word in words) == fields


def test_the_lead_of_a_document_that_says_nothing_of_itself_is_its_first_sentence() -> None:
    name, about, title, heading, text, lead = count(Document("red_and-blue", "# Osprey\n\nFalcons fly. Herons nest.\n"))
    assert (name, title, heading) == ({"red": 1, "blue": 1}, {"osprey": 1}, {"osprey": 1})
    assert lead == {"falcon": 1, "fly": 1, "falcon fly": 1}
    assert about == lead | {"heron": 1, "nest": 1, "heron nest": 1} == {k: n for k, n in text.items() if k != "osprey"}


# ── what a word gives ────────────────────────────────────────────────────────────────────────────────────


def given(documents: int, holders: int, rarest: float = document_words.RAREST) -> int:
    """What a word gives in thousandths that stands in a text of usual length once, and in so many documents."""
    fields = ({}, {}, {}, {}, {"falcon": 1}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_words, "RAREST", rarest)
        return weights(fields, (1.0,) * 6, documents, lambda word: holders)["falcon"][0]


def test_a_word_gives_the_less_the_more_documents_have_it_and_that_rare_at_least_it_must_be() -> None:
    assert [given(9, holders) for holders in (1, 3, 9)] == [750, 502, 0]
    assert [given(9, 1, rarest) for rarest in (1.0, 1.001)] == [750, 0]


@pytest.mark.parametrize("number", [1, 1.001, 1.5, 2, 2.5, 3, 3.999, 4, 7, 1_000, 65_537, 1e9])
def test_the_logarithm_is_the_natural_one(number: float) -> None:
    assert ln(number) == pytest.approx(log(number), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("word", "key"),
    [("kernel", ""), ("kernels", "kernel*"), ("kernelspace", "kernel*"), ("kernelé", ""), ("kernel7", ""),
     ("kernel panic", ""), ("", "")],
)  # fmt: skip
def test_words_of_more_than_six_letters_may_be_like_others(word: str, key: str) -> None:
    assert like(word) == key


def test_every_field_has_a_bit_of_its_own_beside_those_that_say_how_it_was_found() -> None:
    assert [names_of_fields(1 << bit) for bit in range(8)] == [[name] for name in FIELDS] + [[], []]
    assert {LIKE_IT, NEARBY} == {1 << 6, 1 << 7}
    assert names_of_fields(LIKE_IT | NEARBY | 63) == [*FIELDS]

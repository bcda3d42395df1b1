"""Texts made from a pattern: those it fires on, and those that make it slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.authoring.lint.samples import LENGTH, MOST, attacks, samples

FIRES = [
    r"git",
    r"\bgit\b",
    r"(github.?actions|workflow).*(docker|container)",
    r"[^x]+\d{3,}\s[a-f]?",
    r"(?i)REST[-_ ]framework",
    r"(a|b(c|d))+?e{2,5}",
    r"^\W*fix\b",
    r"(?:docker|podman) (?P<what>build|run)",
]


@pytest.mark.parametrize("pattern", FIRES)
def test_a_pattern_fires_on_its_samples(pattern: str) -> None:
    assert samples(pattern)
    assert all(re.search(pattern, text) for text in samples(pattern))


def test_each_alternative_has_a_sample() -> None:
    assert {"git", "svn", "hg"} <= set(samples("git|svn|hg"))


@pytest.mark.parametrize("pattern", ["(", r"\p{L}+", "(" * 150 + "a" + ")" * 150])
def test_of_a_pattern_that_cannot_be_taken_apart_there_are_no_samples_but_attacks(pattern: str) -> None:
    assert samples(pattern) == ()
    assert attacks(pattern)


@pytest.mark.parametrize(
    "pattern", ["((((a{1000}){1000}){1000})*)*", "(x{999}|y)" * 60, "|".join("abcdefgh" * 100), "(.*){20}"]
)
def test_whatever_the_pattern_the_texts_are_few_and_short(pattern: str) -> None:
    texts = samples(pattern) + attacks(pattern)
    assert len(texts) <= 3 * MOST
    assert all(len(text) <= 2 * LENGTH for text in texts)


@given(st.text(alphabet="ab|()*+?[]{}1,\\d.^$", max_size=20))
def test_taking_a_pattern_apart_never_raises(pattern: str) -> None:
    assert samples(pattern) == samples(pattern)
    assert attacks(pattern) == attacks(pattern)

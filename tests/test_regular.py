"""The engine for regular patterns: what a pattern comes to, what each instruction takes, and what is remembered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ctxload.matching import regular
from ctxload.matching.regular import Searcher, Stopped
from ctxload.matching.regular_compiler import MOST
from ctxload.matching.rule_patterns import program_of

if TYPE_CHECKING:
    from ctxload.matching.regular import Move, Program

NAMES = ("char", "split", "jump", "check", "match")


def made(pattern: str) -> Program:
    program = program_of(pattern)
    assert program is not None
    return program


def listed(pattern: str) -> str:
    """The program of a pattern, an instruction after the other, with both of its numbers."""
    numbers = list(map(ord, made(pattern)[0]))
    lines = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    return ", ".join(f"{NAMES[op]} {x} {y}" for op, x, y in lines)


def found(pattern: str, text: str) -> tuple[int, int] | None:
    return Searcher(made(pattern)).search(text, 10**6)[0]


# ── what a pattern comes to ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "program"),
    [
        ("ab", "char 0 0, char 1 0, match 0 0"),
        ("aa", "char 0 0, char 0 0, match 0 0"),
        ("a?", "split 1 2, char 0 0, match 0 0"),
        ("a??", "split 2 1, char 0 0, match 0 0"),
        ("a*", "split 1 3, char 0 0, split 1 3, match 0 0"),
        ("a+", "char 0 0, split 0 2, match 0 0"),
        ("a+?", "char 0 0, split 2 0, match 0 0"),
        ("a{2}", "char 0 0, char 0 0, match 0 0"),
        ("a{2,}", "char 0 0, char 0 0, split 1 3, match 0 0"),
        ("a{1,3}", "char 0 0, split 2 5, char 0 0, split 4 5, char 0 0, match 0 0"),
        ("(a|bc|d)e", "split 1 3, char 0 0, jump 8 0, split 4 7, char 1 0, char 2 0, jump 8 0, char 3 0, char 4 0, match 0 0"),  # noqa: E501
        (r"^\A$\Z\b\B", "check 0 0, check 0 0, check 1 0, check 1 0, check 2 0, check 3 0, match 0 0"),
        ("(?<=a)b(?=c)", "check 4 0, char 1 0, check 6 2, match 0 0"),
        ("(?<!a)b(?!c)", "check 5 0, char 1 0, check 7 2, match 0 0"),
    ],
)  # fmt: skip
def test_a_pattern_comes_to_these_instructions(pattern: str, program: str) -> None:
    assert listed(pattern) == program


@pytest.mark.parametrize(
    ("pattern", "one"),
    [
        ("A", (False, False, "a", "", "")),
        ("[^a]", (True, False, "a", "", "")),
        ("[^ab]", (True, False, "ab", "", "")),
        (".", (True, True, "\n", "", "")),
        ("(?s:.)", (True, True, "", "", "")),
        ("(?-i:A)", (False, True, "A", "", "")),
        ("(?-i:(?i:A))", (False, False, "a", "", "")),
        ("(?s:(?-s:.))", (True, True, "\n", "", "")),
        ("[a-cb]", (False, False, "abc", "", "")),
        (r"[x\d\D\s\S\w\W]", (False, False, "x", "", "dDsSwW")),
        ("[\u0500-\u0501]", (False, False, "\u0501", "", "")),
        ("(?-i:[\u4e00-\u50bb])", (False, True, "".join(map(chr, range(0x4E00, 0x50BC))), "", "")),
        ("(?-i:[\u4e00-\u50bc])", (False, True, "", "\u4e00\u50bc", "")),
        ("[\u3400-\u4dbf\u4e00-\u9fff]", (False, False, "", "\u3400\u4dbf\u4e00\u9fff", "")),
    ],
)
def test_an_item_that_takes_one_character_is_kept_as_this_set(pattern: str, one: object) -> None:
    """A range of 700 characters is written out, so that they are looked up; a larger one is kept by its ends."""
    assert made(pattern)[1] == (one,)


def test_a_program_has_so_many_instructions_and_no_more() -> None:
    most = "a{1000}" * 4 + f"a{{{MOST - 4001}}}"
    assert len(made(most)[0]) == 3 * MOST
    assert program_of(most + "a") is None


@pytest.mark.parametrize("flags", ["", "(?i)", "(?s)", "(?m)", "(?u)", "(?x)", "(?imsux)"])
def test_a_pattern_with_these_flags_is_regular(flags: str) -> None:
    assert program_of(f"{flags}a.b") is not None


@pytest.mark.parametrize("pattern", ["(?a)x", "(?a:x)", "(?t)x", "(?L)x", "(a)(?(1)b|c)"])
def test_what_no_program_can_be_made_of_has_none(pattern: str) -> None:
    assert program_of(pattern) is None


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        # the beginning, the end, and edges of words, alone and beside a look at what stands before
        ("^a", "ba"), ("^a", " a"), ("a$", "ab"), ("(?<!a)$", "a"), ("(?<!a)$", "b"), (r"\b$", "a"), (r"\b$", "a "),
        (r"\Bx", "x ax"), (r"\Bx", "x"), (r"x\B", "x xa"), (r"\B", "a b"), (r"(?<= )\bx", " x"), (r"(?<=a)\bx", "ax"),
        (r"(?<!a)\bx", " x"), (r"(?<!b)\bx", "bx x"), (r"(?<=a)(?<!b)\Bx", "bx ax"), (r"(?:(?<=a)|(?<=b))^x", "bx"),
        ("(?<=a)x|(?<=b)y", "ay by"), ("(?<=a)x|(?<=b)y", "bx by"), ("(?<!a)x|(?<!b)y", "ax by"), (r"\b_", "a _"),
        ("(?=a)", "ba"), ("a(?=b)", "aab"), ("a(?!b)", "aba"), ("a(?!b)", "ab"), ("(?=a)", ""), ("(?!a)", ""),
        # what is leftmost, and of that what is preferred
        ("a|ab", "ab"), ("ab|a", "ab"), ("a*?b", "aab"), ("a{1,2}", "aaa"), ("a{1,2}?", "aaa"), ("(?:ab)*", "ababa"),
        ("a{0,3}b", "aaaab"), ("b|aab", "aab"), ("aab|b", "aab"), ("x*", ""), ("x*", "ax"), ("", ""), ("a+b|a", "aac"),
        ("(?:a|b)*c|b", "abab"), ("a.*c|b", "abbb"), ("(?:a*)*b", "aab"), ("a{3}", "aa"), ("(?-i:A)a", "aA"),
        ("é", "É"),
        # a range that is kept by its ends, in either case, and beside other things
        ("[a\u0400-\u9fff]", "a"), ("[a\u0400-\u9fff]", "b"), ("[^a\u0400-\u9fff]", "a"), ("[\u0400-\u9fff]", "\u0400"),
        ("[\u0400-\u9fff]", "\u03ff"), ("[\u0400-\u9fff]", "\u9fff"), ("[\u0400-\u9fff]", "\ua000"),
        ("[\u00e0-\u03a9]", "α"), ("[\u0178-\u0500]", "ÿ"), ("[\u0179-\u0500]", "ÿ"),
        ("[\u0451-\u0800]", "ё"), ("[\u02b0-\u0600]", "ŉ"),
        ("[\u0010-\u0300]", "ß"), ("[\u00e0-\u03a9]", "ί"), ("(?-i:[\u00e0-\u03a9])", "α"), ("[\u0400-\u9fff\uac00-\ud7a3]", "\uac00"),  # noqa: E501
        ("[\u0400-\u9fff\uac00-\ud7a3]", "\u0400"), ("(?-i:[\u0100-\u9fff])", "k"), ("[\u0100-\u9fff]", "k"),
        # classes in sets
        *[(f"[{kind}]", text) for kind in (r"\d", r"\D", r"\s", r"\S", r"\w", r"\W") for text in "1a _-٣"],
        (r"[\d\s]+", "a1 2b"), (r"[^\W\d]+", "1ab2"), (r"[x\d]+", "ax1"), (r"[\D]", "1"), ("[İ]", "i"), ("İ", "i"),
        ("i", "İ"), ("(?s:.)", "\n"), (".", "\n"),
    ],
)  # fmt: skip
def test_a_search_finds_what_backtracking_finds(pattern: str, text: str) -> None:
    if not text and r"\B" in pattern:
        return
    expected = re.search(pattern, text, re.IGNORECASE)
    assert found(pattern, text) == (expected and expected.span())


def alike(char: str) -> set[str]:
    """The characters that a search without case takes for this one, by the rules of Unicode for one character."""
    return {char, *char.lower(), *char.upper(), *char.casefold(), *char.lower().upper()}


def test_a_wide_range_takes_what_is_alike_to_its_first_and_to_its_last_character() -> None:
    odd = [char for char in map(chr, range(0x80, 0x2200)) if char.lower().upper() != char != char.lower()]
    wrong = []
    for char in [*odd, "\u0178", "\u03a9", "\u1e9b", "ſ", "ς", "ϐ", "ᾳ"]:
        for first, last in [(char, chr(ord(char) + 701)), (chr(max(0x21, ord(char) - 701)), char)]:
            pattern = f"[{re.escape(first)}-{last}]"
            program, backtracking = Searcher(made(pattern)), re.compile(pattern, re.IGNORECASE)
            for one in alike(char):
                if bool(program.search(one, 10)[0]) is not bool(backtracking.search(one)):
                    wrong.append((pattern, one))
    assert len(odd) > 30 and wrong == []


# ── steps, and what is remembered ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "text", "steps"),
    [
        ("ab", "", 2),
        ("ab", "ab", 9),
        ("ab", "xxxx", 8),
        ("ab", "xyz", 8),
        ("a|b", "ab", 5),
        ("(?=a)b", "aaaa", 10),
        ("(?<=a)b", "aaaa", 10),
        (r"\bb", "a a a", 14),
        ("a*", "aaa", 16),
    ],
)
def test_a_search_takes_so_many_steps_whatever_was_searched_before_and_is_stopped_with_one_less(
    pattern: str, text: str, steps: int
) -> None:
    for searcher in (Searcher(made(pattern)), Searcher(made(pattern))):
        span, left = searcher.search(text, steps)
        assert (span, left) == (found(pattern, text), 0)
        with pytest.raises(Stopped):
            searcher.search(text, steps - 1)


class Counting(Searcher):
    """Counts the moves that are worked out, and not remembered."""

    worked_out = 0

    def _move(self, row: regular.Row, char: str) -> Move:
        self.worked_out += 1
        return super()._move(row, char)


def moves(searcher: Counting, text: str) -> int:
    """How many moves one more search works out."""
    before = searcher.worked_out
    searcher.search(text, 10**6)
    return searcher.worked_out - before


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("ac", 5), ("^ac$", 5), (r"\bac", 7), (r"\Bac", 7), ("(?<=b)a", 8), ("[cd][ef][gh][ij][kl]m", 5)],
)
def test_what_stands_before_is_told_apart_only_where_a_pattern_asks_for_it(pattern: str, count: int) -> None:
    assert moves(Counting(made(pattern)), "x-bb--x") == count


def test_so_many_moves_are_remembered_and_then_forgotten_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regular, "_REMEMBERED", 4)
    searcher = Counting(made("ab"))
    assert moves(searcher, "xyz") == 4  # each character, and the end
    assert moves(searcher, "xyz") == 0
    assert moves(searcher, "xyzw") == 1
    assert moves(searcher, "xyz") == 4
    assert moves(searcher, "xyz") == 0
    assert moves(searcher, "xyzw") == 1
    assert moves(searcher, "xyz") == 4

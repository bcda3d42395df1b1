"""Signs at words, in plain text and beside letters of other scripts: `c++`, apostrophes, full stops, marks."""

from __future__ import annotations

import pytest

from ctxload.matching import unicode_words
from ctxload.matching.signs import bare, cut, loosen_signs, unquote
from ctxload.matching.tokens import tokenize


def words(text: str) -> str:
    """The words of a text as written in lower case, with `|` between clauses."""
    return " | ".join(" ".join(clause) for clause in tokenize(text).words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # signs right after a word belong to it, three of them at most
        ("c++", "c++"),
        ("c+ c++ c+++ c++++ c", "c+ c++ c+++ c c"),
        ("c# c## c### c#### c", "c# c## c### c c"),
        ("c+# c#+# x", "c+# c#+# x"),
        ("+a #a ++a a +b ++ c", "a a a a b c"),
        ("a + b # c", "a b c"),
        ("++a+", "a+"),
        ("#a", "a"),
        # a digit goes on behind them where one letter stands before them, and anything behind `++`
        ("f#12", "f# 12"),
        ("f#1 x", "f# 1 x"),
        ("a f#1 ab#1 a b#1", "a f# 1 ab 1 a b# 1"),
        ("ab#1", "ab 1"),
        ("c++17 c++b cc++b c##b", "c++ 17 c++ b cc++ b c b"),
        ("a+b a#b a#1b+ a", "a b a b a# 1b+ a"),
        ("c++'s 'c++' c#.net (c#) c#, c", "c++ s c++ c# net | c# | c# | c"),
        ("c#\nf#\n#\n+ c+", "c# f# | c+"),
        # a full stop or a colon before a blank ends a clause, and nowhere else
        ("v1.1 a.b: c. d", "v1 1 a b | c | d"),
        ("a.b", "a b"),
        ("a.\tb:\nc .d", "a | b | c d"),
        ("a: .b", "a | b"),
        # possessives and quotes
        ("a's 'a' a's's ''a''s'' b", "a a a a b"),
        ("'a'", "a"),
        ("a' b", "a b"),
        ("' '' b", "b"),
        ("as 's s's", "as s s"),
        # what an apostrophe joins
        ("l'api l'a qu'un dell'a dell'api l'a'b", "api l'a un dell'a api l'a'b"),
        ("x'da xy'da xy'zz xy'da'da", "x'da xy xy'zz xy'da'da"),
        ("dell'da o'clock", "da o'clock"),
    ],
)  # fmt: skip
def test_signs_at_words_are_read_alike_in_a_text_of_any_script(text: str, expected: str) -> None:
    assert words(text) == expected
    assert words(f"é; {text}") == f"é | {expected}"
    assert words(f"{text}; é") == f"{expected} | é"
    for whole in (text, f"é; {text}"):
        tokens = tokenize(whole)
        spans = [whole[start:end].lower() for row in tokens.spans for start, end in row]
        assert spans == [word for clause in tokens.words for word in clause]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # after a word of a script without spaces, and after signs, another one begins
        ("数's 数'a a数 数a 数1 数é é数", "数 s 数 a a 数 数 a 数 1 数 é é 数"),
        ("ข้a aข้ ข้1 ข้é ข้'s", "ข้ a a ข้ ข้ 1 ข้ é ข้ s"),
        ("c++é é++é é#1 é#é ab#é", "c++ é é++ é é# 1 é é ab é"),
        ("é+ é+++ é++++ é", "é+ é+++ é é"),
        ("数+ 数++数", "数+ 数++ 数"),
        # marks belong to what they are on; what they are on has no sign of its own
        ("e\u0301a e\u0301's e\u0301+ a", "éa é é a"),
        ("a\u0301\u0301b", "á\u0301b"),
        ("\u0301a \u0301\u0301数", "a 数"),
        ("ｶﾞ ｶﾞ+ x", "ガ ガ x"),
        # other punctuation ends a clause, other signs do not
        ("a·b a¿b a§b a→b é", "a | b a | b a | b a b é"),
        ("é.é é. é", "é é é | é"),
        ("é.", "é"),
        ("é:", "é"),
        # what folding would tear apart or make an apostrophe of is folded less
        ("½ ŉ ŉA É", "½ ŉ ŉa é"),
    ],
)  # fmt: skip
def test_words_of_other_scripts_begin_and_end_where_their_letters_do(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("l'api", "api"), ("l'a", "l'a"), ("l'a'b", "l'a'b"), ("github'da", "github"), ("x'da", "x'da"),
        ("ab'ı", "ab"), ("dell'a", "dell'a"), ("dell'un", "un"), ("api", "api"),
    ],
)  # fmt: skip
def test_of_a_word_with_one_apostrophe_what_it_joins_is_cut(word: str, place: str) -> None:
    start, end = cut(word)
    assert word[start:end] == place
    assert unquote(f"'{word}'s''") == place
    assert [f" {word}'S' "[slice(*bare(f" {word}'S' ", 1, len(word) + 4))]] == [place]


def test_many_signs_in_a_line_are_each_looked_at_once() -> None:
    assert loosen_signs("a+b " * 3 + "c# d", "~") == "a~b a~b a~b c#~ d"
    assert loosen_signs("+a", "~") == "~a"


def test_what_a_word_is_folded_to_is_told_of_one_that_is_a_quote_alone() -> None:
    assert unicode_words.words_and_spans("é ' '' 's é's") == ([["é", "s", "é"]], [[(0, 1), (8, 9), (10, 11)]])

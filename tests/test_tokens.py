"""A text as clauses of words: what parts them, what ends a clause, what belongs to a word."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctxload.matching import tokens
from ctxload.matching.tokens import tokenize


def words(text: str) -> list[str]:
    """The words as written in lower case; `|` between clauses."""
    clauses = tokenize(text).words
    return [word for number, clause in enumerate(clauses) for word in ([] if number == 0 else ["|"]) + clause]


def pieces(text: str) -> list[str]:
    """What stands at the place of each word."""
    return [text[start:end] for row in tokenize(text).spans for start, end in row]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # separators part words
        ("REST framework", "rest framework"),
        ("rest-framework rest_framework rest/framework rest.framework", "rest framework rest framework rest framework rest framework"),  # noqa: E501
        ("a\nb\r\nc\td\x0be", "a b c d e"),
        ("a=b*c&d^e%f$g@h~i`j\\k", "a b c d e f g h i j k"),
        ("a\u00a0b\u3000c\u2028d\u200be\ufefff", "a b c d e f"),
        ("a • b", "a b"),
        ("github'da x'de o'clock", "github x'de o'clock"),
        ("a · b", "a | b"),
        # camelCase is one word
        ("RestFramework useState GitHub", "restframework usestate github"),
        # what ends a clause
        ("a, b; c! d? e", "a | b | c | d | e"),
        ("(a) [b] {c} <d> |e|", "a | b | c | d | e"),
        ('say "a" now', "say | a | now"),
        ("a. b: c", "a | b | c"),
        ("a. b", "a | b"),
        ("a: b", "a | b"),
        ("a.b", "a b"),
        ("a:b", "a b"),
        ("a.\nb:\tc.", "a | b | c"),
        ("the end.", "the end"),
        ("a — b – c… d", "a | b | c | d"),
        ("a、b。c，d；e：f！g？h", "a | b | c | d | e | f | g | h"),
        ("「a」【b】（c）“d”«e»", "a | b | c | d | e"),
        ("a¿b¡c", "a | b | c"),
        # what does not
        ("node.js v1.10 http://x:80/y C:\\x 12:30", "node js v1 10 http x 80 y c x 12 30"),
        ("a.-b c:_d", "a b c d"),
        ("`rest.` framework", "rest framework"),
        ("a - b * c", "a b c"),
        # signs that belong to a word
        ("c++ C# f#", "c++ c# f#"),
        ("c++17 c#12 c++builder", "c++ 17 c# 12 c++ builder"),
        ("a+b issue#12 #todo +1 a + b", "a b issue 12 todo 1 a b"),
        ("n+1 g++", "n+ 1 g++"),
        ("x++++ y####", "x y"),
        # quotes and possessives
        ("the API's 'quoted' word's", "the api quoted word"),
        ("don’t it's users' O'Reilly", "don't it users o'reilly"),
        ("'s '' a's's", "s a"),
        # case and compatibility forms
        ("STRASSE Straße ΣΑΣ", "strasse strasse σασ"),
        ("ＡＰＩ ﬁle ①", "api file 1"),
        ("CAFÉ cafe\u0301", "café café"),
        ("½ ŉ", "½ ŉ"),
        # characters that are not seen
        ("a\u00adpi api\u200d api\ufe0f", "api api api"),
        ("rest ❤️ framework 👩\u200d💻 x", "rest framework x"),
        # scripts that write without spaces
        ("数据库", "数 据 库"),
        ("用docker部署v2", "用 docker 部 署 v2"),
        ("ﾃﾞｰﾀ データ", "デ ー タ デ ー タ"),
        ("ฐาน ข้อ", "ฐ า น ข้ อ"),
        ("데이터 база", "데이터 база"),
        # markup, whatever other sign of it the text has
        ("rest\n\nframework", "rest | framework"),
        ("rest\r\rframework", "rest | framework"),
        ("the <b>rest</b> framework", "the rest framework"),
        ("the [rest](x) framework", "the rest framework | x"),
        # nothing
        ("", ""),
        ("... --- !!! 🙂 \u0301", ""),
    ],
)  # fmt: skip
def test_a_text_reads_as_these_words(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fix Web-Sockets!", ["Fix", "Web", "Sockets"]),
        ("the API's s S", ["the", "API", "s", "S"]),
        ("'quoted' ‘word’", ["quoted", "word"]),
        ("C++17 in C#.", ["C++", "17", "in", "C#"]),
        ("Straße ＡＰＩ ½", ["Straße", "ＡＰＩ", "½"]),
        ("cafe\u0301s!", ["cafe\u0301s"]),
        ("用docker’s部", ["用", "docker", "部"]),
    ],
)
def test_a_place_holds_the_word_as_it_was_written(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_words_have_a_normal_form_beside_the_one_that_was_written() -> None:
    tokens = tokenize("Deployments")
    assert (tokens.words, tokens.forms) == ([["deployments"]], [["deploy"]])


def test_a_run_of_words_has_one_place() -> None:
    tokens = tokenize("the rest, REST_Framework view")
    start, end = tokens.span(1, 0, 2)
    assert tokens.text[start:end] == "REST_Framework"


@pytest.mark.parametrize("unit", ["word ", "wörd ", "数", "'s", "+", "a+", "é+", "\u0301", ". ", "🙂", "a\u0301"])
def test_a_text_beyond_the_limit_is_read_up_to_it(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = unit * (2_000 // len(unit)) + "x" * 100 + " beyond"
    assert "beyond" in words(text)
    monkeypatch.setattr(tokens, "TASK_LIMIT", len(text) - len("beyond"))
    assert "beyond" not in words(text) and words(text) != []


@pytest.mark.parametrize(
    ("first", "last"),
    [("\u1000", "\u1080"), ("\u1780", "\u17b3"), ("\u3005", "\u3007"), ("\u3041", "\u30ff"), ("\u31f0", "\u31ff"),
     ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufad9"), ("\uff66", "\uff9d"), ("\U00020000", "\U0002a6df")],  # noqa: E501
)  # fmt: skip
def test_of_a_script_without_spaces_every_letter_is_a_word_from_the_first_to_the_last(first: str, last: str) -> None:
    for letter in (first, last):
        assert len(tokenize(f"x{letter}{letter}y").words[0]) == 4, hex(ord(letter))


@pytest.mark.parametrize("letter", ["\u10a0", "\ua000", "\uffa1"])
def test_a_script_with_spaces_is_not_taken_apart(letter: str) -> None:
    assert len(tokenize(f"{letter}{letter}").words[0]) == 1
    assert len(tokenize(f"x{letter}{letter}y").words[0]) == 3  # but from the Latin letters beside it


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200c", "\u200d", "\ufe00", "\ufe0f"])
def test_what_is_not_seen_within_a_word_makes_no_other_word_of_it(unseen: str) -> None:
    assert tokenize(f"data{unseen}base").words == [["database"]]


def test_each_word_of_a_text_with_markup_says_where_it_stands() -> None:
    page = '> the **error** of\n> [this page](docs/api.md "é"),\n- <b>not</b> ![b](b.png) b\n\n| a | b |\n' * 3
    for text in (page, page.replace("é", "e")):
        tokens = tokenize(text)
        for words, spans in zip(tokens.words, tokens.spans, strict=True):
            assert [text[start:end].lower() for start, end in spans] == words
        assert ["the", "error", "of", "this", "page"] in tokens.words
        assert ["b"] not in tokens.words[:1]


@example("c++. c+c# a+# f#")
@given(st.text(alphabet="c+# a.", max_size=12))
def test_a_word_of_another_script_beside_them_changes_no_words(text: str) -> None:
    alone = [form for clause in tokenize(text).forms for form in clause]
    assert [form for clause in tokenize(f"é; {text}").forms for form in clause] == ["é", *alone]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'école d'été", ["école", "été"]),
        ("l'api d'ete", ["api", "ete"]),
        ("Docker'ı GitHub'da", ["Docker", "GitHub"]),
        ("'résumé's' l'API's", ["résumé", "API"]),
        ("İstanbul'da l'İon", ["İstanbul", "İon"]),
    ],
)
def test_the_place_of_a_word_is_without_what_an_apostrophe_joins(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a's s", [(0, 1), (4, 5)]),
        ("a’s s", [(0, 1), (4, 5)]),
        ("s's", [(0, 1)]),
        ("l'l", [(0, 3)]),
        ("un'un", [(3, 5)]),
        ("un un'un", [(0, 2), (6, 8)]),
        ("dell'dell", [(5, 9)]),
        ("dell'ell", [(5, 8)]),
        ("rock'rock", [(0, 9)]),
    ],
)
def test_a_word_that_an_elided_one_holds_too_stands_behind_it(text: str, expected: list[tuple[int, int]]) -> None:
    assert [span for row in tokenize(text).spans for span in row] == expected


def test_a_link_is_read_as_one_whatever_the_text_begins_with() -> None:
    link = "[the guide](https://example.org/docker) now"
    assert words(f"](x) {link}")[-len(words(link)) :] == words(link) != words(link.replace("](", "] ("))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the rest\nframework | b", "the rest framework | b"),
        ("a | the rest\nframework", "a | the rest framework"),
        ("a | the rest\nframework | b", "a | the rest | framework | b"),
    ],
)
def test_a_clause_ends_with_a_line_only_between_two_rows_of_a_table(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected

"""Scripts: which letters are Latin, which scripts write without spaces, and what is folded of words in others."""

from __future__ import annotations

from unicodedata import category, name

import pytest

from ctxload.matching import scripts
from ctxload.matching.tokens import tokenize


def words(text: str) -> list[str]:
    return [word for clause in tokenize(text).words for word in clause]


def test_every_letter_that_unicode_calls_latin_is_one() -> None:
    named = [char for char in map(chr, range(0x80, 0x10000)) if char.isalpha() and "LATIN" in name(char, "").split()]
    # `Ↄ` was a numeral of the Romans
    assert [char for char in named if not scripts.turns(f"д{char}", 1)] == ["ↄ"] and len(named) > 1000


def test_what_stands_beside_latin_letters_is_none() -> None:
    for first, last in scripts.LATIN:
        assert chr(first).isalpha() and chr(last).isalpha()
        for beside in (chr(first - 1), chr(last + 1)):
            assert not name(beside, "").startswith("LATIN ") or not beside.isalpha()
    assert not [char for char in "\u02b9\u1f00\u2c5f\u2c80\ua800\uab70" if scripts.turns(f"д{char}", 1)]


def test_scripts_without_spaces_begin_and_end_at_these_letters() -> None:
    inside = (
        "\u0e01\u0fda\u1000\u109f\u1780\u17f9\u3005\u3007\u3041\u30ff\u31f0\u31ff\u3400\u4dbf\u4e00\u9fff\uf900\ufad9"
    )
    beside = (
        "\u0e00\u10a0\u177f\u1800\u3004\u3008\u3040\u3100\u31ef\u3200\u33ff\u4dc0\u4dff\ua000\uf8ff\ufb00\uff65\uffa0"
    )
    assert [
        hex(ord(char)) for char in inside + "\uff66\uff9f\U00020000\U0003ffff" if not scripts.is_unspaced(char)
    ] == []
    assert [hex(ord(char)) for char in beside + "\U0001ffff\U00040000" if scripts.is_unspaced(char)] == []


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("дa", True), ("aд", True), ("éд", True), ("ДÉ", True), ("д1a", True), ("д12'\u0301a", True), ("д'a", True),
        ("ab", False), ("aé", False), ("éa", False), ("дж", False), ("ժд", False), ("数a", False), ("数1a", False),
        ("д-a", False), ("д a", False), ("a-д", False), ("д1", False), ("a1", False), ("1a", False), ("'a", False),
        ("a", False), ("д", False), ("д\u00ada", True), ("д\uff9ea", True), ("a\u0301д", True),
    ],
)  # fmt: skip
def test_a_word_turns_where_latin_letters_meet_others_digits_between_them_or_not(text: str, turns: bool) -> None:
    assert scripts.turns(text, len(text) - 1) is turns
    assert scripts.turns(f"{text}д", len(text) - 1) is turns  # whatever stands behind
    assert scripts.turns(f"{text}a", len(text) - 1) is turns


def test_beside_a_plain_letter_another_one_is_looked_up_in_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table(letter: str) -> bool:
        raise AssertionError(letter)

    monkeypatch.setattr(scripts, "_is_latin", no_table)
    assert words("é, ab") == ["é", "ab"]


@pytest.mark.parametrize(
    "pair",
    """
    배포=배포 배포를=배포 배포가=배포 배포해주세요=배포 친구들에게서=친구 서버에서는=서버 서버까지도=서버 국가=국가
    국가를=국가 힣가를=힣가 가힣은=가힣 가힣=가힣 차를=차를 차에서=차에서 를=를 하고=하고
    2배를=2배를 배포2를=배포2를 2배포를=2배포 é=é дом=дом
    الباب=باب والباب=باب للباب=باب اليد=اليد واليد=واليد باب=باب الخادم=خادم خادمال=خادمال
    """.split(),
)
def test_particles_and_articles_are_seen_through_where_enough_of_a_noun_is_left(pair: str) -> None:
    word, form = pair.split("=")
    assert scripts.form(word) == form


def test_every_point_on_hebrew_letters_is_folded_away() -> None:
    points = [chr(code) for code in range(0x0590, 0x0600) if category(chr(code)) == "Mn"]
    assert [hex(ord(point)) for point in points if words(f"של{point}ום") != ["שלום"]] == []
    assert len(points) > 50 and words("של\u05beום") == ["של", "ום"]  # a hyphen


@pytest.mark.parametrize(
    ("sign", "stays"),
    [("\u0640", False), ("\u064b", False), ("\u065f", False), ("\u0670", False), ("\u06d6", False), ("\u06dc", False),
     ("\u063f", True), ("\u0641", True), ("\u064a", True), ("\u0660", True), ("\u0671", False), ("\u06d5", True),
     ("\u06df", True)],
)  # fmt: skip
def test_vowel_points_and_the_stretch_are_folded_away_in_arabic_and_letters_are_not(sign: str, stays: bool) -> None:
    assert words(f"سل{sign}م") == [f"سل{sign if stays else 'ا' if sign == 'ٱ' else ''}م"]

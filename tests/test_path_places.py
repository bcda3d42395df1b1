"""Places of paths in a text: where one may begin, the ends that it may have, and what is a path by its looks."""

from __future__ import annotations

import pytest

from ctxload.matching.path_places import places_of_paths, without_urls

#: The first letter that counts as one of another script than Latin.
HETA = "\u0370"


def ends(text: str) -> list[list[str]]:
    """What may be a path, the longest first, for each place where one may begin."""
    return [[text[place.start : end] for end in place.ends] for place in places_of_paths(text)]


def by_looks(text: str) -> list[str]:
    """What is a path by its looks, of each place where one may begin."""
    return [text[place.start : end] for place in places_of_paths(text) for end in place.to_write]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a, b and c", ""),  # nothing tells of a path
        ("a/b c a/b", "a/b; a/b"),
        ("../a", "../a"),
        # what may stand behind a path, and before it
        ("src/a.ts:12:5", "src/a.ts:12:5 src/a.ts:12 src/a.ts; 12:5 12; 5"),
        ("a/b.", "a/b. a/b"),
        (".._, a/b.._", ".._, .._; a/b.._ a/b"),
        ("a;b/c→d", "a;b/c→d a;b/c→ a;b/c a; b/c→d b/c→ b/c; d"),
        ("a/\x7fb", "a/\x7fb"),
        ("(a/b", "(a/b; a/b"),
        ("[a](b)/c", "[a](b)/c [a](b [a] [a; a](b)/c a](b a] a; (b)/c (b; b)/c b; /c"),
        ("@a/b, x@c/d", "@a/b, @a/b; a/b, a/b; x@c/d x"),
        ("a/@b,@_c", "a/@b,@_c a/@b, a/@b a/; @_c; _c; c"),
        ("_a/_b", "_a/_b; a/_b"),
        ("a_b/c", "a_b/c"),
        # a blank within, behind a backslash
        ("a\\ b/c d", "a\\ b/c a\\; b/c"),
        ("a/b\\ c\\ d e/f", "a/b\\ c\\ d a/b\\ c\\ a/b\\; c\\ d c\\; d; e/f"),
        ("a/b\\  c/d", "a/b\\; c/d"),
        ("a\\ b", "a\\ b a\\; b"),
        ("a/b\\ ", "a/b\\  a/b\\"),
        # letters of another script beside it
        (f"{HETA}a/b{HETA}", f"{HETA}a/b{HETA} {HETA}a/b {HETA}; a/b{HETA} a/b; {HETA}"),
        ("\u02b8a/b\u02b8", "\u02b8a/b\u02b8"),
        ("数据/a.ts文", "数据/a.ts文 数据/a.ts 数据; /a.ts文 /a.ts; 文"),
        # quotation marks around more than a word
        ("`a b/c` d", "a_b/c a; b/c` b/c"),
        ("'a/b c' d'", "a/b_c a/b; c' c; d' d"),
        ('"a\nb/c" d', "a; b/c\" b/c"),
        ('"a b/c', "a; b/c"),
        ("“a b” “c d/e”", "a_b a; c_d/e c; d/e” d/e"),
        ("a/b `c` d`", "a/b; c`_d c` c; d` d"),
    ],
)  # fmt: skip
def test_a_path_may_begin_and_end_at_these_places(text: str, places: str) -> None:
    shown = ";".join(" " + " ".join(end if "\\" in end else end.replace(" ", "_") for end in row) for row in ends(text))
    assert shown.strip() == places


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("src/a.ts:12:5", ["src/a.ts"]),
        ("@a/b :c/d", []),  # a mention, and what follows a colon, count only where something is there
        ("x@a/b", ["x@a/b"]),
        ("a/b.** a/?", ["a/b", "a/"]),
        ("_a/b_", ["_a/b_", "a/b"]),
        ("(", []),
        ("(a/b", ["a/b"]),
        (".., a/b", ["a/b"]),
        ("`a b/c` d", ["a b/c", "a", "b/c"]),
        ("'(/a b/c' d", ["(/a b/c", "/a", "b/c"]),
        ("a\\ b/c! d", ["a\\ b/c", "b/c"]),
        ("a/b\\ ,c/d", ["a/b\\ ", "c/d"]),
        ("a-b_c/~d+e/$f/%g", ["a-b_c/~d+e/$f/%g", "e/$f/%g", "g"]),
        # brackets of a whole name
        ("a/(b)/[c]/d.ts)", ["a/(b)/[c]/d.ts", "b", "/[c]/d.ts", "c", "/d.ts"]),
        ("(a)/b", ["(a)/b", "a", "/b"]),
        ("a/(b", ["a/", "b"]),
        ("a/b(c)", ["a/b", "c"]),
        ("a/(b c)", ["a/", "b"]),
        ("/(b)", ["/(b)", "b"]),
        # letters of another script behind its ending
        (f"a/b.c{HETA}", ["a/b.c", HETA]),
        (".envを a/b.x.ts直", [".env", "を", "a/b.x.ts", "直"]),
        ("a/b.文書", ["a/b.文書", "文書"]),
        ("a/b..c文", ["a/b..c", "文"]),
        ("a.c/文", ["a.c/文", "文"]),
        ("a/b.cé", ["a/b.cé"]),
    ],
)  # fmt: skip
def test_a_path_to_write_ends_where_its_looks_do(text: str, paths: list[str]) -> None:
    assert by_looks(text) == paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.b/c, d", "see ·············· d"),
        ("https://a/b c http://d/e", "··········· c ··········"),
        ("a http://b", "a ········"),
        ("(https://a/b)c [http://a]b", "(···········)c [········]b"),
        ("(x https://a/b)c", "(x ·············"),
        ("见https://a/b", "见···········"),
        ("git+ssh://a x-y.z://b c_d://e", "··········· ········· c_·····"),
        ("://a/b c", "······ c"),
        ("http:// a/b", "······· a/b"),
        ("file:///a/b c", "·······/a/b c"),
        ('a"https://b"c <http://b>c `http://b`c|http://b|c', 'a"·········"c <········>c `········`c|········|c'),
        ("「http://b」c 『http://b』c “http://b”c", "「········」c 『········』c “········”c"),
        ("（http://b）c", "（········）c"),
        ("http://a://b c", "············ c"),
        ("a/b: //c", "a/b: //c"),
    ],
)  # fmt: skip
def test_a_url_is_no_path_from_its_scheme_to_its_end(text: str, expected: str) -> None:
    seen = without_urls(text)
    assert "".join("·" if now != then else now for now, then in zip(seen, text, strict=True)) == expected


def test_a_path_reaches_so_far_and_so_much_of_a_word_is_looked_at() -> None:
    assert [row[0] for row in ends("a/" + "b" * 398 + "," + "c" * 9)] == ["a/" + "b" * 398, "c" * 9]
    assert ends("a/" + "b" * 399 + ",") == [[]]
    assert ends("," * 3_997 + "a/b")[-1] == ["a/b"]
    assert ends("," * 3_998 + "a/b")[-1] == ["a/"]
    assert ends("`a/" + " " * 397 + "`")[0] == ["a/" + " " * 397, "a/"]
    assert ends("`a/" + " " * 398 + "`")[0] == ["a/"]


@pytest.mark.parametrize(
    ("text", "count"), [("a/b" + ",c" * 20, 12), ("a/b" + ".,c" * 20, 12), ("a/b,c" + ".,d" * 20, 13)]
)
def test_a_path_has_so_many_ends(text: str, count: int) -> None:
    assert len(ends(text)[0]) == count

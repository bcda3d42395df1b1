"""Markup in a text: what begins a clause, which tags and signs are nothing but looks, where the target of a link is."""

from __future__ import annotations

import pytest

from ctxload.matching.markup import PAIRS, TAG, TARGET, WORDS, without_markup


def shown(text: str) -> str:
    """A text without markup: `¶` where a clause ends, `·` for what is nothing but looks."""
    seen, _ = without_markup(text)
    assert len(seen) == len(text)
    return "".join("·" if now == " " != then else "¶" if now == "\x00" else now for now, then in zip(seen, text))  # noqa: B905


def targets(text: str) -> list[str]:
    """The targets of the links in a text."""
    return [text[start:end] for start, end in without_markup(text)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a lone line end ends no clause
        ("a\nb\n", "a\nb\n"),
        ("a\r\nb\rc", "a\r\nb\rc"),
        # a blank line
        ("a\n\nb", "a¶¶b"),
        ("a\r\n \r\nb", "a\r¶ \r¶b"),
        # an item begins one, and what follows it goes on with it
        ("a\n- b\nc", "a¶- b\nc"),
        ("a\n  * b\n+\n• c", "a¶  * b¶+¶• c"),
        ("a\n1. b\n12) c\n3.\n4", "a¶1. b¶12) c¶3.\n4"),
        ("a\n-b\n1.5 b\n2 b\n3.b\n* b", "a\n-b\n1.5 b\n2 b\n3.b¶* b"),
        ("a\n-\tb\n1)\tb", "a¶-\tb¶1)\tb"),
        ("1. a", "1. a"),
        # a heading and a rule stand apart
        ("a\n# b\nc", "a¶# b¶c"),
        ("a\n###### b\nc\n#\nd\n##\te", "a¶###### b¶c¶#¶d¶##\te"),
        ("a\n####### b\n#c\n##d", "a\n####### b\n#c\n##d"),
        ("a\n---\nb\n* * *\nc\n___\nd\n====\ne", "a¶---¶b¶* * *¶c¶___¶d¶====¶e"),
        ("a\n--\nb\n-=-\nc\n**a**\nd", "a\n--\nb\n-=-\nc\n**a**\nd"),
        ("a\n111\n|b\n•••\n#--\nc", "a\n111\n|b\n•••\n#--\nc"),
        # a fence, whatever is said behind it
        ("a\n```py\nb\n~~~\nc", "a¶```py¶b¶~~~¶c"),
        ("a\n``b``\n~~c", "a\n``b``\n~~c"),
        # two rows of a table
        ("a | b\nc | d\ne\nf | g", "a | b¶c | d\ne\nf | g"),
        # the sign of a quotation is nothing but looks
        ("> a\n> > b\n>c", "· a\n· · b\n·c"),
        ("  >\t> a > b\nc", "  ·\t· a > b\nc"),
        (">\n>", "·¶·"),
        ("a\n> - b\n> # c\nd", "a¶· - b¶· # c¶d"),
        (">>> a\n>>>b", ">>> a\n···b"),
        ("> a", "· a"),
    ],
)  # fmt: skip
def test_a_clause_begins_with_what_stands_apart(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>a</b>c", "···a····c"),
        ("x<B >a</b> c<br>d<br/>e<wbr />f", "x·· ·a···· c····d·····e···· ··f"),
        ('<a href="b">c</a> <a x href=b>c</a>', "·· ·········c···· ·· · ·······c····"),
        ("<b>a", "<b>a"),  # opened alone
        ("a</b>", "a</b>"),
        ("</b>a<b>", "····a···"),
        ("<i>a</b>", "<i>a</b>"),
        ("<b>a</b><i>c", "···a····<i>c"),
        ("<div>a</div>", "<div>a</div>"),  # it parts what it stands between
        ("< b>a</b> <b>c", "< b>a···· ···c"),
        ("<b or c>a</b>", "<b or c>a</b>"),  # a comparison
        ("<>a<b>c</b>", "<>a···c····"),
        ("<<b>a</b>", "<···a····"),
        ("<a b=<i>c</a></i>", "·· ·····c····</i>"),  # what stands within a tag is none
        ("a < b</b", "a < b</b"),
        ("<b>a</b> c > d", "···a···· c > d"),
    ],
)
def test_an_inline_tag_that_is_opened_and_closed_is_nothing_but_looks(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "where"),
    [
        ("[a](b)c", "·a····c", ["b"]),
        ("x [a b](c d), e", "x ·a b··· ··, e", ["c d"]),
        ("![a](b) x![a](b) !x [a](b)", "··a···· x··a···· !x ·a····", ["b", "b", "b"]),
        ("[a]() b)", "·a··· b)", [""]),
        ("[a](b(c)d(e(f)))g", "·a··············g", ["b(c)d(e(f))"]),
        ("](x [a](b)", "](x ·a····", ["b"]),
        ("]([](b)", "](·····", ["b"]),
        ("[[a](b)", "[·a····", ["b"]),
        ("[a](b)[c](d)", "·a·····c····", ["b", "d"]),
        ("[a](b [c)](d)", "·a··· ···](d)", ["b [c"]),  # what stands in a target begins no link
        ("[a] b](c)", "[a] b](c)", []),
        ("a](b) c", "a](b) c", []),
        ("[a](b", "[a](b", []),
        ("[a](b(c)", "[a](b(c)", []),
        ("[a](b\nc)", "[a](b\nc)", []),
        ("[a](b\rc)", "[a](b\rc)", []),
        ("[a](b)\n\n[c](d)", "·a····¶¶·c····", ["b", "d"]),
        ("[a\nb](c)", "·a\nb····", ["c"]),
    ],
)  # fmt: skip
def test_of_a_link_its_words_stand_in_the_sentence_and_its_target_does_not(
    text: str, expected: str, where: list[str]
) -> None:
    assert (shown(text), targets(text)) == (expected, where)


@pytest.mark.parametrize("more", [0, 1])
def test_tags_and_links_reach_so_far_and_no_further(more: int) -> None:
    tag = '<a href="' + "x" * (TAG - 11 + more) + '">'
    assert [len(tag) - TAG, shown(f"{tag}b</a>").count("·") > 0] == [more, not more]
    words = "[" + "x" * (WORDS - 1 + more) + "](y)"
    assert targets(words) == ["y"] * (1 - more)
    target = "y" * (TARGET - 1 + more)
    assert targets(f"[x]({target})") == [target] * (1 - more)
    pairs = "(y)" * (PAIRS + more)
    assert targets(f"[x]({pairs})") == [pairs] * (1 - more)


def test_a_sentence_between_links_and_tags_is_one_clause_and_keeps_its_places() -> None:
    text = "the <b>error</b> of\n[this page](a.md)\n- next"
    assert without_markup(text) == ("the    error     of\n this page       \x00- next", ((32, 36),))

"""An index read again after an edit: what comes of it is what reading it whole gives, to the last offset."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ctxload.index.parser import parse
from ctxload.index.pieces import PieceParser, around, cut, parse_once, parse_piece
from ctxload.index.plain_frame import read_frame
from ctxload.index.plain_items import read_item
from ctxload.text.source import Source
from ctxload.text.yaml import compose_within

ITEMS = [
    "- path: a.md",
    "- id: x\n  path: b.md\n  keywords: [one, 'two', \"th\\u0072ee\"]",
    "- {path: c.md, keywords: [k, l], agents: a}",
    "- path: [d.md, e.md]\n  keywords:\n    - x\n    - y z\n",
    "- id: x\n  path: dup.md",
    "- path: 'f.md' # a note\n  descripton: odd\n  keywords: a, b, c",
    "- path: g.md\n  description: |+\n    text\n\n    more\n\n",
    "- path: h.md\n  description: >-\n    folded\n    text\n  sections: {One: [a], Two: b}",
    "- id:\n  path: i.md",
    "- path: j.md\n  keywords:\n  # a note\n  - flat\n  - list",
    "- just text",
    "- []",
    '- path: "several\n    lines"\n  keywords: [a,\n    b]',
    "-\n  path: k.md",
    "- path: l.md\n  path: m.md\n  priority: x\n  match: wrong",
    "- path: context/**/*.md\n  when_files: ['**/*.py']",
]
HEADS = [
    "version: 1.0\n", "", "# a note\n", "version: 2.0\nodd: 1\n", "aliases: {a: b}\n",
    "tests:\n  - {task: t, expect: [x]}\n", "description: |\n  context_files:\n  - path: z.md\n",
    '"context_files": []\n',
]  # fmt: skip
TAILS = [
    "fallback: none\n", "", "agent_defaults:\n  a: [x]\n", "# the end\n",
    "tests:\n- {task: t, expect: [x]}\n- {task: u}\n",
    "context_rules:\n  - pattern: 'x'\n    context_ids: [x]\nfallback: all\n", "odd: 3\nversion: 1.0\n",
]  # fmt: skip
#: What is typed: much that changes little, and some that changes what everything means.
TYPED = [
    "", "", "", "x", "yz", " ", "\n", "\n\n", " # c", "- a", "\n  - path: q.md\n", "id: x", "'q'", "é", "😀",
    "keywords: [z]", "-", "- ", ":", ": ", "#", "[", "]", "{", "}", "'", '"', ",", "|", ">", "&a ", "*a",
    "\t", "\n- path: r.md\n", "---\n", "...\n", "%", "!t ", "?", "\\", "context_files:\n", "    ", "\n   ",
    "null", "~", "\u2028", "\r\n", "@", "<<: ",
]  # fmt: skip


MANY_WAYS = """\
- id: api
  path: 'a.md'
  description: Of it (and more), said [plainly]
  keywords: [rest framework, "x", c++]
"""
law = settings(deadline=None)


@st.composite
def indexes(draw: st.DrawFn) -> str:
    """An index with a few entries, at any indentation."""
    by = " " * draw(st.sampled_from([2, 2, 0, 4]))
    items = draw(st.lists(st.sampled_from(ITEMS), max_size=6))
    between = st.sampled_from(["", "", "\n", "# c\n", "    # deep\n"])
    body = "".join(f"{by}{item.replace(chr(10), chr(10) + by)}\n{draw(between)}" for item in items)
    return f"{draw(st.sampled_from(HEADS))}context_files:\n{draw(between)}{body}{draw(st.sampled_from(TAILS))}"


#: An edit: where, how much goes, what comes.
EDITS = st.lists(
    st.tuples(st.integers(0, 2_000), st.sampled_from([0, 0, 0, 1, 2, 20]), st.sampled_from(TYPED)), max_size=12
)


@settings(deadline=None)
@given(indexes(), EDITS)
def test_after_any_edits_it_is_read_as_it_is_read_whole(text: str, edits: list[tuple[int, int, str]]) -> None:
    reader = PieceParser()
    for at, gone, typed in [(0, 0, ""), *edits]:
        at %= len(text) + 1
        text = text[:at] + typed + text[at + gone :]
        source = Source("i.yml", text)
        assert reader.parse(source) == parse(source)


#: What plain items are made of, and what comes near it.
WORDS = [
    "api", "rest framework", "a - b", "it's", "x(y)", "a.b/c", "c++", "1.10", "no", "null", "~", "a,b", "a, b", "20-1",
    "'quoted'", '"double"', "'it''s'", '"a\\n"', "' '", "''", "'a, b'", '"a: b"', "a b ", " a", "a:b", "a: b", "a #b",
    "a#b", "é", "日本語", "a\u00a0b", "a\u200eb", "*x", "a *x", "&x", "!x", "x!", "[a]", "{a}", "a]", "-", "?", "a?",
    "|", ">", "%a", "@a", "`a`", "=", "<<", "a\\b", "", "# c", "a &b", "true", "'a'b", "'a' b", "...", "\x7f", "\t",
]  # fmt: skip
KEYS = "id path description keywords tags agents exclude requires priority odd <<".split()


@st.composite
def items(draw: st.DrawFn) -> str:
    """An item, mostly plainly written, in lines or in braces."""
    word, words = st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS[:12]) | st.sampled_from(WORDS), max_size=3)
    pairs = ["path: a.md"] if draw(st.booleans()) else []
    for key in draw(st.lists(st.sampled_from(KEYS[:8]) | st.sampled_from(KEYS), min_size=1, max_size=4)):
        by = " " * draw(st.sampled_from([0, 1, 2, 2, 4]))
        gap = draw(st.sampled_from([", ", ", ", ",", " , "]))
        as_list, in_lines = f"{key}: [{gap.join(draw(words))}]", "".join(f"\n  {by}- {one}" for one in draw(words))
        pairs.append(draw(st.sampled_from([f"{key}: {draw(word)}", as_list, as_list, f"{key}:{in_lines}"])))
    end = draw(st.sampled_from(["\n", "\n", "\n\n", "\n# c\n", "\n  \n", "\n      more\n", ""]))
    if draw(st.sampled_from([False, False, True])):
        return f"- {{{', '.join(pairs)}}}{end}"
    between = draw(st.sampled_from(["\n  ", "\n  ", "\n  ", "\n\n  ", "\n   ", " \n  "]))
    return f"- {between.join(pairs)}{end}"


@law
@given(items(), st.booleans())
def test_an_item_that_is_plainly_written_is_read_as_the_yaml_parser_reads_it(item: str, is_last: bool) -> None:
    is_last = is_last or not item.endswith("\n")
    text = item if is_last else f"{item}- path: next.md\n"
    read = read_item("i.yml", text, 0, len(item), 0)
    if read is not None:
        assert (*read, ()) == _by_yaml(item, is_last)


def _by_yaml(item: str, is_last: bool) -> tuple[object, int, object]:
    piece = parse_piece("i.yml", item, is_last, 0)
    return piece.entry, piece.values, piece.findings


@pytest.mark.parametrize(
    "item", ["- {id: a, path: b.md, tags: [c]}\n", "- path: b.md\n  keywords:\n  - a\n  - 'b, c'\n", MANY_WAYS]
)
def test_what_indexes_are_made_of_needs_no_yaml_parser(item: str) -> None:
    assert read_item("i.yml", item, 0, len(item), 0) is not None


@pytest.mark.parametrize("share", [0, 1, 9])
def test_a_text_is_read_once_as_it_is_read_whole(share: int) -> None:
    items = [f"  - {{path: a{n}.md, keywords: [{'&' if n % 10 < share else ''}a]}}\n" for n in range(40)]
    source = Source("i.yml", "context_files:\n" + "".join(items) + "fallback: none\n")
    assert parse_once(source) == parse(source)


PLAIN = [
    "version: 1.0\n", "fallback: none\n", "context_files:\n", "match:  whole\n", "a: b c/d.e\n", "a: null\n",
    "a: no\n", "a: 2024-01-01\n", "a: 1. 2.\n", "a:\n",
]  # fmt: skip
LINES = [
    *PLAIN, "# a note: it's\n", "\n", "#\n", "a: b -c\n", "a: 'b'\n", "a: [b]\n", "a: b # c\n", "a: b: c\n",
    "  a: b\n", "  b\n", "a: b", "- a\n", "a : b\n", "A: b\n", "a: é\n", "a: b \n", "---\n", "a: |\n", "# é\n",
    "a: b#c\n",
]  # fmt: skip


def seen(node: Any) -> tuple[Any, ...]:
    """All that is asked of a node."""
    inside = node.value if node.id == "scalar" else [(seen(key), seen(value)) for key, value in node.value]
    return node.id, inside, bool(getattr(node, "style", None)), node.start_mark.index, node.end_mark.index


@law
@given(st.lists(st.sampled_from(LINES), max_size=6).map("".join))
def test_what_stands_around_plainly_is_read_as_the_yaml_parser_reads_it(text: str) -> None:
    frame = read_frame(text)
    if frame is not None:
        node, problem, used = compose_within(text, 1_000)
        assert problem is None
        assert (seen(frame[0]), frame[1]) == (seen(node), used)


def test_around_the_entries_no_yaml_parser_is_needed_where_a_line_is_a_key_and_its_words() -> None:
    assert [text for text in LINES if read_frame(text) is not None] == PLAIN
    assert read_frame("# a note\n") is None


@given(indexes(), st.integers(0, 2_000), st.integers(0, 50))
@example("context_files:\n  - path: a.md\n  - path: b.md\n", 15, 0)  # right before the first item
@example("context_files:\n  - path: a.md\n  - path: b.md\n", 30, 0)  # between two
def test_the_stretch_around_a_place_is_of_whole_lines_and_holds_its_item(text: str, at: int, more: int) -> None:
    start = at % (len(text) + 1)
    end = min(len(text), start + more)
    first, last = around(text, start, end)
    assert first <= start and end <= last
    assert first == 0 or text[first - 1] == "\n"
    assert last == len(text) or text[last - 1] == "\n"
    where = cut(text)
    spans = where.spans() if where else []
    inside = [span for span in spans if span[0] <= start < span[1] and (more or span[0] < start)]  # not between two
    assert all(first <= one and two <= last for one, two in inside)


MANY = (
    "version: 1.0\ncontext_files:\n"
    + "".join(f"  - id: e{n}\n    path: d{n}.md\n" for n in range(50))
    + "fallback: none\n"
)


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("d7.md", "other.md", 1),
        ("  - id: e7\n", "  - id: new\n    path: new.md\n  - id: e7\n", 1),
        ("  - id: e7\n    path: d7.md\n", "", 0),
        ("version: 1.0", "version: 1.1", 0),
        ("fallback: none", "fallback: all", 0),
        ("    path: d49.md\n", "    path: d50.md\n", 1),
    ],
)
def test_only_the_entries_whose_text_changed_are_parsed(old: str, new: str, count: int) -> None:
    reader = PieceParser()
    reader.parse(Source("i.yml", MANY))
    edited = Source("i.yml", MANY.replace(old, new, 1))
    assert reader.parse(edited) == parse(edited)
    assert reader.parsed == count


@pytest.mark.parametrize(
    "text",
    [
        "context_files: [{path: a.md}]\n",
        "{context_files: []}\n",
        "context_files:\n  - &a {path: a.md}\n  - *a\n",
        "context_files:\n  - path: a.md\n---\ncontext_files:\n  - path: b.md\n",
        "context_files:\n\t- path: a.md\n",
        "context_files:\n  - path: a.md\ncontext_files:\n  - path: b.md\n",
        "context_files:\r\n  - path: a.md\r\n",
        "context_files:\n",
        "",
    ],
)
def test_what_cannot_be_cut_for_certain_is_read_whole(text: str) -> None:
    source = Source("i.yml", text)
    assert cut(text) is None
    assert PieceParser().parse(source) == parse(source)


def test_a_damaged_entry_is_told_as_ever_and_the_others_are_still_known_when_it_is_mended() -> None:
    reader = PieceParser()
    reader.parse(Source("i.yml", MANY))
    broken = Source("i.yml", MANY.replace("    path: d7.md", "    path: d7.md\n    keywo"))
    assert reader.parse(broken) == parse(broken) and not parse(broken).served
    mended = Source("i.yml", MANY.replace("    path: d7.md", "    path: d7.md\n    keywords: [x]"))
    assert reader.parse(mended) == parse(mended)
    assert reader.parsed == 1

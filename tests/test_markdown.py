"""Markdown read into values: what a heading is, where sections end, which lines must not be cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ctxload.text.markdown import Markdown, find_sections, plain, read_markdown
from ctxload.text.outline import outline

FOLDER = Path(__file__).resolve().parent.parent


def headings(text: str) -> list[tuple[int, str]]:
    return [(section.level, section.heading) for section in read_markdown(text).sections if section.level]


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in read_markdown(text).blocks]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# API", [(1, "API")]),
        ("   ## API ##  \n", [(2, "API")]),
        ("# C#\n## `ctx` **load** #tag", [(1, "C#"), (2, "ctx load #tag")]),
        ("# [Views](views.md) ![icon](a.png)", [(1, "Views icon")]),
        ("# API\r\n## Views\r\n", [(1, "API"), (2, "Views")]),
        ("#\n", [(1, "")]),
        ("#API", []),
        ("####### seven", []),
        ("    # indented code", []),
        ("text\n    # goes on", []),
        ("\\# escaped", []),
        # setext
        ("API\n===\nViews\n---\n", [(1, "API"), (2, "Views")]),
        ("two\nlines\n===\n", [(1, "two lines")]),
        ("\n---\n", []),
        ("- item\n---\n", []),
        ("> quotation\n---\n", []),
        ("| a |\n| --- |\n", []),
        ("# API\n---\n", [(1, "API")]),
        # fences
        ("```\n# no\n```\n# yes", [(1, "yes")]),
        ("~~~ sh\n# no\n```\n# no\n~~~\n# yes", [(1, "yes")]),
        ("````md\n```\n# no\n```\n````\n# yes", [(1, "yes")]),
        ("   ```\n# no\n   ```\n# yes", [(1, "yes")]),
        ("```\n# no\n    ```\n# no", []),
        ("```\n# no, to the end", []),
        ("``` not ` a fence\n# yes", [(1, "yes")]),
        ("- ```\n  # no\n  ```\n\n# yes", [(1, "yes")]),
        ("1. Do:\n\n    ```sh\n    # no\n    ```\n\n# yes", [(1, "yes")]),
        ("- Do:\n  ```\n  never closed\n# yes", [(1, "yes")]),
        # comments, raw elements, quotations, lists
        ("<!--\n# no\n\n# no\n-->\n# yes", [(1, "yes")]),
        ("<!-- one line -->\n# yes", [(1, "yes")]),
        ("<!-- # no, never closed\n\n# no", []),
        ("see `<!--` there\n# yes", [(1, "yes")]),
        ("<pre>\n# no\n</pre>\n# yes", [(1, "yes")]),
        ("<script>\n# no\n</SCRIPT>\n", [(1, "no")]),
        ("> # no\n", []),
        ("- # no\n\n  # no\n\n# yes", [(1, "yes")]),
        # front matter
        ("---\ntitle: x\n# no\n---\n# yes", [(1, "yes")]),
        ("\ufeff---\n# no\n---\n# yes", [(1, "yes")]),
        ("---\n# yes: never closed", [(1, "yes: never closed")]),
        ("\n---\n# yes\n---\n", [(1, "yes")]),
    ],
)
def test_what_a_heading_is(text: str, found: list[tuple[int, str]]) -> None:
    assert headings(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n```\nb\n```\nc", [("fence", "```\nb\n```\n")]),
        ("```\nto the end", [("fence", "```\nto the end")]),
        ("- a\n  ```\n  b\n  ```\n- c", [("fence", "  ```\n  b\n  ```\n")]),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n\ntext", [("table", "| a | b |\n|---|:-:|\n| 1 | 2 |\n")]),
        ("a | b\n--|--\n1 | 2\n# c", [("table", "a | b\n--|--\n1 | 2\n")]),
        ("- a\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n", [("table", "  | a | b |\n  |---|---|\n  | 1 | 2 |\n")]),
        ("a | b\n1 | 2\n", []),
        ("<!-- a\n\nb --> c\nd", [("comment", "<!-- a\n\nb --> c\n")]),
        ("<table>\n\n<tr></tr>\n\n</table>\nend", [("html", "<table>\n\n<tr></tr>\n\n</table>\n")]),
        ("<table> never closed\n\n# a", []),
        ("> a\n> ```\n> b\n> ```\nc", [("quote", "> a\n> ```\n> b\n> ```\n")]),
        ("> only words\n", []),
    ],
)
def test_which_lines_stay_together(text: str, found: list[tuple[str, str]]) -> None:
    assert blocks(text) == found


def test_a_section_ends_where_one_of_its_level_begins() -> None:
    document = read_markdown("Before.\n\n# A\na\n## B\nb\n### C\n## D\nd\n# E\n")
    assert [(section.path, document.text[section.start : section.end]) for section in document.sections] == [
        ((), "Before.\n\n"),
        (("A",), "# A\na\n## B\nb\n### C\n## D\nd\n"),
        (("A", "B"), "## B\nb\n### C\n"),
        (("A", "B", "C"), "### C\n"),
        (("A", "D"), "## D\nd\n"),
        (("E",), "# E\n"),
    ]
    assert [document.own_text(section) for section in document.sections] == ["Before.\n\n", "a\n", "b\n", "", "d\n", ""]


def test_a_level_that_is_left_out_nests_all_the_same() -> None:
    assert [section.path for section in read_markdown("### A\n# B\n#### C\n## D\n").sections] == [
        ("A",), ("B",), ("B", "C"), ("B", "D"),
    ]  # fmt: skip


def test_a_document_has_a_title_and_says_what_it_is_about() -> None:
    document = read_markdown("---\nx: y\n---\n<img src='a.png'>\n\n## Badges\n\n# **Web** API\n\nHow to\n`serve` it.\n")
    assert (document.title, document.about) == ("Web API", "How to serve it.")
    assert document.front is not None and document.text[slice(*document.front)] == "x: y\n"


@pytest.mark.parametrize(
    ("name", "starts"),
    [("Set up", [0, 20]), ("SET  UP", [0, 20]), ("set-up", [0]), ("set-up-1", [20]), ("`Use`", [9]), ("none", [])],
)
def test_a_section_is_found_by_its_name(name: str, starts: list[int]) -> None:
    document = read_markdown("# Set up\n## Use\n\ntx\n# Set up\n")
    assert [section.start for section in find_sections(document, name)] == starts


def test_marks_that_are_never_closed_stay() -> None:
    assert plain("a [b](c and a < b") == "a [b](c and a < b"


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────

LINES = st.sampled_from(
    [
        "# A", "## B ##", "### `c`", "text", "more | text", "", "", "   ", "---", "===", "- item", "  inside", "1. one", "    code",  # noqa: E501
        "```", "~~~~", "``` sh", "  ```", "| a | b |", "|---|---|", "> quote", "> ```", "<!-- a", "b -->", "<pre>", "</pre>", "\ttab", "* * *",  # noqa: E501
        "\ufeff", "\u2028", "\x0c", "héß\u0301",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(LINES, max_size=40).map("\n".join), st.text("#`~-=|<>!* \n\r\ta.", max_size=200), st.text())


@given(TEXTS)
def test_the_parts_of_the_sections_lie_side_by_side_and_cover_the_text(text: str) -> None:
    document = read_markdown(text)
    at = document.start
    for section in document.sections:
        assert not text[at : section.start].strip()
        assert section.start <= section.body <= section.own_end <= section.end <= len(text)
        at = section.own_end
    assert at == len(text) or not text[at:].strip()


@given(TEXTS)
def test_an_outline_is_what_the_whole_is_without_its_parts(text: str) -> None:
    seen, whole = outline(text), read_markdown(text)
    assert (seen.front, seen.title, seen.about) == (whole.front, whole.title, whole.about)
    assert "\n".join(seen.lines) == text[whole.start :]
    assert list(seen.headings) == [section.heading for section in whole.sections if section.level]


@given(TEXTS)
def test_blocks_are_whole_lines_and_hold_no_heading(text: str) -> None:
    document = read_markdown(text)
    at = document.start
    for block in document.blocks:
        assert at <= block.start < block.end
        assert all(offset in (0, len(text)) or text[offset - 1] == "\n" for offset in (block.start, block.end))
        assert not any(block.start <= section.start < block.end for section in document.sections if section.level)
        at = block.end


@given(TEXTS)
def test_sections_are_found_by_their_own_heading(text: str) -> None:
    document = read_markdown(text)
    for section in document.sections:
        if section.level:
            assert section in find_sections(document, section.heading)


@pytest.mark.parametrize(
    "path",
    sorted([*FOLDER.glob("*.md"), *FOLDER.glob("docs/*.md"), *FOLDER.glob("context/*/*.md")]),
    ids=lambda p: p.name,
)
def test_a_real_document_is_read_as_a_reader_of_commonmark_reads_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = read_markdown(text)
    assert line_ranges(document) == reference(text[document.start :], text.count("\n", 0, document.start))


def line_ranges(document: Markdown) -> list[tuple[str, int, int]]:
    """What was found, by line: headings with their level, fences and tables with their end."""
    text = document.text
    found = [
        ("heading", text.count("\n", 0, section.start), section.level) for section in document.sections if section.level
    ]
    found += [
        (block.kind, text.count("\n", 0, block.start), text.count("\n", 0, block.end))
        for block in document.blocks
        if block.kind in ("fence", "table")
    ]
    return sorted(found)


def reference(text: str, first: int) -> list[tuple[str, int, int]]:
    """The same of a text as `markdown-it` reads it."""
    found, inside = [], 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type.startswith(("bullet_list", "ordered_list", "blockquote")):
            inside += token.nesting
        start, end = (line + first for line in token.map or (0, 0))
        if token.type == "heading_open" and not inside:
            found.append(("heading", start, int(token.tag[1])))
        elif token.type in ("fence", "table_open"):
            found.append((token.type.removesuffix("_open"), start, end))
    return sorted(found)

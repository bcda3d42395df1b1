"""`Context:` lines: what is a directive, what is prose, and what a directive names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.directives import Item, directives, looks_like_path
from ctxload.selection.model import Request
from ctxload.selection.resolver import may_name, resolve
from ctxload.text.lines import lines_of
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree
from strategies import tasks, tasks_of_any_kind

KNOWN = {"django-drf", "api", "full stack", "none", "c#", "node.js", "数据库"}


def named(task: str) -> list[str]:
    """The items that a task names; of ids and bundles those of `KNOWN` are there."""
    return [item.text for item in directives(task, KNOWN.__contains__)]


@pytest.mark.parametrize(
    ("task", "items"),
    [
        # one item, several with commas, several lines
        ("Context: django-drf", ["django-drf"]),
        ("Context: docs/a.md", ["docs/a.md"]),
        ("fix it\nContext: api, docs/a.md\nand test", ["api", "docs/a.md"]),
        ("Context: api\nContext: docs/a.md", ["api", "docs/a.md"]),
        ("Context: api\r\nContext: docs/a.md\r\n", ["api", "docs/a.md"]),
        ("Context: api,, docs/a.md ,", ["api", "docs/a.md"]),
        ("Context: api, api, docs/a.md, api", ["api", "docs/a.md"]),
        ("Context:api", ["api"]),
        ("Context:\tapi", ["api"]),
        # any case, bullets, bold, headings
        ("context: api", ["api"]),
        ("CONTEXT: api", ["api"]),
        ("- Context: api", ["api"]),
        ("  * Context: api", ["api"]),
        ("+ Context: api", ["api"]),
        ("• Context: api", ["api"]),
        ("**Context:** api", ["api"]),
        ("**Context**: api", ["api"]),
        ("- **Context:** api", ["api"]),
        ("__Context:__ api", ["api"]),
        ("__Context__: api", ["api"]),
        ("**Context: api**", ["api"]),
        ("## Context: api", ["api"]),
        # bullets under a bare word
        ("Context:\n- api\n- docs/a.md\n\n- not this", ["api", "docs/a.md"]),
        ("**Context:**\n  * api\n  * docs/a.md", ["api", "docs/a.md"]),
        ("Context:\n- api, docs/a.md", ["api", "docs/a.md"]),
        ("Context:\n- `docs/a.md`\nfix it", ["docs/a.md"]),
        ("Context:\r\n- api\r\n", ["api"]),
        ("Context:\n  -\tapi\n+ docs/a.md", ["api", "docs/a.md"]),
        ("Context:\n- api\nContext: docs/a.md", ["api", "docs/a.md"]),
        ("Context: **\n- api", ["api"]),
        ("Context: docs/a.md\n- api", ["docs/a.md"]),
        ("Context:\n\n- api", []),
        ("Context:\n-api", []),
        ("Context:\n-", []),
        ("Context:\napi", []),
        # quotes and backticks
        ("Context: `docs/a.md`", ["docs/a.md"]),
        ("Context: \"docs/my file.md\", 'api'", ["docs/my file.md", "api"]),
        ("Context: “docs/a.md”", ["docs/a.md"]),
        ('Context: "full stack"', ["full stack"]),
        ("Context: full stack", ["full stack"]),
        ('Context: "a, b.md"', ["a, b.md"]),
        ("Context: '', api", ["api"]),
        ("Context: ' ', api", ["api"]),
        ("Context: 'api' , 'docs/a.md'", ["api", "docs/a.md"]),
        ("Context: 'api' docs/a.md", ["api", "docs/a.md"]),
        ("Context: ‘docs/a.md’, ‘api’", ["docs/a.md", "api"]),
        ("Context: docs/a.md, 'api", []),
        ("Context: 'docs/a.md", ["'docs/a.md"]),
        # blanks of any kind, and bold that ends
        ("Context:\u00a0api,\u00a0docs/a.md\u00a0", ["api", "docs/a.md"]),
        ("Context: 'api'\u00a0, docs/a.md", ["api", "docs/a.md"]),
        ("**Context:** api, **", ["api"]),
        ("__**Context:**__ api", ["api"]),
        # what a path looks like
        ("Context: docs/", ["docs/"]),
        ("Context: docs/*.md", ["docs/*.md"]),
        ("Context: docs/a.md#Set-up", ["docs/a.md#Set-up"]),
        ('Context: "docs/a.md#Set up"', ["docs/a.md#Set up"]),
        ("Context: ./docs/a", ["./docs/a"]),
        ("Context: ../a", ["../a"]),
        ("Context: /etc/passwd", ["/etc/passwd"]),
        ("Context: ~/notes", ["~/notes"]),
        ("Context: nowhere.md", ["nowhere.md"]),
        ("Context: docs\\a.md", ["docs\\a.md"]),
        ("Context: .gitignore", [".gitignore"]),
        # ids with signs
        ("Context: c#", ["c#"]),
        ("Context: node.js", ["node.js"]),
        ("Context: 数据库", ["数据库"]),
        ("Context: none", ["none"]),
        # prose
        ("Context: User is building an app", []),
        ("Context: TCP/IP", []),
        ("Context: the api", []),
        ("Context: api and docs/a.md", []),
        ("Context: api, something unknown", []),
        ("Context: version 2.0", []),
        ("Context: 2.0", []),
        ("Context: see docs/a.md", []),
        ("Context: docs/my file.md", []),
        ("Context:", []),
        ("Context:\n- api\n- what the user said", []),
        ("Context: 'tis api", []),
        ("Context loaded: docs/a.md", []),
        ("The context: api", []),
        ("Contexts: api", []),
        ("No Context: api", []),
        ("context api", []),
        ("`Context: api`", []),
        # quotations and fenced code
        ("> Context: api", []),
        ("  > Context: api", []),
        ("```\nContext: api\n```", []),
        ("~~~yaml\nContext: api\n~~~", []),
        ("````\n```\nContext: api\n```\n````", []),
        ("```\nContext: api", []),
        ("- ```\n  Context: api\n  ```", []),
        ("~~~ x~y\nContext: api\n~~~", []),
        ("~~~ x`y\nContext: api\n~~~", []),
        ("```\ncode\n```x\nContext: api", []),
        ("```\ncode\n``\nContext: api", []),
        ("```\ncode\n`````\nContext: api", ["api"]),
        ("````\ncode\n````\nContext: api", ["api"]),
        ("``\nContext: api", ["api"]),
        ("```\ncode\n```\nContext: api", ["api"]),
        ("- ```\n  code\n  ```\nContext: api", ["api"]),
        ("```one``` line\nContext: api", ["api"]),
        ("~~~\n```\n~~~\nContext: api", ["api"]),
    ],
)
def test_a_task_names_this_context(task: str, items: list[str]) -> None:
    assert named(task) == items
    assert may_name(task) or not items, "the quick look passed it over"


@pytest.mark.parametrize(
    ("text", "quoted", "path"),
    [
        ("docs/a.md", False, True),
        ("a.md", False, True),
        ("docs/", False, True),
        ("docs", False, False),
        ("docs/a", False, False),
        ("my file.md", False, False),
        ("my file.md", True, True),
        ("*.md", False, True),
        ("a[bc]", False, True),
        ("./x", False, True),
        ("..", False, True),
        ("~", False, True),
        ("C:\\x", False, True),
        ("%2e%2e/x", False, True),
        ("a.md#Heading", False, True),
        ("#a.md", False, True),
        ("1.0", False, False),
        ("v1.2.3", False, False),
        ("end.", False, False),
        ("", False, False),
        ("", True, False),
        ("a.verylongextension", False, False),
        ("a.thirteensigns", False, False),
        ("a.twelvesigns1", False, True),
        ("a.b_c", False, True),
        ("a._", False, False),
        ("a.b-c", False, False),
        ("a.7z", False, True),
        ("a.b/c", False, False),
        ("a.b\\c", False, False),
        ("c:\\x y", True, True),
        ("cd:\\x", False, False),
        ("%2E%2E", False, True),
        ("...", False, False),
        (".\\x", False, True),
        ("..\\x", False, True),
        ("docs\\", False, True),
        ("#", False, False),
        ("a#b.md", False, False),
        ("a b/", False, False),
        ("a b/", True, True),
    ],
)
def test_an_item_is_written_as_a_path_or_not(text: str, quoted: bool, path: bool) -> None:
    assert looks_like_path(Item(text, quoted)) is path


def test_each_item_tells_its_place_and_whether_it_is_quoted() -> None:
    task = 'fix it\r\nContext: api, `docs/a.md` ,node.js\n  - Context:\n\t*  "docs/b.md"\n'
    found = [(item.start, item.end, item.quoted) for item in directives(task, KNOWN.__contains__)]
    assert found == [(17, 20, False), (23, 32, True), (35, 42, False), (61, 70, True)]
    assert [task[start:end] for start, end, _ in found] == ["api", "docs/a.md", "node.js", "docs/b.md"]


def test_what_the_caller_names_stands_nowhere_in_the_task() -> None:
    tables = compile_index(parse(Source("i.yml", "context_files: [{id: api, path: api.md}]\n")).index)
    for request in (Request("api", context=("api",)), Request("api", context=("api.md",))):
        (file,) = resolve(tables, MemoryTree({"api.md": ""}), request).files
        assert [reason.spans for reason in file.reasons] == [()]


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000", "\x0c"])
def test_a_blank_of_any_kind_before_an_item_is_none_of_it(blank: str) -> None:
    task = f"Context:{blank}api,{blank}docs/a.md{blank}"
    assert [task[item.start : item.end] for item in directives(task, KNOWN.__contains__)] == ["api", "docs/a.md"]


@given(tasks(context=True) | tasks_of_any_kind)
def test_an_item_stands_at_its_place_in_the_task(task: str) -> None:
    for item in directives(task, lambda _: True):
        assert task[item.start : item.end] == item.text
        assert item.text.strip()


def test_the_word_alone_makes_no_long_work() -> None:
    assert named("context:" * 50_000) == []
    assert named("Context: " + "api," * 50_000) == ["api"]
    assert named("Context: " + "'" * 50_000) == []


#: Signs at which `str.splitlines` ends a line, and nobody else who counts lines does.
NO_LINE_END = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", NO_LINE_END)
def test_a_sign_that_ends_no_line_makes_no_line_of_a_directive(sign: str) -> None:
    assert [*lines_of(f"a{sign}b\nc")] == [f"a{sign}b\n", "c"]
    assert named(f"see{sign}Context: api") == []


@given(st.text(st.sampled_from(["a", "\n", "\r", *NO_LINE_END])))
def test_the_lines_of_a_text_are_the_text_and_end_only_where_people_end_them(text: str) -> None:
    lines = lines_of(text)
    assert "".join(lines) == text
    assert [line.rstrip("\r\n") for line in lines] == re.split("\r\n|\r|\n", text)[: len(lines)]

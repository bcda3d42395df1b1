"""Small changes to an index: what is asked for is there, and nothing else was touched."""

from __future__ import annotations

from difflib import ndiff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxload.index.edits import KeywordChange, NotEditable, changed_keywords, with_case
from ctxload.index.model import Case, Text
from ctxload.index.parser import parse
from ctxload.index.writer import to_yaml
from ctxload.text.source import Source
from strategies import KEYWORDS, NAME, PROJECTS, indexes, safe_texts, tasks, without_places

HEAD = "context_files: [{path: a.md, keywords: [api]}]\n"
CASE = Case(Text("fix the API"), Text("qa"), (Text("a"),), (Text("b"),))
BLOCK = "  - task: fix the API\n    agent: qa\n    expect: [a]\n    reject: [b]\n"
LINE = "{task: fix the API, agent: qa, expect: [a], reject: [b]}"

#: sentence, the index, what it becomes
LAYOUTS = [
    ("no tests yet", HEAD, HEAD + "\ntests:\n" + BLOCK),
    ("no tests and no line end", HEAD.rstrip(), HEAD + "\ntests:\n" + BLOCK),
    ("no tests and a comment at the end", HEAD + "# the end\n", HEAD + "# the end\n\ntests:\n" + BLOCK),
    ("no tests before another document", HEAD + "---\nx: 1\n", HEAD + "\ntests:\n" + BLOCK + "---\nx: 1\n"),
    ("tests with nothing after them", HEAD + "tests:  # ours\nmatch: whole\n", HEAD + "tests:  # ours\n" + BLOCK + "match: whole\n"),  # noqa: E501
    ("empty tests", HEAD + "tests: []\nmatch: whole\n", HEAD + "tests:\n" + BLOCK.rstrip() + "\nmatch: whole\n"),
    ("tests in a block", HEAD + "tests:\n  - task: x  # why\n    expect: []  # and why\n  # next\nmatch: whole\n",
     HEAD + "tests:\n  - task: x  # why\n    expect: []  # and why\n" + BLOCK + "  # next\nmatch: whole\n"),
    ("tests without a margin", HEAD + "tests:\n- task: x\n  expect: []\n",
     HEAD + "tests:\n- task: x\n  expect: []\n- task: fix the API\n  agent: qa\n  expect: [a]\n  reject: [b]\n"),
    ("tests with wide dashes", HEAD + "tests:\n  -   task: x\n      expect: []\n",
     HEAD + "tests:\n  -   task: x\n      expect: []\n  -   task: fix the API\n      agent: qa\n      expect: [a]\n      reject: [b]\n"),  # noqa: E501
    ("a line for each test", HEAD + "tests:\n  - {task: x, expect: []}\n", HEAD + f"tests:\n  - {{task: x, expect: []}}\n  - {LINE}\n"),  # noqa: E501
    ("tests in brackets", HEAD + "tests: [{task: x, expect: []}]\n", HEAD + f"tests: [{{task: x, expect: []}}, {LINE}]\n"),  # noqa: E501
    ("a blank line between tests", HEAD + "tests:\n  - task: x\n    expect: []\n\n  - task: y\n    expect: []\n",
     HEAD + "tests:\n  - task: x\n    expect: []\n\n  - task: y\n    expect: []\n\n" + BLOCK),
    ("a block text at the end", HEAD + "tests:\n  - expect: []\n    task: |\n      x\n      y\n",
     HEAD + "tests:\n  - expect: []\n    task: |\n      x\n      y\n" + BLOCK),
    ("an index in brackets", "{context_files: [{path: a.md}]}\n", f"{{context_files: [{{path: a.md}}], tests: [{LINE}]}}\n"),  # noqa: E501
    ("line ends of Windows", HEAD.replace("\n", "\r\n"), (HEAD + "\ntests:\n" + BLOCK).replace("\n", "\r\n")),
]  # fmt: skip


@pytest.mark.parametrize(("about", "text", "after"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_a_case_comes_after_those_that_are_there(about: str, text: str, after: str) -> None:
    assert with_case(Source(NAME, text), CASE) == after


def test_a_task_of_several_lines_is_written_as_lines() -> None:
    text = with_case(Source(NAME, HEAD), CASE.replace(task=Text("fix it\n\nContext: a\n")))
    assert "  - task: |\n      fix it\n\n      Context: a\n    agent: qa\n" in text


def test_a_single_test_without_a_list_is_refused_with_what_to_write() -> None:
    with pytest.raises(NotEditable, match=r"(?s)add it by hand.*- task: fix the API"):
        with_case(Source(NAME, HEAD + "tests: {task: x, expect: []}\n"), CASE)


@given(indexes(), tasks(), safe_texts, st.lists(safe_texts, max_size=3), st.sampled_from(["\n", "\r\n"]))
def test_a_case_is_added_and_no_line_is_lost(index: object, task: str, agent: str, names: list[str], end: str) -> None:
    text = to_yaml(index).replace("\n", end)  # type: ignore[arg-type]
    before = parse(Source(NAME, text)).index
    case = Case(Text(task), Text(agent), tuple(map(Text, names)))
    after = with_case(Source(NAME, text), case)
    assert without_places(parse(Source(NAME, after)).index.tests) == (*without_places(before.tests), case)
    assert not [line for line in ndiff(text.split(end), after.split(end)) if line.startswith("-") and line[2:].strip()]


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────


def changed(text: str, **change: tuple[str, ...] | dict[str, str]) -> str:
    """The text with the first entry's keywords changed."""
    entry = parse(Source(NAME, text)).index.entries[0]
    of = {word.value: word for word in entry.keywords}
    swap = change.get("swap", {})
    assert isinstance(swap, dict)
    return changed_keywords(
        Source(NAME, text),
        {
            entry: KeywordChange(
                tuple(change.get("add", ())),
                tuple(of[word] for word in change.get("drop", ())),
                tuple((of[old], new) for old, new in swap.items()),
            )
        },
    )


ENTRY = "context_files:\n  - path: a.md  # ours\n    description: d\n    agents: [qa]\n"
#: sentence, the index, the change, what it becomes
KEYWORD_LAYOUTS = [
    ("into brackets", "keywords: [api]  # x", {"add": ("b c", "no")}, "keywords: [api, b c, 'no']  # x"),
    ("into empty brackets", "keywords: []", {"add": ("b",)}, "keywords: [b]"),
    ("after nothing", "keywords:", {"add": ("b",)}, "keywords: [b]"),
    ("beside a single one", "keywords: api", {"add": ("b",)}, "keywords: [api, b]"),
    ("into lines", "keywords:\n      - api  # x\n      # y", {"add": ("b",)}, "keywords:\n      - api  # x\n      - b\n      # y"),  # noqa: E501
    ("into lines without a margin", "keywords:\n    - api", {"add": ("b",)}, "keywords:\n    - api\n    - b"),
    ("out of brackets, the first", "keywords: [a, b, c]", {"drop": ("a",)}, "keywords: [b, c]"),
    ("out of brackets, the middle", "keywords: [a, b, c]", {"drop": ("b",)}, "keywords: [a, c]"),
    ("out of brackets, the last", "keywords: [a, b, c]", {"drop": ("c",)}, "keywords: [a, b]"),
    ("out of brackets, the first two", "keywords: [a, b, c]", {"drop": ("a", "b")}, "keywords: [c]"),
    ("out of brackets, all", "keywords: [a, b]", {"drop": ("a", "b")}, "keywords: []"),
    ("out of lines", "keywords:\n      - a\n      - b  # x\n      - c", {"drop": ("b",)}, "keywords:\n      - a\n      - c"),  # noqa: E501
    ("out of lines, all", "keywords:\n      - a\n      - b", {"drop": ("a", "b")}, "keywords: []"),
    ("in and out of lines", "keywords:\n      - a\n      - b", {"drop": ("b",), "add": ("c",)}, "keywords:\n      - a\n      - c"),  # noqa: E501
    ("in and out of brackets", "keywords: [a, b]", {"drop": ("b",), "add": ("c",)}, "keywords: [a, c]"),
    ("all out and one in", "keywords: [a]", {"drop": ("a",), "add": ("c",)}, "keywords: [c]"),
    ("in place of another", "keywords: [a, 'b', c]", {"swap": {"b": "@x"}}, "keywords: [a, '@x', c]"),
    ("onto a line of its own", f"keywords: [{'a' * 90}]", {"add": ("b" * 20,)}, f"keywords: [{'a' * 90},\n               {'b' * 20}]"),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "keywords", "change", "after"), KEYWORD_LAYOUTS, ids=[row[0] for row in KEYWORD_LAYOUTS]
)
def test_keywords_come_and_go(about: str, keywords: str, change: dict[str, tuple[str, ...]], after: str) -> None:
    tail = "\n  - path: b.md\n"
    assert changed(ENTRY + f"    {keywords}{tail}", **change) == ENTRY + f"    {after}{tail}"


def test_the_first_keywords_come_after_what_the_entry_is() -> None:
    assert changed(ENTRY, add=("b",)) == ENTRY.replace("description: d\n", "description: d\n    keywords: [b]\n")
    assert changed("context_files: [{path: a.md}]", add=("b",)) == "context_files: [{path: a.md, keywords: [b]}]"


def test_a_list_written_as_one_text_is_not_touched() -> None:
    with pytest.raises(NotEditable, match="by hand"):
        changed("context_files: [{path: a.md, keywords: 'a, b'}]", drop=("a",))


@given(PROJECTS, st.lists(st.sampled_from(KEYWORDS), max_size=3), st.data())
def test_what_was_asked_for_is_there_and_nothing_else_changed(
    index: object, add: list[str], data: st.DataObject
) -> None:
    text = to_yaml(index)  # type: ignore[arg-type]
    parsed = parse(Source(NAME, text)).index
    if not parsed.entries:
        return
    changes = {}
    for entry in parsed.entries:
        drop = data.draw(st.lists(st.sampled_from(entry.keywords), unique=True)) if entry.keywords else []
        changes[entry] = KeywordChange(tuple(add), tuple(drop))
    after = parse(Source(NAME, changed_keywords(Source(NAME, text), changes))).index
    for old, new in zip(parsed.entries, after.entries, strict=True):
        kept = [word.value for word in old.keywords if word not in changes[old].drop]
        assert [word.value for word in new.keywords] == [*kept, *add]
    assert without_places(after.replace(entries=())) == without_places(parsed.replace(entries=()))

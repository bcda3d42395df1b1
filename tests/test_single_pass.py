"""Which tasks are answered at once, by whole keywords alone, and that their answer is the one of the layers."""

from __future__ import annotations

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.matching.tables import Tables
from ctxload.selection import single_pass
from ctxload.selection.model import Request, Resolution
from ctxload.selection.resolver import resolve
from ctxload.selection.single_pass import plain_answer
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

FILES = {
    "a.md": "# A\n",
    "b.md": "# BB\n",
    "c.md": "# CCC\n",
    "d.md": "# DDDD\n",
    "copy.md": "# A\n",
    "like.md": "# X\n",
    "docs/one.md": "# One\n",
    "docs/two.md": "# Two of them\n",
    "keys/page.md": "# A page of keys\n",
    "keys/server.key": "secret\n",
}
INDEX = """
context_files:
  - {id: a, path: a.md, keywords: [red, scarlet letter]}
  - {id: b, path: b.md, keywords: [blue, red]}
  - {id: c, path: c.md, keywords: [green, red], priority: 1}
"""


def tables_of(index: str) -> Tables:
    return compile_index(parse(Source("context-index.yml", index)).index)


def at_once(
    task: str, index: str = INDEX, files: dict[str, str] = FILES, match: str | None = "whole"
) -> Resolution | None:
    """What is answered at once, which is what the layers answer."""
    tables, tree = tables_of(index), MemoryTree(files)
    found = plain_answer(tables, tree, task, match)
    if found is not None:
        slow = resolve(tables_of(index), MemoryTree(files), Request(task, match="whole"))
        assert (found, found.verdicts) == (slow, slow.verdicts)
        assert plain_answer(tables, tree, task, match) == found  # of what is remembered
    return found


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("blue", ["b.md"]),
        ("red", ["c.md", "a.md", "b.md"]),  # by priority, then score, then order
        ("blue and red", ["c.md", "b.md", "a.md"]),
        ("the scarlet letter is red", ["c.md", "a.md", "b.md"]),
        ("one note: blue", ["b.md"]),
        ("the context of blue", ["b.md"]),
        ("white", None),  # nothing matches
        ("", None),
        ("Context: b", None),  # context is named
        ("blue\nContext: a", None),
        ("blue in src/a.py", None),  # what isn't plain prose is for the layers
        ('say "blue"', None),
        ("blue\nand red", None),
        ("use `blue`", None),
        ("blue without red", None),  # so is what takes back
        ("not the blue part", None),
    ],
)
def test_a_plain_task_that_whole_keywords_decide_is_answered_at_once(task: str, paths: list[str] | None) -> None:
    found = at_once(task)
    assert (None if found is None else list(found.paths)) == paths


@pytest.mark.parametrize(("length", "is_plain"), [(19, True), (20, True), (21, False)])
def test_a_task_that_is_cut_is_for_the_layers(length: int, is_plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_pass, "TASK_LIMIT", 20)
    assert (at_once("blue".ljust(length)) is not None) == is_plain


@pytest.mark.parametrize(
    ("written", "match", "is_plain"),
    [
        ("", "whole", True),
        ("", "focused", False),
        ("", "", False),  # the default
        ("match: whole\n", "", True),
        ("match: whole\n", None, True),
        ("match: whole\n", "focused", False),
    ],
)
def test_only_whole_keywords_are_decided_at_once(written: str, match: str | None, is_plain: bool) -> None:
    assert (at_once("blue", INDEX + written, match=match) is not None) == is_plain


@pytest.mark.parametrize(
    ("keys", "paths"),
    [
        ("path: a.md", ["a.md"]),
        ("path: ./a.md", ["a.md"]),
        ("path: docs", ["docs/one.md", "docs/two.md"]),
        ("path: 'docs/*.md'", ["docs/one.md", "docs/two.md"]),
        ("path: [b.md, docs]", ["b.md", "docs/one.md", "docs/two.md"]),
        ("path: [a.md, a.md]", ["a.md"]),
        ("path: gone.md", None),  # there is something to say
        ("path: [a.md, gone.md]", None),
        ("path: keys/server.key", None),
        ("path: 'keys/*'", None),  # one of the files is left out
        ("path: 'docs/*.txt'", None),
        ("path: [a.md, copy.md]", None),  # copies of each other
        ("path: [a.md, like.md]", ["a.md", "like.md"]),  # only of one size
        ("path: a.md, requires: [other]", None),
        ("path: a.md, agents: []", None),
        ("path: a.md, agents: [dev]", ["a.md"]),
        ("path: a.md, when_files: [b.md]", None),
        ("path: a.md, exclude: [white]", None),
    ],
)
def test_an_entry_of_which_there_is_more_to_say_is_for_the_layers(keys: str, paths: list[str] | None) -> None:
    index = (
        f"context_files:\n  - {{id: it, {keys}, keywords: [violet]}}\n  - {{id: other, path: d.md, keywords: [pink]}}\n"
    )
    found = at_once("violet", index)
    assert (None if found is None else list(found.paths)) == paths


@pytest.mark.parametrize("more", ["context_rules: [{pattern: white, context_ids: [a]}]\n", "always: [d.md]\n"])
def test_what_else_an_index_says_is_for_the_layers(more: str) -> None:
    assert at_once("blue") is not None
    assert at_once("blue", INDEX + more) is None


def test_entries_that_share_a_file_give_it_once_with_the_reasons_of_both() -> None:
    index = """
context_files:
  - {id: one, path: a.md, keywords: [red]}
  - {id: two, path: [b.md, ./a.md], keywords: [blue, azure]}
  - {id: three, path: [c.md, d.md], keywords: [green]}
  - {id: four, path: [d.md, docs/one.md], keywords: [pink]}
"""
    tables, tree = tables_of(index), MemoryTree(FILES)
    for task, paths in {
        "green": ("c.md", "d.md"),
        "pink": ("d.md", "docs/one.md"),
        "green and pink": ("c.md", "d.md", "docs/one.md"),
        "red": ("a.md",),
        "red, blue and azure": ("b.md", "a.md"),
        "red and blue": ("a.md", "b.md"),
    }.items():
        found = plain_answer(tables, tree, task, "whole")
        assert found == resolve(tables_of(index), MemoryTree(FILES), Request(task, match="whole"))
        assert found is not None and found.paths == paths
    assert [(file.path, file.score, [reason.by for reason in file.reasons]) for file in found.files] == [
        ("a.md", 1000, ["red", "blue"]),
        ("b.md", 1000, ["blue"]),
    ]


def test_an_entry_is_looked_at_once_and_no_file_read_whose_size_none_has(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, tree, learnt = tables_of(INDEX), MemoryTree(FILES), []
    learn = single_pass._learn
    monkeypatch.setattr(single_pass, "_learn", lambda *about: learnt.append(about[2]) or learn(*about))
    monkeypatch.setattr(MemoryTree, "read", lambda *about: pytest.fail("a file was read"))
    monkeypatch.setattr(single_pass, "_each_once", lambda *about: pytest.fail("no entries share a file"))
    for task in ("blue", "blue", "red", "green"):
        assert plain_answer(tables, tree, task, "whole") is not None
    assert learnt == [1, 0, 2]

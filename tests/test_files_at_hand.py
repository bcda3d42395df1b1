"""The files at hand: what of a task is taken for a path."""

from __future__ import annotations

import pytest

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.files_at_hand import AT_HAND, IN_TASK, called_for, paths_in
from ctxload.selection.model import Request
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree

TREE = MemoryTree({"setup.py": "", "src/api.py": "", "src/sub/a.py": ""})


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("Fix src/api.py:12", ["src/api.py"]),
        ("Fix `src/api.py#L3`.", ["src/api.py"]),
        ("Fix (setup.py), please", ["setup.py"]),
        ("Write src/new.py", ["src/new.py"]),  # yet to be written
        ("Write new.py", []),  # without a folder it may be anything
        ("Ask me@example.org/setup.py", []),
        ("See https://example.org/src/api.py", []),
        ("Leave ../setup.py alone", []),
        ("CI/CD and/or either", []),
        ("Look at src/ first", ["src/"]),
        ("Look at src first", []),
        ("Write src/new.abcdefghij", ["src/new.abcdefghij"]),
        ("Write src/new.abcdefghijk", []),  # no ending is so long
        ("Write src/new.1", []),
        ("Write src/.new", []),
        ("Write lib/new.py", []),
    ],
)
def test_a_word_of_a_task_means_this_path(task: str, paths: list[str]) -> None:
    assert [path.name for path in paths_in(task, TREE)] == paths


def test_each_path_says_where_it_stands() -> None:
    task = "Fix (setup.py), then `setup.py`"
    for path in paths_in(task, TREE):
        [(start, end)] = path.where.spans
        assert task[start:end] == "setup.py"


def test_so_many_paths_of_a_task_count_and_no_more() -> None:
    task = " ".join(f"src/new{number}.py" for number in range(IN_TASK + 5))
    assert [path.name for path in paths_in(task, TREE)] == [f"src/new{number}.py" for number in range(IN_TASK)]


INDEX = """
context_files:
  - {id: api, path: api.md, for_files: ['src/*.py']}
  - {id: setup, path: setup.md, for_files: ['*.cfg', 'setup.py']}
  - {id: ui, path: ui.md}
fallback: none
"""


def called(task: str, *files: str) -> list[tuple[str, str, str]]:
    tables = compile_index(parse(Source("i.yml", INDEX)).index)
    return [
        (reason.entry, reason.by, reason.note) for _, reason in called_for(tables, TREE, Request(task, files=files))
    ]


def test_the_first_file_at_hand_that_fits_calls_for_an_entry() -> None:
    assert called("Fix it") == []
    assert called("Fix it", "docs/x.txt") == []
    assert called("Fix setup.py", "src/a.py", "src/b.py") == [
        ("api", "src/*.py", "fits `src/a.py`"),
        ("setup", "setup.py", "fits `setup.py`"),
    ]


def test_of_the_files_of_a_request_so_many_are_looked_at() -> None:
    files = [f"x{number}.txt" for number in range(AT_HAND - 1)]
    assert [entry for entry, _, _ in called("", *files, "src/a.py")] == ["api"]
    assert called("", *files, "y.txt", "src/a.py") == []

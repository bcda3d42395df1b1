"""The files at hand: what of a task is taken for a path."""

from __future__ import annotations

import pytest

from ctxload.selection.files_at_hand import IN_TASK, paths_in
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

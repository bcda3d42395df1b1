"""The script that changes code at random: what it changes, and that it changes the same for the same seed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import mutate


def after(code: str) -> list[str]:
    """Every change that is made of a text, in the order of its places."""
    tree = ast.parse(code)
    found = []
    for place in range(len(list(mutate.places(tree)))):
        fresh = ast.parse(code)
        old = list(mutate.places(fresh))[place]
        new = mutate.changed(old)
        assert new is not None
        found.append(ast.unparse(ast.fix_missing_locations(mutate.Put(old, new).visit(fresh))))
    return found


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("a == b", ["a != b"]),
        ("a < b < c", ["a <= b < c"]),
        ("a and b", ["a or b"]),
        ("not a", ["a"]),
        ("a + 1", ["a - 1", "a + 2"]),
        ("a += b", ["a -= b"]),
        ("return_it(True)", ["return_it(False)"]),
        ("if a:\n    b", ["if not a:\n    b"]),
        ("b if a else c", ["b if not a else c"]),
        ("'text'", []),
        ("zip(a, b, strict=True)", []),
        ("a: Literal[1] = b", []),
        ("if TYPE_CHECKING:\n    x = 1", []),
        ("'a' + b", []),
        ("if __name__ == '__main__':\n    x = 1", []),
    ],
)
def test_operators_conditions_and_numbers_are_changed_and_nothing_else(code: str, changed: list[str]) -> None:
    assert after(code) == changed


def test_the_same_seed_makes_the_same_changes_and_each_is_one() -> None:
    some = list(mutate.changes(["selection.files_at_hand", "matching.zones"], 6, 3))
    assert (
        some
        == list(mutate.changes(["selection.files_at_hand", "matching.zones"], 6, 3))
        != list(mutate.changes(["selection.files_at_hand", "matching.zones"], 6, 4))
    )
    for change in some:
        before = ast.unparse(ast.parse(change.module.read_text(encoding="utf-8"))).splitlines()
        after = change.text.splitlines()
        assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def change_at(first: int, last: int) -> mutate.Change:
    return mutate.Change(Path("focused.py"), first, last, "", "", "")


def test_the_tests_that_run_a_line_are_tried_the_quickest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    running = {1: frozenset("ab"), 2: frozenset("bc"), 3: frozenset("d"), 4: frozenset()}
    known = mutate.Known({Path("focused.py"): running}, {"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.5})
    monkeypatch.setattr(mutate, "LEAST_TESTS", 1)
    figures = [mutate.FIGURES]
    assert known.tests_for(change_at(1, 1)) == [*figures, "b", "a"]
    assert known.tests_for(change_at(1, 2)) == [*figures, "c", "b", "a"]
    assert known.tests_for(change_at(4, 4)) == [
        *figures,
        "d",
        "c",
        "b",
        "a",
    ]  # run once for all: each test of the module
    monkeypatch.setattr(mutate, "LEAST_TESTS", 3)
    assert known.tests_for(change_at(1, 1)) == [*figures, "d", "c", "b", "a"]


def test_how_long_a_test_takes_and_whether_it_fails_is_read_from_all_its_cases(tmp_path: Path) -> None:
    cases = [("tests.test_a", "test_x[1]", 1), ("tests.test_a", "test_x[2]", 2), ("tests.test_a.TestB", "runTest", 4)]
    lines = "".join(f'<testcase classname="{place}" name="{name}" time="{time}"/>' for place, name, time in cases)
    lines += '<testcase classname="tests.test_c" name="test_y[1]" time="0"><failure/></testcase>'
    (tmp_path / "times.xml").write_text(f"<testsuites>{lines}</testsuites>", encoding="utf-8")
    assert mutate.failing(tmp_path / "times.xml") == {"tests/test_c.py::test_y"}
    assert mutate.seconds_of(tmp_path / "times.xml") == {
        "tests/test_a.py::test_x": 3.0,
        "tests/test_a.py::TestB::runTest": 4.0,
        "tests/test_c.py::test_y": 0.0,
    }


def test_every_module_that_decides_is_there_and_tests_of_whole_answers_are_tried() -> None:
    paths = [path for name in mutate.deciding() for path in mutate.paths_of(name)]
    assert len(paths) >= 20 and all(path.is_file() for path in paths)
    names = {path.name for path in mutate.test_files()}
    assert {"test_score.py", "test_choice.py", "test_golden.py", "test_layers.py", "test_laws.py"} <= names
    assert all((mutate.TESTS / f"test_{name}.py").is_file() for name in mutate.NEVER)

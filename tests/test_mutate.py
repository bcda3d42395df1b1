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
        ("a: Literal[1] = b", []),
        ("if TYPE_CHECKING:\n    x = 1", []),
        ("'a' + b", []),
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


def test_every_module_that_decides_has_tests_that_see_its_answers() -> None:
    paths = [path for name in mutate.deciding() for path in mutate.paths_of(name)]
    assert len(paths) >= 20
    for path in paths:
        assert path.is_file()
        assert all(test.is_file() for test in mutate.tests_for(path.stem))

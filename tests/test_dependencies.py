"""What pyproject.toml says of dependencies is what is tried out: from the oldest that is allowed to the newest."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [Requirement(text) for text in (*PROJECT["dependencies"], *EXTRAS["lsp"], *EXTRAS["mcp"], *EXTRAS["dev"])]


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "tools" / "dependencies.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pinned(tool: ModuleType, name: str) -> dict[str, str]:
    found: dict[str, str] = tool.pins((ROOT / "tools" / "constraints" / name).read_text(encoding="utf-8"))
    return found


def test_the_oldest_versions_that_are_tried_out_are_those_that_are_allowed(tool: ModuleType) -> None:
    least = {one.name.lower(): next(part.version for part in one.specifier) for one in ASKED if one.specifier}
    assert {name: Version(version) for name, version in pinned(tool, "oldest.txt").items()} == {
        name: Version(version) for name, version in least.items()
    }


def test_nothing_is_allowed_only_up_to_a_version() -> None:
    """A cap makes two packages that cannot be installed together; what a release breaks is noticed by CI."""
    assert {part.operator for one in ASKED for part in one.specifier} == {">="}


def test_the_versions_known_to_be_good_are_allowed_and_name_every_dependency(tool: ModuleType) -> None:
    known = pinned(tool, "known-good.txt")
    for one in ASKED:
        if one.name != "ctxload":
            assert known[one.name.lower()] in one.specifier, one


def test_what_differs_from_the_known_versions_is_named(tool: ModuleType) -> None:
    assert tool.differences({"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "1"}) == [
        "b 2 (known good: 1)", "c 1 (known good: none)",
    ]  # fmt: skip

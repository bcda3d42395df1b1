"""The threat model: every test that the page names is there, and everybody who may be hostile is held by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| **")]
NAMED = sorted(set(re.findall(r"`(tests/[^`]*)`", PAGE)))


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_the_page_names_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("row", ROWS, ids=[row.split("**")[1] for row in ROWS])
def test_everybody_who_may_be_hostile_is_held_by_a_test(row: str) -> None:
    assert "`tests/" in row.split("|")[-2]


@pytest.mark.parametrize(
    "who", ["the clone", "git configuration", "settings", "index", "a document", "a name", "a task", "another user"]
)
def test_the_page_speaks_of(who: str) -> None:
    assert any(who in row.split("|")[1] for row in ROWS)


def test_how_to_report_is_told_and_the_page_is_named() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text and "docs/security.md" in text and "How to report" in text

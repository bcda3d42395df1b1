"""Which tests are quick: see "Tiers of tests" in CONTRIBUTING.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sample(values: Iterable[Any], quick: int = 1) -> list[Any]:
    """The values of a parametrized test, of which only the first few are quick."""
    return [value if number < quick else heavy(value) for number, value in enumerate(values)]


def heavy(value: Any) -> Any:
    """A value, or a row of values, that only the thorough tier takes."""
    return pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.heavy)

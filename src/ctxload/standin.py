"""STAND-IN, to be replaced by `ContextLoader.load` before this is merged."""

from __future__ import annotations

from .budget import Limits
from .load import Loaded
from .load import load as load_resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .loader import ContextLoader


def load(
    loader: ContextLoader, task: str, *, limits: Limits | None = None, form: str = "markdown", **more: Any
) -> Loaded:
    """The content for a task."""
    resolution = loader.resolve(task, **more)
    tables = loader._current.tables
    return load_resolution(resolution, loader.tree(), limits or Limits(), tables=tables, format=form)

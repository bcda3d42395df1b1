"""STAND-IN, to be replaced by `ContextLoader.load` before this is merged."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .loader import ContextLoader
    from .resolution import Resolution


class Loaded(Record):
    """What was loaded."""

    resolution: Resolution
    text: str
    tokens: int
    left_out: tuple[tuple[str, str], ...] = ()


def load(loader: ContextLoader, task: str, *, budget: int | None = None, **more: Any) -> Loaded:
    """The content for a task."""
    resolution = loader.resolve(task, **more)
    tree, texts, left_out, used = loader.tree(), [], [], 0
    for file in resolution.files:
        text = tree.read(file.path).decode("utf-8", "replace")
        if budget is not None and used + len(text) // 4 > budget:
            left_out.append((file.path, "over budget"))
            continue
        used += len(text) // 4
        texts.append(f"<!-- {file.path} -->\n{text}")
    return Loaded(resolution, "\n".join(texts), used, tuple(left_out))

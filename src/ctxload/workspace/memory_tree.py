"""A tree made from a dictionary of paths and texts, for tests and examples."""

from __future__ import annotations

from .tree import _NOWHERE, Status, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class MemoryTree(Tree):
    """A tree made from a dictionary of paths and texts (or sizes)."""

    def __init__(self, files: Mapping[str, str | int | bytes], root: str = "") -> None:
        super().__init__()
        self.root = root
        self._files = {
            path: b" " * text if isinstance(text, int) else text.encode() if isinstance(text, str) else text
            for path, text in files.items()
        }
        self._folders = {""}
        for path in self._files:
            parts = path.split("/")[:-1]
            self._folders.update("/".join(parts[: n + 1]) for n in range(len(parts)))

    def _look(self, path: str) -> Status:
        if path in self._files:
            return Status(path, "file", len(self._files[path]))
        return Status(path, "directory" if path in self._folders else "missing")

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        above = f"{folder}/" if folder else ""
        inside = {path[len(above) :].split("/")[0] for path in self._files if path.startswith(above)}
        return [(n, "directory" if above + n in self._folders else "file") for n in sorted(inside)], _NOWHERE

    def read(self, path: str, limit: int = -1) -> bytes:
        status = self.status(path)
        if status.kind != "file":
            raise FileNotFoundError(path)
        return self._files[status.path][: limit if limit >= 0 else None]

"""Which file leaves a path out: only what is told of such a path needs to know."""

from __future__ import annotations

from .ignore_rules import IgnoredPaths
from .tree import IGNORE_FILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .tree import Tree


def ignored_by(tree: Tree, path: str) -> str:
    """The file, or kind of file, that leaves a path out, or what it is a link to; the nearest where several would.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> ignored_by(MemoryTree({".gitignore": "*.log", "a.log": ""}), "a.log")
    '.gitignore'
    """
    for file in dict.fromkeys((path, tree.leads_to(path))):
        for name, above, lines_of in _lists(tree):
            if IgnoredPaths(above).leave_out(file, lines_of):
                return name
    return " and ".join(IGNORE_FILES)


def _lists(tree: Tree) -> Iterator[tuple[str, tuple[tuple[str, tuple[str, ...]], ...], Callable[[str], list[str]]]]:
    """Each kind of file that may leave a path out: its name, what it says above the root, and below."""
    for name in reversed(IGNORE_FILES):
        yield name, (), lambda folder, name=name: tree._lines_in(folder, name)  # type: ignore[misc]
    excludes = getattr(tree, "excludes", None)
    if excludes is None:
        return
    if excludes.above:
        yield ".gitignore", excludes.above, lambda folder: []
    for name, lines in reversed(excludes.lists):
        steps = tuple((step, lines if not number else ()) for number, (step, _) in enumerate(excludes.above))
        yield name, steps, lambda folder, lines=lines, at_top=not steps: list(lines) if at_top and not folder else []  # type: ignore[misc]

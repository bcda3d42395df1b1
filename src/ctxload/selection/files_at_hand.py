"""The files at hand → the entries that they call for (`for_files`).

At hand is what the caller names, and each path that stands in the task: a file of the project, or a path with a folder
and an ending, which may be yet to write.
"""

from __future__ import annotations

from ..matching.tokens import TASK_LIMIT
from ..record import Record
from ..workspace.changed_files import AT_HAND
from ..workspace.globs import Paths
from ..workspace.tree import clean
from .model import KEYWORD_LAYER, NOWHERE, Reason, Request, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..matching.tables import Tables
    from ..workspace.tree import Tree

#: What a file at hand adds to the score of the entries it calls for; as much as a rule.
FILE_POINTS = 1000
#: How many paths are looked for in a task, and how many files at hand are matched.
IN_TASK = 100
_AROUND = "()[]{}<>\"'`*_,;:!?…“”‘’«»"


class Path(Record):
    """A file at hand, from the root, and where it stands in the task, if it does."""

    name: str
    where: Where = NOWHERE


def called_for(tables: Tables, tree: Tree, request: Request) -> Iterator[tuple[int, Reason]]:
    """The entries that a file at hand calls for, each with the reason: the first file that fits, and the pattern."""
    paths = [*map(Path, request.files[:AT_HAND]), *paths_in(request.task[:TASK_LIMIT], tree)]
    where = {path.name: path.where for path in reversed(paths)}
    asked = Paths([path.name for path in paths])
    for number in tables.meta.at_hand if paths else ():
        row = tables.entries[number]
        name, pattern = asked.first(row.for_files)
        if pattern:
            terms = (Term(f"file {pattern}", FILE_POINTS),)
            yield number, Reason(KEYWORD_LAYER, "file", pattern, row.id, where[name], terms, f"fits `{name}`")


def paths_in(task: str, tree: Tree) -> Iterator[Path]:
    """The paths that stand in a task, as files at hand.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"setup.py": "", "src/api/views.py": ""})
    >>> [path.name for path in paths_in("Fix `src/api/views.py:12`, setup.py and src/new.py; CI/CD, node.js and/or e.g. x", tree)]
    ['src/api/views.py', 'setup.py', 'src/new.py']
    """  # noqa: E501
    at = found = 0
    for word in task.split():
        start = at = task.index(word, at)
        at += len(word)
        if "." not in word and "/" not in word:
            continue
        bare = word.strip(_AROUND).rstrip(".")
        name = _path(bare, tree)
        if name:
            begin = start + word.index(bare)
            yield Path(name, Where(task, ((begin, begin + len(bare)),)))
            found += 1
            if found == IN_TASK:
                return


def _path(word: str, tree: Tree) -> str:
    """The path from the root that a word means, or an empty text."""
    if "://" in word or "@" in word:
        return ""
    name, wrong = clean(word.split("#")[0].split(":")[0], tree.root)
    if wrong or not name:
        return ""
    kind = tree.status(name).kind
    if kind == "file":
        return name
    if kind == "directory":
        return name + "/" if "/" in word else ""
    folder, _, last = name.rpartition("/")
    ending = last.rpartition(".")[2] if "." in last[1:] else ""
    if not folder or kind != "missing" or len(ending) > 10 or not ending.isalnum() or ending.isdigit():
        return ""
    return name if tree.status(folder.split("/")[0]).kind == "directory" else ""

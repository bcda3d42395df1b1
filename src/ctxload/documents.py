"""Reads the documents of an index and weighs what they talk about; keeps that with the compiled index."""

from __future__ import annotations

import sys

from .evidence import FILES, Evidence, weigh
from .focus import document_of
from .layers import Choice
from .resolution import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .snapshot import Project
    from .tables import Tables
    from .tree import Tree


def read_evidence(
    tables: Tables, tree: Tree, told: Callable[[int, int], None] | None = None, *, read_at: int = 0
) -> Evidence:
    """What the documents of every entry talk about; `told` hears how many of how many have been read.

    `read_at` is the time, in nanoseconds; without it the files are taken to be older than the clock's grain.

    >>> from .compile import compile_index
    >>> from .parse import parse
    >>> from .source import Source
    >>> from .tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md}, {path: ui.md}]")).index
    >>> tree = MemoryTree({"api.md": "# API\\nSerializers.", "ui.md": "# Buttons"})
    >>> read_evidence(compile_index(index), tree).words.get("button")
    (1, 1, 1041, 28)
    """
    choice = Choice(tables, tree, Request(""))
    documents, files = {}, []
    for number in range(len(tables.entries)):
        paths = choice.files_of(number)[:FILES]
        files.append(tuple((path, tree.status(path).signature) for path in paths))
        documents[number] = document_of(choice, number)
        if told is not None:
            told(number + 1, len(tables.entries))
    return weigh(documents, files).replace(read_at=read_at)


def project_evidence(project: Project) -> Evidence:
    """The evidence of a project: as it was stored for these entries, else read now and stored for the next time."""
    from .snapshot import load_evidence

    stored = load_evidence(project.place, project.tables)
    if stored is not None:
        words, files, (count, lengths), read_at = stored
        return Evidence(words, files, count, lengths, read_at)
    return make_evidence(project)


def make_evidence(project: Project) -> Evidence:
    """The evidence of a project, read now and stored; a progress bar shows on a terminal where that lasts."""
    from .progress import Bar, can_show

    if sys.stderr is None or not can_show():
        return _made(project, None)
    with Bar(project.place.name) as bar:
        return _made(project, lambda done, whole: bar.share("weighing the documents of", done, whole))


def _made(project: Project, told: Callable[[int, int], None] | None) -> Evidence:
    from .snapshot import now
    from .storing import store_evidence
    from .tree import DiskTree

    evidence = read_evidence(project.tables, DiskTree(project.place.root), told, read_at=now())
    store_evidence(project.place, project.tables, evidence)
    return evidence

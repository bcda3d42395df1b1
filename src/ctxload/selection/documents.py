"""Reads the documents of an index and weighs what they talk about."""

from __future__ import annotations

from ..matching.document_index import FILES, Evidence, weigh
from .focused import document_of, text_checksum
from .layers import Choice
from .model import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.tables import Tables
    from ..workspace.tree import Tree


def read_evidence(
    tables: Tables, tree: Tree, told: Callable[[int, int], None] | None = None, *, read_at: int = 0
) -> Evidence:
    """What the documents of every entry talk about; `told` hears how many of how many have been read.

    `read_at` is the time, in nanoseconds; without it the files are taken to be older than the clock's grain.

    >>> from ctxload.matching.compiler import compile_index
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.tree import MemoryTree
    >>> index = parse(Source("i", "context_files: [{path: api.md}, {path: ui.md}]")).index
    >>> tree = MemoryTree({"api.md": "# API\\nSerializers.", "ui.md": "# Buttons"})
    >>> read_evidence(compile_index(index), tree).words.get("button")
    (1, 1, 1041, 28)
    """
    choice = Choice(tables, tree, Request(""))
    documents, files = {}, []
    for number in range(len(tables.entries)):
        paths = choice.files_of(number)[:FILES]
        documents[number] = document_of(choice, number)
        signs = tuple((path, tree.status(path).signature) for path in paths)
        files.append((signs, text_checksum(documents[number])))
        if told is not None:
            told(number + 1, len(tables.entries))
    return weigh(documents, files).replace(read_at=read_at)

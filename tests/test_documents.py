"""Reading the documents of an index."""

from __future__ import annotations

from ctxload.index.parser import parse
from ctxload.matching.compiler import compile_index
from ctxload.selection.documents import read_evidence
from ctxload.text.source import Source
from ctxload.workspace.memory_tree import MemoryTree


def test_who_asks_is_told_of_every_document_in_turn() -> None:
    index = parse(Source("i.yml", "context_files: [{path: a.md}, {path: b.md}, {path: gone.md}]")).index
    tree = MemoryTree({"a.md": "# Docker\n", "b.md": "# Buttons\n"})
    told: list[tuple[int, int]] = []
    heard = read_evidence(compile_index(index), tree, progress=lambda *counts: told.append(counts))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert heard.words == read_evidence(compile_index(index), tree).words

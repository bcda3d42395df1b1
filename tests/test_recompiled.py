"""Tables in memory after an edit: what the edit changes is compiled, the rest is what it was."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ctxload import ContextLoader
from ctxload.index.model import Index
from ctxload.index.parser import parse
from ctxload.integrations.lsp.view import View
from ctxload.matching.compiler import compile_index
from ctxload.matching.lookups.prepared import prepare
from ctxload.matching.lookups.recompiled import recompiled
from ctxload.matching.matcher import find
from ctxload.matching.tables import Tables
from ctxload.matching.tokens import tokenize
from ctxload.text.source import Source
from strategies import share
from test_entry_edits import KEEPER, Written, an_entry, edit, text_of
from test_snapshot_edit import INDEX, TASKS, WORDS, compiled_entries, place_in, saved

__all__ = ["compiled_entries"]


def index_of(entries: list[Written]) -> Index:
    return parse(Source("context-index.yml", text_of(entries))).index


def seen(tables: Tables) -> dict[str, Any]:
    """All that stands in tables but what only keeps from looking in vain, and what is found by them."""
    tasks = [*TASKS, *WORDS, " ".join(WORDS)]
    keywords: Any = tables.keywords
    return {
        "rows": [keywords[number] for number in keywords.numbers()],
        "keys": {key: cell[3] for key in {**tables.keys} if (cell := tables.cells.get(key)) and cell[3]},  # type: ignore[dict-item]
        "parts": tables.parts, "weights": tables.weights, "ids": tables.ids, "tags": tables.tags,
        "entries": [tables.entries[number] for number in range(len(tables.entries))],
        "rules": tables.rules, "meta": tables.meta.replace(bits=0),
        "found": [find(tables, tokenize(task)) for task in tasks],
    }  # fmt: skip


@settings(max_examples=share(100), deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_after_any_edits_tables_in_memory_are_what_compiling_all_gives(draw: random.Random, is_prepared: bool) -> None:
    entries = [KEEPER, *(an_entry(draw, number) for number in range(8))]
    index = index_of(entries)
    tables = compile_index(index)
    if is_prepared:
        prepare(tables)
    for number in range(5):
        edit(draw, entries, 100 + number)
        before, index = index, index_of(entries)
        tables = recompiled(index, before, tables)
        whole = compile_index(index)
        if is_prepared:
            if not isinstance(tables.cells, dict):
                prepare(tables)
            prepare(whole)
        if tables.meta.bits == whole.meta.bits:
            assert seen(tables) == seen(whole)
        else:
            assert [list(one) for one in seen(tables)["found"]] == [list(one) for one in seen(whole)["found"]]


def test_a_loader_compiles_the_entry_that_changed_alone(tmp_path: Path, compiled_entries: list[int]) -> None:
    loader = ContextLoader(place_in(str(tmp_path), INDEX).root)
    compiled_entries.clear()
    for number, name in ((2, "gamma"), (3, "delta")):
        saved(str(tmp_path), INDEX.replace(f"{name} thing", f"{name} thing, zebra"))
        assert loader.resolve("about the zebra").paths == (f"context/{name}.md",)
        assert number in compiled_entries and len(compiled_entries) == (1 if number == 2 else 2)
        compiled_entries.clear()


def test_an_editors_view_compiles_the_entry_that_changed_alone(tmp_path: Path, compiled_entries: list[int]) -> None:
    place = place_in(str(tmp_path), INDEX)
    first = View(place, {})
    assert len(first.tables.entries) == 8
    compiled_entries.clear()
    between = View(place, {"context-index.yml": INDEX.replace("beta thing", "beta things")}, before=first)
    view = View(place, {"context-index.yml": INDEX.replace("gamma thing", "zebra")}, before=between)
    assert view.tables.cells.get("zebra") is not None
    assert compiled_entries == [2]

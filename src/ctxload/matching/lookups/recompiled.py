"""The tables of an index after an edit, in memory: what was compiled before, with what the edit changes in it.

>>> from ...index.parser import parse
>>> from ...text.source import Source
>>> texts = [f"context_files: [{{path: a.md, keywords: [{word}]}}]" for word in ("x", "y")]
>>> one, other = (parse(Source("i", text)).index for text in texts)
>>> tables = recompiled(other, one, compile_index(one))
>>> tables.cells.get("x"), tables.cells.get("y")
(None, (0, 0, '', ((0, 0, '', ('y',)),)))
"""

from __future__ import annotations

from bisect import bisect_left

from ...index.model import Entry, Index
from ..compiler import aliases_of, compile_index, rows_of, tables_of
from ..tables import Tables, called_by, open_cell
from .edited import EditedTables, Stored, TooMuchChangedError
from .prepared import Following
from .weights import WeighedRows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tables import Cell, RawRow

#: How many entries may have changed.
MOST = 50


def recompiled(index: Index, before: Index, tables: Tables) -> Tables:
    """The tables of an index, where those are known that it had before it was edited; prepared as these are."""
    changed = _changed(index, before)
    if not changed or not isinstance(tables.keys, dict):
        return compile_index(index)
    aliases = aliases_of(index)
    rows = {number: rows_of(number, index.entries[number], aliases) for number in changed}
    was = {number: tables.keywords.of_entry(number) for number in changed}
    try:
        edited = EditedTables(tables, _Held(tables), was, rows, len(index.entries))
    except TooMuchChangedError:
        return compile_index(index)
    return _edited(index, tables, edited)


def _changed(index: Index, before: Index) -> list[int]:
    """The entries whose keywords may be others; none where more changed than some of these."""
    if len(index.entries) != len(before.entries) or _aliases(index) != _aliases(before):
        return []
    pairs = enumerate(zip(index.entries, before.entries, strict=True))
    found = [number for number, (now, was) in pairs if now is not was and _said(now) != _said(was)]
    return found if len(found) <= MOST else []


def _aliases(index: Index) -> list[Any]:
    return [(word.value, [other.value for other in others]) for word, others in index.aliases]


def _said(entry: Entry) -> tuple[Any, ...]:
    """All of an entry that its keywords are made of."""
    return (
        entry.id.value if entry.id_written else None,
        [text.value for text in entry.keywords],
        [path.value for path in entry.paths],
        [text.value for text in entry.exclude],
        [(heading.value, [text.value for text in texts]) for heading, texts in entry.sections],
    )


def _edited(index: Index, tables: Tables, edited: EditedTables) -> Tables:
    """The tables with the edit in them; those that were are left as they are, for others may be asking them."""
    by_entry = [tables.keywords.of_entry(number) for number in range(len(index.entries))]
    for number, rows in edited.rows.items():
        by_entry[number] = rows
    weights: Any = _with(tables.weights, edited.weights)
    keys: Any = _with(tables.keys, edited.keys)
    parts: Any = _with(tables.parts, edited.parts)
    made = tables_of(index, WeighedRows(by_entry, tables.meta.bits, weights), keys, parts, weights)
    if isinstance(tables.cells, dict):
        _prepare(made, tables, edited.keys)
    return made


def _with(held: Any, changes: dict[Any, Any]) -> dict[Any, Any]:
    """A mapping with some values changed; None takes one out."""
    found = {**held, **changes}
    for key, value in changes.items():
        if value is None:
            del found[key]
    return found


def _prepare(made: Tables, tables: Tables, changes: Any) -> None:
    """The same as `prepare` gives, of which only the cells that changed are worked out."""
    cells: dict[str, Cell] = dict(tables.cells)  # type: ignore[call-overload]
    names = list(tables.following.__self__.names)  # type: ignore[attr-defined]
    for key, cell in changes.items():
        at = bisect_left(names, key)
        is_there = at < len(names) and names[at] == key
        if cell is None:
            del cells[key], names[at]
            continue
        longest, parts, onward, numbers = open_cell(cell)
        called = tuple([called_by(number, made.keywords.raw(number)) for number in numbers])
        cells[key] = longest, parts, onward, called
        if not is_there:
            names.insert(at, key)
    made.cells, made.following = cells, Following(names).of


class _Held(Stored):
    """Tables in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def keys(self) -> Any:
        return _Keys(self._tables.keys)

    def weights(self) -> Iterable[tuple[str, int]]:
        weights: Any = self._tables.weights
        return list(weights.items())

    def rows(self) -> Iterable[tuple[int, RawRow]]:
        return [(number, self._tables.keywords.raw(number)) for number in self._tables.keywords.numbers()]


class _Keys:
    """`keys` in memory, where each key stands for itself."""

    def __init__(self, keys: Any) -> None:
        self.get = keys.get

    def place(self, key: str) -> str:
        return key

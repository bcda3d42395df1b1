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
from ...record import Record
from ..compiler import aliases_of, compile_index, rows_of, tables_of
from ..tables import Tables, called_by, open_cell
from .edited import EditedTables, Stored, TooMuchChangedError
from .prepared import Following, cells_of
from .renumbered import renumbered_cells, renumbered_parts
from .weights import WeighedRows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..tables import Cell, RawRow

#: How many entries may have changed, come or gone.
MOST = 50
#: Where an entry stands that went.
NOWHERE = -1


class Moves(Record):
    """Where each entry stands now, those that came behind those that were, and which were other ones before."""

    places: tuple[int, ...]
    changed: frozenset[int]

    @property
    def is_kept(self) -> bool:
        """Whether each entry that is there stands where it stood."""
        return all(place in (number, NOWHERE) for number, place in enumerate(self.places))


def recompiled(index: Index, before: Index, tables: Tables) -> Tables:
    """The tables of an index, where those are known that it had before it was edited; prepared as these are."""
    moves = _moves(index, before) if isinstance(tables.keys, dict) and _aliases(index) == _aliases(before) else None
    if moves is None:
        return compile_index(index)
    aliases, size, places = aliases_of(index), len(before.entries), moves.places
    rows = {
        number: rows_of(place, index.entries[place], aliases) if place != NOWHERE else []
        for number, place in enumerate(places)
        if place == NOWHERE or number >= size or number in moves.changed
    }
    was = {number: tables.keywords.of_entry(number) if number < size else [] for number in rows}
    try:
        edited = EditedTables(tables, _Held(tables), was, rows, len(index.entries))
    except TooMuchChangedError:
        return compile_index(index)
    return _edited(index, tables, edited, moves)


def _moves(index: Index, before: Index) -> Moves | None:
    """What became of the entries; None where more changed, came or went than some of them."""
    now, were = index.entries, before.entries
    first = _alike(now, were)
    last = _alike(reversed(now[first:]), reversed(were[first:]))
    if len(now) == len(were):
        pairs = zip(now[first : len(now) - last], were[first : len(were) - last], strict=True)
        changed = [number for number, (one, other) in enumerate(pairs, first) if _differ(one, other)]
        if len(changed) <= MOST:
            return Moves(tuple(range(len(now))), frozenset(changed))
    return _moved(now, were, first, last)


def _moved(now: tuple[Entry, ...], were: tuple[Entry, ...], first: int, last: int) -> Moves | None:
    """The same of entries that came, went or moved between the first and the last, which are as they were."""
    known: dict[Any, list[int]] = {}
    for number in reversed(range(first, len(were) - last)):
        known.setdefault(_said(were[number]), []).append(number)
    places = [*range(first), *[NOWHERE] * (len(were) - first - last), *range(len(now) - last, len(now))]
    came = []
    for place in range(first, len(now) - last):
        if numbers := known.get(_said(now[place])):
            places[numbers.pop()] = place
        else:
            came.append(place)
    if len(came) > MOST or places.count(NOWHERE) > MOST:
        return None
    return Moves((*places, *came), frozenset())


def _alike(some: Iterable[Entry], others: Iterable[Entry]) -> int:
    """How many of the first of them say the same."""
    count = 0
    for one, other in zip(some, others):  # noqa: B905 - as many as both have
        if _differ(one, other):
            break
        count += 1
    return count


def _differ(one: Entry, other: Entry) -> bool:
    return one is not other and _said(one) != _said(other)


def _aliases(index: Index) -> list[Any]:
    return [(word.value, [other.value for other in others]) for word, others in index.aliases]


def _said(entry: Entry) -> tuple[Any, ...]:
    """All of an entry that its keywords are made of."""
    return (
        entry.id.value if entry.id_written else None,
        tuple([text.value for text in entry.keywords]),
        tuple([path.value for path in entry.paths]),
        tuple([text.value for text in entry.exclude]),
        tuple([(heading.value, tuple([text.value for text in texts])) for heading, texts in entry.sections]),
    )


def _edited(index: Index, tables: Tables, edited: EditedTables, moves: Moves) -> Tables:
    """The tables with the edit in them; those that were are left as they are, for others may be asking them."""
    weights: Any = _with(tables.weights, edited.weights)
    keys: Any = _with(tables.keys, edited.keys)
    parts: Any = _with(tables.parts, edited.parts)
    bits, is_kept = tables.meta.bits, moves.is_kept
    if not is_kept:
        keys, parts = renumbered_cells(keys, moves.places, bits), renumbered_parts(parts, moves.places, bits)
    rows = WeighedRows(_by_entry(tables, edited, moves, len(index.entries)), bits, weights)
    made = tables_of(index, rows, keys, parts, weights)
    if isinstance(tables.cells, dict):
        _prepare(made, tables, edited.keys, is_kept)
    return made


def _by_entry(tables: Tables, edited: EditedTables, moves: Moves, count: int) -> list[list[RawRow]]:
    """The rows of each entry, by its place."""
    found: list[list[RawRow]] = [[] for _ in range(count)]
    for number, place in enumerate(moves.places):
        if place != NOWHERE:
            rows = edited.rows[number] if number in edited.rows else tables.keywords.of_entry(number)
            found[place] = rows if number == place else [(place, *row[1:]) for row in rows]
    return found


def _with(held: Any, changes: dict[Any, Any]) -> dict[Any, Any]:
    """A mapping with some values changed; None takes one out."""
    found = {**held, **changes}
    for key, value in changes.items():
        if value is None:
            del found[key]
    return found


def _prepare(made: Tables, tables: Tables, changes: Any, is_kept: bool) -> None:
    """The same as `prepare` gives, of which only the cells that changed are worked out, where the others are kept."""
    cells: dict[str, Cell] = dict(tables.cells) if is_kept else cells_of(made)  # type: ignore[call-overload]
    names = list(tables.following.__self__.names)  # type: ignore[attr-defined]
    for key, cell in changes.items():
        at = bisect_left(names, key)
        is_there = at < len(names) and names[at] == key
        if cell is None:
            cells.pop(key, None)
            del names[at]
            continue
        if is_kept:
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

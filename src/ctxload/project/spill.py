"""Mappings too large to hold: written in parts as they are found, and read again one partition of the keys at a time.

>>> from io import BytesIO
>>> spill = Spill(BytesIO())
>>> spill.add("tags", {"api": (0,), "web": (1,)})
>>> spill.add("tags", {"api": (7,)})
>>> sorted(pair for number in range(PARTITIONS) for pair in spill.merged("tags", number, joined).items())
[('api', (0, 7)), ('web', (1,))]
"""

from __future__ import annotations

from marshal import dumps, loads

from ..matching.lookups.keys import both
from .snapshot import CELL, TAG
from .snapshot_writer import KEYS_A_CELL, checksums, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, BinaryIO

#: Into how many partitions the keys are put, by their checksum.
PARTITIONS = 64


class Spill:
    """Parts of mappings, and lists, in a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._mappings: dict[str, list[list[tuple[int, int]]]] = {}
        self._lists: dict[str, list[tuple[int, int]]] = {}

    def add(self, name: str, part: Mapping[str, Any]) -> None:
        """Keeps a part of a mapping."""
        cells: list[dict[str, Any]] = [{} for _ in range(PARTITIONS)]
        for number, (key, value) in zip(checksums(part), part.items(), strict=True):
            cells[number % PARTITIONS][key] = value
        self._keep(name, cells)

    def add_keys(self, name: str, part: Mapping[str, Any]) -> None:
        """Keeps a part of a mapping of which no key is asked for again: their checksums stand for them."""
        cells: list[dict[int, Any]] = [{} for _ in range(PARTITIONS)]
        for number, value in zip(checksums(part), part.values(), strict=True):
            cell = cells[number % PARTITIONS]
            if number in cell:
                value = both(cell[number], value)
            cell[number] = value
        self._keep(name, cells)

    def _keep(self, name: str, cells: list[dict[Any, Any]]) -> None:
        places = self._mappings.setdefault(name, [[] for _ in range(PARTITIONS)])
        for place, cell in zip(places, cells, strict=True):
            if cell:
                place.append(self._written(cell))

    def append(self, name: str, part: list[Any]) -> None:
        """Keeps a part of a list."""
        self._lists.setdefault(name, []).append(self._written(part))

    def parts(self, name: str) -> Iterator[list[Any]]:
        """The parts of a list, as they were kept."""
        return map(self._read, self._lists.get(name, ()))

    def merged(self, name: str, number: int, join: Callable[[Any, Any], Any]) -> dict[Any, Any]:
        """A partition of a mapping, values of one key joined in the order in which they were kept."""
        found: dict[Any, Any] = {}
        for place in self._mappings[name][number] if name in self._mappings else ():
            part = self._read(place)
            for key in found.keys() & part.keys():
                part[key] = join(found[key], part[key])
            found.update(part)
        return found

    def _written(self, value: Any) -> tuple[int, int]:
        data = dumps(value)
        self._file.seek(self._at)
        self._file.write(data)
        place = self._at, len(data)
        self._at += len(data)
        return place

    def _read(self, place: tuple[int, int]) -> Any:
        self._file.seek(place[0])
        return loads(self._file.read(place[1]))


def joined(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """What two parts have under one key."""
    return one + other


def write_mapping(
    file: BinaryIO,
    section: str,
    spill: Spill,
    join: Callable[[Any, Any], Any],
    close: Callable[[Any], Any] | None = None,
) -> tuple[int, int, int]:
    """Writes a mapping as the cells of a section, and their table; what the directory says of them.

    `join` makes one of two values of a key, `close` what is stored of one.
    """
    first = spill.merged(section, 0, join)
    each = max(1, -(-len(first) // KEYS_A_CELL))  # keys are spread evenly: the other partitions have about as many
    table, offset, items = bytearray(CELL * each * PARTITIONS), file.tell(), 0
    for partition in range(PARTITIONS):
        cells = spill.merged(section, partition, join) if partition else first
        items += len(cells)
        for at, bucket in enumerate(_tagged(cells, each) if section == "keys" else _buckets(cells, each, close)):
            number, data = partition + at * PARTITIONS, dumps(bucket)
            table[number * CELL : (number + 1) * CELL] = row_of(section, number, offset, data)
            file.write(data)
            offset += len(data)
    file.write(table if items else b"")
    return offset, each * PARTITIONS if items else 0, items


def _buckets(cells: dict[Any, Any], count: int, close: Callable[[Any], Any] | None) -> list[dict[Any, Any]]:
    """The keys of a partition by the cell each belongs to, with what is stored of their values."""
    buckets: list[dict[Any, Any]] = [{} for _ in range(count)]
    for number, (key, value) in zip(checksums(cells), cells.items(), strict=True):
        bucket = buckets[number // PARTITIONS % count]
        bucket[key] = value if close is None else close(value)
    return buckets


def _tagged(cells: dict[int, Any], count: int) -> list[dict[int, Any]]:
    """The same of keys for which their checksums stand, under what is kept of these; alike, two share a cell."""
    buckets: list[dict[int, Any]] = [{} for _ in range(count)]
    for number, cell in cells.items():
        bucket, tag = buckets[number // PARTITIONS % count], number >> TAG
        if tag in bucket:
            cell = both(bucket[tag], cell)
        bucket[tag] = cell
    return buckets

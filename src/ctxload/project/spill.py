"""Mappings too large to hold: written in parts as they are found, and read again one partition of the keys at a time.

>>> from io import BytesIO
>>> spill = Spill(BytesIO())
>>> spill.add("tags", {"api": (0,), "web": (1,)})
>>> spill.add("tags", {"api": (7,)})
>>> sorted(pair for number in range(PARTITIONS) for pair in spill.merged("tags", number, joined).items())
[('api', (0, 7)), ('web', (1,))]
"""

from __future__ import annotations

import sys
from array import array
from functools import partial
from itertools import chain, repeat
from marshal import dumps, loads
from operator import mod, rshift
from struct import iter_unpack

from ..matching.lookups.keys import both, enter_keys
from .snapshot import CELL, TAG
from .snapshot_writer import KEYS_A_CELL, checksum_bytes, checksums, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, BinaryIO

#: Into how many partitions the keys are put, by their checksum.
PARTITIONS = 64
#: How many bits of it tell the partition.
PARTITION_BITS = 6


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

    def add_keys(self, name: str, keys: list[str], values: list[int], others: dict[str, Any]) -> None:
        """Keeps keys with a number each, and others with more, of which no key is asked for again: their checksums
        stand for them.
        """
        pairs: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
        put = [some.extend for some in pairs] * (256 // PARTITIONS)  # by the lowest byte of the checksum
        numbers = chain.from_iterable(iter_unpack("8s", array("q", values)))
        for pair in zip(checksum_bytes(keys), numbers, strict=True):
            put[pair[0][0]](pair)
        cells: list[dict[int, Any]] = [{} for _ in range(PARTITIONS)]
        for number, value in zip(checksums(others), others.values(), strict=True):
            cell = cells[number % PARTITIONS]
            cell[number] = both(cell[number], value) if number in cell else value
        places = self._mappings.setdefault(name, [[] for _ in range(PARTITIONS)])
        for place, some, cell in zip(places, pairs, cells, strict=True):
            place.append(self._written((b"".join(some), cell)))

    def merged_keys(self, name: str, number: int) -> dict[int, Any]:
        """A partition of what `add_keys` kept."""
        data: list[bytes] = []
        found: dict[int, Any] = {}
        for some, others in map(self._read, self._mappings[name][number] if name in self._mappings else ()):
            data.append(some)
            for key in found.keys() & others.keys():
                others[key] = both(found[key], others[key])
            found.update(others)
        pairs = b"".join(data)
        cells: dict[int, Any] = {}
        enter_keys(cells, _checksums_in(pairs), array("q", pairs)[1::2], found)
        return cells

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


def _checksums_in(pairs: bytes) -> array[int]:
    """The checksums of the pairs that `add_keys` kept."""
    found = array("Q", pairs)[::2]
    if sys.byteorder == "big":
        found.byteswap()
    return found


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
    return _written(
        file,
        section,
        lambda number: spill.merged(section, number, join),
        lambda cells, count: _buckets(cells, count, close),
    )


def write_keys(file: BinaryIO, section: str, spill: Spill) -> tuple[int, int, int]:
    """The same of a mapping of keys for which their checksums stand."""
    return _written(file, section, partial(spill.merged_keys, section), _tagged)


def _written(
    file: BinaryIO,
    section: str,
    partition_of: Callable[[int], dict[Any, Any]],
    buckets_of: Callable[[dict[Any, Any], int], list[dict[Any, Any]]],
) -> tuple[int, int, int]:
    first = partition_of(0)
    each = max(1, -(-len(first) // KEYS_A_CELL))  # keys are spread evenly: the other partitions have about as many
    table, offset, items = bytearray(CELL * each * PARTITIONS), file.tell(), 0
    for partition in range(PARTITIONS):
        cells = partition_of(partition) if partition else first
        items += len(cells)
        for at, bucket in enumerate(buckets_of(cells, each)):
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
    places = map(buckets.__getitem__, map(mod, map(rshift, cells, repeat(PARTITION_BITS)), repeat(count)))
    for bucket, tag, cell in zip(places, map(rshift, cells, repeat(TAG)), cells.values(), strict=True):
        bucket[tag] = both(bucket[tag], cell) if tag in bucket else cell
    return buckets

"""What documents give for words as sums: many of them are worked out at the speed of C, each by one multiplication and
one addition.

To the points something is added that is so great that no room is left for a fraction: in the last bits of the sum stand
then the points, as `round` gives them, how many documents have a pair, the fields, and the number of the document.

>>> given = whole(array("d", [449.7 + sum_of(packed(7, 0, 16))]).tobytes())
>>> [number == packed(7, 450, 16) for number in given]
[True]
"""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise

from ..document_index import LITTLE

#: Where the points begin, and the number of a document, in what it gives for a word; the bits of the fields, and of the
#: points.
POINTS_AT, NUMBER_AT, WHERE = 16, 32, (1 << 16) - 1
POINTS = WHERE << POINTS_AT
#: What leaves no room for a fraction.
EXACT = float(1 << 52)
#: Where the fields begin in a sum, and how many documents have a pair, which stands in front of the fields in what is
#: kept, too.
FIELDS_AT, HOLDERS_AT = 16, 24
OF_HOLDERS = 255 << HOLDERS_AT - FIELDS_AT
#: How many bits the number of a document has in a sum; documents that have the bits above in common are a span.
SPAN = 20

#: The bytes of a number from the last on; and by byte those of its bits that are not part of `EXACT`.
_BYTES = range(8) if LITTLE else range(7, -1, -1)
_NUMBER = bytes([byte & 15 for byte in range(256)])


def packed(number: int, points: int, where: int) -> int:
    """What a document gives for a word, as one number.

    >>> from ctxload.matching.document_index import opened
    >>> opened(1, array("Q", [packed(7, 450, 16)]).tobytes())
    (1, 7, 450, 16)
    """
    return number << NUMBER_AT | points << POINTS_AT | where


def sum_of(place: int, holders: int = 0) -> float:
    """What is added to points, which `place` lacks, and how many documents have a pair."""
    number, where = place & (1 << SPAN) - 1 << NUMBER_AT, place & WHERE
    return EXACT + float(number | holders << HOLDERS_AT | where << FIELDS_AT)


def whole(sums: bytes, above: int = 0) -> array[int]:
    """What documents give, `packed`, by their sums; `above` are the bits of their numbers above a span."""
    found, at = bytearray(sums), _BYTES
    for low, high in ((0, 2), (1, 3)):
        found[at[low] :: 8], found[at[high] :: 8] = found[at[high] :: 8], found[at[low] :: 8]
    numbers = bytes([byte | (above & 15) << 4 for byte in _NUMBER]) if above else _NUMBER
    found[at[6] :: 8] = found[at[6] :: 8].translate(numbers)
    found[at[7] :: 8] = bytes([above >> 4]) * (len(sums) // 8)
    return array("Q", bytes(found))


def whole_rows(rows: list[array[float]], above: int) -> list[array[int]]:
    """The same of rows of sums, all at once."""
    every, ends = whole(b"".join(rows), above), list(accumulate(map(len, rows), initial=0))
    return [every[begin:end] for begin, end in pairwise(ends)]

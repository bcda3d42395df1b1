"""Look-ups in memory, told by other numbers of entries: these stand elsewhere since some came or went before them.

>>> cells, parts = {"api": 4, "rest": -7, "web": (7, 0, " api ", 0, 4)}, {"rest": (4 << 10 | 500,), "the": (-9,)}
>>> renumbered_cells(cells, (0, 2, 1), 2)
{'api': 8, 'rest': -7, 'web': (7, 0, ' api ', 0, 8)}
>>> renumbered_parts(parts, (0, 2, 1), 2) == {"rest": (8 << 10 | 500,), "the": (-9,)}
True
"""

from __future__ import annotations

from ..tables import SHARE_BITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..tables import KeptCell


def renumbered_cells(cells: dict[str, KeptCell], places: Sequence[int], bits: int) -> dict[str, KeptCell]:
    """`Tables.keys` where an entry has the number that stands at its number in `places`."""
    rest = (1 << bits) - 1
    found: dict[str, KeptCell] = {}
    for key, cell in cells.items():
        if not isinstance(cell, int):
            found[key] = *cell[:3], *sorted([places[number >> bits] << bits | number & rest for number in cell[3:]])
        else:
            found[key] = cell if cell < 0 else places[cell >> bits] << bits | cell & rest
    return found


def renumbered_parts(parts: dict[str, Any], places: Sequence[int], bits: int) -> dict[str, Any]:
    """`Tables.parts` in the same way."""
    bits += SHARE_BITS
    rest = (1 << bits) - 1
    return {
        word: cell
        if isinstance(cell, dict) or cell[0] < 0
        else tuple(sorted([places[one >> bits] << bits | one & rest for one in cell]))
        for word, cell in parts.items()
    }

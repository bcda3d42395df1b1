"""All that documents talk about, opened: for who lists it, and not for an answer.

>>> from ctxload.matching.document_index import Document
>>> from ctxload.matching.lookups.documents import weigh
>>> opened_cells(weigh({0: Document("api", "Red tape."), 1: Document("ui", "Red.")}).words)["red tape"]
(1, 0, 1011, 50)
"""

from __future__ import annotations

from itertools import chain

from ..document_index import HOLDERS, Words, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Cell = tuple[int, ...]


def opened_cells(words: Any) -> dict[str, Cell]:
    """The cell of every word, and of every two that stand side by side, in the order of the alphabet."""
    if isinstance(words, dict):  # as it was thawed
        return words
    found = _cells_in(words) if isinstance(words, Words) else words.cells()
    return {name: found[name] for name in sorted(found)}


def words_of(words: Any) -> set[str]:
    """Every word, without two that stand side by side."""
    if isinstance(words, Words):
        known = words.words if isinstance(words.words, dict) else words.words.whole()  # type: ignore[attr-defined]
        return {word for word, cell in known.items() if len(cell) != 1}
    return {word for word in opened_cells(words) if " " not in word}


def _cells_in(words: Words) -> dict[str, Cell]:
    known = words.words if isinstance(words.words, dict) else words.words.whole()  # type: ignore[attr-defined]
    found = {word: opened(*held) for word, (_, *held) in known.items() if held}
    names = {number: word for word, (number, *_) in known.items() if number}
    for number in range(words.pairs.count):
        for pair, cell in _pairs_in(words.pairs.read(number)):
            one, other = divmod(pair, words.base)
            found[f"{names[one]} {names[other]}"] = cell
    return found


def _pairs_in(bucket: tuple[bytes, bytes, dict[int, tuple[int, bytes]]]) -> chain[tuple[int, Cell]]:
    """The pairs of a bucket, with their cells."""
    pairs, given, several = bucket
    found: dict[int, list[bytes]] = {}
    for at, pair in enumerate(memoryview(pairs).cast("Q")):
        found.setdefault(pair, []).append(given[8 * at : 8 * at + 8])
    held = ((pair, opened(some[0][HOLDERS], b"".join(some))) for pair, some in found.items())
    return chain(held, ((pair, opened(*cell)) for pair, cell in several.items()))

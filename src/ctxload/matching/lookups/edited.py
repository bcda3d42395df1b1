"""The look-ups of an index after an edit: only what other keywords of a few entries change.

`EditedTables` reads what it needs of the stored look-ups through `get`, and keeps what is new in `keys`, `parts` and
`weights`: a value for each key that changed, or None where there is nothing under it any more. What an answer may come
from is exactly what compiling all gives; what only keeps it from looking in vain may be more.
"""

from __future__ import annotations

from ..matcher import COMMON
from ..scripts import grammar_words
from ..slips import keys_of
from ..tables import ANY, SHARE, SHARE_BITS, STEM_ID, WEIGHT, WEIGHT_BITS, Tables, open_cell
from ..word_lists import STOP
from .keys import begins_of, closed, folded_of, pieces_of, starts_of
from .parts import has_parts, shares_of, spoken_in
from .weights import Weigher, holders_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    from ..tables import KeptCell, RawRow

    class KeptKeys(Protocol):
        """What is asked of the stored `keys`: where a key is kept, and what."""

        def place(self, key: str, /) -> tuple[int, int]: ...
        def get(self, key: str, /) -> KeptCell | None: ...


#: How many phrases may come to other shares before all is compiled anew.
MOST = 20_000


class TooMuchChangedError(Exception):
    """What an edit changes is not worked out entry by entry: all must be compiled."""


class Stored:
    """What is asked of the tables that are edited besides themselves: all there is of something, read anew."""

    def keys(self) -> KeptKeys:
        """The stored `keys`."""
        raise NotImplementedError

    def weights(self) -> Iterable[tuple[str, int]]:
        """Each word with what it weighs."""
        raise NotImplementedError

    def rows(self) -> Iterable[tuple[int, RawRow]]:
        """Each row of a keyword, with its number."""
        raise NotImplementedError


class EditedTables:
    """What becomes of the look-ups when some entries have other `rows`, came or went, and there are `count` now; `keys`
    is by where a key is kept.
    """

    def __init__(
        self, tables: Tables, stored: Stored, before: dict[int, list[RawRow]], rows: dict[int, list[RawRow]], count: int
    ) -> None:
        self.tables, self.stored, self.kept, self.rows, self.count = tables, stored, stored.keys(), rows, count
        self.keys: dict[tuple[int, int], KeptCell | None] = {}
        self.parts: dict[str, Any] = {}
        self.weights: dict[str, int | None] = {}
        self.before = before
        if any(len(some) >= 1 << tables.meta.bits for some in rows.values()):
            raise TooMuchChangedError
        lighter = self._weigh()
        self._share(lighter)
        self._hear()
        self._enter()

    def _numbered(self, rows: dict[int, list[RawRow]]) -> Iterable[tuple[int, RawRow]]:
        bits = self.tables.meta.bits
        return [(entry << bits | place, row) for entry, some in rows.items() for place, row in enumerate(some)]

    # ── weights ────────────────────────────────────────────────────────────────────────────────────────

    def _weigh(self) -> set[str]:
        """Counts the entries that have each word anew; the words that weigh otherwise now."""
        changes: dict[str, int] = {}
        kept: set[str] = set()
        for entry, rows in self.rows.items():
            before, after = holders_in([self.before[entry]]), holders_in([rows])
            kept.update(after)
            for word in {**before, **after}:
                changes[word] = changes.get(word, 0) + after.get(word, 0) - before.get(word, 0)
        if (_alone(self.before) ^ _alone(self.rows)) & grammar_words() - STOP:
            raise TooMuchChangedError  # a word of grammar weighs something where it alone is a keyword
        lighter = self._weigh_others(changes) if self.count != self.tables.meta.entry_count else set()
        for word, change in changes.items():
            known = self.tables.weights.get(word)
            if (weight := self._weight_of(word, known, change, word in kept)) == known:
                continue
            self.weights[word] = weight
            if known is not None and weight is not None and (known ^ weight) & WEIGHT:
                lighter.add(word)
        return lighter

    def _weigh_others(self, changes: dict[str, int]) -> set[str]:
        """Weighs all words that no changed entry has, for there are more entries now, or fewer; those that changed."""
        weigh, changed = Weigher(self.count, grammar_words()), set[str]()
        for word, known in self.stored.weights():
            if word not in changes and known & WEIGHT and (weight := weigh(word, known >> WEIGHT_BITS)) != known:
                self.weights[word] = weight
                changed.add(word)
        return changed

    def _weight_of(self, word: str, known: int | None, change: int, is_kept: bool) -> int | None:
        holders = ((known or 0) >> WEIGHT_BITS) + change
        if not holders and not is_kept and not self._is_elsewhere(word):
            return None
        weighs = {word} if known is not None and known & WEIGHT else set[str]()
        return Weigher(self.count, weighs)(word, holders)

    def _is_elsewhere(self, word: str) -> bool:
        """Whether a phrase or the name of a file of another entry has a word."""
        bits = self.tables.meta.bits  # a number of many, below zero, is of nobody who changed
        return any(one >> SHARE_BITS + bits not in self.rows for one in self.tables.parts.get(word) or ())

    def get(self, word: str) -> int | None:
        """What a word weighs now, and how many entries have it."""
        return self.weights[word] if word in self.weights else self.tables.weights.get(word)

    # ── phrases ────────────────────────────────────────────────────────────────────────────────────────

    def _share(self, lighter: set[str]) -> None:
        """Enters the phrases by their words, with the shares that the words have now."""
        gone = [(number, row) for number, row in self._numbered(self.before) if has_parts(row[2], row[4])]
        come = [(number, row) for number, row in self._numbered(self.rows) if has_parts(row[2], row[4])]
        changes: dict[str, dict[int, int | None]] = {}
        counts: dict[str, int] = {}
        for number, row in gone:
            for word, _ in shares_of(row[4], self.tables.weights):
                changes.setdefault(word, {})[number] = None
                counts[word] = counts.get(word, 0) - 1
        for number, row in come:
            for word, share in shares_of(row[4], self):
                changes.setdefault(word, {})[number] = share
                counts[word] = counts.get(word, 0) + 1
        for number, row in self._with(lighter):
            for word, share in shares_of(row[4], self):
                changes.setdefault(word, {})[number] = share
        for word, change in changes.items():
            known = self.tables.parts.get(word)
            if (part := _part(known, change, counts.get(word, 0))) != known:
                self.parts[word] = part

    def _with(self, words: set[str]) -> list[tuple[int, RawRow]]:
        """The phrases of other entries that have one of these words."""
        bits, raw = self.tables.meta.bits, self.tables.keywords.raw
        cells = {word: self.tables.parts.get(word) or () for word in words}
        common = {word for word, cell in cells.items() if _is_counted(cell)}
        numbers = {one >> SHARE_BITS for word, cell in cells.items() if word not in common for one in cell}
        found = [(number, raw(number)) for number in numbers if number >> bits not in self.rows]
        if common:  # which phrases these have is kept nowhere
            found += [
                (number, row)
                for number, row in self.stored.rows()
                if has_parts(row[2], row[4])
                and not common.isdisjoint(row[4])
                and number >> bits not in self.rows
                and number not in numbers
            ]
        if len(found) > MOST:
            raise TooMuchChangedError
        return found

    # ── slips ──────────────────────────────────────────────────────────────────────────────────────────

    def _hear(self) -> None:
        """Counts the keywords that have each word which another may be a slip of."""
        counts: dict[str, int] = {}
        for by, rows in ((-1, self.before), (1, self.rows)):
            for _, row in self._numbered(rows):
                for word in spoken_in(row):
                    counts[word] = counts.get(word, 0) + by
        for word, count in counts.items():
            for key in keys_of(word) if count else ():
                cell = dict((self.parts[key] if key in self.parts else self.tables.parts.get(key)) or {})
                cell[word] = cell.get(word, 0) + count
                self.parts[key] = {word: count for word, count in cell.items() if count} or None

    # ── words as one ───────────────────────────────────────────────────────────────────────────────────

    def _enter(self) -> None:
        """Takes the keywords that went out of their cells, and enters those that came."""
        for number, row in self._numbered(self.before):
            for key in _keys_of_row(row):
                longest, parts, onward, numbers = self._cell(key)
                self.keys[self.kept.place(key)] = closed(
                    longest, parts, onward, [one for one in numbers if one != number]
                )
        for number, row in self._numbered(self.rows):
            for key in _keys_of_row(row):
                longest, parts, onward, numbers = self._cell(key)
                self.keys[self.kept.place(key)] = closed(longest, parts, onward, sorted({*numbers, number}))
            if row[2] != STEM_ID:
                self._begin(row[4])

    def _begin(self, words: tuple[str, ...]) -> None:
        """Enters what a run of words may begin with that stands for a phrase."""
        joined, start = "".join(words), words[0]
        size = max(len(joined), len(folded_of(joined)))
        for piece in pieces_of(words, joined) if len(words) > 1 else ():
            longest, parts, onward, numbers = self._cell(start)
            further = onward if f" {piece} " in onward else f"{onward or ' '}{piece} "
            self.keys[self.kept.place(start)] = closed(max(longest, size), parts, further, numbers)
        for start in starts_of(words, joined):
            longest, _, onward, numbers = self._cell(start)
            self.keys[self.kept.place(start)] = closed(max(longest, size), ANY, onward, numbers)
        for begin in begins_of(words[0]):
            longest, parts, onward, numbers = self._cell(begin)
            self.keys[self.kept.place(begin)] = closed(longest, parts or 1, onward, numbers)

    def _cell(self, key: str) -> tuple[int, int, str, tuple[int, ...]]:
        place = self.kept.place(key)
        cell = self.keys[place] if place in self.keys else self.kept.get(key)
        return (0, 0, "", ()) if cell is None else open_cell(cell)


def _alone(rows: dict[int, list[RawRow]]) -> set[str]:
    """The words that are a keyword by themselves."""
    return {row[4][0] for some in rows.values() for row in some if len(row[4]) == 1}


def _keys_of_row(row: RawRow) -> tuple[str, ...]:
    """Under what a keyword stands in `keys`."""
    if row[2] == STEM_ID:
        return ()
    joined = "".join(row[4])
    folded = folded_of(joined) if len(row[4]) > 1 else joined
    return (joined,) if folded == joined else (joined, folded)


def _is_counted(cell: Any) -> bool:
    """Whether so many phrases have a word that their number alone is kept, below zero."""
    return bool(cell) and cell[0] < 0


def _part(cell: Any, change: dict[int, int | None], count: int) -> tuple[int, ...] | None:
    """The cell of a word with the phrases that came, went or have another share."""
    if _is_counted(cell):
        if count - cell[0] <= COMMON:
            raise TooMuchChangedError
        return (cell[0] - count,)
    shares = {**{one >> SHARE_BITS: one & SHARE for one in cell or ()}, **change}
    found = [number << SHARE_BITS | share for number, share in sorted(shares.items()) if share is not None]
    return (tuple(found) if len(found) <= COMMON else (-len(found),)) or None

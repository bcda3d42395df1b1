"""What each word of the keywords weighs, and how many entries have it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from math import log

from ..scripts import grammar_words
from ..tables import KEYWORD, SECTION, STEM_ID, WEIGHT_BITS, WRITTEN_ID, KeywordRow, weighed
from ..word_lists import GENERIC_FORMS, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..tables import Lookup, RawRow

#: The kinds of rows whose words an entry has, whatever else it has.
COUNTED = (KEYWORD, WRITTEN_ID, SECTION)


class _Weighed(dict[int, KeywordRow]):
    """Rows by number, each weighed when it is first read."""

    def __init__(self, raw: list[list[RawRow]], bits: int, weights: Lookup[int]) -> None:
        self._raw, self._bits, self._weights = raw, bits, weights

    def __missing__(self, number: int) -> KeywordRow:
        raw = self._raw[number >> self._bits][number & (1 << self._bits) - 1]
        row = self[number] = weighed(raw, self._weights)
        return row


class WeighedRows:
    """The rows of keywords in memory; what the words of one weigh is looked up when it is first read."""

    __slots__ = ("_raw", "_rows", "bits")

    def __init__(self, rows: list[list[RawRow]], bits: int, weights: Lookup[int]) -> None:
        self._raw = rows
        self.bits = bits
        self._rows = _Weighed(rows, bits, weights)

    def __len__(self) -> int:
        return sum(map(len, self._raw))

    def __getitem__(self, number: int) -> KeywordRow:
        return self._rows[number]

    def raw(self, number: int) -> RawRow:
        """A row without what its words weigh."""
        return self._raw[number >> self.bits][number & (1 << self.bits) - 1]

    def numbers(self) -> Iterator[int]:
        """The number of each row."""
        return numbers_of(self._raw, self.bits)

    def of_entry(self, entry: int) -> list[RawRow]:
        """The rows of an entry."""
        return self._raw[entry]

    def longest(self) -> int:
        """How many words the longest has."""
        return max([len(row[4]) for some in self._raw for row in some], default=0)


def numbers_of(rows: Iterable[list[RawRow]], bits: int) -> Iterator[int]:
    """The numbers of the rows of entries."""
    return (entry << bits | place for entry, some in enumerate(rows) for place in range(len(some)))


def bits_for(rows: list[list[RawRow]]) -> int:
    """How many bits the place of a row among those of its entry takes, if an entry gets more of them some day."""
    return max(3, max(map(len, rows), default=0).bit_length()) + 1


def weights_of(rows: list[list[RawRow]], entries: int) -> dict[str, int]:
    """What each word weighs, and above those bits how many entries have it, by the rows of each entry.

    A word weighs 1 (a thousand thousandths) when the keywords of a single entry hold it, less the more entries do; a
    generic word weighs half and a word of grammar nothing.
    """
    holders = holders_in(rows)
    weigh = Weigher(entries, {row[4][0] for some in rows for row in some if len(row[4]) == 1})
    return {word: weigh(word, count) for word, count in holders.items()}


def holders_in(rows: Iterable[list[RawRow]]) -> dict[str, int]:
    """How many entries' keywords have each word, by the rows of each entry; the name of a file counts where it is the
    entry's id. What only vetoes have weighs nothing.
    """
    found: list[str] = []
    names: set[str] = set()
    for some in rows:
        words = set(chain.from_iterable([row[4] for row in some if row[2] in COUNTED]))
        stems = [row[4] for row in some if row[2] == STEM_ID]
        if stems:
            is_named = WRITTEN_ID in [row[2] for row in some]
            (names if is_named else words).update(*stems)
        found += words
    return {**dict.fromkeys(names, 0), **Counter(found)}


class Weigher:
    """What a word weighs that so many of the entries have, with that number; `alone` are words that are a keyword."""

    def __init__(self, entries: int, alone: Iterable[str]) -> None:
        self._entries = entries
        self._grammar = STOP | (grammar_words() - set(alone))
        self._shares: dict[int, float] = {}

    def __call__(self, word: str, holders: int) -> int:
        if word in self._grammar:
            return holders << WEIGHT_BITS
        share = self._shares.get(holders)
        if share is None:
            share = log(1 + self._entries / max(holders, 1)) / log(1 + self._entries)
            self._shares[holders] = share
        return holders << WEIGHT_BITS | round(1000 * share * (0.5 if word in GENERIC_FORMS else 1))

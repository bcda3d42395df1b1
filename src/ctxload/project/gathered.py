"""What a large index comes to, gathered block by block: written out and spilled, and of all only what is small kept."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from itertools import chain, islice, repeat
from operator import itemgetter

from ..index.pieces import NotCutError
from ..index.place_ids import places_of, stem_of
from ..matching.compiler import entry_row, is_own, rows_of
from ..matching.lookups.keys import keys_in_lists
from ..matching.lookups.parts import all_spoken_in, enter_phrases, near_of, phrases_in
from ..matching.lookups.weights import Weigher, holders_in
from ..matching.matcher import COMMON
from ..matching.scripts import grammar_words
from ..matching.tables import WEIGHT
from ..text.diagnostics import Findings
from .item_marks import mark_of_item
from .snapshot_writer import encoded, packed, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from ..index.blocks import Block
    from ..index.model import Entry
    from ..matching.compiler import Aliases
    from ..matching.tables import RawRow
    from .spill import Spill

#: How many words are weighed at once.
AT_ONCE = 50_000
#: How a name came to stand for an entry, which goes before a higher one: above the bits of the entry's number.
WRITTEN, PLACED, LAST, KIND = 0, 1, 2, 40


class ManyRowsError(Exception):
    """An entry has more rows than there are places for."""


class Gathered:
    """The entries of an index, so far."""

    def __init__(self, file: BinaryIO, spill: Spill, bits: int) -> None:
        self.spill, self.bits = spill, bits
        self.count = self.rows = self.longest = 0
        self.findings = Findings()
        #: Which entries files at hand may call for, which must be named, which ask for both.
        self.at_hand: list[int] = []
        self.manual: list[int] = []
        self.both: list[int] = []
        self.agents: set[str] = set()
        #: The ids that entries name.
        self.wanted: set[str] = set()
        #: The words with their numbers, and by these how many entries, and how many phrases, have each; how many
        #: keywords are spoken with a word.
        self._known = _Numbers()
        self._holders, self._phrases = array("I"), array("I")
        self._spoken: Counter[str] = Counter()
        self._alone: set[str] = set()
        self.marks = bytearray()
        self.has_all = True
        self._file, self._table, self._offset = file, bytearray(), file.tell()

    # ── block by block ─────────────────────────────────────────────────────────────────────────────────

    def add(self, block: Block, aliases: Aliases) -> None:
        """Takes in the entries of a block."""
        entries = [piece.entry for piece in block.pieces if piece.entry is not None]
        self.has_all = self.has_all and len(entries) == len(block.pieces)
        self.marks += b"".join([mark_of_item(block.source.text[start:end]) for start, end in block.spans])
        for piece in block.pieces:
            self.findings.extend(piece.findings)
        by_entry = [rows_of(number, entry, aliases) for number, entry in enumerate(entries, self.count)]
        if max(map(len, by_entry), default=0) >= 1 << self.bits:
            raise ManyRowsError
        self._note(entries, block)
        self._write(by_entry)
        self._look_up(by_entry)
        self.count += len(entries)

    def _note(self, entries: list[Entry], block: Block) -> None:
        """Keeps what entries say besides their keywords."""
        names, rows, tags = [], [], defaultdict[str, list[int]](list)
        for number, entry in enumerate(entries, self.count):
            if entry.each or is_own(entry) or any(map(_is_unknown, entry.when_stack)):
                raise NotCutError
            requires = tuple([name.value for name in entry.requires])
            names.append((entry.id.value, entry.id_written, entry.paths[0].value))
            rows.append((tuple(entry_row(entry, {}, {entry.source: block.source})), requires))
            self.wanted.update(requires)
            self.agents.update([agent.value for agent in entry.agents or ()])
            for tag in entry.tags:
                tags[tag.value].append(number)
            if entry.for_files:
                self.at_hand.append(number)
            if entry.agents == ():
                self.manual.append(number)
            if entry.needs_both:
                self.both.append(number)
        self.spill.append("names", names)
        self.spill.append("entries", rows)
        if tags:
            self.spill.add("tags", {tag: tuple(numbers) for tag, numbers in tags.items()})

    def _write(self, by_entry: list[list[RawRow]]) -> None:
        """Writes the cells of the rows of keywords."""
        for number, rows in enumerate(by_entry, self.count):
            data = encoded(packed(rows))
            self._table += row_of("keywords", number, self._offset, data)
            self._file.write(data)
            self._offset += len(data)

    def _look_up(self, by_entry: list[list[RawRow]]) -> None:
        """Keeps what keywords are found by."""
        rows = [row for some in by_entry for row in some]
        numbers = [
            number << self.bits | place
            for number, some in enumerate(by_entry, self.count)
            for place in range(len(some))
        ]
        self.rows += len(rows)
        self.longest = max([self.longest, *map(len, [row[4] for row in rows])])
        self.spill.add_keys("keys", *keys_in_lists(rows, numbers))
        self._hold(holders_in(by_entry))
        self._alone |= {row[4][0] for row in rows if len(row[4]) == 1} & grammar_words()
        self._spoken.update(all_spoken_in(rows))
        self._keep_phrases(list(phrases_in(rows, numbers)))

    def _keep_phrases(self, phrases: list[tuple[int, tuple[str, ...]]]) -> None:
        """Keeps phrases as numbers: theirs, how many words each has, and those of the words."""
        words = list(map(self._known.__getitem__, chain.from_iterable([words for _, words in phrases])))
        sizes = bytes([len(words) for _, words in phrases])
        self.spill.append(
            "phrases", [array("Q", map(itemgetter(0), phrases)).tobytes(), sizes, array("I", words).tobytes()]
        )
        _add_up(self._phrases, Counter(words), len(self._known))

    def _hold(self, holders: dict[str, int]) -> None:
        """Counts the entries that have each word."""
        numbers = map(self._known.__getitem__, holders)
        _add_up(self._holders, dict(zip(numbers, holders.values(), strict=True)), len(self._known))

    def keywords(self) -> tuple[int, int, int]:
        """Writes the table of the rows of keywords; what the directory says of them."""
        self._file.write(self._table)
        return self._offset, self.count, self.rows

    # ── at the end ─────────────────────────────────────────────────────────────────────────────────────

    def weigh(self) -> None:
        """Weighs the words, and keeps the phrases by each of them."""
        names, weighs = list(self._known), self._weighed()
        counts = {word: count for word, count in enumerate(self._phrases) if count > COMMON and weighs[word]}
        passed = {word for word, weight in enumerate(weighs) if word in counts or not weight}
        for numbers, sizes, data in self.spill.parts("phrases"):
            words = array("I", data).tolist()
            phrases = _phrases(array("Q", numbers), sizes, words)
            rare = [phrase for phrase in phrases if not passed.issuperset(phrase[1])]
            found: dict[int, list[int]] = {word: [] for word in dict.fromkeys(words) if word not in passed}
            enter_phrases(found, rare, weighs)
            self.spill.add("parts", {names[word]: tuple(cell) for word, cell in found.items()})
        self.spill.add("parts", {names[word]: (-count,) for word, count in counts.items()})
        self.spill.add("parts", near_of(self._spoken))

    def _weighed(self) -> array[int]:
        """What each word weighs, by its number; kept as well."""
        weigh, weighs = Weigher(self.count, self._alone), array("H")
        words = zip(self._known, self._holders, strict=True)
        while some := {word: weigh(word, count) for word, count in islice(words, AT_ONCE)}:
            self.spill.add("weights", some)
            weighs.extend([weight & WEIGHT for weight in some.values()])
        return weighs

    def enter_names(self, wanted: set[str]) -> dict[str, int]:
        """Keeps the ids with the entries they stand for; those of the names that are wanted."""
        places = self._places()
        found: dict[str, int] = {}
        number = 0
        for part in self.spill.parts("names"):
            names: dict[str, int] = {}
            for at, (name, is_written, path) in enumerate(part, number):
                last = name.rpartition("/")[2] if is_written else stem_of(path)
                first = name if is_written else places.get(path, name)
                for one, kind in ((first, WRITTEN if is_written else PLACED), (last, LAST)):
                    said = kind << KIND | at
                    names[one] = first_of(names[one], said) if one in names else said
            number += len(part)
            self.spill.add("ids", names)
            for name in wanted.intersection(names):
                found[name] = first_of(found[name], names[name]) if name in found else names[name]
        return {name: entry_of(said) for name, said in found.items()}

    def _places(self) -> dict[str, str]:
        """The ids of entries without a written one whose file's name another has, by path."""
        names = chain.from_iterable(self.spill.parts("names"))
        return places_of((name, path) for name, is_written, path in names if not is_written)

    def entries(self, ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
        """The rows of entries, with their ids and what they require as they are known now."""
        places = self._places()
        names = chain.from_iterable(self.spill.parts("names"))
        rows = chain.from_iterable(self.spill.parts("entries"))
        for (name, is_written, path), (row, requires) in zip(names, rows, strict=True):
            values = list(row)
            values[0] = name if is_written else places.get(path, name)
            values[5] = tuple(dict.fromkeys([ids[one] for one in requires]))
            yield tuple(values)


class _Numbers(dict[str, int]):
    """Words with numbers, in the order in which they were first asked for."""

    def __missing__(self, word: str) -> int:
        found = self[word] = len(self)
        return found


def _add_up(counts: array[int], more: dict[int, int], size: int) -> None:
    """Adds to counts, of which there are so many now."""
    counts.extend(repeat(0, size - len(counts)))
    for number, count in more.items():
        counts[number] += count


def _phrases(numbers: Iterable[int], sizes: bytes, words: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Phrases as they were kept: each with its number, and the numbers of its words."""
    at = 0
    for number, size in zip(numbers, sizes, strict=True):
        yield number, words[at : at + size]
        at += size


def first_of(one: int, other: int) -> int:
    """What a name stands for that two entries have."""
    if one >> KIND == WRITTEN and other >> KIND == WRITTEN and one != other:
        raise NotCutError  # an id that is written twice is told with both places
    return min(one, other)


def entry_of(standing: int) -> int:
    """The number of the entry that a name stands for, without how it came to."""
    return standing & (1 << KIND) - 1


def _is_unknown(name: Any) -> bool:
    from ..workspace.stack.requirements import requirement

    return requirement(name.value) is None

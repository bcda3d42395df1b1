"""`Tables`: an index compiled for look-up. The same shape in memory and as read from the snapshot.

Everything in a table is made of texts, whole numbers and tuples, so that it can be stored as it is. The mappings
only need `get`, the rows only `[number]` and `len`: a stored index reads just the parts that a task's words need.
"""

from __future__ import annotations

from ..record import Record, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal, Protocol, TypeVar

    from .regular import Program

    #: A cell as it is kept, with the numbers of the keywords; of what stands for a single keyword alone, its number; of
    #: what phrases only begin with, whatever follows, the length of the longest, below zero.
    KeptCell = int | tuple[Any, ...]

    T_co = TypeVar("T_co", covariant=True)

    class Lookup(Protocol[T_co]):
        """What is asked of a stored mapping."""

        def get(self, key: str, /) -> T_co | None: ...

    class Rows(Protocol[T_co]):
        """What is asked of stored rows."""

        def __getitem__(self, number: int, /) -> T_co: ...
        def __len__(self) -> int: ...

    class KeywordRows(Protocol):
        """What is asked of the rows of keywords."""

        def __getitem__(self, number: int, /) -> KeywordRow: ...
        def __len__(self) -> int: ...
        def raw(self, number: int, /) -> RawRow: ...
        def numbers(self) -> Iterator[int]: ...
        def of_entry(self, entry: int, /) -> list[RawRow]: ...


#: What is asked of a keyword that may stand in a task: its entry, its number, a sign that must stand before it, its
#: words.
Called = tuple[int, int, str, tuple[str, ...]]

#: What stands under words joined: the length of the longest phrase that begins so; whether it is a part of some
#: keyword's word, or `ANY` where phrases that begin so may go on with anything; the three letters, or fewer, that else
#: they go on with (each between blanks); the keywords it stands for.
Cell = tuple[int, int, str, tuple[Called, ...]]

#: What one word of a task calls for: the keywords that the word alone stands for; its normal form; what may follow (see
#: `Tables.following`); the rest as in a cell.
Call = tuple[tuple[Called, ...], str, "frozenset[str] | None", int, int, str]

#: A row of a keyword as it is made and stored: the fields of a `KeywordRow` without what its words weigh.
RawRow = tuple[int, str, str, str, tuple[str, ...], str]

#: In a cell: phrases go on with anything.
ANY = 2
#: How many words of tasks are remembered with what they call for.
KNOWN = 50_000
#: The bits that hold a weight in `Tables.weights`, or a share in `Tables.parts`, and how many they are.
WEIGHT = SHARE = 1023
WEIGHT_BITS = SHARE_BITS = 10

KINDS = KEYWORD, WRITTEN_ID, STEM_ID, VETO, SECTION = "keyword", "id", "file name", "exclude", "section"


class KeywordRow(Record):
    """One way to read a keyword: `words` in normal form, `weights` in thousandths, signs that must stand before it.

    `worth` is what the whole keyword adds to a score when it stands alone. `text` is what the author wrote; `alias` the
    reading that differs from it, if any. `kind` says what it is.
    """

    entry: int
    text: str
    kind: str
    lead: str
    words: tuple[str, ...]
    weights: tuple[int, ...]
    worth: int
    alias: str


def weighed(row: RawRow, weights: Lookup[int]) -> KeywordRow:
    """A row with what its words weigh, and what they are worth together."""
    entry, text, kind, lead, words, alias = row
    given = tuple([(weights.get(word) or 0) & WEIGHT for word in words])
    return record(KeywordRow, (entry, text, kind, lead, words, given, worth_of(words, given), alias))


def worth_of(words: tuple[str, ...], weights: tuple[int, ...]) -> int:
    """What a whole keyword adds when it stands alone, in thousandths."""
    return round(factor(words) * sum(dict(zip(words, weights, strict=True)).values()))


def factor(words: tuple[str, ...]) -> float:
    """What a whole keyword of these words counts: a quarter more for each further word."""
    return 1 + 0.25 * (len(words) - 1)


class EntryRow(Record):
    """What choosing needs to know of an entry; `paths` holds path, line and column.

    `free` are entries that nothing but a keyword decides: no veto, no `when_files`, no `needs: both`, not for
    nobody. `keywords` is how many the author wrote, `sections` holds keywords of sections with the headings they call
    for.
    """

    id: str
    source: str
    paths: tuple[tuple[str, int, int], ...]
    tags: tuple[str, ...]
    agents: tuple[str, ...] | None
    requires: tuple[int, ...]
    when_files: tuple[str, ...]
    priority: float
    whole_only: bool
    description: str
    has_veto: bool
    free: bool
    keywords: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    for_files: tuple[str, ...]
    when_stack: tuple[str, ...]
    needs_both: bool

    def sections_of(self, keyword: str) -> tuple[str, ...]:
        """The headings that a keyword of a section calls for."""
        return next((headings for text, headings in self.sections if text == keyword), ())


class AgentRow(Record):
    """What the index says of one agent: entries of its `agent_defaults`, its fallback, its `always`."""

    defaults: tuple[int, ...] | None
    fallback: str | tuple[str, ...] | None
    always: tuple[str, ...]


class RuleRow(Record):
    """A rule: a pattern, the words of which one must occur for it to fire, its program where it is regular, and
    the entries it calls for."""

    pattern: str
    needed: tuple[str, ...]
    program: Program | None
    entries: tuple[int, ...]
    testing: bool
    description: str
    source: str
    line: int
    column: int

    def may_fire(self, low: str) -> bool:
        """Whether one of the words that it needs stands in a text in lower case, on one line."""
        return not self.needed or any(word in low for word in self.needed)


class Meta(Record):
    """What holds for the whole index.

    `documents` changes whenever what the entries' documents are does; `budget` holds `max_tokens` and `max_files`, None
    where there is no limit; `at_hand` numbers the entries that files at hand may call for, `manual` those that
    must be named, `both` those that ask for a word and a file together. `forgets`: no topic of a
    conversation is remembered. `has_own`: skills of the person's own are among the entries. In `bits` of a keyword's
    number stands its place among those of its entry.
    """

    name: str
    match: str
    fallback: str | tuple[str, ...] | None
    always: tuple[str, ...]
    entry_count: int
    longest: int
    documents: str = ""
    budget: tuple[int | None, int | None] = (None, None)
    at_hand: tuple[int, ...] = ()
    manual: tuple[int, ...] = ()
    both: tuple[int, ...] = ()
    forgets: bool = False
    has_own: bool = False
    bits: int = 0


class ReasonParts(Record):
    """What the reasons of one keyword with one score have in common: a `Reason` without its places."""

    layer: Literal["keyword"]
    kind: Any
    by: str
    entry: str
    terms: tuple[Any, ...]
    note: str
    sections: tuple[str, ...]


class Alone(Record):
    """What a keyword that stands alone adds to its entry's score, and the parts of its reason."""

    score: int
    parts: ReasonParts


def _unknown(run: str) -> None:
    """Nothing is known of what goes on, unless tables are prepared (`lookups.prepared`)."""


def names_of(lookup: Any) -> list[str]:
    """Every key of a mapping, in memory or stored, sorted."""
    return sorted(lookup) if isinstance(lookup, dict) else list(lookup.names())


class Cells:
    """`keys` with what is asked of each keyword in the place of its number; only those that the key does stand for."""

    def __init__(self, keys: Lookup[KeptCell], keywords: KeywordRows) -> None:
        self._keys = keys
        self._row = keywords.raw

    def get(self, key: str, /) -> Cell | None:
        kept = self._keys.get(key)
        if kept is None:
            return None
        longest, parts, onward, numbers = open_cell(kept)
        called = [one for one in map(self._called, numbers) if is_joined(one[3], key)]
        return (longest, parts, onward, tuple(called)) if called or longest or parts else None

    def _called(self, number: int) -> Called:
        return called_by(number, self._row(number))


def called_by(number: int, row: RawRow) -> Called:
    """What is asked of the keyword of this number."""
    return row[0], number, row[3], row[4]


def open_cell(cell: KeptCell) -> tuple[int, int, str, tuple[int, ...]]:
    """The parts of a cell of `Tables.keys`, with the numbers of the keywords."""
    if isinstance(cell, int):
        return (-cell, ANY, "", ()) if cell < 0 else (0, 0, "", (cell,))
    return cell[0], cell[1], cell[2], cell[3:]


def is_joined(words: tuple[str, ...], key: str) -> bool:
    """Whether a key is these words as one, or as one word would be folded."""
    joined = "".join(words)
    if joined == key:
        return True
    from .tokens import form

    return form(joined) == key


class Memory:
    """What was worked out from tables while they served, kept beside them: it changes, and they do not.

    `calls` is what words call for by themselves (see `matcher`), `alone` what a keyword that stands alone adds,
    `reasons` what the reasons of one keyword with one score have in common, `stems` the words of an entry's names,
    `readings` what words that nobody knows read as (see `slips`).
    """

    __slots__ = ("calls", "reasons", "alone", "stems", "readings", "_by_tree")

    def __init__(self) -> None:
        self.calls: dict[str, Call | tuple[()]] = {}
        self.reasons: dict[tuple[int, int], ReasonParts] = {}
        self.alone: dict[int, Alone] = {}
        self.stems: dict[int, list[tuple[str, ...]]] = {}
        self.readings: dict[str, str] = {}
        self._by_tree: tuple[object, dict[int, tuple[str, ...]], dict[Any, tuple[Any, ...]]] = (None, {}, {})

    def remember_reason(self, key: tuple[int, int], parts: ReasonParts) -> None:
        """Keeps what the reasons of one keyword with one score have in common."""
        if len(self.reasons) >= KNOWN:
            self.reasons.clear()
        self.reasons[key] = parts

    def files_in(self, tree: object) -> dict[int, tuple[str, ...]]:
        """The files of entries as they were found in a tree, remembered until another tree is asked."""
        return self._of(tree)[1]

    def answers_in(self, tree: object) -> dict[Any, tuple[Any, ...]]:
        """What an entry adds to an answer when whole keywords alone decide it (by number), what stands at a path (by
        path), whose file it is (by its name in a tuple); remembered in the same way."""
        kept = self._by_tree
        return kept[2] if kept[0] is tree else self._of(tree)[2]

    def _of(self, tree: object) -> tuple[object, dict[int, tuple[str, ...]], dict[Any, tuple[Any, ...]]]:
        kept = self._by_tree
        if kept[0] is not tree:  # another thread may ask another tree meanwhile: what is given is of this one
            self._by_tree = kept = (tree, {}, {})
        return kept


class Tables:
    """One compiled index."""

    # `keys` gives for words joined in normal form the length of the longest phrase that begins so, whether they are
    # a part of some keyword's word, what phrases go on with (see `Cell`), then the numbers of the keywords they stand
    # for; `parts` the phrases that hold a word, the share of its weight in thousandths in the last bits of each number
    # (where there are too many, how many, below zero), and words by how they begin and end, with how many keywords have
    # them (see `slips`); `weights` what a word weighs and, above those bits, how many entries have it.

    __slots__ = (
        "meta",
        "keys",
        "cells",
        "parts",
        "keywords",
        "entries",
        "agents",
        "ids",
        "bundles",
        "rules",
        "tags",
        "weights",
        "mode",
        "plain",
        "memory",
        "following",
    )

    def __init__(
        self,
        meta: Meta,
        keys: Lookup[KeptCell],
        parts: Lookup[Any],
        keywords: KeywordRows,
        entries: Rows[EntryRow],
        agents: Lookup[AgentRow],
        ids: Lookup[int],
        bundles: Lookup[tuple[int, ...]],
        rules: tuple[RuleRow, ...],
        tags: Lookup[tuple[int, ...]],
        weights: Lookup[int],
    ) -> None:
        self.meta = meta
        self.keys = keys
        self.cells: Lookup[Cell] = Cells(keys, keywords)
        self.parts = parts
        self.keywords = keywords
        self.entries = entries
        self.agents = agents
        self.ids = ids
        self.bundles = bundles
        self.rules = rules
        self.tags = tags
        self.weights = weights
        #: What was worked out while they served.
        self.memory = Memory()
        #: The mode where a request names none.
        self.mode = meta.match or "focused"
        #: Nothing but directives and keywords chooses: there is no rule, and nothing that always comes or files call
        #: for.
        self.plain = not (rules or meta.always or meta.at_hand or meta.manual)
        #: The three letters, or fewer, with which goes on what begins so in `keys`; None where that is not known.
        self.following: Callable[[str], frozenset[str] | None] = _unknown

    def has_word(self, word: str) -> bool:
        """Whether a word in normal form is one of a keyword's."""
        if self.parts.get(word) is not None:
            return True
        cell = self.cells.get(word)
        return cell is not None and bool(cell[3])  # else phrases only begin so

    def __repr__(self) -> str:
        return f"<Tables of {self.meta.name}: {len(self.entries)} entries, {len(self.keywords)} keywords>"

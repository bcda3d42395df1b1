"""`Index` → `Tables`: keywords in normal form, with their aliases and weights, ready for look-up.

What is looked up in the keywords is made by `lookups`; `docs/matching.md` gives the formula of their weights.
"""

from __future__ import annotations

from itertools import chain

from ..index.model import Entry, Index, Text
from ..index.place_ids import stem_of
from ..record import record
from ..text.source import Source
from .inflection import normal
from .lookups.keys import keys_of_rows
from .lookups.parts import parts_of_rows
from .lookups.weights import WeighedRows, bits_for, weights_of
from .tables import (
    KEYWORD,
    SECTION,
    STEM_ID,
    VETO,
    WRITTEN_ID,
    AgentRow,
    EntryRow,
    Meta,
    RawRow,
    RuleRow,
    Tables,
)
from .tokens import form, tokenize
from .word_lists import ALSO, SAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from .tables import KeptCell, Lookup

#: How many ways to read one keyword are kept.
READINGS = 12
#: The bits of the sum of `said_of`.
SAID = 0xFFFF_FFFF_FFFF_FFFF
#: How many words are remembered with their normal forms.
MANY = 50_000
#: The longest keyword that can match, in words; the longest that is surely no longer, in letters.
WORDS, FEW = 50, 99


def compile_index(index: Index, *, words: bool = True) -> Tables:
    """The tables of an index; without `words` those that hold no keyword, for what needs ids and rules alone.

    >>> from ctxload.index.parser import parse
    >>> compile_index(parse(Source("i", "context_files: [{path: a.md, keywords: [rest framework]}]")).index)
    <Tables of i: 1 entries, 2 keywords>
    """
    aliases = aliases_of(index)
    entries = index.entries if words else ()
    by_entry = [rows_of(number, entry, aliases) for number, entry in enumerate(entries)]
    rows = [row for of_entry in by_entry for row in of_entry]
    weights = weights_of(by_entry, len(index.entries))
    keywords = WeighedRows(by_entry, bits_for(by_entry), weights)
    numbers = list(keywords.numbers())
    return tables_of(index, keywords, keys_of_rows(rows, numbers), parts_of_rows(rows, numbers, weights), weights)


def tables_of(
    index: Index,
    keywords: WeighedRows,
    keys: dict[str, KeptCell],
    parts: dict[str, Any],
    weights: dict[str, int],
) -> Tables:
    """The tables of an index, of what its keywords are found by."""
    ids = _ids(index.entries)
    tags: dict[str, list[int]] = {}
    for number, entry in enumerate(index.entries):
        for tag in entry.tags:
            tags.setdefault(tag.value, []).append(number)
    places = {source.name: source for source in index.sources}
    meta = settings_of(index).replace(
        entry_count=len(index.entries),
        longest=keywords.longest(),
        documents=documents_of([_said_of(entry) for entry in index.entries]),
        at_hand=tuple([number for number, entry in enumerate(index.entries) if entry.for_files]),
        manual=tuple([number for number, entry in enumerate(index.entries) if entry.agents == ()]),
        both=tuple([number for number, entry in enumerate(index.entries) if entry.needs_both]),
        has_own=any(is_own(entry) for entry in index.entries),
        bits=keywords.bits,
    )
    return Tables(
        meta, keys, parts, keywords,
        [entry_row(entry, ids, places) for entry in index.entries],
        agents_of(index, ids, {agent.value for entry in index.entries for agent in entry.agents or ()}),
        ids,
        bundles_of(index, ids),
        rules_of(index, ids),
        {tag: tuple(numbers) for tag, numbers in tags.items()},
        weights,
    )  # fmt: skip


def settings_of(index: Index) -> Meta:
    """What holds for the whole of an index, whatever its entries are."""
    star = {name.value: value for name, value in index.fallback}
    always = {name.value: value for name, value in index.always}
    budget = (index.budget.max_tokens, index.budget.max_files) if index.budget else (None, None)
    return Meta(
        index.name, index.match, _fallback(star.get("*")), _values(always.get("*", ())), 0, 0,
        budget=budget, forgets=index.forgets,
    )  # fmt: skip


def is_own(entry: Entry) -> bool:
    """Whether an entry is a skill of the person's own."""
    return entry.id.value.startswith("~/")


def phrase(text: str) -> tuple[str, tuple[str, ...]]:
    """The signs a keyword begins with and its words in normal form; no words when it can never match.

    >>> phrase(".NET"), phrase("REST-Framework"), phrase("rest, framework")
    (('.', ('net',)), ('', ('rest', 'framework')), ('', ()))
    """
    if text.isascii() and len(text) <= FEW and text[:1].isalnum():
        plain = text.replace("-", " ").replace("_", " ")
        if plain.replace(" ", "").isalnum():
            return "", tuple(map(form, plain.lower().split()))
    tokens = tokenize(text[:1000])
    if len(tokens.words) != 1:
        return "", ()
    words = tuple(tokens.forms[0])
    if len(words) > WORDS:
        return "", ()
    if text[0].isalnum():
        return "", words
    before = tokens.text[: tokens.spans[0][0][0]].lstrip()
    lead = "".join(
        char for char in before if not char.isspace() and char not in "'\"`()[]{}<>|,;!?\u2018\u2019\u201c\u201d"
    )
    return lead if before.endswith(lead) else "", words


class Aliases:
    """The readings of a word: the built-in pairs and the index's own.

    Signs count: `dotnet` is `.net` and not `net`, and `.env` isn't `environment`.

    >>> Aliases().readings("", ("dotnet", "core")), Aliases().readings(".", ("env",))
    ([('.', ('net', 'core'))], [])
    """

    def __init__(self, own: Iterable[tuple[Text, tuple[Text, ...]]] = ()) -> None:
        self.of: dict[tuple[str, ...], dict[tuple[str, str, tuple[str, ...]], None]] = {}
        pairs = [*SAME, *((word.value, other.value) for word, others in own for other in others)]
        for one, other in pairs:
            mine, theirs = phrase(one), phrase(other)
            self._add(theirs, mine)
            self._add(mine, theirs)
        for narrow, wide in ALSO:
            self._add(phrase(wide), phrase(narrow))
        self.longest = max(map(len, self.of))
        self.first = {words[0] for words in self.of}
        #: The normal forms of words that are written plainly.
        self.plain = _Plain()

    def _add(self, word: tuple[str, tuple[str, ...]], reading: tuple[str, tuple[str, ...]]) -> None:
        (lead, key), (other_lead, other) = word, reading
        found = (lead, other_lead, other)
        if key and other and (lead, key) != (other_lead, other):
            self.of.setdefault(key, {})[found] = None

    def readings(self, lead: str, words: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Signs and words with aliases put in for one run of them at a time, without the words themselves."""
        found: list[tuple[str, tuple[str, ...]]] = []
        if self.first.isdisjoint(words):
            return found
        for start in range(len(words)):
            for end in range(start + 1, min(start + self.longest, len(words)) + 1):
                for before, own, other in self.of.get(words[start:end], ()):
                    if len(found) == READINGS - 2:
                        return found
                    if before == ("" if start else lead):
                        found.append((lead if start else own, words[:start] + other + words[end:]))
        return found


class _Plain(dict[str, str]):
    """The normal forms of words, worked out once; empty where one is more than letters and digits in lower case."""

    def __missing__(self, word: str) -> str:
        if len(self) > MANY:  # a process that serves may read many an index
            self.clear()
        is_plain = word.isascii() and word.isalnum() and word == word.lower() and len(word) <= FEW
        self[word] = found = form(word) if is_plain else ""
        return found


_BUILT_IN: list[Aliases] = []


def aliases_of(index: Index | None) -> Aliases:
    """The aliases that hold in an index; the built-in ones alone, which hold in every one, are made once."""
    if index is not None and index.aliases:
        return Aliases(index.aliases)
    if not _BUILT_IN:
        _BUILT_IN.append(Aliases())
    return _BUILT_IN[0]


def rows_of(number: int, entry: Entry, aliases: Aliases) -> list[RawRow]:
    """The rows of the keywords of an entry, of the names it has and of its vetoes."""
    rows: list[RawRow] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    plain, has_no_alias = aliases.plain.__getitem__, aliases.first.isdisjoint
    for text, _, _, _ in entry.keywords:
        words = tuple(map(plain, text.split(" ")))  # as `phrase` has it, for most
        if "" in words or len(text) > FEW:
            _add_readings(rows, number, text, KEYWORD, aliases, seen)
            continue
        if (one := ("", words)) not in seen:
            seen.add(one)
            rows.append((number, text, KEYWORD, "", words, ""))
        if not has_no_alias(words):
            _add_others(rows, number, text, KEYWORD, aliases.readings("", words), seen)
    if entry.id_written:
        _add_readings(rows, number, entry.id.value, WRITTEN_ID, aliases, seen)
    for text, _ in _sections(entry) if entry.sections else ():
        _add_readings(rows, number, text, SECTION, aliases, seen)
    for name in (
        [path.value.replace("\\", "/").rpartition("/")[2] for path in entry.paths]
        if entry.id_written
        else [stem_of(entry.paths[0].value)]
    ):
        _add_readings(rows, number, name.rsplit(".", 1)[0] if entry.id_written else name, STEM_ID, aliases, seen)
    vetoed: set[tuple[str, tuple[str, ...]]] = set()
    for veto in entry.exclude:
        _add_readings(rows, number, veto.value, VETO, aliases, vetoed)
    return rows


def _sections(entry: Entry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The keywords of an entry's sections, each once however it is written, with the headings they call for."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, list[str]]] = {}
    for heading, keywords in entry.sections:
        for keyword in keywords:
            found.setdefault(phrase(keyword.value), (keyword.value, []))[1].append(heading.value)
    return tuple([(text, tuple(dict.fromkeys(headings))) for text, headings in found.values()])


def _add_readings(
    rows: list[RawRow], number: int, text: str, kind: str, aliases: Aliases, seen: set[tuple[str, tuple[str, ...]]]
) -> None:
    """Adds a row for each way to read a text."""
    one = lead, words = phrase(text)
    if not words:
        return
    if one not in seen:
        seen.add(one)
        rows.append((number, text, kind, lead, words, ""))
    if kind == STEM_ID:
        return
    others = [(lead, parts) for parts in _camel(text)] + aliases.readings(lead, words)
    _add_others(rows, number, text, kind, others, seen)


def _add_others(
    rows: list[RawRow],
    number: int,
    text: str,
    kind: str,
    others: list[tuple[str, tuple[str, ...]]],
    seen: set[tuple[str, tuple[str, ...]]],
) -> None:
    """Adds a row for each way to read a text that isn't how it is written."""
    for other in others:
        if other not in seen:
            seen.add(other)
            rows.append((number, text, kind, *other, other[0] + " ".join(other[1])))


def _camel(text: str) -> list[tuple[str, ...]]:
    """The parts of a camelCase keyword, where each has three letters or more."""
    if not text.isalnum() or not text.isascii() or text.islower() or text.isupper():
        return []
    cuts = [
        at
        for at in range(1, len(text))
        if text[at].isupper() and (text[at - 1].islower() or (at + 1 < len(text) and text[at + 1].islower()))
    ]
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    if len(parts) < 2 or any(len(part) < 3 for part in parts):
        return []
    return [tuple(normal(part.lower()) for part in parts)]


def _ids(entries: tuple[Entry, ...]) -> dict[str, int]:
    """Number by id; a written id goes before a file's stem, and the first before a later one. A stem that several files
    have is the id of none, and the index means the first by it.
    """
    ids: dict[str, int] = {}
    for written in (True, False):
        for number, entry in enumerate(entries):
            if entry.id_written is written:
                ids.setdefault(entry.id.value, number)
    for number, entry in enumerate(entries):
        name = entry.id.value.rpartition("/")[2] if entry.id_written else stem_of(entry.paths[0].value)
        ids.setdefault(name, number)
    return ids


def _numbers(names: Iterable[Text], ids: Lookup[int]) -> tuple[int, ...]:
    found = [ids.get(name.value) for name in names]
    return tuple(dict.fromkeys([number for number in found if number is not None]))


def documents_of(marks: Sequence[int]) -> str:
    """What tells whether the documents are still those of the same entries in the same order, by what `said_of` gives
    of each: the sum of what each says behind the one before, so that an edit changes a few of its terms.
    """
    return sign_of_documents(sum(map(said_behind, chain((0,), marks), marks)), len(marks))


def sign_of_documents(total: int, count: int) -> str:
    """What `documents_of` makes of such a sum over so many entries."""
    return f"{total & SAID:x}.{count:x}"


def said_behind(before: int, mark: int) -> int:
    """What tells that an entry stands behind another, whose mark is 0 where there is none.

    >>> said_behind(1, 2) + said_behind(2, 3) != said_behind(1, 3) + said_behind(3, 2)
    True
    """
    mixed = (before * 0x9E3779B97F4A7C15 + mark) & SAID
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & SAID


def _said_of(entry: Entry) -> int:
    return said_of(entry.id.value, entry.description, _values(entry.paths))


def said_of(name: str, description: str, paths: tuple[str, ...]) -> int:
    """What tells whether the document of an entry is still the same.

    >>> said_of("api", "", ("api.md",)) == said_of("api", "of it", ("api.md",))
    False
    """
    from zlib import adler32, crc32

    said = "\1".join((name, description, *paths)).encode("utf-8", "surrogatepass")
    return crc32(said) << 32 | adler32(said)


def said_of_row(row: EntryRow | Sequence[Any]) -> int:
    """The same of the row of an entry."""
    return said_of(row[0], row[9], tuple([path for path, _, _ in row[2]]))


def _values(names: Iterable[Text]) -> tuple[str, ...]:
    return tuple(name.value for name in names)


def _fallback(value: str | tuple[Text, ...] | None) -> str | tuple[str, ...] | None:
    return value if value is None or isinstance(value, str) else _values(value)


def entry_row(entry: Entry, ids: Lookup[int], sources: dict[str, Source]) -> EntryRow:
    """What choosing needs to know of an entry."""
    source = sources[entry.source]
    return record(EntryRow, (
        entry.id.value,
        entry.source,
        tuple([(path.value, *source.position(path.start)) for path in entry.paths]),
        _values(entry.tags),
        None if entry.agents is None else _values(entry.agents),
        _numbers(entry.requires, ids),
        _values(entry.when_files),
        entry.priority,
        entry.whole_only,
        entry.description,
        bool(entry.exclude),
        not (entry.exclude or entry.when_files or entry.when_stack or entry.needs_both or entry.agents == ()),
        len(entry.keywords),
        _sections(entry),
        _values(entry.for_files),
        _values(entry.when_stack),
        entry.needs_both,
    ))  # fmt: skip


def agents_of(index: Index, ids: Lookup[int], named: set[str]) -> dict[str, AgentRow]:
    """What an index says of each agent; `named` are those that entries name."""
    fallback = {name.value: value for name, value in index.fallback}
    always = {name.value: value for name, value in index.always}
    defaults = {name.value: _numbers(names, ids) for name, names in index.agent_defaults}
    return {
        name: AgentRow(defaults.get(name), _fallback(fallback.get(name)), _values(always.get(name, ())))
        for name in sorted((named | set(defaults) | set(fallback) | set(always)) - {"*"})
    }


def bundles_of(index: Index, ids: Lookup[int]) -> dict[str, tuple[int, ...]]:
    """The entries of each bundle of an index."""
    return {bundle.name.value: _numbers(bundle.ids, ids) for bundle in index.bundles}


def rules_of(index: Index, ids: Lookup[int]) -> tuple[RuleRow, ...]:
    """The rules of an index whose pattern can be used."""
    return tuple(_rule_rows(index, ids, {source.name: source for source in index.sources}))


def _rule_rows(index: Index, ids: Lookup[int], sources: dict[str, Source]) -> Iterator[RuleRow]:
    if not index.rules:
        return
    from .rule_patterns import needed_words, problem, program_of

    for rule in index.rules:
        if problem(rule.pattern.value) is None:
            line, column = sources[rule.pattern.source].position(rule.pattern.start)
            yield RuleRow(
                rule.pattern.value, needed_words(rule.pattern.value), program_of(rule.pattern.value),
                _numbers(rule.ids, ids), rule.testing,
                rule.description, rule.pattern.source, line, column,
            )  # fmt: skip

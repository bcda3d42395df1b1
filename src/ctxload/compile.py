"""`Index` → `Tables`: keywords in normal form, with their aliases and weights, ready for look-up.

A word weighs 1 (a thousand thousandths) when the keywords of a single entry hold it, less the more entries do; a
generic word weighs half and a word of grammar nothing. `docs/matching.md` gives the formula.
"""

from __future__ import annotations

from math import log

from .index import Entry, Index, Text
from .inflect import normal
from .match import worth_of
from .source import Source
from .tables import KEYWORD, STEM_ID, VETO, WRITTEN_ID, AgentRow, EntryRow, KeywordRow, Meta, RuleRow, Tables
from .tokens import tokenize
from .words import ALSO, GENERIC, SAME, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: How many ways to read one keyword are kept.
READINGS = 12

_STOP_FORMS = STOP | {normal(word) for word in STOP}
_GENERIC_FORMS = GENERIC | {normal(word) for word in GENERIC}


def compile_index(index: Index) -> Tables:
    """The tables of an index.

    >>> from .parse import parse
    >>> compile_index(parse(Source("i", "context_files: [{path: a.md, keywords: [rest framework]}]")).index)
    <Tables of i: 1 entries, 2 keywords>
    """
    ids = _ids(index.entries)
    aliases = Aliases(index.aliases)
    rows = [row for number, entry in enumerate(index.entries) for row in _rows(number, entry, aliases)]
    weights = _weights(rows, len(index.entries))
    keywords = [_weighted(row, weights) for row in rows]
    keys, parts = _lookups(keywords)
    star = {name.value: value for name, value in index.fallback}
    always = {name.value: value for name, value in index.always}
    tags: dict[str, list[int]] = {}
    for number, entry in enumerate(index.entries):
        for tag in entry.tags:
            tags.setdefault(tag.value, []).append(number)
    fallback = star.get("*")
    places = {source.name: source for source in index.sources}
    return Tables(
        Meta(
            index.name, index.match, _fallback(fallback), _values(always.get("*", ())), len(index.entries),
            max((len(row.words) for row in keywords), default=0),
            tuple(number for number, entry in enumerate(index.entries) if entry.for_files),
        ),
        keys, parts, keywords,
        [_entry_row(entry, ids, places) for entry in index.entries],
        _agents(index, ids, star, always),
        ids,
        {bundle.name.value: _numbers(bundle.ids, ids) for bundle in index.bundles},
        tuple(_rule_rows(index, ids, places)),
        {tag: tuple(numbers) for tag, numbers in tags.items()},
    )  # fmt: skip


def phrase(text: str) -> tuple[str, tuple[str, ...]]:
    """The signs a keyword begins with and its words in normal form; no words when it can never match.

    >>> phrase(".NET"), phrase("REST-Framework"), phrase("rest, framework")
    (('.', ('net',)), ('', ('rest', 'framework')), ('', ()))
    """
    tokens = tokenize(text[:1000])
    if len(tokens.forms) != 1:
        return "", ()
    if text[:1].isalnum():
        return "", tuple(tokens.forms[0])
    before = tokens.text[: tokens.spans[0][0][0]].lstrip()
    lead = "".join(
        char for char in before if not char.isspace() and char not in "'\"`()[]{}<>|,;!?\u2018\u2019\u201c\u201d"
    )
    return lead if before.endswith(lead) else "", tuple(tokens.forms[0])


class Aliases:
    """The readings of a word: the built-in pairs and the index's own.

    Signs count: `dotnet` is `.net` and not `net`, and `.env` is no `environment`.

    >>> Aliases().readings("", ("dotnet", "core")), Aliases().readings(".", ("env",))
    ([('.', ('net', 'core'))], [])
    """

    def __init__(self, own: Iterable[tuple[Text, tuple[Text, ...]]] = ()) -> None:
        self.of: dict[tuple[str, ...], list[tuple[str, str, tuple[str, ...]]]] = {}
        pairs = [*SAME, *((word.value, other.value) for word, others in own for other in others)]
        for one, other in pairs:
            self._add(other, one)
            self._add(one, other)
        for narrow, wide in ALSO:
            self._add(wide, narrow)
        self.longest = max(map(len, self.of), default=1)

    def _add(self, word: str, reading: str) -> None:
        (lead, key), (other_lead, other) = phrase(word), phrase(reading)
        found = (lead, other_lead, other)
        if key and other and (lead, key) != (other_lead, other) and found not in self.of.setdefault(key, []):
            self.of[key].append(found)

    def readings(self, lead: str, words: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Signs and words with aliases put in for one run of them at a time, without the words themselves."""
        found = []
        for start in range(len(words)):
            for end in range(start + 1, min(start + self.longest, len(words)) + 1):
                for before, own, other in self.of.get(words[start:end], ()):
                    if before == ("" if start else lead):
                        found.append((lead if start else own, words[:start] + other + words[end:]))
        return found[: READINGS - 2]


def _rows(number: int, entry: Entry, aliases: Aliases) -> Iterator[KeywordRow]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for keyword in entry.keywords:
        yield from _readings(number, keyword.value, KEYWORD, aliases, seen)
    kind = WRITTEN_ID if entry.id_written else STEM_ID
    yield from _readings(number, entry.id.value, kind, aliases, seen)
    vetoed: set[tuple[str, tuple[str, ...]]] = set()
    for veto in entry.exclude:
        yield from _readings(number, veto.value, VETO, aliases, vetoed)


def _readings(
    number: int, text: str, kind: str, aliases: Aliases, seen: set[tuple[str, tuple[str, ...]]]
) -> Iterator[KeywordRow]:
    lead, words = phrase(text)
    if not words:
        return
    others = [] if kind == STEM_ID else [*((lead, parts) for parts in _camel(text)), *aliases.readings(lead, words)]
    for own_lead, reading in ((lead, words), *others):
        if (own_lead, reading) not in seen:
            seen.add((own_lead, reading))
            alias = "" if (own_lead, reading) == (lead, words) else own_lead + " ".join(reading)
            yield KeywordRow(number, text, kind, own_lead, reading, (), 0, alias)


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


def _weights(rows: list[KeywordRow], entries: int) -> dict[str, int]:
    holders: dict[str, set[int]] = {}
    for row in rows:
        if row.kind != VETO:
            for word in row.words:
                holders.setdefault(word, set()).add(row.entry)
    whole = log(1 + entries)
    weights = {}
    for row in rows:
        for word in row.words:
            if word not in weights:
                share = log(1 + entries / len(holders.get(word, (0,)))) / whole
                weights[word] = (
                    0 if word in _STOP_FORMS else round(1000 * share * (0.5 if word in _GENERIC_FORMS else 1))
                )
    return weights


def _weighted(row: KeywordRow, weights: dict[str, int]) -> KeywordRow:
    given = tuple([weights[word] for word in row.words])
    row = KeywordRow(row.entry, row.text, row.kind, row.lead, row.words, given, 0, row.alias)
    return KeywordRow(row.entry, row.text, row.kind, row.lead, row.words, given, worth_of(row), row.alias)


def _lookups(keywords: list[KeywordRow]) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """The rows by joined words, after what can follow them (see `Tables`); and phrases by word."""
    keys: dict[str, list[int]] = {}
    parts: dict[str, list[int]] = {}
    for number, row in enumerate(keywords):
        if row.kind != STEM_ID:
            for joined in _joined(row.words):
                keys.setdefault(joined, [0, 0]).append(number)
                for start in _starts(row.words):
                    cell = keys.setdefault(start, [0, 0])
                    cell[0] = max(cell[0], len(joined))
            for part in (*_parts_of(row.words[0]), *_gates(row.words)):
                keys.setdefault(part, [0, 0])[1] = 1
        if row.kind != VETO and (len(row.words) > 1 or row.kind == STEM_ID):
            for word, share in _shares(row).items():
                parts.setdefault(word, []).extend((number, share))
    frozen = {key: tuple(cell) for key, cell in keys.items()}
    return frozen, {key: tuple(numbers) for key, numbers in parts.items()}


def _shares(row: KeywordRow) -> dict[str, int]:
    """What each word of a phrase holds of its weight, in thousandths; words without weight are left out."""
    weights = {word: weight for word, weight in zip(row.words, row.weights, strict=True) if weight}
    whole = sum(weights.values())
    return {word: round(1000 * weight / whole) for word, weight in weights.items()}


def _starts(words: tuple[str, ...]) -> Iterator[str]:
    """What a run may begin with that stands for these words: the first of them, or some as one."""
    run = ""
    for word in words[:-1]:
        run += word
        yield run


def _gates(words: tuple[str, ...]) -> Iterator[str]:
    """What must follow the first words for a run to go on: three letters of what comes next, or a shorter word."""
    for number in range(1, len(words)):
        before = "".join(words[:number])
        yield before + "".join(words[number:])[:3]
        if len(words[number]) < 3:
            yield before + words[number]


def _parts_of(word: str) -> Iterator[str]:
    """What a word may begin with that is written in parts of three letters or more."""
    return (word[:end] for end in range(3, len(word) - 2))


def _joined(words: tuple[str, ...]) -> Iterator[str]:
    """The words written as one, and as one word would be folded: `webpayment` is found in `web payment`."""
    joined = "".join(words)
    yield joined
    if len(words) > 1:
        folded = normal(joined)
        if folded != joined:
            yield folded


def _ids(entries: tuple[Entry, ...]) -> dict[str, int]:
    """Number by id; a written id goes before a file's stem, and the first before a later one."""
    ids: dict[str, int] = {}
    for written in (True, False):
        for number, entry in enumerate(entries):
            if entry.id_written is written:
                ids.setdefault(entry.id.value, number)
    return ids


def _numbers(names: Iterable[Text], ids: dict[str, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids[name.value] for name in names if name.value in ids))


def _values(names: Iterable[Text]) -> tuple[str, ...]:
    return tuple(name.value for name in names)


def _fallback(value: str | tuple[Text, ...] | None) -> str | tuple[str, ...] | None:
    return value if value is None or isinstance(value, str) else _values(value)


def _entry_row(entry: Entry, ids: dict[str, int], sources: dict[str, Source]) -> EntryRow:
    source = sources[entry.source]
    return EntryRow(
        entry.id.value,
        entry.source,
        tuple((path.value, *source.position(path.start)) for path in entry.paths),
        _values(entry.tags),
        None if entry.agents is None else _values(entry.agents),
        _numbers(entry.requires, ids),
        _values(entry.when_files),
        entry.priority,
        entry.whole_only,
        entry.description,
        bool(entry.exclude),
        _values(entry.for_files),
        _values(entry.when_stack),
    )


def _agents(
    index: Index,
    ids: dict[str, int],
    fallback: dict[str, str | tuple[Text, ...]],
    always: dict[str, tuple[Text, ...]],
) -> dict[str, AgentRow]:
    defaults = {name.value: _numbers(names, ids) for name, names in index.agent_defaults}
    named = {agent.value for entry in index.entries for agent in entry.agents or ()}
    return {
        name: AgentRow(defaults.get(name), _fallback(fallback.get(name)), _values(always.get(name, ())))
        for name in sorted((named | set(defaults) | set(fallback) | set(always)) - {"*"})
    }


def _rule_rows(index: Index, ids: dict[str, int], sources: dict[str, Source]) -> Iterator[RuleRow]:
    if not index.rules:
        return
    from .rules import is_quick, needed_words, problem

    for rule in index.rules:
        if problem(rule.pattern.value) is None:
            line, column = sources[rule.pattern.source].position(rule.pattern.start)
            yield RuleRow(
                rule.pattern.value, needed_words(rule.pattern.value), is_quick(rule.pattern.value),
                _numbers(rule.ids, ids), rule.testing,
                rule.description, rule.pattern.source, line, column,
            )  # fmt: skip

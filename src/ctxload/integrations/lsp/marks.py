"""What stands where in an index: every text with its place and what it is, to be found by its offset."""

from __future__ import annotations

from bisect import bisect_right

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...index.model import Entry, Index, Text

#: What a text can be.
PATH, ID, KEYWORD, TAG, AGENT, EXCLUDE, PATTERN, BUNDLE, NAME, TASK, INCLUDE = (
    "path", "id", "keyword", "tag", "agent", "exclude", "pattern", "bundle", "name", "task", "include",
)  # fmt: skip


class Mark(Record):
    """One text of an index: where it is, what it is, and the number of the entry it stands in, or -1.

    `name` is an id or path in a list that may hold either; `id` with `defined` is where an entry gets its id.
    """

    start: int
    end: int
    kind: str
    value: str
    entry: int = -1
    defined: bool = False


class Marks:
    """The marks of one file of an index, in order."""

    def __init__(self, index: Index, file: str) -> None:
        found = {(mark.start, mark.end, mark.kind): mark for mark in _marks(index, file)}
        self.all = tuple(found[key] for key in sorted(found))
        self._starts = [mark.start for mark in self.all]

    def at(self, offset: int) -> Mark | None:
        """The mark at an offset, or right before it."""
        number = bisect_right(self._starts, offset) - 1
        while number >= 0 and offset - self._starts[number] < 10_000:
            if offset <= self.all[number].end:
                return self.all[number]
            number -= 1
        return None


def _marks(index: Index, file: str) -> Iterator[Mark]:
    for number, entry in enumerate(index.entries):
        yield from _of_entry(number, entry, file)
    ids: list[Iterable[Text]] = [rule.ids for rule in index.rules]
    ids += [bundle.ids for bundle in index.bundles]
    ids += [names for _, names in index.agent_defaults]
    names: list[Iterable[Text]] = [names for _, names in index.always]
    names += [names for _, names in index.fallback if not isinstance(names, str)]
    names += [[*case.expect, *case.reject] for case in index.tests]
    agents = [name for name, _ in (*index.agent_defaults, *index.always, *index.fallback)]
    for kind, lists in (
        (ID, ids),
        (NAME, names),
        (AGENT, [agents]),
        (PATTERN, [[rule.pattern for rule in index.rules]]),
        (BUNDLE, [[bundle.name for bundle in index.bundles]]),
        (TASK, [[case.task for case in index.tests]]),
        (INCLUDE, [index.include]),
    ):
        for texts in lists:
            yield from _each(kind, texts, file)


def _of_entry(number: int, entry: Entry, file: str) -> Iterator[Mark]:
    if entry.id_written and entry.id.source == file:
        yield Mark(entry.id.start, entry.id.end, ID, entry.id.value, number, True)
    for kind, texts in (
        (PATH, entry.paths),
        (KEYWORD, entry.keywords),
        (TAG, entry.tags),
        (AGENT, entry.agents or ()),
        (EXCLUDE, entry.exclude),
        (ID, entry.requires),
        *((KEYWORD, words) for _, words in entry.sections),
    ):
        yield from _each(kind, texts, file, number)


def _each(kind: str, texts: Iterable[Text], file: str, entry: int = -1) -> Iterator[Mark]:
    for text in texts:
        if text.source == file and text.end > text.start:
            yield Mark(text.start, text.end, kind, text.value, entry)

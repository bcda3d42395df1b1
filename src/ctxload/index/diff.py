"""What differs between two indexes, places in the text aside."""

from __future__ import annotations

from ..record import Record
from .model import Entry, Index, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_PARTS = (
    "agent_defaults", "rules", "bundles", "always", "fallback", "match", "aliases", "budget", "tests", "include",
    "front_matter", "live", "forgets",
)  # fmt: skip
_ENTRY_PARTS = (
    "paths", "description", "tags", "agents", "exclude", "requires", "sections", "when_files", "for_files",
    "when_stack", "priority", "whole_only", "each", "besides", "needs_both",
)  # fmt: skip


class ChangedEntry(Record):
    """One entry that is not as it was: how many keywords came and went, and which other parts differ."""

    id: str
    added: int
    removed: int
    parts: tuple[str, ...]


class Difference(Record):
    """What an index says now that it did not say before."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[ChangedEntry, ...] = ()
    keywords_added: int = 0
    keywords_removed: int = 0
    parts: tuple[str, ...] = ()


def difference_of(before: Index, after: Index) -> Difference:
    """What differs between two indexes, places in the text aside; entries are known by their ids.

    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> before, after = (parse(Source("i", f"context_files: [{{path: a.md, keywords: {words}}}]")).index for words in ("[x]", "[x, y, z]"))
    >>> difference_of(before, after).edited
    (ChangedEntry(id='a', added=2, removed=0, parts=()),)
    """  # noqa: E501
    old, new = _by_id(before), _by_id(after)
    edited = tuple(
        ChangedEntry(name, *_keywords(old[name], entry), _parts(old[name], entry, _ENTRY_PARTS))
        for name, entry in new.items()
        if name in old and _without_places(old[name]) != _without_places(entry)
    )
    came = [entry for name, entry in new.items() if name not in old]
    went = [entry for name, entry in old.items() if name not in new]
    return Difference(
        tuple(entry.id.value for entry in came),
        tuple(entry.id.value for entry in went),
        edited,
        sum(one.added for one in edited) + sum(len(_words(entry)) for entry in came),
        sum(one.removed for one in edited) + sum(len(_words(entry)) for entry in went),
        _parts(before, after, _PARTS),
    )


def _by_id(index: Index) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in index.entries:
        name, again = entry.id.value, 1
        while name in found:
            again += 1
            name = f"{entry.id.value}#{again}"
        found[name] = entry
    return found


def _keywords(before: Entry, after: Entry) -> tuple[int, int]:
    old, new = _words(before), _words(after)
    return len(new - old), len(old - new)


def _words(entry: Entry) -> set[str]:
    return {keyword.value for keyword in entry.keywords}


def _parts(before: Any, after: Any, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        name for name in names if _without_places(getattr(before, name)) != _without_places(getattr(after, name))
    )


def _without_places(value: Any) -> Any:
    """A value without the places of its texts."""
    if isinstance(value, Text):
        return value.value
    return tuple(map(_without_places, value)) if isinstance(value, tuple) else value

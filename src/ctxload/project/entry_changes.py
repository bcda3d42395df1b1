"""What some entries are called and bring along, before an edit and after it, and what of an index that changes.

Entries are told by the numbers under which they are stored.
"""

from __future__ import annotations

from ..index.place_ids import stem_of
from ..matching.compiler import phrase
from ..matching.lookups.edited import TooMuchChangedError
from ..matching.tables import WRITTEN_ID, AgentRow, EntryRow, Meta, Tables
from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..matching.tables import RawRow

#: An agent of which only entries say something.
ONLY_NAMED = AgentRow(None, None, ())


class Facts(Record):
    """What an entry is called, and its row; the row is None, and it has no names, where there is no such entry."""

    names: frozenset[str]
    row: EntryRow | None

    @property
    def tags(self) -> tuple[str, ...]:
        return self.row.tags if self.row else ()

    @property
    def agents(self) -> tuple[str, ...]:
        return (self.row.agents or ()) if self.row else ()


NO_ENTRY = Facts(frozenset(), None)


def facts_of(row: EntryRow, is_written: bool) -> Facts:
    """The facts of an entry whose id is written, or isn't."""
    stem = stem_of(row.paths[0][0])
    if row.id[:2] == "~/" or not (is_written or row.id == stem):  # where several files have a stem, ids name the place
        raise TooMuchChangedError
    return Facts(frozenset((row.id, row.id.rpartition("/")[2]) if is_written else (stem,)), row)


def is_written(row: EntryRow, keywords: list[RawRow]) -> bool | None:
    """Whether the id of a stored entry is written; None where that doesn't show: where it is the file's name, and a
    keyword.
    """
    if any(kind == WRITTEN_ID for _, _, kind, _, _, _ in keywords):
        return True
    if row.id != stem_of(row.paths[0][0]):
        return "/" not in row.id  # else it may be the place of a file
    known = phrase(row.id)
    return None if any((lead, words) == known for _, _, _, lead, words, _ in keywords) else False


class EntryChanges:
    """What changes where some entries, by number, were `before` and are `now`; `rows` are those of all that were, and
    no other may be called by a `doubtful` name.
    """

    def __init__(
        self,
        tables: Tables,
        before: dict[int, Facts],
        now: dict[int, Facts],
        doubtful: set[str],
        rows: Iterable[Any],
    ) -> None:
        self.tables, self.before, self.now = tables, before, now
        gone = {name for number, facts in before.items() for name in facts.names - now[number].names}
        left = {agent for number, facts in before.items() for agent in facts.agents if agent not in now[number].agents}
        self._named = {agent for facts in now.values() for agent in facts.agents}
        if len([name for facts in now.values() for name in facts.names if name in doubtful]) > len(doubtful):
            raise TooMuchChangedError
        if gone or left or doubtful:
            self._look_at_others(gone, doubtful, rows)
        self.ids = self._ids(gone)
        self.tags = self._tags()
        self.agents: dict[str, AgentRow | None] = {
            agent: ONLY_NAMED for agent in self._named if tables.agents.get(agent) is None
        }
        self.agents |= {agent: None for agent in left - self._named if tables.agents.get(agent) == ONLY_NAMED}

    def _look_at_others(self, gone: set[str], doubtful: set[str], rows: Iterable[Any]) -> None:
        """Sees that nothing names what is called otherwise now, and notes whom the other entries name."""
        called = {number for number, facts in self.before.items() if facts.names - self.now[number].names}
        self._see_unnamed(called)
        alone = gone | doubtful
        for number, row in rows:
            if number in self.before:
                continue
            name = row[0]
            if called.intersection(row[5]) or alone.intersection(
                (name, name.rpartition("/")[2], stem_of(row[2][0][0]))
            ):
                raise TooMuchChangedError
            self._named.update(row[4] or ())
        for number, facts in self.now.items():
            if facts.row and called.intersection(facts.row.requires):
                raise TooMuchChangedError
            if gone.intersection(facts.names & self.before[number].names):
                raise TooMuchChangedError  # two were called so

    def _see_unnamed(self, called: set[int]) -> None:
        """Raises TooMuchChangedError where the index names one of these entries."""
        tables: Any = self.tables
        named = [number for rule in tables.rules for number in rule.entries]
        named += [number for name in tables.bundles.names() for number in tables.bundles.get(name)]
        for agent in tables.agents.names():
            named += tables.agents.get(agent).defaults or ()
        if called.intersection(named):
            raise TooMuchChangedError

    def _ids(self, gone: set[str]) -> dict[str, int | None]:
        ids: dict[str, int | None] = dict.fromkeys(gone)
        for number, facts in self.now.items():
            for name in facts.names - self.before[number].names:
                if ids.get(name, self.tables.ids.get(name) if name not in ids else None) is not None:
                    raise TooMuchChangedError  # two entries are called so
                ids[name] = number
        return ids

    def _tags(self) -> dict[str, tuple[int, ...] | None]:
        found: dict[str, set[int]] = {}
        for facts, is_now in ((self.before, False), (self.now, True)):
            for number, one in facts.items():
                for tag in one.tags:
                    numbers = found.setdefault(tag, set(self.tables.tags.get(tag) or ()))
                    numbers.add(number) if is_now else numbers.discard(number)
        return {tag: tuple(sorted(numbers)) or None for tag, numbers in found.items()}

    def meta(self) -> Meta:
        """What holds for all, the numbers of entries that stand in it among that."""
        meta = self.tables.meta
        return meta.replace(
            at_hand=self._those(meta.at_hand, lambda row: bool(row.for_files)),
            manual=self._those(meta.manual, lambda row: row.agents == ()),
            both=self._those(meta.both, lambda row: row.needs_both),
        )

    def _those(self, numbers: tuple[int, ...], is_one: Any) -> tuple[int, ...]:
        others = [number for number in numbers if number not in self.before]
        return tuple(sorted([*others, *(n for n, facts in self.now.items() if facts.row and is_one(facts.row))]))

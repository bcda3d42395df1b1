"""Many tasks put to two versions: one loop, which gives a summary in memory that does not grow with the tasks.

Summaries of parts of a log merge to that of the whole, whatever the cut and the order: counts are added, and of the
examples those that stand first in the logs are kept.
"""

from __future__ import annotations

import json

from ...fleet.summary import added, both
from ...record import Record
from ...selection.model import EXPLICIT, KEYWORD_LAYER
from ...text.wording import clipped
from ..logs.model import BadLine, BadLines
from .causes import GAINED, LOST, ORDER, Causes, Move
from .changes import Change, Changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..logs.model import Task
    from .versions import Answer, Version

#: How many tasks are shown of each group, how much of each, and how many tasks that cannot be answered.
EXAMPLES, SHOWN, PROBLEMS = 5, 300, 10
_CALLED = (EXPLICIT, KEYWORD_LAYER)


class Example(Record):
    """A task that answers differently: where it stands, what it says, and its files before and after."""

    at: tuple[str, int]
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def place(self) -> str:
        """The log and the line."""
        name, number = self.at
        return f"{name}:{number}" if number else name


class Group:
    """The tasks that one change moved one entry in, in one way; `files` says how often each file of it moved."""

    def __init__(self, tasks: int = 0, files: dict[str, int] | None = None, examples: tuple[Example, ...] = ()) -> None:
        self.tasks, self.files, self.examples = tasks, files or {}, examples

    def merge(self, other: Group) -> None:
        """Counts those of another, too."""
        self.tasks += other.tasks
        _count(self.files, other.files)
        self.examples = first_of((*self.examples, *other.examples))


def _count(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


#: How an entry moved, the entry, and the change that moved it.
Key = tuple[str, str, Change]
#: How often each, before and after.
Both = tuple[dict[str, int], dict[str, int]]
#: What is counted, of all tasks.
COUNTS = (
    "tasks", "changed", GAINED, LOST, ORDER, "silent_before", "silent_after", "unanswered_before", "unanswered_after",
)  # fmt: skip


class Summary:
    """What became of tasks: counts, groups of those that answer differently, and how often each entry fired and each
    file was given. What files come to is worked out by whoever has them.

    `digest` is a sum of the hashes of tasks with both their answers, so that it knows no order.

    >>> one, other = Summary(), Summary()
    >>> one.counts["tasks"], other.counts["tasks"] = 3, 4
    >>> one.merge(other)
    >>> one.counts["tasks"]
    7
    """

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTS, 0)
        self.groups: dict[Key, Group] = {}
        self.fired: Both = ({}, {})
        self.given: Both = ({}, {})
        self.bad = BadLines()
        self.problems: tuple[Example, ...] = ()
        self.digest = 0

    def merge(self, other: Summary) -> None:
        """Counts the tasks of another part of the logs, too."""
        _count(self.counts, other.counts)
        for key, group in other.groups.items():
            self.groups.setdefault(key, Group()).merge(group)
        for mine, theirs in zip((*self.fired, *self.given), (*other.fired, *other.given), strict=True):
            _count(mine, theirs)
        self.bad.merge(other.bad)
        self.problems = first_of((*self.problems, *other.problems), PROBLEMS)
        self.digest = both(self.digest, other.digest)

    def as_data(self) -> dict[str, Any]:
        """The summary as plain data, which JSON carries; `from_data` makes the same of it."""
        return {
            "counts": self.counts,
            "groups": [
                [*key[:2], list(key[2]), group.tasks, group.files, [list(one) for one in group.examples]]
                for key, group in sorted(self.groups.items())
            ],
            "fired": list(self.fired),
            "given": list(self.given),
            "bad": [self.bad.count, [list(one) for one in self.bad.first]],
            "problems": [list(one) for one in self.problems],
            "digest": f"{self.digest:064x}",
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Summary:
        """The summary of `as_data`."""
        found = cls()
        found.counts.update(data["counts"])
        for kind, entry, cause, tasks, files, examples in data["groups"]:
            found.groups[kind, entry, Change(*cause)] = Group(tasks, files, tuple(map(_example, examples)))
        found.fired, found.given = (data["fired"][0], data["fired"][1]), (data["given"][0], data["given"][1])
        count, first = data["bad"]
        found.bad = BadLines(count, (BadLine(*one) for one in first))
        found.problems = tuple(map(_example, data["problems"]))
        found.digest = int(data["digest"], 16)
        return found


def _example(data: list[Any]) -> Example:
    (name, number), text, before, after = data
    return Example((name, number), text, tuple(before), tuple(after))


def first_of(examples: Iterable[Example], most: int = EXAMPLES) -> tuple[Example, ...]:
    """Those that stand first in the logs, each once."""
    return tuple(sorted(set(examples))[:most])


def compare_tasks(tasks: Iterable[Task], before: Version, after: Version, changes: Changes, match: str = "") -> Summary:
    """The summary of tasks put to both versions."""
    work = _Comparer(before, after, Causes(changes), match)
    for task in tasks:
        work.add(task)
    return work.found


class _Comparer:
    def __init__(self, before: Version, after: Version, causes: Causes, match: str) -> None:
        self.before, self.after = before, after
        self.causes = causes
        self.match = match
        self.found = Summary()

    def add(self, task: Task) -> None:
        """Puts a task to both versions and counts what came of it."""
        one, other = self.before.ask(task, self.match), self.after.ask(task, self.match)
        self.found.counts["tasks"] += 1
        asked = [task.text, task.agent, task.files, one.paths, other.paths]
        self.found.digest = added(self.found.digest, json.dumps(asked))
        for number, answer in enumerate((one, other)):
            self._count(answer, number)
        if one.problem or other.problem:
            self._problem(task, one, other)
        if one.paths != other.paths:
            self._moved(task, one, other)

    def _count(self, answer: Answer, number: int) -> None:
        counts, side = self.found.counts, ("before", "after")[number]
        if answer.resolution is None:
            counts[f"unanswered_{side}"] += 1
            return
        entries = {
            reason.entry for file in answer.resolution.files for reason in file.reasons if reason.layer in _CALLED
        }
        counts[f"silent_{side}"] += not entries
        _count(self.found.fired[number], dict.fromkeys(entries, 1))
        _count(self.found.given[number], dict.fromkeys(answer.paths, 1))

    def _problem(self, task: Task, one: Answer, other: Answer) -> None:
        said = Example(_at(task.place), f"{_short(task.text)}: {other.problem or one.problem}", (), ())
        self.found.problems = first_of((*self.found.problems, said), PROBLEMS)

    def _moved(self, task: Task, one: Answer, other: Answer) -> None:
        moves = self.causes.moves(one, other)
        for kind in ("changed", *{move.kind for move in moves}):
            self.found.counts[kind] += 1
        by_key: dict[Key, list[Move]] = {}
        for move in moves:
            by_key.setdefault((move.kind, move.entry, move.cause), []).append(move)
        example = Example(_at(task.place), _short(task.text), one.paths, other.paths)
        for key, some in by_key.items():
            moved = Group(1, {move.path: 1 for move in some}, (example,))
            self.found.groups.setdefault(key, Group()).merge(moved)


def _at(place: str) -> tuple[str, int]:
    """A place that sorts by its line."""
    name, _, number = place.rpartition(":")
    return (name, int(number)) if number.isdecimal() else (place, 0)


def _short(text: str) -> str:
    return clipped(" ".join(text[: 4 * SHOWN].split()), SHOWN)

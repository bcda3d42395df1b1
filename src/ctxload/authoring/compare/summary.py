"""Many tasks put to two versions: one loop, which gives a summary in memory that does not grow with the tasks.

Summaries of parts of a log merge to that of the whole, whatever the cut and the order: counts are added, and of the
examples those that stand first in the logs are kept.
"""

from __future__ import annotations

import json

from ...fleet.summary import added, both
from ...record import Record
from ...selection.model import EXPLICIT, KEYWORD_LAYER
from ..logs.model import BadLine, BadLines
from .causes import GAINED, LOST, ORDER, Causes, Move
from .changes import Change, Changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ..logs.model import Task
    from .versions import Answer, Version

#: How many tasks are shown of each group, how much of each, and how many tasks that cannot be answered.
EXAMPLES, SHOWN, PROBLEMS = 5, 300, 10
#: How often progress is told, in tasks.
TOLD = 100
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
    """The tasks that one change moved one entry in, in one way. `tokens` is what their files come to."""

    def __init__(self, tasks: int = 0, tokens: int = 0, examples: tuple[Example, ...] = ()) -> None:
        self.tasks, self.tokens, self.examples = tasks, tokens, examples

    def merge(self, other: Group) -> None:
        """Counts those of another, too."""
        self.tasks += other.tasks
        self.tokens += other.tokens
        self.examples = first_of((*self.examples, *other.examples))


#: How an entry moved, the entry, and the change that moved it.
Key = tuple[str, str, Change]
#: What is counted, of all tasks.
COUNTS = (
    "tasks", "changed", GAINED, LOST, ORDER, "tokens_before", "tokens_after", "files_before", "files_after",
    "silent_before", "silent_after", "unanswered_before", "unanswered_after",
)  # fmt: skip


class Summary:
    """What became of tasks: counts, groups of those that answer differently, and how often each entry fired.

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
        self.fired: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self.bad = BadLines()
        self.problems: tuple[Example, ...] = ()
        self.digest = 0

    def merge(self, other: Summary) -> None:
        """Counts the tasks of another part of the logs, too."""
        for name, count in other.counts.items():
            self.counts[name] += count
        for key, group in other.groups.items():
            self.groups.setdefault(key, Group()).merge(group)
        for mine, theirs in zip(self.fired, other.fired, strict=True):
            for entry, count in theirs.items():
                mine[entry] = mine.get(entry, 0) + count
        self.bad.merge(other.bad)
        self.problems = first_of((*self.problems, *other.problems), PROBLEMS)
        self.digest = both(self.digest, other.digest)

    def as_data(self) -> dict[str, Any]:
        """The summary as plain data, which JSON carries; `from_data` makes the same of it."""
        return {
            "counts": self.counts,
            "groups": [
                [*key[:2], list(key[2]), group.tasks, group.tokens, [list(one) for one in group.examples]]
                for key, group in sorted(self.groups.items())
            ],
            "fired": list(self.fired),
            "bad": [self.bad.count, [list(one) for one in self.bad.first]],
            "problems": [list(one) for one in self.problems],
            "digest": f"{self.digest:064x}",
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Summary:
        """The summary of `as_data`."""
        found = cls()
        found.counts.update(data["counts"])
        for kind, entry, cause, tasks, tokens, examples in data["groups"]:
            found.groups[kind, entry, Change(*cause)] = Group(tasks, tokens, tuple(map(_example, examples)))
        found.fired = (dict(data["fired"][0]), dict(data["fired"][1]))
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


def compare_tasks(
    tasks: Iterable[Task],
    before: Version,
    after: Version,
    changes: Changes,
    match: str = "",
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """The summary of tasks put to both versions. `progress` hears now and then how many there were."""
    work = _Comparer(before, after, Causes(changes), match)
    for task in tasks:
        work.add(task)
        if progress is not None and work.found.counts["tasks"] % TOLD == 0:
            progress(work.found.counts["tasks"])
    return work.found


class _Comparer:
    def __init__(self, before: Version, after: Version, causes: Causes, match: str) -> None:
        self.versions = (before, after)
        self.causes = causes
        self.match = match
        self.found = Summary()

    def add(self, task: Task) -> None:
        """Puts a task to both versions and counts what came of it."""
        one, other = (version.ask(task, self.match) for version in self.versions)
        counts = self.found.counts
        counts["tasks"] += 1
        asked = [task.text, task.agent, task.files, one.paths, other.paths]
        self.found.digest = added(self.found.digest, json.dumps(asked))
        for answer, version, fired, side in zip(
            (one, other), self.versions, self.found.fired, ("before", "after"), strict=True
        ):
            self._count(answer, version, fired, side)
        if one.problem or other.problem:
            self._problem(task, one, other)
        if one.paths != other.paths:
            counts["changed"] += 1
            self._moved(task, one, other)

    def _count(self, answer: Answer, version: Version, fired: dict[str, int], side: str) -> None:
        counts, tokens = self.found.counts, version.owners.tokens
        if answer.resolution is None:
            counts[f"unanswered_{side}"] += 1
            return
        entries = {
            reason.entry for file in answer.resolution.files for reason in file.reasons if reason.layer in _CALLED
        }
        for entry in entries:
            fired[entry] = fired.get(entry, 0) + 1
        counts[f"tokens_{side}"] += sum(map(tokens, answer.paths))
        counts[f"files_{side}"] += len(answer.paths)
        counts[f"silent_{side}"] += not entries

    def _problem(self, task: Task, one: Answer, other: Answer) -> None:
        said = Example(_at(task.place), f"{_short(task.text)}: {other.problem or one.problem}", (), ())
        self.found.problems = first_of((*self.found.problems, said), PROBLEMS)

    def _moved(self, task: Task, one: Answer, other: Answer) -> None:
        moves = self.causes.moves(one, other)
        example = Example(_at(task.place), _short(task.text), one.paths, other.paths)
        for kind in {move.kind for move in moves}:
            self.found.counts[kind] += 1
        by_key: dict[Key, list[Move]] = {}
        for move in moves:
            by_key.setdefault((move.kind, move.entry, move.cause), []).append(move)
        for key, some in by_key.items():
            tokens = sum(map(self._tokens, some))
            self.found.groups.setdefault(key, Group()).merge(Group(1, tokens, (example,)))

    def _tokens(self, move: Move) -> int:
        """How many tokens more a move brings: fewer than none where a file is lost."""
        before, after = self.versions
        if move.kind == ORDER:
            return 0
        return after.owners.tokens(move.path) if move.kind == GAINED else -before.owners.tokens(move.path)


def _at(place: str) -> tuple[str, int]:
    """A place that sorts by its line."""
    name, _, number = place.rpartition(":")
    return (name, int(number)) if number.isdecimal() else (place, 0)


def _short(text: str) -> str:
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"

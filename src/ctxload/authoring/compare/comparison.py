"""Two versions compared, as one value: what text, page, Markdown and JSON are made from."""

from __future__ import annotations

from ...record import Record
from ..draft.requests import requests_of
from ..evaluate.cases import Outcome, try_case
from ..logs.model import BadLine, Task
from ..sharing import may_be_shared
from .causes import GAINED, LOST, ORDER
from .changes import Change, Changes, place_of
from .summary import COUNTS, Example, Group, Summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...index.model import Case
    from .summary import Key
    from .versions import Version

#: What is counted in all, of tasks, files and tokens.
ALL_COUNTS = (*COUNTS, "files_before", "files_after", "tokens_before", "tokens_after")
#: How many headings are asked where nobody gave tasks.
REQUESTS = 400
#: What stands for a task that isn't shown.
WITHHELD = "(not shown: something in this task looks like a secret)"
_KINDS = {LOST: 0, GAINED: 1, ORDER: 2}


class GroupSummary(Record):
    """The tasks in which one change moved one entry in one way; `tokens` is what that adds in all."""

    kind: str
    entry: str
    cause: Change
    tasks: int
    tokens: int
    examples: tuple[Example, ...]


class EntryChange(Record):
    """An entry that fired before and doesn't now, or the other way round, and how often it did."""

    entry: str
    before: int
    after: int


class Flip(Record):
    """A labelled case that passes in one version and not in the other."""

    case: Case
    before: Outcome
    after: Outcome

    @property
    def is_broken(self) -> bool:
        """Whether it passed before."""
        return self.before.passed


class Comparison(Record):
    """What a change of an index changes.

    `counts` are over all tasks; `never` are entries that fired before, are still there, and fire no more, `newly` the
    other way round. `quiet` are the changes that moved no answer. `source` says what the tasks are.
    """

    before: str
    after: str
    match: tuple[str, str]
    source: str
    counts: dict[str, int]
    groups: tuple[GroupSummary, ...]
    never: tuple[EntryChange, ...]
    newly: tuple[EntryChange, ...]
    flips: tuple[Flip, ...]
    cases: int
    passed: tuple[int, int]
    dropped: int
    changes: tuple[Change, ...]
    quiet: tuple[Change, ...]
    bad: int = 0
    bad_lines: tuple[BadLine, ...] = ()
    problems: tuple[Example, ...] = ()

    @property
    def broken(self) -> tuple[Flip, ...]:
        """The cases that passed and fail now."""
        return tuple([flip for flip in self.flips if flip.is_broken])

    def failures(self) -> dict[str, int]:
        """What `--fail-on` may name, and how much of each there is."""
        counts = self.counts
        return {
            LOST: counts[LOST], GAINED: counts[GAINED], ORDER: counts[ORDER], "changed": counts["changed"],
            "flips": len(self.broken), "never": len(self.never),
        }  # fmt: skip


#: What `--fail-on` may name.
FAILURES = (LOST, GAINED, ORDER, "changed", "flips", "never")


def compared(
    before: Version, after: Version, changes: Changes, summary: Summary, cases: Iterable[Case], source: str, match: str
) -> Comparison:
    """The comparison of two versions, of a summary over tasks and the labelled cases of the second."""
    cases = tuple(cases)
    outcomes = [tuple(try_case(version.owners, case, match) for case in cases) for version in (before, after)]
    flips = [Flip(case, one, two) for case, one, two in zip(cases, *outcomes, strict=True) if one.passed != two.passed]
    groups = tuple(sorted((_group(key, group, before, after) for key, group in summary.groups.items()), key=_order))
    caused = {group.cause for group in groups}
    known = {(case.task.value, case.agent.value) for case in after.index.tests}
    return Comparison(
        before.name, after.name, (match or before.tables.mode, match or after.tables.mode), source,
        _with_sizes(summary, before, after), groups,
        tuple(EntryChange(entry, count, 0) for entry, count in _fired_only(*summary.fired, after)),
        tuple(EntryChange(entry, 0, count) for entry, count in _fired_only(*summary.fired[::-1], before)),
        tuple(sorted(flips, key=lambda flip: not flip.is_broken)), len(cases),
        (sum(one.passed for one in outcomes[0]), sum(one.passed for one in outcomes[1])),
        sum((case.task.value, case.agent.value) not in known for case in before.index.tests),
        tuple(changes.all), tuple(one for one in changes.all if one not in caused),
        summary.bad.count, tuple(summary.bad.first), tuple(map(_without_secrets, summary.problems)),
    )  # fmt: skip


def _with_sizes(summary: Summary, before: Version, after: Version) -> dict[str, int]:
    """The counts, with how many files and tokens were given in each version."""
    counts = dict(summary.counts)
    for version, given, side in zip((before, after), summary.given, ("before", "after"), strict=True):
        counts[f"files_{side}"] = sum(given.values())
        counts[f"tokens_{side}"] = _tokens(version, given)
    return counts


def _tokens(version: Version, files: dict[str, int]) -> int:
    return sum(version.owners.tokens(path) * count for path, count in files.items())


def _group(key: Key, group: Group, before: Version, after: Version) -> GroupSummary:
    tokens = {GAINED: _tokens(after, group.files), LOST: -_tokens(before, group.files)}.get(key[0], 0)
    return GroupSummary(*key, group.tasks, tokens, tuple(map(_without_secrets, group.examples)))


def _without_secrets(example: Example) -> Example:
    """An example as it may be shown: a pull request is read by many."""
    return example if may_be_shared(example.text) else example.replace(text=WITHHELD)


def _order(group: GroupSummary) -> tuple[int, int, str, Change]:
    """What is lost first, then by how many tasks."""
    return _KINDS[group.kind], -group.tasks, group.entry, group.cause


def _fired_only(fired: dict[str, int], there: dict[str, int], other: Version) -> Iterator[tuple[str, int]]:
    """The entries that fired in one version and not in the other, which has them too, and how often they did."""
    for entry, count in sorted(fired.items(), key=lambda pair: (-pair[1], pair[0])):
        if entry and not there.get(entry) and other.tables.ids.get(entry) is not None:
            yield entry, count


# ── tasks where nobody gave any ──────────────────────────────────────────────────────────────────────────


def own_tasks(before: Version, after: Version) -> Iterator[Task]:
    """The tasks of the labelled cases of both versions, then headings of their documents, each once."""
    seen: set[tuple[str, str]] = set()
    for task in (*_of_cases(after), *_of_cases(before), *_of_headings(after), *_of_headings(before)):
        if (task.text, task.agent) not in seen:
            seen.add((task.text, task.agent))
            yield task


def _of_cases(version: Version) -> Iterator[Task]:
    for case in version.index.tests:
        yield Task(case.task.value, (), place_of(version.index, case.task), case.agent.value)


def _of_headings(version: Version) -> Iterator[Task]:
    for path, request in requests_of(version.tree, dict.fromkeys(version.paths()), REQUESTS):
        yield Task(request, (), path)

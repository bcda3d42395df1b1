"""What was given, counted: per entry how often, in which clients, at which moments, how large; silences; the time.

>>> from .records import GivenFile, UseRecord
>>> api = GivenFile("api.md", "api", "whole", 120)
>>> rows = [UseRecord(10, "codex", "prompt", took=30, files=(api,)), UseRecord(20, "codex", "prompt", silent="nothing")]
>>> found = summary(rows, ["api", "db"])
>>> [(one.entry, one.given, one.tokens) for one in found.entries], found.never, found.silences
([('api', 1, 120)], ('db',), (('nothing', 1),))
"""

from __future__ import annotations

from collections import Counter

from ...load.frames import KNOWN
from ...record import Record
from ...workspace.tree import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .records import GivenFile, UseRecord

    Counts = tuple[tuple[str, int], ...]


class EntryUse(Record):
    """An entry, or a path that none called for: in how many answers it came, in which clients and at which moments, its
    tokens in all of them, and when it came last.
    """

    entry: str
    given: int
    clients: Counts
    moments: Counts
    tokens: int
    last: int


class ClientUse(Record):
    """A client: its answers and silences, and the time they took, in milliseconds, -1 where that is not known."""

    client: str
    answers: int
    silences: int
    median: int
    slow: int
    slowest: int


class UseSummary(Record):
    """What was given in a project from `first` to `last`, in seconds of the epoch; `never` are entries that never
    were, `own_never` skills of the person's own: they serve in every project, and one of them tells nothing of this.
    """

    first: int
    last: int
    answers: int
    conversations: int
    tokens: int
    entries: tuple[EntryUse, ...]
    never: tuple[str, ...]
    own_never: tuple[str, ...]
    silences: Counts
    clients: tuple[ClientUse, ...]

    @property
    def silent(self) -> int:
        """How many calls were given nothing."""
        return sum(count for _, count in self.silences)


def summary(rows: Iterable[UseRecord], entries: Iterable[str]) -> UseSummary:
    """The records of a project, counted beside the ids of its entries."""
    rows = list(rows)
    given = [row.replace(files=_new(row)) for row in rows if not row.silent]
    used = sorted(_entries(given), key=lambda one: (-one.given, one.entry))
    came = {one.entry for one in used}
    never = [name for name in dict.fromkeys(entries) if name not in came]
    times = [row.at for row in rows] or [0]
    return UseSummary(
        min(times), max(times), len(given), len({row.conversation for row in rows}),
        sum(file.tokens for row in given for file in row.files), tuple(used),
        tuple(name for name in never if not name.startswith(HOME)),
        tuple(name for name in never if name.startswith(HOME)),
        _counts(row.silent for row in rows if row.silent), tuple(_clients(rows)),
    )  # fmt: skip


def _new(row: UseRecord) -> tuple[GivenFile, ...]:
    """The documents of an answer without those that the conversation had, which it only names."""
    return tuple(file for file in row.files if file.form != KNOWN)


def _entries(given: Iterable[UseRecord]) -> Iterator[EntryUse]:
    answers: dict[str, list[UseRecord]] = {}
    tokens: Counter[str] = Counter()
    for row in given:
        for file in row.files:
            tokens[file.entry or file.path] += file.tokens
        for name in {file.entry or file.path for file in row.files}:
            answers.setdefault(name, []).append(row)
    for name, rows in answers.items():
        clients, moments = _counts(row.client for row in rows), _counts(row.moment for row in rows)
        yield EntryUse(name, len(rows), clients, moments, tokens[name], max(row.at for row in rows))


def _clients(rows: list[UseRecord]) -> Iterator[ClientUse]:
    for client, _ in _counts(row.client for row in rows):
        own = [row for row in rows if row.client == client]
        took = sorted(row.took for row in own if row.took >= 0) or [-1]
        silent = sum(bool(row.silent) for row in own)
        slow = took[min(len(took) - 1, len(took) * 9 // 10)]
        yield ClientUse(client, len(own) - silent, silent, took[len(took) // 2], slow, took[-1])


def _counts(names: Iterable[str]) -> Counts:
    """How often each name stands there, the most frequent first."""
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))

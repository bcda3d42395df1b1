"""What a log is read to: tasks, each with its place, and the lines that hold none."""

from __future__ import annotations

from ...record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many bad lines are shown by place; all of them are counted.
SHOWN = 20
#: The names under which a task is found where no option names one, in order.
TASK_NAMES = ("task", "prompt", "text", "query", "question", "instruction", "request", "input", "display")


class Task(Record):
    """A task of a log: its text, the files at hand, where it stands, and the agent that got it."""

    text: str
    files: tuple[str, ...] = ()
    place: str = ""
    agent: str = ""


class Columns(Record):
    """The names of the columns, or of keys; `a.b` is a key inside another. Without a name the usual ones count.

    `form` is the format of the logs where their names do not say it, as for stdin.
    """

    task: str = ""
    files: str = ""
    agent: str = ""
    form: str = ""


class BadLine(Record):
    """A line, or a whole file, in which no task can be read, and why."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


class BadLines:
    """The lines of logs that hold no task: counted, and the first of them shown.

    >>> bad = BadLines()
    >>> bad.add("log.jsonl:3", "this isn't JSON")
    >>> bad.count, str(bad.first[0])
    (1, "log.jsonl:3: this isn't JSON")
    """

    def __init__(self, count: int = 0, first: Iterable[BadLine] = ()) -> None:
        self.count = count
        self.first = list(first)

    def add(self, place: str, why: str) -> None:
        """Counts one more."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(BadLine(place, why))

    def merge(self, other: BadLines) -> None:
        """Counts those of another log, too."""
        self.count += other.count
        self.first = [*self.first, *other.first][:SHOWN]

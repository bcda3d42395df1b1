"""What a run of cases must reach, and what it does not."""

from __future__ import annotations

from ...record import Record
from .cases import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Thresholds(Record):
    """What a run must reach: the least figures, the most files and tokens a task, and how many cases may fail."""

    min_f1: float | None = None
    min_precision: float | None = None
    min_recall: float | None = None
    max_files: float | None = None
    max_tokens: float | None = None
    max_failed: int = 0


class Shortfall(Record):
    """A figure that a run does not reach."""

    match: str
    figure: str
    value: float
    limit: float

    def __str__(self) -> str:
        side = "below" if self.value < self.limit else "above"
        return f"{self.figure} {_number(self.value)} is {side} {_number(self.limit)} ({self.match})"


def shortfalls(runs: Iterable[Run], limits: Thresholds) -> Iterator[Shortfall]:
    """What each run does not reach."""
    for run in runs:
        scores = run.scores
        least = (
            ("F1", scores.f1, limits.min_f1),
            ("precision", scores.precision, limits.min_precision),
            ("recall", scores.recall, limits.min_recall),
        )
        most = (
            ("failed cases", scores.cases - scores.passed, limits.max_failed),
            ("files a task", scores.files_per_task, limits.max_files),
            ("tokens a task", scores.tokens_per_task, limits.max_tokens),
        )
        yield from (
            Shortfall(run.match, name, value, limit)
            for name, value, limit in least
            if limit is not None and value < limit
        )
        yield from (
            Shortfall(run.match, name, value, limit)
            for name, value, limit in most
            if limit is not None and value > limit
        )


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:,.0f}" if value >= 1000 else f"{value:.3f}"

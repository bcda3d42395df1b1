"""What entries require: it comes after them, whatever the task says."""

from __future__ import annotations

from .choice import Choice
from .model import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .model import Layer

#: How many links of `requires` one answer follows.
REQUIRED = 200_000


def require(choice: Choice, number: int, layer: Layer, seen: set[int]) -> None:
    """Adds what an entry requires, after it; transitive, each once."""
    waiting = [(number, other) for other in choice.tables.entries[number].requires]
    for parent, number in waiting:  # it grows meanwhile
        if not _follows(choice):
            return
        if number in seen:
            continue
        seen.add(number)
        row = choice.tables.entries[number]
        why = choice.why_does_not_count(row)
        if why:
            choice.why_not[number] = why
            continue
        choice.add_entry(number, (Reason(layer, "requires", choice.tables.entries[parent].id, row.id),))
        waiting += [(number, other) for other in row.requires]


def _follows(choice: Choice) -> bool:
    """Whether one more link is followed in this answer; a finding at the first that is not."""
    choice.links += 1
    if choice.links == REQUIRED + 1:
        choice.report(
            "CTX409",
            f"more than {REQUIRED:,} links of `requires` lead on from this task: no more of them were followed",
            choice.tables.meta.name,
            hint="require fewer entries, or list them in one bundle",
        )
    return choice.links <= REQUIRED

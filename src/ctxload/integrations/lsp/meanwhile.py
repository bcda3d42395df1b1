"""Findings while a large index is typed: at once what can be known at once, until everything was looked over again.

What reading the index finds is exact. Of the rest, findings of entries that were not touched are those of the last
look, moved with their lines; a touched entry is looked at by itself. What two entries have in common comes later.
"""

from __future__ import annotations

from ...authoring.lint.cross_checks import check_alone
from ...index.pieces import around, shifted
from ...record import Record
from ...text.diagnostics import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...text.diagnostics import Diagnostic, Related
    from .view import View


class Change(Record):
    """What lies between two texts: the offsets of what was, and of what is now, up to the ends of whole entries."""

    start: int
    old_end: int
    new_end: int


def change_between(old: str, new: str) -> Change:
    """The entries in which two texts of an index differ; whole lines where they cannot be cut into entries.

    >>> change_between("a: 1\\nb: 2\\nc: 3\\n", "a: 1\\nb: 25\\nc: 3\\n")
    Change(start=5, old_end=10, new_end=11)
    """
    start = _common(old, new)
    rest = min(_common_end(old, new), len(old) - start, len(new) - start)
    start, old_end = around(old, start, len(old) - rest)
    first, new_end = around(new, start, len(new) - rest)
    rest = min(len(old) - old_end, len(new) - new_end)
    return Change(min(start, first), len(old) - rest, len(new) - rest)


def _common(old: str, new: str) -> int:
    """How long the beginning is that two texts have in common."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: str, new: str) -> int:
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def provisional(before: View, now: View) -> tuple[Diagnostic, ...]:
    """The findings of a view for the moment; `before` is the last that was looked over as a whole."""
    name = now.place.name
    old, new = before.source(name), now.source(name)
    if not now.served or old is None or new is None:
        return now.assembled.diagnostics
    change = change_between(old.text, new.text)
    touched = [
        number
        for number, entry in enumerate(now.index.entries)
        if entry.source == name and change.start <= entry.paths[0].start < change.new_end
    ]
    now.tree.borrow(before.looked_at)
    alone = check_alone(now.index, now.tree, touched)
    before.looked_at.borrow(now.tree)
    named = {path.value for number in touched for path in now.index.entries[number].paths}
    kept = [each for each in _kept(before, name, change, old.text, new.text) if each.path not in named]
    said = {(finding.code, finding.place) for finding in (*kept, *alone)}
    read = [finding for finding in now.assembled.diagnostics if (finding.code, finding.place) not in said]
    return in_order([*read, *kept, *alone])


def _kept(before: View, name: str, change: Change, old: str, new: str) -> Iterator[Diagnostic]:
    """The findings of the last look that still stand, where they stand now."""
    read = set(before.assembled.diagnostics)
    first = old.count("\n", 0, change.start) + 1
    last = old.count("\n", 0, change.old_end)
    by, lines = change.new_end - change.old_end, new.count("\n") - old.count("\n")
    for finding in before.findings:
        if finding in read:
            continue
        if finding.path != name or finding.line < first:
            yield _related_moved(finding, name, last, lines)
        elif finding.line > last:
            moved = shifted(finding.replace(related=()), by, lines).replace(related=finding.related)
            yield _related_moved(moved, name, last, lines)


def _related_moved(finding: Diagnostic, name: str, last: int, lines: int) -> Diagnostic:
    if not finding.related or not lines:
        return finding
    return finding.replace(related=tuple([_moved(each, name, last, lines) for each in finding.related]))


def _moved(place: Related, name: str, last: int, lines: int) -> Related:
    return place.replace(line=place.line + lines) if place.path == name and place.line > last else place

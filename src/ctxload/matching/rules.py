"""Rules: regular expressions of an index, searched in a task within bounds.

The patterns come from files people clone. They are searched ignoring case in the first `REACH` characters of the task
with line breaks as spaces, so that the same task gives the same answer on any machine. A regular pattern is searched by
an engine of our own (`regular`), which takes no more steps than pattern times text and is stopped by their number. Any
other, such as one with a back-reference, is searched by `regex`, which can be stopped by time. The only file that knows
`regex`. The plugin for agent clients carries no compiled code, and so no `regex`: there such a pattern is not searched,
and a finding says so.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .regular import Program, Searcher
    from .tables import RuleRow

REACH = 4_000
#: How many steps one search, and all searches for one task, may take.
STEPS_EACH, STEPS_ALL = 1_000_000, 3_000_000
#: Seconds one search by `regex`, and all of them for one task, may take.
TIME_EACH, TIME_ALL = 0.25, 1.0
#: Characters beyond ASCII that differ from an ASCII letter only by case.
_LIKE_ASCII = "İıſ\u212a"
_BREAKS = str.maketrans("\r\n", "  ")
#: How many programs, and how many patterns of `regex`, are remembered.
KEPT = 500


class Fired(Record):
    """What a rule's search gave: the place where it fired, that it was stopped, or that it could not be searched."""

    number: int
    start: int = 0
    end: int = 0
    stopped: bool = False
    unsearched: bool = False


def are_checked(rules: Iterable[RuleRow]) -> bool:
    """Whether each pattern was looked at by the library that searches it."""
    if all(rule.program for rule in rules):
        return True
    try:
        import regex  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def search(rules: Iterable[RuleRow], task: str) -> list[Fired]:
    """Which of the rules fire on a task, by number; of those that cannot fire none is searched."""
    text, breaks = _one_line(task)
    low = None if any(char in text for char in _LIKE_ASCII) else text.lower()
    fired: list[Fired] = []
    bounds = Bounds()
    for number, rule in enumerate(rules):
        if low is not None and not rule.may_fire(low):
            continue
        found = bounds.search(rule.pattern, rule.program, number, text)
        if found and breaks:
            found = found.replace(start=_in_task(found.start, breaks), end=_in_task(found.end, breaks))
        if found:
            fired.append(found)
    return fired


class Bounds:
    """What is left for the searches of one task."""

    def __init__(self) -> None:
        self.steps = STEPS_ALL
        self.seconds = TIME_ALL

    def search(self, pattern: str, program: Program | None, number: int, text: str) -> Fired | None:
        """Searches one pattern, whose program is known if it has one."""
        return self._regular(pattern, program, number, text) if program else self._other(pattern, number, text)

    def _regular(self, pattern: str, program: Program, number: int, text: str) -> Fired | None:
        from .regular import Stopped

        steps = min(STEPS_EACH, self.steps)
        try:
            span, left = _searcher(pattern, program).search(text, steps)
        except Stopped:
            self.steps -= steps
            return Fired(number, stopped=True)
        self.steps -= steps - left
        return Fired(number, *span) if span else None

    def _other(self, pattern: str, number: int, text: str) -> Fired | None:
        from time import monotonic

        if self.seconds <= 0:
            return Fired(number, stopped=True)
        begun = monotonic()
        try:
            found = compiled(pattern).search(text, timeout=min(TIME_EACH, self.seconds))
        except ModuleNotFoundError:
            return Fired(number, unsearched=True)
        except TimeoutError:
            return Fired(number, stopped=True)
        except (MemoryError, RecursionError):
            self.seconds = 0.0
            return Fired(number, stopped=True)
        finally:
            self.seconds -= monotonic() - begun
        return Fired(number, *found.span()) if found else None


def _one_line(task: str) -> tuple[str, list[int]]:
    """What is searched of a task, each line break one space, and the offsets at which one was two characters."""
    if "\r\n" not in task:
        return task[:REACH].translate(_BREAKS), []
    lines = task[: REACH * len("\r\n")].split("\r\n")
    breaks, at = [], 0
    for line in lines[:-1]:
        at += len(line) + 1
        breaks.append(at - 1)
    return " ".join(lines)[:REACH].translate(_BREAKS), breaks


def _in_task(offset: int, breaks: list[int]) -> int:
    from bisect import bisect_left

    return offset + bisect_left(breaks, offset)


_searchers: dict[str, Searcher] = {}
_patterns: dict[str, Any] = {}


def _searcher(pattern: str, program: Program) -> Searcher:
    found = _searchers.get(pattern)
    if found is None:
        from .regular import Searcher

        if len(_searchers) >= KEPT:
            _searchers.clear()
        found = _searchers[pattern] = Searcher(program)
    return found


def compiled(pattern: str) -> Any:
    """The pattern as the library `regex` searches it; remembered."""
    if pattern not in _patterns:
        import regex

        if len(_patterns) >= KEPT:
            _patterns.clear()
        _patterns[pattern] = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    return _patterns[pattern]

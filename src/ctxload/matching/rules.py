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
_LENGTH = 2_000
_REPEATS = 1_000
#: How many parts a pattern may come to with its counted repeats written out, as `regex` does when it compiles.
_PARTS = 50_000
#: Characters beyond ASCII that differ from an ASCII letter only by case.
_LIKE_ASCII = "İıſ\u212a"


class Fired(Record):
    """What a rule's search gave: the place where it fired, that it was stopped, or that it could not be searched."""

    number: int
    start: int
    end: int
    stopped: bool = False
    unsearched: bool = False


def problem(pattern: str) -> str | None:
    """Why a pattern cannot be used, or None."""
    if len(pattern) > _LENGTH:
        return f"longer than {_LENGTH:,} characters"
    if (counted := _largest_repeat(pattern)) > _REPEATS:
        return f"repeats something {counted:,} times; the most is {_REPEATS:,}"
    if _unrolled(pattern) > _PARTS:
        return f"its repeats, one inside the other, come to more than {_PARTS:,} parts"
    if program_of(pattern) is not None:
        return None
    try:
        _compile(pattern)
    except ModuleNotFoundError:  # what only `regex` can tell is left to a ctxload that has it
        return None
    except (RecursionError, OverflowError, MemoryError, ValueError):
        return "too complex"
    except Exception as error:  # `regex.error`, by whatever name
        place = getattr(error, "pos", None)
        return str(getattr(error, "msg", error)) + (f" at character {place + 1}" if place is not None else "")
    return None


def program_of(pattern: str) -> Program | None:
    """The program of a pattern that is regular; None where only `regex` can search it.

    >>> [program_of(pattern) is not None for pattern in ("a.*b.*c", "(a+)+$", r"(?<!\\w)api\\b", r"(a+)\\1", "(?=ab)c")]
    [True, True, True, False, False]
    """
    from .regular_compiler import program_of

    parsed = _parsed(pattern)
    return None if parsed is None else program_of(parsed)


def can_be_stopped(rule: RuleRow) -> bool:
    """Whether there may be a text on which a rule takes more steps than it is given: two an instruction and character."""
    return not rule.program or (2 * len(rule.program[0]) // 3 + 1) * (REACH + 1) > STEPS_EACH


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
    low = text.lower() if text.isascii() or not any(char in text for char in _LIKE_ASCII) else None
    fired: list[Fired] = []
    bounds = Bounds()
    for number, rule in enumerate(rules):
        if rule.needed and low is not None and not any(word in low for word in rule.needed):
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
            return Fired(number, 0, 0, stopped=True)
        self.steps -= steps - left
        return Fired(number, *span) if span else None

    def _other(self, pattern: str, number: int, text: str) -> Fired | None:
        from time import monotonic

        if self.seconds <= 0:
            return Fired(number, 0, 0, stopped=True)
        begun = monotonic()
        try:
            found = _compile(pattern).search(text, timeout=min(TIME_EACH, self.seconds))
        except ModuleNotFoundError:
            return Fired(number, 0, 0, unsearched=True)
        except TimeoutError:
            return Fired(number, 0, 0, stopped=True)
        except (MemoryError, RecursionError):
            self.seconds = 0.0
            return Fired(number, 0, 0, stopped=True)
        finally:
            self.seconds -= monotonic() - begun
        return Fired(number, *found.span()) if found else None


def _one_line(task: str) -> tuple[str, list[int]]:
    """What is searched of a task, each line break one space, and the offsets at which one was two characters."""
    if "\r\n" not in task:
        return task[:REACH].translate({10: " ", 13: " "}), []
    lines = task[: 2 * REACH].split("\r\n")
    breaks, at = [], 0
    for line in lines[:-1]:
        at += len(line) + 1
        breaks.append(at - 1)
    return " ".join(lines)[:REACH].translate({10: " ", 13: " "}), breaks


def _in_task(offset: int, breaks: list[int]) -> int:
    from bisect import bisect_left

    return offset + bisect_left(breaks, offset)


def fires_inside_words(pattern: str, text: str) -> bool:
    """Whether a pattern, searched in a text, begins or ends in the middle of a word."""
    found = Bounds().search(pattern, program_of(pattern), 0, text)
    if found is None or found.stopped or found.unsearched or found.start == found.end:
        return False
    inside_start = found.start > 0 and text[found.start - 1].isalnum() and text[found.start].isalnum()
    inside_end = found.end < len(text) and text[found.end].isalnum() and text[found.end - 1].isalnum()
    return inside_start or inside_end


def needed_words(pattern: str) -> tuple[str, ...]:
    """Lower-case stretches of which at least one stands in any text the pattern fires on; () when unknown.

    >>> needed_words("(github.?actions|workflow).*(docker|container)")
    ('actions', 'workflow')
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return ()
    found = _needed(parsed)
    return tuple(sorted(found)) if found and all(word.isascii() and len(word) > 1 for word in found) else ()


def _parsed(pattern: str) -> Any:
    """The pattern as Python's own parser sees it, or None: syntax that only `regex` knows, or a broken one."""
    import warnings

    if "[:" in pattern or "(?|" in pattern or any(not _is_count(part) for part in pattern.split("{")[1:]):
        return None
    try:
        from re import IGNORECASE, _parser  # type: ignore[attr-defined]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(pattern, IGNORECASE)
    except Exception:
        return None


def _is_count(part: str) -> bool:
    """Whether what follows a `{` is a repeat and not `regex`'s fuzzy matching."""
    inside = part.partition("}")[0]
    return not set(inside) - set("0123456789,") or not set(inside) & set("<=esid")


def _needed(sequence: Any) -> set[str] | None:
    best: set[str] | None = None
    run = ""
    for operation, argument in [*sequence, (None, None)]:
        name = str(operation)
        if name == "LITERAL":
            run += chr(argument).lower()
            continue
        best, run = _better(best, {run} if run else None), ""
        best = _better(best, _needed_of(name, argument))
    return best


def _needed_of(name: str, argument: Any) -> set[str] | None:
    if name == "SUBPATTERN":
        return _needed(argument[3])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _needed(argument[2]) if argument[0] > 0 else None
    if name == "ATOMIC_GROUP":
        return _needed(argument)
    if name == "BRANCH":
        found = [_needed(branch) for branch in argument[1]]
        return set().union(*(words for words in found if words)) if all(found) else None
    return None


def _better(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    """Of two requirements the one whose shortest stretch is longer."""
    if not one or not other:
        return one or other
    return other if min(map(len, other)) > min(map(len, one)) else one


def _largest_repeat(pattern: str) -> int:
    largest = 0
    for part in pattern.split("{")[1:]:
        for count in part.split("}")[0].split(","):
            if count.strip().isdecimal():
                largest = max(largest, int(count[:9]))
    return largest


def _unrolled(pattern: str) -> int:
    """How many characters and groups a pattern has with its counted repeats written out.

    >>> _unrolled("(ab){10}"), _unrolled("((a{99}){99}){99}")
    (30, 980199)
    """
    sizes, last, at = [0], 0, 0
    while at < len(pattern):
        char, count = pattern[at], 1
        if char == "(":
            sizes.append(0)
        elif char == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        elif char == "{" and (count := _largest_repeat(pattern[at : pattern.find("}", at) + 1])):
            sizes[-1] += last * (count - 1)
            last *= count
        else:
            last = 1
            sizes[-1] += 1
        at = _after(pattern, at)
    return sum(sizes)


def _after(pattern: str, at: int) -> int:
    """Where the next part of a pattern begins: after an escape, a set or a count."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "{" and _largest_repeat(pattern[at : pattern.find("}", at) + 1]):
        return pattern.find("}", at) + 1
    if pattern[at] == "[":
        at += 1 + pattern.startswith("[^", at)
        at += 1 + pattern.startswith("\\", at)
        while at < len(pattern) and pattern[at] != "]":
            at += 1 + (pattern[at] == "\\")
    return at + 1


_searchers: dict[str, Searcher] = {}
_compiled: dict[str, Any] = {}


def _searcher(pattern: str, program: Program) -> Searcher:
    found = _searchers.get(pattern)
    if found is None:
        from .regular import Searcher

        if len(_searchers) > 500:
            _searchers.clear()
        found = _searchers[pattern] = Searcher(program)
    return found


def _compile(pattern: str) -> Any:
    if pattern not in _compiled:
        import regex

        if len(_compiled) > 500:
            _compiled.clear()
        _compiled[pattern] = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    return _compiled[pattern]

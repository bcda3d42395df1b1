"""Rules: regular expressions of an index, searched in a task within bounds.

The patterns come from files people clone. They are searched ignoring case in the first `REACH` characters of the task
with line breaks as spaces, so that the same task gives the same answer on any machine; the time limit is only the
backstop. A pattern that cannot take long by its shape (`is_quick`) is searched by `re`, which is quick to import; any
other by `regex`, which can be stopped. The only file that knows `regex`. The plugin for agent clients carries no
compiled code, and so no `regex`: there such a pattern is not searched, and a finding says so.
"""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .tables import RuleRow

REACH = 4_000
#: Seconds one search, and all searches for one task, may take.
TIME_EACH, TIME_ALL = 0.25, 1.0
_LENGTH = 2_000
_REPEATS = 1_000
#: How many parts a pattern may come to with its counted repeats written out, as `regex` does when it compiles.
_PARTS = 50_000
#: A repeat beyond this counts as open; the bounded parts of a quick pattern can be taken in at most so many ways.
_OPEN, _WAYS = 20, 500


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
    try:
        _compile(pattern, is_quick(pattern))
    except ModuleNotFoundError:  # what only `regex` can tell is left to a ctxload that has it
        return None
    except (RecursionError, OverflowError, MemoryError, ValueError):
        return "too complex"
    except Exception as error:  # `re.error` or `regex.error`: what a pattern may raise, by a name of either
        place = getattr(error, "pos", None)
        return str(getattr(error, "msg", error)) + (f" at character {place + 1}" if place is not None else "")
    return None


def is_quick(pattern: str) -> bool:
    """Whether a search cannot take long by the pattern's shape: at most one open repeat, none inside another.

    >>> is_quick("(github.?actions|workflow).*(docker|container)"), is_quick("(a+)+$"), is_quick("a.*b.*c")
    (True, False, False)
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return False
    open_repeats, ways = _shape(parsed, inside=False)
    return open_repeats <= 1 and ways <= _WAYS


def _shape(sequence: Any, *, inside: bool) -> tuple[float, float]:
    """How many open repeats a pattern has, and in how many ways its bounded parts can be taken."""
    repeats, ways = 0.0, 1.0
    for operation, argument in sequence:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            below, more = _shape(argument[2], inside=True)
            most = int(argument[1])
            if below or more > 1 or (inside and most > 1):
                return 9, 9e9
            repeats += most > _OPEN
            ways *= 1 if most > _OPEN else most - argument[0] + 1
        elif name in ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"):
            body = argument[3] if name == "SUBPATTERN" else argument if name == "ATOMIC_GROUP" else argument[1]
            below, more = _shape(body, inside=inside)
            repeats, ways = repeats + below, ways * more
        elif name == "BRANCH":
            found = [_shape(branch, inside=inside) for branch in argument[1]]
            repeats += max(below for below, _ in found)
            ways *= sum(more for _, more in found)
        elif name not in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "CATEGORY"):
            return 9, 9e9
    return repeats, ways


def are_checked(rules: Iterable[RuleRow]) -> bool:
    """Whether each pattern was looked at by the library that searches it."""
    if all(rule.quick for rule in rules):
        return True
    try:
        import regex  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def search(rules: Iterable[RuleRow], task: str) -> list[Fired]:
    """Which of the rules fire on a task, by number; of those that cannot fire none is compiled."""
    text, breaks = _one_line(task)
    low = text.lower() if text.isascii() else None
    fired: list[Fired] = []
    left = TIME_ALL
    for number, rule in enumerate(rules):
        if rule.needed and low is not None and not any(word in low for word in rule.needed):
            continue
        found, left = _search_one(rule.pattern, number, text, left, quick=rule.quick)
        if found and breaks:
            found = found.replace(start=_in_task(found.start, breaks), end=_in_task(found.end, breaks))
        if found:
            fired.append(found)
    return fired


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


def _search_one(
    pattern: str, number: int, text: str, left: float, *, quick: bool = False
) -> tuple[Fired | None, float]:
    if quick:
        found = _compile(pattern, True).search(text)
        return (Fired(number, *found.span()) if found else None), left
    from time import monotonic

    if left <= 0:
        return Fired(number, 0, 0, stopped=True), left
    begun = monotonic()
    try:
        found = _compile(pattern, False).search(text, timeout=min(TIME_EACH, left))
    except ModuleNotFoundError:
        return Fired(number, 0, 0, unsearched=True), left
    except TimeoutError:
        return Fired(number, 0, 0, stopped=True), left - (monotonic() - begun)
    except (MemoryError, RecursionError):
        return Fired(number, 0, 0, stopped=True), 0.0
    left -= monotonic() - begun
    return (Fired(number, *found.span()) if found else None), left


def fires_inside_words(pattern: str, text: str) -> bool:
    """Whether a pattern, searched in a text, begins or ends in the middle of a word."""
    found = _search_one(pattern, 0, text, TIME_EACH)[0]
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


_compiled: dict[tuple[str, bool], Any] = {}


def _compile(pattern: str, quick: bool) -> Any:
    key = (pattern, quick)
    if key not in _compiled:
        if len(_compiled) > 500:
            _compiled.clear()
        if quick:
            import re
            import warnings

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _compiled[key] = re.compile(pattern, re.IGNORECASE)
        else:
            import regex

            _compiled[key] = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    return _compiled[key]

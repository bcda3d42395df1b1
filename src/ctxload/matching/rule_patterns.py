"""Rules as an index has them: whether a pattern can be used, what it compiles to, and which words it needs."""

from __future__ import annotations

from .rules import REACH, STEPS_EACH, Bounds, compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .regular import Program
    from .tables import RuleRow

#: How long a pattern may be, and how often it may repeat something.
_LENGTH, _REPEATS = 2_000, 1_000
#: How many parts a pattern may come to with its counted repeats written out, as `regex` does when it compiles.
_PARTS = 50_000


def problem(pattern: str) -> str | None:
    """Why a pattern cannot be used, or None."""
    if len(pattern) > _LENGTH:
        return f"longer than {_LENGTH:,} characters"
    if _largest_repeat(pattern) > _REPEATS:
        return f"repeats something more than {_REPEATS:,} times"
    if _unrolled(pattern) > _PARTS:
        return f"its repeats, one inside the other, come to more than {_PARTS:,} parts"
    if program_of(pattern) is not None:
        return None
    try:
        compiled(pattern)
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

    parsed = parsed_by_python(pattern)
    return None if parsed is None else program_of(parsed)


def can_be_stopped(rule: RuleRow) -> bool:
    """Whether there may be a text on which a rule takes more steps than it is given: two an instruction and
    character.
    """
    return not rule.program or (2 * len(rule.program[0]) // 3 + 1) * (REACH + 1) > STEPS_EACH


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
    parsed = parsed_by_python(pattern)
    if parsed is None:
        return ()
    found = _needed(parsed)
    return tuple(sorted(found)) if found and all(word.isascii() and len(word) > 1 for word in found) else ()


def parsed_by_python(pattern: str) -> Any:
    """The pattern as Python's own parser sees it, or None: syntax that only `regex` knows, or a broken one."""
    import warnings

    if "[:" in pattern or any(not _is_count(part) for part in pattern.split("{")[1:]):
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
    return set("<=esid").isdisjoint(part.partition("}")[0])


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
                largest = max(largest, int(count))
    return largest


def _unrolled(pattern: str) -> int:
    """How many characters and groups a pattern has with its counted repeats written out.

    >>> _unrolled("(ab){10}"), _unrolled("((a{99}){99}){99}")
    (30, 980199)
    """
    sizes, last, at = [0], 0, 0
    while at < len(pattern):
        begun, at = at, _after(pattern, at)
        part = pattern[begun:at]
        if part == "(":
            sizes.append(0)
        elif part == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        elif part[0] == "{" and (count := _largest_repeat(part)):
            sizes[-1] += last * (count - 1)
            last *= count
        else:
            last = 1
            sizes[-1] += 1
    return sum(sizes)


def _after(pattern: str, at: int) -> int:
    """Where the next part of a pattern begins: after an escape, a set or a count."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "{" and _largest_repeat(pattern[at : (end := pattern.find("}", at) + 1)]):
        return end
    if pattern[at] == "[":
        at += 1 + pattern.startswith("[^", at)
        at += 1 + pattern.startswith("\\", at)
        while at < len(pattern) and pattern[at] != "]":
            at += 1 + (pattern[at] == "\\")
    return at + 1

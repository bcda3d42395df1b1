"""A pattern → texts it fires on, and texts that make it slow: made from the pattern, the same every time.

The samples are guesses: whoever uses them searches them with the pattern and believes only the search.
"""

from __future__ import annotations

from ...matching.rule_patterns import parsed_by_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: How many texts are made of one pattern, and how long one gets.
MOST, LENGTH = 8, 3_900
_REPEATS = 50
#: Patterns with more groups are not taken apart.
_GROUPS = 100
#: What makes a repeat slow where the pattern itself does not say.
_UNITS = ("a", "0", " ", "a ")
_CATEGORIES = {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " ", "CATEGORY_NOT_WORD": " "}


def samples(pattern: str) -> tuple[str, ...]:
    """Texts the pattern probably fires on, one for each of its alternatives; () where it cannot be taken apart.

    >>> samples(r"(github.?actions|workflow).*docker")
    ('github actions docker', 'workflow docker')
    """
    parsed = _parse(pattern)
    return () if parsed is None else tuple(dict.fromkeys(_texts(parsed)))


def attacks(pattern: str) -> tuple[str, ...]:
    """Texts on which the pattern's repeats have much to try before they fail, each also with a sample at its end.

    >>> [(text[:4], len(text)) for text in attacks("(a+)+b")]
    [('aaaa', 3899), ('aaaa', 3901)]
    """
    parsed = _parse(pattern)
    units = [("", unit) for unit in _UNITS] if parsed is None else list(_repeated(parsed, ""))
    sample = "" if parsed is None else _texts(parsed)[0][: LENGTH // 2]
    runs = [_run(before, unit, LENGTH - len(sample)) for before, unit in units[:MOST]]
    return tuple(dict.fromkeys(run + end for run in runs for end in ("", sample)))


def _run(before: str, unit: str, length: int) -> str:
    return before + unit * ((length - len(before)) // len(unit)) + "\x01"


def _parse(pattern: str) -> Any:
    return None if pattern.count("(") > _GROUPS else parsed_by_python(pattern)


def _texts(sequence: Any) -> list[str]:
    """Texts for a sequence: the first of each part, then each other alternative of one part at a time."""
    parts = [_texts_of(str(operation), argument) for operation, argument in sequence]
    first = [part[0] for part in parts]
    found = ["".join(first)[:LENGTH]]
    for number, part in enumerate(parts):
        for other in part[1:]:
            if len(found) < MOST:
                found.append("".join([*first[:number], other, *first[number + 1 :]])[:LENGTH])
    return found


def _texts_of(name: str, argument: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(argument)]
    if name == "ANY":
        return [" "]
    if name == "NOT_LITERAL":
        return ["y" if argument == ord("x") else "x"]
    if name == "IN":
        return [_member(argument)]
    if name == "BRANCH":
        return [text for branch in argument[1] for text in _texts(branch)][:MOST]
    if name == "SUBPATTERN":
        return _texts(argument[3])
    if name == "ATOMIC_GROUP":
        return _texts(argument)
    if _is_repeat(name):
        times = min(max(argument[0], 1), argument[1], _REPEATS)
        return [(text * times)[:LENGTH] for text in _texts(argument[2])]
    return [""]


def _member(members: Any) -> str:
    """A character of a class."""
    name, argument = str(members[0][0]), members[0][1]
    if name == "NEGATE":
        return "x"
    if name == "CATEGORY":
        return _CATEGORIES.get(str(argument), "a")
    return chr(argument[0] if name == "RANGE" else argument)


def _repeated(sequence: Any, before: str) -> Iterator[tuple[str, str]]:
    """What the sequence may repeat, with a text that leads up to it."""
    for operation, argument in sequence:
        name = str(operation)
        if _is_repeat(name):
            unit = _texts(argument[2])[0]
            if unit and argument[1] > 1 and len(before) + len(unit) < LENGTH:
                yield before, unit
            yield from _repeated(argument[2], before)
        for inner in _inside(name, argument):
            yield from _repeated(inner, before)
        before = (before + _texts_of(name, argument)[0])[:LENGTH]


def _inside(name: str, argument: Any) -> list[Any]:
    if name == "BRANCH":
        return list(argument[1])
    if name == "SUBPATTERN":
        return [argument[3]]
    return [argument] if name == "ATOMIC_GROUP" else []


def _is_repeat(name: str) -> bool:
    return name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")

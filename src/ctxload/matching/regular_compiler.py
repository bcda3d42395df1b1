"""A pattern as Python's own parser sees it → a program for `regular`, where it is regular.

What needs more than the place in the text to decide (back-references, atomic groups, a look at more than one character)
is not, nor is what comes to too many instructions with its counted repeats written out.
"""

from __future__ import annotations

from re._constants import (  # type: ignore[import-not-found]
    SRE_FLAG_DOTALL,
    SRE_FLAG_IGNORECASE,
    SRE_FLAG_MULTILINE,
    SRE_FLAG_UNICODE,
    SRE_FLAG_VERBOSE,
)

from .regular import BEFORE, BEGIN, BEHIND, CHAR, CHECK, EDGE, END, JUMP, MATCH, NO_EDGE, NOT_BEFORE, NOT_BEHIND, SPLIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .regular import Program, Set

#: The most instructions of a program.
MOST = 5_000
#: A range of more characters than this is kept as one.
_RANGE = 700
#: The flags that a program can be made of; the last three change nothing here.
_KNOWN = SRE_FLAG_IGNORECASE | SRE_FLAG_DOTALL | SRE_FLAG_MULTILINE | SRE_FLAG_UNICODE | SRE_FLAG_VERBOSE
#: Characters that are not the upper case of their lower case, such as the sign for Kelvin.
_ODD = "\u03f4\u1e9e\u1fbc\u1fcc\u1ffc\u2126\u212a\u212b" + "ᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯ"
_PLACES = {
    "AT_BEGINNING": BEGIN, "AT_BEGINNING_STRING": BEGIN, "AT_END": END, "AT_END_STRING": END, "AT_BOUNDARY": EDGE,
    "AT_NON_BOUNDARY": NO_EDGE,
}  # fmt: skip
_CATEGORIES = {
    "CATEGORY_DIGIT": "d", "CATEGORY_NOT_DIGIT": "D", "CATEGORY_SPACE": "s", "CATEGORY_NOT_SPACE": "S",
    "CATEGORY_WORD": "w", "CATEGORY_NOT_WORD": "W",
}  # fmt: skip


class NotRegular(Exception):
    """A pattern that no program can be made of."""


def program_of(parsed: Any) -> Program | None:
    """The program of a parsed pattern, or None where it is not regular or too large."""
    try:
        writer = _Writer()
        writer.write(parsed, _flags(SRE_FLAG_IGNORECASE, parsed.state.flags, 0))
        writer.add(MATCH)
        return writer.program()
    except (NotRegular, RecursionError):
        return None


def _flags(now: int, more: int, fewer: int) -> int:
    if (more | fewer) & ~_KNOWN:
        raise NotRegular
    return (now | more) & ~fewer


class _Writer:
    def __init__(self) -> None:
        self._code: list[tuple[int, int, int]] = []
        self._sets: dict[Set, int] = {}

    def program(self) -> Program:
        return "".join(chr(number) for instruction in self._code for number in instruction), tuple(self._sets)

    def add(self, op: int, x: int = 0, y: int = 0) -> int:
        if len(self._code) >= MOST:
            raise NotRegular
        self._code.append((op, x, y))
        return len(self._code) - 1

    def write(self, sequence: Any, flags: int) -> None:
        for operation, argument in sequence:
            self._write_one(str(operation), argument, flags)

    def _write_one(self, name: str, argument: Any, flags: int) -> None:
        one = _set_of(name, argument, flags)
        if one is not None:
            self.add(CHAR, self._number(one))
        elif name == "SUBPATTERN":
            self.write(argument[3], _flags(flags, argument[1], argument[2]))
        elif name == "BRANCH":
            self._branch(argument[1], flags)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            self._repeat(argument[2], argument[0], int(argument[1]), name == "MAX_REPEAT", flags)
        elif name == "AT":
            self.add(CHECK, _PLACES[str(argument)])
        elif name in ("ASSERT", "ASSERT_NOT") and len(argument[1]) == 1:
            self._look(argument[0] == -1, name == "ASSERT", argument[1][0], flags)
        else:
            raise NotRegular

    def _number(self, one: Set) -> int:
        return self._sets.setdefault(one, len(self._sets))

    def _look(self, before: bool, wanted: bool, item: Any, flags: int) -> None:
        one = _set_of(str(item[0]), item[1], flags)
        if one is None:
            raise NotRegular
        kind = (BEFORE if wanted else NOT_BEFORE) if before else (BEHIND if wanted else NOT_BEHIND)
        self.add(CHECK, kind, self._number(one))

    def _branch(self, branches: Any, flags: int) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = self.add(SPLIT)
            self.write(branch, flags)
            jumps.append(self.add(JUMP))
            self._code[split] = (SPLIT, split + 1, len(self._code))
        self.write(branches[-1], flags)
        for jump in jumps:
            self._code[jump] = (JUMP, len(self._code), 0)

    def _repeat(self, body: Any, least: int, most: int, greedy: bool, flags: int) -> None:
        endless = most >= 4_294_967_295
        begun = len(self._code)
        for _ in range(least):
            begun = len(self._code)
            self.write(body, flags)
        if endless and least:
            self._split(self.add(SPLIT), begun, len(self._code), greedy)
            return
        splits = []
        for _ in range(1 if endless else most - least):
            splits.append(self.add(SPLIT))
            self.write(body, flags)
        if endless:
            self._split(self.add(SPLIT), splits[0] + 1, len(self._code), greedy)
        for split in splits:
            self._split(split, split + 1, len(self._code), greedy)

    def _split(self, at: int, again: int, on: int, greedy: bool) -> None:
        self._code[at] = (SPLIT, again, on) if greedy else (SPLIT, on, again)


def _set_of(name: str, argument: Any, flags: int) -> Set | None:
    """The characters that an item takes which takes exactly one; None for any other."""
    exact = not flags & SRE_FLAG_IGNORECASE
    if name == "LITERAL":
        return False, exact, _alike(argument, exact), "", ""
    if name == "NOT_LITERAL":
        return True, exact, _alike(argument, exact), "", ""
    if name == "ANY":
        return True, True, "" if flags & SRE_FLAG_DOTALL else "\n", "", ""
    return _members(argument, exact) if name == "IN" else None


def _members(members: Any, exact: bool) -> Set:
    negated, chars, ranges, categories = False, "", "", ""
    for operation, argument in members:
        name = str(operation)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            chars += _alike(argument, exact)
        elif name == "RANGE" and argument[1] - argument[0] < _RANGE:
            chars += "".join(_alike(char, exact) for char in range(argument[0], argument[1] + 1))
        elif name == "RANGE":
            ranges += chr(argument[0]) + chr(argument[1])
            chars += "" if exact else _odd_in(*argument)
        else:
            categories += _CATEGORIES[str(argument)]
    return negated, exact, "".join(dict.fromkeys(chars)), ranges, categories


def _odd_in(first: int, last: int) -> str:
    """What is alike to those of a range that their upper and lower case do not tell of."""
    from re._casefix import _EXTRA_CASES  # type: ignore[import-not-found]

    return "".join(_alike(number, False) for number in (*map(ord, _ODD), *_EXTRA_CASES) if first <= number <= last)


def _alike(number: int, exact: bool) -> str:
    """A character, in lower case with those that differ from it only by case, such as `ſ` and `s`."""
    if exact:
        return chr(number)
    from re._casefix import _EXTRA_CASES

    low = chr(number).lower()[:1]
    return low + "".join(map(chr, _EXTRA_CASES.get(ord(low), ())))

"""Searches a text by a regular expression that was taken apart (`regular_compiler`), in a bounded number of steps.

All ways to read the text are followed at once, in order of preference, so that each character costs at most one step
for each instruction: no pattern can take longer than its length times that of the text. What is found is what
backtracking finds: the leftmost match, and of those the preferred one. What a character does to a set of ways is
worked out once and remembered. Steps are counted as if nothing had been remembered before, so that an answer depends
neither on the machine nor on what was searched earlier. Imports nothing: it runs on the path of a prompt.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    #: A set of characters: whether it is negated, whether letter case counts, characters in lower case, ranges in
    #: pairs, categories.
    Set: TypeAlias = tuple[bool, bool, str, str, str]
    #: Instructions, three signs each, and the sets they speak of.
    Program: TypeAlias = tuple[str, tuple[Set, ...]]
    #: What a character does: the row of what follows, from which way each new one comes (-1: it begins here), which way
    #: ended before the character (-1: one that begins here, -2: none), the steps, a number.
    Move: TypeAlias = tuple["Row", tuple[int, ...], int, int, int]
    #: Ways as numbers of instructions, what is known of the character before, whether something was found.
    Ways: TypeAlias = tuple[tuple[int, ...], int, bool]

CHAR, SPLIT, JUMP, CHECK, MATCH = range(5)
#: What `CHECK` asks: the beginning, the end, a word's edge, none, the character before or behind in a set, or not.
BEGIN, END, EDGE, NO_EDGE, BEFORE, NOT_BEFORE, BEHIND, NOT_BEHIND = range(8)
#: Of the character before: whether it is in a word, and whether there is one at all; the rest are sets.
_WORD, _NOTHING, _SETS = 1, 2, 4
#: How many moves are remembered of one program.
_REMEMBERED = 3_000


class Stopped(Exception):
    """A search took all the steps it was given."""


class Row(dict[str, "Move"]):
    """What each character does to some ways, as far as it was worked out."""

    __slots__ = ("ways",)

    def __init__(self, ways: Ways) -> None:
        self.ways = ways


class Searcher:
    """A program, and what is remembered of searching with it."""

    def __init__(self, program: Program) -> None:
        code, self._sets = program
        numbers = list(map(ord, code))
        self._code = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
        self._asks_before = [x for op, kind, x in self._code if op == CHECK and kind in (BEFORE, NOT_BEFORE)]
        self._asks = bool(self._asks_before) or any(
            op == CHECK and kind in (EDGE, NO_EDGE) for op, kind, _ in self._code
        )
        self._rows: dict[Ways, Row] = {}
        self._moves = 0

    def search(self, text: str, steps: int) -> tuple[tuple[int, int] | None, int]:
        """The first match in a text, and how many of the steps are left; `Stopped` where they do not do."""
        if self._moves > _REMEMBERED:
            self._rows, self._moves = {}, 0
        row = self._row(((), _NOTHING, False))
        span: tuple[int, int] | None = None
        starts: list[int] = []
        counted: set[int] = set()
        for at in range(len(text) + 1):
            char = text[at : at + 1]
            move = row.get(char) or self._move(row, char)
            row, origins, ended, cost, number = move
            if number not in counted:
                counted.add(number)
                steps -= cost
            steps -= 1 + len(origins)
            if steps < 0:
                raise Stopped
            if ended != -2:
                span = (starts[ended] if ended >= 0 else at, at)
            if not origins and span:
                break
            starts = [starts[origin] if origin >= 0 else at for origin in origins]
        return span, steps

    def _row(self, ways: Ways) -> Row:
        row = self._rows.get(ways)
        if row is None:
            row = self._rows[ways] = Row(ways)
        return row

    def _move(self, row: Row, char: str) -> Move:
        """Works out what a character does, or the end of the text (an empty one)."""
        ways, before, found = row.ways
        seen: set[int] = set()
        following: dict[int, int] = {}
        ended = -2
        for origin, first in enumerate(ways) if found else (*enumerate(ways), (-1, 0)):
            if self._follow(first, origin, before, char, seen, following):
                ended = origin
                break
        self._moves += 1
        known: int = self._asks and self._about(char)
        rest = self._row((tuple(following), known, found or ended != -2))
        move = row[char] = (rest, tuple(following.values()), ended, len(seen), self._moves)
        return move

    def _follow(
        self, first: int, origin: int, before: int, char: str, seen: set[int], following: dict[int, int]
    ) -> bool:
        """Follows one way up to the next characters it takes; whether it came to an end."""
        waiting = [first]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            op, x, y = self._code[place]
            if op == CHAR:
                if char and holds(self._sets[x], char):
                    following[place + 1] = origin
            elif op == MATCH:
                return True
            elif op == SPLIT:
                waiting += (y, x)
            elif op == JUMP:
                waiting.append(x)
            elif self._is_so(x, y, before, char):
                waiting.append(place + 1)
        return False

    def _is_so(self, kind: int, number: int, before: int, char: str) -> bool:
        if kind == BEGIN:
            return bool(before & _NOTHING)
        if kind == END:
            return not char
        if kind in (EDGE, NO_EDGE):
            return (bool(before & _WORD) != is_word(char)) is (kind == EDGE)
        if kind in (BEFORE, NOT_BEFORE):
            return bool(before & (_SETS << self._asks_before.index(number))) is (kind == BEFORE)
        return (bool(char) and holds(self._sets[number], char)) is (kind == BEHIND)

    def _about(self, char: str) -> int:
        """What is known of a character once it stands before."""
        known = _WORD if is_word(char) else 0
        for bit, number in enumerate(self._asks_before):
            known |= _SETS << bit if holds(self._sets[number], char) else 0
        return known


def is_word(char: str) -> bool:
    r"""Whether `\w` holds a character."""
    return char.isalnum() or char == "_"


def holds(one: Set, char: str) -> bool:
    """Whether a set holds a character."""
    negated, exact, chars, ranges, categories = one
    low = char if exact else char.lower()[:1]
    inside = low in chars or any(_CATEGORIES[category](low) for category in categories)
    if not inside and ranges:
        upper = low if exact else char.upper() if len(char.upper()) == 1 else low
        pairs = zip(ranges[::2], ranges[1::2], strict=True)
        inside = any(first <= low <= last or first <= upper <= last for first, last in pairs)
    return inside is not negated


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal,
    "D": lambda char: not char.isdecimal(),
    "s": str.isspace,
    "S": lambda char: not char.isspace(),
    "w": is_word,
    "W": lambda char: not is_word(char),
}

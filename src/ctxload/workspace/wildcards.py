r"""gitignore's wildcards, matched name by name: the work is bounded by the length of pattern times path.

A pattern becomes names (`*`, `?` and `[…]` within a name, `**` for any folders). A path is matched by the set of places
in the pattern that its first names lead to; what one folder leads to serves all that stands in it. Nothing is tried
twice, so no pattern can take long. What a pattern means is what git makes of it, on characters instead of bytes.

>>> glob = read("docs/**/*.md")
>>> glob.fits("docs/a.md"), glob.fits("docs/x/y/a.md"), glob.fits("docs/.x/a.md"), glob.fits("a.md")
(True, True, False, False)
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    #: One sign of a name: a character that means itself, `STAR` or `ANY`, or a set.
    Token: TypeAlias = "str | int | Set"
    #: The name of one folder or file: a text that means itself, a pattern, or any folders (None).
    Part: TypeAlias = "str | Name | None"
    #: Places in a pattern, as numbers of parts: those before them are found.
    Places: TypeAlias = tuple[int, ...]

#: `*` and `?` among the signs of a name.
STAR, ANY = 0, 1
#: The longest pattern, in characters.
LONGEST = 1000

_ASCII_CLASSES = {
    "alnum": ("09", "AZ", "az"),
    "alpha": ("AZ", "az"),
    "blank": ("  ", "\t\t"),
    "cntrl": ("\0\x1f", "\x7f\x7f"),
    "digit": ("09",),
    "graph": ("!~",),
    "lower": ("az",),
    "print": (" ~",),
    "punct": ("!/", ":@", "[`", "{~"),
    "space": ("\t\r", "  "),
    "upper": ("AZ",),
    "xdigit": ("09", "AF", "af"),
}


class Set(Record):
    """A set of characters, as ranges."""

    negated: bool
    ranges: tuple[tuple[str, str], ...]

    def holds(self, char: str) -> bool:
        """Whether a character is in the set."""
        return any(first <= char <= last for first, last in self.ranges) is not self.negated


class Name(Record):
    """A name with wildcards: the text before the first, the signs up to the last, the text behind it."""

    head: str
    signs: tuple[Token, ...]
    tail: str

    def fits(self, name: str) -> bool:
        """Whether a whole name fits."""
        head, signs, tail = self
        if len(name) < len(head) + len(tail) or not (name.startswith(head) and name.endswith(tail)):
            return False
        return signs == (STAR,) or _fits(signs, name[len(head) : len(name) - len(tail)])


def _fits(signs: tuple[Token, ...], text: str) -> bool:
    """Whether a text fits signs: of the last `*` alone it is known how much it took, for an earlier one need not take
    more.
    """
    at = place = taken = 0
    star = -1
    while at < len(text):
        if place < len(signs) and signs[place] == STAR:
            star, taken = place, at
            place += 1
        elif place < len(signs) and _is(signs[place], text[at]):
            place += 1
            at += 1
        elif star < 0:
            return False
        else:
            taken += 1
            place, at = star + 1, taken
    return all(sign == STAR for sign in signs[place:])


def _is(sign: Token, char: str) -> bool:
    return sign == char if isinstance(sign, str) else sign == ANY or (isinstance(sign, Set) and sign.holds(char))


class Glob(Record):
    """A pattern. `negated` takes back what others say, `folders_only` ends with `/`; without `dots` a wildcard fits no
    name that begins with a dot."""

    parts: tuple[Part, ...]
    negated: bool = False
    folders_only: bool = False
    dots: bool = False

    @property
    def start(self) -> Places:
        """Where a path begins."""
        return tuple(self._from(0))

    def after(self, places: Places, name: str, *, below: bool = True) -> Places:
        """Where a folder leads from these places; what the whole pattern fits is left for its content if `below`."""
        parts, end, seen = self.parts, len(self.parts), self.dots or name[:1] != "."
        found: dict[int, None] = {}
        for place in places:
            if place == end:
                if seen and below:
                    found[end] = None
            elif (part := parts[place]) is None:
                if seen:
                    found.update(dict.fromkeys(self._from(place)))
                    if place == end - 1:
                        found[end] = None
            elif self._is_name(part, name, seen):
                found.update(dict.fromkeys(self._from(place + 1)))
        return tuple(found)

    def ends(self, places: Places, name: str) -> bool:
        """Whether the pattern ends with this very name."""
        if not places or not name:
            return False
        last, seen = len(self.parts) - 1, self.dots or name[:1] != "."
        if last not in places:
            return False
        part = self.parts[last]
        return seen if part is None else self._is_name(part, name, seen)

    def takes(self, places: Places, name: str) -> bool:
        """Whether a file of this name fits, or stands in a folder that does; a folder itself has the name ``."""
        if len(self.parts) in places and (self.dots or name[:1] != "."):
            return True
        if not name:  # what stands in a folder: `**` means it
            return len(self.parts) - 1 in places and self.parts[-1] is None
        return not self.folders_only and self.ends(places, name)

    def fits(self, path: str) -> bool:
        """Whether a file fits, or stands in a folder that does; a path with `/` at its end is a folder."""
        *folders, name = path.split("/")
        places = self.start
        for folder in folders:
            places = self.after(places, folder)
            if not places:
                return False
        return self.takes(places, name)

    @property
    def opens_hidden(self) -> bool:
        """Whether the pattern writes a dot out with which a name begins."""
        return any(_dot_first(part) for part in self.parts)

    def _from(self, place: int) -> Iterator[int]:
        """A place and those that follow where `**` stands for no folder."""
        yield place
        while place < len(self.parts) - 1 and self.parts[place] is None:
            place += 1
            yield place

    def _is_name(self, part: str | Name, name: str, seen: bool) -> bool:
        if isinstance(part, str):
            return part == name
        return bool(name) and (seen or _dot_first(part)) and part.fits(name)


def _dot_first(part: Part) -> bool:
    return (part if isinstance(part, str) else part.head if part is not None else "")[:1] == "."


def read(line: str, *, dots: bool = False) -> Glob | None:
    """The pattern that a line of an ignore file, or of `when_files`, means; None where it means none."""
    text = _without_trailing_spaces(line)
    negated = text.startswith("!")
    text = text[1:] if negated else text
    if not text or (text.startswith("#") and not negated):
        return None
    folders_only = text.endswith("/") and not text.endswith("\\/")
    text = text[:-1] if folders_only else text
    anywhere = "/" not in text
    parts = read_parts(text.removeprefix("/"), single=anywhere)
    if not parts:
        return None
    return Glob((None, *parts) if anywhere else parts, negated, folders_only, dots)


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if slashes % 2 and len(bare) < len(line) else bare


def read_parts(text: str, *, single: bool = False) -> tuple[Part, ...]:
    r"""The parts of a pattern; none where nothing can fit it, as with an open `[`. In a `single` name `**` is `*`.

    >>> read_parts("a/**/b*c"), read_parts("a//b"), read_parts("[a")
    (('a', None, Name(head='b', signs=(0,), tail='c')), (), ())
    """
    if len(text) > LONGEST:
        return ()
    parts: list[Part] = []
    signs: list[Token] = []
    at = 0
    while at <= len(text):
        char = text[at : at + 1]
        if char == "\\":
            at += 1
            char = text[at : at + 1]
            if not char:
                return ()
            if char != "/":
                signs.append(char)
                at += 1
                continue
        if char in ("", "/"):
            if not signs:
                return ()
            part = _part(signs, single)
            if part is not None or not parts or parts[-1] is not None:  # `**/**` is `**`: one place instead of many
                parts.append(part)
            signs = []
        elif char == "[":
            found, at = _set(text, at + 1)
            if found is None:
                return ()
            signs.append(found)
        else:
            signs.append(STAR if char == "*" else ANY if char == "?" else char)
        at += 1
    return tuple(parts)


def _part(signs: list[Token], single: bool) -> Part:
    if len(signs) > 1 and not single and all(sign == STAR for sign in signs):
        return None
    wild = [number for number, sign in enumerate(signs) if not isinstance(sign, str)]
    if not wild:
        return "".join(map(str, signs))
    first, last = wild[0], wild[-1] + 1
    middle = [s for n, s in enumerate(signs[first:last], first) if s != STAR or n == first or signs[n - 1] != STAR]
    return Name("".join(map(str, signs[:first])), tuple(middle), "".join(map(str, signs[last:])))


def _set(text: str, at: int) -> tuple[Set | None, int]:
    """The set that begins behind a `[`, and where its `]` stands; None where it is never closed or not sound."""
    negated = text[at : at + 1] in ("!", "^") and at < len(text)
    at += negated
    begun, before = at, ""
    ranges: list[tuple[str, str]] = []
    while at < len(text) and (text[at] != "]" or at == begun):
        char = text[at]
        if char == "-" and before and text[at + 1 : at + 2] not in ("", "]"):
            at += 2 if text[at + 1] == "\\" else 1
            ranges.append((before, text[at : at + 1]))
            before = ""
        elif char == "[" and (end := _class_end(text, at)):
            if text[at + 2 : end - 1] not in _ASCII_CLASSES:
                return None, at
            ranges += [(pair[0], pair[1]) for pair in _ASCII_CLASSES[text[at + 2 : end - 1]]]
            at, before = end, ""
        else:
            at += char == "\\"
            before = text[at : at + 1]
            ranges.append((before, before))
        at += 1
    return (Set(negated, tuple(ranges)), at) if at < len(text) else (None, at)


def _class_end(text: str, at: int) -> int:
    """Where the `]` of a class such as `[:alpha:]` stands, or 0 where there is none."""
    end = text.find("]", at + 2) if text.startswith("[:", at) else -1
    return end if end > at + 2 and text[end - 1] == ":" else 0

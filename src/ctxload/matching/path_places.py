r"""Where paths may stand in a text, as people and programs write them: what is a path of this project, a tree tells.

A path is written `@src/a.ts`, `src/a.ts:12:5`, `"src/my dir/b.ts"`, `src/my\ dir/b.ts`, `[a](src/a.ts)`, `src\a.ts`,
`src/a.ts,src/b.ts`, `請修改src/a.ts文件`. Each place is a beginning with the ends that it may have, the longest first,
since a name may hold any of the signs that end it elsewhere (`app/(group)/[id]/page.tsx`, `docs/c#/a.md`).

>>> text = "fix src/a.ts:12 please"
>>> [[text[place.start : end] for end in place.ends] for place in places_of_paths(text)]
[['src/a.ts:12', 'src/a.ts'], ['12']]
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: At how many places of a text paths are looked for; how far one reaches, and how much of a word is looked at, in
#: characters; how many ends a place has, at most twice that with full stops before them.
PLACES, LONGEST, WORD, ENDS = 5_000, 400, 4_000, 12
#: Signs that may stand before or after a path; a name may hold most of them, too.
_EDGES = frozenset("\"'`()[]{}<>,;:!?*|&=#^%+@")
#: The first signs of names among them.
_FIRST = frozenset("[(@")
_QUOTES = {
    '"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u201e": "\u201c",
    "\u300c": "\u300d", "\u300e": "\u300f",
}  # fmt: skip
_CLOSING = {"[": "]", "(": ")"}
#: A word without any of these holds no path.
_TELLING = frozenset("./\\@").union(_QUOTES)
#: Where a URL ends, beside white space.
_END_OF_URL = frozenset('"<>`|\u300d\u300f\u201d\uff09')
#: From here on letters are of other scripts than Latin, and may stand beside a path without a blank.
_OTHER_SCRIPTS = 0x370


class Place(Record):
    """Where a path may stand: from `start` to one of the `ends`. `to_write` are the ends of what is a path by its
    looks, for one that is yet to write; none where only a path that is there counts."""

    start: int
    ends: tuple[int, ...]
    to_write: tuple[int, ...]


def places_of_paths(text: str) -> Iterator[Place]:
    """The places in a text where paths may stand, in order."""
    text = without_urls(text)
    at = joined = found = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        if start < joined or _TELLING.isdisjoint(word):
            continue
        joined = _end_of_word(text, at)
        for place in _places_in(text, start, min(joined, start + WORD)):
            yield place
            found += 1
            if found == PLACES:
                return


def _end_of_word(text: str, end: int) -> int:
    """Where a word ends, blanks with a backslash before them counted in."""
    while text[end - 1 : end + 1] == "\\ " and not text[end + 1 : end + 2].isspace():
        end += 1
        while end < len(text) and not text[end].isspace():
            end += 1
    return end


def _places_in(text: str, start: int, stop: int) -> Iterator[Place]:
    for at in range(start, stop):
        if _may_begin(text, at, start):
            quoted = _quoted(text, at, stop)
            yield Place(at, quoted + _ends(text, at, stop), _ends_by_looks(text, at, stop, quoted))


def _may_begin(text: str, at: int, start: int) -> bool:
    return (text[at] in _FIRST or not _is_edge(text[at])) and _is_after_edge(text, at, start)


def _is_after_edge(text: str, at: int, start: int) -> bool:
    """Whether something may begin here: at the start of a word, after a sign, where the script changes.

    `@` and `_` are signs around a path only at an edge themselves: there are mail addresses, and names with them.
    """
    if at == start:
        return True
    before = text[at - 1]
    if before in "@_":
        return _is_after_edge(text, at - 1, start)
    return before.isspace() or _is_edge(before) or _changes_script(before, text[at])


def _is_edge(char: str) -> bool:
    return char in _EDGES or not (char.isascii() or char.isalnum())


def _changes_script(one: str, other: str) -> bool:
    return (ord(one) < _OTHER_SCRIPTS) != (ord(other) < _OTHER_SCRIPTS)


def _quoted(text: str, start: int, stop: int) -> tuple[int, ...]:
    """Where a quotation ends that begins here and goes on behind the word, in the same line."""
    closing = _QUOTES.get(text[start - 1 : start])
    if not closing:
        return ()
    rest, found, _ = text[stop : start + LONGEST].partition(closing)
    return (stop + len(rest),) if found and "\n" not in rest else ()


def _ends(text: str, start: int, stop: int) -> tuple[int, ...]:
    """Where a path that begins here may end, the longest first; full stops after it are none of its signs."""
    found: list[int] = []
    limit = min(stop, start + LONGEST)
    for end in range(start + 1, limit + 1):
        if end == stop or text[end].isspace() or _is_edge(text[end]) or _changes_script(text[end - 1], text[end]):
            bare = start + len(text[start:end].rstrip("._"))
            found += (bare, end) if start < bare < end else (end,)
            if len(found) >= ENDS:
                break
    return tuple(dict.fromkeys(reversed(found)))


def _ends_by_looks(text: str, start: int, stop: int, quoted: tuple[int, ...]) -> tuple[int, ...]:
    """Where a path that begins here ends by its looks; none where it must be there to count."""
    before = text[start - 1 : start]
    if text[start] == "@" or before in ("@", ":"):
        return ()
    path = _without_what_follows(text[start : _end_of_signs(text, start, stop)]).rstrip(".*?")
    end = start + len(path.rstrip("_") if before == "_" else path)
    return (*quoted, end) if end > start else quoted


def _end_of_signs(text: str, start: int, stop: int) -> int:
    """Where what follows doesn't belong to a path any more; of brackets those around a whole name are."""
    end = start
    while end < stop:
        char = text[end]
        if char in _CLOSING and (end == start or text[end - 1] == "/"):
            if _CLOSING[char] not in text[end:stop]:
                break
            end = text.index(_CLOSING[char], end)
        elif text[end : end + 2] == "\\ ":
            end += 1
        elif not (char.isalnum() or char in "_-./\\@+~$%*?"):
            break
        end += 1
    return end


def _without_what_follows(path: str) -> str:
    """A path without letters of another script behind its ending: `src/a.ts` of `src/a.tsを直す`."""
    at = path.find(".")
    while at >= 0:
        end = at + 1
        while end < len(path) and path[end].isascii() and path[end].isalnum():
            end += 1
        if at + 1 < end < len(path) and ord(path[end]) >= _OTHER_SCRIPTS:
            return path[:end]
        at = path.find(".", at + 1)
    return path


def without_urls(text: str) -> str:
    """The text with blanks for URLs, each sign in its place; of the URL of a file its path stays.

    >>> without_urls("see https://example.org/a.py, or a.py")
    'see                           or a.py'
    """
    kept: list[str] = []
    done, at = 0, text.find("://")
    while at >= 0:
        start = _start_of_url(text, at, done)
        end = at + 3 if text[start:at] == "file" else _end_of_url(text, start, at + 3)
        kept += (text[done:start], " " * (end - start))
        done, at = end, text.find("://", end)
    return "".join([*kept, text[done:]])


def _start_of_url(text: str, at: int, least: int) -> int:
    while at > least and text[at - 1].isascii() and (text[at - 1].isalnum() or text[at - 1] in "+.-"):
        at -= 1
    return at


def _end_of_url(text: str, start: int, end: int) -> int:
    closing = _CLOSING.get(text[start - 1 : start], "")
    while end < len(text) and not (text[end].isspace() or text[end] in _END_OF_URL or text[end] == closing):
        end += 1
    return end

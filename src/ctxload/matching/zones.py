r"""Where the words of a task stand: in what somebody asks, or in what was pasted along with it.

A word in pasted code, in a log or in a URL says less than one in the sentence that asks; a path speaks for keywords
that look like a path. A quotation is told apart and counts in full. Lines are read once, no pattern is used.

>>> standing = standing_of("Fix the retry\n```\nimport billing\n```\nsee https://example.org/docker")
>>> [standing.kind_at(at) for at in (8, 25, 38, 60)]
['', 'code', '', 'url']
>>> standing_of("Fix the retry") is None
True
"""

from __future__ import annotations

from ..text.lines import lines_of
from .task_words import CODE, PATH, QUOTE, URL

#: How a place is named to people.
NAMES = {CODE: "in pasted code", URL: "in a URL", PATH: "in a path", QUOTE: "in a quotation"}

_FENCES = ("```", "~~~")
#: How a line begins that a program or a terminal wrote, and one of code, which more must tell.
_LOG_STARTS = (
    "at ", "File \"", "Traceback (", "Caused by", "$ ", ">>> ", "... ", "+++ ", "--- ", "@@ ", "diff --git", "npm ERR",
    "E   ",
)  # fmt: skip
_CODE_STARTS = (
    "#include", "import ", "from ", "def ", "class ", "function ", "const ", "var ", "public ", "private ", "return ",
    "}", "{", "</",
)  # fmt: skip
#: Among how many words of a line the level of a log entry stands.
_LEVEL_AMONG = 4
_LEVELS = ("ERROR", "WARN", "WARNING", "INFO", "DEBUG", "FATAL", "TRACE", "CRITICAL")
_AROUND = "\"'`()[]{}<>,;"
_QUOTES = {'"': '"', "\u201c": "\u201d", "\u00ab": "\u00bb"}
_PATH_QUOTES = {**_QUOTES, "`": "`", "'": "'"}
#: How far a path in quotation marks may reach, in characters.
QUOTED_PATH = 200
#: How far a quotation may reach, in characters, and how many words make one.
QUOTED, QUOTED_WORDS = 2_000, 3


class Standing:
    """The stretches of a task that are not plain prose: half-open offsets in code points, and what each is."""

    __slots__ = ("_starts", "ranges")

    def __init__(self, ranges: list[tuple[int, int, str]]) -> None:
        self.ranges = ranges
        self._starts = [start for start, _, _ in ranges]

    def kind_at(self, at: int) -> str:
        """What the stretch at an offset is; the empty string for what is asked."""
        number = self._last_before(at)
        if number >= 0 and at < self.ranges[number][1]:
            return self.ranges[number][2]
        return ""

    def _last_before(self, at: int) -> int:
        """The number of the last stretch that does not begin after an offset, or -1; `bisect` is a library to be
        loaded.
        """
        low, high = 0, len(self._starts)
        while low < high:
            middle = (low + high) // 2
            if at < self._starts[middle]:
                high = middle
            else:
                low = middle + 1
        return low - 1

    def __repr__(self) -> str:
        return f"<Standing {self.ranges!r}>"


def standing_of(text: str) -> Standing | None:
    """Where the words of a text stand, or None where all of them are plain prose."""
    ranges: list[tuple[int, int, str]] = []
    fence, at, before = "", 0, ""
    lines = lines_of(text)
    for line in lines:
        bare = line.strip()
        if fence:
            kind = CODE
            if bare.startswith(fence) and not bare.strip(fence):
                fence = ""
        elif bare.startswith(_FENCES):
            kind, fence = CODE, bare[: len(bare) - len(bare.lstrip(bare[0]))]
        elif bare.startswith("> "):
            kind = QUOTE
        else:
            kind = CODE if len(lines) > 1 and _looks_pasted(line, bare, before) else ""
        if kind:
            ranges.append((at, at + len(line), kind))
        elif bare:
            ranges += _within(line, at)
        before = kind if bare else before
        at += len(line)
    return Standing(ranges) if ranges else None


def _looks_pasted(line: str, bare: str, before: str) -> bool:
    """Whether a line looks like code or a log: how it begins, how it ends, or what was before it."""
    if not bare:
        return False
    if line.startswith(("    ", "\t")) and not bare.startswith(("- ", "* ", "+ ")) and not bare[0].isdigit():
        return True
    if bare.startswith(_LOG_STARTS) or (bare.startswith(_CODE_STARTS) and (before == CODE or bare[-1] in "{};:)>\"'")):
        return True
    words = bare.split(None, _LEVEL_AMONG)[:_LEVEL_AMONG]
    if any(word.strip("[]():") in _LEVELS for word in words):
        return True
    first = words[0].strip("[]")
    if first[:1].isdigit() and first.count(":") + first.count("-") >= 2 and first[-1:].isalnum():
        return True
    return bare[-1] in "{};" and any(sign in bare for sign in "(){}=")


def _within(line: str, start: int) -> list[tuple[int, int, str]]:
    """The URLs, paths and quotations in a line of prose."""
    found: list[tuple[int, int, str]] = []
    at, end_of_quote = 0, -1
    for word in line.split():
        at = line.index(word, at)
        bare = word.strip(_AROUND)
        first = at + word.index(bare)
        if "://" in bare or bare.startswith("www."):
            found.append((start + first, start + first + len(bare), URL))
        elif _is_path(bare):
            begin, end = (0, len(bare)) if bare.isascii() else _path_in(bare)
            found.append((start + first + begin, start + first + end, PATH))
        elif path_end := _end_of_quoted_path(line, at):
            found.append((start + at, start + path_end, PATH))
        elif at > end_of_quote and word[0] in _QUOTES:  # what closes a quotation opens none
            said = _quoted(line, at, _QUOTES[word[0]], QUOTED)
            if len(said.split()) >= QUOTED_WORDS:
                end_of_quote = at + len(said)
                if not any(sign in said for sign in "/\\"):
                    found.append((start + at, start + end_of_quote, QUOTE))
        at += len(word)
    return _apart(found)


def _path_in(word: str) -> tuple[int, int]:
    """Where a path stands in a word with letters of other scripts, which may belong to it or stand beside it."""
    from .path_places import places_of_paths

    slash = min(at for sign in "/\\" if (at := word.find(sign)) >= 0)
    found = (0, len(word))
    for place in places_of_paths(word):
        for end in place.to_write:
            if place.start < slash < end:
                found = (place.start, end)
    return found


def _end_of_quoted_path(line: str, at: int) -> int | None:
    """Where a path with blanks ends that stands in quotation marks from here; None where none does."""
    at += line.startswith("@", at)
    closing = _PATH_QUOTES.get(line[at : at + 1])
    opened = _quoted(line, at, closing, QUOTED_PATH) if closing else ""
    path = opened[1:]
    if " " not in path or not _is_path(path) or any(sign in path for sign in ",;:?!"):
        return None
    ending = path.rpartition(".")[2]
    return at + len(opened) if ending.isalnum() and ending.isascii() else None


def _quoted(line: str, at: int, closing: str, most: int) -> str:
    """What stands from an opening sign here to before the one that closes it; an empty text where none does."""
    return line[at : max(at, line.find(closing, at + 1, at + most))]


def _apart(ranges: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The ranges in order, none within the one before it."""
    kept: list[tuple[int, int, str]] = []
    done = 0
    for one in sorted(ranges):
        if one[0] >= done:
            kept.append(one)
            done = one[1]
    return kept


def _is_path(word: str) -> bool:
    """Whether a word is a path: `src/app.py`, `./run`, `C:\\app`; not `and/or` or `CI/CD`."""
    slashes = word.count("/") + word.count("\\")
    if not slashes:
        return False
    if slashes > 1 or word.startswith(("/", "./", "../", "~/", "\\")):
        return True
    last = word.replace("\\", "/").rpartition("/")[2]
    return "." in last or not last

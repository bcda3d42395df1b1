"""Documents that say the same as another but for a few lines: a person lists one of them.

>>> text = "".join(f"Step {number} of it.\\n" for number in range(20))
>>> copies = Copies()
>>> copies.is_one("docs/a-b.md", text), copies.is_one("docs/a_b.md", text.replace("Step 3", "Steps 3"))
(False, True)
>>> copies.is_one("docs/a-c.md", text.replace("Step 3", "Steps 3")), copies.is_one("docs/a.md", "# Other\\n" * 20)
(True, False)
"""

from __future__ import annotations

from collections import Counter
from zlib import crc32

from ...record import Record
from .keywords import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NEARLY = "nearly the same as another"
#: So large a share of the lines of the longer one stands in the other, too, where both are called the same, and where
#: they aren't. In 16 public repositories copies of one name have 0.90 or more, those of another 0.97; pages of one
#: template that people do tell apart (`nextjs-app-router`, `nextjs-pages-router`) have up to 0.92.
SAME, OTHERWISE = 0.85, 0.95
#: A document of fewer lines is too short to tell: pages that only name what a build puts there look alike.
LINES = 16
#: So many lines stand for a document, the same ones of documents that are alike; two that have fewer in common aren't.
SKETCH, COMMON = 16, 8


class _Lines(Record):
    """What a document is called, its lines by their checksums, and those that stand for it."""

    name: str
    counts: Counter[int]
    total: int
    sketch: frozenset[int]


class Copies:
    """The documents that were read, told one by one."""

    def __init__(self, same: float = SAME) -> None:
        self._same = same
        self._known: list[_Lines] = []

    def is_one(self, path: str, text: str) -> bool:
        """Whether a document is nearly the same as one before; one that is not will be compared with those to come."""
        counts = Counter(crc32(line.strip().encode("utf-8", "replace")) for line in text.split("\n") if line.strip())
        own = _Lines(_called(path), counts, counts.total(), frozenset(sorted(counts)[:SKETCH]))
        if own.total < LINES:
            return False
        if any(_are_same(own, other, self._same) for other in self._known):
            return True
        self._known.append(own)
        return False


def near_copies(paths: Iterable[str], read: Callable[[str], str]) -> set[str]:
    """Those of many documents that are nearly the same as another that is called the same; no others are read. Of a
    skill and a page about it the skill stays, else the first.

    >>> text = "".join(f"Step {number} of it.\\n" for number in range(20))
    >>> sorted(near_copies(["a/run.md", "b/run/SKILL.md", "c/walk.md"], lambda path: text))
    ['a/run.md']
    """
    called: dict[str, list[str]] = {}
    for path in paths:
        called.setdefault(_called(path), []).append(path)
    found: set[str] = set()
    for same in called.values():
        if len(same) > 1:
            same.sort(key=lambda path: not path.endswith("/SKILL.md"))
            # a page about a skill is made from it; in a reference many pages of one name are alike
            copies = Copies(SAME if same[0].endswith("/SKILL.md") else OTHERWISE)
            found |= {path for path in same if copies.is_one(path, read(path))}
    return found


def _called(path: str) -> str:
    return "".join(filter(str.isalnum, name_of(path).lower()))


def _are_same(one: _Lines, other: _Lines, same: float) -> bool:
    least = (same if one.name == other.name else OTHERWISE) * max(one.total, other.total)
    if min(one.total, other.total) < least or len(one.sketch & other.sketch) < COMMON:
        return False
    return (one.counts & other.counts).total() >= least

"""Documents that say the same: clusters of those that share most of their runs of words.

A text is the set of its runs of `RUN` words, of which one in `KEPT` is kept, by checksum (A. Broder, On the resemblance
and containment of documents, 1997). Two documents are one cluster where the smaller has at least
`ALIKE` of its runs in common with the larger.

>>> one = "How we write an endpoint: a view, a serializer, a test beside it, and a page in the docs. " * 3
>>> clusters({"a.md": one, "b.md": one + "And more.", "c.md": "Something else entirely, with other words in it. " * 3})
(('a.md', 'b.md'),)
"""

from __future__ import annotations

from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

RUN, KEPT, ALIKE = 6, 4, 0.6
#: How many runs one text is known by at most; a run that more documents have is a frame that all of them share.
MOST, COMMON = 2_000, 40
#: A text with fewer runs is too short to say whether it is another.
LEAST = 3


def clusters(texts: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The clusters, the largest first; a document that is like no other is in none."""
    sketches = {path: found for path, text in texts.items() if len(found := _sketch(text)) >= LEAST}
    holders: dict[int, list[str]] = {}
    for path, sketch in sketches.items():
        for run in sketch:
            holders.setdefault(run, []).append(path)
    shared: dict[tuple[str, str], int] = {}
    for paths in holders.values():
        if 1 < len(paths) <= COMMON:
            for at, one in enumerate(paths):
                for other in paths[at + 1 :]:
                    shared[one, other] = shared.get((one, other), 0) + 1
    of: dict[str, str] = {path: path for path in sketches}
    for (one, other), count in shared.items():
        if count >= ALIKE * min(len(sketches[one]), len(sketches[other])):
            of[_top(of, other)] = _top(of, one)
    groups: dict[str, list[str]] = {}
    for path in sketches:
        groups.setdefault(_top(of, path), []).append(path)
    return tuple(
        sorted((tuple(paths) for paths in groups.values() if len(paths) > 1), key=lambda one: (-len(one), one))
    )


def _top(of: dict[str, str], path: str) -> str:
    while of[path] != path:
        of[path] = path = of[of[path]]
    return path


def _sketch(text: str) -> set[int]:
    words = text.lower().split()
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    kept = {number for number in (crc32(run.encode("utf-8", "replace")) for run in runs) if number % KEPT == 0}
    return set(sorted(kept)[:MOST])

"""What many answers come to: counts, the places of bad lines, a digest of them all; in any cut and order the same.

Summaries merge: each part of the tasks may be answered by another process, and `merged` of the parts in any order is
the summary of all, byte for byte.

>>> whole, parts = Tally(), [Tally(), Tally()]
>>> for number, task in enumerate(["fix the login", "a view", "fix the login"]):
...     for tally in (whole, parts[number % 2]):
...         tally.answer(task, ("api.md",), "keyword", 120)
>>> merged(part.summary() for part in parts).to_bytes() == whole.summary().to_bytes()
True
>>> whole.summary()
<Summary of 3 tasks: 3 keyword, digest 8e5a0b7f>
"""

from __future__ import annotations

import json
from hashlib import sha256
from heapq import nsmallest

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    #: The place of a line that holds no task, and why: the source, the number of the line, the reason.
    Bad = tuple[str, int, str]

#: How many bad lines are kept by place, the first ones; all are counted.
PLACES = 20
#: How many files are listed, those that are given most often; all are counted.
LISTED = 10
_DIGEST = 1 << 256


def added(digest: int, text: str) -> int:
    """A digest with one text more, which is ASCII; the order of texts does not matter."""
    return both(digest, int.from_bytes(sha256(text.encode("ascii")).digest(), "big"))


def both(digest: int, other: int) -> int:
    """The digest of all texts that two are of."""
    return (digest + other) % _DIGEST


class Summary(Record):
    """What answers come to.

    `tasks` are all lines that were asked, `bad` those of them that hold no task or that cannot be answered, `places`
    the first of these. `layers`, `files` and `findings` count answers by layer, by file, and by the code of a finding;
    `size` is the bytes of all files given. `digest` is a sum of the hashes of tasks with their answers, so that it
    knows no order.
    """

    tasks: int = 0
    bad: int = 0
    layers: dict[str, int] = {}
    files: dict[str, int] = {}
    findings: dict[str, int] = {}
    size: int = 0
    places: tuple[Bad, ...] = ()
    digest: int = 0

    def __repr__(self) -> str:
        layers = ", ".join(f"{count} {layer}" for layer, count in sorted(self.layers.items()))
        return f"<Summary of {self.tasks} tasks: {layers or 'none'}, digest {self.hex[:8]}>"

    @property
    def hex(self) -> str:
        """The digest in hexadecimal."""
        return f"{self.digest:064x}"

    @property
    def given(self) -> int:
        """How many files were given, each as often as it was."""
        return sum(self.files.values())

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON-ready data; files most often given first."""
        return {
            "version": 1,
            "tasks": self.tasks,
            "bad_lines": self.bad,
            "bad": [{"source": source, "line": line, "why": why} for source, line, why in self.places],
            "layers": dict(sorted(self.layers.items())),
            "files": dict(_most_first(self.files)),
            "findings": dict(sorted(self.findings.items())),
            "bytes": self.size,
            "digest": self.hex,
        }

    def to_data(self) -> list[Any]:
        """The summary as plain data; `from_data` makes the same of it."""
        return [*self.replace(digest=self.hex)]

    def to_bytes(self) -> bytes:
        """The summary as it travels: the same bytes for the same summary."""
        return json.dumps(self.to_data(), separators=(",", ":"), sort_keys=True).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Summary:
        """The summary of those bytes."""
        return cls.from_data(json.loads(data))

    @classmethod
    def from_data(cls, data: list[Any]) -> Summary:
        """The summary of plain data; ValueError, TypeError or KeyError where it is none."""
        values = dict(zip(cls._fields, data, strict=True))
        places = tuple([tuple(place) for place in values["places"]])
        return cls(**{**values, "places": places, "digest": int(values["digest"], 16)})


def merged(parts: Iterable[Summary]) -> Summary:
    """The summary of all that the parts are of."""
    tally = Tally()
    for part in parts:
        tally.add(part)
    return tally.summary()


class Tally:
    """A summary that grows."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0]
        self._mappings: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
        self._places: list[Bad] = []
        self._digest = 0

    def answer(
        self, task: str, files: tuple[str, ...], layer: str, size: int = 0, findings: tuple[str, ...] = ()
    ) -> None:
        """Counts an answer; `task` is all that was asked, as a text."""
        self._note(json.dumps([task, files, layer, findings]), 0)
        self._counts[2] += size
        for mapping, names in zip(self._mappings, ((layer,), files, findings), strict=True):
            for name in names:
                mapping[name] = mapping.get(name, 0) + 1

    def bad(self, task: str, source: str, line: int, why: str) -> None:
        """Counts a line that holds no task, or one that cannot be answered."""
        self._note(json.dumps([task]), 1)  # without the reason: a parser of another Python has other words
        self._places.append((source, line, why))
        if len(self._places) > 2 * PLACES:
            self._places = nsmallest(PLACES, self._places)

    def _note(self, said: str, bad: int) -> None:
        self._counts[0] += 1
        self._counts[1] += bad
        self._digest = added(self._digest, said)

    def add(self, part: Summary) -> None:
        """Counts all that a summary is of."""
        for place, count in enumerate((part.tasks, part.bad, part.size)):
            self._counts[place] += count
        for mapping, counts in zip(self._mappings, (part.layers, part.files, part.findings), strict=True):
            for name, count in counts.items():
                mapping[name] = mapping.get(name, 0) + count
        self._places = nsmallest(PLACES, [*self._places, *part.places])
        self._digest = both(self._digest, part.digest)

    def summary(self) -> Summary:
        """The summary of what was counted so far."""
        tasks, bad, size = self._counts
        layers, files, findings = map(dict, self._mappings)
        return Summary(tasks, bad, layers, files, findings, size, tuple(nsmallest(PLACES, self._places)), self._digest)


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def lines_of(summary: Summary) -> list[str]:
    """A summary as lines for people, of 80 columns."""
    from ..text.escaping import escape
    from ..text.wording import counted

    tasks = max(1, summary.tasks - summary.bad)
    lines = [f"tasks    {summary.tasks:,}" + (f", {summary.bad:,} of them bad lines" if summary.bad else "")]
    layers = ", ".join(f"{name} {count:,}" for name, count in _most_first(summary.layers))
    lines.append(f"layers   {layers or 'none'}")
    lines.append(f"files    {summary.given / tasks:.2f} a task, {summary.size / tasks / 1000:.1f} kB a task")
    most = _most_first(summary.files)
    lines += [f"  {count:>11,}  {escape(path)}" for path, count in most[:LISTED]]
    if len(most) > LISTED:
        lines.append(f"  and {counted(len(most) - LISTED, 'more file')}")
    if summary.findings:
        lines.append("findings " + ", ".join(f"{code} {count:,}" for code, count in sorted(summary.findings.items())))
    lines += [f"bad line {escape(source)}:{line}: {escape(why)}" for source, line, why in summary.places]
    if summary.bad > len(summary.places):
        lines.append(f"  and {counted(summary.bad - len(summary.places), 'more bad line')}")
    return [*lines, f"digest   {summary.hex}"]

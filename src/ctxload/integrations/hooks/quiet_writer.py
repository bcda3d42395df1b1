"""Keeps what decided a call of a tool that brought nothing, so that the next ones need not ask anew; see `quiet`."""

from __future__ import annotations

import os

from ...errors import NoIndexError
from ...formats.shown import not_shown
from ...project.snapshot import UNDECODED, DamagedSnapshot, open_snapshot, path_for, read_directory
from ...workspace.atomic import put
from ...workspace.locations import discover, places_in
from ...workspace.stamps import is_young, now, signature_of
from ...workspace.trust import allowed_file
from ...workspace.wildcards import read
from .journal import journal_folder
from .quiet import BETWEEN, HEAD, LARGEST, WITHIN, places, signed
from .touched_notes import TouchedNotes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ...project.snapshot import Project
    from ...workspace.locations import Place
    from ..clients.client import Call


class QuietCall:
    """One call of a tool, and what is kept of it."""

    def __init__(self, payload: dict[str, Any], arguments: list[str], folder: str) -> None:
        self.paths = places(payload, arguments)
        self.folder = os.path.abspath(folder or os.getcwd())

    def keep_nowhere(self) -> None:
        """Keeps that nothing serves here: no index, here or above, and no other tool's files that are allowed.

        Of an index that a variable names, or that is another user's, nothing is kept: it may serve at any time.
        """
        try:
            root = discover(self.folder, sources=("agent-skills",)).root
        except NoIndexError:
            return
        self._write("", [*_absent(self.folder, ""), *not_shown(root)], [allowed_file()], [])

    def keep_refused(self, place: Place) -> None:
        """Keeps that the person has not allowed the project."""
        self._write(place.root, [*_absent(self.folder, place.path)], [place.path, allowed_file()], [])

    def keep(self, project: Project, call: Call) -> None:
        """Keeps what this project calls for, without what the conversation was given of it already."""
        notes, sources = TouchedNotes(call.conversation), _sources(project.place)
        had, rows = notes.documents(), [project.tables.entries[number] for number in project.tables.meta.at_hand]
        have = [path for row in rows for path in had.get(row.id, ())]
        wanted = [row.for_files for row in rows if row.id not in had]
        absent = [*_absent(self.folder, project.place.path)]
        if not os.path.lexists(project.place.path):  # files of other tools alone: more of them may come, and an index
            absent += [*places_in(project.place.root), *not_shown(project.place.root)]
        if sources:
            signs = [*sources, *have, allowed_file()]
            self._write(project.place.root, absent, signs, wanted, notes.path if have else "")

    def _write(
        self, root: str, absent: list[str], signs: list[str], wanted: list[tuple[str, ...]], notes: str = ""
    ) -> None:
        """Writes the file: that of the conversation where it was given something, which `notes` tell, else that of the
        folder.
        """
        at = now()
        if not self.paths or any(is_young(signature_of(path), at) for path in signs) or not journal_folder():
            return
        lines = [f"root{BETWEEN}{root}", *(f"none{BETWEEN}{path}" for path in absent)]
        lines += [f"sign{BETWEEN}{path}{BETWEEN}{signed(path)}" for path in filter(None, (*signs, notes))]
        lines += [f"want{BETWEEN}{line}" for patterns in dict.fromkeys(wanted) for line in _wanted(patterns)]
        data = "\n".join([HEAD, *lines, "end"]).encode("utf-8", "surrogatepass")
        is_plain = all(line.count(BETWEEN) == (2 if line[:4] in ("sign", "want") else 1) for line in lines)
        if len(data) > LARGEST or not is_plain or data.count(b"\n") != len(lines) + 1:
            return
        try:
            put(self.paths[0 if notes else 1], data, 0o600)
            if not notes and os.path.lexists(self.paths[0]):
                os.unlink(self.paths[0])
        except OSError:
            pass


def _sources(place: Place) -> list[str]:
    """What the compiled index was made of; nothing where it isn't as it was then."""
    try:
        _, directory = read_directory(open_snapshot(path_for(place)))
    except (DamagedSnapshot, OSError, *UNDECODED):
        return []
    is_same = all(signature_of(path) == sign for path, sign, _, _ in directory.sources)
    return [path for path, _, _, _ in directory.sources] if is_same else []


def _wanted(patterns: tuple[str, ...]) -> Iterator[str]:
    """The lines for the patterns of an entry: one for each that may fit, with what a path must hold for that."""
    for pattern in patterns:
        glob = read(pattern)
        if glob is None or glob.negated:
            continue
        keys = [
            text
            for part in glob.parts
            if part is not None
            for text in ((part,) if isinstance(part, str) else (part.head, part.tail))
            if text
        ]
        keys = [] if "[" in pattern else keys  # what stands in brackets may be a name, too, as a tree tells
        yield f"{WITHIN.join(keys)}{BETWEEN}{WITHIN.join(patterns)}"


def _absent(folder: str, index: str) -> Iterator[str]:
    """Where an index would come before this one, or where there would be one: nothing may be there."""
    if index and os.environ.get("CTXLOAD_INDEX"):
        return
    while True:
        for path in places_in(folder):
            if path == index:
                return
            yield path
        if os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)

"""Which entries a conversation was given when their files were touched: a line for each of their documents, as it was then.

Another touch brings such an entry again only when one of them has changed, or the conversation was compacted: then
`journal.Notes.forget` forgets it.
"""  # noqa: E501

from __future__ import annotations

import os

from .journal import TOUCHED, Notes, append
from .quiet import BETWEEN, signed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class TouchedNotes:
    """What is noted of one conversation; nothing where nothing can be."""

    def __init__(self, conversation: str) -> None:
        folder = Notes(conversation).folder
        self.path = os.path.join(folder, TOUCHED) if folder else ""

    def documents(self) -> dict[str, list[str]]:
        """The documents of each entry that was given, of those whose documents are as they were."""
        found: dict[str, dict[str, str]] = {}
        for line in self._lines():
            entry, _, rest = line.partition(BETWEEN)
            sign, between, path = rest.partition(BETWEEN)
            if between:
                found.setdefault(entry, {})[path] = sign
        return {
            entry: [*signs]
            for entry, signs in found.items()
            if all(signed(path) == sign for path, sign in signs.items())
        }

    def add(self, entries: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Notes entries with the paths of their documents, in one write."""
        rows = [(entry, signed(path), path) for entry, paths in entries for path in paths]
        text = "".join([BETWEEN.join(row) + "\n" for row in rows if not set("\t\n") & {*row[0], *row[2]}])
        if self.path and text:
            append(self.path, text.encode("utf-8", "surrogatepass"))

    def _lines(self) -> list[str]:
        if not self.path:
            return []
        try:
            with open(self.path, "rb") as file:
                return file.read().decode("utf-8", "surrogatepass").split("\n")
        except (OSError, ValueError):
            return []

"""Where cases stand in the files they were written in."""

from __future__ import annotations

from ...text.escaping import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...index.model import Case
    from ...text.source import Source


class CasePlaces:
    """Where cases stand: `path:line:column`, and as its parts."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.name: source for source in sources}

    def of(self, case: Case) -> tuple[str, int, int]:
        """Path, line and column of a case; an empty path where it has none."""
        source = self._sources.get(case.task.source)
        return (source.name, *source.position(case.task.start)) if source else ("", 0, 0)

    def line(self, case: Case) -> str:
        """The place on one line."""
        path, line, column = self.of(case)
        return f"{escape(path)}:{line}:{column}" if path else ""

"""The certain repairs of findings → the texts that the files of an index would have."""

from __future__ import annotations

from ...index.edits import apply
from ...index.parser import parse
from ...record import Record
from ...text.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...index.model import Index
    from ...text.diagnostics import Diagnostic


class RepairedFile(Record):
    """A file of an index and its text with the repairs made; `fits` is False where the repairs do not go together."""

    source: Source
    text: str
    fits: bool


def repaired(findings: Iterable[Diagnostic], index: Index) -> Iterator[RepairedFile]:
    """Each file of the index for which a finding knows a repair."""
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for finding in findings:
        edits.setdefault(finding.path, []).extend(finding.fix)
    for name, changes in edits.items():
        source = index.source(name)
        if source is not None and changes:
            text = apply(source.text, changes)
            yield RepairedFile(source, text, _reads_no_worse(source, text))


def _reads_no_worse(source: Source, text: str) -> bool:
    """Whether a text that was repaired has as many entries at least as before, and as few errors at most."""
    before, after = parse(source), parse(Source(source.name, text))
    errors = [sum(finding.severity == "error" for finding in one.diagnostics) for one in (before, after)]
    return errors[1] <= errors[0] and len(after.index.entries) >= len(before.index.entries)

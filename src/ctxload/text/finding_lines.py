"""Findings a line each, as commands print them beside an answer: the first of them, and how many more there are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .diagnostics import Diagnostic

#: How many findings are printed before the rest is only counted.
SHOWN = 8
#: Findings that are never cut off: something was given that looks like a secret, or speaks to a model unseen.
GRAVE = frozenset(("CTX304", "CTX501", "CTX502", "CTX503"))


def finding_lines(findings: list[Diagnostic]) -> Iterator[str]:
    """The first findings on a line each, then how many more there are; what is given of secrets goes before all."""
    shown = sorted(findings, key=lambda finding: (finding.code not in GRAVE, finding.severity != "error"))[:SHOWN]
    for finding in shown:
        skipped = " [this part was skipped]" if finding.skipped else ""
        yield finding.concise() + skipped
    if len(findings) > len(shown):
        from .wording import counted

        yield f"ctxload: and {counted(len(findings) - len(shown), 'more finding')}: run `ctxload check`"


def failure_lines(findings: tuple[Diagnostic, ...], message: str) -> Iterator[str]:
    """The first findings of a failure on a line each, then how many more there are; where it has none, its message."""
    yield from (finding.concise() for finding in findings[:SHOWN])
    if not findings:
        from .escaping import escape

        yield f"ctxload: {escape(message)}"
    elif len(findings) > SHOWN:
        from .wording import counted

        yield f"ctxload: and {counted(len(findings) - SHOWN, 'more finding')}"

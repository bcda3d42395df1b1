"""`Diagnostic`: one finding as a value, findings as they are collected, and their order."""

from __future__ import annotations

from ..record import Record
from .escaping import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .codes import SeverityName


#: How many findings of one kind are kept; one more says how many there are beside them.
OF_A_KIND = 1_000


def _codes() -> dict[str, tuple[str, SeverityName]]:
    """The table of findings, which is imported when there is one: most answers have none."""
    from .codes import CODES

    return CODES


class Related(Record):
    """A second place that belongs to a finding: "first defined here"."""

    path: str
    line: int
    column: int
    label: str


class Diagnostic(Record):
    """One finding: what, how bad, where, and what to do about it.

    `line`, `column` and `end_column` count from 1 in code points; 0 means the finding has no place.
    `fix` holds the edits (start, end, new text; code point offsets in the file) that fix it for certain.

    >>> finding = diagnostic("CTX101", "unknown key `keyword`", "context-index.yml", 14, 5, hint="did you mean `keywords`?")
    >>> finding.name, finding.severity
    ('unknown-key', 'warning')
    >>> print(finding.concise())
    context-index.yml:14:5: warning[CTX101] unknown key `keyword` (did you mean `keywords`?)
    """  # noqa: E501

    code: str
    severity: SeverityName
    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    end_column: int = 0
    hint: str = ""
    detail: str = ""
    related: tuple[Related, ...] = ()
    fix: tuple[tuple[int, int, str], ...] = ()
    skipped: bool = False

    @property
    def name(self) -> str:
        """The finding's name in words, as in `missing-file`."""
        codes = _codes()
        return codes[self.code][0] if self.code in codes else self.code

    @property
    def place(self) -> str:
        """`path:line:column`, as far as it is known."""
        return ":".join([escape(self.path), *(str(n) for n in (self.line, self.column) if n)]) if self.path else ""

    def concise(self) -> str:
        """The finding on one line: place, severity, code, message, and the cure in brackets."""
        place = f"{self.place}: " if self.path else ""
        hint = f" ({escape(self.hint)})" if self.hint else ""
        return f"{place}{self.severity}[{self.code}] {escape(self.message)}{hint}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready data; keys without a value are left out."""
        data: dict[str, Any] = {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
        }
        for key in ("path", "line", "column", "end_column", "hint", "detail"):
            if value := getattr(self, key):
                data[key] = value
        if self.related:
            data["related"] = [dict(zip(Related._fields, place, strict=True)) for place in self.related]
        if self.fix:
            data["fixable"] = True
        if self.skipped:
            data["skipped"] = True
        return data


def diagnostic(
    code: str,
    message: str,
    path: str = "",
    line: int = 0,
    column: int = 0,
    *,
    severity: SeverityName | None = None,
    **more: Any,
) -> Diagnostic:
    """A finding of this code, with the severity the table gives it unless another is named."""
    return Diagnostic(code, severity or _codes()[code][1], message, path, line, column, **more)


class Findings(list[Diagnostic]):
    """Findings as they are collected: the first of each kind, and of the others how many there are.

    >>> found = Findings()
    >>> found.extend(diagnostic("CTX101", f"unknown key `k{n}`", "i.yml", n + 1) for n in range(OF_A_KIND + 2))
    >>> len(found), found.told("i.yml")[-1].message
    (1000, '2 more findings of the kind CTX101 (unknown-key) are not listed')
    """

    def __init__(self, findings: Iterable[Diagnostic] = ()) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self.extend(findings)

    def is_full(self, code: str) -> bool:
        """Whether no more of this kind are kept; one that is then left out is counted."""
        count = self._counts.get(code, 0)
        if count < OF_A_KIND:
            return False
        self._counts[code] = count + 1
        return True

    def append(self, finding: Diagnostic) -> None:
        if not self.is_full(finding.code):
            self._counts[finding.code] = self._counts.get(finding.code, 0) + 1
            super().append(finding)

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        for finding in findings:
            self.append(finding)

    def __iadd__(self, findings: Iterable[Diagnostic]) -> Findings:  # type: ignore[override, misc]
        self.extend(findings)
        return self

    def told(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings, and one for each kind of which there are more."""
        more = [(code, count - OF_A_KIND) for code, count in self._counts.items() if count > OF_A_KIND]
        return (*self, *(_not_listed(code, count, path) for code, count in more))


def _not_listed(code: str, count: int, path: str) -> Diagnostic:
    from .wording import counted

    said = f"{counted(count, 'more finding')} of the kind {code} ({_codes()[code][0]}) {'is' if count == 1 else 'are'}"
    return diagnostic("CTX012", f"{said} not listed", path, hint="fix those that are listed, and check again")


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in source order, each once; those without a place first."""
    return tuple(sorted(set(findings), key=lambda d: (d.path, d.line, d.column, d.code, d.message, d.hint)))


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity == "error" for finding in findings)

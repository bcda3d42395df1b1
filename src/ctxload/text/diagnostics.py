"""`Diagnostic`: one finding as a value, the table of codes, the order of findings, did-you-mean.

Codes are never reused. Hundreds are rooms: 0xx reading, 1xx shape, 2xx keywords and rules, 3xx paths,
4xx resolving and loading, 5xx what the files hold, 6xx what tasks show, 9xx inside. Each code has a page in `findings/`, which the documentation and
`ctxload check --explain CODE` print.
"""

from __future__ import annotations

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Final


class Severity(str):
    """How much a finding matters: `error` (a part does not work), `warning` (probably not meant), `note`."""

    __slots__ = ()
    ERROR: Final[str] = "error"
    WARNING: Final[str] = "warning"
    NOTE: Final[str] = "note"


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

#: code → (name, severity)
CODES: dict[str, tuple[str, str]] = {
    "CTX001": ("not-yaml", ERROR),
    "CTX002": ("not-text", ERROR),
    "CTX003": ("invalid-escape", WARNING),
    "CTX004": ("tab-indentation", WARNING),
    "CTX005": ("unquoted-colon", WARNING),
    "CTX006": ("unquoted-sign", WARNING),
    "CTX007": ("too-large", ERROR),
    "CTX008": ("nothing-listed", WARNING),
    "CTX009": ("several-documents", WARNING),
    "CTX010": ("lenient-front-matter", WARNING),
    "CTX011": ("unreadable-source", WARNING),
    "CTX012": ("more-of-a-kind", NOTE),
    "CTX101": ("unknown-key", WARNING),
    "CTX102": ("duplicate-key", ERROR),
    "CTX103": ("wrong-type", ERROR),
    "CTX104": ("missing-key", ERROR),
    "CTX105": ("duplicate-id", ERROR),
    "CTX106": ("list-as-string", WARNING),
    "CTX107": ("unknown-value", ERROR),
    "CTX108": ("unknown-version", WARNING),
    "CTX109": ("unsafe-text", ERROR),
    "CTX110": ("differing-value", WARNING),
    "CTX111": ("include-cycle", ERROR),
    "CTX112": ("include-failed", ERROR),
    "CTX120": ("not-expressed", NOTE),
    "CTX201": ("never-matches", WARNING),
    "CTX202": ("shared-keyword", NOTE),
    "CTX203": ("keyword-inside-keyword", NOTE),
    "CTX204": ("generic-keyword", WARNING),
    "CTX205": ("broken-pattern", ERROR),
    "CTX206": ("slow-pattern", WARNING),
    "CTX207": ("pattern-inside-words", NOTE),
    "CTX208": ("unknown-id", ERROR),
    "CTX209": ("unknown-agent", WARNING),
    "CTX210": ("requires-cycle", ERROR),
    "CTX211": ("vetoes-itself", WARNING),
    "CTX212": ("repeated-keyword", NOTE),
    "CTX213": ("pattern-not-searched", WARNING),
    "CTX301": ("missing-file", ERROR),
    "CTX302": ("unreadable-file", ERROR),
    "CTX303": ("path-outside-root", ERROR),
    "CTX304": ("secret-file", WARNING),
    "CTX305": ("ignored-file", WARNING),
    "CTX306": ("unlisted-document", NOTE),
    "CTX307": ("unreachable-entry", WARNING),
    "CTX308": ("matches-nothing", WARNING),
    "CTX309": ("unsafe-name", ERROR),
    "CTX310": ("backslash-path", WARNING),
    "CTX401": ("explicit-not-found", ERROR),
    "CTX402": ("agent-not-in-index", WARNING),
    "CTX403": ("tag-not-in-index", WARNING),
    "CTX404": ("last-good-index", WARNING),
    "CTX405": ("two-indexes", WARNING),
    "CTX406": ("file-changed", WARNING),
    "CTX407": ("task-cut", WARNING),
    "CTX408": ("near-directive", WARNING),
    "CTX409": ("requires-cut", WARNING),
    "CTX421": ("over-budget", ERROR),
    "CTX422": ("missing-section", WARNING),
    "CTX423": ("conversation-not-kept", WARNING),
    "CTX424": ("root-is-context", WARNING),
    "CTX501": ("secret-text", WARNING),
    "CTX502": ("hidden-characters", WARNING),
    "CTX503": ("hidden-instruction", WARNING),
    "CTX504": ("binary-file", WARNING),
    "CTX505": ("other-encoding", WARNING),
    "CTX506": ("byte-order-mark", NOTE),
    "CTX507": ("line-ends", NOTE),
    "CTX508": ("too-large-to-give", WARNING),
    "CTX440": ("agent-chosen", NOTE),
    "CTX601": ("never-called-for", NOTE),
    "CTX602": ("busy-keyword", WARNING),
    "CTX603": ("always-together", NOTE),
    "CTX604": ("always-beaten", WARNING),
    "CTX901": ("internal-fault", ERROR),
}


#: How many findings of one kind are kept; one more says how many there are beside them.
OF_A_KIND = 1_000


class Related(Record):
    """A second place that belongs to a finding: "first defined here"."""

    path: str
    line: int
    column: int
    label: str


class Diagnostic(Record):
    """One finding: what, how bad, where, and what to do about it.

    `line`, `column` and `end_column` count from 1 in code points; 0 means the finding has no place.
    `fix` holds the edits (start, end, new text; code point offsets in the file) that mend it for certain.

    >>> finding = diagnostic("CTX101", "unknown key `keyword`", "context-index.yml", 14, 5, hint="did you mean `keywords`?")
    >>> finding.name, finding.severity
    ('unknown-key', 'warning')
    >>> print(finding.concise())
    context-index.yml:14:5: warning[CTX101] unknown key `keyword` (did you mean `keywords`?)
    """

    code: str
    severity: str
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
        return CODES[self.code][0] if self.code in CODES else self.code

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
    code: str, message: str, path: str = "", line: int = 0, column: int = 0, *, severity: str = "", **more: Any
) -> Diagnostic:
    """A finding of this code, with the severity the table gives it unless another is named."""
    return Diagnostic(code, severity or CODES[code][1], message, path, line, column, **more)


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
        hint = "fix those that are listed, and check again"
        return (*self, *(
            diagnostic("CTX012", f"{count:,} more findings of the kind {code} ({CODES[code][0]}) are not listed", path, hint=hint)
            for code, count in more
        ))  # fmt: skip


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in source order, each once; those without a place first."""
    return tuple(sorted(set(findings), key=lambda d: (d.path, d.line, d.column, d.code, d.message, d.hint)))


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity == ERROR for finding in findings)


def did_you_mean(word: str, candidates: Iterable[str], *, least: float = 0.66) -> str:
    """The one candidate a writer of `word` probably meant, or the empty string; `least` is how alike they must be.

    >>> did_you_mean("keyword", ["keywords", "path"])
    'keywords'
    >>> did_you_mean("Path", ["path"])
    'path'
    >>> did_you_mean("zebra", ["path"])
    ''
    """
    from difflib import SequenceMatcher

    pool = sorted(set(candidates) - {word})
    folded = word.casefold()
    for candidate in pool:
        if candidate.casefold() == folded:
            return candidate
    best, best_ratio = "", least
    for candidate in pool[:5000]:
        if abs(len(candidate) - len(word)) > 0.5 * max(len(candidate), len(word)):
            continue
        ratio = SequenceMatcher(None, folded, candidate.casefold(), autojunk=False).ratio()
        if ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def meant(word: str, candidates: Sequence[str] | Iterable[str]) -> str:
    """The hint `did you mean …?`, or the empty string."""
    found = did_you_mean(word, candidates) if len(word) <= 200 else ""
    if not found:
        return ""
    if found.casefold() == word.casefold():
        return f"write `{found}`: upper and lower case differ"
    return f"did you mean `{found}`?"


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\u200b")


def unsafe(char: str) -> bool:
    """Whether a character could forge a line, a colour or a direction when it is printed."""
    code = ord(char)
    return code < 32 or 127 <= code < 160 or char in _BIDI or 0xD800 <= code < 0xE000 or 0xE0000 <= code < 0xE0080


def is_unsafe(text: str) -> bool:
    """Whether any character of the text is `unsafe`."""
    return not (text.isascii() and text.isprintable()) and any(map(unsafe, text))


def escape(text: str) -> str:
    r"""The text with every unsafe character written as an escape.

    >>> print(escape("a\x1b[31mb"))
    a\x1b[31mb
    """
    if not is_unsafe(text):
        return text
    return "".join(c.encode("unicode_escape", "surrogatepass").decode("ascii") if unsafe(c) else c for c in text)

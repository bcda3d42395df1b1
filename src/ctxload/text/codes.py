"""The table of findings: code, name and severity of each.

Codes are never reused. Hundreds are groups: 0xx reading, 1xx shape, 2xx keywords and rules, 3xx paths, 4xx resolving
and loading, 5xx what the files hold, 6xx what tasks show, 9xx inside. Each code has a page in `findings/`, which the
documentation and `ctxload check --explain CODE` print.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal

    #: The severities by name.
    SeverityName = Literal["error", "warning", "note"]


class Severity(str):
    """How much a finding matters: `error` (a part does not work), `warning` (probably not meant), `note`."""

    __slots__ = ()
    ERROR: Final = "error"
    WARNING: Final = "warning"
    NOTE: Final = "note"


ERROR: Literal["error"] = Severity.ERROR
WARNING: Literal["warning"] = Severity.WARNING
NOTE: Literal["note"] = Severity.NOTE


#: code → (name, severity)
CODES: dict[str, tuple[str, SeverityName]] = {
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
    "CTX113": ("former-mode", NOTE),
    "CTX114": ("no-fallback", NOTE),
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
    "CTX214": ("keyword-not-words", WARNING),
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
    "CTX311": ("other-project", NOTE),
    "CTX312": ("same-file", NOTE),
    "CTX313": ("git-index-unreadable", WARNING),
    "CTX314": ("fits-nothing", WARNING),
    "CTX401": ("explicit-not-found", ERROR),
    "CTX402": ("agent-not-in-index", WARNING),
    "CTX403": ("tag-not-in-index", WARNING),
    "CTX404": ("last-good-index", WARNING),
    "CTX405": ("two-indexes", WARNING),
    "CTX406": ("file-changed", WARNING),
    "CTX407": ("task-cut", WARNING),
    "CTX408": ("near-directive", WARNING),
    "CTX409": ("requires-cut", WARNING),
    "CTX410": ("ambiguous-name", ERROR),
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

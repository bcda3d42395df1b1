"""The exception family and the exit statuses.

Findings about an index are values (`Diagnostic`); exceptions are for what cannot go on.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text.diagnostics import Diagnostic

EXIT_DONE = 0
EXIT_NO = 1
EXIT_USAGE = 2
EXIT_FAULT = 3
EXIT_INTERRUPTED = 130


class CtxloadError(Exception):
    """What a caller catches to catch everything ctxload raises on purpose.

    `diagnostics` holds the findings behind it, most important first; `exit_status` is what a command ends with.
    """

    exit_status = EXIT_USAGE

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.diagnostics)

    def concise(self) -> str:
        """The first finding behind it on one line, or else its message."""
        return self.diagnostics[0].concise() if self.diagnostics else str(self)


class NoIndexError(CtxloadError):
    """No `context-index.yml` above the working directory, or the one that was named doesn't exist."""


class ForeignIndexError(NoIndexError):
    """The index that was found belongs to another user, and nobody named it; `place` is where it is."""

    place: object = None


class IndexUnreadableError(CtxloadError):
    """The index is there and cannot serve: not YAML beyond certain repair, not text, too large, not ours."""


class ExplicitContextError(CtxloadError):
    """The task or the caller named context that doesn't exist, lies outside the root, or matches nothing."""


class UsageError(CtxloadError):
    """An argument that cannot be meant: an unknown match mode, say."""


class NothingChangedError(CtxloadError):
    """Only the changed files were to be at hand, without a task, and there are none: nothing is selected."""

    exit_status = EXIT_NO


class OverBudgetError(CtxloadError):
    """What always comes is larger than the budget alone; `paths` names it."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = (), paths: tuple[str, ...] = ()) -> None:
        super().__init__(message, diagnostics)
        self.paths = paths

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.diagnostics, self.paths)

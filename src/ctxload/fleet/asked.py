"""What a program asks, in whatever collections it has, as a request."""

from __future__ import annotations

from ..errors import UsageError
from ..index.keys import check_match
from ..selection.model import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def request_for(
    task: str,
    agent: str | None,
    context: Iterable[str] | None,
    match: str | None,
    tags: Iterable[str] | None,
    domain: str,
    files: tuple[str, ...],
    without: Iterable[str] | None,
    folder: str = "",
) -> Request:
    """The request; a text alone is one of a list, and None is nothing. Raises UsageError for other values.

    >>> request_for("fix it", None, "api", None, (), "", (), "auth")[:3]
    ('fix it', '', ('api',))
    """
    named = None if context is None else _texts(context, "context")
    left_out, narrow = _texts(without or (), "without"), _texts(tags or (), "tags")
    return Request(task, agent or "", named, match or "", narrow, True, domain, files, left_out, folder=folder)


def check_asked(task: str, agent: str | None, match: str | None) -> None:
    """Raises UsageError for other values, and for an unknown mode; a task must be there, if only an empty one."""
    for name, value in (("task", task), ("agent", agent), ("match", match)):
        if not isinstance(value, str) and (name == "task" or value is not None):
            raise UsageError(f"`{name}` must be a text, not {type(value).__name__}")
    check_match(match)


def _texts(names: Iterable[str], what: str) -> tuple[str, ...]:
    if isinstance(names, str):
        return (names,)
    try:
        texts: tuple[str, ...] | None = tuple(names)
    except TypeError:
        texts = None
    if texts is None or not all(isinstance(text, str) for text in texts):
        raise UsageError(f"`{what}` must be texts")
    return texts

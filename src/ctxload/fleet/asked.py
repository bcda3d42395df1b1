"""What a program asks, in whatever collections it has, as a request."""

from __future__ import annotations

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
    """The request; a text alone is one of a list, and None is nothing.

    >>> request_for("fix it", None, "api", None, (), "", (), "auth")[:3]
    ('fix it', '', ('api',))
    """
    named = None if context is None else _texts(context)
    left_out = _texts(without or ())
    return Request(
        task, agent or "", named, match or "", tuple(tags or ()), True, domain, files, left_out, folder=folder
    )


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)

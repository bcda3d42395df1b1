"""Entries that a task takes back: named to be left out, and asked for nowhere else in it."""

from __future__ import annotations

from ..matching.tables import VETO, names_of
from .choice import Choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.matcher import Hit
    from ..text.diagnostics import Diagnostic
    from .directives import Item


def vetoed_by(choice: Choice, hits: dict[int, list[Hit]]) -> set[int]:
    """The entries that are not to come at all; of each that is taken back it is noted why, for who asks.

    An entry with a keyword in what is asked comes: `deploy to kubernetes, not docker` takes back only a word of it.
    """
    vetoed: set[int] = set()
    rows = choice.tables.keywords
    for one in choice.taken_back:
        for number in sorted(one.entries):
            choice.why_not.setdefault(number, ("left-out", f"is named to be left out: `{one.text}`"))
            if one.is_veto and all(rows[hit.keyword].kind == VETO for hit in hits.get(number, ())):
                vetoed.add(number)
    choice.without |= vetoed
    return vetoed


def leave_out(choice: Choice, names: tuple[str, ...]) -> None:
    """Leaves out the entries of ids and bundles that the caller names. Raises ExplicitContextError for any other."""
    wrong = [name for name in names if not _leave_out(choice, name, f"--without {name}")]
    if wrong:
        from ..errors import ExplicitContextError

        findings = tuple([_not_named(choice, name) for name in wrong])
        raise ExplicitContextError(findings[0].message, findings)


def leave_out_items(choice: Choice, items: list[Item]) -> None:
    """Leaves out what `Context: -docker` names."""
    for item in items:
        _leave_out(choice, item.text[1:], f"Context: {item.text}")


def _leave_out(choice: Choice, name: str, said: str) -> bool:
    number = choice.tables.ids.get(name)
    numbers = choice.tables.bundles.get(name) or (() if number is None else (number,))
    choice.without |= set(numbers)
    for number in numbers:
        choice.why_not[number] = ("left-out", f"is named to be left out: `{said}`")
    return bool(numbers)


def _not_named(choice: Choice, name: str) -> Diagnostic:
    """The finding for a name to be left out that is neither an id nor a bundle."""
    from ..text.diagnostics import diagnostic
    from ..text.suggestions import meant

    known = [*names_of(choice.tables.ids), *names_of(choice.tables.bundles)]
    hint = meant(name, known) or "`ctxload check` shows the ids"
    return diagnostic("CTX401", f"explicit context not found: `{name}` is neither an id nor a bundle", hint=hint)


def spans_of(choice: Choice, number: int) -> tuple[tuple[int, int], ...]:
    """Where a task names an entry to be left out."""
    return tuple([one.span for one in choice.taken_back if number in one.entries])

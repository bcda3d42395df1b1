"""What an unmatched task loads: the setting, else the agent's defaults, its directory, its entries; else nothing."""

from __future__ import annotations

from ..workspace.tree import HOME
from .choice import Choice
from .model import FALLBACK, Reason
from .named_by_index import add_named
from .required import require
from .scope import agent_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import ReasonKind


def fallback(choice: Choice) -> None:
    """What an unmatched task loads: the setting, else the agent's defaults, its directory, its entries; else
    nothing.
    """
    if _setting(choice) or not choice.request.fallback:
        return
    if not (_defaults(choice) or _folder(choice)):
        _add_own_entries(choice)


def _setting(choice: Choice) -> bool:
    own = choice.scope.agent_row.fallback
    value = own if own is not None else choice.tables.meta.fallback
    if value is None:
        return False
    if value == "all":
        rows = choice.tables.entries  # what is the person's own comes when it is called for
        numbers = [number for number in range(len(rows)) if rows[number].paths[0][0][:2] != HOME]
        return _add_entries(choice, numbers, "setting", "fallback: all")
    if value != "none":
        for name in value:
            add_named(choice, name, FALLBACK, "setting", f"fallback: {name}")
    return True


def _defaults(choice: Choice) -> bool:
    numbers = choice.scope.agent_row.defaults
    return numbers is not None and _add_entries(choice, numbers, "default", f"agent_defaults: {choice.agent}")


def _folder(choice: Choice) -> bool:
    kind: ReasonKind = "directory"
    folder = agent_folder(choice.tree, choice.agent) if choice.agent else ""
    if not folder and choice.request.domain:
        kind, folder = "domain", agent_folder(choice.tree, choice.request.domain)
    if not folder:
        return False
    files = choice.entry_files.open(choice.tree.files_below(folder).files)
    if choice.request.tags:
        of_tag = {path for number in choice.scope.tagged or () for path in choice.files_of(number)}
        files = tuple(path for path in files if path in of_tag)
    for path in files:
        choice.add(path, Reason(FALLBACK, kind, folder + "/"))
    return bool(files)


def _add_own_entries(choice: Choice) -> None:
    if choice.agent:
        rows = choice.tables.entries
        numbers = [n for n in range(len(rows)) if choice.agent in (rows[n].agents or ())]
        _add_entries(choice, numbers, "entries", f"entries of {choice.agent}")


def _add_entries(choice: Choice, numbers: Iterable[int], kind: ReasonKind, by: str) -> bool:
    rows = choice.tables.entries
    kept: list[int] = []
    for number in numbers:
        if why := choice.scope.why_not_tagged(number) or choice.why_does_not_count(rows[number]):
            choice.why_not.setdefault(number, why)
        else:
            kept.append(number)
    kept.sort(key=lambda number: -rows[number].priority)
    seen = set(kept)
    for number in kept:
        choice.add_entry(number, (Reason(FALLBACK, kind, by, rows[number].id),))
        require(choice, number, FALLBACK, seen)
    return True

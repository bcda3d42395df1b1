"""The values that a shell completes: clients, formats, codes, modes, and what the index at hand names.

Nothing is said of what cannot be read: a shell has no place for it, and the command itself will say it.
"""

from __future__ import annotations

from ..errors import CtxloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..matching.tables import Tables


def values_of(what: str, *, index: str = "", root: str = "") -> list[str]:
    """The values of a kind, in the order in which they are shown; those of the index that `index` and `root` mean.

    >>> values_of("modes")
    ['focused', 'whole']
    >>> values_of("agents", root=example_project())
    ['auto', 'backend-developer']
    """
    if what in FIXED:
        return list(FIXED[what]())
    try:
        return list(_of_index(what, _tables(index, root)))
    except (CtxloadError, OSError):
        return []


def _tables(index: str, root: str) -> Tables:
    from ..project.opening import with_project
    from ..workspace.locations import discover

    return with_project(discover(index=index, root=root), lambda project: project.tables)


def _of_index(what: str, tables: Tables) -> Iterable[str]:
    from ..matching.tables import names_of

    if what == "tags":
        return names_of(tables.tags)
    if what == "agents":
        return ["auto", *(name for name in names_of(tables.agents) if name != "*")]
    rows = tables.entries
    return [*dict.fromkeys(rows[number].id for number in range(len(rows))), *names_of(tables.bundles)]


def _clients() -> Iterable[str]:
    from ..integrations.clients.registry import INSTALLABLE

    return INSTALLABLE


def _callers() -> Iterable[str]:
    from ..integrations.clients.registry import CLIENTS

    return CLIENTS


def _formats() -> Iterable[str]:
    from ..formats import names

    return names()


def _modes() -> Iterable[str]:
    from ..index.keys import MATCH_MODES

    return MATCH_MODES


def _codes() -> Iterable[str]:
    from ..text.codes import CODES

    return CODES


def _withheld() -> Iterable[str]:
    from ..load.allowances import ALLOWABLE

    return ALLOWABLE


def _failures() -> Iterable[str]:
    from ..authoring.compare.comparison import FAILURES

    return FAILURES


def _logs() -> Iterable[str]:
    from ..authoring.logs.reader import FORMS

    return FORMS


FIXED: dict[str, Callable[[], Iterable[str]]] = {
    "clients": _clients,
    "callers": _callers,
    "formats": _formats,
    "imports": lambda: [*_formats(), "agents"],
    "modes": _modes,
    "codes": _codes,
    "withheld": _withheld,
    "failures": _failures,
    "logs": _logs,
    "forms": lambda: ("markdown", "xml", "json", "paths"),
}

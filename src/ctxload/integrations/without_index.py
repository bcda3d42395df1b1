"""A project without an index that has other tools' files: in a client that does not read them they come all the same.

Only where the person allowed the project; which formats are read is what a few folders at its top show.
"""

from __future__ import annotations

import os

from ..errors import ForeignIndexError, NoIndexError
from ..formats.shown import SHOWN_BY, shown_at
from ..workspace.locations import Place, account_home, discover
from ..workspace.own.settings_file import skill_folders
from ..workspace.trust import DENIED, why_not
from .clients.registry import CLIENTS, find


def place_without_index(folder: str = "", client: str = "") -> Place | None:
    """The project of a folder, with the sources that serve there in place of an index; None where nothing does.

    What the client named so reads by itself does not count. Where the person named folders of skills of their own,
    these serve in any project. Whether the person allowed the project is not asked.
    """
    try:
        place = discover(start=folder, environ={}, sources=("agent-skills",))
    except (NoIndexError, OSError):
        return None
    homes = (account_home(), os.path.expanduser("~"))  # a home is no project: what is there is the person's own
    is_home = any(os.path.realpath(place.root) == os.path.realpath(home) for home in homes if home)
    if is_home or os.path.lexists(place.path):
        return None
    sources = sources_at(place.root, client) or (("agent-skills",) if skill_folders() else ())
    return place.replace(sources=sources) if sources else None


def place_here(folder: str = "") -> Place | None:
    """The project of a folder, or of this one, with its index or with what serves in place of one; None where there is
    none. No variable names another.
    """
    from ..workspace.allowing import here

    return here(folder) or place_without_index(folder)


def sources_at(root: str, client: str = "") -> tuple[str, ...]:
    """The formats that have files at the top of a project, but for the one that the client reads by itself."""
    own = find(client).own_rules if client in CLIENTS else ""
    return tuple(name for name in shown_at(root) if own not in SHOWN_BY[name])


def allowed_without_index(folder: str, client: str) -> Place | None:
    """The same, if the person allowed it: for a client's call."""
    place = place_without_index(folder, client)
    return place if place is not None and not why_not(place, folder) else None


def served_instead(missing: Exception, named: object = None) -> Place:
    """What agent clients get in place of the index that is missing; where that is nothing, or something was `named`,
    the error.
    """
    is_missing = isinstance(missing, NoIndexError) and not isinstance(missing, ForeignIndexError)
    is_named = named or os.environ.get("CTXLOAD_INDEX")
    place = place_without_index() if is_missing and not is_named else None
    if place is None:
        raise missing
    why = why_not(place)
    if not why:
        return place
    allowed = f"; once you allowed it (`ctxload allow`) {' and '.join(place.sources)} files serve"
    once = "" if why == DENIED else allowed
    raise NoIndexError(f"{missing}{once}, or name what to read: `--source {place.sources[0]}`")

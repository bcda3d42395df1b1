"""A project without an index that has other tools' files: in a client that does not read them they come all the same.

Only where the person allowed the project; which formats are read is what a few folders at its top show.
"""

from __future__ import annotations

import os

from ..errors import ForeignIndexError, NoIndexError
from ..formats import check_sources
from ..formats.shown import SHOWN_BY, shown_at
from ..text.escaping import escape
from ..workspace.locations import Place, account_home, discover, places_in
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
    if is_home or any(map(os.path.lexists, places_in(place.root))):
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


def place_instead(missing: Exception, folder: str = "", client: str = "", *, named: object = None) -> Place | None:
    """The place of what serves where an index is missing; None where nothing does, where the index is another user's,
    or where it was `named`, by a variable, say: who names one wants that one and no other.
    """
    if isinstance(missing, ForeignIndexError) or named or os.environ.get("CTXLOAD_INDEX"):
        return None
    return place_without_index(folder, client) if isinstance(missing, NoIndexError) else None


def allowed_instead(missing: Exception, folder: str, client: str) -> Place | None:
    """The same, if the person allowed it: for a client's call."""
    place = place_instead(missing, folder, client)
    return place if place is not None and not why_not(place, folder) else None


def root_at(index: str = "", root: str = "") -> str:
    """The root of the project here, with an index or without, and whoever the index belongs to."""
    try:
        return discover(index=index, root=root, sources=("agents-md",)).root
    except ForeignIndexError as foreign:
        return str(getattr(foreign.place, "root", ""))


def source_options(place: Place | None) -> str:
    """What reads in a command line what serves at a place without an index; an empty text where that is nothing."""
    return "".join([f" --source {name}" for name in place.sources]) if place is not None else ""


def index_at(index: str = "", root: str = "") -> Place:
    """The place of the index, for a command that works on one and not on what serves without one."""
    try:
        return discover(index=index, root=root)
    except NoIndexError as missing:
        place = place_instead(missing, named=index or root)
        if place is None:
            raise
        raise NoIndexError(
            f"{missing}; agent clients get what {' and '.join(place.sources)} files select here, but this command "
            f"works on an index: `ctxload init{source_options(place)}` makes one that reads them"
        ) from None


def index_or_instead(index: str = "", root: str = "", sources: tuple[str, ...] | None = None) -> Place:
    """The place of the index, with `sources` where the command takes some, or of what agent clients get where there is
    none.
    """
    try:
        return discover(index=index, root=root, sources=check_sources(sources or ()))
    except NoIndexError as missing:
        return served_instead(missing, index or root or sources, takes_sources=sources is not None)


def name_of(place: Place) -> str:
    """The index of a place for a line on it, or what serves there without one."""
    if not place.sources or os.path.lexists(place.path):
        return escape(place.name)
    return f"{escape(' and '.join(place.sources))} files (no {escape(place.name)}: `ctxload init` makes one)"


def served_instead(missing: Exception, named: object = None, *, takes_sources: bool = True) -> Place:
    """What agent clients get in place of the index that is missing; where that is nothing, or something was `named`,
    the error.
    """
    place = place_instead(missing, named=named)
    if place is None:
        raise missing
    why = why_not(place)
    if not why:
        return place
    allowed = f"; once you allowed it (`ctxload allow`) {' and '.join(place.sources)} files serve"
    once = "" if why == DENIED else allowed
    name = f", or name what to read: `--source {place.sources[0]}`" if takes_sources else ""
    raise NoIndexError(f"{missing}{once}{name}")

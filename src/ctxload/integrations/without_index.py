"""A project without an index that has other tools' files: in a client that does not read them they come all the same.

Only where the person allowed the project; which formats are read is what a few folders at its top show.
"""

from __future__ import annotations

import os

from ..errors import NoIndexError
from ..workspace.locations import Place, account_home, discover
from ..workspace.trust import why_not

#: The formats that are read by themselves, each with what shows that it is there. No memory files: clients read them.
SHOWN_BY = {
    "agent-skills": (".claude/skills", ".agents/skills", ".github/skills"),
    "cursor": (".cursor/rules", ".cursorrules"),
    "copilot": (".github/instructions", ".github/copilot-instructions.md"),
    "windsurf": (".windsurf/rules", ".windsurfrules"),
    "kiro": (".kiro/steering",),
    "cline": (".clinerules",),
    "continue": (".continue/rules",),
    "roo": (".roo/rules", ".roorules"),
    "openhands": (".openhands/skills", ".openhands/microagents"),
}
#: Clients whose own format has another name than they.
OWN = {"vscode": "copilot"}


def place_without_index(folder: str = "", client: str = "") -> Place | None:
    """The project of a folder, with the sources that serve there in place of an index; None where nothing does.

    What the client named so reads by itself does not count. Whether the person allowed the project is not asked.
    """
    try:
        place = discover(start=folder, environ={}, sources=("agent-skills",))
    except (NoIndexError, OSError):
        return None
    homes = (account_home(), os.path.expanduser("~"))  # a home is no project: what is there is the person's own
    is_home = any(os.path.realpath(place.root) == os.path.realpath(home) for home in homes if home)
    sources = () if is_home or os.path.lexists(place.path) else sources_at(place.root, client)
    return place.replace(sources=sources) if sources else None


def sources_at(root: str, client: str = "") -> tuple[str, ...]:
    """The formats that have files at the top of a project, but for the client's own."""
    own = OWN.get(client, client)
    return tuple(
        name
        for name, places in SHOWN_BY.items()
        if name != own and any(os.path.exists(os.path.join(root, *place.split("/"))) for place in places)
    )


def allowed_without_index(folder: str, client: str) -> Place | None:
    """The same, if the person allowed it: for a client's call."""
    place = place_without_index(folder, client)
    return place if place is not None and not why_not(place, folder) else None

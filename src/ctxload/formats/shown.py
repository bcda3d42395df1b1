"""Which formats a project's own top shows, without reading one of their files."""

from __future__ import annotations

import os

from ..workspace.tree import DiskTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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


def shown_at(root: str) -> tuple[str, ...]:
    """The formats that have files at the top of a project; what git ignores there doesn't count."""
    tree = DiskTree(root)
    return tuple(name for name, places in SHOWN_BY.items() if any(_is_shown(tree, place) for place in places))


def not_shown(root: str) -> Iterator[str]:
    """The full paths where files of a format would be and nothing is."""
    paths = (os.path.join(root, *place.split("/")) for places in SHOWN_BY.values() for place in places)
    return (path for path in paths if not os.path.lexists(path))


def _is_shown(tree: DiskTree, place: str) -> bool:
    path = os.path.join(tree.root, *place.split("/"))
    if not os.path.exists(path):
        return False
    if not os.path.isdir(path):
        return not tree.is_ignored(place)
    return not tree.is_ignored(f"{place}/x") or bool(tree.files_below(place).files)  # some may be tracked

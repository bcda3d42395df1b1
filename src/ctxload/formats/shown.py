"""Which formats a project's own top shows, without reading one of their files."""

from __future__ import annotations

import os

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
    """The formats that have files at the top of a project."""
    return tuple(
        name
        for name, places in SHOWN_BY.items()
        if any(os.path.exists(os.path.join(root, *place.split("/"))) for place in places)
    )

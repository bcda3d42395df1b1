"""`ctxload project`: what a project is made of, and the agents that are defined in it."""

from __future__ import annotations

from ..errors import EXIT_DONE, EXIT_NO
from ..integrations.without_index import root_at
from ..output import remark, say
from ..selection.agent_ranking import definitions_in
from ..text.escaping import escape
from ..workspace.stack.detection import find_stack, to_lines
from ..workspace.tree import DiskTree


def main(*, root: str) -> int:
    """Prints both; the exit status."""
    tree = DiskTree(root_at(root=root))
    parts, agents = find_stack(tree), definitions_in(tree, [])
    lines = [line.replace(": --all ", ": `ctxload project stack --all` ") for line in to_lines(parts, every=False)]
    say("".join(f"{line}\n" for line in lines))
    say("".join(f"agent {escape(agent.name.value)}  {escape(agent.path)}\n" for agent in agents))
    if not parts:
        remark(["ctxload: no manifest names a language, a framework or a package"])
    if not agents:
        remark(["ctxload: there are no agent definitions in the usual places"])
    return EXIT_DONE if parts or agents else EXIT_NO

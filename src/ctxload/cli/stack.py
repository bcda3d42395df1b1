"""`ctxload stack`: what a project is made of."""

from __future__ import annotations

from json import dumps

from ..errors import EXIT_DONE, EXIT_NO
from ..integrations.without_index import root_at
from ..output import remark, say
from ..workspace.stack.detection import find_stack, to_data, to_lines
from ..workspace.tree import DiskTree


def main(*, root: str, every: bool, json: bool) -> int:
    """Prints what the project is made of; the exit status."""
    parts = find_stack(DiskTree(root_at(root=root)))
    if json:
        say(dumps({"stack": to_data(parts)}, indent=2, ensure_ascii=False) + "\n")
    else:
        say("".join(line + "\n" for line in to_lines(parts, every=every)))
    if not parts:
        remark(["ctxload: no manifest names a language, a framework or a package"])
    return EXIT_DONE if parts else EXIT_NO

"""The files that come with a skill: a `SKILL.md` names them by paths of its own, and a reader must know where they are."""  # noqa: E501

from __future__ import annotations

from ..text.escaping import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.tree import Tree

#: How many files of a skill are named.
NAMED = 20


def bundled(tree: Tree, path: str) -> str:
    """The folder of a skill and the files in it, in words; an empty text for any other document, and where there are none.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> bundled(MemoryTree({"skills/pdf/SKILL.md": "", "skills/pdf/scripts/fill.py": ""}), "skills/pdf/SKILL.md")
    'a skill: beside it in `skills/pdf/` are scripts/fill.py'
    """  # noqa: E501
    folder, _, name = path.rpartition("/")
    if name != "SKILL.md":
        return ""
    inside = len(folder) + 1 if folder else 0
    others = [file[inside:] for file in tree.files_below(folder).files if file != path and not tree.is_secret(file)]
    if not others:
        return ""
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return f"a skill: beside it in `{escape(folder)}/` are {', '.join(map(escape, others[:NAMED]))}{more}"

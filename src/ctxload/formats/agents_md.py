"""`AGENTS.md`: one text for every task at the root, and one for the files below each folder that has one.

There are no conditions but the folder: what is called for by a topic cannot be said.
"""

from __future__ import annotations

from ..text.brackets import escaped, has_set, unescaped
from .export_mark import mark
from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import bare_guides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

name = "agents-md"
title = "AGENTS.md"
places = ("AGENTS.md", "**/AGENTS.md")


def read(files: Files) -> Reading:
    """The text at the root, and those of the folders below."""
    guides: list[Guide] = []
    for path in files.find(*places):
        folder = path.rpartition("/")[0]
        for guide in bare_guides(
            f"{folder.replace('/', '-')}-AGENTS".lstrip("-."), files.path(path), files.text(path) or ""
        ):
            patterns = (files.pattern(f"{escaped(folder)}/**"),) if folder else ()
            guides.append(guide.replace(always=not folder, files=patterns))
    return Reading(tuple(guides))


def write(guides: Sequence[Guide]) -> Writing:
    """The files with the guides that always come, and that come with the files of one folder."""
    found: dict[str, str] = {}
    losses: list[Loss] = []
    for guide in guides:
        place, missing = _place(guide)
        losses += missing
        if place:
            losses += lost(guide, (*OURS, "description", "keywords", "agents"), "has no place in AGENTS.md")
            found[place] = found.get(place, "") + mark(guide.name, guide.paths, guide.text)
    return Writing(tuple(found.items()), tuple(losses))


def _place(guide: Guide) -> tuple[str, list[Loss]]:
    if guide.always:
        return "AGENTS.md", lost(guide, ("files",), "is not needed: it always comes")
    folder = guide.files[0].removesuffix("/**") if len(guide.files) == 1 and not guide.is_manual else ""
    is_plain = bool(folder) and folder + "/**" == guide.files[0] and not has_set(folder)
    folder = unescaped(folder)
    if is_plain and not set(folder) & set("*?!{},\\") and folder[0] not in "/.":
        return f"{folder}/AGENTS.md", []
    return "", [Loss(guide.name, WHOLE, "is not written: AGENTS.md holds for every task or for one folder")]

"""What formats have in common that keep one text for every task at the root, and one for each folder below."""

from __future__ import annotations

from ..text.brackets import escaped, has_set, unescaped
from .export_mark import mark
from .guide import OURS, WHOLE, Guide, Loss, Reading, Writing, lost
from .markdown_rules import bare_guides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .files import Files

    #: The files that one imports, and what there is to say of them.
    Imports = Callable[[Files, str], tuple[list[str], list[Loss]]]


def read_memory(files: Files, names: Iterable[str], imports: Imports | None = None) -> Reading:
    """A guide for each text: at the root for every task, below it for the files of its folder."""
    guides: list[Guide] = []
    losses: list[Loss] = []
    for path in names:
        folder, _, file = path.rpartition("/")
        imported, missing = imports(files, path) if imports else ([], [])
        losses += missing
        name = f"{folder.replace('/', '-')}-{file.rpartition('.')[0] or file}".lstrip("-.")
        for guide in bare_guides(name, files.path(path), files.text(path) or ""):
            if guide.paths == (files.path(path),):
                guide = guide.replace(paths=(*guide.paths, *map(files.path, imported)))
            inside = (files.pattern(f"{escaped(folder)}/**"),) if folder else ()
            guides.append(guide.replace(always=not folder, files=inside))
    return Reading(tuple(guides), tuple(losses))


def write_memory(guides: Sequence[Guide], file: str) -> Writing:
    """The files with the guides that always come, and that come with the files of one folder."""
    found: dict[str, str] = {}
    losses: list[Loss] = []
    for guide in guides:
        place, missing = _place(guide, file)
        losses += missing
        if place:
            losses += lost(guide, (*OURS, "description", "keywords", "agents"), f"has no place in {file}")
            found[place] = found.get(place, "") + mark(guide.name, guide.paths, guide.text)
    return Writing(tuple(found.items()), tuple(losses))


def _place(guide: Guide, file: str) -> tuple[str, list[Loss]]:
    if guide.always:
        return file, lost(guide, ("files",), "is not needed: it always comes")
    folder = guide.files[0].removesuffix("/**") if len(guide.files) == 1 and not guide.is_manual else ""
    is_plain = bool(folder) and folder + "/**" == guide.files[0] and not has_set(folder)
    folder = unescaped(folder)
    if is_plain and not set(folder) & set("*?!{},\\") and folder[0] not in "/.":
        return f"{folder}/{file}", []
    return "", [Loss(guide.name, WHOLE, f"is not written: {file} holds for every task or for one folder")]

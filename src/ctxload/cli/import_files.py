"""`ctxload import`: shows what another tool's files, or agent definitions, become in the index, and writes it."""

from __future__ import annotations

import os

from ..authoring.draft.import_text import with_included, written
from ..authoring.draft.imports import (
    AGENTS,
    Imported,
    index_before,
    is_empty,
    is_imported,
    not_there,
    read_agents,
    read_format,
    taken_in,
    target_of,
    uncalled,
    without_known,
)
from ..errors import EXIT_DONE, EXIT_NO, NoIndexError
from ..output import is_agreed, remark, say
from ..text.diagnostics import Diagnostic
from ..text.escaping import escape
from ..text.lines import lines_of
from ..text.wording import counted, first_of
from ..workspace.changed_files import folder_below
from ..workspace.file_edits import write_below
from ..workspace.locations import Place, discover
from ..workspace.tree import DiskTree
from .import_files_names import say_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: How many findings that say the same are all shown, and how many of more.
MANY, FEW = 5, 3


def main(*, name: str, folders: Sequence[str], index: str, root: str, yes: bool) -> int:
    """Reads another tool's files, shows what they become, and writes it when that is agreed; the exit status."""
    if not name:
        return say_names("import")
    place = _place(index, root)
    target = target_of(name, place)
    before = index_before(place, target)
    tree = DiskTree(place.root)
    inside = [folder_below(folder, place.root) for folder in folders]
    if name == AGENTS:
        found = read_agents(tree, inside, target, before)
    else:
        found = without_known(read_format(tree, name, inside, target, taken_in(before)), before)
    remark(first_of(concise(found.findings), more="ctxload: and {} more findings"))
    remark(first_of(f"ctxload: not imported: {escape(line)}" for line in found.remarks))
    if is_empty(found.index):
        return _nothing(found, place, target)
    files = {target: written(name, found, new=before is None)}
    if before is not None:
        files |= with_included(place, target)
    if all(_is_current(place, path, text) for path, text in files.items()):
        remark([f"ctxload: {escape(target)} is current: nothing to write"])
        return EXIT_DONE
    say("".join(f"# {escape(path)}\n{shown}\n" for path, shown in _shown(place, files)))
    told = [f"ctxload: {escape(line)}" for line in (*not_there(found.index, tree), *uncalled(found.index))]
    remark(first_of(told))
    if not yes and not is_agreed(f"write {escape(', '.join(files))}?"):
        remark([f"ctxload: nothing was written; `ctxload import {name} --yes` writes it"])
        return EXIT_NO
    for path, content in files.items():
        write_below(place.root, path, content)
    brought = counted(len(found.index.entries), "entry", "entries")
    brought += f", {counted(len(found.index.tests), 'case')}" if found.index.tests else ""
    remark([f"ctxload: wrote {escape(', '.join(files))}: {brought}; next: `ctxload check`"])
    return EXIT_DONE


def concise(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """A line for each finding; of those that say the same of many files, for the first few."""
    same: dict[tuple[str, str], list[Diagnostic]] = {}
    for finding in findings:
        same.setdefault((finding.code, finding.message), []).append(finding)
    for (code, _), alike in same.items():
        yield from (finding.concise() for finding in alike[: FEW if len(alike) > MANY else MANY])
        if len(alike) > MANY:
            yield f"ctxload: and {code} in {counted(len(alike) - FEW, 'more file')}"


def _nothing(found: Imported, place: Place, target: str) -> int:
    """Says why an import brings nothing; that all of it is there is well."""
    remark([f"ctxload: nothing to import: {found.nothing or 'all of it is in the index'}"])
    if target != place.name and os.path.exists(os.path.join(place.root, target)):
        remark([f"ctxload: {target} is what an earlier import brought: remove it and its `include`"])
    return EXIT_NO if found.nothing else EXIT_DONE


def _is_current(place: Place, path: str, text: str) -> bool:
    try:
        with open(os.path.join(place.root, path), encoding="utf-8", newline="") as file:
            return file.read() == text
    except (OSError, ValueError):
        return False


def _place(index: str, root: str) -> Place:
    """Where the index is, or where it would be."""
    try:
        return discover(index=index, root=root)
    except NoIndexError:
        if index:
            raise
        return discover(root=root, sources=("agents-md",)).replace(sources=())


def _shown(place: Place, files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each file as it will be; of the project's index the change alone."""
    for path, text in files.items():
        full = os.path.join(place.root, path)
        if os.path.exists(full) and not is_imported(full):
            from difflib import unified_diff

            with open(full, encoding="utf-8", errors="replace", newline="") as file:
                old = file.read()
            rows = [[line.rstrip("\r\n") for line in lines_of(shown)] for shown in (old, text)]
            lines = unified_diff(rows[0], rows[1], path, path, lineterm="", n=1)
            yield path, "\n".join(map(escape, lines)) + "\n"
        else:
            yield path, "\n".join(map(escape, text.split("\n")))

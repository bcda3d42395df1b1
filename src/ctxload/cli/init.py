"""`ctxload init`: shows a first index of the documents that are there, and writes it."""

from __future__ import annotations

import os
import sys

from ..authoring.draft.from_documents import ENDINGS, Draft, draft, to_text, with_other_ids
from ..authoring.index_file import write_index
from ..errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError
from ..index.edits import with_entries
from ..output import fail, is_agreed, remark, say
from ..progress import Bar, can_show
from ..project.build import build
from ..selection.entry_files import EntryFiles
from ..text.diff import difference
from ..text.escaping import escape
from ..text.render import Paint, wants_colour
from ..text.wording import counted
from ..workspace.locations import discover
from ..workspace.tree import INDEX_NAMES, DiskTree, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def main(*, root: str, add: bool, yes: bool) -> int:
    """Drafts an index for a folder, shows it, and writes it when that is agreed; the exit status."""
    top = os.path.abspath(root or os.getcwd())
    there = _index_in(top)
    if there and not add:
        said = (
            f"ctxload: {escape(there)} is there already and stays as it is; `ctxload init --add` adds what it "
            "does not list"
        )
        remark([said])
        return EXIT_USAGE
    if add:
        try:
            return _add(top, there, yes)
        except CtxloadError as error:
            return fail(error)
    tree = DiskTree(top)
    made = _drafted(tree, ())
    remark(_others(tree, made.folder))
    if not made.index.entries:
        remark(
            [f"ctxload: no documents ({', '.join(ENDINGS)}) in {escape(top)}: put some into a folder `context/` first"]
        )
        return EXIT_NO
    text = to_text(made.index)
    if not yes and not _agreed(text, INDEX_NAMES[0]):
        return EXIT_NO
    return _create(os.path.join(top, INDEX_NAMES[0]), text, made)


def _index_in(top: str) -> str:
    """The name of the index of a folder, or an empty text."""
    names = (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES))
    return next((name for name in names if os.path.lexists(os.path.join(top, name))), "")


def _drafted(tree: Tree, known: Iterable[str]) -> Draft:
    """The draft, with a progress bar on a terminal where it lasts."""
    if sys.stderr is None or not can_show():
        return draft(tree, known)
    with Bar("the documents", {"reading": 0}) as bar:
        return draft(tree, known, lambda share: bar.stage("reading", share))


def _others(tree: Tree, folder: str) -> Iterator[str]:
    """A line for each folder that is a project of its own, whose documents are not listed."""
    from ..workspace.git_findings import other_project

    yield from (other_project(path).concise() for path in tree.files_below(folder).others)


def _agreed(text: str, name: str) -> bool:
    """Shows what would be written and asks; without a terminal the answer is no."""
    say(text)
    if is_agreed(f"write this to {name}?"):
        return True
    remark([f"ctxload: nothing was written; with `--yes` this is written to {name}"])
    return False


def _create(path: str, text: str, made: Draft) -> int:
    name = os.path.basename(path)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        remark([f"ctxload: {name} cannot be written: {error.strerror or error}"])
        return EXIT_USAGE
    count = len(made.index.entries)
    agents = f", {counted(len(made.agents), 'agent')}" if made.agents else ""
    said = f"{counted(count, 'entry', 'entries')} from {escape(made.folder or '.')}/{agents}"
    remark([f"ctxload: wrote {name}: {said}; next: `ctxload check`"])

    from ..workspace.allowing import also

    remark([f"ctxload: {escape(line)}" for line in also(os.path.dirname(path))])
    return EXIT_DONE


def _add(top: str, there: str, yes: bool) -> int:
    """Adds entries for documents that the index does not list; nothing else of it changes."""
    place = discover(index=os.path.join(top, there) if there else "", root=top)
    project = build(place)
    assembled = project.as_written
    entry_files = EntryFiles(project.tables, project.tree)
    listed = {path for number in range(len(project.tables.entries)) for path in entry_files.of(number)}
    made = _drafted(project.tree, listed)
    remark(_others(project.tree, made.folder))
    entries = with_other_ids(made.index.entries, {entry.id.value for entry in assembled.index.entries})
    if not entries:
        remark([f"ctxload: {escape(place.name)} lists every document there is in {escape(made.folder or '.')}/"])
        return EXIT_DONE
    source = assembled.index.source(assembled.index.name)
    assert source is not None
    text = with_entries(source, entries)
    shown = difference(source.name, source.text, text, Paint(wants_colour("auto", sys.stdout, dict(os.environ))))
    if not yes and not _agreed(shown, place.name):
        return EXIT_NO
    write_index(place, source, text)
    remark([f"ctxload: {escape(place.name)}: {counted(len(entries), 'entry', 'entries')} added"])
    return EXIT_DONE

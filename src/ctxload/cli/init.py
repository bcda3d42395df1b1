"""`ctxload init`: shows a first index of the documents that are there, and writes it."""

from __future__ import annotations

import os
import sys

from ..authoring.closed_folders import closed_folders
from ..authoring.draft.documents import ENDINGS, UNREADABLE
from ..authoring.draft.from_documents import NO_SOURCE, Draft, Wanted, draft, to_text, with_other_ids
from ..authoring.index_file import write_index
from ..errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError, NoIndexError, UsageError
from ..index.edits import NotEditable, with_entries
from ..output import fail, is_agreed, remark, say
from ..progress import Bar, can_show
from ..project.build import build
from ..selection.entry_files import EntryFiles
from ..text.diff import difference
from ..text.escaping import escape
from ..text.render import Paint, wants_colour
from ..text.wording import counted, first_of
from ..workspace.locations import discover
from ..workspace.tree import INDEX_NAMES, WALK_LIMIT, DiskTree, Tree
from .init_samples import sample_lines
from .init_summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..project.snapshot import Project

#: What is said of an index that is there.
STAYS = "stays as it is; `ctxload init --add` adds what it does not list"
#: How many lines of a draft are shown at a terminal before the question.
SHOWN = 12


def main(
    *, root: str, add: bool, include: tuple[str, ...], exclude: tuple[str, ...], language: str,
    sources: tuple[str, ...], yes: bool,
) -> int:  # fmt: skip
    """Drafts an index for a folder, shows it, and writes it when that is agreed; the exit status."""
    try:
        top = _folder(root)
    except UsageError as error:
        return fail(error)
    if named := tuple(name for name in sources if name != NO_SOURCE):
        from ..formats import check_sources

        check_sources(named)
    wanted = Wanted(include, exclude, language, sources)
    there = _index_in(top)
    if there and not add:
        remark([f"ctxload: {escape(there)} is there already and {STAYS}"])
        return EXIT_USAGE
    if add:
        try:
            return _add(top if root or there else "", there, wanted, yes)
        except NotEditable as error:
            why, _, text = str(error).partition("\n")
            remark([f"ctxload: {escape(why)}"])
            say(f"{text}\n")
            return EXIT_USAGE
        except CtxloadError as error:
            return fail(error)
    return _make(top, wanted, yes)


def _folder(root: str) -> str:
    """The folder to draft an index for; UsageError where it is none that can be looked into."""
    try:
        top = os.path.abspath(os.path.expanduser(root) or os.getcwd())
    except OSError as error:
        raise UsageError("the working directory no longer exists: change to another one") from error
    try:
        os.scandir(top).close()
    except FileNotFoundError as error:
        raise UsageError(f"there is no folder {escape(top)}: make it first, or fix --root") from error
    except NotADirectoryError as error:
        raise UsageError(f"{escape(top)} isn't a folder: give --root the one that holds the documents") from error
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"the folder {escape(top)} cannot be read: {why}: check its permissions") from error
    return top


def _make(top: str, wanted: Wanted, yes: bool) -> int:
    tree = DiskTree(top)
    made = _drafted(tree, (), wanted)
    remark(_index_above(top))
    remark(first_of(_others(tree)))
    remark(summary(made, tree))
    if not (made.index.entries or made.index.live):
        kind, cure = f"documents ({', '.join(ENDINGS)})", "put some into a folder `context/` first"
        if closed_folders(tree, "") or any(group.why == UNREADABLE for group in made.found.left_out):
            kind, cure = "documents that can be read", "check the permissions of what cannot be"
        remark([f"ctxload: no {kind} in {escape(top)}: {cure}"])
        return EXIT_NO
    text = to_text(made.index)
    if not yes and not _agreed(text, INDEX_NAMES[0]):
        return EXIT_NO
    return _create(os.path.join(top, INDEX_NAMES[0]), text, made)


def _index_in(top: str) -> str:
    """The name of the index of a folder, or an empty text."""
    names = (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES))
    return next((name for name in names if os.path.lexists(os.path.join(top, name))), "")


def _index_above(top: str) -> Iterator[str]:
    """A line where a folder further up has an index, which serves this folder until it has one of its own."""
    try:
        place = discover(top)
    except (NoIndexError, CtxloadError):
        return
    if os.path.dirname(place.path) != top:
        path = os.path.relpath(place.path, top)
        yield f"ctxload: {escape(path)} serves this folder now; with an index of its own it no longer does"


def _drafted(tree: Tree, known: Iterable[str], wanted: Wanted) -> Draft:
    """The draft, with a progress bar on a terminal where it lasts."""
    if sys.stderr is None or not can_show():
        return draft(tree, known, wanted=wanted)
    with Bar("the documents", {"reading": 0}) as bar:
        return draft(tree, known, lambda share: bar.stage("reading", share), wanted)


def _others(tree: Tree) -> Iterator[str]:
    """A line for each folder that is a project of its own, whose documents are not listed, for each that cannot be
    read, and where not every file was looked at.
    """
    from ..workspace.git.findings import other_project

    for folder in closed_folders(tree, ""):
        yield f"ctxload: the folder `{escape(folder)}/` cannot be read: check its permissions"
    yield from (other_project(path).concise() for path in tree.files_below("").others)
    if tree.files_below("").cut or tree.files_below("", hidden=True).cut:
        cure = "leave folders out with `.ctxignore`, or begin in a folder with --root"
        yield f"ctxload: only the first {WALK_LIMIT:,} files of this folder were looked at: {cure}"


def _agreed(text: str, name: str) -> bool:
    """Shows what would be written and asks; without a terminal the answer is no, and all of it is shown."""
    lines = text.splitlines(keepends=True)
    is_cut = sys.stdout.isatty() and len(lines) > SHOWN + 3
    say("".join(lines[:SHOWN]) + f"… and {len(lines) - SHOWN} more lines\n" if is_cut else text)
    if is_agreed(f"write {counted(len(lines), 'line')} to {name}?"):
        return True
    remark([f"ctxload: nothing was written; with `--yes` this is written to {name}"])
    return False


def _written(path: str, text: str) -> None:
    """Writes a file that isn't there yet; nothing is left of it where that is stopped, or the disk is full."""
    file = open(path, "x", encoding="utf-8", newline="\n")  # noqa: SIM115 - it is closed before it is removed
    try:
        with file:
            file.write(text)
    except BaseException:
        os.unlink(path)
        raise


def _create(path: str, text: str, made: Draft) -> int:
    name = os.path.basename(path)
    try:
        _written(path, text)
    except FileExistsError:
        remark([f"ctxload: {name} is there now, written by somebody else meanwhile, and {STAYS}"])
        return EXIT_USAGE
    except OSError as error:
        cure = f"free some space, or check the permissions of {escape(os.path.dirname(path))}"
        remark([f"ctxload: {name} cannot be written: {error.strerror or error}: {cure}"])
        return EXIT_USAGE
    agents = f", {counted(len(made.agents), 'agent')}" if made.agents else ""
    remark([f"ctxload: wrote {name}: {counted(len(made.index.entries), 'entry', 'entries')}{agents}"])
    from ..workspace.allowing import also

    remark([f"ctxload: {escape(line)}" for line in also(os.path.dirname(path))])
    remark(sample_lines(path, made))
    remark(['ctxload: next: `ctxload resolve "YOUR TASK"`, then `ctxload install claude-code`'])
    return EXIT_DONE


def _add(top: str, there: str, wanted: Wanted, yes: bool) -> int:
    """Adds entries for documents that the index does not list, the one above where no folder is said; nothing else of
    it changes.
    """
    place = discover(index=os.path.join(top, there) if there else "", root=top)
    project = build(place)
    assembled = project.as_written
    entry_files = EntryFiles(project.tables, project.tree)
    listed = {path for number in range(len(project.tables.entries)) for path in entry_files.of(number)}
    made = _drafted(project.tree, listed, wanted)
    remark(first_of(_others(project.tree)))
    remark(first_of(_gone(project, entry_files, made)))
    remark(first_of(_unreadable(made)))
    remark(_unread(made, project))
    entries = [one for one in made.index.entries if not (one.each and _is_known(one.paths[0].value, project))]
    entries = with_other_ids(entries, {entry.id.value for entry in assembled.index.entries})
    if not entries:
        remark([f"ctxload: {escape(place.name)} lists every document there is to list"])
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


def _unread(made: Draft, project: Project) -> Iterator[str]:
    """A line where there are skills that no entry and no source of the index has."""
    live = {text.value for text in project.as_written.index.live}
    if new := [text.value for text in made.index.live if text.value not in live]:
        yield f"ctxload: skills in hidden folders are not read: add `{', '.join(new)}` to `sources:` of the index"


def _is_known(pattern: str, project: Project) -> bool:
    """Whether the index has this glob already."""
    source = project.as_written.index.source(project.as_written.index.name)
    return source is not None and pattern in source.text


def _unreadable(made: Draft) -> Iterator[str]:
    """A line for each document that is there, could be listed and cannot be read."""
    for path in (path for group in made.found.left_out if group.why == UNREADABLE for path in group.paths):
        yield f"ctxload: `{escape(path)}` cannot be read: check its permissions"


def _gone(project: Project, entry_files: EntryFiles, made: Draft) -> Iterator[str]:
    """A line for each entry that has no file any more, with where its document may have gone; or why it has none though
    something is there.
    """
    new = {path.rsplit("/", 1)[-1]: path for path in made.found.taken}
    rows, tree = project.tables.entries, project.tree
    for number in range(len(rows)):
        if not entry_files.of(number) and rows[number].paths:
            path, line, _ = rows[number].paths[0]
            status, is_pattern = tree.status(path), tree.is_pattern(path)
            moved = new.get(path.rsplit("/", 1)[-1], "")
            if status.kind == "unreadable" or (status.kind == "directory" and closed_folders(tree, status.path)):
                what, cure = "cannot be read", "check its permissions"
            elif status.kind == "missing" and not is_pattern:
                what, cure = "is gone", "remove the entry, or name its file"
                if moved and moved != path:
                    cure = f"is it `{escape(moved)}` now?"
            elif is_pattern:
                what, cure = "fits no file", "remove the entry, or write another pattern"
            else:
                what, cure = "gives no document", "`ctxload check` says why"
            yield f"ctxload: line {line}: `{escape(path)}` {what}: {cure}"

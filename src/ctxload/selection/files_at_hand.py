"""The files at hand → the entries that they call for (`for_files`).

At hand is what the caller names, and each path that stands in the task: a file of the project, or a path with a folder
and an ending, which may be yet to write. A kind of file that the task names (`.ts`) is a file of that kind, in any
folder that it names and at the root.
"""

from __future__ import annotations

from ..matching.path_places import places_of_paths
from ..matching.tokens import TASK_LIMIT
from ..record import Record
from ..workspace.changed_files import AT_HAND
from ..workspace.globs import Paths
from ..workspace.secret_names import folded
from ..workspace.tree import RELATIVE, clean
from .model import DOCUMENTS, KEYWORD_LAYER, NOWHERE, Reason, Request, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..matching.path_places import Place
    from ..matching.tables import EntryRow, Rows, Tables
    from ..workspace.tree import Tree

#: What a file at hand adds to the score of the entries it calls for; as much as a rule.
FILE_POINTS = 1000
#: How many paths are looked for in a task, and how many files at hand are matched.
IN_TASK = 100
#: How git begins the two sides of a change.
SIDES = ("a/", "b/", "i/", "w/", "c/", "o/")
#: A name has one of these signs, or stands after one of those: a bare word is none.
TELLING = frozenset("./\\")
NAMING = frozenset("@\"'`:")
#: Signs that go on with a path: what is before them is no folder that somebody names.
CONTINUES = frozenset("([{*?")


class Path(Record):
    """A file at hand, from the root, and where it stands in the task, if it does."""

    name: str
    where: Where = NOWHERE


def called_for(tables: Tables, tree: Tree, request: Request) -> Iterator[tuple[int, Reason]]:
    """The entries that a file at hand calls for, each with the reason: the first file that fits, and the pattern."""
    written = paths_in(request.task[:TASK_LIMIT], tree, request.folder)
    paths = [*map(Path, request.files[:AT_HAND]), *written]
    paths += _of_kinds(request.task[:TASK_LIMIT], paths) if "." in request.task else ()
    where = {path.name: path.where for path in reversed(paths)}
    asked = Paths([path.name for path in paths], dots=True)
    for number in tables.meta.at_hand if paths else ():
        row = tables.entries[number]
        name, pattern = first_of(asked, row.for_files, tree)
        if pattern:
            terms = (Term(f"file {pattern}", FILE_POINTS),)
            yield number, Reason(KEYWORD_LAYER, "file", pattern, row.id, where[name], terms, f"fits `{name}`")


def _of_kinds(task: str, paths: list[Path]) -> list[Path]:
    """A file of each kind that a task names, in each folder that it names and at the root."""
    from ..text.path_kinds import kinds_in

    folders = [path.name for path in paths if path.name[-1:] == "/"]
    found = [
        Path(f"{folder}*{ending}", Where(task, ((start, end),)))
        for ending, start, end in kinds_in(task)
        for folder in (*folders, "")
    ]
    return found[:IN_TASK]


def first_of(asked: Paths, patterns: tuple[str, ...], tree: Tree) -> tuple[str, str]:
    """The first path that fits some patterns, and the pattern as it is written; empty texts where none does."""
    if not any("[" in pattern for pattern in patterns):
        return asked.first(patterns)
    from ..text.brackets import readings

    written = readings(patterns, tree.is_there)
    name, pattern = asked.first(tuple(written))
    return name, written.get(pattern, "")


def paths_in(task: str, tree: Tree, folder: str = "") -> Iterator[Path]:
    """The paths that stand in a task, as files at hand, however they are written; `folder` is where who asks works.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"setup.py": "", "src/api/views.py": ""})
    >>> task = "Fix `src/api/views.py:12`, @setup.py and src/new.py; CI/CD, node.js and/or e.g. x"
    >>> [path.name for path in paths_in(task, tree)]
    ['src/api/views.py', 'setup.py', 'src/new.py']
    """
    done = found = 0
    task = _from_root(task, tree.root)
    for place in places_of_paths(task):
        if place.start < done:
            continue
        name, end = _path_at(task, place, tree, folder)
        if name:
            done = end
            yield Path(name, Where(task, ((place.start, end),)))
            found += 1
            if found == IN_TASK:
                return


def _from_root(task: str, root: str) -> str:
    """A task with blanks for the path of a root that has some itself: what stands behind it is a path from the root.

    >>> _from_root("see /my work/shop/docs/a.md", "/my work/shop")
    'see               docs/a.md'
    """
    if " " in root:
        root = root.rstrip("/\\")
        for written in {f"{root}/", f"{root}\\", root.replace("\\", "/") + "/"}:
            task = task.replace(written, " " * len(written))
    return task


def file_names_in(task: str, tree: Tree) -> set[str]:
    """The names of documents that stand in a task, some with folders before them, of files that the root does not hold.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"README.md": "", "context/pay.md": ""})
    >>> sorted(file_names_in("see `pay.md`, guide\\\\api.md and README.md", tree))
    ['guide/api.md', 'pay.md']
    """
    found: set[str] = set()
    for place in places_of_paths(_from_root(task, tree.root)):
        for end in place.ends:
            name = task[place.start : end].replace("\\", "/")
            if name.lower().endswith(DOCUMENTS):
                found.update(part for part in name.split(",") if part.lower().endswith(DOCUMENTS))
                break
    return {name for name in found if tree.status(name).kind == "missing"}


def _path_at(task: str, place: Place, tree: Tree, here: str) -> tuple[str, int]:
    """The path from the root that stands at a place, and where it ends; an empty text where none does.

    A file that is there goes before one to write, and that before a folder.
    """
    start, before = place.start, task[max(0, place.start - 1) : place.start]
    last = _last_end(task, place, tree)
    folder = "", start
    for end in place.ends:
        for spelling in _spellings(task[start:end], before, here, tree) if end <= last else ():
            name = _there(spelling, tree) if not TELLING.isdisjoint(spelling) or before in NAMING else ""
            if name and name[-1:] != "/":
                return name, end
            if name and not folder[0] and _means_folder(spelling, before, task[end : end + 1]):
                folder = name, end
    for end in place.to_write:
        for spelling in _spellings(task[start:end], before, here, tree) if end <= last else ():
            if name := _to_write(spelling, tree):
                return name, end
    return folder


def _last_end(task: str, place: Place, tree: Tree) -> int:
    """The last end of a place that is worth a look: behind a slash only where a folder of ours stands before it."""
    longest = max([place.start, *place.ends, *place.to_write])
    head = task[place.start : longest].replace("\\", "/").partition("/")[0]
    at = place.start + len(head)
    if at == longest or not head.strip(".@") or head + "/" in SIDES or head[1:2] == ":" or tree.is_folder(head):
        return longest
    return longest if _is_root_name(head, tree) else at


def _spellings(text: str, before: str, here: str, tree: Tree) -> Iterator[str]:
    """What a path may mean that is written like this: from the folder `here`, as `./` and `../` say; itself; with
    blanks that were escaped; from the root, as after `@`; a side of a diff; from above the root.
    """
    if here and text.startswith(RELATIVE):
        yield f"{here}/{text}"
    yield text
    if "\\ " in text or "%20" in text:
        yield text.replace("\\ ", " ").replace("%20", " ")
    if before == "@" and text[0] == "/":
        yield text[1:]
    if text[:2] in SIDES:
        yield text[2:]
    head, _, rest = text.replace("\\", "/").partition("/")
    if rest and _is_root_name(head, tree):
        yield rest


def _is_root_name(head: str, tree: Tree) -> bool:
    """Whether a path begins with the name of the root's own folder, as one does that is written from above it, and not
    with that of a folder in it.
    """
    name = tree.root.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return bool(head) and folded(head) == folded(name) and tree.status(head).kind == "missing"


def _there(text: str, tree: Tree) -> str:
    """The path from the root, if something stands there; that of a folder with `/` at its end."""
    name = _clean(text, tree)
    kind = tree.status(name).kind if name else ""
    return name if kind == "file" else name + "/" if kind == "directory" else ""


def _means_folder(text: str, before: str, after: str) -> bool:
    """Whether somebody names a folder: `src` is a word, `src/` a folder, and `@scope/name` most often a package."""
    is_written = "/" in text or "\\" in text
    return is_written and after not in CONTINUES and (before != "@" or text[-1] in "/\\")


def _clean(text: str, tree: Tree) -> str:
    """A path from the root; an empty text for what leads out of it, and where its first folder is none of ours."""
    name, wrong = clean(text, tree.root)
    if wrong:
        return ""
    first, slash, _ = name.partition("/")
    return name if not slash or tree.status(first).kind == "directory" else ""


def _to_write(text: str, tree: Tree) -> str:
    """The path from the root of a file that doesn't exist, but looks like one: with a folder of ours and an ending."""
    name = _clean(text, tree)
    folder, _, last = name.rpartition("/")
    ending = last.rpartition(".")[2] if "." in last[1:] else ""
    if not folder or len(ending) > 10 or not ending.isalnum() or ending.isdigit():
        return ""
    if " " in name and tree.status(folder).kind != "directory":
        return ""
    return name if tree.status(name).kind == "missing" else ""


def entries_at(
    entries: Rows[EntryRow], text: str, tree: Tree, folder: str = ""
) -> tuple[list[int], dict[str, list[int]]]:
    """The entries whose file a text names: by its path, or by the name of the file or the end of its path, where no
    other entry has one of this name; and the names that several have, each with those.

    A name in another case counts where no file is written so.
    """
    paths = {path.name for path in paths_in(text, tree, folder)}
    names = {name: folded(name) for name in sorted(file_names_in(text, tree))}
    ends = {low.rpartition("/")[2] for low in names.values()}
    found: list[int] = []
    exact: dict[str, list[int]] = {}
    alike: dict[str, list[int]] = {}
    for number in range(len(entries)) if paths or ends else ():
        here = [path for path, _, _ in entries[number].paths]
        if not paths.isdisjoint(here):
            found.append(number)
        for path in here:
            low = folded(path)
            for name in names if low.rpartition("/")[2] in ends else ():
                for called, same in ((exact, _ends_so(path, name)), (alike, _ends_so(low, names[name]))):
                    if same and called.setdefault(name, [])[-1:] != [number]:
                        called[name].append(number)
    named = {name: exact.get(name, numbers) for name, numbers in alike.items()}
    found += [numbers[0] for numbers in named.values() if len(numbers) == 1]
    return found, {name: numbers for name, numbers in named.items() if len(numbers) > 1}


def _ends_so(path: str, name: str) -> bool:
    return f"/{path}".endswith(f"/{name}")

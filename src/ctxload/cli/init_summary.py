"""What `ctxload init` says of a draft before it asks: what it found, what it took, what it left out and why."""

from __future__ import annotations

from ..authoring.draft.from_documents import IN_PLACE
from ..authoring.draft.versions import VERSIONS
from ..project.each import FILES, spread
from ..text.escaping import escape
from ..text.wording import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..authoring.draft.documents import Group
    from ..authoring.draft.from_documents import Draft
    from ..index.model import Entry
    from ..workspace.tree import Tree

#: How many groups, and how many folders of each, are shown.
GROUPS, NAMED = 8, 3
#: The formats whose files others read as well: such a file is counted for these.
OWNERS = ("agent-skills", "agents-md", "claude-code", "gemini")


def summary(made: Draft, tree: Tree) -> Iterator[str]:
    """The lines."""
    found = made.found
    count = len(found.taken) + sum(len(group.paths) for group in found.left_out)
    if not count:
        return
    yield f"ctxload: {counted(count, 'document')} found"
    how = ", by folder: each file is an entry of its own" if made.is_by_folder else ""
    beyond = [*_beyond(made.index.entries, tree)] if len(found.taken) > FILES else []
    over = {path for _, left in beyond for path in left}
    taken = [path for path in found.taken if path not in over] if over else found.taken
    yield f"  taken {len(taken):8,}  {_places(taken)}{how}"
    for pattern, left in beyond:
        said = f"more than the {FILES:,} files that `{escape(pattern)}` gives at most: {_places(left)}"
        yield f"  left out {len(left):5,}  {said}; list them with `ctxload init --add`, or write globs that fit fewer"
    if made.index.live:
        read = ", ".join(escape(text.value) for text in made.index.live)
        read_in_place = sum(len(group.paths) for group in found.left_out if group.why == IN_PLACE)
        files = f"{read_in_place:2,}" if read_in_place else "  "
        yield f"  read in place {files} {read}: `sources:` of the index; `--source none` leaves it out"
    in_place = frozenset(path for text in made.index.live for path in _files_of(tree, text.value.partition(":")[0]))
    groups = _joined(found.left_out, in_place)
    for why, paths, cure in groups[:GROUPS]:
        yield f"  left out {len(paths):5,}  {why}: {_places(paths)}{cure}"
    if len(groups) > GROUPS:
        more = sum(len(paths) for _, paths, _ in groups[GROUPS:])
        yield f"  left out {more:5,}  for {counted(len(groups) - GROUPS, 'other reason')}"
    if found.left_out:
        yield "  `--include GLOB` takes what was left out, `--exclude GLOB` leaves out what was taken"
    if tools := _tools(tree, made, in_place):
        yield f"  other tools' files: {tools}; `--source FORMAT` reads them in place"


def _beyond(entries: Iterable[Entry], tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths of entries that fit more files than one entry gives, each with those that are left out."""
    for entry in entries:
        left = spread(entry, tree).left if entry.each else ()
        if left:
            yield entry.paths[0].value, left


def _joined(groups: Iterable[Group], in_place: frozenset[str] = frozenset()) -> list[tuple[str, list[str], str]]:
    """The groups, all translations as one, and all versions; each with what to do to have it. Those `in_place` are
    read, and not left out.
    """
    plain: list[tuple[str, list[str], str]] = []
    versions: dict[str, tuple[str, ...]] = {}
    languages: dict[str, tuple[str, ...]] = {}
    for group in groups:
        kind, _, language = group.why.partition(": ")
        if kind == "translations":
            languages[language] = group.paths
        elif kind == VERSIONS:
            versions[language] = group.paths
        elif paths := [path for path in group.paths if path not in in_place]:
            plain.append((group.why, paths, ""))
    if versions:
        shown = ", ".join(sorted(versions))
        every = [path for paths in versions.values() for path in paths]
        plain.append((f"{VERSIONS} than the newest ({escape(shown)})", every, "; `--include FOLDER` takes one of them"))
    if languages:
        shown = ", ".join(sorted(languages)[:14]) + (" …" if len(languages) > 14 else "")
        every = [path for paths in languages.values() for path in paths]
        plain.append((f"translations ({shown})", every, "; `--language` takes one of them"))
    return sorted(plain, key=lambda group: (-len(group[1]), group[0]))


def _places(paths: Iterable[str]) -> str:
    """Where documents lie: the folders with most of them, and files at the root by name."""
    folders: dict[str, int] = {}
    for path in paths:
        parts = path.split("/")
        place = "/".join(parts[:2]) + "/" if len(parts) > 2 else parts[0] + "/" if len(parts) > 1 else path
        folders[place] = folders.get(place, 0) + 1
    ordered = sorted(folders, key=lambda place: (-folders[place], place))
    more = f" and {counted(len(ordered) - NAMED, 'more place')}" if len(ordered) > NAMED else ""
    return ", ".join(map(escape, ordered[:NAMED])) + more


def _tools(tree: Tree, made: Draft, in_place: frozenset[str]) -> str:
    """The formats of other tools that have files here and are not read yet.

    What a tool reads of others' (`AGENTS.md`), or under any name (`rules.md`), doesn't say that it is used here.
    """
    from ..formats import BUILT_IN

    read = {text.value.partition(":")[0] for text in made.index.live}
    by_format = {name: _files_of(tree, name) - in_place for name in BUILT_IN if name not in read}
    owned = {path for name in OWNERS for path in by_format.get(name, ())}
    found = []
    for name, files in by_format.items():
        own = files if name in OWNERS else files - owned
        if any(_names_a_tool(path) for path in own):
            found.append(f"{name} ({len(own):,})")
    return ", ".join(found)


def _names_a_tool(path: str) -> bool:
    """Whether a path has a hidden part, or a name in capitals: nobody calls a page of the project so."""
    name = path.rpartition("/")[2].partition(".")[0]
    return name.isupper() or any(part.startswith(".") for part in path.split("/"))


def _files_of(tree: Tree, name: str) -> frozenset[str]:
    """The files of a format."""
    from ..formats import find
    from ..workspace.tree import is_glob

    places = find(name).places
    files = {path for place in places if is_glob(place) for path in tree.expand(place).files}
    return frozenset(files | {place for place in places if not is_glob(place) and tree.status(place).kind == "file"})

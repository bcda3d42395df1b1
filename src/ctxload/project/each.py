"""An entry with `each: true` → an entry for every file that its `path` gives, as if the author had listed them.

A new file in one of its folders is an entry as soon as it is there: the folders belong to what the index was read from.
"""

from __future__ import annotations

from ..index.model import Entry, Text
from ..index.place_ids import UNNAMED, names_of, stem_of
from ..matching.tokens import tokenize
from ..matching.word_lists import GENERIC_FORMS, STOP
from ..record import Record
from ..workspace.tree import is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ..workspace.tree import Listing, Tree

    Folders = tuple[tuple[str, tuple[int, ...]], ...]

#: How many entries one of them becomes at most.
FILES = 20_000


class Spread(Record):
    """What an entry with `each` becomes: entries, the folders that were looked into, and whether there are more; `left`
    are the files beyond what one entry becomes.
    """

    entries: tuple[Entry, ...]
    folders: Folders
    is_cut: bool = False
    left: tuple[str, ...] = ()


def spread(entry: Entry, tree: Tree) -> Spread:
    """The entries of the files of an entry.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"docs/api/index.md": "# API", "docs/ui.md": "# UI", "docs/blog/1.md": "", "docs/x.png": ""})
    >>> entry = Entry(Text("docs"), (Text("docs/**/*.md"),), each=True, besides=(Text("docs/blog/"),))
    >>> [(one.id.value, one.paths[0].value) for one in spread(entry, tree).entries]
    [('api', 'docs/api/index.md'), ('ui', 'docs/ui.md')]
    """
    folders: dict[str, tuple[int, ...]] = {}
    cut = False
    found: dict[str, Text] = {}
    for text in entry.paths:
        listing = _listing(tree, text.value)
        folders.update(listing.folders)
        cut = cut or listing.cut
        ending = _ending(text.value)
        found.update(
            (path, text)
            for path in listing.files
            if path not in found and path.endswith(ending) and _is_open(tree, path)
        )
    for text in entry.besides:
        for path in _listing(tree, text.value).files:
            found.pop(path, None)
    paths, left = list(found)[:FILES], tuple(found)[FILES:]
    names = ids_of(paths)
    entries = tuple(_one(entry, found[path].replace(value=path), names[path]) for path in paths)
    return Spread(entries, tuple(folders.items()), cut or bool(left), left)


def with_ids_apart(entries: Iterable[tuple[Entry, bool]]) -> tuple[Entry, ...]:
    """The entries, those that several with `each` made (`True`) with ids that no other has.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({f"{part}/{name}.md": "" for part in ("web", "api") for name in ("x/README", "release")})
    >>> both = [Entry(Text(part), (Text(part),), each=True) for part in ("web", "api")]
    >>> found = [(entry, True) for one in both for entry in spread(one, tree).entries]
    >>> [entry.id.value for entry in with_ids_apart(found)]
    ['web/release', 'web/x', 'api/release', 'api/x']
    """
    kept = tuple(entries)
    others = {entry.id.value for entry, is_made in kept if not is_made}
    names = ids_of([entry.paths[0].value for entry, is_made in kept if is_made], others)
    return tuple(
        entry.replace(id=entry.id.replace(value=names[entry.paths[0].value])) if is_made else entry
        for entry, is_made in kept
    )


def ids_of(paths: Iterable[str], others: Collection[str] = ()) -> dict[str, str]:
    """An id for each path, none of them one of the `others`."""
    names = names_of(paths)
    known = {*names.values(), *others}
    for path, name in names.items():
        found = telling(name, path) if _is_named_by_folder(path) else name
        if found in known and found != name:
            found = name
        if found in others:
            parts = path.rsplit(".", 1)[0].split("/")
            ends = ["/".join(parts[-count:]) for count in range(2, len(parts) + 1)]
            found = next((end for end in ends if end not in known), path)
        known.add(found)
        names[path] = found
    return names


def telling(name: str, path: str) -> str:
    """The name of a document, with the folder above where it would fit any task.

    >>> [telling(*one) for one in (("testing", "docs/testing.md"), ("support", "deploy/support/index.md"))]
    ['docs/testing', 'deploy/support']
    >>> [telling(*one) for one in (("caching", "a/caching.md"), ("app", "app/README.md"), ("how-to", "a/how-to.md"))]
    ['caching', 'app/README', 'a/how-to']
    >>> telling("team", "team.md")
    'team.md'
    """
    forms = [form for clause in tokenize(name).forms for form in clause]
    if not (len(forms) == 1 and forms[0] in GENERIC_FORMS) and any(form not in STOP for form in forms):
        return name
    folders = path.split("/")[:-1]
    if not _is_named_by_folder(path):
        return f"{folders[-1]}/{name}" if folders else path
    return f"{folders[-2]}/{name}" if len(folders) > 1 else f"{name}/{stem_of(path)}"


def _is_named_by_folder(path: str) -> bool:
    return "/" in path and stem_of(path).lower() in UNNAMED


def _ending(pattern: str) -> str:
    """What the names of the files of a glob end with: a folder `a.md/` that fits it, too, is none of them."""
    last = pattern.rsplit("/", 1)[-1]
    return last[1:] if last.startswith("*.") and not is_glob(last[1:]) else ""


def _listing(tree: Tree, path: str) -> Listing:
    from ..workspace.tree import Listing

    if is_glob(path):
        return tree.expand(path)
    status = tree.status(path)
    return (
        tree.files_below(status.path)
        if status.kind == "directory"
        else Listing((status.path,) * (status.kind == "file"))
    )


def _is_open(tree: Tree, path: str) -> bool:
    """Whether a file may be given without being named: no secret, nothing that is ignored, no link to either."""
    return not tree.is_secret(path) and not (tree.leads_to(path) != path and tree.is_ignored(path))


def _one(entry: Entry, path: Text, name: str) -> Entry:
    is_named = stem_of(path.value).lower() in UNNAMED  # by its folder: that counts as a written id does
    return entry.replace(id=path.replace(value=name), id_written=is_named, paths=(path,), each=False, besides=())

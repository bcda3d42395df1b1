"""What the patterns of an index mean on disk, worked out when it is compiled, so that a start need not.

Each value is stored beside the folders and ignore files it depends on; see `snapshot.StoredTree`.
"""

from __future__ import annotations

import os

from .tables import Tables
from .tree import IGNORE_FILES, DiskTree, Listing, is_glob, signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: A listing that depends on more folders than this is not stored: looking at them costs more than listing.
FOLDERS = 200
#: Of how many entries' files it is noted whether they are ignored.
NOTED = 20_000


def listings(tables: Tables, tree: DiskTree) -> dict[str, Any]:
    """The stored listings by key: `g:` glob, `d:` directory, `w:` `when_files`, `i:` ignored."""
    found: dict[str, Any] = {}
    for path in _named(tables):
        if is_glob(path):
            _keep(found, f"g:{path}", tree.expand(path), tree)
        elif tree.status(path).kind == "directory":
            folder = tree.status(path).path
            _keep(found, f"d:{folder}", tree.files_below(folder), tree)
    for patterns in {row.when_files for row in _rows(tables) if row.when_files}:
        witness = tree.any_file(patterns)
        if witness:
            found["w:" + "\n".join(patterns)] = witness
    _note_ignored(tables, tree, found)
    return found


def _rows(tables: Tables) -> Iterator[Any]:
    return (tables.entries[number] for number in range(len(tables.entries)))


def _named(tables: Tables) -> Iterable[str]:
    """Every path that may mean several files."""
    names: dict[str, None] = {}
    for row in _rows(tables):
        for path, _, _ in row.paths:
            name = path.rsplit("/", 1)[-1]
            if is_glob(path) or "." not in name or path.endswith(("/", "\\")):
                names[path] = None
    agents: Any = tables.agents
    for agent in agents:
        words = agent.split("-")
        names.update(dict.fromkeys("context/" + "-".join(words[:count]) for count in range(1, len(words) + 1)))
        row = agents[agent]
        names.update(dict.fromkeys((*row.always, *(row.fallback if isinstance(row.fallback, tuple) else ()))))
    fallback = tables.meta.fallback
    names.update(dict.fromkeys((*tables.meta.always, *(fallback if isinstance(fallback, tuple) else ()))))
    return names


def _keep(found: dict[str, Any], key: str, listing: Listing, tree: DiskTree) -> None:
    if listing.cut or len(listing.folders) > FOLDERS or not listing.folders:
        return
    seen = dict(listing.folders)
    for folder, _ in listing.folders:
        seen.update(_ignore_files(tree, folder))
    found[key] = (listing.files, tuple(sorted(seen.items())))


def _ignore_files(tree: DiskTree, folder: str) -> dict[str, tuple[int, ...]]:
    """The ignore files that hold for a folder, those of the folders above among them, with their signatures."""
    parts = folder.split("/") if folder else []
    seen = {}
    for count in range(len(parts) + 1):
        for name in IGNORE_FILES:
            path = "/".join([*parts[:count], name])
            try:
                seen[path] = signature(os.stat(os.path.join(tree.root, *path.split("/"))))
            except OSError:
                seen[path] = ()
    return seen


def _note_ignored(tables: Tables, tree: DiskTree, found: dict[str, Any]) -> None:
    folders: dict[str, dict[str, tuple[int, ...]]] = {}
    for number in range(min(len(tables.entries), NOTED)):
        for path, _, _ in tables.entries[number].paths:
            if is_glob(path):
                continue
            folder = path.rpartition("/")[0]
            if folder not in folders:
                folders[folder] = _ignore_files(tree, folder)
            if any(folders[folder].values()) and tree.status(path).kind == "file" and tree.status(path).path == path:
                found[f"i:{path}"] = (tree.is_ignored(path), tuple(sorted(folders[folder].items())))

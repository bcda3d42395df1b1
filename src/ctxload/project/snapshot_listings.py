"""What the patterns of an index mean on disk, worked out when it is compiled, so that a start need not.

Each value is stored beside the folders, links and ignore files it depends on, with their signatures as they were
before anything was read; see `snapshot.StoredTree`.
"""

from __future__ import annotations

import os

from ..matching.tables import Tables
from ..workspace.globs import opens_hidden
from ..workspace.stamps import signature_of
from ..workspace.tree import IGNORE_FILES, DiskTree, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: A listing that depends on more folders than this is not stored: looking at them costs more than listing.
FOLDERS = 200
#: The same for the stack, which costs more to work out.
MANY_FOLDERS = 2_000
#: Of how many `when_files` it is noted whether there is such a file, each with the folders that prove it.
WHEN_FILES = 1_000
#: Of how many entries' files it is noted whether they are ignored.
NOTED = 20_000


def listings(tables: Tables, tree: DiskTree) -> dict[str, Any]:
    """The stored listings by key: `g:` glob, `d:` directory, `w:` `when_files`, `i:` ignored, `s:` the stack, `x:` what
    git leaves out.
    """
    return again(_keys(tables, tree), tree)


def again(keys: Iterable[str], tree: DiskTree) -> dict[str, Any]:
    """The listings of these keys, as far as they may be stored."""
    found: dict[str, Any] = {}
    for key in keys:
        value = _VALUES[key[:2]](key[2:], tree)
        if value is not None:
            found[key] = value
    return found


def _keys(tables: Tables, tree: DiskTree) -> Iterator[str]:
    yield "x:"
    named, asked, of_stack, noted = _asked_of(tables)
    for path in named:
        if tree.is_pattern(path):
            yield f"g:{path}"
        elif tree.status(path).kind == "directory":
            yield f"d:{tree.status(path).path}"
    for patterns in asked[:WHEN_FILES]:
        yield "w:" + "\n".join(patterns)
    if of_stack:
        yield "s:"
    for path in noted:
        if not tree.is_pattern(path):
            yield f"i:{path}"


def _asked_of(tables: Tables) -> tuple[Iterable[str], list[tuple[str, ...]], bool, Iterable[str]]:
    """Every path that may mean several files; what `when_files` asks for; whether the stack is asked for; the paths of
    the first entries. The rows are gone through once: they may be many.
    """
    names: dict[str, None] = {}
    asked: dict[tuple[str, ...], None] = {}
    noted: dict[str, None] = {}
    of_stack = False
    for number in range(len(tables.entries)):
        row = tables.entries[number]
        for path, _, _ in row.paths:
            name = path.rsplit("/", 1)[-1]
            if is_glob(path) or "." not in name or path.endswith(("/", "\\")):
                names[path] = None
            if number < NOTED:
                noted[path] = None
        if row.when_files:
            asked[row.when_files] = None
        of_stack = of_stack or bool(row.when_stack)
    return {**names, **dict.fromkeys(_named(tables))}, list(asked), of_stack, noted


def _named(tables: Tables) -> Iterator[str]:
    """The paths that `always` and `fallback` name, and those that agents have."""
    agents: Any = tables.agents
    for agent in agents:
        words, row = agent.split("-"), agents[agent]
        yield from ("context/" + "-".join(words[:count]) for count in range(1, len(words) + 1))
        yield from (*row.always, *(row.fallback if isinstance(row.fallback, tuple) else ()))
    fallback = tables.meta.fallback
    yield from (*tables.meta.always, *(fallback if isinstance(fallback, tuple) else ()))


def _glob(pattern: str, tree: DiskTree) -> tuple[Any, ...] | None:
    listing = tree.expand(pattern)
    return None if listing.cut else _kept(listing.files, listing.folders, tree)


def _directory(folder: str, tree: DiskTree) -> tuple[Any, ...] | None:
    listing = tree.files_below(folder)
    return None if listing.cut else _kept(listing.files, listing.folders, tree)


def _kept(files: Any, folders: tuple[tuple[str, tuple[int, ...]], ...], tree: DiskTree) -> tuple[Any, ...] | None:
    """The value to store: the files, and what proves them."""
    if not folders or len(folders) > FOLDERS:
        return None
    seen = dict(folders)
    for folder, _ in folders:
        seen.update(_ignore_files(tree, folder))
        seen.update(_links(tree, folder))
    seen.update(tree.asked_of_git())
    return files, tuple(sorted(seen.items()))


def _when_files(patterns: str, tree: DiskTree) -> tuple[Any, ...] | None:
    """A file that fits, with the ignore files that let it count; or that there is none in the whole project."""
    wanted = tuple(patterns.split("\n"))
    witness = tree.any_file(wanted)
    if not witness and tree.passed_over():
        return None
    if not witness:
        listing = tree.files_below("", hidden=opens_hidden(wanted))
        return None if listing.cut else _kept("", listing.folders, tree)
    return None if witness in tree._links else (witness, _sorted(_ignore_files(tree, witness.rpartition("/")[0]), tree))


def _ignored(path: str, tree: DiskTree) -> tuple[Any, ...] | None:
    """Whether a file is ignored, where any ignore file could say so."""
    seen = _ignore_files(tree, path.rpartition("/")[0])
    if not any(seen.values()) and not tree._has_excludes():
        return None
    status = tree.status(path)
    return (
        (tree.is_ignored(path), _sorted(seen, tree))
        if status.kind == "file" and status.path == path and tree.leads_to(path) == path
        else None
    )


def _stack(rest: str, tree: DiskTree) -> tuple[Any, ...] | None:
    """The stack, with the folders that manifests may stand in, and the manifests themselves."""
    from ..workspace.stack.detection import packages
    from ..workspace.stack.manifests import DEPTH, looked_at

    listing = tree.near(DEPTH)
    if listing.cut or len(listing.folders) > MANY_FOLDERS:
        return None
    seen = dict(listing.folders)
    for folder, _signature_of in listing.folders:
        seen.update(_ignore_files(tree, folder))
    seen.update((path, tree.status(path).signature) for path in looked_at(tree))
    return packages(tree), _sorted(seen, tree)


def _excludes(rest: str, tree: DiskTree) -> tuple[Any, ...] | None:
    """What git leaves out from outside the root, with the files that say it."""
    found = tree.excludes
    if found is None:
        return None
    return tuple(found), tuple([(path, sign) for path, sign, _ in found.places]), found.says_something


def _sorted(seen: dict[str, tuple[int, ...]], tree: DiskTree) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What proves a value, with the files of git that were asked."""
    return tuple(sorted({**seen, **dict(tree.asked_of_git())}.items()))


_VALUES = {"g:": _glob, "d:": _directory, "w:": _when_files, "i:": _ignored, "s:": _stack, "x:": _excludes}


def _ignore_files(tree: DiskTree, folder: str) -> dict[str, tuple[int, ...]]:
    """The ignore files that hold for a folder, those of the folders above among them, as the tree saw them."""
    known: dict[str, dict[str, tuple[int, ...]]] = tree.__dict__.setdefault("_ignore_files_for", {})
    if folder not in known:
        parts = folder.split("/") if folder else []
        paths = ("/".join([*parts[:count], name]) for count in range(len(parts) + 1) for name in IGNORE_FILES)
        known[folder] = {path: tree.status(path).signature for path in paths}
    return known[folder]


def _links(tree: DiskTree, folder: str) -> dict[str, tuple[int, ...]]:
    """What the links in a folder lead to now: that may change, or appear, without a trace in the folder."""
    known: dict[str, dict[str, tuple[int, ...]]] = tree.__dict__.setdefault("_links_in", {})
    if folder not in known:
        above = f"{folder}/" if folder else ""
        try:
            with os.scandir(tree._full(folder)) as items:
                known[folder] = {above + item.name: signature_of(item.path) for item in items if item.is_symlink()}
        except OSError:  # it is gone: its signature will tell
            known[folder] = {}
    return known[folder]

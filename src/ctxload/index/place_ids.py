"""Ids of entries that have none of their own: the file's stem, and where several have the same, with their place.

>>> from ctxload.index.model import Entry, Text
>>> entries = [Entry(Text("release"), (Text(path),)) for path in ("web/release.md", "api/release.md")]
>>> [entry.id.value for entry in with_place_ids(entries)]
['web/release', 'api/release']
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Entry

#: The signs of a pattern, whose last part is no name.
_WILD = frozenset("*?[")
#: File names that say nothing: among many, such a file is called by its folder.
UNNAMED = frozenset(("index", "_index", "readme", "skill"))
#: Folder names that say as little: `docs/index.md` is `docs/index`, for the word `docs` stands in any request.
BARE = frozenset("docs doc documentation content pages src packages guide guides about learn how-to skills".split())


def stem_of(path: str) -> str:
    """The name of a file without its folders and its ending; of a name that is all ending the path itself."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return (name.rsplit(".", 1)[0] if "." in name[1:] else name) or path


def with_place_ids(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, those whose ids are the same stem with ids that name the place; written ids stay."""
    kept = tuple(entries)
    places = places_of([(entry.id.value, entry.paths[0].value) for entry in kept if not entry.id_written])
    if not places:
        return kept
    return tuple(
        entry
        if entry.id_written or entry.paths[0].value not in places
        else entry.replace(id=entry.id.replace(value=places[entry.paths[0].value]))
        for entry in kept
    )


def places_of(unnamed: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The ids of files whose stem another has, too, by path; of entries without a written id, each with its path."""
    sharing: dict[str, dict[str, None]] = {}
    for name, path in unnamed:
        if not set(name) & _WILD:
            sharing.setdefault(stem_of(path), {})[path] = None
    return {path: name for paths in sharing.values() if len(paths) > 1 for path, name in _places(list(paths)).items()}


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """A name for each of many files: its stem, or its folder's where that says nothing, with the place where several
    have the same.

    >>> list(names_of(["web/release.md", "api/release.md", "api/README.md", "ui/a.md", "docs/index.md"]).values())
    ['web/release', 'api/release', 'api', 'a', 'docs/index']
    """
    parts = {path: _parts(path) for path in paths}
    for path, of_path in parts.items():
        if of_path[-1].lower() in UNNAMED and len(of_path) > 1:
            parts[path] = [*of_path[:-2], "/".join(of_path[-2:])] if of_path[-2].lower() in BARE else of_path[:-1]
    alike: dict[str, dict[str, list[str]]] = {}
    for path, of_path in parts.items():
        alike.setdefault(of_path[-1].lower(), {})[path] = of_path
    found: dict[str, str] = {}
    for same in alike.values():
        found |= _ends(same) if len(same) > 1 else {path: of_path[-1] for path, of_path in same.items()}
    return {path: found[path] for path in parts}


def _places(paths: list[str]) -> dict[str, str]:
    """For each path of files of one stem the shortest end of it that no other has."""
    return _ends({path: _parts(path) for path in paths})


def _ends(parts: dict[str, list[str]]) -> dict[str, str]:
    left, found = list(parts), dict[str, str]()
    for count in range(2, max(map(len, parts.values())) + 1):
        ends: dict[str, list[str]] = {}
        for path in left:
            ends.setdefault("/".join(parts[path][-count:]), []).append(path)
        found |= {alike[0]: end for end, alike in ends.items() if len(alike) == 1}
        left = [path for path in left if path not in found]
    return found | {path: path for path in left}


def _parts(path: str) -> list[str]:
    *folders, _ = path.rstrip("/").replace("\\", "/").split("/")
    return [*(part for part in folders if part not in ("", ".")), stem_of(path)]

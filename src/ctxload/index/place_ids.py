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


def stem_of(path: str) -> str:
    """The name of a file without its folders and its ending; of a name that is all ending the path itself."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return (name.rsplit(".", 1)[0] if "." in name[1:] else name) or path


def with_place_ids(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, those whose ids are the same stem with ids that name the place; written ids stay."""
    kept = tuple(entries)
    sharing: dict[str, dict[str, None]] = {}
    for entry in kept:
        if not entry.id_written and not set(entry.id.value) & _WILD:
            sharing.setdefault(stem_of(entry.paths[0].value), {})[entry.paths[0].value] = None
    places = {path: name for paths in sharing.values() if len(paths) > 1 for path, name in _places(list(paths)).items()}
    if not places:
        return kept
    return tuple(
        entry
        if entry.id_written or entry.paths[0].value not in places
        else entry.replace(id=entry.id.replace(value=places[entry.paths[0].value]))
        for entry in kept
    )


def _places(paths: list[str]) -> dict[str, str]:
    """For each path of files of one stem the shortest end of it that no other has."""
    parts = {path: _parts(path) for path in paths}
    left, found = list(paths), dict[str, str]()
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

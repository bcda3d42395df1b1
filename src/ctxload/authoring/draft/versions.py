"""Documentation that is kept for several versions, a folder each: of these, one is taken.

That is what stands beside the folders without a version, where it is the same documentation: `docs/` of
`versioned_docs/version-1.x/`, `latest/` of `1.0/`. Else it is the newest version that is complete.

>>> found = older_of(["docs/1.5/a.md", "docs/1.5/b.md", "docs/2.0/a.md", "docs/2.0/c.md", "docs/guide.md"])
>>> found
{'docs/1.5/a.md': 'other versions: 1.5', 'docs/1.5/b.md': 'other versions: 1.5'}
>>> older_of(["docs/a.md", "docs/new.md", "versioned_docs/version-1.x/a.md"])
{'versioned_docs/version-1.x/a.md': 'other versions: version-1.x'}
>>> older_of(["second-edition/src/a.md", "2018-edition/src/a.md", "2018-edition/src/b.md"])
{'second-edition/src/a.md': 'other versions: second-edition'}
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    #: The documents of a version by their paths below its folder.
    Inside = dict[str, str]

VERSIONS = "other versions"
#: A version with fewer documents than this share of the fullest one is only begun: it is not the one people use. What
#: has no version holds so large a share of the same documents where it is the newest.
BEGUN = 0.25
#: What the folder of the newest version is called that has no number.
NEWEST = ("current", "latest", "stable")
#: Where Docusaurus keeps all versions but the newest: `docs/`, or `api/` of `api_versioned_docs/`.
OLDER = "versioned_docs"
#: What any folder may hold: it tells nothing of what that documents.
_ANY = re.compile(r"(?:.*/)?(?:_?index|readme)\.\w+", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
#: `1.5`, `v2`, `2.x`, `version-3.0`, `2018-edition`, `second-edition`; a number alone may be a chapter or a year.
_VERSION = re.compile(
    rf"(?:v|version-)(\d+(?:\.(?:\d+|x))*)|(\d+(?:\.(?:\d+|x))+)|(\d+|{'|'.join(_ORDINALS)})-edition", re.IGNORECASE
)


def older_of(paths: Iterable[str]) -> dict[str, str]:
    """Why each document is left out that belongs to another version than the newest which is complete."""
    every = frozenset(paths)
    places: dict[str, dict[str, Inside]] = {}
    for path in sorted(every):
        parts = path.split("/")
        at = next((at for at, part in enumerate(parts[:-1]) if _VERSION.fullmatch(part)), -1)
        if at >= 0:
            inside = places.setdefault("/".join(parts[:at]), {}).setdefault(parts[at], {})
            inside["/".join(parts[at + 1 :])] = path
    reasons: dict[str, str] = {}
    for place, versions in places.items():
        is_newest_beside = _has_newest(place, versions, every)
        if is_newest_beside or _are_versions(versions):
            newest = "" if is_newest_beside else _newest(versions)
            reasons |= {
                path: f"{VERSIONS}: {version}"
                for version, inside in versions.items()
                if version != newest
                for path in inside.values()
            }
    return reasons


def _has_newest(place: str, versions: dict[str, Inside], paths: frozenset[str]) -> bool:
    """Whether what these are versions of stands without one beside them."""
    fullest = max(versions.values(), key=len)
    wanted = {rest for inside in versions.values() for rest in inside if not _ANY.fullmatch(rest)}
    least = max(1, BEGUN * len(fullest))
    return any(sum(folder + rest in paths for rest in wanted) >= least for folder in _newest_folders(place))


def _newest_folders(place: str) -> Iterator[str]:
    """The folders that may hold the newest version, each with a slash; the root is an empty text."""
    parent, _, name = place.rpartition("/")
    inside = f"{place}/" if place else ""
    if name.endswith(OLDER):
        own = name.removesuffix(OLDER).rstrip("_") or "docs"
        yield f"{parent}/{own}/" if parent else f"{own}/"
    else:
        yield from (f"{inside}{newest}/" for newest in NEWEST)
        yield inside


def _are_versions(versions: dict[str, Inside]) -> bool:
    """Whether two of the folders hold the same document."""
    seen: set[str] = set()
    for inside in versions.values():
        if not seen.isdisjoint(inside):
            return True
        seen.update(inside)
    return False


def _newest(versions: dict[str, Inside]) -> str:
    fullest = max(map(len, versions.values()))
    return max((version for version in versions if len(versions[version]) >= BEGUN * fullest), key=_order)


def _order(version: str) -> tuple[int, ...]:
    """The numbers of a version, `x` above all of them."""
    found = _VERSION.fullmatch(version)
    numbers = (found[1] or found[2] or found[3]).lower() if found else ""
    if numbers in _ORDINALS:
        return (_ORDINALS.index(numbers) + 1,)
    return tuple(1_000_000 if number == "x" else int(number) for number in numbers.split("."))

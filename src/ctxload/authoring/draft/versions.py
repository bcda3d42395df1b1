"""Documentation that is kept for several versions, a folder each: of these, one is taken.

>>> found = older_of(["docs/1.5/a.md", "docs/1.5/b.md", "docs/2.0/a.md", "docs/2.0/c.md", "docs/guide.md"])
>>> found
{'docs/1.5/a.md': 'other versions: 1.5', 'docs/1.5/b.md': 'other versions: 1.5'}
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

VERSIONS = "other versions"
#: A version with fewer documents than this share of the fullest one is only begun: it is not the one people use.
BEGUN = 0.25
#: `1.5`, `v2`, `2.x`, `version-3.0`; a number alone may be a chapter or a year.
_VERSION = re.compile(r"(?:v|version-)(\d+(?:\.(?:\d+|x))*)|(\d+(?:\.(?:\d+|x))+)", re.IGNORECASE)


def older_of(paths: Iterable[str]) -> dict[str, str]:
    """Why each document is left out that belongs to another version than the newest which is complete."""
    places: dict[str, dict[str, dict[str, str]]] = {}
    for path in paths:
        parts = path.split("/")
        at = next((at for at, part in enumerate(parts[:-1]) if _VERSION.fullmatch(part)), -1)
        if at >= 0:
            inside = places.setdefault("/".join(parts[:at]), {}).setdefault(parts[at], {})
            inside["/".join(parts[at + 1 :])] = path
    reasons: dict[str, str] = {}
    for versions in places.values():
        if _are_versions(versions):
            newest = _newest(versions)
            reasons |= {
                path: f"{VERSIONS}: {version}"
                for version, inside in versions.items()
                if version != newest
                for path in inside.values()
            }
    return reasons


def _are_versions(versions: dict[str, dict[str, str]]) -> bool:
    """Whether two of the folders hold the same document."""
    seen: set[str] = set()
    for inside in versions.values():
        if not seen.isdisjoint(inside):
            return True
        seen.update(inside)
    return False


def _newest(versions: dict[str, dict[str, str]]) -> str:
    fullest = max(map(len, versions.values()))
    return max((version for version in versions if len(versions[version]) >= BEGUN * fullest), key=_order)


def _order(version: str) -> tuple[int, ...]:
    """The numbers of a version, `x` above all of them."""
    found = _VERSION.fullmatch(version)
    numbers = (found[1] or found[2]).lower() if found else ""
    return tuple(1_000_000 if number == "x" else int(number) for number in numbers.split("."))

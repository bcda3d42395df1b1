"""What a project is made of: languages, frameworks and packages with their versions, from manifests and lock files.

Exact versions come from lock files; else the least that a manifest asks for. What cannot be read is passed over: a
manifest is another tool's to check.

>>> from ctxload.workspace.memory_tree import MemoryTree
>>> tree = MemoryTree({"requirements.txt": "Django==4.2.11\\nrequests>=2.31\\n", "web/package.json": '{"dependencies": {"next": "^14.1.0"}}'})
>>> [part.say() for part in find_stack(tree) if part.kind == "framework"]
['Django 4.2.11', 'Next.js 14.1.0']
>>> packages(tree)[0]
('javascript', '')
"""  # noqa: E501

from __future__ import annotations

from weakref import WeakKeyDictionary

from ...record import Record
from .manifests import found_in, looked_at, names_images
from .names import KINDS, PACKAGE, SERVICES, known_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..tree import Tree

#: What was worked out of each tree, for as long as there is the tree.
_KNOWN: WeakKeyDictionary[Tree, tuple[tuple[str, str], ...]] = WeakKeyDictionary()


class Part(Record):
    """Something a project is made of.

    `name` is how people write it, `key` how its manifest and `when_stack` do; `version` is empty where none is known;
    `path` is the manifest.
    """

    kind: str
    name: str
    key: str
    version: str
    path: str

    def say(self) -> str:
        """Name and version, as in `Django 4.2.11`."""
        return f"{self.name} {self.version}".rstrip()


def find_stack(tree: Tree) -> tuple[Part, ...]:
    """Everything the project is made of, languages first, each name and version once."""
    found: dict[tuple[str, str], Part] = {}
    for key, version, path in found_in(tree):
        kind, name = known_as(key) if key not in SERVICES or names_images(path) else (PACKAGE, key)
        mine = found.get((key, version))
        if mine is None:
            found[key, version] = Part(kind, name, key, version, path)
    named = {key for key, version in found if version}
    parts = [part for part in found.values() if part.version or part.key not in named]
    return tuple(
        sorted(parts, key=lambda part: (KINDS.index(part.kind), part.name.casefold(), part.version, part.path))
    )


def packages(tree: Tree) -> tuple[tuple[str, str], ...]:
    """The names and versions of everything the project is made of, as `when_stack` asks for them; worked out once a
    tree.
    """
    if tree not in _KNOWN:
        stored = tree.stored_stack()
        _KNOWN[tree] = _packages(tree) if stored is None else stored
    return _KNOWN[tree]


def _packages(tree: Tree) -> tuple[tuple[str, str], ...]:
    tree.rests_on(
        path for path in looked_at(tree) if tree.status(path).signature
    )  # else its folder, which was listed, tells
    return tuple((part.key, part.version) for part in find_stack(tree))


def to_data(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The stack as JSON-ready data."""
    return [
        {"kind": part.kind, "name": part.name, "key": part.key, "version": part.version or None, "path": part.path}
        for part in parts
    ]


def to_lines(parts: Iterable[Part], *, every: bool = False) -> Iterator[str]:
    """The stack as lines for people; packages that are no more than packages are counted unless `every` is wanted."""
    from ...text.escaping import escape

    listed = list(parts)
    wide = max((len(part.name) for part in listed if every or part.kind != PACKAGE), default=0)
    for kind in KINDS:
        here = [part for part in listed if part.kind == kind]
        if not here:
            continue
        if kind == PACKAGE and not every:
            yield f"packages  {len(here)} more: --all shows them"
            continue
        yield kind + "s"
        for part in here:
            yield f"  {escape(part.name).ljust(wide)}  {escape(part.version).ljust(12)}  {escape(part.path)}".rstrip()

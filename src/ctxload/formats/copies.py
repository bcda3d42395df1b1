"""Guides that stand in a project more than once: two names of one file, or files with the same bytes, are one guide.

What calls for any of them calls for the one that is kept, which is the first.
"""

from __future__ import annotations

from ..text.diagnostics import diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .guide import Guide


class Copies:
    """The guides of several sources, each once; `findings` say of the others where they went.

    >>> from ctxload.formats.guide import Guide
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"CLAUDE.md": "# A", "AGENTS.md": "# A"})
    >>> copies = Copies(tree)
    >>> copies.add([Guide("CLAUDE", ("CLAUDE.md",), always=True)], {"CLAUDE.md": "# A"})
    >>> copies.add([Guide("AGENTS", ("AGENTS.md",), always=True)], {"AGENTS.md": "# A"})
    >>> [[guide.name for guide in guides] for guides in copies.kept], copies.findings[0].message
    ([['CLAUDE'], []], '`AGENTS.md` holds the same as `CLAUDE.md`: it is given once, as that')
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.kept: list[list[Guide]] = []
        self.findings: list[Diagnostic] = []
        self._first: dict[tuple[str, ...], tuple[int, int]] = {}

    def add(self, guides: Sequence[Guide], texts: Mapping[str, str]) -> None:
        """The guides of one more source, with the texts of their files."""
        self.kept.append([])
        for guide in guides:
            keys = self._keys(guide, texts)
            place = next((self._first[key] for key in keys if key in self._first), None)
            other = self.kept[place[0]][place[1]] if place else None
            joined = joined_calls(other, guide) if other else None
            if place and other and joined:
                self.kept[place[0]][place[1]] = joined
                self._tell(guide, other)
            else:
                place = len(self.kept) - 1, len(self.kept[-1])
                self.kept[-1].append(guide)
            for key in keys:
                self._first.setdefault(key, place)

    def _keys(self, guide: Guide, texts: Mapping[str, str]) -> list[tuple[str, ...]]:
        """What two guides have in common that are one: the files themselves, or what is in them."""
        files = tuple(map(self.tree.leads_to, guide.paths))
        held = tuple(texts.get(path, "") for path in guide.paths)
        return [("files", *files), *([("texts", *held)] if all(map(str.strip, held)) else ())]

    def _tell(self, guide: Guide, other: Guide) -> None:
        for path, kept in zip(guide.paths, other.paths, strict=False):
            if path != kept:
                is_link = self.tree.leads_to(path) == self.tree.leads_to(kept)
                how = "is the same file as" if is_link else "holds the same as"
                message = f"`{path}` {how} `{kept}`: it is given once, as that"
                hint = f"name `{self.tree.leads_to(kept)}` where it is meant"
                self.findings.append(diagnostic("CTX312", message, path, hint=hint))


def joined_calls(one: Guide, other: Guide) -> Guide | None:
    """A guide that comes when either of two would; None where no one guide says that.

    >>> from ctxload.formats.guide import Guide
    >>> joined_calls(Guide("a", files=("web/**",)), Guide("b", files=("api/**",))).files
    ('web/**', 'api/**')
    """
    if one.agents is not None or other.agents is not None:
        calls = (one, other) if not one.is_manual else (other, one)
        return calls[0].replace(name=one.name, paths=one.paths) if calls[1].is_manual else None
    if one.always or other.always:
        return one.replace(always=True, files=())
    if one.files != other.files and any(pattern[:1] == "!" for pattern in (*one.files, *other.files)):
        return None  # the order of patterns decides: two lists in a row would mean something else
    return one.replace(
        description=one.description or other.description,
        keywords=tuple(dict.fromkeys(one.keywords + other.keywords)),
        patterns=tuple(dict.fromkeys(one.patterns + other.patterns)),
        files=tuple(dict.fromkeys(one.files + other.files)),
        origins=one.origins + other.origins,
        priority=max(one.priority, other.priority),
    )

"""`Files`: the files of a tool below one folder of a tree, and what was looked at to find them."""

from __future__ import annotations

from ..record import Record
from ..text.brackets import escaped
from ..workspace.folders import Linked, behind
from ..workspace.globs import chosen, leading_into, parted
from ..workspace.stamps import checksum
from ..workspace.tree import clean, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workspace.tree import Listing, Tree

#: How much of one file is read, and of all files of one source, in bytes; how many files one format gives at most.
SIZE, TOTAL, COUNT = 1_000_000, 100_000_000, 5_000
#: Folders of other people's files, which aren't part of the project.
FOREIGN = frozenset(
    ("node_modules", "vendor", "third_party", "site-packages", "venv", ".venv", ".git", "bower_components")
)


class Seen(Record):
    """A file that was read or wanted, or a folder that was listed: its path and signature, and a checksum of the
    text.
    """

    path: str
    signature: tuple[int, ...]
    checksum: int = 0
    is_folder: bool = False


class Files:
    """What a format may read: the files below `folder` of a tree, named from there.

    `texts` are those that were read, by their path from the root.

    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> files = Files(MemoryTree({"web/.cursor/rules/a.mdc": "A", "web/AGENTS.md": "B"}), "web")
    >>> files.find(".cursor/rules/**/*.mdc", "AGENTS.md"), files.text("AGENTS.md"), files.path("AGENTS.md")
    (('.cursor/rules/a.mdc', 'AGENTS.md'), 'B', 'web/AGENTS.md')
    """

    def __init__(self, tree: Tree, folder: str = "") -> None:
        self.tree = tree
        self.folder = folder
        self.seen: dict[str, Seen] = {}
        self.texts: dict[str, str] = {}
        self.left_out: list[str] = []
        #: Folders that are projects of their own, where the tool's files are not looked for.
        self.others: dict[str, None] = {}
        #: Links that lead out of the project.
        self.outside: dict[str, None] = {}
        self.bytes = 0
        self.is_cut = False

    def path(self, name: str) -> str:
        """The path from the root of a file that is named from the folder."""
        return f"{self.folder}/{name}" if self.folder else name

    def _glob(self, pattern: str) -> str:
        return f"{escaped(self.folder)}/{pattern}" if self.folder else pattern

    def pattern(self, pattern: str) -> str:
        """A gitignore-style pattern of the folder as one of the root."""
        if not self.folder:
            return pattern
        start = "!" if pattern.startswith("!") else ""
        body = pattern.removeprefix("!")
        inside = body.lstrip("/") if "/" in body.rstrip("/") or body == "**" else f"**/{body}"
        return f"{start}{escaped(self.folder)}/{inside}"

    def find(self, *patterns: str) -> tuple[str, ...]:
        """The files that fit these patterns or have these names, each once, in the order of the patterns."""
        found: dict[str, None] = {}
        for pattern in patterns:
            names = self._fitting(pattern) if is_glob(pattern) else [pattern] if self.is_there(pattern) else []
            found.update(dict.fromkeys(names))
        self.is_cut = self.is_cut or len(found) > COUNT
        return tuple(found)[:COUNT]

    def _fitting(self, pattern: str) -> list[str]:
        listing = self.tree.expand(self._glob(pattern))
        linked = self._linked(pattern, listing)
        for folder, signature in (*listing.folders, *linked.folders):
            self.seen.setdefault(folder, Seen(folder, signature, is_folder=True))
        if not listing.folders:
            self._want_folder(pattern)
        found = [path for path in listing.others if not FOREIGN & set(path.split("/"))]
        self.others.update(dict.fromkeys(found))
        inside = len(self.folder) + 1 if self.folder else 0
        paths = sorted({*listing.files, *linked.files})
        names = [path[inside:] for path in paths if not self.tree.is_secret(path)]
        if pattern.startswith("**/"):  # looked for everywhere: not among other people's files
            names = [name for name in names if not FOREIGN & set(name.split("/")[:-1])]
        return names

    def odd(self, places: Sequence[str]) -> list[str]:
        """What a walk met in the place of a file that fits one of these patterns, and is none."""
        found = set[str]()
        for place in filter(is_glob, places) if self.tree.odd_names else ():
            top, glob = parted(self._glob(place))
            top = self.tree.status(top).path
            below = [path for path in self.tree.odd_names if not top or path.startswith(f"{top}/")]
            found.update(path for path in chosen(glob, top, below)[0] if self._is_odd(path))
            folders = [path for path in below if self.tree.odd_names[path] == "directory"]
            if not place.startswith("**/"):  # looked for everywhere: what such a folder holds is not known
                found.update(leading_into(glob, top, folders))
        return sorted(found)

    def _is_odd(self, path: str) -> bool:
        """Whether something stands at a path that is not a folder, a link or a file that is left out anyway."""
        if FOREIGN & set(path.split("/")) or self.tree.is_ignored(path):
            return False
        kind = self.tree.odd_names[path]
        return kind == "file" or (kind == "other" and self.tree.status(path).kind in ("special", "unsafe"))

    def _linked(self, pattern: str, listing: Listing) -> Linked:
        """What fits a pattern behind links to folders; those that lead out of the project are noted."""
        links = [path for path in listing.links if not FOREIGN & set(path.split("/"))]
        top, glob = parted(self._glob(pattern))
        if not links and listing.folders:
            return Linked()
        top = self.tree.status(top).path
        found = behind(self.tree, links, hidden=glob.opens_hidden)
        near = () if pattern.startswith("**/") else found.outside  # looked for everywhere: those are nobody's business
        named = (*near, *chosen(glob, top, found.outside)[0], *self._way_out(top))
        self.outside.update(dict.fromkeys(named))
        files = [path for path in chosen(glob, top, found.files)[0] if not self.tree.is_ignored(path)]
        return found.replace(files=tuple(files))

    def _way_out(self, path: str) -> list[str]:
        """The first part of a path that is a link out of the project."""
        parts = path.split("/")
        above = ("/".join(parts[: number + 1]) for number in range(len(parts)))
        return [next(way for way in above if self.tree.status(way).kind == "outside")] if self._is_out(path) else []

    def _is_out(self, path: str) -> bool:
        """Whether a path that is written as one of the project leads out of it."""
        return not clean(path, self.tree.root)[1] and self.tree.status(path).kind == "outside"

    def _want_folder(self, pattern: str) -> None:
        """Notes the folder that a pattern would look into, so that it is noticed when it comes."""
        fixed = pattern.split("/")
        fixed = fixed[: next((n for n, part in enumerate(fixed) if is_glob(part)), len(fixed))]
        self._note(self.path("/".join(fixed)))

    def _note(self, path: str) -> None:
        if self._is_out(path):  # nothing there is looked at; another link in its place shows in the folder
            self.outside.update(dict.fromkeys(self._way_out(path)))
            path = self._way_out(path)[0].rpartition("/")[0]
        status = self.tree.status(path)
        self.seen.setdefault(status.path, Seen(status.path, status.signature, is_folder=status.kind == "directory"))

    def is_there(self, name: str) -> bool:
        """Whether there is a file of this name that may be read; one that is ignored by git may not."""
        status = self.tree.status(self.path(name))
        if clean(self.path(name), self.tree.root)[1]:
            return False
        self._note(self.path(name))
        if status.kind != "file" or self.tree.is_secret(status.path):
            return False
        if self.tree.is_ignored(status.path):
            self.left_out.append(status.path)
            return False
        return True

    def text(self, name: str) -> str | None:
        """The text of a file with plain line ends, or None where it cannot be read as text."""
        path = self.tree.status(self.path(name)).path
        if self.bytes > TOTAL:
            self.is_cut = True
            return None
        try:
            signature = self.tree.status(path).signature
            data = self.tree.read(path, SIZE)
        except OSError:
            return None
        self.bytes += len(data)
        self.seen[path] = Seen(path, signature, checksum(data))
        if b"\0" in data[:1000]:
            return None
        text = data.decode("utf-8", "replace").removeprefix("\ufeff")
        self.texts[path] = text.replace("\r\n", "\n").replace("\r", "\n")
        return self.texts[path]

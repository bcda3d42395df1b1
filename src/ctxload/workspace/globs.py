"""Path patterns → files of a tree, and what ignore files leave out.

Globs are anchored at the root; `when_files` and `for_files` are gitignore's patterns. In both a wildcard never fits a
name that begins with a dot, and a pattern that writes the dot out opens what it names (`.github/**`); in ignore files
wildcards fit such names, as in git. `wildcards` does the matching. What is compared is counted, not timed: a project
with too much to compare gives the same answer on every machine.
"""

from __future__ import annotations

from .tree import IGNORE_FILES, Listing, Tree, is_glob
from .wildcards import LONGEST, STAR, Glob, Name, read, read_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .wildcards import Places

    #: The rules that hold in a folder, from the root down, each with what is left of its patterns.
    Frames = list[tuple["IgnoreRules", list[tuple[int, Places]]]]

#: The largest ignore file that is read, in bytes.
_IGNORE_SIZE = 1_000_000
#: How many paths one glob, and all `when_files` or `for_files` together, are compared with; one with many wildcards counts more.
LOOKS = 1_000_000
#: The same for the ignore files of a project; what stands beyond is left out.
IGNORE_LOOKS = 5_000_000


def is_too_long(pattern: str) -> bool:
    """Whether a pattern is longer than what is tried."""
    return len(pattern) > LONGEST


def opens_hidden(patterns: Iterable[str]) -> bool:
    """Whether one of the patterns writes out a name that begins with a dot."""
    return any(glob.opens_hidden for glob in map(read, patterns) if glob is not None)


def expand(tree: Tree, pattern: str) -> Listing:
    """The files that a glob means, sorted, and the folders that were looked into.

    >>> from ctxload.workspace.tree import MemoryTree
    >>> expand(MemoryTree({"a/x.md": "", "a/b/y.md": "", "a/z.txt": ""}), "a/*.md").files
    ('a/x.md',)
    """
    pattern = pattern.replace("\\", "/").removeprefix("./")
    parts = pattern.split("/")
    fixed = next((number for number, part in enumerate(parts) if is_glob(part)), len(parts))
    rest = "/".join(parts[fixed:])
    glob = Glob(() if is_too_long(pattern) else read_parts(rest.removesuffix("/")), folders_only=rest.endswith("/"))
    status = tree.status("/".join(parts[:fixed]) or ".")
    if status.kind != "directory" or not glob.parts:
        return Listing(())
    listing = tree.files_below(status.path, hidden=glob.opens_hidden)
    trail = Trail(glob, status.path, below=glob.folders_only or None in glob.parts)
    cut = _affordable(trail, listing.files)
    files = tuple([path for path in listing.files[:cut] if trail.takes(path)])
    return Listing(files, listing.folders, listing.cut or cut < len(listing.files))


def _affordable(trail: Trail, paths: Sequence[str]) -> int:
    """How many of the paths are compared."""
    if not trail.hard:
        return min(len(paths), LOOKS)
    left = LOOKS
    for number, path in enumerate(paths):
        left -= trail.cost(path)
        if left < 0:
            return number
    return len(paths)


class Trail:
    """A glob that is asked for many paths below a folder: where each folder leads in it is worked out once."""

    def __init__(self, glob: Glob, top: str = "", *, below: bool = True) -> None:
        self.glob = glob
        #: How many signs are tried beyond those of a plain text and one `*`.
        self.hard = sum(len(part.signs) for part in glob.parts if isinstance(part, Name) and part.signs != (STAR,))
        self._skip = len(top) + 1 if top else 0
        self._below = below
        self._led: dict[str, Places] = {"": glob.start}

    def cost(self, path: str) -> int:
        """What comparing a path counts."""
        return 1 + self.hard * len(path) // 20

    def takes(self, path: str) -> bool:
        """Whether a path fits, or stands in a folder that does where that counts."""
        folder, _, name = path[self._skip :].rpartition("/")
        places = self._led[folder] if folder in self._led else self._to(folder)
        return bool(places) and (self.glob.takes(places, name) if self._below else self.glob.ends(places, name))

    def _to(self, folder: str) -> Places:
        names: list[str] = []
        above = folder
        while above not in self._led:
            above, _, name = above.rpartition("/")
            names.append(name)
        places = self._led[above]
        for name in reversed(names):
            above = f"{above}/{name}" if above else name
            places = self._led[above] = self.glob.after(places, name, below=self._below) if places else ()
        return places


# ── when_files and for_files ─────────────────────────────────────────────────────────────────────────────


class Paths:
    """Paths that are asked for the first that fits some patterns.

    A pattern with a plain name in it is compared only with the paths that hold this name, and one that ends like `*.py`
    with those that end so; any other with all.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        #: The first patterns that were not compared any more.
        self.passed_over: tuple[str, ...] = ()
        self._left = LOOKS
        self._known: dict[tuple[str, ...], tuple[str, str]] = {}
        self._holding: dict[str, list[int]] = {}

    def first(self, patterns: tuple[str, ...]) -> tuple[str, str]:
        """The first path that fits, and the pattern by which it does; empty texts where none does.

        The last pattern that fits a path decides, and `!` takes back, as in an ignore file.
        """
        if patterns not in self._known:
            self._known[patterns] = self._first(patterns)
        return self._known[patterns]

    def _first(self, patterns: tuple[str, ...]) -> tuple[str, str]:
        trails = [(Trail(glob), pattern) for pattern in reversed(patterns) if (glob := read(pattern)) is not None]
        fixed, hard = len(trails), any(trail.hard for trail, _ in trails)
        for number in self._candidates([trail.glob for trail, _ in trails if not trail.glob.negated]):
            path = self.paths[number]
            self._left -= sum([trail.cost(path) for trail, _ in trails]) if hard else fixed
            if self._left < 0:
                self.passed_over = self.passed_over or patterns
                break
            for trail, pattern in trails:
                if trail.takes(path):
                    if trail.glob.negated:
                        break
                    return path, pattern
        return "", ""

    def _candidates(self, globs: list[Glob]) -> Iterable[int]:
        """The numbers of the paths that may fit, in order."""
        holding = self._holding or self._index()
        found: set[int] = set()
        for keys in map(_keys_of, globs):
            if not keys:
                return range(len(self.paths))
            fewest = min([holding.get(key, []) for key in keys], key=len)
            found.update(fewest)
        return sorted(found)

    def _index(self) -> dict[str, list[int]]:
        for number, path in enumerate(self.paths):
            names = path.split("/")
            for key in {*names, *map(_ending, names)} - {""}:
                self._holding.setdefault(key, []).append(number)
        return self._holding


def _ending(name: str) -> str:
    """The end of a name by which patterns such as `*.py` find it."""
    return "*." + name.rpartition(".")[2] if "." in name else ""


def _keys_of(glob: Glob) -> list[str]:
    """The names, and ends of names, that a path must hold to fit."""
    keys = [part if isinstance(part, str) else _ending(part.tail) for part in glob.parts if part is not None]
    return [key for key in keys if key]


def any_file(tree: Tree, patterns: tuple[str, ...]) -> str:
    """The first file of the project that fits one of the gitignore-style patterns, or the empty string."""
    if not any(pattern.startswith("!") for pattern in patterns):
        for pattern in patterns:
            status = tree.status(pattern.strip("/") if not is_glob(pattern) and not pattern.endswith("/") else "")
            if status.kind == "file":
                return status.path
    return paths_of(tree, hidden=opens_hidden(patterns)).first(patterns)[0]


def paths_of(tree: Tree, *, hidden: bool) -> Paths:
    """The files of a project, to be asked for patterns."""
    known: dict[bool, Paths] = tree.__dict__.setdefault("_paths", {})
    if hidden not in known:
        known[hidden] = Paths(tree.files_below("", hidden=hidden).files)
    return known[hidden]


def passed_over(tree: Tree) -> tuple[str, ...]:
    """The first `when_files` that were not compared, as there was too much to compare; most often none."""
    known: dict[bool, Paths] = tree.__dict__.get("_paths", {})
    return next((paths.passed_over for paths in known.values() if paths.passed_over), ())


def fits(patterns: tuple[str, ...], path: str) -> str:
    """The gitignore-style pattern that a path fits, whether or not there is such a file; empty where none does.

    The last one that fits decides, and `!` takes back, as in an ignore file.

    >>> fits(("src/**", "!*.test.ts"), "src/a.ts"), fits(("src/**", "!*.test.ts"), "src/a.test.ts")
    ('src/**', '')
    """
    return Paths((path,)).first(patterns)[1]


# ── ignore files ─────────────────────────────────────────────────────────────────────────────────────────


class IgnoreRules:
    """The patterns of one folder's ignore files, in order. Plain names and ends such as `*.pyc`, which hold at any
    depth, are looked up; the others are compared."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.globs = [glob for line in lines if (glob := read(line, dots=True)) is not None]
        self._by_key: dict[str, list[int]] = {}
        self.others: list[tuple[int, Places]] = []
        for number, glob in enumerate(self.globs):
            if len(glob.parts) == 2 and glob.parts[0] is None and (keys := _keys_of(glob)):
                self._by_key.setdefault(keys[0], []).append(number)
            else:
                self.others.append((number, glob.start))

    def below(self, others: list[tuple[int, Places]], name: str) -> list[tuple[int, Places]]:
        """What is left of the others in a folder of this name."""
        led = [(number, self.globs[number].after(places, name, below=False)) for number, places in others]
        return [(number, places) for number, places in led if places]

    def last_word(self, others: list[tuple[int, Places]], name: str, *, directory: bool) -> bool | None:
        """What the last pattern says that means this very name; None where none does."""
        keyed = [*self._by_key.get(name, ()), *self._by_key.get(_ending(name), ())]
        for number in sorted(keyed, reverse=True):
            if self._says(number, self.globs[number].start, name, directory):
                break
        else:
            number = -1
        for other, places in reversed(others):
            if other < number:
                break
            if self._says(other, places, name, directory):
                number = other
                break
        return None if number < 0 else not self.globs[number].negated

    def _says(self, number: int, places: Places, name: str, directory: bool) -> bool:
        glob = self.globs[number]
        return (directory or not glob.folders_only) and glob.ends(places, name)


def ignored(tree: Tree, path: str, *, directory: bool = False) -> bool:
    """Whether the ignore files of the folders above leave this file, or a folder it stands in, out."""
    folder, _, name = path.rpartition("/")
    frames = _frames(tree, folder)
    return frames is None or (bool(frames) and _is_left_out(tree, frames, name, directory=directory))


def _frames(tree: Tree, folder: str) -> Frames | None:
    """What holds in a folder, None where it is left out; worked out once for each, from the folder above."""
    known: dict[str, Frames | None] = tree.__dict__.setdefault("_ignore_frames", {})
    names: list[str] = []
    above = folder
    while above and above not in known:
        above, _, name = above.rpartition("/")
        names.append(name)
    if above not in known:
        known[above] = _own_frame(tree, "")
    frames = known[above]
    for name in reversed(names):
        above = f"{above}/{name}" if above else name
        frames = known[above] = _frames_below(tree, frames, above, name)
    return frames


def _frames_below(tree: Tree, frames: Frames | None, folder: str, name: str) -> Frames | None:
    if frames is None or (frames and _is_left_out(tree, frames, name, directory=True)):
        return None
    return [(rules, rules.below(others, name)) for rules, others in frames] + _own_frame(tree, folder)


def _is_left_out(tree: Tree, frames: Frames, name: str, *, directory: bool) -> bool:
    """The verdict of the nearest ignore file that has one; all is left out where there was too much to compare."""
    left = tree.__dict__.get("_ignore_looks", IGNORE_LOOKS) - sum(1 + len(others) for _, others in frames)
    tree.__dict__["_ignore_looks"] = left
    if left < 0:
        return True
    for rules, others in reversed(frames):
        verdict = rules.last_word(others, name, directory=directory)
        if verdict is not None:
            return verdict
    return False


def _own_frame(tree: Tree, folder: str) -> Frames:
    lines = _ignore_lines(tree, folder)
    if not lines:
        return []
    rules = IgnoreRules(lines)
    return [(rules, rules.others)] if rules.globs else []


def _ignore_lines(tree: Tree, folder: str) -> list[str]:
    """The lines of a folder's ignore files; the tree remembers that it was asked, for answers depend on it."""
    if folder not in tree._ignore_lines:
        tree._ignore_lines[folder] = list(_read_lines(tree, folder))
    return tree._ignore_lines[folder]


def _read_lines(tree: Tree, folder: str) -> Iterator[str]:
    for name in IGNORE_FILES:
        path = f"{folder}/{name}" if folder else name
        if tree._stands(path) and tree.status(path).size <= _IGNORE_SIZE:
            try:
                text = tree.read(path, _IGNORE_SIZE).decode("utf-8", "replace")
            except OSError:
                continue
            yield from (line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n"))

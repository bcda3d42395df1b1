"""Path patterns: which of some paths fit. Nothing here knows a file system; what patterns mean in a tree it is asked.

Globs are anchored at the root; `when_files` and `for_files` are gitignore's patterns. In globs and `when_files` a
wildcard never fits a name that begins with a dot, and a pattern that writes the dot out opens what it names
(`.github/**`); files at hand are named, so that `for_files` are all that gitignore's are. `wildcards` does the
matching. What is compared is counted, not timed: a project with too much to compare gives the same answer on every
machine.
"""

from __future__ import annotations

from .wildcards import LONGEST, STAR, Glob, Name, read, read_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol

    from .wildcards import Places

    class Compared(Protocol):
        """A tree, as far as patterns ask it."""

        def status(self, path: str) -> Any: ...
        def is_there(self, path: str) -> bool: ...
        def is_folder(self, path: str) -> bool: ...
        def files_below(self, folder: str, *, hidden: bool = False) -> Any: ...
        def _paths_to_compare(self, hidden: bool) -> Paths: ...


#: How many paths one glob, and all `when_files` or `for_files` together, are compared with; one with many wildcards
#: counts more.
LOOKS = 1_000_000
#: The signs that make a part of a path a pattern.
WILD = frozenset("*?[")


def is_too_long(pattern: str) -> bool:
    """Whether a pattern is longer than what is tried."""
    return len(pattern) > LONGEST


def opens_hidden(patterns: Iterable[str]) -> bool:
    """Whether one of the patterns writes out a name that begins with a dot."""
    return any(glob.opens_hidden for glob in map(read, patterns) if glob is not None)


def parted(pattern: str, is_folder: Callable[[str], bool] = lambda path: False) -> tuple[str, Glob]:
    """The folder that a glob begins with, without a wildcard, and the rest of it; of one that is too long no parts.

    A part with brackets isn't a wildcard where `is_folder` says that it is a folder.

    >>> folder, glob = parted("a/b/*.md")
    >>> folder, len(glob.parts)
    ('a/b', 1)
    """
    pattern = with_slashes(pattern).removeprefix("./")
    parts = pattern.split("/")
    if "[" in pattern:
        fixed, top = _fixed_with_brackets(parts, is_folder)
    else:
        fixed = next((number for number, part in enumerate(parts) if set(part) & WILD), len(parts))
        top = "/".join(parts[:fixed])
    rest = "/".join(parts[fixed:])
    glob = Glob(() if is_too_long(pattern) else read_parts(rest.removesuffix("/")), folders_only=rest.endswith("/"))
    return top, glob


def _fixed_with_brackets(parts: list[str], is_folder: Callable[[str], bool]) -> tuple[int, str]:
    """How many of the first parts mean one folder, and that folder."""
    from ..text.brackets import has_set, unescaped

    names: list[str] = []
    for part in parts:
        name = unescaped(part)
        if "*" in part or "?" in part or (has_set(part) and not is_folder("/".join([*names, name]))):
            break
        names.append(name)
    return len(names), "/".join(names)


def with_slashes(pattern: str) -> str:
    r"""A pattern with `/` for `\`, as Windows writes paths; `\[` is a bracket.

    >>> print(with_slashes(r"docs\*.md"), with_slashes(r"docs/\[a]/*.md"))
    docs/*.md docs/\[a]/*.md
    """
    if "\\" not in pattern:
        return pattern
    for bracket in "[]":
        pattern = pattern.replace("\\" + bracket, "\0" + bracket)
    return pattern.replace("\\", "/").replace("\0", "\\")


def chosen(glob: Glob, folder: str, paths: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Those of the paths below a folder that fit a glob, and whether there were too many to compare."""
    trail = Trail(glob, folder, below=glob.folders_only or None in glob.parts)
    cut = _affordable(trail, paths)
    return tuple([path for path in paths[:cut] if trail.takes(path)]), cut < len(paths)


def leading_into(glob: Glob, top: str, folders: Sequence[str]) -> tuple[str, ...]:
    """Those of the folders below `top` in which a glob may find a file, if it fitted names that begin with a dot, too.

    >>> leading_into(parted("docs/*/a.md")[1], "docs", ("docs/x", "docs/x/y"))
    ('docs/x',)
    """
    trail = Trail(glob.replace(dots=True), top, below=glob.folders_only or None in glob.parts)
    return tuple([folder for folder in folders if trail.leads_into(folder)])


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

    def leads_into(self, folder: str) -> bool:
        """Whether something in a folder may fit."""
        end = len(self.glob.parts)
        return any(self._below or place < end for place in self._to(folder[self._skip :]))

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
    with those that end so; any other with all. With `dots` a wildcard fits hidden names, too, as in an ignore file.
    """

    def __init__(self, paths: Sequence[str], *, dots: bool = False) -> None:
        self.paths = paths
        self.dots = dots
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
        trails = [(Trail(glob), pattern) for pattern in reversed(patterns) if (glob := read(pattern, dots=self.dots))]
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
        for keys in map(keys_of, globs):
            if not keys:
                return range(len(self.paths))
            fewest = min([holding.get(key, []) for key in keys], key=len)
            found.update(fewest)
        return sorted(found)

    def _index(self) -> dict[str, list[int]]:
        for number, path in enumerate(self.paths):
            names = path.split("/")
            for key in {*names, *map(ending, names)} - {""}:
                self._holding.setdefault(key, []).append(number)
        return self._holding


def ending(name: str) -> str:
    """The end of a name by which patterns such as `*.py` find it."""
    return "*." + name.rpartition(".")[2] if "." in name else ""


def keys_of(glob: Glob) -> list[str]:
    """The names, and ends of names, that a path must hold to fit."""
    keys = [part if isinstance(part, str) else ending(part.tail) for part in glob.parts if part is not None]
    return [key for key in keys if key]


def fits(patterns: tuple[str, ...], path: str) -> str:
    """The gitignore-style pattern that a path fits, whether or not there is such a file; empty where none does.

    The last one that fits decides, and `!` takes back, as in an ignore file: so of files at hand, which may be hidden.

    >>> fits(("src/**", "!*.test.ts"), "src/a.ts"), fits(("src/**", "!*.test.ts"), "src/a.test.ts")
    ('src/**', '')
    """
    return Paths((path,), dots=True).first(patterns)[1]


# ── in a tree ──────────────────────────────────────────────────────────────────────────────────────────────


def first_file(tree: Compared, patterns: tuple[str, ...], is_glob: Callable[[str], bool]) -> str:
    """The first file that fits one of the gitignore-style patterns, or the empty string."""
    if any("[" in pattern for pattern in patterns):
        from ..text.brackets import readings

        patterns = tuple(readings(patterns, tree.is_there))
    if not any(pattern.startswith("!") for pattern in patterns):
        for pattern in patterns:
            status = tree.status(pattern.strip("/") if not is_glob(pattern) and not pattern.endswith("/") else "")
            if status.kind == "file":
                return str(status.path)
    found: str = tree._paths_to_compare(opens_hidden(patterns)).first(patterns)[0]
    return found


def expanded(tree: Compared, pattern: str) -> tuple[Any, ...] | None:
    """What a `Listing` of the files holds that a glob means; None where it means no folder."""
    top, glob = parted(pattern, tree.is_folder)
    status = tree.status(top or ".")
    if status.kind != "directory" or not glob.parts:
        return None
    listing = tree.files_below(status.path, hidden=glob.opens_hidden)
    files, cut = chosen(glob, status.path, listing.files)
    others = listing.others and leading_into(glob, status.path, listing.others)
    return files, listing.folders, listing.cut or cut, others, listing.links

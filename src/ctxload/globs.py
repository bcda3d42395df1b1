"""Path patterns → files of a tree. The only file that knows pathspec.

Globs are anchored at the root and follow gitignore's wildcards: `*` and `?` within a name, `**` across folders.
"""

from __future__ import annotations

from .tree import IGNORE_FILES, Listing, Tree, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

    from pathspec import GitIgnoreSpec

#: The largest ignore file that is read, in bytes, and the most wildcards in one name of a pattern.
_IGNORE_SIZE = 1_000_000
_STARS = 3


def is_too_complex(pattern: str) -> bool:
    """Whether a pattern has so many wildcards that matching it could take long."""
    return len(pattern) > 1000 or any(part != "**" and part.count("*") > _STARS for part in pattern.split("/"))


def expand(tree: Tree, pattern: str) -> Listing:
    """The files that a glob means, sorted, and the folders that were looked into.

    >>> from .tree import MemoryTree
    >>> expand(MemoryTree({"a/x.md": "", "a/b/y.md": "", "a/z.txt": ""}), "a/*.md").files
    ('a/x.md',)
    """
    pattern = pattern.replace("\\", "/").removeprefix("./")
    if is_too_complex(pattern):
        return Listing(())
    parts = pattern.split("/")
    fixed = next((n for n, part in enumerate(parts) if is_glob(part)), len(parts))
    top = "/".join(parts[:fixed])
    status = tree.status(top or ".")
    if status.kind != "directory":
        return Listing(())
    hidden = any(part.startswith(".") for part in parts[fixed:])
    parts = [*(status.path.split("/") if status.path else ()), *parts[fixed:]]
    pattern = "/".join(parts)
    listing = tree.files_below(status.path, hidden=hidden)
    spec = _spec([("/" + pattern).replace("//", "/")])
    depth = len(parts) if "**" not in parts else 0
    files = tuple(
        path for path in listing.files if (not depth or path.count("/") + 1 == depth) and spec.match_file(path)
    )
    return Listing(files, listing.folders, listing.cut)


def any_file(tree: Tree, patterns: tuple[str, ...]) -> str:
    """The first file of the project that fits one of the gitignore-style patterns, or the empty string."""
    usable = [pattern for pattern in patterns if not is_too_complex(pattern)]
    for pattern in usable:
        plain = pattern.strip("/")
        if not is_glob(pattern) and not pattern.startswith("!") and tree.status(plain).kind == "file":
            return tree.status(plain).path
    if not usable:
        return ""
    spec = _spec(usable)
    hidden = any(part.startswith(".") for pattern in usable for part in pattern.split("/"))
    return next((path for path in tree.files_below("", hidden=hidden).files if spec.match_file(path)), "")


def fits(patterns: tuple[str, ...], path: str) -> str:
    """The gitignore-style pattern that a path fits, whether or not there is such a file; empty where none does.

    The last one that fits decides, and `!` takes back, as in an ignore file.

    >>> fits(("src/**", "!*.test.ts"), "src/a.ts"), fits(("src/**", "!*.test.ts"), "src/a.test.ts")
    ('src/**', '')
    """
    for pattern in reversed(patterns):
        if not is_too_complex(pattern) and _spec([pattern.removeprefix("!")]).match_file(path):
            return "" if pattern.startswith("!") else pattern
    return ""


def ignored(tree: Tree, path: str, *, directory: bool = False) -> bool:
    """Whether the ignore files of the folders above leave this file, or a folder it stands in, out."""
    parts = path.split("/")
    folders = ["/".join(parts[:start]) for start in range(len(parts))]
    speaking = [(folder, lines) for folder in folders if (lines := _ignore_patterns(tree, folder, path))]
    for end in range(1, len(parts) + 1) if speaking else ():
        name = "/".join(parts[:end]) + ("/" if end < len(parts) or directory else "")
        verdict = None
        for folder, said in speaking:
            if len(folder) < len(name.rstrip("/")):
                found = _last_word(said, name[len(folder) + 1 :] if folder else name)
                verdict = found if found is not None else verdict
        if verdict:
            return True
    return False


def _last_word(patterns: list[tuple[bool, re.Pattern[str]]], name: str) -> bool | None:
    """What the last pattern says that means this very name; None where none does.

    pathspec's patterns also fit what stands below a folder they mean: then their mark is not at the end. Git, and
    `ignored` with it, asks for each folder on the way by itself.
    """
    for include, regex in reversed(patterns):
        for found in regex.finditer(name):
            mark = found.start("ps_d") if "ps_d" in regex.groupindex else -1
            if mark < 0 or mark == len(name) - 1:
                return include
    return None


def _ignore_patterns(tree: Tree, folder: str, path: str) -> list[tuple[bool, re.Pattern[str]]]:
    """What a folder's ignore files say; nothing where nothing in them can fit the path."""
    found = _ignore_lines(tree, folder)
    if not found:
        return []
    cache: dict[str, list[tuple[bool, re.Pattern[str]]]] = tree.__dict__.setdefault("_patterns", {})
    if folder in cache:
        return cache[folder]
    if not any(_may_fit(line, path) for line in found):
        return []
    cache[folder] = [
        (bool(pattern.include), pattern.regex)
        for pattern in _spec(found).patterns
        if pattern.include is not None and pattern.regex is not None
    ]
    return cache[folder]


def _ignore_lines(tree: Tree, folder: str) -> list[str]:
    cache = tree._ignore_lines
    if folder not in cache:
        lines: list[str] = []
        for name in IGNORE_FILES:
            path = f"{folder}/{name}" if folder else name
            status = tree.status(path)
            if status.kind == "file" and status.size <= _IGNORE_SIZE:
                try:
                    text = tree.read(path, _IGNORE_SIZE).decode("utf-8", "replace")
                except OSError:
                    continue
                lines += [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
        cache[folder] = [
            line for line in lines if line.strip() and not line.startswith("#") and not is_too_complex(line)
        ]
    return cache[folder]


def _may_fit(line: str, path: str) -> bool:
    """False where the longest plain stretch of a pattern does not stand in the path: then it cannot fit."""
    plain, longest, inside = "", "", False
    for char in line.strip():
        inside = char != "]" and (inside or char == "[")
        plain = "" if inside or char in "*?]\\!" else plain + char
        longest = max(longest, plain.strip("/"), key=len)
    return longest in path


def _spec(lines: list[str]) -> GitIgnoreSpec:
    import re
    import warnings

    from pathspec import GitIgnoreSpec

    usable = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `re` warns of a `[` in a set, which is what a pattern may hold
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except (ValueError, re.error):
                continue
            usable.append(line)
        return GitIgnoreSpec.from_lines(usable)

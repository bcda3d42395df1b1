"""`Tree`: the files a resolution may see, below one root and nowhere else.

Every path that an index, a task or a caller writes goes through `clean` and `Tree.status`; what they do not let
through cannot be selected, listed or read. Paths are POSIX and relative to the root.

>>> from ctxload.workspace.memory_tree import MemoryTree
>>> tree = MemoryTree({"context/api.md": "# API", "notes/.env": "x"})
>>> tree.status("context/../context/./api.md")
Status(path='context/api.md', kind='file', size=5, signature=())
>>> tree.status("../secret.md").kind, tree.status("/etc/passwd").kind, tree.status("nope.md").kind
('outside', 'outside', 'missing')
"""

# `DiskTree` looks at a folder; `memory_tree.MemoryTree` is made from a dictionary, for tests and examples.

from __future__ import annotations

import os
import stat

# What Python knows byte code by (SipHash): it is in every interpreter, while `zlib` is a library to be loaded.
from ..record import Record
from .secret_names import folded, looks_secret
from .stamps import signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO, Literal

    from .git.excludes import Excludes
    from .git.tracked import Tracked
    from .globs import Paths
    from .ignore_rules import IgnoredPaths

    #: What may stand at a path; see `Status`.
    StatusKind = Literal["file", "directory", "missing", "outside", "unsafe", "special", "git", "unreadable"]


INDEX_NAMES = ("context-index.yml", "context-index.yaml")
IGNORE_FILES = (".gitignore", ".ctxignore")
#: The largest ignore file that is read, in bytes.
IGNORE_SIZE = 1_000_000
#: How many files one walk lists at most.
WALK_LIMIT = 200_000
#: How much of one file is hashed at most, in bytes.
HASHED = 64_000_000

#: Whether names mean more than they say: devices in every folder, streams of a file, dots and blanks that do not count.
WINDOWS = os.name == "nt"
#: How a path below the home of the person begins (`own.home`).
HOME = "~/"
#: How a path begins that is looked for from the folder where whoever asks works.
RELATIVE = ("./", "../", ".\\", "..\\")

_NOWHERE: tuple[int, ...] = ()
#: What was not looked up yet.
_UNKNOWN = object()


class Status(Record):
    """What stands at a path.

    `kind` is `file`, `directory`, `missing`, `outside` (of the root), `unsafe` (control characters in the name),
    `special` (a pipe, device or socket), `git` (inside `.git`) or `unreadable`. `signature` holds what proves that
    it is still the same: size, mtime and ctime in nanoseconds, inode.
    """

    path: str
    kind: StatusKind
    size: int = 0
    signature: tuple[int, ...] = ()


class Listing(Record):
    """The files below a directory, sorted; the folders that were looked into; whether the walk was cut short.

    `others` are folders that are projects of their own, so that nothing in them counts; `links` lead to a folder, or
    out of the root.
    """

    files: tuple[str, ...]
    folders: tuple[tuple[str, tuple[int, ...]], ...] = ()
    cut: bool = False
    others: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def clean(path: str, root: str = "") -> tuple[str, StatusKind | Literal[""]]:
    r"""The path relative to the root without `.`, `..` and doubled slashes, and what is wrong with it, if anything.

    >>> clean("./context//api.md"), clean("context/../../x"), clean("C:\\x"), clean("a\x00b")
    (('context/api.md', ''), ('context/../../x', 'outside'), ('C:/x', 'outside'), ('a\x00b', 'unsafe'))
    """
    if not path.isprintable():
        from ..text.escaping import is_unsafe

        if is_unsafe(path):
            return path, "unsafe"
    path = path.replace("\\", "/")
    root = root.replace("\\", "/").rstrip("/")
    if (root[:1] == "/" or root[1:2] == ":") and (path + "/").startswith(root + "/"):
        path = path[len(root) + 1 :]
    if path[:1] in ("/", "~") or path[1:2] == ":":
        return path, "outside"
    whole = f"/{path}/"
    if "//" not in whole and "/./" not in whole and "/../" not in whole:
        return path, ""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        parts, names = [], parts
        for part in names:
            if part != "..":
                parts.append(part)
            elif parts:
                parts.pop()
            else:
                return path, "outside"
    cleaned = "/".join(parts)
    return cleaned, "outside" if cleaned[:1] == "~" or cleaned[1:2] == ":" else ""


def is_glob(path: str) -> bool:
    r"""Whether a path holds a wildcard; `\[` is none. Where it is there, it is a path: see `Tree.is_pattern`."""
    return "*" in path or "?" in path or ("[" in path and "[" in path.replace("\\[", ""))


def in_git(path: str) -> bool:
    """Whether a path leads into a `.git` folder, in any spelling a file system may fold."""
    low = "/" + folded(path)
    return ("/.git" in low or "/git~" in low) and any(
        part.split(":")[0].rstrip(". ") in (".git", "git~1") for part in low.split("/") if part[:4] in (".git", "git~")
    )


class Tree:
    """The files below a root. Answers are remembered: a tree is a look at one moment."""

    root = ""

    def __init__(self) -> None:
        self._statuses: dict[str, Status] = {}
        self._listings: dict[tuple[str, bool], Listing] = {}
        self._near: dict[int, Listing] = {}
        #: What a walk met that no file of a project is: names with control characters, pipes, links to nothing.
        self.odd_names: dict[str, str] = {}
        self._ignored: dict[str, bool] = {}
        self._have_ignore_file: dict[str, bool] = {}
        self._ignore_lines: dict[str, list[str]] = {}
        self._links: dict[str, str] = {}
        self._paths: dict[bool, Paths] = {}
        self._ignore_rules: IgnoredPaths | None = None
        self._own_rules: IgnoredPaths | None = None
        #: What else an answer may depend on, there or not: manifests, and where a link leads that leads nowhere.
        self._asked: dict[str, None] = {}

    def status(self, path: str) -> Status:
        """What stands at a path, however it is written."""
        found = self._statuses.get(path)
        if found is None:
            name, wrong = clean(path, self.root)
            if wrong:
                found = Status(name, wrong)
            elif in_git(name):
                found = Status(name, "git")
            else:
                found = self._look(name)
            if found.kind == "missing" and "\\[" in path:
                from ..text.brackets import unescaped

                found = self.status(unescaped(path))
            self._statuses[path] = found
        return found

    def is_pattern(self, path: str) -> bool:
        """Whether a path means what fits it: it holds a wildcard, and nothing stands there under this very name."""
        return is_glob(path) and not self.is_there(path)

    def is_folder(self, path: str) -> bool:
        """Whether a folder stands at a path."""
        return self.status(path).kind == "directory"

    def is_there(self, path: str) -> bool:
        """Whether a file or a folder stands at a path."""
        return self.status(path).kind in ("file", "directory")

    def signature_now(self, path: str) -> tuple[int, ...]:
        """What proves that the file at a path is unchanged, looked up now; what `status` says may be older."""
        return self._look(path).signature

    def changed(self, files: Iterable[tuple[str, tuple[int, ...]]]) -> list[str]:
        """Those of files that were looked at before which have another signature now."""
        return [path for path, sign in files if self.signature_now(path) != sign]

    def files_below(self, folder: str, *, hidden: bool = False) -> Listing:
        """The files below a directory, `.gitignore` and `.ctxignore` held, without hidden ones and index files.

        A folder below it that holds a `.git` of its own is another project, and is passed over.
        """
        key = (folder, hidden)
        if key not in self._listings:
            self._listings[key] = self._walk(folder, hidden)
        return self._listings[key]

    def expand(self, pattern: str) -> Listing:
        """The files that a glob means, sorted, and the folders that were looked into."""
        from .globs import expanded

        found = expanded(self, pattern)
        return Listing(()) if found is None else Listing(*found)

    def any_file(self, patterns: tuple[str, ...]) -> str:
        """The first file that fits one of the gitignore-style patterns, or the empty string."""
        from .globs import first_file

        return first_file(self, patterns, is_glob)

    def _paths_to_compare(self, hidden: bool) -> Paths:
        from .globs import Paths

        if hidden not in self._paths:
            self._paths[hidden] = Paths(self.files_below("", hidden=hidden).files)
        return self._paths[hidden]

    def git_problem(self) -> str:
        """Why it is not known what git tracks, where that was asked; most often an empty text."""
        return ""

    def asked_of_git(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The files of git that answers so far depend on, wherever they are, each with its signature; git's index has a
        checksum of its names, too.
        """
        return ()

    def passed_over(self) -> tuple[str, ...]:
        """The first `when_files` that were not compared, as there was too much to compare; most often none."""
        return next((paths.passed_over for paths in self._paths.values() if paths.passed_over), ())

    def stored_stack(self) -> tuple[tuple[str, str], ...] | None:
        """What was stored of the project's languages, frameworks and packages, if it still holds."""
        return None

    def rests_on(self, paths: Iterable[str]) -> None:
        """Remembers that answers depend on what stands at these paths, or that nothing does."""
        self._asked.update(dict.fromkeys(paths))

    def is_secret(self, path: str) -> bool:
        """Whether a file, or the one that it is a link to, looks like one that holds secrets."""
        if looks_secret(path):
            return True
        file = self.leads_to(path)
        return file != path and looks_secret(file)

    def leads_to(self, path: str) -> str:
        """The file that a path is a link to, or that is reached by a linked folder; else the path itself."""
        self.status(path)  # which notes where links lead
        return self._links.get(path, path)

    def refused(self) -> tuple[str, ...]:
        """What was met and is not read because others may write it; nothing in a project, which is shared."""
        return ()

    def is_ignored(self, path: str) -> bool:
        """Whether an ignore file of a folder above leaves this file out, or the one that it is a link to."""
        if path not in self._ignored:
            file = self.leads_to(path)
            self._ignored[path] = self._is_left_out_by_name(path) or (file != path and self._is_left_out_by_name(file))
        return self._ignored[path]

    def _is_left_out_by_name(self, path: str) -> bool:
        return self._has_ignore_file(path) and self.leaves_out(path)

    def _has_ignore_file(self, path: str) -> bool:
        """Whether some folder above a path has an ignore file; known of each folder once it was asked for."""
        folder = path[: max(0, path.rfind("/"))]
        known = self._have_ignore_file.get(folder)
        if known is None:
            names = [f"{folder}/{name}" if folder else name for name in IGNORE_FILES]
            known = any(map(self._stands, names)) or (self._has_ignore_file(folder) if folder else self._has_excludes())
            self._have_ignore_file[folder] = known
        return known

    def has_new_ignore_file(self) -> bool:
        """Whether an ignore file has come to a folder that was found to have none."""
        return False

    def _stands(self, path: str) -> bool:
        """Whether a file stands at a clean path."""
        return self.status(path).kind == "file"

    def leaves_out(self, path: str, *, directory: bool = False) -> bool:
        """Whether the ignore files of the folders above leave this file, or a folder it stands in, out."""
        # What git tracks is there whatever git's own files say, and a folder with something of that in it.
        if self._ignore_rules is None:
            self._ignore_rules = self._rules(self._has_excludes())
        if not self._ignore_rules.leave_out(path, self._lines_of, directory=directory):
            return False
        if not self._is_tracked(path, directory=directory):
            return True
        if self._own_rules is None:
            self._own_rules = self._rules(False)
        return self._own_rules.leave_out(path, self._own_lines_of, directory=directory)

    def _rules(self, with_excludes: bool) -> IgnoredPaths:
        from .ignore_rules import IgnoredPaths

        return IgnoredPaths(self._lines_above() if with_excludes else ())

    def _has_excludes(self) -> bool:
        """Whether something beside the ignore files below the root may leave a path out."""
        return False

    def _lines_above(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The lines that hold from above the root, from the top down, each with the name of the folder below."""
        return ()

    def _lines_at_root(self) -> tuple[str, ...]:
        """The lines that come before those of the ignore files at the root."""
        return ()

    def _is_tracked(self, path: str, *, directory: bool = False) -> bool:
        """Whether git tracks a file, or something in a folder."""
        return False

    def _lines_of(self, folder: str) -> list[str]:
        """The lines of a folder's ignore files; that they were asked for is remembered, for answers depend on it."""
        if folder not in self._ignore_lines:
            lines = [line for name in IGNORE_FILES for line in self._lines_in(folder, name)]
            self._ignore_lines[folder] = lines if folder else [*self._lines_at_root(), *lines]
        return self._ignore_lines[folder]

    def _own_lines_of(self, folder: str) -> list[str]:
        """The lines of a folder's `.ctxignore`."""
        return self._lines_in(folder, IGNORE_FILES[1])

    def _lines_in(self, folder: str, name: str) -> list[str]:
        path = f"{folder}/{name}" if folder else name
        if not self._stands(path) or self.status(path).size > IGNORE_SIZE:
            return []
        try:
            text = self.read(path, IGNORE_SIZE).decode("utf-8", "replace")
        except OSError:
            return []
        return [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]

    def read(self, path: str, limit: int = -1) -> bytes:
        """The bytes of a file, at most `limit`; OSError when it is not a regular file below the root."""
        raise NotImplementedError

    def read_steady(self, path: str, limit: int = -1) -> bytes:
        """The same, of a file that is not written to meanwhile: never half of the old and half of the new."""
        return self.read(path, limit)

    def digest(self, path: str, limit: int = HASHED) -> str:
        """The SHA-256 of a file, in hexadecimal; empty when it cannot be read, or holds more than `limit` bytes."""
        from hashlib import sha256

        try:
            data = self.read(path, limit + 1)
        except OSError:
            return ""
        return sha256(data).hexdigest() if len(data) <= limit else ""

    def _look(self, path: str) -> Status:
        raise NotImplementedError

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        """The names in a folder with what they are (`file`, `directory`, a `link` to no file, else other), and its
        signature.
        """
        raise NotImplementedError

    def near(self, depth: int) -> Listing:
        """The files of the project that stand at most so many folders deep."""
        if depth not in self._near:
            self._near[depth] = self._walk("", False, depth)
        return self._near[depth]

    def _walk(self, top: str, hidden: bool, depth: int = -1) -> Listing:
        from .folders import walk

        return Listing(*walk(self, top, self._is_left_out, hidden, depth, WALK_LIMIT))

    def _is_left_out(self, path: str, name: str, kind: str, hidden: bool) -> bool:
        if (name[0] == "." and not hidden) or in_git(name) or name in INDEX_NAMES:
            return True
        from ..text.escaping import is_unsafe

        if kind not in ("file", "directory") or is_unsafe(name):
            self.odd_names[path] = kind
            return True
        return self.leaves_out(path, directory=kind == "directory")


class DiskTree(Tree):
    """The files of a folder on disk."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self._real = os.path.realpath(root)
        self._inside = self._real if self._real.endswith(os.sep) else self._real + os.sep
        self._excludes: object = _UNKNOWN
        self._tracked: object = _UNKNOWN

    def __repr__(self) -> str:
        return f"<DiskTree {self.root}>"

    def anew(self) -> DiskTree:
        """A tree of the same files that has looked at nothing yet."""
        return DiskTree(self.root)

    @property
    def real_root(self) -> str:
        """The root without links."""
        return self._real

    def listed(self) -> tuple[str, ...]:
        """The folders that were listed for globs and folders, in full."""
        names = {folder for listing in self._listings.values() for folder, _ in listing.folders}
        return tuple(sorted(map(self._full, names)))

    def full_path(self, path: str) -> str:
        """Where a file is; empty where a link leads to it, or there is none."""
        return self._full(path) if self.status(path).kind == "file" and path not in self._links else ""

    def changed(self, files: Iterable[tuple[str, tuple[int, ...]]]) -> list[str]:
        look, inside, others = os.stat, self._inside, []
        for path, sign in files:
            try:  # the same file by whichever way: then nothing else needs a look
                found = look(inside + path)
                if (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) == sign:
                    continue
            except (OSError, ValueError):
                pass
            others.append((path, sign))
        return super().changed(others) if others else []

    def _full(self, path: str) -> str:
        return os.path.join(self._real, *path.split("/")) if path else self._real

    def _look(self, path: str) -> Status:
        if WINDOWS:
            from ..text.windows_names import is_odd_on_windows

            if is_odd_on_windows(path):
                return Status(path, "special")
        self._links.pop(path, "")
        try:
            found = self._straight(path)
            if found is None:
                from .opening import has_too_many_links

                if has_too_many_links(self._full(path)):
                    return Status(path, "unreadable")
                real = os.path.realpath(self._full(path))
                if real != self._real and not real.startswith(self._inside):
                    return Status(path, "outside")
                if real != self._full(path):
                    self._links[path] = real[len(self._inside) :].replace(os.sep, "/")
                    if in_git(self._links[path]):
                        return Status(path, "git")
                found = os.lstat(real)
        except (FileNotFoundError, NotADirectoryError):
            return Status(path, "missing")
        except (OSError, ValueError, RecursionError):
            return Status(path, "unreadable")
        if stat.S_ISREG(found.st_mode):
            return Status(path, "file", found.st_size, signature(found))
        return Status(path, "directory" if stat.S_ISDIR(found.st_mode) else "special", 0, signature(found))

    def _straight(self, path: str) -> os.stat_result | None:
        """What stands at a path to which no link leads, or None: then the whole of it must be resolved.

        Only what is below the root is looked at, which takes a third of the time.
        """
        if os.name != "posix" or not path:
            return None
        full = self._real
        for part in path.split("/"):
            full = os.path.join(full, part)
            found = os.lstat(full)
            if stat.S_ISLNK(found.st_mode):
                return None
        return found

    def _stands(self, path: str) -> bool:
        return os.access(self._full(path), os.F_OK) and super()._stands(path)  # most often there is nothing to look at

    # ── what git says from outside ──────────────────────────────────────────────────────────────────────

    @property
    def excludes(self) -> Excludes | None:
        """What git leaves out from outside the root; None where it is in no work tree."""
        if self._excludes is _UNKNOWN:
            self._excludes = self._find_excludes()
        return self._excludes  # type: ignore[return-value]

    def _find_excludes(self) -> Excludes | None:
        folder = self._real
        while not os.access(os.path.join(folder, ".git"), os.F_OK):
            if folder == (folder := os.path.dirname(folder)):
                return None
        from .git.excludes import excludes_for

        return excludes_for(self._real)

    def _has_excludes(self) -> bool:
        return self.excludes is not None and self.excludes.says_something

    def _lines_above(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = self.excludes
        if found is None or not found.above:
            return ()
        (name, lines), *rest = found.above
        return (name, (*_listed(found), *lines)), *rest

    def _lines_at_root(self) -> tuple[str, ...]:
        found = self.excludes
        return _listed(found) if found is not None and not found.above else ()

    def _is_tracked(self, path: str, *, directory: bool = False) -> bool:
        return self.tracked is not None and self.tracked.holds(path, directory=directory)

    @property
    def tracked(self) -> Tracked | None:
        """What git tracks below the root; None where it is in no work tree."""
        if self._tracked is _UNKNOWN:
            from .git.tracked import Tracked

            self._tracked = Tracked(self.excludes.index, self.excludes.prefix) if self.excludes else None
        return self._tracked  # type: ignore[return-value]

    def git_problem(self) -> str:
        found = self._tracked
        return "" if found is _UNKNOWN or found is None else found.problem  # type: ignore[attr-defined]

    def asked_of_git(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        if self._excludes is _UNKNOWN or self._excludes is None:
            return ()
        known: Excludes = self._excludes  # type: ignore[assignment]
        found = tuple([(path, sign) for path, sign, _ in known.places])
        if self._tracked is _UNKNOWN or self._tracked is None:
            return found
        tracked: Tracked = self._tracked  # type: ignore[assignment]
        sign = (*tracked.signature, tracked.names_checksum) if tracked.signature else ()
        return *found, (tracked.path, sign)

    def has_new_ignore_file(self) -> bool:
        from .opening import has_file

        bare = [folder for folder, known in list(self._have_ignore_file.items()) if not known]
        return has_file(self, [f"{folder}/{name}" if folder else name for folder in bare for name in IGNORE_FILES])

    def read(self, path: str, limit: int = -1) -> bytes:
        with self.open(path) as file:
            return file.read(limit)

    def _names(self, folder: str) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
        from .folders import names_in

        return names_in(self, folder)

    def read_steady(self, path: str, limit: int = -1) -> bytes:
        from .opening import read_steady

        return read_steady(self, path, limit)

    def open(self, path: str) -> BinaryIO:
        """A regular file below the root, opened for reading: what was opened is what was checked."""
        from .opening import open_file

        return open_file(self, path)

    def digest(self, path: str, limit: int = HASHED) -> str:
        from .opening import digest

        return digest(self, path, limit)


def _listed(excludes: Excludes) -> tuple[str, ...]:
    return tuple([line for _, lines in excludes.lists for line in lines])

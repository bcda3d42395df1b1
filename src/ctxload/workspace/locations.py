"""Where the index is: found by walking up from a folder, or named by the user.

The nearest `context-index.yml` (or `.yaml`, or one in a folder `context/`) wins. The walk ends at the top of the git
work tree, at the home folder and at a device boundary. An index of another user is refused unless it is named. What is
above a folder `context` is the root only where it shows that it is a project: an archive may be unpacked anywhere.
"""

from __future__ import annotations

import os
import sys

from ..record import Record
from .caches import cache_folder as cache_folder  # where they are looked for
from .caches import is_ours as is_ours
from .tree import INDEX_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..errors import NoIndexError

_PLACES = (*INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES))

#: What shows that a folder is a project: version control, an index of its own, a manifest. No `Makefile`: notes have
#: one, too.
SIGNS = (
    ".git", ".hg", ".jj", ".svn", *INDEX_NAMES, "pyproject.toml", "package.json", "Cargo.toml", "go.mod", "pom.xml",
    "build.gradle", "build.gradle.kts",
    "composer.json", "Gemfile", "requirements.txt", "setup.py", "setup.cfg", "Pipfile", "deno.json", "mix.exs",
    "pubspec.yaml", "Package.swift",
    "CMakeLists.txt", "meson.build", "settings.gradle", "settings.gradle.kts", "build.sbt", "WORKSPACE", "MODULE.bazel",
)  # fmt: skip
#: The same, by how a name ends.
SIGN_ENDS = (".sln", ".slnx", ".csproj", ".fsproj", ".vbproj", ".cabal", ".gemspec", ".xcodeproj")


class Place(Record):
    """Where an index is: the file, the root its paths start from, its name for people, and what else was there."""

    path: str
    root: str
    name: str
    passed_over: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def discover(
    start: str = "",
    index: str = "",
    root: str = "",
    environ: Mapping[str, str] | None = None,
    sources: tuple[str, ...] = (),
) -> Place:
    """The place of the index for a folder. `index`, then `root`, then `CTXLOAD_INDEX`, then the walk decide.

    Raises NoIndexError with one line that says what was looked for. With `sources`, other tools' files to read beside
    it, there need not be an index unless one is named: the root is then `root`, the top of the git work tree, or the
    folder.
    """
    if not sources:
        return _discover(start, index, root, environ)
    from ..errors import NoIndexError

    try:
        return _with_sources(_discover(start, index, root, environ), sources)
    except NoIndexError as missing:
        if _written(index, root, environ) or getattr(missing, "place", None) is not None:  # there, and another user's
            raise
        if root and not os.path.isdir(os.path.expanduser(root)):
            raise
        top = os.path.abspath(os.path.expanduser(root)) if root else _work_tree(os.path.abspath(start or os.getcwd()))
        return _with_sources(Place(os.path.join(top, INDEX_NAMES[0]), top, INDEX_NAMES[0]), sources)


def _with_sources(place: Place, sources: tuple[str, ...]) -> Place:
    from .refusals import refuse_missing

    refuse_missing(sources, place.root)
    return place.replace(sources=sources)


def _work_tree(folder: str) -> str:
    """The top of the git work tree that holds a folder, or the folder itself."""
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):
        if os.path.dirname(above) == above:
            return folder
        above = os.path.dirname(above)
    return above


def _discover(start: str, index: str, root: str, environ: Mapping[str, str] | None) -> Place:
    try:
        start = os.path.abspath(start or os.getcwd())
    except OSError as error:
        raise _no_index("the working directory no longer exists: change to another one") from error
    named = _written(index, root, environ)
    if named:
        top = root and os.path.abspath(os.path.join(start, os.path.expanduser(root)))
        return _named(os.path.join(start, os.path.expanduser(named)), top, named)
    if root:
        top = os.path.abspath(os.path.join(start, os.path.expanduser(root)))
        found = _at(top)
        if not found:
            _refuse_odd((top,))
            if not os.path.isdir(top):
                raise _no_index(f"there is no folder {_shown(top)}: fix --root")
            raise _no_index(
                f"no context-index.yml in {_shown(top)}: run `ctxload init` there, or name one with --index"
            )
        return _place(top, found, top)
    return _walk(start, os.environ if environ is None else environ)


def _written(index: str, root: str, environ: Mapping[str, str] | None) -> str:
    """The index as the user named it; an empty text where it is looked for."""
    return index or ("" if root else (os.environ if environ is None else environ).get("CTXLOAD_INDEX", ""))


def places_in(folder: str) -> tuple[str, ...]:
    """Where the index of a folder may be, the place that counts first."""
    return tuple([os.path.join(folder, name) for name in _PLACES])


def root_of(path: str) -> str:
    """The root for an index file: its folder, or the one above where that is a project and its folder is named
    `context`.
    """
    folder = os.path.dirname(path)
    if os.path.basename(folder) != "context" or os.path.lexists(os.path.join(folder, ".git")):
        return folder
    above = os.path.dirname(folder)
    return above if is_project(above) else folder


def is_project(folder: str) -> bool:
    """Whether a folder shows a sign of a project. The home folder never does: what is in it is more than one
    project.
    """
    if _identity(folder) == _identity(os.path.expanduser("~")):
        return False
    return any(os.path.lexists(os.path.join(folder, name)) for name in SIGNS) or _has_sign_end(folder)


def _has_sign_end(folder: str) -> bool:
    try:
        return any(name.endswith(SIGN_ENDS) for name in os.listdir(folder))
    except OSError:
        return False


#: The folder in the data folder that holds what agent clients were given, a file for each project.
RECORDS = "records"


def data_folder() -> str:
    """The folder for what only the person may say, such as which projects are allowed; empty where there is none.

    It lies in the home that the account database names. No variable moves it: a client sets those of a project's own
    settings for its hooks, and `HOME=/proc/self/cwd/…` would lead into the project.
    """
    home = account_home()
    if not os.path.isabs(home):
        return ""
    if sys.platform == "win32":
        return os.path.join(home, "ctxload", "Data")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "ctxload")
    return os.path.join(home, ".local", "share", "ctxload")


def records_file(root: str) -> str:
    """Where it is noted what agent clients were given of a project; empty where nothing can be kept."""
    folder = data_folder()
    return folder and os.path.join(folder, RECORDS, f"{short_key(os.path.realpath(root))}.jsonl")


def short_key(text: str) -> str:
    """A checksum of a text, for names of files and for comparing: the text cannot be read from it."""
    from zlib import crc32

    data = text.encode("utf-8", "surrogatepass")
    return f"{crc32(data):08x}{crc32(data, 0x5EED):08x}{len(data):x}"


def account_home() -> str:
    """The home of the account that runs this; on Windows its folder for programs' data. Empty where there is none."""
    try:
        if sys.platform == "win32":
            import winreg

            name = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, name) as key:
                return str(winreg.QueryValueEx(key, "Local AppData")[0])
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_dir
    except (ImportError, KeyError, OSError):  # a container's user without an account, say
        return ""


def _named(path: str, root: str, written: str) -> Place:
    path = os.path.abspath(path)
    if os.path.isdir(path):
        found = _at(path)
        if not found:
            raise _no_index(f"no context-index.yml in {_shown(written)}: name the file itself, or run `ctxload init`")
        path = os.path.join(path, found[0])
    elif not os.path.exists(path):
        raise _no_index(f"no index at {_shown(written)}: fix --index or CTXLOAD_INDEX, or run `ctxload init`")
    top = root or root_of(path)
    return Place(path, top, _name(path, top))


def _walk(start: str, environ: Mapping[str, str]) -> Place:
    home = _identity(environ.get("HOME") or environ.get("USERPROFILE") or os.sep)
    folder, device, walked = start, None, []
    while True:
        here = _identity(folder)
        if device is not None and here is not None and here[0] != device:
            break
        device = here[0] if here is not None else device
        found = _at(folder)
        if found:
            top = root_of(os.path.join(folder, found[0]))  # from inside `context/`, too, the root's own file wins
            place = _place(top, found if top == folder else _at(top), top)
            _refuse_foreign(place, environ)
            return place
        walked.append(folder)
        above = os.path.dirname(folder)
        if (here is not None and here == home) or above == folder or os.path.lexists(os.path.join(folder, ".git")):
            break
        folder = above
    _refuse_odd(walked)
    raise _no_index("no context-index.yml here or above: run `ctxload init` to make one, or name it with --index")


def _identity(folder: str) -> tuple[int, int] | None:
    """Device and inode of a folder: the same however it is written."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _at(folder: str) -> list[str]:
    """The index files of a folder, the one that counts first."""
    return [name for name in _PLACES if os.path.isfile(os.path.join(folder, name))]


def _refuse_odd(folders: Iterable[str]) -> None:
    """Says of an index in one of the folders what keeps it from being read, where one is there."""
    from .refusals import refuse_odd

    refuse_odd([path for folder in folders for path in places_in(folder)])


def _place(folder: str, found: list[str], root: str) -> Place:
    path = os.path.join(folder, found[0])
    return Place(path, root, _name(path, root), tuple(_name(os.path.join(folder, name), root) for name in found[1:]))


def _name(path: str, root: str) -> str:
    """The path from the root, or as it is where it lies elsewhere."""
    inside = root if root.endswith(os.sep) else root + os.sep
    return path[len(inside) :].replace(os.sep, "/") if path.startswith(inside) else path.replace(os.sep, "/")


def _refuse_foreign(place: Place, environ: Mapping[str, str]) -> None:
    if not hasattr(os, "geteuid"):
        return
    owner, me = os.stat(place.path).st_uid, os.geteuid()
    if owner != me and not (me == 0 and str(owner) == environ.get("SUDO_UID")):
        from .refusals import foreign_index

        raise foreign_index(place, _shown(place.path), _shown(place.root), owner, me)


def _shown(path: str) -> str:
    from ..text.escaping import escape

    return escape(path)


def _no_index(message: str) -> NoIndexError:
    """The error with this message; it is not imported where all is well."""
    from ..errors import NoIndexError

    return NoIndexError(message)

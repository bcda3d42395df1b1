"""What git leaves out besides the `.gitignore` files below the root, in the order in which git asks it, the last first.

The user's own list of excludes (from the user's own settings only: what a clone says of it is not asked), the list of
this clone alone (`info/exclude`), and the ignore files of the folders above the root, where it is not the top of its
work tree.
"""

from __future__ import annotations

import os

from ...record import Record
from ..stamps import checksum, signature_of
from .objects import Repository, UnreadableRepository, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    #: A file that was asked: its path, its signature, and a checksum of what was read.
    Asked = tuple[str, tuple[int, ...], int]

#: The largest list or settings that are read, in bytes, and how many folders above the root are asked.
SIZE, ABOVE = 1_000_000, 50


class Excludes(Record):
    """The lists that hold from outside: each with a name for people and its lines, and the folders on the way down.

    `lists` hold at the top of the work tree; `above` has for each folder from the top down to the one above the root
    the name of the next and its ignore file. `places` are all files that were asked, there or not, each with its
    signature and a checksum of what was read.
    """

    prefix: str
    index: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    above: tuple[tuple[str, tuple[str, ...]], ...]
    places: tuple[Asked, ...]

    @property
    def says_something(self) -> bool:
        """Whether a path below the root may be left out by this."""
        return any(_means(lines) for _, lines in (*self.lists, *self.above))


def _means(lines: tuple[str, ...]) -> bool:
    return any(line.strip() and not line.startswith("#") for line in lines)


def excludes_for(root: str, environ: Mapping[str, str] | None = None) -> Excludes | None:
    """What holds from outside for a root without links; None where it is in no work tree."""
    try:
        repository = Repository.of(root)
    except (UnreadableRepository, ValueError, OSError):
        return None
    if repository is None:
        return None
    environ = os.environ if environ is None else environ
    below = os.path.relpath(root, repository.top).replace(os.sep, "/")
    parts = [] if below == "." else below.split("/")
    places: list[Asked] = []
    own = _own_list(environ, root, places)
    lists = [(_shown(own, environ), _lines(own, places))] if own else []
    lists.append((".git/info/exclude", _lines(os.path.join(repository.common, "info", "exclude"), places)))
    above = [
        (name, _lines(os.path.join(repository.top, *parts[:number], ".gitignore"), places))
        for number, name in enumerate(parts[:ABOVE])
    ]
    prefix = "/".join(parts) + "/" if parts else ""
    index = os.path.join(repository.folder, "index")
    return Excludes(prefix, index, tuple(lists), tuple(above), tuple(places))


def _lines(path: str, places: list[Asked]) -> tuple[str, ...]:
    """The lines of a list; nothing where it cannot be read."""
    sign, data = signature_of(path), b""
    try:
        data = read(path, SIZE)[0]
    except (OSError, UnreadableRepository):
        pass
    places.append((path, sign, checksum(data)))
    text = data.decode("utf-8", "replace")
    return tuple(line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n"))


def _own_list(environ: Mapping[str, str], root: str, places: list[Asked]) -> str:
    """The user's own list of excludes: where the settings say, else where git looks without a word."""
    home, settings = _homes(environ, root)
    named = os.path.join(settings, "ignore") if settings else ""
    for path in ([os.path.join(settings, "config")] if settings else []) + (
        [os.path.join(home, ".gitconfig")] if home else []
    ):
        for value in excludes_file("\n".join(_lines(path, places))):
            value = home + value[1:] if value.startswith("~/") and home else value
            named = value if os.path.isabs(value) else ""
    return named


def _homes(environ: Mapping[str, str], root: str) -> tuple[str, str]:
    """The user's home, and the folder of git's settings; neither may lie in the project, which would name its own."""

    def outside(path: str) -> str:
        real = os.path.realpath(path) if os.path.isabs(path) else ""
        return path if real and not (real + os.sep).startswith(root.rstrip(os.sep) + os.sep) else ""

    home = outside(environ.get("HOME") or environ.get("USERPROFILE") or "")
    settings = outside(environ.get("XDG_CONFIG_HOME") or "")
    settings = settings or (os.path.join(home, ".config") if home else "")
    return home, os.path.join(settings, "git") if settings else ""


def excludes_file(text: str) -> Iterator[str]:
    r"""What settings of git say of the user's own list.

    >>> list(excludes_file('[user]\n\tname = x\n[Core]\n\texcludesFile = "~/my ignore" ; mine\n'))
    ['~/my ignore']
    """
    section = ""
    for line in text.split("\n"):
        bare = line.strip()
        if bare.startswith("["):
            section, _, bare = bare[1:].partition("]")
            bare = bare.strip()
        key, sign, value = bare.partition("=")
        if sign and section.strip().lower() == "core" and key.strip().lower() == "excludesfile":
            yield _plain(value.strip())


def _plain(value: str) -> str:
    """A value without its quotes and what stands behind it."""
    if value.startswith('"') and '"' in value[1:]:
        return value[1 : value.index('"', 1)].replace("\\\\", "\\")
    return value.split(" #")[0].split(" ;")[0].strip()


def _shown(path: str, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return "~" + path[len(home) :].replace(os.sep, "/") if home and path.startswith(home + os.sep) else path

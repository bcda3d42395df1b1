"""Which projects the person has allowed: what a door that answers a model asks before it reads anything of a project.

One small file in the person's own data folder, a line each: `+` allowed with what is below, `=` this project allowed,
`-` denied, `?` asked and not allowed, then the owner the folder had, then its real path. The nearest line above a
folder decides; that of a project says nothing of another one inside it. It is read on every prompt, so
that nothing slow is imported here; `allowing` writes it.
"""

from __future__ import annotations

import os
import sys

from ..errors import NoIndexError
from .locations import account_home, data_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .locations import Place

    #: Lines by the key of their path: the mark, the owner, the path.
    Known = dict[str, tuple[str, int, str]]

ALLOWED, PROJECT, DENIED, ASKED = "+", "=", "-", "?"
#: Why a project is not served: the person has said nothing, or has said no.
UNKNOWN = "not allowed"
#: The most that is read of the file, in bytes; a larger one is none of ours.
LARGEST = 4_000_000
_NOBODY: tuple[str, int, str] = ("", -1, "")


def allowed_file() -> str:
    """Where the lines are; an empty text where nothing can be remembered."""
    folder = data_folder()
    return folder and os.path.join(folder, "allowed")


def known(path: str = "") -> Known:
    """The lines, by the keys of their paths. A file that somebody else may write says nothing."""
    return parse(read(path or allowed_file()))


def read(path: str) -> bytes:
    """The bytes of the file; none where it doesn't exist, or not the person's own."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    try:
        found = os.fstat(descriptor)
        if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
            return b""
        return os.read(descriptor, found.st_size) if found.st_size <= LARGEST else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def parse(data: bytes) -> Known:
    """The lines of a file. One that is damaged is passed over; the last on a path counts.

    >>> parse(b"+ 1000 /home/me/work\\n- 1000 /home/me/work/100%25\\n")["/home/me/work/100%"]
    ('-', 1000, '/home/me/work/100%')
    """
    found: Known = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        mark, owner, path = (*line.rstrip("\r").split(" ", 2), "", "")[:3]
        if mark in (ALLOWED, PROJECT, DENIED, ASKED) and owner.lstrip("-").isdecimal() and len(owner) < 20 and path:
            path = path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
            found[key(path)] = (mark, int(owner), path)
    return found


def key(path: str) -> str:
    """What tells one folder from another: its path, in one case where the platform does not tell them apart."""
    if sys.platform == "win32":
        return os.path.normcase(path)
    return path.lower() if sys.platform == "darwin" else path


def decision(path: str, lines: Known) -> tuple[str, int, str]:
    """The line that decides on a real path: that of the folder itself, or of the nearest above it that says yes or no.

    A project that is allowed is told as `ALLOWED`.

    >>> lines = parse(b"+ 0 /work\\n- 0 /work/odd\\n? 0 /work/new\\n")
    >>> [decision(path, lines)[0] for path in ("/work/shop", "/work/odd/deep", "/work/new", "/elsewhere")]
    ['+', '-', '+', '']
    """
    asked = path
    while True:
        line = lines.get(key(path), _NOBODY)
        if line[0] in (ALLOWED, DENIED):
            return line
        if line[0] == PROJECT and not _is_another(asked, path):
            return (ALLOWED, *line[1:])
        above = os.path.dirname(path)
        if above == path:
            return _NOBODY
        path = above


def _is_another(path: str, project: str) -> bool:
    """Whether a folder below a project is another one's: a `.git` lies between, or the project is a whole home."""
    if path == project:
        return False
    if key(project) == key(os.path.realpath(account_home() or os.sep)):
        return True
    while path != project:
        if os.path.lexists(os.path.join(path, ".git")):
            return True
        path = os.path.dirname(path)
    return False


def why_not(place: Place, folder: str = "", lines: Known | None = None) -> str:
    """Why a model is not given documents of a project: `DENIED`, `UNKNOWN`, or an empty text where it may be.

    `folder` is where the client works, if the index was looked for from there. Where that, or the index, lies outside
    the root, a variable named the one or the other: then each of them must be allowed.
    """
    lines = known() if lines is None else lines
    if not lines:
        return UNKNOWN
    root, *_ = wanted = _wanted(place, folder)
    found = [decision(path, lines) for path in wanted]
    if any(mark == DENIED for mark, _, _ in found):
        return DENIED
    if any(mark != ALLOWED for mark, _, _ in found):
        return UNKNOWN
    return "" if _is_owner(found[0][1], root, place.path) else UNKNOWN


def _wanted(place: Place, folder: str) -> list[str]:
    """The folders that must be allowed: the root, and those of the index and the client where they lie elsewhere."""
    root = os.path.realpath(place.root)
    wanted = [root]
    for other in (os.path.dirname(place.path), folder):
        real = os.path.realpath(other) if other else root
        if real != root and not real.startswith(os.path.join(root, "")):
            wanted.append(real)
    return wanted


def lacking(place: Place, folder: str = "") -> str:
    """The first folder that the person would have to allow; the root where none is lacking."""
    lines, wanted = known(), _wanted(place, folder)
    return next((path for path in wanted if decision(path, lines)[0] != ALLOWED), wanted[0])


def _is_owner(then: int, root: str, index: str) -> bool:
    """Whether root and index belong to the person, or to whom the folder belonged when it was allowed.

    So nobody else can put a project of theirs in the place of one that was allowed, or below it.
    """
    if not hasattr(os, "geteuid"):
        return True
    mine = (os.geteuid(), then)
    try:
        return os.stat(root).st_uid in mine and os.stat(index).st_uid in mine
    except FileNotFoundError:  # no index: only other tools' files are read, below the root
        return os.path.isdir(root) and os.stat(root).st_uid in mine
    except OSError:
        return False


def find(folder: str = "", sources: tuple[str, ...] = ()) -> Place:
    """The project that a client works in; one of another user, too, if the person allowed it while it was that user's.

    Raises NoIndexError.
    """
    from .locations import Place, discover

    try:
        return discover(start=folder, sources=sources)
    except NoIndexError as error:
        place = getattr(error, "place", None)
        if not isinstance(place, Place) or why_not(place, folder):
            raise
        return place


# ── what the person is told ──────────────────────────────────────────────────────────────────────────────


def advice(root: str) -> str:
    """The one line for the person: that this project is not allowed, and the command that allows it."""
    from ..text.escaping import escape

    return (
        f"ctxload: no documents of {escape(root)} are added to prompts, because you have not allowed this project; "
        f"if you trust it, run {command(root)}"
    )


def command(root: str) -> str:
    """What to type. A path with signs that a shell reads is not put into a line that somebody will copy."""
    words = f"{_program()} allow"
    if not all(sign.isalnum() or sign in "/\\:._-+@ " for sign in root):
        return f"`{words}` in its folder"
    return f'`{words} "{root}"`' if " " in root else f"`{words} {root}`"


def _program() -> str:
    """How this ctxload is called in a shell: by name where it is on the path, else by its own path."""
    from .processes import find

    own = os.path.abspath(sys.argv[0]) if sys.argv and sys.argv[0] else ""
    if os.path.basename(own) == "run.py" and sys.flags.no_site:  # the plugin's copy, which nothing puts on the path
        return f'sh "{os.path.join(os.path.dirname(os.path.dirname(own)), "bin", "ctxload")}"'
    is_command = os.path.basename(own).lower().removesuffix(".exe") == "ctxload"
    return f'"{own}"' if is_command and not find("ctxload") else "ctxload"

"""What a model may have of a project: nothing that looks like a secret, but what the person allowed.

Two small files in the person's own data folder, never of the project: `secret-names`, a name a line, adds to the names
that look like secrets; `findings` says which finding of which file is allowed, for as long as the file stays as it is.
Both are read only where a model is answered, the second only where something would be withheld.
"""

from __future__ import annotations

import os

from ..errors import CtxloadError
from ..record import Record
from ..selection.model import LeftOut
from ..workspace.locations import data_folder
from ..workspace.secret_names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..selection.model import Resolution
    from ..workspace.tree import Tree
    from .hazards import Hazard

#: The findings that can be allowed, and the largest file that is read, in bytes.
ALLOWABLE = ("CTX501", "CTX502", "CTX503")
LARGEST = 1_000_000
NEVER_GIVEN = "looks like a file of secrets, or is ignored: never given to a model"
#: Findings of files that only a person opens: their hints are for the person.
OPENED_BY_PERSONS = ("CTX304", "CTX305")


def own_names() -> tuple[str, ...]:
    """The person's own names of secret files, folded: `NAME`, `*END`, `BEGIN*`, `*PART*` or `FOLDER/`."""
    lines = _own("secret-names").splitlines()
    return tuple([folded(line.strip()) for line in lines if line.strip() and not line.lstrip().startswith("#")])


def is_named(path: str, names: Iterable[str]) -> bool:
    """Whether a file has one of these names, or stands in a folder of one.

    >>> names = ("*.token", "vault*", "*internal*", "private/", "keys.md")
    >>> [is_named(path, names) for path in ("a/CI.token", "vault.txt", "private/a.md", "b/keys.md", "keys.md/b", "a.md")]
    [True, True, True, True, False, False]
    """  # noqa: E501
    low = folded(path)
    name = low.rsplit("/", 1)[-1]
    return any(_fits(name, f"/{low}", wanted) for wanted in names)


def _fits(name: str, path: str, wanted: str) -> bool:
    if wanted.endswith("/"):
        return f"/{wanted.lstrip('/')}" in path
    bare = wanted.strip("*")
    if wanted.startswith("*"):
        return bare in name if wanted.endswith("*") else name.endswith(bare)
    return name.startswith(bare) if wanted.endswith("*") else name == bare


def is_closed(tree: Tree, path: str, names: Iterable[str]) -> bool:
    """Whether a model is never given a file: it looks like secrets, is ignored, or has a name of the person's own
    list.
    """
    return (
        tree.is_secret(path) or tree.is_ignored(path) or is_named(tree.leads_to(path), names) or is_named(path, names)
    )


def for_models(resolution: Resolution, tree: Tree) -> Resolution:
    """What was resolved without the files that a model is never given, whoever chose them."""
    names = own_names()
    closed = {file.path for file in resolution.files if is_closed(tree, file.path, names)}
    if not closed:
        return resolution
    left_out = tuple([LeftOut(path, NEVER_GIVEN) for path in sorted(closed)])
    files = tuple([file for file in resolution.files if file.path not in closed])
    return resolution.replace(files=files, left_out=resolution.left_out + left_out)


def told_to_models(resolution: Resolution, tree: Tree) -> Resolution:
    """The same, with nothing in it that says how a closed file is opened: for an answer that explains itself."""
    from ..selection.path_findings import OPENED_BY

    found = for_models(resolution, tree)
    left_out = [left.replace(why=left.why.replace(OPENED_BY, "")) for left in found.left_out]
    findings = [each.replace(hint="") if each.code in OPENED_BY_PERSONS else each for each in found.diagnostics]
    return found.replace(left_out=tuple(left_out), diagnostics=tuple(findings))


def words_for_models(code: str, message: str, hint: str) -> str:
    """What a model is told of a finding: its message with the hint, but never how a closed file is opened.

    >>> words_for_models("CTX301", "`a.md` doesn't exist", "did you mean `b.md`?")
    "`a.md` doesn't exist (did you mean `b.md`?)"
    >>> words_for_models("CTX304", "`.env` looks like a file of secrets", "name it with --context if it is meant")
    '`.env` looks like a file of secrets'
    """
    return f"{message} ({hint})" if hint and code not in OPENED_BY_PERSONS else message


# ── findings that the person allowed ─────────────────────────────────────────────────────────────────────


def allowed_in(root: str) -> Callable[[str, str, str], bool]:
    """What says whether a finding of a file below this root is allowed: asked with path, code and digest of the
    content.
    """
    known: set[tuple[str, str, str]] | None = None

    def is_allowed(path: str, code: str, digest: str) -> bool:
        nonlocal known
        known = _allowed() if known is None else known
        return bool(digest) and (code, digest, _full(root, path)) in known

    return is_allowed


def allow_in_file(tree: Tree, path: str, code: str) -> str:
    """Remembers that the person allows a finding of a file as it is read now; why that failed, or an empty text.

    What `ctxload allow --finding CODE FILE` does, once the person was shown the line and said yes.
    """
    try:
        found = find(tree, path, code)
    except CtxloadError as error:
        return str(error)
    return allow_finding(tree.root, found.path, code, found.digest)


class Found(Record):
    """A file that has a finding for which lines are withheld: its path and digest as it was read, and those lines by
    number.
    """

    path: str
    digest: str
    lines: tuple[tuple[int, str], ...]


def find(tree: Tree, path: str, code: str) -> Found:
    """What there is to be allowed of a file. Raises CtxloadError where there is nothing."""
    from ..workspace.content import read_content
    from .hazards import hidden_from_people

    status = tree.status(path)
    if status.kind != "file":
        raise CtxloadError(f"{path} isn't a file below the root")
    content = read_content(tree, status.path)
    if content.wrong:
        raise CtxloadError(f"{path}: {content.wrong}")
    hazards = [hazard for hazard in hidden_from_people(content.text) if hazard.code == code]
    if not hazards:
        raise CtxloadError(f"{path} has no {code} that is withheld")
    return Found(status.path, content.digest, tuple(_lines_of(content.text, hazards)))


def _lines_of(text: str, hazards: list[Hazard]) -> Iterator[tuple[int, str]]:
    lines, shown = text.split("\n"), 0
    for hazard in hazards:
        first, last = (text.count("\n", 0, at) + 1 for at in (hazard.start, max(hazard.start, hazard.end - 1)))
        for number in range(max(first, shown + 1), last + 1):
            yield number, lines[number - 1]
        shown = max(shown, last)


def allow_finding(root: str, path: str, code: str, digest: str) -> str:
    """Remembers that the person allows a finding of a file as it is now; why that failed, or an empty text."""
    if code not in ALLOWABLE:
        return f"{code} isn't a finding that is withheld: {', '.join(ALLOWABLE)} are"
    return _write(_others(root, path, code) | {(code, digest, _full(root, path))})


def deny_finding(root: str, path: str, code: str) -> tuple[str, bool]:
    """Forgets what was allowed of a file; why that failed, or an empty text, and whether anything was allowed."""
    others = _others(root, path, code)
    return (_write(others), True) if others != _allowed() else ("", False)


def findings_file() -> str:
    """Where the person's word on findings stands; an empty text where nothing can be remembered."""
    folder = data_folder()
    return folder and os.path.join(folder, "findings")


def allowed_findings() -> list[tuple[str, str]]:
    """What the person allowed, for `doctor`: the code, and the file as it was then."""
    return sorted({(code, full) for code, _, full in _allowed()}, key=lambda row: row[::-1])


def _others(root: str, path: str, code: str) -> set[tuple[str, str, str]]:
    """What is said of other files, and of other findings."""
    full = _full(root, path)
    return {row for row in _allowed() if (row[0], row[2]) != (code, full)}


def _write(known: set[tuple[str, str, str]]) -> str:
    """Puts these in the place of what was remembered; why that failed, or an empty text."""
    from ..workspace.atomic import put

    folder = data_folder()
    if not folder:
        return "this user has no home in the account database"
    lines = [f"{one} {content} {_escaped(full)}\n" for one, content, full in sorted(known, key=lambda row: row[::-1])]
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        put(os.path.join(folder, "findings"), "".join(lines).encode("utf-8", "surrogatepass"), 0o600)
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror or error}"
    return ""


def _allowed() -> set[tuple[str, str, str]]:
    rows = [line.split(" ", 2) for line in _own("findings").split("\n")]
    return {(row[0], row[1], _plain(row[2])) for row in rows if len(row) == 3}


def _full(root: str, path: str) -> str:
    return f"{os.path.realpath(root)}/{path}"


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _plain(path: str) -> str:
    return path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _own(name: str) -> str:
    """A file of the data folder; empty where there is none, a link leads to it, or somebody else may write it."""
    folder = data_folder()
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(os.path.join(folder, name), flags) if folder else -1
    except OSError:
        return ""
    if number < 0:
        return ""
    try:
        found = os.fstat(number)
        if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
            return ""
        return os.read(number, LARGEST).decode("utf-8", "surrogatepass")
    except (OSError, ValueError):
        return ""
    finally:
        os.close(number)

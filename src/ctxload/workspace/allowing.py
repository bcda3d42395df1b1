"""`ctxload allow` and `ctxload deny`: which projects a model may be given documents of, remembered for the person.

What is written here is read by `trust`, on every prompt. `init` and `install` count as a word on their project, too; other
commands only ask, once for each project, and only somebody at a terminal.
"""

from __future__ import annotations

import os
import sys

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, NoIndexError, UsageError
from ..output import remark, say
from ..text.escaping import escape
from .locations import Place, discover
from .trust import ALLOWED, ASKED, DENIED, allowed_file, decision, key, known, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HEAD = b"# Folders whose projects agent clients may be given documents of; `ctxload allow` and `ctxload deny` write this.\n"
#: How long a change waits for another one, in seconds, and when what another one left is taken for left behind.
PATIENCE, LEFT = 5.0, 30.0
#: How long an offer waits for an answer, in seconds; no answer is a no.
ANSWER_SECONDS = 30.0
#: Variables that are set where nobody sits at the terminal: a job, or an agent client's own shell, whose model would answer.
NOBODY = (
    "CI", "AI_AGENT", "CLAUDECODE", "CODEX_CI", "CODEX_SANDBOX", "COPILOT_CLI", "CURSOR_AGENT", "GEMINI_CLI", "OPENCODE",
)  # fmt: skip
#: How much of git's configuration is read for the address of the remote, in bytes.
_CONFIG = 200_000


# ── remembering ──────────────────────────────────────────────────────────────────────────────────────────


def remember(mark: str, folders: Iterable[str]) -> None:
    """Writes a line for each of these folders, in the place of what was said of them. Raises CtxloadError."""
    path = allowed_file()
    if not path:
        raise CtxloadError(
            "nothing can be remembered: this user has no home in the account database; "
            "`--trust` in a command line of your own serves without it"
        )
    real = [os.path.realpath(folder) for folder in folders]
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _write(path, mark, real)
    except OSError as error:
        raise CtxloadError(f"{escape(path)} cannot be written: {error.strerror or error}") from None


def _write(path: str, mark: str, folders: list[str]) -> None:
    """Puts a new file in the place of the old one; its draft keeps others from doing the same meanwhile."""
    draft = f"{path}.new"
    descriptor = _begun(draft)
    try:
        with os.fdopen(descriptor, "wb") as file:
            lines = parse(_bytes(path))
            for folder in folders:
                lines[key(folder)] = (mark, _owner(folder), folder)
            file.write(HEAD + b"".join(map(_line, sorted(lines.values(), key=lambda line: line[2]))))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _begun(draft: str) -> int:
    """The draft, opened as soon as no other process has one; one that was left behind counts for nothing."""
    from time import monotonic, sleep, time

    end = monotonic() + PATIENCE
    while True:
        try:
            return os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            if monotonic() > end:
                raise
        try:
            if time() - os.stat(draft).st_mtime > LEFT:
                os.unlink(draft)
        except FileNotFoundError:
            continue
        sleep(0.01)


def _line(line: tuple[str, int, str]) -> bytes:
    mark, owner, path = line
    path = path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    return f"{mark} {owner} {path}\n".encode("utf-8", "surrogateescape")


def _bytes(path: str) -> bytes:
    """The file as it is. Raises CtxloadError where it is not the person's own: what it says is none of theirs."""
    from ..project.snapshot import is_ours

    try:
        with open(path, "rb") as file:
            if not is_ours(path, found=os.fstat(file.fileno())):
                raise CtxloadError(f"{escape(path)} can be written by others, so it counts for nothing: remove it")
            return file.read()
    except FileNotFoundError:
        return b""


def _owner(folder: str) -> int:
    try:
        return os.stat(folder).st_uid
    except OSError:
        return -1


def also(root: str) -> tuple[str, ...]:
    """Remembers that a project is allowed, for a command that counts as a word on it; what to tell about that.

    What was denied stays so: only `allow` takes that back.
    """
    try:
        real = os.path.realpath(root)
        mark = decision(real, known())[0]
        if mark == ALLOWED:
            return ()
        if mark == DENIED:
            return (f"{real} stays denied for agent clients; `ctxload allow` undoes that",)
        remember(ALLOWED, [real])
    except CtxloadError as error:
        return (f"agent clients are not given documents of this project: {error}",)
    return (f"agent clients may be given documents of {real} now; `ctxload deny` undoes that",)


def here(folder: str = "") -> Place | None:
    """The project of a folder, or of this one; None where there is none. No variable names another."""
    try:
        return discover(
            start=folder, environ={name: text for name, text in os.environ.items() if name != "CTXLOAD_INDEX"}
        )
    except (NoIndexError, OSError):
        return None


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────


def run_allow(folders: Iterable[str], *, yes: bool) -> int:
    """Allows folders after showing what is there; the exit status."""
    wanted = [_folder(folder) for folder in folders] or [_default()]
    if not yes and not is_terminal(sys.stdin):
        raise UsageError("there is no terminal to ask at: `ctxload allow --yes` allows it without asking")
    if not yes:
        say("".join(f"{line}\n" for folder in wanted for line in about(folder)))
        if not asked("may agent clients be given documents from there, to add to your prompts? [y/N] "):
            remark(["ctxload: nothing was changed"])
            return EXIT_NO
    remember(ALLOWED, wanted)
    remark([f"ctxload: allowed: {escape(folder)} and what is below; `ctxload deny` undoes it" for folder in wanted])
    remark(_not_covered(wanted))
    return EXIT_DONE


def run_deny(folders: Iterable[str]) -> int:
    """Denies folders; the exit status."""
    wanted = [os.path.realpath(os.path.expanduser(folder)) for folder in folders] or [_default()]
    remember(DENIED, wanted)
    remark([f"ctxload: denied: {escape(folder)} and what is below" for folder in wanted])
    below = [
        line[2] for line in known().values() if line[0] == ALLOWED and any(_is_below(line[2], one) for one in wanted)
    ]
    remark([f"ctxload: still allowed by a word of its own: {escape(path)}" for path in sorted(below)])
    return EXIT_DONE


def _folder(folder: str) -> str:
    real = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isdir(real):
        raise UsageError(f"there is no folder {escape(folder)}: name the one of a project, or one above it")
    return real


def _default() -> str:
    """The project that the working directory belongs to, else that directory itself."""
    place = here()
    return os.path.realpath(place.root if place is not None else os.getcwd())


def _is_below(path: str, folder: str) -> bool:
    return key(path).startswith(os.path.join(key(folder), "")) and key(path) != key(folder)


def _not_covered(folders: list[str]) -> list[str]:
    """A remark where the project of an allowed folder begins above it: that is then not allowed."""
    said = []
    for folder in folders:
        place = here(folder)
        root = os.path.realpath(place.root) if place is not None else folder
        if decision(root, known())[0] != ALLOWED:
            said.append(f"ctxload: the project there begins at {escape(root)}, which is not allowed: name that folder")
    return said


def about(folder: str) -> list[str]:
    """What somebody should know of a folder before it is allowed: its index, its owner, where it came from."""
    rows = [("index", _index_words(folder)), ("owner", _owner_words(folder)), ("remote", _remote(folder))]
    return [escape(folder), *(f"  {name:7}{escape(text)}" for name, text in rows if text)]


def _index_words(folder: str) -> str:
    place = here(folder)
    if place is None or os.path.realpath(place.root) != folder:
        return "none here; this allows every project below, those that come later, too"
    from ..loader import load_index

    try:
        count = len(load_index(place.root).entries)
    except CtxloadError as error:
        return f"{place.name}, which cannot be read: {error}"
    return f"{place.name}, {count:,} entr{'y' if count == 1 else 'ies'}"


def _owner_words(folder: str) -> str:
    if not hasattr(os, "geteuid"):
        return ""
    import pwd

    owner = _owner(folder)
    if owner == os.geteuid():
        return "you"
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"user {owner}"


def _remote(folder: str) -> str:
    """The address that a clone came from, as git's configuration has it, without what may be a password; git is not run."""
    try:
        with open(os.path.join(folder, ".git", "config"), encoding="utf-8", errors="replace") as file:
            lines = file.read(_CONFIG).splitlines() if os.path.isfile(file.name) else []
    except OSError:
        return ""
    address = next(
        (text.strip() for name, _, text in (line.partition("=") for line in lines) if name.strip() == "url"), ""
    )
    scheme, slashes, rest = address.partition("://")
    return f"{scheme}{slashes}{rest.rpartition('@')[2]}" if slashes else address


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────


def offer(arguments: list[str]) -> None:
    """Asks, once for each project, whether the one that a command was just used in is allowed."""
    if any(map(os.environ.get, NOBODY)) or any(
        word.split("=", 1)[0] in ("--index", "--root", "--source", "--help", "-h") for word in arguments
    ):
        return
    place, path = here(), allowed_file()
    if place is None or not path:
        return
    root, lines = os.path.realpath(place.root), known()
    if decision(root, lines)[0] or lines.get(key(root), ("",))[0] == ASKED:
        return
    said = asked(
        f"ctxload: may agent clients be given documents of {escape(root)}, to add to your prompts? "
        "This is asked once; `ctxload allow` says it later. [y/N] ",
        ANSWER_SECONDS,
    )
    try:
        remember(ALLOWED if said else ASKED, [root])
    except CtxloadError as error:
        remark([f"ctxload: {escape(str(error))}"])


def asked(question: str, seconds: float = 0) -> bool:
    """Asks at the terminal; on stderr, for stdout may be read by a program. With `seconds` it waits no longer than that."""
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        if seconds and sys.platform != "win32":
            import select

            if not select.select([sys.stdin], [], [], seconds)[0]:
                remark([""])
                return False
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    except (KeyboardInterrupt, OSError, ValueError):
        remark([""])
        return False


def is_terminal(stream: object) -> bool:
    isatty: Callable[[], bool] | None = getattr(stream, "isatty", None)
    try:
        return isatty is not None and isatty()
    except ValueError:  # closed
        return False

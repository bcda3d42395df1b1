"""`ctxload allow` and `ctxload deny` for projects, and the one question after other commands."""

from __future__ import annotations

import os
import sys

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, UsageError
from ..integrations.without_index import place_here
from ..output import remark, say
from ..text.escaping import escape
from ..text.wording import counted, first_of
from ..workspace.allowing import here, owner_of, remember
from ..workspace.trust import ALLOWED, ASKED, DENIED, PROJECT, allowed_file, decision, key, known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: How long an offer waits for an answer, in seconds; no answer is a no.
ANSWER_SECONDS = 30.0


#: Variables that are set where nobody sits at the terminal: a job, or an agent client's own shell, whose model would
#: answer.
NOBODY = (
    "CI", "AI_AGENT", "CLAUDECODE", "CODEX_CI", "CODEX_SANDBOX", "COPILOT_CLI", "CURSOR_AGENT", "GEMINI_CLI",
    "OPENCODE",
)  # fmt: skip


#: How much of git's configuration is read for the address of the remote, in bytes.
_CONFIG = 200_000


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
        line[2]
        for line in known().values()
        if line[0] in (ALLOWED, PROJECT) and any(_is_below(line[2], one) for one in wanted)
    ]
    said = [f"ctxload: still allowed by a word of its own: {escape(path)}" for path in sorted(below)]
    remark(first_of(said))
    return EXIT_DONE


def _folder(folder: str) -> str:
    real = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isdir(real):
        raise UsageError(f"there is no folder {escape(folder)}: name the one of a project, or one above it")
    return real


def _default() -> str:
    """The project that the working directory belongs to, else that directory itself."""
    place = place_here()
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
    return f"{place.name}, {counted(count, 'entry', 'entries')}"


def _owner_words(folder: str) -> str:
    if not hasattr(os, "geteuid"):
        return ""
    import pwd

    owner = owner_of(folder)
    if owner == os.geteuid():
        return "you"
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"user {owner}"


def _remote(folder: str) -> str:
    """The address that a clone came from, as git's configuration has it, without what may be a password; git is not
    run.
    """
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
        remember(PROJECT if said else ASKED, [root])
    except CtxloadError as error:
        remark([f"ctxload: {escape(str(error))}"])


def asked(question: str, seconds: float = 0) -> bool:
    """Asks at the terminal; on stderr, for stdout may be read by a program. With `seconds` it waits no longer than
    that.
    """
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

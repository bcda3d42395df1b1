"""Other programs: asked with a time limit, or started and left alone. The only file that knows subprocess.

What a project says or holds has no say in any of them: each is started in a neutral folder, a Python of ours isolated
from that folder and from variables, and a program is found by name only in folders that aren't a project's.
"""

from __future__ import annotations

import os
import subprocess
import sys

from ..record import Record
from .tree import INDEX_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How long a client's own command may take, in seconds.
SECONDS = 120
#: What a Python of ours is given of the environment, beside `CTXLOAD_…`: the user's folders, the language, and what the
#: system wants of every program.
NEEDED = frozenset(
    "HOME USERPROFILE APPDATA LOCALAPPDATA XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME TMPDIR TEMP TMP LANG LC_ALL "
    "LC_CTYPE "
    "SYSTEMROOT SYSTEMDRIVE WINDIR LD_LIBRARY_PATH".split()
)


class Ran(Record):
    """What came of a program: its exit status (None when it did not start or took too long), and what it printed."""

    status: int | None
    out: str
    err: str


# ── command lines ────────────────────────────────────────────────────────────────────────────────────────


def interpreter(*words: str) -> list[str]:
    """The command line of this Python, blind to the folder that it is started in and to `PYTHON…` variables.

    `-I` it is; where the user has packages of their own, which `-I` leaves out, `-E -P`, which does all the rest of it.

    >>> interpreter("-m", "ctxload")[-2:], {*interpreter()[1:]} in ({"-I"}, {"-E", "-P"})
    (['-m', 'ctxload'], True)
    """
    site = sys.modules.get("site")
    users_own = getattr(site, "ENABLE_USER_SITE", None) and getattr(site, "USER_SITE", None) in sys.path
    return [sys.executable, *(("-E", "-P") if users_own else ("-I",)), *words]


def itself(*words: str, module: str = "start") -> list[str]:
    """The command line of this very ctxload, wherever it is, installed or not: of what starts in a module of it."""
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    own = [source, *_carried(os.path.dirname(source))]
    program = f"import sys; sys.path[:0] = {own!r}; from ctxload.{module} import main; main()"
    return interpreter(*(["-S"] if sys.flags.no_site else []), "-c", program, *words)


def _carried(folder: str) -> list[str]:
    """The folders of libraries that the plugin in a folder carries, where this is the plugin."""
    return [path for path in sys.path if sys.flags.no_site and path.startswith(os.path.join(folder, "plugin", ""))]


def needed() -> dict[str, str]:
    """The environment of a Python of ours."""
    return {key: value for key, value in os.environ.items() if key.upper() in NEEDED or key[:8].upper() == "CTXLOAD_"}


def neutral() -> str:
    """The folder that programs are started in: no project's, always there, and not for everybody to write to."""
    return (os.path.splitdrive(sys.executable)[0] or "") + os.sep


# ── programs by name ─────────────────────────────────────────────────────────────────────────────────────


def find(name: str) -> str:
    """The program of this name on the path, or at this absolute path; else an empty text."""
    ends = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if sys.platform == "win32" else []
    absolute = os.path.isabs(name)
    for folder in [""] if absolute else folders() if name == os.path.basename(name) else []:
        for end in ("", *ends) if absolute or not ends else ends:
            path = os.path.join(folder, name + end)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return ""


def folders() -> list[str]:
    """The folders of `PATH` where programs are looked for: those that no project can have put there.

    A relative one leads into whatever folder is worked in, and so does one of the project itself (`node_modules/.bin`).
    """
    found = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
    top = _project()
    return [folder for folder in found if not (top and f"{os.path.realpath(folder)}{os.sep}".startswith(top))]


def _project() -> str:
    """The project that is worked in, with a separator at its end; empty where it is none, or the user's home folder."""
    try:
        folder = os.path.realpath(os.getcwd())
    except OSError:
        return ""
    signs = (".git", *INDEX_NAMES, *(os.path.join("context", name) for name in INDEX_NAMES))
    while not any(os.path.lexists(os.path.join(folder, sign)) for sign in signs):
        if folder == (folder := os.path.dirname(folder)):
            return ""
    is_home = folder == os.path.realpath(os.path.expanduser("~"))
    return "" if is_home else folder.rstrip(os.sep) + os.sep


def _environment() -> dict[str, str]:
    """The environment of somebody else's program: the user's, without the folders that `find` passes over."""
    return {**os.environ, "PATH": os.pathsep.join(folders())}


# ── running them ─────────────────────────────────────────────────────────────────────────────────────────


def ask(words: list[str], seconds: float = SECONDS, stdin: bytes = b"") -> Ran:
    """Runs a program to its end, with `stdin` as its input; it is waited for no longer than `seconds`."""
    try:
        done = subprocess.run(
            words, input=stdin, capture_output=True, timeout=seconds, cwd=neutral(), env=_environment()
        )
    except subprocess.TimeoutExpired:
        return Ran(None, "", f"took longer than {seconds:g} s")
    except OSError as error:
        return Ran(None, "", error.strerror or str(error))
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def converse(words: list[str], lines: list[str], until: str, seconds: float) -> list[str]:
    """The lines a program answers to these lines, up to one that holds `until`, or until the time is up."""
    from threading import Timer

    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=nothing, cwd=neutral(), env=_environment()
        )
    except OSError:
        return []
    found: list[str] = []
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        with process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            process.stdin.flush()
            for line in process.stdout:
                found.append(line.decode("utf-8", "replace"))
                if until in found[-1]:
                    break
            process.kill()
    except OSError:
        process.kill()
    finally:
        timer.cancel()
    return found


def leave_running(*words: str, module: str) -> bool:
    """Starts a module of this ctxload with these words; it goes on when this process has ended, tied to none of its
    streams. Whether it could be started.
    """
    more: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        more = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            itself(*words, module=module), stdin=nothing, stdout=nothing, stderr=nothing, close_fds=True,
            cwd=neutral(), env=needed(), **more,
        )  # fmt: skip
        process.returncode = 0  # nobody waits for it
    except OSError:
        return False
    return True


def give_way() -> None:
    """Lets every other program of this machine go first, from now on."""
    try:
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
        else:
            os.nice(10)
    except (OSError, AttributeError, ImportError):  # it may not, and goes on as it is
        pass


class Companion:
    """A module of this ctxload in a process of its own, which is spoken with by messages of so many bytes each.

    It belongs to no terminal, so that Ctrl-C is for who started it to hear; it ends with its input.
    """

    def __init__(self, module: str) -> None:
        more: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            more = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(
            itself(module=module), stdin=pipe, stdout=pipe, stderr=nothing, cwd=neutral(), env=needed(), **more
        )

    @property
    def number(self) -> int:
        """The process, by the number that the system gave it."""
        return self._process.pid

    def send(self, data: bytes) -> None:
        """Sends a message; OSError where nobody is there any more."""
        assert self._process.stdin is not None
        self._process.stdin.write(len(data).to_bytes(8, "little") + data)
        self._process.stdin.flush()

    def receive(self) -> bytes:
        """The next message; EOFError where none will come."""
        assert self._process.stdout is not None
        size = self._process.stdout.read(8)
        data: bytes = self._process.stdout.read(int.from_bytes(size, "little"))
        if len(size) < 8 or len(data) < int.from_bytes(size, "little"):
            raise EOFError("the process has ended")
        return data

    def end(self) -> None:
        """Ends the process at once."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                stream.close()  # type: ignore[union-attr]
            except OSError:  # what was not sent yet goes nowhere
                pass

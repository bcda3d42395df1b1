"""Where ctxload is installed: in which client, for the person or in a project; and the files and folders of that."""

from __future__ import annotations

import os
import sys

from ...errors import CtxloadError, UsageError
from ...record import Record
from ...text.escaping import escape
from ..clients.registry import find_installable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..clients.client import Client


class Target(Record):
    """Where to install, as the person asked: in a client, for them or in a project; and how much it is to give."""

    client: Client
    project: str = ""
    settings: bool = False
    max_chars: int = 0
    sources: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """`user`, or the project's folder."""
        return self.project or "user"


def data_folder(environ: Mapping[str, str] | None = None) -> str:
    """The folder for what `install` must remember: the platform's own for a program's data."""
    environ = os.environ if environ is None else environ
    if sys.platform == "win32" and environ.get("LOCALAPPDATA"):
        return os.path.join(environ["LOCALAPPDATA"], "ctxload", "Data")
    home = home_folder(environ)
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "ctxload")
    xdg = environ.get("XDG_DATA_HOME", "")
    return os.path.join(xdg if os.path.isabs(xdg) else os.path.join(home, ".local", "share"), "ctxload")


def home_folder(environ: Mapping[str, str] | None = None) -> str:
    """The home folder. Raises CtxloadError where there is none."""
    environ = os.environ if environ is None else environ
    name = "USERPROFILE" if sys.platform == "win32" and not environ.get("HOME") else "HOME"
    home = environ.get(name, "")
    if not home:
        raise CtxloadError(f"there is no home folder to install into: use --project, or set {name}")
    if not os.path.isabs(home) or not os.path.isdir(home):
        raise CtxloadError(f"{name} is `{escape(home)}`, and no folder is there: make it, or use --project")
    return home


def client_folder(client: Client) -> str:
    """The folder of a client's user settings."""
    name, _, below = client.variable.partition("/")
    if name and os.path.isabs(os.environ.get(name, "")):
        return os.path.join(os.environ[name], below) if below else os.environ[name]
    xdg = os.environ.get("XDG_CONFIG_HOME", "")
    if client.folder.startswith(".config/") and os.path.isabs(xdg):
        return os.path.join(xdg, *client.folder.split("/")[1:])
    return os.path.join(home_folder(), *client.folder.split("/"))


def settings_file(target: Target) -> str:
    """The file that gets the hooks. Raises UsageError where a project has none, CtxloadError where it lies outside."""
    client = target.client
    if target.project:
        if not client.project_file:
            raise UsageError(f"{client.title} has no settings of a project: leave --project out")
        path = os.path.join(target.project, *client.project_file.split("/"))
        if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(target.project), "")):
            raise CtxloadError(f"{escape(path)} leads through a link out of the project: it is not written")
        return path
    return os.path.join(client_folder(client), *client.user_file.split("/"))


def target_of(
    name: str, *, project: bool, settings: bool = False, max_chars: int = 0, sources: tuple[str, ...] = ()
) -> Target:
    """What the options ask for. Raises UsageError."""
    client = find_installable(name)
    if max_chars < 0 or not client.takes(max_chars):
        raise UsageError(f"{client.title} takes at most {client.limit:,} characters of a hook")
    if sources and not client.adds_to_prompts:
        raise UsageError(f"{client.title} has no hook that reads sources: leave --source out")
    return Target(client, project_root() if project else "", settings, max_chars, sources)


def targets_of(client: Client, project: str) -> tuple[Target, ...]:
    """Where hooks of a client may stand: for the person, and in a project where the client has settings there."""
    own = Target(client)
    return (own, Target(client, project)) if project and client.project_file else (own,)


def project_root() -> str:
    """The project that the working directory belongs to: the root of its index, else the top of its git work tree."""
    from ...errors import NoIndexError
    from ...workspace.locations import discover

    try:
        return discover().root
    except NoIndexError:
        folder = here = os.path.abspath(os.getcwd())
        while True:
            if os.path.lexists(os.path.join(folder, ".git")):
                return folder
            if os.path.dirname(folder) == folder:
                return here
            folder = os.path.dirname(folder)

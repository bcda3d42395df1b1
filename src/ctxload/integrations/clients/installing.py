"""`ctxload install` and `ctxload uninstall`: ctxload in an agent client or an editor, and out of it again.

A plan first, which `--dry-run` shows: files as they would be, and the client's own commands that would be run. What was
inserted where is noted in the user's data folder, so that `uninstall` leaves a file byte for byte as it was.
"""

from __future__ import annotations

import json
import os
import sys

from ...errors import EXIT_DONE, EXIT_NO, CtxloadError, UsageError
from ...output import remark, say
from ...record import Record
from ...text.escaping import escape
from ...workspace.atomic import put
from .registry import CLIENTS, PLUGIN, Client
from .settings import (
    RefusedSettings,
    installed,
    is_nothing_more,
    lines_of_ours,
    undone,
    unread,
    with_hooks,
    without_hooks,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: The clients and editors that ctxload can be installed in.
NAMES = ("claude-code", "codex", "copilot", "gemini", "opencode", "cursor", "nvim", "vscode")
#: The first words of a file that is wholly ours.
MARK = "Written by `ctxload install"


class Change(Record):
    """A file before and after; None is no file. `insertions` is what was inserted where, for the way back."""

    path: str
    before: str | None
    after: str | None
    insertions: tuple[tuple[int, str], ...] = ()


class Plan(Record):
    """What is to be done: files that change, files of our own, commands of the client, and what to tell the user."""

    changes: tuple[Change, ...] = ()
    folder: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    guarded: str = ""
    remarks: tuple[str, ...] = ()


class Wish(Record):
    """What the user asked for."""

    client: Client
    project: str = ""
    settings: bool = False
    max_chars: int = 0

    @property
    def scope(self) -> str:
        """`user`, or the project's folder."""
        return self.project or "user"


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


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


def settings_file(wish: Wish) -> str:
    """The file that gets the hooks."""
    client = wish.client
    if wish.project:
        if not client.project_file:
            raise UsageError(f"{client.title} has no settings of a project: leave --project out")
        return os.path.join(wish.project, *client.project_file.split("/"))
    return os.path.join(client_folder(client), *client.user_file.split("/"))


def own_words() -> list[str]:
    """How this ctxload is called, wherever the caller is: the path of its program, else this Python, isolated.

    `python -m ctxload` by itself is never written anywhere: it imports from the folder that it is started in, which is
    whatever project the client works in.
    """
    from ...workspace.processes import find, interpreter

    name = os.path.basename(sys.argv[0]).lower().removesuffix(".exe")
    if name == "ctxload":
        path = sys.argv[0] if os.path.dirname(sys.argv[0]) else find("ctxload")
        if path and os.path.exists(path):
            return [os.path.abspath(path)]
    path = _program()
    return [path] if path else interpreter("-m", "ctxload")


def _program() -> str:
    """The program `ctxload` that came with this package: of this user's own packages, or of this Python."""
    import sysconfig

    user = sysconfig.get_preferred_scheme("user")
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    scheme = user if package == sysconfig.get_path("purelib", user) else sysconfig.get_default_scheme()
    path = os.path.join(sysconfig.get_path("scripts", scheme), "ctxload" + (".exe" if sys.platform == "win32" else ""))
    return path if os.path.isfile(path) and os.access(path, os.X_OK) else ""


def hook_words(wish: Wish) -> list[str]:
    """The command of the hook: by name where a team shares it, else by path, which a client with another PATH finds."""
    words = ["ctxload"] if wish.project else own_words()
    more = ["--max-chars", str(wish.max_chars)] if wish.max_chars else []
    return [*words, "hook", *more]


def hook_command(wish: Wish) -> str:
    """The command line of the hook."""
    return shell_line(hook_words(wish))


def shell_line(words: list[str]) -> str:
    """Words as a line for the shell that runs hooks."""
    if sys.platform == "win32":
        words = [word.replace("\\", "/") for word in words]
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    from shlex import join

    return join(words)


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────


def _record_path(wish: Wish) -> str:
    from hashlib import sha256

    key = sha256(os.path.abspath(wish.project).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return os.path.join(data_folder(), "installed", f"{wish.client.name}-{key if wish.project else 'user'}.json")


def read_record(wish: Wish) -> dict[str, Any]:
    """What `install` noted; empty where it noted nothing, or nothing that can be read."""
    try:
        with open(_record_path(wish), encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError, CtxloadError):
        return {}
    return data if isinstance(data, dict) else {}


def _write_record(wish: Wish, data: dict[str, Any]) -> tuple[str, ...]:
    """Notes what was done; what to tell where that cannot be."""
    try:
        path = _record_path(wish)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        put(path, json.dumps(data).encode("utf-8"), 0o600)
    except (OSError, CtxloadError) as error:
        return (f"what was done is not noted, so that `uninstall` looks for it by its command: {error}",)
    return ()


# ── reading and writing settings ─────────────────────────────────────────────────────────────────────────


def read_settings(path: str) -> str | None:
    """The text of a settings file, its byte-order mark and line ends as they are; None where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise RefusedSettings(f"{path} is no UTF-8 text: it stays as it is") from None
    except OSError as error:
        raise RefusedSettings(f"{path} cannot be read: {error.strerror or error}") from None


def write_settings(change: Change) -> None:
    """Puts a file in the place of the old one at once; refuses one that changed meanwhile."""
    from ...text.source import Source
    from ...workspace.file_edits import refuse_read_only, write_text

    path = os.path.realpath(change.path)
    try:
        if change.after is None:
            refuse_read_only(path)
            if read_settings(path) != change.before:
                raise RefusedSettings(f"{path} changed meanwhile: run the command again")
            os.unlink(path)
            return
        if change.before is not None:
            text = change.before.removeprefix("\ufeff")
            write_text(path, Source(path, text), change.after.removeprefix("\ufeff"))
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        put(path, change.after.encode("utf-8"), before=lambda draft: _refuse_if_there(path))
    except UnicodeEncodeError:
        raise RefusedSettings(f"{path} stays as it is: the path of ctxload cannot be written as UTF-8") from None
    except OSError as error:
        raise RefusedSettings(f"{path} cannot be written: {error.strerror or error}") from None


def _refuse_if_there(path: str) -> None:
    if os.path.lexists(path):
        raise RefusedSettings(f"{path} was made meanwhile: run the command again")


# ── plans ────────────────────────────────────────────────────────────────────────────────────────────────


def plugin_command(client: Client) -> str:
    """The command of the hooks in the plugin that `install` gave to a client; empty where it gave none."""
    folder = os.path.join(data_folder(), *(("gemini",) if client.name == "gemini" else ("marketplace", "ctxload")))
    try:
        with open(os.path.join(folder, "hooks", "hooks.json"), encoding="utf-8") as file:
            hooks = json.load(file)["hooks"]
        return str(next(iter(hooks.values()))[0]["hooks"][0]["command"])
    except (OSError, ValueError, LookupError, AttributeError, StopIteration):
        return ""


def is_plugin_there(client: Client) -> bool:
    """Whether our plugin is enabled in a client, by what its settings say."""
    if client.own is None:
        return False
    path = os.path.join(client_folder(client), *client.own.file.split("/"))
    if client.name == "gemini":
        return os.path.isdir(path)
    try:
        with open(path, "rb") as file:
            if client.name == "codex":
                import tomllib

                found = tomllib.load(file).get("plugins", {}).get(PLUGIN, {})
                return bool(isinstance(found, dict) and found.get("enabled", True) and found)
            return json.load(file).get("enabledPlugins", {}).get(PLUGIN) is True
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def plan_install(wish: Wish) -> Plan:
    """What installing means here; an empty plan where all is as it should be. Raises CtxloadError."""
    client = wish.client
    path = settings_file(wish)
    before = read_settings(path)
    if client.name in TEXT_FILES:
        return _plan_text(wish, path, before)
    record = read_record(wish)
    try:
        here = bool(before and before.strip("\ufeff \t\r\n") and installed(client, before))
        bare = _without(client, before, record) if here and before is not None else None
        edited = with_hooks(client, before, hook_command(wish), wish.max_chars, bare=bare)
    except RefusedSettings as refused:
        raise _refusal(wish, path, refused) from None
    program = program_of(client)
    if client.own and not (wish.project or wish.settings or wish.max_chars or here):
        renewed = _is_outdated(wish)
        if is_plugin_there(client) and not renewed:
            return Plan(remarks=_next_steps(wish))
        if program:
            return _plan_own(wish, program, renewed=renewed)
    more = (*_not_loaded(client, path, edited.text), *_next_steps(wish))
    if edited.text == before:
        return Plan(remarks=more)
    change = Change(path, before, edited.text, edited.insertions)
    return Plan((change,), remarks=(*_missing_program(client, program), *more))


def program_of(client: Client) -> str:
    """The client's program on the path, or an empty text. Raises CtxloadError when it is too old."""
    from ...workspace.processes import find

    path = find(client.program) if client.program else ""
    if path and client.least:
        version = version_of(path)
        if version and version < client.least:
            shown, least = (".".join(map(str, numbers)) for numbers in (version, client.least))
            raise CtxloadError(f"{client.title} {shown} is too old: it needs {least} or newer")
    return path


def version_of(program: str) -> tuple[int, ...]:
    """The version that a program says it has; empty where it says none."""
    import re

    from ...workspace.processes import ask

    found = re.search(r"\d+(\.\d+)+", (ran := ask([program, "--version"], 20)).out + ran.err)
    return tuple(map(int, found[0].split("."))) if found else ()


def _is_outdated(wish: Wish) -> bool:
    """Whether a client has the plugin that we gave it, with hooks that call another ctxload, or call it another way."""
    is_given = is_plugin_there(wish.client) and read_record(wish).get("plugin")
    return bool(is_given) and plugin_command(wish.client) != hook_command(wish)


def _plan_own(wish: Wish, program: str, *, renewed: bool) -> Plan:
    """Installing by the client's own commands, from a folder of ours."""
    from .plugin import files_for

    client, own = wish.client, wish.client.own
    assert own is not None
    folder = os.path.join(data_folder(), "gemini" if client.name == "gemini" else "marketplace")
    lines = (*(own.removes if renewed else ()), *own.adds)
    commands = tuple((program, *(word.replace("{folder}", folder) for word in words)) for words in lines)
    guarded = os.path.join(client_folder(client), own.file) if own.file.endswith(".json") else ""
    files = tuple(files_for(client, hook_command(wish)).items())
    return Plan((), folder, files, commands, guarded, _next_steps(wish))


def _refusal(wish: Wish, path: str, refused: RefusedSettings) -> RefusedSettings:
    events = ", ".join(handler.event for handler in wish.client.hooks)
    return RefusedSettings(
        f"{path} stays as it is: {refused}; fix it and run this again, or add `{hook_command(wish)}` as a hook "
        f"of {events} yourself"
    )


def _by_hand(client: Client, path: str, before: str, refused: RefusedSettings) -> RefusedSettings:
    """What is said where our hooks cannot be taken out: their lines."""
    places = [
        f"line {first}" if first == last else f"lines {first} to {last}"
        for first, last in lines_of_ours(client, before)
    ]
    where = f"take out {' and '.join(places)} yourself" if places else "nothing in it calls `ctxload hook`"
    return RefusedSettings(f"{path} stays as it is: {refused}; fix it and run this again, or {where}")


def _not_loaded(client: Client, path: str, text: str) -> tuple[str, ...]:
    """What to tell where the client loads nothing from its file as it is written."""
    why = unread(client, text)
    if not why:
        return ()
    return (f"{path} holds what {client.title} does not load, and then nothing in it works, hooks included: {why}",)


def _missing_program(client: Client, program: str) -> tuple[str, ...]:
    if program or not client.program:
        return ()
    return (f"`{client.program}` is not on the path: the hook works once {client.title} is installed",)


def _next_steps(wish: Wish) -> tuple[str, ...]:
    """What the user must do, or should know, for the hook to work."""
    client, said = wish.client, []
    if client.trust:
        said.append(f"next: {client.trust}")
    elif client.name != "nvim":
        said.append("sessions that run already see it when they start anew")
    if wish.project and client.name in ("codex", "gemini", "copilot", "vscode"):
        said.append(f"{client.title} runs the hooks of a project only where its folder is trusted")
    if client.name == "cursor":
        said.append("Cursor is experimental: that it passes on what a prompt hook adds is not documented")
    if client.name == "vscode":
        said.append("VS Code is experimental: its hooks are a preview; this file serves Copilot CLI, too")
    if wish.project and client.name not in ("opencode",):
        said.append("everybody who works in this project needs `ctxload` on the path, or the prompt goes on without it")
    return tuple(said)


#: Clients that get a file of code instead of hooks: the file in this package, and how a list of words is written in it.
TEXT_FILES = {"opencode": ("opencode.js", '["ctxload", "hook"]'), "nvim": ("nvim.lua", '{ "ctxload" }')}


def text_file(wish: Wish) -> str:
    """The file of code for a client, calling this ctxload."""
    from importlib.resources import files

    name, placeholder = TEXT_FILES[wish.client.name]
    words = ["ctxload"] if wish.project else own_words()
    if wish.client.name == "opencode":
        more = ["--max-chars", str(wish.max_chars)] if wish.max_chars else []
        written = json.dumps([*words, "hook", *more])
    else:
        written = "{ " + ", ".join(json.dumps(word, ensure_ascii=False) for word in words) + " }"
    text = files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return text.replace(placeholder, written, 1)


def _plan_text(wish: Wish, path: str, before: str | None) -> Plan:
    after = text_file(wish)
    if before is not None and MARK not in before[:400]:
        raise RefusedSettings(f"{path} is there and not ours: it stays as it is; rename it and run this again")
    more = _next_steps(wish)
    if before == after:
        return Plan(remarks=more)
    return Plan(
        (Change(path, before, after),), remarks=(*_missing_program(wish.client, program_of(wish.client)), *more)
    )


def plan_uninstall(wish: Wish) -> Plan:
    """What uninstalling means here; an empty plan where nothing of ours is there. Raises CtxloadError."""
    client = wish.client
    record = read_record(wish)
    changes: list[Change] = []
    path = settings_file(wish)
    before = read_settings(path)
    if client.name in TEXT_FILES:
        if before is not None and MARK in before[:400]:
            changes.append(Change(path, before, None))
        return Plan(tuple(changes))
    others = _others_with(wish, path)
    remarks = (f"{path} stays: it serves {others[0].title}, too",) if before is not None and others else ()
    try:
        if before is not None and before.strip("\ufeff \t\r\n") and installed(client, before) and not others:
            changes.append(Change(path, before, _left(client, _without(client, before, record), record)))
    except RefusedSettings as refused:
        raise _by_hand(client, path, before or "", refused) from None
    if client.own is None or wish.project or not is_plugin_there(client):
        return Plan(tuple(changes), remarks=remarks)
    program = program_of(client)
    if not record.get("plugin"):
        line = " ".join((client.program, *client.own.removes[0]))
        remarks = (*remarks, f"the plugin ctxload stays: it was not added by `ctxload install`; `{line}` removes it")
        return Plan(tuple(changes), remarks=remarks)
    if not program:
        raise CtxloadError(f"our plugin is in {client.title}, but `{client.program}` is not on the path to remove it")
    commands = tuple((program, *words) for words in client.own.removes)
    guarded = os.path.join(client_folder(client), client.own.file) if client.own.file.endswith(".json") else ""
    return Plan(tuple(changes), commands=commands, guarded=guarded, remarks=remarks)


def _others_with(wish: Wish, path: str) -> list[Client]:
    """The other clients for which the same file was installed."""
    others = [CLIENTS[name] for name in NAMES if name != wish.client.name]
    return [other for other in others if read_record(Wish(other, wish.project)).get("file") == path]


def _without(client: Client, before: str, record: dict[str, Any]) -> str:
    """The text as it was before the install if what was inserted is known, else without our entries."""
    try:
        insertions = [(int(at), str(new)) for at, new in record.get("insertions") or ()]
    except (TypeError, ValueError):
        insertions = []
    text = undone(client, before, insertions) if insertions else None
    return without_hooks(client, before) if text is None else text


def _left(client: Client, text: str, record: dict[str, Any]) -> str | None:
    """What is left of a file: nothing where the install made it and nothing more is in it."""
    if not record.get("made", os.path.basename(client.user_file) == "ctxload.json"):
        return text
    return text if text.strip("\ufeff \t\r\n") and not is_nothing_more(text) else None


# ── doing it ─────────────────────────────────────────────────────────────────────────────────────────────


def run_install(wish: Wish, *, dry_run: bool, yes: bool) -> int:
    """Installs, after showing what that means; the exit status."""
    plan = plan_install(wish)
    if not plan.changes and not plan.commands:
        remark(
            [
                f"ctxload: {_in(wish)} already: nothing changed",
                *map(_line, (*plan.remarks, *(() if dry_run else _allowed(wish)))),
            ]
        )
        return EXIT_DONE
    if (asked := _agreed(wish, plan, dry_run=dry_run, yes=yes, verb="install")) is not None:
        return asked
    record: dict[str, Any] = {}
    last = read_record(wish)
    for change in plan.changes:
        again = last if change.before is not None and last.get("file") == change.path else {}
        made = change.before is None or bool(again.get("made"))
        folders = _missing_folders(change.path) or list(again.get("folders") or ())
        write_settings(change)
        record = {"file": change.path, "made": made, "folders": folders, "insertions": list(change.insertions)}
    if plan.commands:
        from .plugin import write

        before = read_settings(plan.guarded) if plan.guarded else None
        if is_plugin_there(wish.client):
            before = read_record(wish).get("before", before)
        write(plan.folder, dict(plan.files))
        record = {"plugin": plan.folder, "before": before}
        try:
            _run_all(wish, plan.commands)
        except CtxloadError:
            _take_back(wish, plan, record)
            raise
    unnoted = _write_record(wish, record)
    remark([f"ctxload: {_in(wish)} now", *map(_line, (*unnoted, *plan.remarks, *_allowed(wish)))])
    return EXIT_DONE


def _allowed(wish: Wish) -> tuple[str, ...]:
    """Remembers the project that `install` was run in as allowed, and says so; nothing where it was run in none."""
    from ...workspace.allowing import also, here

    place = here() if wish.client.name != "nvim" else None  # its commands answer the person
    return also(place.root) if place is not None else ()


def run_uninstall(wish: Wish, *, dry_run: bool, yes: bool) -> int:
    """Removes what `install` added, after showing what that means; the exit status."""
    plan = plan_uninstall(wish)
    if not plan.changes and not plan.commands:
        _forget(wish)
        remark([*map(_line, plan.remarks)] or [f"ctxload: not {_in(wish)}: nothing changed"])
        return EXIT_DONE
    if (asked := _agreed(wish, plan, dry_run=dry_run, yes=yes, verb="uninstall")) is not None:
        return asked
    record = read_record(wish)
    for change in plan.changes:
        write_settings(change)
    if plan.commands:
        _run_all(wish, plan.commands)
        _restore(plan.guarded, record)
        _remove_folder(wish, record)
    for folder in record.get("folders") or ():
        try:
            os.rmdir(folder)
        except OSError:
            break
    _forget(wish)
    remark([f"ctxload: no longer {_in(wish)}", *map(_line, plan.remarks)])
    return EXIT_DONE


def _forget(wish: Wish) -> None:
    """Removes what was noted about an install, and the folders that hold nothing any more."""
    try:
        os.unlink(path := _record_path(wish))
        os.rmdir(os.path.dirname(path))
        os.rmdir(data_folder())
    except (OSError, CtxloadError):
        pass


def _missing_folders(path: str) -> list[str]:
    """The folders above a path that are not there yet, the deepest first."""
    missing: list[str] = []
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing


def _run_all(wish: Wish, commands: tuple[tuple[str, ...], ...]) -> None:
    """Runs the client's own commands. Raises CtxloadError with what the client said."""
    from ...workspace.processes import ask

    for words in commands:
        ran = ask([*words])
        if ran.status != 0:
            said = (ran.err.strip() or ran.out.strip() or f"status {ran.status}").splitlines()[-1][:300]
            line = " ".join(words[1:])
            raise CtxloadError(
                f"`{wish.client.program} {line}` failed: {said}; `ctxload install {wish.client.name} --settings` "
                "writes the settings file instead"
            )


def _take_back(wish: Wish, plan: Plan, record: dict[str, Any]) -> None:
    """Undoes what the client's own commands did before one of them failed, as far as they can."""
    from ...workspace.processes import ask

    for words in wish.client.own.removes if wish.client.own else ():
        ask([plan.commands[0][0], *words])
    _restore(plan.guarded, record)
    _remove_folder(wish, record)


def _restore(path: str, record: dict[str, Any]) -> None:
    """Puts back a settings file as it was before the client's own commands, if nothing else changed in it since."""
    now = read_settings(path) if path else None
    if now is None or "before" not in record:
        return
    before = record["before"]
    try:
        was = json.loads(before) if before is not None else {}
        is_ = json.loads(now)
    except (ValueError, RecursionError):
        return
    for key in ("enabledPlugins", "extraKnownMarketplaces"):
        if isinstance(is_.get(key), dict):
            is_[key].pop(PLUGIN, None)
            if not is_[key] and key not in was:
                del is_[key]
    if is_ == was:
        write_settings(Change(path, now, before))


def _remove_folder(wish: Wish, record: dict[str, Any]) -> None:
    """Removes the folder of our plugin when no other client was given it."""
    import shutil

    folder = str(record.get("plugin", ""))
    others = [read_record(Wish(CLIENTS[name])) for name in NAMES if name != wish.client.name]
    is_ours = os.path.dirname(folder) == data_folder()
    if is_ours and not any(other.get("plugin") == folder for other in others):
        shutil.rmtree(folder, ignore_errors=True)


def _agreed(wish: Wish, plan: Plan, *, dry_run: bool, yes: bool, verb: str) -> int | None:
    """Shows the plan and asks; None when it is to be done, else the exit status."""
    if dry_run or not yes:
        say(shown(plan))
    if dry_run:
        return EXIT_DONE
    if yes:
        return None
    if sys.stdin is not None and sys.stdin.isatty() and input("do this? [y/N] ").strip().lower() in ("y", "yes"):
        return None
    remark([f"ctxload: nothing was changed; `ctxload {verb} {wish.client.name} --yes` does this"])
    return EXIT_NO


def shown(plan: Plan) -> str:
    """The plan as text: a diff of each file, and the commands that would be run."""
    from ...text.diff import difference
    from ...text.render import Paint, wants_colour

    paint = Paint(wants_colour("auto", sys.stdout, dict(os.environ)))
    lines = [
        difference(change.path.lstrip("/\\"), change.before or "", change.after or "", paint) for change in plan.changes
    ]
    if plan.files:
        lines.append(
            "".join(f"write {escape(os.path.join(plan.folder, *name.split('/')))}\n" for name, _ in plan.files)
        )
    lines += [f"run   {escape(shell_line([*words]))}\n" for words in plan.commands]
    return "".join(lines)


def _in(wish: Wish) -> str:
    where = f"in this project ({escape(wish.project)})" if wish.project else "for you"
    return f"installed in {wish.client.title} {where}"


def _line(text: str) -> str:
    return f"ctxload: {escape(text)}"


def wish_of(name: str, *, project: bool, settings: bool = False, max_chars: int = 0) -> Wish:
    """What the options ask for. Raises UsageError."""
    from ...text.suggestions import meant

    if name not in NAMES:
        raise UsageError(
            f"there is no client `{escape(name)}`: {meant(name, NAMES) or 'use one of ' + ', '.join(NAMES)}"
        )
    client = CLIENTS[name]
    if max_chars < 0 or (max_chars and client.limit and name != "codex" and max_chars > client.limit):
        raise UsageError(f"{client.title} takes at most {client.limit:,} characters of a hook")
    return Wish(client, project_root() if project else "", settings, max_chars)


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

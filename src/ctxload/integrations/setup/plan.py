"""What installing and uninstalling mean here: files as they would be, and the client's own commands to run."""

from __future__ import annotations

import json
import os

from ...errors import CtxloadError
from ...record import Record
from ..clients.registry import INSTALLABLE, find
from .command_line import hook_command, own_words
from .files import FileChange, read_settings
from .hook_entries import (
    RefusedSettings,
    installed,
    is_nothing_more,
    lines_of_ours,
    undone,
    unread,
    with_hooks,
    without_hooks,
)
from .places import Target, client_folder, data_folder, settings_file
from .records import read_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients.client import Client

#: The first words of a file that is wholly ours.
MARK = "Written by `ctxload install"


class Plan(Record):
    """What is to be done: files that change, files of our own, commands of the client, and what to tell the user."""

    changes: tuple[FileChange, ...] = ()
    folder: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    guarded: str = ""
    remarks: tuple[str, ...] = ()


def plugin_command(client: Client) -> str:
    """The command of the hooks in the plugin that `install` gave to a client; empty where it gave none."""
    if client.own is None:
        return ""
    folder = os.path.join(data_folder(), client.own.folder, client.own.plugin)
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
    try:
        return client.is_plugin_there(path)
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def plan_install(target: Target) -> Plan:
    """What installing means here; an empty plan where all is as it should be. Raises CtxloadError."""
    client = target.client
    path = settings_file(target)
    before = read_settings(path)
    if client.code_file:
        return _plan_code(target, path, before)
    record = read_record(target)
    try:
        here = bool(before and before.strip("\ufeff \t\r\n") and installed(client, before))
        bare = _without(client, before, record) if here and before is not None else None
        edited = with_hooks(client, before, hook_command(target), target.max_chars, bare=bare)
    except RefusedSettings as refused:
        raise _refusal(target, path, refused) from None
    program = program_of(client)
    if client.own and not (target.project or target.settings or target.max_chars or here):
        renewed = _is_outdated(target)
        if is_plugin_there(client) and not renewed:
            return Plan(remarks=_next_steps(target))
        if program:
            return _plan_own(target, program, renewed=renewed)
    more = (*_not_loaded(client, path, edited.text), *_next_steps(target))
    if edited.text == before:
        return Plan(remarks=more)
    change = FileChange(path, before, edited.text, edited.insertions)
    return Plan((change,), remarks=(*_missing_program(client, program), *more))


def program_of(client: Client) -> str:
    """The client's program on the path, or an empty text. Raises CtxloadError when it is too old."""
    from ...workspace.processes import find as find_program

    path = find_program(client.program) if client.program else ""
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


def _is_outdated(target: Target) -> bool:
    """Whether a client has the plugin that we gave it, with hooks that call another ctxload, or call it another way, or
    not at all the events that it does now.
    """
    is_given = is_plugin_there(target.client) and read_record(target).get("plugin")
    return bool(is_given) and (plugin_command(target.client) != hook_command(target) or is_plugin_older(target))


def is_plugin_older(target: Target) -> bool:
    """Whether the hooks of the plugin that we gave to a client are not those that it would be given now."""
    from .plugin_files import files_for

    own = target.client.own
    assert own is not None
    command = plugin_command(target.client)
    (name,) = [name for name in files_for(target.client, command) if name.endswith("hooks/hooks.json")]
    try:
        with open(os.path.join(data_folder(), own.folder, *name.split("/")), "rb") as file:
            return file.read() != files_for(target.client, command)[name]
    except OSError:
        return True


def _plan_own(target: Target, program: str, *, renewed: bool) -> Plan:
    """Installing by the client's own commands, from a folder of ours."""
    from .plugin_files import files_for

    client, own = target.client, target.client.own
    assert own is not None
    folder = os.path.join(data_folder(), own.folder)
    lines = (*(own.removes if renewed else ()), *own.adds)
    commands = tuple((program, *(word.replace("{folder}", folder) for word in words)) for words in lines)
    guarded = os.path.join(client_folder(client), own.file) if own.file.endswith(".json") else ""
    files = tuple(files_for(client, hook_command(target)).items())
    return Plan((), folder, files, commands, guarded, _next_steps(target))


def _refusal(target: Target, path: str, refused: RefusedSettings) -> RefusedSettings:
    events = ", ".join(handler.event for handler in target.client.hooks)
    return RefusedSettings(
        f"{path} stays as it is: {refused}; fix it and run this again, or add `{hook_command(target)}` as a hook "
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


def _next_steps(target: Target) -> tuple[str, ...]:
    """What the user must do, or should know, for the hook to work."""
    client, said = target.client, []
    if client.trust:
        said.append(f"next: {client.trust}")
    elif client.adds_to_prompts:
        said.append("sessions that run already see it when they start anew")
    if target.project and client.trusts_folders:
        said.append(f"{client.title} runs the hooks of a project only where its folder is trusted")
    if client.caution:
        said.append(client.caution)
    if target.project and not client.code_file:
        said.append("everybody who works in this project needs `ctxload` on the path, or the prompt goes on without it")
    return tuple(said)


def code_of(target: Target) -> str:
    """The file of code for a client, calling this ctxload."""
    from importlib.resources import files

    from .. import clients

    code = target.client.code_file
    assert code is not None
    words = ["ctxload"] if target.project else own_words()
    text = files(clients).joinpath(code.name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return text.replace(code.placeholder, target.client.code_words(words, target.max_chars, target.sources), 1)


def is_our_code(text: str) -> bool:
    """Whether a file of code is one that an install wrote, this one or an older: its beginning says so.

    >>> is_our_code("-- Written by `ctxload install nvim`"), is_our_code("-- my own; see ctxload")
    (True, False)
    """
    return MARK in text[:400]


def _plan_code(target: Target, path: str, before: str | None) -> Plan:
    after = code_of(target)
    if before is not None and not is_our_code(before):
        raise RefusedSettings(f"{path} is there and not ours: it stays as it is; rename it and run this again")
    more = _next_steps(target)
    if before == after:
        return Plan(remarks=more)
    return Plan(
        (FileChange(path, before, after),), remarks=(*_missing_program(target.client, program_of(target.client)), *more)
    )


def plan_uninstall(target: Target) -> Plan:
    """What uninstalling means here; an empty plan where nothing of ours is there. Raises CtxloadError."""
    client = target.client
    record = read_record(target)
    changes: list[FileChange] = []
    path = settings_file(target)
    before = read_settings(path)
    if client.code_file:
        if before is not None and is_our_code(before):
            changes.append(FileChange(path, before, None))
        return Plan(tuple(changes))
    others = _others_with(target, path)
    remarks = (f"{path} stays: it serves {others[0].title}, too",) if before is not None and others else ()
    try:
        if before is not None and before.strip("\ufeff \t\r\n") and installed(client, before) and not others:
            changes.append(FileChange(path, before, _left(client, _without(client, before, record), record)))
    except RefusedSettings as refused:
        raise _by_hand(client, path, before or "", refused) from None
    if client.own is None or target.project or not is_plugin_there(client):
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


def _others_with(target: Target, path: str) -> list[Client]:
    """The other clients for which the same file was installed."""
    others = [find(name) for name in INSTALLABLE if name != target.client.name]
    return [other for other in others if read_record(Target(other, target.project)).get("file") == path]


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

"""`ctxload doctor`: per client, whether it is there, has the hook, trusts it, was given something; what to do."""

from __future__ import annotations

import json
import os
import re

from ...errors import EXIT_DONE, EXIT_NO, CtxloadError
from ...load.allowances import allowed_findings, findings_file
from ...output import remark, say
from ...record import Record
from ...text.escaping import escape
from ...text.wording import first_of
from ...workspace.processes import ask
from ...workspace.processes import find as find_program
from ...workspace.trust import ALLOWED, DENIED, PROJECT, UNKNOWN, allowed_file, command, known, why_not
from ..clients.client import MOMENTS
from ..clients.registry import INSTALLABLE, find, find_installable
from ..hooks.journal import log_lines
from ..own_settings import SETTINGS, own_settings
from ..own_settings import settings_file as own_settings_file
from ..without_index import place_here
from .command_line import hook_command, hook_words
from .files import read_settings
from .hook_entries import RefusedSettings, installed, lacking, unread
from .late_prompts import late_lines, late_prompts
from .places import Target, project_root, settings_file, targets_of
from .plan import code_of, is_our_code, is_plugin_older, is_plugin_there, plugin_command, version_of
from .records import read_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..clients.client import Client

#: A Python that looks for modules in the folder it is started in: what older versions of `install` wrote.
EXPOSED = re.compile(r"""^(?!.*\s-[a-zA-Z]*[IP][a-zA-Z]*\s.*-m).*\s-m\s*["']?ctxload\b""", re.S)


class InstalledHook(Record):
    """A hook of ours: where it is, the command it runs, and what is wrong with it, if anything."""

    where: str
    command: str = ""
    problem: str = ""


class Health(Record):
    """What is known of one client. `trusted` is None where the client asks for no trust, or does not tell; `closed`
    says of a project's settings why nothing is read or written there.
    """

    client: Client
    program: str
    version: str
    hooks: tuple[InstalledHook, ...]
    trusted: bool | None
    last: str
    next: str
    closed: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing of ours is broken there."""
        return not any(hook.problem for hook in self.hooks) and self.trusted is not False

    def to_dict(self) -> dict[str, Any]:
        """The health as JSON-ready data."""
        return {
            "client": self.client.name,
            "program": self.program or None,
            "version": self.version or None,
            "hooks": [{"where": one.where, "command": one.command,
            "problem": one.problem or None} for one in self.hooks],
            "trusted": self.trusted,
            "moments": {**dict.fromkeys(self.client.moments), **self.client.cannot},
            "last": self.last or None,
            "closed": self.closed or None,
            "next": self.next or None,
        }  # fmt: skip


def examine(client: Client, project: str, last: dict[str, str]) -> Health:
    """The health of one client."""
    program = find_program(client.program) if client.program else ""
    numbers = version_of(program) if program and not client.is_experimental and client.adds_to_prompts else ()
    hooks = _hooks(client, project)
    trusted = client.trusts_ours(program, project or os.getcwd()) if program and hooks else None
    found = Health(
        client, program, ".".join(map(str, numbers)), hooks, trusted, last.get(client.name, ""), "",
        _closed(client, project),
    )  # fmt: skip
    return found.replace(next=_next(found, numbers))


def _closed(client: Client, project: str) -> str:
    """Why nothing is read or written in the settings that a project has for a client; else an empty text."""
    for target in targets_of(client, project):
        try:
            if target.project:
                settings_file(target)
        except CtxloadError as error:
            return f"{error}, and a hook that stands there is not looked at"
    return ""


def _hooks(client: Client, project: str) -> tuple[InstalledHook, ...]:
    found: list[InstalledHook] = []
    for target in targets_of(client, project):
        try:
            path = settings_file(target)
            text = read_settings(path)
            if text is None:
                continue
            if client.code_file:
                if code_of(target) == text:
                    found.append(InstalledHook(path))
                elif is_our_code(text):
                    found.append(
                        InstalledHook(
                            path, "", f"is not as this ctxload writes it: `ctxload install {client.name}` renews it"
                        )
                    )
                continue
            commands = dict.fromkeys(one.command for one in installed(client, text)) if text.strip() else {}
            why = unread(client, text) if commands else ""
            unloaded = f"stands in a file that {client.title} does not load: {why}" if why else ""
            older = _older(lacking(client, text), target) if commands else ""
            found += [
                InstalledHook(
                    path, command, _all(unloaded, _trusts(target, command)) or _all(_problem(command, target), older)
                )
                for command in commands
            ]
        except RefusedSettings as refused:
            found.append(InstalledHook(path, "", f"cannot be read: {refused}"))
        except CtxloadError:
            continue
    try:
        if is_plugin_there(client):
            target = Target(client)
            command = plugin_command(client) if read_record(target).get("plugin") else ""
            older = _older(["some events"], target) if command and is_plugin_older(target) else ""
            found.append(
                InstalledHook("the plugin ctxload", command, command and _all(_problem(command, target), older))
            )
    except CtxloadError:
        pass
    return tuple(found)


def _all(*problems: str) -> str:
    """What is wrong, all of it: none of it hides behind another."""
    return "; ".join(filter(None, problems))


def _older(events: list[str], target: Target) -> str:
    """What is wrong with hooks that an older version wrote: some moments bring nothing."""
    again = f"ctxload install {target.client.name}{' --project' if target.project else ''}"
    return f"is of an older version, without {', '.join(events)}: `{again}` renews it" if events else ""


def _trusts(target: Target, command: str) -> str:
    """What is wrong with a project's hook that answers where nobody allowed it: that is not for the project to say."""
    if not target.project or "--trust" not in _words(command):
        return ""
    return f"says `--trust`, which only you may say: take it out, or `ctxload install {target.client.name} --project`"


def _problem(command: str, target: Target) -> str:
    """What is wrong with a hook's command. Only what `install` writes is tried, with a call that asks for nothing."""
    again = f"`ctxload install {target.client.name}{' --project' if target.project else ''}`"
    words = _as_written(command, target)
    if not words:
        return _unknown(command, again)
    program = find_program(words[0])
    if not program:
        where = " outside this project" if target.project else ""
        return f"`{words[0]}` doesn't exist, or isn't on the path{where}: run {again} again"
    ran = ask([program, *words[1:]], 20, b"{}")
    if ran.status != 0 or ran.out:
        return f"does not answer (status {ran.status}): {(ran.err.strip() or 'no reason given').splitlines()[-1][:200]}"
    return ""


def _as_written(command: str, target: Target) -> list[str]:
    """The words of a command line that is, character for character, what `install` writes here; else none."""
    if found := re.search(r"(?: --max-chars ([1-9][0-9]{0,8}))?((?: --source [a-z][\w:/.-]*)*)$", command):
        target = target.replace(max_chars=int(found[1] or 0), sources=tuple(found[2].split(" --source ")[1:]))
    return hook_words(target) if command == hook_command(target) else []


def _unknown(command: str, again: str) -> str:
    """What is told of a line that `install` does not write, without running any of it."""
    words = _words(command)
    if not words:
        return "isn't a command line"
    if os.path.isabs(words[0]) and not os.path.exists(words[0]):
        return f"`{words[0]}` doesn't exist: run {again} again"
    if EXPOSED.search(command):
        return f"lets Python import modules from the folder of any project, so that its code runs: {again} replaces it"
    return f"is unknown, no line that {again} writes here, and was not tried: look at it; {again} replaces it"


def _words(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command, posix=True)
    except ValueError:
        return []


def _next(found: Health, numbers: tuple[int, ...]) -> str:
    client = found.client
    broken = [hook for hook in found.hooks if hook.problem]
    if broken:
        return "\n".join(f"{hook.where}: {hook.problem}" for hook in broken)
    if not found.hooks:
        return f"`ctxload install {client.name}`" if found.program else ""
    if numbers and client.least and numbers < client.least:
        return f"update {client.title}: it needs {'.'.join(map(str, client.least))} or newer"
    if found.trusted is False:
        return client.trust
    if not found.last and client.adds_to_prompts:
        return "send a prompt whose words match an entry of the index"
    return ""


def last_given() -> dict[str, str]:
    """For each client the last time it was given something, and what."""
    return {client: f"{when}  {detail}" for when, client, outcome, detail in log_lines() if outcome == "given"}


def run_doctor(name: str, *, as_json: bool) -> int:
    """Examines one client, or all; the exit status."""
    clients = [find_installable(name)] if name else [find(one) for one in INSTALLABLE]
    last, project = last_given(), project_root()
    found = [examine(client, project, last) for client in clients]
    refused, broken = (_why_refused(), _why_broken()) if any(one.hooks for one in found) else ("", "")
    for why in filter(None, (refused, broken)):
        found = [_refused(one, why) if one.hooks and one.client.adds_to_prompts else one for one in found]
    late = late_prompts(project)
    if as_json:
        say(json.dumps([{**one.to_dict(), "late": len(late)} for one in found], indent=2) + "\n")
    else:
        lines = [*late_lines(late), *_lines(found, bool(name)), *_trust_lines(), *_setting_lines(), *_finding_lines()]
        say("".join(line + "\n" for line in lines))
    if os.environ.get("CTXLOAD_DISABLE", "0") not in ("", "0"):
        remark(["ctxload: CTXLOAD_DISABLE is set: no prompt gets anything"])
    well = not refused.startswith(UNKNOWN) and all(one.well for one in found) and (not name or bool(found[0].hooks))
    return EXIT_DONE if well and not late and not broken else EXIT_NO


def _why_broken() -> str:
    """Why the index of this project cannot serve; an empty text where it can, or there is none."""
    from ...project.build import build
    from ...project.snapshot import load_compiled
    from ...workspace.allowing import here

    place = here()
    if place is None or why_not(place) or load_compiled(place) is not None:
        return ""
    try:
        build(place, keep=False)
    except CtxloadError as error:
        said = error.concise()
        return f"prompts here get nothing: {said}; see `ctxload check`"
    return ""


def _why_refused() -> str:
    """Why agent clients are given nothing of this project, and what to do; an empty text where they are, or there is
    none.
    """
    from ...errors import ForeignIndexError
    from ...workspace.trust import find as find_project

    place = place_here()
    why = why_not(place) if place is not None else ""
    try:
        find_project()
    except ForeignIndexError as error:
        return f"{UNKNOWN} here: {error}"
    except CtxloadError:
        pass
    if place is None or not why:
        return ""
    said = f"{'denied' if why == DENIED else UNKNOWN} here, so that prompts get nothing"
    return f"{said}; to allow it, run {command(os.path.realpath(place.root))}"


def _refused(one: Health, why: str) -> Health:
    broken = any(hook.problem for hook in one.hooks)
    return one.replace(next=f"{one.next}\n{why}" if broken else why)


def _trust_lines() -> list[str]:
    """Whether this project is allowed, then the folders that the person allowed or denied, and where that stands."""
    words = {ALLOWED: "allowed", PROJECT: "allowed", DENIED: "denied"}
    place = place_here()
    why = why_not(place) if place is not None else UNKNOWN
    lines = sorted((path, words[mark]) for mark, _, path in known().values() if mark in words)
    here = f"  here     {words.get(why, why) or 'allowed'}: {escape(os.path.realpath(place.root))}" if place else ""
    rows = [*filter(None, [here]), *_few(f"  {word:8} {escape(path)}" for path, word in lines)]
    return [f"Projects, by {escape(allowed_file())}", *rows] if rows else []


def _few(rows: Iterable[str]) -> list[str]:
    """The first of many rows."""
    return first_of(rows, more="  and {} more")


def _moment_lines(client: Client) -> list[str]:
    """At which moments something reaches the model, and why not at the others."""
    covered = [name for name in MOMENTS if name in client.moments]
    return [f"  moments  {', '.join(covered)}", *(f"           {name}: {why}" for name, why in client.cannot.items())]


def _setting_lines() -> list[str]:
    """What the person set, where it stands, and what of it says nothing."""
    settings, wrong = own_settings()
    rows = [
        f"  {name}: {str(value).lower()}  {SETTINGS[name] if value else ''}".rstrip()
        for name, value in settings.items()
    ]
    rows += _few(f"  {escape(line)}" for line in (*_own_skills(), *wrong))
    return [f"Settings, by {escape(own_settings_file())}", *rows] if rows else []


def _own_skills() -> list[str]:
    """The folders of skills that the person named, and what keeps one from being read."""
    from ...formats.sources import own_skill_faults
    from ...workspace.own.home import OpenTree, faults
    from ...workspace.own.settings_file import skill_folders

    folders = skill_folders()
    said = [f"skills: {', '.join(folders)}  given in every project beside its own"] if folders else []
    return [*said, *faults(), *own_skill_faults(OpenTree(os.getcwd()), folders)]


def _finding_lines() -> list[str]:
    """The findings that the person allowed, and where that stands."""
    rows = _few(f"  {code}   {escape(path)}" for code, path in allowed_findings())
    return [f"Findings that are no longer withheld, by {escape(findings_file())}", *rows] if rows else []


def _is_here(one: Health) -> bool:
    """Whether there is anything to say of a client."""
    return bool(one.program or one.hooks or one.closed)


def _lines(found: list[Health], named: bool) -> list[str]:
    lines: list[str] = []
    for one in found:
        if not (named or _is_here(one)):
            continue
        lines.append(f"{one.client.title}{'  (experimental)' if one.client.is_experimental else ''}")
        lines.append(
            f"  program  {escape(one.program) or 'not on the path'}{f', version {one.version}' if one.version else ''}"
        )
        for hook in one.hooks or (InstalledHook("not installed"),):
            lines.append(f"  hook     {escape(hook.where)}")
            if hook.command:
                lines.append(f"           {escape(hook.command)}")
        if one.closed:
            lines.append(f"  closed   {one.closed}")
        if one.trusted is not None:
            lines.append(f"  trusted  {'yes' if one.trusted else 'no'}")
        if one.hooks and one.client.adds_to_prompts:
            lines += _moment_lines(one.client)
            lines.append(f"  last     {escape(one.last) or 'never given anything yet'}")
        first, *others = one.next.split("\n")
        lines.append(f"  next     {escape(first) or 'nothing to do'}")
        lines += [f"           {escape(other)}" for other in others]
    if absent := [one.client.title for one in found if not (named or _is_here(one))]:
        lines.append(f"Not here: {', '.join(absent)}")
    return lines

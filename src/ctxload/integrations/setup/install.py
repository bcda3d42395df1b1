"""`ctxload install` and `ctxload uninstall`: ctxload in an agent client or an editor, and out of it again.

A plan first, which `--dry-run` shows: files as they would be, and the client's own commands that would be run. What was
inserted where is noted in the user's data folder, so that `uninstall` leaves a file byte for byte as it was.
"""

from __future__ import annotations

import json
import os
import sys

from ...errors import EXIT_DONE, EXIT_NO, CtxloadError
from ...output import remark, say
from ...text.escaping import escape
from ..clients.client import PLUGIN
from ..clients.registry import INSTALLABLE, find
from ..without_index import place_without_index
from .command_line import shell_line
from .files import FileChange, missing_folders, read_settings, write_settings
from .places import Target, data_folder
from .plan import Plan, is_plugin_there, plan_install, plan_uninstall
from .records import forget_record, read_record, write_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...workspace.locations import Place


def run_install(target: Target, *, dry_run: bool, yes: bool) -> int:
    """Installs, after showing what that means; the exit status."""
    plan = plan_install(target)
    if not plan.changes and not plan.commands:
        remark(
            [
                f"ctxload: {_in(target)} already: nothing changed",
                *map(_line, (*plan.remarks, *(() if dry_run else _allowed(target)))),
            ]
        )
        if not dry_run:
            _make_ready(target)
        return EXIT_DONE
    if (asked := _agreed(target, plan, dry_run=dry_run, yes=yes, verb="install")) is not None:
        return asked
    record: dict[str, Any] = {}
    last = read_record(target)
    for change in plan.changes:
        again = last if change.before is not None and last.get("file") == change.path else {}
        made = change.before is None or bool(again.get("made"))
        folders = missing_folders(change.path) or list(again.get("folders") or ())
        write_settings(change)
        record = {"file": change.path, "made": made, "folders": folders, "insertions": list(change.insertions)}
    if plan.commands:
        from .plugin_files import write

        before = read_settings(plan.guarded) if plan.guarded else None
        if is_plugin_there(target.client):
            before = read_record(target).get("before", before)
        write(plan.folder, dict(plan.files))
        record = {"plugin": plan.folder, "before": before}
        try:
            _run_all(target, plan.commands)
        except CtxloadError:
            _take_back(target, plan, record)
            raise
    unnoted = write_record(target, record)
    remark([f"ctxload: {_in(target)} now", *map(_line, (*unnoted, *plan.remarks, *_allowed(target)))])
    _make_ready(target)
    return EXIT_DONE


def _make_ready(target: Target) -> None:
    """Makes what a first prompt would wait for, in the project that `install` was run in; says what is wrong there."""
    from ...project.helper import make_ready

    place = _place(target)
    if place is None:
        return
    try:
        make_ready(place)
    except CtxloadError as error:
        remark([f"ctxload: no prompt gets anything of this project yet: {escape(str(error))}"])


def _allowed(target: Target) -> tuple[str, ...]:
    """Remembers the project that `install` was run in as allowed, and says so; nothing where it was run in none."""
    from ...workspace.allowing import also

    place = _place(target)
    if place is None:
        return ()
    said = f"there is no index here: prompts get what {' and '.join(place.sources)} files select"
    alone = () if os.path.lexists(place.path) else (f"{said}; `ctxload init` makes one",)
    return (*also(place.root), *alone)


def _place(target: Target) -> Place | None:
    """The project that `install` was run in, as the hook will find it; None where it was run in none."""
    from ...workspace.allowing import here
    from ...workspace.locations import discover

    if not target.client.adds_to_prompts:  # its commands answer the person
        return None
    if (place := here()) is not None:
        return place.replace(sources=target.sources)
    if target.sources:
        return discover(environ={}, sources=target.sources)
    return place_without_index("", target.client.name)


def run_uninstall(target: Target, *, dry_run: bool, yes: bool) -> int:
    """Removes what `install` added, after showing what that means; the exit status."""
    plan = plan_uninstall(target)
    if not plan.changes and not plan.commands:
        forget_record(target)
        remark([*map(_line, plan.remarks)] or [f"ctxload: not {_in(target)}: nothing changed"])
        return EXIT_DONE
    if (asked := _agreed(target, plan, dry_run=dry_run, yes=yes, verb="uninstall")) is not None:
        return asked
    record = read_record(target)
    for change in plan.changes:
        write_settings(change)
    if plan.commands:
        _run_all(target, plan.commands)
        _restore(plan.guarded, record)
        _remove_folder(target, record)
    for folder in record.get("folders") or ():
        try:
            os.rmdir(folder)
        except OSError:
            break
    forget_record(target)
    remark([f"ctxload: no longer {_in(target)}", *map(_line, plan.remarks)])
    return EXIT_DONE


def _run_all(target: Target, commands: tuple[tuple[str, ...], ...]) -> None:
    """Runs the client's own commands. Raises CtxloadError with what the client said."""
    from ...workspace.processes import ask

    for words in commands:
        ran = ask([*words])
        if ran.status != 0:
            said = (ran.err.strip() or ran.out.strip() or f"status {ran.status}").splitlines()[-1][:300]
            line = " ".join(words[1:])
            raise CtxloadError(
                f"`{target.client.program} {line}` failed: {said}; `ctxload install {target.client.name} --settings` "
                "writes the settings file instead"
            )


def _take_back(target: Target, plan: Plan, record: dict[str, Any]) -> None:
    """Undoes what the client's own commands did before one of them failed, as far as they can."""
    from ...workspace.processes import ask

    for words in target.client.own.removes if target.client.own else ():
        ask([plan.commands[0][0], *words])
    _restore(plan.guarded, record)
    _remove_folder(target, record)


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
        write_settings(FileChange(path, now, before))


def _remove_folder(target: Target, record: dict[str, Any]) -> None:
    """Removes the folder of our plugin when no other client was given it."""
    import shutil

    folder = str(record.get("plugin", ""))
    others = [read_record(Target(find(name))) for name in INSTALLABLE if name != target.client.name]
    is_ours = os.path.dirname(folder) == data_folder()
    if is_ours and not any(other.get("plugin") == folder for other in others):
        shutil.rmtree(folder, ignore_errors=True)


def _agreed(target: Target, plan: Plan, *, dry_run: bool, yes: bool, verb: str) -> int | None:
    """Shows the plan and asks; None when it is to be done, else the exit status."""
    if dry_run or not yes:
        say(shown(plan))
    if dry_run:
        return EXIT_DONE
    if yes:
        return None
    if sys.stdin is not None and sys.stdin.isatty() and input("do this? [y/N] ").strip().lower() in ("y", "yes"):
        return None
    remark([f"ctxload: nothing was changed; `ctxload {verb} {target.client.name} --yes` does this"])
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


def _in(target: Target) -> str:
    where = f"in this project ({escape(target.project)})" if target.project else "for you"
    return f"installed in {target.client.title} {where}"


def _line(text: str) -> str:
    return f"ctxload: {escape(text)}"

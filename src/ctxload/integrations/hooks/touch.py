"""The calls of tools that touch files: which entries they call for, and whether there is anything to give.

Most of them bring nothing, so that only what decides this is imported here; `touch_answer` gives what there is.
"""

from __future__ import annotations

import os

from ...errors import NoIndexError
from ...workspace.globs import Paths
from ...workspace.tree import clean
from .quiet import COMMANDS, PATHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...project.snapshot import Project
    from ..clients.client import Call
    from .quiet_writer import QuietCall
    from .turn import Turn

#: How many files of one call count.
MOST = 100


def touch(call: Call, max_chars: int, is_trusted: bool, quiet: QuietCall, turn: Turn) -> bytes:
    """What the model is given with the answer to a tool's call, handed over; empty where that is nothing.

    Of a project that isn't there or isn't allowed nothing is said: the prompt said that.
    """
    from ...workspace.locations import discover
    from ...workspace.trust import DENIED, why_not

    try:
        place = discover(start=call.folder)
    except NoIndexError:
        quiet.keep_nowhere()
        return b""
    why = why_not(place, call.folder or os.getcwd())
    if why and (why == DENIED or not is_trusted):
        quiet.keep_refused(place)
        return b""
    from ...project.opening import with_project
    from .answer import compiled

    return with_project(
        place, lambda project: _touch(project, call, max_chars, quiet, turn), build=lambda place: compiled(place, turn)
    )


def _touch(project: Project, call: Call, max_chars: int, quiet: QuietCall, turn: Turn) -> bytes:
    tables, out = project.tables, b""
    names = touched_files(call, project.place.root) if tables.meta.at_hand else []
    asked = Paths(names)
    if any(asked.first(tables.entries[number].for_files)[1] for number in tables.meta.at_hand):
        from .touch_answer import give_touched

        out = give_touched(project, call, names, max_chars, turn)
    quiet.keep(project, call)
    return out


# ── the files ────────────────────────────────────────────────────────────────────────────────────────────


def touched_files(call: Call, root: str) -> list[str]:
    """The files that a call touches, from the root; those that lie elsewhere are left out."""
    return _from_root(call, root, _named(call)[0])


def written_files(call: Call, root: str) -> list[str]:
    """Those that it surely writes, from the root."""
    return _from_root(call, root, _named(call)[1])


def _named(call: Call) -> tuple[list[str], list[str]]:
    """The files that a call touches, and those that it writes, as it names them."""
    values: dict[str, Any] = call.tool_input or {}
    named = [value for name in PATHS if isinstance(value := values.get(name), str) and value]
    several = values.get("replacements")
    for one in several if isinstance(several, list) else ():
        if isinstance(one, dict):
            named += [value for name in PATHS if isinstance(value := one.get(name), str)]
    if named and call.tool in call.client.writes:
        return named, named
    text = next((value for name in COMMANDS if isinstance(value := values.get(name), str)), "")
    if call.tool in call.client.writes:
        from .shell_files import files_of_patch

        patched = [*files_of_patch(text)]
        return patched, patched
    from .shell_files import files_in

    found = files_in(text.replace("\\", "/") if call.tool.lower() == "powershell" else text)
    return [*found.touched], [*found.written]


def _from_root(call: Call, root: str, names: list[str]) -> list[str]:
    """Files that are named from the folder in which the client works, from the root."""
    folder = call.folder or os.getcwd()
    found: dict[str, None] = {}
    for name in names[:MOST]:
        if "\0" in name:
            continue
        path = os.path.normpath(os.path.join(folder, os.path.expanduser(name)))
        for top, full in ((root, path), (os.path.realpath(root), os.path.realpath(path))):
            if full.startswith(os.path.join(top, "")):
                clean_name, wrong = clean(full[len(os.path.join(top, "")) :].replace(os.sep, "/"))
                if clean_name and not wrong:
                    found[clean_name] = None
                break
    return [*found]

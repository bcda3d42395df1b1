"""The files that a tool's call names, from the root of the project, whatever tool of whichever client it is."""

from __future__ import annotations

import os

from ...workspace.tree import clean
from .quiet import COMMANDS, PATHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients.client import Call

#: How many files of one call count.
MOST = 100


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

"""The plugin as `ctxload install` gives it to a client: hooks that call the installed ctxload, the skill, the command.

The texts are those of the repository, which is a plugin itself; there it runs its own sources.
"""

from __future__ import annotations

import json
import os

from ...version import __version__
from ...workspace.atomic import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from typing import Any

    from ..clients.client import Client, OwnCommands

#: How the plugin of the repository calls the copy that it carries.
CARRIED = 'sh "${CLAUDE_PLUGIN_ROOT}/bin/ctxload"'
#: The files that are given as they are.
TEXTS = ("README.md", "LICENSE", "icon.png", "skills/context-index/SKILL.md", "commands/explain.md")


#: What the manifest says of where things are in the repository; in what is given they are where clients look by
#: themselves.
PLACES = {"hooks", "skills", "commands", "icon"}


def source() -> Traversable:
    """The plugin's files: within the package, or beside its sources."""
    from importlib.resources import files

    package = files("ctxload")
    inside = package.joinpath("plugin_files")
    return inside if inside.is_dir() else package.joinpath("..", "..", "plugin")


def files_for(client: Client, command: str) -> dict[str, bytes]:
    """The files of a marketplace with our plugin, or of an extension, by their paths."""
    assert client.own is not None
    return _marketplace(client.own, command) if client.own.plugin else _extension(client, command)


def _marketplace(own: OwnCommands, command: str) -> dict[str, bytes]:
    top, below = source(), own.plugin
    entry = {"name": "ctxload", "source": f"./{below}", "description": _manifest()["description"]}
    found = {
        ".claude-plugin/marketplace.json": _json(
            {"name": "ctxload", "owner": {"name": "ctxload"}, "plugins": [entry]}
        ),
        f"{below}/.claude-plugin/plugin.json": _json({**_manifest(), "version": __version__}),
        f"{below}/hooks/hooks.json": _json(_hooks(command)),
    }  # fmt: skip
    for name in TEXTS:
        found[f"{below}/{name}"] = top.joinpath(*name.split("/")).read_bytes()
    return found


def _extension(client: Client, command: str) -> dict[str, bytes]:
    from .hook_entries import entries_of

    hooks = entries_of(client, command)
    skill = source().joinpath("skills", "context-index", "SKILL.md").read_bytes()
    return {
        "gemini-extension.json": _json(
            {"name": "ctxload", "version": __version__, "description": _manifest()["description"]}
        ),
        "hooks/hooks.json": _json({"hooks": hooks}),
        "skills/context-index/SKILL.md": skill,
    }


def _manifest() -> dict[str, Any]:
    file = source().joinpath(".claude-plugin", "plugin.json")
    if not file.is_file():
        file = source().joinpath("..", ".claude-plugin", "plugin.json")
    return {name: value for name, value in json.loads(file.read_bytes()).items() if name not in PLACES}


def _hooks(command: str) -> dict[str, Any]:
    """The hooks of the plugin, calling `command`; what only looks for Python has nothing to do."""
    data = json.loads(source().joinpath("hooks", "hooks.json").read_bytes())
    hooks: dict[str, list[dict[str, Any]]] = {}
    for event, groups in data["hooks"].items():
        for group in groups:
            if group["hooks"][0]["command"] == f"{CARRIED} hook":
                group["hooks"][0]["command"] = command
                hooks.setdefault(event, []).append(group)
    return {"description": data["description"], "hooks": hooks}


def _json(data: object) -> bytes:
    return (json.dumps(data, indent=2) + "\n").encode()


def write(folder: str, files: dict[str, bytes]) -> bool:
    """Writes files below a folder, each at once; whether anything changed."""
    changed = False
    for name, data in files.items():
        path = os.path.join(folder, *name.split("/"))
        try:
            with open(path, "rb") as file:
                if file.read() == data:
                    continue
        except OSError:
            pass
        os.makedirs(os.path.dirname(path), exist_ok=True)
        put(path, data)
        changed = True
    return changed

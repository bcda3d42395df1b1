"""The person's own settings: where the file is, and the folders of skills that it names.

`skills: ~/.claude/skills, ~/.agents/skills` is a line of it. The other lines are read by who needs them
(`integrations.own_settings`).
"""

from __future__ import annotations

import os

from ..locations import data_folder
from ..trust import read

#: The name of the line, and how many folders it may name.
SKILLS, MOST = "skills", 20


def settings_file() -> str:
    """Where they are; an empty text where nothing can be kept."""
    folder = data_folder()
    return folder and os.path.join(folder, "settings.yml")


def settings_text() -> str:
    """What stands there; nothing where somebody else may write it."""
    return read(settings_file()).decode("utf-8", "replace")


def skill_folders(text: str | None = None) -> tuple[str, ...]:
    """The folders of the person's own skills, as they are named, each once.

    >>> skill_folders("hold: true\\nskills: ~/.claude/skills, ~/.agents/skills/  # mine\\n")
    ('~/.claude/skills', '~/.agents/skills')
    """
    named: tuple[str, ...] = ()
    for line in (settings_text() if text is None else text).removeprefix("\ufeff").splitlines():
        name, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if name == SKILLS:
            named = tuple(dict.fromkeys(_written(value)))
    return tuple(folder for folder in named if not why_no_folder(folder))[:MOST]


def _written(value: str) -> list[str]:
    bare = value.removeprefix("[").removesuffix("]")
    return [one.strip().strip("'\"").rstrip("/") for one in bare.split(",") if one.strip()]


def wrong_folders(value: str) -> list[str]:
    """What is wrong with the folders of a line.

    >>> wrong_folders("~/.claude/skills, ~")
    ['`~` is your whole home: name a folder in it']
    """
    return [f"`{folder[:80]}` {why}" for folder in _written(value) if (why := why_no_folder(folder))]


def why_no_folder(folder: str) -> str:
    """Why a folder cannot be one of skills, as it is written; an empty text where it can."""
    parts = folder.replace("\\", "/").split("/")
    if folder in ("~", "~/."):
        return "is your whole home: name a folder in it"
    if parts[0] != "~" or len(parts) < 2 or {"", ".", ".."} & set(parts) or not folder.isprintable():
        return "isn't a folder below your home: write it as `~/.claude/skills`"
    return ""

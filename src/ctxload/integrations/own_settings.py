"""What the person sets for themselves: a small file beside what they allowed, which no project and no variable names.

A line each, `hold: true`; `#` begins a remark. It is read only where something would be given.
"""

from __future__ import annotations

import os

from ..workspace.locations import data_folder
from ..workspace.trust import read

#: The settings, and what each is for.
SETTINGS = {
    "hold": "refuses the first write of a conversation once, with its documents as the reason",
    "stats": "records what prompts are given, for `ctxload stats`",
    "tasks": "keeps the text of prompts in these records",
}
#: Those that are on unless the person says otherwise.
ON = {"stats"}
VALUES = {"true": True, "false": False}


def settings_file() -> str:
    """Where they are; an empty text where nothing can be kept."""
    folder = data_folder()
    return folder and os.path.join(folder, "settings.yml")


def is_on(name: str) -> bool:
    """Whether a setting is on; a file that somebody else may write says nothing."""
    return own_settings()[0].get(name, name in ON)


def own_settings() -> tuple[dict[str, bool], list[str]]:
    """The settings, and what is wrong with the lines that say nothing."""
    return parse(read(settings_file()).decode("utf-8", "replace"))


def parse(text: str) -> tuple[dict[str, bool], list[str]]:
    r"""The settings of a text, the last of a name; and what is wrong with lines that say nothing.

    >>> parse("# mine\nhold: true  # at first\n")
    ({'hold': True}, [])
    >>> parse("holt: true\nhold: yes please\n")[1]
    ['line 1: unknown setting `holt`: use hold, stats, tasks', 'line 2: `hold` is true or false']
    """
    found: dict[str, bool] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        name, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if name in SETTINGS and value in VALUES:
            found[name] = VALUES[value]
        elif name in SETTINGS:
            wrong.append(f"line {number}: `{name}` is true or false")
        elif name or value:
            wrong.append(f"line {number}: unknown setting `{name[:40]}`: use {', '.join(SETTINGS)}")
    return found, wrong

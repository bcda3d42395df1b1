"""What the person sets for themselves: a small file beside what they allowed, which no project and no variable names.

A line each, `hold: true`; `#` begins a remark. It is read only where something would be given.
"""

from __future__ import annotations

import os

from ..workspace.own.settings_file import SKILLS, settings_text, wrong_folders
from ..workspace.own.settings_file import settings_file as settings_file

#: The settings, and what each is for.
SETTINGS = {
    "hold": "refuses the first write of a conversation once, with its documents as the reason",
    "stats": "records what prompts are given, for `ctxload stats`",
    "tasks": "keeps the text of prompts in these records",
}
#: Those that are on unless the person says otherwise.
ON = {"stats"}
VALUES = {"true": True, "false": False}


def is_on(name: str) -> bool:
    """Whether a setting is on; a file that somebody else may write says nothing."""
    return name in all_on()


def all_on() -> set[str]:
    """The settings that are on."""
    found = own_settings()[0]
    return {name for name in SETTINGS if found.get(name, name in ON)}


#: What is said of a file that stands there and of which nothing is taken.
NOT_READ = "nothing of it is read, since others may write it, or it is too large: make it yours alone (chmod 600)"


def own_settings() -> tuple[dict[str, bool], list[str]]:
    """The settings, and what is wrong with the lines that say nothing, or with the whole file."""
    text = settings_text()
    found, wrong = parse(text)
    return found, wrong if text or not _holds_something() else [NOT_READ]


def _holds_something() -> bool:
    try:
        return os.stat(settings_file()).st_size > 0
    except OSError:
        return False


def parse(text: str) -> tuple[dict[str, bool], list[str]]:
    r"""The settings of a text, the last of a name; and what is wrong with lines that say nothing.

    >>> parse("# mine\nhold: true  # at first\n")
    ({'hold': True}, [])
    >>> parse("holt: true\nhold: yes please\n")[1]
    ['line 1: unknown setting `holt`: use hold, stats, tasks, skills', 'line 2: `hold` is true or false']
    """
    found: dict[str, bool] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        name, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if name in SETTINGS and value in VALUES:
            found[name] = VALUES[value]
        elif name in SETTINGS:
            wrong.append(f"line {number}: `{name}` is true or false")
        elif name == SKILLS:
            wrong += [f"line {number}: {fault}" for fault in wrong_folders(value)]
            if not value.removeprefix("[").removesuffix("]").strip():
                wrong.append(f"line {number}: `skills` names no folder: write it behind the colon, `~/.claude/skills`")
        elif name or value:
            wrong.append(f"line {number}: unknown setting `{name[:40]}`: use {', '.join((*SETTINGS, SKILLS))}")
    return found, wrong

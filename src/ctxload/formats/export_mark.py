r"""What `export` writes says where it came from, so that it is known again: read as the document it stands for.

>>> text = mark("api", ("context/api.md",), "# API\n")
>>> print(text, end="")
<!-- written by ctxload export: {"id": "api", "from": ["context/api.md"]} -->
# API
>>> unmark(text)
[Part(id='api', paths=('context/api.md',), text='# API\n')]
>>> unmark("# Mine\n")
[]
"""

from __future__ import annotations

import json

from ..record import Record

START, END = "<!-- written by ctxload export: ", " -->"


class Part(Record):
    """A text that was exported: the entry's id, the files it was made from, and what it says."""

    id: str
    paths: tuple[str, ...]
    text: str


def mark(name: str, paths: tuple[str, ...], text: str) -> str:
    """The text with a first line that names the entry and the files it was made from.

    EDGE CASE: a line of the text that looks like a mark gets a backslash before it, and loses it when it is read.
    """
    about = json.dumps({"id": name, "from": list(paths)}, ensure_ascii=False)
    about = about.replace("--", "-\\u002d").replace(">", "\\u003e")
    rows = ["\\" + line if line.lstrip("\\").startswith(START) else line for line in text.split("\n")]
    return "\n".join([START + about + END, *rows])


def unmark(text: str) -> list[Part]:
    """The exported texts in a text that begins with one, in order; nothing where a person wrote it."""
    parts: list[Part] = []
    rows: list[str] = []
    for line in text.split("\n"):
        about = _about(line)
        if about is not None:
            if rows:  # the line end before the next mark
                parts[-1] = parts[-1].replace(text="\n".join([*rows, ""]))
            rows = []
            parts.append(about)
        elif not parts:
            return []
        else:
            rows.append(line[1:] if line.lstrip("\\").startswith(START) else line)
    if parts:
        parts[-1] = parts[-1].replace(text="\n".join(rows))
    return parts


def _about(line: str) -> Part | None:
    if not (line.startswith(START) and line.endswith(END)):
        return None
    try:
        found = json.loads(line[len(START) : -len(END)])
        name, paths = found["id"], tuple(found["from"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Part(name, paths, "") if all(isinstance(value, str) for value in (name, *paths)) else None

"""`ctxload status`: how ctxload stands in a project, in a few lines: index, compiled index, clients, last prompt.

No client is run and nothing is written: `check` and `doctor` look closer, and say what to do.
"""

from __future__ import annotations

import os

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, NoIndexError
from ..output import say
from ..project.snapshot import load_compiled, path_for
from ..record import Record
from ..text.escaping import escape
from ..text.wording import counted
from ..workspace.locations import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.locations import Place


class Line(Record):
    """One line of the status: what it is about, what there is to say, and whether that is as it should be."""

    about: str
    text: str
    well: bool = True


def main(*, index: str, root: str, json: bool) -> int:
    """Prints the status; the exit status."""
    lines = list(status_of(index, root))
    if json:
        import json as writer

        data = [{"about": line.about, "text": line.text, "well": line.well} for line in lines]
        say(writer.dumps({"status": data}, indent=2, ensure_ascii=False) + "\n")
    else:
        say("".join(f"{line.about:9} {escape(line.text)}\n" for line in lines))
    return EXIT_DONE if all(line.well for line in lines) else EXIT_NO


def status_of(index: str, root: str) -> list[Line]:
    """What there is to say."""
    try:
        place = discover(index=index, root=root)
    except NoIndexError as missing:
        from ..integrations.without_index import place_instead
        from ..workspace.trust import why_not

        served = place_instead(missing, named=index or root)
        if served is not None:
            said = f"none; in agent clients prompts get what {' and '.join(served.sources)} files select"
            said += "" if not why_not(served) else ", once you allow it: `ctxload allow`"
            return [
                Line("project", served.root), Line("index", said), *_skills(served.root), *_clients(served.root),
                _last(served.root),
            ]  # fmt: skip
        return [Line("index", f"{missing}", well=False), *_clients("")]
    return [
        Line("project", place.root), *_index(place), *_skills(place.root), *_clients(place.root), _last(place.root)
    ]  # fmt: skip


def _index(place: Place) -> list[Line]:
    project = load_compiled(place)
    if project is None:
        return [
            _read(place),
            Line("compiled", "not current: the next `ctxload resolve` makes it, or `ctxload compile`"),
        ]
    documents = path_for(place, "documents")
    read = "documents read" if documents and os.path.exists(documents) else "documents not read yet"
    return [
        Line("index", f"{place.name}: {counted(len(project.tables.entries), 'entry', 'entries')}"),
        Line("compiled", f"current, {read}"),
    ]


def _read(place: Place) -> Line:
    from ..project.build import build

    try:
        project = build(place, keep=False)
    except CtxloadError as broken:
        said = broken.concise()
        return Line("index", f"{said}; see `ctxload check`", well=False)
    return Line("index", f"{place.name}: {counted(len(project.tables.entries), 'entry', 'entries')}")


def _skills(root: str) -> list[Line]:
    """The person's own skills, where they named folders of some."""
    from ..formats.sources import own_skill_faults, read_own_skills
    from ..workspace.own.home import OpenTree, faults
    from ..workspace.own.settings_file import skill_folders

    tree, folders = OpenTree(root), skill_folders()
    wrong = [*faults(), *own_skill_faults(tree, folders)]
    found = [(folder, len(read_own_skills(tree, [folder]).index.entries)) for folder in folders]
    said = [f"{folder}: {counted(count, 'skill')}" for folder, count in found if count]
    return [Line("skills", "; ".join([*said, *wrong]), well=not wrong)] if folders else []


def _clients(root: str) -> list[Line]:
    """The clients with a hook of ours, and whether they are given documents here."""
    from ..integrations.clients.registry import INSTALLABLE, find
    from ..integrations.setup.presence import where_installed

    found = [(client.title, where_installed(client, root)) for client in map(find, INSTALLABLE)]
    there = [f"{title} ({', '.join(places)})" for title, places in found if places]
    if not there:
        return [Line("clients", "no hook is installed: `ctxload install` lists the clients")]
    return [Line("clients", "; ".join(there)), *([_trust(root)] if root else [])]


def _trust(root: str) -> Line:
    from ..integrations.without_index import place_here
    from ..workspace.trust import DENIED, why_not

    place = place_here(root)
    why = why_not(place) if place is not None else ""
    if not why:
        return Line("prompts", "get documents of this project")
    return Line("prompts", "denied here" if why == DENIED else "get nothing here until you run `ctxload allow`")


def _last(root: str) -> Line:
    """The last prompt that was answered in the project."""
    import json

    from ..integrations.hooks.journal import last_of

    kept = last_of(root)
    if not kept:
        return Line("last", "no prompt was given anything here yet")
    last = json.loads(kept)
    files = ", ".join(file["path"] for file in last["files"]) or "nothing"
    return Line("last", f"{last['time']}  {last['client']}  {files}")

"""`ctxload list`: the entries of an index, with their files, their sizes and who may have them."""

from __future__ import annotations

from ..errors import EXIT_DONE, EXIT_NO
from ..integrations.without_index import index_or_instead, name_of
from ..output import remark, say
from ..project.opening import with_project
from ..record import Record
from ..selection.entry_files import EntryFiles
from ..selection.scope import Scope
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..text.render import cells
from ..text.wording import counted, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..matching.tables import EntryRow
    from ..project.snapshot import Project
    from ..selection.model import LeftOut

#: How wide a column of names gets before the next one begins on the same line all the same.
WIDEST = 40


class Listed(Record):
    """An entry as it is listed: `files` are those that are there, `size` their bytes, `agents` None for everyone;
    `refused` is why what stands there may not be given, where nothing may.
    """

    id: str
    paths: tuple[str, ...]
    files: tuple[str, ...]
    size: int
    agents: tuple[str, ...] | None
    tags: tuple[str, ...]
    description: str
    refused: str = ""


def main(*, agent: str, tags: Sequence[str], sources: Sequence[str], index: str, root: str, json: bool) -> int:
    """Prints the entries that an agent may have, by default all; the exit status."""
    place = index_or_instead(index, root, tuple(sources))

    def show(project: Project) -> int:
        scope = Scope(project.tables, project.tree, agent, tuple(tags))
        files = EntryFiles(project.tables, project.tree)
        rows = project.tables.entries
        listed = [
            _listed(rows[number], number, files, project)
            for number in range(len(rows))
            if not (scope.why_out_of_scope(number, rows[number]) if agent else scope.why_not_tagged(number))
        ]
        say(_json(listed) if json else "".join(_lines(listed)))
        if not json:
            remark([f"ctxload: {name_of(place)}: {_count(listed)}"])
        remark(finding_lines([*scope.findings, *files.findings]))
        return EXIT_DONE if listed else EXIT_NO

    return with_project(place, show)


def _listed(row: EntryRow, number: int, entry_files: EntryFiles, project: Project) -> Listed:
    before = len(entry_files.left_out)
    files = entry_files.of(number)
    size = sum(project.tree.status(path).size for path in files)
    paths = tuple(path for path, _, _ in row.paths)
    left_out = entry_files.left_out[before:] if not files else []
    refused = next((_why(one) for one in left_out if project.tree.status(one.path).kind != "missing"), "")
    return Listed(row.id, paths, files, size, row.agents, row.tags, row.description, refused)


def _why(left_out: LeftOut) -> str:
    return left_out.why.removeprefix(f"`{left_out.path}` ")


def _lines(listed: list[Listed]) -> Iterator[str]:
    rows = [(escape(one.id), _size(one), _who(one), _where(one)) for one in listed]
    wide = [min(WIDEST, max((cells(row[column]) for row in rows), default=0)) for column in range(3)]
    for row in rows:
        name, size, who = (text + " " * (width - cells(text)) for text, width in zip(row, wide, strict=False))
        yield f"{name}  {size}  {who}  {row[3]}\n"


def _size(one: Listed) -> str:
    return size_of(one.size) if one.files else "refused" if one.refused else "missing"


def _who(one: Listed) -> str:
    return "everyone" if one.agents is None else escape(", ".join(one.agents)) or "nobody by keyword"


def _where(one: Listed) -> str:
    paths = escape(", ".join(one.paths)) + (f": {escape(one.refused)}" if one.refused else "")
    several = len(one.files) > 1 or (one.files and one.files != one.paths)
    return f"{paths} ({counted(len(one.files), 'file')})" if several else paths


def _count(listed: list[Listed]) -> str:
    files = {path for one in listed for path in one.files}
    return f"{counted(len(listed), 'entry', 'entries')}, {counted(len(files), 'file')}"


def _json(listed: list[Listed]) -> str:
    import json

    entries: list[dict[str, Any]] = [
        {
            "id": one.id,
            "paths": list(one.paths),
            "files": list(one.files),
            "size": one.size,
            "agents": None if one.agents is None else list(one.agents),
            "tags": list(one.tags),
            "description": one.description,
            "refused": one.refused or None,
        }
        for one in listed
    ]
    return json.dumps({"entries": entries}, indent=2, ensure_ascii=False) + "\n"

"""`ctxload resolve`: options → answer on stdout, remarks on stderr, exit status.

Both ways into the command end here: the quick one (`start`), which has parsed the ordinary options itself, and the
full one (`app`). What is printed is UTF-8 with plain line ends on every platform.
"""

from __future__ import annotations

import sys

from ..output import remark, say
from ..record import Record
from ..selection.model import FALLBACK, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..project.snapshot import Project
    from ..selection.model import Resolution

#: What `--match` may be, of `index.keys.MATCH_MODES`: that table has everything of an index, and is not read here.
SOUND_MATCH = ("", "focused", "whole")
#: The most that is read of a task from stdin, and of one line of a batch, in bytes.
STDIN_LIMIT = 16_000_000


class TaskOptions(Record):
    """The options of the commands that answer a task, `resolve` and those that go on from its answer."""

    words: tuple[str, ...] = ()
    agent: str = ""
    context: tuple[str, ...] | None = None
    match: str = ""
    tags: tuple[str, ...] = ()
    index: str = ""
    root: str = ""
    nul: bool = False
    json: bool = False
    files: tuple[str, ...] = ()
    changed: bool = False
    sources: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def main(**values: Any) -> int:
    """Answers one task, or a batch of them; the exit status."""
    if values.pop("batch", False):
        from .resolve_batch import run

        return run(**values)
    for field in ("workers", "scheduler", "resume", "summary"):
        if values.pop(field, None):
            from ..errors import UsageError

            raise UsageError(f"--{field} is for many tasks: use it with --batch")
    return resolve(TaskOptions(**values))


def resolve(options: TaskOptions) -> int:
    """Answers one task; the exit status. Raises CtxloadError where there is no answer."""
    project, resolution = answer(options, verdicts=options.json)
    if options.json:
        say(json_of(project, resolution))
    else:
        end = "\0" if options.nul else "\n"
        say("".join([path + end for path in resolution.paths]))
        if resolution.diagnostics or resolution.layer == FALLBACK or not resolution.files:
            from .resolve_remarks import lines_about

            remark(lines_about(resolution, project.diagnostics))
    return 0 if resolution.files else 1  # as `errors` has it, which is not imported where all is well


def answer(options: TaskOptions, *, verdicts: bool = False) -> tuple[Project, Resolution]:
    """The project that the options mean, and the resolution of their task in it, its `verdicts` worked out or not."""
    from ..project.opening import documents_of, with_project
    from ..selection.resolver import resolve as resolve_request
    from ..workspace.locations import discover

    request = request_of(options)
    if options.sources:
        from ..formats import check_sources

        check_sources(options.sources)
    try:
        place = discover(index=options.index, root=options.root, sources=options.sources)
    except Exception as missing:
        from ..integrations.without_index import served_instead  # imported where there is no index

        place = served_instead(missing, options.index or options.root or options.sources)
    if options.files or options.changed or options.context or "./" in request.task or ".\\" in request.task:
        from .resolve_here import from_here

        request = from_here(request, tuple(map(plain, options.files)), options.changed, place.root)

    def resolved(project: Project) -> tuple[Project, Resolution]:
        evidence = documents_of(project, looked=project.assembled is not None)
        resolution = resolve_request(project.tables, project.tree, request, project.diagnostics, evidence)
        if verdicts:
            resolution.verdicts  # noqa: B018  (read for what it does: what is stored is read now)
        return project, resolution

    return with_project(place, resolved)


def request_of(options: TaskOptions) -> Request:
    """The request the options make; reads stdin for the task `-`."""
    if options.match not in SOUND_MATCH:
        from ..index.keys import check_match

        check_match(options.match)
    if not (options.words or options.files or options.changed or options.context):
        from ..errors import UsageError

        raise UsageError(
            'no task: write it in quotes after the command, as in "fix the login", or `-` to read it from stdin; '
            "or name files with --file or --changed, or context with --context"
        )
    task = read_task() if options.words == ("-",) else plain(" ".join(options.words))
    context = None if options.context is None else tuple(map(plain, options.context))
    tags, without = tuple(map(plain, options.tags)), tuple(map(plain, options.without))
    return Request(task, plain(options.agent), context, options.match, tags, without=without)


def plain(text: str) -> str:
    """An argument as text: bytes that are not UTF-8 become replacement characters."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read_task() -> str:
    """The task on stdin, as far as it is read."""
    if sys.stdin is None:
        from ..errors import UsageError

        raise UsageError("stdin is closed: write the task as an argument, or pipe it in")
    return sys.stdin.buffer.read(STDIN_LIMIT).decode("utf-8", "replace").removeprefix("\ufeff")


def json_of(project: Project, resolution: Resolution, *, every: bool = False) -> str:
    """A resolution as JSON text, with the hash of each file."""
    import json

    from ..selection.views.serialize import resolution_data

    return json.dumps(resolution_data(project.tree, resolution, every=every), indent=2) + "\n"

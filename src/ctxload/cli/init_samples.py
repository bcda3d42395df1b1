"""A few tasks for a new index, made of headings of its own documents, so that a person sees what it answers."""

from __future__ import annotations

from ..authoring.draft.keywords import name_of
from ..authoring.draft.requests import headings_of
from ..errors import CtxloadError
from ..index.place_ids import UNNAMED
from ..project.build import build
from ..selection.model import Request
from ..selection.resolver import resolve
from ..text.escaping import escape
from ..workspace.locations import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..authoring.draft.from_documents import Draft
    from ..project.snapshot import Project

#: How many tasks are shown, and of how many documents a heading is tried.
SAMPLES, TRIED = 3, 60


def sample_lines(path: str, made: Draft) -> list[str]:
    """A line for each task, with the first file that it brings."""
    try:
        project = build(discover(index=path), own=False)
        return [f'ctxload: "{escape(task)}" → {escape(file)}' for task, file in _samples(project, made)]
    except CtxloadError:  # `check` tells
        return []


def _samples(project: Project, made: Draft) -> Iterator[tuple[str, str]]:
    # What lies at the root is about the repository; a person sees more by what the documents say.
    taken, shown = sorted(made.found.taken, key=lambda path: "/" not in path), 0
    step = max(1, len(taken) // TRIED)
    tried = taken[::step]
    apart = -(-len(tried) // SAMPLES)
    tried = [path for first in range(apart) for path in tried[first::apart]]  # neighbours are about the same
    evidence = (lambda: None) if made.is_by_folder else None  # to read thousands would take longer than all the rest
    for path in tried:
        name = name_of(path).replace("-", " ")
        for heading in (*headings_of(project.tree, path), *([] if name.lower() in UNNAMED else [name])):
            if heading.isdigit():
                continue
            files = resolve(project.tables, project.tree, Request(heading), (), evidence).paths
            if files and files[0] == path:
                yield heading, files[0]
                shown += 1
                break
        if shown == SAMPLES:
            return

"""A few tasks for a new index, made of headings of its own documents, so that a person sees what it answers."""

from __future__ import annotations

from ..authoring.draft.keywords import name_of
from ..authoring.draft.markup import plain_line
from ..errors import CtxloadError
from ..project.build import build
from ..selection.model import Request
from ..selection.resolver import resolve
from ..text.escaping import escape
from ..text.markdown import read_markdown
from ..workspace.locations import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..authoring.draft.from_documents import Draft
    from ..project.snapshot import Project

#: How many tasks are shown, and of how many documents a heading is tried.
SAMPLES, TRIED = 3, 24
#: How much of a document is read for its headings, in bytes.
READ = 16_384


def sample_lines(path: str, made: Draft) -> list[str]:
    """A line for each task, with the first file that it brings."""
    try:
        project = build(discover(index=path))
        return [f'ctxload: "{escape(task)}" → {escape(file)}' for task, file in _samples(project, made)]
    except CtxloadError:  # `check` tells
        return []


def _samples(project: Project, made: Draft) -> Iterator[tuple[str, str]]:
    taken, shown = made.found.taken, 0
    step = max(1, len(taken) // TRIED)
    evidence = (lambda: None) if made.is_by_folder else None  # to read thousands would take longer than all the rest
    for path in taken[::step]:
        for heading in _headings(project, path):
            files = resolve(project.tables, project.tree, Request(heading), (), evidence).paths
            if files:
                yield heading, files[0]
                shown += 1
                break
        if shown == SAMPLES:
            return


def _headings(project: Project, path: str) -> list[str]:
    """Headings of a document that could be requests: of two to six words."""
    try:
        text = project.tree.read(path, READ).decode("utf-8", "replace")
    except OSError:
        return []
    headings = [plain_line(section.heading) for section in read_markdown(text).sections[:6]]
    headings += [name_of(path).replace("-", " ")]
    return [heading for heading in headings if 2 <= len(heading.split()) <= 6 and ":" not in heading]

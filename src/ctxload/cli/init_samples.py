"""A few tasks for a new index, made of headings of its own documents, so that a person sees what it answers."""

from __future__ import annotations

from ..authoring.draft.keywords import name_of
from ..authoring.draft.requests import headings_of
from ..errors import CtxloadError
from ..index.place_ids import UNNAMED
from ..project.build import build
from ..project.opening import documents_of
from ..selection.model import Request
from ..selection.resolver import resolve
from ..text.escaping import escape
from ..workspace.locations import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..authoring.draft.from_documents import Draft
    from ..matching.document_index import Evidence
    from ..project.snapshot import Project

#: How many tasks are shown, and of how many documents a heading is tried.
SAMPLES, TRIED = 3, 60
#: Of how many documents, and of how many bytes, it is found out what they talk about, and kept for the first prompt:
#: more would take longer than all the rest.
MOST, LARGEST = 1_500, 6_000_000
UNREAD = "ctxload: what these documents talk about is found out with the first task, or now by `ctxload compile`"


def sample_lines(path: str, made: Draft) -> list[str]:
    """A line for each task, with the first file that it brings; and one where the documents were not read for that."""
    try:
        project = build(discover(index=path), own=False)
        sizes = [project.tree.status(file).size for file in made.found.taken]
        is_much = len(sizes) > MOST or sum(sizes) > LARGEST
        evidence = (lambda: None) if is_much else documents_of(project, looked=True)
        samples = [f'ctxload: "{escape(task)}" → {escape(file)}' for task, file in _samples(project, made, evidence)]
        return [*samples, UNREAD] if is_much else samples
    except CtxloadError:  # `check` tells
        return []


def _samples(project: Project, made: Draft, evidence: Callable[[], Evidence | None]) -> Iterator[tuple[str, str]]:
    # What lies at the root is about the repository; a person sees more by what the documents say.
    taken, shown = sorted(made.found.taken, key=lambda path: "/" not in path), 0
    tried = taken[:: max(1, len(taken) // TRIED)]
    apart = -(-len(tried) // SAMPLES)
    for path in [path for first in range(apart) for path in tried[first::apart]]:  # neighbours are about the same
        name = name_of(path).replace("-", " ")
        headings = [heading for heading in headings_of(project.tree, path) if not heading.isdigit()]
        names = [] if name.lower() in UNNAMED else [name, f"the {name} page"]  # by its name a document needs no reading
        for heading in (*headings, *names):
            files = resolve(project.tables, project.tree, Request(heading), (), evidence).paths
            if files and files[0] == path:
                yield heading, files[0]
                shown += 1
                break
        if shown == SAMPLES:
            return

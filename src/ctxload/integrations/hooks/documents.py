"""What the documents of a project talk about, for a prompt that cannot wait: as it is kept, or what can be had in time.

Where much is to be read it is left to a helper, and this prompt is answered by what was known before some documents
came or went, else by keywords, names and titles. Nothing that is read is lost.
"""

from __future__ import annotations

from time import monotonic

from .turn import NotYet, Silence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ...matching.document_index import Evidence
    from ...matching.tables import Tables
    from ...project.evidence import Kept
    from ...project.snapshot import Project
    from ...workspace.locations import Place
    from ...workspace.tree import Tree
    from .turn import Turn

#: How long documents may be read for a prompt, in seconds, and so long before the end of its time that must end; more
#: than so many bytes of them are left to a helper from the start.
READ_SECONDS, LEFT_SECONDS, READ_SIZE = 0.8, 0.7, 500_000
#: How long a prompt waits for a helper to compile a large index, in seconds, and between two looks.
COMPILE_SECONDS, LOOK = 1.2, 0.02
ALONE = (
    "keywords, names and titles alone decide yet: {number} documents are being read in the background, "
    "and what they say counts from one of the next prompts on"
)


def evidence_in_time(
    project: Project, kept: Kept | None, task: str, turn: Turn, alone: Callable[[], None]
) -> Evidence | None:
    """What the documents talk about, where some changed since it was kept or nothing is; `alone` is called where that
    is only their names and titles yet, which may be None where it takes too long, too.
    """
    from ...project.upkeep import ask_for

    end = min(monotonic() + READ_SECONDS, turn.end - LEFT_SECONDS)
    turn.if_late = turn.afterwards = lambda: ask_for(project.place)
    made = _made_in_time(project, kept, end)
    if made is not None:
        turn.if_late = turn.afterwards = None
        return made
    if kept is not None:  # what changed and scores best is read anew
        return kept.evidence
    from ...project.evidence_moved import moved_evidence

    moved = moved_evidence(project)
    if moved is not None:
        return moved
    alone()
    from ...selection.documents import by_name

    end = min(monotonic() + READ_SECONDS, turn.end - LEFT_SECONDS)
    return by_name(project.tables, project.tree.anew(), task, lambda: monotonic() > end)


def _made_in_time(project: Project, kept: Kept | None, end: float) -> Evidence | None:
    """What the documents talk about, made now; None where that takes too long or another process is at it."""
    from ...project.evidence_making import made, may_be_weighed_beside, weighed_beside
    from ...project.upkeep import Upkeep

    if kept is not None and may_be_weighed_beside(project, kept):
        return weighed_beside(project, kept)
    if is_much(project.tables, project.tree.anew(), end):
        return None

    def in_time(done: int, whole: int) -> None:
        if monotonic() > end:
            raise TimeoutError

    with Upkeep(project.place) as upkeep:
        try:
            return made(project, in_time) if upkeep.is_ours else None
        except TimeoutError:
            return None


def is_much(tables: Tables, tree: Tree, end: float) -> bool:
    """Whether the documents are more than can be read and weighed for a prompt, or are too slow to be looked at."""
    from ...selection.entry_files import EntryFiles

    files, size = EntryFiles(tables, tree), 0
    for number in range(len(tables.entries)):
        size += sum(tree.status(path).size for path in files.of(number))
        if size > READ_SIZE or monotonic() > end:
            return True
    return False


def compiled_by_helper(place: Place) -> Project:
    """A project that a helper compiles, as soon as it has. Raises Silence where it cannot, or that takes too long."""
    from time import sleep

    from ...project.snapshot import load_compiled
    from ...project.upkeep import ask_for, why_it_ended

    end, is_asked = monotonic() + COMPILE_SECONDS, ask_for(place)
    while True:
        project = load_compiled(place)
        if project is not None:
            return project
        if why := why_it_ended(place):
            raise Silence(why)
        if not is_asked:
            raise Silence(f"{place.name} is large and not compiled, and no helper could be started: `ctxload compile`")
        if monotonic() > end:
            raise NotYet(f"{place.name} is large and not compiled: it is compiled now, for the next prompt")
        sleep(LOOK)

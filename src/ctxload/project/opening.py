"""Opening a project: a place → the project there, from its compiled index or else from the text of its index.

Every start of `resolve` and `hook` goes through here, so what is rare (reading the text, storing, renewing) is imported
when it is needed.
"""

from __future__ import annotations

from .snapshot import DamagedSnapshot, Project, load_compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ..matching.document_index import Evidence
    from ..workspace.locations import Place

    Answer = TypeVar("Answer")


def with_project(
    place: Place, use: Callable[[Project], Answer], *, build: Callable[[Place], Project] | None = None
) -> Answer:
    """What `use` makes of the project at a place.

    It gets the compiled project and, where there is none that fits or a part of it proves to be damaged while it is
    used, the one that `build` reads from the text (by default `project.build.build`, which stores it for the next
    time).
    """
    project = load_compiled(place)
    if project is not None:
        try:
            answer = use(project)
        except DamagedSnapshot:
            from .evidence import forget_evidence

            forget_evidence(place)  # it may be what is damaged: what is asked next is made anew
        else:
            if getattr(project.tree, "outdated", False):
                from .snapshot_writer import renew

                renew(place)
            return answer
    if build is not None:
        try:
            return use(build(place))
        except DamagedSnapshot:  # it was edited in place, with the damage; nothing changed since, so all is made
            return use(build(place))
    from .snapshot_edit import brought_up_to_date

    project = brought_up_to_date(place)
    if project is not None:
        try:
            return use(project)
        except DamagedSnapshot:
            pass
    from .build import build as build_and_store

    return use(build_and_store(place))


def documents_of(project: Project, *, looked: bool = False) -> Callable[[], Evidence]:
    """What gives the evidence of a project's documents to those who ask: as it is stored, what changed read now.

    They are looked at now and then, at once if `looked`.
    """

    def evidence() -> Evidence:
        from .evidence import kept_evidence

        kept = kept_evidence(project, looked=looked)
        if kept is not None and not kept.changed:
            return kept.evidence
        from .evidence_making import make_evidence

        return make_evidence(project, kept)

    return evidence

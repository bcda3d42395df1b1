"""`ctxload compile`: makes the compiled index now."""

from __future__ import annotations

import os
import time

from ..errors import EXIT_DONE, EXIT_NO, CtxloadError
from ..integrations.without_index import index_or_instead, name_of
from ..output import fail, remark
from ..project.build import build
from ..project.evidence import has_evidence
from ..project.opening import documents_of
from ..project.snapshot import path_for
from ..project.snapshot_edit import brought_up_to_date
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..text.wording import counted, size_of


def main(*, index: str, root: str) -> int:
    """Makes the compiled index and stores it; the exit status."""
    begun = time.perf_counter()
    try:
        place = index_or_instead(index, root)
        project = brought_up_to_date(place) or build(place)
    except CtxloadError as error:
        return fail(error)
    remark(finding_lines([finding for finding in project.diagnostics if finding.severity != "note"]))
    if project.unkept:
        remark([f"ctxload: the compiled index cannot be kept: {escape(project.unkept)}"])
        return EXIT_NO
    if project.tables.mode != "whole" or has_evidence(place):
        documents_of(project, looked=True)()
    path, seconds = path_for(place), time.perf_counter() - begun
    what = (
        f"{counted(len(project.tables.entries), 'entry', 'entries')}, {size_of(os.stat(path).st_size)}, {seconds:.3f} s"
    )
    remark([f"ctxload: compiled {name_of(place)}: {escape(path)} ({what})"])
    return EXIT_DONE

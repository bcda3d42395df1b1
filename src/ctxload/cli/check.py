"""`ctxload check`: all findings of an index and of what it names; `--fix` repairs what can only be meant one way."""

from __future__ import annotations

import os
import sys

from ..authoring.index_file import path_of
from ..authoring.lint.cross_checks import no_fallback
from ..authoring.lint.findings import STAGES, STAGES_WITH_TASKS, findings_of
from ..authoring.lint.repairs import repaired
from ..authoring.logs.asked import asked_tasks
from ..authoring.logs.model import Columns
from ..errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError
from ..integrations.without_index import index_or_instead, name_of
from ..output import fail, remark, say
from ..progress import on_terminal
from ..project.assemble import Assembled
from ..text.diagnostics import Diagnostic, has_errors, in_order
from ..text.diff import difference
from ..text.escaping import escape
from ..text.render import Paint, page, render, wants_colour
from ..text.wording import counted
from ..workspace.file_edits import write_text
from ..workspace.locations import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..index.model import Case


def main(
    *, index: str, root: str, sources: tuple[str, ...], fix: bool, strict: bool, tasks: tuple[str, ...], form: str,
    page: str, color: str, task_column: str, agent_column: str, tasks_format: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    if page:
        return show_page(page)
    columns = Columns(task_column, "", agent_column, tasks_format)
    return run_check(
        index, root, fix=fix, strict=strict, form=form, color=color, tasks=tasks, sources=sources, columns=columns
    )


def run_check(
    index: str, root: str, *, fix: bool, strict: bool, form: str, color: str, tasks: Iterable[str] = (),
    sources: tuple[str, ...] = (), columns: Columns | None = None,
) -> int:  # fmt: skip
    """Checks, fixes with `fix`, prints; the exit status."""
    try:
        place = index_or_instead(index, root, tuple(sources))
        asked = asked_tasks(tasks, columns)
        found, assembled = told_findings(place, asked.tasks)
        paint = Paint(wants_colour(color, sys.stdout, dict(os.environ)))
        if fix and any(finding.fix for finding in found):
            if not apply_fixes(place, found, assembled, paint, on_stdout=form in ("full", "concise")):
                return EXIT_USAGE
            found, assembled = told_findings(place, asked.tasks)
    except CtxloadError as error:
        return fail(error)
    if assembled.served:
        found = in_order((*found, *no_fallback(assembled.index)))
    texts = {source.name: source for source in assembled.index.sources}
    shown, more = a_page(found) if form == "full" else (found, ())
    say(render(shown, form, texts.get, paint))
    remark(more)
    remark(asked.remarks())
    remark(_too_few(tasks, asked.tasks))
    remark([_summary(place, found)])
    bad = has_errors(found) or (strict and any(finding.severity == "warning" for finding in found))
    return EXIT_NO if bad else EXIT_DONE


def told_findings(place: Place, tasks: Sequence[Case] = ()) -> tuple[tuple[Diagnostic, ...], Assembled]:
    """Every finding about the index at a place, with a bar on a terminal where that lasts."""
    with on_terminal(place.name, STAGES_WITH_TASKS if tasks else STAGES) as bar:
        return findings_of(place, tasks, bar.stage)


#: How many findings are shown in full, and how many of one kind where there are more.
PAGE, OF_A_KIND = 40, 3


def a_page(findings: tuple[Diagnostic, ...]) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What is shown of the findings, where they are many, errors first and the first few of each
    kind; and lines on the rest.
    """
    if len(findings) <= PAGE:
        return findings, ()
    kinds: dict[tuple[int, str], list[Diagnostic]] = {}
    for finding in findings:
        kinds.setdefault((("error", "warning", "note").index(finding.severity), finding.code), []).append(finding)
    shown: list[Diagnostic] = []
    more: list[str] = []
    for _, alike in sorted(kinds.items()):
        shown += alike[:OF_A_KIND]
        if len(alike) > OF_A_KIND:
            more.append(f"ctxload: and {len(alike) - OF_A_KIND:,} more like {alike[0].code} ({alike[0].name})")
    return tuple(shown), (*more, "ctxload: `--format concise` shows all of them")


def _too_few(names: Iterable[str], tasks: Sequence[Case]) -> Iterator[str]:
    from ..authoring.lint.usage import TASKS

    if names and len(tasks) < TASKS:
        yield f"ctxload: tasks show something from {TASKS} on: these are {len(tasks)}"


def show_page(code: str) -> int:
    """Prints the page about a code; the exit status."""
    text = page(code)
    if not text:
        from ..text.codes import CODES
        from ..text.suggestions import meant

        names = [*CODES, *(name for name, _ in CODES.values())]
        remark([f"ctxload: there is no finding `{escape(code)}`: {meant(code, names) or 'codes look like CTX301'}"])
        return EXIT_USAGE
    say(text)
    return EXIT_DONE


def apply_fixes(
    place: Place, findings: Iterable[Diagnostic], assembled: Assembled, paint: Paint, *, on_stdout: bool = True
) -> bool:
    """Shows and writes the certain repairs of every file; False when a file could not be written.

    The change is shown on stderr where stdout is for another program.
    """
    for file in repaired(findings, assembled.index):
        name = escape(file.source.name)
        if not file.fits:
            remark([f"ctxload: {name} stays as it is: its repairs do not go together; make the changes by hand"])
            return False
        shown = difference(file.source.name, file.source.text, file.text, paint)
        if on_stdout:
            say(shown)
        else:
            remark(shown.splitlines())
        try:
            write_text(path_of(place, file.source.name), file.source, file.text)
        except OSError as error:
            remark([f"ctxload: {name} cannot be written: {error.strerror or error}"])
            return False
    return True


def _summary(place: Place, found: tuple[Diagnostic, ...]) -> str:
    counts = [(sum(finding.severity == kind for finding in found), kind) for kind in ("error", "warning", "note")]
    words = ", ".join(counted(count, kind) for count, kind in counts if count)
    fixable = sum(bool(finding.fix) for finding in found)
    more = f"; `ctxload check --fix` fixes {fixable}" if fixable else ""
    return f"ctxload: {name_of(place)}: {words or 'nothing to fix'}{more}"

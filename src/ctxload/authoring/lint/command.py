"""`ctxload check`: all findings of an index and of what it names; `--fix` mends what can only be meant one way."""

from __future__ import annotations

import os
import sys

from ...errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError, UsageError
from ...index.edits import apply
from ...index.parser import parse
from ...matching.compiler import compile_index
from ...output import fail, remark, say
from ...project.assemble import Gathered, gather
from ...text.diagnostics import Diagnostic, has_errors, in_order
from ...text.diff import difference
from ...text.escaping import escape
from ...text.render import Paint, page, render, wants_colour
from ...text.source import Source
from ...workspace.file_edits import write_text
from ...workspace.locations import Place, discover
from ...workspace.tree import DiskTree
from .check import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...index.model import Case
    from ...matching.tables import Tables
    from ...workspace.tree import Tree


def findings_of(place: Place, tasks: Sequence[Case] = ()) -> tuple[tuple[Diagnostic, ...], Gathered]:
    """Every finding about the index at a place, in source order; `tasks` show some that it cannot show by itself."""
    gathered = gather(place, DiskTree(place.root))
    return findings_in(gathered, compile_index(gathered.index), DiskTree(place.root), tasks), gathered


def findings_in(gathered: Gathered, tables: Tables, tree: Tree, tasks: Sequence[Case] = ()) -> tuple[Diagnostic, ...]:
    """Every finding about an index that was read and compiled, in source order."""
    found = list(gathered.diagnostics)
    if gathered.served:
        across = check(gathered.index, tables, tree)
        said = {(finding.code, finding.place) for finding in across}
        found = [*(finding for finding in found if (finding.code, finding.place) not in said), *across]
        if tasks:
            found += _shown_by(tasks, gathered, tables, tree)
    return in_order(found)


def _shown_by(tasks: Sequence[Case], gathered: Gathered, tables: Tables, tree: Tree) -> Iterable[Diagnostic]:
    from ...selection.documents import read_evidence
    from ..evaluate.cases import once
    from .usage import findings_from

    return findings_from(gathered.index, tables, tree, tasks, once(lambda: read_evidence(tables, tree)))


def tasks_of(names: Iterable[str]) -> list[Case]:
    """The tasks of files. Raises UsageError where one cannot be used."""
    from ..evaluate.casefile import read_cases

    files = [read_cases(name, labelled=False) for name in names]
    damaged = [finding for file in files for finding in file.diagnostics if finding.severity == "error"]
    if damaged:
        raise UsageError(damaged[0].message, tuple(damaged))
    return [case for file in files for case in file.cases]


def run_check(
    index: str, root: str, *, fix: bool, strict: bool, form: str, color: str, tasks: Iterable[str] = ()
) -> int:
    """Checks, mends with `fix`, prints; the exit status."""
    try:
        place = discover(index=index, root=root)
        asked = tasks_of(tasks)
        found, gathered = findings_of(place, asked)
        paint = Paint(wants_colour(color, sys.stdout, dict(os.environ)))
        if fix and any(finding.fix for finding in found):
            if not mend(place, found, gathered, paint, on_stdout=form in ("full", "concise")):
                return EXIT_USAGE
            found, gathered = findings_of(place, asked)
    except CtxloadError as error:
        return fail(error)
    sources = {source.name: source for source in gathered.index.sources}
    say(render(found, form, sources.get, paint))
    remark(_too_few(tasks, asked))
    remark([_summary(place, found)])
    bad = has_errors(found) or (strict and any(finding.severity == "warning" for finding in found))
    return EXIT_NO if bad else EXIT_DONE


def _too_few(names: Iterable[str], tasks: Sequence[Case]) -> Iterator[str]:
    from .usage import TASKS

    if names and len(tasks) < TASKS:
        yield f"ctxload: tasks show something from {TASKS} on: these are {len(tasks)}"


def show_page(code: str) -> int:
    """Prints the page about a code; the exit status."""
    text = page(code)
    if not text:
        from ...text.codes import CODES
        from ...text.suggestions import meant

        names = [*CODES, *(name for name, _ in CODES.values())]
        remark([f"ctxload: there is no finding `{escape(code)}`: {meant(code, names) or 'codes look like CTX301'}"])
        return EXIT_USAGE
    say(text)
    return EXIT_DONE


def mend(
    place: Place, found: Iterable[Diagnostic], gathered: Gathered, paint: Paint, *, on_stdout: bool = True
) -> bool:
    """Shows and writes the certain repairs of every file; False when a file could not be written.

    The change is shown on stderr where stdout is for another program.
    """
    edits: dict[str, list[tuple[int, int, str]]] = {}
    for finding in found:
        edits.setdefault(finding.path, []).extend(finding.fix)
    for name, changes in edits.items():
        source = gathered.index.source(name)
        if source is None or not changes:
            continue
        after = apply(source.text, changes)
        if not _reads_no_worse(source, after):
            remark(
                [f"ctxload: {escape(name)} stays as it is: its repairs do not go together; make the changes by hand"]
            )
            return False
        shown = difference(name, source.text, after, paint)
        if on_stdout:
            say(shown)
        else:
            remark(shown.splitlines())
        path = os.path.join(place.root, *name.split("/")) if not os.path.isabs(name) else name
        try:
            write_text(path, source, after)
        except OSError as error:
            remark([f"ctxload: {escape(name)} cannot be written: {error.strerror or error}"])
            return False
    return True


def _reads_no_worse(source: Source, text: str) -> bool:
    """Whether a text that was repaired has as many entries at least as before, and as few errors at most."""
    before, after = parse(source), parse(Source(source.name, text))
    errors = [sum(finding.severity == "error" for finding in one.diagnostics) for one in (before, after)]
    return errors[1] <= errors[0] and len(after.index.entries) >= len(before.index.entries)


def _summary(place: Place, found: tuple[Diagnostic, ...]) -> str:
    counts = [(sum(finding.severity == kind for finding in found), kind) for kind in ("error", "warning", "note")]
    words = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for count, kind in counts if count)
    fixable = sum(bool(finding.fix) for finding in found)
    more = f"; `ctxload check --fix` mends {fixable}" if fixable else ""
    return f"ctxload: {escape(place.name)}: {words or 'nothing to mend'}{more}"

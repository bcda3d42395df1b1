"""`ctxload test`: the labelled cases of an index and of files, in one match mode or several side by side.

What each case came to, the figures, and whether they are good enough; as text, as JSON, or as annotations of GitHub
Actions. The cases themselves are judged in `cases`.
"""

from __future__ import annotations

import os
import sys

from ..authoring.evaluate.case_data import outcome_to_dict, scores_to_dict
from ..authoring.evaluate.case_places import CasePlaces
from ..authoring.evaluate.cases import Outcome, Run, Scores, once, run_cases, shown
from ..authoring.evaluate.thresholds import Shortfall, Thresholds, shortfalls
from ..authoring.telling import one_by_one
from ..errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError, UsageError
from ..index.keys import MATCH_MODES, check_match
from ..integrations.without_index import index_at
from ..output import fail, remark, say
from ..progress import can_show, on_terminal
from ..project.build import build
from ..project.opening import documents_of
from ..record import Record
from ..selection.resolver import agent_findings
from ..text.diagnostics import Diagnostic
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..text.render import Paint, annotation, wants_colour
from .test_many import runs_of_many, workers_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..authoring.evaluate.casefile import CaseFile
    from ..index.model import Case
    from ..progress import Bar, Silent
    from ..project.snapshot import Project
    from ..text.source import Source

FORMATS = ("text", "json", "github")
#: The version of the JSON shape.
JSON_VERSION = 1


class Tested(Record):
    """The runs of a test, one for each match mode, and what they do not reach."""

    index: str
    runs: tuple[Run, ...]
    short: tuple[Shortfall, ...] = ()
    damaged: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return not self.short and not self.damaged


class CaseOptions(Record):
    """What `ctxload test` was asked."""

    index: str = ""
    root: str = ""
    files: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    limits: Thresholds = Thresholds()
    form: str = "text"
    quiet: bool = False
    color: str = "auto"
    workers: int | None = None
    scheduler: str = ""


def main(
    *, index: str, root: str, cases: tuple[str, ...], match: tuple[str, ...], min_f1: float | None,
    min_precision: float | None, min_recall: float | None, max_files: float | None, max_tokens: float | None,
    max_failed: int, form: str, quiet: bool, record: str | None, agent: str, expect: tuple[str, ...],
    reject: tuple[str, ...], color: str, workers: int | None, scheduler: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    if record is not None:
        from .test_record import run_record

        if cases or match or form != "text":
            remark(["ctxload: --record adds one case: leave --cases, --match and --format out"])
            return EXIT_USAGE
        return run_record(index, root, record, agent, expect, reject, color)
    if agent or expect or reject:
        remark(["ctxload: --agent, --expect and --reject say what --record adds: name the task with --record"])
        return EXIT_USAGE
    thresholds = Thresholds(min_f1, min_precision, min_recall, max_files, max_tokens, max_failed)
    return run_test(CaseOptions(index, root, cases, match, thresholds, form, quiet, color, workers, scheduler))


def run_test(options: CaseOptions) -> int:
    """Runs the cases, prints, and judges; the exit status."""
    try:
        modes = _modes(options.modes)
        place = index_at(index=options.index, root=options.root)
        project = build(place, own=False)
        assembled = project.as_written
        files = _files(options.files)
        cases = [*assembled.index.tests, *(case for file in files for case in file.cases)]
        findings = [finding for file in files for finding in file.diagnostics]
        if not cases and not findings:
            raise UsageError(
                f"{place.name} has no cases: write them under `tests:`, record one, or name a file of them: see "
                "`ctxload test --help`"
            )
        tables, tree, runs = project.tables, project.tree, _runs(project, cases, modes, options)
    except CtxloadError as error:
        return fail(error)
    damaged = any(finding.skipped or finding.severity == "error" for finding in findings)
    tested = Tested(place.name, runs, tuple(shortfalls(runs, options.limits)), damaged)
    _print(tested, [*assembled.index.sources, *(file.source for file in files)], options)
    unknown = {case.agent.value: agent_findings(tables, tree, case.agent.value) for case in cases}
    _remark([*assembled.diagnostics, *(finding for found in unknown.values() for finding in found)], findings)
    return EXIT_USAGE if damaged else EXIT_DONE if tested.passed else EXIT_NO


def _runs(project: Project, cases: list[Case], modes: tuple[str, ...], options: CaseOptions) -> tuple[Run, ...]:
    """What the cases come to in each mode; many are tried by many."""
    workers = workers_for(options.workers, options.scheduler, len(cases) * len(modes))
    if workers is not None:
        return runs_of_many(project, cases, modes, workers, options.scheduler)
    evidence = once(documents_of(project))
    if can_show() and any((mode or project.tables.mode) != "whole" for mode in modes):
        evidence()  # has a bar of its own, and two would write over each other
    tables, tree, runs = project.tables, project.tree, []
    with on_terminal("the cases", {"trying": 0}) as bar:
        for number, mode in enumerate(modes):
            tried = _one_by_one(cases, bar, number, len(modes))
            runs.append(run_cases(tables, tree, tried, mode, evidence=evidence))
    return tuple(runs)


def _one_by_one(cases: list[Case], bar: Bar | Silent, number: int, modes: int) -> Iterator[Case]:
    """The cases, for the mode of this number; the bar says which share of all was taken."""
    return one_by_one(cases, lambda share: bar.stage("trying", (number + share) / modes))


def _modes(named: Iterable[str]) -> tuple[str, ...]:
    """The modes to run, each once; the empty name is the index's own."""
    found: dict[str, None] = {}
    for name in named or ("",):
        if name == "all":
            found.update(dict.fromkeys(MATCH_MODES))
        else:
            check_match(name)
            found[name] = None
    return tuple(found)


def _files(names: Iterable[str]) -> list[CaseFile]:
    from ..authoring.evaluate.casefile import read_cases

    return [read_cases(name) for name in names]


def _remark(index: Iterable[Diagnostic], files: list[Diagnostic]) -> None:
    remark(finding_lines([finding for finding in index if finding.severity != "note"]))
    remark(finding_lines(files))


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def _print(tested: Tested, sources: list[Source], options: CaseOptions) -> None:
    place = CasePlaces(sources)
    if options.form == "json":
        import json

        say(json.dumps(to_dict(tested, place), indent=2, ensure_ascii=False) + "\n")
    elif options.form == "github":
        say("".join(f"{line}\n" for line in _annotations(tested, place)))
        remark(_summary(tested.runs, Paint(False)))
    else:
        paint = Paint(wants_colour(options.color, sys.stdout, dict(os.environ)))
        say("".join(f"{line}\n" for line in in_words(tested, place, paint, quiet=options.quiet)))


def in_words(tested: Tested, place: CasePlaces, paint: Paint, *, quiet: bool = False) -> Iterator[str]:
    """The test as lines for people: a case each, what came instead where one failed, then the figures."""
    for outcomes in zip(*(run.outcomes for run in tested.runs), strict=True):
        if not all(outcome.passed for outcome in outcomes):
            yield from _failed(outcomes, place, paint)
        elif not quiet:
            also = ", ".join(dict.fromkeys(escape(item.name) for outcome in outcomes for item in outcome.extra))
            yield f"{paint('mark', 'passed')}  {shown(outcomes[0].case)}" + (
                paint("dim", f"  and {also}") if also else ""
            )
    if not quiet or any(run.failed for run in tested.runs):
        yield ""
    yield from _summary(tested.runs, paint)
    for short in tested.short:
        if short.figure != "failed cases" or short.limit:
            yield paint("error", str(short))


def _failed(outcomes: tuple[Outcome, ...], place: CasePlaces, paint: Paint) -> Iterator[str]:
    yield f"{paint('error', 'FAILED')}  {paint('bold', shown(outcomes[0].case))}"
    if at := place.line(outcomes[0].case):
        yield " " * 8 + paint("place", at)
    told: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
    for outcome in outcomes:
        if not outcome.passed:
            told.setdefault(tuple(outcome.lines()), []).append(outcome.match)
    for rows, modes in told.items():
        if len(modes) < len(outcomes):
            yield " " * 8 + f"in {', '.join(modes)}"
        width = max(len(escape(name)) for _, name, _ in rows)
        for label, name, why in rows:
            named = f"{escape(name):<{width}}  " if name else ""
            yield f"        {label:<8}  {named}{escape(why)}"


def _summary(runs: tuple[Run, ...], paint: Paint) -> Iterator[str]:
    """The figures: in two lines for one mode, as a table for several."""
    if len(runs) > 1:
        yield from _table(runs, paint)
        return
    scores = runs[0].scores
    yield paint("bold", f"{scores.passed} of {scores.cases} cases passed") + f" · match {runs[0].match}"
    yield (
        f"precision {scores.precision:.3f} · recall {scores.recall:.3f} · F1 {scores.f1:.3f} · "
        f"{scores.files_per_task:.1f} files and about {scores.tokens_per_task:,.0f} tokens a task"
    )
    if scores.silent:
        yield f"{scores.quiet} of {scores.silent} cases that expect nothing selected nothing"


def _table(runs: tuple[Run, ...], paint: Paint) -> Iterator[str]:
    head = ("match", "passed", "precision", "recall", "F1", "files", "tokens")
    rows = [(run.match, *_cells(run.scores)) for run in runs]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate((head, *rows)):
        line = "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield paint("bold", line) if number == 0 else line


def _cells(scores: Scores) -> tuple[str, ...]:
    return (
        f"{scores.passed} of {scores.cases}", f"{scores.precision:.3f}", f"{scores.recall:.3f}", f"{scores.f1:.3f}",
        f"{scores.files_per_task:.1f}", f"{scores.tokens_per_task:,.0f}",
    )  # fmt: skip


def _annotations(tested: Tested, place: CasePlaces) -> Iterator[str]:
    """Failed cases at their places, and figures that are not reached, for the checks of a pull request."""
    several = len(tested.runs) > 1
    for run in tested.runs:
        for outcome in run.failed:
            path, line, column = place.of(outcome.case)
            text = f"{outcome} · {outcome.message}".replace("\n", "; ")
            mode = f" ({run.match})" if several else ""
            yield annotation("error", path, line, column, f"case failed{mode}", text)
    for short in tested.short:
        if short.figure != "failed cases" or short.limit:
            yield annotation("error", "", 0, 0, "ctxload test", str(short))


def to_dict(tested: Tested, place: CasePlaces) -> dict[str, Any]:
    """The test as JSON-ready data."""
    return {
        "version": JSON_VERSION,
        "index": tested.index,
        "passed": tested.passed,
        "modes": [
            {
                "match": run.match,
                "scores": scores_to_dict(run.scores),
                "cases": [outcome_to_dict(outcome, place) for outcome in run.outcomes],
            }
            for run in tested.runs
        ],
        "not_reached": [
            {"match": short.match, "figure": short.figure, "value": short.value, "limit": short.limit}
            for short in tested.short
        ],
    }

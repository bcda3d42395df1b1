"""`ctxload test`: the labelled cases of an index and of files, in one match mode or several side by side.

What each case came to, the figures, and whether they are good enough; as text, as JSON, or as annotations of GitHub
Actions. The cases themselves are judged in `cases`.
"""

from __future__ import annotations

import os
import sys

from ..authoring.evaluate.cases import Outcome, Run, Scores, run_cases, shown
from ..errors import EXIT_DONE, EXIT_NO, EXIT_USAGE, CtxloadError, UsageError
from ..index.keys import MATCH_MODES, check_match
from ..output import fail, finding_lines, remark, say
from ..project.build import build
from ..project.opening import documents_of
from ..record import Record
from ..selection.resolver import agent_findings
from ..text.diagnostics import Diagnostic
from ..text.escaping import escape
from ..text.render import Paint, annotation, wants_colour
from ..workspace.locations import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..authoring.evaluate.casefile import CaseFile
    from ..index.model import Case
    from ..text.source import Source

FORMATS = ("text", "json", "github")
#: The version of the JSON shape.
JSON_VERSION = 1


class Limits(Record):
    """What a run must reach: the least figures, the most files and tokens a task, and how many cases may fail."""

    min_f1: float | None = None
    min_precision: float | None = None
    min_recall: float | None = None
    max_files: float | None = None
    max_tokens: float | None = None
    max_failed: int = 0


class Short(Record):
    """A figure that a run does not reach."""

    match: str
    figure: str
    value: float
    limit: float

    def __str__(self) -> str:
        side = "below" if self.value < self.limit else "above"
        return f"{self.figure} {_number(self.value)} is {side} {_number(self.limit)} ({self.match})"


class Tested(Record):
    """The runs of a test, one for each match mode, and what they do not reach."""

    index: str
    runs: tuple[Run, ...]
    short: tuple[Short, ...] = ()
    damaged: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return not self.short and not self.damaged


class Options(Record):
    """What `ctxload test` was asked."""

    index: str = ""
    root: str = ""
    files: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    limits: Limits = Limits()
    form: str = "text"
    quiet: bool = False
    color: str = "auto"


def run_test(options: Options) -> int:
    """Runs the cases, prints, and judges; the exit status."""
    try:
        modes = _modes(options.modes)
        place = discover(index=options.index, root=options.root)
        project = build(place)
        gathered = project.as_written
        files = _files(options.files)
        cases = [*gathered.index.tests, *(case for file in files for case in file.cases)]
        findings = [finding for file in files for finding in file.diagnostics]
        if not cases and not findings:
            raise UsageError(
                f"{place.name} has no cases: write them under `tests:`, record one, or name a file of them: see `ctxload test --help`"
            )
        tables, tree = project.tables, project.tree
        runs = tuple(run_cases(tables, tree, cases, mode, evidence=documents_of(project)) for mode in modes)
    except CtxloadError as error:
        return fail(error)
    damaged = any(finding.skipped or finding.severity == "error" for finding in findings)
    tested = Tested(place.name, runs, tuple(_short(runs, options.limits)), damaged)
    _print(tested, [*gathered.index.sources, *(file.source for file in files)], options)
    unknown = {case.agent.value: agent_findings(tables, tree, case.agent.value) for case in cases}
    _remark([*gathered.diagnostics, *(finding for found in unknown.values() for finding in found)], findings)
    return EXIT_USAGE if damaged else EXIT_DONE if tested.passed else EXIT_NO


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


def _short(runs: Iterable[Run], limits: Limits) -> Iterator[Short]:
    """What each run does not reach."""
    for run in runs:
        scores = run.scores
        least = (
            ("F1", scores.f1, limits.min_f1),
            ("precision", scores.precision, limits.min_precision),
            ("recall", scores.recall, limits.min_recall),
        )
        most = (
            ("failed cases", scores.cases - scores.passed, limits.max_failed),
            ("files a task", scores.files_per_task, limits.max_files),
            ("tokens a task", scores.tokens_per_task, limits.max_tokens),
        )
        yield from (
            Short(run.match, name, value, limit) for name, value, limit in least if limit is not None and value < limit
        )
        yield from (
            Short(run.match, name, value, limit) for name, value, limit in most if limit is not None and value > limit
        )


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def _print(tested: Tested, sources: list[Source], options: Options) -> None:
    place = Places(sources)
    if options.form == "json":
        import json

        say(json.dumps(to_dict(tested, place), indent=2, ensure_ascii=False) + "\n")
    elif options.form == "github":
        say("".join(f"{line}\n" for line in _annotations(tested, place)))
        remark(_summary(tested.runs, Paint(False)))
    else:
        paint = Paint(wants_colour(options.color, sys.stdout, dict(os.environ)))
        say("".join(f"{line}\n" for line in in_words(tested, place, paint, quiet=options.quiet)))


class Places:
    """Where cases stand: `path:line:column`, and as its parts."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.name: source for source in sources}

    def of(self, case: Case) -> tuple[str, int, int]:
        """Path, line and column of a case; an empty path where it has none."""
        source = self._sources.get(case.task.source)
        return (source.name, *source.position(case.task.start)) if source else ("", 0, 0)

    def line(self, case: Case) -> str:
        """The place on one line."""
        path, line, column = self.of(case)
        return f"{escape(path)}:{line}:{column}" if path else ""


def in_words(tested: Tested, place: Places, paint: Paint, *, quiet: bool = False) -> Iterator[str]:
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


def _failed(outcomes: tuple[Outcome, ...], place: Places, paint: Paint) -> Iterator[str]:
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
        yield f"{scores.quiet} of {scores.silent} cases that expect nothing called for nothing"


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


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:,.0f}" if value >= 1000 else f"{value:.3f}"


def _annotations(tested: Tested, place: Places) -> Iterator[str]:
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


def to_dict(tested: Tested, place: Places) -> dict[str, Any]:
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


def scores_to_dict(scores: Scores) -> dict[str, Any]:
    """The figures of a run as JSON-ready data."""
    return {
        "cases": scores.cases,
        "passed": scores.passed,
        "precision": round(scores.precision, 4),
        "recall": round(scores.recall, 4),
        "f1": round(scores.f1, 4),
        "silent": scores.silent,
        "quiet": scores.quiet,
        "files_per_task": round(scores.files_per_task, 2),
        "tokens_per_task": round(scores.tokens_per_task),
    }


def outcome_to_dict(outcome: Outcome, place: Places) -> dict[str, Any]:
    """What a case came to as JSON-ready data; keys without a value are left out."""
    case = outcome.case
    path, line, column = place.of(case)
    data: dict[str, Any] = {
        "task": case.task.value,
        "agent": case.agent.value or None,
        "passed": outcome.passed,
        "layer": outcome.layer or None,
        "expect": [name.value for name in case.expect],
        "came": list(outcome.came),
        "files": list(outcome.files),
        "tokens": outcome.tokens,
    }
    if path:
        data.update(path=path, line=line, column=column)
    if case.reject:
        data["reject"] = [name.value for name in case.reject]
    for key in ("missing", "unwanted", "extra"):
        if found := getattr(outcome, key):
            data[key] = [{"name": item.name, "why": item.why} for item in found]
    if outcome.problem:
        data["problem"] = outcome.problem
    return data

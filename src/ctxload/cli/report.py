"""`ctxload report`: writes one page to look at."""

from __future__ import annotations

from ..authoring.logs.asked import asked_tasks
from ..authoring.logs.model import Columns
from ..authoring.page_file import write_output
from ..authoring.report.overview import overview
from ..authoring.report.page import MARK, page
from ..errors import EXIT_DONE, CtxloadError
from ..integrations.without_index import index_at
from ..output import fail, remark, say
from ..progress import telling
from ..project.opening import documents_of
from ..record import Record
from ..text.escaping import escape
from ..text.finding_lines import finding_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..authoring.use.summary import UseSummary
    from ..project.snapshot import Project

#: Where the page is written unless a file is named.
NAME = "context-report.html"


class ReportOptions(Record):
    """What `ctxload report` was asked."""

    index: str = ""
    root: str = ""
    output: str = ""
    tasks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    match: str = ""
    columns: Columns | None = None


def main(
    *, index: str, root: str, output: str, tasks: tuple[str, ...], cases: tuple[str, ...], match: str,
    task_column: str, agent_column: str, tasks_format: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    columns = Columns(task_column, "", agent_column, tasks_format)
    return run_report(ReportOptions(index, root, output, tasks, cases, match, columns))


def run_report(options: ReportOptions) -> int:
    """Writes the page; the exit status."""
    from ..authoring.evaluate.casefile import sound_files
    from ..index.keys import check_match
    from ..project.build import build
    from .check import told_findings

    try:
        check_match(options.match)
        place = index_at(index=options.index, root=options.root)
        project = build(place, own=False)
        assembled = project.as_written
        read = sound_files(options.files)
        cases = [*assembled.index.tests, *(case for file in read for case in file.cases)]
        asked = asked_tasks(options.tasks, options.columns)
        found, _ = told_findings(place)
        evidence = documents_of(project)
        evidence()  # has a bar of its own
        with telling("the report", {"asking": 0}) as told:
            seen = overview(
                assembled.index, project.tables, project.tree, cases, asked.tasks, found,
                match=options.match, evidence=evidence, sources=[file.source for file in read],
                progress=lambda share: told.stage("asking", share), use=_use(project),
            )  # fmt: skip
        text = page(seen)
        if options.output == "-":
            say(text)
        else:
            write_output(options.output or NAME, text, MARK, "a report")
            remark([f"ctxload: wrote {escape(options.output or NAME)}: open it in a browser"])
    except CtxloadError as error:
        return fail(error)
    remark(asked.remarks())
    remark(finding_lines([finding for finding in assembled.diagnostics if finding.severity != "note"]))
    return EXIT_DONE


def _use(project: Project) -> UseSummary | None:
    """What agent clients were given, where that is recorded."""
    from ..authoring.use.records import read_records
    from ..authoring.use.summary import summary

    rows = project.tables.entries
    found = read_records(project.place.root).rows
    return summary(found, [rows[number].id for number in range(len(rows))]) if found else None

"""`ctxload diff`: two versions of an index over the same tasks, and what a change of it changes."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager

from ..authoring.compare.changes import Changes
from ..authoring.compare.comparison import FAILURES, Comparison, compared, own_tasks
from ..authoring.compare.summary import Summary, compare_tasks
from ..authoring.compare.versions import Version, is_revision, of_file, of_project, of_revision, unreadable_commit
from ..authoring.logs.asked import checked, no_task
from ..authoring.logs.model import BadLines, Columns
from ..authoring.logs.reader import read_tasks
from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, UsageError
from ..integrations.without_index import index_at
from ..output import fail, remark, say
from ..record import Record
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..text.wording import first_of, names_of
from .diff_fleet import Ways, compare_many, for_logs, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..index.model import Case
    from ..workspace.locations import Place

FORMATS = ("text", "markdown", "html", "json")
#: Where the page is written unless a file is named.
NAME = "context-diff.html"
#: What is compared with where nothing is named.
LAST = "HEAD"
#: How many tasks of each group are shown, in words and in a page or JSON.
FEW, MANY = 2, 5
#: How many findings about the first version are told.
FINDINGS = 5


class DiffOptions(Record):
    """What `ctxload diff` was asked."""

    versions: tuple[str, ...] = ()
    index: str = ""
    root: str = ""
    logs: tuple[str, ...] = ()
    columns: Columns = Columns()
    files: tuple[str, ...] = ()
    match: str = ""
    form: str = "text"
    output: str = ""
    examples: int | None = None
    fail_on: tuple[str, ...] = ()
    color: str = "auto"
    ways: Ways = Ways()


def main(
    *, versions: tuple[str, ...], index: str, root: str, tasks: tuple[str, ...], task_column: str, files_column: str,
    agent_column: str, tasks_format: str, cases: tuple[str, ...], match: str, form: str, json: bool, output: str,
    examples: int | None, fail_on: tuple[str, ...], color: str, workers: int | None, scheduler: str, resume: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    columns = Columns(task_column, files_column, agent_column, tasks_format)
    options = DiffOptions(
        versions, index, root, tasks, columns, cases, match, "json" if json else form, output, examples, fail_on, color,
        Ways(workers, scheduler, resume),
    )  # fmt: skip
    return run_diff(options)


def run_diff(options: DiffOptions) -> int:
    """Compares, prints, and judges; the exit status."""
    try:
        _check(options)
        place = index_at(index=options.index, root=options.root)
        with ExitStack() as opened:
            before, after = _versions(options, place, opened)
            seen = _read_on(before, after, options)
        _print(seen, options)
    except CtxloadError as error:
        return fail(error)
    remark(first_of(_findings_before(before, after), FINDINGS))
    remark(finding_lines([one for one in after.findings if one.severity != "note"]))
    failed = [name for name in options.fail_on if seen.failures()[name]]
    if failed:
        remark([f"ctxload: --fail-on {name}: {seen.failures()[name]:,}" for name in failed])
    return EXIT_NO if failed else EXIT_DONE


def _findings_before(before: Version, after: Version) -> Iterator[str]:
    """A line for each finding about the first version that the second no longer has: it may be no such index."""
    still = {(one.code, one.message) for one in after.findings}
    for one in before.findings:
        if one.severity != "note" and (one.code, one.message) not in still:
            yield f"before, {one.concise()}{' [this part was skipped]' if one.skipped else ''}"


def _check(options: DiffOptions) -> None:
    from ..index.keys import check_match

    check_match(options.match)
    if len(options.versions) > 2:
        raise UsageError("name at most two versions: what was before, and what is compared with it")
    checked(options.columns)
    for name in options.fail_on:
        if name not in FAILURES:
            raise UsageError(f"--fail-on {escape(name)}: use {', '.join(FAILURES)}")


def _versions(options: DiffOptions, place: Place, opened: ExitStack) -> tuple[Version, Version]:
    """The versions that are named; what is not named is HEAD, and the working tree."""
    from ..project.build import build

    named = options.versions or (LAST,)
    before = _version(named[0], place)
    opened.callback(before.close)
    after = _version(named[1], place) if len(named) == 2 else of_project(build(place, own=False))
    opened.callback(after.close)
    return before, after


def _version(name: str, place: Place) -> Version:
    """A version by its name: an index file, or else a revision of git."""
    looks_like_file = name.lower().endswith((".yml", ".yaml")) or os.sep in name
    if os.path.isfile(name) and (looks_like_file or not is_revision(name, place.root)):
        return of_file(name, place.root)
    return of_revision(name, place)


def _read_on(before: Version, after: Version, options: DiffOptions) -> Comparison:
    """The comparison; UsageError where a commit lacks a document, which is read when a task asks for it."""
    from ..workspace.git.objects import UnreadableRepository

    try:
        return _compared(before, after, options)
    except UnreadableRepository as error:
        raise unreadable_commit(before.name, error) from None


def _compared(before: Version, after: Version, options: DiffOptions) -> Comparison:
    cases, bad = _cases(after, options.files), BadLines()
    changes = Changes.between(before, after)
    ways = for_logs(options.ways, options.logs)
    with _told(options.logs) as heard:
        tasks = read_tasks(options.logs, options.columns, bad, heard) if options.logs else own_tasks(before, after)
        if ways is None:
            summary = compare_tasks(tasks, before, after, changes, options.match)
        else:
            summary = compare_many(tasks, before, after, changes, options.match, ways)
    if ways is not None:
        remark([f"ctxload: {summary.counts['tasks']:,} tasks answered", f"ctxload: digest {summary.digest:064x}"])
    summary.bad.merge(bad)
    _refuse_empty(summary, options)
    source = names_of(options.logs).replace("`", "") if options.logs else "labelled cases and headings"
    return compared(before, after, changes, summary, cases, source, options.match)


@contextmanager
def _told(logs: Iterable[str]) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, and what tells it how many bytes more of the logs were read."""
    from ..progress import Bar, can_show

    if not can_show():
        yield None
        return
    whole, done = max(size_of(logs), 1), 0

    def heard(count: int) -> None:
        nonlocal done
        done += count
        bar.stage("asking", min(1.0, done / whole))

    with Bar("the tasks", {"asking": 0}) as bar:
        yield heard


def _refuse_empty(summary: Summary, options: DiffOptions) -> None:
    if options.logs and not summary.counts["tasks"]:
        raise no_task(options.logs, summary.bad)


def _cases(after: Version, files: Iterable[str]) -> list[Case]:
    from ..authoring.evaluate.casefile import cases_of_files

    return [*after.index.tests, *cases_of_files(files)]


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def _print(seen: Comparison, options: DiffOptions) -> None:
    text = _text_of(seen, options)
    output = options.output or (NAME if options.form == "html" else "-")
    if output == "-":
        say(text)
        return
    _write(output, text, options.form)
    remark([f"ctxload: wrote {escape(output)}" + (": open it in a browser" if options.form == "html" else "")])


def _text_of(seen: Comparison, options: DiffOptions) -> str:
    shown = options.examples if options.examples is not None else MANY if options.form in ("html", "json") else FEW
    if options.form == "json":
        import json

        from ..authoring.compare.data import to_dict

        return json.dumps(to_dict(seen, examples=shown), indent=2, ensure_ascii=False) + "\n"
    if options.form == "markdown":
        from ..authoring.compare.markdown import markdown

        return markdown(seen, examples=shown)
    if options.form == "html":
        from ..authoring.compare.page import page

        return page(seen, examples=shown)
    from ..authoring.compare.text import in_words
    from ..text.render import Paint, wants_colour

    coloured = not options.output and wants_colour(options.color, sys.stdout, dict(os.environ))
    return "".join(f"{line}\n" for line in in_words(seen, Paint(coloured), examples=shown))


def _write(path: str, text: str, form: str) -> None:
    from ..authoring.compare.page import MARK
    from ..authoring.page_file import write_output

    write_output(path, text, MARK if form == "html" else "")

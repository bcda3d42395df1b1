"""`ctxload learn`: labelled cases from the person's own transcripts, shown; `--apply` writes them to the index."""

from __future__ import annotations

import os
import sys

from ..authoring.evaluate.cases import Owners
from ..authoring.index_file import write_index
from ..authoring.learn.data import Counts, to_dict
from ..authoring.learn.labels import Labels
from ..authoring.learn.lessons import MISS, Lesson, Lessons, keywords_of, lessons
from ..authoring.logs.sessions import read_session
from ..authoring.use.records import read_records
from ..errors import EXIT_DONE, EXIT_NO, CtxloadError, UsageError
from ..index.edits import with_case
from ..integrations.without_index import index_at, index_or_instead
from ..output import fail, is_agreed, remark, say
from ..progress import telling
from ..project.build import build
from ..project.opening import documents_of
from ..record import Record
from ..text.diff import difference
from ..text.escaping import escape
from ..text.render import Paint, wants_colour
from ..text.source import Source
from ..text.wording import counted, names_of
from ..workspace.locations import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..authoring.evaluate.suggestions import Suggestions
    from ..authoring.learn.labels import Label
    from ..integrations.transcripts import Found
    from ..project.snapshot import Project

    Step = Callable[[str, float], None]

#: How many documents that no entry names are told.
UNLISTED = 5


class LearnOptions(Record):
    """What `ctxload learn` was asked."""

    index: str = ""
    root: str = ""
    transcripts: tuple[str, ...] = ()
    most: int = 20
    only: tuple[str, ...] = ()
    json: bool = False
    apply: bool = False
    keywords: bool = False
    yes: bool = False
    color: str = "auto"


class Learned(Record):
    """What the transcripts show: the figures, the cases, the keywords, documents that no entry names, and why records
    are not read.
    """

    counts: Counts
    lessons: Lessons
    keywords: Suggestions | None
    unlisted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def main(
    *, index: str, root: str, transcripts: tuple[str, ...], most: int, only: tuple[str, ...], json: bool, apply: bool,
    keywords: bool, yes: bool, color: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    return run_learn(LearnOptions(index, root, transcripts, most, only, json, apply, keywords, yes, color))


def run_learn(options: LearnOptions) -> int:
    """Learns, prints, and writes the cases when that is agreed; the exit status."""
    try:
        place = index_or_instead(options.index, options.root)
        if options.apply and not os.path.lexists(place.path):
            index_at(options.index, options.root)  # says that there is none to write to
        project = build(place)
        found = _transcripts(place.root, options.transcripts)
        with telling(place.name, {"reading": 0, "trying": 60}) as told:
            learned = learn(project, found, options, told.stage)
        if options.transcripts and not learned.counts.prompts:
            raise _no_transcript(options.transcripts)
        paint = Paint(wants_colour(options.color, sys.stdout, dict(os.environ)))
        if options.json:
            from json import dumps

            data = to_dict(learned.counts, learned.lessons, learned.keywords)
            say(dumps(data, indent=2, ensure_ascii=False) + "\n")
        else:
            say("".join(f"{line}\n" for line in in_words(learned, paint)))
        remark(_remarks(found, learned))
        if not learned.lessons.cases:
            return EXIT_NO
        if not options.apply:
            return EXIT_DONE
        if options.keywords:
            return _apply_keywords(place, project, learned.keywords, options, paint)
        return _apply(place, project, learned.lessons, options, paint)
    except CtxloadError as error:
        return fail(error)


def _transcripts(root: str, named: tuple[str, ...]) -> Found:
    from ..integrations.transcripts import transcripts_in, transcripts_of

    for path in named:
        if not (os.path.isfile(path) or os.path.isdir(path)):
            what = "this isn't a file or folder" if os.path.lexists(path) else "there is no such file or folder"
            raise UsageError(f"--transcripts {escape(path)}: {what}")
    found = transcripts_in(named) if named else transcripts_of(root)
    if named and not found.paths:
        raise _no_transcript(named)
    if not found.paths:
        raise UsageError(
            "no transcript of Claude Code or Codex of this project is here: name a folder of them with --transcripts"
        )
    return found


def _no_transcript(named: tuple[str, ...]) -> UsageError:
    return UsageError(
        f"--transcripts {names_of(map(escape, named))}: there is no prompt of Claude Code or Codex: name one of their "
        "transcripts, or a folder of them"
    )


def learn(project: Project, transcripts: Found, options: LearnOptions, step: Step) -> Learned:
    """What transcripts show of a project."""
    evidence = documents_of(project)
    owners = Owners(project.tables, project.tree, evidence)
    roots = (project.place.root, os.path.realpath(project.place.root))
    records = read_records(project.place.root)
    labels = Labels(owners, records.rows, roots)
    rows: list[Label] = []
    for at, path in enumerate(transcripts.paths, 1):
        rows += _labels_of(labels, path)
        step("reading", at / len(transcripts.paths))
    index = project.as_written.index
    made = _chosen(lessons(rows, index.tests, options.most), options.only)
    cases = [lesson.case for lesson in made.cases]
    keywords = (
        keywords_of(index, project.tree, cases, evidence=evidence, step=lambda _, share: step("trying", share))
        if cases
        else None
    )
    counts = Counts(
        len(transcripts.paths), len(rows), sum(row.is_recorded for row in rows), sum(len(row.hits) for row in rows),
        sum(len(row.misses) for row in rows), sum(len(row.doubtful) for row in rows),
    )  # fmt: skip
    unlisted = tuple(path for row in rows for path in row.unlisted)
    return Learned(counts, made, keywords, unlisted, records.refused)


def _labels_of(labels: Labels, path: str) -> list[Label]:
    try:
        return list(labels.of(read_session(path)))
    except (OSError, EOFError):
        return []


def _chosen(made: Lessons, only: tuple[str, ...]) -> Lessons:
    """The cases that `--only` names by their numbers; without it all of them."""
    if not only:
        return made
    numbers = {int(word) for word in only if word.isdecimal() and len(word) < 6}
    if len(numbers) != len(set(only)) or not numbers <= set(range(1, len(made.cases) + 1)):
        raise UsageError(f"--only takes numbers of cases, from 1 to {len(made.cases)}")
    return made.replace(cases=tuple(made.cases[number - 1] for number in sorted(numbers)))


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def in_words(learned: Learned, paint: Paint) -> Iterator[str]:
    """The figures, the cases and the keywords as lines for people."""
    counts = learned.counts
    yield paint("bold", f"{counted(counts.prompts, 'prompt')} in {counted(counts.conversations, 'conversation')}") + (
        f", {counts.recorded:,} with records of what they were given; the others are replayed"
    )
    hits, misses = counted(counts.hits, "hit"), counted(counts.misses, "miss", "misses")
    yield f"documents: {hits}, {misses}, {counts.doubtful:,} doubtful"
    for number, lesson in enumerate(learned.lessons.cases, 1):
        yield ""
        yield from _lesson_lines(number, lesson, paint)
    if learned.keywords is not None:
        yield ""
        yield from _keyword_lines(learned.keywords, paint)


def _lesson_lines(number: int, lesson: Lesson, paint: Paint) -> Iterator[str]:
    expect = ", ".join(escape(name.value) for name in lesson.case.expect)
    kind = paint("error" if lesson.kind == MISS else "mark", f"{lesson.kind:<4}")
    yield f"{number:>3}  {kind}  {escape(lesson.case.task.value)}"
    yield f"     expect  {paint('bold', expect)}"
    yield from (f"     {paint('dim', escape(why))}" for why in lesson.why)


def _keyword_lines(found: Suggestions, paint: Paint) -> Iterator[str]:
    before, after = found.before.scores, found.after.scores
    if not found.proposals:
        yield "no keyword that `suggest` can propose makes these cases pass without harm"
        return
    yield f"with these cases `suggest` proposes (F1 over the cases {before.f1:.3f} → {after.f1:.3f})"
    for one in found.proposals:
        yield f"  {paint('mark', 'add')}  {escape(one.entry)}  {paint('bold', escape(one.keyword))}"


def _remarks(found: Found, learned: Learned) -> Iterator[str]:
    made = learned.lessons
    yield from (
        f"ctxload: {escape(why)}; until then what is recorded there counts for nothing" for why in learned.refused
    )
    if found.left_out:
        yield f"ctxload: {counted(found.left_out, 'older or larger transcript')} not read"
    if made.secret:
        yield f"ctxload: {counted(made.secret, 'prompt')} that may hold a secret left out"
    if made.long:
        yield f"ctxload: of {counted(made.long, 'long prompt')} the beginning is taken"
    if made.more:
        yield f"ctxload: {counted(made.more, 'more case')}; `--most` shows more"
    for path in list(dict.fromkeys(learned.unlisted))[:UNLISTED]:
        yield f"ctxload: `{escape(path)}` was opened, and no entry names it: `ctxload init --add`"
    if made.known:
        yield f"ctxload: {counted(made.known, 'prompt')} in the index as cases already"
    if not made.cases and (made.known or made.secret):
        yield "ctxload: nothing more to propose"
    elif not made.cases:
        yield "ctxload: nothing to propose: no prompt shows a document that was used, and doubt alone proposes nothing"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def _apply_keywords(
    place: Place, project: Project, found: Suggestions | None, options: LearnOptions, paint: Paint
) -> int:
    """Shows and writes the keywords, and no prompt; the exit status."""
    if found is None or not found.proposals:
        return EXIT_NO
    from .suggest import write_keywords

    return write_keywords(place, project.as_written, found, paint, is_agreed_to=options.yes, on_stdout=not options.json)


def _apply(place: Place, project: Project, made: Lessons, options: LearnOptions, paint: Paint) -> int:
    """Shows and writes the cases; the exit status."""
    assembled = project.as_written
    source = assembled.index.source(assembled.index.name)
    assert source is not None
    text = source.text
    for lesson in made.cases:
        text = with_case(Source(source.name, text), lesson.case)
    change = difference(source.name, source.text, text, paint)
    if options.json:
        remark(change.splitlines())
    else:
        say("\n" + change)
    question = f"write these {counted(len(made.cases), 'prompt')} to {escape(place.name)}?"
    if not options.yes and not is_agreed(question):
        remark(["ctxload: nothing was written; `--yes` writes without asking, `--only N` some of them"])
        return EXIT_NO
    write_index(place, source, text)
    remark([f"ctxload: wrote {escape(place.name)}; next: `ctxload suggest --apply` for their keywords"])
    return EXIT_DONE

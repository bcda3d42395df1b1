"""`ctxload suggest`: proposals for keywords, for a person or a program; `--apply` writes them, the change shown."""

from __future__ import annotations

import os
import sys

from ..authoring.evaluate.candidates import ADD, DROP, NARROW, Proposal
from ..authoring.evaluate.case_data import scores_to_dict
from ..authoring.evaluate.casefile import cases_of_files
from ..authoring.evaluate.cases import Scores, shown
from ..authoring.evaluate.suggestions import MOST, Suggestions, suggest
from ..authoring.index_file import write_index
from ..authoring.logs.asked import asked_tasks
from ..authoring.logs.model import Columns
from ..errors import EXIT_DONE, EXIT_NO, CtxloadError
from ..index.edits import KeywordChange, NotEditable, changed_keywords
from ..integrations.without_index import index_at
from ..output import fail, is_agreed, remark, say
from ..progress import on_terminal
from ..project.build import build
from ..project.opening import documents_of
from ..record import Record
from ..text.diff import difference
from ..text.escaping import escape
from ..text.finding_lines import finding_lines
from ..text.render import Paint, wants_colour
from ..text.wording import counted
from ..workspace.locations import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from ..authoring.evaluate.trial import TrialState
    from ..index.model import Case, Entry
    from ..project.assemble import Assembled
    from ..project.snapshot import Project

FORMATS = ("text", "json")
#: How many cases that cannot be mended are named.
UNMENDED = 8
#: The version of the JSON shape.
JSON_VERSION = 1
#: What takes how much of the time, in percent at its beginning (measured on 600 documents).
STAGES = {"asking": 0, "reading": 5, "trying": 50}


class SuggestOptions(Record):
    """What `ctxload suggest` was asked."""

    index: str = ""
    root: str = ""
    tasks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    match: str = ""
    most: int = MOST
    form: str = "text"
    apply: bool = False
    yes: bool = False
    color: str = "auto"
    columns: Columns | None = None


def main(
    *, index: str, root: str, tasks: tuple[str, ...], cases: tuple[str, ...], match: str, most: int, form: str,
    apply: bool,
    yes: bool, color: str, task_column: str, agent_column: str, tasks_format: str,
) -> int:  # fmt: skip
    """Runs the command with the values of its options; the exit status."""
    columns = Columns(task_column, "", agent_column, tasks_format)
    return run_suggest(SuggestOptions(index, root, tasks, cases, match, most, form, apply, yes, color, columns))


def run_suggest(options: SuggestOptions) -> int:
    """Works out the proposals, prints them, and writes them when that is agreed; the exit status."""
    try:
        place = index_at(index=options.index, root=options.root)
        project = build(place, own=False)
        assembled = project.as_written
        cases = [*assembled.index.tests, *cases_of_files(options.files)]
        asked = asked_tasks(options.tasks, options.columns)
        found = _with_bar(project, assembled, cases, asked.tasks, options)
        paint = Paint(wants_colour(options.color, sys.stdout, dict(os.environ)))
        if options.form == "json":
            import json

            say(json.dumps(to_dict(found), indent=2, ensure_ascii=False) + "\n")
        else:
            say("".join(f"{line}\n" for line in in_words(found, paint, applying=options.apply)))
        remark(asked.remarks())
        remark(_remarks(found, assembled))
        if not found.proposals:
            return EXIT_NO
        if not options.apply:
            return EXIT_DONE
        return write_keywords(
            place, assembled, found, paint, is_agreed_to=options.yes, on_stdout=options.form == "text"
        )
    except CtxloadError as error:
        return fail(error)


def _with_bar(
    project: Project, assembled: Assembled, cases: list[Case], tasks: Sequence[Case], options: SuggestOptions
) -> Suggestions:
    from ..index.keys import check_match

    check_match(options.match)
    with on_terminal(project.place.name, STAGES) as bar:
        return suggest(
            assembled.index, project.tree, cases, tasks,
            match=options.match, most=options.most, evidence=documents_of(project), step=bar.stage,
        )  # fmt: skip


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────


def in_words(suggestions: Suggestions, paint: Paint, *, applying: bool = False) -> Iterator[str]:
    """The proposals as lines for people, then what all of them do."""
    for proposal in suggestions.proposals:
        what = escape(proposal.keyword) + (f" → {escape(proposal.instead)}" if proposal.instead else "")
        colour = {ADD: "mark", DROP: "error", NARROW: "warning"}[proposal.kind]
        yield f"{paint(colour, f'{proposal.kind:<6}')}  {escape(proposal.entry)}  {paint('bold', what)}"
        yield f"        {escape(proposal.why)}"
        yield from (f"        {paint('dim', line)}" for line in _effect(proposal, suggestions))
    if not suggestions.proposals:
        return
    yield ""
    yield from _summary(suggestions)
    if not applying:
        yield "`ctxload suggest --apply`, with the same options, writes this to the index"


def _effect(proposal: Proposal, found: Suggestions) -> Iterator[str]:
    """What a proposal does, a line each."""
    effect = proposal.effect
    outcomes = found.before.outcomes
    for number in effect.fixed[:3]:
        yield f"passes now: {shown(outcomes[number].case)}"
    if len(effect.fixed) > 3:
        more = len(effect.fixed) - 3
        yield f"and {counted(more, 'more case')} {'passes' if more == 1 else 'pass'}"
    if f"{effect.f1_before:.3f}" != f"{effect.f1_after:.3f}":
        yield f"F1 {effect.f1_before:.3f} → {effect.f1_after:.3f}"
    changes = (
        (effect.gained, "that fell through finds it", "that fell through find it"),
        (effect.changed, "loads other files", "load other files"),
        (effect.lost, "falls through now", "fall through now"),
    )
    for count, one, many in changes:
        if count:
            yield f"{count} {f'task {one}' if count == 1 else f'tasks {many}'}"


def _summary(found: Suggestions) -> Iterator[str]:
    before, after = found.before, found.after
    kinds = [(sum(proposal.kind == kind for proposal in found.proposals), kind) for kind in (ADD, DROP, NARROW)]
    yield (
        f"{counted(len(found.proposals), 'proposal')}: "
        f"{', '.join(f'{count} to {kind}' for count, kind in kinds if count)}"
    )
    if before.outcomes:
        one, two = before.scores, after.scores
        yield (
            f"cases: {_arrow(one.passed, two.passed)} of {one.cases} passed, F1 "
            f"{_arrow(f'{one.f1:.3f}', f'{two.f1:.3f}')}"
        )
    if before.answers:
        yield f"tasks: {_arrow(before.fell_through, after.fell_through)} of {len(before.answers)} fall through"


def _arrow(before: object, after: object) -> str:
    return str(before) if before == after else f"{before} → {after}"


def _remarks(found: Suggestions, assembled: Assembled) -> Iterator[str]:
    if not found.proposals:
        yield "ctxload: nothing to suggest" + (
            "" if found.before.answers else "; tasks of yours say more: `--tasks FILE`"
        )
    elif not found.before.outcomes:
        yield "ctxload: the index has no labelled cases: nothing but your eye keeps a proposal from doing harm"
    for number in found.unmended[:UNMENDED]:
        outcome = found.before.outcomes[number]
        why = "no keyword that its documents hold makes this case pass without harm to others"
        yield f"ctxload: {why}: {shown(outcome.case)}"
    if len(found.unmended) > UNMENDED:
        yield f"ctxload: and {counted(len(found.unmended) - UNMENDED, 'more case')}"
    if found.untried:
        yield f"ctxload: {found.untried} more were not tried: run it again after these"
    yield from finding_lines([finding for finding in assembled.diagnostics if finding.severity != "note"])


def to_dict(suggestions: Suggestions) -> dict[str, Any]:
    """The proposals as JSON-ready data."""
    return {
        "version": JSON_VERSION,
        "proposals": [_proposal_to_dict(proposal, suggestions) for proposal in suggestions.proposals],
        "before": _state_to_dict(suggestions.before),
        "after": _state_to_dict(suggestions.after),
        "unmended": [suggestions.before.outcomes[number].case.task.value for number in suggestions.unmended],
        "untried": suggestions.untried,
    }


def _proposal_to_dict(proposal: Proposal, found: Suggestions) -> dict[str, Any]:
    effect = proposal.effect
    data = {"kind": proposal.kind, "entry": proposal.entry, "keyword": proposal.keyword}
    if proposal.instead:
        data["instead"] = proposal.instead
    return {
        **data,
        "why": proposal.why,
        "effect": {
            "passes_now": [found.before.outcomes[number].case.task.value for number in effect.fixed],
            "f1_before": round(effect.f1_before, 4),
            "f1_after": round(effect.f1_after, 4),
            "found": effect.gained,
            "changed": effect.changed,
            "lost": effect.lost,
        },
    }


def _state_to_dict(state: TrialState) -> dict[str, Any]:
    scores: Scores = state.scores
    return {**scores_to_dict(scores), "tasks": len(state.answers), "tasks_that_fall_through": state.fell_through}


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def write_keywords(
    place: Place, assembled: Assembled, suggestions: Suggestions, paint: Paint, *, is_agreed_to: bool, on_stdout: bool
) -> int:
    """Shows and writes the changes of every index file; the exit status."""
    changes = _by_entry(suggestions.proposals)
    texts = {}
    for source in assembled.index.sources:
        own = {assembled.index.entries[number]: change for number, change in changes.items()}
        own = {entry: change for entry, change in own.items() if entry.source == source.name}
        if own:
            texts[source.name] = _changed(source, own)
    shown_to = say if on_stdout else lambda text: remark(text.splitlines())
    for name, text in texts.items():
        shown_to("\n" + difference(name, _source(assembled, name).text, text, paint))
    if not is_agreed_to and not _is_agreed(texts):
        remark(["ctxload: nothing was written; `--yes` writes without asking"])
        return EXIT_NO
    for name, text in texts.items():
        write_index(place, _source(assembled, name), text)
    remark([f"ctxload: wrote {', '.join(map(escape, texts))}"] if texts else ["ctxload: nothing was written"])
    return EXIT_DONE if texts else EXIT_NO


def _source(assembled: Assembled, name: str) -> Any:
    return assembled.index.source(name)


def _is_agreed(texts: dict[str, str]) -> bool:
    return bool(texts) and is_agreed(f"write this to {', '.join(map(escape, texts))}?")


def _by_entry(proposals: Iterable[Proposal]) -> dict[int, KeywordChange]:
    """The changes of each entry as one."""
    found: dict[int, KeywordChange] = {}
    for proposal in proposals:
        old, new = found.get(proposal.number, KeywordChange()), proposal.change
        found[proposal.number] = KeywordChange((*old.add, *new.add), (*old.drop, *new.drop), (*old.swap, *new.swap))
    return found


def _changed(source: Any, changes: dict[Entry, KeywordChange]) -> str:
    """The text of an index file with the changes made; those that cannot be made safely are told and left out."""
    try:
        return changed_keywords(source, changes)
    except NotEditable:
        sound = {}
        for entry, change in changes.items():
            try:
                changed_keywords(source, {entry: change})
                sound[entry] = change
            except NotEditable as error:
                remark([f"ctxload: {escape(str(error))}"])
        return changed_keywords(source, sound) if sound else str(source.text)

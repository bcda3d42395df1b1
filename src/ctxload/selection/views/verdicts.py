"""Every entry's answer: selected or not, and why; worked out when somebody asks."""

from __future__ import annotations

from ...matching.matcher import Hit, PhrasePart, find, find_parts, points_of, points_of_parts
from ...matching.tables import VETO, EntryRow
from ..choice import Choice
from ..model import EXPLICIT, KEYWORD_LAYER, Reason, Verdict
from ..reasons import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..choice import WhyNot


def verdicts(choice: Choice) -> tuple[Verdict, ...]:
    """Every entry's verdict: the selected ones in order, then the others, nearest first."""
    choice.settle()
    given = _reasons(choice)
    hits, parts = _evidence(choice)
    selected, others = [], []
    rows = choice.tables.entries
    repeated = {rows[number].id for number in range(len(rows)) if choice.tables.ids.get(rows[number].id) != number}
    for number in range(len(choice.tables.entries)):
        row, files = choice.tables.entries[number], choice.entry_files.known(number)
        reason = next(filter(None, (given.get((choice.tree.leads_to(path), row.id)) for path in files)), None)
        if reason is not None:
            score = choice.scores.get(number, 0)
            selected.append(Verdict(row.id, True, "selected", _why(choice, number, reason), score, files=files))
        else:
            verdict = _why_not(choice, number, row, hits.get(number, []), parts.get(number, []))
            others.append(_with_file(verdict, row) if row.id in repeated else verdict)
    selected.sort(key=lambda verdict: -verdict.score)
    others.sort(key=lambda verdict: (-verdict.score, -len(verdict.present), len(verdict.missing)))
    return (*selected, *others)


def _with_file(verdict: Verdict, row: EntryRow) -> Verdict:
    """The verdict of an entry whose id others have too, with its file, which tells them apart."""
    paths = tuple(path for path, _, _ in row.paths if not set(path) & set("*?["))
    return verdict if verdict.files else verdict.replace(files=paths)


def _why(choice: Choice, number: int, reason: Reason) -> str:
    """Why an entry was selected: what the default made of it, else the first reason."""
    if choice.weighed is not None and number in choice.weighed.why:
        from .weighing import why

        return why(choice.weighed, number)
    return say(reason)


def verdict_of(choice: Choice, number: int) -> Verdict:
    """The verdict of one entry that was not selected, as among all of them."""
    hits, parts = _evidence(choice)
    return _why_not(choice, number, choice.tables.entries[number], hits.get(number, []), parts.get(number, []))


def _evidence(choice: Choice) -> tuple[dict[int, list[Hit]], dict[int, list[PhrasePart]]]:
    """What the matcher finds, with what it comes to."""
    return find(choice.tables, choice.tokens), find_parts(choice.tables, choice.tokens)


def _reasons(choice: Choice) -> dict[tuple[str, str], Reason]:
    """The first reason that an entry gives for a file, by the file, whatever link names it, and the entry's id."""
    given: dict[tuple[str, str], Reason] = {}
    for path, found in choice.files.items():
        for reason in found.reasons:
            given.setdefault((choice.tree.leads_to(path), reason.entry), reason)
    return given


def say(reason: Reason) -> str:
    """A reason in a few words, as `explain` prints it.

    >>> say(Reason("keyword", "keyword", "api", "a"))
    'keyword `api`'
    """
    by = f"`{reason.by}`"
    text = {
        "path": f"named in the task: {by}",
        "id": f"named in the task: {by}" if reason.layer == EXPLICIT else f"its id {by}",
        "bundle": f"bundle {by} named in the task",
        "name": f"named in the task: {by}",
        "option": f"--context {by}",
        "keyword": f"keyword {by}",
        "section": f"keyword {by}",
        "part": f"part of {by}",
        "rule": f"rule {by}",
        "file": f"file pattern {by}",
        "document": f"its document speaks of {by}",
        "default": f"fallback: {by}",
        "directory": f"fallback: the agent's folder {by}",
        "domain": f"fallback: the domain's folder {by}",
        "setting": f"{by}",
        "entries": f"fallback: {reason.by}",
        "requires": f"required by {by}",
        "always": f"{by}",
    }.get(reason.kind, reason.by)
    if reason.sections:
        text += f", section {', '.join(f'`{heading}`' for heading in reason.sections)}"
    return f"{text}, {reason.note}" if reason.note else text


def _why_not(choice: Choice, number: int, row: EntryRow, hits: list[Hit], parts: list[PhrasePart]) -> Verdict:
    tables = choice.tables
    wholes = [hit for hit in hits if tables.keywords[hit.keyword].kind != VETO]
    nearest, present, missing, spans = "", (), (), ()  # type: tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[int, int], ...]]
    if wholes:
        near = tables.keywords[wholes[0].keyword]
        nearest, present = near.text, near.words
        spans = tuple(choice.tokens.span(hit.clause, hit.first, hit.last) for hit in wholes)
    elif parts:
        best = max(parts, key=lambda part: (part.cover, -part.keyword))
        near = tables.keywords[best.keyword]
        nearest, present = near.text, best.present
        missing = tuple(word for word in near.words if word not in best.present)
        spans = places(choice.tokens, best.present)
    if choice.taken_back:
        from ..meant import spans_of

        spans = spans_of(choice, number) or spans
    score = choice.scores.get(number, 0) or sum(
        points for _, points in (points_of(tables, wholes) or points_of_parts(tables, parts))
    )
    why, message = _why_word(choice, number, row, nearest, missing)
    return Verdict(
        row.id, False, why, message, score, nearest, present, missing, spans, choice.entry_files.known(number)
    )


def _why_word(choice: Choice, number: int, row: EntryRow, nearest: str, missing: tuple[str, ...]) -> WhyNot:
    if number in choice.without:
        return choice.why_not[number]
    if choice.layer == EXPLICIT:
        named = choice.files or choice.left_out
        return "explicit", "other context was named" if named else "`none` was named: nothing is to be loaded"
    if number in choice.why_not:
        return choice.why_not[number]
    why = choice.why_out_of_scope(number, row)
    if why:
        return why
    if choice.weighed is not None and number in choice.weighed.scores:
        from .weighing import why_not

        return why_not(choice.weighed, number)
    if nearest and missing:
        lacking = ", ".join(f"`{word}`" for word in missing)
        if choice.layer == KEYWORD_LAYER:
            return "part", f"only a part of `{nearest}` stands in the task (lacks {lacking}), and others match whole"
        return "part", f"only a part of `{nearest}` stands in the task: it lacks {lacking}"
    if nearest and choice.layer == KEYWORD_LAYER:
        return "part", f"`{nearest}` is only evidence, and others match whole"
    if nearest:
        return "part", f"the words of `{nearest}` stand in the task, and not as one phrase"
    if row.for_files:
        return "no-keyword", "none of its keywords is in the task, and no file at hand fits its `for_files`"
    return "no-keyword", "none of its keywords is in the task"

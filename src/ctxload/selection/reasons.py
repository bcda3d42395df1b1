"""Why a keyword calls for its entry, as `Reason`s. What the reasons of one keyword have in common is remembered."""

from __future__ import annotations

from ..matching.matcher import points_of
from ..matching.tables import SECTION, Alone, ReasonParts
from ..record import record
from .model import KEYWORD_LAYER, Reason, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..matching.matcher import Hit, PhrasePart
    from ..matching.tables import Tables
    from ..matching.tokens import Tokens
    from .choice import Choice


def whole_reasons(tables: Tables, tokens: Tokens, task: str, hits: list[Hit]) -> tuple[int, tuple[Reason, ...]]:
    """The score of an entry that these hits call for where all words count in full, and its reasons."""
    if len(hits) != 1:
        points = points_of(tables, hits)
        reasons = [_reason(reason_parts(tables, *one), task, (tokens, hits, one[0])) for one in points]
        return sum([more for _, more in points]), tuple(reasons)
    keyword = hits[0][0]
    score, parts = tables.memory.alone.get(keyword) or alone_with(tables, keyword)
    return score, (_reason(parts, task, (tokens, hits, keyword)),)


def alone_with(tables: Tables, keyword: int) -> Alone:
    """What a keyword that stands alone adds to its entry's score, and the parts of its reason; remembered."""
    worth = tables.keywords[keyword].worth
    made = tables.memory.alone[keyword] = Alone(worth, _parts(tables, keyword, worth))
    return made


def keyword_reason(choice: Choice, keyword: int, points: int, hits: list[Hit]) -> Reason:
    """Why a keyword calls for its entry, with where it stands."""
    parts = with_note(reason_parts(choice.tables, keyword, points), choice.where_it_stands(keyword, hits))
    if choice.read_as:
        from .meant import note_of

        parts = with_note(parts, note_of(choice, keyword, hits))
    return _reason(parts, choice.request.task, (choice.tokens, hits, keyword))


def with_note(parts: ReasonParts, note: str) -> ReasonParts:
    """The same with a further note, if there is one."""
    return parts.replace(note=f"{parts.note}, {note}" if parts.note else note) if note else parts


def _reason(parts: ReasonParts, task: str, places: tuple[Any, ...]) -> Reason:
    """A reason of these parts, for words that stand at these places (see `Where`)."""
    layer, kind, by, entry, terms, note, sections = parts
    return record(Reason, (layer, kind, by, entry, record(Where, (task, places)), terms, note, sections))


def reason_parts(tables: Tables, keyword: int, points: int) -> ReasonParts:
    """What the reasons of one keyword with these points have in common; remembered."""
    known = tables.memory.reasons.get((keyword, points))
    if known is None:
        known = _parts(tables, keyword, points)
        tables.memory.remember_reason((keyword, points), known)
    return known


def _parts(tables: Tables, keyword: int, points: int) -> ReasonParts:
    number, text, kind, _, _, _, _, alias = tables.keywords[keyword]
    row = tables.entries[number]
    sections = row.sections_of(text) if kind == SECTION else ()
    note = f"read as `{alias}`" if alias else ""
    return ReasonParts(KEYWORD_LAYER, kind, text, row[0], (Term(f"{kind} {text}", points),), note, sections)


def part_reason(choice: Choice, keyword: int, points: int, parts: list[PhrasePart]) -> Reason:
    """Why a part of a phrase speaks for its entry, with the words that the task lacks."""
    row = choice.tables.keywords[keyword]
    part = next(part for part in parts if part.keyword == keyword)
    where = Where(choice.tokens.text, places(choice.tokens, part.present))
    lacking = [word for word in row.words if word not in part.present]
    note = f"without {', '.join(f'`{word}`' for word in lacking)}" if lacking else "in another order"
    if choice.read_as:
        from .meant import note_of_words

        note = ", ".join(filter(None, (note, note_of_words(choice, part.present))))
    terms = (Term(f"part of {row.text}", points),)
    return Reason(KEYWORD_LAYER, "part", row.text, choice.tables.entries[row.entry].id, where, terms, note)


def places(tokens: Tokens, forms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where words in these normal forms stand in a task."""
    wanted = set(forms)
    rows = zip(tokens.forms, tokens.spans, strict=True)
    return tuple([span for row, spans in rows for form, span in zip(row, spans, strict=True) if form in wanted])

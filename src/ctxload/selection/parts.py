"""Entries that only a part of a phrase calls for, where nothing whole does and the evidence is clear."""

from __future__ import annotations

from ..matching.matcher import clear_parts, may_be_clear, parts_of, points_of_parts, shares_in
from .choice import Choice, in_rank
from .reasons import part_reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.matcher import Part
    from .choice import Ranked, WhyNot

#: Why an entry is not called by a part of its phrases.
_UNCLEAR: WhyNot = ("part", "only a part of a phrase stands in the task, and the evidence is not clear")


def by_parts(choice: Choice, vetoed: set[int]) -> list[Ranked]:
    """Nothing whole matched: entries of whose phrases most stands in the task, if the evidence is clear."""
    shares, used = shares_in(choice.tables, choice.tokens)
    if not may_be_clear(choice.tables, shares):
        choice.unweighed = vetoed
        return []
    return weigh_parts(choice, vetoed, parts_of(choice.tables, shares, used))


def weigh_parts(choice: Choice, vetoed: set[int], parts: dict[int, list[Part]]) -> list[Ranked]:
    """The entries for which these parts speak clearly; of the others it is kept why not."""
    tables = choice.tables
    scores: dict[int, int] = {}
    for number, found in parts.items():
        row = tables.entries[number]
        if row.whole_only or number in vetoed:
            continue
        if (choice.narrow or not row.free) and (
            why := choice.why_out_of_scope(number, row) or choice.why_does_not_count(row)
        ):
            choice.why_not[number] = why
            continue
        scores[number] = sum([points for _, points in points_of_parts(tables, found)])
    clear = clear_parts(scores)
    unclear = {number: points for number, points in scores.items() if number not in clear} if clear else scores
    choice.why_not.update(dict.fromkeys(unclear, _UNCLEAR))
    choice.scores.update(unclear)
    return in_rank(choice, [
        (number, scores[number], tuple([part_reason(choice, keyword, given, parts[number]) for keyword, given in points_of_parts(tables, parts[number])]))
        for number in clear
    ])  # fmt: skip

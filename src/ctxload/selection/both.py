"""Entries that ask for both (`needs: both`): a word of the task, which is a keyword or a rule, and a file at hand.

Who answers a conversation may know that one of the two was met before: `Request.met` names such entries.
"""

from __future__ import annotations

from ..matching.matcher import find
from ..matching.tables import VETO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.matcher import Hit
    from .choice import Choice
    from .model import Reason

WITHOUT_WORD = "asks for both (`needs: both`), and no keyword of it is in the task"
WITHOUT_FILE = "asks for both (`needs: both`), and no file at hand fits its `for_files`"


def lacking(choice: Choice, hits: dict[int, list[Hit]], beside: dict[int, list[Reason]]) -> set[int]:
    """The entries that ask for both and have one or none; remembers why they do not come."""
    tables, found = choice.tables, set()
    for number in tables.meta.both:
        kinds = {reason.kind for reason in beside.get(number, ())}
        word, file = "rule" in kinds or _word(choice, hits.get(number, [])), "file" in kinds
        is_met = tables.entries[number].id in choice.request.met
        if "id" not in kinds and not (word and file) and not (is_met and (word or file)):
            choice.why_not[number] = ("needs-both", WITHOUT_FILE if word else WITHOUT_WORD)
            found.add(number)
    return found


def with_a_word(choice: Choice) -> tuple[str, ...]:
    """The ids of those that ask for both and have a keyword in the task."""
    hits, entries = find(choice.tables, choice.tokens), choice.tables.entries
    return tuple([entries[n].id for n in choice.tables.meta.both if _word(choice, hits.get(n, []))])


def _word(choice: Choice, hits: list[Hit]) -> bool:
    return any(choice.tables.keywords[hit.keyword].kind != VETO for hit in hits)

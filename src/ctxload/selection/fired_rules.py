"""The rules of an index that fire on a task, as reasons."""

from __future__ import annotations

from ..matching.rules import search
from .choice import RULE_POINTS, Choice
from .model import KEYWORD_LAYER, Reason, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..matching.rules import Fired
    from ..matching.tables import RuleRow


def fired_rules(choice: Choice) -> Iterator[tuple[int, Reason]]:
    """The entries that rules call for, each with the reason; a finding for a rule that was not searched to its end."""
    rules = choice.tables.rules
    for fired in search(rules, choice.request.task):
        rule = rules[fired.number]
        if fired.unsearched or fired.stopped:
            _report(choice, rule, fired)
            continue
        where = Where(choice.request.task, ((fired.start, fired.end),))
        terms = (Term(f"rule {rule.pattern}", RULE_POINTS),)
        for number in _entries_of(choice, rule):
            entry = choice.tables.entries[number].id
            yield number, Reason(KEYWORD_LAYER, "rule", rule.pattern, entry, where, terms, rule.description)


def _report(choice: Choice, rule: RuleRow, fired: Fired) -> None:
    if fired.unsearched:
        code, what = "CTX213", "was not searched: the library `regex` is not here"
        hint = (
            "install ctxload with pip, or write it without back-references, and with looks (`(?=…)`) at one "
            "character only"
        )
    else:
        code, what = "CTX206", "took too many steps and was stopped"
        hint = "avoid large counted repeats, and back-references beside repeats"
    message = f"the rule `{rule.pattern[:60]}` {what}"
    choice.report(code, message, rule.source, rule.line, rule.column, hint=hint)


def _entries_of(choice: Choice, rule: RuleRow) -> dict[int, None]:
    """The entries that a rule names, and with `testing` those of the agent that are about tests."""
    numbers = dict.fromkeys(rule.entries)
    if rule.testing and choice.agent:
        rows = choice.tables.entries
        tagged = choice.tables.tags.get("testing") or ()
        numbers.update({number: None for number in tagged if choice.why_out_of_scope(number, rows[number]) is None})
    return numbers

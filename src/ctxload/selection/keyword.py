"""The keyword layer: entries in scope that a keyword or a rule calls for, best first, each with what it requires."""

from __future__ import annotations

from itertools import pairwise

from ..matching.matcher import find
from ..matching.tables import VETO
from ..matching.task_words import NOUNS, PARTICLES
from ..matching.tokens import form
from .choice import RULE_POINTS, Choice, in_rank
from .model import KEYWORD_LAYER
from .reasons import whole_reasons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..matching.matcher import Hit
    from .choice import Ranked
    from .model import Reason


def keyword(choice: Choice) -> bool:
    """Entries in scope with a keyword in the task, or named by a rule that fires, best first; False when none."""
    if choice.mode != "whole":
        if _has_verb(choice):
            from .meant import read_verbs

            read_verbs(choice)
        if _may_slip(choice):
            from .meant import read_slips

            read_slips(choice)
    called, rules, vetoed = _called(choice, find(choice.tables, choice.tokens))
    ranked = _ranked(choice, called, rules, vetoed)
    matched: set[int] = set()
    for number, score, reasons in ranked:
        matched.add(number)
        choice.scores[number] = score
        choice.add_entry(number, reasons, score)
        if choice.tables.entries[number].requires:
            from .required import require

            require(choice, number, KEYWORD_LAYER, matched)
    return bool(ranked)


def _has_verb(choice: Choice) -> bool:
    """Whether a keyword may write a verb and its particle as one word."""
    has_word = choice.tables.has_word
    return any(
        last in PARTICLES and len(first) > 2 and has_word(form(NOUNS.get(first, first)) + last)
        for words in choice.tokens.words
        for first, last in pairwise(words)
    )


def _may_slip(choice: Choice) -> bool:
    """Whether a long word that nobody knows may be a slip of a keyword's, which begins or ends as it does."""
    parts = choice.tables.parts
    return choice.evidence() is not None and any(
        len(word) > 5
        and word.isascii()
        and word.isalpha()
        and not choice.knows(form(word))
        and (parts.get(f">{word[:3]}") or parts.get(f"<{word[-3:]}") or parts.get(f"<{form(word)[-3:]}"))
        for words in choice.tokens.words
        for word in words
    )


def _ranked(
    choice: Choice, called: dict[int, list[Hit]], rules: dict[int, list[Reason]], vetoed: set[int]
) -> list[Ranked]:
    """The entries that come, as the mode of the answer chooses."""
    if choice.mode == "whole":
        return _by_wholes(choice, called, rules)
    from .focused import by_focus

    return by_focus(choice, called, rules, vetoed)


def _called(
    choice: Choice, hits: dict[int, list[Hit]]
) -> tuple[dict[int, list[Hit]], dict[int, list[Reason]], set[int]]:
    """The entries that whole keywords and rules call for, what the rules give as reasons, and the vetoed ones."""
    tables = choice.tables
    vetoed = set(choice.without)
    rules = _beside_keywords(choice) if tables.rules or tables.meta.at_hand or tables.meta.manual else {}
    if tables.meta.both:
        from .both import lacking

        vetoed |= lacking(choice, hits, rules)
    if choice.taken_back:
        from .meant import vetoed_by

        vetoed |= vetoed_by(choice, hits)
    elif not choice.narrow and not rules and not vetoed and all(tables.entries[number].free for number in hits):
        return hits, rules, vetoed
    called: dict[int, list[Hit]] = {}
    named = [number for number in rules if any(reason.kind == "id" for reason in rules[number])]
    for number in {**hits, **rules} if rules else hits:
        if number in vetoed:
            continue
        own = hits.get(number, [])
        row = tables.entries[number]
        veto = _veto(choice, own) if row.has_veto else ""
        if veto:
            choice.why_not[number] = ("vetoed", f"is vetoed by its `exclude: {veto}`")
            vetoed.add(number)
        elif number not in named and (why := choice.why_out_of_scope(number, row) or choice.why_does_not_count(row)):
            choice.why_not[number] = why
        else:
            called[number] = own
    return called, {number: rules[number] for number in rules if number in called}, vetoed


def _beside_keywords(choice: Choice) -> dict[int, list[Reason]]:
    """What calls for entries beside keywords, as reasons, by entry: rules that fire, files at hand, mentions."""
    reasons: dict[int, list[Reason]] = {}
    if _may_fire(choice):
        from .fired_rules import fired_rules

        for number, reason in fired_rules(choice):
            reasons.setdefault(number, []).append(reason)
    if choice.tables.meta.at_hand:
        from .files_at_hand import called_for

        for number, reason in called_for(choice.tables, choice.tree, choice.request):
            reasons.setdefault(number, []).append(reason)
    task = choice.request.task
    if "@" in task or (choice.tables.meta.manual and ("#" in task or "/" in task)):
        from .mentions import may_mention, mentioned

        for number, reason in mentioned(choice) if may_mention(task) else ():
            reasons.setdefault(number, []).append(reason)
    return reasons


def _may_fire(choice: Choice) -> bool:
    """Whether some rule may fire; a quick look, so that most tasks need not read what searches by rules."""
    task = choice.request.task
    if not task.isascii():
        return bool(choice.tables.rules)
    low = task.lower().replace("\r\n", " ").replace("\r", " ").replace("\n", " ")
    return any(rule.may_fire(low) for rule in choice.tables.rules)


def _veto(choice: Choice, hits: list[Hit]) -> str:
    """The first `exclude` phrase among what was found, or an empty text."""
    rows = choice.tables.keywords
    return next((rows[hit.keyword].text for hit in hits if rows[hit.keyword].kind == VETO), "")


def _by_wholes(choice: Choice, called: dict[int, list[Hit]], rules: dict[int, list[Reason]]) -> list[Ranked]:
    """The called entries with what speaks for them, best first: priority, then score, then the order of the index."""
    tables = choice.tables
    ranked: list[Ranked] = []
    for number, hits in called.items():
        score, reasons = whole_reasons(tables, choice.tokens, choice.request.task, hits)
        if number in rules:
            reasons += tuple(rules[number])
            score += RULE_POINTS * len(rules[number])
        ranked.append((number, score, reasons))
    return in_rank(choice, ranked)

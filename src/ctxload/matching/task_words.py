"""What a task asks, by word: what each word counts, which of them are telling, and which stand near each other.

Telling are the words that say what the task is about: neither grammar nor generic, no numbers, not only pasted, and
not of a path, which says where and not what, unless nothing else is telling. A generic word tells too where it stands
in a whole keyword of somebody's, or where no other word does.
"""

from __future__ import annotations

from ..record import Record, record
from .document_index import is_content
from .word_lists import GENERIC_FORMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from .document_index import Evidence
    from .tokens import Tokens

    class Standing(Protocol):
        """What is asked of the stretches of a task (`zones.Standing`)."""

        def kind_at(self, at: int, /) -> str: ...


#: Where a word may stand, but for what is asked (`zones` tells).
CODE, URL, PATH, QUOTE = "code", "url", "path", "quote"
#: What a word counts by where it stands; in what is asked it counts 1.
WEIGHTS = {"": 1.0, QUOTE: 1.0, PATH: 0.5, CODE: 0.4, URL: 0.3}
#: How much a long task divides what documents speak for: (words + 2) to this power; and a long paste.
ASKED, PASTED = 0.38, 0.7
#: What a pair of words counts that stand near each other in the task and side by side in a document.
NEAR = 1.0
#: How many telling words apart two words are near each other.
APART = 2
#: What stands only where this much or less counts is not asked.
_PASTED = max(WEIGHTS[CODE], WEIGHTS[URL])


class Word(Record):
    """A word of a task that is not grammar: its normal form, its clause and place there, what it counts by where it
    stands.
    """

    form: str
    clause: int
    place: int
    weight: float


#: Words by which other languages are told: where one stands in a task, the grammar words of all of them weigh nothing.
MARKERS = frozenset(
    """
    der die das und ist nicht ein eine den mit für auf von wie wir ich
    le la les des est une dans pour avec que qui sur pas je
    el los las una por para con como del cómo
    uma não com na da
    il di che della gli nel è
    het een van voor niet
    och att det på är og ikke
    nie się bir için
    """.split()
)


#: The words by which a task goes on to something else.
JOINTS = frozenset("also and then plus afterwards und danach dann et puis ensuite y luego después e depois".split())


#: What stands behind a verb that many write as one word with it: `login`, `rollback`.
PARTICLES = frozenset("in out up down on off back over through away around".split())
#: Forms of a verb that are a noun where no particle is behind them.
NOUNS = {"setting": "set"}


def may_have_parts(tokens: Tokens) -> bool:
    """Whether a task may ask for more than one thing; a quick look."""
    return len(tokens.words) > 1 or not all(map(JOINTS.isdisjoint, tokens.words))


def content_words(tokens: Tokens, standing: Standing | None) -> list[Word]:
    """The words of a task that are not grammar, in order."""
    found, grammar = [], _grammar_for(tokens)
    for clause, forms in enumerate(tokens.forms):
        for place, form in enumerate(forms):
            if is_content(form) and form not in grammar:
                weight = 1.0 if standing is None else WEIGHTS[standing.kind_at(tokens.spans[clause][place][0])]
                found.append(record(Word, (form, clause, place, weight)))
    return found


def _grammar_for(tokens: Tokens) -> frozenset[str]:
    """The grammar words of other languages, where a task may be in one of them."""
    if tokens.text.isascii() and all(map(MARKERS.isdisjoint, tokens.words)):
        return frozenset()
    from .scripts import grammar_words

    return grammar_words()


def is_beside(word: Word) -> bool:
    """Whether a word stands beside what is asked alone: in a paste, a URL, or a path, which says where and not what."""
    return word.weight <= WEIGHTS[PATH]


def factors_of(words: list[Word]) -> dict[str, float]:
    """What each word of the task, and each two side by side, counts: less if it only stands in what was pasted."""
    best: dict[str, float] = {}
    before = "", -1, 0, 0.0
    for form, clause, place, weight in words:
        best[form] = max(best.get(form, 0.0), weight)
        if before[1] == clause and before[2] + 1 == place:
            pair = f"{before[0]} {form}"
            best[pair] = max(best.get(pair, 0.0), min(weight, before[3]))
        before = form, clause, place, weight
    single = [weight for form, weight in best.items() if " " not in form]
    asked = (sum(weight > _PASTED for weight in single) + 2) ** -ASKED
    pasted = (sum(weight <= _PASTED for weight in single) + 2) ** -PASTED
    return {form: weight * (asked if weight > _PASTED else min(asked, pasted)) for form, weight in sorted(best.items())}


def near_pairs(words: list[Word], factors: dict[str, float]) -> dict[str, float]:
    """The pairs of words that stand near each other in a clause, in either order, and not side by side in this one."""
    found: dict[str, float] = {}
    for at, (one, clause, _, _) in enumerate(words):
        for other, there, _, _ in words[at + 1 : at + 1 + APART]:
            if there != clause or other == one:
                continue
            for pair in (f"{one} {other}", f"{other} {one}"):
                if pair not in factors:
                    found[pair] = NEAR * min(factors[one], factors[other])
    return found


def telling_words(words: list[Word], evidence: Evidence | None, called: set[str], whole: set[str]) -> dict[str, bool]:
    """The telling words of a task, each with whether a document alone may answer for it: no generic one may.

    `called` are the words that keywords or parts of them stand for, `whole` those of whole keywords.
    """
    telling, named, generic, pasted = {}, {}, {}, {}
    for form, _, _, weight in words:
        if form.isdigit() or (form not in called and not _may_tell(form, evidence)):
            continue
        if weight == WEIGHTS[PATH] and form[0] == "l" and form[1:].isdigit():
            continue  # the line of `src/a.ts#L10`
        if weight <= _PASTED:
            pasted[form] = True
        elif weight == WEIGHTS[PATH] and form not in called:
            named[form] = True
        elif form in GENERIC_FORMS and form not in whole:
            generic[form] = False
        else:
            telling[form] = True
    return telling or named or generic or pasted


def _may_tell(form: str, evidence: Evidence | None) -> bool:
    """Whether a word that no keyword has may be telling: no single letter; beyond ASCII only what some document has,
    since in most scripts nothing else tells words of grammar."""
    if form.isascii():
        return len(form) > 1
    return evidence is not None and evidence.words.get(form) is not None

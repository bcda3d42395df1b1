"""Titles, headings and names → the pieces of them that people say: `Background tasks with Celery` is two.

A label falls apart at words of grammar and at signs; of a piece the verb of a guide goes (`Adding HTTP overrides`).
What is written in one piece stays one (`human-in-the-loop`).

>>> from ctxload.authoring.draft.unspaced import words_of
>>> [piece.words for piece in pieces_of(words_of("Adding HTTP method overrides"))]
[('http', 'method', 'override')]
>>> [piece.words for piece in pieces_of(words_of("Background tasks with Celery, and human-in-the-loop"))]
[('background', 'task'), ('celery',), ('human', 'in', 'the', 'loop')]
"""

from __future__ import annotations

import re

from ...matching.slips import is_common
from ...matching.tokens import tokenize
from ...matching.word_lists import GENERIC, STOP
from ...record import Record
from .terms import GLUE, SIGN, STOPS, TELLS, kind_of
from .unspaced import is_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...matching.tokens import Tokens

    Run = tuple[str, ...]

#: What a heading of a guide begins with; it says what the reader does, and not with what.
VERBS = frozenset(
    tokenize(
        "access add adopt allow ask build call change check choose combine configure create customize declare define "
        "deploy disable discover enable extend follow generate get give handle implement import include install "
        "integrate introduce keep learn load make manage monitor mount need override pass prepare provide put read "
        "register retrieve return run send set setting start supporting switch understand update upgrade use welcome "
        "why work write writing"
    ).forms[0]
)
#: What a piece of a heading ends with that says how or when, and not what.
ENDS = frozenset(tokenize("first later based since others mean works online here together instead").forms[0])
#: What stands between the members of a list.
LISTS = frozenset(("and", "or", "vs"))
#: What half of all projects are made with: a document is about one of these only where it is called so.
EVERYWHERE = frozenset(
    "ai api apis cli css csv git github gitlab html http https ide id ids javascript json linux llm llms macos node "
    "npm os pip pr prs python rest sdk sdks sql todo typescript ui url urls windows xml yaml".split()
)
#: The longest piece of a script without spaces that is given whole, in characters.
WHOLE = 12
#: Words shorter than this are in no table of common words: nobody knows what they are.
KNOWN = 6
#: How many members a list may have; how long a word in `-ly` is at least to be an adverb (`reply`).
MEMBERS, ADVERB = 4, 5


class Piece(Record):
    """A piece of a label: its words in normal form, where it stands in the tokens, and whether it is all of it, or a
    member of a list that is.
    """

    words: tuple[str, ...]
    clause: int
    first: int
    last: int
    is_whole: bool


def pieces_of(tokens: Tokens) -> Iterator[Piece]:
    """The pieces of a label, in order."""
    kinds = [[kind_of(word) for word in forms] for forms in tokens.forms]
    runs = [(number, *run) for number in range(len(kinds)) for run in _runs(tokens, number, kinds[number])]
    whole = len(runs) == 1 or _is_list(tokens, runs)
    for number, first, last in runs:
        forms = tokens.forms[number]
        begin, end = _trimmed(forms, first, last)
        if _is_joint(tokens, number, first, last) or SIGN in kinds[number][begin:end]:
            if number or first or last < len(forms) or len(runs) > 1 or len(tokens.text) > WHOLE or last < 2:
                continue
        elif TELLS not in kinds[number][begin:end]:
            continue
        yield Piece(tuple(forms[begin:end]), number, begin, end, whole)


def _is_list(tokens: Tokens, runs: list[tuple[int, int, int]]) -> bool:
    """Whether nothing but signs and `and` stands between the runs, and each is one word."""
    inside = {(number, at) for number, first, last in runs for at in range(first, last)}
    between = {
        word for number, forms in enumerate(tokens.words) for at, word in enumerate(forms) if (number, at) not in inside
    }
    return len(runs) <= MEMBERS and between <= LISTS and all(last - first == 1 for _, first, last in runs)


def _runs(tokens: Tokens, number: int, kinds: list[str]) -> Iterator[tuple[int, int]]:
    """The runs of a clause between words of grammar; what is glued to a word is a part of it."""
    first = -1
    for at, kind in enumerate(kinds):
        if kind == STOPS and not (first >= 0 and _is_glued(tokens, number, at)):
            if first >= 0:
                yield first, at
            first = -1
        elif first < 0:
            first = at
    if first >= 0:
        yield first, len(kinds)


def _is_joint(tokens: Tokens, number: int, first: int, last: int) -> bool:
    """Whether a run is a piece of what a script without spaces writes as one."""
    spans = tokens.spans[number]
    return any(spans[at][0] == spans[at - 1][1] for at in range(max(first, 1), min(last + 1, len(spans))))


def _is_glued(tokens: Tokens, number: int, at: int) -> bool:
    """Whether a word is written in one piece with its neighbours: with both, or, a number, with the one before."""
    spans, text = tokens.spans[number], tokens.text
    start, end = spans[at]
    before = at > 0 and start - spans[at - 1][1] == 1 and text[start - 1] in GLUE + "/"
    after = at + 1 < len(spans) and spans[at + 1][0] - end == 1 and text[end] in GLUE
    return before and (after or tokens.words[number][at].isdigit())


def _trimmed(forms: list[str], first: int, last: int) -> tuple[int, int]:
    """Where a piece begins without its verb, and ends without an adverb."""
    begin, end = first, last
    while end > begin + 1 and _is_adverb(forms[end - 1]):
        end -= 1
    while begin < end - 1 and forms[begin] in VERBS:
        begin += 1
    return begin, end


def _is_adverb(word: str) -> bool:
    return word in ENDS or (word.endswith("ly") and len(word) > ADVERB)


def is_special(written: str, form: str) -> bool:
    """Whether a word, as it is written, is one that people who do not mean this seldom say: a name or a term of art.

    >>> [is_special(word, word.lower()) for word in ("serializer", "restricted", "MCP", "WHERE", "oauth2", "wait")]
    [True, False, True, False, True, False]
    >>> [is_special(word, word.lower()) for word in ("20k", "250ms", "4xx", "1st", "2FA", "3D", "http2")]
    [False, False, False, False, True, True, True]
    """
    bare = written.lower()
    if _PLACEHOLDER.fullmatch(bare):
        return False
    if bare in STOP or bare in GENERIC or bare in EVERYWHERE or is_everyday(bare) or bare.endswith(CONTRACTIONS):
        return False
    if any(char.isupper() for char in written[1:]) or any(map(str.isdigit, written)):
        return len(written) > 1
    if not form.isascii():
        return is_word(form) or len(form) >= KNOWN
    return len(form) >= KNOWN - 1 and len(bare) >= KNOWN and bare.isascii() and not is_common(form)


#: How a verb and what is said of it end in one word: `hasn't`, `it'll`.
CONTRACTIONS = tuple(f"{sign}{ending}" for sign in "'’" for ending in ("t", "ll", "re", "ve", "d", "m"))
#: A number with a sign for any digit, `4xx`, or with a unit, `20k`, `250ms`, `1st`.
_PLACEHOLDER = re.compile(r"\d+x+|x+\d+|\d+(?:[kmsh]|[kmgt]b|[mun]s|px|r?em|pt|[kmg]?hz|st|nd|rd|th)")


def is_everyday(word: str) -> bool:
    """Whether a word in lower case is one of those that everybody writes."""
    return len(word) >= KNOWN and word.isascii() and word.isalpha() and is_common(word)

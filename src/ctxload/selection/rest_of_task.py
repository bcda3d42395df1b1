"""What the entries that are chosen leave of a task: the part of it that a further document answers.

A task that asks for two things asks for them one after the other. So the question is not how many words a further
document has in common with the task, but whether there is a part of the task, some clauses in a row, of which it says
much and those before say little. A keyword of somebody else beside those that brought an entry already must be so much
of the task, too.

>>> def sure(points, best, covered, telling):
...     return round(points)
>>> rest = Rest([["slow", "query"], ["button", "colour"]], {"slow", "query", "button", "colour"}, sure)
>>> rest.say([("slow", 900, 0), ("query", 800, 0)], ())
>>> rest.part([("query", 500, 0), ("button", 700, 0), ("colour", 600, 0)], ())
Part(points=1300.0, sure=1300, fresh=('button', 'colour'))
"""

from __future__ import annotations

from ..matching.document_index import FIELDS, Evidence, is_content
from ..matching.tables import KEYWORD
from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from typing import Any

    from ..matching.task_words import Word

    #: What a document gives for each word, or two side by side, with the fields as bits.
    Given = Iterable[tuple[str, int, int]]
    #: The confidence in points, without most of the best single word, where so many telling words of so many are there.
    Sure = Callable[[float, float, int, int], int]

#: How much of what is enough a part of the task must come to for a further entry, and what share of its points it must
#: be.
REST, NEW = 1.2, 0.5
#: What share of the best score, and of what is enough, such an entry must have by itself; how many are chosen at most.
OF_BEST, BY_ITSELF, MOST = 0.3, 0.7, 5
#: What share of the telling words a whole keyword must be beside an entry that has another one: where several entries
#: have its words, where it is the entry's own, and where besides no other document has it in its name or in a heading.
BESIDE, BESIDE_OWN, BESIDE_SOLE = 0.5, 0.25, 0.15
HEADED = sum(1 << bit for bit, name in enumerate(FIELDS) if name in ("name", "title", "heading"))
#: What the words of a keyword weigh at least, each, for it to be an entry's own.
OWN = 1000
#: The words that begin another part of a task, as the end of a clause does.
JOINTS = frozenset("also and but or plus then".split())


def add_further(weighed: Any, ranked: Sequence[int], least: int, sure: Sure) -> None:
    """Adds the entries that answer what those before leave of the task, the one with the surest part first.

    `weighed` is a `focused.Weighed`, `ranked` its best entries, `least` how many telling words each must answer.
    """
    waiting = _worth_a_look(weighed, ranked)
    if not waiting:
        return
    why, called = weighed.why, weighed.called_words
    rest = Rest(parts_of(weighed.words, weighed.choice.tokens.forms), weighed.telling, sure)
    for number in why:
        rest.say(weighed.words_of(number), called.get(number, ()))
    while waiting and len(why) < MOST:
        parts = {number: rest.part(weighed.words_of(number), called.get(number, ())) for number in waiting}
        number = max(waiting, key=lambda number: (parts[number].sure, -number))
        part = parts[number]
        waiting.remove(number)
        if part.sure < REST * weighed.enough:
            return
        if part.points >= NEW * weighed.spoken[number] and len(part.fresh) >= least:
            why[number] = f"answers the rest of the task: {', '.join(f'`{word}`' for word in part.fresh[:4])}"
            rest.say(weighed.words_of(number), called.get(number, ()))


def _worth_a_look(weighed: Any, ranked: Sequence[int]) -> list[int]:
    """The entries that could answer a part of the task, and have something to say by themselves."""
    scores, spoken = weighed.scores, weighed.spoken
    return [
        number
        for number in ranked
        if scores[number] >= OF_BEST * scores[ranked[0]]
        and number in spoken
        and spoken[number] >= REST * weighed.enough
        and number not in weighed.why
        and weighed.confidence(number) >= BY_ITSELF * weighed.enough
    ]


def least_beside(weighed: Any, number: int, place: tuple[int, int, int], alone: bool = False) -> float:
    """What share of the task a whole keyword must be beside another: less if no other entry's keywords have its words
    and other documents only mention them, none if hardly a document has them either.

    `alone` says that of the entries that may come here no other has the keyword.
    """
    rows = weighed.choice.tables.keywords
    for hit in weighed.found.get(number, ((), ()))[0]:
        row = rows[hit.keyword]
        is_own = any(row.weights) and (alone or all(weight >= OWN for weight in row.weights if weight))
        if row.kind == KEYWORD and is_own and tuple(hit)[1:] == place:
            holders = _holders(weighed.evidence, row.words)
            if holders[0] <= 1:
                return 0.0
            others = [where for other, where in zip(holders[1::3], holders[3::3], strict=True) if other != number]
            only_mention = len(holders) > 1 and not any(where & HEADED for where in others)
            return BESIDE_SOLE if only_mention else BESIDE_OWN
    return BESIDE


def _holders(evidence: Evidence | None, words: tuple[str, ...]) -> tuple[int, ...]:
    """The documents that have a keyword's words, the two of them that fewest have side by side, as a cell."""
    if evidence is None:
        return (0,)
    telling = [word for word in words if is_content(word)] or list(words)
    terms = [f"{telling[at]} {telling[at + 1]}" for at in range(len(telling) - 1)] or telling
    return min([evidence.words.get(term) or (0,) for term in terms], key=lambda cell: cell[0])


class Part(Record):
    """A part of a task: what it gives a document beyond what was said before, how sure one can be, the telling words
    that were not said before.
    """

    points: float
    sure: int
    fresh: tuple[str, ...]


class Rest:
    """A task part by part, and what was said of its words."""

    def __init__(self, parts: list[list[str]], telling: Collection[str], sure: Sure) -> None:
        self.parts, self.telling, self.sure = parts, telling, sure
        self.times: dict[str, int] = {}
        for word in (word for part in parts for word in part):
            self.times[word] = self.times.get(word, 0) + 1
        self.said: dict[str, int] = {}
        self.called: set[str] = set()

    def say(self, words: Given, called: Iterable[str]) -> None:
        """Remembers what an entry that is chosen says of each word, and which its keywords have."""
        for word, points, _ in words:
            self.said[word] = max(self.said.get(word, 0), points)
        self.called.update(called)

    def part(self, words: Given, called: Collection[str]) -> Part:
        """The parts in a row of which a document says most beyond what was said."""
        said, gives = self.said, self._by_word(words)
        more = {word: gives.get(word, 0.0) - said.get(word, 0) for word in self.times}
        points, first, last = best_run([sum([more[word] / self.times[word] for word in part]) for part in self.parts])
        here = dict.fromkeys(word for part in self.parts[first:last] for word in part)
        fresh = tuple(word for word in here if word in self.telling and self._is_fresh(word, gives, called))
        if not fresh:
            return Part(points, 0, ())
        telling = sum(word in self.telling for word in here)
        return Part(points, self.sure(points, max(more[word] for word in here), len(fresh), telling), fresh)

    def _is_fresh(self, word: str, gives: dict[str, float], called: Collection[str]) -> bool:
        """Whether a document says more than twice as much of a word as was said, or its entry's keywords alone have
        it.
        """
        return gives.get(word, 0.0) > 2 * self.said.get(word, 0) or (word in called and word not in self.called)

    def _by_word(self, given: Given) -> dict[str, float]:
        """What a document gives for each word; of what two side by side give beyond what was said, each has half."""
        found: dict[str, float] = {}
        for word, points, _ in given:
            one, pair, other = word.partition(" ")
            each = max(0, points - self.said.get(word, 0)) / 2 if pair else points
            for single in (one, other) if pair else (one,):
                found[single] = found.get(single, 0.0) + each
        return found


def parts_of(words: Iterable[Word], forms: list[list[str]]) -> list[list[str]]:
    """The words of a task that are not grammar, part by part: clauses, divided at `and` and the like."""
    parts: list[list[str]] = []
    clause = place = -1
    for word in words:
        if word.clause != clause or not JOINTS.isdisjoint(forms[clause][place : word.place]):
            parts.append([])
        parts[-1].append(word.form)
        clause, place = word.clause, word.place
    return parts


def best_run(values: Iterable[float]) -> tuple[float, int, int]:
    """The run of values with the greatest sum, with the place of its first and the one after its last.

    >>> best_run([1.0, -2.0, 3.0, -1.0, 2.0, -4.0])
    (4.0, 2, 5)
    """
    best = (0.0, 0, 0)
    so_far, first = 0.0, 0
    for place, value in enumerate(values):
        if so_far <= 0:
            so_far, first = 0.0, place
        so_far += value
        if so_far > best[0]:
            best = so_far, first, place + 1
    return best

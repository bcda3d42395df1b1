"""What else a task asks: each part of it is asked as a task of its own.

A task that asks for two things asks for them one after the other, in two sentences, at a comma between long
stretches, or joined by `and then` and the like. So the question is not how many words a further document has in common
with the whole task, but whether it is the best answer to one part, sure enough by that part alone, of which those that
are chosen say next to nothing. A keyword of somebody else beside those that brought an entry already must be so much of
the task, too.

>>> from ctxload.matching.tokens import tokenize
>>> from ctxload.matching.task_words import content_words
>>> def parts(task):
...     return parts_of(content_words(tokenize(task), None), tokenize(task))
>>> parts("Tune the slow query. Then colour the button")
[['tune', 'slow', 'query'], ['colour', 'button']]
>>> parts("Tune the slow query of orders, and colour the button of the form")
[['tune', 'slow', 'query', 'order'], ['colour', 'button', 'form']]
>>> parts("A form for new orders (fields, errors) and the button of the page in its own colour")
[['form', 'new', 'order', 'field', 'error'], ['button', 'page', 'colour']]
>>> parts("Add a health check, a probe and a limit")
[['add', 'health', 'check', 'probe', 'limit']]
"""

from __future__ import annotations

from ..matching.document_index import FIELDS, Evidence, is_content
from ..matching.tables import KEYWORD
from ..matching.task_words import ASKED, JOINTS, is_beside
from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ..matching.task_words import Word
    from ..matching.tokens import Tokens

    #: The confidence in points, without most of the best single word, where so many telling words of so many are there.
    Sure = Callable[[float, float, float, int], int]

#: What those that are chosen may say of a part, of what its best answer says; what share of the best score such an
#: answer must have in the whole task; how many entries are chosen at most.
SAID, OF_BEST, MOST = 0.25, 0.3, 5
#: What share of the telling words a whole keyword must be beside an entry that has another one: where several entries
#: have its words, where it is the entry's own, and where besides no other document has it in its name or in a heading.
BESIDE, BESIDE_OWN, BESIDE_SOLE = 0.5, 0.25, 0.15
HEADED = sum(1 << bit for bit, name in enumerate(FIELDS) if name in ("name", "title", "heading"))
#: What the words of a keyword weigh at least, each, for it to be an entry's own.
OWN = 1000
#: A name of one word is a word as any other where more documents have it than this, and than this share of them.
MANY_HAVE = 3, 0.1
#: The joints that begin another part of a task only between two stretches of so many words: `a probe and a limit` are
#: no two parts.
AND, STRETCH = frozenset("and und et y e".split()), 6
#: The least words of each of two stretches at a comma for them to be two parts; the commas are those of scripts with
#: spaces, since in the others each character is a word.
COMMA, _COMMAS = 5, frozenset(",\u060c")
#: The signs that end a sentence.
_ENDS = frozenset(".?!;\u3002\uff1f\uff01")
#: The signs that close an aside.
_CLOSED = frozenset(")]")


class Answer(Record):
    """What an entry says of a part of a task, how sure one can be of it, and the telling words that it has."""

    points: float
    sure: int
    covered: tuple[str, ...]


def add_further(weighed: Any, ranked: Sequence[int], sure: Sure) -> None:
    """Adds the best answer to each part of the task of which those before say next to nothing.

    `weighed` is a `focused.Weighed`, `ranked` its best entries.
    """
    words = [word for word in weighed.words if not is_beside(word)]
    parts, why = parts_of(words, weighed.choice.tokens), weighed.why
    if len(parts) < 2:
        return
    asked = len({word.form for word in words})
    near = [number for number in ranked if weighed.scores[number] >= OF_BEST * weighed.scores[ranked[0]]]
    if weighed.points is not None:
        weighed.points.look_at({*near, *why} & weighed.spoken.keys())
    for part in map(list, dict.fromkeys(map(tuple, parts))):  # asked again, a part says the same again
        telling = [word for word in dict.fromkeys(part) if word in weighed.telling]
        if not telling or len(why) >= MOST:
            continue
        longer = ((len(set(part)) + 2) / (asked + 2)) ** -ASKED
        answers = {number: _answer(weighed, number, part, telling, longer, sure) for number in {*near, *why}}
        best = max(answers, key=lambda number: (answers[number].sure, -number))
        answer = answers[best]
        if best in why or answer.sure < weighed.enough:
            continue
        if max([answers[number].points for number in why]) <= SAID * answer.points:
            named = ", ".join([f"`{word}`" for word in answer.covered[:4]])
            figures = f"{answer.sure / 1000:.2f}, and {weighed.enough / 1000:.2f} is enough"
            why[best] = f"answers a part of the task by itself, {named}: {figures}"


def _answer(weighed: Any, number: int, part: list[str], telling: list[str], longer: float, sure: Sure) -> Answer:
    """What an entry says of a part that is asked as a task of its own: a shorter task says each thing `longer`."""
    inside, points, best = set(part), 0, 0
    said: dict[str, float] = {}
    for word, given, where in weighed.words_of(number):
        one, pair, other = word.partition(" ")
        if one in inside and (not pair or other in inside):
            points += given
            if not pair:
                best = max(best, given)
                said[one] = weighed.share_of(where)
    called = weighed.called_words.get(number, ())
    covered = {
        word: 1.0 if word in called else said.get(word, 0.0) if weighed.telling[word] else 0.0 for word in telling
    }
    rows = weighed.choice.tables.keywords
    whole = longer * points + sum(
        [more for (keyword, _), more in weighed.keywords.get(number, {}).items() if inside & {*rows[keyword].words}]
    )
    share = sum(covered.values())
    return Answer(
        whole, sure(whole, longer * best, share, len(telling)), tuple([word for word in telling if covered[word]])
    )


def parts_of(words: Iterable[Word], tokens: Tokens) -> list[list[str]]:
    """The words of a task that are not grammar, part by part: sentences, divided at `then`, commas and the like."""
    begins = _beginnings(tokens)
    parts: list[list[str]] = []
    here, last = 0, -1
    for word in words:  # in order, as the beginnings are
        while begins[here + 1 : here + 2] and begins[here + 1] <= (word.clause, word.place):
            here += 1
        if here != last:
            parts.append([])
        parts[-1].append(word.form)
        last = here
    return parts


def _beginnings(tokens: Tokens) -> list[tuple[int, int]]:
    """Where the parts of a task begin: clause and place."""
    found = [(0, 0)]
    since = 0  # how many words stand between the last of them and the clause
    for clause, words in enumerate(tokens.words):
        between = _between(tokens, clause) if clause else ""
        ends = clause and _is_end(between)
        before = clause and not ends and _words_before(tokens, clause, since, between)
        is_further = before >= COMMA and len(words) >= COMMA and not _COMMAS.isdisjoint(between)
        if ends or is_further:
            found.append((clause, 0))
            since = 0
        since += len(words)
        for place, word in enumerate(words):
            is_long = (place or before) >= STRETCH and len(words) - place > STRETCH
            if word in JOINTS and (is_long or word not in AND):
                found.append((clause, place))
                since = len(words) - place
    return found


def _words_before(tokens: Tokens, clause: int, since: int, between: str) -> int:
    """How many words stand right before a clause: those of the one before, or `since` what is asked began where an
    aside in brackets ends there, so that what stands before the aside counts.
    """
    return len(tokens.words[clause - 1]) if _CLOSED.isdisjoint(between) else since


def _is_end(between: str) -> bool:
    """Whether a sentence ends between two clauses, or a line without a comma at its end."""
    return not _ENDS.isdisjoint(between) or ("\n" in between and "," not in between)


def _between(tokens: Tokens, clause: int) -> str:
    """What stands between a clause and the one before."""
    return tokens.text[tokens.spans[clause - 1][-1][1] : tokens.spans[clause][0][0]]


def least_beside(weighed: Any, number: int, place: tuple[int, int, int], alone: bool) -> float:
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
            if holders[:1] <= (1,):
                return 0.0
            others = [where for other, where in zip(holders[1::3], holders[3::3], strict=True) if other != number]
            only_mention = len(holders) > 1 and not any(where & HEADED for where in others)
            return BESIDE_SOLE if only_mention else BESIDE_OWN
    return BESIDE


def _holders(evidence: Evidence | None, words: tuple[str, ...]) -> tuple[int, ...]:
    """The documents that have a keyword's words, the two of them that fewest have side by side, as a cell;
    an empty one where none has.
    """
    if evidence is None:
        return ()
    telling = [word for word in words if is_content(word)] or list(words)
    terms = [f"{telling[at]} {telling[at + 1]}" for at in range(len(telling) - 1)] or telling
    return min([evidence.words.get(term) or () for term in terms], key=lambda cell: cell[:1])


def is_any_word(weighed: Any, number: int, place: tuple[int, int, int]) -> bool:
    """Whether a name is a single word that many documents have, or another form of it; `package` isn't `packaging`."""
    clause, first, _ = place
    evidence, tokens = weighed.evidence, weighed.choice.tokens
    form, word = tokens.forms[clause][first], tokens.words[clause][first]
    row, cell = weighed.choice.tables.entries[number], evidence.words.get(form)
    if cell is not None and cell[0] > max(MANY_HAVE[0], MANY_HAVE[1] * evidence.count):
        return True
    if not word.isascii() or (number in weighed.spoken and evidence.files[number][2] == (form,)):
        return False
    names = [row.id.rpartition("/")[2], *(path.rpartition("/")[2].rsplit(".", 1)[0] for path, _, _ in row.paths)]
    return not any(_is_plural(word, name.casefold()) or _is_plural(name.casefold(), word) for name in names)


def _is_plural(one: str, word: str) -> bool:
    return one in (word, f"{word}s", f"{word}es", f"{word[:-1]}ies")

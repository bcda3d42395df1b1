"""The default of choosing: keywords, parts of them and what the documents talk about, in one score of named terms.

The best entry comes if enough of what is asked stands in it, then what is as good, then what answers another part of
the task. An author's whole keyword in what is asked is a promise: it is never left out for lack of points alone. Small
talk brings nothing. `docs/matching.md` gives the curves behind the constants; they are the same for every project.
"""

from __future__ import annotations

from ..matching.document_index import (
    FIELDS,
    FILES,
    LIKE_IT,
    NEARBY,
    DocumentPoints,
    Evidence,
    is_content,
    ln,
    names_of_fields,
)
from ..matching.matcher import Hit, PhrasePart, find_parts, points_of_both
from ..matching.tables import KEYWORD
from ..matching.task_words import Word, content_words, factors_of, may_have_parts, near_pairs, telling_words
from ..matching.tokens import tokenize
from ..record import record
from ..workspace.stamps import is_young
from .choice import RULE_POINTS, Choice, in_rank
from .model import DOCUMENTS, KEYWORD_LAYER, Reason, Term, Where
from .reasons import keyword_reason, part_reason, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..matching.document_index import Given
    from .choice import Ranked

#: The least confidence with which an entry is chosen. Of more documents than a few more is asked, since among many one
#: fits by chance, and then another fits nearly as well: for each e-fold so much of what the second has of the score of
#: the best beyond a share.
ENOUGH, FEW, CROWD, APART = 610, 80, 0.7, 0.5
#: How many are chosen at most that score as much as the best.
AS_GOOD_MOST = 2
#: What share of a document's best single word doesn't count in the confidence: one word alone says little.
ALONE = 0.6
#: What share of a telling word counts that stands in nothing of a document but its text, and what else it stands in.
IN_TEXT, PROMINENT = 0.9, sum(1 << bit for bit, name in enumerate(FIELDS) if name != "text")
#: What share of the telling words a whole keyword must be to bring its entry, where no other's keyword does.
PROMISED = 0.2
#: What a whole keyword and a part of one count beside what documents speak for.
WHOLE_AND_PART = 0.8, 0.35
#: What a word counts for a document that only has one like it.
LIKE = 0.3
#: What a document says at least for its entry to be weighed, where no keyword calls for it.
SAYS_NOTHING = 300
#: How many of the documents that score best are looked at again.
LOOKED_AT = 12
#: How many words of a document a reason names, one by one; the others are summed up in one term.
NAMED = 12
#: What follows the name of a document that is called for by its name.
KINDS_OF_DOCUMENT = frozenset(
    "context doc documentation document file guide guideline handbook note page readme".split()
)
#: The most words of a prompt that may be nothing but small talk.
TALK_MOST = 24


def by_focus(
    choice: Choice, called: dict[int, list[Hit]], rules: dict[int, list[Reason]], vetoed: set[int]
) -> list[Ranked]:
    """The entries in scope that the task is about, best first."""
    weighed = Weighed(choice, _in_scope(choice, called, vetoed), rules, vetoed)
    chosen = _chosen(weighed)
    choice.scores.update(weighed.scores)
    choice.weighed = weighed
    return in_rank(choice, [(number, weighed.scores[number], weighed.reasons(number)) for number in chosen])


def enough_among(documents: int, second: float = 1.0) -> int:
    """The least confidence among so many documents, where the second best has this share of the score of the best.

    >>> enough_among(80), enough_among(400), enough_among(400, 0.6)
    (610, 954, 679)
    """
    if documents <= FEW or second <= APART:
        return ENOUGH
    return round(ENOUGH * (1 + CROWD * (second - APART) * ln(documents / FEW)))


class Weighed:
    """Every entry that anything speaks for, what it comes to, and what was made of it."""

    def __init__(
        self,
        choice: Choice,
        matches: dict[int, tuple[list[Hit], list[PhrasePart]]],
        rules: dict[int, list[Reason]],
        vetoed: set[int],
    ) -> None:
        self.choice, self.found, self.rules, self.vetoed = choice, matches, rules, vetoed
        self.evidence = choice.evidence()
        self.words = content_words(choice.tokens, choice.standing)
        if choice.less:
            from .meant import counted_less

            self.words = counted_less(choice, self.words)
        if self.evidence is not None and _may_name_code(choice.tokens.text):
            from .meant import read_names

            self.words = read_names(choice, self.words)
        self.points = points_of_documents(choice, self.evidence, self.words, matches)
        sums = self.points.sums if self.points is not None else {}
        #: What the documents speak for, in points. One that says next to nothing is left out, unless keywords call for
        #: its entry: in a large library most are such.
        self.spoken = {number: points for number, points in sums.items() if points >= SAYS_NOTHING}
        for number in _held_back(choice, self.spoken, vetoed):
            if number not in matches and not _may_speak(choice, number, vetoed):
                del self.spoken[number]
        self.keywords: dict[int, dict[tuple[int, bool], int]] = {}
        self.scores: dict[int, int] = self.spoken.copy()
        for number in matches:  # those that a rule calls for are among them
            if sums.get(number):
                self.spoken[number] = sums[number]
            self._weigh(number)
        self.called_words = {number: _words_of(choice, *one) for number, one in matches.items()}
        #: The whole keywords of entries that stand in what is asked.
        self.promised = {number: choice.promising(hits) for number, (hits, _) in matches.items() if hits}
        whole = {word for hits in self.promised.values() for word in _words_of(choice, hits, ())}
        called = set().union(*self.called_words.values())
        self.telling = telling_words(self.words, self.evidence, called, whole)
        #: The confidence that is enough in an index of this size.
        self.enough = ENOUGH if self.evidence is None else enough_among(self.evidence.count, _second(self.scores))
        #: Why each entry was chosen, in words, in the order in which they were.
        self.why: dict[int, str] = {}
        self._ranked: list[int] | None = None
        self._named: list[tuple[int, tuple[int, int, int]]] | None = None

    def ranked(self) -> list[int]:
        """The entries that may be chosen for their score, and a few more; the one that scores best first."""
        if self._ranked is None:
            self._ranked = best_of(self.scores, LOOKED_AT, self.enough)
        return self._ranked

    def named(self) -> list[tuple[int, tuple[int, int, int]]]:
        """Where names of files and titles of documents stand in the task, of the entries that score best."""
        if self._named is None:
            self._named = _names(self)
        return self._named

    def _weigh(self, number: int) -> None:
        hits, parts = self.found[number]
        points: dict[tuple[int, bool], int] = {}
        if hits or parts:
            points = points_of_both(self.choice.tables, hits, parts, self.choice.weight_of, WHOLE_AND_PART)
            row = self.choice.tables.entries[number]
            if row.paths and row.source == row.paths[0][0]:  # else an author weighs the words of an index
                from .mentions import add_own_name

                add_own_name(self.choice, number, points)
        self.keywords[number] = points
        self.scores[number] = (
            sum(points.values()) + self.spoken.get(number, 0) + RULE_POINTS * len(self.rules.get(number, ()))
        )

    def words_of(self, number: int) -> Given:
        """What the document of an entry gives for each word."""
        return self.points.words_of(number) if number in self.spoken and self.points is not None else ()

    def covered(self, number: int) -> list[str]:
        """The telling words of the task that an entry has, in its document or its keywords."""
        called = self.called_words.get(number, set())
        spoken = {word for word, _, _ in self.words_of(number)}
        return [word for word, alone in self.telling.items() if word in called or (alone and word in spoken)]

    def share_of(self, where: int) -> float:
        """What share of a telling word counts that stands there in a document."""
        return 1.0 if where & PROMINENT and not where & LIKE_IT else IN_TEXT

    def confidence(self, number: int) -> int:
        """The score without most of the document's best word, times the square root of what share of the telling words
        is covered: one that only stands in its text counts a little less.
        """
        covered = self.covered(number)
        if not covered:
            return 0
        called, spoken = self.called_words.get(number, ()), self.words_of(number)
        prominent = {word for word, _, where in spoken if where & PROMINENT and not where & LIKE_IT}
        in_text = len([word for word in covered if word not in called and word not in prominent])
        best_word = max([points for word, points, _ in spoken if " " not in word], default=0)
        return sure(self.scores[number], best_word, len(covered) - (1 - IN_TEXT) * in_text, len(self.telling))

    def reasons(self, number: int) -> tuple[Reason, ...]:
        """What speaks for an entry; the points of all terms add up to its score."""
        choice, (hits, parts) = self.choice, self.found.get(number, ([], []))
        reasons = [
            keyword_reason(choice, keyword, points, hits) if whole else part_reason(choice, keyword, points, parts)
            for (keyword, whole), points in self.keywords.get(number, {}).items()
        ]
        reasons += self.rules.get(number, ())
        if number in self.spoken:
            reasons.append(_document_reason(choice, number, self.words_of(number)))
        if not reasons:  # a document that is named and says nothing
            reasons.append(
                Reason(KEYWORD_LAYER, "name", choice.tables.entries[number].id, choice.tables.entries[number].id)
            )
        return tuple(reasons)


def _may_name_code(text: str) -> bool:
    """Whether a name such as `giftCardBalance` may stand in a text; a quick look."""
    return any(word[1:] != word[1:].lower() and word != word.upper() for word in text.split() if len(word) > 5)


def sure(points: float, best_word: float, covered: float, telling: int) -> int:
    """The confidence in points: without most of the best single word, times the square root of the share covered.

    >>> sure(2000, 1000, 2, 8)
    700
    """
    return round((points - ALONE * best_word) * float((covered / telling) ** 0.5))


def _second(scores: dict[int, int]) -> float:
    """What share of the best score the second has."""
    values = [0, 0, *scores.values()]
    best = max(values)
    values.remove(best)
    return max(values) / best if best else 0.0


def best_of(points: dict[int, int], most: int, enough: int | None = None) -> list[int]:
    """The numbers of so many that have the most points, and of all that have `enough`; best first.

    >>> best_of({3: 10, 4: 30, 5: 20, 6: 20}, 2), best_of({3: 10, 4: 30, 5: 20, 6: 20}, 2, 10)
    ([4, 5], [4, 5, 6, 3])
    """
    ranked = list(points)
    if len(ranked) > most:
        least = sorted(points.values())[-most]
        if enough is not None:
            least = min(least, enough)
        ranked = [number for number, given in points.items() if given >= least]
    ranked.sort()
    ranked.sort(key=points.__getitem__, reverse=True)  # of as good ones the first
    return ranked if enough is not None else ranked[:most]


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(weighed: Weighed) -> list[int]:
    """The entries that are chosen, in the order in which they were; `weighed.why` says why."""
    why, named = weighed.why, dict[int, str]()
    _add_by_words(weighed)
    if _may_name_document(weighed.choice):
        from .mentions import add_named, keep_beside

        named = add_named(weighed, KINDS_OF_DOCUMENT)
        keep_beside(weighed, named, _in_scope, _add_by_words)
    if _may_be_called(weighed):
        from .mentions import add_called

        add_called(weighed, by_path=any(named.values()))
    if "/" in weighed.choice.tokens.text:
        from .mentions import typed_commands

        why.update(typed_commands(weighed.choice, weighed.found, why))
    for number in weighed.rules:
        why.setdefault(number, "a rule of the index selects it")
    return list(why)


def _add_by_words(weighed: Weighed) -> None:
    """The entries that the words of the task call for."""
    why, ranked = weighed.why, weighed.ranked()
    _add_best(weighed, ranked)
    if why and len(weighed.telling) > 1 and may_have_parts(weighed.choice.tokens):
        from .rest_of_task import add_further

        add_further(weighed, ranked[:LOOKED_AT], sure)
    _add_promised(weighed)
    if why and _is_small_talk(weighed):
        why.clear()


def _add_best(weighed: Weighed, ranked: list[int]) -> None:
    """The best entry of which one can be confident, and one that scores as much."""
    scores, best = weighed.scores, 0
    for number in ranked:
        if scores[number] < max(weighed.enough, best) or len(weighed.why) == AS_GOOD_MOST:
            return
        if weighed.confidence(number) >= weighed.enough:
            weighed.why[number] = "as good as the best" if best else "best"
            best = best or scores[number]


def _add_promised(weighed: Weighed) -> None:
    """For each whole keyword in what is asked one of its entries, where it is enough of the task."""
    worded = any(map(weighed.promised.get, weighed.why))
    for clause, first, last, text, numbers in _runs(weighed):
        if not numbers.isdisjoint(weighed.why):
            continue
        words = weighed.choice.tokens.forms[clause][first:last]
        share = len(weighed.telling.keys() & set(words)) / len(weighed.telling) if weighed.telling else 1.0
        best = max(numbers, key=lambda number: (weighed.scores[number], -number))
        least = PROMISED
        if worded:
            from .rest_of_task import least_beside

            alone = weighed.choice.narrow and len(numbers) == 1  # others that have the keyword are for others
            least = least_beside(weighed, best, (clause, first, last), alone)
        if share >= least:
            weighed.why[best] = f"`{text}` stands whole" + ("" if weighed.why else ", and nothing else fits better")


def _runs(weighed: Weighed) -> list[tuple[int, int, int, str, set[int]]]:
    """The whole keywords and names in what is asked, none within a longer one, each with its entries.

    Where two keywords stand for the same words, one that is written as they are goes before its readings.
    """
    choice, rows = weighed.choice, weighed.choice.tables.keywords
    runs: dict[tuple[int, int, int], dict[str, set[int]]] = {}
    for number, hits in weighed.promised.items():
        for hit in hits:
            _, clause, first, last = hit
            runs.setdefault((clause, first, last), {}).setdefault(rows[hit.keyword].text, set()).add(number)
    for number, place in weighed.named():
        if place[2] - place[1] == 1 and weighed.evidence is not None:
            from .rest_of_task import is_any_word

            if is_any_word(weighed, number, place):
                continue
        name = " ".join(choice.tokens.forms[place[0]][place[1] : place[2]])
        runs.setdefault(place, {}).setdefault(name, set()).add(number)
    found = []
    for clause, first, last in sorted(runs):
        if any(
            other[0] == clause and other[1] <= first and last <= other[2]
            for other in runs
            if other != (clause, first, last)
        ):
            continue
        texts = runs[clause, first, last]
        start, end = choice.tokens.span(clause, first, last)
        written = choice.tokens.text[start:end].casefold()
        as_written = [text for text in texts if text.casefold() == written]
        for text in as_written or sorted(texts):
            numbers = set().union(*(texts[other] for other in as_written)) if as_written else texts[text]
            found.append((clause, first, last, text, numbers))
    return found


def _words_of(choice: Choice, hits: Iterable[Hit], parts: Iterable[PhrasePart]) -> set[str]:
    """The words of the task that keywords, or parts of them, stand for."""
    forms = choice.tokens.forms
    found = {word for _, clause, first, last in hits for word in forms[clause][first:last]}
    for part in parts:
        found.update(part.present)
    return found


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────


def _names(weighed: Weighed) -> list[tuple[int, tuple[int, int, int]]]:
    """Where names of files and titles of documents stand in the task, of the entries that score best."""
    choice, evidence = weighed.choice, weighed.evidence
    found, stems = [], choice.tables.memory.stems
    here = set().union(*choice.tokens.forms)
    for number in weighed.ranked()[:LOOKED_AT]:
        title = evidence.files[number][2] if evidence is not None and number in weighed.spoken else ()
        names = stems.get(number) or _stems(choice, number)
        for name in names if title in names else (title, *names):
            if here.issuperset(name) and any(map(is_content, name)):
                found += [(number, place) for place in choice.places_of(name)]
    return found


def _stems(choice: Choice, number: int) -> list[tuple[str, ...]]:
    """The names of an entry's files, as words, remembered; none of those that aren't a single phrase."""
    row = choice.tables.entries[number]
    names = {path.rpartition("/")[2].rsplit(".", 1)[0] for path, _, _ in row.paths if "*" not in path} | {row.id}
    phrases = [tokenize(name[:200]).forms for name in sorted(names)]
    known = [*dict.fromkeys([tuple(forms[0]) for forms in phrases if len(forms) == 1])]
    choice.tables.memory.stems[number] = known
    return known


def _may_name_document(choice: Choice) -> bool:
    """Whether a task may call an entry by the path of a file, or by its name and that it is a document."""
    return any(word in KINDS_OF_DOCUMENT for clause in choice.tokens.forms for word in clause) or any(
        ending in choice.tokens.text.lower() for ending in DOCUMENTS
    )


def _may_be_called(weighed: Weighed) -> bool:
    """Whether a task may be, or hold, a document's name in code; or others came beside a name of several words."""
    words, why = weighed.choice.tokens.words, weighed.why
    if _may_name_code(weighed.choice.tokens.text) or [*map(len, words)] == [1]:
        return True
    return len(why) > 1 and any(number in why and last - first > 1 for number, (_, first, last) in weighed.named())


def _is_small_talk(weighed: Weighed) -> bool:
    """Whether a prompt is nothing but small talk; or a question about the world, and no whole keyword asks for
    anything.
    """
    choice, evidence = weighed.choice, weighed.evidence
    tokens, rows = choice.tokens, choice.tables.keywords
    if sum(map(len, tokens.words)) > TALK_MOST:
        return False
    hits = [hit for hits in weighed.promised.values() for hit in hits]
    if any(hit.last - hit.first > 1 or rows[hit.keyword].lead for hit in hits):
        return False  # a keyword of several words, or with a sign, isn't a word of small talk
    from ..matching.small_talk import is_asked_about, is_only_talk, is_talk

    if any(not is_only_talk(tokens, hit) or is_asked_about(tokens.words[hit.clause], hit.first) for hit in hits):
        return False
    if is_only_talk(tokens):
        return True
    known = {tokens.forms[clause][place] for clause, place in choice.read_as}
    known.update(word for number in weighed.why for word, _, _ in weighed.words_of(number))  # one may be weighed anew
    words = evidence.words if evidence is not None else {}
    return is_talk(tokens, None if hits else lambda word: word in known or words.get(word) is not None)


# ── what speaks for an entry ─────────────────────────────────────────────────────────────────────────────


def _in_scope(
    choice: Choice, called: dict[int, list[Hit]], vetoed: set[int]
) -> dict[int, tuple[list[Hit], list[PhrasePart]]]:
    """Whole keywords and parts of phrases, by entry."""
    found: dict[int, tuple[list[Hit], list[PhrasePart]]] = {number: (hits, []) for number, hits in called.items()}
    for number, parts in find_parts(choice.tables, choice.tokens, KEYWORD).items():  # names: see evidence
        if number in found:
            if not choice.tables.entries[number].whole_only:
                found[number] = (found[number][0], parts)
        elif _may_speak(choice, number, vetoed):
            found[number] = ([], parts)
    return found


def _held_back(choice: Choice, numbers: Iterable[int], vetoed: set[int]) -> list[int]:
    """Those of the entries that something may keep from coming; a quick look."""
    if choice.narrow or vetoed:
        return list(numbers)
    rows = choice.tables.entries
    return [number for number in numbers if not (row := rows[number]).free or row.whole_only]


def _may_speak(choice: Choice, number: int, vetoed: set[int]) -> bool:
    """Whether other evidence than whole keywords may choose an entry; remembers why not."""
    row = choice.tables.entries[number]
    if number in vetoed:
        return False
    if row.whole_only:
        choice.why_not.setdefault(number, ("part", "asks for a whole keyword (`match: whole`)"))
        return False
    why = choice.why_out_of_scope(number, row) or choice.why_does_not_count(row)
    if why:
        choice.why_not.setdefault(number, why)
    return why is None


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────


def points_of_documents(
    choice: Choice, evidence: Evidence | None, asked: list[Word], called: Iterable[int]
) -> DocumentPoints | None:
    """What the documents give for the words of a task, those that speak and those of entries that are called for; of
    the best, one that changed since is read anew.
    """
    if evidence is None or not evidence.count:
        return None
    factors = factors_of(asked)
    near = near_pairs(asked, factors)
    found = DocumentPoints(evidence, factors, near, LIKE, called)
    best = best_of(found.sums, LOOKED_AT)
    if evidence.sums:
        from .documents import in_doubt

        best = in_doubt(choice, evidence, evidence.sums, best)
    for number in best:
        if _has_changed(choice, evidence, number):
            from .documents import weighed_anew

            found.replace(number, weighed_anew(choice.entry_files, evidence, number, found, factors))
    return found


def _has_changed(choice: Choice, evidence: Evidence, number: int) -> bool:
    """Whether the files of an entry are other ones, or hold something else, than when they were weighed."""
    known, check, _ = evidence.files[number]
    if choice.files_of(number)[:FILES] != tuple([path for path, _ in known]) or choice.tree.changed(known):
        return True
    young = [path for path, sign in known if is_young(sign, evidence.read_at)]
    if not (young and evidence.read_at):
        return False
    from .reading import document_of, text_checksum

    return text_checksum(document_of(choice.entry_files, number)) != check


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────────────


def _document_reason(choice: Choice, number: int, words: Given) -> Reason:
    row = choice.tables.entries[number]
    ranked = sorted(words, key=lambda item: (-item[1], item[0]))
    terms = [record(Term, (_name_of(word, where), points)) for word, points, where in ranked[:NAMED]]
    rest = ranked[NAMED:]
    if rest:
        terms.append(Term(f"{len(rest)} further words", sum(points for _, points, _ in rest)))
    said = [word for word, _, _ in ranked[:3]]
    singles = {part for word in said for part in word.split()}
    where = Where(choice.tokens.text, places(choice.tokens, singles))
    note = ""
    if choice.read_as:
        from .meant import note_of_words

        note = note_of_words(choice, singles)
    return Reason(KEYWORD_LAYER, "document", ", ".join(said), row.id, where, tuple(terms), note)


def _name_of(word: str, where: int) -> str:
    """A word as a term: with the fields it stands in, and whether it is only one like it."""
    fields = ", ".join(names_of_fields(where))
    if where & LIKE_IT:
        return f"{word} (one like it: {fields})"
    return f"{word} near each other ({fields})" if where & NEARBY else f"{word} ({fields})"

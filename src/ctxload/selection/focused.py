"""`focused`: whole keywords, parts of phrases and what the documents talk about, in one score of named terms.

The best entry is chosen and what is as good, if the evidence suffices; an entry whose very own keyword stands whole in
the task always comes. `docs/matching.md` gives the figures behind the constants; they are the same for every project.
"""

from __future__ import annotations

from ..matching.document_index import FILES, Evidence, count, is_content, names_of_fields, weights
from ..matching.matcher import Hit, Part, find_parts, points_of_both
from ..matching.tables import KEYWORD
from ..matching.zones import CODE, URL, WEIGHTS
from ..record import Record
from ..workspace.stamps import is_young
from .choice import RULE_POINTS, Choice, in_rank
from .documents import document_of, text_checksum
from .model import KEYWORD_LAYER, Reason, Term, Where
from .reasons import keyword_reason, part_reason, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .choice import Ranked, WhyNot

#: The least points for which an entry is chosen; how near to the best "as good" is; how many are chosen by score.
ENOUGH, AS_GOOD, MOST = 1600, 0.92, 2
#: The points of a document that suffice alone: so many, and more for each keyword that keeps silent, up to a number.
SPOKEN, SILENT, KEYWORDS = 900, 70, 12
#: What a whole keyword and a part of one count beside what documents speak for.
WHOLE_AND_PART = 0.8, 0.35
#: What the words of a keyword weigh at least, each, for it to be an entry's very own.
OWN = 1000
#: How much a long task divides what documents speak for: (words + 2) to this power; and a long paste.
ASKED, PASTED = 0.3, 0.7
#: How many of the documents that score best are looked at again.
LOOKED_AT = 12
#: How many words of a document a reason names, one by one; the others are summed up in one term.
NAMED = 12


class Spoken(Record):
    """What one document speaks for: points by word, with the fields as bits."""

    points: int
    words: tuple[tuple[str, int, int], ...]


def by_focus(
    choice: Choice, called: dict[int, list[Hit]], rules: dict[int, list[Reason]], vetoed: set[int]
) -> list[Ranked]:
    """The entries in scope that the task is about, best first."""
    found = _in_scope(choice, called, vetoed)
    evidence = choice.evidence()
    spoken = by_documents(choice, evidence)
    scores, keywords = {}, {}
    for number in {**found, **spoken, **dict.fromkeys(rules)}:
        if number not in found and not _may_speak(choice, number, vetoed):
            spoken.pop(number, None)
            continue
        hits, parts = found.get(number, ([], []))
        keywords[number] = points_of_both(choice.tables, hits, parts, choice.weight_of, WHOLE_AND_PART)
        scores[number] = sum(keywords[number].values()) + (spoken[number].points if number in spoken else 0)
        scores[number] += RULE_POINTS * len(rules.get(number, ()))
    sure = {number for number, (hits, _) in found.items() if _has_own(choice, hits, evidence)} | set(rules)
    chosen = _best(scores, sure, {number for number in spoken if _is_clear(choice, number, spoken[number])})
    for number in scores:
        choice.scores[number] = scores[number]
        if number not in chosen:
            choice.why_not.setdefault(number, _why_weak(scores[number], scores, chosen))
    return in_rank(
        choice,
        [
            (number, scores[number], _reasons(choice, number, found, keywords[number], rules, spoken))
            for number in chosen
        ],
    )


def _in_scope(
    choice: Choice, called: dict[int, list[Hit]], vetoed: set[int]
) -> dict[int, tuple[list[Hit], list[Part]]]:
    """Whole keywords and parts of phrases, by entry."""
    found: dict[int, tuple[list[Hit], list[Part]]] = {number: (hits, []) for number, hits in called.items()}
    for number, parts in find_parts(choice.tables, choice.tokens).items():
        parts = [part for part in parts if choice.tables.keywords[part.keyword].kind == KEYWORD]  # names: see evidence
        if not parts:
            continue
        if number in found:
            if not choice.tables.entries[number].whole_only:
                found[number] = (found[number][0], parts)
        elif _may_speak(choice, number, vetoed):
            found[number] = ([], parts)
    return found


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


def _has_own(choice: Choice, hits: list[Hit], evidence: Evidence | None) -> bool:
    """Whether a keyword stands whole in what is asked whose words no other entry's keywords have, and hardly another
    document."""
    rows = choice.tables.keywords
    for hit in hits:
        row = rows[hit.keyword]
        own = row.kind == KEYWORD and all(weight >= OWN for weight in row.weights if weight) and any(row.weights)
        if own and choice.weight_of(hit) >= 1 and _holders(evidence, row.words) <= 1:
            return True
    return False


def _holders(evidence: Evidence | None, words: tuple[str, ...]) -> int:
    """How many documents have a keyword's words, the two of them that fewest have side by side."""
    if evidence is None:
        return 0
    telling = [word for word in words if is_content(word)] or list(words)
    terms = [f"{telling[at]} {telling[at + 1]}" for at in range(len(telling) - 1)] or telling
    return min((cell[0] if (cell := evidence.words.get(term)) else 0) for term in terms)


def _is_clear(choice: Choice, number: int, spoken: Spoken) -> bool:
    """Whether a document suffices alone; the more keywords its author wrote, the more their silence says."""
    return spoken.points >= SPOKEN + SILENT * min(choice.tables.entries[number].keywords, KEYWORDS)


def _best(scores: dict[int, int], sure: set[int], clear: set[int]) -> list[int]:
    """The best entries, and those that come in any case."""
    ranked = sorted(scores, key=lambda number: (-scores[number], number))
    enough = [number for number in ranked if scores[number] >= ENOUGH or number in clear]
    chosen = [number for number in enough if scores[number] >= AS_GOOD * scores[enough[0]]][:MOST]
    return chosen + [number for number in ranked if number in sure and number not in chosen]


def _why_weak(score: int, scores: dict[int, int], chosen: list[int]) -> WhyNot:
    said = f"scores {score / 1000:.2f}"
    if chosen and score < ENOUGH or not chosen:
        return "weak", f"{said}: {ENOUGH / 1000:.2f} is needed"
    return "weak", f"{said}, and {scores[chosen[0]] / 1000:.2f} is the best"


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────


def by_documents(choice: Choice, evidence: Evidence | None) -> dict[int, Spoken]:
    """What the documents speak for, by entry; one that changed since it was weighed is read anew."""
    if evidence is None or not evidence.count:
        return {}
    factors = task_words(choice)
    words: dict[int, list[tuple[str, int, int]]] = {}
    holders: dict[str, int] = {}
    for word in factors:
        cell = evidence.words.get(word)
        if cell is not None:
            holders[word] = cell[0]
            for at in range(1, len(cell), 3):
                points = round(cell[at + 1] * factors[word])
                if points:
                    words.setdefault(cell[at], []).append((word, points, cell[at + 2]))
    sums = {number: sum(points for _, points, _ in given) for number, given in words.items()}
    for number in sorted(sums, key=lambda number: (-sums[number], number))[:LOOKED_AT]:
        if _has_changed(choice, evidence, number):
            words[number] = _weighed_anew(choice, evidence, number, factors, holders)
            sums[number] = sum(points for _, points, _ in words[number])
    return {number: Spoken(sums[number], tuple(words[number])) for number in words if sums[number]}


def task_words(choice: Choice) -> dict[str, float]:
    """What each word of the task, and each two side by side, counts: less if it only stands in what was pasted."""
    tokens, standing = choice.tokens, choice.standing
    best: dict[str, float] = {}
    for clause, forms in enumerate(tokens.forms):
        before, before_weight = "", 0.0
        for number, word in enumerate(forms):
            if not is_content(word):
                before = ""
                continue
            weight = 1.0 if standing is None else WEIGHTS[standing.kind_at(tokens.spans[clause][number][0])]
            best[word] = max(best.get(word, 0.0), weight)
            if before:
                pair = f"{before} {word}"
                best[pair] = max(best.get(pair, 0.0), min(weight, before_weight))
            before, before_weight = word, weight
    pasted = max(WEIGHTS[CODE], WEIGHTS[URL])
    single = [weight for word, weight in best.items() if " " not in word]
    asked = (sum(weight > pasted for weight in single) + 2) ** -ASKED
    other = (sum(weight <= pasted for weight in single) + 2) ** -PASTED
    return {word: weight * (asked if weight > pasted else min(asked, other)) for word, weight in sorted(best.items())}


def _has_changed(choice: Choice, evidence: Evidence, number: int) -> bool:
    """Whether the files of an entry are other ones, or hold something else, than when they were weighed."""
    here = [(path, choice.tree.signature_now(path)) for path in choice.files_of(number)[:FILES]]
    known, check = evidence.files[number]
    if here != [(path, tuple(sign)) for path, sign in known]:
        return True
    racy = evidence.read_at and any(is_young(sign, evidence.read_at) for _, sign in here)
    return bool(racy) and text_checksum(document_of(choice.entry_files, number)) != check


def _weighed_anew(
    choice: Choice, evidence: Evidence, number: int, factors: dict[str, float], holders: dict[str, int]
) -> list[tuple[str, int, int]]:
    document = document_of(choice.entry_files, number)
    points = weights(count(document), evidence.lengths, evidence.count, lambda word: holders.get(word, 1))
    return [
        (word, round(points[word][0] * factor), points[word][1])
        for word, factor in factors.items()
        if word in points and round(points[word][0] * factor)
    ]


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────────────


def _reasons(
    choice: Choice,
    number: int,
    found: dict[int, tuple[list[Hit], list[Part]]],
    keywords: dict[tuple[int, bool], int],
    rules: dict[int, list[Reason]],
    spoken: dict[int, Spoken],
) -> tuple[Reason, ...]:
    """What speaks for an entry; the points of all terms add up to its score."""
    hits, parts = found.get(number, ([], []))
    reasons = [
        keyword_reason(choice, keyword, points, hits) if whole else part_reason(choice, keyword, points, parts)
        for (keyword, whole), points in keywords.items()
    ]
    reasons += rules.get(number, ())
    if number in spoken:
        reasons.append(_document_reason(choice, number, spoken[number]))
    return tuple(reasons)


def _document_reason(choice: Choice, number: int, spoken: Spoken) -> Reason:
    row = choice.tables.entries[number]
    ranked = sorted(spoken.words, key=lambda item: (-item[1], item[0]))
    terms = [Term(f"{word} ({', '.join(names_of_fields(where))})", points) for word, points, where in ranked[:NAMED]]
    rest = ranked[NAMED:]
    if rest:
        terms.append(Term(f"{len(rest)} further words", sum(points for _, points, _ in rest)))
    said = [word for word, _, _ in ranked[:3]]
    singles = {part for word in said for part in word.split()}
    where = Where(choice.tokens.text, places(choice.tokens, singles))
    return Reason(KEYWORD_LAYER, "document", ", ".join(said), row.id, where, tuple(terms))

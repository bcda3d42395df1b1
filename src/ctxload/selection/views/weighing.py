"""What was weighed, in words for people: why an entry is enough of an answer or is not, and what it lacks."""

from __future__ import annotations

from ...text.wording import names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..choice import WhyNot
    from ..focused import Weighed

#: How many words are named in one line.
NAMED = 4


def why_not(weighed: Weighed, number: int) -> WhyNot:
    """Why an entry that something speaks for is not chosen, and what it lacks."""
    sure, enough, scored = weighed.confidence(number), weighed.enough, f"scores {weighed.scores[number] / 1000:.2f}"
    if sure < enough:
        # one that is named, or that a whole keyword or a rule calls for, comes with less
        alone = " by itself" if any(weighed.confidence(other) < enough for other in weighed.why) else ""
        return (
            "weak",
            f"{scored}; {coverage(weighed, number)}: {sure / 1000:.2f}, and {enough / 1000:.2f} is "
            f"enough{alone}{lacks(weighed, number)}",
        )
    if not weighed.why:
        return "weak", f"{scored}; small talk brings nothing"
    best = max(weighed.scores[other] for other in weighed.why)
    return "weak", f"{scored}, and {best / 1000:.2f} is the best; it adds too little to that"


def why(weighed: Weighed, number: int) -> str:
    """Why an entry is chosen, in words."""
    said = weighed.why[number]
    covered = coverage(weighed, number)
    if said in ("best", "as good as the best"):
        near = "" if said == "best" else f"{said}; "
        figures = f"{weighed.confidence(number) / 1000:.2f}, and {weighed.enough / 1000:.2f} is enough"
        return f"{near}{covered}{nearby(weighed, number)}: {figures}"
    return f"{said}; {covered}" if covered else said


def coverage(weighed: Weighed, number: int) -> str:
    """How many of the telling words of the task an entry has."""
    telling, covered = len(weighed.telling), len(weighed.covered(number))
    if not telling:
        return "no word of the task tells a topic"
    if telling == 1:
        return f"the telling word of the task {'stands' if covered else 'does not stand'} in it"
    return f"{covered or 'none'} of {telling} telling words of the task stand{'s' if covered == 1 else ''} in it"


def nearby(weighed: Weighed, number: int) -> str:
    """The best pair of words that stand side by side in a document, in words."""
    words = weighed.words_of(number)
    pairs = sorted((-points, word) for word, points, _ in words if " " in word)
    return f"; `{pairs[0][1]}` side by side" if pairs else ""


def lacks(weighed: Weighed, number: int) -> str:
    """The telling words of the task that an entry does not have, in words; apart from them those that nearly every
    document has, so that they count for none.
    """
    covered = weighed.covered(number)
    missing = [word for word in weighed.telling if word not in covered]
    if not missing or not covered:
        return ""
    common = [word for word in missing if _nearly_all_have(weighed, word)]
    own = [word for word in missing if word not in common]
    said = f"; lacks {names_of(own, NAMED)}" if own else ""
    return said + (f"; nearly every document has {names_of(common, NAMED)}, which tells none apart" if common else "")


def _nearly_all_have(weighed: Weighed, word: str) -> bool:
    """Whether so many documents have a word that it gives none of them points."""
    cell = weighed.evidence.words.get(word) if weighed.evidence is not None else None
    return cell is not None and len(cell) == 1

"""Did you mean …? The one word of several that somebody probably meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def did_you_mean(word: str, candidates: Iterable[str], *, least: float = 0.66) -> str:
    """The one candidate a writer of `word` probably meant, or the empty string; `least` is how alike they must be.

    >>> did_you_mean("keyword", ["keywords", "path"])
    'keywords'
    >>> did_you_mean("Path", ["path"])
    'path'
    >>> did_you_mean("zebra", ["path"])
    ''
    """
    from difflib import SequenceMatcher

    pool = sorted(set(candidates) - {word})
    folded = word.casefold()
    for candidate in pool:
        if candidate.casefold() == folded:
            return candidate
    best, best_ratio = "", least
    for candidate in pool[:5000]:
        if abs(len(candidate) - len(word)) > 0.5 * max(len(candidate), len(word)):
            continue
        ratio = SequenceMatcher(None, folded, candidate.casefold(), autojunk=False).ratio()
        if ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def meant(word: str, candidates: Sequence[str] | Iterable[str]) -> str:
    """The hint `did you mean …?`, or the empty string."""
    found = did_you_mean(word, candidates) if len(word) <= 200 else ""
    if not found:
        return ""
    if found.casefold() == word.casefold():
        return f"write `{found}`: upper and lower case differ"
    return f"did you mean `{found}`?"

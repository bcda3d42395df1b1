"""The words of a text that is not all ASCII: folded case and compatibility forms, marks, scripts without spaces."""

from __future__ import annotations

from .scripts import FOLDED, is_mark, is_unspaced, turns
from .signs import PLAIN, SIGNS, bare, belongs, unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: ASCII signs that end a clause.
BREAKS = ',;!?()[]{}<>|"\x00'
#: How many words are remembered with what they are folded to.
KEPT = 50_000
#: Characters within a word that are not seen: soft hyphen, joiners, variation selectors.
_UNSEEN = dict.fromkeys(
    map(
        ord,
        "\u00ad\u200c\u200d\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f",
    )
)


def words_and_spans(plain: str) -> tuple[list[list[str]], list[list[tuple[int, int]]]]:
    """The words of a text in folded case, clause by clause, and where each stands."""
    words: list[list[str]] = [[]]
    spans: list[list[tuple[int, int]]] = [[]]
    for start, end in _runs(plain):
        if end == start:
            if words[-1]:
                words.append([])
                spans.append([])
            continue
        start, end = bare(plain, start, end)
        if word := unquote(_folds[plain[start:end]]):
            words[-1].append(word)
            spans[-1].append((start, end))
    if not words[-1]:
        del words[-1], spans[-1]
    return words, spans


class _Folds(dict[str, str]):
    """Words as they stand in a text, and in folded case and compatibility form; emptied before they grow without
    bound.
    """

    def __missing__(self, word: str) -> str:
        found = _folded(word)
        if len(self) >= KEPT:
            self.clear()
        if len(word) < 64:
            self[word] = found
        return found


_folds = _Folds()


def _folded(word: str) -> str:
    """A word with case and compatibility forms folded, and without characters that are not seen.

    EDGE CASE: what folding would tear apart (`½` is `1⁄2`, `ŉ` is `ʼn`) is folded less.
    """
    from unicodedata import normalize

    seen = word.translate(_UNSEEN).translate(FOLDED)
    for found in (
        normalize("NFKC", normalize("NFKC", seen).casefold()),
        normalize("NFC", seen.casefold()),
        seen.lower(),
    ):
        if found.translate(PLAIN) == found and list(_runs(found)) == [(0, len(found))]:
            return found
    return seen


def _runs(plain: str) -> Iterator[tuple[int, int]]:
    """The half-open places of the words of a text, and an empty one where a clause ends."""
    start: int | None = None
    for at, char in enumerate(plain):
        kind = _kind(plain, at, char)
        if kind == "mark":
            continue
        if start is not None and kind != "inside":
            yield start, at
            start = None
        if kind == "break":
            yield at, at
        elif kind == "alone" or (kind == "inside" and start is None and char != "'"):
            start = at
    if start is not None:
        yield start, len(plain)


def _kind(plain: str, at: int, char: str) -> str:
    """What a character does: `inside` a word, `alone` (begins one of its own), a `mark` on one, `break` or `blank`."""
    if char.isascii():
        if char.isalnum():
            return "alone" if _is_parted(_base_before(plain, at)) or turns(plain, at) else "inside"
        if char == "'":
            return "blank" if _is_parted(_base_before(plain, at)) else "inside"
        if char in "+#":
            return "inside" if _sign_inside(plain, at) else "blank"
        if char in BREAKS or (char in ".:" and plain[at + 1 : at + 2].isspace()):
            return "break"
        return "blank"
    if is_mark(char):
        return "mark"
    if not char.isalnum():
        return "break" if _is_punctuation(char) else "blank"
    if is_unspaced(char) or _is_parted(_base_before(plain, at)) or turns(plain, at):
        return "alone"
    return "inside"


def _is_parted(before: str) -> bool:
    """Whether what follows this character begins a word of its own."""
    return before in "+#" or is_unspaced(before)


def _base_before(plain: str, at: int) -> str:
    """The character before a place, marks on it passed over."""
    for before in range(at - 1, -1, -1):
        if plain[before].isascii() or not is_mark(plain[before]):
            return plain[before]
    return " "


def _sign_inside(plain: str, at: int) -> bool:
    start, end, length = at, at + 1, len(plain)
    while start and plain[start - 1] in "+#" and at - start < SIGNS:
        start -= 1
    while end < length and plain[end] in "+#" and end - at <= SIGNS:
        end += 1
    return belongs(plain, start, end) and not is_mark(plain[start - 1])


def _is_punctuation(char: str) -> bool:
    from unicodedata import category

    return category(char) in ("Po", "Ps", "Pe", "Pi", "Pf")

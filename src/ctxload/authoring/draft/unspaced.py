"""Words for drafts of scripts that write without spaces, where nobody but a dictionary tells where a word ends.

Only what surely is a word is one: in Japanese a stretch of katakana, or of two to four kanji between other letters; in
Chinese and Thai a short stretch that stands alone between signs. What else stands in a run isn't a term.

>>> words_of("データベースの接続を設定する").words
[['データベース', 'の', '接続', 'を', '設定', 'する']]
>>> words_of("慢查询").words, len(words_of("请先检查慢查询系统").words[0])
([['慢查询']], 9)
"""

from __future__ import annotations

from functools import lru_cache

from ...matching.scripts import is_unspaced
from ...matching.tokens import Tokens, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many characters a stretch beside others has at most to be a word; how many one that stands alone, in Chinese and
#: Japanese, and in scripts of letters.
BESIDE, ALONE, ALONE_OF_LETTERS = 4, 5, 12


def words_of(text: str) -> Tokens:
    """The tokens of a text, those of scripts without spaces joined where they surely are a word."""
    tokens = tokenize(text)
    if text.isascii():
        return tokens
    words, spans = [], []
    for row, places in zip(tokens.words, tokens.spans, strict=True):
        stretches = list(_stretches(row, places))
        kept = [piece for one in stretches for piece in (_parted(one) if _is_long(one[0], len(stretches)) else [one])]
        words.append([word for word, _ in kept])
        spans.append([place for _, place in kept])
    return tokens.of(words, spans)


def _stretches(words: list[str], places: list[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The words of a clause, neighbours of one kind of a script without spaces joined."""
    joined, start, end = "", 0, 0
    for word, place in zip(words, places, strict=True):
        if joined and end == place[0] and _kind(word) and _kind(word) == _kind(joined):
            joined, end = joined + word, place[1]
        else:
            if joined:
                yield joined, (start, end)
            joined, (start, end) = word, place
    if joined:
        yield joined, (start, end)


def _is_long(word: str, beside: int) -> bool:
    """Whether a stretch is longer than a word surely is, among so many in its clause."""
    most = BESIDE if beside > 1 else ALONE if word[-1] > "\u3000" else ALONE_OF_LETTERS
    return _kind(word) == "other" and len(word) > most


def _parted(stretch: tuple[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """A stretch as single characters, of which none is a term."""
    word, (start, _) = stretch
    return [(char, (start + at, start + at + 1)) for at, char in enumerate(word)]


def _kind(word: str) -> str:
    """Of which kind the last character of a word is; empty for scripts with spaces."""
    return _kind_of(word[-1])


@lru_cache(maxsize=20_000)
def _kind_of(char: str) -> str:
    if not is_unspaced(char):
        return ""
    if "\u30a0" <= char <= "\u30ff" or "\uff66" <= char <= "\uff9f":
        return "katakana"
    return "hiragana" if "\u3040" <= char <= "\u309f" else "other"


def is_word(word: str) -> bool:
    """Whether a stretch of such a script, as `words_of` gives it, is a word."""
    return len(word) > 1 and _kind(word) in ("katakana", "other")


def is_no_word(word: str) -> bool:
    """Whether a stretch of such a script is none, or nobody knows."""
    return bool(_kind(word)) and not is_word(word)

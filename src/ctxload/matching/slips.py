"""Slips: a word that nobody knows and that is one letter from a word of exactly one keyword reads as that word.

One slip is a letter more, less or changed, or two neighbours swapped. Words of six letters or more, of a to z alone.
Candidates are found by their first or last three letters: one slip leaves one of the two as it is.

>>> is_slip("databse", "database"), is_slip("recieve", "receive"), is_slip("policy", "policies")
(True, True, False)
>>> is_common("police"), is_common("databse")
(True, False)
"""

from __future__ import annotations

from zlib import crc32

from .tables import SECTION, STEM_ID, VETO
from .tokens import form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .tables import Tables

    __loader__: Any

#: Of so many letters a word is at least that is read as another, and the other one at least.
LONG, OTHER = 6, 5
#: How many words are looked at for one word; where more begin or end like it, it is left as it is.
LOOKED_AT = 400
#: The table of common words, as a Bloom filter; and how many bits each word has in it.
COMMON_WORDS, BITS = "common_words.bin", 5

_table: list[bytes] = []


def keys_of(word: str) -> tuple[str, str]:
    """Under what a word is found by those that are one slip from it."""
    return f">{word[:3]}", f"<{word[-3:]}"


def words_of(text: str) -> list[str]:
    """The words of a keyword as they are written."""
    return text.lower().replace("-", " ").replace("_", " ").replace("/", " ").split()


def may_be_meant(word: str) -> bool:
    """Whether another word may be a slip of this one."""
    return len(word) >= OTHER and word.isascii() and word.isalpha()


def reading(tables: Tables, word: str) -> str:
    """What a word in lower case that nobody knows reads as, or an empty text: the word of a keyword that is one slip
    from it, if it is the only one and the word isn't a common one.
    """
    if _table and _is_common_in_any_form(word):  # most words of tasks are; a start is spared reading the table
        return ""
    found: dict[str, str] = {}
    near = _near(tables, word)
    written = {other for other in near if is_slip(word, other)}
    for other in (*sorted(written), *sorted(near - written)):
        if other in written or is_slip(form(word), form(other)):
            found.setdefault(form(other), other)
    if len(found) != 1 or _is_common_in_any_form(word):
        return ""
    return next(iter(found.values()))


def _is_common_in_any_form(word: str) -> bool:
    return is_common(word) or is_common(form(word))


def _near(tables: Tables, word: str) -> set[str]:
    """The words of keywords that begin or end as a word does, and what it is with letters swapped in its middle."""
    near: set[str] = set()
    for key in {*keys_of(word), keys_of(form(word))[1]}:
        cell = tables.parts.get(key) or ()
        if len(cell) > LOOKED_AT:
            return set()
        near.update(cell)
    swapped = word[:2] + word[3:4] + word[2] + word[4:]
    known = {swapped} if len(word) == LONG and tables.has_word(form(swapped)) else set()
    return near | known


def words_in(text: str, words: tuple[str, ...], alias: str) -> set[str]:
    """The words of one reading of a keyword, as written and in normal form."""
    return {*words, *(() if alias else words_of(text))}


def can_be_slipped(kind: str) -> bool:
    """Whether the words of a keyword of this kind are looked for."""
    return kind not in (VETO, STEM_ID, SECTION)


def is_slip(word: str, other: str) -> bool:
    """Whether two different words are one slip apart."""
    start, end = 0, min(len(word), len(other))
    while start < end and word[start] == other[start]:
        start += 1
    mine, theirs = word[start:], other[start:]
    if mine == theirs:
        return False
    swapped = mine[1:2] + mine[:1] + mine[2:]
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:] or swapped == theirs


# ── common words ─────────────────────────────────────────────────────────────────────────────────────────


def is_common(word: str) -> bool:
    """Whether a word is one of the table of common words; of other words one in forty seems to be."""
    if not _table:
        _table.append(__loader__.get_data(__file__[: __file__.rindex("slips")] + COMMON_WORDS))
    return all(_table[0][bit >> 3] >> (bit & 7) & 1 for bit in bits_of(word, 8 * len(_table[0])))


def bits_of(word: str, size: int) -> list[int]:
    """The bits of a word in a table of so many."""
    data = word.encode("ascii")
    first, step = crc32(data), crc32(data[::-1]) | 1
    return [(first + number * step) % size for number in range(BITS)]

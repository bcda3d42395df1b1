"""What the documents of an index talk about, by word, ready for look-up: the second kind of evidence, beside keywords.

Each entry is one document. A word, or two words side by side, speaks for it by the fields it stands in (name, what the
document is said to be about, title, headings, text; code in fences is left out), saturated: the tenth time says
little. It speaks the less, the more documents have it (inverse document frequency). `docs/matching.md` gives the
formula. The values are integers in thousandths, so that every score adds up.
"""

from __future__ import annotations

from ..record import Record
from .word_lists import STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .tables import Lookup, Rows

    #: What is kept of the files of one document: paths with what proves them unchanged, a checksum, the title's words.
    Read = tuple[tuple[tuple[str, tuple[int, ...]], ...], int, tuple[str, ...]]

#: The fields of a document and what a word in each can give at most. Their places are the bits in a cell.
FIELDS = {"name": 2.0, "about": 2.0, "title": 0.5, "heading": 0.5, "text": 1.5, "lead": 0.5}
#: The bits of a word that only one like it stands for, and of a pair whose words are near each other in the task.
LIKE_IT, NEARBY = 1 << 6, 1 << 7
#: How many letters two words that are like each other begin with.
BEGIN = 6
#: What is read of the files of one entry, in bytes, and of how many of them.
READ, FILES = 262_144, 50


class Evidence(Record):
    """Documents compiled for look-up, with the same access as `Tables`.

    `words` gives for a word, or two joined by a blank, how many documents have it, then for each of them its number,
    points in thousandths and the fields as bits; for six letters and a `*` the best of the words that begin so. `files`
    gives for each document the paths it was read from with what proves that they are unchanged, a checksum of its text,
    and the words of its title. `count` and `lengths` (by field) are what a changed document is weighed anew with.
    `read_at` is when the files were read, in nanoseconds.
    """

    words: Lookup[tuple[int, ...]]
    files: Rows[Read]
    count: int
    lengths: tuple[float, ...]
    read_at: int = 0


def ln(number: float) -> float:
    """The natural logarithm of a number from 1 on. `math` is a library to load, which costs a start half a millisecond.

    >>> round(ln(5), 9), ln(1)
    (1.609437912, 0.0)
    """
    halves = 0
    while number > 2:
        number, halves = number / 2, halves + 1
    ratio = (number - 1) / (number + 1)
    return halves * 0.6931471805599453 + 2 * sum([ratio**odd / odd for odd in range(1, 32, 2)])


def like(word: str) -> str:
    """The key of the words that begin like a word, or an empty text where none counts as like it.

    >>> like("serialization"), like("serial")
    ('serial*', '')
    """
    return word[:BEGIN] + "*" if len(word) > BEGIN and word.isascii() and word.isalpha() else ""


def names_of_fields(bits: int) -> list[str]:
    """The names of the fields that bits stand for.

    >>> names_of_fields(20)
    ['title', 'text']
    """
    return [name for bit, name in enumerate(FIELDS) if bits >> bit & 1]


def is_content(word: str) -> bool:
    """Whether a word in normal form says something of a topic, or could."""
    return word not in STOP

"""What a script or a language asks for beyond Latin letters: where a word turns into another script, and normal forms.

>>> form("배포를"), form("데이터베이스에서는"), form("랄프로렌")
('배포', '데이터베이스', '랄프로렌')
>>> form("والخادم"), form("الله")
('خادم', 'الله')
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    __loader__: Any

#: Letters beyond ASCII that are Latin, by code.
LATIN = (
    (0x00AA, 0x02B8), (0x1D00, 0x1EFF), (0x2071, 0x209C), (0x2C60, 0x2C7F), (0xA722, 0xA7FF), (0xAB30, 0xAB69),
    (0xFB00, 0xFB06), (0xFF21, 0xFF5A),
)  # fmt: skip
#: Characters of scripts that write without spaces.
UNSPACED = (
    (0x0E01, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3041, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip

#: Particles that follow a Korean noun, and forms of 하다 that make a verb of one.
PARTICLES = frozenset(
    """
    은 는 이 가 을 를 의 에 에서 에게 에게서 한테 께 께서 로 으로 로서 으로서 로써 으로써 와 과 랑 이랑 하고
    도 만 까지 부터 보다 처럼 마다 밖에 조차 마저 나 이나 라도 이라도 들
    하기 하는 하면 하여 하다 해서 해야 해줘 해주세요 했다 합니다
    """.split()
)
_LONGEST = max(map(len, PARTICLES))
#: How many syllables stay of a Korean noun at least; how many letters of an Arabic one without its article.
SYLLABLES, LETTERS = 2, 3
#: The Arabic article, also after `and`, `so`, `with`, `like` and `for`.
ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "ال", "لل")

#: Folded away or together in every word: Arabic and Hebrew vowel points and the Arabic stretch; the Arabic seats of
#: hamza, which are often left out; the Turkish dotted and dotless i, which other keyboards cannot write.
FOLDED: dict[int, str | None] = {
    **dict.fromkeys(range(0x0591, 0x05C8)),  # the punctuation among them stands in no word
    **dict.fromkeys((0x0640, *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DF))),
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    ord("ى"): "ي",
    ord("İ"): "i",
    ord("ı"): "i",
}


def is_unspaced(char: str) -> bool:
    """Whether a character is of a script that writes without spaces."""
    code = ord(char)
    return code >= 0x0E01 and any(first <= code <= last for first, last in UNSPACED)


#: The grammar words of other languages, in a file beside this one, which is read when a text is to be weighed, and for
#: a task only where a word or another script tells that it may be in one of them. `tools/grammar_words.py` makes it.
GRAMMAR_WORDS = "grammar_words.txt"

_words: list[frozenset[str]] = []


def turns(plain: str, at: int) -> bool:
    """Whether a letter is of another script than the one before it in the same word, and one of the two is Latin.

    Digits, apostrophes and marks between the two are passed over, however many: each stands before one letter only.
    """
    before = plain[at - 1 : at]
    if (before.isascii() and before.isalpha() and plain[at].isascii()) or not plain[at].isalpha():
        return False
    for other in range(at - 1, -1, -1):
        char = plain[other]
        if char.isalpha() and not is_mark(char):
            return not is_unspaced(char) and _is_latin(char) is not _is_latin(plain[at])
        if not (char.isalnum() or char == "'" or is_mark(char)):
            return False
    return False


def _is_latin(letter: str) -> bool:
    code = ord(letter)
    return letter.isascii() or any(first <= code <= last for first, last in LATIN)


#: What joins letters without being one: soft hyphens, joiners, half-width sound marks.
JOINERS = "\u00ad\u200c\u200d\uff9e\uff9f"


def is_mark(char: str) -> bool:
    """Whether a character is a mark on the one before it, or joins two."""
    from unicodedata import category

    return not char.isascii() and (char in JOINERS or category(char)[0] == "M")


def form(word: str) -> str:
    """The normal form of a word with other than ASCII letters."""
    if "\uac00" <= word[-1] <= "\ud7a3":
        return _without_particles(word)
    return _without_article(word) if word.startswith(ARTICLES) else word


def _without_particles(word: str) -> str:
    while size := _particle(word):
        word = word[:-size]
    return word


def _particle(word: str) -> int:
    """How long the longest particle is that a word ends with and that leaves a noun, or 0."""
    for size in range(_LONGEST, 0, -1):
        if word[-size:] in PARTICLES and _syllables(word[:-size]) >= SYLLABLES:
            return size
    return 0


def _syllables(word: str) -> int:
    """How many Hangul syllables a word ends with."""
    count = 0
    while count < len(word) and "\uac00" <= word[-1 - count] <= "\ud7a3":
        count += 1
    return count


def _without_article(word: str) -> str:
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= LETTERS:
            return word[len(article) :]
    return word


def grammar_words() -> frozenset[str]:
    """The words of grammar of other languages, in normal form; none that is frequent in English.

    >>> sorted(word for word in "wie wird die datenbank schneller".split() if word in grammar_words())
    ['die', 'wie', 'wird']
    """
    if not _words:
        data: bytes = __loader__.get_data(__file__[: __file__.rindex("scripts")] + GRAMMAR_WORDS)
        _words.append(frozenset(data.decode("utf-8").split()))
    return _words[0]

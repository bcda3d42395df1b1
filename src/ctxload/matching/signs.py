"""Signs at words: `c++` and `c#`, quotation marks and possessives, and what typographic characters stand for."""

from __future__ import annotations

#: The most signs that belong to a word: `c++`, `f#`; a longer run is a line drawn in text.
SIGNS = 3
#: Typographic characters that stand for an ASCII one of the same length.
PLAIN = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), ord("'")),
    **dict.fromkeys(map(ord, "\u2013\u2014\u2015\u2026\u3001\u3002\uff0c\uff0e\uff1b\uff01\uff1f\uff1a"), ord(",")),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u3010\u3011\uff08\uff09\uff02"), ord(",")),
    **dict.fromkeys(
        map(ord, "\u00a0\u2002\u2003\u2009\u200b\u202f\u2010\u2011\u2022\u2028\u2029\u3000\ufeff\u30fb"), ord(" ")
    ),
}


#: What is elided before a vowel in French, Italian and Catalan: `l'API`, `qu'erreur`, `dell'API`.
ELIDED = frozenset(
    """
    c d j l m n s t qu jusqu lorsqu puisqu quoiqu
    un gl all coll dall dell nell sull degl agl dagl negl sugl quell quest bell sant anch tutt nient
    """.split()
)
#: Turkish endings, which a name keeps apart with an apostrophe: `Docker'ı`, `GitHub'da`, `API'nin`; without dots on i.
ENDINGS = frozenset(
    """
    a e i u ü n ya ye yi yu yü na ne ni nu nü in un ün nin nun nün da de ta te nda nde dan den tan ten ndan nden
    la le yla yle lar ler lari leri larin lerin lara lere larda lerde lardan lerden daki deki taki teki
    si su sü li lu lü siz suz süz dir dur dür tir tur tür ca ce ça çe
    """.split()
)


def cut(word: str) -> tuple[int, int]:
    """Where a word in lower case begins and ends without what stands before or after its one apostrophe.

    >>> cut("l'api"), cut("github'da"), cut("o'reilly"), cut("rock'n'roll")
    ((2, 5), (0, 6), (0, 8), (0, 11))
    """
    before, _, after = word.replace("ı", "i").partition("'")
    if "'" not in after and len(after) > 1 and before in ELIDED:
        return len(before) + 1, len(word)
    if len(before) > 1 and after in ENDINGS and before not in ELIDED:
        return 0, len(before)
    return 0, len(word)


def unquote(word: str) -> str:
    """A word without quotes around it, and without its possessive and what an apostrophe joins to it."""
    if "'" not in word:
        return word
    word = word.strip("'")
    end = len(word)
    while word.startswith("'s", end - 2):
        end -= 2
        while word[end - 1] == "'":
            end -= 1
    start, end = cut(word[:end])
    return word[start:end]


def bare(plain: str, start: int, end: int) -> tuple[int, int]:
    """The place of a word, which no quote begins, without those behind it, its possessive and what an apostrophe joins
    to it.
    """
    while plain[end - 1] == "'" or plain[max(start, end - 2) : end] in ("'s", "'S"):
        end -= 1 + (plain[end - 1] != "'")
    if "'" not in plain[start:end]:
        return start, end
    first, last = cut(plain[start:end].replace("\u0130", "i").lower())  # in lower case it alone is two characters
    return start + first, start + last


def loosen_signs(line: str, separator: str) -> str:
    """The line with a separator in the place of every `+` and `#` that does not belong to the word before it, and one
    behind those that do: what follows them is a word of its own.
    """
    out: list[str] = []
    signs = line.replace("#", "+")  # so that a sign that is far is not sought again and again
    at, start = 0, signs.find("+")
    while start >= 0:
        end = start + 1
        while signs.startswith("+", end):
            end += 1
        out += (line[at:start], line[start:end] if belongs(line, start, end) else "", separator)
        at, start = end, signs.find("+", end)
    return "".join([*out, line[at:]])


def belongs(line: str, start: int, end: int) -> bool:
    """Whether the signs between the offsets are part of the word before: `c++`, `c#`, `c++17`; not `a+b`,
    `issue#12`.
    """
    if start == 0 or end - start > SIGNS or not line[start - 1].isalnum():
        return False
    after = line[end : end + 1]
    if not after.isalnum():
        return True
    single = start == 1 or not line[start - 2].isalnum()
    return line[start:end] == "++" or (after.isdigit() and single)

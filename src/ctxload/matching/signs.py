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


def unquote(word: str) -> str:
    """A word without quotes around it and without its possessive."""
    if "'" not in word:
        return word
    word = word.strip("'")
    end = len(word)
    while word.endswith("'s", 0, end):
        end -= 2
        while end and word[end - 1] == "'":
            end -= 1
    return word[:end]


def bare(plain: str, start: int, end: int) -> tuple[int, int]:
    """The place of a word without quotes around it and without its possessive."""
    while start < end and plain[start] == "'":
        start += 1
    while start < end and (plain[end - 1] == "'" or plain[max(start, end - 2) : end] in ("'s", "'S")):
        end -= 1 + (plain[end - 1] != "'")
    return start, end


def loosen_signs(line: str, separator: str) -> str:
    """The line with every `+` and `#` made a separator that does not belong to the word before it."""
    out, at, length = [], 0, len(line)
    while at < length:
        if line[at] not in "+#":
            end = at + 1
            while end < length and line[end] not in "+#":
                end += 1
            out.append(line[at:end])
        else:
            end = at + 1
            while end < length and line[end] in "+#":
                end += 1
            out.append(line[at:end] if belongs(line, at, end) else separator * (end - at))
        at = end
    return "".join(out)


def part_after_signs(clause: list[str]) -> list[str]:
    """The clause with `c++17` made the two words `c++` and `17`."""
    out = []
    for word in clause:
        begin = 0
        for at in range(1, len(word)):
            if word[at - 1] in "+#" and word[at] not in "+#":
                out.append(word[begin:at])
                begin = at
        out.append(word[begin:])
    return out


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

"""Makes the table of common words, `src/ctxload/matching/common_words.bin`: `python tools/common_words.py`.

A Bloom filter of words of six letters or more, a to z alone: the most frequent ones of the dictionaries of
pyspellchecker (MIT) in seven languages, as far as another word is one slip from them, and all of the list that the
tests hold the table against. It needs pyspellchecker and nothing of it is shipped; neither a word nor a frequency can
be read from the table.
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from pathlib import Path

from spellchecker import SpellChecker

from ctxload.matching.slips import COMMON_WORDS, LONG, OTHER, bits_of, is_slip
from ctxload.matching.word_lists import GENERIC, STOP

ROOT = Path(__file__).resolve().parents[1]
FREQUENT = ROOT / "tests" / "words" / "frequent.txt.xz"
#: How many words are taken of each language, and how many of each another may be meant by.
TAKEN = {"en": 40_000, "de": 15_000, "fr": 15_000, "es": 40_000, "pt": 15_000, "it": 15_000, "nl": 12_000}
MEANT = {"en": 40_000, "de": 6_000, "fr": 6_000, "es": 6_000, "pt": 6_000, "it": 6_000, "nl": 6_000}
#: Bits of the table for each word: with five of them set by each, one of forty other words seems to be in it.
EACH = 8


def frequent(language: str, least: int) -> list[str]:
    """The words of a language, the most frequent ones first."""
    counts = SpellChecker(language=language)._word_frequency.dictionary
    words = [word for word in counts if len(word) >= least and word.isascii() and word.isalpha()]
    return [word.lower() for word in sorted(words, key=lambda word: (-counts[word], word))]


def variants(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def main() -> None:
    meant = {word for language, most in MEANT.items() for word in frequent(language, OTHER)[:most]}
    near: defaultdict[str, set[str]] = defaultdict(set)
    for word in meant:
        for variant in variants(word):
            near[variant].add(word)
    taken = {word for language, most in TAKEN.items() for word in frequent(language, LONG)[:most]}
    words = {word for word in taken if any(is_slip(word, o) for v in variants(word) for o in near.get(v, ()))}
    words |= set(lzma.decompress(FREQUENT.read_bytes()).decode("ascii").split())
    words |= {word for word in GENERIC | STOP if word.isascii() and word.isalpha()}
    table = bytearray(len(words) * EACH // 8)
    for word in words:
        for bit in bits_of(word, 8 * len(table)):
            table[bit >> 3] |= 1 << (bit & 7)
    (ROOT / "src" / "ctxload" / "matching" / COMMON_WORDS).write_bytes(bytes(table))
    print(f"{len(words):,} words, {len(table):,} bytes")


if __name__ == "__main__":
    main()

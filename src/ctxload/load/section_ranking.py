"""How well each section of a document fits a task: the same kind of evidence that chooses documents, within one.

>>> from ctxload.text.markdown import read_markdown
>>> document = read_markdown("# Guide\\nAll of it.\\n## Serializers\\nCheck input.\\n## Caching\\nKeep the serializer quick.\\n")
>>> scores = section_scores(document, task_words("Write a serializer"))
>>> [section.heading for section, score in zip(document.sections, scores) if score == max(scores)]
['Serializers']
"""  # noqa: E501

from __future__ import annotations

from math import log

from ..matching.tokens import form, tokenize
from ..matching.word_lists import GENERIC, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..text.markdown import Markdown

#: What a word of the task counts in a heading, and in a heading above, beside at most a thousand in the text.
HEADING, ABOVE = 2000, 600
#: How soon the same word stops to count (as in BM25), and how much a longer text must say it more often.
OFTEN, LENGTH = 1.2, 0.75
#: How many letters at its beginning a word has in common with each of its forms.
STEM = 3


def task_words(task: str) -> dict[str, int]:
    """The words of a task that can tell, in normal form, each with its weight in thousandths: generic ones count
    half.
    """
    tokens = tokenize(task)
    found: dict[str, int] = {}
    for words, forms in zip(tokens.words, tokens.forms, strict=True):
        for word, normal in zip(words, forms, strict=True):
            if word not in STOP and normal not in STOP:
                found[normal] = 500 if normal in GENERIC or word in GENERIC else 1000
    return found


def section_scores(document: Markdown, words: Mapping[str, int]) -> list[int]:
    """The points of each section, its own text and heading alone; 0 where no word of the task stands.

    `words` are normal forms with their weights (`task_words`). A word that few sections have counts more.
    """
    texts = [document.own_text(section) for section in document.sections]
    counts = [_counts(text, words) for text in texts]
    headings = [_counts(section.heading, words) for section in document.sections]
    holders = dict.fromkeys(words, 0)
    for own, heading in zip(counts, headings, strict=True):
        for word in own | heading:
            holders[word] += 1
    number = len(texts)
    rarity = {word: words[word] * log(1 + number / held) for word, held in holders.items() if held}
    mean = sum(map(len, texts)) / number if number else 1
    above = _above(document, headings)
    scores = []
    for place, (own, heading) in enumerate(zip(counts, headings, strict=True)):
        slow = OFTEN * (1 - LENGTH + LENGTH * len(texts[place]) / (mean or 1))
        points = 0.0
        for word, weight in rarity.items():
            count = own.get(word, 0)
            share = 1000 * (1 + OFTEN) * count / (count + slow) if count else 0.0
            points += weight / 1000 * (share + HEADING * (word in heading) + ABOVE * (word in above[place]))
        scores.append(round(points))
    return scores


def _above(document: Markdown, headings: list[dict[str, int]]) -> list[set[str]]:
    """The words of the task in the headings above each section; a title, which stands above all, tells nothing."""
    open_ones: list[tuple[int, set[str]]] = []
    found = []
    for section, words in zip(document.sections, headings, strict=True):
        while open_ones and open_ones[-1][0] <= section.start:
            open_ones.pop()
        found.append({word for _, above in open_ones for word in above})
        if section.level > 1:
            open_ones.append((section.end, set(words)))
    return found


def _counts(text: str, words: Mapping[str, int]) -> dict[str, int]:
    """How often each of the words stands in a text, in any of its forms."""
    low = text.lower()
    return {word: count for word in words if (count := _count(low, word))}


def _count(low: str, word: str) -> int:
    """How often a word stands in a text of small letters; only what begins like it is looked at.

    EDGE CASE: a word with signs (`c++`) or beyond ASCII is counted as it is, inside others too: some scripts have no
    blanks.
    """
    if not (word.isascii() and word.isalnum()):
        return low.count(word)
    begin, count, length = word[:STEM], 0, len(low)
    at = low.find(begin)
    while at >= 0:
        end = at + len(begin)
        if at and low[at - 1].isalnum():
            at = low.find(begin, end)
            continue
        while end < length and low[end].isalnum():
            end += 1
        count += form(low[at:end]) == word
        at = low.find(begin, end)
    return count

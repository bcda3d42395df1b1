"""The matcher as its contract reads, slow and obvious: no look-up, every keyword against every run of words.

It shares with the program the published tables and the normal form of one word, which have tables of their own as
tests. Everything else is written again from section 4 of the contract.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import NamedTuple
from unicodedata import category, normalize

from ctxload.index.model import Entry, Index
from ctxload.matching.inflection import normal
from ctxload.matching.scripts import FOLDED, LATIN
from ctxload.matching.signs import ELIDED, ENDINGS
from ctxload.matching.word_lists import ALSO, GENERIC_FORMS, SAME, STOP

BREAKS = set(',;!?()[]{}<>|"\x00') | set("–—―…、。，．；！？：“”„«»「」【】（）＂")
BLANKS = set("\u00a0\u2002\u2003\u2009\u200b\u202f\u2010\u2011\u2022\u2028\u2029\u3000\ufeff\u30fb")
APOSTROPHES = set("'\u2018\u2019\u02bc\uff07")
JOINERS = set("\u00ad\u200c\u200d\uff9e\uff9f")
QUOTES = set("'\"`()[]{}<>|,;!?‘’“”")
UNSPACED = [
    range(0x0E00, 0x1000), range(0x1000, 0x10A0), range(0x1780, 0x1800), range(0x3005, 0x3008), range(0x3040, 0x3100), range(0x31F0, 0x3200),  # noqa: E501
    range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0xFF66, 0xFFA0), range(0x20000, 0x40000),
]  # fmt: skip


class Word(NamedTuple):
    form: str
    start: int
    end: int


class Fire(NamedTuple):
    """A keyword that stands in a text: whose it is, what it is, and where."""

    entry: int
    kind: str
    keyword: str
    start: int
    end: int


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


TAGS = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time "
    "tt u var"
)
TAG = re.compile(rf"<(/?)({'|'.join(TAGS.split())})(?:\s+[^>]*=[^>]*)?\s*/?>|<br\s*/?>|<wbr\s*/?>", re.IGNORECASE)
LINK = re.compile(r"!?\[([^\[\]]*)\]\(((?:[^()\r\n]|\((?:[^()\r\n]|\([^()\r\n]*\))*\))*)\)")
RULE = re.compile(r"(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,}|(?:= *){3,})")
ITEM = re.compile(r"(?:[-*+•]|[0-9]+[.)])(?:[ \t]|\Z)")


def clauses(text: str) -> list[list[Word]]:
    """The words of a task, in clauses that no phrase spans and that markup sets apart; those of links' targets last."""
    written, text = text, without_tags(text)
    targets = [(link.start(2), link.end(2)) for link in LINK.finditer(text)]
    for link in reversed(list(LINK.finditer(text))):
        words = text[link.start(1) : link.end(1)]
        before, after = link.start(1) - link.start(), link.end() - link.end(1)
        text, whole = f"{text[: link.start()]}{' ' * before}{words}{' ' * after}{text[link.end() :]}", text
        assert len(text) == len(whole)
    return plain_clauses(lines_apart(text)) + [
        [Word(word.form, word.start + start, word.end + start) for word in clause]
        for start, end in targets
        for clause in plain_clauses(written[start:end])
    ]


def without_tags(text: str) -> str:
    """The text with blanks for inline tags that are opened and closed."""
    names = {kind: {tag[2].lower() for tag in TAG.finditer(text) if tag[2] and tag[1] == kind} for kind in ("", "/")}
    both = names[""] & names["/"]
    return TAG.sub(lambda tag: " " * len(tag[0]) if not tag[2] or tag[2].lower() in both else tag[0], text)


def lines_apart(text: str) -> str:
    """The text with NUL for each line end behind which a clause begins."""
    kept, before = "", ""
    for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text):
        bare = line.strip()
        if bare.startswith(">") and not bare.startswith(">>> "):
            signs = re.match(r"[> \t]*", line)[0]  # type: ignore[index]
            line = signs.replace(">", " ") + line[len(signs) :]
            bare = line.strip()
        if kept and (stands_apart(before) or stands_apart(bare) or ITEM.match(bare) or ("|" in bare and "|" in before)):
            kept = kept[:-1] + "\x00"
        kept, before = kept + line, bare
    return kept


def stands_apart(bare: str) -> bool:
    """Whether a line is no part of what stands before and behind it."""
    heading = re.match(r"#{1,6}(?:[ \t]|\Z)", bare)
    return not bare or bool(heading or RULE.fullmatch(bare)) or bare.startswith(("```", "~~~"))


def plain_clauses(text: str) -> list[list[Word]]:
    """The words of a text without markup, in clauses that no phrase spans."""
    found: list[list[Word]] = [[]]
    at = 0
    while at < len(text):
        if ends_clause(text, at):
            found.append([])
            at += 1
        elif begins_word(text, at):
            end = word_end(text, at)
            place = bare(text, at, end)
            form = fold(text[slice(*place)])
            if form:
                found[-1].append(Word(normal(form), *place))
            at = end
        else:
            at += 1
    return [clause for clause in found if clause]


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a word without the quotes around it and the possessive."""
    while text[start] in APOSTROPHES:
        start += 1
    while text[end - 1] in APOSTROPHES or (end - 2 > start and text[end - 1] in "sS" and text[end - 2] in APOSTROPHES):
        end -= 1 if text[end - 1] in APOSTROPHES else 2
    joined = [at for at in range(start, end) if text[at] in APOSTROPHES]
    if len(joined) == 1:
        before, after = low(text[start : joined[0]]), low(text[joined[0] + 1 : end])
        if before in ELIDED and len(after) > 1:
            return joined[0] + 1, end
        if before not in ELIDED and len(before) > 1 and after in ENDINGS:
            return start, joined[0]
    return start, end


def low(text: str) -> str:
    return text.replace("İ", "i").replace("ı", "i").lower()


def ends_clause(text: str, at: int) -> bool:
    char = text[at]
    if char in ".:":
        return at + 1 == len(text) or text[at + 1].isspace() or text[at + 1] in BLANKS
    if char in BREAKS:
        return True
    return (
        not char.isascii()
        and char not in BLANKS | APOSTROPHES | JOINERS
        and category(char) in ("Po", "Ps", "Pe", "Pi", "Pf")
    )


def begins_word(text: str, at: int) -> bool:
    return text[at].isalnum() and not is_mark(text[at])


def word_end(text: str, at: int) -> int:
    """Letters and digits, marks and apostrophes on them, and the signs right after; one letter in unspaced scripts."""
    end = at + 1
    alone = is_unspaced(text[at])
    while end < len(text):
        char = text[end]
        if is_mark(char):
            end += 1
        elif char in "+#":
            count = signs_that_belong(text, end)
            return marks_end(text, end + count) if count else end
        elif (
            alone
            or is_unspaced(char)
            or not (begins_word(text, end) or char in APOSTROPHES)
            or turns(text[at:end], char)
        ):
            return end
        else:
            end += 1
    return end


def turns(before: str, char: str) -> bool:
    """Whether a letter is Latin and the last one before it is not, or the other way round."""
    letters = [other for other in before if other.isalpha() and not is_mark(other)]  # digits have no script
    return bool(letters) and char.isalpha() and is_latin(letters[-1]) is not is_latin(char)


def is_latin(letter: str) -> bool:
    return letter.isascii() or any(first <= ord(letter) <= last for first, last in LATIN)


def marks_end(text: str, end: int) -> int:
    while end < len(text) and is_mark(text[end]):
        end += 1
    return end


def signs_that_belong(text: str, at: int) -> int:
    """How many signs from here belong to the word before: `c++`, `c#`, `c++17`, `f#12`; not `a+b`, `issue#12`."""
    end = at
    while end < len(text) and text[end] in "+#":
        end += 1
    if end - at > 3 or not begins_word(text, at - 1):
        return 0
    after = text[end : end + 1]
    single = at == 1 or not text[at - 2].isalnum()
    if not after.isalnum() or text[at:end] == "++" or (after.isdigit() and single):
        return end - at
    return 0


def is_mark(char: str) -> bool:
    return char in JOINERS or category(char)[0] == "M"


def is_unspaced(char: str) -> bool:
    return any(ord(char) in block for block in UNSPACED)


def fold(word: str) -> str:
    """A word without case, compatibility forms, unseen characters, quotes around it and the possessive."""
    word = "".join("'" if char in APOSTROPHES else char for char in word)
    word = word.translate(FOLDED)
    seen = "".join(char for char in word if char not in "\u00ad\u200c\u200d" and not 0xFE00 <= ord(char) < 0xFE10)
    for folded in (
        normalize("NFKC", normalize("NFKC", seen).casefold()),
        normalize("NFC", seen.casefold()),
        seen.lower(),
        seen,
    ):
        if is_one_word(folded):
            break
    folded = folded.strip("'")
    while folded.endswith("'s"):
        folded = folded[:-2].rstrip("'")
    start, end = bare(folded, 0, len(folded)) if folded else (0, 0)
    return folded[start:end]


def is_one_word(word: str) -> bool:
    return (
        bool(word)
        and not any(char in BREAKS | BLANKS or char in APOSTROPHES - {"'"} for char in word)
        and begins_word(word, 0)
        and word_end(word, 0) == len(word)
    )


# ── keywords ─────────────────────────────────────────────────────────────────────────────────────────────

Phrase = tuple[str, tuple[str, ...]]


def phrase(keyword: str) -> Phrase:
    """The signs a keyword begins with, and its words; no words where it spans clauses."""
    found = clauses(keyword)
    if len(found) != 1:
        return "", ()
    before = keyword[: found[0][0].start].lstrip()
    lead = "".join(char for char in before if not char.isspace() and char not in QUOTES)
    return lead if before.endswith(lead) else "", tuple(word.form for word in found[0])


def readings(keyword: str, pairs: list[tuple[Phrase, Phrase]]) -> set[Phrase]:
    """The keyword itself, its camelCase parts, and what one alias within it makes of it."""
    lead, words = phrase(keyword)
    found = {(lead, words)}
    parts = camel_parts(keyword)
    if parts:
        found.add((lead, tuple(normal(part.lower()) for part in parts)))
    for first, last in combinations(range(len(words) + 1), 2):
        for (own_lead, own), (other_lead, other) in pairs:
            if words[first:last] == own and own_lead == ("" if first else lead):
                found.add((lead if first else other_lead, words[:first] + other + words[last:]))
    return found


def camel_parts(keyword: str) -> list[str]:
    """`useState` → `use`, `State`; nothing where a part has fewer than three letters."""
    if not (keyword.isascii() and keyword.isalnum()) or keyword.islower() or keyword.isupper():
        return []
    parts = [keyword[0]]
    for before, char, after in zip(keyword, keyword[1:], keyword[2:] + " ", strict=False):
        if char.isupper() and (before.islower() or after.islower()):
            parts.append("")
        parts[-1] += char
    return parts if len(parts) > 1 and min(map(len, parts)) >= 3 else []


def aliases(index: Index) -> list[tuple[Phrase, Phrase]]:
    """Which words are also found by which others."""
    pairs = [(phrase(one), phrase(other)) for one, other in SAME]
    pairs += [(phrase(word.value), phrase(other.value)) for word, others in index.aliases for other in others]
    pairs += [(other, one) for one, other in pairs]
    pairs += [(phrase(wide), phrase(narrow)) for narrow, wide in ALSO]
    return [(one, other) for one, other in pairs if one[1] and other[1] and one != other]


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────


def find(index: Index, text: str) -> set[Fire]:
    """Every whole keyword, written id and veto that stands in a text."""
    pairs = aliases(index)
    runs = [
        (clause, first, last) for clause in clauses(text) for first, last in combinations(range(len(clause) + 1), 2)
    ]
    return {
        Fire(number, kind, keyword, clause[first].start, clause[last - 1].end)
        for number, entry in enumerate(index.entries)
        for kind, keyword in keywords_of(entry)
        for lead, words in readings(keyword, pairs)
        if words
        for clause, first, last in runs
        if stands_for(clause[first:last], words)
        and has_lead(keyword, lead, text, clause[first].start, clause[last - 1].end)
    }


def has_lead(keyword: str, lead: str, text: str, start: int, end: int) -> bool:
    """Whether the signs of a keyword stand before it; around a command (`/design`) is white space or an end."""
    before, after = text[:start], text[end:]
    if not before.endswith(lead) or lead != "/" or keyword.count("/") != 1:
        return before.endswith(lead)
    is_first = len(before) == 1 or before[-2].isspace()
    ends = not after or after[0].isspace() or (after[0] in ".,;:!?)" and not after[1:2].isalnum())
    return is_first and ends


def keywords_of(entry: Entry) -> list[tuple[str, str]]:
    found = [("keyword", keyword.value) for keyword in entry.keywords]
    found += [("id", entry.id.value)] if entry.id_written else []
    found += [("section", keyword.value) for _, keywords in entry.sections for keyword in keywords]
    return found + [("exclude", veto.value) for veto in entry.exclude]


def stands_for(run: list[Word], words: tuple[str, ...]) -> bool:
    """Whether written as one they are the same: word for word, words written as one, or a word in parts."""
    forms = tuple(word.form for word in run)
    joined = "".join(forms)
    if joined != "".join(words) and not (len(words) > 1 and joined == normal("".join(words))):
        return False
    return _stand_for(forms, words)


def _stand_for(forms: tuple[str, ...], words: tuple[str, ...]) -> bool:
    ways = [(1, count) for count in range(1, len(words) + 1)] + [(count, 1) for count in range(2, len(forms) + 1)]
    return forms == words or any(
        is_alike(forms[:some], words[:others]) and _stand_for(forms[some:], words[others:]) for some, others in ways
    )


def is_alike(forms: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether one word is these, or these one, maybe folded so; parts of a word have three letters or more."""
    one, other = "".join(forms), "".join(words)
    if len(forms) > 1 or one == other:
        return one == other and (len(forms) == 1 or min(map(len, forms)) >= 3)
    return one == normal(other) and len(one) > len("".join(words[:-1]))


# ── the promise ──────────────────────────────────────────────────────────────────────────────────────────


def promised(index: Index, files: dict[str, str], task: str) -> set[str] | None:
    """The files of which one must come: those of the keywords that stand whole and are a half of the telling words.

    None where no keyword is so much of a task, or where a task could be small talk. Counted from the sentence of the
    contract, without any score: words that aren't grammar, not generic, and more than one letter or digits.
    """
    fires = [fire for fire in find(index, task) if fire.kind in ("keyword", "id")]
    if not fires or "/" in task:
        return None
    words = {word.form: word for clause in clauses(task) for word in clause}
    whole = {form for form, word in words.items() if any(fire.start <= word.start < fire.end for fire in fires)}
    telling = {
        form
        for form in words
        if form not in STOP and not form.isdigit() and len(form) > 1 and (form in whole or form not in GENERIC_FORMS)
    }
    for fire in sorted(fires, key=lambda fire: fire.start - fire.end):
        mine = {word.form for clause in clauses(task) for word in clause if fire.start <= word.start < fire.end}
        if telling and 2 * len(mine & telling) >= len(telling):
            owners = {other.entry for other in fires if other.keyword == fire.keyword}
            return {path.value for owner in owners for path in index.entries[owner].paths}
    return None

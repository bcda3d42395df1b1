"""The normal form of a word: plural, -ing, -ed, -ize and the action nouns folded; nothing else.

One form per word, so that a keyword and a task meet in one look-up. The rules are cautious on purpose: a
stemmer that goes further (`serializer` → `serial`, `containers` → `contain`, `going` → `go`) loads wrong files.
Never folded: -er, -ive, -al, -able, and words of three letters or fewer. What the rules get wrong and people
do write stands in the two tables below, which `docs/matching.md` prints.

>>> [normal(word) for word in ("policies", "theming", "logging", "deployment", "encryption", "containerized")]
['policy', 'theme', 'log', 'deploy', 'encrypt', 'containerize']
>>> normal("serializers"), normal("going"), normal("news")
('serializer', 'going', 'news')
"""

from __future__ import annotations

#: Words whose form no rule gives.
EXCEPTIONS: dict[str, str] = {
    # not plurals
    **dict.fromkeys(("news", "https", "series", "species", "alias", "bias", "atlas", "canvas", "lens"), ""),
    **dict.fromkeys(("always", "perhaps", "does", "kubernetes", "windows", "pandas", "rails", "sass"), ""),
    **dict.fromkeys(("keras", "jenkins", "postgres", "macos", "texas", "nos", "chaos", "ethos", "cors", "devops"), ""),
    # irregular plurals
    "buses": "bus", "uses": "use", "quizzes": "quiz", "aliases": "alias", "biases": "bias", "canvases": "canvas",
    **{word + "s": word for word in ("api", "cli", "gui", "uri", "abi", "kpi", "wiki", "emoji", "menu", "submenu",
    "gpu", "cpu", "tpu", "vcpu")},
    "lenses": "lens", "indices": "index", "matrices": "matrix", "vertices": "vertex", "appendices": "appendix",
    "caches": "cache", "headaches": "headache", "cookies": "cookie", "movies": "movie", "ties": "tie",
    "shoes": "shoe", "excuses": "excuse", "abuses": "abuse", "fuses": "fuse", "reuses": "reuse",
    "analyses": "analysis", "children": "child", "people": "person", "criteria": "criterion",
    # not an -ing or -ed form
    **dict.fromkeys(("setting", "nothing", "something", "anything", "everything", "during", "string", "embed"), ""),
    **dict.fromkeys(("evening", "morning", "ceiling", "hundred", "sacred", "sibling", "shred", "infrared"), ""),
    "settings": "setting", "using": "use", "used": "use", "tying": "tie",
    # not an action noun
    **dict.fromkeys(("statement", "department", "apartment", "compartment", "production", "exception"), ""),
    **dict.fromkeys(("projection", "foundation", "objection", "direction", "information", "corporation"), ""),
    "statements": "statement", "departments": "department", "apartments": "apartment", "exceptions": "exception",
    "compilation": "compile", "computation": "compute", "expiration": "expire", "combination": "combine",
    "separation": "separate", "deletion": "delete", "collaboration": "collaborate", "decoration": "decorate",
    "analyse": "analyze",
    "analysing": "analyze", "analysed": "analyze",
}  # fmt: skip
EXCEPTIONS.update({word: word for word, form in EXCEPTIONS.items() if not form})

#: What is left of an -ing or -ed form, where the ending's rule for the silent e does not hold.
BASES: dict[str, str] = {
    "cach": "cache", "rout": "route", "quot": "quote", "guid": "guide", "past": "paste", "delet": "delete",
    "complet": "complete", "invit": "invite", "rewrit": "rewrite", "renam": "rename", "sync": "sync",
    "async": "async", "focus": "focus", "bias": "bias", "alias": "alias", "creat": "create",
    "recreat": "recreate", "reus": "reuse", "plugin": "plugin", "login": "login", "admin": "admin",
    "promot": "promote", "denot": "denote", "lov": "love", "remot": "remote", "obsolet": "obsolete",
    "panick": "panic", "mimick": "mimic", "traffick": "traffic", "quizz": "quiz", "interfer": "interfere",
    "postpon": "postpone", "notic": "notice", "exec": "exec", "us": "use",
}  # fmt: skip

_SILENT_ALWAYS = ("dg", "rg", "ag", "eg", "ang", "eng", "yp", "ib", "ap", "ar", "um", "am")
_SILENT_LATE = ("ur", "ir", "il", "ul", "in", "id", "ut", "ad", "od", "ud", "ok", "at", "nor", "plor", "stor")
_LIQUID = tuple(consonant + "l" for consonant in "bcdfgkptz")
_DOUBLED = tuple(consonant * 2 for consonant in "bdgkmnprt")
_PLAIN_NOUN = ("ment", "ent", "ll", "rm", "nd", "pt", "lt", "et", "mend")
_SILENT_NOUN = ("rv", "ur", "or", "ar")


def normal(word: str) -> str:
    """The normal form of a case-folded word; what is not ASCII is left to `scripts`."""
    if not word.isascii():
        from .scripts import form

        return form(word)
    if len(word) <= 3 or not word.isalpha():
        return word
    for _ in range(4):  # and no more: a text may be one word of endings alone
        found = EXCEPTIONS.get(word) or _step(word)
        if found == word:
            break
        word = found
    return word


def _step(word: str) -> str:
    if word.endswith("s"):
        singular = _singular(word)
        if singular != word:
            return singular
    if word.endswith("ing"):
        return _base(word, word[:-3])
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ed") and not word.endswith("eed"):
        return _base(word, word[:-2])
    if word.endswith("ise") and len(word) > 6:
        return word[:-3] + "ize"
    return _verb_of(word)


def _singular(word: str) -> str:
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("oes") and len(word) > 5:
        return word[:-2]
    if word.endswith("uses") and len(word) > 6 and word[-5] not in "aeo":
        return word[:-2]
    return word[:-1]


def _base(word: str, base: str) -> str:
    """The verb under an -ing or -ed form, or the word itself where there is none."""
    if base in BASES:
        return BASES[base]
    if len(base) < 3 or not any(letter in "aeiouy" for letter in base):
        return word
    if len(base) > 3 and base.endswith(_DOUBLED):
        return base[:-1]
    if base.endswith("ell") and len(base) > 5 or base.endswith("oll") and len(base) > 6:
        return base[:-1]
    return base + "e" if _has_silent_e(base) else base


def _has_silent_e(base: str) -> bool:
    """Whether the verb behind `base` ends in a silent e: `them(ing)`, `manag(ed)`; not `test(ing)`, `visit(ed)`.

    A base has three letters or more.
    """
    if base.endswith(("ss", "zz", "ync", "yer")):
        return False
    if base.endswith(("v", "z", "quir")):
        return True
    if base.endswith(("s", "c")):
        return not (base.endswith("us") and base[-3] not in "aeo")
    if base.endswith(_LIQUID) or base.endswith("u"):
        return True
    vowels_before = base[-3] in "aeiou" and base[-2] in "aeiou"
    if base.endswith(_SILENT_ALWAYS) and not vowels_before:
        return True
    syllables = _syllables(base)
    if syllables == 1:
        return base[-1] not in "aeiouwxy" and base[-2] in "aeiouy" and base[-3] not in "aeiou"
    return base.endswith(_SILENT_LATE) and (not vowels_before or base.endswith(("uat", "iat")))


def _syllables(base: str) -> int:
    """How often a consonant follows a vowel (Porter's measure)."""
    count, vowel = 0, False
    for letter in base:
        now = letter in "aeiouy"
        count += vowel and not now
        vowel = now
    return count


def _verb_of(word: str) -> str:
    """The verb of an action noun, where five letters stay; else the word."""
    if word.endswith("ment") and len(word) >= 9:
        return word[:-4]
    if not word.endswith("tion") or len(word) < 9 or word.endswith("ition"):
        return word
    if word.endswith(("ization", "isation")):
        return word[:-7] + "ize"
    if word.endswith("ification"):
        return word[:-9] + "ify"
    if word.endswith("ation"):
        base = word[:-5]
        if len(base) >= 5 and base.endswith(_PLAIN_NOUN):
            return base
        if len(base) >= 5 and base.endswith(_SILENT_NOUN):
            return base + "e"
        return word[:-3] + "e"
    base = word[:-3]
    return base + "e" if base.endswith(("ut", "et")) else base

"""Keywords for guides that their tool chooses by description, from the description and the name.

A model reads the description there; here the words must be named. What is quoted in it comes first, then its telling
words and pairs of them: names with a capital, a digit or a sign inside, and what few of the other guides speak of.

>>> from ctxload.formats.guide import Guide
>>> one = Guide("pdf-forms", description="Fill in PDF forms with pypdf2. Use when the user says \\"sign this\\".")
>>> two = Guide("releases", description="Roll out Helm charts. Use when the user asks for a release.")
>>> called_by([one, two])
[('PDF forms', 'sign this', 'pypdf2'), ('Helm charts', 'release')]
"""

from __future__ import annotations

import re
from itertools import pairwise

from ..matching.inflection import normal
from ..matching.tokens import tokenize
from ..matching.word_lists import GENERIC, STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .guide import Guide

#: How many keywords a guide gets, how long a quoted one may be, in words, and how much of a description is read.
MOST, QUOTED, READ = 8, 5, 2_000
#: The share of the guides that may have a word before it tells none of them apart, where there are more than a few.
SHARE, FEW = 0.2, 5
_QUOTE = re.compile(
    r'"([^"\n]{2,60})"|\u201c([^\u201d\n]{2,60})\u201d|`([^`\n]{2,60})`|(?<!\w)\'([^\'\n]{2,60})\'(?!\w)'
)
#: A part of a word that may be a name by itself, as in `http.ServeMux`, `Numba-accelerated` and `Express.js`.
_WORD = re.compile(r"[^\W_][^\W_]*[+#]*")
#: What the own name of a guide weighs, and of how many words it may be.
_OWN, NAMED = 6.0, 4
#: How many plain words a description may hold for each of them to tell what it is about.
BESIDE = 2
#: Names that a file cannot well have as they are written.
_SPELT = {"cpp": "c++", "csharp": "c#", "fsharp": "f#", "golang": "go", "dotnet": "net"}
#: What is left of such words where the name of a file was cut.
_CUT = frozenset("fil fi f prompt prom promp pro p rules cursorru cursorrules".split())
#: Words that tell how, when or how much, which descriptions write in capitals to be heard.
_HEARD = frozenset(
    "always never must should shall may can only every all any each both not no nor and or but do does did don't "
    "when whenever while if unless until before after then than this that these those with without into from for "
    "also even very highly strictly important note required mandatory immediately critical please warning caution "
    "proactively automatically first next last new any some other another such same more most less least auto yes "
    "what why how who which where here there it its is are be been being you your we our they their".split()
)
_URL = re.compile(r"https?://\S+|\]\([^)]*\)")
#: Words that descriptions of guides are full of, whatever they are about.
_COMMON = frozenset(
    "use used uses using user users ask asks asked asking when whenever want wants need needs needed needing task "
    "tasks guide guides "
    "guideline guidelines guidance rule rules skill skills agent agents expert experts specialist best practice "
    "practices pattern "
    "patterns convention conventions standard standards instruction instructions cursor copilot claude windsurf cline "
    "kiro continue "
    "openhands project projects code coding file files write writing create creating creates add adding help helps "
    "helping provide "
    "provides handle handling work working works ensure ensures apply applies include includes including follow "
    "following make making "
    "comprehensive modern proper specific various common development develop developing developer developers prompt "
    "trigger triggers "
    "mention mentions mentioned context apps app application applications general setup tips info information support "
    "supports "
    "cursorrules md mdc http https www com implement implementing implementation build building system based across "
    "must proactively complex advanced quality".split()
)


def called_by(guides: Sequence[Guide]) -> list[tuple[str, ...]]:
    """The keywords for each guide; nothing for one that has its own, or is not chosen by its description.

    The own name of a guide that stands in its description always is one, and none of a guide of another name.
    """
    found = [_candidates(guide) if is_described(guide) else [] for guide in guides]
    names = [_own_names(guide) if is_described(guide) else {} for guide in guides]
    found = [called or _beside_its_name(guide, own) for guide, called, own in zip(guides, found, names, strict=True)]
    owned = {key for own in names for key in own}
    holders: dict[str, int] = {}
    for candidates in found:
        for key in {key for key, _, _ in candidates}:
            holders[key] = holders.get(key, 0) + 1
    limit = max(FEW, SHARE * sum(map(bool, found)))
    return [
        _best(
            [(key, _OWN, written) for key, written in own.items()]
            + [one for one in candidates if one[0] not in owned and holders[one[0]] <= limit]
        )
        for candidates, own in zip(found, names, strict=True)
    ]


def _own_names(guide: Guide) -> dict[str, str]:
    """The names of a guide that stand in its description (of its file or folder, and its title), by normal form, as
    they are written there and as they are written as names.
    """
    found: dict[str, str] = {}
    text = _URL.sub(" ", guide.description[:READ])
    places = [match.span() for match in _WORD.finditer(text)]
    words = [_squashed(text[start:end]) for start, end in places]
    title = next((line.lstrip("# ") for line in guide.text[:READ].split("\n") if line.startswith("# ")), "")
    for name in (_spaced(guide.name), _telling(_spaced(guide.name)), _telling(title)):
        squashed = _SPELT.get(_squashed(name), _squashed(name))
        for at, end in _runs_of(squashed, words) if squashed and len(name.split()) <= NAMED else ():
            written = text[places[at][0] : places[end][1]].rstrip(".-")
            if len(squashed) > 1 or written.isupper():
                for one in (written, name):
                    found.setdefault(" ".join(_forms(one)), one)
    return {key: written for key, written in found.items() if key}


def _beside_its_name(guide: Guide, own: dict[str, str]) -> list[tuple[str, float, str]]:
    """The plain words of a short description that stand beside the guide's own name, where that is a common word:
    the name alone would call for it everywhere, and what it is about nowhere.
    """
    if not own or not all(_is_common(key) for key in own):
        return []
    words = dict.fromkeys(word for word in _forms(guide.description[:READ]) if word not in own and _is_plain(word))
    return [(word, 1.0, word) for word in words] if len(words) <= BESIDE else []


def _is_plain(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and _is_latin(word) and not _is_common(word) and word not in _HEARD


def _runs_of(squashed: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where words side by side, written as one, are a name, or its plural, or it with `js` or a version behind it."""
    wanted = (squashed, squashed + "js", squashed + "s")
    for at in range(len(words)):
        run = ""
        for end in range(at, min(at + NAMED, len(words))):
            run += words[end]
            if not squashed.startswith(run[: len(squashed)]) or len(run) > len(squashed) + 2:
                break
            if run in wanted or (at == end and run.startswith(squashed) and run[len(squashed) :].isdigit()):
                yield at, end


def _telling(name: str) -> str:
    """A name without the words that names of rules are full of."""
    return " ".join(word for word in name.split() if word.lower() not in _COMMON and word.lower() not in _CUT)


def _squashed(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum() or char in "+#")


def is_described(guide: Guide) -> bool:
    """Whether a guide's tool may choose it by its description alone."""
    return bool(guide.description) and not (guide.always or guide.keywords or guide.patterns or guide.agents == ())


def _best(candidates: list[tuple[str, float, str]]) -> tuple[str, ...]:
    """The heaviest candidates as they are written; a word that stands in a chosen phrase is not repeated."""
    chosen: list[str] = []
    seen: set[str] = set()
    for key, weight, written in sorted(candidates, key=lambda one: -one[1]):
        words = key.split()
        if (weight == _OWN or not seen >= set(words)) and len(chosen) < MOST:
            chosen.append(written)
            seen.update(words)
    return tuple(chosen)


def _candidates(guide: Guide) -> list[tuple[str, float, str]]:
    """Normal form, weight and text of what could call for a guide, each form once."""
    text = guide.description[:READ]
    found: dict[str, tuple[float, str]] = {}
    for match in _QUOTE.finditer(text):
        quoted = next(filter(None, match.groups())).strip(" .,;:!?")
        words = _forms(quoted)
        if 0 < len(words) <= QUOTED and not all(map(_is_common, words)):
            found.setdefault(" ".join(words), (4.0, quoted))
    plain, name = _URL.sub(" ", _QUOTE.sub(" ", text)), _spaced(guide.name)
    in_name = set(_forms(name))
    both = [word.rstrip(".") for word in re.findall(r"\w[\w.+#-]*", plain) if len(_forms(word)) == 1]
    twice = [
        (word, 2.4) for word in both if _forms(word)[0] in in_name and len(word) > 2 and not _is_common(word.lower())
    ]
    for written, weight in (*twice, *_phrases(plain), *((word, 0.5 + weight) for word, weight in _phrases(name))):
        key = " ".join(_forms(written))
        if key and (key not in found or found[key][0] < weight):
            found[key] = (weight, written)
    return [(key, weight, written) for key, (weight, written) in found.items()]


def _spaced(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _forms(text: str) -> list[str]:
    return [form for clause in tokenize(text).forms for form in clause]


def _phrases(text: str) -> list[tuple[str, float]]:
    """The telling words of a text and pairs of them side by side, with their weights; a plain word alone tells too
    little.
    """
    tokens = tokenize(text)
    found: list[tuple[str, float]] = []
    for clause, words in enumerate(tokens.words):
        spans = tokens.spans[clause]
        telling = [not _is_common(word) and not word.isdigit() and len(word) > 1 for word in words]
        telling = [is_so and word.lower() not in _HEARD for is_so, word in zip(telling, words, strict=True)]
        between = ["", *(text[before[1] : after[0]] for before, after in pairwise(spans)), ""]
        for number in range(len(words)):
            if not telling[number]:
                continue
            written = text[spans[number][0] : spans[number][1]]
            if not _is_latin(written):
                continue  # words of other scripts come in forms, or without blanks, and what they say is grammar
            if _is_name(written, first=number == 0) and "." not in between[number : number + 2]:
                found.append((written, 2.0))
            if number and telling[number - 1] and _is_latin(words[number - 1]) and between[number] in (" ", "-", "."):
                pair = text[spans[number - 1][0] : spans[number][1]]
                found.append(
                    (pair, 2.5 if _is_name(written, first=False) or _is_name(pair, first=number == 1) else 1.5)
                )
    return found


def _is_common(word: str) -> bool:
    return word in STOP or word in GENERIC or word in _COMMON or normal(word) in GENERIC or normal(word) in _COMMON


def _is_latin(text: str) -> bool:
    """Whether the letters of a text are those of the Latin alphabet, with marks or without."""
    return all(char < "\u0250" or not char.isalpha() for char in text)


def _is_name(written: str, *, first: bool) -> bool:
    """Whether a word looks like a name: a capital that does not begin a sentence, a digit, or a sign inside."""
    inside = written[1:] if first else written
    return any(char.isupper() for char in inside) or any(char.isdigit() or char in "+#./_@" for char in written)

"""What a task means beside its words: what it takes back, verbs in two words, and slips."""

from __future__ import annotations

from ..matching.document_index import is_content
from ..matching.slips import LONG, reading
from ..matching.tables import KEYWORD, KNOWN, VETO, names_of
from ..matching.task_words import NOUNS, PARTICLES, WEIGHTS
from ..matching.tokens import form
from .choice import Choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..matching.matcher import Hit
    from ..matching.tables import Tables
    from ..matching.task_words import Word
    from ..text.diagnostics import Diagnostic
    from .directives import Item

#: What a word counts that is read out of a slip.
SLIP = 0.7
#: How many letters each part of a name in code has at least.
PART = 3
#: How many different words of one task are read otherwise at most.
MOST = 20
#: How many letters a verb has at least.
VERB = 3
#: Particles that more often begin what follows, as in `the log in production`: they are the verb's where nothing is
#: behind them or one of these, and no article before the verb; or where before it is one of the third.
PREPOSITIONS = frozenset("in on over through around".split())
BEHIND = frozenset(
    "to with via as again and or but by from using without once twice when while until after before then if because "
    "here there today now yet first is are was does fails failed works button dialog endpoint flow form link page "
    "screen user users view".split()
)
ARTICLES = frozenset("the a an this that my our your its each every any no".split())
NOT_ABLE = frozenset(("can't", "cannot", "couldn't"))
#: What is behind `up to` where that is a bound, as before a number, and no verb's.
BOUNDS = frozenset("date one two three four five six seven eight nine ten twelve twenty hundred thousand".split())
#: What a word of the two counts beside the one that they are read as: documents may have them as two words, too.
APART = 0.2


# ── what is taken back ───────────────────────────────────────────────────────────────────────────────────


def vetoed_by(choice: Choice, hits: dict[int, list[Hit]]) -> set[int]:
    """The entries that are not to come at all; of each that is taken back it is noted why, for who asks.

    An entry with a keyword in what is asked comes: `deploy to kubernetes, not docker` takes back only a word of it.
    """
    vetoed: set[int] = set()
    rows = choice.tables.keywords
    for one in choice.taken_back:
        for number in sorted(one.entries):
            choice.why_not.setdefault(number, ("left-out", f"is named to be left out: `{one.text}`"))
            if one.is_veto and all(rows[hit.keyword].kind == VETO for hit in hits.get(number, ())):
                vetoed.add(number)
    choice.without |= vetoed
    return vetoed


def leave_out(choice: Choice, names: tuple[str, ...]) -> None:
    """Leaves out the entries of ids and bundles that the caller names. Raises ExplicitContextError for any other."""
    wrong = [name for name in names if not _leave_out(choice, name, f"--without {name}")]
    if wrong:
        from ..errors import ExplicitContextError

        findings = tuple([_not_named(choice, name) for name in wrong])
        raise ExplicitContextError(findings[0].message, findings)


def leave_out_items(choice: Choice, items: list[Item]) -> None:
    """Leaves out what `Context: -docker` names."""
    for item in items:
        _leave_out(choice, item.text[1:], f"Context: {item.text}")


def _leave_out(choice: Choice, name: str, said: str) -> bool:
    number = choice.tables.ids.get(name)
    numbers = choice.tables.bundles.get(name) or (() if number is None else (number,))
    choice.without |= set(numbers)
    for number in numbers:
        choice.why_not[number] = ("left-out", f"is named to be left out: `{said}`")
    return bool(numbers)


def _not_named(choice: Choice, name: str) -> Diagnostic:
    """The finding for a name to be left out that is neither an id nor a bundle."""
    from ..text.diagnostics import diagnostic
    from ..text.suggestions import meant

    known = [*names_of(choice.tables.ids), *names_of(choice.tables.bundles)]
    hint = meant(name, known) or "`ctxload check` shows the ids"
    return diagnostic("CTX401", f"explicit context not found: `{name}` is neither an id nor a bundle", hint=hint)


def spans_of(choice: Choice, number: int) -> tuple[tuple[int, int], ...]:
    """Where a task names an entry to be left out."""
    return tuple([one.span for one in choice.taken_back if number in one.entries])


# ── verbs in two words ───────────────────────────────────────────────────────────────────────────────────


def read_verbs(choice: Choice) -> None:
    """Reads each verb with its particle as the one word that a keyword makes of them; the verb itself counts less, in a
    clause behind the others.
    """
    tokens = choice.tokens
    words: list[list[str]] = [[] for _ in tokens.words]
    spans: list[list[tuple[int, int]]] = [[] for _ in tokens.words]
    apart: list[tuple[str, tuple[int, int]]] = []
    for clause, row in enumerate(tokens.words):
        last = -1  # the place of the last particle that belongs to a verb
        for at, (word, span) in enumerate(zip(row, tokens.spans[clause], strict=True)):
            joined = _one_word(choice, row, at) if word in PARTICLES and 0 < at != last + 1 else ""
            if joined:
                last = at
                apart.append((words[clause].pop(), spans[clause].pop()))
                span = apart[-1][1][0], span[1]
                choice.read_as[clause, len(words[clause])] = tokens.text[slice(*span)], joined
            words[clause].append(joined or word)
            spans[clause].append(span)
    if not apart:
        return
    choice.apart = len(words)
    choice.less |= {(choice.apart, place): APART for place in range(len(apart))}
    choice.tokens = tokens.of([*words, [word for word, _ in apart]], [*spans, [span for _, span in apart]])


def _one_word(choice: Choice, words: list[str], at: int) -> str:
    """The word, in normal form, that a keyword makes of a particle there and the verb before it; else an empty text."""
    verb = form(NOUNS.get(words[at - 1], words[at - 1]))
    cell = choice.tables.cells.get(verb + words[at]) if len(verb) >= VERB and is_verbs(words, at) else None
    rows = choice.tables.keywords
    return verb + words[at] if cell and any(rows[one[1]].kind == KEYWORD for one in cell[3]) else ""


def is_verbs(words: list[str], at: int) -> bool:
    """Whether a particle there belongs to the word before it, and not to what follows.

    >>> is_verbs(["roll", "back", "a", "release"], 1), is_verbs(["log", "in", "production"], 1)
    (True, False)
    """
    if words[at] not in PREPOSITIONS:
        return not (words[at] == "up" and words[at + 1 : at + 2] == ["to"] and _is_bound(words[at + 2 : at + 3]))
    before, behind = words[at - 2] if at > 1 else "", words[at + 1] if at + 1 < len(words) else ""
    return before in NOT_ABLE or (before not in ARTICLES and (not behind or behind in BEHIND))


def _is_bound(words: list[str]) -> bool:
    """Whether what is behind `up to` says how far: a number, or `date`."""
    return any(word[0].isdigit() or word in BOUNDS for word in words)


# ── slips ────────────────────────────────────────────────────────────────────────────────────────────────


def read_slips(choice: Choice) -> None:
    """Reads each word that nobody knows, and that is one slip from a word of exactly one keyword, as that word."""
    words = [list(row) for row in choice.tokens.words]
    known: dict[str, str] = {}
    for clause, row in enumerate(words):
        for place, word in enumerate(row):
            if word not in known and len(known) < MOST and _is_unknown(choice, word):
                known[word] = _reading(choice.tables, word)
            read = known.get(word, "")
            if read and _is_asked(choice, clause, place):
                row[place] = read
                choice.read_as[clause, place] = word, read
                choice.less[clause, place] = SLIP
    if choice.read_as:
        choice.tokens = choice.tokens.of(words, choice.tokens.spans)


def _reading(tables: Tables, word: str) -> str:
    """What a word that nobody knows reads as; remembered."""
    known = tables.memory.readings
    read = known.get(word)
    if read is None:
        if len(known) >= KNOWN:
            known.clear()
        read = known[word] = reading(tables, word)
    return read


def _is_unknown(choice: Choice, word: str) -> bool:
    """Whether neither the index nor the documents know a word of at least six letters, a to z alone."""
    if len(word) < LONG or not (word.isascii() and word.isalpha()):
        return False
    return not choice.knows(form(word))


def _is_asked(choice: Choice, clause: int, place: int) -> bool:
    """Whether a word stands in what is asked, and not in a path or a paste."""
    standing = choice.standing
    return standing is None or WEIGHTS[standing.kind_at(choice.tokens.spans[clause][place][0])] >= 1


def read_names(choice: Choice, words: list[Word]) -> list[Word]:
    """The words of a task with each name in code that nobody knows read as the words it is put together of.

    `giftCardBalance` speaks of gift cards where no document has the name itself.
    """
    found: list[Word] = []
    for word in words:
        start, end = choice.tokens.spans[word.clause][word.place]
        written = choice.tokens.text[start:end]
        parts = parts_of_name(written)
        if len(parts) < 2 or choice.knows(word.form):
            found.append(word)
        else:
            choice.read_as[word.clause, word.place] = written, " ".join(parts)
            found += [word.replace(form=one) for one in map(form, parts) if is_content(one)]
    return found


def parts_of_name(name: str) -> list[str]:
    """The words of a name in code, in lower case; of a name of two words that begins with a capital, only itself, since
    many products are written so.

    >>> parts_of_name("giftCardBalance"), parts_of_name("GitHub"), parts_of_name("HTTPTestServer")
    (['gift', 'card', 'balance'], ['github'], ['http', 'test', 'server'])
    """
    begins = [
        at
        for at in range(1, len(name))
        if name[at].isupper() and (name[at - 1].islower() or name[at + 1 : at + 2].islower())
    ]
    parts = [name[start:end].lower() for start, end in zip([0, *begins], [*begins, len(name)], strict=True)]
    is_code = len(parts) > 2 or name[:1].islower()
    return parts if is_code and min(map(len, parts)) >= PART else [name.lower()]


def counted_less(choice: Choice, words: list[Word]) -> list[Word]:
    """The words of a task with what they count less."""
    return [word.replace(weight=word.weight * choice.less.get((word.clause, word.place), 1.0)) for word in words]


def note_of(choice: Choice, keyword: int, hits: Iterable[Hit]) -> str:
    """How the words of a keyword are read, where that differs from how they are written; else an empty text."""
    places = [(hit.clause, at) for hit in hits if hit.keyword == keyword for at in range(hit.first, hit.last)]
    return in_words(choice.read_as[place] for place in places if place in choice.read_as)


def note_of_words(choice: Choice, words: Iterable[str]) -> str:
    """The same, of words in normal form."""
    wanted = set(words)
    return in_words(one for one in choice.read_as.values() if not wanted.isdisjoint(map(form, one[1].split())))


def in_words(readings: Iterable[tuple[str, str]]) -> str:
    """Readings in words."""
    return ", ".join(f"`{written}` read as `{read}`" for written, read in dict.fromkeys(readings))

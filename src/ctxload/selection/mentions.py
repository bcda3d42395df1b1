"""Entries that are named: those that come only so (`agents: []`), as the users of other tools name them: `@release`,
`@release.mdc`, `@.cursor/rules/release.mdc`, `#incident`, `/deploy` at the start of a line.

A name that several of them have is said to be ambiguous, and none is guessed; so is a name of several others.
"""

from __future__ import annotations

from ..matching.document_index import is_content
from ..matching.matcher import find_parts
from ..matching.tables import KEYWORD, STEM_ID
from ..matching.task_words import CODE, QUOTE, URL
from ..matching.tokens import TASK_LIMIT
from ..workspace.secret_names import folded
from .choice import RULE_POINTS, Choice
from .model import DOCUMENTS, KEYWORD_LAYER, Reason, Term, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any

    from ..matching.matcher import Hit, PhrasePart
    from ..matching.tables import EntryRow
    from .choice import Run

#: What the own name of another tool's rule adds where it is called for by it.
OWN_NAME = 600
#: How many documents a task calls at most by their names in code: a list of more asks for none of them.
CALLED = 3
#: How many mentions of one task are looked up.
MOST = 100
#: What stands for a word that is passed over, and what ends the folders before a name.
_NOTHING, _NO_FOLDER = "the", frozenset("\"'`()[]{}<>,;\u201c\u2018")
#: What a mention begins with, anywhere; what it may follow, and what ends it.
_SIGNS = frozenset("@#")
_BEFORE, _AFTER = frozenset(" \t\r\n([{\"'`\u201c\u2018,;:"), frozenset(" \t\r\n)]}\"'`\u201d\u2019,;<>|")


def may_mention(task: str) -> bool:
    """Whether a task may hold a mention; a quick look."""
    return "@" in task or "#" in task or task[:1] == "/" or "\n/" in task


def mentioned(choice: Choice) -> Iterator[tuple[int, Reason]]:
    """The entries that must be named and are, each with the reason."""
    from itertools import islice

    from .explicit import sharing

    names: dict[str, dict[int, None]] = {}
    rows = choice.tables.entries
    for number in choice.tables.meta.manual:
        for name in _names(rows[number]):
            names.setdefault(name, {})[number] = None
    task = choice.request.task
    for start, end in islice(_places(task[:TASK_LIMIT]), MOST):
        name = task[start:end].lstrip("@#")
        found = list(names.get(name) or names.get(name.lstrip("/")) or ())
        exact = [number for number in found if rows[number].id == name] or found
        if len(exact) > 1:
            _say(choice, task[start:end], [rows[number].id for number in exact])
            continue
        if not exact and task[start] == "@" and (others := sharing(choice.tables, name)):
            _say(choice, task[start:end], others)
        for number in exact:
            where = Where(task, ((start, end),))
            terms = (Term(f"named {name}", RULE_POINTS),)
            yield number, Reason(KEYWORD_LAYER, "id", rows[number].id, rows[number].id, where, terms)


def _names(row: EntryRow) -> Iterator[str]:
    """What an entry may be called: its id, its path, the name of its file and of the folder of a skill."""
    yield row.id
    yield row.id.rpartition("/")[2]
    for path, _, _ in row.paths:
        folder, _, last = path.rpartition("/")
        yield path
        if last == "SKILL.md":
            yield folder.rpartition("/")[2]
        else:
            yield last
            yield last.partition(".")[0] or last


def _places(task: str) -> Iterator[tuple[int, int]]:
    """Where mentions stand in a task: words with a sign before them."""
    at = 0
    while at < len(task):
        end = at
        while end < len(task) and task[end] not in _AFTER:
            end += 1
        word = task[at:end].rstrip(".:!?\u2026")
        if len(word) > 1 and (word[0] in _SIGNS or (word[0] == "/" and task[at - 1 : at] in ("", "\n", "\r"))):
            yield at, at + len(word)
        at = end + 1
        while at < len(task) and task[at] in _BEFORE:
            at += 1


def _say(choice: Choice, written: str, ids: list[str]) -> None:
    from .path_findings import listed

    hint = f"name the one: {listed(ids)}"
    choice.report("CTX410", f"`{written}` may be any of {len(ids)} entries", severity="warning", hint=hint)


def typed_commands(
    choice: Choice,
    matched: dict[int, tuple[list[Hit], list[PhrasePart]]],
    selected: Collection[int],
) -> dict[int, str]:
    """The entries that have a command for a keyword (`/design`) that somebody typed, with why they come."""
    from ..matching.commands import is_command

    rows = choice.tables.keywords
    return {
        number: f"`{rows[hit.keyword].text}` is typed as a command"
        for number, (hits, _) in matched.items()
        if number not in selected
        for hit in reversed(choice.promising(hits))
        if is_command(rows[hit.keyword])
    }


def file_names(choice: Choice) -> list[tuple[int, Run]]:
    """Where names of files stand in the task as a whole, of any entry in scope."""
    rows = choice.tables.keywords
    return [
        (number, place)
        for number, parts in find_parts(choice.tables, choice.tokens).items()
        for part in parts
        if rows[part.keyword].kind == STEM_ID and may_be_named(choice, number)
        for place in choice.places_of(rows[part.keyword].words)
    ]


def entries_named(choice: Choice) -> tuple[list[int], dict[str, list[int]]]:
    """The entries, in scope, whose file is named in the task by its path, however that is written; or by the name of
    the file alone, where no other entry in scope has one of this name; and the names that several have, with those.
    """
    text = choice.tokens.text
    from .files_at_hand import entries_at

    named, shared = entries_at(choice.tables.entries, text, choice.tree, choice.request.folder)
    found = {name: [one for one in numbers if may_be_named(choice, one)] for name, numbers in shared.items()}
    named = [number for number in named if may_be_named(choice, number)]
    named += [numbers[0] for numbers in found.values() if len(numbers) == 1]
    return named, {name: numbers for name, numbers in found.items() if len(numbers) > 1}


def may_be_named(choice: Choice, number: int) -> bool:
    """Whether an entry may come because its file is named in prose: it is in scope, and the project has a use for
    it.
    """
    row = choice.tables.entries[number]
    why = choice.why_out_of_scope(number, row) or choice.why_does_not_count(row)
    if why:
        choice.why_not.setdefault(number, why)
    return why is None and number not in choice.without and choice.why_not.get(number, ("",))[0] != "vetoed"


def add_named(weighed: Any, kinds: Collection[str]) -> dict[int, str]:
    """Adds the entries that the task calls by the path of a file, or by its name and that it is one of these kinds of
    document; gives those, with the path of which the file's name stands in what is asked, or an empty text.
    """
    choice = weighed.choice
    called_so: dict[int, str] = {}
    forms = choice.tokens.forms
    if any(word in kinds for clause in forms for word in clause):
        called: dict[Run, set[int]] = {}
        for number, place in (*weighed.named(), *file_names(choice)):
            clause, _, last = place
            if last < len(forms[clause]) and forms[clause][last] in kinds:
                called.setdefault(place, set()).add(number)
        for numbers in called.values():  # of several that are called so, those that fit best
            best = max(weighed.scores.get(number, 0) for number in numbers)
            for number in sorted(numbers):
                if weighed.scores.get(number, 0) == best:
                    _add_name(weighed, number)
                    called_so[number] = ""
    low = choice.tokens.text.lower()
    if any(ending in low for ending in DOCUMENTS):
        named, shared = entries_named(choice)
        for number in named:
            _add_name(weighed, number)
        asked = {number: path for number in named if (path := _asked_path(choice, number))}
        called_so |= dict.fromkeys(named, "") | asked
        others = max([score for number, score in weighed.scores.items() if number not in asked], default=0)
        for number, path in asked.items():
            _put_first(weighed, number, path, others)
        for name, having in shared.items():
            if not {*having} <= weighed.why.keys() | weighed.rules.keys() and any(_standing_asked(choice, name)):
                _say_shared(choice, name, having)
    return called_so


def keep_beside(
    weighed: Any, named: dict[int, str], in_scope: Callable[..., Any], add_by_words: Callable[[Any], None]
) -> None:
    """Of the entries that came beside those that are named by their path, leaves those that come without the words of
    the path, too: it says where and not what. The last two are the steps of choosing that are done once more.
    """
    choice, why = weighed.choice, weighed.why
    others = [number for number in why if number not in named] if named else []
    paths = _places_of_paths(choice, {path for path in named.values() if path}) if others else []
    if not paths:
        return
    rows, spans = choice.tables.keywords, choice.tokens.spans

    def is_in_path(clause: int, at: int) -> bool:
        return any(start <= spans[clause][at][0] < end for start, end in paths)

    called: dict[int, list[Hit]] = {}
    for number, (hits, _) in weighed.found.items():
        beside = called[number] = [
            hit for hit in hits if not any(is_in_path(hit.clause, at) for at in range(hit.first, hit.last))
        ]
        if any(
            rows[hit.keyword].kind == KEYWORD and choice.weight_by_place(hit) >= 1 for hit in hits if hit not in beside
        ):
            named = {**named, number: ""}  # an author's keyword that looks like a path
    words = [
        [_NOTHING if is_in_path(clause, at) else word for at, word in enumerate(row)]
        for clause, row in enumerate(choice.tokens.words)
    ]
    again = Choice(choice.tables, choice.tree, choice.request, choice.evidence)
    again.tokens = choice.tokens.of(words, spans)
    again.without, again.read_as, again.less, again.apart = choice.without, choice.read_as, choice.less, choice.apart
    fired = {number: [reason for reason in given if reason.kind != "name"] for number, given in weighed.rules.items()}
    rules = {number: given for number, given in fired.items() if given}
    found = type(weighed)(again, in_scope(again, called, weighed.vetoed), rules, weighed.vetoed)
    add_by_words(found)
    for number in others:
        if number not in found.why and number not in named:
            del why[number]


def _places_of_paths(choice: Choice, paths: Collection[str]) -> list[tuple[int, int]]:
    """Where the names of these files stand in the task, each with the folders before it."""
    text, found = choice.tokens.text, []
    low = folded(text) if len(folded(text)) == len(text) else text
    for name in sorted({folded(path.rpartition("/")[2]) for path in paths}):
        at = low.find(name)
        while at >= 0:
            start = at
            while start and not (
                text[start - 1].isspace() or text[start - 1] in _NO_FOLDER or text[start - 1] > "\u036f"
            ):
                start -= 1
            found.append((start, at + len(name)))
            at = low.find(name, at + 1)
    return found


def add_called(weighed: Any, by_path: bool) -> None:
    """Adds the entries of which the task holds the name in code (`useState`), or is the name; puts those before the
    others, and those whose name of several words stands in the task, unless some document is named `by_path`.
    """
    choice, why, scores = weighed.choice, weighed.why, weighed.scores
    called = _called_in_code(weighed)
    if len(called) <= CALLED:
        for number in called:
            _add_name(weighed, number)
    for number, place in weighed.named():
        words = choice.tokens.forms[place[0]][place[1] : place[2]]
        if number not in called and sum(map(is_content, words)) > 1 and _is_asked(choice, place):
            called[number] = place
    first_ones = [
        number
        for number, place in called.items()
        if number in why and not any(_is_within(place, other) for other in called.values())
    ]
    others = max([scores[number] for number in why if number not in first_ones], default=0)
    if by_path or not first_ones or min(scores[number] for number in first_ones) > others:
        return
    best = max(scores[number] for number in first_ones)
    for number in first_ones:  # among themselves they stay in their order
        behind = min(best - scores[number], RULE_POINTS - 1)
        _put_first(weighed, number, choice.tables.entries[number].id, others - behind)


def _called_in_code(weighed: Any) -> dict[int, Run]:
    """The entries of which the name of a file stands in what is asked as it is written, where that is a name in code,
    or all that is asked and no small talk.
    """
    choice = weighed.choice
    tokens = choice.tokens
    found: dict[int, Run] = {}
    is_alone = sum(map(len, tokens.words)) == 1
    if is_alone:
        from ..matching.small_talk import is_only_talk

        is_alone = not is_only_talk(tokens)
    if not is_alone and not any(map(_is_code, tokens.text.split())):
        return found
    names = file_names(choice)
    for number, (hits, _) in weighed.found.items():  # a name that is a keyword of its own, too, is only that
        names += [(number, (hit.clause, hit.first, hit.last)) for hit in hits if may_be_named(choice, number)]
    for number, place in names:
        start, end = tokens.span(*place)
        written = tokens.text[start:end]
        stems = [path.rpartition("/")[2].rsplit(".", 1)[0] for path, _, _ in choice.tables.entries[number].paths]
        if (is_alone or _is_code(written)) and written in stems and _is_asked(choice, place):
            found[number] = place
    return found


def _is_code(word: str) -> bool:
    """Whether a word has a capital letter within, as names in code do, and a small one."""
    return word[1:] != word[1:].lower() and word != word.upper()


def _is_within(place: Run, other: Run) -> bool:
    return place != other and place[0] == other[0] and other[1] <= place[1] and place[2] <= other[2]


def _is_asked(choice: Choice, place: Run) -> bool:
    """Whether words stand elsewhere than in pasted code, URLs and paths."""
    start, _ = choice.tokens.span(*place)
    return choice.standing is None or choice.standing.kind_at(start) in ("", QUOTE)


def _add_name(weighed: Any, number: int) -> None:
    weighed.why.setdefault(number, "named in the task")
    weighed.scores.setdefault(number, 0)
    weighed.keywords.setdefault(number, {})


def _say_shared(choice: Choice, name: str, numbers: list[int]) -> None:
    """Says of a name in prose that several documents have it, of which not all come."""
    ends = [path for number in numbers for path, _, _ in choice.tables.entries[number].paths]
    ends = [path for path in ends if folded(path).endswith(folded(name))]
    from .path_findings import listed

    hint = f"name the one by its path: {listed(ends)}"
    choice.report("CTX410", f"`{name}` is the name of {len(ends)} documents", severity="warning", hint=hint)


def _asked_path(choice: Choice, number: int) -> str:
    """The path of an entry whose file's name stands in the task elsewhere than in pasted code and URLs; else empty."""
    paths = [path for path, _, _ in choice.tables.entries[number].paths]
    return next((path for path in paths if any(_standing_asked(choice, path.rpartition("/")[2]))), "")


def _standing_asked(choice: Choice, name: str) -> Iterator[bool]:
    """For each place of a name in the task whether that is elsewhere than in pasted code and URLs."""
    text, at = folded(choice.tokens.text), -1
    if len(text) != len(choice.tokens.text):  # in some scripts another case has other letters
        text = choice.tokens.text
    while (at := text.find(folded(name), at + 1)) >= 0:
        yield choice.standing is None or choice.standing.kind_at(at) not in (CODE, URL)


def _put_first(weighed: Any, number: int, path: str, others: int) -> None:
    """Gives a document that is named by its path what it lacks to what others come to."""
    lacking = others + RULE_POINTS - weighed.scores[number]
    if lacking > 0:
        name, terms = weighed.choice.tables.entries[number].id, (Term(f"named {path}", lacking),)
        weighed.scores[number] += lacking
        weighed.rules.setdefault(number, []).append(Reason(KEYWORD_LAYER, "name", name, name, terms=terms))


def add_own_name(choice: Choice, number: int, points: dict[tuple[int, bool], int]) -> None:
    """Adds to a keyword that is the name of another tool's rule, which a task that says `React` means."""
    name = _squashed(choice.tables.entries[number].id.rpartition("/")[2])
    for keyword, whole in points:
        if whole and _squashed(choice.tables.keywords[keyword].text) == name:
            points[keyword, whole] += OWN_NAME
            return


def _squashed(text: str) -> str:
    return "".join([char for char in text.lower() if char.isalnum()])

"""Follow-ups: a prompt without a topic of its own (`now do the same for the other one`) goes on with the last ones'.

Of each prompt of a conversation a line is kept: when it came, its number, how it stands to those before, the numbers of
the telling words that the index or its documents know, and the paths at hand that are there. No prompt is kept, and no
word that the project does not know. What was said so far counts less with each further prompt, and is reset by a
prompt with a topic of its own; thanks and chatter leave it as it is.
"""

from __future__ import annotations

import os
from time import gmtime, strftime, time
from zlib import crc32

from ...matching.small_talk import is_only_talk
from ...matching.tables import names_of
from ...record import Record
from ...selection.files_at_hand import paths_in
from ...selection.model import EXPLICIT, KEYWORD_LAYER
from ...selection.resolver import choice_for, settle
from .journal import FOLLOWS, Notes, append

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ...matching.document_index import Evidence
    from ...project.snapshot import Project
    from ...selection.choice import Choice
    from ...selection.model import Request, Resolution

#: The file of a conversation's notes, and how much of its end is read.
FILE, LARGEST = "topics", 20_000
#: What a word counts less with each further prompt, and from what on it is forgotten.
FADE, LEAST = 0.8, 0.5
#: The longest follow-up, in words; how many words and paths of a prompt are kept.
LONGEST, WORDS, PATHS = 16, 24, 5
#: How a prompt stands to those before: it has a topic of its own, it goes on with theirs, or it has none.
OWN, ON, NONE = "=", "+", "-"
#: Words that refer to what was said before; the others are also said without that.
REFERRING = frozenset(
    """
    same other others another second third fourth them those these both rest remaining former latter ones
    gleiche gleichen selbe selben andere anderen anderes zweite zweiten zweites beide beiden übrigen
    même autre autres deuxième seconde deux mismo misma otro otra otros otras segundo segunda mesmo mesma outro outra
    """.split()
)
VAGUE = frozenset("it they too also again likewise ihn ihm auch nochmal aussi encore también também".split())
#: With these a prompt is thanks, whatever else it says.
THANKS = frozenset("thank thanks thx ty danke merci gracias obrigado obrigada grazie perfect great lgtm".split())


class Topic(Record):
    """What is kept of one prompt."""

    time: int
    number: int
    standing: str
    words: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()


def followed(
    project: Project, conversation: str, request: Request, evidence: Callable[[], Evidence | None]
) -> Resolution:
    """What a prompt calls for; where it has no topic of its own, what it and the last ones call for together."""
    choice = choice_for(project.tables, project.tree, request, evidence)
    found = settle(choice, project.diagnostics)
    folder = Notes(conversation).folder
    if not folder:
        return found
    path = os.path.join(folder, FILE)
    before, words = topics_of(path), known_words(choice)
    number = before[-1].number + 1 if before else 1
    refers = found.layer not in (KEYWORD_LAYER, EXPLICIT) and refers_back(choice)
    standing = ON if refers else OWN if words and not is_only_talk(choice.tokens) else NONE
    paths = paths_in(request.task, project.tree, request.folder)
    at_hand = tuple([one.name for one in paths if _is_there(project, one.name)])
    _note(path, Topic(int(time()), number, standing, tuple(map(number_of, words)), at_hand[:PATHS]))
    again = _together(project, request, evidence, words, going_on(before, number)) if refers else None
    return found if again is None else again


def refers_back(choice: Choice) -> bool:
    """Whether a prompt for which nothing was chosen refers to what was said before."""
    words = [word for row in choice.tokens.words for word in row]
    if len(words) > LONGEST or not THANKS.isdisjoint(words):
        return False
    return not REFERRING.isdisjoint(words) or (not VAGUE.isdisjoint(words) and not is_only_talk(choice.tokens))


def known_words(choice: Choice) -> list[str]:
    """The telling words of a prompt that the index or its documents know, in order."""
    evidence = choice.evidence()
    telling = choice.weighed.telling if choice.weighed is not None else ()
    known = [
        word
        for word in telling
        if choice.tables.has_word(word) or (evidence is not None and evidence.words.get(word) is not None)
    ]
    return known[:WORDS]


def going_on(before: list[Topic], number: int) -> list[tuple[Topic, float]]:
    """The prompts that a follow-up goes on with, the last one first, with what their words count."""
    found = []
    for topic in reversed(before):
        weight = FADE ** (number - topic.number)
        if weight < LEAST:
            break
        if topic.words or topic.paths:
            found.append((topic, weight))
        if topic.standing == OWN:
            break
    return found


def _together(
    project: Project,
    request: Request,
    evidence: Callable[[], Evidence | None],
    own: list[str],
    earlier: list[tuple[Topic, float]],
) -> Resolution | None:
    """What a follow-up and the prompts before call for; None where that is nothing."""
    if not earlier:
        return None
    numbers = {number for topic, _ in earlier for number in topic.words}
    read = {number_of(word): word for word in _names(project, evidence()) if number_of(word) in numbers}
    fading: dict[str, float] = {}
    for topic, weight in earlier:
        for number in topic.words:
            if number in read and read[number] not in own:
                fading.setdefault(read[number], weight)
    paths = dict.fromkeys((*request.files, *(path for topic, _ in earlier for path in topic.paths)))
    task = " ".join((*own, *fading))
    if not (task or paths):
        return None
    choice = choice_for(project.tables, project.tree, request.replace(task=task, files=tuple(paths)), evidence)
    for clause, forms in enumerate(choice.tokens.forms):
        choice.less.update({(clause, at): fading[form] for at, form in enumerate(forms) if form in fading})
    found = settle(choice, project.diagnostics)
    return _noted(found, earlier[0][0]) if found.layer == KEYWORD_LAYER else None


def _noted(found: Resolution, topic: Topic) -> Resolution:
    """A resolution whose reasons name the earlier prompt."""
    note = f"{FOLLOWS}{topic.number} of {strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(topic.time))}"
    return found.replace(
        files=tuple(
            file.replace(reasons=tuple(one.replace(note=note) for one in file.reasons))
            if file.layer == KEYWORD_LAYER
            else file
            for file in found.files
        )
    )


def _names(project: Project, evidence: Evidence | None) -> set[str]:
    """Every single word that the index or its documents know."""
    from ...matching.lookups.listed import words_of

    names = {*names_of(project.tables.weights), *(() if evidence is None else words_of(evidence.words))}
    return {name for name in names if not set(" *<>") & set(name)}


def number_of(word: str) -> int:
    """The number of a word that the project knows."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _is_there(project: Project, name: str) -> bool:
    return project.tree.status(name).kind in ("file", "directory") and not set(name) & set("\t\r\n")


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────


def topics_of(path: str) -> list[Topic]:
    """What is kept of the last prompts, oldest first; a line that cannot be read counts for nothing."""
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LARGEST))
            lines = file.read().decode("utf-8", "surrogateescape").split("\n")
    except OSError:
        return []
    return [topic for line in lines if (topic := _topic(line)) is not None]


def _topic(line: str) -> Topic | None:
    head, *paths = line.split("\t")
    try:
        when, number, standing, *words = head.split(" ")
        return Topic(int(when), int(number), standing, tuple(map(int, words)), tuple(paths))
    except ValueError:
        return None


def _note(path: str, topic: Topic) -> None:
    head = " ".join(map(str, (topic.time, topic.number, topic.standing, *topic.words)))
    append(path, ("\t".join((head, *topic.paths)) + "\n").encode("utf-8", "surrogateescape"))

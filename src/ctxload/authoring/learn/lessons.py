"""Labelled cases of what was used: those first that the index gets wrong, each with why it is proposed.

Doubt proposes nothing. A prompt that holds a secret is left out and counted, of a long one its beginning is taken.
What a prompt was given besides, and did not use, stands in no case.
"""

from __future__ import annotations

from ...index.model import Case, Text
from ...record import Record
from ..evaluate.candidates import ADD
from ..evaluate.suggestions import suggest
from ..sharing import may_be_shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...index.model import Index
    from ...matching.document_index import Evidence
    from ...workspace.tree import Tree
    from ..evaluate.suggestions import Suggestions
    from .labels import Label, Used

#: How many proposals are tried at least, and how many cases may be asked for all of them.
TRIES, TRIED = 80, 40_000
#: From more cases than these a keyword is learned only where two of them have it in common: what one case alone says is
#: learned by heart, and does not hold for others (`benchmarks/learn.py`).
FEW = 12
#: How many cases are proposed, how long the task of one may be, in characters, and how many entries it may expect.
MOST, LONGEST, EXPECTED = 20, 600, 6
MISS, HIT = "miss", "hit"


class Lesson(Record):
    """A case that is proposed, and why: what was opened though not given, what was given and used."""

    case: Case
    kind: str
    why: tuple[str, ...]
    times: int = 1


class Lessons(Record):
    """The cases, and what was left out: prompts with secrets, the rest of long prompts, cases beyond the limit, and
    prompts that are cases already.
    """

    cases: tuple[Lesson, ...] = ()
    secret: int = 0
    long: int = 0
    more: int = 0
    known: int = 0


def lessons(labels: Iterable[Label], recorded: Iterable[Case] = (), most: int = MOST) -> Lessons:
    """The cases that labels propose, but for those whose task is among those that are recorded."""
    there = {_plain(case.task.value) for case in recorded}
    found: dict[str, list[Label]] = {}
    secret = long = known = 0
    for label in labels:
        task = _plain(label.prompt)
        if not (label.hits or label.misses):
            continue
        if _begin(task) in there:
            known += 1
            continue
        if not may_be_shared(label.prompt):
            secret += 1
            continue
        long += len(task) > LONGEST
        found.setdefault(_begin(task), []).append(label)
    made = [lesson for task, alike in found.items() if (lesson := _lesson(task, alike)) is not None]
    made.sort(key=lambda lesson: (lesson.kind != MISS, -lesson.times))
    return Lessons(tuple(made[:most]), secret, long, max(0, len(made) - most), known)


def _begin(task: str) -> str:
    """As much of a task as a case holds, whole words."""
    return task if len(task) <= LONGEST else task[: LONGEST + 1].rpartition(" ")[0] or task[:LONGEST]


def _plain(task: str) -> str:
    """A task in one line."""
    return " ".join(task.split())


def _lesson(task: str, alike: list[Label]) -> Lesson | None:
    """The case of prompts that say the same; None where they want more than a case can say."""
    misses = {used.name: used for label in alike for used in label.misses}
    hits = {used.name: used for label in alike for used in label.hits}
    names = dict.fromkeys((*misses, *hits))
    if not names or len(names) > EXPECTED:
        return None
    why = [f"{_path(used)} was opened, and not given" for used in misses.values()]
    why += [f"{_path(used)} was given and used: {used.sign}" for used in hits.values()]
    case = Case(Text(task), Text(""), tuple(map(Text, names)))
    return Lesson(case, MISS if misses else HIT, tuple(why), len(alike))


def _path(used: Used) -> str:
    return f"`{used.path}`"


def keywords_of(
    index: Index,
    tree: Tree,
    learned: Iterable[Case],
    *,
    most: int = MOST,
    evidence: Callable[[], Evidence] | None = None,
    step: Callable[[str, float], None] | None = None,
) -> Suggestions:
    """What `suggest` makes of an index and of learned cases: keywords to add, for what was missed.

    That a document came and was not used is doubt, and doubt takes no keyword away. Where there are many cases, what
    several have in common counts, and proposals are measured roughly first.
    """
    cases = (*index.tests, *learned)
    shared = 1 if len(cases) <= FEW else 2
    return suggest(
        index, tree, cases, most=most, evidence=evidence, step=step,
        tries=max(TRIED // max(len(cases), 1), TRIES), is_rough=shared > 1,
        counts=lambda proposal: proposal.kind == ADD and len(proposal.texts) >= shared,
    )  # fmt: skip

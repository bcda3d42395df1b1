"""What only tasks can show about an index: entries that never come, that always come together or are always beaten.

Each is a finding with the place of the entry or keyword, as `check` has for what an index shows by itself. A few tasks
show nothing: from `TASKS` on they say something.

>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.index.model import Case, Text
>>> from ctxload.index.parser import parse
>>> from ctxload.text.source import Source
>>> from ctxload.workspace.memory_tree import MemoryTree
>>> text = "context_files: [{path: api.md, keywords: [endpoint]}, {path: db.md, keywords: [mysql]}]"
>>> index, tree = parse(Source("i.yml", text)).index, MemoryTree({"api.md": "", "db.md": ""})
>>> tasks = [Case(Text(f"Task {number}")) for number in range(TASKS - 1)] + [Case(Text("an endpoint"))]
>>> for finding in findings_from(index, compile_index(index), tree, tasks):
...     print(finding.concise())
i.yml:1:62: note[CTX601] `db` came in none of 20 tasks (give it words that people use, or remove it; `ctxload suggest --tasks` tries some)
"""  # noqa: E501

from __future__ import annotations

from collections import Counter

from ...errors import CtxloadError
from ...matching.matcher import find, find_parts
from ...matching.tables import VETO
from ...selection.model import ALWAYS, EXPLICIT, FALLBACK, Request
from ...selection.resolver import choice_for, settle
from .survey import Survey, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ...index.model import Case, Index, Text
    from ...matching.document_index import Evidence
    from ...matching.tables import Tables
    from ...selection.choice import Choice
    from ...text.diagnostics import Diagnostic
    from ...workspace.tree import Tree

#: From how many tasks on they say something; the share in which a keyword fires too often; how often entries must have
#: come, or lost, to be said to do it always.
TASKS, OFTEN, SEEN = 20, 0.2, 3
#: How many words of one kind with others are named.
NAMED = 4


def findings_from(
    index: Index, tables: Tables, tree: Tree, tasks: Iterable[Case], evidence: Callable[[], Evidence] | None = None
) -> Iterator[Diagnostic]:
    """The findings that these tasks show, in the match mode of the index; none where they are too few."""
    uses = Uses(tables, tree, evidence)
    for task in tasks:
        uses.add(task)
    if uses.count >= TASKS:
        survey = Survey(index, tables, tree)
        for family in (never_called, always_beaten, busy_keywords, inseparable):
            yield from family(survey, uses)


class Uses:
    """What tasks made of an index: for each entry and keyword, the numbers of the tasks.

    `came` are entries that were called for, `near` those with a keyword in the task, in part or whole, that were not;
    `fired` are keywords that stand whole in a task, of entries in its scope; `beaten_by` counts who came instead.
    """

    def __init__(
        self, tables: Tables, tree: Tree, evidence: Callable[[], Evidence] | None = None, match: str = ""
    ) -> None:
        self.tables = tables
        self.tree = tree
        self.match = match
        self.evidence = evidence
        self.count = 0
        self.came: dict[int, list[int]] = {}
        self.near: dict[int, list[int]] = {}
        self.fired: dict[tuple[int, str], list[int]] = {}
        self.beaten_by: dict[int, Counter[int]] = {}
        self.agents: set[str] = set()

    def add(self, task: Case) -> None:
        """Takes in one task. One that names its context says nothing about keywords."""
        request = Request(task.task.value, task.agent.value, None, self.match)
        choice = choice_for(self.tables, self.tree, request, self.evidence)
        try:
            resolution = settle(choice)
        except CtxloadError:
            return
        number, self.count = self.count, self.count + 1
        self.agents.add(choice.agent)
        called = self._called(choice)
        for entry in called:
            self.came.setdefault(entry, []).append(number)
        if resolution.layer == EXPLICIT:
            return
        hits = find(self.tables, choice.tokens)
        for entry in sorted({*hits, *find_parts(self.tables, choice.tokens)} - set(called)):
            if self._may_load(choice, entry):
                self.near.setdefault(entry, []).append(number)
                self.beaten_by.setdefault(entry, Counter()).update(called)
        for entry, found in hits.items():
            if self._may_load(choice, entry):
                rows = (self.tables.keywords[hit.keyword] for hit in found)
                for text in dict.fromkeys(row.text for row in rows if row.kind != VETO):
                    self.fired.setdefault((entry, text), []).append(number)

    def _called(self, choice: Choice) -> list[int]:
        """The entries that a task called for, or that came with one that it did."""
        ids = self.tables.ids
        reasons = (reason for file in choice.files.values() for reason in file.reasons)
        names = dict.fromkeys(r.entry for r in reasons if r.entry and r.layer not in (FALLBACK, ALWAYS))
        return [number for name in names if (number := ids.get(name)) is not None]

    def _may_load(self, choice: Choice, entry: int) -> bool:
        row = self.tables.entries[entry]
        return choice.why_out_of_scope(entry, row) is None and choice.why_does_not_count(row) is None

    def was_asked(self, scope: frozenset[str] | None) -> bool:
        """Whether any task was given to an agent of this scope, or to nobody in particular."""
        return scope is None or "" in self.agents or not self.agents.isdisjoint(scope)


def never_called(survey: Survey, uses: Uses) -> Iterator[Diagnostic]:
    """CTX601: entries that no task called for, and that had no keyword in any."""
    for number, entry in enumerate(survey.index.entries):
        asked = uses.was_asked(survey.scopes[number]) and survey.scopes[number] != frozenset()
        if asked and number not in uses.came and len(uses.near.get(number, ())) < SEEN:
            hint = "give it words that people use, or remove it; `ctxload suggest --tasks` tries some"
            yield survey.finding(
                "CTX601", entry.id, f"{short(entry.id.value)} came in none of {uses.count} tasks", hint
            )


def always_beaten(survey: Survey, uses: Uses) -> Iterator[Diagnostic]:
    """CTX604: entries with a keyword in tasks, in part or whole, that never came."""
    for number, entry in enumerate(survey.index.entries):
        near = uses.near.get(number, ())
        if number in uses.came or len(near) < SEEN:
            continue
        winners = uses.beaten_by[number].most_common(1)
        instead = f"; {survey.id_of(winners[0][0])} came in {winners[0][1]} of them" if winners else ""
        yield survey.finding(
            "CTX604",
            entry.id,
            f"{short(entry.id.value)} has words in {len(near)} of {uses.count} tasks and came in none{instead}",
            "write the words of these tasks as keywords of its own; `ctxload explain` says why it did not come",
        )


def busy_keywords(survey: Survey, uses: Uses) -> Iterator[Diagnostic]:
    """CTX602: keywords that fire in a fifth of all tasks or more."""
    for word in survey.words:
        fired = len(uses.fired.get((word.entry, word.text.value), ()))
        if fired >= OFTEN * uses.count:
            what = "id" if word.is_id else "keyword"
            yield survey.finding(
                "CTX602",
                word.text,
                f"{what} {short(word.text.value)} matches in {fired} of {uses.count} tasks",
                "write a phrase in its place; keep it if all of these tasks need the entry",
            )


def inseparable(survey: Survey, uses: Uses) -> Iterator[Diagnostic]:
    """CTX603: entries that came in the same tasks, every time. Those that require each other are meant to."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number in sorted(uses.came):
        groups.setdefault(tuple(uses.came[number]), []).append(number)
    for tasks, numbers in groups.items():
        free = [number for number in numbers if not _is_required(uses.tables, number, numbers)]
        if len(tasks) >= SEEN and len(free) > 1:
            first, *others = free
            names = ", ".join(survey.id_of(number) for number in others[:NAMED])
            more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
            yield survey.finding(
                "CTX603",
                survey.index.entries[first].id,
                f"{survey.id_of(first)} came together with {names}{more} in each of the {len(tasks)} tasks that "
                "loaded one",
                "make them one entry, or sharpen their keywords; keep them if tasks may need one alone",
                related=survey.related(_also(survey, others)),
            )


def _also(survey: Survey, numbers: Iterable[int]) -> Iterator[tuple[Text, str]]:
    return ((survey.index.entries[number].id, "and this one") for number in numbers)


def _is_required(tables: Tables, number: int, others: Iterable[int]) -> bool:
    """Whether one of the others brings an entry along."""
    return any(number in tables.entries[other].requires for other in others if other != number)

"""`Trial`: an index tried on labelled cases and on tasks, and again with its keywords changed.

What a change does is measured, not guessed: the changed index is compiled and asked. Only the texts that can come out
otherwise are asked again: a keyword touches the texts that have one of its words, or a word of a phrase whose weights
it changes.
"""

from __future__ import annotations

from ...errors import CtxloadError
from ...index.edits import KeywordChange
from ...index.model import Case, Entry, Index, Text
from ...matching.compiler import compile_index
from ...matching.tables import Tables
from ...matching.tokens import Tokens, tokenize
from ...record import Record
from ...selection.model import FALLBACK, NONE, Request
from ...selection.resolver import resolve
from .cases import Outcome, Owners, Run, Scores, try_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ...matching.document_index import Evidence
    from ...workspace.tree import Tree

#: How much of a case's or task's text is looked at here, in characters.
REACH = 20_000
#: In how many parts a word is looked for.
PARTS = 4


class Answer(Record):
    """What a task loaded, and whether anything in it called for an entry."""

    files: tuple[str, ...]
    called: bool


class TrialState(Record):
    """An index and what it made of every case and task."""

    index: Index
    tables: Tables
    outcomes: tuple[Outcome, ...]
    answers: tuple[Answer, ...]

    @property
    def scores(self) -> Scores:
        """The figures over the cases."""
        return Run("", self.outcomes).scores

    @property
    def fell_through(self) -> int:
        """How many tasks called for nothing."""
        return sum(not answer.called for answer in self.answers)


class Effect(Record):
    """What a change does: cases that pass and cases that fail now (numbers), the F1 before and after, and of the tasks
    how many find something now, find nothing any more, or load other files. `worst` is the least that F1 gains with any
    one case left out: a gain that only that case shows doesn't count.
    """

    fixed: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()
    f1_before: float = 1.0
    f1_after: float = 1.0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    worst: float = 0.0

    @property
    def is_safe(self) -> bool:
        """Whether no case fails that passed, and the figures are no worse, those of the others, too, whichever case is
        left out.
        """
        return not self.broken and self.f1_after >= self.f1_before - 1e-12 and self.worst >= -1e-12

    @property
    def is_nothing(self) -> bool:
        """Whether everything stays as it was."""
        return (
            not (self.fixed or self.broken or self.gained or self.lost or self.changed)
            and self.f1_after == self.f1_before
        )


class Trial:
    """Cases and tasks, and the way to ask an index all of them."""

    def __init__(
        self,
        tree: Tree,
        cases: Iterable[Case],
        tasks: Iterable[Case],
        match: str = "",
        evidence: Callable[[], Evidence] | None = None,
        *,
        is_rough: bool = False,
    ) -> None:
        self.tree = tree
        self.is_rough = is_rough
        self.cases = tuple(cases)
        self.tasks = tuple(tasks)
        self.match = match
        self.evidence = evidence
        self._sizes: dict[str, int] = {}
        self.texts: list[Tokens] = [tokenize(case.task.value[:REACH]) for case in (*self.cases, *self.tasks)]
        self._by_run: dict[str, set[int]] = {}
        for number, tokens in enumerate(self.texts):
            for run in _runs(tokens):
                self._by_run.setdefault(run, set()).add(number)

    def texts_with(self, words: tuple[str, ...]) -> set[int]:
        """The numbers of the texts in which words in normal form stand side by side, or as one."""
        return self._by_run.get("".join(words), set())

    def start(self, index: Index) -> TrialState:
        """An index asked everything."""
        return self._asked(index, compile_index(index), None, set(range(len(self.texts))))

    def after(self, state: TrialState, changes: Mapping[int, KeywordChange]) -> tuple[TrialState, Effect]:
        """The state with the keywords of some entries changed, and what that does."""
        entries = tuple(
            changed(entry, changes[number]) if number in changes else entry
            for number, entry in enumerate(state.index.entries)
        )
        index = state.index.replace(entries=entries)
        tables = compile_index(index)
        after = self._asked(index, tables, state, self._touched(state.tables, tables, changes))
        return after, self.effect(state, after)

    def effect(self, before: TrialState, after: TrialState) -> Effect:
        """What lies between two states."""
        cases = list(enumerate(zip(before.outcomes, after.outcomes, strict=True)))
        tasks = [(one, two) for one, two in zip(before.answers, after.answers, strict=True) if one != two]
        return Effect(
            tuple(number for number, (one, two) in cases if two.passed and not one.passed),
            tuple(number for number, (one, two) in cases if one.passed and not two.passed),
            before.scores.f1, after.scores.f1,
            sum(two.called and not one.called for one, two in tasks),
            sum(one.called and not two.called for one, two in tasks),
            sum(one.called and two.called for one, two in tasks),
            min((two - one for one, two in zip(each_left_out(before), each_left_out(after), strict=True)), default=0.0),
        )  # fmt: skip

    def _touched(self, before: Tables, after: Tables, changes: Mapping[int, KeywordChange]) -> set[int]:
        """The texts whose answer a change can alter.

        Except in `whole` that is every one: what another entry comes to decides there, too. A rough trial passes over
        those in which no keyword of the changed entries has a word in common with the change.
        """
        if (self.match or before.mode) != "whole" and not self.is_rough:
            return set(range(len(self.texts)))
        rows = [tables.keywords[number] for tables in (before, after) for number in tables.keywords.numbers()]
        words = {
            word
            for row in rows
            if row.entry in changes and _is_changed(row.text, changes[row.entry])
            for word in row.words
        }
        near = [
            row.words for row in rows if not words.isdisjoint(row.words) and (not self.is_rough or row.entry in changes)
        ]
        runs = {run for words_of in near for run in (*words_of, "".join(words_of))}
        return {number for run in runs for number in self._by_run.get(run, ())}

    def _asked(self, index: Index, tables: Tables, before: TrialState | None, numbers: set[int]) -> TrialState:
        owners, count = Owners(tables, self.tree, self.evidence, self._sizes), len(self.cases)
        outcomes = tuple(
            try_case(owners, case, self.match) if before is None or number in numbers else before.outcomes[number]
            for number, case in enumerate(self.cases)
        )
        answers = tuple(
            self._answer(owners, task) if before is None or number in numbers else before.answers[number - count]
            for number, task in enumerate(self.tasks, count)
        )
        return TrialState(index, tables, outcomes, answers)

    def _answer(self, owners: Owners, task: Case) -> Answer:
        request = Request(task.task.value, task.agent.value, None, self.match)
        try:
            found = resolve(owners.tables, owners.tree, request, evidence=owners.evidence)
        except CtxloadError:
            return Answer((), True)  # it names context that doesn't exist: keywords do not count
        return Answer(found.paths, found.layer not in (FALLBACK, NONE))


def each_left_out(state: TrialState) -> list[float]:
    """The F1 over the other cases, for each that is left out in turn."""
    whole = state.scores
    return [
        whole.replace(
            right=whole.right - one.right, counted=whole.counted - one.counted, wanted=whole.wanted - one.wanted
        ).f1
        for one in state.outcomes
    ]


def changed(entry: Entry, change: KeywordChange) -> Entry:
    """An entry with its keywords changed; those that are new have no place."""
    swaps = {old: Text(new) for old, new in change.swap}
    kept = [swaps.get(word, word) for word in entry.keywords if word not in change.drop]
    return entry.replace(keywords=(*kept, *map(Text, change.add)))


def _is_changed(text: str, change: KeywordChange) -> bool:
    old = {word.value for word in (*change.drop, *(word for word, _ in change.swap))}
    return text in old or text in change.add or any(text == new for _, new in change.swap)


def _runs(tokens: Tokens) -> set[str]:
    """The words of a text, and those side by side, as one: a keyword is also found where it is written in parts."""
    return {
        "".join(forms[first:last])
        for forms in tokens.forms
        for first in range(len(forms))
        for last in range(first + 1, min(first + PARTS, len(forms)) + 1)
    }

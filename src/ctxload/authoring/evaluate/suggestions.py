"""Keywords to add, to drop and to narrow, each with what it would change; never one that makes a labelled case fail.

`candidates` proposes; here every proposal is tried, on the index as the ones before it have left it, and is kept only
if no case fails that passed, the figures are no worse, with any one case left out neither, and it does what it is for.
"""

from __future__ import annotations

from ...index.model import Case, Index
from ...record import Record
from ..telling import untold
from .candidates import ADD, DROP, Candidates, Proposal, calls
from .trial import Effect, Trial, TrialState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...matching.document_index import Evidence
    from ...workspace.tree import Tree

#: How many proposals are made at most, and how many are tried.
MOST, TRIES = 20, 80


class Suggestions(Record):
    """The proposals in order, and the index before and after all of them."""

    proposals: tuple[Proposal, ...]
    before: TrialState
    after: TrialState
    untried: int = 0

    @property
    def unmended(self) -> tuple[int, ...]:
        """The cases that fail before and after: no change of one keyword makes them pass without harm to others."""
        both = enumerate(zip(self.before.outcomes, self.after.outcomes, strict=True))
        return tuple(number for number, (one, two) in both if not (one.passed or two.passed))

    @property
    def effect(self) -> Effect:
        """What all of them do together."""
        cases = list(enumerate(zip(self.before.outcomes, self.after.outcomes, strict=True)))
        return Effect(
            tuple(number for number, (one, two) in cases if two.passed and not one.passed),
            tuple(number for number, (one, two) in cases if one.passed and not two.passed),
            self.before.scores.f1,
            self.after.scores.f1,
        )


def suggest(
    index: Index,
    tree: Tree,
    cases: Iterable[Case] = (),
    tasks: Iterable[Case] = (),
    *,
    match: str = "",
    most: int = MOST,
    evidence: Callable[[], Evidence] | None = None,
    step: Callable[[str, float], None] | None = None,
    counts: Callable[[Proposal], bool] = lambda proposal: True,
    tries: int = 0,
    is_rough: bool = False,
) -> Suggestions:
    """What could be better about the keywords of an index.

    `cases` are labelled and `tasks` are not; `evidence` is what the choice asks, as for `resolve`; `step` is told what
    is being done, and how much of it is done. Only proposals that `counts` are tried, and no more than `tries` (by default 80). What a proposal does is measured on every case
    and task; where it `is_rough`, for many cases, on those that hold a word of it, and on all of them at the end.

    >>> from ctxload.index.model import Text
    >>> from ctxload.index.parser import parse
    >>> from ctxload.text.source import Source
    >>> from ctxload.workspace.memory_tree import MemoryTree
    >>> tree = MemoryTree({"hooks.md": "# React hooks\\n\\nReact hooks.", "db.md": "# Migrations\\n\\nA migration."})
    >>> text = "context_files: [{path: hooks.md, keywords: [useState]}, {path: db.md, keywords: [mysql]}]\\nfallback: none"
    >>> found = suggest(parse(Source("i", text)).index, tree, tasks=[Case(Text("Squash the migrations"))], match="whole")
    >>> [(one.kind, one.entry, one.keyword, one.effect.gained) for one in found.proposals]
    [('add', 'db', 'migration', 1), ('add', 'hooks', 'react hooks', 0)]
    """  # noqa: E501
    told = step or untold
    told("asking", 0.0)
    trial = Trial(tree, cases, tasks, match, evidence, is_rough=is_rough)
    state = trial.start(index)
    chosen = _Chosen(trial, state, most, told, tries or TRIES)
    for options in Candidates(tree, trial, state, told).all():
        chosen.try_any([proposal for proposal in options if counts(proposal)])
    return chosen.result()


class _Chosen:
    """The proposals that were found good, each on top of those before."""

    def __init__(
        self, trial: Trial, state: TrialState, most: int, told: Callable[[str, float], None], tries: int
    ) -> None:
        self.trial = trial
        self.tries = tries
        self.first = self.state = state
        self.most = most
        self.told = told
        self.kept: list[Proposal] = []
        self.tried = 0
        self.untried = 0
        self._seen: set[tuple[int, str, str, str]] = set()

    def try_any(self, options: list[Proposal]) -> None:
        """Takes the first of several proposals for the same thing that does good and no harm."""
        for proposal in options:
            if proposal.tried_as in self._seen or self._clashes(proposal):
                continue
            if len(self.kept) >= self.most or self.tried >= self.tries:
                self.untried += 1
                return
            self._seen.add(proposal.tried_as)
            self.tried += 1
            self.told("trying", min(1.0, self.tried / self.tries))
            after, effect = self.trial.after(self.state, {proposal.number: proposal.change})
            if effect.is_safe and proposal.serves(effect):
                self.kept.append(proposal.replace(effect=effect))
                self.state = after
                return

    def _clashes(self, proposal: Proposal) -> bool:
        """Whether the change cannot be made any more, or says what an earlier one has said."""
        keywords = self.state.index.entries[proposal.number].keywords
        gone = (*proposal.change.drop, *(old for old, _ in proposal.change.swap))
        if any(word not in keywords for word in gone):
            return True
        if proposal.kind == DROP and len(keywords) == 1:
            return True
        if proposal.texts and not any(self._is_open(number) for number in proposal.texts):
            return True
        return proposal.kind == ADD and calls(self.state.tables, proposal.number, proposal.keyword)

    def _is_open(self, number: int) -> bool:
        """Whether a case still fails, or a task still falls through."""
        cases = len(self.state.outcomes)
        return (
            not self.state.outcomes[number].passed if number < cases else not self.state.answers[number - cases].called
        )

    def result(self) -> Suggestions:
        """The proposals, after everything was asked once more."""
        while self.kept:
            after = self.trial.start(self.state.index)
            if self.trial.effect(self.first, after).is_safe:
                return Suggestions(tuple(self.kept), self.first, after, self.untried)
            self._take_back()
        return Suggestions((), self.first, self.first, self.untried)

    def _take_back(self) -> None:
        """The last proposal is taken back: what could not be foreseen is not proposed."""
        self.kept.pop()
        self.state = self.first
        for proposal in self.kept:
            self.state, _ = self.trial.after(self.state, {proposal.number: proposal.change})

"""Labelled cases against an index: what each task loaded, what was missing or unwanted and why, and the figures.

A case passes when everything it expects is loaded and nothing it rejects is. `expect: []` passes when no entry is
called for: what a fallback or `always` brings does not count then. The figures are over all cases of a run: precision
(what share of what came was expected), recall (what share of what was expected came), F1 (both in one), files and
tokens a task. Files that `always` brings count for size alone, unless a case expects them.

>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.index.parser import parse
>>> from ctxload.text.source import Source
>>> from ctxload.workspace.memory_tree import MemoryTree
>>> index = parse(Source("i", '''
... context_files: [{path: api.md, keywords: [rest framework]}, {path: db.md, keywords: [mysql]}]
... tests: [{task: "Add a REST-framework view", expect: [api]}, {task: "A slow query in MySQL", expect: [api]}]
... ''')).index
>>> run = run_cases(compile_index(index), MemoryTree({"api.md": "# API", "db.md": "# DB"}), index.tests)
>>> run
<Run focused: 1 of 2 cases passed, F1 0.500>
>>> print(run.outcomes[1].message)
missing api: none of its keywords is in the task
instead db: keyword `mysql`
"""

from __future__ import annotations

from ...errors import CtxloadError
from ...index.model import Case
from ...load.token_estimate import estimate
from ...record import Record
from ...selection.entry_files import EntryFiles
from ...selection.model import ALWAYS, EXPLICIT, KEYWORD_LAYER, Request
from ...selection.resolver import choice_for, settle
from ...selection.views.verdicts import say, verdict_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...matching.document_index import Evidence
    from ...matching.tables import Tables
    from ...selection.choice import Choice
    from ...selection.model import Resolution, SelectedFile
    from ...workspace.tree import Tree

#: How much of a task is shown where it stands for its case.
SHOWN = 100
#: How much of a file is read to estimate its tokens, in bytes.
READ = 1_000_000


class Named(Record):
    """An entry (or a path that no entry names), and why it came or did not."""

    name: str
    why: str


class Outcome(Record):
    """What one case came to in one match mode.

    `came` are the ids (or paths) that were loaded, in order; `missing` what was expected and did not come, `unwanted`
    what was rejected and came (with `expect: []` everything that was called for), `extra` what came besides. `right`,
    `counted` and `wanted` are the numbers behind precision and recall. `problem` says why the case cannot be answered.
    """

    case: Case
    match: str
    layer: str = ""
    files: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    missing: tuple[Named, ...] = ()
    unwanted: tuple[Named, ...] = ()
    extra: tuple[Named, ...] = ()
    problem: str = ""
    tokens: int = 0
    right: int = 0
    counted: int = 0
    wanted: int = 0

    def __str__(self) -> str:
        return shown(self.case)

    @property
    def passed(self) -> bool:
        """Whether everything expected came, and nothing rejected."""
        return not (self.missing or self.unwanted or self.problem)

    @property
    def message(self) -> str:
        """What came instead and why, a line each; empty for a case that passed."""
        if self.passed:
            return ""
        return "\n".join(f"{label} {name}: {why}" if name else why for label, name, why in self.lines())

    def lines(self) -> list[tuple[str, str, str]]:
        """What went otherwise: the word for it, the id, and why."""
        rows = [("problem", "", self.problem)] if self.problem else []
        for label, found in (("missing", self.missing), ("unwanted", self.unwanted), ("instead", self.extra)):
            rows += [(label, item.name, item.why) for item in found]
        return rows


class Scores(Record):
    """The figures of a run. `silent` cases expect nothing to be called for, `quiet` of them had it so."""

    cases: int = 0
    passed: int = 0
    right: int = 0
    counted: int = 0
    wanted: int = 0
    silent: int = 0
    quiet: int = 0
    files: int = 0
    tokens: int = 0

    @property
    def precision(self) -> float:
        """What share of what came was expected; 1 where nothing was expected and nothing came."""
        return self.right / self.counted if self.counted else float(not self.wanted)

    @property
    def recall(self) -> float:
        """What share of what was expected came."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Precision and recall in one number, the harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def files_per_task(self) -> float:
        """How many files a task loads on average."""
        return self.files / self.cases if self.cases else 0.0

    @property
    def tokens_per_task(self) -> float:
        """About how many tokens a task loads on average."""
        return self.tokens / self.cases if self.cases else 0.0


class Run(Record):
    """The outcomes of cases in one match mode, in the order of the cases."""

    match: str
    outcomes: tuple[Outcome, ...]

    def __repr__(self) -> str:
        scores = self.scores
        return f"<Run {self.match}: {scores.passed} of {scores.cases} cases passed, F1 {scores.f1:.3f}>"

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes that did not pass."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    @property
    def scores(self) -> Scores:
        """The figures over all cases."""
        done = self.outcomes
        silent = [outcome for outcome in done if not outcome.case.expect]
        return Scores(
            cases=len(done),
            passed=sum(outcome.passed for outcome in done),
            right=sum(outcome.right for outcome in done),
            counted=sum(outcome.counted for outcome in done),
            wanted=sum(outcome.wanted for outcome in done),
            silent=len(silent),
            quiet=sum(not outcome.counted for outcome in silent),
            files=sum(len(outcome.files) for outcome in done),
            tokens=sum(outcome.tokens for outcome in done),
        )


def run_cases(
    tables: Tables,
    tree: Tree,
    cases: Iterable[Case],
    match: str = "",
    *,
    evidence: Callable[[], Evidence] | None = None,
) -> Run:
    """The cases in one match mode, by default that of the index. `evidence` is what the choice asks, as for
    `resolve`.
    """
    mode, owners = match or tables.mode, Owners(tables, tree, evidence)
    return Run(mode, tuple(try_case(owners, case, mode) for case in cases))


def try_case(owners: Owners, case: Case, match: str = "") -> Outcome:
    """What one case comes to."""
    problem, request = _unknown(owners, case), Request(case.task.value, case.agent.value, None, match)
    choice = choice_for(owners.tables, owners.tree, request, owners.evidence)
    try:
        resolution = settle(choice)
    except CtxloadError as error:
        why = error.diagnostics[0].message if error.diagnostics else str(error)
        wanted = len({name.value for name in case.expect})
        return Outcome(case, match, problem=problem or why, wanted=wanted)
    return _Judge(owners, case, choice, resolution).outcome(problem)


def _unknown(owners: Owners, case: Case) -> str:
    """What is wrong with the names of a case: a name that nothing has can neither come nor stay away."""
    from ...text.suggestions import meant

    for key, names in (("expect", case.expect), ("reject", case.reject)):
        for name in names:
            if owners.meant(name.value) is None:
                hint = meant(name.value, owners.ids())
                return f"`{key}` names `{name.value}`, which isn't an id or a file" + (f": {hint}" if hint else "")
    return ""


class Owners:
    """An index and its files, as cases ask for them: which entries give which files, and how large each is.

    What is asked is worked out once. `sizes` may be shared with other indexes over the same files.
    """

    def __init__(
        self,
        tables: Tables,
        tree: Tree,
        evidence: Callable[[], Evidence] | None = None,
        sizes: dict[str, int] | None = None,
    ) -> None:
        self.tables = tables
        self.tree = tree
        self.evidence = evidence if evidence is None else once(evidence)
        self.sizes = {} if sizes is None else sizes
        self._by_path: dict[str, str] | None = None
        self._files: dict[str, tuple[str, ...]] = {}
        self._entry_files = EntryFiles(tables, tree)

    def tokens(self, path: str) -> int:
        """About how many tokens a file has; a large one is estimated from its beginning."""
        if path not in self.sizes:
            self.sizes[path] = _tokens(self.tree, path)
        return self.sizes[path]

    def ids(self) -> list[str]:
        """Every id, sorted."""
        from ...matching.tables import names_of

        return names_of(self.tables.ids)

    def meant(self, name: str) -> str | None:
        """An id as it is, a path as the tree writes it, or None for what is neither."""
        if self.tables.ids.get(name) is not None:
            return name
        status = self.tree.status(name)
        return status.path if status.kind == "file" else None

    def files_of(self, name: str) -> tuple[str, ...]:
        """The files that an id gives, or the file of a path."""
        if name not in self._files:
            number = self.tables.ids.get(name)
            self._files[name] = (name,) if number is None else self._entry_files.of(number)
        return self._files[name]

    def owner(self, path: str) -> str:
        """The id of the first entry that gives a file, or the empty string."""
        if self._by_path is None:
            self._by_path = {}
            for number in range(len(self.tables.entries)):
                for file in self._entry_files.of(number):
                    self._by_path.setdefault(file, self.tables.entries[number].id)
        return self._by_path.get(path, "")


def once(evidence: Callable[[], Evidence]) -> Callable[[], Evidence]:
    """The same, asked once and remembered."""
    found: list[Evidence] = []

    def asked() -> Evidence:
        if not found:
            found.append(evidence())
        return found[0]

    return asked


def _tokens(tree: Tree, path: str) -> int:
    try:
        data = tree.read(path, READ)
    except OSError:
        return 0
    size = max(tree.status(path).size, 1)
    return estimate(data.decode("utf-8", "replace")) * max(size, len(data)) // max(len(data), 1)


class _Judge:
    """One resolution beside what its case says."""

    def __init__(self, owners: Owners, case: Case, choice: Choice, resolution: Resolution) -> None:
        self.owners = owners
        self.case = case
        self.choice = choice
        self.resolution = resolution
        self.expect = self._meant(name.value for name in case.expect)
        self.reject = self._meant(name.value for name in case.reject)
        self.units: dict[str, list[SelectedFile]] = {}
        for file in resolution.files:
            for name in self._names(file):
                self.units.setdefault(name, []).append(file)

    def _meant(self, names: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(self.owners.meant(name) or name for name in names))

    def _names(self, file: SelectedFile) -> list[str]:
        """What a file counts as: what the case names it by, else the entry that called for it, else its path."""
        own = list(dict.fromkeys(reason.entry for reason in file.reasons if reason.entry))
        asked = [name for name in (*self.expect, *self.reject) if name in own or self._gives(name, file.path)]
        return list(dict.fromkeys(asked)) or own[:1] or [self.owners.owner(file.path) or file.path]

    def _gives(self, name: str, path: str) -> bool:
        """Whether a file is one of those a name stands for, all of which came, whoever called for them."""
        files = self.owners.files_of(name)
        return path in files and set(files) <= set(self.resolution.paths)

    def outcome(self, problem: str) -> Outcome:
        came, called = list(self.units), [name for name in self.units if self._is_called(name)]
        counted = [name for name in (called if not self.expect else came) if self._counts(name)]
        missing = [name for name in self.expect if name not in self.units and self.owners.meant(name) is not None]
        unwanted = [name for name in self.reject if name in self.units]
        extra = [name for name in counted if name not in self.expect and name not in unwanted]
        if not self.expect:
            unwanted, extra = [*unwanted, *extra], []
        resolution = self.resolution
        return Outcome(
            self.case, resolution.match, resolution.layer, resolution.paths, tuple(came),
            tuple(Named(name, self._why_not(name)) for name in missing),
            tuple(Named(name, self._why(name)) for name in unwanted),
            tuple(Named(name, self._why(name)) for name in extra),
            problem, sum(self.owners.tokens(path) for path in resolution.paths),
            sum(name in self.units for name in self.expect), len(counted), len(self.expect),
        )  # fmt: skip

    def _is_called(self, name: str) -> bool:
        """Whether the task called for it, by name or by keyword."""
        layers = {reason.layer for file in self.units[name] for reason in file.reasons}
        return bool(layers & {EXPLICIT, KEYWORD_LAYER})

    def _counts(self, name: str) -> bool:
        """Whether it counts for precision: what always comes does not, unless it is expected."""
        return name in self.expect or any(file.layer != ALWAYS for file in self.units[name])

    def _why(self, name: str) -> str:
        reasons = [reason for file in self.units[name] for reason in file.reasons]
        own = [reason for reason in reasons if reason.entry in (name, "")] or reasons
        return ", ".join(dict.fromkeys(say(reason) for reason in own))

    def _why_not(self, name: str) -> str:
        ids = self.owners.tables.ids
        number = ids.get(name)
        number = ids.get(self.owners.owner(name)) if number is None else number
        return "no entry names this file" if number is None else verdict_of(self.choice, number).message


def shown(case: Case) -> str:
    """A case in a line: its task, cut where it is long, and its agent."""
    from ...text.escaping import escape
    from ...text.wording import clipped

    text = clipped(" ".join(case.task.value.split()), SHOWN)
    return escape(f"{text} ({case.agent.value})" if case.agent.value else text)

"""Everything `ctxload report` shows, as values: tasks, entries, keywords beside files, overlaps, agents, findings.

>>> from ctxload.matching.compiler import compile_index
>>> from ctxload.index.parser import parse
>>> from ctxload.text.source import Source
>>> from ctxload.workspace.memory_tree import MemoryTree
>>> index = parse(Source("i.yml", "context_files: [{path: api.md, keywords: [endpoint]}, {path: db.md, keywords: [mysql]}]")).index
>>> tree = MemoryTree({"api.md": "# API\\n\\nAn endpoint over MySQL.", "db.md": "# Tables"})
>>> found = overview(index, compile_index(index), tree, tasks=[Case(Text("an endpoint"))])
>>> [(row.task, [file.path for file in row.files]) for row in found.tasks]
[('an endpoint', ['api.md'])]
>>> [(row.keyword, row.entry, row.cells) for row in found.keywords]
[('endpoint', 'api', 'b.'), ('mysql', 'db', 'to')]
"""  # noqa: E501

from __future__ import annotations

from ...errors import CtxloadError
from ...index.model import Case, Index, Text
from ...matching.matcher import find
from ...matching.tables import VETO
from ...matching.tokens import tokenize
from ...record import Record
from ...selection.entry_files import EntryFiles
from ...selection.model import ALWAYS, EXPLICIT, FALLBACK, Request
from ...selection.resolver import choice_for, fill_unmatched, resolve
from ...selection.verdicts import say
from ...text.diagnostics import in_order
from ..evaluate.cases import Outcome, Owners, Scores, run_cases
from ..lint.survey import Survey
from ..lint.usage import Uses, findings_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ...matching.document_index import Evidence
    from ...matching.tables import Tables
    from ...selection.model import SelectedFile
    from ...text.diagnostics import Diagnostic
    from ...text.source import Source
    from ...workspace.tree import Tree

#: How many tasks, keywords, files and pairs are shown at most; what is cut off is counted.
TASKS, ENTRIES, KEYWORDS, COLUMNS, PAIRS = 2_000, 3_000, 2_000, 60, 60
#: How many cells the map of keywords has at most.
CELLS = 60_000
#: How much of a document is searched for keywords, in bytes.
READ = 262_144
#: What a cell of the map says: a keyword of this file that its text has too, one that it has not, one of another file
#: that stands in this text, nothing.
BOTH, OWN, TEXT, NOTHING = "b", "o", "t", "."


class FileSummary(Record):
    """A file that a task loads: its path, score in points, and why."""

    path: str
    score: int
    why: tuple[str, ...]


class TaskSummary(Record):
    """A case or task and what it loads. `passed` is None for a task; `lines` tell what went otherwise."""

    task: str
    agent: str
    layer: str
    files: tuple[FileSummary, ...]
    tokens: int
    passed: bool | None = None
    place: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""


class EntrySummary(Record):
    """An entry: its files and how large they are, how many tasks and cases called for it, how many cases expect it."""

    id: str
    description: str
    paths: tuple[str, ...]
    files: int
    tokens: int
    keywords: int
    agents: str
    came: int
    expected: int


class KeywordSummary(Record):
    """A keyword: its entry, in how many tasks and cases it stands, and a sign for each file of the map."""

    keyword: str
    entry: str
    fired: int
    cells: str


class PairSummary(Record):
    """Two entries: in how many tasks both came, in how many either did, and the keywords they share."""

    one: str
    other: str
    both: int
    either: int
    shared: tuple[str, ...]


class AgentSummary(Record):
    """An agent: how many entries it may load by keyword and their tokens, and what an unmatched task gives it."""

    name: str
    entries: int
    tokens: int
    fallback: tuple[str, ...]
    fallback_tokens: int


class Overview(Record):
    """Everything the report shows. `cut` says what was left out, by name."""

    index: str
    match: str
    scores: Scores
    tasks: tuple[TaskSummary, ...]
    entries: tuple[EntrySummary, ...]
    columns: tuple[str, ...]
    keywords: tuple[KeywordSummary, ...]
    pairs: tuple[PairSummary, ...]
    agents: tuple[AgentSummary, ...]
    unlisted: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    files: int
    tokens: int
    fell_through: int
    cut: tuple[tuple[str, int], ...] = ()


def overview(
    index: Index,
    tables: Tables,
    tree: Tree,
    cases: Iterable[Case] = (),
    tasks: Iterable[Case] = (),
    findings: Iterable[Diagnostic] = (),
    *,
    match: str = "",
    evidence: Callable[[], Evidence] | None = None,
    sources: Iterable[Source] = (),
) -> Overview:
    """What there is to see about an index, its cases and some tasks, in the match mode of the index or another.

    `sources` are the files of cases beside those of the index.
    """
    cases, tasks = tuple(cases), tuple(tasks)
    work = _Overview(index, tables, tree, Owners(tables, tree, evidence), match)
    work.places.update((source.name, source) for source in sources)
    run = run_cases(tables, tree, cases, match, evidence=work.owners.evidence)
    rows = [*work.case_rows(run.outcomes), *work.task_rows(tasks)]
    uses = work.uses((*cases, *tasks))
    shown = in_order([*findings, *findings_from(index, tables, tree, tasks, work.owners.evidence)])
    columns, keywords = work.columns(), list(work.keyword_rows(uses))
    kept = min(KEYWORDS, CELLS // max(len(columns), 1))
    entries = list(work.entry_rows(uses, cases))
    cut = (
        ("tasks", len(rows) - TASKS), ("entries", len(entries) - ENTRIES), ("keywords", len(keywords) - kept),
        ("files", len(work.files) - len(columns)),
    )  # fmt: skip
    return Overview(
        index.name, run.match, run.scores, tuple(rows[:TASKS]), tuple(entries[:ENTRIES]), columns,
        tuple(keywords[:kept]), work.pairs(uses), tuple(work.agent_rows(cases + tasks)),
        tuple(finding.path for finding in shown if finding.code == "CTX306"), shown, len(work.files),
        sum(map(work.owners.tokens, work.files)), sum(row.layer not in _CALLED for row in rows),
        tuple((name, count) for name, count in cut if count > 0),
    )  # fmt: skip


_CALLED = (EXPLICIT, "keyword")


class _Overview:
    def __init__(self, index: Index, tables: Tables, tree: Tree, owners: Owners, match: str) -> None:
        self.index = index
        self.tables = tables
        self.tree = tree
        self.owners = owners
        self.match = match
        self.survey = Survey(index, tables, tree)
        entry_files = EntryFiles(tables, tree)
        self.given = [entry_files.of(number) for number in range(len(index.entries))]
        self.files = list(dict.fromkeys(path for paths in self.given for path in paths))
        self.places = {source.name: source for source in index.sources}

    # ── tasks ──────────────────────────────────────────────────────────────────────────────────────────

    def case_rows(self, outcomes: Iterable[Outcome]) -> Iterator[TaskSummary]:
        """The cases, those that failed first."""
        for outcome in sorted(outcomes, key=lambda outcome: outcome.passed):
            row = self._row(outcome.case)
            yield row.replace(
                passed=outcome.passed,
                place=self._place(outcome.case.task),
                lines=tuple(outcome.lines()),
                problem=outcome.problem,
            )

    def task_rows(self, tasks: Iterable[Case]) -> Iterator[TaskSummary]:
        """The tasks in their order."""
        return map(self._row, tasks)

    def _row(self, case: Case) -> TaskSummary:
        request = Request(case.task.value, case.agent.value, None, self.match)
        try:
            resolution = resolve(self.tables, self.tree, request, evidence=self.owners.evidence)
        except CtxloadError as error:
            return TaskSummary(case.task.value, case.agent.value, "none", (), 0, problem=str(error))
        files = tuple(map(_file_row, resolution.files))
        tokens = sum(self.owners.tokens(file.path) for file in files)
        return TaskSummary(case.task.value, case.agent.value, resolution.layer, files, tokens)

    def _place(self, text: Text) -> str:
        source = self.places.get(text.source)
        return f"{text.source}:{source.position(text.start)[0]}" if source else text.source

    def uses(self, cases: Iterable[Case]) -> Uses:
        """What cases and tasks made of the index."""
        uses = Uses(self.tables, self.tree, self.owners.evidence, self.match)
        for case in cases:
            uses.add(case)
        return uses

    # ── entries and keywords ───────────────────────────────────────────────────────────────────────────

    def entry_rows(self, uses: Uses, cases: Iterable[Case]) -> Iterator[EntrySummary]:
        """The entries in the order of the index."""
        expected: dict[str, int] = {}
        for case in cases:
            for name in dict.fromkeys(name.value for name in case.expect):
                expected[name] = expected.get(name, 0) + 1
        for number, entry in enumerate(self.index.entries):
            agents = "everyone" if entry.agents is None else ", ".join(a.value for a in entry.agents) or "nobody"
            yield EntrySummary(
                entry.id.value, entry.description, tuple(path.value for path in entry.paths), len(self.given[number]),
                sum(map(self.owners.tokens, self.given[number])), len(entry.keywords), agents,
                len(uses.came.get(number, ())), expected.get(entry.id.value, 0),
            )  # fmt: skip

    def columns(self) -> tuple[str, ...]:
        """The files of the map."""
        return tuple(self.files[:COLUMNS])

    def keyword_rows(self, uses: Uses) -> Iterator[KeywordSummary]:
        """Every keyword beside the files."""
        stands, columns = self._stands(), self.columns()
        for number, entry in enumerate(self.index.entries):
            own = set(self.given[number])
            for text in dict.fromkeys(word.value for word in entry.keywords):
                has = stands.get((number, text), set[str]())
                cells = "".join(_cell(path in own, path in has) for path in columns)
                yield KeywordSummary(text, entry.id.value, len(uses.fired.get((number, text), ())), cells)

    def _stands(self) -> dict[tuple[int, str], set[str]]:
        """In which files of the map each keyword stands whole."""
        found: dict[tuple[int, str], set[str]] = {}
        for path in self.columns():
            try:
                text = self.tree.read(path, READ).decode("utf-8", "replace")
            except OSError:
                continue
            for number, hits in find(self.tables, tokenize(text)).items():
                for hit in hits:
                    row = self.tables.keywords[hit.keyword]
                    if row.kind != VETO:
                        found.setdefault((number, row.text), set()).add(path)
        return found

    # ── overlaps and agents ────────────────────────────────────────────────────────────────────────────

    def pairs(self, uses: Uses) -> tuple[PairSummary, ...]:
        """Entries that come for the same tasks or share keywords, those most alike first."""
        together: dict[tuple[int, int], int] = {}
        by_task: dict[int, list[int]] = {}
        for number in sorted(uses.came):
            for task in uses.came[number]:
                by_task.setdefault(task, []).append(number)
        for numbers in by_task.values():
            for one, other in _two_of(numbers[:PAIRS]):
                together[one, other] = together.get((one, other), 0) + 1
        shared = self._shared()
        rows = [self._pair(uses, pair, together.get(pair, 0), shared.get(pair, ())) for pair in {*together, *shared}]
        rows.sort(key=lambda row: (-len(row.shared), -row.both / max(row.either, 1), -row.both, row.one, row.other))
        return tuple(rows[:PAIRS])

    def _pair(self, uses: Uses, pair: tuple[int, int], both: int, shared: Iterable[str]) -> PairSummary:
        one, other = (set(uses.came.get(number, ())) for number in pair)
        names = [self.index.entries[number].id.value for number in pair]
        return PairSummary(names[0], names[1], both, len(one | other), tuple(dict.fromkeys(shared)))

    def _shared(self) -> dict[tuple[int, int], list[str]]:
        """The keywords that two entries share, which somebody may load together."""
        found: dict[tuple[int, int], list[str]] = {}
        for words in self.survey.by_key.values():
            firsts = list({word.entry: word for word in reversed(words) if not word.is_id}.values())[:PAIRS]
            for one, other in _two_of(sorted(word.entry for word in firsts)):
                if self.survey.meets(one, self.survey.scopes[other]):
                    found.setdefault((one, other), []).append(firsts[0].text.value)
        return found

    def agent_rows(self, cases: Iterable[Case]) -> Iterator[AgentSummary]:
        """The agents that the index or a task names, and nobody in particular, in order."""
        named = {case.agent.value for case in cases}
        for name in sorted({*self.survey.agents, *named, ""}):
            request = Request("", name, None, self.match)
            choice = choice_for(self.tables, self.tree, request, self.owners.evidence)
            rows = ((number, self.tables.entries[number]) for number in range(len(self.tables.entries)))
            scope = [number for number, row in rows if choice.why_out_of_scope(number, row) is None]
            files = dict.fromkeys(path for number in scope for path in self.given[number])
            fill_unmatched(choice)
            given = [file.path for file in choice.files.values() if file.layer in (FALLBACK, ALWAYS)]
            tokens = sum(map(self.owners.tokens, given))
            yield AgentSummary(name, len(scope), sum(map(self.owners.tokens, files)), tuple(given), tokens)


def _file_row(file: SelectedFile) -> FileSummary:
    return FileSummary(file.path, file.score, tuple(dict.fromkeys(map(say, file.reasons))))


def _cell(is_own: bool, has: bool) -> str:
    return (BOTH if has else OWN) if is_own else TEXT if has else NOTHING


def _two_of(numbers: list[int]) -> Iterator[tuple[int, int]]:
    return ((one, other) for at, one in enumerate(numbers) for other in numbers[at + 1 :])

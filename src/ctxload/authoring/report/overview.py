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

from functools import cached_property as cached
from itertools import chain

from ...errors import CtxloadError
from ...index.model import Case, Index, Text
from ...load.budget import Limits
from ...load.frames import WHOLE
from ...load.packer import load
from ...matching.matcher import find
from ...matching.tables import VETO
from ...matching.tokens import tokenize
from ...record import Record
from ...selection.entry_files import EntryFiles
from ...selection.model import ALWAYS, EXPLICIT, FALLBACK, Request
from ...selection.resolver import choice_for, fill_unmatched, resolve
from ...selection.views.verdicts import say
from ...text.diagnostics import in_order
from ..draft.requests import requests_of
from ..evaluate.cases import Outcome, Owners, Scores, run_cases
from ..lint.survey import Survey
from ..lint.usage import Uses, findings_from
from .clusters import clusters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ...matching.document_index import Evidence
    from ...matching.tables import Tables
    from ...selection.model import SelectedFile
    from ...text.diagnostics import Diagnostic
    from ...text.source import Source
    from ...workspace.tree import Tree
    from ..use.summary import UseSummary

#: How many tasks, keywords, files and pairs are shown at most; what is cut off is counted.
TASKS, ENTRIES, KEYWORDS, COLUMNS, PAIRS = 2_000, 3_000, 6_000, 60, 60
#: How many folders a map has, where there are too many files; how many requests are made of headings.
FOLDERS, REQUESTS = 40, 100
#: How many cells the map of keywords has at most.
CELLS = 120_000
#: How much of a document is searched for keywords, in bytes.
READ = 131_072
#: What a cell of the map says: a keyword of this file that its text has too, one that it has not, one of another file
#: that stands in this text, nothing.
BOTH, OWN, TEXT, NOTHING = "b", "o", "t", "."


class FileSummary(Record):
    """A file that a task loads: its path, score in points, and why; `form` is how much of it a model is given."""

    path: str
    score: int
    why: tuple[str, ...]
    form: str = WHOLE


class TaskSummary(Record):
    """A case or task and what it loads. `passed` is None for a task; `lines` tell what went otherwise.

    `tokens` are those of the files, `given` those that a model is given of them.
    """

    task: str
    agent: str
    layer: str
    files: tuple[FileSummary, ...]
    tokens: int
    passed: bool | None = None
    place: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""
    given: int = 0


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
    """A keyword: its entry, in how many tasks and cases it stands, and a sign for each column of the map.

    In a map of folders a column has, too, in how many documents of the folder the keyword stands: `counts`.
    """

    keyword: str
    entry: str
    fired: int
    cells: str
    counts: tuple[int, ...] = ()


class FolderMap(Record):
    """The map of one folder: its files, and the keywords of the entries that have them."""

    folder: str
    columns: tuple[str, ...]
    keywords: tuple[KeywordSummary, ...]


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
    """Everything the report shows. `cut` says what was left out, by name.

    `columns` are files, or where there are too many of them folders, each with a map of its own in `maps`.
    `from_headings` where nobody gave tasks or cases, so that they are headings of the documents. `alike` are clusters
    of documents that say the same; `silent` keywords that stand in no task; `use` what agent clients were given, where
    that is recorded.
    """

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
    maps: tuple[FolderMap, ...] = ()
    from_headings: bool = False
    alike: tuple[tuple[str, ...], ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
    use: UseSummary | None = None


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
    progress: Callable[[float], None] | None = None,
    use: UseSummary | None = None,
) -> Overview:
    """What there is to see about an index, its cases and some tasks, in the match mode of the index or another.

    `sources` are the files of cases beside those of the index. Without cases and tasks, headings of the documents are
    the tasks. `progress` hears which share of the tasks is answered.
    """
    cases, tasks = tuple(cases), tuple(tasks)
    work = _Overview(index, tables, tree, Owners(tables, tree, evidence), match)
    from_headings = not (cases or tasks)
    if from_headings:
        tasks = tuple(Case(Text(request)) for _, request in requests_of(tree, work.files, REQUESTS))
    work.places.update((source.name, source) for source in sources)
    run = run_cases(tables, tree, cases, match, evidence=work.owners.evidence)
    rows = []
    for row in chain(work.case_rows(run.outcomes), work.task_rows(tasks)):
        rows.append(row)
        if progress is not None:
            progress(len(rows) / (len(cases) + len(tasks)))
    uses = work.uses((*cases, *tasks))
    asked = () if from_headings else tasks
    shown = in_order([*findings, *findings_from(index, tables, tree, asked, work.owners.evidence)])
    columns, keywords = work.columns(), list(work.keyword_rows(uses))
    silent = tuple((row.keyword, row.entry) for row in keywords if not row.fired)
    kept = min(KEYWORDS, CELLS // max(len(columns), 1))
    entries = list(work.entry_rows(uses, cases))
    cut = (
        ("tasks", len(rows) - TASKS), ("entries", len(entries) - ENTRIES), ("keywords", len(keywords) - kept),
        ("files", 0 if work.folders else len(work.files) - len(columns)),
    )  # fmt: skip
    return Overview(
        index.name, run.match, run.scores, tuple(rows[:TASKS]), tuple(entries[:ENTRIES]), columns,
        tuple(keywords[:kept]), work.pairs(uses), tuple(work.agent_rows(cases + tasks)),
        tuple(finding.path for finding in shown if finding.code == "CTX306"), shown, len(work.files),
        sum(map(work.owners.tokens, work.files)), sum(row.layer not in _CALLED for row in rows),
        tuple((name, count) for name, count in cut if count > 0),
        tuple(work.maps(keywords)), from_headings, clusters(work.texts()), silent, use,
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
        self.folders = folders_of(self.files) if len(self.files) > COLUMNS else {}
        self._texts: dict[str, str] = {}
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
        limits = Limits.of_index(self.tables.meta.budget)
        loaded = load(resolution, self.tree, limits, tables=self.tables, always_must_fit=False)
        forms = {part.path: part.form for part in loaded.parts}
        files = tuple(_file_row(file, forms.get(file.path, "")) for file in resolution.files)
        tokens = sum(self.owners.tokens(file.path) for file in files)
        return TaskSummary(
            case.task.value, case.agent.value, resolution.layer, files, tokens, given=loaded.tokens if files else 0
        )

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
        """The files of the map, or its folders."""
        return tuple(self.folders or self.files[:COLUMNS])

    def keyword_rows(self, uses: Uses) -> Iterator[KeywordSummary]:
        """Every keyword beside the files, or the folders."""
        for number, entry in enumerate(self.index.entries):
            own = set(self.given[number])
            for text in dict.fromkeys(word.value for word in entry.keywords):
                has = self._stands.get((number, text), set[str]())
                row = KeywordSummary(text, entry.id.value, len(uses.fired.get((number, text), ())), "")
                if not self.folders:
                    yield row.replace(cells="".join(_cell(path in own, path in has) for path in self.columns()))
                    continue
                counts = tuple(sum(path in has for path in paths) for paths in self.folders.values())
                cells = "".join(
                    _cell(not own.isdisjoint(paths), count > 0)
                    for paths, count in zip(self.folders.values(), counts, strict=True)
                )
                yield row.replace(cells=cells, counts=counts)

    def maps(self, rows: Iterable[KeywordSummary]) -> Iterator[FolderMap]:
        """The map of each folder, of its own keywords, as far as all of them have room."""
        by_entry: dict[str, list[KeywordSummary]] = {}
        for row in rows:
            by_entry.setdefault(row.entry, []).append(row)
        left = CELLS
        for folder, paths in self.folders.items():
            columns, inside, kept = tuple(paths[:COLUMNS]), set(paths), []
            for number, entry in enumerate(self.index.entries):
                own = inside & set(self.given[number])
                for row in by_entry.get(entry.id.value, ()) if own else ():
                    has = self._stands.get((number, row.keyword), set[str]())
                    cells = "".join(_cell(path in own, path in has) for path in columns)
                    kept.append(row.replace(cells=cells, counts=()))
            left -= len(columns) * len(kept)
            if left < 0:
                return
            if kept:
                yield FolderMap(folder, columns, tuple(kept))

    def texts(self) -> dict[str, str]:
        """The beginning of each document."""
        for path in self.files if not self._texts else ():
            try:
                self._texts[path] = self.tree.read(path, READ).decode("utf-8", "replace")
            except OSError:
                continue
        return self._texts

    @cached
    def _stands(self) -> dict[tuple[int, str], set[str]]:
        """In which files of the map each keyword stands whole."""
        found: dict[tuple[int, str], set[str]] = {}
        shown = set(self.files if self.folders else self.columns())
        for path, text in self.texts().items():
            if path not in shown:
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


def _file_row(file: SelectedFile, form: str) -> FileSummary:
    return FileSummary(file.path, file.score, tuple(dict.fromkeys(map(say, file.reasons))), form)


def folders_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """The files by folder, so that there are no more folders than columns: deep ones count as those above them.

    >>> folders_of(["a/b/1.md", "a/b/2.md", "a/c/3.md", "d.md"])
    {'a/b/': ['a/b/1.md', 'a/b/2.md'], 'a/c/': ['a/c/3.md'], '': ['d.md']}
    """
    listed, found = list(paths), dict[str, list[str]]()
    for depth in range(max((path.count("/") for path in listed), default=0), -1, -1):
        found = {}
        for path in listed:
            parts = path.split("/")[:-1][:depth]
            found.setdefault("".join(f"{part}/" for part in parts), []).append(path)
        if len(found) <= FOLDERS:
            break
    return found


def _cell(is_own: bool, has: bool) -> str:
    return (BOTH if has else OWN) if is_own else TEXT if has else NOTHING


def _two_of(numbers: list[int]) -> Iterator[tuple[int, int]]:
    return ((one, other) for at, one in enumerate(numbers) for other in numbers[at + 1 :])

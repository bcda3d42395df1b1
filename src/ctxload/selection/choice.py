"""One request being answered: what was chosen so far, why, and why not the rest. The layers fill it; see `resolver`."""

from __future__ import annotations

from ..matching.tables import STEM_ID, VETO, Tables
from ..matching.tokens import TASK_LIMIT, tokenize
from ..record import record
from ..workspace.tree import Tree
from .entry_files import EntryFiles
from .model import FALLBACK, Request, SelectedFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ..matching.document_index import Evidence
    from ..matching.matcher import Hit
    from ..matching.tables import EntryRow
    from ..matching.take_back import TakenBack
    from ..matching.tokens import Tokens
    from ..matching.zones import Standing
    from ..text.diagnostics import Diagnostic
    from .model import Layer, LeftOut, Reason, VerdictWhy
    from .scope import Scope

    #: A run of words in a task: clause, first, and one after the last.
    Run = tuple[int, int, int]
    #: Why an entry isn't chosen: a fixed word, and a sentence.
    WhyNot = tuple[VerdictWhy, str]
    #: An entry's number, its score, and the reasons for it.
    Ranked = tuple[int, int, tuple[Reason, ...]]

#: Of each cue of `matching.take_back` one word, so that what takes back is only looked for where it may stand.
TAKING_BACK = frozenset(
    """
    without instead rather except excluding apart aside skip omit leave leaving not no never don't dont
    ohne statt anstatt anstelle ausser abgesehen überspring überspringe nicht kein keine keinen lass lasse lasst
    fass fasse rühr rühre
    sans lieu plutôt plutot sauf hormis à pas ne saute oublie
    sin vez lugar salvo excepto menos omite sáltate
    sem invés exceto não pule omita
    """.split()
)
#: What a rule that fires adds to the score of the entries it names.
RULE_POINTS = 1000


class Choice:
    """One request being answered: what was chosen so far, and why.

    `evidence` gives what the documents talk about; without it nothing is known of them. `findings` are remarks that the
    answer begins with.
    """

    def __init__(
        self,
        tables: Tables,
        tree: Tree,
        request: Request,
        evidence: Callable[[], Evidence | None] | None = None,
        findings: Iterable[Diagnostic] = (),
    ) -> None:
        self._evidence = evidence
        self._known_evidence: Evidence | None = None
        self.tables = tables
        self.tree = tree
        self.request = request
        mode = request.match or tables.mode
        self.mode = "focused" if mode == "related" else mode  # the name that the default once had
        self.layer: Layer = FALLBACK
        self.files: dict[str, SelectedFile] = {}
        #: The name under which a file was chosen that links give several names.
        self._names: dict[str, str] = {}
        #: Further reasons for files that are there, with their scores, until `settle` adds them.
        self._further: dict[str, list[tuple[tuple[Reason, ...], int]]] = {}
        self.entry_files = EntryFiles(tables, tree)
        #: Shared with `entry_files`, so that both are in the order in which they were found.
        self.left_out: list[LeftOut] = self.entry_files.left_out
        self.findings: list[Diagnostic] = self.entry_files.findings
        self.findings += findings
        self.why_not: dict[int, WhyNot] = {}
        #: Entries that are not to come whatever asks for them, as the caller or the task says.
        self.without: set[int] = set()
        self.scores: dict[int, int] = {}
        self.tokens = tokenize(request.task)
        #: What the task takes back, as `not the Docker part` does; its words are none of the `tokens`.
        self.taken_back: tuple[TakenBack, ...] = ()
        if may_take_back(self.tokens):
            from ..matching.take_back import part

            self.tokens, self.taken_back = part(tables, self.tokens)
        #: Words that are read as another, by clause and place: as it is written, and as it is read (`meant`).
        self.read_as: dict[tuple[int, int], tuple[str, str]] = {}
        #: What words count less, by clause and place: those read out of a slip, and those of earlier prompts.
        self.less: dict[tuple[int, int], float] = {}
        #: The clause of verbs that are read as one word with their particles; no keyword in it promises anything.
        self.apart = -1
        #: What the default of choosing made of every entry that something speaks for: a `focused.Weighed`, or None.
        self.weighed: Any = None
        #: How many links of `requires` were followed.
        self.links = 0
        self._standing: Standing | None = None
        self._placed = False
        self._scope: Scope | None = None
        self.narrow = bool(request.agent or request.tags)
        if self.narrow:
            self.findings += self.scope.findings
        if len(request.task) > TASK_LIMIT:
            self.report(
                "CTX407",
                f"the task is longer than {TASK_LIMIT:,} characters: the rest was not matched",
                hint="pass the request without pasted files",
            )

    # ── what is asked, and by whom ─────────────────────────────────────────────────────────────────────

    @property
    def scope(self) -> Scope:
        """Which entries may be loaded by keyword here: those of the agent and the tags that the request names."""
        if self._scope is None:
            from .scope import Scope

            self._scope = Scope(self.tables, self.tree, self.request.agent, self.request.tags)
        return self._scope

    @property
    def agent(self) -> str:
        """The agent that asks, if it is known."""
        return self.scope.agent if self.narrow else ""

    def why_out_of_scope(self, number: int, row: EntryRow) -> WhyNot | None:
        """Why an entry may not be loaded by keyword here, or None."""
        if self.narrow or row.agents == ():
            return self.scope.why_out_of_scope(number, row)
        return None

    def why_does_not_count(self, row: EntryRow) -> WhyNot | None:
        """Why the project has no use for an entry (`when_files`, `when_stack`), or None."""
        if not (row.when_files or row.when_stack):
            return None
        from .scope import passed_over_findings, why_does_not_count

        why = why_does_not_count(self.tree, row)
        if why and why[0] == "when-files" and all(finding.code != "CTX007" for finding in self.findings):
            self.findings += passed_over_findings(self.tree)
        return why

    @property
    def standing(self) -> Standing | None:
        """Where the words of the task stand, where that matters; None where all of them are plain prose."""
        if not self._placed:
            self._placed = True
            text = self.tokens.text
            if self.mode != "whole" and not is_prose(text):
                from ..matching.zones import standing_of

                self._standing = standing_of(text)
        return self._standing

    def weight_of(self, hit: Hit) -> float:
        """What a hit counts by where it stands, and what it counts `less`."""
        weight = self.weight_by_place(hit)
        if self.less:
            weight *= min([self.less.get((hit.clause, at), 1.0) for at in range(hit.first, hit.last)])
        return weight

    def weight_by_place(self, hit: Hit) -> float:
        """What a hit counts by where it stands; a path speaks in full for a keyword that looks like one."""
        standing = self.standing
        if standing is None:
            return 1.0
        from ..matching.task_words import PATH, WEIGHTS

        kind = standing.kind_at(self.tokens.spans[hit.clause][hit.first][0])
        if kind == PATH and any(sign in self.tables.keywords[hit.keyword].text for sign in "/\\._"):
            return 1.0
        return WEIGHTS[kind]

    def promising(self, hits: Iterable[Hit]) -> list[Hit]:
        """The whole keywords that stand in what is asked, and not in a paste."""
        rows, is_plain = self.tables.keywords, self.standing is None
        return [
            hit
            for hit in hits
            if rows[hit.keyword].kind not in (STEM_ID, VETO)
            and hit.clause != self.apart
            and (is_plain or self.weight_by_place(hit) >= 1)
        ]

    def places_of(self, words: tuple[str, ...]) -> list[Run]:
        """Where words stand in the task side by side."""
        size = len(words)
        return [
            (clause, first, first + size)
            for clause, forms in enumerate(self.tokens.forms)
            if clause != self.apart
            for first in range(len(forms) - size + 1)
            if forms[first] == words[0] and tuple(forms[first : first + size]) == words
        ]

    def where_it_stands(self, keyword: int, hits: list[Hit]) -> str:
        """Where a keyword stands that does not stand in what is asked: `in pasted code`; else an empty text."""
        standing = self.standing
        if standing is None:
            return ""
        from ..matching.zones import NAMES

        kinds = [
            standing.kind_at(self.tokens.spans[hit.clause][hit.first][0]) for hit in hits if hit.keyword == keyword
        ]
        return "" if "" in kinds or not kinds else NAMES[kinds[0]]

    def evidence(self) -> Evidence | None:
        """What the documents talk about, asked for once, or None where that cannot be had."""
        if self._evidence is not None:
            self._known_evidence, self._evidence = self._evidence(), None
        return self._known_evidence

    def knows(self, word: str) -> bool:
        """Whether a keyword or a document has a word in normal form."""
        evidence = self.evidence()
        return (evidence is not None and evidence.words.get(word) is not None) or self.tables.has_word(word)

    # ── what is chosen ─────────────────────────────────────────────────────────────────────────────────

    def report(self, code: str, message: str, path: str = "", line: int = 0, column: int = 0, **more: Any) -> None:
        """Adds a finding about this answer."""
        from ..text.diagnostics import diagnostic

        self.findings.append(diagnostic(code, message, path, line, column, **more))

    def files_of(self, number: int) -> tuple[str, ...]:
        """The files of an entry that are there and may be given; a finding for each that is not."""
        files = self.entry_files.of(number)
        if not files:
            self.why_not.setdefault(number, ("missing", "has no file that is there"))
        return files

    def add(self, path: str, reason: Reason, score: int = 0) -> None:
        """Adds a file, or a further reason to one that is there."""
        self.add_all(path, (reason,), score)

    def add_entry(self, number: int, reasons: tuple[Reason, ...], score: int = 0) -> None:
        """Adds the files of an entry, each with these reasons, unless it is to be left out."""
        if number in self.without:
            return
        for path in self.files_of(number):
            self.add_all(path, reasons, score)

    def add_all(self, path: str, reasons: tuple[Reason, ...], score: int) -> None:
        """Adds a file with these reasons, or those that are new to one that is there, under this name or another."""
        path = self._names.setdefault(self.tree.leads_to(path), path)
        file = self.files.get(path)
        if file is None:
            layer = reasons[0].layer
            self.files[path] = record(SelectedFile, (path, layer, score, reasons, self.tree.status(path).size))
        else:
            self._further.setdefault(path, []).append((reasons, score))

    def settle(self) -> None:
        """Gives each file the further reasons that were found for it, all at once: one by one would be quadratic."""
        for path, further in self._further.items():
            self.files[path] = and_reasons(self.files[path], further)
        self._further.clear()


def and_reasons(file: SelectedFile, further: Iterable[tuple[tuple[Reason, ...], int]]) -> SelectedFile:
    """A file with these reasons, too, as far as they are new, and the best of the scores that came with one."""
    kept, best = dict.fromkeys(file.reasons), file.score
    for reasons, score in further:
        if not kept.keys() >= set(reasons):
            kept.update(dict.fromkeys(reasons))
            best = max(best, score)
    return file.replace(reasons=tuple(kept), score=best)


def is_prose(task: str) -> bool:
    """Whether nothing in a task is quoted, pasted or a path, so that all its words count in full."""
    return not ("/" in task or "`" in task or '"' in task or "\n" in task or "\\" in task or "\u201c" in task)


def may_take_back(tokens: Tokens) -> bool:
    """Whether a task may take something back; a quick look."""
    return not all(map(TAKING_BACK.isdisjoint, tokens.words))


def in_rank(choice: Choice, ranked: list[Ranked]) -> list[Ranked]:
    """Entries best first: priority, then score, then the order of the index."""
    if ranked[1:]:
        entries = choice.tables.entries
        ranked.sort(key=lambda one: (-entries[one[0]].priority, -one[1], one[0]))
    return ranked

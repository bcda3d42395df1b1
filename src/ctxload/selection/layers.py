"""The four layers, in order: read `layers_of` aloud and you have the documentation of precedence.

Explicit: what the task or the caller names, and nothing else. Keyword: entries in scope that a keyword or a rule calls
for. Fallback: only when nothing explicit was named and nothing matched. Always: after whichever answered.
"""

from __future__ import annotations

from ..matching.matcher import (
    Hit,
    Part,
    clear_parts,
    find,
    may_be_clear,
    parts_of,
    points_of,
    points_of_both,
    points_of_parts,
    shares_in,
)
from ..matching.tables import SECTION, VETO, AgentRow, EntryRow, Tables, names_of
from ..matching.tokens import TASK_LIMIT, Tokens, tokenize
from ..record import record
from ..workspace.tree import Tree, is_glob
from .model import (
    ALWAYS,
    EXPLICIT,
    FALLBACK,
    KEYWORD_LAYER,
    LeftOut,
    Reason,
    Request,
    SelectedFile,
    Term,
    Verdict,
    Where,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ..matching.document_index import Evidence
    from ..matching.zones import Standing
    from ..text.diagnostics import Diagnostic
    from .directives import Item

    #: An entry's number, its score, and the reasons for it.
    Ranked = tuple[int, int, tuple[Reason, ...]]

_EVERYONE = AgentRow(None, None, ())
#: How alike a name must be to one that is known to be a slip of the pen, whatever else it could mean.
SLIP = 0.9
#: Why an entry is not called by a part of its phrases.
_UNCLEAR = ("part", "only a part of a phrase stands in the task, and the evidence is not clear")
#: What a rule that fires adds to the score of the entries it names.
RULE_POINTS = 1000
#: How many links of `requires` one answer follows.
REQUIRED = 200_000


class Choice:
    """One request being answered: what was found so far, and why."""

    def __init__(
        self, tables: Tables, tree: Tree, request: Request, evidence: Callable[[], Evidence | None] | None = None
    ) -> None:
        self._evidence = evidence
        self.tables = tables
        self.tree = tree
        self.request = request
        self.mode = request.match or tables.mode
        self.layer = FALLBACK
        self.files: dict[str, SelectedFile] = {}
        #: Further reasons for files that are there, with their scores, until `settle` adds them.
        self._further: dict[str, list[tuple[tuple[Reason, ...], int]]] = {}
        self._links_left = REQUIRED
        self.left_out: list[LeftOut] = []
        self.findings: list[Diagnostic] = []
        self.why_not: dict[int, tuple[str, str]] = {}
        self.entry_files: dict[int, tuple[str, ...]] = {}
        self.scores: dict[int, int] = {}
        self.agent_row = _EVERYONE
        self.agent = ""
        self.narrow = bool(request.agent or request.tags)
        self.tokens = tokenize(request.task)
        #: The vetoed entries, where parts of phrases call for nothing and nobody has asked yet what they come to.
        self.unweighed: set[int] | None = None
        self._standing: Standing | None = None
        self._placed = False
        self._tagged: set[int] | None = None
        if request.agent:
            self._know_agent(request.agent)
        if request.tags:
            self._know_tags(request.tags)
        if len(request.task) > TASK_LIMIT:
            self.report(
                "CTX407",
                f"the task is longer than {TASK_LIMIT:,} characters: the rest was not matched",
                hint="pass the request without pasted files",
            )

    # ── scope ──────────────────────────────────────────────────────────────────────────────────────────

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
        """What a hit counts by where it stands; a path speaks in full for a keyword that looks like one."""
        standing = self.standing
        if standing is None:
            return 1.0
        from ..matching.zones import PATH, WEIGHTS

        kind = standing.kind_at(self.tokens.spans[hit.clause][hit.first][0])
        if kind == PATH and any(sign in self.tables.keywords[hit.keyword].text for sign in "/\\._"):
            return 1.0
        return WEIGHTS[kind]

    def where_it_stands(self, keyword: int, hits: list[Hit]) -> str:
        """Where a keyword stands that does not stand in what is asked: `in pasted code`; else an empty text."""
        from ..matching.zones import NAMES

        standing = self.standing
        if standing is None:
            return ""
        kinds = [
            standing.kind_at(self.tokens.spans[hit.clause][hit.first][0]) for hit in hits if hit.keyword == keyword
        ]
        return "" if "" in kinds or not kinds else NAMES[kinds[0]]

    def evidence(self) -> Evidence | None:
        """What the documents talk about, or None where that cannot be had."""
        if self._evidence is not None:
            return self._evidence()
        known, which = self.tree.evidence, self.tables.meta.documents
        if known is None or known[0] != which:
            from .documents import read_evidence

            self.tree.evidence = known = which, read_evidence(self.tables, self.tree)
        return known[1]

    def _know_agent(self, name: str) -> None:
        row = self.tables.agents.get(name)
        if row is not None:
            self.agent, self.agent_row = name, row
            return
        if name == "auto" and not self.agent_folder(name):
            self._choose_agent()
            return
        from ..text.suggestions import did_you_mean, meant

        known = names_of(self.tables.agents)
        folder = self.agent_folder(name)
        if folder and (folder == f"context/{name}" or not did_you_mean(name, known, least=SLIP)):
            self.agent = name
        else:
            hint = meant(name, known) or "every entry is in scope; name the agent under `agents:` or `agent_defaults:`"
            self.report("CTX402", f"the index does not know the agent `{name}`", hint=hint)

    def _choose_agent(self) -> None:
        """Takes the agent whose definition fits the task best for the one that was named, or none; and says so."""
        from .agent_ranking import choose

        ranking = choose(self.tree, self.request.task)
        name = ranking.winner
        known = bool(name) and bool(self.tables.agents.get(name) is not None or self.agent_folder(name))
        unknown = "; the index names it nowhere: every entry is in scope" if name and not known else ""
        self.request = self.request.replace(agent=name if known else "")
        self.narrow = bool(self.request.agent or self.request.tags)
        self.report("CTX440", ranking.say() + unknown)
        if known:
            self._know_agent(name)

    def _know_tags(self, tags: tuple[str, ...]) -> None:
        self._tagged = set()
        for tag in tags:
            numbers = self.tables.tags.get(tag)
            if numbers is None:
                from ..text.suggestions import meant

                known = names_of(self.tables.tags)
                self.report(
                    "CTX403", f"no entry has the tag `{tag}`", hint=meant(tag, known) or "see `tags:` in the index"
                )
            self._tagged.update(numbers or ())

    def why_out_of_scope(self, number: int, row: EntryRow) -> tuple[str, str] | None:
        """Why an entry may not be loaded by keyword here, or None."""
        if self._tagged is not None and number not in self._tagged:
            return "tag", f"has none of the tags {', '.join(self.request.tags)}"
        if self.agent and row.agents is not None and self.agent not in row.agents:
            if number not in (self.agent_row.defaults or ()):
                return "other-agent", f"is for {', '.join(row.agents) or 'nobody'}, not for {self.agent}"
        elif not self.agent and row.agents == ():
            return "no-agent", "is for nobody by keyword (`agents: []`)"
        return None

    def why_does_not_count(self, row: EntryRow) -> tuple[str, str] | None:
        """Why the project has no use for an entry (`when_files`), or None."""
        if row.when_files and not self.tree.any_file(row.when_files):
            if "_paths" in self.tree.__dict__:  # else nothing was compared
                self._report_passed_over()
            return "when-files", f"counts only with a file like {', '.join(row.when_files)}, and there is none"
        if row.when_stack:
            from ..workspace.stack.detection import why_not

            if lacking := why_not(self.tree.stack(), row.when_stack):
                return "when-stack", lacking
        return None

    def _report_passed_over(self) -> None:
        """Says once that there were more `when_files` than are compared with the files of the project."""
        from ..text.codes import WARNING
        from ..workspace.globs import LOOKS, passed_over

        first = passed_over(self.tree)
        if first and not any(finding.code == "CTX007" for finding in self.findings):
            self.report(
                "CTX007",
                f"the `when_files` from `{first[0][:60]}` on were not tried: more than {LOOKS:,} paths to compare",
                severity=WARNING,
                hint="write a plain name or an ending into each pattern, as in `Dockerfile` or `*.tf`",
            )

    def agent_folder(self, name: str) -> str:
        """The directory of an agent: `context/NAME`, else NAME without its last words, longest first."""
        words = name.split("-")
        for count in range(len(words), 0, -1):
            path = "context/" + "-".join(words[:count])
            status = self.tree.status(path)
            if "/" not in path[8:] and words[0] and status.kind == "directory" and status.path == path:
                return path
        return ""

    # ── adding files ───────────────────────────────────────────────────────────────────────────────────

    def report(self, code: str, message: str, path: str = "", line: int = 0, column: int = 0, **more: Any) -> None:
        """Adds a finding about this answer."""
        from ..text.diagnostics import diagnostic

        self.findings.append(diagnostic(code, message, path, line, column, **more))

    def add(self, path: str, reason: Reason, score: int = 0) -> None:
        """Adds a file, or a further reason to one that is there."""
        self.add_all(path, (reason,), score)

    def add_entry(self, number: int, reasons: tuple[Reason, ...], score: int = 0) -> None:
        """Adds the files of an entry, each with these reasons."""
        for path in self.files_of(number):
            self.add_all(path, reasons, score)

    def add_all(self, path: str, reasons: tuple[Reason, ...], score: int) -> None:
        """Adds a file with these reasons, or those that are new to one that is there."""
        file = self.files.get(path)
        if file is None:
            layer = reasons[0].layer
            self.files[path] = SelectedFile.of((path, layer, score, reasons, self.tree.status(path).size))
        else:
            self._further.setdefault(path, []).append((reasons, score))

    def settle(self) -> None:
        """Gives each file the further reasons that were found for it, all at once: one by one would be quadratic."""
        for path, further in self._further.items():
            self.files[path] = and_reasons(self.files[path], further)
        self._further.clear()

    def follows(self) -> bool:
        """Whether one more link of `requires` is followed in this answer; a finding at the first that is not."""
        self._links_left -= 1
        if self._links_left == -1:
            self.report(
                "CTX409",
                f"more than {REQUIRED:,} links of `requires` lead on from this task: no more of them were followed",
                self.tables.meta.name,
                hint="require fewer entries, or list them in one bundle",
            )
        return self._links_left >= 0

    def files_of(self, number: int) -> tuple[str, ...]:
        """The files of an entry that are there and may be given; a finding for each that is not.

        What there is nothing to say about is remembered with the tables, as long as the same tree is asked.
        """
        files = self.entry_files.get(number)
        if files is None:
            files = self.tables.files_in(self.tree).get(number)
            if files is None:
                files = self._look_for_files(number)
            self.entry_files[number] = files
        return files

    def _look_for_files(self, number: int) -> tuple[str, ...]:
        row, said = self.tables.entries[number], len(self.findings) + len(self.left_out)
        paths: dict[str, None] = {}
        for path, line, column in row.paths:
            paths.update(dict.fromkeys(self._files_at(row, path, line, column)))
        if not paths:
            self.why_not.setdefault(number, ("missing", "has no file that is there"))
        elif said == len(self.findings) + len(self.left_out):
            self.tables.files_in(self.tree)[number] = tuple(paths)
        return tuple(paths)

    def _files_at(self, row: EntryRow, path: str, line: int, column: int) -> tuple[str, ...]:
        tree = self.tree
        if is_glob(path):
            files = self._open(tree.expand(path).files, row.id)
            if not files:
                self.report(
                    "CTX308",
                    f"`{path}` matches no file",
                    row.source,
                    line,
                    column,
                    hint="mend the pattern, or add the files",
                )
            return files
        status = tree.status(path)
        if status.kind == "file":
            if tree.is_secret(status.path):
                self.report(
                    "CTX304",
                    f"`{path}` looks like a file of secrets",
                    row.source,
                    line,
                    column,
                    hint="take it out of the index",
                )
            if tree.is_ignored(status.path):
                self.report(
                    "CTX305",
                    f"`{path}` is ignored by .gitignore or .ctxignore",
                    row.source,
                    line,
                    column,
                    hint="take it out of the index, or let it be tracked",
                )
            return (status.path,)
        if status.kind == "directory":
            files = self._open(tree.files_below(status.path).files, row.id)
            if not files:
                self.report(
                    "CTX308", f"`{path}` holds no file", row.source, line, column, hint="add files, or remove the entry"
                )
            return files
        code, message, hint = wrong_path(path, status.kind)
        self.left_out.append(LeftOut(path, message, row.id))
        self.report(code, message, row.source, line, column, hint=hint)
        return ()

    def _open(self, files: Iterable[str], entry: str = "") -> tuple[str, ...]:
        """Those of the files that may be selected by a glob, a directory or a task; the others are left out."""
        kept = []
        for path in files:
            if self.tree.is_secret(path):
                self.left_out.append(LeftOut(path, "looks like a file of secrets: only its own path selects it", entry))
            else:
                kept.append(path)
        return tuple(kept)

    def names(self, name: str) -> int | None:
        """The number of the entry of this id."""
        return self.tables.ids.get(name)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Every entry's verdict: the selected ones in order, then the others, nearest first."""
        from .verdicts import verdicts

        self.settle()
        return verdicts(self)


def and_reasons(file: SelectedFile, further: Iterable[tuple[tuple[Reason, ...], int]]) -> SelectedFile:
    """A file with these reasons, too, as far as they are new, and the best of the scores that came with one."""
    kept, best = list(file.reasons), file.score
    known = set(kept)
    for reasons, score in further:
        new = [reason for reason in dict.fromkeys(reasons) if reason not in known]
        if new:
            kept += new
            known.update(new)
            best = max(best, score)
    return file.replace(reasons=tuple(kept), score=best) if len(kept) > len(file.reasons) else file


# ── the layers, in order ─────────────────────────────────────────────────────────────────────────────────


def layers_of(choice: Choice, items: list[Item] | None) -> None:
    """Fills a choice: explicit, else keyword, else fallback; then always."""
    if items is not None:
        from .explicit import explicit

        choice.layer = EXPLICIT
        explicit(choice, items)
        if is_none(items):
            return
    elif keyword(choice):
        choice.layer = KEYWORD_LAYER
    else:
        fallback(choice)
    always(choice)


def explicit_items(choice: Choice) -> list[Item] | None:
    """The context named by the caller, else by the task's directives; None when none is named."""
    request = choice.request
    if request.context is not None:
        from .directives import Item

        return [Item(text, True) for text in request.context] or None
    if not may_name(request.task):
        return None
    from .directives import directives

    tables = choice.tables

    def is_known(name: str) -> bool:
        return tables.bundles.get(name) is not None or tables.ids.get(name) is not None or name.lower() == "none"

    items = directives(request.task, is_known)
    if not items:
        _warn_of_near_miss(choice, directives(request.task, lambda name: True))
    return items or None


def may_name(task: str) -> bool:
    """Whether a directive may stand in a task."""
    if ":" not in task:
        return False
    low = task.lower()
    return "context:" in low or "context**:" in low or "context__:" in low


def _warn_of_near_miss(choice: Choice, items: list[Item]) -> None:
    """A line that names nothing known is prose; where it is one letter from a name, that is worth a remark."""
    from ..text.suggestions import did_you_mean

    names = [*names_of(choice.tables.ids), *names_of(choice.tables.bundles)]
    for item in items[:5]:
        near = did_you_mean(item.text, names, least=0.8) if " " not in item.text and len(item.text) <= 200 else ""
        if near:
            choice.report(
                "CTX408",
                f"`Context: {item.text}` names nothing the index knows and is read as prose",
                hint=f"did you mean `{near}`?",
            )
            return


def is_prose(task: str) -> bool:
    """Whether nothing in a task is quoted, pasted or a path, so that all its words count in full."""
    return not ("/" in task or "`" in task or '"' in task or "\n" in task or "\\" in task or "\u201c" in task)


def is_none(items: list[Item]) -> bool:
    return len(items) == 1 and items[0].text.lower() == "none"


def why_closed(choice: Choice, path: str) -> tuple[str, str] | None:
    """Code and words for a file that only an entry's own path or the caller may select, or None."""
    if choice.tree.is_secret(path):
        return "CTX304", "looks like a file of secrets"
    if choice.tree.is_ignored(path):
        return "CTX305", "is ignored by .gitignore or .ctxignore"
    return None


def wrong_path(path: str, kind: str) -> tuple[str, str, str]:
    """Code, message and cure for a path of which the tree says this kind."""
    return {
        "missing": ("CTX301", f"`{path}` is not there", "mend the path, or remove it"),
        "outside": ("CTX303", f"`{path}` lies outside the root", "name a file below the folder of the index"),
        "unsafe": ("CTX309", f"`{path}` has control characters in its name", "rename the file"),
        "git": ("CTX303", f"`{path}` lies in .git, which is never given", "name another file"),
        "special": ("CTX302", f"`{path}` is not a regular file", "name a regular file"),
        "unreadable": ("CTX302", f"`{path}` cannot be read", "check its permissions"),
    }[kind]


def keyword(choice: Choice) -> bool:
    """Entries in scope with a keyword in the task, or named by a rule that fires, best first; False when none."""
    tables = choice.tables
    hits = find(tables, choice.tokens)
    called, rules, vetoed = _called(choice, hits)
    if choice.mode == "focused":
        from .focused import by_focus

        ranked = by_focus(choice, called, rules, vetoed)
    elif not called and choice.mode != "whole":
        ranked = _by_parts(choice, vetoed)
    else:
        ranked = _by_wholes(choice, called, rules)
    matched: set[int] = set()
    for number, score, reasons in ranked:
        matched.add(number)
        choice.scores[number] = score
        for path in choice.files_of(number):
            choice.add_all(path, reasons, score)
        if choice.tables.entries[number].requires:
            _require(choice, number, KEYWORD_LAYER, matched)
    return bool(ranked)


def _called(
    choice: Choice, hits: dict[int, list[Hit]]
) -> tuple[dict[int, list[Hit]], dict[int, list[Reason]], set[int]]:
    """The entries that whole keywords and rules call for, what the rules give as reasons, and the vetoed ones."""
    tables = choice.tables
    vetoed: set[int] = set()
    rules = _fired(choice) if tables.rules else {}
    if tables.meta.at_hand:
        _add_at_hand(choice, rules)
    if not choice.narrow and not rules and all(tables.entries[number].free for number in hits):
        return hits, rules, vetoed
    called: dict[int, list[Hit]] = {}
    for number in (*hits, *(n for n in rules if n not in hits)) if rules else hits:
        found = hits.get(number, [])
        row = tables.entries[number]
        veto = _veto(choice, found) if row.has_veto else ""
        if veto:
            choice.why_not[number] = ("vetoed", f"is vetoed by its `exclude: {veto}`")
            vetoed.add(number)
            continue
        if ((choice.narrow or row.agents == ()) and (why := choice.why_out_of_scope(number, row))) or (
            (row.when_files or row.when_stack) and (why := choice.why_does_not_count(row))
        ):
            choice.why_not[number] = why
        else:
            called[number] = found
    return called, {number: rules[number] for number in rules if number in called} if rules else rules, vetoed


def _veto(choice: Choice, hits: list[Hit]) -> str:
    """The first `exclude` phrase among what was found, or an empty text."""
    rows = choice.tables.keywords
    return next((rows[hit.keyword].text for hit in hits if rows[hit.keyword].kind == VETO), "")


def _fired(choice: Choice) -> dict[int, list[Reason]]:
    """The rules that fire, as reasons, by entry."""
    from ..matching.rules import search

    found: dict[int, list[Reason]] = {}
    for fired in search(choice.tables.rules, choice.request.task):
        rule = choice.tables.rules[fired.number]
        if fired.unsearched:
            choice.report(
                "CTX213",
                f"the rule `{rule.pattern[:60]}` was not searched: the library `regex` is not here",
                rule.source,
                rule.line,
                rule.column,
                hint="install ctxload with pip, or write it without back-references, and with looks (`(?=…)`) at one character only",
            )
            continue
        if fired.stopped:
            choice.report(
                "CTX206",
                f"the rule `{rule.pattern[:60]}` took too many steps and was stopped",
                rule.source,
                rule.line,
                rule.column,
                hint="avoid large counted repeats, and back-references beside repeats",
            )
            continue
        numbers = dict.fromkeys(rule.entries)
        if rule.testing and choice.agent:
            numbers.update(dict.fromkeys(_testing_entries(choice)))
        for number in numbers:
            where = Where(choice.request.task, ((fired.start, fired.end),))
            terms = (Term(f"rule {rule.pattern}", RULE_POINTS),)
            reason = Reason(
                KEYWORD_LAYER, "rule", rule.pattern, choice.tables.entries[number].id, where, terms, rule.description
            )
            found.setdefault(number, []).append(reason)
    return found


def _add_at_hand(choice: Choice, reasons: dict[int, list[Reason]]) -> None:
    """Adds the entries that the files at hand call for."""
    from .files_at_hand import called_for

    for number, reason in called_for(choice.tables, choice.tree, choice.request):
        reasons.setdefault(number, []).append(reason)


def _testing_entries(choice: Choice) -> list[int]:
    tagged = choice.tables.tags.get("testing") or ()
    return [number for number in tagged if choice.why_out_of_scope(number, choice.tables.entries[number]) is None]


def _by_wholes(choice: Choice, called: dict[int, list[Hit]], rules: dict[int, list[Reason]]) -> list[Ranked]:
    """The called entries with what speaks for them, best first: priority, then score, then the order of the index."""
    tables = choice.tables
    ranked: list[Ranked] = []
    for number, hits in called.items():
        if choice.standing is not None:
            both = points_of_both(tables, hits, (), choice.weight_of)
            score, reasons = (
                sum(both.values()),
                tuple([keyword_reason(choice, keyword, points, hits) for (keyword, _), points in both.items()]),
            )
        else:
            score, reasons = whole_reasons(tables, choice.tokens, choice.request.task, hits)
        if number in rules:
            reasons += tuple(rules[number])
            score += RULE_POINTS * len(rules[number])
        ranked.append((number, score, reasons))
    return in_rank(choice, ranked)


def in_rank(choice: Choice, ranked: list[Ranked]) -> list[Ranked]:
    if len(ranked) > 1:
        entries = choice.tables.entries
        ranked.sort(key=lambda one: (-entries[one[0]].priority, -one[1], one[0]))
    return ranked


def whole_reasons(tables: Tables, tokens: Tokens, task: str, hits: list[Hit]) -> tuple[int, tuple[Reason, ...]]:
    """The score of an entry that these hits call for where all words count in full, and its reasons."""
    if len(hits) != 1:
        points = points_of(tables, hits)
        reasons = [_reason(reason_parts(tables, *one), task, (tokens, hits, one[0])) for one in points]
        return sum([given for _, given in points]), tuple(reasons)
    keyword = hits[0][0]
    score, *parts = tables.alone.get(keyword) or alone_with(tables, keyword)
    return score, (_reason(tuple(parts), task, (tokens, hits, keyword)),)


def alone_with(tables: Tables, keyword: int) -> tuple[Any, ...]:
    """What a keyword that stands alone adds to its entry's score, and the parts of its reason; remembered."""
    worth = tables.keywords[keyword].worth
    found = tables.alone[keyword] = (worth, *_parts(tables, keyword, worth))
    return found


def keyword_reason(choice: Choice, keyword: int, points: int, hits: list[Hit]) -> Reason:
    """Why a keyword calls for its entry, with where it stands."""
    parts = reason_parts(choice.tables, keyword, points)
    if choice.standing is not None and (stands := choice.where_it_stands(keyword, hits)):
        note = parts[-2]
        parts = (*parts[:-2], f"{note}, {stands}" if note else stands, parts[-1])
    return _reason(parts, choice.request.task, (choice.tokens, hits, keyword))


def _reason(parts: tuple[Any, ...], task: str, places: tuple[Any, ...]) -> Reason:
    """A reason of these parts, for words that stand at these places (see `Where`)."""
    layer, kind, by, entry, terms, note, sections = parts
    return record(Reason, (layer, kind, by, entry, record(Where, (task, places)), terms, note, sections))


def reason_parts(tables: Tables, keyword: int, points: int) -> tuple[Any, ...]:
    """What the reasons of one keyword with these points have in common; remembered."""
    known = tables.reasons.get((keyword, points))
    if known is None:
        known = _parts(tables, keyword, points)
        tables.remember_reason((keyword, points), known)
    return known


def _parts(tables: Tables, keyword: int, points: int) -> tuple[Any, ...]:
    number, text, kind, _, _, _, _, alias = tables.keywords[keyword]
    row = tables.entries[number]
    sections = row.sections_of(text) if kind == SECTION else ()
    note = f"read as `{alias}`" if alias else ""
    return (KEYWORD_LAYER, kind, text, row[0], (record(Term, (f"{kind} {text}", points)),), note, sections)


def _by_parts(choice: Choice, vetoed: set[int]) -> list[Ranked]:
    """Nothing whole matched: entries of whose phrases most stands in the task, if the evidence is clear."""
    shares, used = shares_in(choice.tables, choice.tokens)
    if not may_be_clear(choice.tables, shares):
        choice.unweighed = vetoed
        return []
    return weigh_parts(choice, vetoed, parts_of(choice.tables, shares, used))


def weigh_parts(choice: Choice, vetoed: set[int], parts: dict[int, list[Part]]) -> list[Ranked]:
    """The entries for which these parts speak clearly; of the others it is kept why not."""
    tables = choice.tables
    scores: dict[int, int] = {}
    for number, found in parts.items():
        row = tables.entries[number]
        if row.whole_only or number in vetoed:
            continue
        if (choice.narrow or not row.free) and (
            why := choice.why_out_of_scope(number, row) or choice.why_does_not_count(row)
        ):
            choice.why_not[number] = why
            continue
        scores[number] = sum([points for _, points in points_of_parts(tables, found)])
    clear = clear_parts(scores)
    unclear = {number: points for number, points in scores.items() if number not in clear} if clear else scores
    choice.why_not.update(dict.fromkeys(unclear, _UNCLEAR))
    choice.scores.update(unclear)
    return in_rank(choice, [
        (number, scores[number], tuple([part_reason(choice, keyword, given, parts[number]) for keyword, given in points_of_parts(tables, parts[number])]))
        for number in clear
    ])  # fmt: skip


def part_reason(choice: Choice, keyword: int, points: int, parts: list[Part]) -> Reason:
    row = choice.tables.keywords[keyword]
    part = next(part for part in parts if part.keyword == keyword)
    where = Where(choice.tokens.text, places(choice.tokens, part.present))
    lacking = [word for word in row.words if word not in part.present]
    note = f"without {', '.join(f'`{word}`' for word in lacking)}" if lacking else "in another order"
    return Reason(
        KEYWORD_LAYER,
        "part",
        row.text,
        choice.tables.entries[row.entry].id,
        where,
        (Term(f"part of {row.text}", points),),
        note,
    )


def places(tokens: Tokens, forms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    wanted = set(forms)
    return tuple(
        tokens.spans[clause][n]
        for clause, row in enumerate(tokens.forms)
        for n, form in enumerate(row)
        if form in wanted
    )


def _require(choice: Choice, number: int, layer: str, seen: set[int]) -> None:
    """Adds what an entry requires, after it; transitive, each once."""
    waiting = [(number, other) for other in choice.tables.entries[number].requires]
    for parent, number in waiting:  # it grows meanwhile
        if not choice.follows():
            return
        if number in seen:
            continue
        seen.add(number)
        row = choice.tables.entries[number]
        why = choice.why_does_not_count(row)
        if why:
            choice.why_not[number] = why
            continue
        choice.add_entry(number, (Reason(layer, "requires", choice.tables.entries[parent].id, row.id),))
        waiting += [(number, other) for other in row.requires]


def fallback(choice: Choice) -> None:
    """What an unmatched task loads: the setting, else the agent's defaults, its directory, its entries; else all."""
    if _fallback_setting(choice) or not choice.request.fallback:
        return
    for source in (_fallback_defaults, _fallback_folder, _fallback_own, _fallback_all):
        if source(choice):
            return


def _fallback_setting(choice: Choice) -> bool:
    own = choice.agent_row.fallback
    value = own if own is not None else choice.tables.meta.fallback
    if value is None:
        return False
    if value == "all":
        return _fallback_entries(choice, range(len(choice.tables.entries)), "setting", "fallback: all")
    if value != "none":
        for name in value:
            _add_named(choice, name, FALLBACK, "setting", f"fallback: {name}")
    return True


def _fallback_defaults(choice: Choice) -> bool:
    numbers = choice.agent_row.defaults
    return numbers is not None and _fallback_entries(choice, numbers, "default", f"agent_defaults: {choice.agent}")


def _fallback_folder(choice: Choice) -> bool:
    kind, folder = "directory", choice.agent_folder(choice.agent) if choice.agent else ""
    if not folder and choice.request.domain:
        kind, folder = "domain", choice.agent_folder(choice.request.domain)
    if not folder:
        return False
    files = choice._open(choice.tree.files_below(folder).files)
    if choice.request.tags:
        of_tag = {path for n in choice._tagged or () for path in choice.files_of(n)}
        files = tuple(path for path in files if path in of_tag)
    for path in files:
        choice.add(path, Reason(FALLBACK, kind, folder + "/"))
    return bool(files)


def _fallback_own(choice: Choice) -> bool:
    if not choice.agent:
        return False
    rows = choice.tables.entries
    numbers = [n for n in range(len(rows)) if choice.agent in (rows[n].agents or ())]
    _fallback_entries(choice, numbers, "entries", f"entries of {choice.agent}")
    return True


def _fallback_all(choice: Choice) -> bool:
    return _fallback_entries(choice, range(len(choice.tables.entries)), "entries", "every entry")


def _fallback_entries(choice: Choice, numbers: Iterable[int], kind: str, by: str) -> bool:
    rows = choice.tables.entries
    kept: list[int] = []
    for number in numbers:
        row = rows[number]
        if choice._tagged is not None and number not in choice._tagged:
            choice.why_not.setdefault(number, ("tag", f"has none of the tags {', '.join(choice.request.tags)}"))
        elif why := choice.why_does_not_count(row):
            choice.why_not.setdefault(number, why)
        else:
            kept.append(number)
    kept.sort(key=lambda number: -rows[number].priority)
    seen = set(kept)
    for number in kept:
        choice.add_entry(number, (Reason(FALLBACK, kind, by, rows[number].id),))
        _require(choice, number, FALLBACK, seen)
    return True


def _add_named(choice: Choice, name: str, layer: str, kind: str, by: str) -> None:
    """Adds what an id, path, glob or directory of a setting means; what is missing is a finding."""
    number = choice.names(name)
    if number is not None:
        if layer == FALLBACK and choice._tagged is not None and number not in choice._tagged:
            return
        if why := choice.why_does_not_count(choice.tables.entries[number]):
            choice.why_not.setdefault(number, why)
            return
        choice.add_entry(number, (Reason(layer, kind, by, name),))
        _require(choice, number, layer, {number})
        return
    if layer == FALLBACK and choice._tagged is not None:
        return
    status = choice.tree.status(name)
    if not name.strip():
        return
    if is_glob(name) or status.kind == "directory":
        files = choice.tree.expand(name).files if is_glob(name) else choice.tree.files_below(status.path).files
        files = choice._open(files)
        if not files:
            choice.report(
                "CTX308", f"`{name}` matches no file", choice.tables.meta.name, severity="warning", hint=f"mend `{by}`"
            )
    elif status.kind == "file" and (closed := why_closed(choice, status.path)):
        code, what = closed
        choice.left_out.append(LeftOut(status.path, what + ": only an entry's own path or --context selects it"))
        choice.report(code, f"`{name}` {what}", choice.tables.meta.name, hint=f"take it out of `{by}`")
        return
    elif status.kind == "file":
        files = (status.path,)
    else:
        code, message, _ = wrong_path(name, status.kind)
        choice.left_out.append(LeftOut(name, message))
        choice.report(code, message, choice.tables.meta.name, severity="warning", hint=f"mend `{by}` in the index")
        return
    for path in files:
        choice.add(path, Reason(layer, kind, by))


def always(choice: Choice) -> None:
    """What comes along whatever was selected."""
    names = choice.tables.meta.always + (choice.agent_row.always if choice.agent else ())
    for name in dict.fromkeys(names):
        _add_named(choice, name, ALWAYS, "always", f"always: {name}")

"""The answer to a plain task, put together at once: whole keywords alone decide it.

Most tasks of a running program are such: no directive, nobody's scope, nothing pasted; no rule, no veto and nothing
that always comes. The answer is the one that the layers give; where they must be asked, there is none here. It is a
second way for speed alone: of 300 entries an answer takes 12 µs here and 18 µs by the layers.
"""

from __future__ import annotations

from ..matching.matcher import find
from ..matching.tokens import TASK_LIMIT, tokenize
from ..record import Record, record
from .choice import and_reasons, is_prose, may_take_back
from .entry_files import EntryFiles, file_at
from .model import KEYWORD_LAYER, PendingVerdicts, Reason, Request, Resolution, SelectedFile, Where
from .reasons import alone_with, whole_reasons
from .resolver import choice_for, may_name, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .model import Verdict

#: Stands among the answers when two of the entries that are known have a file in common.
SHARED = ()


def plain_answer(
    tables: Tables,
    tree: Tree,
    task: str,
    match: str | None = "",
    findings: tuple[Diagnostic, ...] = (),
    evidence: Callable[[], Evidence | None] | None = None,
) -> Resolution | None:
    """What `resolve` gives for a task of nobody and in this mode, or None where more than whole keywords may decide."""
    mode = match or tables.mode
    if mode != "whole" or not tables.plain:
        return None
    if (":" in task and may_name(task)) or not is_prose(task) or len(task) > TASK_LIMIT:
        return None
    tokens = tokenize(task)
    if may_take_back(tokens):
        return None
    found = find(tables, tokens)
    if not found:
        return None
    answers, alone = tables.memory.answers_in(tree), tables.memory.alone
    ranked = []
    reasons: tuple[Reason, ...]
    for number, hits in found.items():
        answer = answers.get(number) or _learn(tables, tree, number)
        if answer is None:
            return None
        if len(hits) == 1:  # as `whole_reasons` has it, without its calls: they are a twentieth of an answer
            keyword = hits[0][0]
            score, (layer, kind, by, entry, terms, note, sections) = alone.get(keyword) or alone_with(tables, keyword)
            where = record(Where, (task, (tokens, hits, keyword)))
            reasons = (record(Reason, (layer, kind, by, entry, where, terms, note, sections)),)
        else:
            score, reasons = whole_reasons(tables, tokens, task, hits)
        ranked.append((answer[0], -score, number, reasons, answer[1]))
    ranked.sort()
    chosen = [
        record(SelectedFile, (path, KEYWORD_LAYER, -score, reasons, size))
        for _, score, _, reasons, files in ranked
        for path, size in files
    ]
    if SHARED in answers:
        chosen = _each_once(chosen)
    if len(chosen) > 1 and len({file[4] for file in chosen}) < len(chosen):
        from .path_findings import may_be_copies

        if may_be_copies(tree, chosen, answers):
            return None
    later = PendingVerdicts(record(_Verdicts, (tables, tree, task, mode, evidence)))
    return record(Resolution, (task, "", mode, KEYWORD_LAYER, tuple(chosen), (), findings, later))


class _Verdicts(Record):
    """The verdicts of an answer, to be worked out by the layers when somebody asks."""

    tables: Tables
    tree: Tree
    task: str
    mode: str
    evidence: Callable[[], Evidence | None] | None

    def __call__(self) -> tuple[Verdict, ...]:
        request = Request(self.task, match=self.mode)
        return settle(choice_for(self.tables, self.tree, request, self.evidence)).verdicts


def _each_once(files: list[SelectedFile]) -> list[SelectedFile]:
    """The files, those of several entries with the reasons of all."""
    found: dict[str, list[SelectedFile]] = {}
    for file in files:
        found.setdefault(file.path, []).append(file)
    return [and_reasons(first, [(file.reasons, file.score) for file in others]) for first, *others in found.values()]


def _learn(tables: Tables, tree: Tree, number: int) -> tuple[float, tuple[tuple[str, int], ...]] | None:
    """The place of an entry in the order and its files with their sizes, where there is no more to say about it."""
    row, answers = tables.entries[number], tables.memory.answers_in(tree)
    if not row.free or row.requires:
        return None
    path = row.paths[0][0] if len(row.paths) == 1 else ""
    files = answers.get(path) or _file_at(tree, path) or _files_by_layers(tables, tree, number)
    if not files:
        return None
    if path:
        answers[path] = files
    for name, _ in files:
        if answers.setdefault((name,), (number,)) != (number,):
            answers[SHARED] = (name,)
    answers[number] = answer = -row.priority, files
    return answer


def _file_at(tree: Tree, path: str) -> tuple[tuple[str, int], ...]:
    """The file at a path with its size, if it is one that anybody may have; else nothing."""
    name = file_at(tree, path)
    return ((name, tree.status(name).size),) if name else ()


def _files_by_layers(tables: Tables, tree: Tree, number: int) -> tuple[tuple[str, int], ...]:
    """The files of an entry with their sizes if the layers have no remark on them; else nothing."""
    files = EntryFiles(tables, tree)
    paths = files.of(number)
    return () if files.findings or files.left_out else tuple([(path, tree.status(path).size) for path in paths])

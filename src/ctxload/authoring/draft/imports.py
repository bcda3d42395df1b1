"""Another tool's files, or agent definitions → a part of the index, with remarks on what is missing from it.

Documents stay where they are. What is imported has an index file of its own, `context-index.FORMAT.yml`, which the
project's index includes: importing again replaces that file and touches nothing that a person wrote.
"""

from __future__ import annotations

import os

from ...errors import CtxloadError, UsageError
from ...index.model import Index, Text
from ...project.assemble import assemble, joined
from ...record import Record
from ...text.diagnostics import Diagnostic
from ...text.escaping import escape
from ...text.wording import names_of
from ...workspace.locations import Place
from ...workspace.tree import DiskTree, Tree, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

AGENTS = "agents"


class Imported(Record):
    """What an import gives: a part of an index, remarks on what is missing from it, findings about the files.

    `nothing` says why there is nothing to import; it is empty where there is something, or all of it is known.
    """

    index: Index
    remarks: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    notes: tuple[Note, ...] = ()
    nothing: str = ""


class Note(Record):
    """Where a value of an entry comes from that the index holds without a place: its description, its priority, no
    agents.
    """

    entry: str
    key: str
    place: Text


def is_empty(index: Index) -> bool:
    """Whether an import brings nothing at all."""
    return not (index.entries or index.agent_defaults or index.always or index.rules or index.tests)


def taken_in(before: Index | None) -> list[str]:
    """The ids that an index has."""
    return [entry.id.value for entry in before.entries] if before else []


def without_known(imported: Imported, before: Index | None) -> Imported:
    """What an import brings that the index does not have: what a person listed stays as it is."""
    if before is None:
        return imported
    listed = {tuple(path.value for path in entry.paths): entry.id.value for entry in before.entries}
    known = {
        entry.id.value: listed[key]
        for entry in imported.index.entries
        if (key := tuple(path.value for path in entry.paths)) in listed
    }
    index = imported.index

    def renamed(names: tuple[Text, ...]) -> tuple[Text, ...]:
        return tuple(name.replace(value=known.get(name.value, name.value)) for name in names)

    def new_pairs(pairs: Any, others: Any) -> Any:
        there = {(agent.value, name.value) for agent, names in others for name in names}
        changed = (
            (agent, tuple(name for name in renamed(names) if (agent.value, name.value) not in there))
            for agent, names in pairs
        )
        return tuple((agent, names) for agent, names in changed if names)

    cases = {(case.task.value, case.agent.value) for case in before.tests}
    rules = {rule.pattern.value for rule in before.rules}
    return imported.replace(
        index=index.replace(
            entries=tuple(entry for entry in index.entries if entry.id.value not in known),
            agent_defaults=new_pairs(index.agent_defaults, before.agent_defaults),
            always=new_pairs(index.always, before.always),
            rules=tuple(rule.replace(ids=renamed(rule.ids)) for rule in index.rules if rule.pattern.value not in rules),
            tests=tuple(
                case.replace(expect=renamed(case.expect))
                for case in index.tests
                if (case.task.value, case.agent.value) not in cases
            ),
        ),
        remarks=(*imported.remarks, *_left(imported.index, before, known)),
    )


def _left(index: Index, before: Index, known: Mapping[str, str]) -> Iterator[str]:
    """Remarks on entries that are left as they are, and on the keywords that they would have got."""
    if known:
        yield f"{names_of(known.values())}: in the index already, and left as it is"
    mine = {entry.id.value: {word.value.casefold() for word in entry.keywords} for entry in before.entries}
    for entry in index.entries:
        name = known.get(entry.id.value, "")
        words = [word.value for word in entry.keywords if name and word.value.casefold() not in mine[name]]
        if words:
            yield f"keywords that `{name}` lacks: {names_of(words)}"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def read_format(tree: Tree, name: str, folders: Sequence[str], target: str, taken: Sequence[str]) -> Imported:
    """The files of a tool as a part of an index."""
    from ...formats import find, read
    from ...formats.copies import Copies
    from ...formats.entries import placed, to_index
    from ...formats.files import Files
    from ...formats.guide import Reading, told
    from ...formats.sources import left_out, why_ignored
    from ..lint.cross_checks import unsafe_names

    form = find(name)
    reading, texts = Reading(), dict[str, str]()
    findings: list[Diagnostic] = []
    for folder in folders or [""]:
        files = Files(tree, folder)
        reading = reading.also(read(form, files))
        texts |= files.texts
        findings += [
            *left_out(files),
            *unsafe_names(tree, [seen.path for seen in files.seen.values() if seen.is_folder]),
        ]
    copies = Copies(tree)
    copies.add(
        [guide for guide in reading.guides if guide.paths and not any(clean(one, tree.root)[1] for one in guide.paths)],
        texts,
    )
    guides, findings = copies.kept[0], [*findings, *copies.findings]
    index = to_index(target, guides, texts, taken)
    notes = tuple(
        Note(entry.id.value, key, placed(guide, key, guide.description if key == "description" else "", texts))
        for guide, entry in zip(guides, index.entries, strict=True)
        for key in ("description", "agents", "priority")
    )
    nothing = "" if guides else f"there are no files like {', '.join(form.places)}"
    if nothing and (why := why_ignored(Files(tree, (*folders, "")[0]), form.places)):
        nothing = why
    return Imported(index, tuple(told(reading.losses)), (*reading.findings, *findings), notes, nothing)


def read_agents(tree: Tree, folders: Sequence[str], target: str, before: Index | None = None) -> Imported:
    """The agent definitions of folders as a part of an index; their cases expect what it gives with the rest of it."""
    from ...formats.markdown_rules import not_yaml
    from ...selection.agent_ranking import definitions_in
    from .from_agents import cases, draft, stand_in

    read = definitions_in(tree, folders)
    first = {definition.name.value: definition for definition in reversed(read)}
    definitions = tuple(definition for definition in read if first[definition.name.value] is definition)
    again = [definition.path for definition in read if first[definition.name.value] is not definition]
    drafted = draft(target, definitions, taken_in(before), tree)
    notes = tuple(Note(name, "description", label) for name, label in drafted.labels)
    findings = tuple(not_yaml(definition.path) for definition in definitions if not definition.is_yaml)
    found = without_known(Imported(drafted.index, (), findings, notes), before)
    index = found.index
    if before is not None:
        whole = with_added(before, index)
        listed = {(case.task.value, case.agent.value) for case in before.tests}
        tests = cases(whole, definitions, stand_in(whole, tree), tree)
        index = index.replace(tests=tuple(case for case in tests if (case.task.value, case.agent.value) not in listed))
    used = {case.agent.value for case in index.tests} | {agent.value for agent, _ in index.always}
    used |= {agent.value for entry in drafted.index.entries for agent in entry.agents or ()}
    silent = [definition.path for definition in definitions if definition.name.value not in used]
    why = "names no documents" if len(silent) == 1 else "name no documents"
    remarks = (
        [f"{names_of(silent)}: {why}; nothing is taken from {'it' if len(silent) == 1 else 'them'}"] if silent else []
    )
    remarks += [f"{names_of(again)}: another definition of the same name is read"] if again else []
    nothing = "" if len(silent) < len(definitions) else _no_documents(definitions, folders)
    return found.replace(index=index, remarks=(*remarks, *found.remarks), nothing=nothing)


def with_added(before: Index, index: Index) -> Index:
    """An index with what another adds to it."""
    return before.replace(
        sources=before.sources + index.sources,
        entries=before.entries + index.entries,
        rules=before.rules + index.rules,
        agent_defaults=joined(before.agent_defaults, index.agent_defaults),
        always=joined(before.always, index.always),
    )


def _no_documents(definitions: Sequence[object], folders: Sequence[str]) -> str:
    """Why agent definitions give nothing."""
    from ...formats.agent_definitions import PLACES

    if definitions:
        which = "the agent definition does not name" if len(definitions) == 1 else "no agent definition names"
        return f"{which} documents to read"
    where = ", ".join(folders) or ", ".join(place.partition("/**")[0] for place in PLACES)
    return f"there are no agent definitions in {where}; name their folder: `ctxload import agents DIR`"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def target_of(name: str, place: Place) -> str:
    """The file that an import writes: the index itself where there is none yet."""
    if not os.path.exists(place.path):
        return place.name
    return f"context-index.{name}.yml"


def index_before(place: Place, target: str) -> Index | None:
    """The index that is there, without what an earlier import of the same name brought; None where there is none."""
    if not os.path.exists(place.path):
        return None
    if os.path.isabs(place.name):
        raise UsageError("the index lies outside the root: what is imported cannot be included")
    full = os.path.join(place.root, target)
    if os.path.lexists(full) and not is_imported(full):
        raise UsageError(f"{target} is there, and no import wrote it: rename it, or include it yourself")
    assembled = assemble(place, DiskTree(place.root))
    if not assembled.served:
        raise CtxloadError(f"{escape(place.name)} cannot be read: `ctxload check` says why")
    index = assembled.index
    return without_source(index, target)


def without_source(index: Index, name: str) -> Index:
    """An index without what one of its files brought."""

    def kept(values: Any, place: str) -> Any:
        return tuple(value for value in values if getattr(value, place).source != name)

    def pairs(values: Any) -> Any:
        return tuple((agent, tuple(text for text in names if text.source != name)) for agent, names in values)

    return index.replace(
        entries=tuple(entry for entry in index.entries if entry.source != name),
        rules=kept(index.rules, "pattern"),
        tests=kept(index.tests, "task"),
        agent_defaults=pairs(index.agent_defaults),
        always=pairs(index.always),
    )


def not_there(index: Index, tree: Tree) -> Iterator[str]:
    """Remarks about imported paths that give no file, or one that looks like secrets."""
    always = [name for _, names in index.always for name in names if "/" in name.value]
    for path in (*(path for entry in index.entries for path in entry.paths), *always):
        if tree.is_pattern(path.value):
            if not tree.expand(path.value).files:
                yield f"{path.value} matches no file yet"
        elif tree.is_secret(path.value):
            yield f"{path.value} looks like a file of secrets: it is given only where an entry of its own names it"
        elif tree.status(path.value).kind != "file":
            yield f"{path.value} doesn't exist yet"


def uncalled(index: Index) -> Iterator[str]:
    """A remark on entries that no words, no files and no default bring: their tool gave no hint of what calls for
    them.
    """
    named = {name.value for _, names in (*index.always, *index.agent_defaults) for name in names}
    named |= {name.value for rule in index.rules for name in rule.ids}
    lone = [
        entry.id.value
        for entry in index.entries
        if entry.id.value not in named and not (entry.keywords or entry.for_files or entry.agents == ())
    ]
    if lone:
        yield f"no word selects {names_of(lone)}: give {'it' if len(lone) == 1 else 'them'} keywords"


#: The first line of a file that an import wrote, so that the next one may replace it.
HEAD = "# Written by `ctxload import {name}`; importing again replaces this file."


def is_imported(path: str) -> bool:
    """Whether an earlier import wrote a file."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().startswith(HEAD.split("{")[0])
    except OSError:
        return False

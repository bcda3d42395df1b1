"""`ctxload import`: what another tool's files, or agent definitions, say as a part of the index, shown before it is written.

Documents stay where they are. What is imported has an index file of its own, `context-index.FORMAT.yml`, which the
project's index includes: importing again replaces that file and touches nothing that a person wrote.
"""

from __future__ import annotations

import os
import sys

from ...errors import EXIT_DONE, EXIT_NO, CtxloadError, NoIndexError, UsageError
from ...index.model import Index, Text
from ...index.parser import parse
from ...index.writer import to_yaml
from ...output import remark, say
from ...project.assemble import gather, joined
from ...record import Record
from ...text.diagnostics import Diagnostic
from ...text.escaping import escape
from ...text.lines import lines_of
from ...text.source import Source
from ...text.yaml import scalar
from ...workspace.atomic import put
from ...workspace.locations import Place, discover
from ...workspace.tree import DiskTree, Tree, clean, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

AGENTS = "agents"
#: The first line of a file that an import wrote, so that the next one may replace it.
HEAD = "# Written by `ctxload import {name}`; importing again replaces this file."


#: How many findings that say the same are all shown, and how many of more.
MANY, FEW = 5, 3


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
    """Where a value of an entry comes from that the index holds without a place: its description, its priority, no agents."""

    entry: str
    key: str
    place: Text


def run_import(name: str, folders: Sequence[str], index: str, root: str, *, yes: bool) -> int:
    """Reads another tool's files, shows what they become, and writes it when that is agreed; the exit status."""
    place = _place(index, root)
    target = target_of(name, place)
    before = _before(place, target)
    tree = DiskTree(place.root)
    inside = [folder_below(folder, place.root) for folder in folders]
    if name == AGENTS:
        found = read_agents(tree, inside, target, before)
    else:
        found = without_known(read_format(tree, name, inside, target, taken_in(before)), before)
    remark(concise(found.findings))
    remark([f"ctxload: not imported: {escape(line)}" for line in found.remarks])
    if is_empty(found.index):
        return _nothing(found, place, target)
    files = {target: written(name, found, new=before is None)}
    if before is not None:
        files |= _included(place, target)
    if all(_is_current(place, path, text) for path, text in files.items()):
        remark([f"ctxload: {escape(target)} is current: nothing to write"])
        return EXIT_DONE
    say("".join(f"# {escape(path)}\n{shown}\n" for path, shown in _shown(place, files)))
    remark([f"ctxload: {escape(line)}" for line in (*_not_there(found.index, tree), *_uncalled(found.index))])
    if not yes and not agreed(", ".join(files)):
        remark([f"ctxload: nothing was written; `ctxload import {name} --yes` writes it"])
        return EXIT_NO
    for path, content in files.items():
        write(place.root, path, content)
    brought = counted(len(found.index.entries), "entry", "entries")
    brought += f", {counted(len(found.index.tests), 'case')}" if found.index.tests else ""
    remark([f"ctxload: wrote {escape(', '.join(files))}: {brought}; next: `ctxload check`"])
    return EXIT_DONE


def counted(count: int, one: str, several: str = "") -> str:
    """A number and its noun.

    >>> counted(1, "entry", "entries"), counted(2, "case")
    ('1 entry', '2 cases')
    """
    return f"{count} {one if count == 1 else several or one + 's'}"


def concise(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """A line for each finding; of those that say the same of many files, for the first few."""
    same: dict[tuple[str, str], list[Diagnostic]] = {}
    for finding in findings:
        same.setdefault((finding.code, finding.message), []).append(finding)
    for (code, _), alike in same.items():
        yield from (finding.concise() for finding in alike[: FEW if len(alike) > MANY else MANY])
        if len(alike) > MANY:
            yield f"ctxload: and {code} in {counted(len(alike) - FEW, 'more file')}"


def _nothing(found: Imported, place: Place, target: str) -> int:
    """Says why an import brings nothing; that all of it is there is well."""
    remark([f"ctxload: nothing to import: {found.nothing or 'all of it is in the index'}"])
    if target != place.name and os.path.exists(os.path.join(place.root, target)):
        remark([f"ctxload: {target} is what an earlier import brought: remove it and its `include`"])
    return EXIT_NO if found.nothing else EXIT_DONE


def _is_current(place: Place, path: str, text: str) -> bool:
    try:
        with open(os.path.join(place.root, path), encoding="utf-8", newline="") as file:
            return file.read() == text
    except (OSError, ValueError):
        return False


def is_empty(index: Index) -> bool:
    """Whether an import brings nothing at all."""
    return not (index.entries or index.agent_defaults or index.always or index.rules or index.tests)


def taken_in(before: Index | None) -> list[str]:
    """The ids that an index has."""
    return [entry.id.value for entry in before.entries] if before else []


def without_known(found: Imported, before: Index | None) -> Imported:
    """What an import brings that the index does not have: what a person listed stays as it is."""
    if before is None:
        return found
    listed = {tuple(path.value for path in entry.paths): entry.id.value for entry in before.entries}
    known = {
        entry.id.value: listed[key]
        for entry in found.index.entries
        if (key := tuple(path.value for path in entry.paths)) in listed
    }
    index = found.index

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
    return found.replace(
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
        remarks=(*found.remarks, *_left(found.index, before, known)),
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
    from ...formats.entries import placed, to_index
    from ...formats.files import Files
    from ...formats.guide import Reading, told
    from ...formats.sources import left_out
    from ..lint.check import unsafe_names

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
    guides = [
        guide for guide in reading.guides if guide.paths and not any(clean(path, tree.root)[1] for path in guide.paths)
    ]
    index = to_index(target, guides, texts, taken)
    notes = tuple(
        Note(entry.id.value, key, placed(guide, key, guide.description if key == "description" else "", texts))
        for guide, entry in zip(guides, index.entries, strict=True)
        for key in ("description", "agents", "priority")
    )
    nothing = "" if guides else f"there are no files like {', '.join(form.places)}"
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


def folder_below(folder: str, root: str) -> str:
    """A folder that is named from the working directory, from the root."""
    full = os.path.realpath(os.path.join(os.getcwd(), os.path.expanduser(folder)))
    top = os.path.realpath(root)
    if full == top:
        return ""
    inside = top if top.endswith(os.sep) else top + os.sep
    if not full.startswith(inside):
        raise UsageError(f"{escape(folder)} is not below the root, {escape(root)}: name one with --root")
    if not os.path.isdir(full):
        raise UsageError(f"{escape(folder)} is no folder")
    return full[len(inside) :].replace(os.sep, "/")


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def _place(index: str, root: str) -> Place:
    """Where the index is, or where it would be."""
    try:
        return discover(index=index, root=root)
    except NoIndexError:
        if index:
            raise
        return discover(root=root, sources=("agents-md",)).replace(sources=())


def target_of(name: str, place: Place) -> str:
    """The file that an import writes: the index itself where there is none yet."""
    if not os.path.exists(place.path):
        return place.name
    return f"context-index.{name}.yml"


def _before(place: Place, target: str) -> Index | None:
    """The index that is there, without what an earlier import of the same name brought; None where there is none."""
    if not os.path.exists(place.path):
        return None
    if os.path.isabs(place.name):
        raise UsageError("the index lies outside the root: what is imported cannot be included")
    full = os.path.join(place.root, target)
    if os.path.lexists(full) and not _is_ours(full):
        raise UsageError(f"{target} is there, and no import wrote it: rename it, or include it yourself")
    gathered = gather(place, DiskTree(place.root))
    if not gathered.served:
        raise CtxloadError(f"{escape(place.name)} cannot be read: `ctxload check` says why")
    index = gathered.index
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


def _is_ours(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().startswith(HEAD.split("{")[0])
    except OSError:
        return False


def written(name: str, found: Imported, *, new: bool) -> str:
    """The text of an imported index: each line with where it came from."""
    index = found.index
    if new and name != AGENTS:
        index = index.replace(fallback=((Text("*"), "none"),))
    text = to_yaml(index)
    origins = origins_of(index, text, found.notes)
    head = "" if new else HEAD.format(name=name) + "\n\n"
    rows = [
        f"{line}  # {', '.join(origins[number])}" if number in origins else line
        for number, line in enumerate(text.split("\n"))
    ]
    return head + "\n".join(rows)


#: The keys of a line that comes from where the line above it does.
_FOLLOWING = ("agent:", "agents: []", "match:", "description:", "priority:")


def origins_of(index: Index, text: str, notes: Sequence[Note] = ()) -> dict[int, list[str]]:
    """For each line of an index's text, by its number from 0, where its texts stand in the files they came from."""
    source = Source("written", text)
    mine = parse(source).index
    found: dict[int, list[str]] = {}

    def note(line: int, place: Text) -> None:
        origin = _origin(place, index)
        if origin and origin not in found.setdefault(line, []):
            found[line].append(origin)

    for here, there in _pairs(mine, index):
        if here.end:
            note(source.position(here.start)[0] - 1, there)
    rows = [row.lstrip().removeprefix("- ") for row in text.split("\n")]
    known = {(one.entry, one.key): one.place for one in notes}
    starts = [source.position(entry.paths[0].start)[0] for entry in mine.entries] + [len(rows)]
    for number, entry in enumerate(mine.entries):
        for line in range(starts[number], starts[number + 1]):
            place = known.get((entry.id.value, rows[line].partition(":")[0]))
            if place and line not in found:
                note(line, place)
    for line, row in enumerate(rows):
        if row.startswith(_FOLLOWING) and line not in found and line - 1 in found:
            found[line] = found[line - 1][:1]
        elif row == "fallback: none":
            found[line] = ["a task that fits nothing gets nothing"]
    return {line: names[:3] for line, names in found.items() if names}


def _pairs(one: Any, other: Any) -> Iterator[tuple[Text, Text]]:
    """The texts that stand at the same place in two indexes of the same content."""
    if isinstance(one, Text) and isinstance(other, Text):
        yield one, other
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for mine, theirs in zip(one, other, strict=True):
            yield from _pairs(mine, theirs)


def _origin(text: Text, index: Index) -> str:
    source = index.source(text.source)
    if source is None:
        return ""
    name = escape(text.source)
    return f"{name}:{source.position(text.start)[0]}" if text.end else name


def _included(place: Place, target: str) -> dict[str, str]:
    """The index with an `include` of the imported file, where it has none yet."""
    with open(place.path, encoding="utf-8", newline="") as file:
        text = file.read()
    if target in (name.value for name in parse(Source(place.name, text)).index.include):
        return {}
    changed = with_include(text, target)
    if changed is None:
        raise UsageError(
            f"add `{target}` to `include:` of {escape(place.name)} yourself: its layout leaves no certain place for it"
        )
    return {place.name: changed}


def with_include(text: str, target: str) -> str | None:
    """The text of an index that includes one more file; None where there is no certain place for it.

    >>> print(with_include("version: 1.0\\ninclude: [a.yml]\\n", "b.yml"), end="")
    version: 1.0
    include: [a.yml, b.yml]
    >>> print(with_include("context_files: []\\n", "b.yml"), end="")
    context_files: []
    <BLANKLINE>
    include: [b.yml]
    """
    before = parse(Source("i", text)).index
    end = "\r\n" if "\r\n" in text else "\n"
    if before.include:
        changed = _after_last(text, before.include[-1], target, end)
    else:
        changed = text + ("" if text.endswith("\n") or not text else end) + f"{end}include: [{scalar(target)}]{end}"
    after = parse(Source("i", changed)).index
    wanted = [*(name.value for name in before.include), target]
    same = _without_places(after.replace(include=())) == _without_places(before.replace(include=()))
    return changed if [name.value for name in after.include] == wanted and same else None


def _after_last(text: str, last: Text, target: str, end: str) -> str:
    """The text with a name after the last one that is included, in the same layout."""
    start = text.rfind("\n", 0, last.start) + 1
    lead = text[start : last.start]
    if lead.strip() == "-":
        stop = text.find("\n", last.end)
        stop = len(text) if stop < 0 else stop
        return (
            text[:stop].rstrip("\r")
            + end
            + lead
            + scalar(target)
            + text[stop:].replace("\n", end, 1 if end == "\r\n" else 0)
        )
    if text[last.end :].lstrip()[:1] in ("]", ",") or "[" in lead:
        return f"{text[: last.end]}, {scalar(target)}{text[last.end :]}"
    return f"{text[: last.start]}[{text[last.start : last.end]}, {scalar(target)}]{text[last.end :]}"


def _without_places(value: Any) -> Any:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Index):
        value = value.replace(sources=())
    return tuple(map(_without_places, value)) if isinstance(value, tuple) else value


def _shown(place: Place, files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each file as it will be; of the project's index the change alone."""
    for path, text in files.items():
        full = os.path.join(place.root, path)
        if os.path.exists(full) and not _is_ours(full):
            from difflib import unified_diff

            with open(full, encoding="utf-8", errors="replace", newline="") as file:
                old = file.read()
            rows = [[line.rstrip("\r\n") for line in lines_of(shown)] for shown in (old, text)]
            lines = unified_diff(rows[0], rows[1], path, path, lineterm="", n=1)
            yield path, "\n".join(map(escape, lines)) + "\n"
        else:
            yield path, "\n".join(map(escape, text.split("\n")))


def _not_there(index: Index, tree: Tree) -> Iterator[str]:
    """Remarks about imported paths that give no file, or one that looks like secrets."""
    always = [name for _, names in index.always for name in names if "/" in name.value]
    for path in (*(path for entry in index.entries for path in entry.paths), *always):
        if is_glob(path.value):
            if not tree.expand(path.value).files:
                yield f"{path.value} matches no file yet"
        elif tree.is_secret(path.value):
            yield f"{path.value} looks like a file of secrets: it is given only where an entry of its own names it"
        elif tree.status(path.value).kind != "file":
            yield f"{path.value} is not there yet"


def _uncalled(index: Index) -> Iterator[str]:
    """A remark on entries that no words, no files and no default bring: their tool gave no hint of what calls for them."""
    named = {name.value for _, names in (*index.always, *index.agent_defaults) for name in names}
    named |= {name.value for rule in index.rules for name in rule.ids}
    lone = [
        entry.id.value
        for entry in index.entries
        if entry.id.value not in named and not (entry.keywords or entry.for_files or entry.agents == ())
    ]
    if lone:
        yield f"no word calls for {names_of(lone)}: give {'it' if len(lone) == 1 else 'them'} keywords"


def names_of(names: Iterable[str]) -> str:
    """A few names in words."""
    listed = [f"`{name}`" for name in dict.fromkeys(names)]
    return ", ".join(listed[:4]) + (f" and {len(listed) - 4} more" if len(listed) > 4 else "")


def agreed(what: str) -> bool:
    """Whether somebody at a terminal says yes."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return input(f"write {escape(what)}? [y/N] ").strip().lower() in ("y", "yes")


def write(root: str, path: str, text: str) -> None:
    """Writes a file below the root, whole or not at all; CtxloadError where it cannot be, or leads out of it."""
    full = os.path.join(root, *path.split("/"))
    top = os.path.realpath(root)
    if os.path.realpath(os.path.dirname(full)) != os.path.normpath(
        os.path.join(top, *path.split("/")[:-1])
    ) or os.path.islink(full):
        raise CtxloadError(f"{escape(path)} leads through a link: it is not written")
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        put(full, text.encode("utf-8"))
    except OSError as error:
        raise CtxloadError(f"{escape(path)} cannot be written: {error.strerror or error}") from error

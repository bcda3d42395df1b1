"""Agent definitions → an index: entries with keywords and agents, `agent_defaults`, `always`, labelled cases.

What is taken stands in the definitions; nothing is guessed but what a user's utterance should load: that is what the
index itself gives for it, so that the cases say when a later change takes it away.
"""

from __future__ import annotations

from ...formats.agent_definitions import Definition, resolved
from ...formats.markdown_rules import stem
from ...index.model import Case, Entry, Index, Text
from ...matching.compiler import compile_index
from ...record import Record
from ...selection.model import KEYWORD_LAYER, Request
from ...selection.resolver import resolve
from ...text.source import Source
from ...workspace.memory_tree import MemoryTree
from ...workspace.tree import Tree, is_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: The ending of the id of an entry that is a whole folder.
FOLDER = "-folder"


class Drafted(Record):
    """An index made of definitions, and for each id the text its description is made of."""

    index: Index
    labels: tuple[tuple[str, Text], ...] = ()


def draft(
    name: str, definitions: Sequence[Definition], taken: Iterable[str] = (), there: Tree | None = None
) -> Drafted:
    """The index in the prose of agent definitions.

    `taken` are ids that another index has; an entry that would have one of them gets another. `there` tells which
    default folders have files: a case expects no others.

    >>> from ctxload.formats.agent_definitions import read_definition
    >>> text = '- **API keywords**: "django", "drf" → Load: `context/api.md`\\nRead ALL files under the `context/backend/` directory'
    >>> index = draft("i", [read_definition("backend-dev.md", text)]).index
    >>> [(entry.id.value, [word.value for word in entry.keywords]) for entry in index.entries]
    [('api', ['django', 'drf']), ('backend-folder', [])]
    >>> [(agent.value, [name.value for name in names]) for agent, names in index.agent_defaults]
    [('backend-dev', ['backend-folder'])]
    """  # noqa: E501
    work = _Draft(set(taken))
    for definition in definitions:
        work.take(definition)
    entries = tuple(work.entries())
    index = Index(
        name,
        tuple(Source(definition.path, definition.source.text) for definition in definitions),
        entries,
        agent_defaults=tuple(work.defaults(definitions)),
        always=tuple((definition.name, definition.always) for definition in definitions if definition.always),
    )
    labels = tuple((work.ids[path], label) for path, label in work.labels.items())
    return Drafted(index.replace(tests=tuple(cases(index, definitions, stand_in(index), there))), labels)


class _Draft:
    """What was found so far, by path."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.paths: dict[str, Text] = {}
        self.words: dict[str, dict[str, Text]] = {}
        self.labels: dict[str, Text] = {}
        self.agents: dict[str, dict[str, Text]] = {}
        self.ids: dict[str, str] = {}

    def take(self, definition: Definition) -> None:
        for listed in definition.keywords:
            for path in self.known(listed.paths):
                self.add(path, definition, {word.value: word for word in listed.words}, listed.label)
        for path in self.known((*definition.explicit, *definition.defaults)):
            self.add(path, definition)
        for example in definition.examples:
            for path in self.known(example.paths):
                self.add(path, definition)

    def known(self, paths: Sequence[Text]) -> tuple[Text, ...]:
        return resolved(paths, self.paths)

    def add(
        self, path: Text, definition: Definition, words: dict[str, Text] | None = None, label: Text | None = None
    ) -> None:
        key = path.value
        self.paths.setdefault(key, path)
        self.words.setdefault(key, {}).update(
            {word: text for word, text in (words or {}).items() if word not in self.words.get(key, {})}
        )
        self.agents.setdefault(key, {}).setdefault(definition.name.value, definition.name)
        if label and label.value:
            self.labels.setdefault(key, label)

    def entries(self) -> Iterator[Entry]:
        """An entry for each path, in the order in which they were found; folders last."""
        for key in sorted(self.paths, key=is_glob):
            path, folder = self.paths[key], is_glob(key)
            wanted = folder_of(key) + FOLDER if folder else stem(key)
            self.ids[key] = name = self._free(wanted)
            yield Entry(
                id=path.replace(value=name),
                paths=(path,),
                id_written=name != stem(key),
                description=self.labels[key].value if key in self.labels else "",
                keywords=tuple(self.words[key].values()),
                agents=tuple(self.agents[key].values()),
                whole_only=folder,
            )

    def _free(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}-{number}", number + 1
        self.taken.add(name)
        return name

    def defaults(self, definitions: Sequence[Definition]) -> Iterator[tuple[Text, tuple[Text, ...]]]:
        for definition in definitions:
            paths = self.known(definition.defaults)
            if paths:
                yield definition.name, tuple(path.replace(value=self.ids[path.value]) for path in paths)


def folder_of(pattern: str) -> str:
    """The name of the last folder that a pattern names as it is.

    >>> folder_of("context/backend/**/*"), folder_of("avm/res/*.md"), folder_of("**/*.md")
    ('backend', 'res', 'all')
    """
    return next((part for part in reversed(pattern.split("/")[:-1]) if part and not is_glob(part)), "all")


def cases(index: Index, definitions: Sequence[Definition], tree: Tree, there: Tree | None = None) -> Iterator[Case]:
    """The tasks of examples with what they load, and the utterances with what the index gives for them in a tree.

    Utterances count for agents that the index names. `there` tells which default folders have files: a case expects no
    others.
    """
    tables = compile_index(index)
    gone = _gone(index, there)
    ids = {entry.paths[0].value: entry.id.value for entry in index.entries if len(entry.paths) == 1}
    known = {agent.value for entry in index.entries for agent in entry.agents or ()}
    known |= {agent.value for agent, _ in (*index.agent_defaults, *index.always)}
    by_agent = {
        agent.value: tuple(name for name in names if name.value not in gone) or names
        for agent, names in index.agent_defaults
    }
    seen = set()
    for definition in definitions:
        agent = definition.name.value
        for example in definition.examples:
            paths = resolved(example.paths, ids)
            expected = tuple(path.replace(value=ids[path.value]) for path in paths if path.value in ids)
            if expected and (agent, example.words[0].value) not in seen:
                seen.add((agent, example.words[0].value))
                yield Case(example.words[0], definition.name, expected)
        for utterance in definition.utterances:
            if agent not in known or (agent, utterance.value) in seen:
                continue
            seen.add((agent, utterance.value))
            found = resolve(tables, tree, Request(utterance.value, agent))
            names = dict.fromkeys(
                reason.entry for file in found.files for reason in file.reasons if reason.layer == KEYWORD_LAYER
            )
            expected = tuple(utterance.replace(value=name) for name in names) or by_agent.get(agent, ())
            if expected:
                yield Case(utterance, definition.name, tuple(utterance.replace(value=name.value) for name in expected))


def _gone(index: Index, there: Tree | None) -> set[str]:
    """The ids of entries that give no file where the documents are."""
    if there is None:
        return set()
    paths = {entry.id.value: entry.paths[0].value for entry in index.entries}
    return {
        name
        for name, path in paths.items()
        if not (there.expand(path).files if there.is_pattern(path) else there.status(path).kind == "file")
    }


def stand_in(index: Index, there: Tree | None = None) -> Tree:
    """A tree in which every path of an index is there: what would be loaded does not hang on what is on disk now.

    >>> from ctxload.index.parser import parse
    >>> index = parse(Source("i", "context_files: [{path: docs/*.md}, {path: a.md}]")).index
    >>> stand_in(index).files_below("").files
    ('a.md', 'docs/_.md')
    """
    files = dict.fromkeys(there.files_below("").files if there else (), "")
    for path in (path.value for entry in index.entries for path in entry.paths):
        if there is None or not there.expand(path).files:
            fixed = path.split("/")
            fixed = fixed[: next((number for number, part in enumerate(fixed) if is_glob(part)), len(fixed))]
            files["/".join([*fixed, "_.md"]) if is_glob(path) else path.rstrip("/")] = ""
    return MemoryTree(files)

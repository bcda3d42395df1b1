"""Which agent a task is for: the agent definitions of a project, ranked by the matcher that ranks documents.

An agent is an entry, and its definition the document: its name, its description with the examples, what the others
hand over to it, and its prose. The clear winner is what would be selected alone.
"""

from __future__ import annotations

from ..formats.agent_definitions import PLACES, Definition, read_definition
from ..index.model import Entry, Index, Text
from ..matching.compiler import compile_index
from ..matching.tokens import tokenize
from ..record import Record
from ..text.diagnostics import diagnostic
from ..text.source import Source
from ..workspace.memory_tree import MemoryTree
from ..workspace.tree import Tree
from .choice import Choice
from .documents import read_evidence
from .keyword import keyword
from .model import Request
from .scope import is_known_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ..matching.document_index import Evidence
    from ..matching.tables import Tables
    from .model import Reason

#: How many definitions are read, how much of each, in bytes, and how many words of the task an agent is given for.
MOST, SIZE, SHOWN = 2_000, 200_000, 6


#: How the names of Markdown files end that have front matter and define no agent.
OTHERS = ("readme.md", "skill.md", "claude.md", "agents.md", ".instructions.md", ".prompt.md")


class Why(Record):
    """What speaks for an agent: words of the task, where they stand in its definition, and the points they add."""

    words: str
    where: str
    points: int


class Ranked(Record):
    """An agent and what speaks for it; `chosen` as an entry would be."""

    name: str
    path: str
    description: str
    score: int
    chosen: bool
    reasons: tuple[Why, ...]

    def to_dict(self) -> dict[str, Any]:
        """The agent as JSON-ready data."""
        return {
            "name": self.name,
            "path": self.path,
            "description": self.description,
            "score": self.score / 1000,
            "reasons": [{"words": why.words, "where": why.where, "points": why.points / 1000} for why in self.reasons],
        }


class Ranking(Record):
    """The agents that anything speaks for, best first; `winner` is empty where none is clearly the best."""

    agents: tuple[Ranked, ...]
    winner: str
    count: int

    def say(self) -> str:
        """The outcome in a sentence."""
        cut = f"; only {MOST} definitions are read" if self.count >= MOST else ""
        return self._outcome() + cut

    def _outcome(self) -> str:
        if not self.count:
            return f"no agent: there are no agent definitions ({', '.join(PLACES[:2])}, …)"
        if self.winner:
            best = self.agents[0]
            told = ", ".join(f"`{why.words}` {why.where}" for why in best.reasons[:2])
            return f"agent {self.winner}: {told}" if told else f"agent {self.winner}"
        near = " and ".join(agent.name for agent in self.agents[:2] if agent.chosen)
        if near:
            return f"no agent: {near} fit the task as well as each other"
        return "no agent: no definition is clearly about the task"


def definitions_in(tree: Tree, folders: Sequence[str] = ()) -> tuple[Definition, ...]:
    """The agent definitions of a project, by path: in these folders, or in the usual places. Remembered by the tree."""
    known: dict[tuple[str, ...], tuple[Definition, ...]] = tree.__dict__.setdefault("_definitions", {})
    key = tuple(folders)
    if key not in known:
        patterns = [f"{folder}/**/*.md" if folder else "**/*.md" for folder in folders] or PLACES
        found = dict.fromkeys(path for pattern in patterns for path in tree.expand(pattern).files)
        paths = [path for path in found if not path.lower().endswith(OTHERS) and not tree.is_secret(path)]
        read = (definition for path in sorted(paths)[:MOST] if (definition := _read(tree, path)))
        known[key] = tuple(read)
    return known[key]


def _read(tree: Tree, path: str) -> Definition | None:
    """The definition at a path; None where there is none: a file without front matter is about something else."""
    try:
        text = tree.read(path, SIZE).decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return None
    definition = read_definition(path, text)
    return definition if definition.has_front else None


def _file_of(number: int) -> str:
    """The file that stands for a definition, by a name that nobody types."""
    return f"{number}\u2060.md"


def rank(definitions: Sequence[Definition], task: str) -> Ranking:
    """The agents for a task, best first.

    >>> texts = {"api.md": "name: api-expert\\ndescription: REST views and serializers", "ui.md": "name: ui-expert\\ndescription: Buttons"}
    >>> found = rank([read_definition(path, f"---\\n{text}\\n---\\n") for path, text in texts.items()], "Fix the serializers of our REST views")
    >>> found.winner, found.agents[0].reasons[0]
    ('api-expert', Why(words='serializers', where='in its description', points=861))
    """  # noqa: E501
    found = _Agents(definitions)
    choice = Choice(found.tables, found.tree, Request(task), lambda: found.evidence)
    keyword(choice)
    choice.settle()
    names = [definition.name.value for definition in found.definitions]
    scores = {number: score for number, score in choice.scores.items() if score}
    ranked = []
    for number in sorted(scores, key=lambda number: (-scores[number], number)):
        definition = found.definitions[number]
        file = choice.files.get(_file_of(number))
        reasons = found.reasons(number, file.reasons) if file else ()
        about = " ".join(definition.description.split("\n")[0].split())
        ranked.append(Ranked(names[number], definition.path, about, scores[number], file is not None, reasons))
    ranked.sort(key=lambda agent: not agent.chosen)
    winner = ranked[0].name if sum(agent.chosen for agent in ranked) == 1 else ""
    return Ranking(tuple(ranked), winner, len(names))


class _Agents:
    """Agent definitions as an index, with a document for each."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        first: dict[str, Definition] = {}
        for definition in definitions:
            first.setdefault(definition.name.value, definition)
        self.definitions = list(first.values())
        self.handed = self._handed()
        self.tree = MemoryTree({_file_of(number): self._text(number) for number in range(len(self.definitions))})
        self.tables = compile_index(self._index())
        self.evidence = read_evidence(self.tables, self.tree)

    def _handed(self) -> dict[str, list[tuple[str, str]]]:
        """What is handed to each agent, and by whom."""
        handed: dict[str, list[tuple[str, str]]] = {}
        for definition in self.definitions:
            for what, agents in definition.delegates:
                for agent in agents:
                    handed.setdefault(agent, []).append((what.value, definition.name.value))
        return handed

    def _text(self, number: int) -> str:
        definition = self.definitions[number]
        handed = "\n".join(f"- {what}" for what, _ in self.handed.get(definition.name.value, ()))
        title = definition.name.value.replace("-", " ").replace("_", " ")
        return f"# {title}\n\n{definition.description}\n\n{handed}\n\n{definition.body}"

    def _index(self) -> Index:
        entries = []
        for number, definition in enumerate(self.definitions):
            name = definition.name.value
            words = [word.value for listed in definition.keywords for word in listed.words]
            words += [what for what, _ in self.handed.get(name, ())]
            keywords = dict.fromkeys([name.replace("-", " "), *words])
            entries.append(
                Entry(
                    Text(name, "agents"),
                    (Text(_file_of(number), "agents"),),
                    description=definition.description,
                    keywords=tuple(map(_text, keywords)),
                )
            )
        return Index("agents", (Source("agents", ""),), tuple(entries))

    def reasons(self, number: int, reasons: Iterable[Reason]) -> tuple[Why, ...]:
        """What speaks for an agent, the most telling first: each word of the task with its place in the definition."""
        definition = self.definitions[number]
        places = self._places(definition)
        points: dict[str, int] = {}
        for reason in reasons:
            share = {term.name: term.points for term in reason.terms}
            whole = sum(share.values())
            words = list(dict.fromkeys(word for word in reason.words)) or [reason.by]
            for word in words:
                own = (
                    next((value for name, value in share.items() if _forms(word) & _forms(name)), 0)
                    if words[1:]
                    else whole
                )
                points[word] = max(points.get(word, 0), own)
        found = [Why(word, _where(word, places), value) for word, value in points.items() if value]
        found.sort(key=lambda why: -why.points)
        return tuple(found[:SHOWN])

    def _places(self, definition: Definition) -> list[tuple[str, set[str]]]:
        """The normal forms of the words in each part of a definition, the most telling part first."""
        name = definition.name.value
        spoken = " ".join(utterance.value for utterance in definition.utterances)
        listed = " ".join(word.value for one in definition.keywords for word in one.words)
        plain = definition.description
        for utterance in definition.utterances:
            plain = plain.replace(utterance.value, " ")
        handed = [(f"handed over by {by}", _forms(what)) for what, by in self.handed.get(name, ())]
        return [
            ("in its name", _forms(name.replace("-", " "))),
            ("in its keywords", _forms(listed)),
            *handed,
            ("in its description", _forms(plain)),
            ("in its examples", _forms(spoken)),
        ]


def _text(value: str) -> Text:
    return Text(value, "agents")


def _forms(text: str) -> set[str]:
    return {form for clause in tokenize(text).forms for form in clause}


def _where(word: str, places: list[tuple[str, set[str]]]) -> str:
    forms = _forms(word)
    return next((place for place, known in places if forms <= known), "in its text")


def choose(tree: Tree, task: str) -> Ranking:
    """The agents of a project for a task, as `--agent auto` asks."""
    return rank(definitions_in(tree), task)


def choice_by_definition(
    tables: Tables, tree: Tree, request: Request, evidence: Callable[[], Evidence | None]
) -> Choice:
    """A choice for the agent whose definition fits the task best, or for nobody; and says so.

    An agent that the index names `auto` is that one.
    """
    if is_known_agent(tables, tree, request.agent):
        return Choice(tables, tree, request, evidence)
    ranking = choose(tree, request.task)
    name = ranking.winner
    known = bool(name) and is_known_agent(tables, tree, name)
    unknown = "; the index names it nowhere: every entry is in scope" if name and not known else ""
    finding = diagnostic("CTX440", ranking.say() + unknown)
    return Choice(tables, tree, request.replace(agent=name if known else ""), evidence, (finding,))

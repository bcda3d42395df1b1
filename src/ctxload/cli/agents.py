"""`ctxload agents`: the agents of a project, ranked for a task or listed."""

from __future__ import annotations

from json import dumps

from ..errors import EXIT_DONE, EXIT_NO, UsageError
from ..integrations.without_index import root_at
from ..output import remark, say
from ..selection.agent_ranking import Ranking, definitions_in, rank
from ..text.escaping import escape
from ..text.render import cells
from ..workspace.changed_files import folder_below
from ..workspace.tree import DiskTree
from .resolve import plain, read_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..formats.agent_definitions import Definition

#: How many agents are shown of those that are not clearly for the task.
NEAREST = 5


def main(*, words: Sequence[str], folders: Sequence[str], root: str, every: bool, json: bool) -> int:
    """Ranks the agent definitions for a task, or lists them; the exit status."""
    top = root_at(root=root)
    definitions = definitions_in(DiskTree(top), [folder_below(folder, top) for folder in folders])
    if not definitions:
        raise UsageError("there are no agent definitions in the usual places: name their folder with --dir")
    if not words:
        say(_listed_json(definitions) if json else "".join(_listed(definitions)))
        return EXIT_DONE
    task = read_task() if list(words) == ["-"] else plain(" ".join(words))
    ranking = rank(definitions, task)
    shown = ranking.agents if every else ranking.agents[: max(NEAREST, sum(agent.chosen for agent in ranking.agents))]
    if json:
        data = {"task": task, "winner": ranking.winner or None, "agents": [agent.to_dict() for agent in shown]}
        say(dumps(data, indent=2, ensure_ascii=False) + "\n")
    else:
        say("".join(_ranked(ranking.replace(agents=shown))))
        remark([f"ctxload: {escape(ranking.say())}"])
    return EXIT_DONE if ranking.winner else EXIT_NO


def _ranked(ranking: Ranking) -> Iterator[str]:
    wide = max((cells(agent.name) for agent in ranking.agents), default=0)
    for agent in ranking.agents:
        name = escape(agent.name)
        yield f"{name}{' ' * (wide - cells(agent.name))}  {agent.score / 1000:6.3f}  {escape(agent.path)}\n"
        for why in agent.reasons:
            yield f"    `{escape(why.words)}` {escape(why.where)}  {why.points / 1000:.3f}\n"


def _listed(definitions: Sequence[Definition]) -> Iterator[str]:
    wide = max(cells(definition.name.value) for definition in definitions)
    for definition in definitions:
        about = " ".join(definition.description.split())
        short = about if len(about) <= 100 else about[:99].rsplit(" ", 1)[0] + "…"
        name = definition.name.value
        yield f"{escape(name)}{' ' * (wide - cells(name))}  {escape(definition.path)}  {escape(short)}\n"


def _listed_json(definitions: Sequence[Definition]) -> str:
    data = [
        {
            "name": definition.name.value,
            "path": definition.path,
            "description": definition.description,
            "yaml": definition.is_yaml,
        }
        for definition in definitions
    ]
    return dumps({"agents": data}, indent=2, ensure_ascii=False) + "\n"

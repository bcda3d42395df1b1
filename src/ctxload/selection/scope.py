"""Who asks, and which entries they may load by keyword: those of the agent and of the tags that a request names."""

from __future__ import annotations

from ..matching.tables import AgentRow, EntryRow, Tables, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..text.diagnostics import Diagnostic
    from ..workspace.tree import Tree
    from .model import VerdictWhy

EVERYONE = AgentRow(None, None, ())
#: How alike a name must be to one that is known to be a slip of the pen, whatever else it could mean.
SLIP = 0.9


class Scope:
    """Which entries may be loaded by keyword; an agent that is not known is nobody in particular, with a finding."""

    def __init__(self, tables: Tables, tree: Tree, agent: str = "", tags: tuple[str, ...] = ()) -> None:
        self.tables = tables
        self.tags = tags
        self.findings: list[Diagnostic] = []
        #: What the index says of the agent.
        self.agent_row = EVERYONE
        self.agent = self._known(tree, agent) if agent else ""
        #: The entries that have one of the tags; None where no tag is named.
        self.tagged = self._tagged(tags) if tags else None

    def _known(self, tree: Tree, name: str) -> str:
        row = self.tables.agents.get(name)
        if row is not None:
            self.agent_row = row
            return name
        from ..text.diagnostics import diagnostic
        from ..text.suggestions import did_you_mean, meant

        known = names_of(self.tables.agents)
        folder = agent_folder(tree, name)
        if folder and (folder == f"context/{name}" or not did_you_mean(name, known, least=SLIP)):
            return name
        hint = meant(name, known) or "every entry is in scope; name the agent under `agents:` or `agent_defaults:`"
        self.findings.append(diagnostic("CTX402", f"the index does not know the agent `{name}`", hint=hint))
        return ""

    def _tagged(self, tags: tuple[str, ...]) -> set[int]:
        tagged: set[int] = set()
        for tag in tags:
            numbers = self.tables.tags.get(tag)
            if numbers is None:
                from ..text.diagnostics import diagnostic
                from ..text.suggestions import meant

                hint = meant(tag, names_of(self.tables.tags)) or "see `tags:` in the index"
                self.findings.append(diagnostic("CTX403", f"no entry has the tag `{tag}`", hint=hint))
            tagged.update(numbers or ())
        return tagged

    def why_not_tagged(self, number: int) -> tuple[VerdictWhy, str] | None:
        """Why the tags that are named leave an entry out, or None."""
        if self.tagged is not None and number not in self.tagged:
            return "tag", f"has none of the tags {', '.join(self.tags)}"
        return None

    def why_out_of_scope(self, number: int, row: EntryRow) -> tuple[VerdictWhy, str] | None:
        """Why an entry may not be loaded by keyword here, or None."""
        if why := self.why_not_tagged(number):
            return why
        if self.agent and row.agents is not None and self.agent not in row.agents:
            if number not in (self.agent_row.defaults or ()):
                return "other-agent", f"is for {', '.join(row.agents) or 'nobody'}, not for {self.agent}"
        elif not self.agent and row.agents == ():
            return "no-agent", "is for nobody by keyword (`agents: []`)"
        return None


def is_known_agent(tables: Tables, tree: Tree, name: str) -> bool:
    """Whether the index says something of an agent, or there is a directory for it."""
    return tables.agents.get(name) is not None or bool(agent_folder(tree, name))


def agent_folder(tree: Tree, name: str) -> str:
    """The directory of an agent: `context/NAME`, else NAME without its last words, longest first."""
    words = name.split("-")
    for count in range(len(words), 0, -1):
        first = "-".join(words[:count])
        path = f"context/{first}"
        status = tree.status(path)
        if "/" not in first and words[0] and status.kind == "directory" and status.path == path:
            return path
    return ""


def why_does_not_count(tree: Tree, row: EntryRow) -> tuple[VerdictWhy, str] | None:
    """Why the project has no use for an entry (`when_files`, `when_stack`), or None."""
    if row.when_files and not tree.any_file(row.when_files):
        return "when-files", f"counts only with a file like {', '.join(row.when_files)}, and there is none"
    if row.when_stack:
        from ..workspace.stack.detection import packages
        from ..workspace.stack.requirements import why_not

        if lacking := why_not(packages(tree), row.when_stack):
            return "when-stack", lacking
    return None


def passed_over_findings(tree: Tree) -> Iterator[Diagnostic]:
    """A finding where there were more `when_files` than are compared with the files of the project."""
    patterns = tree.passed_over()
    if not patterns:
        return
    from ..text.codes import WARNING
    from ..text.diagnostics import diagnostic
    from ..workspace.globs import LOOKS

    yield diagnostic(
        "CTX007",
        f"the `when_files` from `{patterns[0][:60]}` on were not tried: more than {LOOKS:,} paths to compare",
        severity=WARNING,
        hint="write a plain name or an ending into each pattern, as in `Dockerfile` or `*.tf`",
    )
